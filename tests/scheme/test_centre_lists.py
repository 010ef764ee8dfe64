"""Pages about centres and their accreditation cost the same with one row and with three."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from ctts.scheme import actions
from ctts.scheme.models import Scope
from tests.cast import START
from tests.office import NAVIGATION, browser_of
from tests.scheme.accrediting import held

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


OFFICE_LISTS = [
    ("scheme:decide", to_decide, 10),
    ("scheme:suspend", to_end, 9),
    ("scheme:withdraw", to_end, 9),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "make", "queries_asked"), OFFICE_LISTS, ids=[name for name, _, _ in OFFICE_LISTS])
def test_a_page_of_the_office_costs_the_same_with_one_row_and_with_three(
    cast, name, make, queries_asked, rows, django_assert_num_queries
):
    olive, url = browser_of(cast.olive), reverse(name, args=make(cast, rows))
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert olive.get(url).status_code == 200
