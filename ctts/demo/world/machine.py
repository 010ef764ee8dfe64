"""What worker and calendar did in the past of the demo world, at the time when they would have done it."""

from __future__ import annotations

from datetime import datetime, timedelta

from ctts.common.calendar_jobs import calendar_jobs
from ctts.common.mail import MailState
from ctts.documents import checking
from ctts.documents.models import Document
from ctts.notifications.models import Message
from ctts.notifications.tasks import send

SOON = timedelta(minutes=1)  # the worker is never far behind
CLOSES, ENROLS, LETTERS = "applications.close_intakes", "training.enrol", "applications.make_letters"


def run_calendar(at: datetime, *names: str) -> None:
    """Run these jobs of the calendar, in its order, as of an instant in the past."""
    for job in calendar_jobs():
        if job.name in names:
            job.due(at)


def check_file(document: Document, now: datetime) -> Document:
    """Check a file that was handed in at `now`, and return it as it is then."""
    checking.check(document.pk, now + SOON)
    document.refresh_from_db()
    return document


def deliver_mail() -> None:
    """Send what the world has told its people, oldest first, each as of when it was told; outside any transaction.

    What the post box does not take stays queued like any mail, and the worker tries again.
    """
    waiting = Message.objects.filter(state=MailState.QUEUED, attempts=0, not_before__isnull=True)
    for message_id, queued_at in waiting.order_by("queued_at", "pk").values_list("pk", "queued_at"):
        send(message_id, queued_at)
