"""The worker's part: hand one message to the mail server (`ctts.common.mail` says how that is made safe)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.html import escape

from ctts.common import clock, mail
from ctts.common.mail import Attachment, Letter, Withheld
from ctts.common.queue import job
from ctts.documents import storage
from ctts.notifications.models import Message
from ctts.notifications.notices import LINK_HERE, kinds


@job("notifications.deliver")
def deliver(*, message_id: int, **_newer: object) -> None:
    """Send one message, unless it went, is not due, or another worker has it."""
    send(message_id, clock.now())


def send(message_id: int, now: datetime) -> None:
    """The same as of `now`; never called inside a transaction (`ctts.common.mail`)."""
    related = ("to", "attachment")
    mail.deliver(Message, message_id, compose=lambda message: letter(message, now), now=now, related=related)


def letter(message: Message, now: datetime) -> Letter:
    """The mail of a claimed row, to the address that the person has now.

    Raises Withheld("inactive") for a person who has left, Withheld("door shut") when what the link opens is closed,
    Withheld("attachment withdrawn") when the file may not be shown any more.
    """
    if message.to is not None and not message.to.is_active:
        raise Withheld("inactive")
    person = message.addressee
    link = _link(message, now)
    Message.objects.filter(pk=message.pk).update(sent_to=person.email)
    return Letter(
        to=person.email,
        subject=message.subject,
        text=message.text.replace(LINK_HERE, link),
        html=message.html.replace(LINK_HERE, escape(link)),
        attachments=_files(message),
    )


def _link(message: Message, now: datetime) -> str:
    notice = kinds().get(message.kind)
    if not message.link or notice is None or notice.link is None:
        return ""
    path = notice.link(message.link, now)
    if path is None:
        raise Withheld("door shut")
    return f"{settings.BASE_URL}{path}"


def _files(message: Message) -> tuple[Attachment, ...]:
    document = message.attachment
    if document is None:
        return ()
    if not document.is_ready:
        raise Withheld("attachment withdrawn")
    content = b"".join(storage.current().pieces(document.sha256, 0, document.size))
    return (Attachment(name=document.original_name, content_type=document.media_type, content=content),)
