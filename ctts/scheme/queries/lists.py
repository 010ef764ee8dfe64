"""A person's competency list: its draft, what it says, and whether it covers the scope (S3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ctts.common.prepared import prepared
from ctts.scheme.models import CompetencyItem, CompetencyItemTask, CompetencyList, PlanOutline, Task


@dataclass(frozen=True, slots=True)
class TaskCoverage:
    """One row of the coverage matrix: a task of the scope and the codes of the competencies that are part of it."""

    task: Task
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage matrix of a list. `gaps` are the tasks that no competency of the list covers (S3)."""

    rows: tuple[TaskCoverage, ...]
    items: int

    @property
    def gaps(self) -> tuple[Task, ...]:
        """The tasks nothing covers; none when the list is complete."""
        return tuple(row.task for row in self.rows if not row.codes)


def draft_list(person_id: int) -> CompetencyList | None:
    """The version of a person's list that is still edited, if there is one."""
    return (
        CompetencyList.objects.filter(person_id=person_id, frozen_at__isnull=True).select_related("framework").first()
    )


def coverage_of(competency_list: CompetencyList) -> Coverage:
    """Which task of the scope is covered by which competencies of a list; two queries, whatever its length (S3)."""
    covered: dict[int, list[str]] = {}
    links = CompetencyItem.objects.filter(list=competency_list).values_list("tasks", "code").order_by("position")
    codes = set()
    for task_id, code in links:
        codes.add(code)
        if task_id is not None:
            covered.setdefault(task_id, []).append(code)
    tasks = Task.objects.filter(framework_id=competency_list.framework_id).order_by("position")
    return Coverage(tuple(TaskCoverage(task, tuple(covered.get(task.pk, ()))) for task in tasks), len(codes))


def tasks_by_item(list_id: int) -> dict[int, list[str]]:
    """The codes of the tasks that each competency of a list is part of, in their order; by the item's id (S3)."""
    found: dict[int, list[str]] = {}
    for item_id, code in _links(list_id):
        found.setdefault(item_id, []).append(code)
    return found


@prepared
def _links(list_id: Any) -> QuerySet[CompetencyItemTask, tuple[int, str]]:
    rows = CompetencyItemTask.objects.filter(item__list=list_id).order_by("task__code")
    return rows.values_list("item_id", "task__code")


PLANNED = ("plan__how", "plan__where", "plan__with_whom", "plan__by_month")


def list_content(
    competency_list: CompetencyList,
    plan: PlanOutline | None = None,
    tasks: Mapping[int, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Everything a list and its plan say, in the form whose digest is frozen and signed.

    `plan` and `tasks` (`tasks_by_item`): of this list, where a page has read them already.
    """
    plan = plan or PlanOutline.objects.filter(list=competency_list).first()
    tasks = tasks_by_item(competency_list.pk) if tasks is None else tasks
    return {
        "framework": competency_list.framework_id,
        "version": competency_list.version,
        "summary": plan.summary if plan else "",
        "level_six": plan.level_six if plan else "",
        "items": [_item_content(row, tasks.get(row["pk"], [])) for row in _said(competency_list.pk)],
    }


@prepared
def _said(competency_list: Any) -> QuerySet[CompetencyItem, Any]:
    rows = CompetencyItem.objects.filter(list=competency_list).order_by("position")
    said: QuerySet[CompetencyItem, Any] = rows.values("pk", "code", "title", "statement", "module__code", *PLANNED)
    return said


def _item_content(row: dict[str, Any], tasks: Sequence[str]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "title": row["title"],
        "statement": row["statement"],
        "module": row["module__code"],
        "tasks": sorted(tasks),
        "how": row["plan__how"] or "",
        "where": row["plan__where"] or "",
        "with_whom": row["plan__with_whom"] or "",
        "by_month": row["plan__by_month"],
    }
