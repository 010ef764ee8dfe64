"""What the pages of moderation share: doors, the day, trying an action, a page that says what a step will do."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from ctts.common.posted import today_of
from moderation import queries
from training import queries as training_queries


def diploma_or_404(request, pk):
    """The only way a view gets a diploma; a stranger cannot tell a missing one from a hidden one."""
    return get_object_or_404(queries.diplomas_visible_to(request.user, today_of(request)), pk=pk)


def run_or_404(request, pk):
    """The only way a view gets a run of diplomas."""
    return get_object_or_404(queries.runs_visible_to(request.user, today_of(request)), pk=pk)


def record_or_404(request, pk):
    """The only way a view gets a training record."""
    return get_object_or_404(training_queries.records_visible_to(request.user, today_of(request)), pk=pk)


def own_record_or_404(request, pk):
    """The only way a view gets the record whose trainee puts a pack together: their own."""
    return get_object_or_404(queries.registering(request.user), pk=pk)
