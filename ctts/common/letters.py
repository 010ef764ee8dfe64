"""From three templates to a subject, a plain text and the same as HTML: what every mail of the scheme is made of.

The templates stand in `templates/mail/<kind>/`: `subject.txt`, `body.txt` (grown from `mail/base.txt`) and `body.html`
(from `mail/base.html`). Both bodies say the same. In the text parts nothing is escaped, in the HTML part everything is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.template import Context, Engine

from ctts.common.parts import MailPreview

SUBJECT_LENGTH = 200
OURS = frozenset({"person", "base_url", "product_name", "link", "part"})


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered mail: a subject of one line, a plain text, the same as HTML."""

    subject: str
    text: str
    html: str


class Recipient(Protocol):
    """Whoever a mail goes to: a person with an account, or one who is named and has none yet."""

    @property
    def full_name(self) -> str:
        """The whole name."""

    @property
    def email(self) -> str:
        """The address."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody a mail goes to who has no account, or none yet."""

    full_name: str
    email: str

    @property
    def greeting_name(self) -> str:
        """How the mail addresses them."""
        return self.full_name


def write(kind: str, context: Mapping[str, Any]) -> Words:
    """Render the three templates of a kind of message; `base_url` and `product_name` are given to each.

    Raises TemplateDoesNotExist for a kind without templates.
    """
    known = {"base_url": settings.BASE_URL, "product_name": "Clinical Technologist Training Scheme", **context}
    return Words(
        subject=one_line(_render(f"mail/{kind}/subject.txt", known, escape=False)),
        text=_render(f"mail/{kind}/body.txt", known, escape=False).strip() + "\n",
        html=_render(f"mail/{kind}/body.html", known, escape=True),
    )


def mail_preview(kind: str, to: Recipient, /, *, part: bool = False, **context: object) -> MailPreview:
    """The very words that a step will mail to somebody, for the page before it is taken (screens 18).

    `part`: as it will stand in the one mail of the day. Raises as `write` does.
    """
    words = write(kind, {"person": to, "part": part, **context})
    return MailPreview(f"{to.full_name} <{to.email}>", words.subject, words.text)


def public_address(path: str) -> str:
    """A path of ours as it is written where no browser completes it: on paper and in the code on a diploma."""
    return f"{settings.BASE_URL}{path}"


def one_line(text: str) -> str:
    """A text as a subject: line breaks and other controls become spaces, at most 200 characters."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= SUBJECT_LENGTH else f"{words[: SUBJECT_LENGTH - 1]}…"


def _render(name: str, context: dict[str, Any], *, escape: bool) -> str:
    return str(Engine.get_default().get_template(name).render(Context(context, autoescape=escape)))
