"""Two of the office at the same moment: the database judges, the second reads what happened (quality rule 2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from ctts.common.verdict import DoneAlready, Invalid, TooLate
from ctts.scheme import actions
from ctts.scheme.models import CentreApplication, CraftGroup, DopsForm, Framework, Handbook, RuleSet, Scope
from ctts.scheme.states import CentreApplicationState
from tests.at_once import at_once
from tests.cast import START, at, make_cast
from tests.conftest import wait_until
from tests.documents.samples import proven
from tests.make import sample_sheet
from tests.scheme.accrediting import begun, sent
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.django_db(transaction=True)
LOCKS = ["transactionid", "advisory"]


def change(by, pages):
    """Somebody of the office changes the number of pages that they saw in version 1."""
    return actions.change_rules(
        by=by,
        now=at(2026, 5, 4),
        changes={"portfolio_pages": pages},
        effective_on=date(2026, 5, 4),
        reason=f"{pages} pages are enough.",
        seen_version=1,
    )


def change_and_hang_up(by, pages):
    """The same in a thread, with a connection of its own."""
    try:
        return change(by, pages)
    finally:
        connection.close()


def somebody_waits():
    """Whether a statement waits for another one's transaction to end, at a row or at a lock of its own."""
    with connection.cursor() as cursor:
        cursor.execute("select exists(select from pg_locks where not granted and locktype = any(%s))", [LOCKS])
        return cursor.fetchone()[0]


def test_of_two_changes_of_the_numbers_at_once_one_counts_and_the_other_is_told():
    cast = make_cast()
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            change(cast.olive, 400)
            late = threads.submit(change_and_hang_up, cast.oscar, 450)
            wait_until(somebody_waits, seconds=20, what="Oscar's change does not wait for Olive's.")
        with pytest.raises(TooLate, match="newer version was made"):
            late.result()
    newest = RuleSet.objects.latest("version")
    assert (newest.version, newest.made_by, newest.numbers["portfolio_pages"]) == (2, cast.olive, 400)


def test_a_change_that_starts_from_a_version_taken_back_at_once_is_told():
    """Oscar takes the planned version back while Olive makes the next one from its numbers: his press comes first."""
    cast = make_cast()
    given = {"now": at(2026, 5, 4), "changes": {"portfolio_pages": 400}, "effective_on": date(2026, 9, 1)}
    planned = actions.change_rules(by=cast.olive, **given, reason="Fewer.", seen_version=1)

    def change_and_hang_up():
        try:
            more = {**given, "changes": {"portfolio_pages": 300}}
            return actions.change_rules(by=cast.olive, **more, reason="Fewer still.", seen_version=planned.version)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            actions.withdraw_rules(by=cast.oscar, now=given["now"], version=planned.version, reason="Too early.")
            late = threads.submit(change_and_hang_up)
            wait_until(somebody_waits, seconds=20, what="Olive's change does not wait for Oscar's.")
        with pytest.raises(TooLate, match="taken back"):
            late.result()
    assert not RuleSet.objects.filter(version__gt=planned.version).exists()


def test_a_decision_and_a_withdrawal_at_once_do_not_both_count():
    cast = make_cast()
    application = sent(cast.carl, cast.bristol)
    decision = {"now": NOW, "accreditation_id": application.accreditation_id, "accredit": True}

    def withdraw_and_hang_up():
        try:
            return actions.withdraw_application(by=cast.carl, now=NOW, application_id=application.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            actions.decide_accreditation(by=cast.olive, **decision)
            late = threads.submit(withdraw_and_hang_up)
            wait_until(somebody_waits, seconds=20, what="Carl's withdrawal does not wait for Olive's decision.")
        with pytest.raises(TooLate):
            late.result()
    assert CentreApplication.objects.get().state == CentreApplicationState.DECIDED


def test_two_coordinators_who_begin_at_once_go_on_with_one_draft():
    cast = make_cast()
    drafts = at_once(lambda number: begun((cast.cora, cast.sid)[number % 2], cast.leeds).pk, 6)
    assert set(drafts) == {CentreApplication.objects.get().pk}


def test_S1_of_a_scope_entered_by_several_at_once_there_is_one():
    """Olive and Oscar enter the same code under two names, each more than once: one name stands."""
    cast = make_cast()
    group = CraftGroup.objects.get(code="CE")

    def enter(number):
        by, name = ((cast.olive, "Zoological Physics"), (cast.oscar, "Zonal Physics"))[number % 2]
        return actions.enter_scope(by=by, now=NOW, code="ZP", name=name, group=group)

    made = at_once(enter, 6)
    [stored] = [one for one in made if isinstance(one, Scope)]
    assert Scope.objects.get(code="ZP") == stored
    assert all(isinstance(one, DoneAlready | Invalid) for one in made if one != stored)


def test_S1_of_two_who_offer_a_scope_at_once_one_is_told():
    cast = make_cast()
    scope = Scope.objects.get(code="CC")
    given = {"now": NOW, "scope_id": scope.pk}
    answers = at_once(lambda number: actions.offer_scope(by=(cast.olive, cast.oscar)[number], **given), 2)
    assert [type(one) for one in answers if one != scope] == [TooLate]


def test_S2_a_version_imported_several_times_at_once_is_there_once():
    make_cast()
    given = {"by": None, "now": START, "sheet": sample_sheet("NM"), "file_sha256": "0" * 64}
    answers = at_once(lambda number: actions.import_framework(**given), 3)
    refused = [str(one) for one in answers if isinstance(one, Invalid)]
    assert len(refused) == 2 and all("is here already" in words for words in refused)
    assert Framework.objects.count() == 1


def test_T5_of_several_changes_of_a_dops_form_at_once_one_is_made_and_ones_own_is_done_already():
    cast = make_cast()
    first = actions.import_dops_form(by=None, now=START, scope=None, items=sample_sheet("NM").dops)
    items = sample_sheet("RT").dops

    def change(number):
        by = (cast.olive, cast.oscar)[number % 2]
        given = {"items": items, "starts_on": None, "reason": "Clearer.", "seen": first.pk}
        return actions.change_dops_form(by=by, now=NOW, scope=None, **given)

    answers = at_once(change, 6)
    [made] = [one for one in answers if isinstance(one, DopsForm)]
    assert sorted(type(one).__name__ for one in answers if one != made) == [
        *["DoneAlready"] * 2,
        *["DopsFormChanged"] * 3,
    ]
    assert DopsForm.objects.filter(scope=None).count() == 2


def test_E1_of_two_handbooks_at_once_the_second_is_asked_to_look_first(settings, tmp_path):
    settings.STORAGE_URL = f"file://{tmp_path}"
    cast = make_cast()

    def publish(number):
        given = {"by": [cast.olive, cast.oscar][number], "now": NOW, "upload": proven("good/training-plan.pdf")}
        return actions.upload_handbook(**given, version=f"2026.{number}", seen="2025").version

    first = {"by": cast.olive, "now": START, "upload": proven("good/training-plan.pdf"), "version": "2025"}
    actions.upload_handbook(**first)
    made = at_once(publish, many=2)
    assert sum(isinstance(one, actions.PublishedSince) for one in made) == 1
    assert Handbook.objects.count() == 2
