"""Twenty at once: of every decision about the first year and its outcome one wins, the others read what happened."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import FirstYear, FirstYearDecision, FirstYearReturn, Outcome, PutForward, SafetyConfirmation
from ctts.common import clock
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.assessments import gate as g
from tests.at_once import MANY, at_once
from tests.cast import START, person
from tests.kept import kept_world
from tests.training import practice as p
from tests.training.world import browser_of
from training.models import TrainingRecord, YearTwo

pytestmark = pytest.mark.django_db(transaction=True)


def make_record() -> TrainingRecord:
    """Tara's record, its gate open but for the confirmation, where every transaction is real."""
    clock.set_offset(at=g.NOW)
    return g.fill(p.make_scene().tara)


record = kept_world(make_record)


def same_session(client):
    """A browser with the same session: a second press of the same button."""
    other = Client()
    other.cookies = client.cookies
    return other


def press(client, name, pk, **given):
    """The statuses of twenty presses of one button with what the page holds."""
    address = reverse(f"assessments:{name}", args=[pk])
    page = client.get(address)
    form = page.context["form"] if "form" in page.context else page.context["confirm"].form
    data = {"seen": form["seen"].value(), **given}
    return sorted(at_once(lambda number: same_session(client).post(address, data).status_code))


ONE = [303] + [409] * (MANY - 1)


def test_Y_every_step_of_the_first_year_is_taken_once(record):
    sam, mia = (
        browser_of(g.holder(record, kind), proved=True) for kind in (g.Kind.SUPERVISOR, g.Kind.EXTERNAL_MODERATOR)
    )
    assert press(sam, "confirm_safety", record.pk) == ONE
    assert press(sam, "put_forward", record.pk) == ONE
    assert (SafetyConfirmation.objects.count(), PutForward.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="assessments.put_forward").count() == 1
    row = FirstYear.objects.get()
    assert press(mia, "send_back", row.pk, reason="A page is missing.") == ONE
    assert FirstYearReturn.objects.count() == 1
    g.put_forward(record)
    assert press(mia, "decide", row.pk, result="pass", words="A good year.") == ONE
    assert (FirstYearDecision.objects.count(), Outcome.objects.count()) == (1, 1)


def member(number):
    """One more member of the office, signed in."""
    made = person(f"member{number}", f"Member Number{number}")
    organisations.grant(by=None, now=START, person=made, role=Role.OFFICE)
    return browser_of(made)


def test_F1_of_twenty_members_of_the_office_one_confirms_and_one_releases(record):
    outcome = g.agreed(record)
    staff = [member(number) for number in range(MANY)]

    def each(name, form):
        address = reverse(f"assessments:{name}", args=[outcome.pk])
        pages = [client.get(address) for client in staff]
        data = [
            {"seen": page.context["confirm"].form["seen"].value()} if page.status_code == 200 else form
            for page in pages
        ]
        return sorted(at_once(lambda number: staff[number].post(address, data[number]).status_code))

    assert each("confirm_outcome", {}) == ONE
    assert each("release_outcome", {"seen": "0" * 64}) == sorted([303, 403, *[409] * (MANY - 2)])
    assert (YearTwo.objects.count(), Message.objects.filter(kind="assessments.released").count()) == (1, 1)
    assert Outcome.objects.get().released_by != Outcome.objects.get().confirmed_by
