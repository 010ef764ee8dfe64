"""What a person may choose about mails, and the office's reason."""

import pytest

from ctts.notifications.forms import DeliveryForm, ReasonForm
from ctts.notifications.models import Preference
from tests.notifications.letterbox.notices import MUTABLE, PLAIN


def form(data, **chosen):
    return DeliveryForm(data, choice=Preference(**chosen))


@pytest.mark.parametrize(
    ("data", "cleaned"),
    [
        ({"daily": "daily", "muted": [MUTABLE.key]}, {"daily": True, "muted": [MUTABLE.key]}),
        ({"daily": "at_once"}, {"daily": False, "muted": []}),
    ],
)
def test_the_choice_is_what_the_action_takes(data, cleaned):
    bound = form(data)
    assert bound.is_valid()
    assert bound.cleaned_data == cleaned


def test_nobody_mutes_what_matters_by_the_form():
    bound = form({"daily": "at_once", "muted": [PLAIN.key]})
    assert not bound.is_valid()
    assert list(bound.errors) == ["muted"]
    assert list(form({"daily": "weekly"}).errors) == list(form({}).errors) == ["daily"]


def test_the_form_shows_what_was_chosen():
    shown = DeliveryForm(choice=Preference(daily=True, muted=[MUTABLE.key]))
    assert (shown["daily"].value(), shown["muted"].value()) == ("daily", [MUTABLE.key])
    assert (MUTABLE.key, MUTABLE.title) in shown.fields["muted"].choices


def test_kinds_that_a_person_is_never_sent_are_not_offered_and_stay_as_they_were():
    shown = DeliveryForm({"daily": "daily"}, choice=Preference(muted=["training.signed"]), stands=frozenset({"office"}))
    offered = dict(shown.fields["muted"].choices)
    assert MUTABLE.key in offered and "assessments.agreed" in offered and "training.signed" not in offered
    assert shown.is_valid() and shown.cleaned_data["muted"] == ["training.signed"]


def test_a_reason_is_wanted_and_plain():
    assert ReasonForm({"reason": "Address mended."}).is_valid()
    assert not ReasonForm({"reason": "  "}).is_valid()
    assert not ReasonForm({"reason": "hidden \u202e words"}).is_valid()
