"""The lights of the office's queue: which evidence of an application is there (screens 19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Count, F, Q, QuerySet

from applications.models import Application, PurchaseOrder, Qualification
from applications.states import PurchaseOrderState
from ctts.common.clock import london_date
from ctts.scheme.models import Accreditation, CompetencyItem
from ctts.scheme.rules import accreditation_valid

AT_A_TIME = 500
LIGHTS = (
    "Centre accredited",
    "Certificates",
    "Competencies",
    "Plan",
    "Purchase order covers the fee",
    "Adjustments answered",
)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A row of the office's queue: the application, and each light as its word and whether it is there."""

    application: Application
    lights: tuple[tuple[str, bool], ...]

    @property
    def blocker(self) -> str:
        """The first light that lacks; empty when all are there."""
        return next((word for word, there in self.lights if not there), "")


def with_lights(applications: Iterable[Application], today: date) -> list[DeskRow]:
    """The rows of one page of the queue with their lights; a fixed number of queries, whatever their number."""
    rows = list(applications)
    keys = [row.pk for row in rows]
    given = Qualification.objects.filter(application__in=keys).order_by().values_list("application", "certificate")
    files = list(given)
    certified = {key for key, _ in files} - {key for key, certificate in files if certificate is None}
    current = PurchaseOrder.objects.filter(application__in=keys, state__in=PurchaseOrderState.current())
    covering = current.filter(gross_pence__gte=F("application__intake__fee_gross_pence")).order_by()
    covered = set(covering.values_list("application", flat=True))
    unplanned = Q(plan__isnull=True) | Q(plan__how="") | Q(plan__by_month__isnull=True)
    items = CompetencyItem.objects.filter(list__in=[row.competency_list_id for row in rows]).order_by().values("list")
    lists = dict(items.annotate(open=Count("pk", filter=unplanned)).values_list("list", "open"))
    accredited = _accredited(rows, today)
    return [
        DeskRow(row, tuple(zip(LIGHTS, there, strict=True)))
        for row in rows
        for there in [
            (
                row.pk in accredited,
                row.pk in certified,
                row.competency_list_id in lists,
                lists.get(row.competency_list_id or 0) == 0,
                row.pk in covered,
                row.wants_adjustments is not None,
            )
        ]
    ]


def every_light(rows: QuerySet[Application], today: date) -> Iterator[DeskRow]:
    """The rows of a whole queue with their lights, some hundreds at a time: for a file, not for a page."""
    waiting = rows.iterator(chunk_size=AT_A_TIME)
    while some := list(islice(waiting, AT_A_TIME)):
        yield from with_lights(some, today)


def _accredited(rows: list[Application], today: date) -> set[int]:
    """Applications whose centre is accredited for their scope on the day that counts (C1)."""
    held: dict[tuple[int, int], list[Accreditation]] = {}
    centres = {row.centre_id for row in rows if row.centre_id}
    for one in Accreditation.objects.filter(organisation__in=centres).order_by():
        held.setdefault((one.organisation_id, one.scope_id), []).append(one)
    return {
        row.pk
        for row in rows
        for one in held.get((row.centre_id or 0, row.scope_id or 0), [])
        if accreditation_valid(
            one.state, one.starts_on, one.ends_on, london_date(row.counts_from) if row.counts_from else today
        )
    }
