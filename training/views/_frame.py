"""What the pages of a training record share: the one door to each thing, the head, the tabs, trying an action."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import reverse

from ctts.common.brought import Brought
from ctts.common.posted import today_of
from ctts.common.refusals import brought_here
from ctts.common.states_shown import badge_for
from ctts.common.verdict import NoLonger, TooLate, Verdict, require
from training import queries
from training.models import CaseStudy, ChangeRequest, Evidence, Reflection

# Of each thing that can be taken back: its page, which says so then.
PAGE_OF = {Reflection: "reflection", CaseStudy: "case", Evidence: "evidence_one", ChangeRequest: "change"}

# What the forms about a thing that can be taken back call the fields for words.
TYPED = {"text": "What you wrote", "quote": "Words you quoted", "words": "Your words", "reason": "Your reason"}


def one_or_404(request: HttpRequest, rows, pk: int):
    """One of the rows that a person sees; a stranger cannot tell a missing one from a hidden one.

    Whoever stood around the record until lately, and sends a form they had open, reads since when they do not (403);
    whoever could read the thing until it was taken back reads that (409). Both get back what they typed.
    """
    found = rows.filter(pk=pk).first()
    if found is not None:
        return found
    if request.method == "POST":
        _refuse_with_words(request, rows.model, pk)
    raise Http404


def _refuse_with_words(request: HttpRequest, kind, pk: int) -> None:
    """Raises NoLonger or TooLate for a form that was right when it was opened; its page shows what was typed."""
    user, today = request.user, today_of(request)
    reason, gone = queries.stood_until(user, kind, pk, today), queries.away(user, kind, pk, today)
    if not reason and gone is None:
        return
    problem = NoLonger(reason) if reason else TooLate(f"{gone.said} {gone.then}")
    problem.brought = Brought(TYPED) | brought_here(request)
    if gone is not None and not reason:
        problem.place = reverse(f"training:{PAGE_OF[kind]}", args=[pk])  # it says there who took it back
    raise problem


def require_still(request: HttpRequest, verdict: Verdict, found) -> None:
    """As `require`, for what somebody has begun and still sees: whoever may not go on reads since when, and gets back
    what they typed (403)."""
    if request.method == "POST" and verdict.kind == "no":
        raise NoLonger(queries.stood_until(request.user, type(found), found.pk, today_of(request)) or verdict.reason)
    require(verdict)


def record_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a record."""
    return one_or_404(request, queries.records_visible_to(request.user, today_of(request)), pk)


def item_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a competency."""
    return one_or_404(request, queries.items_visible_to(request.user, today_of(request)), pk)


def evidence_or_404(request: HttpRequest, pk: int):
    """The only way a view gets evidence: one's own, or what is shared in a record one sees."""
    return one_or_404(request, queries.evidence_visible_to(request.user, today_of(request)), pk)


def evidence_known_withdrawn_or_404(request: HttpRequest, pk: int):
    """The only way a view gets evidence that was withdrawn from view, for those who were told of it."""
    return one_or_404(request, queries.evidence_known_withdrawn(request.user, today_of(request)), pk)


def evidence_to_withdraw_or_404(request: HttpRequest, pk: int):
    """The only way a view gets evidence to withdraw; for whoever sees the record, also what is withdrawn already."""
    return one_or_404(request, queries.evidence_to_withdraw(request.user, today_of(request)), pk)


def evidence_version_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a version of evidence: of what one reads, and not withdrawn from view."""
    return one_or_404(request, queries.evidence_versions_visible_to(request.user, today_of(request)), pk)


def evidence_version_closed_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a version of evidence that is closed, to say so."""
    return one_or_404(request, queries.evidence_versions_closed(request.user, today_of(request)), pk)


def sign_off_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a signature."""
    return one_or_404(request, queries.sign_offs_visible_to(request.user, today_of(request)), pk)


def frame(request: HttpRequest, record, current: str = "", **more) -> dict[str, object]:
    """The context every page of a record has: the record, whose it is, its tabs, its state."""
    mine = request.user.pk == record.trainee_id
    return {
        "record": record,
        "mine": mine,
        "tabs": queries.record_tabs(record, f"training:{current}"),
        "kicker": f"{record.scope} · {record.centre}",
        "record_badge": badge_for(record.state, record.get_state_display(), "trainingrecord"),
        **more,
    }
