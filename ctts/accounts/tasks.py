"""Worker jobs of accounts: send one mail."""

from __future__ import annotations

from django.conf import settings

from ctts.accounts.access import can_accept
from ctts.accounts.models import AccountMail
from ctts.accounts.notices import INVITATION_AGAIN
from ctts.accounts.queries import invitation_path, opened_letter
from ctts.common import clock, letters
from ctts.common.mail import Letter, Withheld, deliver
from ctts.common.queue import job


@job("accounts.deliver_mail")
def deliver_mail(*, mail_id: int, **_newer: object) -> None:
    """Send one queued mail about an account; running twice sends once."""
    now = clock.now()

    def compose(mail: AccountMail) -> Letter:
        if mail.invitation is None:
            return opened_letter(mail)
        if not can_accept(mail.invitation, now):
            raise Withheld("invitation-spent")
        link = settings.BASE_URL + invitation_path(mail.invitation)
        context = {"person": mail.invitation.person, "invitation": mail.invitation, "link": link}
        words = letters.write(INVITATION_AGAIN.key, context)
        return Letter(to=mail.to, subject=words.subject, text=words.text, html=words.html)

    deliver(AccountMail, mail_id, compose=compose, now=now)
