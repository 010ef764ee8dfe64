"""The office: every trainee in one table (screens 21)."""

import django_tables2 as tables
from django.shortcuts import render
from django.urls import reverse

from ctts.common.guards import guarded
from ctts.common.posted import paged, today_of
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, light, time_of
from ctts.organisations.access import OFFICE
from ctts.organisations.queries import centres
from ctts.scheme.queries import frameworks_published, intakes, scopes_in_use
from training import queries
from training.forms import OfficeFilterForm
from training.queries import Wanted
from training.views import _shown

ON_A_PAGE = 25
# The last words of every order: rows that are alike in a column must not change places between two pages.
BY_NAME = ("trainee__sort_name", "pk")
NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}


class TraineeTable(tables.Table):
    """The office's list: who, where, how far, and the light with its reason."""

    name = tables.Column(
        accessor="trainee__full_name",
        order_by=BY_NAME,
        verbose_name="Trainee",
        linkify=lambda record: reverse("training:record", args=[record.pk]),
    )
    centre = tables.Column(accessor="centre__name", order_by=("centre__name", *BY_NAME), verbose_name="Training Centre")
    scope = tables.Column(accessor="scope__name", order_by=("scope__name", *BY_NAME), verbose_name="Scope")
    start = tables.Column(accessor="start_on", order_by=("start_on", *BY_NAME), verbose_name="Start")
    state = tables.Column(orderable=False)
    signed = tables.Column(accessor="pk", order_by=("signed", *BY_NAME), verbose_name="Signed", attrs=NUMBER)
    waiting = tables.Column(accessor="pk", order_by=("waiting", *BY_NAME), verbose_name="Waiting", attrs=NUMBER)
    light = tables.Column(accessor="pk", verbose_name="Standing", orderable=False)

    caption = "Trainees"
    row_header = "name"

    class Meta:
        empty_text = "No trainee fits these filters"

    standings = {}

    def render_start(self, value):
        return time_of(value)

    def render_state(self, value, record):
        return badge(badge_for(record.state, value, "trainingrecord"))

    def render_signed(self, value):
        progress = self.standings[value].progress
        return f"{progress.signed} of {progress.total}"

    def render_waiting(self, value):
        return self.standings[value].progress.waiting

    def render_light(self, value):
        shown = self.standings[value].light
        return light(shown) if shown else ""


@guarded(OFFICE)
def trainees(request):
    """All trainees: search, filter, sort, twenty-five a page; the cost does not grow with their number."""
    today = today_of(request)
    choices = {
        "scope": scopes_in_use(),
        "centre": centres(),
        "intake": intakes(),
        "framework": frameworks_published(),
    }
    form = OfficeFilterForm(request.GET or None, choices=choices)
    given = form.cleaned_data if form.is_valid() else {}
    ids = {f"{name}_id": given[name].pk for name in choices if given.get(name)}
    wanted = Wanted(given.get("q", ""), given.get("state", ""), **ids)
    table = TraineeTable(queries.office_trainees(request.user, today, wanted), order_by="name")
    paged(table, request, ON_A_PAGE)
    table.standings = queries.standings_of([row.record for row in table.paginated_rows], today)
    context = {"table": table, "form": form, "pills": _shown.office_pills(form), "intakes": queries.cohort_intakes()}
    return render(request, "training/office.html", context)
