"""Mails about accounts: written down encrypted, sent again, erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from ctts.accounts import tasks
from ctts.accounts.models import AccountMail, User
from ctts.accounts.queries import person_by_email, sealed_letter
from ctts.audit.actions import record
from ctts.common import mail
from ctts.common.queue import enqueue
from ctts.common.verdict import TooLate

KEPT_AFTER_SENDING = timedelta(days=1)
KEPT_UNSENT = timedelta(days=4)  # longer than any link of django-allauth lives


@transaction.atomic
def queue_mail(
    *, kind: str, to: str, subject: str, text: str, html: str, by: User | None, now: datetime
) -> AccountMail:
    """Write a mail down, encrypted, and ring for its delivery after commit (quality rule 3)."""
    queued = AccountMail.objects.create(
        kind=kind,
        person=person_by_email(to),
        to=to,
        sealed=sealed_letter(subject, text, html),
        **mail.times(now),
    )
    enqueue(tasks.deliver_mail, mail_id=queued.pk)
    return queued


@transaction.atomic
def send_mail_again(*, mail_id: int, by: User, now: datetime) -> None:
    """Send a dead or doubtful mail once more. Raises TooLate when it is neither, or when its links are too old."""
    again = AccountMail.objects.get(pk=mail_id)
    if again.erased_at is not None:
        raise TooLate("The links in this mail are too old. The person can ask for another mail.")
    mail.send_again(AccountMail, mail_id, now=now)
    record("accounts.mail.sent_again", by=by, at=now, about=again, within=again.person_id)
    enqueue(tasks.deliver_mail, mail_id=mail_id)


@transaction.atomic
def erase_old_mails(*, by: None, now: datetime) -> int:
    """Forget the words of mails a day after they went, and of those that never did after four days; how many."""
    over = Q(state=mail.MailState.SENT, sent_at__lt=now - KEPT_AFTER_SENDING) | Q(
        state__in=[mail.MailState.DEAD, mail.MailState.IN_DOUBT], queued_at__lt=now - KEPT_UNSENT
    )
    return AccountMail.objects.filter(over).exclude(sealed="").update(sealed="", erased_at=now)
