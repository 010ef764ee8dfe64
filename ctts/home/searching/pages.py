"""The pages and steps that have a name of their own, and which of them a person may reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.urls import resolve, reverse

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.guards import View, lets_in
from ctts.common.verdict import Verdict
from ctts.home import queries
from ctts.home.searching.parts import Found
from training import access as training
from training import queries as training_queries
from training.models import TrainingRecord

# What the pages of the navigation are about, and by which other words they are looked for.
ABOUT: dict[str, tuple[str, str]] = {
    "home:dashboard": ("What you have to do, in every role you hold", "start duties todo home"),
    "training:mine": ("Your progress, dates and what comes next", "progress timeline"),
    "training:trainees": ("Everybody you stand around, with a light each", "trainees"),
    "moderation:caseload": ("The trainees you moderate: lights, meetings, questions, samples", "caseload sampling"),
    "training:centres": ("Months without a review, stalled work, concerns, reports of your centre", "glance centre"),
    "assessments:my_marking": ("Portfolios and vivas that you mark", "portfolio viva"),
    "applications:mine": ("Where your application stands, or how to begin one", "apply draft"),
    "applications:desk": ("The queue of applications with what each still needs", "desk queue intake"),
    "training:office": ("Everybody in training: found, filtered, exported", "records"),
    "moderation:pool": ("Moderators, results, boards and diplomas", "moderators pool"),
    "moderation:mine": ("Your declaration, interests and appointments as moderator", "declare sign conflict"),
    "applications:to_support": ("Applications that name you as Training Supervisor", "confirm"),
    "applications:of_my_centres": ("Applications of the centres you co-ordinate", "centre"),
    "scheme:my_centres": ("Accreditation and supervisors of the centres you co-ordinate", "accreditation"),
    "applications:adjustments": ("Requests for reasonable adjustments that wait or were agreed", "reasonable"),
    "applications:own_adjustments": ("What you asked for and what was agreed", "reasonable"),
    "scheme:intakes": ("Intakes with their dates and fees", "dates cut-off fee"),
    "scheme:centres": ("Training Centres and what each is accredited for", "accreditation employers hospitals"),
    "organisations:people": ("Everybody with an account: roles, invitations, access", "users accounts roles"),
    "home:scheme": ("Scopes, frameworks, rules, handbook, mail, files and the audit", "settings"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page or step that anybody reaches whom its guard lets in: its address, name, and what it is about."""

    name: str
    label: str
    about: str
    words: str = ""


PLACES: tuple[Place, ...] = (
    Place("organisations:invite", "Invite somebody", "An account with a first role, and the mail with its link", "new"),
    Place("organisations:enter_centre", "Enter a centre", "A new Training Centre, consortium or employer", "new add"),
    Place(
        "training:office_events",
        "Events of the scheme",
        "Inductions and workshops with their joining details",
        "events induction",
    ),
    Place("training:event_add", "Add an event", "An induction, a workshop or another day", "event new"),
    Place("scheme:scopes", "Scopes of practice", "Craft groups and scopes, offered or not", "craft group specialism"),
    Place("scheme:enter_scope", "Enter a scope", "A new scope of practice in a craft group", "new add craft group"),
    Place("scheme:enter_group", "Enter a craft group", "A new group of scopes of practice", "new add scope"),
    Place("scheme:frameworks", "Frameworks", "Competencies of each scope, by version", "competencies catalogue"),
    Place("scheme:try_out", "Import a framework", "From a spreadsheet, tried out before it is kept", "upload xlsx"),
    Place("scheme:dops_forms", "DOPS forms", "The ten items of each scope, by version", "items anchors scale"),
    Place("scheme:rules", "Scheme rules", "Every number of the scheme with its source", "defaults numbers settings"),
    Place("scheme:handbooks", "Versions of the handbook", "Published versions, and who has read them", "publish"),
    Place("scheme:publish_handbook", "Publish a version of the handbook", "And who is asked to read it", "new"),
    Place("applications:orders", "Purchase orders", "Given, checked, cancelled, by intake", "po invoice finance fee"),
    Place("applications:enquiries", "Enquiries", "Questions asked by visitors, to be answered", "questions"),
    Place("applications:letters", "Decision letters", "Letters that wait to be sent, read or changed", "outbox hold"),
    Place("applications:late_codes", "Late entries", "Codes that let somebody apply after a cut-off", "code cut-off"),
    Place("applications:give_late_code", "Give a code for a late entry", "For one person and one intake", "new"),
    Place("training:office_changes", "Changes of circumstances", "Requests of trainees, to be decided", "interruption"),
    Place("assessments:results", "Results", "Outcomes to be confirmed and released", "outcomes release marks"),
    Place("moderation:disagreements", "Disagreements", "Markers who differ, and who adjudicates", "adjudicator"),
    Place("moderation:boards", "Boards", "Awards proposed and approved", "award ratify"),
    Place("moderation:board_new", "Call a board", "A day on which awards are ratified", "new award"),
    Place("moderation:diplomas", "Diplomas", "Issued, revoked and issued again", "certificates"),
    Place("moderation:invite", "Invite a moderator", "An account and a place in the pool", "new"),
    Place("moderation:enter", "Enter a moderator", "Somebody who has an account already", "new add pool"),
    Place("home:mail", "Mail that did not arrive", "Messages not sent or in doubt, to be settled", "outbox bounced"),
    Place("home:files", "Files that could not be checked", "To be checked again", "malware scanner"),
    Place("home:audit", "Audit", "Who did what and when, chained and signed", "history log"),
    Place("home:mails", "Your mails", "What the scheme wrote to you, and how it comes", "notices digest daily"),
    Place(
        "accounts:profile", "Your account", "Name, address, password and where you are signed in", "profile password"
    ),
    Place("mfa_index", "Second factor", "The app on your phone that proves who you are", "security totp codes"),
    Place("scheme:handbook", "Handbook", "The scheme handbook in force", "guide help"),
    Place(
        "applications:eligibility",
        "Can I apply?",
        "What the entry rules say, question by question",
        "eligibility check",
    ),
    Place("applications:routes", "Routes to the register", "The three ways to be registered", "rct"),
    Place("applications:training_centres", "Training Centres", "Where one can train, and for which scope", "hospitals"),
    Place("moderation:check", "Check a diploma", "Whether a number and a name belong together", "verify certificate"),
    Place("moderation:next_steps", "After the Diploma", "Registration, membership and CPD", "register rct cpd"),
    Place("home:help", "Help", "What each page means, in short, and whom to ask", "guide manual questions"),
    Place("home:accessibility", "Accessibility", "How these pages can be used, and what to do if not", "help"),
    Place("home:privacy", "Privacy", "What is kept of whom, and how long", "data retention"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A step in one's own training: its address, what else stands in it, and the rule that opens it."""

    name: str
    label: str
    about: str
    may: Callable[[User, TrainingRecord, datetime], Verdict]
    words: str = ""
    more: tuple[str, ...] = ()


def _adds(user: User, record: TrainingRecord, now: datetime) -> Verdict:
    return training.can_add_evidence(user, record)


def _writes(user: User, record: TrainingRecord, now: datetime) -> Verdict:
    return training.can_write(user, record)


def _asks(user: User, record: TrainingRecord, now: datetime) -> Verdict:
    return training.can_request_dops(user, record)


def _raises(user: User, record: TrainingRecord, now: datetime) -> Verdict:
    return training.can_raise_concern(user, record, london_date(now))


STEPS: tuple[Step, ...] = (
    Step("training:evidence_new", "Add a file as evidence", "A document or a picture", _adds, "upload", ("file",)),
    Step("training:evidence_new", "Write evidence", "Text of your own", _adds, "add new text", ("text",)),
    Step("training:evidence_new", "Add a link as evidence", "A page elsewhere", _adds, "url", ("link",)),
    Step("training:reflection_new", "Begin a reflective piece", "What, so what, now what", _writes, "write reflection"),
    Step("training:case_new", "Begin a case study", "Sections with a count of words", _writes, "write long"),
    Step("training:dops_request", "Ask for a DOPS", "Somebody watches a procedure", _asks, "request assessment"),
    Step(
        "training:concern_raise", "Raise a concern", "It goes to the Training Co-ordinator", _raises, "problem safety"
    ),
)
# By which other words the parts of one's own record are looked for.
TAB_WORDS = {
    "Overview": "training record milestones",
    "Plan": "how where whom month",
    "Reviews": "supervisor review form monthly",
    "Reports": "progress",
    "DOPS": "direct observation log",
    "Writing": "reflective pieces case studies reflections",
    "Moderator": "meetings external",
    "Assessments": "first year practical portfolio viva gate",
    "People": "supervisor co-ordinator trainer",
    "Changes": "ask circumstances name interruption extension withdrawal hours",
    "Diploma": "certificate register pack rct",
}


def pages_for(user: User, now: datetime) -> list[Found]:
    """Every page and step with a name that a person may reach: their areas, their own training, and the rest.

    Areas are those of the navigation; of the rest each page's own guard is asked, of steps the rule of access.
    """
    today = london_date(now)
    areas = [_area(one) for one in queries.areas_of(user, today, "")]
    return [*areas, *_of_own_training(user, now), *_of_the_rest(user, now)]


def _area(area: queries.Area) -> Found:
    about, words = ABOUT.get(resolve(area.url).view_name, ("", ""))  # a test asks that none is missing
    return Found(area.label, area.url, about, words)


def _of_own_training(user: User, now: datetime) -> Iterator[Found]:
    """Tabs and steps of a trainee's own record, as far as the record's state opens them."""
    trains = training_queries.TRAINEE in queries.stands_of(user, london_date(now))
    record = training_queries.own_record(user) if trains else None
    if record is None:
        return
    for step in STEPS:
        if step.may(user, record, now):
            yield Found(step.label, reverse(step.name, args=[record.pk, *step.more]), step.about, step.words)
    for tab in training_queries.record_tabs(record, ""):
        yield Found(tab.label, tab.url, "Your training", TAB_WORDS.get(tab.label, ""))


def _of_the_rest(user: User, now: datetime) -> Iterator[Found]:
    for place in PLACES:
        url, view = _door(place.name)
        if lets_in(view, user, now):
            yield Found(place.label, url, place.about, place.words)


@cache
def _door(name: str) -> tuple[str, View]:
    url = reverse(name)
    return url, resolve(url).func
