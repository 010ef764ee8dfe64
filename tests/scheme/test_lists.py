"""A person's competency list and plan (S3, A2, T1): chosen, added to, planned, frozen, copied; frozen means frozen."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme import actions, queries
from ctts.scheme.models import Competency, CompetencyItem, CompetencyList, PlanOutlineRow, PtpModule, Task
from tests.cast import at
from tests.make import published_framework
from tests.worlds import built_once

pytestmark = pytest.mark.usefixtures("cast")
NOW = at(2026, 5, 4)


@built_once
def nuclear(cast):
    return published_framework("NM")


@built_once
def anns(cast, nuclear) -> CompetencyList:
    """Ann's list with every competency of the framework."""
    made = actions.start_list(by=cast.ann, now=NOW, framework=nuclear)
    everything = nuclear.competencies.values_list("pk", flat=True)
    return actions.choose_competencies(by=cast.ann, now=NOW, list_id=made.pk, competency_ids=everything)


def choose(cast, anns, ids, by=None):
    return actions.choose_competencies(by=by or cast.ann, now=NOW, list_id=anns.pk, competency_ids=ids)


def test_S3_the_matrix_shows_what_covers_each_task_and_what_nothing_covers(cast, anns, nuclear):
    assert queries.coverage_of(anns).gaps == ()
    task = Task.objects.filter(framework=nuclear).first()
    kept = Competency.objects.filter(framework=nuclear).exclude(tasks=task)
    choose(cast, anns, list(kept.values_list("pk", flat=True)))
    coverage = queries.coverage_of(anns)
    assert task in coverage.gaps
    assert coverage.items == kept.count()


def test_S3_choosing_again_keeps_what_was_planned(cast, anns):
    first, second = CompetencyItem.objects.filter(list=anns)[:2]
    plan = {"how": "Do it", "where": "Camera room", "with_whom": "Sam", "by_month": 6}
    assert actions.save_plan_rows(by=cast.ann, now=NOW, list_id=anns.pk, rows={first.pk: plan, second.pk: plan}) == 2
    choose(cast, anns, [first.competency_id])
    assert list(PlanOutlineRow.objects.values_list("item", flat=True)) == [first.pk]


def test_S3_a_competency_of_another_scope_cannot_be_chosen(cast, anns):
    other = published_framework("ME").competencies.first()
    with pytest.raises(Invalid, match="not in the framework of your scope"):
        choose(cast, anns, [other.pk])


def add_local(cast, anns, tasks):
    module = PtpModule.objects.first()
    return actions.add_local_item(
        by=cast.ann, now=NOW, list_id=anns.pk, title="PET gating", statement="…", module=module, task_ids=tasks
    )


def test_S3_a_local_addition_is_mapped_to_a_module_and_to_tasks(cast, anns, nuclear):
    task = Task.objects.filter(framework=nuclear).last()
    first, second = add_local(cast, anns, [task.pk]), add_local(cast, anns, [task.pk])
    assert [first.code, second.code] == ["L-01", "L-02"]
    assert nuclear.competencies.latest("position").position < first.position < second.position
    actions.remove_item(by=cast.ann, now=NOW, item_id=first.pk)
    assert add_local(cast, anns, [task.pk]).code == "L-03"
    covered = {row.task: row.codes for row in queries.coverage_of(anns).rows}[task]
    assert {"L-02", "L-03"} <= set(covered)


def test_S3_a_local_addition_without_a_task_of_the_scope_is_refused(cast, anns):
    foreign = Task.objects.filter(framework=published_framework("ME")).first()
    for tasks in ([], [foreign.pk]):
        with pytest.raises(Invalid, match="at least one task"):
            add_local(cast, anns, tasks)


def test_T1_a_plan_row_of_another_list_is_refused(cast, anns):
    with pytest.raises(Invalid, match="no longer on your list"):
        actions.save_plan_rows(by=cast.ann, now=NOW, list_id=anns.pk, rows={0: {}})


def test_a_list_is_changed_by_its_owner_only(cast, anns):
    with pytest.raises(NotAllowed, match="Only the person whose list"):
        choose(cast, anns, [], by=cast.abe)


def frozen(cast, anns):
    actions.save_plan(by=cast.ann, now=NOW, list_id=anns.pk, summary="Two years.", level_six="By projects.")
    return actions.freeze_list(by=cast.ann, now=NOW, list_id=anns.pk)


def test_a_frozen_list_keeps_its_digest_and_refuses_every_change(cast, anns):
    kept = frozen(cast, anns)
    assert len(kept.sha256) == 64
    with pytest.raises(TooLate, match="handed in"):
        choose(cast, anns, [])


@pytest.mark.parametrize(
    "statement",
    [
        "update scheme_competencylist set sha256 = repeat('0', 64)",
        "delete from scheme_competencyitemtask",
        "update scheme_competencyitem set title = 'x'",
        "update scheme_planoutline set level_six = 'x'",
        "update scheme_planoutlinerow set how = 'x'",
        "delete from scheme_planoutlinerow",
    ],
)
def test_the_database_keeps_a_frozen_list_as_it_was_handed_in(cast, anns, statement):
    item = CompetencyItem.objects.filter(list=anns).first()
    plan = {"how": "Do it", "where": "Camera room", "with_whom": "Sam", "by_month": 6}
    actions.save_plan_rows(by=cast.ann, now=NOW, list_id=anns.pk, rows={item.pk: plan})
    frozen(cast, anns)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_next_version_says_the_same_and_can_be_changed(cast, anns):
    item = CompetencyItem.objects.filter(list=anns).first()
    plan = {"how": "Do it", "where": "Camera room", "with_whom": "Sam", "by_month": 6}
    actions.save_plan_rows(by=cast.ann, now=NOW, list_id=anns.pk, rows={item.pk: plan})
    kept = frozen(cast, anns)
    copy = actions.copy_list(by=cast.sam, now=NOW, list_id=kept.pk)
    assert {**queries.list_content(copy), "version": 1} == queries.list_content(kept)
    assert actions.copy_list(by=cast.sam, now=NOW, list_id=kept.pk) == copy
    choose(cast, copy, [])
    assert CompetencyItem.objects.filter(list=kept).count() > 0
    assert queries.draft_list(cast.ann.pk) == copy


def test_a_list_is_begun_once_and_changes_scope_only_while_it_is_empty(cast, nuclear):
    engineering = published_framework("ME")
    made = actions.start_list(by=cast.ann, now=NOW, framework=nuclear)
    assert actions.start_list(by=cast.ann, now=NOW, framework=nuclear) == made
    other = actions.start_list(by=cast.ann, now=NOW, framework=engineering)
    choose(cast, other, [engineering.competencies.first().pk])
    with pytest.raises(Invalid, match="competencies of another scope"):
        actions.start_list(by=cast.ann, now=NOW, framework=nuclear)


def test_every_step_of_a_list_is_on_the_audit(cast, anns, nuclear):
    item = add_local(cast, anns, [Task.objects.filter(framework=nuclear).first().pk])
    actions.save_plan_rows(by=cast.ann, now=NOW, list_id=anns.pk, rows={})
    actions.remove_item(by=cast.ann, now=NOW, item_id=item.pk)
    actions.copy_list(by=cast.ann, now=NOW, list_id=frozen(cast, anns).pk)
    entries = AuditEvent.objects.filter(chain=f"dossier:{cast.ann.pk}", action__startswith="scheme.")
    assert list(entries.order_by("number").values_list("action", flat=True)) == [
        "scheme.list.started",
        "scheme.list.chosen",
        "scheme.list.item_added",
        "scheme.plan.rows_saved",
        "scheme.list.item_removed",
        "scheme.plan.saved",
        "scheme.list.frozen",
        "scheme.list.copied",
    ]
