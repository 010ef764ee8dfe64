"""The office's pages of intakes (I); events have theirs in training, which knows who comes."""

from datetime import date, timedelta
from fractions import Fraction

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirm_page
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep, Tab
from ctts.common.posted import data_of, made, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day, money, month, percent
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.calendar import DatesForm, FeeForm
from ctts.scheme.states import EventKind, IntakeState
from ctts.scheme.views.tables import IntakeTable

NO_FEE = "Enter the fee first: an intake opens only with its fee."
MOVABLE = (IntakeState.PLANNED, IntakeState.OPEN)


def _tabs(here):
    pages = [("Intakes", "scheme:intakes"), ("Events", "training:office_events")]
    return [Tab(label, reverse(name), current=name == here) for label, name in pages]


@guarded(OFFICE)
def listed(request):
    """All intakes with their days, fees and states."""
    table = IntakeTable(queries.intakes())
    return render(request, "scheme/intakes.html", {"table": table, "tabs": _tabs("scheme:intakes")})


@guarded(OFFICE, methods="POST", effect="enters the intakes of the coming years by the rule")
def prefill(request):
    """Enter the intakes of this year and the five to come; those already there stay as they are (I1)."""
    made = actions.prefill_intakes(by=request.user, now=request.now)
    words = f"{len(made)} intakes are entered." if made else "Every intake of the coming years is there already."
    messages.success(request, words)
    return redirect("scheme:intakes")


@guarded(OFFICE)
def intake(request, pk):
    """One intake: days, fee, state, events, and what can be done next."""
    found = get_object_or_404(queries.intakes(), pk=pk)
    context = {
        "intake": found,
        "badge": badge_for(found.state, found.get_state_display()),
        "step": _next_step(found, today_of(request)),
        "facts": _facts(found),
        "fee_open": found.state == IntakeState.PLANNED,
        "dates_open": found.state in MOVABLE,
        "events": queries.events_for_office().filter(intake=found),
    }
    return render(request, "scheme/intake.html", context)


def _next_step(found, today):
    if found.state == IntakeState.PLANNED:
        over = f"Its cut-off was {day(found.cutoff_on)}." if found.cutoff_on < today else ""
        reason = over or (NO_FEE if found.fee_gross_pence is None else "")
        return NextStep("Open it for applications", reverse("scheme:open_intake", args=[found.pk]), reason)
    if found.state == IntakeState.CLOSED:
        return NextStep("Finish it", reverse("scheme:finish_intake", args=[found.pk]))
    return None


def _facts(found):
    rate = found.vat_basis_points
    return [
        ("Applications", f"{day(found.opens_on)} through {day(found.cutoff_on)}"),
        ("Enrolment", day(found.enrolment_on)),
        ("Induction Day", day(found.induction_on)),
        ("Fee without VAT", money(found.fee_net_pence)),
        ("VAT", "" if rate is None else percent(Fraction(rate, 100), 0 if rate % 100 == 0 else 2)),
        ("Fee with VAT", money(found.fee_gross_pence)),
    ]


@guarded(OFFICE, methods="GET POST", effect="sets the fee of an intake", asks=(FeeForm,))
def fee(request, pk):
    """The fee: pounds and per cent typed, pence kept; fixed once the intake is open (I6)."""
    found = get_object_or_404(queries.intakes(), pk=pk)
    require(access.can_set_fee(request.user, found, today_of(request)))
    form = FeeForm(data_of(request), intake=found)
    kept = made(form, lambda: actions.set_fee(by=request.user, now=request.now, intake_id=pk, **form.cleaned_data))
    if kept is not None:
        messages.success(request, f"The fee of {kept} is {money(kept.fee_gross_pence)} with VAT.")
        if names := ", ".join(queries.hit_by_fee(kept)):
            messages.warning(request, f"{GOES_BACK}: {names}.")
        return redirect("scheme:intake", pk)
    lede, mailed = "Fixed once the intake is open; purchase orders must cover it.", queries.mailed_the_fee(found)
    return _ask(request, form, found, "Set the fee", lede, mailed=mailed)


@guarded(OFFICE, methods="GET POST", effect="moves the dates of an intake", asks=(DatesForm,))
def dates(request, pk):
    """The days of an intake, as long as it is not closed, and which of its events move with them (I2, I3)."""
    found = get_object_or_404(queries.intakes(), pk=pk)
    require(access.can_move_dates(request.user, found, today_of(request)))
    form = DatesForm(data_of(request), intake=found)
    common = {"by": request.user, "now": request.now, "intake_id": pk}
    if tried(form, lambda: actions.move_intake_dates(**common, dates=form.dates(), seen=form.cleaned_data["seen"])):
        messages.success(request, f"The dates of {found} are moved; see below when its events are.")
        found.refresh_from_db()
        for words in _seams(found, queries.intakes()):
            messages.warning(request, words)
        return redirect("scheme:intake", pk)
    events = queries.events_for_office().filter(intake=found, called_off_at__isnull=True)
    rows = list(queries.intakes())
    around = [one for one in rows if one.pk != pk and abs(one.opens_on - found.cutoff_on) < ABOUT]
    more = {"events": _by_kind(events), "moves": True, "around": around, "seams": _seams(found, rows)}
    return _ask(request, form, found, "Move the dates", "The four days follow each other in this order.", **more)


def _seams(found, rows):
    """The gap or overlap of an intake with its neighbours, a sentence each (I1, I2)."""
    return [_seam_in_words(seam) for seam in queries.seams_with_neighbours(found, rows)]


def _seam_in_words(seam):
    before, after = (month(date(one.year, one.month, 1)) for one in (seam.before, seam.after))
    days = f"on {day(seam.first)}" if seam.first == seam.last else f"from {day(seam.first)} through {day(seam.last)}"
    if seam.gap:
        return f"A gap {days}: {before} takes no applications any more, {after} not yet."
    return f"An overlap {days}: {before} and {after} both take applications."


ABOUT = timedelta(days=366)  # the intakes before and after, whose windows a moved day may meet


def _by_kind(events):
    """Events of an intake in order of time, each with whether it moves with the induction day."""
    return [(event, event.kind == EventKind.INDUCTION) for event in reversed(events)]


def _ask(request, form, found, title, lede, **more):
    context = {"form": form, "intake": found, "title": title, "lede": lede, **more}
    return render(request, "scheme/intake_form.html", context, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="opens an intake for applications")
def open_one(request, pk):
    """Open an intake, after showing what that means (I6)."""
    found = get_object_or_404(queries.intakes(), pk=pk)
    if request.method == "POST":
        actions.open_intake(by=request.user, now=request.now, intake_id=pk)
        messages.success(request, f"{found} takes applications.")
        return redirect("scheme:intake", pk)
    through = f"Applications received from {day(found.opens_on)} through {day(found.cutoff_on)} belong to it."
    confirm = Confirm(
        title=f"Open {found}",
        action="Open it for applications",
        cancel_url=reverse("scheme:intake", args=[pk]),
        consequences=[
            Consequence(through),
            Consequence("The fee is fixed:", f"{money(found.fee_gross_pence)} with VAT" if _priced(found) else "none"),
            *_told_of_opening(found),
        ],
        mind=_before_its_day(found, today_of(request)),
        hold=_hold(found),
    )
    return confirm_page(request, confirm)


def _before_its_day(found, today):
    """A word where an intake would open before its own first day (I2); by itself it opens on that day."""
    return f"By itself it opens on {day(found.opens_on)}, not today." if today < found.opens_on else ""


GOES_BACK = "The purchase order does not cover the fee, so the application goes back, and both sides are mailed"


def _told_of_opening(found):
    """Who hears of it: nobody, but for those whose purchase order does not cover its fee (I5, A3 f)."""
    shown = "The front page shows it as open to everybody."
    names = ", ".join(queries.hit_by_fee(found))
    if not names:
        return [Consequence(f"{shown} Nobody is mailed.")]
    return [Consequence(shown), Consequence(f"{GOES_BACK}:", names)]


def _priced(found):
    return found.fee_gross_pence is not None


def _hold(found):
    if found.state != IntakeState.PLANNED:
        return f"{found} is: {found.get_state_display().lower()}."
    return "" if _priced(found) else NO_FEE


@guarded(OFFICE, methods="GET POST", effect="ends the enrolment into an intake")
def finish(request, pk):
    """Stop enrolling into a closed intake (I5)."""
    found = get_object_or_404(queries.intakes(), pk=pk)
    if request.method == "POST":
        actions.finish_intake(by=request.user, now=request.now, intake_id=pk)
        messages.success(request, f"{found} is finished.")
        return redirect("scheme:intake", pk)
    waiting = queries.left_in(found)
    hold = f"{' '.join(waiting)} Settle this first: finished, nobody is enrolled into it any more." if waiting else ""
    if found.state != IntakeState.CLOSED:
        hold = f"Only a closed intake is finished; this one is: {found.get_state_display().lower()}."
    confirm = Confirm(
        title=f"Finish {found}",
        action="Finish it",
        cancel_url=reverse("scheme:intake", args=[pk]),
        consequences=[Consequence("Nobody is enrolled into it any more."), Consequence("It cannot be opened again.")],
        hold=hold,
        danger=True,
    )
    return confirm_page(request, confirm)
