"""The office's desk: the queue with its filters, taking one or several applications, the list as a file (A4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import actions, queries
from applications.forms.office import DeskFilter, SaveFilterForm
from applications.models import Application, SavedFilter
from applications.states import EVERY, TO_WORK_ON, ApplicationState
from applications.views._shared import application_or_404
from applications.views._tables import HEADINGS, DeskTable, can_be_chosen, line_of
from ctts.accounts.models import User
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import guarded
from ctts.common.parts import Pill, Tab
from ctts.common.posted import status_of, today_of, tried
from ctts.common.whole_numbers import number_in
from ctts.organisations.access import OFFICE
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role

ROWS = 25


@guarded(OFFICE)
def desk(request: HttpRequest) -> HttpResponse:
    """The queue: a board of states with counts, filters in the address, oldest receipt first (A4, screens 19)."""
    return _desk_page(request)


def _desk_page(request: HttpRequest, form: SaveFilterForm | None = None) -> HttpResponse:
    """The queue; `form` is the name that was sent for the filters in force, with its errors."""
    today = today_of(request)
    filters = _filters(request)
    wanted = filters.wanted()
    rows = queries.desk(request.user, today, **wanted)
    counts = queries.counts_by_state(request.user, today, **_without(wanted, "state"))
    page = _paginator(rows, wanted, counts).get_page(request.GET.get("page"))
    shown = queries.with_lights(page.object_list, today, reader=request.user)
    office = _office(shown, request.user, today)
    exports = _exports(wanted) if shown else []
    table = DeskTable(shown, today=today, reader=request.user, office=office, exports=exports)
    context = {
        "table": table,
        "can_claim": any(can_be_chosen(row.application, request.user) for row in shown),
        "page": page,
        "filters": filters,
        "pills": _pills(filters, wanted),
        "tabs": _board(counts, wanted),
        "total": sum(counts.values()),
        "saved": _saved(request, wanted),
        "save_form": form or SaveFilterForm(),
        "query": _address(_held(wanted)),
    }
    return render(request, "applications/desk.html", context, status=status_of(form))


def _office(rows: list[queries.DeskRow], reader: User, today: date) -> set[int]:
    """Ids of those of the office today; read only where somebody else than the reader has a row."""
    others = {row.application.claimed_by_id for row in rows} - {None, reader.pk}
    return {reader.pk, *(people_with(Role.OFFICE, today).values_list("pk", flat=True) if others else ())}


def _saved(request: HttpRequest, wanted: dict[str, Any]) -> list[tuple[SavedFilter, str, bool]]:
    """The reader's own filters: each, its address, and whether it is the one in force."""
    return [(row, _address(row.wanted), row.wanted == _held(wanted)) for row in queries.saved_filters(request.user)]


def _filters(request: HttpRequest) -> DeskFilter:
    """The filters in the address."""
    return DeskFilter(request.GET, queries.desk_choices())


def _held(wanted: dict[str, Any]) -> dict[str, Any]:
    """The filters in force."""
    return {name: value for name, value in wanted.items() if value}


def _without(wanted: dict[str, Any], one: str) -> dict[str, Any]:
    """The other filters."""
    return {name: value for name, value in wanted.items() if name != one}


@guarded(OFFICE, methods="POST", effect="keeps the filters in the address under a name", asks=(SaveFilterForm,))
def save_filter(request: HttpRequest) -> HttpResponse:
    """The filters that the desk showed stand in the address; they are kept for this person (screens 19)."""
    wanted = _filters(request).wanted()
    form = SaveFilterForm(request.POST)

    def save() -> object:
        return actions.save_filter(by=request.user, now=request.now, name=form.cleaned_data["label"], wanted=wanted)

    if not tried(form, save):
        return _desk_page(request, form)
    messages.success(request, f"“{form.cleaned_data['label']}” is kept.")
    return redirect(f"{reverse('applications:desk')}{_address(_held(wanted))}")


@guarded(OFFICE, methods="POST", effect="removes a filter that this person kept")
def remove_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """A filter of one's own goes; nobody else has it."""
    saved = get_object_or_404(queries.saved_filters(request.user), pk=pk)
    actions.remove_filter(by=request.user, now=request.now, saved=saved)
    messages.success(request, f"“{saved.name}” is removed.")
    return redirect(f"{reverse('applications:desk')}{_address(saved.wanted)}")


def _paginator(rows: QuerySet[Application], wanted: dict[str, Any], counts: dict[str, int]) -> Paginator[Any]:
    """The queue in pages; the board has counted its rows already."""
    paginator = Paginator(rows, ROWS)
    shown = {"": TO_WORK_ON, EVERY: counts}.get(wanted["state"], [wanted["state"]])
    paginator.count = sum(counts.get(state, 0) for state in shown)
    return paginator


def _pills(filters: DeskFilter, wanted: dict[str, Any]) -> list[Pill]:
    words = {
        **{name: str(filters.cleaned_data.get(name)) for name in ("intake", "scope", "centre")},
        "state": "Those that have ended as well" if wanted["state"] == EVERY else _label_of(wanted["state"]),
        "name": f"Applicant: {wanted['name']}",
        "mine": "Claimed by me",
    }
    kept = _held(wanted)
    return [Pill(words[name], _address(_without(kept, name))) for name in kept]


def _label_of(state: str) -> str:
    return str(dict(ApplicationState.choices).get(state, ""))


def _address(kept: dict[str, Any]) -> str:
    """The filters in the order of the form, whatever order they were kept in."""
    words = {name: kept[name] for name in DeskFilter.base_fields if name in kept}
    return f"?{urlencode({name: 'on' if value is True else value for name, value in words.items()})}"


def _board(counts: dict[str, int], wanted: dict[str, Any]) -> list[Tab]:
    """The states with how many the other filters find in each; a tab keeps those filters."""
    current, others = wanted["state"], _without(_held(wanted), "state")
    to_do = sum(many for state, many in counts.items() if state in TO_WORK_ON)
    numbers = {"": to_do, EVERY: sum(counts.values()), **{str(key): counts.get(key, 0) for key in ApplicationState}}
    words = {"": "To work on", EVERY: "All", **{str(state): str(state.label) for state in ApplicationState}}
    return [
        Tab(words[key], _address({**others, "state": key} if key else others), key == current, number)
        for key, number in numbers.items()
    ]


def _exports(wanted: dict[str, Any]) -> list[tuple[str, str]]:
    """The addresses at which exactly the rows that are found stand in a file, on all pages."""
    query = _address(_held(wanted))
    return export_links(lambda kind: reverse("applications:export", args=[kind]), query)


@guarded(OFFICE)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The queue as a file: the rows that the filters in the address find, with the columns of the page (screens 21)."""
    if kind not in KINDS:
        raise Http404
    today = today_of(request)
    rows = queries.desk(request.user, today, **_filters(request).wanted())
    lines = (line_of(row, today) for row in queries.every_light(rows, today, reader=request.user))
    return as_file(kind, f"Applications {today.isoformat()}", HEADINGS, lines)


@guarded(OFFICE, methods="POST", effect="takes several applications to oneself; received ones go into review")
def claim_several(request: HttpRequest) -> HttpResponse:
    """Take those that were chosen; who could not be taken is named with the reason (A4)."""
    taken, refused = actions.claim_several(by=request.user, now=request.now, chosen=list(_chosen(request)))
    if taken:
        messages.success(request, f"Yours now: {', '.join(taken)}.")
    for name, reason in refused:
        messages.warning(request, f"{name} was not taken. {reason}")
    if not taken and not refused:
        messages.error(request, "Nothing was taken. Choose at least one application first.")
    return redirect(f"{reverse('applications:desk')}?{request.GET.urlencode()}")


def _chosen(request: HttpRequest) -> Iterator[tuple[int, int | None]]:
    """(application, who had it on the page) of each row that was chosen; what is neither is left out."""
    for word in request.POST.getlist("row"):
        row, _, holder = word.partition(":")
        pk, seen_holder = number_in(row), number_in(holder)
        if pk is not None and (not holder or seen_holder is not None):
            yield pk, seen_holder


@guarded(OFFICE, methods="POST", effect="takes an application to oneself; a received one goes into review")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, or take it over from the colleague the page named (A4)."""
    application = application_or_404(request, pk)
    seen = number_in(request.POST.get("holder", ""))
    actions.claim(by=request.user, now=request.now, application_id=application.pk, seen_holder=seen)
    messages.success(request, f"The application of {application.legal_name} is yours.")
    return redirect("applications:review", pk)
