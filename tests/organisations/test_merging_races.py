"""Two members merge the same two accounts at the same moment, each the other way round (C2; quality rule 2)."""

from __future__ import annotations

import pytest

from ctts.accounts.models import User
from ctts.common.verdict import TooLate
from ctts.home.invariants import broken_invariants
from ctts.organisations import actions, merging
from ctts.organisations.states import Role
from tests.at_once import at_once
from tests.cast import make_cast, person
from tests.organisations.test_roles import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_C2_of_two_merges_the_other_way_round_one_is_done_and_the_other_is_told():
    cast = make_cast()
    twin = person("nora.two", "Nora Body")
    for who, place in ((twin, cast.leeds), (cast.nobody, cast.bristol)):
        actions.grant(by=cast.olive, now=NOW, person=who, role=Role.TRAINER, organisation=place)

    def merge(number):
        duplicate, kept = [(twin, cast.nobody), (cast.nobody, twin)][number]
        given = {"by": [cast.olive, cast.oscar][number], "now": NOW, "reason": "Asked on the telephone."}
        return merging.merge(duplicate=duplicate, kept=kept, **given)

    made = at_once(merge, many=2)
    assert sum(isinstance(one, TooLate) for one in made) == 1
    assert User.objects.filter(pk__in=[twin.pk, cast.nobody.pk], is_active=True).count() == 1
    assert broken_invariants() == []
