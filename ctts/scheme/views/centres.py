"""The office's pages of centres: sites, people, accreditation for each scope (C1–C3)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirm_page
from ctts.common.guards import guarded
from ctts.common.moves import can_move
from ctts.common.parts import Confirm, Consequence, Light, NextStep
from ctts.common.posted import data_of, paged, status_of, today_of, tried
from ctts.common.verdict import require
from ctts.organisations import queries as organisations
from ctts.organisations.access import OFFICE
from ctts.organisations.states import Kind
from ctts.scheme import actions, queries
from ctts.scheme.forms.centres import ApplyForm, DecideForm
from ctts.scheme.rules import accreditation_light
from ctts.scheme.states import ACCREDITATION_MOVES
from ctts.scheme.views.tables import CentreTable

A_PAGE = 25
ENDINGS = {
    "suspend": ("Suspend", "New applicants cannot choose the centre for this scope until it is accredited again."),
    "withdraw": ("Withdraw", "New applicants cannot choose the centre for this scope. This cannot be taken back."),
}


@guarded(OFFICE)
def listed(request):
    """Every centre with its accreditations."""
    table = CentreTable(queries.centres_for_office())
    paged(table, request, A_PAGE)
    step = NextStep("Enter a centre", reverse("organisations:enter_centre"))
    return render(request, "scheme/centres.html", {"table": table, "step": step})


@guarded(OFFICE)
def centre(request, pk):
    """One centre: its facts, sites, accreditations with lights, and the people by role."""
    found = get_object_or_404(queries.centres_for_office(), pk=pk)
    today = today_of(request)
    numbers = queries.numbers_on(today)
    context = {
        "centre": found,
        "facts": _facts(found),
        "accreditations": [(row, _light(row, today, numbers), _open_moves(row)) for row in found.shown_accreditations],
        "people": organisations.people_at(found, today),
        "step": _apply_step(found),
    }
    return render(request, "scheme/centre.html", context)


def _facts(found):
    return [
        ("Code", found.code),
        ("Kind", found.get_kind_display()),
        ("ODS code", found.ods_code),
        ("Trust, health board or company", found.employer_group),
        ("Member of", found.consortium.name if found.consortium else "No consortium"),
        ("Sites", "; ".join(f"{site.name} ({site.get_nation_display()})" for site in found.sites.all())),
    ]


def _light(row, today, numbers):
    shown = accreditation_light(row.state, row.ends_on, today, numbers)
    return Light(*shown) if shown else None


def _open_moves(row):
    """The addresses of the steps that are open: deciding, suspending, withdrawing."""
    steps = [("Decide", "decide", _can_decide(row))]
    steps += [(verb, how, can_move(row, ACCREDITATION_MOVES, how)) for how, (verb, _) in ENDINGS.items()]
    return [(label, reverse(f"scheme:{name}", args=[row.pk])) for label, name, is_open in steps if is_open]


def _apply_step(found):
    reason = "An employer is not accredited; its centres are." if found.kind == Kind.EMPLOYER else ""
    return NextStep("Enter an application", reverse("scheme:apply", args=[found.pk]), reason)


@guarded(OFFICE, methods="GET POST", effect="enters a centre's application for accreditation")
def apply(request, pk):
    """A centre asks to be accredited for a scope; the office enters it for them (C3)."""
    found = get_object_or_404(organisations.centres(), pk=pk)
    form = ApplyForm(data_of(request))
    if request.method == "POST" and form.is_valid():
        applied = actions.apply_for_accreditation(
            by=request.user, now=request.now, organisation=found, **form.cleaned_data
        )
        messages.success(request, f"The application for {applied.scope} is entered and waits for a decision.")
        return redirect("scheme:centre", pk)
    context = {"form": form, "centre": found, "title": "Enter an application", "lede": ""}
    return render(request, "scheme/centre_form.html", context, status=status_of(form))


def _can_decide(row):
    granted = can_move(row, ACCREDITATION_MOVES, "accredit")
    return granted or can_move(row, ACCREDITATION_MOVES, "accredit_with_conditions")


@guarded(OFFICE, methods="GET POST", effect="decides an accreditation")
def decide(request, pk):
    """Accredit, with conditions or without, or decline (C1)."""
    row = get_object_or_404(queries.accreditations_for_office(), pk=pk)
    require(_can_decide(row))
    today = today_of(request)
    form = DecideForm(data_of(request), accreditation=row, today=today)
    common = {"by": request.user, "now": request.now, "accreditation_id": pk}
    if tried(form, lambda: actions.decide_accreditation(**common, **form.values())):
        messages.success(request, f"{row.scope} is decided.")
        return redirect("scheme:centre", row.organisation_id)
    title = f"Decide the accreditation for {row.scope}"
    lede = f"At present: {row.get_state_display()}. Trainees already enrolled keep training whatever is decided."
    context = {"form": form, "centre": row.organisation, "title": title, "lede": lede}
    return render(request, "scheme/centre_form.html", context, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="suspends an accreditation")
def suspend(request, pk):
    """Suspend an accreditation (C1)."""
    row = get_object_or_404(queries.accreditations_for_office(), pk=pk)
    if request.method == "POST":
        actions.end_accreditation(by=request.user, now=request.now, accreditation_id=pk, how="suspend")
        messages.success(request, f"{row.scope} is suspended.")
        return redirect("scheme:centre", row.organisation_id)
    return _confirm_end(request, row, "suspend")


@guarded(OFFICE, methods="GET POST", effect="withdraws an accreditation")
def withdraw(request, pk):
    """Withdraw an accreditation for good (C1)."""
    row = get_object_or_404(queries.accreditations_for_office(), pk=pk)
    if request.method == "POST":
        actions.end_accreditation(by=request.user, now=request.now, accreditation_id=pk, how="withdraw")
        messages.success(request, f"{row.scope} is withdrawn.")
        return redirect("scheme:centre", row.organisation_id)
    return _confirm_end(request, row, "withdraw")


def _confirm_end(request, row, how):
    require(can_move(row, ACCREDITATION_MOVES, how))
    verb, meaning = ENDINGS[how]
    confirm = Confirm(
        title=f"{verb} {row.scope}",
        kicker=row.organisation.name,
        action=f"{verb} it",
        cancel_url=reverse("scheme:centre", args=[row.organisation_id]),
        consequences=[
            Consequence(meaning),
            Consequence("Trainees already enrolled keep training, and their records stay."),
            Consequence("Nobody is mailed: tell the Training Co-ordinator yourself."),
        ],
        danger=True,
    )
    return confirm_page(request, confirm)
