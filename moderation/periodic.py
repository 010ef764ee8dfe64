"""What the calendar owes to moderation: diplomas of runs that go on, their files, and packs that were asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile
from typing import TypeVar

from ctts.common.calendar_jobs import calendar_job
from ctts.common.runs import goes_on, work_off
from ctts.common.seals import seal
from ctts.documents.storage import StorageAway
from moderation import actions, queries
from moderation.models import Diploma, IssueItem, IssueRun, Pack
from moderation.packing import Unreadable, put_together
from moderation.paper import diploma_pdf

logger = logging.getLogger(__name__)

SECONDS = 60  # a worker's soft limit is 90; the next tick goes on
UNREADABLE = "“{}” cannot be read. Replace the file, or ask the scheme office, and put the pack together again."
Owed = TypeVar("Owed")


@calendar_job("moderation.issue_diplomas")
def issue_diplomas(now: datetime) -> int:
    """Issue the diplomas of runs that go on, one transaction each; resumed wherever a crash or a tick left it (D1)."""
    if not goes_on(IssueRun):
        return 0
    return work_off(IssueItem, _issue, now, seconds=SECONDS)


def _issue(item: IssueItem, now: datetime) -> None:
    actions.issue_diploma(by=item.run.started_by, now=now, award_id=item.award_id)


@calendar_job("moderation.make_diplomas")
def make_diplomas(now: datetime) -> int:
    """Make, seal and keep the files that diplomas owe; one that fails keeps no other back (D1)."""
    return sum(_make(diploma, now) for diploma in _in_time(queries.files_owed()))


def _make(diploma: Diploma, now: datetime) -> int:
    """Make one file; 0 when it failed: it stays owed, and the next tick tries again."""
    try:
        pdf = seal(diploma_pdf(diploma), now, f"Diploma {diploma.number}")
        actions.keep_diploma_file(by=None, now=now, diploma_id=diploma.pk, pdf=pdf)
    except (OSError, ValueError, StorageAway):
        logger.exception("The file of diploma %s could not be made.", diploma.number)
        return 0
    return 1


@calendar_job("moderation.make_packs")
def make_packs(now: datetime) -> int:
    """Put together the packs that were asked for; one that fails keeps no other back (D2)."""
    return sum(_pack(pack, now) for pack in _in_time(queries.packs_owed()))


def _pack(pack: Pack, now: datetime) -> int:
    """Put one pack together, or say why it cannot be; 0 when the machine failed: it stays owed."""
    try:
        made = put_together(pack.record, now)
        actions.finish_pack(
            by=None,
            now=now,
            pack_id=pack.pk,
            archive=made.archive,
            printable=made.printable,
            pages=made.pages,
            missing=made.missing,
        )
    except Unreadable as name:
        actions.fail_pack(by=None, now=now, pack_id=pack.pk, error=UNREADABLE.format(name))
    except (OSError, ValueError, StorageAway):
        logger.exception("Pack %s could not be put together.", pack.pk)
        return 0
    return 1


def _in_time(owed: Iterable[Owed]) -> Iterator[Owed]:
    """What is owed, as long as there is time for one more."""
    until = time.monotonic() + SECONDS
    return takewhile(lambda one: time.monotonic() < until, owed)
