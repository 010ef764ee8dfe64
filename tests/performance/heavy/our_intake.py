"""What a large intake costs: the desk over many applications, and enrolling a cohort, in a process with Django set up.

The database is the one that the environment names; what is done in it is undone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from tempfile import TemporaryDirectory

from django.db import connection, connections, transaction
from django.test import Client, override_settings
from django.urls import reverse

from applications import actions
from applications.models import Application, Decision
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.common import clock
from ctts.common.clock import london_midnight
from ctts.scheme.models import CompetencyItem, CompetencyItemTask, CompetencyList, PlanOutlineRow
from tests.applications import world
from tests.cast import Cast
from tests.performance.measuring import cpu_of
from tests.worlds import undone
from training.actions import start_enrol_run
from training.models import EnrolRun, TrainingRecord
from training.periodic import enrol_cohort

FEW, MANY, COHORT = 100, 10_000, 500
VISITS = 15


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A cohort: how many became trainees, seconds by the clock and of CPU (ours and the database's)."""

    people: int
    competencies: int
    seconds: float
    cpu: float


@dataclass(frozen=True, slots=True)
class IntakeCosts:
    """The desk with few and with many applications, CPU seconds a page by round; and the cohort."""

    few: list[float]
    many: list[float]
    enrolled: Enrolled


def be_the_owner() -> None:
    """Connect as the owner of the tables, who may have PostgreSQL count them, as it does by itself in a database that
    is in use; what is counted here is undone before it would."""
    owner = connections["owner"].settings_dict
    connection.settings_dict.update({name: owner[name] for name in ("USER", "PASSWORD")})


@contextmanager
def given_back() -> Iterator[None]:
    """Whatever is stored within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def people(number: int) -> list[User]:
    """So many people more."""
    names = [f"Person {place}" for place in range(number)]
    return User.objects.bulk_create(
        User(email=f"p{place}@load.example", full_name=name, sort_name=name.lower(), created_at=world.NOW)
        for place, name in enumerate(names)
    )


def alike(application: Application, applicants: list[User], **changes: object) -> list[Application]:
    """An application like the given one for each of some people."""
    columns = {
        field.attname: getattr(application, field.attname)
        for field in Application._meta.concrete_fields
        if field.name not in {"id", "applicant"}
    }
    return [Application(**{**columns, "applicant": person, **changes}) for person in applicants]


def a_page(number: int, application: Application) -> float:
    """CPU seconds of one visit of the desk that holds so many applications, the database's included."""
    with given_back():
        Application.objects.bulk_create(alike(application, people(number)))
        with connection.cursor() as cursor:
            cursor.execute("analyze applications_application; analyze accounts_user")
        client, address = world.signed_in(User.objects.get(full_name="Olive Ong")), reverse("applications:desk")
        for _ in range(3):
            found = client.get(address)
        if found.status_code != HTTPStatus.OK or f"of {number + 1:,}".replace(",", "") not in found.content.decode():
            raise RuntimeError(f"The desk does not hold what was put on it: {found.status_code}.")
        return _spent(client, address)


def _spent(client: Client, address: str) -> float:
    backend = connection.connection.info.backend_pid
    before = time.process_time() + cpu_of([backend])
    for _ in range(VISITS):
        client.get(address)
    return (time.process_time() + cpu_of([backend]) - before) / VISITS


def accepted(application: Application, applicants: list[User]) -> list[Application]:
    """Accepted applications like this one, each with a list and a plan of its own."""
    original = application.competency_list
    lists = CompetencyList.objects.bulk_create(
        CompetencyList(person=person, framework=original.framework, made_at=original.made_at) for person in applicants
    )
    items = list(original.items.select_related("plan"))
    tasks = {item.pk: [task.pk for task in item.tasks.all()] for item in items}
    for copy in lists:
        _fill(copy, items, tasks)
    CompetencyList.objects.filter(pk__in=[copy.pk for copy in lists]).update(
        frozen_at=original.frozen_at, sha256=original.sha256
    )
    rows = alike(application, applicants)
    for row, copy in zip(rows, lists, strict=True):
        row.competency_list_id = copy.pk
    made = Application.objects.bulk_create(rows)
    decided = application.decisions.get()
    given = {"kind": decided.kind, "intake": decided.intake, "decided_by": decided.decided_by}
    Decision.objects.bulk_create(Decision(application=row, decided_at=decided.decided_at, **given) for row in made)
    return made


def _fill(copy: CompetencyList, items: list[CompetencyItem], tasks: dict[int, list[int]]) -> None:
    columns = [field.attname for field in CompetencyItem._meta.concrete_fields if field.name not in {"id", "list"}]
    made = CompetencyItem.objects.bulk_create(
        CompetencyItem(list=copy, **{name: getattr(item, name) for name in columns}) for item in items
    )
    pairs = list(zip(items, made, strict=True))
    CompetencyItemTask.objects.bulk_create(
        CompetencyItemTask(item=new, task_id=task) for old, new in pairs for task in tasks[old.pk]
    )
    plan = [field.attname for field in PlanOutlineRow._meta.concrete_fields if field.name != "item"]
    PlanOutlineRow.objects.bulk_create(
        PlanOutlineRow(item=new, **{name: getattr(old.plan, name) for name in plan}) for old, new in pairs
    )


def cohort(application: Application) -> Enrolled:
    """Enrol a whole intake in one press, worked off as the worker does, and say what it took."""
    rows = accepted(application, people(COHORT))
    now = london_midnight(application.intake.enrolment_on) + timedelta(hours=8)
    clock.set_offset(at=now)
    olive = User.objects.get(full_name="Olive Ong")
    start_enrol_run(by=olive, now=now, intake_id=application.intake_id, application_ids=[row.pk for row in rows])
    backend = connection.connection.info.backend_pid
    wall, before = time.monotonic(), time.process_time() + cpu_of([backend])
    while EnrolRun.objects.filter(finished_at__isnull=True).exists():
        enrol_cohort(now)
    spent = time.process_time() + cpu_of([backend]) - before
    made = TrainingRecord.objects.filter(application__in=[row.pk for row in rows])
    if made.count() != COHORT:
        raise RuntimeError("Not everybody was enrolled.")
    return Enrolled(COHORT, application.competency_list.items.count(), time.monotonic() - wall, spent)


def main() -> None:
    """Measure in so many rounds; nothing stays behind."""
    rounds = int(sys.argv[1])
    be_the_owner()
    with TemporaryDirectory() as kept, override_settings(STORAGE_URL=f"file://{kept}", ALLOWED_HOSTS=["*"]), undone():
        cast = world.open_world()
        received = world.received(cast)
        few, many = [], []
        for _ in range(rounds):
            few.append(a_page(FEW, received))
            many.append(a_page(MANY, received))
        application = _accept(cast, received)
        found = IntakeCosts(few, many, cohort(application))
    os.write(1, f"{json.dumps(asdict(found))}\n".encode())


def _accept(cast: Cast, application: Application) -> Application:
    actions.claim(by=cast.olive, now=world.NOW, application_id=application.pk, seen_holder=None)
    for rule in ("A3c", "A3h"):
        world.find(application, cast.olive, rule)
    actions.accept(by=cast.olive, now=world.NOW, application_id=application.pk)
    found = world.refresh(application)
    if found.state != ApplicationState.ACCEPTED:
        raise RuntimeError("The application is not accepted.")
    return found
