"""What the pages of reviews, DOPS, pieces, meetings and concerns share: their doors, signatures, confirming a step."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ctts.common.posted import today_of
from ctts.common.verdict import TooLate, Verdict, require
from training import queries
from training.models import ChangeRequest
from training.views._frame import PAGE_OF, frame, one_or_404


def review_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a review."""
    return one_or_404(request, queries.reviews_visible_to(request.user, today_of(request)), pk)


def action_or_404(request: HttpRequest, pk: int):
    """The only way a view gets an agreed action."""
    return one_or_404(request, queries.actions_visible_to(request.user, today_of(request)), pk)


def dops_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a DOPS."""
    return one_or_404(request, queries.dops_visible_to(request.user, today_of(request)), pk)


def reflection_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a reflective piece."""
    return one_or_404(request, queries.reflections_visible_to(request.user, today_of(request)), pk)


def case_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a case study."""
    return one_or_404(request, queries.cases_visible_to(request.user, today_of(request)), pk)


def comment_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a comment on a piece; only the trainee sends anything about one."""
    return get_object_or_404(queries.comments_visible_to(request.user, today_of(request)), pk=pk)


def concern_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a concern."""
    rows = queries.concerns_visible_to(request.user, today_of(request))
    return one_or_404(request, rows.select_related("record__rules"), pk)


def change_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a request for a change of circumstances."""
    return one_or_404(request, queries.changes_visible_to(request.user, today_of(request)), pk)


def require_open(verdict: Verdict, change: ChangeRequest) -> None:
    """As `require`, for a request for a change: whoever comes too late reads who withdrew or decided it, and when, and
    is led to its page, where it stays; what they typed comes back (409)."""
    said = queries.over_words(change) if verdict.kind == "late" else ""
    if said:
        problem = TooLate(said)
        problem.place = reverse(f"training:{PAGE_OF[ChangeRequest]}", args=[change.pk])
        raise problem
    require(verdict)


def advice_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a question to the External Moderator."""
    return one_or_404(request, queries.advice_visible_to(request.user, today_of(request)), pk)


def report_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a progress report."""
    return one_or_404(request, queries.reports_visible_to(request.user, today_of(request)), pk)


def thread_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a thread of messages."""
    return one_or_404(request, queries.threads_visible_to(request.user, today_of(request)), pk)


def wide_frame(request: HttpRequest, record, current: str, **more):
    """The frame of a record; somebody who sees one thing of it and not the record itself gets no tabs."""
    context = frame(request, record, current, **more)
    if not queries.records_visible_to(request.user, today_of(request)).filter(pk=record.pk).exists():
        context["tabs"] = []
    return context
