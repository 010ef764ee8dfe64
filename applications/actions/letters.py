"""The letter of a decision: once its PDF is there it is kept and mailed, or waits for the office (A4, screens 20)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import access, notices, queries
from applications.actions._steps import StalePart, lock, note, tell
from applications.models import DecisionLetter
from applications.states import DecisionKind
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.mail import MailState
from ctts.common.queue import ring
from ctts.common.verdict import Invalid, require
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.notifications.actions import give_up, release


def _lock_letter(decision_id: int) -> DecisionLetter:
    rows = DecisionLetter.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("decision__application", "decision__intake").get(pk=decision_id)


@transaction.atomic
def keep_letter(
    *, by: None, now: datetime, decision_id: int, pdf: bytes, pages: int, revision: int = 1
) -> DecisionLetter:
    """Keep the PDF of a decision letter and mail it to the applicant, or put the mail on hold with the letter.

    A second PDF of the same decision is dropped, and so is one of a `revision` whose words were changed meanwhile.
    """
    letter = _lock_letter(decision_id)
    if letter.document_id is not None or letter.revision != revision:
        return letter
    application = letter.decision.application
    letter.document = store_bytes(
        content=pdf,
        name=f"Decision on your application, {letter.decision.intake}.pdf",
        media_type=MediaType.PDF,
        owner=application.applicant,
        by=by,
        now=now,
        purpose="applications.decision_letter",
        pages=pages,
    )
    letter.made_at = now
    letter.save(update_fields=["document", "made_at"])
    tell(
        notices.LETTER_MAILS[DecisionKind(letter.decision.kind)],
        application,
        application.applicant,
        now,
        queries.letter_key(letter),
        context={"decision": letter.decision, "words": letter.words},
        attachment=letter.document,
        hold=letter.hold,
    )
    return letter


def _held_letter(decision_id: int, application_id: int, by: User, now: datetime, seen: str) -> DecisionLetter:
    """The letter on hold as the page showed it. Raises NotAllowed, TooLate once sent, StalePart when changed since."""
    application = lock(application_id)
    letter = _lock_letter(decision_id)
    require(access.can_send_letter(by, letter, application, london_date(now)))
    if str(letter.revision) != seen:
        raise StalePart("A colleague changed the letter since you opened the page.")
    return letter


@transaction.atomic
def change_letter(
    *, by: User, now: datetime, application_id: int, decision_id: int, words: str, seen: str
) -> DecisionLetter:
    """Put other words into a letter on hold; its PDF and its mail are made anew and wait again (screens 20).

    `seen` is the revision that the page showed. Raises NotAllowed, TooLate once it was sent, StalePart when a
    colleague changed it since, Invalid when nothing is changed.
    """
    letter = _held_letter(decision_id, application_id, by, now, seen)
    if words.strip() == letter.words:
        raise Invalid("These are its words already.", "words")
    waiting = queries.letter_mail(letter)
    if waiting is not None and waiting.state == MailState.HELD:
        give_up(message_id=waiting.pk, by=by, now=now, reason="The letter was changed before it was sent.")
    letter.words, letter.revision = words.strip(), letter.revision + 1
    letter.document = letter.made_at = None
    letter.save(update_fields=["words", "revision", "document", "made_at"])
    application = letter.decision.application
    said = {"reason": letter.words} if letter.words else None
    note("letter.changed", application, by, now, about=letter.decision, words=said)
    ring("applications.make_letters")
    return letter


@transaction.atomic
def send_letter(*, by: User, now: datetime, application_id: int, decision_id: int, seen: str) -> DecisionLetter:
    """Let a letter on hold go; one whose PDF is still being made goes by itself once it is there (screens 20).

    `seen` is the revision that the page showed. Raises NotAllowed, TooLate once it was sent, StalePart when a
    colleague changed it since.
    """
    letter = _held_letter(decision_id, application_id, by, now, seen)
    letter.hold = False
    letter.save(update_fields=["hold"])
    waiting = queries.letter_mail(letter)
    if waiting is not None and waiting.state == MailState.HELD:
        release(message_id=waiting.pk, by=by, now=now)
    note("letter.sent", letter.decision.application, by, now, about=letter.decision)
    return letter
