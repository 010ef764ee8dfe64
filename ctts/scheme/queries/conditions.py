"""Conditions of accreditations, visits, and the files of both: for the office and the centre (C3)."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.documents.models import Document
from ctts.organisations.access import holds
from ctts.organisations.models import Organisation
from ctts.organisations.queries import centres_co_ordinated_by
from ctts.organisations.states import Role
from ctts.scheme.models import (
    Accreditation,
    AccreditationCondition,
    AccreditationVisit,
    CentreApplication,
    ConditionStep,
)
from ctts.scheme.queries.applying import centre_application_for
from ctts.scheme.states import AccreditationState, ConditionState

LATE, ALL_MET = "late", "all_met"


def conditions_visible_to(user: User, today: date) -> QuerySet[AccreditationCondition]:
    """Conditions of the centres a person co-ordinates; for the office all; by centre, scope and number (C3)."""
    rows = AccreditationCondition.objects.select_related("accreditation__organisation", "accreditation__scope")
    ordered = rows.order_by(
        "accreditation__organisation__name", "accreditation__scope__name", "accreditation", "number"
    )
    if holds(user, Role.OFFICE, today):
        return ordered
    return ordered.filter(accreditation__organisation__in=centres_co_ordinated_by(user, today))


def condition_for(user: User, today: date, pk: int) -> AccreditationCondition | None:
    """One condition that a person may see, with its answers and judgements."""
    steps = Prefetch("steps", ConditionStep.objects.select_related("by", "document"))
    return conditions_visible_to(user, today).prefetch_related(steps).filter(pk=pk).first()


def conditions_of(accreditation: Accreditation) -> list[AccreditationCondition]:
    """The conditions of an accreditation by number, met or not."""
    return list(AccreditationCondition.objects.filter(accreditation=accreditation).order_by("number"))


def accreditation_version(accreditation: Accreditation) -> str:
    """The digest of an accreditation as a page shows it: its state and days, each step, each condition; two queries."""
    columns = {name: getattr(accreditation, name) for name in ("state", "starts_on", "ends_on", "conditions")}
    conditions = accreditation.numbered_conditions.order_by("number").values_list("number", "state")
    return sha256({**columns, "steps": accreditation.steps.count(), "numbered": [list(pair) for pair in conditions]})


def open_conditions_of(accreditation: Accreditation) -> list[AccreditationCondition]:
    """The conditions of an accreditation that are not met, by number."""
    return [row for row in conditions_of(accreditation) if row.state != ConditionState.MET]


def _in_force() -> Q:
    """Conditions of an accreditation that stands with conditions; those of others ask nothing of anybody."""
    return Q(accreditation__state=AccreditationState.CONDITIONS)


def late_conditions(today: date) -> Q:
    """The condition of a query for conditions that are not met, not answered, and past their day (C3)."""
    return _in_force() & Q(state=ConditionState.OPEN, due_on__lt=today)


def conditions_past(today: date) -> QuerySet[AccreditationCondition]:
    """Conditions past their day that wait for the centre, by their day (C3)."""
    rows = AccreditationCondition.objects.filter(late_conditions(today)).order_by("due_on", "pk")
    return rows.select_related("accreditation__organisation", "accreditation__scope")


def conditions_stand(organisation: Organisation, today: date) -> dict[int, str]:
    """By the id of each accreditation of a centre with conditions: LATE where one is past its day, ALL_MET where all
    are met; without the others (C3)."""
    rows = AccreditationCondition.objects.filter(_in_force(), accreditation__organisation=organisation)
    late = Count("pk", filter=late_conditions(today))
    counted = (
        rows.order_by()
        .values("accreditation")
        .annotate(late=late, unmet=Count("pk", filter=~Q(state=ConditionState.MET)))
    )
    found = {row["accreditation"]: LATE if row["late"] else "" if row["unmet"] else ALL_MET for row in counted}
    return {pk: stands for pk, stands in found.items() if stands}


def conditions_waiting(*states: ConditionState) -> QuerySet[AccreditationCondition]:
    """Conditions in force in one of `states`, by their day; for duties, which narrow them to their reader."""
    rows = AccreditationCondition.objects.filter(_in_force(), state__in=states)
    return rows.select_related("accreditation__organisation", "accreditation__scope").order_by("due_on", "pk")


def accreditations_all_met() -> QuerySet[Accreditation]:
    """Accreditations with conditions, all of which are met: the office may accredit without conditions (C3)."""
    unmet = AccreditationCondition.objects.exclude(state=ConditionState.MET)
    met = AccreditationCondition.objects.filter(state=ConditionState.MET)
    rows = Accreditation.objects.filter(state=AccreditationState.CONDITIONS, pk__in=met.values("accreditation"))
    return rows.exclude(pk__in=unmet.values("accreditation"))


def visits_of(accreditation: Accreditation) -> QuerySet[AccreditationVisit]:
    """The visits noted for an accreditation, the latest first; for the office's page."""
    return AccreditationVisit.objects.filter(accreditation=accreditation).select_related("by", "document")


def application_behind(user: User, today: date, accreditation: Accreditation) -> CentreApplication | None:
    """What the centre handed in for an accreditation; None where the office entered it for them."""
    pk = CentreApplication.objects.filter(accreditation=accreditation).values_list("pk", flat=True).first()
    return centre_application_for(user, today, pk) if pk else None


def file_of_condition(user: User, today: date, pk: int, document_id: int) -> Document | None:
    """A file in an answer to a condition that a person may see."""
    steps = ConditionStep.objects.filter(condition__in=conditions_visible_to(user, today).filter(pk=pk).order_by())
    return Document.objects.filter(pk__in=steps.values("document"), pk=document_id).first()


def file_of_visit(accreditation_id: int, document_id: int) -> Document | None:
    """A file of a visit; that the reader is of the office is the guard of the page."""
    rows = AccreditationVisit.objects.filter(accreditation=accreditation_id)
    return Document.objects.filter(pk__in=rows.values("document"), pk=document_id).first()
