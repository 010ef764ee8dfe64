"""A person's competency list and plan outline: chosen, added to, planned, frozen, copied (S3, A2, T1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.digest import sha256
from ctts.common.verdict import Invalid, require
from ctts.scheme import access
from ctts.scheme.models import (
    Competency,
    CompetencyItem,
    CompetencyItemTask,
    CompetencyList,
    CompetencyTask,
    Framework,
    PlanOutline,
    PlanOutlineRow,
    PtpModule,
    Task,
)
from ctts.scheme.queries import draft_list, list_content

OF_ANOTHER_SCOPE = (
    "Your list holds competencies of another scope. Take them off the competency list first: untick them all, save, "
    "and remove what you added yourself."
)
OUTLINE_FIELDS = ("summary", "level_six")
PLAN_FIELDS = ("how", "where", "with_whom", "by_month")
ITEM_FIELDS = ("competency_id", "code", "group", "title", "statement", "module_id", "position")


def _lock(list_id: int, by: User) -> CompetencyList:
    found = CompetencyList.objects.select_for_update(no_key=True).get(pk=list_id)
    require(access.can_edit_list(by, found))
    return found


@transaction.atomic
def start_list(*, by: User, now: datetime, framework: Framework) -> CompetencyList:
    """Begin a list from a framework version; an empty draft of another framework is replaced, an own draft returned.

    What the plan says as a whole goes along with a draft that is replaced: it was typed, and nobody took it back.
    Raises Invalid when the draft has competencies of another framework: they would be lost.
    """
    draft, outline = draft_list(by.pk), {}
    if draft is not None:
        if draft.framework_id == framework.pk:
            return draft
        if draft.items.exists():
            raise Invalid(OF_ANOTHER_SCOPE)
        outline = {name: getattr(draft.plan, name) for name in OUTLINE_FIELDS}
        draft.delete()
    last = CompetencyList.objects.filter(person=by).aggregate(last=Max("version"))["last"]
    made = CompetencyList.objects.create(person=by, framework=framework, version=(last or 0) + 1, made_at=now)
    PlanOutline.objects.create(list=made, **outline)
    record("scheme.list.started", by=by, at=now, about=made, within=by.pk, after={"framework": framework.pk})
    return made


@transaction.atomic
def choose_competencies(*, by: User, now: datetime, list_id: int, competency_ids: Collection[int]) -> CompetencyList:
    """Make the list's framework competencies exactly these; plans of those that stay are kept, local additions too.

    Raises NotAllowed for another's list, TooLate for a frozen one, Invalid for a competency of another framework.
    """
    chosen = _lock(list_id, by)
    wanted = {row.pk: row for row in Competency.objects.filter(framework=chosen.framework_id, pk__in=competency_ids)}
    if len(wanted) != len(set(competency_ids)):
        raise Invalid(
            "One of the competencies is not in the framework of your scope. Reload the page and choose again."
        )
    framework_items = chosen.items.filter(competency__isnull=False)
    framework_items.exclude(competency__in=wanted).delete()
    for known in framework_items.values_list("competency_id", flat=True):
        wanted.pop(known)
    items = CompetencyItem.objects.bulk_create(_from_framework(chosen, row) for row in wanted.values())
    tasks: dict[int, list[int]] = {}
    for competency_id, task_id in CompetencyTask.objects.filter(competency__in=wanted).values_list(
        "competency", "task"
    ):
        tasks.setdefault(competency_id, []).append(task_id)
    CompetencyItemTask.objects.bulk_create(
        CompetencyItemTask(item=item, task_id=task) for item in items for task in tasks[item.competency_id or 0]
    )
    record("scheme.list.chosen", by=by, at=now, about=chosen, within=by.pk, after={"items": chosen.items.count()})
    return chosen


def _from_framework(chosen: CompetencyList, row: Competency) -> CompetencyItem:
    return CompetencyItem(
        list=chosen,
        competency=row,
        code=row.code,
        group=row.group,
        title=row.title,
        statement=row.statement,
        module_id=row.module_id,
        position=row.position,
    )


@transaction.atomic
def add_local_item(
    *, by: User, now: datetime, list_id: int, title: str, statement: str, module: PtpModule, task_ids: Collection[int]
) -> CompetencyItem:
    """Add a competency of the centre's own, mapped to a PTP module and to tasks of the scope (S3). It stands after
    all of the framework, those that are chosen later too.

    Raises NotAllowed for another's list, TooLate for a frozen one, Invalid for a task of another framework.
    """
    chosen = _lock(list_id, by)
    tasks = list(Task.objects.filter(framework=chosen.framework_id, pk__in=task_ids))
    if not tasks or len(tasks) != len(set(task_ids)):
        raise Invalid("Choose at least one task of your scope that this competency is part of.", "tasks")
    number = 1 + chosen.items.filter(competency__isnull=True).count()
    while chosen.items.filter(code=f"L-{number:02}").exists():
        number += 1
    item = CompetencyItem.objects.create(
        list=chosen,
        code=f"L-{number:02}",
        group="Local additions",
        title=title,
        statement=statement,
        module=module,
        position=1 + max(_last(chosen.items.all()), _last(chosen.framework.competencies.all())),
    )
    CompetencyItemTask.objects.bulk_create(CompetencyItemTask(item=item, task=task) for task in tasks)
    record("scheme.list.item_added", by=by, at=now, about=item, within=by.pk, after={"code": item.code})
    return item


def _last(rows: QuerySet[Any]) -> int:
    return rows.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def remove_item(*, by: User, now: datetime, item_id: int) -> None:
    """Take a competency off a draft list, with what was planned for it. Raises NotAllowed or TooLate as the others."""
    item = CompetencyItem.objects.get(pk=item_id)
    _lock(item.list_id, by)
    record("scheme.list.item_removed", by=by, at=now, about=item, within=by.pk, before={"code": item.code})
    item.delete()


@transaction.atomic
def save_plan(*, by: User, now: datetime, list_id: int, summary: str, level_six: str) -> PlanOutline:
    """Keep the plan's summary and the argument for FHEQ level 6 (A3 h). Raises NotAllowed or TooLate as the others."""
    chosen = _lock(list_id, by)
    plan, _ = PlanOutline.objects.update_or_create(list=chosen, defaults={"summary": summary, "level_six": level_six})
    record("scheme.plan.saved", by=by, at=now, about=chosen, within=by.pk)
    return plan


@transaction.atomic
def save_plan_rows(*, by: User, now: datetime, list_id: int, rows: Mapping[int, Mapping[str, Any]]) -> int:
    """Keep how, where, with whom and by which month each competency is to be reached; item id → fields (T1).

    Returns the number of rows kept. Raises Invalid for an item that is not on the list.
    """
    chosen = _lock(list_id, by)
    if set(rows) - set(chosen.items.values_list("pk", flat=True)):
        raise Invalid("One of the competencies is no longer on your list. Reload the page.")
    PlanOutlineRow.objects.bulk_create(
        [PlanOutlineRow(item_id=item, **{name: fields[name] for name in PLAN_FIELDS}) for item, fields in rows.items()],
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=list(PLAN_FIELDS),
    )
    record("scheme.plan.rows_saved", by=by, at=now, about=chosen, within=by.pk, after={"rows": len(rows)})
    return len(rows)


@transaction.atomic
def freeze_list(*, by: User, now: datetime, list_id: int) -> CompetencyList:
    """Hand in a list: from here this version never changes, its digest is what others confirm and sign."""
    chosen = _lock(list_id, by)
    chosen.frozen_at, chosen.sha256 = now, sha256(list_content(chosen))
    chosen.save(update_fields=["frozen_at", "sha256"])
    record("scheme.list.frozen", by=by, at=now, about=chosen, within=by.pk, after={"sha256": chosen.sha256})
    return chosen


@transaction.atomic
def copy_list(*, by: User, now: datetime, list_id: int) -> CompetencyList:
    """Begin the next version of a list for its owner, with all it holds; an open draft is returned instead.

    Whoever gives a handed-in list back to its owner does this: a supervisor, the office, the owner. The caller has
    asked whether they may.
    """
    source = CompetencyList.objects.get(pk=list_id)
    draft = draft_list(source.person_id)
    if draft is not None:
        return draft
    copy = CompetencyList.objects.create(
        person_id=source.person_id, framework_id=source.framework_id, version=source.version + 1, made_at=now
    )
    plan = PlanOutline.objects.get(list=source)
    PlanOutline.objects.create(list=copy, summary=plan.summary, level_six=plan.level_six)
    for item in source.items.select_related("plan").prefetch_related("tasks"):
        _copy_item(item, copy)
    record("scheme.list.copied", by=by, at=now, about=copy, within=source.person_id, after={"from": source.version})
    return copy


def _copy_item(item: CompetencyItem, copy: CompetencyList) -> None:
    plan: PlanOutlineRow | None = getattr(item, "plan", None)
    made = CompetencyItem.objects.create(list=copy, **{name: getattr(item, name) for name in ITEM_FIELDS})
    CompetencyItemTask.objects.bulk_create(CompetencyItemTask(item=made, task=task) for task in item.tasks.all())
    if plan is not None:
        PlanOutlineRow.objects.create(item=made, **{name: getattr(plan, name) for name in PLAN_FIELDS})
