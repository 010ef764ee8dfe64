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
    another. One that its markers must decide anew before release is superseded by the next."""

    AGREED = "agreed", "Agreed"
    CONFIRMED = "confirmed", "Confirmed"
    RELEASED = "released", "Released"
    SUPERSEDED = "superseded", "Superseded"


OUTCOME_MOVES: dict[str, Move] = {
    "confirm": move(OutcomeState.AGREED, OutcomeState.CONFIRMED),
    "release": move(OutcomeState.CONFIRMED, OutcomeState.RELEASED),
    "supersede": move((OutcomeState.AGREED, OutcomeState.CONFIRMED), OutcomeState.SUPERSEDED),
}
"""What was released stands for ever (F5): a correction is a new, reasoned entry beside it."""


class FirstYearState(TextChoices):
    """One attempt at the End of First Year Assessment until its outcome is agreed (Y); then the Outcome goes on."""

    PREPARING = "preparing", "Preparing"
    WITH_MODERATOR = "with_moderator", "With the External Moderator"
    DECIDED = "decided", "Decided"


FIRST_YEAR_MOVES: dict[str, Move] = {
    "put_forward": move(FirstYearState.PREPARING, FirstYearState.WITH_MODERATOR),
    "send_back": move(FirstYearState.WITH_MODERATOR, FirstYearState.PREPARING),
    "decide": move(FirstYearState.WITH_MODERATOR, FirstYearState.DECIDED),
    "query": move(FirstYearState.DECIDED, FirstYearState.WITH_MODERATOR),
}
"""Staff who doubt a decision query it: it goes back to the moderator with their reason, unreleased."""


class StageState(TextChoices):
    """One attempt at a final stage until its outcome is agreed (F1); then the Outcome goes on."""

    OPEN = "open", "Open"
    MARKING = "marking", "Being marked"
    DISAGREED = "disagreed", "Markers disagree"
    AGREED = "agreed", "Agreed"


STAGE_MOVES: dict[str, Move] = {
    "start_marking": move(StageState.OPEN, StageState.MARKING),
    "disagree": move(StageState.MARKING, StageState.DISAGREED),
    "agree": move((StageState.OPEN, StageState.MARKING, StageState.DISAGREED), StageState.AGREED),
    "reopen": move(StageState.AGREED, StageState.OPEN),
    "ask_again": move(StageState.AGREED, StageState.DISAGREED),
}
"""The Practical is computed, not marked: it is agreed from open. When the office queries an outcome before release, the
Practical is open again, to be sealed anew; the result of a marked stage is the two markers' to agree (F5)."""


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
    LEFT = "left", "Left unfinished"


MARK_SHEET_MOVES: dict[str, Move] = {
    "submit": move(MarkSheetState.OPEN, MarkSheetState.SUBMITTED),
    "leave": move(MarkSheetState.OPEN, MarkSheetState.LEFT),
}
"""Left is what a moderator had begun whose appointment ended; who follows them marks on a sheet of their own."""


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


class PortfolioCriterion(TextChoices):
    """What a portfolio is marked against (F3)."""

    COMPETENCIES = "competencies", "All competencies evidenced"
    SCOPE = "scope", "Scope of practice covered"
    LEVEL = "level", "FHEQ level 6 shown"
    AUTHENTICITY = "authenticity", "Authentic: the trainee's own work"
    CONFIDENTIALITY = "confidentiality", "Confidential: no patient can be identified"


class VivaDomain(TextChoices):
    """The five domains of a Viva, each 0 to 4 (F4)."""

    KNOWLEDGE = "knowledge", "Knowledge of the scope of practice"
    APPLICATION = "application", "Applying it in practice"
    SAFETY = "safety", "Safety and governance"
    JUDGEMENT = "judgement", "Judgement in the cases discussed"
    COMMUNICATION = "communication", "Communication and reflection"


class PortfolioSource(TextChoices):
    """Where the one PDF of a portfolio came from (F3)."""

    COMPILED = "compiled", "Compiled from the record"
    UPLOADED = "uploaded", "Uploaded"


class PartKind(TextChoices):
    """The parts of which the system compiles a portfolio (F3), in their order in the PDF; the front is made last."""

    PLAN = "plan", "Training plan"
    COMPETENCIES = "competencies", "Competencies with their evidence"
    REVIEWS = "reviews", "Supervisor Reviews"
    REPORTS = "reports", "Progress reports"
    DOPS = "dops", "DOPS log"
    REFLECTIONS = "reflections", "Reflective pieces"
    CASES = "cases", "Long case studies"
