"""Signing asks for proof that is at most ten minutes old, and loses nothing that was typed (quality rule 8)."""

from datetime import timedelta

import pytest
from django import forms

from ctts.accounts import access
from ctts.accounts.forms import SignatureFormMixin
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.common.forms import CrispyForm, CrispyModelForm
from tests.accounts.people import NOW, PASSWORD, SECRET, code_of, make_person, make_supervisor, wrong_code

pytestmark = pytest.mark.django_db
FIELD = "password_or_code"


class Sign(SignatureFormMixin, CrispyForm):
    """A signing form as an app writes it."""

    comment = forms.CharField()


class SignOwnName(SignatureFormMixin, CrispyModelForm):
    """The same over a model."""

    class Meta:
        model = User
        fields = ["full_name"]


@pytest.fixture
def tara():
    return make_person()


def signing(signer, session, data=None, now=NOW):
    return Sign(data, signer=signer, session=session, now=now)


def test_within_ten_minutes_of_signing_in_nothing_more_is_asked(tara):
    session = {}
    access.note_authentication(session, AuthenticationMethod.SIGN_IN, NOW)
    form = signing(tara, session, {"comment": "Seen"}, NOW + timedelta(minutes=10))
    assert form.is_valid()
    assert form.authentication == AuthenticationEvent(NOW, AuthenticationMethod.SIGN_IN)
    assert form.cleaned_data == {"comment": "Seen"}
    assert not form.asks_for_proof
    assert form[FIELD].field.widget.is_hidden


def test_later_the_page_asks_and_what_was_typed_stays(tara):
    session = {}
    access.note_authentication(session, AuthenticationMethod.SIGN_IN, NOW)
    late = NOW + timedelta(minutes=10, seconds=1)
    assert signing(tara, session, now=late).asks_for_proof
    form = signing(tara, session, {"comment": "Seen"}, late)
    assert not form.is_valid()
    assert list(form.errors) == [FIELD]
    assert form["comment"].value() == "Seen"


@pytest.mark.parametrize("data", [{FIELD: PASSWORD, "comment": "Seen"}, {FIELD: PASSWORD, "comment": ""}])
def test_the_password_is_proof_kept_for_ten_minutes_and_never_written_back(tara, data):
    session = {}
    form = signing(tara, session, data)
    assert form.is_valid() is bool(data["comment"])
    assert form.authentication == AuthenticationEvent(NOW, AuthenticationMethod.PASSWORD)
    assert PASSWORD not in form.as_p()
    assert signing(tara, session, {"comment": "More"}, NOW + timedelta(minutes=9)).is_valid()


def test_the_code_of_the_app_is_proof_once(tara):
    sam = make_supervisor()
    code = code_of(SECRET)
    form = signing(sam, {}, {FIELD: code, "comment": "Seen"})
    assert form.is_valid()
    assert form.authentication.method == AuthenticationMethod.CODE
    assert not signing(sam, {}, {FIELD: code, "comment": "Seen"}).is_valid()
    assert not signing(tara, {}, {FIELD: code_of(SECRET, ahead=1), "comment": "Seen"}).is_valid()


@pytest.mark.parametrize("secret", ["wrong", "", " " + PASSWORD, PASSWORD.upper()])
def test_a_wrong_secret_signs_nothing(tara, secret):
    session = {}
    form = signing(tara, session, {FIELD: secret, "comment": "Seen"})
    assert not form.is_valid()
    assert session == {}


def test_a_recovery_code_is_for_signing_in_only():
    sam = make_supervisor()
    codes = sam.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    assert not signing(sam, {}, {FIELD: codes[0], "comment": "Seen"}).is_valid()


def test_five_wrong_tries_and_then_even_the_right_one_waits(tara):
    sam = make_supervisor()
    for _ in range(5):
        assert not signing(sam, {}, {FIELD: wrong_code(SECRET), "comment": "Seen"}).is_valid()
    locked = signing(sam, {}, {FIELD: PASSWORD, "comment": "Seen"})
    assert "Too many wrong tries" in locked.errors[FIELD][0]
    assert signing(tara, {}, {FIELD: PASSWORD, "comment": "Seen"}).is_valid()  # others are not held up


def test_the_right_one_begins_the_count_anew(tara):
    for _ in range(3):
        for secret in ("wrong", "wrong", "wrong", PASSWORD):
            form = signing(tara, {}, {FIELD: secret, "comment": "Seen"})
        assert form.is_valid()


def test_a_proof_from_the_future_does_not_count(tara):
    session = {}
    access.note_authentication(session, AuthenticationMethod.SIGN_IN, NOW + timedelta(minutes=5))
    assert signing(tara, session).asks_for_proof


def test_it_goes_with_model_forms_too(tara):
    form = SignOwnName({"full_name": "Tara", FIELD: PASSWORD}, instance=tara, signer=tara, session={}, now=NOW)
    assert form.is_valid()
    assert form.authentication.method == AuthenticationMethod.PASSWORD
