"""Tables of training, by thing."""

from training.models.around import (
    AssociateMembership,
    Attendance,
    Concern,
    Interruption,
    Meeting,
    Milestone,
    TrainingDraft,
)
from training.models.changes import ChangeAnswer, ChangeDecision, ChangeRequest
from training.models.cohort import EnrolItem, EnrolRun
from training.models.competencies import EvidenceSeen, ItemReturn, ItemSubmission, PlanAgreement, PlanItem, SignOff
from training.models.cpd import CpdEntry
from training.models.dops import Dops, DopsScore, DopsSignature
from training.models.evidence import Evidence, EvidenceMapping, EvidenceVersion, IdentifierFinding
from training.models.external import ExternalAssessor, ExternalDraft
from training.models.record import Appointment, TrainingRecord, YearTwo
from training.models.reports import ProgressReport, ReportSignature
from training.models.reviews import ReviewAction, ReviewSignature, SupervisorReview
from training.models.threads import Thread, ThreadMessage
from training.models.writing import CaseSection, CaseStudy, Comment, Reflection

__all__ = [
    "Appointment",
    "AssociateMembership",
    "Attendance",
    "CaseSection",
    "CaseStudy",
    "ChangeAnswer",
    "ChangeDecision",
    "ChangeRequest",
    "Comment",
    "Concern",
    "CpdEntry",
    "Dops",
    "DopsScore",
    "DopsSignature",
    "EnrolItem",
    "EnrolRun",
    "Evidence",
    "EvidenceMapping",
    "EvidenceSeen",
    "EvidenceVersion",
    "ExternalAssessor",
    "ExternalDraft",
    "IdentifierFinding",
    "Interruption",
    "ItemReturn",
    "ItemSubmission",
    "Meeting",
    "Milestone",
    "PlanAgreement",
    "PlanItem",
    "ProgressReport",
    "Reflection",
    "ReportSignature",
    "ReviewAction",
    "ReviewSignature",
    "SignOff",
    "SupervisorReview",
    "Thread",
    "ThreadMessage",
    "TrainingDraft",
    "TrainingRecord",
    "YearTwo",
]
