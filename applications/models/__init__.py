"""Tables of applications: the application, its parts, and what the office found and decided."""

from applications.models.adjustment import (
    AdjustmentAnswer,
    AdjustmentDecision,
    AdjustmentQuestion,
    AdjustmentReading,
    AdjustmentRequest,
)
from applications.models.application import Application, ApplicationDraft
from applications.models.asking import OrderRequest
from applications.models.check import EligibilityCheck
from applications.models.checklist import DocumentCheck, ListedDocument
from applications.models.enquiry import Enquiry
from applications.models.late import LateCode
from applications.models.objection import Objection
from applications.models.parts import (
    Declaration,
    EnglishEvidence,
    PurchaseOrder,
    Qualification,
)
from applications.models.review import (
    ApplicationCopy,
    ApplicationNote,
    Chase,
    Decision,
    DecisionLetter,
    Finding,
    InformationPoint,
    InformationRequest,
    Receipt,
    SupervisorAnswer,
)
from applications.models.saved import SavedFilter

__all__ = [
    "AdjustmentAnswer",
    "AdjustmentDecision",
    "AdjustmentQuestion",
    "AdjustmentReading",
    "AdjustmentRequest",
    "Application",
    "ApplicationCopy",
    "ApplicationDraft",
    "ApplicationNote",
    "Chase",
    "Decision",
    "DecisionLetter",
    "Declaration",
    "DocumentCheck",
    "EligibilityCheck",
    "EnglishEvidence",
    "Enquiry",
    "Finding",
    "InformationPoint",
    "InformationRequest",
    "LateCode",
    "ListedDocument",
    "Objection",
    "OrderRequest",
    "PurchaseOrder",
    "Qualification",
    "Receipt",
    "SavedFilter",
    "SupervisorAnswer",
]
