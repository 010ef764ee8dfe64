"""The second factor: forced on roles that need it, and not got round by any way back in (quality rule 15)."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from ctts.accounts import actions, sealing
from ctts.accounts.models import User
from tests.accounts.people import (
    NOW,
    OTHER_PASSWORD,
    PASSWORD,
    SECRET,
    acted,
    code_of,
    give_code,
    is_in,
    link_in,
    mails_to,
    make_person,
    make_supervisor,
    sign_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db
SAM = "sam@leeds.example"


def activate(client):
    """Read the secret off the page and type what the app shows."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}), secret


def test_on_the_telephone_that_has_the_app_the_key_is_handed_over_by_a_link(client):
    make_person(SAM, "Sam Patel")
    sign_in(client, SAM)
    page = client.get(reverse("mfa_activate_totp"))
    link = re.search(r'<a href="(otpauth://totp/[^"]+)">Open in an authenticator app on this device</a>', page.text)
    assert link and f"secret={page.context['form'].secret}" in link[1]


def test_set_up_forced_at_the_first_sign_in_then_codes_put_away_then_the_wanted_page(client):
    person = make_person(SAM, "Sam Patel", second_factor_required=True)
    sign_in(client, SAM)
    wanted = reverse("accounts:profile") + "?from=mail"
    assert client.get(wanted).url == reverse("mfa_activate_totp")
    answer, secret = activate(client)
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert client.get(wanted).url == answer.url  # not before the codes are put away
    page = client.get(answer.url)
    assert len(page.context["codes"]) == 10
    download = client.get(reverse("mfa_download_recovery_codes"))
    assert page.context["codes"][0] in download.content.decode()
    assert client.post(answer.url, {}).status_code == 422
    assert client.post(answer.url, {"kept": "on"}).url == wanted
    assert client.get(wanted).status_code == 200
    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored
    assert sealing.unseal(stored) == secret
    assert acted(person)[1:] == ["accounts.second_factor.set_up", "accounts.recovery_codes.kept"]


def test_nothing_but_the_set_up_and_leaving_is_open_before(client):
    client.force_login(make_person(SAM, second_factor_required=True))
    for name in ("accounts:profile", "account_change_password", "account_email", "mfa_index", "home:dashboard"):
        for answer in (client.get(reverse(name)), client.post(reverse(name))):
            assert answer.url == reverse("mfa_activate_totp"), name
    swapped = client.get(reverse("accounts:profile"), headers={"HX-Request": "true"})
    assert swapped["HX-Redirect"] == reverse("mfa_activate_totp")
    assert client.get(reverse("account_logout")).status_code == 200
    client.post(reverse("account_logout"))
    assert not is_in(client)


def test_a_role_granted_later_acts_on_the_next_request(client):
    person = make_person(SAM)
    client.force_login(person)
    assert is_in(client)
    actions.require_second_factor(person=person, by=None, now=NOW)
    assert client.get(reverse("accounts:profile")).url == reverse("mfa_activate_totp")


def test_sign_in_asks_for_the_code_and_wrong_ones_open_nothing(client):
    make_supervisor(SAM)
    assert sign_in(client, SAM).url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert give_code(client, wrong_code(SECRET)).context["form"].errors
    assert not is_in(client)
    give_code(client, code_of(SECRET))
    assert is_in(client)


@pytest.mark.parametrize("flushed", [False, True])
def test_a_code_opens_once_and_older_ones_no_more_even_when_redis_forgot(client, redis, flushed):
    make_supervisor(SAM)
    used, older, newer = (code_of(SECRET, ahead=ahead) for ahead in (0, -1, 1))
    sign_in(client, SAM)
    give_code(client, used)
    assert is_in(client)
    for code in (used, older):
        if flushed:
            redis.flushall()
        other = Client()
        sign_in(other, SAM)
        assert give_code(other, code).context["form"].errors
        assert not is_in(other)
    sign_in(other, SAM)
    give_code(other, newer)
    assert is_in(other)


def test_a_code_given_again_opens_the_way_to_another_address(client):
    client.force_login(make_supervisor(SAM))
    page = f"{reverse('mfa_reauthenticate')}?next={reverse('account_email')}"
    assert client.get(page).status_code == 200
    assert client.post(page, {"code": wrong_code(SECRET)}).context["form"].errors
    code = code_of(SECRET)
    assert client.post(page, {"code": code}).url == reverse("account_email")
    assert client.post(page, {"code": code}).context["form"].errors


def test_wrong_codes_are_limited(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
    make_supervisor(SAM)
    sign_in(client, SAM)
    for _ in range(5):
        give_code(client, wrong_code(SECRET))
    answer = give_code(client, code_of(SECRET))
    assert "Too many" in str(answer.context["form"].errors)
    assert not is_in(client)


def test_a_recovery_code_opens_once(client):
    person = make_supervisor(SAM)
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    for opens in (True, False):
        browser = Client()
        sign_in(browser, SAM)
        give_code(browser, codes[0])
        assert is_in(browser) is opens


def test_password_reset_does_not_get_round_the_second_factor(client):
    make_supervisor(SAM)
    client.post(reverse("account_reset_password"), {"email": SAM})
    page = client.get(link_in(mails_to(SAM)[-1]), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD})
    assert not is_in(client)
    assert sign_in(client, SAM, OTHER_PASSWORD).url == reverse("mfa_authenticate")
    assert not is_in(client)
    give_code(client, code_of(SECRET))
    assert is_in(client)


def test_email_change_does_not_get_round_the_second_factor(client):
    make_supervisor(SAM)
    sign_in(client, SAM)
    give_code(client, code_of(SECRET))
    client.post(reverse("account_email"), {"email": "sam@new.example", "action_add": ""})
    client.post(link_in(mails_to("sam@new.example")[0]))
    assert User.objects.get().email == "sam@new.example"
    assert sign_in(Client(), "sam@new.example").url == reverse("mfa_authenticate")


def test_who_needs_it_cannot_switch_it_off(client):
    person = make_supervisor(SAM)
    sign_in(client, SAM)
    give_code(client, code_of(SECRET))
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.context["form"].errors
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_who_may_switches_it_off_and_on(client):
    person = make_person(SAM)
    sign_in(client, SAM)
    activate(client)
    person.refresh_from_db()
    assert person.second_factor_at
    assert is_in(client)  # nobody is forced to put the codes away
    client.post(reverse("mfa_deactivate_totp"))
    person.refresh_from_db()
    assert person.second_factor_at is None
    assert acted(person)[-1] == "accounts.second_factor.dropped"
    assert not Authenticator.objects.filter(user=person).exists()


def test_setting_it_up_ends_sessions_opened_without_it(client):
    make_person(SAM)
    other = Client()
    for browser in (client, other):
        sign_in(browser, SAM)
    activate(client)
    assert is_in(client)
    assert not is_in(other)


def test_new_codes_replace_the_old_and_must_be_put_away(client):
    person = make_supervisor(SAM)
    old = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    sign_in(client, SAM)
    give_code(client, code_of(SECRET))
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    client.post(reverse("mfa_generate_recovery_codes"))
    assert client.get(reverse("accounts:profile")).url == reverse("mfa_view_recovery_codes")
    new = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    assert not set(old) & set(new)
    assert acted(person)[-1] == "accounts.recovery_codes.made"


def test_codes_page_is_404_without_a_second_factor_and_asks_for_proof_when_it_is_old(client):
    client.force_login(make_person("tara@leeds.example"))
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 404
    client.force_login(make_supervisor(SAM))
    assert client.get(reverse("mfa_view_recovery_codes")).url.startswith(reverse("account_reauthenticate"))


def test_lost_device_the_office_resets_and_everything_starts_anew(client):
    person = make_supervisor(SAM)
    office = make_person("olga@office.example", "Olga Reid")
    client.force_login(person)
    assert is_in(client)
    actions.reset_second_factor(person=person, identity_check="Video call, passport seen", by=office, now=NOW)
    assert not is_in(client)
    assert "authenticator app" in mails_to(SAM)[-1].text
    assert sign_in(client, SAM, PASSWORD).url == reverse("home:dashboard")
    assert client.get(reverse("accounts:profile")).url == reverse("mfa_activate_totp")
