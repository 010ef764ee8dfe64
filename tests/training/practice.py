"""Two trainees at two centres for the tests of reviews, DOPS, pieces, meetings and concerns.

The records are stored as enrolment leaves them; what happens afterwards is done by the actions that pages call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.test import Client

from applications.models import Application
from ctts.accounts.actions import give_second_factor
from ctts.accounts.models import User
from ctts.accounts.states import AuthenticationEvent, AuthenticationMethod
from ctts.audit.models import AuditEvent
from ctts.notifications.models import Message
from ctts.organisations.models import Organisation
from ctts.scheme.models import CompetencyItem, CompetencyList, DopsItem, Framework, Intake
from ctts.scheme.queries import rules_on
from tests.cast import Cast, at, make_cast
from tests.make import open_intake, published_framework
from training import actions, queries
from training.actions import Agreed
from training.models import (
    Appointment,
    AssociateMembership,
    Dops,
    Milestone,
    PlanItem,
    ProgressReport,
    SupervisorReview,
    TrainingRecord,
)
from training.rules import expected_end, milestones
from training.states import AppointmentKind, MeetingMode

START_ON = date(2026, 4, 1)
NOW = at(2026, 6, 10, 10)
TODAY = date(2026, 6, 10)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def proof(now: datetime = NOW) -> AuthenticationEvent:
    """The signer has just proved who they are."""
    return AuthenticationEvent(at=now, method=AuthenticationMethod.PASSWORD)


def client_of(person: User) -> Client:
    """A browser of somebody who has signed in, with the second factor where their role needs one."""
    person.refresh_from_db()
    if person.second_factor_required and person.second_factor_at is None:
        person = give_second_factor(person=person, secret=SECRET, by=None, now=NOW)
    client = Client()
    client.force_login(person)
    return client


def _list_of(person: User, framework: Framework, many: int) -> CompetencyList:
    chosen = CompetencyList.objects.create(person=person, framework=framework, made_at=NOW)
    rows = framework.competencies.select_related("module").order_by("position")[:many]
    CompetencyItem.objects.bulk_create(
        CompetencyItem(
            list=chosen,
            competency=row,
            code=row.code,
            group=row.group,
            title=row.title,
            statement=row.statement,
            module=row.module,
            position=row.position,
        )
        for row in rows
    )
    CompetencyList.objects.filter(pk=chosen.pk).update(frozen_at=NOW, sha256="0" * 64)
    return chosen


@dataclass
class Scene:
    """The cast, tara's record at Leeds and tom's at Bristol."""

    cast: Cast
    tara: TrainingRecord
    tom: TrainingRecord


def make_scene() -> Scene:
    """Both centres, both records."""
    cast = make_cast()
    return Scene(cast, record_of(cast), record_of(cast, "bristol"))


def record_of(
    cast: Cast,
    place: str = "leeds",
    many: int = 6,
    start_on: date = START_ON,
    *,
    moderated: bool = True,
    of: User | None = None,
) -> TrainingRecord:
    """The record of tara at Leeds (supervisor sam, co-ordinator cora, External Moderator mia unless not `moderated`)
    or of tom at Bristol (sue, carl, max), as enrolment leaves it; `of`: of somebody else in their place."""
    who = {"leeds": ("tara", "sam", "cora", "mia", "NM"), "bristol": ("tom", "sue", "carl", "max", "ME")}[place]
    trainee, *people = (getattr(cast, first) for first in who[:4])
    trainee = of or trainee
    framework = Framework.objects.filter(scope__code=who[4]).first() or published_framework(who[4])
    application = _enrolled(trainee, people[0], framework, getattr(cast, place), many)
    record = TrainingRecord.objects.create(
        trainee=trainee,
        application=application,
        intake=application.intake,
        scope=framework.scope,
        framework=framework,
        rules=rules_on(start_on),
        competency_list=application.competency_list,
        centre=application.centre,
        certificate_name=trainee.full_name,
        start_on=start_on,
        expected_end_on=expected_end(start_on),
        enrolled_at=at(2026, 4, 1, 6),
    )
    _fill(record)
    kinds = (AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR, AppointmentKind.EXTERNAL_MODERATOR)
    for kind, person in zip(kinds, people, strict=True):
        if moderated or kind != AppointmentKind.EXTERNAL_MODERATOR:
            appoint(record, person, kind)
    return record


def _fill(record: TrainingRecord) -> None:
    """The plan, the dated steps and the membership."""
    items = CompetencyItem.objects.filter(list=record.competency_list).order_by("position")
    PlanItem.objects.bulk_create(
        PlanItem(record=record, item=item, position=item.position, how="Practice", changed_at=NOW) for item in items
    )
    steps = milestones(record.start_on)
    Milestone.objects.bulk_create(Milestone(record=record, kind=step.kind, due_on=step.due_on) for step in steps)
    AssociateMembership.objects.create(record=record, starts_on=record.start_on)


def _enrolled(trainee: User, supervisor: User, framework: Framework, centre: Organisation, many: int) -> Application:
    return Application.objects.create(
        applicant=trainee,
        intake=Intake.objects.filter(year=2026, month=4).first() or open_intake(2026, 4),
        state="enrolled",
        started_at=NOW,
        centre=centre,
        scope=framework.scope,
        supervisor=supervisor,
        competency_list=_list_of(trainee, framework, many),
        wants_adjustments=False,
        received_at=NOW,
        counts_from=NOW,
    )


def appoint(record: TrainingRecord, person: User, kind: AppointmentKind, **days: Any) -> Appointment:
    """Somebody stands around a record from its start, or on the days given."""
    days.setdefault("starts_on", record.start_on)
    return Appointment.objects.create(record=record, person=person, kind=kind, made_at=NOW, **days)


def end_appointment(record: TrainingRecord, kind: AppointmentKind, ends_on: date = date(2026, 6, 1)) -> None:
    """Whoever holds a function held it last on this day."""
    Appointment.objects.filter(record=record, kind=kind, ends_on__isnull=True).update(ends_on=ends_on)


def items_of(record: TrainingRecord) -> list[PlanItem]:
    """The competencies of a record in order."""
    return list(record.items.order_by("position"))


# --- reviews ---


def meeting(**changes: Any) -> dict[str, Any]:
    """What a supervisor writes about a meeting of 5 June 2026."""
    values = {
        "held_on": date(2026, 6, 5),
        "period_starts_on": date(2026, 5, 1),
        "period_ends_on": date(2026, 6, 5),
        "mode": MeetingMode.IN_PERSON,
        "attendees": "Tara, Sam",
        "progress": "Uniformity checks are done alone now.",
        "dops_done": "",
        "writing_progress": "",
        "plan_changes": "",
        "support_needs": "",
        "patient_safety_concern": False,
        "patient_safety_reference": "",
        "escalate": "",
        "next_meeting_on": date(2026, 7, 3),
    }
    return {**values, **changes}


def written_review(record: TrainingRecord, by: User, now: datetime = NOW, **changes: Any) -> SupervisorReview:
    """A review that is written and not signed, with one action."""
    values = meeting(**changes)
    due_on = max(date(2026, 6, 30), values["held_on"])
    action = Agreed("Read the local rules again", str(record.trainee), due_on)
    given = {"values": values, "items": [], "actions": [action]}
    return actions.write_review(by=by, now=now, record_id=record.pk, key=uuid4(), **given)


def signed_review(record: TrainingRecord, by: User, now: datetime = NOW, **changes: Any) -> SupervisorReview:
    """A review that its supervisor has signed."""
    review = written_review(record, by, now, **changes)
    seen = queries.review_digest(review)
    return actions.sign_review(by=by, now=now, review_id=review.pk, seen=seen, authentication=proof(now))


def left_review(record: TrainingRecord, by: User, now: datetime = NOW) -> SupervisorReview:
    """A draft whose writer supervises no more: it was left to `by`."""
    review = written_review(record, by, now)
    other = User.objects.enter(email=f"former{review.pk}@example.org", full_name="Lee Former", now=now)
    SupervisorReview.objects.filter(pk=review.pk).update(written_by=other)
    return SupervisorReview.objects.get(pk=review.pk)


def acknowledged_review(record: TrainingRecord, by: User, now: datetime = NOW, **changes: Any) -> SupervisorReview:
    """A review that both have signed."""
    review = signed_review(record, by, now, **changes)
    return actions.acknowledge_review(
        by=record.trainee,
        now=now,
        review_id=review.pk,
        seen=queries.review_digest(review),
        comment="Thank you.",
        authentication=proof(now),
    )


def submitted_review(record: TrainingRecord, by: User, now: datetime = NOW, **changes: Any) -> SupervisorReview:
    """A review that was submitted to the office."""
    review = acknowledged_review(record, by, now, **changes)
    return actions.submit_review(by=by, now=now, review_id=review.pk)


# --- progress reports ---

REPORTED = {
    "period_starts_on": date(2026, 4, 1),
    "period_ends_on": date(2026, 6, 10),
    "progress": "Two competencies are signed, four are begun.",
    "attention": "Dose calibrator theory.",
    "next_steps": "The SPECT rotation.",
}


def written_report(record: TrainingRecord, by: User, now: datetime = NOW, **changes: Any) -> ProgressReport:
    """A progress report that is not sent."""
    values = {**REPORTED, "period_starts_on": record.start_on, **changes}
    return actions.write_report(by=by, now=now, record_id=record.pk, key=uuid4(), values=values)


def left_report(record: TrainingRecord, by: User, now: datetime = NOW) -> ProgressReport:
    """A draft whose writer supervises no more: it was left to `by`."""
    report = written_report(record, by, now)
    other = User.objects.enter(email=f"former.report{report.pk}@example.org", full_name="Lee Former", now=now)
    ProgressReport.objects.filter(pk=report.pk).update(written_by=other)
    return ProgressReport.objects.get(pk=report.pk)


def sent_report(record: TrainingRecord, by: User, now: datetime = NOW, **changes: Any) -> ProgressReport:
    """A progress report that its supervisor has signed and sent."""
    report = written_report(record, by, now, **changes)
    seen = queries.report_digest(report)
    return actions.send_report(by=by, now=now, report_id=report.pk, seen=seen, authentication=proof(now))


def acknowledged_report(record: TrainingRecord, by: User, coordinator: User, now: datetime = NOW) -> ProgressReport:
    """A progress report that its co-ordinator has acknowledged."""
    report = sent_report(record, by, now)
    given = {"report_id": report.pk, "seen": queries.report_digest(report), "comment": "Well done."}
    return actions.acknowledge_report(by=coordinator, now=now, authentication=proof(now), **given)


# --- DOPS ---


def header(record: TrainingRecord, **changes: Any) -> dict[str, Any]:
    """What an assessor says about an observation of 2 June 2026."""
    values = {
        "observed_on": date(2026, 6, 2),
        "place": "Gamma camera room",
        "procedure": "Daily uniformity check",
        "complexity": "routine",
        "setting": "real",
        "item": items_of(record)[0],
    }
    return {**values, **changes}


WORDS = {"overall": "competent", "done_well": "Calm and safe.", "to_improve": "Speed.", "agreed_action": "Two more."}


def filled_dops(
    dops: Dops, by: User, now: datetime = NOW, scores: list[int | None] | None = None, **changes: Any
) -> Dops:
    """A DOPS with everything but its signature; `scores` are the ten in order."""
    given = scores or [3] * 9 + [None]
    record, pk = dops.record, dops.pk
    actions.save_header(by=by, now=now, dops_id=pk, values=header(record, **changes), seen=step(dops, 1))
    items = list(DopsItem.objects.filter(form=dops.form_id).order_by("number"))
    known = {item.pk: score for item, score in zip(items, given, strict=True)}
    for number in (2, 3):
        mine = {item.pk: known[item.pk] for item in queries.items_of_step(dops, number)}
        actions.save_scores(by=by, now=now, dops_id=pk, step_number=number, scores=mine, seen=step(dops, number))
    return actions.save_words(by=by, now=now, dops_id=pk, values=WORDS, seen=step(dops, 4))


def step(dops: Dops, number: int) -> str:
    """The digest of a step as the page would show it now."""
    return queries.step_digest(Dops.objects.select_related("record__rules").get(pk=dops.pk), number)


def started_dops(record: TrainingRecord, by: User, now: datetime = NOW) -> Dops:
    """A DOPS that its supervisor or moderator started."""
    return actions.start_dops(by=by, now=now, record_id=record.pk, key=uuid4())


def signed_dops(record: TrainingRecord, by: User, now: datetime = NOW, **more: Any) -> Dops:
    """A DOPS that supervisor or moderator started, filled in and signed."""
    dops = filled_dops(started_dops(record, by, now), by, now, **more)
    return sign(dops, by, now)


def sign(dops: Dops, by: User, now: datetime = NOW) -> Dops:
    """The assessor signs what is there."""
    found = Dops.objects.select_related("record__rules").get(pk=dops.pk)
    return actions.sign_dops(
        by=by, now=now, dops_id=dops.pk, seen=queries.dops_digest(found), authentication=proof(now), post="Physicist"
    )


def complete_dops(record: TrainingRecord, by: User, now: datetime = NOW, **more: Any) -> Dops:
    """A DOPS that stands in the log."""
    dops = signed_dops(record, by, now, **more)
    seen = queries.dops_digest(dops)
    return actions.acknowledge_dops(
        by=record.trainee, now=now, dops_id=dops.pk, seen=seen, comment="", authentication=proof(now)
    )


def asked_dops(record: TrainingRecord, assessor: User, now: datetime = NOW) -> Dops:
    """A DOPS the trainee asked somebody for."""
    values = {"procedure": "Daily uniformity check", "place": "", "item": None}
    return actions.request_dops(
        by=record.trainee, now=now, record_id=record.pk, key=uuid4(), assessor=assessor, values=values
    )


def approved_dops(record: TrainingRecord, assessor: User, supervisor: User, now: datetime = NOW) -> Dops:
    """A DOPS asked of a suitable person whom the supervisor has approved."""
    dops = asked_dops(record, assessor, now)
    return actions.approve_assessor(by=supervisor, now=now, dops_id=dops.pk, authentication=proof(now))


# --- looking ---


def kinds_audited(record: TrainingRecord) -> list[str]:
    """What the audit of a dossier says was done, in order."""
    rows = AuditEvent.objects.filter(chain=f"dossier:{record.trainee_id}").order_by("number")
    return list(rows.values_list("action", flat=True))


def told(person: User) -> list[str]:
    """The kinds of messages a person was sent, in order."""
    return list(Message.objects.filter(to=person).order_by("pk").values_list("kind", flat=True))
