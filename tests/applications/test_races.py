"""Twenty at once: the database judges, one wins, the others read what happened (quality rule 2)."""

import pytest
from django.test import Client
from django.urls import reverse

from applications import queries
from applications.models import Application, Decision, Finding, PurchaseOrder, Qualification, Receipt, SupervisorAnswer
from ctts.accounts.access import note_authentication
from ctts.accounts.states import AuthenticationMethod
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.world import NOW
from tests.at_once import MANY, at_once
from tests.cast import START, person
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)


cast = kept_world(world.open_world)


def same_session(client):
    """A browser with the same session: a second press of the same button."""
    other = Client()
    other.cookies = client.cookies
    return other


def press(client, name, args, data=None):
    """The status of twenty presses of one button at the same moment."""
    address = reverse(f"applications:{name}", args=args)
    return sorted(at_once(lambda number: same_session(client).post(address, data or {}).status_code))


def test_A2_one_of_twenty_confirmations_counts(cast):
    application = world.handed_over(cast)
    sam = world.signed_in(cast.sam)
    session = sam.session  # proved a moment ago: five wrong tries in flight at once would be too many
    note_authentication(session, AuthenticationMethod.PASSWORD, NOW)
    session.save()
    page = sam.get(reverse("applications:confirm", args=[application.pk]))
    seen = page.context["form"]["seen"].value()
    given = {"seen": seen, "level_six": world.LEVEL_SIX, "agreed": "on"}
    assert press(sam, "confirm", [application.pk], given) == [303] + [409] * (MANY - 1)
    assert (SupervisorAnswer.objects.count(), Receipt.objects.count()) == (1, 1)


def test_A4_one_of_twenty_members_of_the_office_gets_it(cast):
    application = world.received(cast)
    clients = [member(number) for number in range(MANY)]
    address = reverse("applications:claim", args=[application.pk])
    statuses = sorted(at_once(lambda number: clients[number].post(address, {"holder": ""}).status_code))
    assert statuses == [303] + [409] * (MANY - 1)
    assert Application.objects.get().claimed_by is not None


def member(number):
    """One more member of the office, signed in."""
    made = person(f"member{number}", f"Member Number{number}")
    organisations.grant(by=None, now=START, person=made, role=Role.OFFICE)
    return world.signed_in(made)


def test_A4_one_of_twenty_acceptances_writes_the_decision(cast):
    application = world.ready(cast)
    assert press(world.signed_in(cast.olive), "accept", [application.pk]) == [303] + [409] * (MANY - 1)
    assert Decision.objects.count() == 1


def test_A4_acceptance_and_withdrawal_at_once_leave_one_of_them(cast):
    application = world.ready(cast)
    olive, ann = world.signed_in(cast.olive), world.signed_in(cast.ann)
    addresses = [reverse(f"applications:{name}", args=[application.pk]) for name in ("accept", "withdraw")]

    def step(number):
        client = same_session(olive if number % 2 else ann)
        return client.post(addresses[0 if number % 2 else 1], {"seen": "in_review"}).status_code

    assert set(at_once(step)) <= {303, 409}
    left = world.refresh(application).state, Decision.objects.count()
    assert left in {("accepted", 1), ("withdrawn", 0)}


def test_A1_twenty_presses_begin_one_application(cast):
    assert press(world.signed_in(cast.ann), "start", []) == [303] * MANY
    assert Application.objects.count() == 1


def test_A2_twenty_presses_add_one_qualification(cast):
    application = world.start(cast)
    ann = world.signed_in(cast.ann)
    page = ann.get(reverse("applications:add_qualification", args=[application.pk]))
    form = page.context["form"]
    given = {"kind": "a_level", "title": "A levels", "subject": "Physics", "institution": "School", "complete": "yes"}
    given |= {"framework": "rqf", "a_levels": "2", "key": form["key"].value(), "seen": form["seen"].value()}
    statuses = press(ann, "add_qualification", [application.pk], given)
    assert statuses == [303] + [409] * (MANY - 1)
    assert Qualification.objects.count() == 1


def test_A3_twenty_presses_save_one_finding_and_one_purchase_order_counts(cast):
    application = world.in_review(cast)
    key = "3e1c2a44-6f0a-4d57-9a37-0d6b3d1f1a11"
    given = {"outcome": "met", "key": key}
    assert press(world.signed_in(cast.olive), "find", [application.pk, "A3c"], given) == [303] + [409] * (MANY - 1)
    assert Finding.objects.count() == 1
    order = queries.current_order(application)
    statuses = press(world.signed_in(cast.olive), "judge_purchase_order", [application.pk, order.pk], {"covers": "yes"})
    assert statuses == [303] + [409] * (MANY - 1)
    assert PurchaseOrder.objects.get().state == "verified"
