"""What an outcome of the Final Assessment was made of, for the office: no mark of a marker before release (rule 9)."""

from django.urls import reverse

from assessments import access
from assessments.queries import marking, practical, queries_of
from assessments.queries.portfolio import portfolio_of_attempt
from assessments.queries.stages import attempt_of
from assessments.queries.viva import viva_of_attempt
from assessments.states import Stage
from assessments.views._shown_final import mark, share
from ctts.common.templatetags.formats import instant, zoned


def made_of(outcome, user, today):
    """Facts, the page that shows them whole, or why it is closed. Nothing for the first year, which has its own."""
    attempt = attempt_of(outcome) if outcome.stage != Stage.FIRST_YEAR else None
    if attempt is None:
        return {}
    if attempt.stage == Stage.PRACTICAL:
        return _practical(attempt, outcome)
    return _marked(attempt, outcome, user, today)


def _practical(attempt, outcome):
    seal = practical.sealed_practical(attempt.record, attempt.attempt, outcome.content_sha256)
    if seal is None:
        return {}
    found = practical.from_content(seal.content)
    facts = [
        ("The DOPS log", f"{mark(found.log)}, weight {share(found.weight)}"),
        ("The final External Moderator DOPS", f"{mark(found.final.percent)}, weight {share(found.other_weight)}"),
        ("The Practical", f"{mark(found.score)}, pass mark {found.pass_percent} %"),
        ("Sealed", f"{instant(seal.signed_at)} by {seal.printed_name}"),
    ]
    page = reverse("assessments:practical", args=[attempt.record_id])
    return {"facts": facts, "link": (page, "The sum line by line")}


def _marked(attempt, outcome, user, today):
    found = marking.both_sheets(attempt)
    if found is None:
        return {}
    sheets = [
        (sheet.get_role_display(), f"{sheet.signature.printed_name}, submitted {instant(sheet.signature.signed_at)}")
        for sheet in (found.external, found.supporting)
    ]
    made = {"facts": [_thing(attempt), *sheets, *_settled(outcome)]}
    if access.can_see_both(user, attempt, today):
        return made | {"link": (reverse("assessments:marking", args=[attempt.pk]), "Both markers’ sheets")}
    return made | {"closed": "What each marker wrote opens to you once the outcome is released."}


def _thing(attempt):
    if attempt.stage == Stage.PORTFOLIO:
        sealed = portfolio_of_attempt(attempt.record, attempt.attempt)
        return "The sealed portfolio", f"{sealed.pages} pages, sealed {instant(sealed.sealed_at)}"
    return "The viva", zoned(viva_of_attempt(attempt.record, attempt.attempt).starts_at)


def _settled(outcome):
    words = "They agree."
    if outcome.was_settled:
        why = "The office queried it" if queries_of(outcome) else "The markers differed"
        words = f"{why}; it was settled with reasons."
    return [("How it came about", words)]
