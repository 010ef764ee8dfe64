"""What the office's pages about the scheme show; that the reader is of the office is the guard of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.common.ties import Declared
from ctts.organisations.models import Organisation
from ctts.scheme.models import (
    Accreditation,
    Competency,
    Framework,
    Handbook,
    HandbookAcknowledgement,
    Intake,
    OwnEventKind,
    RuleSet,
    SchemeEvent,
)
from ctts.scheme.queries.numbers import standing_rules
from ctts.scheme.states import FrameworkState, IntakeState

SHOWN = ("state", "opens_on", "cutoff_on", "enrolment_on", "induction_on", "fee_net_pence", "vat_basis_points")

EVENT_SHOWN = ("title", "starts_at", "ends_at", "place", "joining", "sign_up_until_on", "places")


waits_in_intake = Declared[Callable[[Intake], Iterable[str]]]()
"""`find(intake)` names who would be left without an intake if nobody were enrolled into it any more, a sentence
each."""


short_of_fee = Declared[Callable[[Intake], Iterable[str]]]()
"""`find(intake)` names whose purchase order is less than the fee of an intake that they wait to be received for."""


told_of_fee = Declared[Callable[[Intake, User | None, datetime], None]]()
"""`tell(intake, by, now)`: the fee of an intake is set, or is another from now on."""


awaits_fee = Declared[Callable[[Intake], Iterable[str]]]()
"""`find(intake)` names who is mailed when the fee of an intake is set."""


def mailed_the_fee(intake: Intake) -> list[str]:
    """Who is mailed once the fee of an intake is set, or another is, as the apps know it (I6)."""
    return [name for find in awaits_fee for name in find(intake)]


def hit_by_fee(intake: Intake) -> list[str]:
    """Who gets an application back once the intake is open, since the order does not cover its fee (I5, A3 f)."""
    if intake.fee_gross_pence is None:
        return []
    return [name for find in short_of_fee for name in find(intake)]


def left_in(intake: Intake) -> list[str]:
    """Who still waits in an intake, as the apps know it: it is finished once nobody does (I5)."""
    return [words for find in waits_in_intake for words in find(intake)]


def intake_version(intake: Intake) -> str:
    """A digest of everything about an intake that staff change: what a form says it has seen."""
    return sha256({name: getattr(intake, name) for name in SHOWN})


def event_version(event: SchemeEvent) -> str:
    """A digest of what staff change of an event: what a form says it has seen."""
    return sha256({name: getattr(event, name) for name in EVENT_SHOWN})


def events_for_office() -> QuerySet[SchemeEvent]:
    """All events, the latest first, each with its kind and whom it is for."""
    return SchemeEvent.objects.select_related("intake", "scope", "own_kind").order_by("-starts_at", "-pk")


def event_kinds_for_office() -> QuerySet[OwnEventKind]:
    """The kinds of event that the office added, by name, retired ones too."""
    return OwnEventKind.objects.order_by("name", "pk")


def offered_event_kinds() -> QuerySet[OwnEventKind]:
    """The same without the retired ones: what a new event may be."""
    return event_kinds_for_office().filter(retired_at__isnull=True)


def centres_for_office() -> QuerySet[Organisation]:
    """Every centre, consortium and employer with its sites and accreditations, by name."""
    shown = Prefetch("accreditations", accreditations_for_office(), to_attr="shown_accreditations")
    return Organisation.objects.prefetch_related("sites", shown).select_related("consortium")


def accreditations_for_office() -> QuerySet[Accreditation]:
    """Every accreditation with centre and scope: by scope, the latest first."""
    rows = Accreditation.objects.select_related("organisation", "scope")
    return rows.order_by("scope__name", "-starts_on", "-pk")


def frameworks_for_office() -> QuerySet[Framework]:
    """Every framework version with the number of its competencies (`size`): by scope, the newest first."""
    rows = Framework.objects.select_related("scope", "imported_by", "dops_form").annotate(size=Count("competencies"))
    return rows.order_by("scope__name", "-imported_at", "-pk")


def frameworks_published() -> QuerySet[Framework]:
    """Every version that was ever on offer, so that somebody may train by it: by scope, the newest first (S2)."""
    return frameworks_for_office().exclude(state=FrameworkState.DRAFT)


def competencies_of(framework: Framework) -> QuerySet[Competency]:
    """The competencies of a version in their order, each with module and tasks; reference data."""
    rows = Competency.objects.filter(framework=framework).select_related("module")
    return rows.prefetch_related("tasks").order_by("position")


def compared_with(scope_code: str) -> Framework | None:
    """The version with which an import of a scope is compared: the published one, else the newest imported."""
    rows = Framework.objects.filter(scope__code=scope_code).order_by("-imported_at", "-pk")
    published = rows.filter(state=FrameworkState.PUBLISHED).order_by("-published_at", "-pk")
    return published.first() or rows.first()


def rule_versions() -> QuerySet[RuleSet]:
    """All versions of the scheme rules, newest first, with who made them and who took them back."""
    return RuleSet.objects.select_related("made_by", "withdrawal__withdrawn_by").order_by("-version")


def newest_rules() -> RuleSet:
    """The version made last, from which the next one starts; it may take effect later than today."""
    return standing_rules().select_related("made_by").latest("version")


def handbooks() -> QuerySet[Handbook]:
    """All versions of the handbook, newest first, each with its file and how many people have read it (`readers`)."""
    rows = Handbook.objects.select_related("document", "published_by").annotate(readers=Count("acknowledgements"))
    return rows.order_by("-published_at", "-pk")


def handbook_for(person: User) -> Handbook | None:
    """The current handbook with `read`: whether this person said that they have read it; None before the first (E1)."""
    said = HandbookAcknowledgement.objects.filter(handbook=OuterRef("pk"), person=person)
    return handbooks().annotate(read=Exists(said)).first()


def offered_without(frameworks: Sequence[Framework], offered: Sequence[str]) -> list[str]:
    """Codes of offered scopes for which none of `frameworks` is published: nobody can apply in them (S2)."""
    published = {row.scope.code for row in frameworks if row.state == FrameworkState.PUBLISHED}
    return [code for code in offered if code not in published]


def planned_to_open(until: date, today: date) -> QuerySet[Intake]:
    """Planned intakes whose first day comes by `until` and whose last day is not over (I2, I6)."""
    rows = Intake.objects.filter(state=IntakeState.PLANNED, opens_on__lte=until, cutoff_on__gte=today)
    return rows.order_by("opens_on", "pk")
