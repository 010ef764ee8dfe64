"""Simple Markdown as safe HTML: the one place where text from people becomes markup (quality rule 16).

Only reflective pieces and long case studies use it. What is stored is the text; the HTML is made for each page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Paragraphs, lists, emphasis, quotations, tables and links; no pictures, no HTML, no headings above the page's own.
TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "a", "h3", "h4", "h5", "h6"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
DEEPEST = 6
PAGE_HEADINGS = 2  # a page has its h1 and the part its h2: "# Title" in a text becomes h3

_TAG = re.compile(r"""(<(?:[^>"]|"[^"]*")*>)""")  # nh3 puts each attribute between two ", and has no other < in texts
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable("table").disable("image")


def render(text: str, quotes: Iterable[str] = ()) -> SafeString:
    """The text as HTML that holds nothing but TAGS; whatever else was typed is shown as it was typed.

    The words of `quotes` are marked where they stand, as far as they do: see `stands_in`.
    """
    marked = _marked(_html(text), [quote for quote in map(_plain, quotes) if quote])
    clean = _cleaned(marked, TAGS | {"mark"})
    return mark_safe(clean)  # noqa: S308 — cleaned by nh3 in the line above


def stands_in(text: str, quote: str) -> bool:
    """Whether a reader of the text finds these words in it, one after the other, however it breaks its lines."""
    return bool(_plain(quote)) and _found(_plain("".join(_texts(_html(text)))), _plain(quote)) >= 0


def _cleaned(made: str, tags: set[str]) -> str:
    return nh3.clean(
        made, tags=tags, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )


def _html(text: str) -> str:
    tokens = _parser.parse(text)
    _set_ranks(tokens)
    made = _parser.renderer.render(tokens, _parser.options, {})
    return _cleaned(made, TAGS)


def _plain(text: str) -> str:
    """Words as they are compared: one blank between them, since where a line breaks depends on the page."""
    return " ".join(text.split())


def _found(words: str, quote: str) -> int:
    """Where these words begin in plain words, none of them within a longer one; -1 where they do not stand."""
    found = re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", words)
    return found.start() if found else -1


def _texts(clean: str) -> list[str]:
    """What stands between the tags, as it is read."""
    return [html.unescape(piece) for piece in _TAG.split(clean)[::2]]


def _marked(clean: str, quotes: Sequence[str]) -> str:
    """The HTML with the first place of each quote marked; a mark ends and begins again at every tag."""
    pieces, texts = _TAG.split(clean), _texts(clean)
    words, spots = _read(texts)
    within: dict[int, set[int]] = {}
    for start, length in ((_found(words, quote), len(quote)) for quote in quotes):
        for place, at in spots[start : start + length] if start >= 0 else []:
            within.setdefault(place, set()).add(at)
    for place, marked in within.items():
        pieces[2 * place] = _with_marks(texts[place], marked)
    return "".join(pieces)


def _read(texts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The texts as plain words, and of each of their characters in which text it stands, and where."""
    words, spots = [""], []
    for place, text in enumerate(texts):
        for at, character in enumerate(text):
            one = " " if character.isspace() else character
            if one != " " or words[-1] != " ":
                words.append(one)
                spots.append((place, at))
    return "".join(words), spots


def _with_marks(text: str, marked: set[int]) -> str:
    """One text between two tags, with <mark> about what is marked."""
    out, inside = [], False
    for at, character in enumerate(text):
        if (at in marked) is not inside:
            inside = not inside
            out.append("<mark>" if inside else "</mark>")
        out.append(html.escape(character, quote=False))
    return "".join([*out, "</mark>" if inside else ""])


def _set_ranks(tokens: list[Token]) -> None:
    """Headings of the text stand below the page's own, and none is more than one rank below the one before it."""
    above = PAGE_HEADINGS
    for token in tokens:
        if token.type == "heading_open":
            above = min(int(token.tag[1:]) + PAGE_HEADINGS, above + 1, DEEPEST)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{above}"
