"""What the calendar owes to the whole house: the daily signed head of the audit, kept outside (quality rule 7)."""

from __future__ import annotations

import json
from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from ctts.accounts.actions import queue_mail
from ctts.audit.actions import seal_day
from ctts.audit.sealing import head_content
from ctts.common.calendar_jobs import calendar_job


@calendar_job("audit.seal_day", daily_from=time(0, 10))
@transaction.atomic
def seal_audit(now: datetime) -> int:
    """Sign the head of all chains once a London day, write it to AUDIT_HEAD_DIR, mail it to AUDIT_HEAD_MAIL.

    Head and mail are one step: a head without its mail would never be mailed, since the day has its head.
    """
    head = seal_day(now=now)
    if head is None:
        return 0
    if settings.AUDIT_HEAD_MAIL:
        text = json.dumps(head_content(head), indent=1)
        subject = f"Audit head of {head.on:%d %B %Y}"
        queue_mail(
            kind="audit.head", to=settings.AUDIT_HEAD_MAIL, subject=subject, text=text, html="", by=None, now=now
        )
    return 1
