"""What worker and calendar did in the past of the demo world, at the time when they would have done it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications import actions as applications
from applications.letters import decision_pdf
from applications.models import Decision
from assessments import actions, compiling
from assessments.models import PortfolioPart
from ctts.accounts.models import User
from ctts.common.calendar_jobs import calendar_jobs
from ctts.common.mail import MAIL_MOVES, MailState
from ctts.common.moves import move_rows
from ctts.common.runs import work_off_within
from ctts.documents import checking
from ctts.documents.models import Document
from ctts.notifications.models import Message
from ctts.notifications.tasks import send

SOON = timedelta(minutes=1)  # the worker is never far behind
KEPT_IN_POST_BOX = timedelta(days=8)
CLOSES = "applications.close_intakes"


def run_calendar(at: datetime, *names: str) -> None:
    """Run these jobs of the calendar, in its order, as of an instant in the past."""
    for job in calendar_jobs():
        if job.name in names:
            job.due(at)


def compile_portfolios(at: datetime) -> None:
    """Make every portfolio that was asked for, part by part as the worker does, inside the world's transaction."""
    work_off_within(PortfolioPart, compiling.make_part, at)
    for run in compiling.ready_runs():
        actions.finish_compiling(by=None, now=at, run_id=run.pk, whole=compiling.whole_of(run, at))


def make_letter(decision: Decision, now: datetime) -> None:
    """Make and keep the letter that a decision owes, as the calendar does for each."""
    content, pages = decision_pdf(decision)
    applications.keep_letter(by=None, now=now, decision_id=decision.pk, pdf=content, pages=pages)


def check_file(document: Document, now: datetime) -> Document:
    """Check a file that was handed in at `now`, and return it as it is then."""
    checking.check(document.pk, now + SOON)
    document.refresh_from_db()
    return document


def settle_mail(now: datetime) -> None:
    """Note as sent, at the time when it was told, the mail that the post box of today would not keep any more.

    By the moves of all mail, in two statements; nothing is handed to a server.
    """
    note_sent(Message.objects.filter(queued_at__lt=now - KEPT_IN_POST_BOX, attempts=0, not_before__isnull=True))


def note_sent(rows: QuerySet[Message]) -> None:
    """Note mail that waits as sent when it was told: also a link that was spent before the world is through."""
    address = User.objects.filter(pk=OuterRef("to")).values("email")
    sent_to = Coalesce(Subquery(address), F("to_address"))  # somebody without an account has their own address there
    told: dict[str, Any] = {"attempts": 1, "claimed_at": F("queued_at"), "sent_to": sent_to}
    ids = list(rows.filter(state=MailState.QUEUED).values_list("pk", flat=True))
    move_rows(Message.objects.filter(pk__in=ids), MAIL_MOVES, "claim", **told)
    move_rows(Message.objects.filter(pk__in=ids), MAIL_MOVES, "mark", sent_at=F("queued_at"))


def deliver_mail() -> None:
    """Send what the world has told its people, oldest first, each as of when it was told; outside any transaction.

    What the post box does not take stays queued like any mail, and the worker tries again.
    """
    waiting = Message.objects.filter(state=MailState.QUEUED, attempts=0, not_before__isnull=True)
    for message_id, queued_at in waiting.order_by("queued_at", "pk").values_list("pk", "queued_at"):
        send(message_id, queued_at)
