"""What the calendar owes accounts."""

from __future__ import annotations

from datetime import datetime

from ctts.accounts.actions import erase_old_mails
from ctts.accounts.models import AccountMail
from ctts.accounts.tasks import deliver_mail
from ctts.common.calendar_jobs import calendar_job
from ctts.common.mail import due
from ctts.common.queue import enqueue


@calendar_job("accounts.sweep_mail")
def sweep_mail(now: datetime) -> int:
    """Ring again for mails whose own ring was lost, and forget the words of those that went; how many were rung for."""
    erase_old_mails(by=None, now=now)
    waiting = due(AccountMail, now=now)
    for mail_id in waiting:
        enqueue(deliver_mail, mail_id=mail_id)
    return len(waiting)
