"""The facts of many applications at once, as `facts_of` reads them of one: a fixed number of queries (A2, A3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from applications.models import (
    Application,
    EnglishEvidence,
    PurchaseOrder,
    Qualification,
    SupervisorAnswer,
)
from applications.queries.checklist import places_of
from applications.queries.facts import (
    centre_facts,
    counting_declarations,
    english_facts,
    personal_missing,
    qualification_facts,
    supervisor_left,
)
from applications.rules import ApplicationFacts, ListItem
from applications.states import DocumentKind, PurchaseOrderState
from ctts.common.clock import london_date
from ctts.scheme.models import Accreditation, CompetencyItem, Task

Held = dict[tuple[int | None, int | None], list[Accreditation]]


class Many:
    """What many applications hold, read at once; `facts_of` gives the plain facts of one of them.

    A competency list is one item that covers what its competencies cover: enough to judge it, not to print it.
    """

    def __init__(self, keys: Collection[int]) -> None:
        self.applications = {row.pk: row for row in _rows(keys)}
        self.qualifications = _by_application(Qualification.objects.filter(application__in=keys))
        self.english = _by_application(EnglishEvidence.objects.filter(application__in=keys).order_by())
        current = PurchaseOrder.objects.filter(application__in=keys, state__in=PurchaseOrderState.current())
        self.orders = _by_application(current.order_by())
        rows = self.applications.values()
        self._lists = _lists({row.competency_list_id for row in rows})
        self._tasks = _tasks({row.competency_list.framework_id for row in rows if row.competency_list})
        self._held = _held({row.centre_id for row in rows})

    def facts_of(self, key: int, today: date) -> ApplicationFacts:
        """All that A2 and A3 ask of one of the applications; `today` counts while it is not received."""
        row: Any = self.applications[key]
        received_on = london_date(row.counts_from) if row.counts_from else today
        order: PurchaseOrder | None = next(iter(self.orders[key]), None)
        confirmed = row.answered == "confirmed" and row.another_asked_at is None
        framework = row.competency_list.framework_id if row.competency_list else None
        items, unplanned = self._lists.get(row.competency_list_id, ((), ()))
        return ApplicationFacts(
            received_on=received_on,
            personal_missing=personal_missing(row),
            centre=centre_facts(row, self._held.get((row.centre_id, row.scope_id), []), received_on),
            scope=row.scope.name if row.scope else "",
            scope_tasks=tuple(self._tasks.get(framework, ())),
            supervisor_named=bool(row.supervisor_name and row.supervisor_email),
            supervisor_left=supervisor_left(row),
            qualifications=tuple(qualification_facts(each) for each in self.qualifications[key]),
            english=english_facts(next(iter(self.english[key]), None)),
            competencies=items,
            plan_missing=(*unplanned, *(() if (row.argued or "").strip() else ("the argument for FHEQ level 6",))),
            purchase_order_attached=order is not None,
            purchase_order_pence=order.gross_pence if order else None,
            purchase_order_insufficient=order is not None and order.state == PurchaseOrderState.INSUFFICIENT,
            fee_pence=row.intake.fee_gross_pence,
            adjustments_answered=row.wants_adjustments is not None,
            declared=row.declared,
            supervisor_confirmed=confirmed,
            level_statement=row.stated if confirmed else "",
        )

    def files_of(self, key: int) -> Iterator[tuple[str, DocumentKind, int]]:
        """The files of the form of one of them: the name of the place, what it is, and the file's id."""
        english, order = next(iter(self.english[key]), None), next(iter(self.orders[key]), None)
        for name, kind, row, column in places_of(self.qualifications[key], english, order):
            yield name, kind, getattr(row, f"{column}_id")


def _rows(keys: Collection[int]) -> QuerySet[Application]:
    """The applications, each with what its newest answer says, whether it is declared, and the plan's argument."""
    newest = SupervisorAnswer.objects.filter(application=OuterRef("pk")).order_by("-signed_at", "-pk")
    related = ("intake", "scope", "centre", "competency_list", "supervisor")
    rows = Application.objects.filter(pk__in=keys).select_related(*related)
    return rows.annotate(
        declared=Exists(counting_declarations().filter(application=OuterRef("pk"))),
        answered=Subquery(newest.values("meaning")[:1]),
        stated=Subquery(newest.values("level_six")[:1]),
        argued=F("competency_list__plan__level_six"),
    )


def _by_application(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.application_id].append(row)
    return found


def _lists(keys: set[int | None]) -> dict[int | None, tuple[tuple[ListItem, ...], tuple[str, ...]]]:
    """Of each competency list what it covers as one item, and what its plan lacks."""
    planned = Q(plan__how__gt="", plan__where__gt="", plan__with_whom__gt="", plan__by_month__isnull=False)
    rows = CompetencyItem.objects.filter(list__in=keys - {None})
    counted = (
        rows.order_by()
        .values("list")
        .annotate(
            number=Count("pk", distinct=True),
            planned=Count("pk", distinct=True, filter=planned),
            covered=ArrayAgg("tasks__code", distinct=True, filter=Q(tasks__isnull=False), default=[]),
        )
    )
    return {
        one["list"]: (
            (ListItem(code="", tasks=frozenset(one["covered"]), module="every one"),),
            () if one["planned"] == one["number"] else ("some competencies",),
        )
        for one in counted
    }


def _tasks(frameworks: Collection[int]) -> dict[int | None, list[str]]:
    """The codes of the tasks of each framework."""
    found: dict[int | None, list[str]] = {}
    for framework, code in Task.objects.filter(framework__in=frameworks).order_by().values_list("framework", "code"):
        found.setdefault(framework, []).append(code)
    return found


def _held(centres: Collection[int | None]) -> Held:
    """Every accreditation of the centres, by centre and scope (C1)."""
    found: Held = {}
    for one in Accreditation.objects.filter(organisation__in=[key for key in centres if key]).order_by("pk"):
        found.setdefault((one.organisation_id, one.scope_id), []).append(one)
    return found
