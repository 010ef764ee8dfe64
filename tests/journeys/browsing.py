"""A visitor with a real Chromium: the steps of the journey typed and clicked, and every new page looked at."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.looking import faults, sticks_out, too_small
from tests.cast import PASSWORD
from tests.journeys.visitor import Visitor, field_name, words

WIDTHS = {390: 844, 1280: 900}
PICTURES = os.environ.get("CTTS_PICTURES")
LOOKED_AT = re.compile(r"/(assessments|moderation|office|verify|training/\d+/(diploma|register)|training/mine)")
FILES = re.compile(r"(?<!/new)/file/$|/register/(archive|printable)/$|/calendar/$")


def touching(page: Page) -> list[str]:
    """The heading, where it touches the edge of the screen."""
    left = page.locator("h1").bounding_box()
    return [] if left and left["x"] >= 12 else ["the heading touches the edge"]


def wide_faults(page: Page) -> list[object]:
    """What a desk shows besides: axe has seen the same page on the telephone."""
    wide = sticks_out(page)
    return [*too_small(page), *touching(page), *([f"{wide} px too wide"] if wide > 0 else [])]


def narrow_faults(page: Page) -> list[object]:
    """All that is wrong on a telephone."""
    return [*faults(page, seldom=True), *touching(page)]


class Looks:
    """What is wrong on the pages of a way: each page is looked at once in each state, in both widths."""

    def __init__(self, pages: re.Pattern[str] = LOOKED_AT) -> None:
        self.pages = pages
        self.seen: set[str] = set()
        self.found: dict[str, object] = {}

    def at(self, page: Page) -> None:
        """Look at the page as it stands, unless it was looked at."""
        name = self._name(page)
        if name in self.seen or not self.pages.match(urlsplit(page.url).path):
            return
        self.seen.add(name)
        page.route("**/progress/", lambda asked: asked.fulfill(status=204))  # it does not change while it is looked at
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            if PICTURES:
                folder = Path(PICTURES) / str(width)
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=folder / f"{len(self.seen):02d}-{name}.png", full_page=True)
            if wrong := narrow_faults(page) if width < 600 else wide_faults(page):
                self.found[f"{name}, {width}"] = wrong
        page.unroute("**/progress/")

    def _name(self, page: Page) -> str:
        """A page by its address without numbers, its badge, and how many headings and buttons stand on it."""
        badge = "-".join(page.locator(".page-head .badge-state").all_inner_texts())
        shape = f"{badge}-{page.locator('main h2').count()}-{page.locator('main .btn').count()}"
        path = re.sub(r"\d+|/$", "", urlsplit(page.url).path).strip("/").replace("/", "-").replace("--", "-")
        path = re.sub(r"CTD.*", "number" if page.url.count("/") < 5 else "code", path)
        return re.sub(r"[^\w-]+", "_", f"{path}-{shape}")


class Chromium(Visitor):
    """Somebody at a real browser."""

    def __init__(self, name: str, email: str, tab: Page, looks: Looks) -> None:
        super().__init__(name, email)
        self.tab, self.looks = tab, looks

    # --- looking ---

    def open(self, url: str) -> Chromium:
        """Go to an address; a file is fetched with the browser's cookies instead of being shown."""
        address = urljoin(self.url, url)
        if FILES.search(urlsplit(address).path):
            answer = self.tab.context.request.get(address)
            assert answer.ok, f"{self}: {address} answered {answer.status}"
            self.content = answer.body()
            return self
        try:
            self.tab.goto(address)
        except Error as aborted:
            if "ERR_ABORTED" not in str(aborted):
                raise
            self.tab.goto(address)  # a page that follows long work loaded itself anew at that very moment
        return self._arrived()

    def cookies(self) -> list[Any]:
        """What the browser keeps of the pages."""
        return list(self.tab.context.cookies())

    def without_browser(self) -> Visitor:
        """The same person in the same session, at the pages alone."""
        plain = Visitor(self.name, self.email)
        for cookie in self.cookies():
            plain.client.cookies[cookie["name"]] = cookie["value"]
        return plain

    def hears_no(self, url: str, status: int) -> None:
        """An address answers with this refusal."""
        assert self.tab.context.request.get(urljoin(self.url, url)).status == status, f"{self}: {url}"

    def _arrived(self) -> Chromium:
        expect(self.tab.locator("h1")).to_have_count(1)
        self.url = self.tab.evaluate("location.pathname + location.search")
        self.page = html.fromstring(self.tab.content())
        self.looks.at(self.tab)
        return self

    # --- doing ---

    def press(self, button: str, *, wrong: bool = False, inside: str = "", **fields: Any) -> Chromium:
        """Type and tick what is given, then click the button."""
        form, pressed = self._form(button, inside)
        place = self.tab.locator("main form").nth(self._place(form))
        for summary in place.locator("xpath=ancestor::details[not(@open)]/summary").all():
            summary.click()
        for name, value in fields.items():
            fill(place.locator(f"[name='{field_name(name)}']:not([type=hidden])"), value)
        proof = place.locator("[name=password_or_code]:not([type=hidden])")
        if proof.count():
            proof.fill(PASSWORD)
        said = words(pressed) or pressed.get("value", "")
        with self.tab.expect_navigation():
            place.get_by_role("button", name=re.sub(r" \d+$", "", said)).first.click()
        return self._arrived()

    def open_piece(self, action: str) -> None:
        """Click the button; the piece opens in its place."""
        button = self.tab.locator(f"button[formaction='{action}']").first
        for summary in button.locator("xpath=ancestor::details[not(@open)]/summary").all():
            summary.click()
        with self.tab.expect_response(lambda answer: urlsplit(answer.url).path == action):
            button.click()

    def _place(self, form: html.FormElement) -> int:
        return list(self.page.find(".//main").iter("form")).index(form)


def fill(found: Locator, value: Any) -> None:
    """Give a field its value as a person does."""
    kind = found.first.evaluate("one => one.type")
    if kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            chosen = found.locator(f"xpath=self::*[@value='{one}']") if one != "on" else found
            chosen.first.check()
    elif kind == "select-one":
        found.select_option(str(value))
    elif kind == "file":
        payload = {"name": value.name, "mimeType": "application/octet-stream", "buffer": value.read()}
        found.set_input_files(payload)  # type: ignore[arg-type]  # Playwright's own shape
    else:
        found.fill(str(value))


@contextmanager
def by_pages_alone(story: Any) -> Iterator[None]:
    """For a while nobody uses the browser: the server is asked all the same, and nothing new would be to be seen."""
    seated = story.visitors
    story.visitors = {first: visitor.without_browser() for first, visitor in seated.items()}
    yield
    story.visitors = seated


def at_browsers(story: Any, open_page: Callable[[], Page], looks: Looks) -> None:
    """Everybody in the story sits at a real browser of their own."""
    story.sits = lambda name, email: Chromium(name, email, open_page(), looks)
