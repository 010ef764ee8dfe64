"""The rules of assessment: the first-year gate, marks, stages and attempts. Pure functions, no database."""

from assessments.rules.first_year import Gate, GateLine, first_year_gate
from assessments.rules.marks import (
    Joint,
    counting_dops,
    display_mark,
    dops_percent,
    log_percent,
    portfolio_outcome,
    portfolio_problems,
    practical_passes,
    practical_score,
    practical_shortfalls,
    viva_outcome,
    viva_percent,
    viva_result,
)
from assessments.rules.pages import chapter_to_trim, cited_pages
from assessments.rules.points import Point, points_of
from assessments.rules.stages import (
    StageAnswer,
    appeal_open,
    appeal_until,
    attempts_left,
    may_mark,
    may_prepare,
    next_stage,
    reattempt_until,
    record_ends,
)

__all__ = [
    "Gate",
    "GateLine",
    "Joint",
    "Point",
    "StageAnswer",
    "appeal_open",
    "appeal_until",
    "attempts_left",
    "chapter_to_trim",
    "cited_pages",
    "counting_dops",
    "display_mark",
    "dops_percent",
    "first_year_gate",
    "log_percent",
    "may_mark",
    "may_prepare",
    "next_stage",
    "points_of",
    "portfolio_outcome",
    "portfolio_problems",
    "practical_passes",
    "practical_score",
    "practical_shortfalls",
    "reattempt_until",
    "record_ends",
    "viva_outcome",
    "viva_percent",
    "viva_result",
]
