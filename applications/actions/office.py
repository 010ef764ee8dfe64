"""The office's side: claim, find, ask, decide (A3, A4, A6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import access, notices, queries
from applications.actions.handing_in import move, reopen_list, tell
from applications.actions.writing import lock, next_intake_after
from applications.models import Application, Decision, DecisionLetter, Finding, InformationPoint, InformationRequest
from applications.rules import ENTRY_RULES
from applications.states import ApplicationState, DecisionKind, Part, RuleOutcome
from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.queue import ring
from ctts.common.verdict import Invalid, TooLate, require


def _lock_for(application_id: int, by: User, now: datetime) -> Application:
    application = lock(application_id)
    require(access.can_decide(by, application, london_date(now)))
    return application


@transaction.atomic
def claim(*, by: User, now: datetime, application_id: int) -> Application:
    """Take an application to oneself; a received one goes into review (A4). Taking over from a colleague is allowed.

    Raises NotAllowed for a person who is part of it, TooLate when it cannot be reviewed.
    """
    application = lock(application_id)
    require(access.can_review(by, application, london_date(now)))
    if application.state not in {
        ApplicationState.RECEIVED,
        ApplicationState.IN_REVIEW,
        ApplicationState.INFORMATION_REQUESTED,
    }:
        raise TooLate(f"There is nothing to review: it is “{application.get_state_display()}”.")
    before = {"claimed_by": application.claimed_by_id}
    application.claimed_by, application.claimed_at = by, now
    application.save(update_fields=["claimed_by", "claimed_at"])
    what = "applications.application.claimed"
    record(what, by=by, at=now, about=application, within=application.applicant_id, before=before)
    if application.state == ApplicationState.RECEIVED:
        move(application, "start_review", by=by, now=now)
    return application


@transaction.atomic
def find(
    *,
    by: User,
    now: datetime,
    application_id: int,
    rule: str,
    outcome: RuleOutcome,
    note: str = "",
    override_reason: str = "",
) -> Finding:
    """Set what a person found for one entry rule, beside what the system computed (A3, A4).

    A rule that is not met may be overridden with a reason. Raises Invalid for an unknown rule or an override of a rule
    that is met, NotAllowed for a person who is part of it, TooLate unless it is in review.
    """
    application = _lock_for(application_id, by, now)
    if rule not in ENTRY_RULES:
        raise Invalid(f"There is no entry rule {rule}.", "rule")
    if outcome == RuleOutcome.MET and override_reason.strip():
        raise Invalid("A rule that is met needs no override.", "override_reason")
    computed = {result.rule: result.outcome for result in queries.entry_results(application, london_date(now))}
    finding = Finding.objects.create(
        application=application,
        rule=rule,
        outcome=outcome,
        computed=computed[rule],
        note=note,
        override_reason=override_reason.strip(),
        found_at=now,
        found_by=by,
    )
    facts = {"rule": rule, "outcome": str(outcome), "overridden": bool(finding.override_reason)}
    record("applications.finding.set", by=by, at=now, about=finding, within=application.applicant_id, after=facts)
    return finding


@transaction.atomic
def ask_information(
    *, by: User, now: datetime, application_id: int, points: Sequence[tuple[Part, str]]
) -> InformationRequest:
    """Ask the applicant for more, point by point; the form opens again (A4, I4).

    Raises Invalid without a point, NotAllowed, TooLate as the other decisions.
    """
    application = _lock_for(application_id, by, now)
    asked = [(part, text.strip()) for part, text in points if text.strip()]
    if not asked:
        raise Invalid("Write at least one point.", "points")
    request = InformationRequest.objects.create(application=application, asked_at=now, asked_by=by)
    InformationPoint.objects.bulk_create(
        InformationPoint(request=request, number=number, part=part, text=text)
        for number, (part, text) in enumerate(asked, start=1)
    )
    reopen_list(application, by, now)
    move(application, "ask_information", by=by, now=now, points=len(asked))
    tell(notices.QUESTIONS, application, application.applicant, now, f"request{request.pk}", context={"points": asked})
    return request


def _decide(application: Application, kind: DecisionKind, *, by: User, now: datetime, **more: Any) -> Decision:
    """Write the decision; its letter is owed from this moment, the worker makes the PDF and the mail follows."""
    decision = Decision.objects.create(
        application=application, kind=kind, intake=application.intake, decided_at=now, decided_by=by, **more
    )
    DecisionLetter.objects.create(decision=decision)
    ring("applications.make_letters")
    return decision


@transaction.atomic
def accept(*, by: User, now: datetime, application_id: int) -> Decision:
    """Accept an application whose every entry rule is met or overridden with a reason (A4).

    Raises Invalid naming the rules that still stand against it, NotAllowed, TooLate.
    """
    application = _lock_for(application_id, by, now)
    standing = queries.standing_against(application, london_date(now))
    if standing:
        raise Invalid(f"These rules still stand against it: {', '.join(standing)}. Set a finding or an override.")
    move(application, "accept", by=by, now=now)
    return _decide(application, DecisionKind.ACCEPT, by=by, now=now)


@transaction.atomic
def decline(*, by: User, now: datetime, application_id: int, reasons: str) -> Decision:
    """Decline with reasons, which the letter gives (A4). Raises Invalid without reasons, NotAllowed, TooLate."""
    application = _lock_for(application_id, by, now)
    if not reasons.strip():
        raise Invalid("Give the reasons; the applicant reads them in the letter.", "reasons")
    move(application, "decline", by=by, now=now)
    return _decide(application, DecisionKind.DECLINE, by=by, now=now, reasons=reasons)


@transaction.atomic
def defer(*, by: User, now: datetime, application_id: int, reasons: str = "") -> Decision:
    """Put an application off to the next intake; the first received time stays on record (A6)."""
    application = lock(application_id)
    require(access.can_review(by, application, london_date(now)))
    application.intake = next_intake_after(application.intake)
    application.save(update_fields=["intake"])
    move(application, "defer", by=by, now=now, intake=application.intake_id)
    return _decide(application, DecisionKind.DEFER, by=by, now=now, reasons=reasons)


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
