"""Pages about centres and their accreditation cost the same with one row and with three."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from ctts.organisations import actions as organisations
from ctts.organisations.states import Nation, Role
from ctts.scheme import actions
from ctts.scheme.models import Scope
from tests.cast import START, centre
from tests.office import NAVIGATION, browser_of
from tests.scheme.accrediting import (
    answered_condition,
    begun,
    complete,
    conditional,
    held,
    sent,
    visited,
    with_document,
)
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")


def with_coordinators(cast, rows):
    """Bristol has this many Training Co-ordinators."""
    for person in (cast.abe, cast.tom)[: rows - 1]:
        organisations.grant(by=None, now=START, person=person, role=Role.COORDINATOR, organisation=cast.bristol)


def to_decide(cast, rows):
    with_coordinators(cast, rows)
    scope = Scope.objects.get(code="RT")
    return (actions.apply_for_accreditation(by=None, now=START, organisation=cast.bristol, scope=scope).pk,)


def to_end(cast, rows):
    with_coordinators(cast, rows)
    return (held(cast.bristol).pk,)


def with_conditions(cast, rows):
    """An accreditation of Bristol with this many conditions, visits and documents."""
    application = complete(cast.carl, cast.bristol, NOW)
    for _ in range(rows - 1):
        with_document(application, cast.carl)
    waits = actions.send_application(by=cast.carl, now=NOW, application_id=application.pk).accreditation
    named = [(f"Condition {number}.", date(2026, 6, number)) for number in range(1, rows + 1)]
    common = {"by": cast.olive, "now": NOW, "accreditation_id": waits.pk}
    row = actions.decide_accreditation(**common, accredit=True, conditions=named)
    for _ in range(rows):
        visited(row, cast.olive)
    return (row.pk,)


def one_condition(cast, rows):
    with_coordinators(cast, rows)
    condition = conditional(cast.bristol, cast.olive).numbered_conditions.get(number=1)
    for _ in range(rows):
        answered_condition(condition, cast.carl)
    return (condition.pk,)


OFFICE_LISTS = [
    ("scheme:accreditation", with_conditions, 21),
    ("scheme:condition", one_condition, 9),
    ("scheme:judge_condition", one_condition, 10),
    ("scheme:note_visit", with_conditions, 8),
    ("scheme:decide", to_decide, 15),
    ("scheme:suspend", to_end, 13),
    ("scheme:withdraw", to_end, 13),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "make", "queries_asked"), OFFICE_LISTS, ids=[name for name, _, _ in OFFICE_LISTS])
def test_a_page_of_the_office_costs_the_same_with_one_row_and_with_three(
    cast, name, make, queries_asked, rows, django_assert_num_queries
):
    olive, url = browser_of(cast.olive), reverse(name, args=make(cast, rows))
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert olive.get(url).status_code == 200


# --- pages of a Training Co-ordinator ---


def with_centres(cast, rows):
    """Carl co-ordinates two centres, or four."""
    for number in range(rows):
        place = centre(f"C{number}", f"Centre {number}", Nation.WALES, "")
        organisations.grant(by=None, now=START, person=cast.carl, role=Role.COORDINATOR, organisation=place)
    return ()


def with_applications(cast, rows):
    for code in ("RT", "RE", "RP")[:rows]:
        sent(cast.carl, cast.bristol, START, code)
    return (cast.bristol.pk,)


def with_documents(cast, rows):
    application = begun(cast.carl, cast.bristol, START)
    for _ in range(rows):
        with_document(application, cast.carl, START)
    return (application.pk,)


def with_office(cast, rows):
    """This many people of the office are mailed."""
    for person in (cast.abe, cast.tom)[: rows - 1]:
        organisations.grant(by=None, now=START, person=person, role=Role.OFFICE)
    return (complete(cast.carl, cast.bristol, START).pk,)


def sent_with_office(cast, rows):
    [pk] = with_office(cast, rows)
    actions.send_application(by=cast.carl, now=START, application_id=pk)
    return (pk,)


COORDINATOR_LISTS = [
    ("scheme:answer_condition", one_condition, 9),
    ("scheme:my_centres", with_centres, 8),
    ("scheme:my_centre", with_applications, 18),
    ("scheme:begin_application", with_applications, 13),
    ("scheme:application", with_documents, 18),
    ("scheme:checklist", with_documents, 13),
    ("scheme:add_document", with_documents, 10),
    ("scheme:send_application", with_office, 16),
    ("scheme:withdraw_application", sent_with_office, 11),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "make", "queries_asked"), COORDINATOR_LISTS, ids=[name for name, _, _ in COORDINATOR_LISTS]
)
def test_a_page_of_a_coordinator_costs_the_same_with_one_row_and_with_three(
    cast, name, make, queries_asked, rows, django_assert_num_queries
):
    carl, url = browser_of(cast.carl), reverse(name, args=make(cast, rows))
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert carl.get(url).status_code == 200
