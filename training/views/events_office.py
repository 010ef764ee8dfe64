"""The office's pages of events: the list, one event with who comes, inviting, moving, calling off, attendance (T9)."""

import django_tables2 as tables
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html

from ctts.common.confirming import confirm_page, confirmed
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import guarded
from ctts.common.parts import NextStep, Tab
from ctts.common.posted import data_of, made, paged, status_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from ctts.common.templatetags.formats import clock
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries
from ctts.scheme.access import can_change_event
from training import access, actions, queries
from training.forms.events import AttendanceForm, CallOffForm, ChangeEventForm, EventForm, EventKindForm
from training.views import _shown_events as shown

A_PAGE, PEOPLE = 25, 50
NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}
EXPORTED = ("Name", "E-mail", "Scope of practice", "Training Centre", "State", "Invited", "Signed up")


class EventTable(tables.Table):
    """Dated events, the latest first (T9)."""

    title = tables.Column(orderable=False, linkify=lambda record: reverse("training:office_event", args=[record.pk]))
    kind = tables.Column(accessor="kind_name", orderable=False)
    starts_at = tables.Column(verbose_name="When", orderable=False)
    whom = tables.Column(accessor="pk", verbose_name="For", orderable=False)
    asked = tables.Column(verbose_name="Invited", attrs=NUMBER, orderable=False)
    coming = tables.Column(verbose_name="Come", attrs=NUMBER, orderable=False)
    queued = tables.Column(verbose_name="Waiting", attrs=NUMBER, orderable=False)

    caption = "Events"

    class Meta:
        empty_text = "No event is entered yet"

    def render_starts_at(self, record):
        """2 May 2026, 10:00 to 12:00, and whether it is called off."""
        times = format_html(
            "<span>{}, {} to {}</span>", time_of(record.starts_at), clock(record.starts_at), clock(record.ends_at)
        )
        if record.called_off_at is None:
            return times
        return format_html("{} {}", times, badge(badge_for("cancelled", "Called off")))

    def render_whom(self, record):
        """Whom it is for."""
        return shown.for_whom(record)

    def render_coming(self, value, record):
        """How many come, of how many places."""
        return f"{value} of {record.places}" if record.places else value


def _tabs():
    pages = [("Intakes", "scheme:intakes"), ("Events", "training:office_events")]
    return [Tab(label, reverse(name), current=name == "training:office_events") for label, name in pages]


def _event_or_404(pk):
    return get_object_or_404(scheme_queries.events_for_office(), pk=pk)


@guarded(OFFICE)
def office_events(request):
    """All dated events, the latest first, with how many come."""
    table = EventTable(queries.office_events())
    paged(table, request, A_PAGE)
    step = NextStep("Add an event", reverse("training:event_add"))
    return render(request, "training/events/office.html", {"table": table, "tabs": _tabs(), "step": step})


@guarded(OFFICE, methods="GET POST", effect="enters a dated event", asks=(EventForm,))
def event_add(request):
    """An event with its joining details, and whom it is for (I3, T9)."""
    asked = {name: request.GET[name] for name in ("intake", "kind", "on") if name in request.GET}
    form = EventForm(data_of(request), initial=asked)
    event = made(form, lambda: scheme.add_event(by=request.user, now=request.now, **form.values()))
    if event is not None:
        messages.success(request, f"{event} is entered. Invite whom it is for when you are ready.")
        return redirect("training:office_event", event.pk)
    context = {"form": form, "title": "Add an event", "back_url": reverse("training:office_events")}
    context["lede"] = "Times are London times. Nobody is mailed by adding it."
    return render(request, "training/events/form.html", context, status=status_of(form))


@guarded(OFFICE)
def office_event(request, pk):
    """One event: what it is, who comes, who waits, what the office can do (T9)."""
    event = _event_or_404(pk)
    people = Paginator(queries.people_of(event), PEOPLE).get_page(request.GET.get("page"))
    may_change = can_change_event(request.user, event, request.now)
    left = queries.not_invited(event).count() if access.can_invite(request.user, event, request.now) else 0
    context = {
        "event": event,
        "people": [(one, shown.attendance_badge(one, request.now)) for one in people],
        "page": people,
        "facts": shown.office_facts(event, queries.coming_to(event)),
        "step": shown.office_step(request.user, event, left, request.now),
        "left": shown.many(left) if left else "",
        "may_change": may_change,
        "badge": badge_for("cancelled", "Called off") if event.called_off_at else None,
        "exports": export_links(lambda kind: reverse("training:event_people", args=[pk, kind]), ""),
    }
    return render(request, "training/events/office_one.html", context)


@guarded(OFFICE)
def event_people(request, pk, kind):
    """Who was invited to an event and what became of it, as a file."""
    if kind not in KINDS:
        raise Http404
    event = _event_or_404(pk)
    rows = (
        (*shown.person(one.record), one.get_state_display(), one.invited_at, one.asked_at)
        for one in queries.people_of(event)
    )
    return as_file(kind, f"People of {event}"[:80], EXPORTED, rows)


@guarded(OFFICE, methods="GET POST", effect="changes an event, and tells whoever comes to it", asks=(ChangeEventForm,))
def event_change(request, pk):
    """Another time, place or words; before anybody is told, the page shows whom, and the mail (screens 18)."""
    event = _event_or_404(pk)
    require(can_change_event(request.user, event, request.now))
    form = ChangeEventForm(data_of(request), event=event)
    if request.method == "POST" and form.is_valid() and not form.cleaned_data["told"]:
        told = queries.told_of_change(event, form.values())
        if told:
            again = ChangeEventForm({**request.POST.dict(), "told": "on"}, event=event)
            again.is_valid()
            again.hide()
            return confirm_page(request, shown.changing(event, again, told))
    given = {"by": request.user, "now": request.now, "event_id": pk}
    if tried(form, lambda: actions.change_event(**given, **form.values())):
        messages.success(request, "The event is changed. Whoever comes to it is told what is new to them.")
        return redirect("training:office_event", pk)
    context = {"form": form, "title": "Change an event", "back_url": reverse("training:office_event", args=[pk])}
    context["lede"] = "Times are London times. Before anybody is mailed you see the mail."
    return render(request, "training/events/form.html", context, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="invites whom an event is for")
def event_invite(request, pk):
    """Whom the invitations go to, with the mail; then they go (screens 18)."""
    event = _event_or_404(pk)
    require(access.can_invite(request.user, event, request.now))
    confirm = shown.inviting(event, list(queries.not_invited(event)))

    def act():
        many = actions.invite_to_event(by=request.user, now=request.now, event_id=pk)
        messages.success(request, f"{shown.many(many)} invited.")

    return confirmed(request, confirm, act, "training:office_event", pk)


@guarded(OFFICE, methods="GET POST", effect="calls an event off, and tells whoever comes to it", asks=(CallOffForm,))
def event_call_off(request, pk):
    """Whom it tells, with the mail; then it is called off (screens 18)."""
    event = _event_or_404(pk)
    if event.called_off_at is None:
        require(can_change_event(request.user, event, request.now))
    form = CallOffForm(data_of(request))
    told = list(queries.still_to_come(event))
    confirm = shown.calling_off(event, form, told, request.POST.get("because", ""))

    def act():
        given = {"by": request.user, "now": request.now, "because": form.cleaned_data["because"]}
        actions.call_off_event(event_id=pk, **given)

    return confirmed(request, confirm, act, "training:office_event", pk, said="The event is called off.")


@guarded(OFFICE, methods="GET POST", effect="notes who was at an event", asks=(AttendanceForm,))
def event_attendance(request, pk):
    """Who was there, of all who were invited, in one press; the expected are ticked until somebody noted it (T9)."""
    event = _event_or_404(pk)
    require(access.can_note_attendance(request.user, event, request.now))
    people = queries.people_of(event)
    first = {"seen": queries.attendance_digest(event), "present": queries.first_ticked(people)}
    form = AttendanceForm(data_of(request), initial=first, people=people)

    def act():
        given = {"by": request.user, "now": request.now, "seen": form.cleaned_data["seen"], "event_id": pk}
        actions.note_attendance(present=form.there(), **given)
        messages.success(request, "Noted. Milestones that are reached by being there are ticked.")

    if tried(form, act):
        return redirect("training:office_event", pk)
    context = {"form": form, "event": event, "back_url": reverse("training:office_event", args=[pk])}
    context["anybody"] = people.exists()
    return render(request, "training/events/attendance.html", context, status=status_of(form))


# --- kinds of the office's own ---


@guarded(OFFICE, methods="GET POST", effect="adds a kind of event", asks=(EventKindForm,))
def event_kinds(request):
    """The kinds that the office added to those of the scheme; another one is added here (T9)."""
    form = EventKindForm(data_of(request))
    kind = made(form, lambda: scheme.add_event_kind(by=request.user, now=request.now, **form.cleaned_data))
    if kind is not None:
        messages.success(request, f"“{kind}” can be chosen for a new event.")
        return redirect("training:event_kinds")
    context = {"form": form, "kinds": scheme_queries.event_kinds_for_office()}
    return render(request, "training/events/kinds.html", context, status=status_of(form))


@guarded(OFFICE, methods="POST", effect="offers a kind of event no more")
def event_kind_retire(request, pk):
    """A kind that is not offered any more; events of it stay."""
    kind = get_object_or_404(scheme_queries.event_kinds_for_office(), pk=pk)
    scheme.retire_event_kind(by=request.user, now=request.now, kind_id=pk)
    messages.success(request, f"“{kind}” is not offered any more.")
    return redirect("training:event_kinds")
