"""What the pages of reviews, DOPS, pieces, meetings and concerns share: their doors, signatures, confirming a step."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from ctts.common.posted import today_of
from training import queries
from training.views._frame import frame


def review_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a review."""
    return get_object_or_404(queries.reviews_visible_to(request.user, today_of(request)), pk=pk)


def action_or_404(request: HttpRequest, pk: int):
    """The only way a view gets an agreed action."""
    return get_object_or_404(queries.actions_visible_to(request.user, today_of(request)), pk=pk)


def dops_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a DOPS."""
    return get_object_or_404(queries.dops_visible_to(request.user, today_of(request)), pk=pk)


def reflection_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a reflective piece."""
    return get_object_or_404(queries.reflections_visible_to(request.user, today_of(request)), pk=pk)


def case_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a case study."""
    return get_object_or_404(queries.cases_visible_to(request.user, today_of(request)), pk=pk)


def comment_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a comment on a piece."""
    return get_object_or_404(queries.comments_visible_to(request.user, today_of(request)), pk=pk)


def concern_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a concern."""
    rows = queries.concerns_visible_to(request.user, today_of(request))
    return get_object_or_404(rows.select_related("record__rules"), pk=pk)


def change_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a request for a change of circumstances."""
    return get_object_or_404(queries.changes_visible_to(request.user, today_of(request)), pk=pk)


def advice_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a question to the External Moderator."""
    return get_object_or_404(queries.advice_visible_to(request.user, today_of(request)), pk=pk)


def report_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a progress report."""
    return get_object_or_404(queries.reports_visible_to(request.user, today_of(request)), pk=pk)


def wide_frame(request: HttpRequest, record, current: str, **more):
    """The frame of a record; somebody who sees one thing of it and not the record itself gets no tabs."""
    context = frame(request, record, current, **more)
    if not queries.records_visible_to(request.user, today_of(request)).filter(pk=record.pk).exists():
        context["tabs"] = []
    return context
