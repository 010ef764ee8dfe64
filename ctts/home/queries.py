"""What a person meets first: duties from every app in one list, the areas of their roles, the front page's facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from applications import queries as application_queries
from assessments import queries as assessment_queries
from assessments.queries.sections import SECTIONS
from ctts.accounts.models import User
from ctts.audit.models import AuditHead
from ctts.audit.queries import last_head, last_head_numbers, timeline
from ctts.common.mail import MailState
from ctts.common.memo import remembered
from ctts.common.parts import HistoryEntry, WaitingGroup, WaitingRow
from ctts.common.templatetags.formats import day
from ctts.documents.models import Document
from ctts.documents.queries import given_up
from ctts.home.nudging import left_in_peace, nudgeable
from ctts.notifications.models import Message
from ctts.notifications.queries import outbox_backlog, outbox_for_office, withheld_for_office
from ctts.organisations.access import held_by, holds
from ctts.organisations.states import Role
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import Intake
from ctts.scheme.states import FrameworkState, IntakeState
from moderation import queries as moderation_queries
from training import queries as training_queries


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class NothingWaits:
    """What stands in the place of duties: a sentence, and at most one thing to do."""

    words: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the front page tells: the intakes that take applications now, and those to come with whether their first
    day is still to come (the office opens an intake)."""

    open: tuple[Intake, ...]
    coming: tuple[tuple[Intake, bool], ...]


def waiting_for(user: User, today: date) -> list[WaitingGroup]:
    """A person's duties in all roles, by urgency, then what they wait for (screens 1); no empty groups.

    A duty without a due day belongs to this week; the oldest comes first.
    """
    own, others = _duties_and_others(user, today)
    week = today + timedelta(days=7)
    late = [row for row in own if row.due and row.due < today]
    now = [row for row in own if not row.due or today <= row.due <= week]
    later = [row for row in own if row.due and row.due > week]
    groups = [
        WaitingGroup("Overdue", _sorted(late), "risk", "overdue"),
        WaitingGroup("This week", _sorted(now), "active", "week"),
        WaitingGroup("Later", _sorted(later), key="later"),
        WaitingGroup("Waiting for others", _sorted(nudgeable(others, today)), "waiting", "others"),
    ]
    return [group for group in groups if group.rows]


def when_nothing_waits(user: User, today: date) -> NothingWaits:
    """What a person is told who has nothing to do: the next date of their training, or how to begin (screens 1)."""
    coming = training_queries.next_date_of(user, today)
    if coming is not None:
        next_one = "The next date of your training" if coming.on >= today else "This day of your training has passed"
        words = f"{next_one}: {coming.label}, {day(coming.on)}."
        return NothingWaits(words, reverse("training:mine"), "My training")
    if (
        _applies(Standing(user, today, stands_of(user, today)))
        and not application_queries.own_applications(user).exists()
    ):
        words = "You have not applied yet. An application can be begun for the intake that is open."
        return NothingWaits(words, reverse("applications:mine"), "Begin an application")
    return NothingWaits("A row appears here when something needs you, and goes when it is done.")


# Of a long group: how many rows of one kind, how many in all, how many kinds are told apart below it.
OF_A_KIND, OF_A_GROUP, KINDS = 5, 15, 5


def shortened(group: WaitingGroup) -> WaitingGroup:
    """The first rows of a group, at most five of a kind so that many of one do not hide the others, and what is left.

    A group of fifteen or fewer is shown whole.
    """
    if len(group.rows) <= OF_A_GROUP:
        return group
    seen: Counter[str] = Counter()
    shown: list[WaitingRow] = []
    for row in group.rows:
        seen[row.what] += 1
        if seen[row.what] <= OF_A_KIND and len(shown) < OF_A_GROUP:
            shown.append(row)
    here = Counter(row.what for row in shown)
    left = [(what, many - here[what]) for what, many in seen.most_common(KINDS) if many > OF_A_KIND]
    more = [(f"{many} more: {what}", _of_group(group, what)) for what, many in left]
    return replace(group, rows=shown, total=len(group.rows), more=[*more, (f"All {len(group.rows)}", _of_group(group))])


def _of_group(group: WaitingGroup, what: str = "") -> str:
    return f"?{urlencode({'group': group.key, **({'what': what} if what else {})})}"


def narrowed(groups: Iterable[WaitingGroup], key: str, what: str) -> WaitingGroup | None:
    """One group as an address names it, all of it or one kind; None where nothing of the sort waits (any more)."""
    found = next((group for group in groups if group.key == key), None)
    if found is None or not what:
        return found
    rows = [row for row in found.rows if row.what == what]
    return replace(found, rows=rows) if rows else None


def _duties_and_others(user: User, today: date) -> tuple[list[WaitingRow], list[WaitingRow]]:
    """What each app says that a person has to do, and what they wait for; every open duty makes one row for each of
    the right people, computed from states (N). What they stand as in training is asked once for all."""
    stands = stands_of(user, today)
    found = [
        (scheme_queries.duties_for(user, today), scheme_queries.others_for(user, today)),
        application_queries.duties_and_others(user, today),
        training_queries.duties_and_others(user, today),
        assessment_queries.duties_and_others(user, today, stands),
        moderation_queries.duties_and_others(user, today, stands),
    ]
    return [row for own, _ in found for row in own], [row for _, others in found for row in others]


def stands_of(user: User, today: date) -> frozenset[str]:
    """As what a person stands in or around training; asked once for each user object and day, as their roles are."""
    return remembered(user, "stands", today, lambda: training_queries.stands_as(user, today))


def waited_for(user: User, duty: str, today: date) -> WaitingRow | None:
    """The row of what a person waits for by the name of the duty; None for whoever does not wait for it."""
    _, others = _duties_and_others(user, today)
    return next(iter(left_in_peace(row for row in others if row.waits and row.waits.duty == duty)), None)


def _sorted(rows: Iterable[WaitingRow]) -> list[WaitingRow]:
    return sorted(rows, key=lambda row: (row.due or date.max, row.since or date.max, row.what, row.about))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is on a day, as far as areas depend on it: their roles, and as what they stand in training."""

    user: User
    today: date
    stands: frozenset[str]


def areas_of(user: User, today: date, path: str) -> list[Area]:
    """The navigation of a signed-in person: what waits, then one area for each role held; one query beside roles."""
    standing = Standing(user, today, stands_of(user, today))
    found = [("Waiting for me", "home:dashboard")]
    found += [(label, name) for label, name, applies in AREAS if applies(standing)]
    return _areas(found, path)


def public_areas(path: str) -> list[Area]:
    """The navigation of a visitor."""
    return _areas(PUBLIC_AREAS, path)


def _areas(entries: Iterable[tuple[str, str]], path: str) -> list[Area]:
    return [Area(label, reverse(name), _is_within(name, path)) for label, name in entries]


def _is_within(name: str, path: str) -> bool:
    """Whether a page belongs to the area whose first page has this name."""
    urls = [reverse(one) for one in (name, *PAGES_OF.get(name, ()))]
    return any(path == url or (url != "/" and path.startswith(url)) for url in urls)


def _role(role: Role) -> Callable[[Standing], bool]:
    return lambda who: holds(who.user, role, who.today)


def _trains(who: Standing) -> bool:
    """Whether the person is or was a trainee."""
    return training_queries.TRAINEE in who.stands


def _has_trainees(who: Standing) -> bool:
    """Whether the person is appointed to a trainee, or co-ordinates a centre."""
    around = who.stands - {training_queries.TRAINEE, training_queries.SUPPORTS}
    return holds(who.user, Role.COORDINATOR, who.today) or bool(around)


def _supports(who: Standing) -> bool:
    """Whether applications name the person as Training Supervisor, or may: the role begins with the first enrolment."""
    return holds(who.user, Role.SUPERVISOR, who.today) or training_queries.SUPPORTS in who.stands


def _applies(who: Standing) -> bool:
    """Whether an application of their own may be somebody's business: they hold no role beyond working somewhere."""
    return {role for role, _ in held_by(who.user, who.today)} <= {Role.EMPLOYEE, Role.TRAINER}


OFFICE = _role(Role.OFFICE)
AREAS: tuple[tuple[str, str, Callable[[Standing], bool]], ...] = (
    ("My training", "training:mine", _trains),
    ("My trainees", "training:trainees", _has_trainees),
    ("My caseload", "moderation:caseload", _role(Role.MODERATOR)),
    ("My marking", "assessments:my_marking", _role(Role.MODERATOR)),
    ("My application", "applications:mine", _applies),
    ("Applications", "applications:desk", OFFICE),
    ("Trainees", "training:office", OFFICE),
    ("Moderation", "moderation:pool", OFFICE),
    ("My moderation", "moderation:mine", _role(Role.MODERATOR)),
    ("Applications to support", "applications:to_support", _supports),
    ("Applications of my centre", "applications:of_my_centres", _role(Role.COORDINATOR)),
    ("Centre at a glance", "training:centres", _role(Role.COORDINATOR)),
    ("My centre", "scheme:my_centres", _role(Role.COORDINATOR)),
    ("Adjustments", "applications:adjustments", _role(Role.ADJUSTMENTS)),
    ("My adjustments", "applications:own_adjustments", _trains),
    ("Intakes", "scheme:intakes", OFFICE),
    ("Centres", "scheme:centres", OFFICE),
    ("People", "organisations:people", OFFICE),
    ("Scheme", "home:scheme", OFFICE),
)
# Areas whose pages begin with several addresses.
PAGES_OF = {"moderation:pool": [name for _, name in SECTIONS], "scheme:intakes": ["training:office_events"]}
PUBLIC_AREAS: tuple[tuple[str, str], ...] = (
    ("Can I apply?", "applications:eligibility"),
    ("Routes to the register", "applications:routes"),
    ("Training Centres", "applications:training_centres"),
    ("Check a diploma", "moderation:check"),
)


def front_page(today: date) -> FrontPage:
    """The intakes that take applications, and the next two that still will."""
    rows = list(scheme_queries.intakes().filter(enrolment_on__gte=today)[:6])
    open_now = tuple(row for row in rows if row.state == IntakeState.OPEN)
    coming = [row for row in rows if row not in open_now and row.cutoff_on >= today]
    return FrontPage(open_now, tuple((row, row.opens_on > today) for row in coming[:2]))


def footer_links(user: User | None) -> list[Area]:
    """What stands at the foot of every page beside the statements: the check of diplomas (D1), what comes after one
    (D4), and for whoever is signed in the handbook (E1) and the help."""
    for_all = [("Check a diploma", "moderation:check"), ("After the Diploma", "moderation:next_steps")]
    return _areas([*for_all, *([("Handbook", "scheme:handbook"), ("Help", "home:help")] if user else [])], "")


# --- the office's pages over the ground ---

AN_AUDIT_PAGE = 50
UNSURE = (MailState.DEAD, MailState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Card:
    """One way of the scheme page: where it leads, what is to be known of it, and whether that wants somebody."""

    label: str
    url: str
    what: str
    says: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries of the office's chain, newest first. `next_before` is the number before which the next page begins."""

    entries: list[HistoryEntry]
    next_before: int | None
    head: AuditHead | None
    total: int


def scheme_cards(today: date, now: datetime) -> list[Card]:
    """What the scheme consists of: scopes, frameworks, rules, handbook, mail, files, audit; the cost does not grow."""
    return [*_cards_of_the_scheme(today), *_cards_of_the_ground(now)]


def _cards_of_the_scheme(today: date) -> list[Card]:
    drafts = scheme_queries.frameworks_for_office().filter(state=FrameworkState.DRAFT).count()
    rules = scheme_queries.rules_on(today)
    unsure = len(scheme_queries.unconfirmed(rules))
    handbook = scheme_queries.current_handbook()
    missing = ", ".join(scope.name for scope in scheme_queries.offered_without_framework())
    says = f"No framework published: {missing}" if missing else "Each scope on offer has a published framework"
    return [
        Card("Scopes of practice", reverse("scheme:scopes"), "Craft groups and their scopes", says, bool(missing)),
        Card(
            "Frameworks",
            reverse("scheme:frameworks"),
            "Competencies of each scope, imported from spreadsheets",
            f"{drafts} imported and not published" if drafts else "Nothing waits to be published",
            urgent=bool(drafts),
        ),
        Card(
            "Scheme rules",
            reverse("scheme:rules"),
            "Every number of the scheme with its source",
            f"Version {rules.version} in force; {unsure} defaults not confirmed",
            urgent=bool(unsure),
        ),
        Card(
            "Handbook",
            reverse("scheme:handbooks"),
            "Versions, and who has read the current one",
            str(handbook) if handbook else "None is published",
            urgent=handbook is None,
        ),
    ]


def _cards_of_the_ground(now: datetime) -> list[Card]:
    backlog = outbox_backlog(now)
    stuck = given_up().count()
    head, total = last_head(), last_head_numbers(None)[0]
    return [
        Card(
            "Mail",
            reverse("home:mail"),
            "Messages that did not arrive for sure",
            f"{backlog.dead} not sent, {backlog.in_doubt} in doubt, {backlog.waiting} waiting",
            urgent=bool(backlog.dead or backlog.in_doubt),
        ),
        Card(
            "Files",
            reverse("home:files"),
            "Files whose check was given up",
            f"{stuck} to start again" if stuck else "None",
            urgent=bool(stuck),
        ),
        Card(
            "Audit",
            reverse("home:audit"),
            "Who did what and when, chained and signed each day",
            f"{total} entries of the office; last head {day(head.on)}" if head else f"{total} entries; no head yet",
        ),
    ]


def messages_for_office() -> QuerySet[Message]:
    """Every message with its recipient; the page is the office's."""
    return Message.objects.select_related("to")


def messages_shown(which: str) -> QuerySet[Message]:
    """Messages of one page of the outbox: "unsure" (dead or in doubt), "waiting" (the rest not sent), "withheld"."""
    if which == "withheld":
        return withheld_for_office()
    unsent = outbox_for_office()
    return unsent.filter(state__in=UNSURE) if which == "unsure" else unsent.exclude(state__in=UNSURE)


def can_be_decided(message: Message) -> bool:
    """Whether a message waits for somebody's decision: dead or in doubt."""
    return message.state in UNSURE


def files_given_up() -> QuerySet[Document]:
    """Files whose check was given up, each with who gave it and whose dossier it is in."""
    return given_up().select_related("uploaded_by", "owner")


def audit_page(before: int | None) -> AuditPage:
    """Fifty entries of the office's chain before a number (None: the newest), by key: old pages cost no more."""
    rows = timeline(None).filter(**({"number__lt": before} if before is not None else {}))
    events = list(rows[: AN_AUDIT_PAGE + 1])
    shown = events[:AN_AUDIT_PAGE]
    names = dict(User.objects.filter(pk__in={row.actor_id for row in shown}).values_list("pk", "full_name"))
    entries = [
        HistoryEntry(
            at=row.at,
            who=names.get(row.actor_id or 0, "The calendar" if row.actor_id is None else f"Person {row.actor_id}"),
            what=f"{row.number}. {row.action}: {row.object} {row.object_id}",
            role=row.role,
            icon="circle",
        )
        for row in shown
    ]
    more = shown[-1].number if len(events) > AN_AUDIT_PAGE else None
    return AuditPage(entries, more, last_head(), last_head_numbers(None)[0])
