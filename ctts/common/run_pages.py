"""How a run of long work is shown: its state, how far it is, what can be done next, and the page before it is stopped.

`ctts/common/runs.py` works runs off; `templates/runs/` draws them. An app gives its words, its addresses and the table
of its items (screens 25).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ctts.common.parts import Confirm, Consequence, LongWork, NextStep
from ctts.common.runs import Progress, RunBase


@dataclass(frozen=True, slots=True)
class RunWords:
    """What a run is called: title of the page, title of the work, and what was done so far as a sentence."""

    page: str
    work: str
    done: str
    take_up: str
    kicker: str = ""


@dataclass(frozen=True, slots=True)
class RunAddresses:
    """Where the page of a run asks again, is stopped, is taken up again, and where one goes back to."""

    progress: str
    stop: str
    take_up: str
    back: str
    back_label: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run as its page shows it; `rows` is the template that draws its items."""

    run: RunBase
    words: RunWords
    addresses: RunAddresses
    rows: str
    work: LongWork
    step: NextStep | None


def run_page(
    run: RunBase, counts: Progress, words: RunWords, addresses: RunAddresses, rows: str, *, through: int | None = None
) -> RunPage:
    """A run as its page shows it. `through`: items with which nothing more will happen, where that is not all that
    ended: a diploma has its number before its file is there."""
    through = counts.total - counts.waiting if through is None else through
    over = run.cancelled_at is not None or through == counts.total
    work = LongWork(
        title=words.work,
        done=through,
        total=counts.total,
        state=_state(run, counts, over),
        poll_url=addresses.progress,
        message=_message(counts, words.done),
        cancel_url=addresses.stop if counts.waiting else "",
        result_url=addresses.back if over else "",
        result_label=addresses.back_label,
    )
    left = counts.failed + counts.cancelled
    step = NextStep(words.take_up, addresses.take_up) if left and not counts.waiting else None
    return RunPage(run, words, addresses, rows, work, step)


def stopping(back: str, kept: Consequence, *left: Consequence) -> Confirm:
    """The page before a run is stopped: what stays done, what is left and becomes of it."""
    return Confirm("Stop this run", "Stop it", back, [kept, *left], danger=True)


def _state(run: RunBase, counts: Progress, over: bool) -> Literal["cancelled", "finished", "running", "waiting"]:
    """A run with refusals is finished, not failed: each refused item stands there with its reason."""
    if run.cancelled_at is not None:
        return "cancelled"
    if over:
        return "finished"
    return "running" if counts.done or counts.failed else "waiting"


def _message(counts: Progress, done: str) -> str:
    said = [done]
    if counts.failed:
        said.append(f"{counts.failed} could not be done; the reason stands below.")
    if counts.cancelled:
        said.append(f"{counts.cancelled} {'was' if counts.cancelled == 1 else 'were'} left for another time.")
    return " ".join(said)
