"""Long deciding work in items: enrol an intake, issue diplomas, release results, import.

An action writes a run with its items in one transaction. A job of the calendar (or a ring after commit) calls
`work_off`, which takes open items one by one and calls the action for each; the item is marked in the *same*
transaction as what was done for it. So a crash leaves the item open and nothing half done, two workers share the items,
and the run goes on at any item, also after a cancel in the middle.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Count, F, Q

from ctts.common.constraints import known_choice
from ctts.common.moves import fsm_trigger, move, move_rows
from ctts.common.verdict import YES, Refused, TooLate, Verdict, late, require

logger = logging.getLogger(__name__)

ENDED = "This run has already ended."
NOTHING_LEFT = "Nothing is left of this run."
TRIES = 3  # for faults of ours or of the machine; a refusal of the action is final at once


class ItemState(models.TextChoices):
    """Where one item of a run stands."""

    OPEN = "open", "Waiting"
    DONE = "done", "Done"
    FAILED = "failed", "Not done"
    CANCELLED = "cancelled", "Cancelled"


ITEM_MOVES = {
    "finish": move(ItemState.OPEN, ItemState.DONE),
    "fail": move(ItemState.OPEN, ItemState.FAILED),
    "cancel": move(ItemState.OPEN, ItemState.CANCELLED),
    "reopen": move({ItemState.FAILED, ItemState.CANCELLED}, ItemState.OPEN),
}


class RunBase(models.Model):
    """A piece of long work. The subclass adds who asked for it and what it is about."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class RunItemBase(models.Model):
    """One step of a run. The subclass adds `run` (a foreign key, related_name "items") and what the step is about,
    unique within the run. `error` is the sentence that staff read beside the item."""

    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            known_choice("state", ItemState),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ended_unless_open",
                condition=Q(state=ItemState.OPEN, ended_at__isnull=True)
                | (~Q(state=ItemState.OPEN) & Q(ended_at__isnull=False)),
            ),
        ]
        triggers = [fsm_trigger("item_moves", ITEM_MOVES)]


Item = TypeVar("Item", bound=RunItemBase)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in items."""

    total: int
    done: int
    failed: int
    cancelled: int

    @property
    def waiting(self) -> int:
        """Items still open."""
        return self.total - self.done - self.failed - self.cancelled


def work_off(items: type[Item], act: Callable[[Item, datetime], None], now: datetime, *, seconds: float = 60) -> int:
    """Take open items of runs that are not cancelled, oldest first, and call `act(item, now)` for each.

    Stops when none is left or after `seconds` (a worker's soft limit is 90); returns how many were taken. A refusal by
    the action fails the item with its sentence; another fault is logged and tried three times in all. Never called
    inside a transaction: each item commits alone.
    """
    until = time.monotonic() + seconds
    taken = 0
    faulty: set[int] = set()  # left for the next call, so that one fault is not three within a second
    while time.monotonic() < until and _one(items, act, now, faulty):
        taken += 1
    _finish(items, now)
    return taken


def work_off_within(items: type[Item], act: Callable[[Item, datetime], None], now: datetime) -> int:
    """The same inside the caller's transaction, which a fault ends as a whole; returns how many were taken.

    For whoever makes a whole past at once, where nothing of it may stay when it does not come to its end.
    """
    waiting = items._default_manager.filter(state=ItemState.OPEN, run__cancelled_at__isnull=True)
    taken = list(waiting.order_by("pk"))
    for item in taken:
        _act(item, act, now)
    _finish(items, now)
    return len(taken)


def progress(run: RunBase) -> Progress:
    """Counts of a run's items by state, in one query."""
    kinds = {str(state): Count("pk", filter=Q(state=state)) for state in ItemState if state != ItemState.OPEN}
    counts = _items(run).aggregate(total=Count("pk"), **kinds)
    return Progress(**counts)


def progress_of(items: Iterable[RunItemBase]) -> Progress:
    """The same for items that a page has loaded, without a query."""
    found = Counter(item.state for item in items)
    ended = {str(state): found[state] for state in ItemState if state != ItemState.OPEN}
    return Progress(total=found.total(), **ended)


def goes_on(kind: type[RunBase]) -> bool:
    """Whether a run of a kind is neither finished nor cancelled."""
    return kind._default_manager.filter(finished_at__isnull=True, cancelled_at__isnull=True).exists()


def can_stop(run: RunBase) -> Verdict:
    """Whether a run goes on and can be stopped."""
    return late(ENDED) if run.finished_at or run.cancelled_at else YES


def can_take_up(items: Iterable[RunItemBase]) -> Verdict:
    """Whether something is left of a run that can be taken up again: stopped, or refused."""
    left = any(item.state in ITEM_MOVES["reopen"].sources for item in items)
    return YES if left else late(NOTHING_LEFT)


@transaction.atomic
def cancel(run: RunBase, *, now: datetime) -> int:
    """Stop a run: open items are cancelled, what is done stays; returns how many were cancelled.

    An item that a worker is at right now finishes first. The caller decides who may. Raises TooLate after the end.
    """
    locked = type(run)._default_manager.select_for_update(no_key=True).get(pk=run.pk)
    require(can_stop(locked))
    locked.cancelled_at = now
    locked.save(update_fields=["cancelled_at"])
    return move_rows(_items(run), ITEM_MOVES, "cancel", ended_at=now)


@transaction.atomic
def reopen(run: RunBase) -> int:
    """Open every failed or cancelled item again, and with it the run; returns how many. Done items stay done.

    The caller decides who may. Raises TooLate when nothing is left.
    """
    locked = type(run)._default_manager.select_for_update(no_key=True).get(pk=run.pk)
    opened = move_rows(_items(run), ITEM_MOVES, "reopen", ended_at=None, tries=0, error="")
    if not opened:
        raise TooLate(NOTHING_LEFT)
    locked.finished_at = locked.cancelled_at = None
    locked.save(update_fields=["finished_at", "cancelled_at"])
    return opened


def failures(run: RunBase) -> models.QuerySet[Any]:
    """The items that failed, each with its `error`, in order."""
    return _items(run).filter(state=ItemState.FAILED).order_by("pk")


def _items(run: RunBase) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = _related(type(run), "items").filter(run=run)
    return rows


def _related(kind: Any, name: str) -> Any:
    """The rows of the model that a field of a run or of an item leads to; the concrete models name each other."""
    return kind._meta.get_field(name).related_model._default_manager.all()


def _one(items: type[Item], act: Callable[[Item, datetime], None], now: datetime, faulty: set[int]) -> bool:
    """Take the next item; False when none is open. One whose action met a fault is added to `faulty`."""
    item = None
    try:
        with transaction.atomic(durable=True):
            free = items._default_manager.select_for_update(skip_locked=True, of=("self",), no_key=True)
            open_ones = free.filter(state=ItemState.OPEN, run__cancelled_at__isnull=True)
            item = open_ones.exclude(pk__in=faulty).order_by("pk").first()
            if item is None:
                return False
            _act(item, act, now)
    except Exception as fault:
        if item is None:
            raise
        logger.exception("Item %s of %s failed.", item.pk, items._meta.label)
        _failed_try(item, type(fault).__name__, now)
        faulty.add(item.pk)
    return True


def _act(item: Item, act: Callable[[Item, datetime], None], now: datetime) -> None:
    """Do one item and mark it, in one transaction. A refusal undoes what the action began."""
    step, error = "finish", ""
    try:
        with transaction.atomic():
            act(item, now)
    except Refused as refusal:
        step, error = "fail", str(refusal)[:500]
    move_rows(type(item)._default_manager.filter(pk=item.pk), ITEM_MOVES, step, error=error, ended_at=now)


def _failed_try(item: RunItemBase, kind: str, now: datetime) -> None:
    """Count a fault; after the third the item is failed. What another worker did meanwhile stays."""
    same = type(item)._default_manager.filter(pk=item.pk)
    same.filter(state=ItemState.OPEN).update(tries=F("tries") + 1)
    words = f"A fault of the system ({kind}); it is in the log. Start the item again when it is mended."
    move_rows(same.filter(tries__gte=TRIES), ITEM_MOVES, "fail", error=words, ended_at=now)


def _finish(items: type[RunItemBase], now: datetime) -> None:
    """End every run that has no open item left."""
    unfinished = _related(items, "run").filter(finished_at__isnull=True, cancelled_at__isnull=True)
    unfinished.exclude(items__state=ItemState.OPEN).update(finished_at=now)
