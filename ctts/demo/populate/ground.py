"""The ground under populated trainees: office, intakes, frameworks of 150, DOPS form; made once, by usual actions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from ctts.accounts import actions as accounts
from ctts.accounts.models import User
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import month_after
from ctts.demo.papers import pdf_of
from ctts.demo.populate.corpus import TASKS, THINGS, VERBS
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.organisations import actions as organisations
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.catalogues import DOPS_WORKBOOK
from ctts.scheme.models import DopsForm, Framework, Intake, RuleSet, SchemeEvent, Scope
from ctts.scheme.queries import current_handbook, dops_form_for, framework_for, numbers_of, offered_scopes, rules_on
from ctts.scheme.rules import SchemeNumbers, intake_for
from ctts.scheme.spreadsheet import CompetencyRow, FrameworkSheet, ModuleRow, TaskRow, read_dops_form
from ctts.scheme.states import EventKind, IntakeState

VERSION = "populated"
COMPETENCIES = 150
COHORTS = 4  # one each half-year, so that trainees stand in every month of the two years
SETTLED = timedelta(days=14)  # the youngest cohort is at least that old
WORKSHOP, SEMINAR = "Writing about your own work", "Uncertainty in practice"
WORKSHOP_AFTER, SIGNED_UP = 180, timedelta(days=7)
NET_PENCE, VAT = 250_000, 2_000
PLAN = {"how": "Supervised practice, then alone with review of the record", "where": "The department"}
WITH_WHOM = "The Training Supervisor"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be populated: how many trainees, from which seed, as things stand at `now`."""

    trainees: int
    seed: int
    now: datetime

    @property
    def today(self) -> date:
        """The London day of `now`."""
        return london_date(self.now)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts in the populated world."""

    pk: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Competency:
    """One competency of a framework with what a list copies of it, and the month by which the plan reaches it."""

    pk: int
    code: str
    group: str
    title: str
    statement: str
    module_id: int
    module_code: str
    position: int
    task_ids: tuple[int, ...]
    task_codes: tuple[str, ...]
    by_month: int

    def columns(self) -> dict[str, Any]:
        """The columns of an item of somebody's list."""
        names = ("code", "group", "title", "statement", "module_id", "position")
        return {"competency_id": self.pk, **{name: getattr(self, name) for name in names}}

    def content(self) -> dict[str, Any]:
        """How the list's digest names it (`ctts.scheme.queries.list_content`)."""
        return {
            "code": self.code,
            "title": self.title,
            "statement": self.statement,
            "module": self.module_code,
            "tasks": sorted(self.task_codes),
            "with_whom": WITH_WHOM,
            "by_month": self.by_month,
            **PLAN,
        }


@dataclass(frozen=True, slots=True)
class ScopeFacts:
    """A scope with its framework, competencies and DOPS form."""

    scope_id: int
    framework_id: int
    form_id: int
    form_items: tuple[int, ...]
    competencies: tuple[Competency, ...]


@dataclass(frozen=True, slots=True)
class EventFacts:
    """A dated event of the scheme, and whether people sign up for it."""

    pk: int
    title: str
    on: date
    minutes: int
    by_signing: bool


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """An intake with its dates, its events and the rules of those who start with it."""

    pk: int
    opens_on: date
    enrolment_on: date
    induction_on: date
    fee_pence: int
    net_pence: int
    events: tuple[EventFacts, ...]
    rules: RuleSet
    numbers: SchemeNumbers


@dataclass(frozen=True, slots=True)
class Paper:
    """A file in the storage, of which every dossier gets rows of its own."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Ground:
    """All of it, in plain keys."""

    wanted: Wanted
    office: tuple[Person, Person]
    intakes: tuple[IntakeFacts, ...]
    scopes: tuple[ScopeFacts, ...]
    paper: Paper
    handbook_id: int | None


def lay_ground(wanted: Wanted) -> Ground:
    """Make what is missing of it, by the actions behind the pages; a second call finds everything there."""
    office = _office(wanted.now)
    first, second = office[:2]
    by = User.objects.get(pk=first.pk)
    handbook = current_handbook()
    return Ground(
        wanted=wanted,
        office=(first, second),
        intakes=tuple(_intakes(by, wanted)),
        scopes=tuple(_scope(by, scope, wanted.now) for scope in offered_scopes()),
        paper=_paper(by, wanted.now),
        handbook_id=handbook.pk if handbook else None,
    )


def _office(now: datetime) -> list[Person]:
    """The two members of the office who decide; those of the demo world where there are two."""
    present = people_with(Role.OFFICE, london_date(now))
    for number in range(1, 3 - present.count()):
        email, name = f"office{number}@populate.example", f"Office Member {number}"
        person = accounts.make_person(email=email, full_name=name, password=email, by=None, now=now)
        organisations.grant(by=None, now=now, person=person, role=Role.OFFICE)
    return [Person(row.pk, row.full_name, row.email) for row in present.all()]


# --- intakes ---


def _intakes(by: User, wanted: Wanted) -> list[IntakeFacts]:
    """The last intakes that have enrolled, the oldest first, closed by now."""
    newest = month_after(intake_for(wanted.now - SETTLED), -6)
    months = [month_after(newest, -6 * age) for age in reversed(range(COHORTS))]
    begin = london_midnight(date(months[0][0] - 1, 1, 10)) + timedelta(hours=10)
    scheme.prefill_intakes(by=None, now=begin, first_year=begin.year)
    return [_closed(by, Intake.objects.get(year=year, month=month), wanted) for year, month in months]


def _closed(by: User, intake: Intake, wanted: Wanted) -> IntakeFacts:
    opened = london_midnight(intake.opens_on) + timedelta(hours=9)
    if intake.state == IntakeState.PLANNED:
        scheme.set_fee(by=None, now=opened, intake_id=intake.pk, net_pence=NET_PENCE, vat_basis_points=VAT)
        intake = scheme.open_intake(by=None, now=opened, intake_id=intake.pk)
    _announce(intake, opened, wanted)
    if intake.state == IntakeState.OPEN:
        closing = london_midnight(intake.cutoff_on) + timedelta(days=1, hours=8)
        intake = scheme.close_intake(by=None, now=closing, intake_id=intake.pk)
    rules = rules_on(intake.enrolment_on)
    return IntakeFacts(
        pk=intake.pk,
        opens_on=intake.opens_on,
        enrolment_on=intake.enrolment_on,
        induction_on=intake.induction_on,
        fee_pence=intake.fee_gross_pence or 0,
        net_pence=intake.fee_net_pence or 0,
        events=tuple(_event(row) for row in intake.events.order_by("pk")),
        rules=rules,
        numbers=numbers_of(rules),
    )


def _announce(intake: Intake, now: datetime, wanted: Wanted) -> None:
    """The induction of an intake, a workshop of half a year later, and one still to come, for which people sign up."""
    induction, there = EventKind.INDUCTION, set(intake.events.values_list("kind", flat=True))
    if induction not in there:
        _add_event(intake, now, induction, f"{induction.label}, {intake}", intake.induction_on)
    if EventKind.SOFT_SKILLS not in there:
        day = intake.enrolment_on + timedelta(days=WORKSHOP_AFTER)
        _add_event(intake, now, EventKind.SOFT_SKILLS, f"{WORKSHOP}, {intake}", day, until=day - SIGNED_UP)
    if not intake.events.filter(kind=EventKind.CPD, starts_at__gt=wanted.now).exists():
        day = wanted.today + timedelta(days=30)
        _add_event(intake, now, EventKind.CPD, f"{SEMINAR}, {intake}", day, until=day - SIGNED_UP)


def _add_event(
    intake: Intake, now: datetime, kind: EventKind, title: str, day: date, *, until: date | None = None
) -> None:
    starts_at = london_midnight(day) + timedelta(hours=9)
    scheme.add_event(
        by=None,
        now=now,
        kind=kind,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        joining="Online; the link comes the day before.",
        intake=intake,
        sign_up_until_on=until,
    )


def _event(row: SchemeEvent) -> EventFacts:
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    by_signing = row.sign_up_until_on is not None
    return EventFacts(row.pk, row.title, london_date(row.starts_at), minutes, by_signing)


# --- frameworks ---


def _scope(by: User, scope: Scope, now: datetime) -> ScopeFacts:
    framework = Framework.objects.filter(scope=scope, version=VERSION).first() or _framework(by, scope, now)
    form = _form(by, scope, now)
    rows = framework.competencies.select_related("module").prefetch_related("tasks").order_by("position")
    competencies = [
        Competency(
            pk=row.pk,
            code=row.code,
            group=row.group,
            title=row.title,
            statement=row.statement,
            module_id=row.module_id,
            module_code=row.module.code,
            position=row.position,
            task_ids=tuple(task.pk for task in row.tasks.all()),
            task_codes=tuple(task.code for task in row.tasks.all()),
            by_month=2 + 20 * (row.position - 1) // COMPETENCIES,
        )
        for row in rows
    ]
    items = tuple(form.items.order_by("number").values_list("pk", flat=True))
    return ScopeFacts(scope.pk, framework.pk, form.pk, items, tuple(competencies))


def _form(by: User, scope: Scope, now: datetime) -> DopsForm:
    try:
        return dops_form_for(scope, now)
    except DopsForm.DoesNotExist:
        items = read_dops_form(BytesIO(DOPS_WORKBOOK.read_bytes()), DOPS_WORKBOOK.name)
        return scheme.import_dops_form(by=by, now=now, scope=None, items=items)


def _framework(by: User, scope: Scope, now: datetime) -> Framework:
    """A framework of 150 competencies, published; retired at once where the scope offers another one."""
    offered = framework_for(scope)
    digest = hashlib.sha256(f"{VERSION} {scope.code}".encode()).hexdigest()
    made = scheme.import_framework(by=by, now=now, sheet=_sheet(scope), file_sha256=digest)
    made = scheme.publish_framework(by=by, now=now, framework_id=made.pk)
    return made if offered is None else scheme.retire_framework(by=by, now=now, framework_id=made.pk)


def _sheet(scope: Scope) -> FrameworkSheet:
    modules = tuple(ModuleRow(f"PTP{n}", f"Practice of level {n}", "populated", n) for n in (4, 5, 6))
    tasks = tuple(TaskRow(f"T{n}", title, title) for n, title in enumerate(TASKS, start=1))
    return FrameworkSheet(
        scope=scope.code,
        scope_name=scope.name,
        title=f"{scope.name}, for measuring",
        version=VERSION,
        status="sample",
        note="Invented sentences; the number of competencies is what counts.",
        tasks=tasks,
        modules=modules,
        competencies=tuple(_row(scope, place) for place in range(COMPETENCIES)),
        dops=(),
    )


def _row(scope: Scope, place: int) -> CompetencyRow:
    group, number = divmod(place, COMPETENCIES // len(TASKS))
    verb, thing = VERBS[place % len(VERBS)], THINGS[place // len(VERBS) % len(THINGS)]
    also = (f"T{(group + 1) % len(TASKS) + 1}",) if place % 5 == 0 else ()
    return CompetencyRow(
        code=f"{scope.code}-{group + 1}.{number + 1:02}",
        group=TASKS[group],
        title=f"{verb} {thing}",
        statement=f"{verb} {thing} by the local procedure, judge the result and record what follows from it.",
        module=f"PTP{4 + place % 3}",
        level=4 + place % 3,
        tasks=(f"T{group + 1}", *also),
    )


def _paper(by: User, now: datetime) -> Paper:
    """One page that stands for every certificate, order and letter; kept once."""
    kept = store_bytes(
        content=pdf_of([["A paper of the populated world", "It stands for certificates, orders and letters."]]),
        name="Paper.pdf",
        media_type=MediaType.PDF,
        owner=None,
        by=by,
        now=now,
        purpose="demo.populated",
        pages=1,
    )
    return Paper(kept.sha256, kept.size)
