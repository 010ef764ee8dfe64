"""Tables of training, by thing."""

from training.models.around import (
    AssociateMembership,
    Attendance,
    Concern,
    Interruption,
    InterruptionEnd,
    Meeting,
    Milestone,
    MilestoneMove,
    TrainingDraft,
)
from training.models.changes import ChangeAnswer, ChangeDecision, ChangeRequest
from training.models.cohort import EnrolItem, EnrolRun
from training.models.competencies import EvidenceSeen, ItemReturn, ItemSubmission, PlanAgreement, PlanItem, SignOff
from training.models.dops import Dops, DopsScore, DopsSignature
from training.models.evidence import Evidence, EvidenceMapping, EvidenceVersion, IdentifierFinding
from training.models.external import ExternalAssessor, ExternalDraft
from training.models.moderating import AdviceAnswer, AdviceQuestion, YearReview
from training.models.record import Appointment, TrainerRights, TrainingRecord, YearTwo
from training.models.reports import ProgressReport, ReportSignature
from training.models.reviews import ReviewAction, ReviewSignature, SupervisorReview
from training.models.writing import CaseSection, CaseStudy, Comment, Reflection

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
    "Concern",
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
    "InterruptionEnd",
    "ItemReturn",
    "ItemSubmission",
    "Meeting",
    "Milestone",
    "MilestoneMove",
    "PlanAgreement",
    "PlanItem",
    "ProgressReport",
    "Reflection",
    "ReportSignature",
    "ReviewAction",
    "ReviewSignature",
    "SignOff",
    "SupervisorReview",
    "TrainerRights",
    "TrainingDraft",
    "TrainingRecord",
    "YearReview",
    "YearTwo",
]
