"""Tables of training, by thing."""

from training.models.around import (
    AssociateMembership,
    Attendance,
    Concern,
    ConcernNote,
    Interruption,
    InterruptionEnd,
    Meeting,
    Milestone,
    MilestoneMove,
    TrainingDraft,
)
from training.models.arriving import (
    DopsArrival,
)
from training.models.changes import (
    ChangeAnswer,
    ChangeDecision,
    ChangeRequest,
)
from training.models.cohort import (
    EnrolItem,
    EnrolRun,
)
from training.models.competencies import (
    EvidenceSeen,
    ItemReturn,
    ItemSubmission,
    PlanAgreement,
    PlanItem,
    SignOff,
    SignOffConfirmation,
    SupervisorRating,
)
from training.models.copies import (
    RecordCopy,
)
from training.models.cpd import (
    CpdEntry,
)
from training.models.dops import (
    Dops,
    DopsScanAnswer,
    DopsScore,
    DopsSignature,
)
from training.models.earlier import (
    EarlierEntry,
    EarlierImport,
    EarlierUse,
)
from training.models.evidence import (
    Evidence,
    EvidenceMapping,
    EvidenceVersion,
    EvidenceVersionClosing,
    IdentifierFinding,
)
from training.models.external import (
    ExternalAssessor,
    ExternalDraft,
)
from training.models.handing import (
    HandOver,
)
from training.models.moderating import (
    AdviceAnswer,
    AdviceQuestion,
    YearReview,
)
from training.models.papers import (
    CpdPaper,
    DopsPaper,
    ReviewPaper,
)
from training.models.record import (
    Appointment,
    TrainerRights,
    TrainerRightsChange,
    TrainingRecord,
    YearTwo,
)
from training.models.reports import (
    ProgressReport,
    ReportSignature,
)
from training.models.reviews import (
    ReviewAction,
    ReviewSignature,
    SupervisorReview,
)
from training.models.settling import ReviewConcern
from training.models.threads import (
    Thread,
    ThreadMessage,
)
from training.models.writing import (
    CaseSection,
    CaseStudy,
    Comment,
    CommentAnswer,
    PieceVersion,
    PieceWithdrawal,
    Reflection,
    ScanAnswer,
)

__all__ = [
    "AdviceAnswer",
    "AdviceQuestion",
    "Appointment",
    "AssociateMembership",
    "Attendance",
    "CaseSection",
    "CaseStudy",
    "ChangeAnswer",
    "ChangeDecision",
    "ChangeRequest",
    "Comment",
    "CommentAnswer",
    "Concern",
    "ConcernNote",
    "CpdEntry",
    "CpdPaper",
    "Dops",
    "DopsArrival",
    "DopsPaper",
    "DopsScanAnswer",
    "DopsScore",
    "DopsSignature",
    "EarlierEntry",
    "EarlierImport",
    "EarlierUse",
    "EnrolItem",
    "EnrolRun",
    "Evidence",
    "EvidenceMapping",
    "EvidenceSeen",
    "EvidenceVersion",
    "EvidenceVersionClosing",
    "ExternalAssessor",
    "ExternalDraft",
    "HandOver",
    "IdentifierFinding",
    "Interruption",
    "InterruptionEnd",
    "ItemReturn",
    "ItemSubmission",
    "Meeting",
    "Milestone",
    "MilestoneMove",
    "PieceVersion",
    "PieceWithdrawal",
    "PlanAgreement",
    "PlanItem",
    "ProgressReport",
    "RecordCopy",
    "Reflection",
    "ReportSignature",
    "ReviewAction",
    "ReviewConcern",
    "ReviewPaper",
    "ReviewSignature",
    "ScanAnswer",
    "SignOff",
    "SignOffConfirmation",
    "SupervisorRating",
    "SupervisorReview",
    "Thread",
    "ThreadMessage",
    "TrainerRights",
    "TrainerRightsChange",
    "TrainingDraft",
    "TrainingRecord",
    "YearReview",
    "YearTwo",
]
