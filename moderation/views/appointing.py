"""The office appoints moderators to a trainee, and ends their appointments (E3, E4)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from moderation import access, actions, queries
from moderation.forms import AppointForm, EndForm
from moderation.views import _shown_appointing as shown
from training.access import is_running
from training.states import AppointmentKind

KINDS = {"external": AppointmentKind.EXTERNAL_MODERATOR, "supporting": AppointmentKind.SUPPORTING_MODERATOR}


def record_or_404(request, pk):
    """The only way these pages get a record."""
    return get_object_or_404(queries.moderated_records(request.user, today_of(request)), pk=pk)


@guarded(OFFICE)
def record(request, pk):
    """Who moderates for a trainee, who did, and the way to appoint where nobody does."""
    found, today = record_or_404(request, pk), today_of(request)
    functions = queries.functions_of(found, today)
    rows = [(one, shown.function_step(request.user, found, one, today)) for one in functions]
    context = {"record": found, "functions": rows, "today": today, "running": bool(is_running(found))}
    return render(request, "moderation/record.html", context)


def _kind(name):
    if name not in KINDS:
        raise Http404
    return KINDS[name]


@guarded(OFFICE)
def pick(request, pk, kind):
    """The pool for one function: the clear ones, those that need a written reason, the blocked ones with why."""
    found, function = record_or_404(request, pk), _kind(kind)
    require(access.can_pick(request.user, found, function, today_of(request)))
    day = queries.first_day(found, function, today_of(request))
    rows = queries.candidates(function, found, day)
    context = {"record": found, "function": function, "day": day, "back": reverse("moderation:record", args=[pk])}
    context["groups"] = shown.groups_of(rows, lambda person: reverse("moderation:appoint", args=[pk, kind, person]))
    return render(request, "moderation/pick.html", context)


@guarded(OFFICE, methods="GET POST", effect="appoints a moderator to a trainee and mails them", asks=(AppointForm,))
def appoint(request, pk, kind, person):
    """What the appointment does, what was found of the person, and the reason where one is needed."""
    found, function, today = record_or_404(request, pk), _kind(kind), today_of(request)
    require(access.can_pick(request.user, found, function, today))
    who = shown.moderator_or_404(request, person).person
    day = queries.first_day(found, function, today)
    confirm = shown.appoint_confirm(
        request, found, who, function, day, back=reverse("moderation:pick", args=[pk, kind])
    )

    def act():
        given = {"record_id": pk, "person": who, "kind": function, **confirm.form.cleaned_data}
        actions.appoint(by=request.user, now=request.now, **given)
        messages.success(request, f"{who} is appointed. A mail tells them.")

    return confirmed(request, confirm, act, "moderation:record", pk)


@guarded(
    OFFICE, methods="GET POST", effect="ends a moderator's appointment after a last day and mails them", asks=(EndForm,)
)
def end(request, pk):
    """The last day of an appointment; it stays in the history."""
    today = today_of(request)
    held = get_object_or_404(queries.appointments_for_office(request.user, today), pk=pk)
    require(access.can_end(request.user, held, today))
    if held.starts_on > today:
        return _call_off(request, held)
    confirm = _ending(held, EndForm(data_of(request), initial={"last_day": today}, first=held.starts_on))

    def act():
        actions.end(by=request.user, now=request.now, appointment_id=pk, **confirm.form.cleaned_data)
        messages.success(request, f"The appointment of {held.person} has its last day.")

    return confirmed(request, confirm, act, "moderation:record", held.record_id)


def _ending(held, form):
    """The page before the last day of an appointment."""
    return Confirm(
        title=f"End the appointment of {held.person}",
        action=form.submit_text,
        cancel_url=reverse("moderation:record", args=[held.record_id]),
        kicker=f"{held.get_kind_display()} of {held.record.trainee}",
        consequences=[
            Consequence("After the last day they neither act in this training nor read its record."),
            Consequence("What they signed stays, and so does the appointment, with its dates."),
            Consequence("A mail says so to", str(held.person)),
        ],
        form=form,
    )


def _call_off(request, held):
    """An appointment that has not begun never does; it stays in the audit alone."""
    confirm = Confirm(
        title=f"Call off the appointment of {held.person}",
        action="Call it off",
        cancel_url=reverse("moderation:record", args=[held.record_id]),
        kicker=f"{held.get_kind_display()} of {held.record.trainee}",
        consequences=[
            Consequence("It was to begin on", day(held.starts_on)),
            Consequence("They never act in this training; somebody else can be appointed at once."),
            Consequence("A mail says so to", str(held.person)),
        ],
        danger=True,
    )
    common = {"by": request.user, "now": request.now, "appointment_id": held.pk}
    said = f"The appointment of {held.person} is called off."
    return confirmed(request, confirm, lambda: actions.end(**common), "moderation:record", held.record_id, said=said)
