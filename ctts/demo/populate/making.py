"""The populated world in its order: ground, staff, then some hundred trainees in each transaction, two at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction

from applications.models import (
    Application,
    Decision,
    DecisionLetter,
    Declaration,
    EnglishEvidence,
    Finding,
    PurchaseOrder,
    Qualification,
    Receipt,
    SupervisorAnswer,
)
from assessments.models import FirstYear, FirstYearDecision, Outcome, PutForward, SafetyConfirmation
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.audit.models import AuditChain, AuditEvent
from ctts.demo.populate.applying import apply
from ctts.demo.populate.chains import Chain, hold_off_heads
from ctts.demo.populate.changing import change
from ctts.demo.populate.competencies import work_through
from ctts.demo.populate.copying import Sheets
from ctts.demo.populate.course import Course, course
from ctts.demo.populate.enrolling import enrol, reach_milestones
from ctts.demo.populate.first_year import assess
from ctts.demo.populate.gathering import gather
from ctts.demo.populate.ground import Ground, Wanted, lay_ground
from ctts.demo.populate.hands import FEWEST, share_out
from ctts.demo.populate.moderating import moderate
from ctts.demo.populate.practice import REVIEW_ITEMS, observe, review
from ctts.demo.populate.proving import prove, prove_all
from ctts.demo.populate.reporting import chased, report, waited_for
from ctts.demo.populate.staff import Staff, known_staff, settle
from ctts.demo.populate.talking import talk
from ctts.demo.populate.writing import write
from ctts.documents.models import Document
from ctts.notifications.models import ReminderStep
from ctts.organisations.models import Affiliation
from ctts.scheme.models import (
    CompetencyItem,
    CompetencyItemTask,
    CompetencyList,
    HandbookAcknowledgement,
    PlanOutline,
    PlanOutlineRow,
)
from moderation.models import AppointmentCheck, Sample, SampleDraw, SampleJudgement, SampleReply
from training.models import (
    AdviceAnswer,
    AdviceQuestion,
    Appointment,
    AssociateMembership,
    Attendance,
    CaseSection,
    CaseStudy,
    ChangeAnswer,
    ChangeDecision,
    ChangeRequest,
    Comment,
    Concern,
    CpdEntry,
    Dops,
    DopsScore,
    DopsSignature,
    Evidence,
    EvidenceMapping,
    EvidenceSeen,
    EvidenceVersion,
    ExternalAssessor,
    Interruption,
    ItemReturn,
    ItemSubmission,
    Meeting,
    Milestone,
    PieceVersion,
    PlanAgreement,
    PlanItem,
    ProgressReport,
    Reflection,
    ReportSignature,
    ReviewAction,
    ReviewSignature,
    SignOff,
    SupervisorReview,
    Thread,
    ThreadMessage,
    TrainerRights,
    TrainingRecord,
    YearReview,
    YearTwo,
)

# Trainees in a transaction, and in what is sent at once. The audit goes once in a transaction, in the order of its
# hashes: their index has no place where new entries belong together, and each page of it would be written many times.
A_BATCH, A_SENDING = 250, 50
BEGUN = "demo.populate.begun"
# What a trigger asks for stands before what it guards: an applicant before what they declare, an appointment and a
# competency before a signature; what may no longer be added to something frozen or signed stands before that thing.
ORDER: list[type[models.Model]] = [
    User,
    EmailAddress,
    Affiliation,
    Document,
    CompetencyItem,
    CompetencyItemTask,
    PlanOutline,
    PlanOutlineRow,
    CompetencyList,
    Application,
    Qualification,
    EnglishEvidence,
    PurchaseOrder,
    Declaration,
    SupervisorAnswer,
    Receipt,
    Finding,
    Decision,
    DecisionLetter,
    TrainingRecord,
    Appointment,
    TrainerRights,
    AppointmentCheck,
    AssociateMembership,
    Attendance,
    CpdEntry,
    Milestone,
    Interruption,
    Meeting,
    Concern,
    HandbookAcknowledgement,
    PlanItem,
    PlanAgreement,
    Evidence,
    EvidenceVersion,
    EvidenceMapping,
    EvidenceSeen,
    ItemSubmission,
    ItemReturn,
    SignOff,
    ReviewAction,
    REVIEW_ITEMS,
    SupervisorReview,
    ReviewSignature,
    DopsScore,
    Dops,
    ExternalAssessor,
    DopsSignature,
    YearReview,
    SampleDraw,
    Sample,
    SampleJudgement,
    SampleReply,
    Thread,
    ThreadMessage,
    AdviceQuestion,
    AdviceAnswer,
    ProgressReport,
    ReportSignature,
    ChangeRequest,
    ChangeAnswer,
    ChangeDecision,
    ReminderStep,
    Reflection,
    CaseSection,
    CaseStudy,
    PieceVersion,
    Comment,
    FirstYear,
    SafetyConfirmation,
    PutForward,
    FirstYearDecision,
    Outcome,
    YearTwo,
    AuditEvent,
    AuditChain,
]
STEPS: tuple[Callable[[Course], None], ...] = (
    apply,
    enrol,
    work_through,
    review,
    observe,
    write,
    report,
    chased,
    waited_for,
    assess,
    change,
    gather,
    talk,
    moderate,
    reach_milestones,
)
Say = Callable[[str], None]


class AlreadyThere(Exception):  # noqa: N818 — says what happened
    """The seed was used for another number of trainees; its centres and people were made for that one."""


@dataclass
class Populated:
    """What was made: how many trainees of the seed there are now, how many were made by this call, rows by table."""

    trainees: int
    made: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    cpu_seconds: float = 0.0


def populate(wanted: Wanted, say: Say = print) -> Populated:
    """Make so many trainees from a seed, some hundred in each transaction; goes on where an interrupted call ended.

    What is there already stays as it is. Raises AlreadyThere when the seed has served for another number, UntrueError
    when what was made does not hold.
    """
    ground, staff = _stage(wanted)
    missing = _missing(wanted)
    found = Populated(trainees=wanted.trainees - len(missing))
    size = min(max(len(missing) // FEWEST, A_SENDING), A_BATCH)
    batches = [missing[first : first + size] for first in range(0, len(missing), size)]
    spent: dict[int, float] = {}
    for made in share_out(batches, lambda numbers: _batch(numbers, ground, staff)):
        for table, rows in made.rows.items():
            found.rows[table] = found.rows.get(table, 0) + rows
        found.trainees += made.trainees
        found.made += made.trainees
        spent[made.hand] = made.cpu
        found.cpu_seconds = sum(spent.values())
        say(f"{found.trainees} of {wanted.trainees} trainees, {found.cpu_seconds:.0f} s of CPU, {made.memory} MiB")
    if found.made:
        prove_all()
    return found


def _missing(wanted: Wanted) -> list[int]:
    """The numbers of the trainees that are not there, whatever batches an interrupted call left out."""
    rows = User.objects.filter(email__startswith="trainee", email__endswith=f".seed{wanted.seed}@populate.example")
    there = {int(email.partition(".")[0].removeprefix("trainee")) for email in rows.values_list("email", flat=True)}
    return [number for number in range(wanted.trainees) if number not in there]


def trainees_of(seed: int) -> int:
    """How many trainees of a seed there are."""
    rows = User.objects.filter(email__startswith="trainee", email__endswith=f".seed{seed}@populate.example")
    return rows.count()


@transaction.atomic
def _stage(wanted: Wanted) -> tuple[Ground, Staff]:
    """Ground and staff: made at the first call for a seed, found at every later one."""
    ground, password = lay_ground(wanted), make_password(password_of(wanted.seed))
    served = AuditEvent.objects.filter(action=BEGUN, after__seed=wanted.seed).order_by("-seq").first()
    if served is None:
        staff = settle(ground, password)
        facts = {"seed": wanted.seed, "trainees": wanted.trainees}
        record(BEGUN, by=None, at=wanted.now, about=User.objects.get(pk=ground.office[0].pk), after=facts)
        return ground, staff
    if served.after["trainees"] != wanted.trainees:
        there = served.after["trainees"]
        raise AlreadyThere(f"Seed {wanted.seed} has served for {there} trainees; take another one for more.")
    return ground, known_staff(ground, password)


def password_of(seed: int) -> str:
    """The password that everybody of a seed has; a populated world holds nobody's secrets."""
    return f"populated world {seed}"


@transaction.atomic
def _batch(numbers: Sequence[int], ground: Ground, staff: Staff) -> dict[str, int]:
    """Some trainees, whole. Keys are drawn anew in each transaction: a head signed meanwhile covers no later entry."""
    hold_off_heads()
    with connection.cursor() as cursor:  # what a crash takes with it is made again by the next call
        cursor.execute("set local synchronous_commit = off")
    sheets, office = Sheets(ORDER), Chain(None)
    for first in range(0, len(numbers), A_SENDING):
        for number in numbers[first : first + A_SENDING]:
            one = course(number, ground, staff, sheets, office)
            _whole(one)
        sheets.send(but=AuditEvent)
    sheets.send()
    prove(one.person)
    office.write(sheets)  # locks the chain that everybody writes to, so last
    sheets.send()
    return sheets.written


def _whole(one: Course) -> None:
    """Everything of one trainee, in the order in which one step asks what another has made."""
    for step in STEPS:
        step(one)
    one.chain.write(one.sheets)
