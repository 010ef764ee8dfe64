"""Reading applications: who sees which, what is missing, what the rules say, what waits for whom."""

from applications.queries.duties import duties_for, others_for
from applications.queries.facts import entry_results, facts_of, latest_findings, missing_parts, standing_against
from applications.queries.lists import (
    adjustments_visible_to,
    applications_visible_to,
    desk,
    history_of,
    left_behind,
    letters_owed,
    not_handed_in,
    open_application,
    waiting_enrolment,
)

__all__ = [
    "adjustments_visible_to",
    "applications_visible_to",
    "desk",
    "duties_for",
    "entry_results",
    "facts_of",
    "history_of",
    "latest_findings",
    "left_behind",
    "letters_owed",
    "missing_parts",
    "not_handed_in",
    "open_application",
    "others_for",
    "standing_against",
    "waiting_enrolment",
]
