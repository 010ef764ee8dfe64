"""Deciding in assessments: gates, attempts, marks and outcomes."""

from assessments.actions.first_year import (
    DECISION_WORDS,
    SAFETY_WITHDRAWN_WORDS,
    SAFETY_WORDS,
    confirm_safety,
    decide,
    put_forward,
    send_back,
    withdraw_safety,
)
from assessments.actions.marking import SHEET_SIGNED_WORDS, save_sheet, start_sheet, submit_sheet, tell_markers
from assessments.actions.outcomes import REACHED, confirm_outcome, end_record, query_outcome, release_outcome
from assessments.actions.portfolio import (
    PORTFOLIO_SEALED_WORDS,
    compile_portfolio,
    fail_compiling,
    finish_compiling,
    note_reading,
    seal_portfolio,
    stop_compiling,
    upload_portfolio,
)
from assessments.actions.practical import PRACTICAL_SEALED_WORDS, seal_practical
from assessments.actions.settling import settle
from assessments.actions.viva import book_viva, cancel_viva, move_viva, tell_of_adjustment

__all__ = [
    "DECISION_WORDS",
    "PORTFOLIO_SEALED_WORDS",
    "PRACTICAL_SEALED_WORDS",
    "REACHED",
    "SAFETY_WITHDRAWN_WORDS",
    "SAFETY_WORDS",
    "SHEET_SIGNED_WORDS",
    "book_viva",
    "cancel_viva",
    "compile_portfolio",
    "confirm_outcome",
    "confirm_safety",
    "decide",
    "end_record",
    "fail_compiling",
    "finish_compiling",
    "move_viva",
    "note_reading",
    "put_forward",
    "query_outcome",
    "release_outcome",
    "save_sheet",
    "seal_portfolio",
    "seal_practical",
    "send_back",
    "settle",
    "start_sheet",
    "stop_compiling",
    "submit_sheet",
    "tell_markers",
    "tell_of_adjustment",
    "upload_portfolio",
    "withdraw_safety",
]
