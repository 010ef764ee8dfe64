"""Every decision about an account: who joins, what proves them, who is kept out."""

from ctts.accounts.actions.by_office import (
    change_address,
    close_duplicate,
    deactivate,
    reactivate,
    reset_second_factor,
)
from ctts.accounts.actions.joining import (
    Invited,
    accept_invitation,
    ask_for_invitation,
    change_name,
    end_other_sessions,
    invite,
    invite_again,
    make_person,
    note_email_proved,
    set_password,
    sign_up,
)
from ctts.accounts.actions.mails import (
    erase_old_mails,
    queue_mail,
    send_mail_again,
)
from ctts.accounts.actions.second_factor import (
    give_second_factor,
    keep_recovery_codes,
    note_new_recovery_codes,
    note_second_factor,
    note_second_factor_dropped,
    require_second_factor,
)

__all__ = [
    "Invited",
    "accept_invitation",
    "ask_for_invitation",
    "change_address",
    "change_name",
    "close_duplicate",
    "deactivate",
    "end_other_sessions",
    "erase_old_mails",
    "give_second_factor",
    "invite",
    "invite_again",
    "keep_recovery_codes",
    "make_person",
    "note_email_proved",
    "note_new_recovery_codes",
    "note_second_factor",
    "note_second_factor_dropped",
    "queue_mail",
    "reactivate",
    "require_second_factor",
    "reset_second_factor",
    "send_mail_again",
    "set_password",
    "sign_up",
]
