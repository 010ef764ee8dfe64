"""What the pages of assessments share: the one door to each thing, the head and tabs of a record, pressing a step."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assessments import queries
from ctts.common.posted import status_of, today_of, tried
from ctts.common.states_shown import badge_for
from training import queries as training
from training.actions import StaleText


def record_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a record; a stranger cannot tell a missing one from a hidden one."""
    return get_object_or_404(training.records_visible_to(request.user, today_of(request)), pk=pk)


def first_year_or_404(request: HttpRequest, pk: int):
    """The only way a view gets an attempt at the End of First Year Assessment."""
    return get_object_or_404(queries.first_years_visible_to(request.user, today_of(request)), pk=pk)


def outcome_or_404(request: HttpRequest, pk: int):
    """The only way a view gets an outcome: staff, and before release none who belong to the training (F1)."""
    return get_object_or_404(queries.outcomes_visible_to(request.user, today_of(request)), pk=pk)


def frame(request: HttpRequest, record, **more) -> dict[str, object]:
    """The context every page of a record's assessments has."""
    return {
        "record": record,
        "mine": request.user.pk == record.trainee_id,
        "tabs": training.record_tabs(record, "assessments:record"),
        "kicker": f"{record.trainee}, {record.scope} · {record.centre}",
        "record_badge": badge_for(record.state, record.get_state_display(), "trainingrecord"),
        **more,
    }


class Pressed:
    """What became of a form that was sent: `done`; or the `form` to show again, and why it was `stale`."""

    def __init__(self, form, *, done=False, stale="") -> None:
        self.form, self.done, self.stale = form, done, stale

    @property
    def status(self) -> int:
        """200 for a page only looked at, 422 for a form that is wrong, 409 for one that is stale."""
        return 409 if self.stale else status_of(self.form)


def pressed(request: HttpRequest, make, seen, act):
    """Show the form that `make(data, initial)` gives, or send it: `act(cleaned_data, form)` is the one domain call.

    `seen()` is the digest of what the page shows. A stale form comes back with everything typed, ready to be sent
    again over what is there now (quality rule 2).
    """
    if request.method != "POST":
        return Pressed(make(None, {"seen": seen()}))
    form = make(request.POST, None)
    try:
        return Pressed(form, done=tried(form, lambda: act(form.cleaned_data, form)))
    except StaleText as stale:
        return Pressed(make({**request.POST.dict(), "seen": seen()}, None), stale=str(stale))
