"""What can be done with an application: written, handed in, reviewed, decided."""

from applications.actions.handing_in import (
    answer_information,
    ask_supervisor,
    confirm_support,
    return_to_applicant,
    roll_over,
    withdraw,
)
from applications.actions.letters import keep_letter
from applications.actions.office import (
    accept,
    ask_information,
    claim,
    decline,
    defer,
    find,
    mark_enrolled,
    resume,
)
from applications.actions.reminding import remind_of_cutoff
from applications.actions.writing import (
    add_qualification,
    change_qualification,
    declare,
    enter_purchase_order,
    keep_draft,
    name_supervisor,
    read_adjustment,
    remove_qualification,
    save_adjustments,
    save_details,
    save_english,
    start_application,
    use_list,
)

__all__ = [
    "accept",
    "add_qualification",
    "answer_information",
    "ask_information",
    "ask_supervisor",
    "change_qualification",
    "claim",
    "confirm_support",
    "declare",
    "decline",
    "defer",
    "enter_purchase_order",
    "find",
    "keep_draft",
    "keep_letter",
    "mark_enrolled",
    "name_supervisor",
    "read_adjustment",
    "remind_of_cutoff",
    "remove_qualification",
    "resume",
    "return_to_applicant",
    "roll_over",
    "save_adjustments",
    "save_details",
    "save_english",
    "start_application",
    "use_list",
    "withdraw",
]
