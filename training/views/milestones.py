"""The milestones of a record one by one: what was moved and why; the office moves one (M)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import ask_page
from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, today_of, tried
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions import StaleText
from training.forms.milestones import MoveMilestoneForm
from training.views._frame import frame, record_or_404


def milestone_or_404(request, pk):
    """The only way a view gets a milestone."""
    return get_object_or_404(queries.milestones_visible_to(request.user, today_of(request)), pk=pk)


@guarded(SIGNED_IN)
def milestones(request, pk):
    """Every milestone with its day, and each day it had before, with the reason."""
    record, today = record_or_404(request, pk), today_of(request)
    settles = access.can_settle(request.user, record, today)
    rows = list(queries.milestones_of(record, request.user, today))
    context = frame(request, record, "record_changes", rows=rows, settles=settles and access.is_running(record))
    return render(request, "training/milestones.html", context)


@guarded(SIGNED_IN, methods="GET POST", effect="moves one milestone of a training", asks=(MoveMilestoneForm,))
def milestone_move(request, pk):
    """The office moves one milestone: the day it has, the new one, and why."""
    found, today = milestone_or_404(request, pk), today_of(request)
    require(access.can_move_milestone(request.user, found, today))
    form = MoveMilestoneForm(data_of(request), initial={"seen": found.due_on.isoformat()})

    def act():
        actions.move_milestone(by=request.user, now=request.now, milestone_id=pk, **form.cleaned_data)
        messages.success(request, f"{found.get_kind_display()} is moved. Those whom it concerns are told.")

    status = None
    try:
        if tried(form, act):
            return redirect("training:milestones", found.record_id)
    except StaleText:
        form.add_error("due_on", f"It was moved meanwhile: it is due on {day(found.due_on)} now. Look again, and save.")
        status, form.data = 409, with_value(form.data, "seen", found.due_on.isoformat())
    given = {"title": f"Move: {found.get_kind_display()}", "kicker": found.record.trainee.full_name, "status": status}
    lede = f"It is due on {day(found.due_on)}. Reminders follow the new day; trainee and those who act on it are told."
    return ask_page(request, form, back_url=reverse("training:milestones", args=[found.record_id]), lede=lede, **given)
