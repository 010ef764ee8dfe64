"""The Training Co-ordinator's centre at a glance: numbers, each with the list behind it (T4, T7, T8, C1, C2)."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from ctts.common.guards import guarded
from ctts.common.posted import today_of
from ctts.organisations.access import COORDINATOR
from ctts.organisations.queries import centres_co_ordinated_by, supervisors_of
from ctts.scheme.queries import conditions_visible_to, scopes_of_centre
from training import queries
from training.views import _shown_centre as shown


def _centre(request, pk):
    return get_object_or_404(centres_co_ordinated_by(request.user, today_of(request)), pk=pk)


@guarded(COORDINATOR)
def centres(request):
    """The centres of a Training Co-ordinator; whoever has one is led to it."""
    rows = list(centres_co_ordinated_by(request.user, today_of(request)))
    if len(rows) == 1:
        return redirect("training:centre", rows[0].pk)
    return render(request, "training/centre/all.html", {"rows": rows})


@guarded(COORDINATOR)
def centre(request, pk):
    """What needs the co-ordinator, in numbers: each opens the list behind it."""
    found, today = _centre(request, pk), today_of(request)
    seen = queries.glance(request.user, found, today)
    supervisors = supervisors_of(found, today)
    open_conditions = conditions_visible_to(request.user, today).filter(accreditation__organisation=found)
    held = shown.accreditations(scopes_of_centre(found, today), open_conditions, today)
    context = {"centre": found, "figures": shown.figures(found, seen, supervisors), "held": held}
    return render(request, "training/centre/glance.html", context)


@guarded(COORDINATOR)
def centre_list(request, pk, what):
    """The list behind a number: trainees, months, competencies, concerns, reports, supervisors."""
    found, today = _centre(request, pk), today_of(request)
    if what not in shown.LISTS:
        raise Http404
    seen = queries.glance(request.user, found, today)
    context = {"centre": found, "list": shown.LISTS[what]}
    if what == "trainees":
        standings = queries.standings_of(seen.records, today)
        context["trainees"] = [(row, standings[row.pk]) for row in seen.records]
    else:
        context["rows"] = shown.rows_of(what, seen, supervisors_of(found, today))
    return render(request, "training/centre/list.html", context)
