"""What can be done with an application: written, handed in, reviewed, decided."""

from applications.actions._steps import StalePart, save_over_kept
from applications.actions.adjusting import (
    answer_about_adjustment,
    ask_about_adjustment,
    ask_for_adjustment,
    name_reader,
    read_adjustment,
    save_adjustments,
    withdraw_adjustment,
)
from applications.actions.adjusting_decisions import (
    agree_adjustment,
    continue_adjustment,
    decline_adjustment,
    review_adjustment,
)
from applications.actions.answering import answer_over_kept, keep_answers
from applications.actions.asking import (
    ask_for_order,
    decline_order_request,
    give_order,
    keep_order_file,
    withdraw_order_request,
)
from applications.actions.checking import check_document
from applications.actions.desk import chase, claim_several, write_note
from applications.actions.enquiring import answer_enquiry, make_enquiry, set_aside_enquiry, take_up_enquiry
from applications.actions.evidence import (
    add_qualification,
    change_qualification,
    enter_purchase_order,
    keep_file,
    remove_qualification,
    save_english,
)
from applications.actions.handing_in import (
    answer_information,
    ask_supervisor,
    confirm_support,
    hand_support_over,
    reopen_incomplete,
    return_to_applicant,
    roll_over,
    take_back,
    withdraw,
)
from applications.actions.late import give_late_code, use_late_code, withdraw_late_code
from applications.actions.letters import change_letter, keep_letter, send_letter
from applications.actions.objecting import consider_objection, object_to, take_back_objection
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
from applications.actions.orders import (
    cancel_purchase_order,
    judge_purchase_order,
    keep_replacing_file,
    replace_purchase_order,
)
from applications.actions.planning import (
    add_local_competency,
    choose_competencies,
    remove_local_competency,
    save_plan,
)
from applications.actions.reminding import (
    remind_of_cutoff,
    remind_supervisor,
    tell_of_accreditation,
    tell_of_accreditation_again,
)
from applications.actions.saving import remove_filter, save_filter
from applications.actions.writing import (
    declare,
    keep_draft,
    name_supervisor,
    save_details,
    start_application,
    use_list,
)
from applications.declaration import SUPPORT

__all__ = [
    "SUPPORT",
    "StalePart",
    "accept",
    "add_local_competency",
    "add_qualification",
    "agree_adjustment",
    "answer_about_adjustment",
    "answer_enquiry",
    "answer_information",
    "answer_over_kept",
    "ask_about_adjustment",
    "ask_for_adjustment",
    "ask_for_order",
    "ask_information",
    "ask_supervisor",
    "cancel_purchase_order",
    "change_letter",
    "change_qualification",
    "chase",
    "check_document",
    "choose_competencies",
    "claim",
    "claim_several",
    "confirm_support",
    "consider_objection",
    "continue_adjustment",
    "declare",
    "decline",
    "decline_adjustment",
    "decline_order_request",
    "defer",
    "enter_purchase_order",
    "find",
    "give_late_code",
    "give_order",
    "hand_support_over",
    "judge_purchase_order",
    "keep_answers",
    "keep_draft",
    "keep_file",
    "keep_letter",
    "keep_order_file",
    "keep_replacing_file",
    "make_enquiry",
    "mark_enrolled",
    "name_reader",
    "name_supervisor",
    "object_to",
    "read_adjustment",
    "remind_of_cutoff",
    "remind_supervisor",
    "remove_filter",
    "remove_local_competency",
    "remove_qualification",
    "reopen_incomplete",
    "replace_purchase_order",
    "resume",
    "return_to_applicant",
    "review_adjustment",
    "roll_over",
    "save_adjustments",
    "save_details",
    "save_english",
    "save_filter",
    "save_over_kept",
    "save_plan",
    "send_letter",
    "set_aside_enquiry",
    "start_application",
    "take_back",
    "take_back_objection",
    "take_up_enquiry",
    "tell_of_accreditation",
    "tell_of_accreditation_again",
    "use_late_code",
    "use_list",
    "withdraw",
    "withdraw_adjustment",
    "withdraw_late_code",
    "withdraw_order_request",
    "write_note",
]
