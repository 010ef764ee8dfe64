"""The office's page of one accreditation: what was handed in, visits, conditions, history (C3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import ask_page
from ctts.common.guards import guarded
from ctts.common.moves import can_move
from ctts.common.parts import NextStep
from ctts.common.posted import data_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.documents.serving import serve
from ctts.organisations.access import OFFICE
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.conditions import VisitForm
from ctts.scheme.states import ACCREDITATION_MOVES
from ctts.scheme.views._applications import light_of, shown_application, steps_of


def _found(pk):
    return get_object_or_404(queries.accreditations_for_office(), pk=pk)


@guarded(OFFICE)
def accreditation(request, pk):
    """One accreditation with all that the office decides it by (C1, C3)."""
    found, today = _found(pk), today_of(request)
    handed_in = queries.application_behind(request.user, today, found)
    shown = (
        shown_application(handed_in, request.user, today)
        if handed_in
        else {"application": None, "reader": request.user}
    )
    may = access.can_decide_accreditation(request.user, found, today)
    context = {
        **shown,
        "editable": False,
        "accreditation": found,
        "badge": badge_for(found.state, found.get_state_display()),
        "light": _light(found, today),
        "facts": _facts(found, handed_in),
        "step": _step(found, may),
        "endings": [how for how in ("suspend", "withdraw") if may and can_move(found, ACCREDITATION_MOVES, how)],
        "conditions": queries.conditions_of(found),
        **_visits(request.user, found, today),
        "history": steps_of(found),
    }
    return render(request, "scheme/accreditation.html", context)


def _visits(user, found, today):
    may = access.can_read_visits(user, found, today)
    return {"visits": queries.visits_of(found) if may else (), "visits_closed": may.reason}


def _light(found, today):
    stands = queries.conditions_stand(found.organisation, today)
    return light_of(found, today, stands, queries.valid_days_beside(found))


def _facts(found, handed_in):
    sent = f"{day(handed_in.sent_at)}, by {handed_in.sent_by}" if handed_in else "By the office, for the centre"
    renews = handed_in.renews if handed_in else None
    return [
        ("Applied for", sent),
        ("Renews", f"what is valid through {day(renews.ends_on)}" if renews else "Nothing"),
        ("From", day(found.starts_on) or "Not decided"),
        ("Through", day(found.ends_on) or "Not decided"),
    ]


def _step(found, may):
    open_now = can_move(found, ACCREDITATION_MOVES, "accredit_with_conditions")
    return NextStep("Decide", reverse("scheme:decide", args=[found.pk]), may.reason) if open_now else None


@guarded(OFFICE, methods="GET POST", effect="notes a visit to a centre", asks=(VisitForm,))
def note_visit(request, pk):
    """When who visited and what was seen; for the office alone, never edited (C3)."""
    found = _found(pk)
    require(access.can_read_visits(request.user, found, today_of(request)))
    form = VisitForm(data_of(request), request.FILES or None, today=today_of(request))
    common = {"by": request.user, "now": request.now, "accreditation_id": pk}
    if tried(form, lambda: actions.note_visit(**common, **form.cleaned_data)):
        messages.success(request, "The visit is noted.")
        return redirect("scheme:accreditation", pk)
    back = reverse("scheme:accreditation", args=[pk])
    return ask_page(
        request, form, title="Note a visit", kicker=found, lede="The centre does not read it.", back_url=back
    )


@guarded(OFFICE)
def visit_file(request, pk, document_id):
    """The report of a visit."""
    require(access.can_read_visits(request.user, _found(pk), today_of(request)))
    found = queries.file_of_visit(pk, document_id)
    if found is None:
        raise Http404
    return serve(found, reader=request.user, headers=request.headers, method=request.method, inline=True)
