"""What reporting tools read of intakes, findings, decisions, accreditation and purchase orders (quality rule 9)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from applications import actions
from applications.models import Decision, PurchaseOrder
from applications.rules import intake_for
from applications.states import RuleOutcome
from ctts.scheme.models import Intake
from tests.applications import world as w
from tests.contract import reading
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)
world = kept_world(w.open_world)


@pytest.fixture
def read(servers, world):
    """What the contract role reads: rows of a query."""
    with reading(servers) as rows:
        yield rows


@pytest.mark.parametrize(
    ("month", "opens_at", "cutoff_at"),
    [
        (10, datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 9, 30, 23, tzinfo=UTC)),
        (4, datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2027, 3, 31, 23, tzinfo=UTC)),
    ],
)
def test_I1_an_intake_takes_what_is_received_between_two_instants(world, read, month, opens_at, cutoff_at):
    year = 2026 if month == 10 else 2027
    rows = read(f"select opens_at, cutoff_at from contract.intake where intake = '{year}-{month:02d}'")
    assert rows == [(opens_at, cutoff_at)]
    assert intake_for(opens_at) == (year, month) != intake_for(cutoff_at)


def test_I1_all_of_an_intake_is_there(world, read):
    october = Intake.objects.get(year=2026, month=10)
    rows = read("select id, enrols_on, induction_on, state from contract.intake where intake = '2026-10'")
    assert rows == [(october.pk, date(2026, 10, 1), october.induction_on, "open")]


def test_A3_A4_findings_and_decisions_without_a_word_of_them(world, read):
    application = w.in_review(world)
    given = {"by": world.olive, "now": w.NOW, "application_id": application.pk, "rule": "A3b", "key": uuid4()}
    actions.find(**given, outcome=RuleOutcome.NOT_MET, seen="", override_reason="Ten years of work.")
    [row] = read("select rule, verdict, overridden, computed, found_by from contract.finding where rule = 'A3b'")
    assert row == ("A3b", "not_met", True, "met", world.olive.pk)
    actions.decline(by=world.olive, now=w.NOW, application_id=application.pk, reasons="No place is left.")
    made = Decision.objects.get()
    rows = read("select id, application_id, kind, decided_by, decided_at from contract.decision")
    assert rows == [(made.pk, application.pk, "decline", world.olive.pk, w.NOW)]


def test_A3f_purchase_orders_in_pence(world, read):
    application = w.filled(world)
    order = PurchaseOrder.objects.get()
    rows = read("select id, application_id, gross_pence, state from contract.purchase_order")
    assert rows == [(order.pk, application.pk, 300_000, "received")]


def test_C1_accreditation_by_the_code_of_the_scope(world, read):
    where = f"where organisation_id = {world.leeds.pk}"
    rows = read(f"select scope, status, starts_on is not null from contract.accreditation {where}")
    assert ("NM", "accredited", True) in rows
