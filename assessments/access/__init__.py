"""Who may do what in assessments, by appointment in force on the day."""

from assessments.access.marking import (
    both_in,
    can_fill_sheet,
    can_see_both,
    can_start_sheet,
    is_marker,
    is_open_to_marking,
    own_sheet,
)
from assessments.access.portfolio import (
    can_open_portfolio,
    can_prepare_portfolio,
    can_seal_portfolio,
    can_see_readings,
    can_stop_compiling,
)
from assessments.access.practical import can_seal_practical, not_sealed, sees_score
from assessments.access.stages import (
    can_be_marked,
    can_be_prepared,
    is_released,
    marker_role,
    numbers_for,
    reads_sealed,
)
from assessments.access.viva import can_book_viva, can_change_viva

__all__ = [
    "both_in",
    "can_be_marked",
    "can_be_prepared",
    "can_book_viva",
    "can_change_viva",
    "can_fill_sheet",
    "can_open_portfolio",
    "can_prepare_portfolio",
    "can_seal_portfolio",
    "can_seal_practical",
    "can_see_both",
    "can_see_readings",
    "can_start_sheet",
    "can_stop_compiling",
    "is_marker",
    "is_open_to_marking",
    "is_released",
    "marker_role",
    "not_sealed",
    "numbers_for",
    "own_sheet",
    "reads_sealed",
    "sees_score",
]
