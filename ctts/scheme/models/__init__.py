"""Tables of the scheme, by thing."""

from ctts.scheme.models.applying import CentreApplication, CentreDocument, ChecklistAnswer
from ctts.scheme.models.calendar import Handbook, HandbookAcknowledgement, Intake, OwnEventKind, SchemeEvent
from ctts.scheme.models.centres import Accreditation, AccreditationStep
from ctts.scheme.models.conditions import AccreditationCondition, AccreditationVisit, ConditionStep
from ctts.scheme.models.frameworks import (
    CODE,
    Competency,
    CompetencyTask,
    CraftGroup,
    DopsForm,
    DopsItem,
    Framework,
    FrameworkModule,
    PtpModule,
    Scope,
    Task,
)
from ctts.scheme.models.lists import CompetencyItem, CompetencyItemTask, CompetencyList, PlanOutline, PlanOutlineRow
from ctts.scheme.models.numbers import RuleConfirmation, RuleSet, RuleWithdrawal

__all__ = [
    "CODE",
    "Accreditation",
    "AccreditationCondition",
    "AccreditationStep",
    "AccreditationVisit",
    "CentreApplication",
    "CentreDocument",
    "ChecklistAnswer",
    "Competency",
    "CompetencyItem",
    "CompetencyItemTask",
    "CompetencyList",
    "CompetencyTask",
    "ConditionStep",
    "CraftGroup",
    "DopsForm",
    "DopsItem",
    "Framework",
    "FrameworkModule",
    "Handbook",
    "HandbookAcknowledgement",
    "Intake",
    "OwnEventKind",
    "PlanOutline",
    "PlanOutlineRow",
    "PtpModule",
    "RuleConfirmation",
    "RuleSet",
    "RuleWithdrawal",
    "SchemeEvent",
    "Scope",
    "Task",
]
