"""Every step that can be taken in a training, for walks through the state machines (N)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.verdict import Refused
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from tests.training import changes as c
from tests.training import practice as p
from training import actions, queries
from training.models import (
    Appointment,
    ChangeRequest,
    Concern,
    Dops,
    ProgressReport,
    Reflection,
    ReviewAction,
    SupervisorReview,
)
from training.states import (
    AppointmentKind,
    RecordState,
    ReviewState,
)


def holders(record, kind):
    """First names of those who hold a function on the day."""
    rows = Appointment.objects.filter(record=record, kind=kind, starts_on__lte=p.TODAY)
    return [row.person for row in rows if row.ends_on is None or row.ends_on >= p.TODAY]


def supervisors(record):
    return holders(record, AppointmentKind.SUPERVISOR)


def may_still(dops):
    """Whether the assessor holds what they were asked as: supervisor, or somebody of the centre who never was that."""
    theirs = Appointment.objects.filter(record=dops.record, person=dops.assessor, kind="supervisor")
    if dops.assessor_kind == "supervisor":
        return dops.assessor in supervisors(dops.record)
    here = Affiliation.objects.filter(person=dops.assessor, organisation=dops.record.centre)
    return here.filter(on_day(p.TODAY)).exists() and not theirs.exists()


def office():
    """Everybody of the scheme office."""
    return list(people_with(Role.OFFICE, p.TODAY))


class MissingError(Exception):
    """The step has nothing to be done with."""


def last(model, record, **states):
    """The newest thing of a record in one of these states. Raises MissingError: a step without one is none."""
    found = model.objects.filter(record=record, **states).order_by("-pk").first()
    if found is None:
        raise MissingError
    return found


def given(**more):
    return {"now": p.NOW, **more}


def sign_review(record, boss):
    review = last(SupervisorReview, record, state="draft")
    seen = queries.review_digest(review)
    actions.sign_review(**given(by=boss, review_id=review.pk, seen=seen, authentication=p.proof()))


def acknowledge_review(record, boss):
    review = last(SupervisorReview, record, state="signed")
    told = {"seen": queries.review_digest(review), "comment": "", "authentication": p.proof()}
    actions.acknowledge_review(**given(by=record.trainee, review_id=review.pk, **told))


def submit_review(record, boss):
    actions.submit_review(**given(by=boss, review_id=last(SupervisorReview, record, state="acknowledged").pk))


def agree_on_something(owner):
    """A review is written and signed in which this owner is to do something within days, and something later."""

    def step(record, boss):
        who = str(record.trainee) if owner == "the trainee" else owner
        agreed = [actions.Agreed("Read the local rules", who, p.TODAY + timedelta(days=days)) for days in (-1, 7, 8)]
        told = {"record_id": record.pk, "key": uuid4(), "values": p.meeting(), "items": [], "actions": agreed}
        actions.write_review(**given(by=boss, **told))
        sign_review(record, boss)

    return step


def close_action(record, boss):
    rows = ReviewAction.objects.filter(review__record=record, closed_at__isnull=True)
    action = rows.exclude(review__state=ReviewState.DRAFT).order_by("due_on", "pk").first()
    if action is None:
        raise MissingError
    actions.close_action(**given(by=boss, action_id=action.pk))


def approve(record, boss):
    dops = last(Dops, record, state="requested", assessor_kind="colleague")
    actions.approve_assessor(**given(by=boss, dops_id=dops.pk, authentication=p.proof()))


def assess(record, boss):
    dops = last(Dops, record, state="requested")
    p.sign(p.filled_dops(dops, dops.assessor), dops.assessor)


def acknowledge_dops(record, boss):
    dops = last(Dops, record, state="awaiting_acknowledgement")
    told = {"seen": queries.dops_digest(dops), "comment": "", "authentication": p.proof()}
    actions.acknowledge_dops(**given(by=record.trainee, dops_id=dops.pk, **told))


def send_report(record, boss):
    report = last(ProgressReport, record, state="draft")
    told = {"seen": queries.report_digest(report), "authentication": p.proof()}
    actions.send_report(**given(by=boss, report_id=report.pk, **told))


def acknowledge_report(record, boss):
    report, [coordinator] = last(ProgressReport, record, state="sent"), holders(record, AppointmentKind.COORDINATOR)
    told = {"seen": queries.report_digest(report), "comment": "", "authentication": p.proof()}
    actions.acknowledge_report(**given(by=coordinator, report_id=report.pk, **told))


def send_change(record, boss):
    change = last(ChangeRequest, record, state="draft")
    actions.send_change(**given(by=record.trainee, change_id=change.pk, seen=c.seen(change)))


def answer_change(record, boss):
    change = last(ChangeRequest, record, state="awaiting_support")
    told = {"change_id": change.pk, "seen": c.seen(change), "supports": False, "words": "Not now."}
    actions.answer_change(**given(by=boss, **told))


def grant_change(record, boss):
    c.grant(last(ChangeRequest, record, state="awaiting_decision"), office()[0])


def withdraw_change(record, boss):
    actions.withdraw_change(**given(by=record.trainee, change_id=last(ChangeRequest, record).pk))


def raise_concern(by, safety):
    def step(record, boss):
        who = record.trainee if by == "trainee" else boss
        words = {"reference": "INC-42"} if safety else {"text": "I am left alone."}
        told = {"record_id": record.pk, "key": uuid4(), "patient_safety": safety}
        actions.raise_concern(**given(by=who, **told, **words))

    return step


def close_concern(record, boss):
    concern = last(Concern, record, state="open")
    level = "office" if concern.patient_safety else concern.level
    by = queries.holders_of(record, level, p.TODAY)[0]
    actions.close_concern(**given(by=by, concern_id=concern.pk, outcome="A rota was agreed."))


def reflect(record, boss):
    begun = {"record_id": record.pk, "key": uuid4(), "title": "On time", "model": "free"}
    piece = actions.start_reflection(**given(by=record.trainee, **begun))
    write = {"title": "", "happened_on": None, "parts": {"text": "word"}, "seen": queries.piece_version(piece)}
    piece = actions.save_reflection(**given(by=record.trainee, reflection_id=piece.pk, **write))
    actions.submit_piece(**given(by=record.trainee, piece=piece, seen=queries.piece_version(piece), declared=True))


def comment(record, boss):
    actions.comment_on(**given(by=boss, piece=last(Reflection, record, state="submitted"), key=uuid4(), text="Good."))


def leave(record, boss):
    held = Appointment.objects.get(record=record, person=boss, kind=AppointmentKind.SUPERVISOR)
    Appointment.objects.filter(pk=held.pk).update(ends_on=p.TODAY - timedelta(days=1))


def colleague_leaves(record, boss):
    held = Affiliation.objects.filter(person=colleague_of(record), organisation=record.centre)
    last(Dops, record, state="requested", assessor=colleague_of(record))
    held.update(ends_on=p.TODAY - timedelta(days=1))


def take_back(record, boss):
    for dops in Dops.objects.filter(record=record, state__in=["requested", "started"]).exclude(assessor=None):
        if not may_still(dops):
            words = {"dops_id": dops.pk, "reason": "I ask somebody else."}
            return actions.void_dops(**given(by=record.trainee, **words))
    raise MissingError


def start_by_supervisor(record, boss):
    p.started_dops(record, boss)


def end(record, boss):
    type(record).objects.filter(pk=record.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)


STEPS = {
    "write a review": lambda record, boss: p.written_review(record, boss),
    "sign it": sign_review,
    "acknowledge it": acknowledge_review,
    "the trainee is to do something": agree_on_something("the trainee"),
    "the ward is to do something": agree_on_something("Ward manager"),
    "close what was agreed": close_action,
    "submit it": submit_review,
    "ask the supervisor for a DOPS": lambda record, boss: p.asked_dops(record, boss),
    "ask a colleague for a DOPS": lambda record, boss: p.asked_dops(record, colleague_of(record)),
    "approve the colleague": approve,
    "assess": assess,
    "acknowledge the DOPS": acknowledge_dops,
    "write a report": lambda record, boss: p.written_report(record, boss),
    "send the report": send_report,
    "acknowledge the report": acknowledge_report,
    "ask for an extension": lambda record, boss: c.written(record, "extension"),
    "ask for fewer hours": lambda record, boss: c.written(record, "less_than_full_time"),
    "ask for a name": lambda record, boss: c.written(record, "name"),
    "send the request": send_change,
    "answer the request": answer_change,
    "grant the request": grant_change,
    "withdraw the request": withdraw_change,
    "a concern of the trainee": raise_concern("trainee", safety=False),
    "a concern of the supervisor": raise_concern("supervisor", safety=False),
    "a patient-safety concern": raise_concern("supervisor", safety=True),
    "close the concern": close_concern,
    "submit a piece": reflect,
    "comment on the piece": comment,
    "the supervisor starts a DOPS": start_by_supervisor,
    "the colleague leaves": colleague_leaves,
    "the supervisor leaves": leave,
    "take back what nobody can finish": take_back,
    "the training ends": end,
}
EVERY_WAY = [
    *("write a review", "sign it", "acknowledge it", "submit it", "write a review"),
    *(
        "the trainee is to do something",
        "close what was agreed",
        "the ward is to do something",
        "close what was agreed",
    ),
    *("ask a colleague for a DOPS", "approve the colleague", "assess", "acknowledge the DOPS"),
    *("ask the supervisor for a DOPS", "assess", "write a report", "send the report", "acknowledge the report"),
    *("ask for an extension", "send the request", "answer the request", "grant the request", "ask for a name"),
    *("send the request", "withdraw the request", "a concern of the trainee", "a concern of the supervisor"),
    *("a patient-safety concern", "close the concern", "submit a piece", "comment on the piece", "submit a piece"),
    *("ask a colleague for a DOPS", "approve the colleague", "the colleague leaves"),
    *("take back what nobody can finish", "the supervisor starts a DOPS", "ask the supervisor for a DOPS"),
    *("ask for fewer hours", "send the request", "the supervisor leaves", "take back what nobody can finish"),
    "the training ends",
]


def colleague_of(record):
    return User.objects.get(email="trina@example.org" if record.centre.code == "LDS" else "sue@example.org")


def take(scene, name, place):
    """One step in one of the two records, and whether it was open there; if not, it changes nothing."""
    record = type(scene.tara).objects.select_related("trainee", "centre").get(pk=getattr(scene, place).pk)
    boss = scene.cast.sam if place == "tara" else scene.cast.sue
    try:
        with transaction.atomic():
            STEPS[name](record, boss)
    except (Refused, MissingError, Appointment.DoesNotExist, ValueError):
        return False
    return True
