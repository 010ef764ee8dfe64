"""Where the acts of people around a trainee are stored: the tables that independence asks (E4; G 3.6).

A guard test compares these with every table of a training record: whatever is signed or written there by somebody is
asked here, or named in NO_TRACE with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Model, Q

from applications.models import SupervisorAnswer
from assessments.models import (
    FirstYearDecision,
    FirstYearReturn,
    MarkSheet,
    MarkSheetSignature,
    PracticalSeal,
    PutForward,
    SafetyConfirmation,
)
from moderation.models import Adjudication, AgreedMark, SampleJudgement, SampleReply
from training.models import (
    AdviceAnswer,
    Appointment,
    Comment,
    Dops,
    DopsSignature,
    EvidenceSeen,
    ExternalAssessor,
    ItemReturn,
    Meeting,
    PlanAgreement,
    ProgressReport,
    ReportSignature,
    ReviewConcern,
    ReviewSignature,
    SignOff,
    SignOffConfirmation,
    SupervisorRating,
    SupervisorReview,
    YearReview,
)
from training.states import AppointmentKind, DopsState


@dataclass(frozen=True, slots=True)
class Trace:
    """One kind of act: which fact of `rules.Involvement` it makes true, in which table it is stored, the way from
    there to the training record, the column of the person, and which of the rows count."""

    fact: str
    table: type[Model]
    record: str
    person: str
    only: Q = field(default_factory=Q)

    @property
    def name(self) -> str:
        """The column it reads, as `Model.column`."""
        return f"{self.table.__name__}.{self.person}"


# Asked and not begun, or declined, is no assessment; what was taken back before anybody observed is none either.
OBSERVED = ~Q(state__in=[DopsState.REQUESTED, DopsState.DECLINED, DopsState.VOIDED])
OBSERVED |= Q(state=DopsState.VOIDED, observed_on__isnull=False)
# Whoever only withdraws a signature (the office, when evidence identifies a patient) has not signed for the training.
ORIGINAL = Q(withdraws__isnull=True)

TRACES = (
    Trace("appointed", Appointment, "record", "person"),
    Trace("was_moderator", Appointment, "record", "person", Q(kind=AppointmentKind.EXTERNAL_MODERATOR)),
    Trace("supervised", Appointment, "record", "person", Q(kind=AppointmentKind.SUPERVISOR)),
    Trace("signed", SupervisorAnswer, "application__record", "signer"),
    Trace("signed", PlanAgreement, "record", "signer"),
    Trace("signed", SignOff, "item__record", "signer", ORIGINAL),
    Trace("signed", ReviewSignature, "review__record", "signer", ORIGINAL),
    Trace("signed", ReportSignature, "report__record", "signer"),
    Trace("signed", DopsSignature, "dops__record", "signer"),
    Trace("signed", SafetyConfirmation, "first_year__record", "signer"),
    Trace("signed", FirstYearDecision, "first_year__record", "signer"),
    Trace("signed", PracticalSeal, "attempt__record", "signer"),
    Trace("signed", MarkSheetSignature, "sheet__attempt__record", "signer"),
    Trace("signed", Adjudication, "disagreement__attempt__record", "signer"),
    Trace("assessed", Dops, "record", "assessor", OBSERVED),
    Trace("assessed", Dops, "record", "approved_by"),
    Trace("assessed", ExternalAssessor, "dops__record", "approved_by"),
    Trace("assessed", MarkSheet, "attempt__record", "marker"),
    Trace("assessed", AgreedMark, "disagreement__attempt__record", "made_by"),
    Trace("reviewed", SupervisorReview, "record", "written_by"),
    Trace("reviewed", ProgressReport, "record", "written_by"),
    Trace("reviewed", Meeting, "record", "written_by"),
    Trace("reviewed", YearReview, "record", "written_by"),
    Trace("reviewed", AdviceAnswer, "question__record", "answered_by"),
    Trace("assessed", SampleJudgement, "sample__draw__record", "judged_by"),
    Trace("reviewed", SampleReply, "judgement__sample__draw__record", "replied_by"),
    Trace("reviewed", ItemReturn, "item__record", "returned_by"),
    Trace("reviewed", SupervisorRating, "item__record", "rated_by"),
    Trace("reviewed", EvidenceSeen, "item__record", "seen_by"),
    Trace("reviewed", SignOffConfirmation, "sign_off__item__record", "confirmed_by"),
    Trace("reviewed", ReviewConcern, "review__record", "settled_by"),
    Trace("reviewed", Comment, "reflection__record", "written_by"),
    Trace("reviewed", Comment, "case__record", "written_by"),
    Trace("reviewed", PutForward, "first_year__record", "put_forward_by"),
    Trace("reviewed", FirstYearReturn, "first_year__record", "returned_by", Q(from_office=False)),
)

NO_TRACE: dict[str, str] = {
    "TrainingRecord.trainee": "the trainee; being the same person is a fact of its own",
    "Appointment.made_by": "the office appoints; it takes no part in the training",
    "TrainerRightsChange.changed_by": "the Training Supervisor, who is asked for apart, says what a trainer may do",
    "ItemSubmission.submitted_by": "the trainee submits their own work",
    "Evidence.author": "the trainee's own evidence",
    "EvidenceVersion.shared_by": "the trainee shares, or the worker for them",
    "EvidenceVersionClosing.closed_by": "reports that a patient can be identified; nothing is judged",
    "PieceWithdrawal.withdrawn_by": "reports that a patient can be identified, as of evidence; nothing is judged",
    "ScanAnswer.answered_by": "the trainee answers a machine's finding in their own writing",
    "IdentifierFinding.settled_by": "answers a machine's finding, no part in the training",
    "ExternalAssessor.named_by": "naming is no assessment; whoever approved or assessed is asked for apart",
    "Dops.asked_by": "asking is no assessment; whoever assesses is asked for apart",
    "DopsArrival.sender": "the assessor of the DOPS, who is asked for apart",
    "DopsPaper.asked_by": "a reader has a PDF made, nothing is judged",
    "ReviewPaper.asked_by": "a reader has a PDF made, as of a DOPS",
    "CpdPaper.asked_by": "a reader has a PDF made, as of a DOPS",
    "HandOver.handed_by": "lending a device is no assessment; whoever assesses on it is asked for apart",
    "HandOver.assessor": "the assessor of the DOPS, who is asked for apart",
    "ReviewAction.closed_by": "trainee and supervisor tick off what was agreed; the supervisor is appointed",
    "MilestoneMove.moved_by": "a decision of the office about dates",
    "InterruptionEnd.decided_by": "a decision of the office about dates",
    "Interruption.decided_by": "a decision of the office about dates",
    "ChangeRequest.new_supervisor": "somebody asked for; whoever is appointed is asked for apart",
    "ChangeAnswer.answered_by": "the supervisor, who is appointed, or the office; nothing of the training is judged",
    "ChangeDecision.decided_by": "the office decides about circumstances; it takes no part in the training",
    "AdviceQuestion.asked_by": "the trainee asks, or the supervisor, who is appointed",
    "EarlierImport.tried_by": "the trainee's own log from before, or the office for them; nothing is judged",
    "EarlierUse.used_by": "what is begun from an imported entry is signed anew, and that is asked for",
    "Thread.begun_by": "a message signs, assesses and reviews nothing; its writer is appointed, or of the office",
    "ThreadMessage.written_by": "a message signs, assesses and reviews nothing",
    "Concern.raised_by": "raised by those who are appointed, or the trainee",
    "Concern.closed_by": "closed by those who are appointed, or the office",
    "ConcernNote.written_by": "answered or passed on by those who are appointed, or the office",
    "YearTwo.opened_by": "the office opens what the moderator decided",
    "Outcome.confirmed_by": "the office confirms what markers agreed (F1)",
    "Outcome.released_by": "the office releases what markers agreed (F1)",
    "Portfolio.sealed_by": "the trainee seals their own portfolio",
    "Viva.booked_by": "a date is booked, nothing is judged",
    "Award.proposed_by": "the board comes after every mark",
    "Award.approved_by": "the board comes after every mark",
    "BoardCandidate.added_by": "the board comes after every mark",
    "Diploma.issued_by": "the diploma comes after every mark",
    "Diploma.revoked_by": "the diploma comes after every mark",
    "PortfolioRun.asked_by": "the trainee has their own portfolio compiled",
    "PortfolioReceipt.signer": "the trainee signs their own portfolio",
    "PortfolioReading.reader": "reading is noted, nothing is judged; whoever marks has a sheet",
    "OutcomeQuery.queried_by": "the office doubts what markers agreed (F1)",
    "SampleDraw.drawn_by": "chance chooses; whoever judges a sample is asked for apart",
    "AppointmentCheck.checked_by": "the office checks independence",
}
"""Columns of people in the tables of a training record that make nobody involved, each with its reason."""
