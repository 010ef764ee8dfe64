"""The written table of training: who reads which of its things, and who takes which step (E, T, M)."""

from .matrix import People, people

Readers = dict[str, People]


def both(leeds: str, bristol: str) -> Readers:
    """The people of Leeds and those of Bristol who have the same parts."""
    return {"leeds": people(leeds), "bristol": people(bristol)}


def also(readers: Readers, *more: Readers) -> Readers:
    """These and those, place by place."""
    return {place: readers[place].union(*(one[place] for one in more)) for place in readers}


TRAINEE = both("tara", "tom")
SUPERVISOR = both("sam", "sue")
# The co-ordinator who is appointed; at Leeds another one co-ordinates the centre and reads its records (T7).
COORDINATOR, OF_THE_CENTRE = both("cora", "carl"), both("sid", "")
MODERATOR = both("mia", "max")
COLLEAGUE = both("trina", "carl")
OFFICE = both("olive oscar", "olive oscar")

AROUND = also(TRAINEE, SUPERVISOR, COORDINATOR, MODERATOR)
RECORD = also(AROUND, OF_THE_CENTRE, OFFICE)

TRAINING_READERS: dict[str, Readers] = {
    **dict.fromkeys(
        (
            *("record", "record and a draft", "competency", "competency not started", "competency submitted"),
            *(
                "competency and its evidence",
                "signature",
                "signature over other evidence",
                "evidence",
                "evidence file",
                "evidence shared twice",
                "review",
                "review of both",
                "review with a concern",
            ),
            *(
                "agreed action",
                "DOPS asked for",
                "DOPS assessed",
                "DOPS on paper",
                "review on paper",
                "DOPS by link",
                "DOPS by link signed",
                "link of a DOPS",
                *("reflective piece", "reflective piece submitted twice"),
                *("case study", "case study submitted twice"),
                "comment on a piece",
                "progress report",
                "invitation to an event",
                "activity in a CPD log",
                "CPD log on paper",
                "milestone",
                "trainer to come",
            ),
        ),
        RECORD,
    ),
    **dict.fromkeys(
        ("draft of evidence", "evidence held", "draft of a reflective piece", "draft of a case study"), TRAINEE
    ),
    "draft of an activity": TRAINEE,
    "thread of messages": also(TRAINEE, SUPERVISOR, OFFICE),
    "wait for a signature": TRAINEE,
    "event attended": RECORD,
    **dict.fromkeys(("draft of a review", "draft left of a review"), SUPERVISOR),
    "draft of a report": SUPERVISOR,
    "draft left of a report": SUPERVISOR,
    "request being written": TRAINEE,
    **dict.fromkeys(("copies of a record", "copy of a record", "copy being made"), TRAINEE),
    **dict.fromkeys(("file of earlier entries", "file that was imported"), also(TRAINEE, OFFICE)),
    "imported entry": RECORD,
    "request to support": also(TRAINEE, SUPERVISOR, OFFICE),
    "request to decide": also(TRAINEE, OFFICE),
    "run of a cohort": OFFICE,
    # A colleague whom the supervisor approved sees the DOPS they are asked for, and nothing else of the record.
    "DOPS": also(RECORD, COLLEAGUE),
    "question to the moderator": also(TRAINEE, SUPERVISOR, MODERATOR, OFFICE),
    "concern of the trainee": also(TRAINEE, COORDINATOR),
}

# Who takes which steps: the names of the addresses that take POST.
STEPS: tuple[tuple[Readers, str], ...] = (
    (RECORD, "read_handbook dops_paper review_paper cpd_paper"),
    (
        TRAINEE,
        "start rate nominate submit evidence_new evidence_keep evidence_keep_one evidence_edit evidence_map "
        "evidence_share evidence_answer evidence_reopen review_acknowledge review_send_back "
        "dops_request dops_acknowledge "
        "reflection_new reflection_edit reflection_submit reflection_reopen case_new case_edit case_submit case_reopen "
        "comment_answer",
    ),
    (SUPERVISOR, "sign_off sign return withdraw open_evidence review_new review_edit review_sign review_submit"),
    (SUPERVISOR, "confirm_sign_off review_concern"),
    (SUPERVISOR, "review_take_over review_discard report_take_over report_discard"),
    (SUPERVISOR, "trainer_add trainer_end trainer_rights supervisor_rate"),
    (SUPERVISOR, "dops_name_another dops_countersign dops_renew_link dops_take_back_link"),
    (also(TRAINEE, SUPERVISOR), "dops_external dops_hand_over"),
    (SUPERVISOR, "dops_approve change_answer report_new report_edit report_send"),
    (also(COORDINATOR, OF_THE_CENTRE), "report_acknowledge"),
    (TRAINEE, "change_new change_edit change_send change_withdraw copy_order copy_cancel copy_delete"),
    (TRAINEE, "event_sign_up event_give_back event_to_cpd cpd_new cpd_edit cpd_enter cpd_reopen"),
    (OFFICE, "change_go_on change_decide milestone_move return_note"),
    (also(TRAINEE, OFFICE), "earlier_file earlier_import earlier_take earlier_undo earlier_drop"),
    (also(TRAINEE, SUPERVISOR), "earlier_entry"),
    (also(TRAINEE, SUPERVISOR), "plan tailor plan_up plan_down action_close"),
    (also(SUPERVISOR, MODERATOR), "dops_start reflection case"),
    (MODERATOR, "meeting_first meeting_new year_review_new advice_one"),
    (also(TRAINEE, SUPERVISOR), "advice_ask"),
    (COLLEAGUE, "dops_step"),
    (also(SUPERVISOR, COLLEAGUE), "dops_decline"),
    (also(SUPERVISOR, COLLEAGUE, OFFICE), "dops_void"),
    (AROUND, "concern_raise"),
    (also(AROUND, OFFICE), "thread_new"),
    (also(TRAINEE, SUPERVISOR, OFFICE), "thread"),
    (COORDINATOR, "concern concern_answer concern_pass_on"),
    (also(AROUND, OFFICE), "evidence_quarantine evidence_version_close"),
    (also(SUPERVISOR, COORDINATOR, MODERATOR, OFFICE), "reflection_withdraw case_withdraw"),
    (also(TRAINEE, SUPERVISOR, COORDINATOR, MODERATOR, OFFICE), "reflection_version_close case_version_close"),
    (OFFICE, "enrol enrol_cohort cancel_enrol_run resume_enrol_run"),
)
TRAINING_ACTS: dict[str, Readers] = {f"training:{name}": doers for doers, names in STEPS for name in names.split()}

TRAINING_OPENS: dict[str, Readers] = {"training:advice": also(TRAINEE, SUPERVISOR, MODERATOR, OFFICE)}
