"""The Viva (F4): when it is, how to join, booking, moving and calling it off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments import access, actions
from assessments.forms.final import BookVivaForm
from assessments.queries import viva as queries
from assessments.queries.stages import attempt_shown, released_rows
from assessments.states import Stage, VivaState
from assessments.views import _shown_viva as shown
from assessments.views._final import final_record_or_404, frame, joined_viva_or_404, record_or_404
from assessments.views._shown_final import earlier_results
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.ics import calendar_file
from ctts.common.parts import Confirm
from ctts.common.posted import data_of, today_of, tried
from ctts.common.verdict import TooLate, require
from ctts.common.whole_numbers import number_in
from ctts.organisations.access import OFFICE


@guarded(SIGNED_IN)
def viva(request, pk):
    """When it is and how long; how to join is for those who will be there, and the office."""
    record, today = final_record_or_404(request, pk), today_of(request)
    found = queries.viva_of_attempt(record, attempt_shown(record, Stage.VIVA))
    joins = found is not None and queries.vivas_joined_by(request.user, today).filter(pk=found.pk).exists()
    context = frame(request, record, "viva", viva=found, joins=joins)
    context.update(shown.viva_outcome(request.user, found, today))
    context["facts"] = shown.viva_facts(found, joins=joins and not context["released"])
    context["badge"] = shown.viva_badge(found, request.now)
    context.update(shown.viva_steps(request.user, record, found, request.now))
    context["when_booked"] = "" if context["facts"] else shown.when_booked(record)
    context["earlier"] = earlier_results(request.user, record, released_rows(record, Stage.VIVA), today)
    return render(request, "assessments/viva/one.html", context)


@guarded(
    OFFICE, methods="GET POST", effect="books a viva, and tells the trainee and both moderators", asks=(BookVivaForm,)
)
def viva_book(request, pk):
    """The office books it: day, time in London, joining link, extra time."""
    record = record_or_404(request, pk)
    require(access.can_book_viva(request.user, record, queries.viva_of(record), today_of(request)))
    form = BookVivaForm(data_of(request), today=today_of(request))

    def act():
        actions.book_viva(by=request.user, now=request.now, record_id=pk, **form.booking())
        messages.success(request, "Booked. Trainee and both moderators are told, with a calendar file.")

    words = {"title": "Book the viva", "action": "Book it"}
    return _booking(request, record, form, act, shown.booking_consequences(record, today_of(request)), **words)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="moves a booked viva, and tells the trainee and both moderators",
    asks=(BookVivaForm,),
)
def viva_move(request, pk):
    """Another day, time or joining link for a viva that is booked."""
    record, found = _booked(request, pk)
    form = BookVivaForm(data_of(request), initial=shown.booked_fields(found), today=today_of(request))

    def act():
        given = {"record_id": pk, "seen": form.cleaned_data["seen"] or 0, **form.booking()}
        actions.move_viva(by=request.user, now=request.now, **given)
        messages.success(request, "Moved. Trainee and both moderators are told, with a new calendar file.")

    words = {"title": "Move the viva", "action": "Move it"}
    return _booking(request, record, form, act, shown.moving_consequences(found, today_of(request)), **words)


def _booked(request, pk):
    record = record_or_404(request, pk)
    found = queries.viva_of(record)
    if found is None:
        raise TooLate("No viva is booked.")
    require(access.can_change_viva(request.user, found, request.now, today_of(request)))
    return record, found


def _booking(request, record, form, act, consequences, **words):
    if tried(form, act):
        return redirect("assessments:viva", record.pk)
    confirm = Confirm(
        cancel_url=reverse("assessments:viva", args=[record.pk]),
        consequences=consequences,
        form=form,
        kicker=f"{record.trainee}, {record.scope}",
        **words,
    )
    return confirm_page(request, confirm)


@guarded(OFFICE, methods="GET POST", effect="calls a booked viva off, and tells the trainee and both moderators")
def viva_cancel(request, pk):
    """The booking is called off; the viva is to be scheduled anew."""
    record, found = _booked(request, pk)
    if request.method == "POST":
        seen = number_in(request.POST.get("seen", ""))
        actions.cancel_viva(by=request.user, now=request.now, record_id=pk, seen=-1 if seen is None else seen)
        messages.success(request, "Called off. Trainee and both moderators are told.")
        return redirect("assessments:viva", pk)
    context = {"consequences": shown.cancelling_consequences(found, today_of(request))}
    return render(request, "assessments/viva/cancel.html", {**frame(request, record, "viva", viva=found), **context})


@guarded(SIGNED_IN)
def viva_calendar(request, pk):
    """The booked viva as a calendar file, for those who will be there and the office."""
    found = joined_viva_or_404(request, pk)
    if found.state != VivaState.BOOKED:
        raise TooLate("It is not booked at present.")
    content = calendar_file(queries.calendar_entry(found), now=request.now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="viva.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
