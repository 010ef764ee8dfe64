"""What the calendar owes of messages: mail that was forgotten, and the daily mail of those who chose it."""

from __future__ import annotations

from datetime import datetime

from ctts.common import mail
from ctts.common.calendar_jobs import calendar_job
from ctts.common.queue import enqueue
from ctts.notifications import actions, queries
from ctts.notifications.models import Message
from ctts.notifications.tasks import deliver


@calendar_job("notifications.daily_mails")
def daily_mails(now: datetime) -> int:
    """Send every daily mail that is due: after 07:00 London, however late the calendar looks (N)."""
    people = queries.waiting_for_daily_mail(now)
    for person_id in people:
        actions.send_daily_mail(person_id=person_id, by=None, now=now)
    return len(people)


@calendar_job("notifications.sweep")
def sweep(now: datetime) -> int:
    """Ring again for what was forgotten, and put in doubt what its worker never finished (quality rules 3 and 4)."""
    forgotten = mail.due(Message, now=now)
    for message_id in forgotten:
        enqueue(deliver, message_id=message_id)
    return len(forgotten)
