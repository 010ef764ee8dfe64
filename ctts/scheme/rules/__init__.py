"""The scheme's numbers and calendar: pure functions, no database. Other apps import from here."""

from ctts.scheme.rules.checklist import (
    CHECKLIST,
    CHECKLISTS,
    CONFIRMED_AS,
    ChecklistItem,
    application_closed,
    checklist_source,
    missing_from,
    renewal_opens_on,
)
from ctts.scheme.rules.exact import exact_number, share_needed, whole_number, yes_or_no
from ctts.scheme.rules.fields import FieldSpec
from ctts.scheme.rules.intakes import (
    ACCREDITED_STATUSES,
    IntakeDates,
    IntakeWindow,
    accreditation_end,
    accreditation_valid,
    intake_among,
    intake_dates,
    intake_for,
    next_intake,
    reminder_step,
)
from ctts.scheme.rules.lights import accreditation_light
from ctts.scheme.rules.numbers import (
    COUNT_ALL,
    COUNT_SUPERVISOR,
    DEFAULTS,
    LAID_DOWN,
    NumbersError,
    SchemeNumbers,
    field_specs,
    from_json,
    to_json,
)

__all__ = [
    "ACCREDITED_STATUSES",
    "CHECKLIST",
    "CHECKLISTS",
    "CONFIRMED_AS",
    "COUNT_ALL",
    "COUNT_SUPERVISOR",
    "DEFAULTS",
    "LAID_DOWN",
    "ChecklistItem",
    "FieldSpec",
    "IntakeDates",
    "IntakeWindow",
    "NumbersError",
    "SchemeNumbers",
    "accreditation_end",
    "accreditation_light",
    "accreditation_valid",
    "application_closed",
    "checklist_source",
    "exact_number",
    "field_specs",
    "from_json",
    "intake_among",
    "intake_dates",
    "intake_for",
    "missing_from",
    "next_intake",
    "reminder_step",
    "renewal_opens_on",
    "share_needed",
    "to_json",
    "whole_number",
    "yes_or_no",
]
