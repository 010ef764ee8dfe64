"""When a Training Supervisor did the Training Supervisors' course: entered by the office or a co-ordinator (C2)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ctts.common.confirming import ask_page
from ctts.common.guards import guarded
from ctts.common.posted import data_of, today_of, tried
from ctts.common.verdict import require
from ctts.organisations import access, actions, queries
from ctts.organisations.access import OFFICE_OR_COORDINATOR
from ctts.organisations.forms import CorrectTrainingForm, TrainingForm


@guarded(
    OFFICE_OR_COORDINATOR, methods="GET POST", effect="enters the day of a supervisor's course", asks=(TrainingForm,)
)
def enter(request, pk):
    """The day of the course, and until when it counts; nothing is blocked by it (C2)."""
    today = today_of(request)
    person = get_object_or_404(queries.people_whose_training_is_entered_by(request.user, today), pk=pk)
    require(access.can_enter_training(request.user, person, today))
    form = TrainingForm(data_of(request), today=today)
    common = {"by": request.user, "now": request.now, "person": person}
    return _asked(
        request, form, person, "Enter a training date", lambda: actions.enter_training(**common, **form.cleaned_data)
    )


@guarded(
    OFFICE_OR_COORDINATOR,
    methods="GET POST",
    effect="corrects the day of a supervisor's course",
    asks=(CorrectTrainingForm,),
)
def correct(request, pk):
    """Another entry in the place of a wrong one; both stay (C2)."""
    today = today_of(request)
    old = queries.training_for(request.user, today, pk)
    if old is None:
        raise Http404
    require(access.can_correct_training(request.user, old, today))
    shown = {"attended_on": old.attended_on, "valid_until_on": old.valid_until_on}
    form = CorrectTrainingForm(data_of(request), today=today, initial=shown)
    common = {"by": request.user, "now": request.now, "training_id": pk}

    def act():
        return actions.correct_training(**common, **form.cleaned_data)

    return _asked(request, form, old.person, "Correct a training date", act)


def _asked(request, form, person, title, act):
    """The form's page until it is taken; then back to where the reader sees the date."""
    back = _back(request, person)
    if tried(form, act):
        messages.success(request, f"The training date of {person.full_name} is entered.")
        return redirect(back)
    lede = "The Training Supervisors' course. It shows who is trained; nothing is blocked by it."
    return ask_page(request, form, title=title, kicker=person.full_name, lede=lede, back_url=back)


def _back(request, person):
    if access.is_office(request.user, today_of(request)):
        return reverse("organisations:person", args=[person.pk])
    return reverse("scheme:my_centres")
