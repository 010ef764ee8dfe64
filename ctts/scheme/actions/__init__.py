"""What can be done to the scheme's own things, by thing."""

from ctts.scheme.actions.applying import (
    StaleAnswers,
    add_centre_document,
    begin_application,
    remove_centre_document,
    save_checklist,
    send_application,
    withdraw_application,
)
from ctts.scheme.actions.calendar import (
    acknowledge_handbook,
    close_intake,
    finish_intake,
    move_intake_dates,
    open_intake,
    prefill_intakes,
    publish_handbook,
    set_fee,
    upload_handbook,
)
from ctts.scheme.actions.centres import apply_for_accreditation, decide_accreditation, end_accreditation
from ctts.scheme.actions.conditions import answer_condition, judge_condition, note_visit
from ctts.scheme.actions.events import (
    add_event,
    add_event_kind,
    call_off_event,
    change_event,
    retire_event_kind,
)
from ctts.scheme.actions.frameworks import import_dops_form, import_framework, publish_framework, retire_framework
from ctts.scheme.actions.lists import (
    add_local_item,
    choose_competencies,
    copy_list,
    freeze_list,
    remove_item,
    save_plan,
    save_plan_rows,
    start_list,
)
from ctts.scheme.actions.numbers import Superseded, change_rules, confirm_checklist, confirm_default, withdraw_rules
from ctts.scheme.actions.reminding import remind_of_accreditation

__all__ = [
    "StaleAnswers",
    "Superseded",
    "acknowledge_handbook",
    "add_centre_document",
    "add_event",
    "add_event_kind",
    "add_local_item",
    "answer_condition",
    "apply_for_accreditation",
    "begin_application",
    "call_off_event",
    "change_event",
    "change_rules",
    "choose_competencies",
    "close_intake",
    "confirm_checklist",
    "confirm_default",
    "copy_list",
    "decide_accreditation",
    "end_accreditation",
    "finish_intake",
    "freeze_list",
    "import_dops_form",
    "import_framework",
    "judge_condition",
    "move_intake_dates",
    "note_visit",
    "open_intake",
    "prefill_intakes",
    "publish_framework",
    "publish_handbook",
    "remind_of_accreditation",
    "remove_centre_document",
    "remove_item",
    "retire_event_kind",
    "retire_framework",
    "save_checklist",
    "save_plan",
    "save_plan_rows",
    "send_application",
    "set_fee",
    "start_list",
    "upload_handbook",
    "withdraw_application",
    "withdraw_rules",
]
