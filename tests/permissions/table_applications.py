"""Who sees which application, who opens its pages, who takes its steps (A2, A4, A5, A6); part of the written table."""

from .matrix import People, people
from .objects_applications import ANSWERS, QUESTIONS, REASONS, REFUSALS
from .personas import OFFICE

Whose = dict[str, People]
BY_OFFICE: Whose = {"leeds": OFFICE, "bristol": OFFICE}
APPLICANT: Whose = {"leeds": people("ann"), "bristol": people("abe")}
SUPERVISOR: Whose = {"leeds": people("sam"), "bristol": people("sue")}
NAMED_READER = people("ada")


def either(*groups: Whose) -> Whose:
    """Whoever is in one of the groups, place by place."""
    return {place: frozenset().union(*(group[place] for group in groups)) for place in ("leeds", "bristol")}


# Sid co-ordinates beside Cora; as a supervisor who is not named he would see nothing.
COORDINATORS: Whose = {"leeds": people("cora sid"), "bristol": people("carl")}
HANDED_OVER = either(APPLICANT, SUPERVISOR, COORDINATORS, BY_OFFICE)
BY_READER: Whose = {"leeds": NAMED_READER, "bristol": NAMED_READER}
ADJUSTMENT = either(APPLICANT, BY_READER)

READERS: dict[str, Whose] = {
    "draft application": either(APPLICANT, BY_OFFICE),
    "objection": HANDED_OVER,
    **dict.fromkeys(
        (
            *("application", "application handed over", "application asked about", "deferred application"),
            *("application with a letter on hold", "accepted application", "accepted application without its order"),
        ),
        HANDED_OVER,
    ),
    **dict.fromkeys(
        ("adjustment", "undecided adjustment", "questioned adjustment", "adjustment under review"), ADJUSTMENT
    ),
    "late code": BY_OFFICE,
    "order request": APPLICANT,
    "saved filter": {"leeds": people("olive"), "bristol": people("oscar")},
    "enquiry": BY_OFFICE,
    "aside enquiry": BY_OFFICE,
}

FORM_STEPS = ("add_qualification", "change_qualification", "remove_qualification", "competencies", "add_local")
OWN_STEPS = (
    *(*FORM_STEPS, "remove_local", "plan", "part", "hand_over", "answer", "use_late_code", "ask_for_order"),
    *("replace_order", "take_back"),
)
SUPERVISORS_STEPS = ("confirm", "give_back")
READERS_STEPS = ("ask_about_adjustment", "agree_adjustment", "decline_adjustment", "continue_adjustment")
OFFICE_STEPS = (
    *("withdraw_late_code", "consider_objection", "enquiry", "set_aside_enquiry", "take_up_enquiry"),
    *("claim", "find", "judge_purchase_order", "cancel_purchase_order", "check_document", "write_note", "chase"),
    *("send_letter", "change_letter", "find_order_insufficient"),
    *("ask", "accept", "decline", "defer", "resume"),
)

# Pages that not everybody who sees the thing may open; the other readers get 403.
OPENS: dict[str, Whose] = {
    **{f"applications:{name}": APPLICANT for name in ("status", "form", "qualifications", *OWN_STEPS)},
    **{f"applications:{name}": SUPERVISOR for name in SUPERVISORS_STEPS},
    "applications:withdraw": either(APPLICANT, BY_OFFICE),
    "applications:withdraw_adjustment": APPLICANT,
    "applications:object_to": COORDINATORS,
}
ACTS: dict[str, Whose] = {
    **{f"applications:{name}": APPLICANT for name in (*OWN_STEPS, "draft")},
    **{f"applications:{name}": SUPERVISOR for name in SUPERVISORS_STEPS},
    **{f"applications:{name}": BY_OFFICE for name in OFFICE_STEPS},
    "applications:withdraw": either(APPLICANT, BY_OFFICE),
    "applications:withdraw_order_request": APPLICANT,
    "applications:remove_filter": {"leeds": people("olive"), "bristol": people("oscar")},
    "applications:object_to": COORDINATORS,
    "applications:take_back_objection": {"leeds": people("cora"), "bristol": people("carl")},
    "applications:adjustment": ADJUSTMENT,
    **{f"applications:{name}": BY_READER for name in READERS_STEPS},
    "applications:answer_about_adjustment": APPLICANT,
    "applications:withdraw_adjustment": APPLICANT,
    "applications:own_adjustments": {"": people("ann abe tara tom")},
}

# Words that nobody else may ever read, on whatever page (A5).
WORDS: dict[str, People] = {
    words[place]: ADJUSTMENT[place] for words in (REASONS, QUESTIONS, ANSWERS, REFUSALS) for place in words
}
