"""Simple Markdown as safe HTML (quality rule 16)."""

import pytest

from ctts.common.markdown import render


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
