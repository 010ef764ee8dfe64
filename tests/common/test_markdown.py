"""Simple Markdown as safe HTML (quality rule 16)."""

import pytest

from ctts.common.markdown import render, stands_in


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("👩‍⚕️ é", "<p>👩‍⚕️ é</p>\n"),
    ],
)
def test_simple_markdown_is_drawn(text, html):
    assert render(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,1)",
        "![x](https://example.org/x.png)",
        '<a href="x" style="y">z</a>',
        "<https://example.org/&quot;onclick=alert(1)>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text):
    html = render(text)
    assert not any(f"<{tag}" in html for tag in ("script", "img", "iframe", "svg"))
    assert not any(f'href="{scheme}' in html for scheme in ("javascript", "data"))
    assert "onclick=" not in html.split(">")[0] or "&quot;" in html


def test_headings_stand_below_the_pages_own_and_skip_no_rank():
    html = render("### a\n\n###### b\n\n# c\n\n## d")
    assert [html[place + 1 : place + 3] for place in range(len(html)) if html[place : place + 2] == "<h"] == [
        "h3",
        "h4",
        "h3",
        "h4",
    ]


# --- words that are quoted ---

BOLD = "<p><mark>a </mark><strong><mark>bold</mark></strong><mark> word</mark></p>\n"


@pytest.mark.parametrize(
    ("text", "quote", "html"),
    [
        ("The camera drifted.", "camera", "<p>The <mark>camera</mark> drifted.</p>\n"),
        (
            "a **bold** word",
            "a bold  word",
            BOLD,
        ),
        ("one\ntwo", "one two", "<p><mark>one</mark><br><mark>\ntwo</mark></p>\n"),
        ("1 < 2 & so on", "< 2 &", "<p>1 <mark>&lt; 2 &amp;</mark> so on</p>\n"),
        ("This is it", "is", "<p>This <mark>is</mark> it</p>\n"),
        ("Nothing of it", "something", "<p>Nothing of it</p>\n"),
        ("Nothing of it", "  ", "<p>Nothing of it</p>\n"),
    ],
)
def test_the_quoted_words_are_marked_where_they_stand(text, quote, html):
    assert render(text, [quote]) == html
    assert stands_in(text, quote) == ("<mark>" in html)


def test_two_quotes_of_one_text_are_both_marked():
    assert render("one two three", ["one two", "two three"]) == "<p><mark>one two three</mark></p>\n"


def test_a_mark_opens_no_attribute():
    link = '[the link](https://example.org "a > b\\" onclick=x and <mark>")'
    assert render(link, ["the link"]) == render(link).replace("the link", "<mark>the link</mark>")
    assert render(link, ["b"]) == render(link)
