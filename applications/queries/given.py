"""What an applicant and the supervisor have given, read once for all that a page shows and judges of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from applications.models import Application, EnglishEvidence, PurchaseOrder, Qualification, SupervisorAnswer
from applications.queries.planning import plan_of, planned_items, tasks_of
from applications.states import PurchaseOrderState
from ctts.common.prepared import prepared
from ctts.scheme.models import CompetencyItem, PlanOutline, Task
from ctts.scheme.queries import tasks_by_item


@prepared
def _qualifications(application: Any) -> QuerySet[Qualification]:
    rows = Qualification.objects.filter(application=application)
    return rows.select_related("certificate", "enic_statement")


@prepared
def _english(application: Any) -> QuerySet[EnglishEvidence]:
    rows = EnglishEvidence.objects.filter(application=application)
    return rows.select_related("certificate", "equivalence")


@prepared
def _orders(application: Any) -> QuerySet[PurchaseOrder]:
    rows = PurchaseOrder.objects.filter(application=application)
    return rows.select_related("document").order_by("-entered_at", "-pk")


@prepared
def _answers(application: Any) -> QuerySet[SupervisorAnswer]:
    return SupervisorAnswer.objects.filter(application=application)


class Given:
    """The parts of one application as they are now: each is asked for when it is first needed, and once."""

    def __init__(self, application: Application) -> None:
        self.application = application

    @cached_property
    def qualifications(self) -> list[Qualification]:
        """Every qualification with its files, in the order in which they were given."""
        return _qualifications(self.application.pk)

    @cached_property
    def english(self) -> EnglishEvidence | None:
        """How the applicant's English is shown, with its files."""
        return next(iter(_english(self.application.pk)), None)

    @cached_property
    def order(self) -> PurchaseOrder | None:
        """The purchase order that counts, with its file."""
        last = self.last_order
        return last if last is not None and last.state in PurchaseOrderState.current() else None

    @cached_property
    def orders(self) -> list[PurchaseOrder]:
        """Every purchase order with its file, the newest first."""
        return _orders(self.application.pk)

    @cached_property
    def last_order(self) -> PurchaseOrder | None:
        """The purchase order that was given last, also once the office cancelled it."""
        return next(iter(self.orders), None)

    @cached_property
    def order_of_the_form(self) -> PurchaseOrder | None:
        """The last one of the form, which was handed in and signed: what replaced it after the acceptance is no part
        of that, nor is whether the office cancelled it (A3 f).
        """
        return next((row for row in self.orders if row.replaces_id is None), None)

    @property
    def replaced_orders(self) -> list[PurchaseOrder]:
        """What counted before the last one was given in its place after the acceptance, the newest first."""
        by_id, found, last = {row.pk: row for row in self.orders}, [], self.last_order
        while last is not None and last.replaces_id is not None:
            last = by_id[last.replaces_id]
            found.append(last)
        return found

    @cached_property
    def answers(self) -> list[SupervisorAnswer]:
        """What the supervisor answered, the newest first."""
        return _answers(self.application.pk)

    @cached_property
    def outline(self) -> PlanOutline | None:
        """What the plan says as a whole."""
        return plan_of(self.application.competency_list)

    @cached_property
    def items(self) -> list[CompetencyItem]:
        """The competencies of the list with module, tasks and plan, in order."""
        return planned_items(self.application.competency_list)

    @cached_property
    def tasks(self) -> list[Task]:
        """The tasks of the scope, in order."""
        return list(tasks_of(self.application.competency_list))

    @cached_property
    def tasks_by_item(self) -> dict[int, list[str]]:
        """The codes of the tasks of each competency of the list, by the competency's id."""
        chosen = self.application.competency_list_id
        return tasks_by_item(chosen) if chosen else {}
