"""Issuing the Diploma, keeping its file, revoking it and issuing another in its place (D1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record as audit
from ctts.common import runs
from ctts.common.clock import london_date
from ctts.common.moves import move_rows
from ctts.common.queue import ring
from ctts.common.verdict import Invalid, require
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from moderation import access, notices, queries
from moderation.actions._numbers import printed_name, write_diploma
from moderation.models import Award, Diploma, DiplomaFile, IssueItem, IssueRun
from moderation.states import DIPLOMA_MOVES, DiplomaState
from training.actions import lock_record, tell
from training.models import TrainingRecord

ISSUE = "moderation.issue_diplomas"


def _lock(diploma_id: int) -> Diploma:
    """A diploma of a locked record, as it is now."""
    record = lock_record(Diploma.objects.values_list("award_id", flat=True).get(pk=diploma_id))
    locked = Diploma.objects.select_for_update(of=("self",), no_key=True).select_related("award")
    diploma = locked.get(pk=diploma_id)
    diploma.award.record = record
    return diploma


@transaction.atomic
def start_issue_run(*, by: User | None, now: datetime, award_ids: Collection[int]) -> IssueRun:
    """Have diplomas issued for some awards, one by one in the background, in the order of their ratification (D1).

    Raises NotAllowed outside the office, Invalid for nothing or what is no award, TooLate when one of them has a
    diploma or is in a run already: of two who press at once, one run is made.
    """
    require(access.can_issue_diplomas(by, london_date(now)))
    wanted = sorted(set(award_ids))
    list(TrainingRecord.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk"))
    awards = list(Award.objects.filter(pk__in=wanted).order_by("ratified_at", "pk"))
    if not wanted or len(awards) != len(wanted):
        raise Invalid("Choose the awards for which diplomas are to be issued.")
    require(queries.none_under_way(wanted))
    run = IssueRun.objects.create(started_at=now, started_by=by)
    IssueItem.objects.bulk_create([IssueItem(run=run, award=award) for award in awards])
    audit("moderation.issue_run.started", by=by, at=now, about=run, after={"awards": len(awards)})
    ring(ISSUE)
    return run


@transaction.atomic
def cancel_issue_run(*, by: User, now: datetime, run_id: int) -> int:
    """Stop a run: what is issued stays issued, the rest waits for another run; returns how many wait (D1).

    Raises NotAllowed outside the office, TooLate after its end.
    """
    require(access.can_issue_diplomas(by, london_date(now)))
    run = IssueRun.objects.get(pk=run_id)
    left = runs.cancel(run, now=now)
    audit("moderation.issue_run.cancelled", by=by, at=now, about=run, after={"left": left})
    return left


@transaction.atomic
def resume_issue_run(*, by: User, now: datetime, run_id: int) -> int:
    """Take up again what a run did not issue, cancelled or failed; returns how many (D1).

    Raises NotAllowed outside the office, TooLate when nothing is left of it or another run does it meanwhile.
    """
    require(access.can_issue_diplomas(by, london_date(now)))
    run = IssueRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run_id)
    left = IssueItem.objects.filter(run=run, state__in=runs.ITEM_MOVES["reopen"].sources)
    require(queries.none_under_way(list(left.values_list("award", flat=True))))
    again = runs.reopen(run)
    audit("moderation.issue_run.resumed", by=by, at=now, about=run, after={"items": again})
    ring(ISSUE)
    return again


@transaction.atomic
def issue_diploma(*, by: User | None, now: datetime, award_id: int, name: str = "") -> Diploma:
    """Issue the Diploma of an award, once, with the next number of the year in London (D1).

    To the name that the trainee asked for, unless the office gives another. Its file is made by the worker, who then
    tells the trainee. Raises NotAllowed outside the office, TooLate when the trainee has a diploma already, Invalid
    at `name` for one that cannot be printed.
    """
    require(access.can_issue_diplomas(by, london_date(now)))
    record = lock_record(award_id)
    award = Award.objects.get(pk=award_id)
    require(queries.no_diploma_yet(record))
    return write_diploma(award, record, printed_name(name or record.certificate_name), by=by, now=now, supersedes=None)


@transaction.atomic
def keep_diploma_file(*, by: None, now: datetime, diploma_id: int, pdf: bytes) -> DiplomaFile | None:
    """Keep the sealed PDF of a diploma with its hash, and tell the trainee, once (D1).

    A second PDF of the same diploma is dropped, and so is one of a diploma that is no longer in force (None).
    """
    diploma = _lock(diploma_id)
    if diploma.state != DiplomaState.ISSUED:
        return None
    kept = DiplomaFile.objects.filter(pk=diploma_id).first()
    if kept is not None:
        return kept
    record = diploma.award.record
    document = store_bytes(
        content=pdf,
        name=f"Diploma {diploma.number}.pdf",
        media_type=MediaType.PDF,
        owner=record.trainee,
        by=by,
        now=now,
        purpose="moderation.diploma",
        pages=1,
    )
    kept = DiplomaFile.objects.create(diploma=diploma, document=document, pdf_sha256=document.sha256, made_at=now)
    facts = {"number": diploma.number, "sha256": document.sha256}
    audit("moderation.diploma.sealed", by=by, at=now, about=diploma, within=record.trainee_id, after=facts)
    tell(notices.DIPLOMA_READY, record, record.trainee, about=diploma, now=now, key=diploma.number, diploma=diploma)
    return kept


@transaction.atomic
def revoke_diploma(*, by: User, now: datetime, diploma_id: int, reason: str) -> Diploma:
    """Take a diploma out of force, with the reason that its holder reads; the number is never given again (D1).

    Raises NotAllowed outside the office and for one's own, Invalid without a reason, TooLate when it is not in force.
    """
    diploma = _lock(diploma_id)
    require(access.can_revoke_diploma(by, diploma, london_date(now)))
    if not reason.strip():
        raise Invalid("Give the reason.", "reason")
    facts: dict[str, Any] = {"revoked_at": now, "revoked_by": by, "revoked_reason": reason.strip()}
    move_rows(Diploma.objects.filter(pk=diploma_id), DIPLOMA_MOVES, "revoke", **facts)
    _note("revoked", diploma, by, now, reason)
    record = diploma.award.record
    diploma.refresh_from_db()
    tell(notices.DIPLOMA_REVOKED, record, record.trainee, about=diploma, now=now, key=diploma.number, diploma=diploma)
    return diploma


@transaction.atomic
def reissue_diploma(*, by: User, now: datetime, diploma_id: int, name: str, reason: str) -> Diploma:
    """Issue another diploma in the place of one that is in force or revoked: after a change of name, say (D1).

    It has the next number of the year; the old one is superseded and stays in the records. Raises NotAllowed outside
    the office and for one's own, Invalid without a reason or for a name that cannot be printed, TooLate when another
    has been issued in its place.
    """
    diploma = _lock(diploma_id)
    require(access.can_reissue_diploma(by, diploma, london_date(now)))
    if not reason.strip():
        raise Invalid("Give the reason.", "reason")
    shown = printed_name(name)
    move_rows(Diploma.objects.filter(pk=diploma_id), DIPLOMA_MOVES, "supersede")
    _note("superseded", diploma, by, now, reason)
    return write_diploma(diploma.award, diploma.award.record, shown, by=by, now=now, supersedes=diploma)


def _note(what: str, diploma: Diploma, by: User, now: datetime, reason: str) -> None:
    """Put the end of a diploma on the audit, with the reason beside it."""
    audit(
        f"moderation.diploma.{what}",
        by=by,
        at=now,
        about=diploma,
        within=diploma.award.record.trainee_id,
        before={"state": str(diploma.state), "number": diploma.number},
        words={"reason": reason.strip()},
    )
