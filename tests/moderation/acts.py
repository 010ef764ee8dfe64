"""Single acts of people in a training record, stored as its actions store them: what independence must find.

Whoever does one here stands in no other way around the trainee, so that a test sees exactly this act.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from assessments.models import (
    FirstYear,
    FirstYearDecision,
    FirstYearReturn,
    PracticalSeal,
    PutForward,
    SafetyConfirmation,
)
from assessments.states import Result
from ctts.accounts.models import User
from ctts.scheme.models import DopsForm
from moderation.models import SampleJudgement, SampleReply
from tests.moderation.world import NOW, TODAY, proof
from tests.training import practice
from training import actions as training
from training.models import (
    Dops,
    DopsSignature,
    EvidenceSeen,
    ExternalAssessor,
    ItemReturn,
    Meeting,
    PlanAgreement,
    ProgressReport,
    ReportSignature,
    ReviewSignature,
    SignOff,
    SupervisorRating,
    SupervisorReview,
    TrainingRecord,
    YearReview,
)
from training.models.external import OPEN_FOR
from training.states import AppointmentKind, AssessorKind, DopsState, EvidenceKind, MeetingMode, ReflectionModel

SHA256 = "0" * 64


def signature(person: User, meaning: str = "signed") -> dict[str, Any]:
    """The columns of a signature."""
    columns = training.proof(person, NOW, proof(), "Moderator", SHA256)
    return {**columns, "meaning": meaning, "statement": "I sign this."}


def dops(record: TrainingRecord, person: User | None, state: DopsState = DopsState.STARTED, **more: Any) -> Dops:
    """A DOPS with this assessor; Trina's when none is given."""
    kind = AssessorKind.COLLEAGUE if person else AssessorKind.EXTERNAL
    given = {"assessor": person, "assessor_kind": kind, "assessor_name": str(person or "Elsewhere"), "state": state}
    given |= {name: more.pop(name) for name in list(more) if name in given}
    asked = {"asked_by": record.trainee, "asked_at": NOW, "key": uuid4()}
    form = DopsForm.objects.filter(scope=record.scope).order_by("pk").first() or DopsForm.objects.order_by("pk").first()
    return Dops.objects.create(record=record, form=form, **given, **asked, **more)


def dops_signed(record: TrainingRecord, person: User) -> None:
    """Somebody signed under a DOPS that somebody else assessed."""
    DopsSignature.objects.create(dops=dops(record, None), **signature(person, "approved"))


def dops_taken_back(record: TrainingRecord, person: User) -> None:
    """Somebody was asked, and the trainee took it back before anybody observed."""
    dops(record, person, DopsState.VOIDED, reason="Not needed.")


def dops_voided(record: TrainingRecord, person: User) -> None:
    """Somebody observed, and it was voided afterwards."""
    dops(record, person, DopsState.VOIDED, reason="Wrong form.", observed_on=TODAY)


def dops_approved(record: TrainingRecord, person: User) -> None:
    """Somebody approved another as assessor."""
    dops(record, None, approved_by=person, approved_at=NOW)


def external_approved(record: TrainingRecord, person: User) -> None:
    """Somebody approved a person without an account, who was replaced before they assessed."""
    named(record, "owen@elsewhere.example", person)


def dops_by_link(record: TrainingRecord, person: User) -> None:
    """Somebody assessed by a one-time link that went to the address of their later account."""
    named(record, person.email.upper(), record.trainee, code_given_at=NOW)


def named(record: TrainingRecord, email: str, approved_by: User, **more: Any) -> None:
    """A person without an account who was named for a DOPS and got a link."""
    who = {"name": "Owen Vale", "post": "Physicist", "organisation": "Elsewhere", "email": email}
    approved = {"approved_at": NOW, "approved_by": approved_by, "expires_at": NOW + OPEN_FOR}
    asked = {"dops": dops(record, None), "named_at": NOW, "named_by": record.trainee}
    ExternalAssessor.objects.create(**asked, **who, **approved, **more)


def review(record: TrainingRecord, person: User) -> SupervisorReview:
    """A review that somebody wrote."""
    values = {name: value for name, value in practice.meeting().items() if name != "items"}
    written = {"number": 1, "written_by": person, "written_at": NOW, "key": uuid4()}
    return SupervisorReview.objects.create(record=record, **values, **written)


def review_signed(record: TrainingRecord, person: User) -> None:
    """Somebody signed under a review that the supervisor wrote."""
    ReviewSignature.objects.create(review=review(record, supervisor_of(record)), **signature(person))


def report(record: TrainingRecord, person: User) -> ProgressReport:
    """A progress report that somebody wrote."""
    given = {"number": 1, "written_by": person, "written_at": NOW, "key": uuid4()}
    return ProgressReport.objects.create(record=record, **practice.REPORTED, **given)


def report_signed(record: TrainingRecord, person: User) -> None:
    """Somebody signed under a progress report that the supervisor wrote."""
    ReportSignature.objects.create(report=report(record, supervisor_of(record)), **signature(person, "acknowledged"))


def supervisor_of(record: TrainingRecord) -> User:
    """The record's supervisor."""
    return record.appointments.get(kind=AppointmentKind.SUPERVISOR).person


def plan_signed(record: TrainingRecord, person: User) -> None:
    """Somebody signed a version of the plan."""
    PlanAgreement.objects.create(record=record, version=1, content={}, **signature(person, "agreed"))


def signature_withdrawn(record: TrainingRecord, person: User) -> None:
    """The supervisor signed a competency, and somebody else withdrew that signature."""
    item = practice.items_of(record)[0]
    signed = SignOff.objects.create(item=item, content={}, **signature(supervisor_of(record)))
    SignOff.objects.create(item=item, content={}, withdraws=signed, reason="A patient.", **signature(person))


def returned(record: TrainingRecord, person: User) -> None:
    """Somebody gave a competency back."""
    item = practice.items_of(record)[0]
    ItemReturn.objects.create(item=item, reason="More.", returned_at=NOW, returned_by=person)


def rated(record: TrainingRecord, person: User) -> None:
    """Somebody rated a competency."""
    item = practice.items_of(record)[0]
    SupervisorRating.objects.create(item=item, rating=3, rated_at=NOW, rated_by=person)


def evidence_opened(record: TrainingRecord, person: User) -> None:
    """Somebody opened a piece of evidence."""
    item = practice.items_of(record)[0]
    content = training.Content("A text", "What I measured.")
    kind = {"record_id": record.pk, "key": uuid4(), "kind": EvidenceKind.TEXT, "content": content}
    made = training.add_evidence(by=record.trainee, now=NOW, item_ids=[item.pk], declared=True, **kind)
    EvidenceSeen.objects.create(item=item, evidence=made, content_sha256=SHA256, seen_at=NOW, seen_by=person)


def commented_reflection(record: TrainingRecord, person: User) -> None:
    """Somebody commented on a reflective piece."""
    piece = record.reflections.create(
        model=ReflectionModel.FREE, title="A day", made_at=NOW, changed_at=NOW, key=uuid4()
    )
    piece.comments.create(text="Well seen.", written_at=NOW, written_by=person, key=uuid4())


def commented_case(record: TrainingRecord, person: User) -> None:
    """Somebody commented on a long case study."""
    case = record.case_studies.create(title="A case", made_at=NOW, changed_at=NOW, key=uuid4())
    case.comments.create(text="Go on.", written_at=NOW, written_by=person, key=uuid4())


def met(record: TrainingRecord, person: User) -> None:
    """Somebody noted a meeting with the trainee."""
    how = {"first": False, "plan_reviewed": False, "mode": MeetingMode.ONLINE, "notes": "We met.", "key": uuid4()}
    Meeting.objects.create(record=record, held_on=TODAY, written_at=NOW, written_by=person, **how)


def advised(record: TrainingRecord, person: User) -> None:
    """Somebody answered a question as External Moderator."""
    words = {"topic": "A site", "text": "May I?", "asked_at": NOW, "due_on": TODAY, "key": uuid4()}
    question = record.advice.create(asked_by=record.trainee, **words)
    question.answers.create(text="Yes.", answered_at=NOW, answered_by=person, key=uuid4())


def sample_judged(record: TrainingRecord, person: User) -> None:
    """Somebody recorded a verdict on a sample."""
    pool: dict[str, Any] = {"competency": [], "dops": []}
    drawn = {"number": record.sample_draws.count() + 1, "seed": "a1", "percent": 10, "pool": pool, "key": uuid4()}
    draw = record.sample_draws.create(drawn_at=NOW, drawn_by=record.trainee, **drawn)
    sample = draw.samples.create(dops=dops(record, None))
    words = {"verdict": "not_agreed", "words": "No.", "content_sha256": SHA256, "key": uuid4()}
    SampleJudgement.objects.create(sample=sample, judged_at=NOW, judged_by=person, **words)


def sample_answered(record: TrainingRecord, person: User) -> None:
    """Somebody answered a verdict as supervisor."""
    sample_judged(record, record.trainee)
    judgement = SampleJudgement.objects.latest("pk")
    SampleReply.objects.create(
        judgement=judgement, words="I look again.", replied_at=NOW, replied_by=person, key=uuid4()
    )


def year_reviewed(record: TrainingRecord, person: User) -> None:
    """Somebody wrote the review of a year."""
    words = {"progress": "Good.", "next_steps": "Go on.", "mode": MeetingMode.ONLINE, "key": uuid4()}
    days = {"year": 1, "held_on": TODAY, "written_at": NOW}
    YearReview.objects.create(record=record, dops=dops(record, None), written_by=person, **days, **words)


def first_year(record: TrainingRecord) -> FirstYear:
    """The first attempt at the End of First Year Assessment."""
    return FirstYear.objects.create(record=record, attempt=1, opened_at=NOW)


def put_forward(record: TrainingRecord, person: User) -> PutForward:
    """Somebody put the first year forward."""
    given = {"put_forward_at": NOW, "put_forward_by": person, "gate": {}, "content_sha256": SHA256}
    return PutForward.objects.create(first_year=first_year(record), **given)


def first_year_decided(record: TrainingRecord, person: User) -> None:
    """Somebody decided the first year."""
    forward = put_forward(record, supervisor_of(record))
    given = {"put_forward": forward, "result": Result.PASS, "words": "Good."}
    FirstYearDecision.objects.create(first_year=forward.first_year, **given, **signature(person))


def first_year_sent_back(record: TrainingRecord, person: User, *, from_office: bool = False) -> None:
    """Somebody sent the first year back."""
    given = {"from_office": from_office, "reason": "More.", "returned_at": NOW, "returned_by": person}
    FirstYearReturn.objects.create(first_year=first_year(record), **given)


def safety_confirmed(record: TrainingRecord, person: User) -> None:
    """Somebody confirmed that no patient-safety concern is documented."""
    SafetyConfirmation.objects.create(first_year=first_year(record), **signature(person))


def practical_sealed(record: TrainingRecord, person: User) -> None:
    """Somebody sealed the Practical."""
    attempt = record.stage_attempts.create(stage="practical", attempt=1, opened_at=NOW)
    final = dops(record, None)
    PracticalSeal.objects.create(attempt=attempt, final_dops=final, content={}, **signature(person))


def supported(record: TrainingRecord, person: User) -> None:
    """Somebody confirmed support of the application that led to the record."""
    record.application.supervisor_answers.create(level_six="By modules.", **signature(person, "confirmed"))
