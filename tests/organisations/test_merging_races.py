"""A merge waits for the two accounts before it does anything else, whichever way round (C2; quality rule 2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from ctts.accounts.actions import close_duplicate
from ctts.accounts.models import User
from ctts.common.verdict import TooLate
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from ctts.organisations import actions, merging
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from tests.at_once import at_once
from tests.cast import make_cast, person
from tests.conftest import wait_until
from tests.organisations.test_roles import NOW
from tests.scheme.test_races import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Asked on the telephone."


def merge_and_hang_up(**given):
    """In a thread, with a connection of its own."""
    try:
        return merging.merge(**given)
    finally:
        connection.close()


def test_C2_of_two_merges_the_other_way_round_one_is_done_and_the_other_is_told():
    """Oscar's merge moves a role, which goes on the audit; had he that before the accounts, he and Olive would each
    hold what the other waits for."""
    cast = make_cast()
    twin = person("nora.two", "Nora Body")
    actions.grant(by=cast.olive, now=NOW, person=twin, role=Role.TRAINER, organisation=cast.leeds)
    oscars = {"by": cast.oscar, "now": NOW, "duplicate": twin, "kept": cast.nobody, "reason": WHY}
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            list(User.objects.select_for_update(no_key=True).filter(pk__in=[twin.pk, cast.nobody.pk]).order_by("pk"))
            late = threads.submit(merge_and_hang_up, **oscars)
            wait_until(somebody_waits, seconds=20, what="Oscar's merge does not wait for Olive's.")
            actions.grant(by=cast.olive, now=NOW, person=twin, role=Role.SUPERVISOR, organisation=cast.leeds)
            close_duplicate(duplicate=cast.nobody, kept=twin, reason=WHY, by=cast.olive, now=NOW)
        with pytest.raises(TooLate):
            late.result()
    assert User.objects.get(pk=twin.pk).is_active and not User.objects.get(pk=cast.nobody.pk).is_active
    assert broken_invariants() == []


def test_C2_two_merges_in_the_same_direction_move_the_roles_once():
    cast = make_cast()
    twin = person("nora.two", "Nora Body")
    actions.grant(by=cast.olive, now=NOW, person=twin, role=Role.TRAINER, organisation=cast.leeds)

    def merge(number):
        by = (cast.olive, cast.oscar)[number]
        return merging.merge(by=by, now=NOW, duplicate=twin, kept=cast.nobody, reason=WHY)

    assert sorted(type(found).__name__ for found in at_once(merge, 2)) == ["TooLate", "User"]
    assert Affiliation.objects.filter(person=cast.nobody, role=Role.TRAINER).count() == 1
    assert Message.objects.filter(kind="organisations.merged", to=cast.nobody).count() == 1
    assert broken_invariants() == []
