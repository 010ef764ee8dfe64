"""Tables of the assessments, by thing."""

from assessments.models.compiling import PortfolioPart, PortfolioReading, PortfolioReceipt, PortfolioRun
from assessments.models.final import Portfolio, PracticalSeal, StageAttempt, Viva
from assessments.models.first_year import FirstYear, FirstYearDecision, FirstYearReturn, PutForward, SafetyConfirmation
from assessments.models.marks import AssessmentDraft, Mark, MarkSheet, MarkSheetSignature
from assessments.models.outcomes import Outcome, OutcomeQuery

__all__ = [
    "AssessmentDraft",
    "FirstYear",
    "FirstYearDecision",
    "FirstYearReturn",
    "Mark",
    "MarkSheet",
    "MarkSheetSignature",
    "Outcome",
    "OutcomeQuery",
    "Portfolio",
    "PortfolioPart",
    "PortfolioReading",
    "PortfolioReceipt",
    "PortfolioRun",
    "PracticalSeal",
    "PutForward",
    "SafetyConfirmation",
    "StageAttempt",
    "Viva",
]
