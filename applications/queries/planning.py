"""The competency list and plan of an application, and the coverage matrix: competencies × tasks × modules (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ctts.scheme.models import (
    Competency,
    CompetencyItem,
    CompetencyList,
    PlanOutline,
    PtpModule,
    Task,
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the scope: the codes of the list's competencies that are part of it, by module."""

    task: Task
    by_module: tuple[tuple[PtpModule, tuple[str, ...]], ...]

    @property
    def number(self) -> int:
        """How many competencies are part of it; none is a gap."""
        return len({code for _, codes in self.by_module for code in codes})


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole coverage matrix of a list: a row for each task, and how many competencies each module holds."""

    rows: tuple[TaskRow, ...]
    modules: tuple[tuple[PtpModule, int], ...]
    items: int

    @property
    def gaps(self) -> tuple[Task, ...]:
        """Tasks that no competency of the list is part of."""
        return tuple(row.task for row in self.rows if not row.number)


def tasks_of(chosen: CompetencyList | None) -> QuerySet[Task]:
    """The tasks of a list's framework, in order; none without a list."""
    found = Task.objects.filter(framework=chosen.framework_id) if chosen else Task.objects.none()
    return found.order_by("position", "pk")


def modules_of(chosen: CompetencyList | None) -> QuerySet[PtpModule]:
    """The modules of the PTP curriculum that a list's framework names, in order; none without a list."""
    if chosen is None:
        return PtpModule.objects.none()
    named = PtpModule.objects.filter(frameworkmodule__framework=chosen.framework_id)
    return named.order_by("frameworkmodule__position", "pk")


def choosable_competencies(chosen: CompetencyList | None) -> QuerySet[Competency]:
    """The competencies of a list's framework with module and tasks, in order; none without a list."""
    found = Competency.objects.filter(framework=chosen.framework_id) if chosen else Competency.objects.none()
    return found.select_related("module").prefetch_related("tasks").order_by("position", "pk")


def planned_items(chosen: CompetencyList | None) -> list[CompetencyItem]:
    """The competencies of a list with module, tasks and plan, in order; none without a list."""
    if chosen is None:
        return []
    rows = CompetencyItem.objects.filter(list=chosen).select_related("module", "plan").prefetch_related("tasks")
    return list(rows.order_by("position", "code"))


def plan_of(chosen: CompetencyList | None) -> PlanOutline | None:
    """What the plan of a list says as a whole."""
    return PlanOutline.objects.filter(list=chosen).first() if chosen else None


def local_item(chosen: CompetencyList | None, item_id: int) -> CompetencyItem | None:
    """One local addition of a list."""
    return CompetencyItem.objects.filter(list=chosen, pk=item_id, competency__isnull=True).first()


def matrix_of(
    chosen: CompetencyList | None,
    items: Sequence[CompetencyItem] | None = None,
    tasks: Sequence[Task] | None = None,
) -> Matrix:
    """The coverage matrix of a list; a fixed number of queries, whatever its length (S3).

    `items` and `tasks`: its competencies and tasks, where they are read already.
    """
    items = planned_items(chosen) if items is None else items
    modules = list(modules_of(chosen))
    rows = []
    for task in tasks_of(chosen) if tasks is None else tasks:
        parts = [item for item in items if task in item.tasks.all()]
        by_module = tuple(
            (module, tuple(item.code for item in parts if item.module_id == module.pk))
            for module in modules
            if any(item.module_id == module.pk for item in parts)
        )
        rows.append(TaskRow(task, by_module))
    counted = tuple((module, sum(item.module_id == module.pk for item in items)) for module in modules)
    return Matrix(tuple(rows), counted, len(items))
