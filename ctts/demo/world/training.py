"""What trainees of the demo world did so far: plan, evidence, signatures, reviews, DOPS and writing, month by month.

Each step is an event with its instant; a trainee's events happen in order, each by the action that its page calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import add_months
from ctts.demo.papers import pdf_of, phone_photo, workbook
from ctts.demo.world.applying import key_of
from ctts.demo.world.people import SUPERVISOR_OF, Town
from ctts.documents.proving import ProvenFile, prove
from training import actions, queries
from training.actions import Content
from training.models import Dops, Evidence, PlanItem, Reflection, TrainingRecord
from training.states import EvidenceKind, ItemState

Act = Callable[[datetime], object]
Event = tuple[datetime, Act]
TEXT = "I prepared the room, checked the equipment against the log, and carried the procedure out under supervision. "
LESSON = "I spoke too fast at first. Now I say each step aloud and wait for the answer before I go on. "
CASE = "The camera drifted by two per cent over a fortnight; the log shows when, and three causes were excluded. "
LOG = [("Date", "Procedure", "Count"), ("3 March", "Uniformity", 4), ("10 March", "Sensitivity", 2)]
CONTROL = [["Quality control", "Daily uniformity, first quarter"], ["Findings", "Two outliers, both explained"]]


@dataclass(frozen=True)
class Far:
    """How far a trainee is: the share of competencies signed in per cent, how many reviews, DOPS and reflective
    pieces, the words of the case study, and one competency waiting for the supervisor or not."""

    signed: int = 0
    reviews: int = 0
    dops: int = 0
    pieces: int = 0
    words: int = 0
    waiting: bool = True


@dataclass(frozen=True)
class Trainee:
    """One record with the people who act in it."""

    record: TrainingRecord
    person: User
    supervisor: User
    begin: date
    months: int

    def on(self, month: float, hour: int = 10) -> datetime:
        """An instant so many months into training; fractions are days of thirty."""
        whole = int(month)
        day = add_months(self.begin, whole) + timedelta(days=int((month - whole) * 30))
        return london_midnight(day) + timedelta(hours=hour)


def proof(now: datetime) -> AuthenticationEvent:
    """The signer has just given a code."""
    return AuthenticationEvent(at=now, method=AuthenticationMethod.CODE)


@cache
def paper(name: str) -> ProvenFile:
    """A file as a trainee uploads it: a PDF, a photograph with its place in it, a workbook."""
    made = {
        "quality-control.pdf": lambda: pdf_of(CONTROL),
        "phantom.jpg": lambda: phone_photo(),
        "log.xlsx": lambda: workbook(LOG),
    }[name]()
    return prove(name=name, chunks=[made])


def train(town: Town, record: TrainingRecord, far: Far, now: datetime) -> Trainee:
    """Let a trainee and their supervisor do what they did from enrolment until `now`."""
    centre = next(code for code, one in town.centres.items() if one.pk == record.centre_id)
    supervisor = town.people[SUPERVISOR_OF[centre]]
    months = max((london_date(now) - record.start_on).days // 31, 1)
    who = Trainee(record, record.trainee, supervisor, record.start_on, months)
    events = [*_planned(who), *_signed(who, far), *_reviewed(who, far), *_observed(who, far), *_written(who, far)]
    for at, act in sorted(events, key=lambda event: event[0]):
        if at <= now:
            act(at)
    return who


# --- plan, evidence, competencies ---


def _planned(who: Trainee) -> Iterator[Event]:
    for hour, person in ((9, who.person), (11, who.supervisor)):
        yield who.on(0.2, hour), lambda at, person=person: _agree(who, person, at)


def _agree(who: Trainee, person: User, at: datetime) -> None:
    seen = queries.plan_standing(who.record).digest
    actions.agree_plan(by=person, now=at, record_id=who.record.pk, seen=seen, authentication=proof(at))


def _signed(who: Trainee, far: Far) -> Iterator[Event]:
    """Evidence for a handful of competencies at a time; they are submitted together and signed on the next day."""
    items = list(PlanItem.objects.filter(record=who.record).order_by("position"))
    wanted = -(-len(items) * far.signed // 100)
    batch = 6
    starts = range(0, wanted, batch)
    for place, start in enumerate(starts):
        month = 0.8 + (who.months - 1.2) * place / max(len(starts), 1)
        chosen = items[start : min(start + batch, wanted)]
        yield who.on(month, 9), lambda at, chosen=chosen, place=place: _show(who, chosen, place, at)
        yield who.on(month, 15), lambda at, chosen=chosen: _submit(who, chosen, at)
        yield who.on(month, 40), lambda at, chosen=chosen: _sign(who, chosen, at)
    if far.waiting and wanted < len(items):
        yield who.on(who.months - 0.2, 9), lambda at: _show(who, items[wanted : wanted + 2], 99, at)
        yield who.on(who.months - 0.1, 9), lambda at: _submit(who, items[wanted : wanted + 1], at)


def _show(who: Trainee, items: list[PlanItem], place: int, at: datetime) -> Evidence:
    """A text for each handful, and for the first of them the files."""
    ids = [item.pk for item in items]
    common = {"by": who.person, "record_id": who.record.pk, "item_ids": ids, "declared": True}
    files = list(enumerate(("quality-control.pdf", "phantom.jpg", "log.xlsx"))) if place == 0 else []
    for number, name in files:
        content = Content(title=name.split(".")[0].replace("-", " ").capitalize(), upload=paper(name))
        key = key_of(who.record.pk, "file", number)
        actions.add_evidence(**common, now=at, key=key, kind=EvidenceKind.FILE, content=content)
    content = Content(title=f"Practice log {place + 1}", text=TEXT * 4)
    key = key_of(who.record.pk, "text", place)
    return actions.add_evidence(**common, now=at, key=key, kind=EvidenceKind.TEXT, content=content)


def _submit(who: Trainee, items: list[PlanItem], at: datetime) -> None:
    for item in PlanItem.objects.filter(pk__in=[one.pk for one in items]):
        if item.state == ItemState.NOT_STARTED:
            item = actions.start_item(by=who.person, now=at, item_id=item.pk)
        seen = queries.shown_digest(item)
        actions.submit_item(by=who.person, now=at, item_id=item.pk, seen=seen, note="The log first, please.")


def _sign(who: Trainee, items: list[PlanItem], at: datetime) -> None:
    submitted = queries.submitted_items(who.record).filter(pk__in=[one.pk for one in items])
    for row in queries.sign_rows(who.supervisor, submitted):
        for piece in row.evidence:
            given = {"item_id": row.item.pk, "evidence_id": piece.evidence.pk}
            actions.note_seen(by=who.supervisor, now=at, **given)
    seen = {row.item.pk: row.digest for row in queries.sign_rows(who.supervisor, submitted)}
    given = {"record_id": who.record.pk, "seen": seen, "comment": "Done well, and well described."}
    actions.sign_items(by=who.supervisor, now=at, authentication=proof(at), **given)


# --- reviews ---


def _reviewed(who: Trainee, far: Far) -> Iterator[Event]:
    """One review a month from the first on, spread when there are fewer than months."""
    for number in range(far.reviews):
        month = 0.7 + number * max(who.months - 1, 1) / max(far.reviews, 1)
        yield who.on(month, 14), lambda at, number=number: _review(who, number, at)


def _review(who: Trainee, number: int, at: datetime) -> None:
    held_on = london_date(at)
    values = dict.fromkeys(queries.REVIEW_FIELDS, "") | {
        "held_on": held_on,
        "period_starts_on": max(held_on - timedelta(days=27), who.begin),
        "period_ends_on": held_on,
        "mode": "in_person",
        "attendees": f"{who.person.full_name}, {who.supervisor.full_name}",
        "progress": "The rotation goes to plan; two competencies can be submitted before the next meeting.",
        "patient_safety_concern": False,
        "next_meeting_on": held_on + timedelta(days=28),
    }
    key = key_of(who.record.pk, "review", number)
    agreed = [actions.Agreed("Watch two more procedures", who.person.full_name, held_on + timedelta(days=21))]
    review = actions.write_review(
        by=who.supervisor, now=at, record_id=who.record.pk, key=key, values=values, actions=agreed
    )
    given = {"review_id": review.pk, "seen": queries.review_digest(review)}
    actions.sign_review(by=who.supervisor, now=at, authentication=proof(at), **given)
    later = at + timedelta(hours=3)
    actions.acknowledge_review(by=who.person, now=later, comment="I agree.", authentication=proof(later), **given)
    actions.submit_review(by=who.supervisor, now=later + timedelta(hours=1), review_id=review.pk)


# --- DOPS ---


def _observed(who: Trainee, far: Far) -> Iterator[Event]:
    for number in range(far.dops):
        month = 0.9 + number * max(who.months - 1, 1) / max(far.dops, 1)
        yield who.on(month, 11), lambda at, number=number: observe(who, who.supervisor, number, at)


def observe(who: Trainee, assessor: User, number: int, at: datetime, *, least: int = 3) -> Dops:
    """A DOPS from start to acknowledgement; scores rise with the number, `least` is the lowest."""
    record, key = who.record, key_of(who.record.pk, "dops", assessor.pk, number)
    dops = actions.start_dops(by=assessor, now=at, record_id=record.pk, key=key)
    items = list(PlanItem.objects.filter(record=record).order_by("position"))
    header = {
        "observed_on": london_date(at),
        "place": "Department, room 3",
        "procedure": ("Uniformity check", "Dose preparation", "Room survey", "Output measurement")[number % 4],
        "complexity": "routine" if number % 3 else "complex",
        "setting": "real",
        "item": items[number % len(items)],
    }
    given = {"by": assessor, "now": at, "dops_id": dops.pk}
    actions.save_header(**given, values=header, seen=queries.step_digest(dops, 1))
    for step in (2, 3):
        scores = {
            item.pk: min(4, least + (place + number) % 2)
            for place, item in enumerate(queries.items_of_step(dops, step))
        }
        actions.save_scores(**given, step_number=step, scores=scores, seen=queries.step_digest(dops, step))
    words = {
        "overall": "competent",
        "done_well": "Calm, complete, safe.",
        "to_improve": "",
        "agreed_action": "Teach it.",
    }
    dops.refresh_from_db()
    actions.save_words(**given, values=words, seen=queries.step_digest(dops, 4))
    dops.refresh_from_db()
    seen = queries.dops_digest(dops)
    actions.sign_dops(**given, seen=seen, authentication=proof(at), post="Principal technologist")
    dops.refresh_from_db()
    later, seen = at + timedelta(hours=2), queries.dops_digest(dops)
    return actions.acknowledge_dops(
        by=who.person, now=later, dops_id=dops.pk, seen=seen, comment="Thank you.", authentication=proof(later)
    )


# --- writing ---


def _written(who: Trainee, far: Far) -> Iterator[Event]:
    for number in range(far.pieces):
        month = 0.6 + number * max(who.months - 1, 1) / max(far.pieces, 1)
        yield who.on(month, 17), lambda at, number=number: _reflect(who, number, at)
    if far.words:
        yield who.on(who.months * 0.6, 18), lambda at: _study(who, far.words, at)


def _reflect(who: Trainee, number: int, at: datetime) -> None:
    title, key = f"Reflection {number + 1}", key_of(who.record.pk, "piece", number)
    begun = {"record_id": who.record.pk, "key": key, "model": "what", "title": title}
    piece: Reflection = actions.start_reflection(by=who.person, now=at, **begun)
    parts = {"what": TEXT * 2, "so_what": LESSON * 2, "now_what": LESSON}
    given = {"reflection_id": piece.pk, "title": title, "happened_on": london_date(at), "parts": parts}
    piece = actions.save_reflection(by=who.person, now=at, seen=queries.piece_version(piece), **given)
    seen = queries.piece_version(piece)
    actions.submit_piece(by=who.person, now=at + timedelta(hours=1), piece=piece, seen=seen, declared=True)


def _study(who: Trainee, words: int, at: datetime) -> None:
    title, key = "A drift of uniformity, and what it taught the department", key_of(who.record.pk, "case")
    case = actions.start_case(by=who.person, now=at, record_id=who.record.pk, key=key, title=title)
    times = -(-words // (len(CASE.split()) * 3))
    sections = [(heading, CASE * times) for heading in ("Introduction", "What was done", "Discussion")]
    given = {"case_id": case.pk, "title": title, "sections": sections}
    actions.save_case(by=who.person, now=at, seen=queries.piece_version(case), **given)
