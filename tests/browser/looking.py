"""Looking at a page as the house rules do: axe finds nothing, nothing sticks out, controls are large enough."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is violated is told in full, and by its HTML: to find a selector for each element is a third of the work.
FIND = """rules => !window.axe ? null : axe.run(
    document, {runOnly: rules, resultTypes: ['violations'], selectors: false}
).then(found => found.violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 300)}`)))"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Links inside running text, lists and cells are left out: WCAG 2.2 asks 24 px and leaves out text (2.5.8), we ask 44.
SMALL = """[...document.querySelectorAll('button, summary, select, textarea, input:not([type=hidden]), a.btn, nav a')]
    .filter(one => !one.closest('.visually-hidden, .skip') && one.getClientRects().length)
    .map(one => [one.outerHTML.slice(0, 120),
                 Math.max(...[one, one.closest('.form-check')].filter(Boolean)
                     .map(part => part.getBoundingClientRect().height))])
    .filter(([, height]) => height < 43.5)"""


def goes_on(page: Page, control: Locator) -> None:
    """Press what leads to another page, and wait until that one stands: a press alone comes back on the old one."""
    with page.expect_navigation():
        control.click()


def violations(page: Page, *, seldom: bool = False) -> list[str]:
    """What axe-core finds by WCAG 2.2 A and AA and best practice; empty when all is well.

    axe is sent once for each browser context: the pages that it opens later have it from their beginning. `seldom`: it
    is sent to this page alone, for most pages are not looked at (every page with it costs half as much again).
    """
    found: list[str] | None = page.evaluate(FIND, RULES)
    if found is None:
        if not seldom:
            page.context.add_init_script(f"if (window === window.top) {{ {AXE} }}")
        page.evaluate(AXE)
        found = page.evaluate(FIND, RULES)
    assert found is not None
    return found


def sticks_out(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate(SIDEWAYS))


def too_small(page: Page) -> list[object]:
    """Controls lower than 44 px with their height."""
    found: list[object] = page.evaluate(SMALL)
    return found


def faults(page: Page, *, seldom: bool = False) -> list[object]:
    """All that a look at this page finds wrong; `seldom` as `violations` takes it."""
    wide = sticks_out(page)
    return [*violations(page, seldom=seldom), *too_small(page), *([f"{wide} px too wide"] if wide > 0 else [])]
