"""The rules of training: dates, progress, words and the patient-identifier scan. Pure functions, no database."""

from training.rules.calendar import (
    MilestoneDate,
    concern_due,
    concern_levels,
    expected_end,
    latest_end,
    less_than_full_time_end,
    milestone_status,
    milestones,
    month_gaps,
    moved_by_pauses,
    next_level,
    paused_days,
    progress_reports_due,
    review_chase,
    training_year,
    within_maximum,
    working_days_after,
)
from training.rules.changes import Due, Moved, moved_by_extension, moved_by_hours, moved_by_interruption
from training.rules.identifiers import IdentifierFinding, nhs_number_valid, patient_identifiers
from training.rules.lights import Standing, standing
from training.rules.pieces import FIRST_SECTIONS, REFERENCES, Heading, headings_of, reflection_words
from training.rules.progress import Readiness, forecast, readiness, signed_percent
from training.rules.scores import ScoreSum, plain_sum, too_many_not_applicable
from training.rules.words import section_words, word_count

__all__ = [
    "FIRST_SECTIONS",
    "REFERENCES",
    "Due",
    "Heading",
    "IdentifierFinding",
    "MilestoneDate",
    "Moved",
    "Readiness",
    "ScoreSum",
    "Standing",
    "concern_due",
    "concern_levels",
    "expected_end",
    "forecast",
    "headings_of",
    "latest_end",
    "less_than_full_time_end",
    "milestone_status",
    "milestones",
    "month_gaps",
    "moved_by_extension",
    "moved_by_hours",
    "moved_by_interruption",
    "moved_by_pauses",
    "next_level",
    "nhs_number_valid",
    "patient_identifiers",
    "paused_days",
    "plain_sum",
    "progress_reports_due",
    "readiness",
    "reflection_words",
    "review_chase",
    "section_words",
    "signed_percent",
    "standing",
    "too_many_not_applicable",
    "training_year",
    "within_maximum",
    "word_count",
    "working_days_after",
]
