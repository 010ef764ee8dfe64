"""The office's side: claim, find, ask, decide (A3, A4, A6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from applications import access, notices, queries
from applications.actions._steps import (
    StalePart,
    keep_copy,
    let_go_of_draft_list,
    let_go_of_named,
    lock,
    move,
    next_intake_after,
    note,
    reopen_list,
    tell,
)
from applications.models import (
    Application,
    Decision,
    DecisionLetter,
    Finding,
    InformationPoint,
    InformationRequest,
)
from applications.rules import ENTRY_RULES
from applications.states import ApplicationState, DecisionKind, Part, RuleOutcome
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.queue import ring
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, both, require
from ctts.organisations.access import holds
from ctts.organisations.actions import grant
from ctts.organisations.states import Role
from ctts.scheme.states import IntakeState


def _lock_for(application_id: int, by: User, now: datetime) -> Application:
    application = lock(application_id)
    require(access.can_decide(by, application, london_date(now)))
    return application


def _lock_to_take(step: str, application_id: int, by: User, now: datetime) -> Application:
    """As `_lock_for`, for a step that a colleague's claim may close (A4)."""
    application = _lock_for(application_id, by, now)
    require(access.can_step_past(by, application, step, london_date(now)))
    return application


@transaction.atomic
def claim(*, by: User, now: datetime, application_id: int, seen_holder: int | None) -> Application:
    """Take an application to oneself; a received one goes into review (A4). Taking over from a colleague is allowed.

    `seen_holder` is the id of who had it when the page was made: of many who reach for it at once, one gets it. Raises
    NotAllowed for a person who is part of it, TooLate when somebody was quicker or it cannot be reviewed.
    """
    application = lock(application_id)
    require(access.can_claim(by, application, london_date(now)))
    holder = application.claimed_by
    if holder is not None and holder.pk == by.pk:
        return application
    if application.claimed_by_id != seen_holder:
        words = f"{holder.full_name} took it a moment ago." if holder else "It was let go a moment ago."
        raise TooLate(f"{words} Reload the page.")
    application.claimed_by, application.claimed_at = by, now
    application.save(update_fields=["claimed_by", "claimed_at"])
    note("application.claimed", application, by, now, before={"claimed_by": seen_holder}, after={"claimed_by": by.pk})
    if application.state == ApplicationState.RECEIVED:
        move(application, "start_review", by=by, now=now)
    return application


@transaction.atomic
def find(
    *,
    by: User,
    now: datetime,
    application_id: int,
    key: UUID,
    rule: str,
    outcome: RuleOutcome,
    seen: str,
    remark: str = "",
    override_reason: str = "",
) -> Finding:
    """Set what a person found for one entry rule, beside what the system computed (A3, A4).

    A rule that is not met may be overridden with a reason. `key` is the form's, `seen` the version of the finding that
    the page showed. Raises Invalid for an unknown rule, an override of one that is met, and a difference without a
    word, NotAllowed for who is part of it, TooLate unless it is in review, StalePart when a colleague set another.
    """
    application = _lock_for(application_id, by, now)
    _require_possible(rule, outcome, override_reason)
    _require_seen(application, rule, seen, key)
    computed = _computed(application, rule, now, found=outcome, why=remark.strip() or override_reason.strip())
    with taken_means(DoneAlready("This finding was saved already.")):
        finding = Finding.objects.create(
            application=application,
            key=key,
            rule=rule,
            outcome=outcome,
            computed=computed,
            note=remark.strip(),
            override_reason=override_reason.strip(),
            found_at=now,
            found_by=by,
        )
    facts = {"rule": rule, "outcome": str(outcome), "overridden": bool(finding.override_reason)}
    note("finding.set", application, by, now, about=finding, after=facts)
    return finding


def _require_possible(rule: str, outcome: RuleOutcome, override_reason: str) -> None:
    if rule not in ENTRY_RULES:
        raise Invalid(f"There is no entry rule {rule}.", "rule")
    if outcome == RuleOutcome.MET and override_reason.strip():
        raise Invalid("A rule that is met needs no override.", "override_reason")


def _computed(application: Application, rule: str, now: datetime, *, found: RuleOutcome, why: str) -> RuleOutcome:
    """What the system says of a rule. Raises Invalid where a person finds otherwise and does not say `why`."""
    results = queries.entry_results(application, london_date(now))
    computed = next(result.outcome for result in results if result.rule == rule)
    if computed not in {found, RuleOutcome.NEEDS_PERSON} and not why:
        raise Invalid("It was computed otherwise. Say in a few words why you find this.", "remark")
    return computed


def _require_seen(application: Application, rule: str, seen: str, key: UUID) -> None:
    """Refuse to take the place of a finding that the page did not show; one of the same form is for the row's key."""
    newest = queries.newest_finding(application, rule)
    if queries.finding_version(newest) != seen and not (newest and newest.key == key):
        raise StalePart("Another finding was set since you opened the page.")


@transaction.atomic
def ask_information(
    *, by: User, now: datetime, application_id: int, points: Sequence[tuple[Part, str]]
) -> InformationRequest:
    """Ask the applicant for more, point by point; the form opens again (A4, I4).

    Raises Invalid without a point, NotAllowed, TooLate as the other decisions.
    """
    application = _lock_to_take("ask_information", application_id, by, now)
    asked = [(part, text.strip()) for part, text in points if text.strip()]
    if not asked:
        raise Invalid("Write at least one point.", "points")
    request = InformationRequest.objects.create(application=application, asked_at=now, asked_by=by)
    InformationPoint.objects.bulk_create(
        InformationPoint(request=request, number=number, part=part, text=text)
        for number, (part, text) in enumerate(asked, start=1)
    )
    keep_copy(application, now, asked=request)
    if application.another_asked_at is not None and access.has_left(application):  # named, and gone before confirming
        application.another_asked_at = None
        application.save(update_fields=["another_asked_at"])
    reopen_list(application, by, now)
    move(application, "ask_information", by=by, now=now, points=len(asked))
    context = {"points": asked, "reply_by": queries.reply_by(request.asked_at)}
    tell(notices.QUESTIONS, application, application.applicant, now, f"request{request.pk}", context=context)
    return request


def _decide(
    application: Application,
    kind: DecisionKind,
    *,
    by: User,
    now: datetime,
    words: str,
    hold: bool,
    reasons: str = "",
) -> Decision:
    """Write the decision; its letter is owed from this moment, the worker makes the PDF and the mail follows.

    `words` are the office's own in the letter; on `hold` the mail waits until the office sends it.
    """
    decision = Decision.objects.create(
        application=application,
        kind=kind,
        intake=application.intake,
        decided_at=now,
        decided_by=by,
        reasons=reasons,
    )
    DecisionLetter.objects.create(decision=decision, words=words.strip(), hold=hold)
    ring("applications.make_letters")
    return decision


@transaction.atomic
def accept(*, by: User, now: datetime, application_id: int, words: str = "", hold: bool = False) -> Decision:
    """Accept an application whose every entry rule is met or overridden with a reason (A4).

    `words` go into the letter under its standard text; on `hold` it is not mailed before the office sends it.

    The named supervisor becomes a Training Supervisor of the centre, if they are not yet. Raises Invalid naming what
    still stands against it (rules, a rejected file, an objection) or for an intake that has finished, NotAllowed,
    TooLate.
    """
    application = _lock_to_take("accept", application_id, by, now)
    if standing := queries.against_acceptance(application, london_date(now)):
        raise Invalid(f"{standing} Settle that first.")
    if application.intake.state == IntakeState.FINISHED:
        raise Invalid(f"{application.intake} has finished enrolling. Defer the application to the next intake.")
    move(application, "accept", by=by, now=now)
    _make_supervisor(application, by, now)
    return _decide(application, DecisionKind.ACCEPT, by=by, now=now, words=words, hold=hold)


def _make_supervisor(application: Application, by: User, now: datetime) -> None:
    person, centre = application.supervisor, application.centre
    if person is None or centre is None or holds(person, Role.SUPERVISOR, london_date(now), at=centre.pk):
        return
    grant(by=by, now=now, person=person, role=Role.SUPERVISOR, organisation=centre)


@transaction.atomic
def decline(
    *, by: User, now: datetime, application_id: int, reasons: str, words: str = "", hold: bool = False
) -> Decision:
    """Decline with reasons, which the letter gives (A4); `words` and `hold` as for accepting.

    Raises Invalid without reasons, NotAllowed, TooLate.
    """
    application = _lock_to_take("decline", application_id, by, now)
    if not reasons.strip():
        raise Invalid("Give the reasons; the applicant reads them in the letter.", "reasons")
    move(application, "decline", by=by, now=now)
    return _decide(application, DecisionKind.DECLINE, by=by, now=now, reasons=reasons, words=words, hold=hold)


@transaction.atomic
def defer(
    *, by: User, now: datetime, application_id: int, reasons: str = "", words: str = "", hold: bool = False
) -> Decision:
    """Put an application off to the next intake; the first received time stays on record (A6).

    `words` and `hold` as for accepting. While more information was asked for, what the supervisor confirmed counts
    again: list and plan as handed over. An intake whose cut-off is over is none to be put off to. Raises NotAllowed,
    TooLate before it is received and after the end, Invalid when no intake is entered ahead.
    """
    application = lock(application_id)
    today = london_date(now)
    require(both(access.can_review(by, application, today), access.can_step_past(by, application, "defer", today)))
    application.intake, application.late_until_on = next_intake_after(application, not_over_on=today), None
    application.save(update_fields=["intake", "late_until_on"])
    let_go_of_draft_list(application)
    let_go_of_named(application)
    move(application, "defer", by=by, now=now, intake=application.intake_id)
    return _decide(application, DecisionKind.DEFER, by=by, now=now, reasons=reasons, words=words, hold=hold)


@transaction.atomic
def resume(*, by: User, now: datetime, application_id: int) -> Application:
    """Take a deferred application back into review (A6). Raises TooLate for one that is not deferred."""
    application = lock(application_id)
    require(access.can_review(by, application, london_date(now)))
    move(application, "resume", by=by, now=now)
    return application


@transaction.atomic
def mark_enrolled(*, by: User | None, now: datetime, application_id: int) -> Application:
    """An accepted application has become a training record; called by `training.actions.enrol` only (E1, A6).

    Raises TooLate when it is not accepted, so that nobody is enrolled twice.
    """
    application = lock(application_id)
    move(application, "enrol", by=by, now=now)
    return application
