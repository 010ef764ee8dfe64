"""The written table: who passes which guard, who sees whose things, who may do what. Reviewed by people.

The matrix asks every address and fails where the answer is another. Personas are the first names of `tests/cast.py`.
"""

from . import table_applications, table_centres, table_final, table_first_year, table_moderation
from .matrix import People, Table, people
from .personas import BRISTOL, EVERYBODY, LEEDS, OFFICE
from .table_diplomas import DIPLOMA_ACTS, DIPLOMA_ALSO, DIPLOMA_READERS
from .table_training import TRAINEE, TRAINING_ACTS, TRAINING_OPENS, TRAINING_READERS

GUARDS: dict[str, People] = {
    "signed-in": EVERYBODY,
    "role: office": OFFICE,
    "role: coordinator": people("sid cora carl"),
    "role: office, coordinator": OFFICE | people("sid cora carl"),
    **table_moderation.GUARDS,
}

# Kind of thing → place → who sees the thing of that place; everybody else gets 404.
# What only the office has pages for: both places' things are theirs.
OFFICE_THINGS = (
    "centre",
    "site",
    "closed site",
    "person",
    "proposal",
    "role",
    "role to come",
    "intake",
    "event",
    "event that is over",
    "kind of event",
    "accreditation",
    "accreditation applied for",
    "draft framework",
    "DOPS form",
    "scope not offered",
    "offered scope",
    "craft group",
    "message",
    "dead mail",
    "file given up",
    "group of rules",
    "planned version of the rules",
    "kind of file",
    "default",
    "version of the checklist",
)
READERS: dict[str, dict[str, People]] = {
    **{kind: {"leeds": OFFICE, "bristol": OFFICE} for kind in OFFICE_THINGS},
    **TRAINING_READERS,
    "handbook": {"leeds": EVERYBODY, "bristol": EVERYBODY},
    **table_centres.READERS,
    **table_applications.READERS,
    **table_first_year.READERS,
    **table_final.READERS,
    **table_moderation.READERS,
    **DIPLOMA_READERS,
}

# Address that takes POST for a thing → place → who of its readers may; the other readers get 403.
OFFICE_ACTS = (
    *(f"organisations:{name}" for name in ("grant", "invite_again", "reset_second_factor", "deactivate", "reactivate")),
    *("organisations:end_role", "organisations:call_off_role", "organisations:merge", "organisations:change_address"),
    *("organisations:proposal", "organisations:refuse_proposal"),
    *(f"organisations:{name}" for name in ("change_centre", "add_site", "change_site", "close_site", "reopen_site")),
    *(f"scheme:{name}" for name in ("fee", "dates", "open_intake", "finish_intake", "apply", "decide", "suspend")),
    *(f"training:{name}" for name in ("event_change", "event_invite", "event_call_off", "event_attendance")),
    "training:event_kind_retire",
    *(
        f"scheme:{name}"
        for name in (
            *("withdraw", "publish", "retire", "change_rules", "withdraw_rules"),
            *("confirm_default", "confirm_checklist", "change_scope", "offer_scope", "close_scope", "change_group"),
            "change_dops",
        )
    ),
    *(f"home:{name}" for name in ("message", "send_account_mail", "check_file")),
)
ACTS: dict[str, dict[str, People]] = {
    **{name: {"leeds": OFFICE, "bristol": OFFICE} for name in OFFICE_ACTS},
    **table_centres.ACTS,
    **table_applications.ACTS,
    **TRAINING_ACTS,
    "home:nudge": TRAINEE,
    **table_first_year.ACTS,
    **table_final.ACTS,
    **table_moderation.ACTS,
    **DIPLOMA_ACTS,
}
# Address → place → who of its readers may open it; the other readers get 403. Without an entry all of them may.
OPENS: dict[str, dict[str, People]] = {
    **table_centres.OPENS,
    **table_applications.OPENS,
    **table_final.OPENS,
    **TRAINING_OPENS,
    **table_moderation.OPENS,
    **dict.fromkeys(("training:event_give_back", "training:event_calendar"), TRAINEE),
}

# Persona → whose full name no page of theirs may show: somebody else's centre, and whom they have no business with.
UNNAMED: dict[str, People] = {
    **dict.fromkeys(LEEDS, BRISTOL),
    **dict.fromkeys(BRISTOL, LEEDS),
    "nobody": EVERYBODY - {"nobody"},
    "tara": BRISTOL | people("ann"),
    "ann": BRISTOL | people("tara"),
    "tom": LEEDS | people("abe"),
    "abe": LEEDS | people("tom"),
}

# Address → (whom it may name nevertheless, why).
NAMED: dict[str, tuple[People, str]] = {
    "training:dops_request": (people("ann abe"), "a trainee may ask any colleague of the centre for a DOPS (T5)"),
}

# Address → (another word it may answer, why).
ALSO: dict[str, tuple[str, str]] = {
    "training:enrol": ("409", "the application is enrolled already"),
    "training:return_note": ("409", "no interruption goes on"),
    "organisations:reactivate": ("409", "both people are active"),
    **{
        f"applications:{name}": ("409", "Olive has claimed it: a colleague takes it over first")
        for name in ("accept", "ask", "decline", "defer")
    },
    "account_confirm_email": ("410", "a word that no mail gave confirms no address"),
    "applications:enquiry_answer": ("410", "whoever came with no link from a mail has no answer to read"),
    "scheme:handbook": ("404", "there may be no handbook to have read"),
    "training:mine": ("404", "whoever is no trainee has no record"),
    "mfa_authenticate": ("login", "whoever did not give a password first goes back to it"),
    "mfa_deactivate_totp": ("404", "whoever has no second factor has nothing to switch off"),
    "mfa_download_recovery_codes": ("404", "whoever has no second factor has no codes"),
    "mfa_view_recovery_codes": ("404", "whoever has no second factor has no codes"),
    **table_first_year.ALSO,
    **table_final.ALSO,
    **table_moderation.ALSO,
    **DIPLOMA_ALSO,
}

# Tables that a GET may add to: the reading logs of quality rule 1.
LOGS: frozenset[str] = table_final.LOGS

# Words that stand in a thing → who alone may read them.
WORDS: dict[str, People] = {**table_applications.WORDS}

TABLE = Table(
    guards=GUARDS,
    readers=READERS,
    opens=OPENS,
    acts=ACTS,
    unnamed=UNNAMED,
    named=NAMED,
    words=WORDS,
    also=ALSO,
    logs=LOGS,
)
