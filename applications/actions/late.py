"""A late entry: the office gives a named person a code, who uses it once; it ends by itself (I5)."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from applications import access, notices, queries
from applications.actions._steps import lock, note, tell
from applications.models import Application, LateCode
from applications.rules import digest_of
from applications.states import ApplicationState, LateCodeStanding
from ctts.accounts.models import User
from ctts.accounts.queries import person_by_email
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid, require
from ctts.scheme.models import Intake

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read as something else: no I, O, 0, 1
GROUPS, EACH = 3, 4  # 60 bits
WRONG = {
    LateCodeStanding.USED: "This code was used already.",
    LateCodeStanding.WITHDRAWN: "The office has withdrawn this code. Ask the office.",
    LateCodeStanding.EXPIRED: "This code has expired. Ask the office.",
}


@transaction.atomic
def give_late_code(
    *, by: User, now: datetime, intake_id: int, name: str, email: str, until_on: date, reason: str
) -> tuple[LateCode, str]:
    """Let a named person still apply for a closed intake, through `until_on` (a London day); the code is returned once.

    `email` is the address of the account that may use it; who has it now keeps the code under any later address.
    Raises NotAllowed for anyone but the office; Invalid for an intake that takes no late entries, a day that is over or
    not before the induction day, oneself, a closed account, a second code while one waits (one that expired is
    withdrawn), somebody who has had an application for it, and one whose application could not use it.
    """
    today = london_date(now)
    require(access.can_give_late_codes(by, today))
    intake = queries.intakes_for_late_entry(today).filter(pk=intake_id).first()
    if intake is None:
        raise Invalid("This intake takes no late entries: choose one that is closed and has not begun.", "intake")
    if not today <= until_on < intake.induction_on:
        words = f"Choose a day from today on and before the Induction Day, {day(intake.induction_on)}."
        raise Invalid(words, "until_on")
    had = Application.objects.filter(applicant__email__iexact=email.strip(), intake=intake)
    if had.exclude(state=ApplicationState.WITHDRAWN).exists():
        raise Invalid(f"They have had an application for {intake} already: a code would not help them.", "email")
    if words := queries.no_use_for_late_code(email.strip()):
        raise Invalid(words, "email")
    code, person = _new_code(), person_by_email(email)
    if person == by:
        raise Invalid("Nobody gives themselves a code: a colleague does it.", "email")
    if person is not None and not person.is_active:
        raise Invalid(_closed(person), "email")
    _withdraw_expired(intake, email, person, by, now)
    given = {"intake": intake, "name": name.strip(), "email": email.strip().lower(), "reason": reason.strip()}
    waits = f"A code for this address and {intake} waits to be used. Withdraw it first to give another."
    given |= {"person": person, "until_on": until_on, "digest": digest_of(code), "given_at": now, "given_by": by}
    with taken_means(Invalid(waits, "email")):
        made = LateCode.objects.create(**given)
    after = {"intake": intake.pk, "until_on": until_on.isoformat()}
    words_kept = {"reason": made.reason, "name": made.name, "email": made.email}
    record("applications.late_code.given", by=by, at=now, about=made, within=None, after=after, words=words_kept)
    return made, code


def _closed(person: User) -> str:
    """Why a code for this account would be of no use, and whose address to take instead."""
    if person.merged_into is not None:
        return f"This account was merged into that of {person.merged_into.email}: give the code for that address."
    return "This account is closed: nobody could use the code. Give access again first."


def _withdraw_expired(intake: Intake, email: str, person: User | None, by: User, now: datetime) -> None:
    """A code that nobody can use any more stands in the way of no other (I5)."""
    theirs = Q(email__iexact=email.strip()) | Q(person=person, person__isnull=False)
    open_ones = LateCode.objects.filter(theirs, intake=intake, used_at__isnull=True, withdrawn_at__isnull=True)
    for late in open_ones.filter(until_on__lt=london_date(now)).select_for_update(of=("self",), no_key=True):
        withdraw_late_code(by=by, now=now, late_code_id=late.pk)


def _new_code() -> str:
    """A code that nobody can guess, in groups that can be read out: "K7QM-2XFD-9RTA"."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(EACH)) for _ in range(GROUPS))


@transaction.atomic
def use_late_code(*, by: User, now: datetime, application_id: int, code: str) -> Application:
    """Bring an application that is not complete yet back into the intake that the code names (I5); the supervisor for
    whom it waits is told.

    Raises NotAllowed for anyone but the applicant, TooLate once it is received, Invalid (`code`) for a code that is
    not theirs, used, withdrawn or expired, or when they have another application in that intake.
    """
    application = lock(application_id)
    require(access.can_use_late_code(by, application))
    found = queries.late_code_for(by, code)
    if found is None:
        raise Invalid("This is no code for your account. Check it; it belongs to the address that you gave.", "code")
    late = LateCode.objects.select_for_update(of=("self",), no_key=True).select_related("intake").get(pk=found.pk)
    if problem := WRONG.get(late.standing(london_date(now))):
        raise Invalid(problem, "code")
    before = {"intake": application.intake_id}
    application.intake, application.late_until_on = late.intake, late.until_on
    with taken_means(Invalid(f"You have had an application for {late.intake} already.", "code")):
        application.save(update_fields=["intake", "late_until_on"])
    late.application, late.used_at = application, now
    late.save(update_fields=["application", "used_at"])
    after = {"intake": late.intake_id, "late_code": late.pk, "until_on": late.until_on.isoformat()}
    note("application.late_entry", application, by, now, before=before, after=after)
    if application.state == ApplicationState.AWAITING_SUPERVISOR and application.supervisor is not None:
        tell(notices.LATE_ENTRY, application, application.supervisor, now, f"late{late.pk}")
    return application


@transaction.atomic
def withdraw_late_code(*, by: User, now: datetime, late_code_id: int) -> LateCode:
    """Take back a code that nobody has used. Raises NotAllowed for anyone but the office, TooLate once it is over."""
    late = LateCode.objects.select_for_update(of=("self",), no_key=True).get(pk=late_code_id)
    require(access.can_withdraw_late_code(by, late, london_date(now)))
    late.withdrawn_at, late.withdrawn_by = now, by
    late.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("applications.late_code.withdrawn", by=by, at=now, about=late, within=None)
    return late
