"""Somebody at a browser: opens pages, follows links, fills in the forms that stand there and presses their buttons.

Only what a page offers can be done: a form is found by its button and sent with what it holds, hidden fields included.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from tests.accounts.people import code_of
from tests.cast import PASSWORD

GOOD = Path(__file__).resolve().parents[1] / "files" / "good"
BUTTONS = ".//button[not(@type) or @type='submit'] | .//input[@type='submit']"


def words(element: html.HtmlElement) -> str:
    """What an element says, white space folded."""
    return " ".join(element.text_content().split())


def field_name(written: str) -> str:
    """The name of a field, of which Python cannot write the dashes."""
    return written.replace("_DASH_", "-")


def a_file(name: str) -> SimpleUploadedFile:
    """A file of the tree, as a browser uploads it."""
    return SimpleUploadedFile(Path(name).name, (GOOD / name).read_bytes())


class Visitor:
    """One person and their browser. Whatever a page refuses fails the journey with the words on it."""

    def __init__(self, name: str, email: str) -> None:
        self.name, self.email = name, email
        self.client = Client()
        self.url = "/"
        self.page: html.HtmlElement = html.fromstring("<html><body></body></html>")

    def __repr__(self) -> str:
        return self.name

    # --- looking ---

    def open(self, url: str) -> Visitor:
        """Open an address, redirects followed."""
        return self._show(self.client.get(urljoin(self.url, url), follow=True), url)

    def follow(self, link: str) -> Visitor:
        """Follow the link on this page that says `link`, or begins so."""
        links = [(words(a), a.get("href")) for a in self.page.iter("a") if a.get("href")]
        found = [href for said, href in links if said == link] or [h for said, h in links if said.startswith(link)]
        assert found, f"{self}: no link “{link}” at {self.url}; there are {sorted({said for said, _ in links})}"
        return self.open(found[0])

    def sees(self, *texts: str) -> Visitor:
        """The page says each of these."""
        said = words(self.page)
        for text in texts:
            assert text in said, f"{self}: “{text}” is not at {self.url}:\n{said[:3000]}"
        return self

    def value_of(self, label: str) -> str:
        """The value of the radio button or tick box whose label begins so."""
        for one in self.page.iter("label"):
            if words(one).startswith(label):
                return str(self.page.get_element_by_id(one.get("for")).get("value"))
        raise AssertionError(f"{self}: nothing to choose is called “{label}” at {self.url}")

    def secret(self) -> str:
        """The key for the authenticator app that this page shows."""
        return words(self.page.find_class("secret")[0])

    def fold(self, prefix: str) -> list[str]:
        """The ids on this page that begin so, in their order."""
        return [one.get("id") for one in self.page.xpath("//*[@id]") if one.get("id").startswith(prefix)]

    def does_not_see(self, *texts: str) -> Visitor:
        """The page says none of these."""
        said = words(self.page)
        for text in texts:
            assert text not in said, f"{self}: “{text}” is at {self.url}"
        return self

    def cookies(self) -> list[Any]:
        """What the browser keeps of the pages."""
        return list(self.client.cookies)

    def hears_no(self, url: str, status: int) -> None:
        """An address answers with this refusal."""
        assert self.client.get(urljoin(self.url, url), follow=True).status_code == status, f"{self}: {url}"

    # --- doing ---

    def press(self, button: str, *, wrong: bool = False, inside: str = "", **fields: Any) -> Visitor:
        """Fill in the form with this button and press it; `inside` is the id of the part of the page where it stands.

        `wrong` means that the page is expected to refuse it.
        """
        form, pressed = self._form(button, inside)
        given = self._filled(form, fields)
        if pressed.get("name"):
            given[pressed.get("name")] = pressed.get("value", "")
        action = urljoin(self.url, pressed.get("formaction") or form.get("action") or self.url)
        send = self.client.post if form.method == "POST" else self.client.get
        return self._show(send(action, given, follow=True), f"“{button}” at {self.url}", wrong=wrong)

    def open_piece(self, action: str) -> None:
        """Open one piece of evidence where it stands on the page, by its button that goes to this address."""
        self.client.post(action, {"csrfmiddlewaretoken": self.client.cookies["csrftoken"].value})

    def sign_in(self, secret: str = "") -> Visitor:
        """Sign in on the page for it, with the second factor where the person has one."""
        self.open("/account/login/").press("Sign in", login=self.email, password=PASSWORD)
        if secret:
            self.press("Sign in", code=code_of(secret))
        return self

    def _form(self, button: str, inside: str) -> tuple[html.FormElement, html.HtmlElement]:
        place = self.page.get_element_by_id(inside) if inside else self.page.find(".//main")
        there = [(form, pressed) for form in place.iter("form") for pressed in form.xpath(BUTTONS)]
        said = [words(pressed) or pressed.get("value", "") for _, pressed in there]
        for matches in (button.__eq__, lambda label: label.startswith(button)):
            for label, found in zip(said, there, strict=True):
                if matches(label):
                    return found
        raise AssertionError(f"{self}: no button “{button}” at {self.url}; there are {said}\n{words(self.page)[:2000]}")

    def _filled(self, form: html.FormElement, fields: Mapping[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        names = set()
        for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            name = field.get("name")
            names.add(name)
            if field.get("disabled") is not None or field.get("type") in ("submit", "file"):
                continue
            value = field.value
            if field.tag == "input" and field.get("type") in ("checkbox", "radio"):
                value = field.get("value", "on") if field.get("checked") is not None else None
            if value is not None:
                values = list(value) if field.tag == "select" and field.multiple else [value]
                given[name] = [*given.get(name, []), *values]
        named = {field_name(name): value for name, value in fields.items()}
        unknown = named.keys() - names
        assert not unknown, f"{self}: no fields {unknown} at {self.url}; there are {sorted(names)}"
        given |= named
        if "password_or_code" in names:
            given.setdefault("password_or_code", PASSWORD)
            given["password_or_code"] = PASSWORD
        return given

    def _show(self, response: Any, what: str, *, wrong: bool = False) -> Visitor:
        if response.redirect_chain:
            self.url = urljoin(self.url, response.redirect_chain[-1][0])
        else:
            self.url = response.request["PATH_INFO"] + (f"?{q}" if (q := response.request["QUERY_STRING"]) else "")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        if "text/html" in response.headers.get("Content-Type", ""):
            self.page = html.fromstring(content.decode())
        self.content = content
        refused = response.status_code >= 400
        shown = words(self.page)[:2500] if refused != wrong else ""
        assert refused == wrong, f"{self}: {what} answered {response.status_code} at {self.url}\n{shown}"
        return self
