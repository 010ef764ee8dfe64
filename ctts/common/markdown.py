"""Simple Markdown as safe HTML: the one place where text from people becomes markup (quality rule 16).

Only reflective pieces and long case studies use it. What is stored is the text; the HTML is made for each page.
"""

from __future__ import annotations

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

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable("table").disable("image")


def render(text: str) -> SafeString:
    """The text as HTML that holds nothing but TAGS; whatever else was typed is shown as it was typed."""
    tokens = _parser.parse(text)
    _set_ranks(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    return mark_safe(clean)  # noqa: S308 — cleaned by nh3 in the line above


def _set_ranks(tokens: list[Token]) -> None:
    """Headings of the text stand below the page's own, and none is more than one rank below the one before it."""
    above = PAGE_HEADINGS
    for token in tokens:
        if token.type == "heading_open":
            above = min(int(token.tag[1:]) + PAGE_HEADINGS, above + 1, DEEPEST)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{above}"
