"""Things of the Final Assessment for the matrix: one of Leeds, one of Bristol."""

from assessments.models import MarkSheet, Portfolio, StageAttempt, Viva
from assessments.states import MarkerRole, Stage
from ctts.common import clock
from tests.cast import Cast
from training.models import TrainingRecord

from .matrix import Needs
from .records import record_at

EXTERNAL = {"leeds": "mia", "bristol": "max"}


def attempt(cast: Cast, place: str, stage: Stage) -> StageAttempt:
    """The first attempt at a stage."""
    given = {"record": record_at(cast, place), "stage": stage, "attempt": 1}
    return StageAttempt.objects.get_or_create(**given, defaults={"opened_at": clock.now()})[0]


def portfolio(cast: Cast, place: str) -> Portfolio:
    """A portfolio that its trainee has begun."""
    return Portfolio.objects.get_or_create(attempt=attempt(cast, place, Stage.PORTFOLIO))[0]


def final_record(cast: Cast, place: str) -> TrainingRecord:
    """A record with a portfolio begun."""
    return portfolio(cast, place).attempt.record


def sheet(cast: Cast, place: str) -> StageAttempt:
    """A viva of which the External Moderator has begun to mark."""
    found, now = attempt(cast, place, Stage.VIVA), clock.now()
    times = {"booked_at": now, "booked_by": cast.olive, "starts_at": now}
    Viva.objects.get_or_create(
        attempt=found, defaults={"state": "booked", "minutes": 60, "joining": "https://meet.example.org", **times}
    )
    given = {"attempt": found, "marker": getattr(cast, EXTERNAL[place]), "role": MarkerRole.EXTERNAL}
    MarkSheet.objects.get_or_create(**given, defaults={"opened_at": now, "changed_at": now})
    return found


def with_viva(cast: Cast, place: str) -> TrainingRecord:
    """A record whose viva is booked and begins now."""
    return sheet(cast, place).record


THINGS = {
    "record in its final year": final_record,
    "record as its markers see it": with_viva,
    "record with a viva": with_viva,
    "portfolio": portfolio,
    "attempt that is marked": sheet,
    "sheet": sheet,
}
OF_RECORD = (
    *("final", "practical", "practical_seal", "portfolio_compile", "portfolio_stop", "portfolio_progress"),
    *("portfolio_upload", "portfolio_seal", "viva_book", "viva_move", "viva_cancel"),
)
URLS = {
    **{f"assessments:{name}": Needs("record in its final year") for name in OF_RECORD},
    "assessments:portfolio": Needs("record as its markers see it"),
    "assessments:viva": Needs("record as its markers see it"),
    "assessments:viva_calendar": Needs("record with a viva"),
    **{f"assessments:{name}": Needs("portfolio") for name in ("portfolio_file", "portfolio_readings")},
    **{f"assessments:{name}": Needs("attempt that is marked") for name in ("marking", "marking_start")},
    **{f"assessments:{name}": Needs("sheet") for name in ("sheet", "sheet_sign")},
}
