"""States of the assessments, of their marks and of their outcomes, and what may follow what."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class Stage(TextChoices):
    """What is assessed (Y, F). The order of the three final stages is that of assessment (F1; G 4.2)."""

    FIRST_YEAR = "first_year", "End of First Year Assessment"
    PRACTICAL = "practical", "Practical"
    PORTFOLIO = "portfolio", "Portfolio"
    VIVA = "viva", "Viva"


FINAL_STAGES = (Stage.PRACTICAL, Stage.PORTFOLIO, Stage.VIVA)


class Result(TextChoices):
    """The outcome of a stage (Y, F3, F4). Refer and fail both use an attempt (F6)."""

    PASS = "pass", "Pass"
    REFER = "refer", "Refer"
    FAIL = "fail", "Fail"


class OutcomeState(TextChoices):
    """An outcome on its way to the trainee (F1): agreed by its markers, confirmed by one staff member, released by
    another. A correction is a new outcome that supersedes (F5)."""

    AGREED = "agreed", "Agreed"
    CONFIRMED = "confirmed", "Confirmed"
    RELEASED = "released", "Released"
    SUPERSEDED = "superseded", "Superseded"


OUTCOME_MOVES: dict[str, Move] = {
    "confirm": move(OutcomeState.AGREED, OutcomeState.CONFIRMED),
    "query": move(OutcomeState.CONFIRMED, OutcomeState.AGREED),
    "release": move(OutcomeState.CONFIRMED, OutcomeState.RELEASED),
    "supersede": move((OutcomeState.AGREED, OutcomeState.CONFIRMED, OutcomeState.RELEASED), OutcomeState.SUPERSEDED),
}
"""Staff who doubt a confirmed outcome query it: it goes back to its markers' agreement, unreleased."""


class FirstYearState(TextChoices):
    """One attempt at the End of First Year Assessment (Y)."""

    PREPARING = "preparing", "Preparing"
    WITH_MODERATOR = "with_moderator", "With the External Moderator"
    DECIDED = "decided", "Decided"
    CONFIRMED = "confirmed", "Confirmed"
    RELEASED = "released", "Released"


FIRST_YEAR_MOVES: dict[str, Move] = {
    "put_forward": move(FirstYearState.PREPARING, FirstYearState.WITH_MODERATOR),
    "send_back": move(FirstYearState.WITH_MODERATOR, FirstYearState.PREPARING),
    "decide": move(FirstYearState.WITH_MODERATOR, FirstYearState.DECIDED),
    "query": move((FirstYearState.DECIDED, FirstYearState.CONFIRMED), FirstYearState.WITH_MODERATOR),
    "confirm": move(FirstYearState.DECIDED, FirstYearState.CONFIRMED),
    "release": move(FirstYearState.CONFIRMED, FirstYearState.RELEASED),
}


class StageState(TextChoices):
    """One attempt at a final stage as a whole, whatever it is made of (F1)."""

    OPEN = "open", "Open"
    MARKING = "marking", "Being marked"
    DISAGREED = "disagreed", "Markers disagree"
    AGREED = "agreed", "Agreed"
    CONFIRMED = "confirmed", "Confirmed"
    RELEASED = "released", "Released"


STAGE_MOVES: dict[str, Move] = {
    "start_marking": move(StageState.OPEN, StageState.MARKING),
    "disagree": move(StageState.MARKING, StageState.DISAGREED),
    "agree": move((StageState.MARKING, StageState.DISAGREED), StageState.AGREED),
    "confirm": move(StageState.AGREED, StageState.CONFIRMED),
    "query": move(StageState.CONFIRMED, StageState.AGREED),
    "release": move(StageState.CONFIRMED, StageState.RELEASED),
}


class PortfolioState(TextChoices):
    """The one PDF of a portfolio (F3): compiled by the system or uploaded, sealed with its hash, then marked."""

    DRAFT = "draft", "Draft"
    COMPILING = "compiling", "Being compiled"
    FAILED = "failed", "Could not be compiled"
    READY = "ready", "Ready to seal"
    SEALED = "sealed", "Sealed"


_P = PortfolioState

PORTFOLIO_MOVES: dict[str, Move] = {
    "compile": move((_P.DRAFT, _P.FAILED, _P.READY), _P.COMPILING),
    "finish": move(_P.COMPILING, _P.READY),
    "fail": move(_P.COMPILING, _P.FAILED),
    "upload": move((_P.DRAFT, _P.FAILED, _P.READY), _P.READY),
    "revise": move(_P.READY, _P.DRAFT),
    "seal": move(_P.READY, _P.SEALED),
}
"""What was sealed is never unsealed: a further attempt is a portfolio of its own."""


class MarkSheetState(TextChoices):
    """One marker's sheet (F3, F4): sealed from the other marker until both are submitted."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"


MARK_SHEET_MOVES: dict[str, Move] = {"submit": move(MarkSheetState.OPEN, MarkSheetState.SUBMITTED)}


class MarkerRole(TextChoices):
    """Who marks (F3, F4, F5)."""

    EXTERNAL = "external", "External Moderator"
    SUPPORTING = "supporting", "Supporting Moderator"
    ADJUDICATOR = "adjudicator", "Adjudicator"


class VivaState(TextChoices):
    """A viva from its planning until it was held (F4)."""

    TO_SCHEDULE = "to_schedule", "To be scheduled"
    PROPOSED = "proposed", "Times proposed"
    BOOKED = "booked", "Booked"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


_V = VivaState

VIVA_MOVES: dict[str, Move] = {
    "propose": move(_V.TO_SCHEDULE, _V.PROPOSED),
    "book": move((_V.TO_SCHEDULE, _V.PROPOSED), _V.BOOKED),
    "reschedule": move((_V.PROPOSED, _V.BOOKED), _V.TO_SCHEDULE),
    "hold": move(_V.BOOKED, _V.HELD),
    "cancel": move((_V.TO_SCHEDULE, _V.PROPOSED, _V.BOOKED), _V.CANCELLED),
}
