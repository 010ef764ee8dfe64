"""From the Practical and the portfolio to the parts of pages: lines, badges, next steps, consequences."""

from fractions import Fraction

from django.urls import reverse

from assessments import access
from assessments.queries import portfolio as portfolios
from assessments.rules import display_mark
from assessments.states import OutcomeState, PortfolioSource, PortfolioState, Result, Stage, StageState
from ctts.common.clock import london_date
from ctts.common.letters import mail_preview
from ctts.common.parts import Consequence, LongWork, NextStep
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.queries import people_around

PAGES = {
    Stage.PRACTICAL: "assessments:practical",
    Stage.PORTFOLIO: "assessments:portfolio",
    Stage.VIVA: "assessments:viva",
}
ABOUT = {
    Stage.PRACTICAL: "Your DOPS log and the final External Moderator DOPS, combined.",
    Stage.PORTFOLIO: "One PDF of at most 500 pages, marked by two moderators independently.",
    Stage.VIVA: "An online conversation with both moderators about the portfolio and cases.",
}


# --- the three stages ---


def stage_row(row, record, sees):
    """One stage of the overview: its results so far, where it stands, its page; `sees`: as for `_begun_badge`."""
    return {
        "stage": row.stage,
        "url": reverse(PAGES[row.stage], args=[record.pk]),
        "about": ABOUT[row.stage],
        "results": [result_line(outcome) for outcome in row.released],
        "badge": _stage_badge(row, sees),
        "waits": "" if row.passed else row.answer.why,
        "attempt": "" if row.passed or not row.left else f"Attempt {row.number} of {row.number + row.left - 1}",
    }


def _stage_badge(row, sees):
    if row.passed:
        return badge_for("pass", "Passed")
    if not row.left:
        return badge_for("fail", "No attempt left")
    if not row.answer:
        return badge_for("closed", "Later")
    return badge_for("open", "Open") if row.attempt is None else _begun_badge(row.attempt, sees)


def _begun_badge(attempt, sees):
    """An attempt at the Practical begins with its seal; of a query only who sees the score knows (`sees`; F1)."""
    if attempt.stage == Stage.PRACTICAL and not (sees and attempt.state == StageState.OPEN):
        return badge_for("sealed", "Sealed")
    return badge_for("in_progress", "In progress")


def result_line(outcome):
    """A released outcome in words."""
    mark = ""
    if outcome.numerator is not None:
        mark = f"{display_mark(Fraction(outcome.numerator, outcome.denominator))} %"
    return {
        "outcome": outcome,
        "badge": badge_for(outcome.result, Result(outcome.result).label),
        "mark": mark,
        "on": london_date(outcome.released_at),
    }


def earlier_results(user, record, rows, today):
    """Released attempts that were no pass, for the trainee, the moderators and the office."""
    mine = user.pk == record.trainee_id or holds(user, Role.OFFICE, today)
    if not mine and access.marker_role(user, record, today) is None:
        return []
    return [result_line(row) for row in rows if row.result != Result.PASS]


# --- the Practical ---


def sum_rows(found):
    """The lines of the sum: what counts first, then what does not with the reason."""
    return {
        "counting": [_line(row) for row in found.counting],
        "left_out": [_line(row) for row in found.left_out],
        "final": _line(found.final) if found.final else None,
        "log": mark(found.log),
        "log_exact": exact(found.log),
        "score": mark(found.score),
        "score_exact": exact(found.score),
        "weight": share(found.weight),
        "other_weight": share(found.other_weight),
    }


def _line(row):
    points = f"{row.points} of {row.of}" if row.percent is not None else ""
    if row.not_applicable:
        points += f", {row.not_applicable} not applicable"
    url = reverse("training:dops", args=[row.dops])
    return {"line": row, "points": points, "percent": mark(row.percent), "exact": exact(row.percent), "url": url}


def mark(value):
    """A mark with one decimal, half up; empty for nothing."""
    return "" if value is None else f"{display_mark(value)} %"


def exact(value):
    """The exact fraction, where one decimal does not say it all."""
    if value is None or (value * 10).denominator == 1:
        return ""
    return f"{value.numerator}/{value.denominator}"


def share(parts):
    """A weight in parts of ten thousand as a share: 5000 is 50 %."""
    whole, rest = divmod(parts, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %"


def score_seen(text):
    """What the page showed before, when it is a mark; whatever else was sent is left out."""
    return text if len(text) < 10 and all(letter in "0123456789. %" for letter in text) else ""


def practical_badge(found, seal, released):
    """Where the Practical stands; its result only once it is released."""
    if released is not None:
        return badge_for(released.result, Result(released.result).label)
    if seal is not None:
        return badge_for("sealed", "Sealed")
    return badge_for("ready", "Computable") if found.score is not None else badge_for("waiting", "Not yet computable")


# --- the portfolio ---


def page_meter(standing):
    """The page budget: how many of how many, never more than full."""
    if standing.pages is None:
        return None
    over = standing.pages > standing.most
    return {"pages": standing.pages, "most": standing.most, "over": over, "value": min(standing.pages, standing.most)}


def portfolio_step(user, record, found, context):
    """The trainee's one next step: seal what is ready, with the reason while that is closed."""
    if user.pk != record.trainee_id:
        role = access.marker_role(user, record, context["today"])
        sealed = found is not None and found.state == PortfolioState.SEALED
        url = reverse("assessments:marking", args=[found.attempt_id]) if sealed else ""
        return NextStep("Go to the marking", url) if role and sealed else None
    if found is None or found.state != PortfolioState.READY:
        return None
    url = reverse("assessments:portfolio_seal", args=[record.pk])
    return NextStep("Seal the portfolio", url, _seal_reason(context))


def work_of(found):
    """The compiling as long work; None when none is going on or failed."""
    if found is None or found.state not in (PortfolioState.COMPILING, PortfolioState.FAILED):
        return None
    compiling = found.state == PortfolioState.COMPILING
    record = found.attempt.record_id
    return LongWork(
        title="Compiling your portfolio",
        done=found.progress,
        total=found.progress_total,
        state="running" if compiling else "failed",
        poll_url=reverse("assessments:portfolio_progress", args=[record]),
        message="" if compiling else found.error,
    )


def portfolio_badge(found, record, context):
    """Where the portfolio stands. What its markers do is nobody's to see until the outcome is released (rule 9).

    A file that has problems, or whose time to be sealed has not come or is over, is not called ready to seal.
    """
    released, sees = context["released"], context["sees_record"]
    if released is not None:
        return badge_for(released.result, Result(released.result).label)
    if found is None or (not sees and found.state != PortfolioState.SEALED):
        return badge_for("not_started", "Not begun" if sees else "Not sealed yet")
    if found.state == PortfolioState.READY and (record.ended_on or _seal_reason(context)):
        return badge_for("draft", "Not ready to seal")
    return badge_for(found.state, found.get_state_display(), "portfolio")


def _seal_reason(context):
    """Why the file that is there cannot be sealed; empty when it can."""
    own = context["may"].reason if context["mine"] else ""
    return own or " ".join(context["standing"].problems)


def sealed_facts(user, record, found, today):
    """What a sealed portfolio shows beside its file: receipt, readings, the outcome once it is released."""
    sealed = found is not None and found.state == PortfolioState.SEALED
    outcome = access_outcome(found) if sealed else None
    sees = user.pk == record.trainee_id or holds(user, Role.OFFICE, today)
    return {
        "sealed": sealed,
        "receipt": shown_signature(found.receipt) if sealed else None,
        "released": outcome,
        "reads_marks": outcome is not None and access.can_see_both(user, found.attempt, today),
        "sees_readings": sealed and sees,
        "source": PortfolioSource(found.source).label if found else "",
    }


def access_outcome(found):
    """The outcome of a portfolio's attempt, once it is released."""
    row = portfolios.outcome_of_portfolio(found)
    return row if row is not None and row.state == OutcomeState.RELEASED else None


def seal_consequences(record, found, today):
    """What sealing does, and to whom the file opens (screens 18)."""
    markers = [str(row.person) for row in people_around(record) if _marks(row, today)]
    opens = ", ".join(markers) if markers else "the External and the Supporting Moderator, once they are appointed"
    return [
        Consequence(f"The {found.pages} pages are kept with their hash; nobody can change them, you included."),
        Consequence("The file opens to you, the scheme office and", opens),
        Consequence("Each opening by somebody else is noted, and you see it."),
        Consequence("It is marked once your Practical is passed and released."),
    ]


def _marks(row, today):
    moderators = ("external_moderator", "supporting_moderator")
    return row.kind in moderators and row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)


def seal_mails(record, found, now):
    """The receipt as it will arrive."""
    receipt = {"signed_at": now}
    context = {"record": record, "portfolio": found, "receipt": receipt}
    return [mail_preview("assessments.portfolio_sealed", record.trainee, part=True, **context)]


def trimming(standing):
    """The page budget in words."""
    if standing.pages is None:
        return f"At most {standing.most} pages; fewer are encouraged."
    left = standing.most - standing.pages
    pages = "1 page" if abs(left) == 1 else f"{abs(left)} pages"
    return f"{pages} {'is' if left == 1 else 'are'} left of {standing.most}." if left >= 0 else f"{pages} too many."
