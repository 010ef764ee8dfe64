"""Reading the scheme: numbers in force, intakes, frameworks, accreditation, lists and their coverage."""

from ctts.scheme.queries.calendar import (
    current_handbook,
    intake_of,
    intakes,
    intakes_enrolling,
    intakes_to_close,
    open_intakes,
    upcoming_events,
)
from ctts.scheme.queries.frameworks import (
    accredited_centres,
    dops_form_for,
    framework_as_sheet,
    framework_for,
    is_accredited,
    offered_scopes,
)
from ctts.scheme.queries.lists import Coverage, TaskCoverage, coverage_of, draft_list, list_content
from ctts.scheme.queries.numbers import numbers_of, numbers_on, rules_on, unconfirmed

__all__ = [
    "Coverage",
    "TaskCoverage",
    "accredited_centres",
    "coverage_of",
    "current_handbook",
    "dops_form_for",
    "draft_list",
    "framework_as_sheet",
    "framework_for",
    "intake_of",
    "intakes",
    "intakes_enrolling",
    "intakes_to_close",
    "is_accredited",
    "list_content",
    "numbers_of",
    "numbers_on",
    "offered_scopes",
    "open_intakes",
    "rules_on",
    "unconfirmed",
    "upcoming_events",
]
