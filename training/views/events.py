"""The events of a trainee: to come and over, signing up, giving a place back, the calendar file (T9)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.ics import calendar_file
from ctts.common.posted import today_of
from ctts.common.verdict import require
from training import access, actions, queries
from training.states import AttendanceState
from training.views import _shown_events as shown
from training.views._frame import frame, record_or_404


def _attendance_or_404(request, pk):
    """The only way a view gets an attendance."""
    return get_object_or_404(queries.attendances_visible_to(request.user, today_of(request)), pk=pk)


@guarded(SIGNED_IN)
def events(request, pk):
    """The events to which a trainee was invited: to come, and over."""
    record = record_or_404(request, pk)
    found = queries.events_of(record, request.now)
    context = frame(request, record, "events")
    for name in ("coming", "past"):
        rows = getattr(found, name)
        context[name] = [(row, shown.when(row.event), shown.attendance_badge(row, request.now)) for row in rows]
    return render(request, "training/events/list.html", context)


@guarded(SIGNED_IN)
def event(request, pk):
    """One event of a trainee, and what they can do about it; how to join is theirs alone."""
    found = _attendance_or_404(request, pk)
    joins = access.can_join(request.user, found)
    begun = found.event.starts_at <= request.now
    queue = queries.queue_of(found.event) if found.event.places and not begun else []
    context = frame(request, found.record, "events", attendance=found, event=found.event)
    context["facts"] = shown.trainee_facts(found, joins=bool(joins), queue=len(queue))
    context["place_in_queue"] = next((n for n, one in enumerate(queue, 1) if one.pk == found.pk), 0)
    context["over"] = begun and not found.event.called_off_at
    context["no_place"] = shown.without_place(found, request.now)
    context["ended"] = found.event.ends_at <= request.now
    context["can_sign_up"] = access.can_sign_up(request.user, found, request.now)
    context["can_give_back"] = access.can_give_back(request.user, found, request.now)
    context["can_take_over"] = access.can_take_over_event(request.user, found)
    context["in_log"] = queries.cpd_entry_of(found) if context["mine"] else None
    context["full"] = queries.is_full(found.event)
    context["badge"] = shown.attendance_badge(found, request.now)
    context["gives_file"] = _has_entry(found)
    return render(request, "training/events/one.html", context)


def _has_entry(attendance):
    """Whether a calendar may have an entry of it: of whoever has a place, or gave one back, or it was called off."""
    left = attendance.event.called_off_at is not None or attendance.state == AttendanceState.NOT_COMING
    return access.has_place(attendance) or left


@guarded(SIGNED_IN, methods="POST", effect="signs up for an event as the trainee")
def event_sign_up(request, pk):
    """A place, or one on the waiting list."""
    found = _attendance_or_404(request, pk)
    kept = actions.sign_up(by=request.user, now=request.now, attendance_id=found.pk)
    placed = kept.state == AttendanceState.PLACED
    words = "You have a place. It was mailed to you with a calendar file." if placed else "You are on the waiting list."
    messages.success(request, words)
    return redirect("training:event", pk)


@guarded(SIGNED_IN, methods="GET POST", effect="gives a place at an event back as the trainee")
def event_give_back(request, pk):
    """What not coming means; then it is said."""
    found = _attendance_or_404(request, pk)
    if found.state != AttendanceState.NOT_COMING:
        require(access.can_give_back(request.user, found, request.now))

    def act():
        actions.give_back(by=request.user, now=request.now, attendance_id=pk)

    return confirmed(request, shown.giving_back(found), act, "training:event", pk, said="Noted: you do not come.")


@guarded(SIGNED_IN)
def event_calendar(request, pk):
    """The event as a calendar file for the trainee: it enters, moves or takes out the one entry it has."""
    found = _attendance_or_404(request, pk)
    require(access.is_trainee(request.user, found.record))
    over = found.event.called_off_at is not None or found.state == AttendanceState.NOT_COMING
    joins = bool(access.can_join(request.user, found))
    given = {"turns": found.turns, "cancelled": over, "certain": access.has_place(found)}
    entry = queries.calendar_entry(found.event, joins=joins, **given)
    answer = HttpResponse(calendar_file(entry, now=request.now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="event.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer
