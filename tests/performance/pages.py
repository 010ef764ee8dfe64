"""The pages that are measured, each as somebody of the populated world opens it; needs Django set up on that world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ctts.accounts.access import note_authentication
from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationMethod
from ctts.common import clock
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from tests.performance.measuring import Job, Target
from tests.performance.sites import Site
from tests.performance.table import BASE
from training import actions, queries
from training.models import PlanItem, TrainingRecord
from training.states import AppointmentKind, ItemState

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOKEN = "a" * 32  # of the form and of its cookie alike
OWN, CASELOAD, LIST, DECISION, LOGIN = (4, 2.5), (3, 1.5), (3, 1.5), (2.5, 1.2), (0.8, 0.3)


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody who is signed in, with their second factor where the role needs one."""

    person: User
    client: Client

    @property
    def cookie(self) -> str:
        """What the browser sends."""
        kept = {name: morsel.value for name, morsel in self.client.cookies.items()}
        return "; ".join(f"{name}={value}" for name, value in {**kept, "csrftoken": TOKEN}.items())

    def prove(self) -> None:
        """The person has just proved who they are, so that signing does not ask."""
        session = self.client.session
        note_authentication(session, AuthenticationMethod.PASSWORD, clock.now())
        session.save()


def browser_of(person: User) -> Browser:
    """A browser of a person of the populated world."""
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=clock.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    client.get(reverse("accounts:profile"))  # the first page of a session also writes when it began
    return Browser(person, client)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who opens the pages: a trainee with much behind them, and people around that trainee."""

    record: TrainingRecord
    trainee: Browser
    supervisor: Browser
    coordinator: Browser
    moderator: Browser
    office: Browser


def cast() -> Cast:
    """A trainee of the oldest cohort whom everybody stands around, and these."""
    moderated = TrainingRecord.objects.filter(appointments__kind=AppointmentKind.EXTERNAL_MODERATOR)
    waiting = moderated.filter(items__state=ItemState.SUBMITTED, year_two__isnull=False).order_by("start_on", "pk")
    record = waiting.select_related("trainee").first() or moderated.select_related("trainee").first()
    assert record is not None, "Populate more trainees: none of them has a moderator."
    around = {row.kind: row.person for row in queries.people_around(record)}
    office = people_with(Role.OFFICE, clock.london_date(clock.now())).first()
    assert office is not None
    return Cast(
        record,
        browser_of(record.trainee),
        browser_of(around[AppointmentKind.SUPERVISOR]),
        browser_of(around[AppointmentKind.COORDINATOR]),
        browser_of(around[AppointmentKind.EXTERNAL_MODERATOR]),
        browser_of(office),
    )


def pages(ours: Site, minimal: Site, *, signatures: int) -> list[Target]:
    """Everything that is measured; `signatures` is how many competencies may be signed."""
    people = cast()
    found = [
        Target(BASE, minimal, f"sessionid={minimal.session}", [Job("/")], queries=3),
        *_of_the_record(ours, people),
        *_lists(ours, people),
        *_waiting(ours, people),
        _login(ours),
    ]
    for target in found[1:]:
        target.queries = _queries(target)
    return [*found, _signing(ours, signatures)]


def _page(
    site: Site, name: str, who: Browser, address: str, goal: tuple[float, float] | None, *args: object, **query: object
) -> Target:
    path = reverse(address, args=args) + (f"?{urlencode(query)}" if query else "")
    must, aim = goal or (None, None)
    return Target(name, site, who.cookie, [Job(path)], must=must, aim=aim)


def _of_the_record(site: Site, people: Cast) -> list[Target]:
    pk = people.record.pk
    return [
        _page(site, "trainee home", people.trainee, "training:mine", OWN),
        _page(site, "competency matrix", people.trainee, "training:competencies", OWN, pk),
        _page(site, "record, by the supervisor", people.supervisor, "training:record", OWN, pk),
        _page(site, "sign-off page", people.supervisor, "training:sign_off", None, pk),
    ]


def _lists(site: Site, people: Cast) -> list[Target]:
    office, scope = people.office, people.record.scope_id
    word = people.record.trainee.sort_name.split()[0]
    return [
        _page(site, "supervisor's trainees", people.supervisor, "training:trainees", CASELOAD),
        _page(site, "moderator's trainees", people.moderator, "training:trainees", CASELOAD),
        _page(site, "co-ordinator's centre", people.coordinator, "training:trainees", CASELOAD),
        _page(site, "office: trainees", office, "training:office", LIST),
        _page(site, "office: trainees, filtered", office, "training:office", LIST, scope=scope, state="active"),
        _page(site, "office: trainees, searched", office, "training:office", LIST, q=word),
        _page(site, "office: trainees, by start", office, "training:office", LIST, sort="-start"),
        _page(site, "office: people", office, "organisations:people", LIST),
        _page(site, "office: intake desk", office, "applications:desk", LIST),
    ]


def _waiting(site: Site, people: Cast) -> list[Target]:
    roles = ("trainee", "supervisor", "coordinator", "moderator", "office")
    return [_page(site, f"waiting for me: {role}", getattr(people, role), "home:dashboard", OWN) for role in roles]


def _login(site: Site) -> Target:
    must, aim = LOGIN
    return Target("login page", site, "", [Job(reverse("account_login"))], must=must, aim=aim)


# --- signing ---


def _signing(site: Site, many: int) -> Target:
    """POST: one supervisor signs one submitted competency after the other, each opened before."""
    signer, items = _signer(many)
    browser = browser_of(signer)
    jobs = [_signature(signer, item) for item in items]
    must, aim = DECISION
    return Target(
        "sign a competency (POST)", site, browser.cookie, jobs, status=303, must=must, aim=aim, ready=browser.prove
    )


def _signer(many: int) -> tuple[User, Sequence[PlanItem]]:
    """The supervisor with most to sign, and what of it."""
    submitted = PlanItem.objects.filter(
        state=ItemState.SUBMITTED,
        record__appointments__kind=AppointmentKind.SUPERVISOR,
        record__appointments__ends_on__isnull=True,
    )
    counted = submitted.values("record__appointments__person").annotate(n=Count("pk")).order_by("-n").first()
    assert counted is not None, "Nothing is submitted in the populated world."
    signer = User.objects.get(pk=counted["record__appointments__person"])
    rows = submitted.filter(record__appointments__person=signer).select_related("item", "record__trainee")
    return signer, list(rows.order_by("record", "position")[:many])


def _signature(signer: User, item: PlanItem) -> Job:
    _open(signer, item, clock.now())
    body = {"csrfmiddlewaretoken": TOKEN, f"seen-{item.pk}": queries.shown_digest(item), "comment": ""}
    return Job(reverse("training:sign", args=[item.pk]), urlencode(body))


def _open(signer: User, item: PlanItem, now: datetime) -> None:
    for evidence in queries.judged_evidence([item])[item.pk]:
        actions.note_seen(by=signer, now=now, item_id=item.pk, evidence_id=evidence.pk)


# --- counting ---


def _queries(target: Target) -> int:
    """How often one request asks the database: counted in this process, on the second visit."""
    client = Client(headers={"host": "localhost", "cookie": target.cookie})
    for cookie in filter(None, target.cookie.split("; ")):
        name, _, value = cookie.partition("=")
        client.cookies[name] = value
    client.get(target.jobs[0].path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(target.jobs[0].path)
    assert response.status_code == target.status, f"{target.name} answered {response.status_code}."
    return len(_asked(captured.captured_queries))


def _asked(captured: Iterable[dict[str, str]]) -> list[str]:
    """The questions among what was sent; savepoints are none."""
    return [entry["sql"] for entry in captured if "SAVEPOINT" not in entry["sql"]]
