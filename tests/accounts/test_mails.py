"""Mails about accounts: rows first, sent by the worker, their words forgotten afterwards (quality rules 3 and 4)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.accounts import actions, queries
from ctts.accounts.models import AccountMail
from ctts.accounts.periodic import sweep_mail
from ctts.accounts.queries import invitation_path
from ctts.accounts.tasks import deliver_mail
from ctts.common.clock import set_offset
from ctts.common.mail import MailState
from ctts.common.verdict import TooLate
from tests.accounts.people import NOW, PASSWORD, acted, invite, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def queue(to="tara@leeds.example", now=NOW):
    return actions.queue_mail(kind="test", to=to, subject="Words", text="Secret link", html="", by=None, now=now)


def state_of(mail):
    mail.refresh_from_db()
    return mail.state


def test_what_waits_for_the_mail_server_is_unreadable_in_the_database():
    mail = queue()
    assert "Secret" not in mail.sealed
    letter = queries.opened_letter(mail)
    assert (letter.to, letter.subject, letter.text) == ("tara@leeds.example", "Words", "Secret link")


def test_a_mail_is_delivered_once_with_its_fixed_message_id(post_box):
    person = make_person()
    mail = queue()
    assert mail.person == person
    for _ in range(2):
        deliver_mail(mail_id=mail.pk)
    [arrived] = post_box.wait_for(1)
    assert arrived["Message-ID"] == mail.message_id
    assert "Secret link" in arrived.get_content()
    assert state_of(mail) == MailState.SENT


def test_a_dead_mail_server_is_no_error_page_and_loses_nothing(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    given = {"email": "tara@leeds.example", "full_name": "Tara Khan", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_signup"), given).url == reverse("account_email_verification_sent")
    mail = AccountMail.objects.get()
    deliver_mail(mail_id=mail.pk)
    assert state_of(mail) == MailState.QUEUED
    assert mail.attempts == 1


def test_a_renewed_invitation_is_written_when_it_is_sent_and_not_at_all_when_it_is_spent(post_box):
    set_offset(at=NOW + timedelta(minutes=1))
    sam, tom = invite(), invite("tom@leeds.example", full_name="Tom Reed")
    for invitation in (sam, tom):
        actions.invite_again(person=invitation.person, by=None, now=NOW)
    first, second = AccountMail.objects.order_by("pk")
    actions.accept_invitation(invitation=second.invitation, password=PASSWORD, by=tom.person, now=NOW)
    for mail in (first, second):
        deliver_mail(mail_id=mail.pk)
    [arrived] = post_box.wait_for(1)
    assert arrived["To"] == "sam@leeds.example"
    assert invitation_path(first.invitation) in arrived.get_body(("plain",)).get_content()
    assert first.sealed == ""
    assert state_of(second) == MailState.CANCELLED


def test_the_sweep_rings_for_the_forgotten_and_forgets_the_words_of_the_sent():
    waiting, sent, dead, fresh = (queue() for _ in range(4))
    AccountMail.objects.filter(pk__in=[sent.pk, dead.pk]).update(state=MailState.SENDING, attempts=1, claimed_at=NOW)
    AccountMail.objects.filter(pk=sent.pk).update(state=MailState.SENT, sent_at=NOW)
    AccountMail.objects.filter(pk=dead.pk).update(state=MailState.DEAD)
    AccountMail.objects.filter(pk=fresh.pk).update(look_again_at=NOW + 9 * DAY)
    assert sweep_mail(NOW + DAY) == 1
    assert AccountMail.objects.filter(sealed="").count() == 0
    assert sweep_mail(NOW + DAY + timedelta(seconds=1)) == 0
    assert list(AccountMail.objects.filter(sealed="").values_list("pk", "erased_at__date")) == [
        (sent.pk, (NOW + DAY).date())
    ]
    sweep_mail(NOW + 4 * DAY + timedelta(seconds=1))
    assert set(AccountMail.objects.filter(sealed="").values_list("pk", flat=True)) == {sent.pk, dead.pk}
    assert waiting.pk in AccountMail.objects.filter(state=MailState.QUEUED).values_list("pk", flat=True)


def test_a_dead_mail_is_listed_and_can_be_sent_again_while_its_links_live():
    person = office = make_person()
    mail = queue()
    with pytest.raises(TooLate):
        actions.send_mail_again(mail_id=mail.pk, by=office, now=NOW)
    AccountMail.objects.filter(pk=mail.pk).update(state=MailState.SENDING, attempts=5, claimed_at=NOW)
    AccountMail.objects.filter(pk=mail.pk).update(state=MailState.DEAD)
    assert list(queries.undelivered()) == [mail]
    actions.send_mail_again(mail_id=mail.pk, by=office, now=NOW + DAY)
    assert state_of(mail) == MailState.QUEUED
    assert acted(person)[-1] == "accounts.mail.sent_again"
    AccountMail.objects.filter(pk=mail.pk).update(state=MailState.SENDING)
    AccountMail.objects.filter(pk=mail.pk).update(state=MailState.DEAD)
    actions.erase_old_mails(by=None, now=NOW + 5 * DAY)
    with pytest.raises(TooLate, match="too old"):
        actions.send_mail_again(mail_id=mail.pk, by=office, now=NOW + 5 * DAY)
