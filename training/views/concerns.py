"""Concerns about a training (T8): the list, raising one, closing it with an outcome."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import NextStep
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.meetings import ConcernForm, OutcomeForm
from training.views import _shown_practice as shown
from training.views._doors import concern_or_404, wide_frame
from training.views._frame import frame, record_or_404


@guarded(SIGNED_IN)
def concerns(request, pk):
    """The concerns about this training that this reader may read."""
    record, today = record_or_404(request, pk), today_of(request)
    rows = queries.concerns_of(record, request.user, today)
    context = frame(request, record, "concerns", rows=rows)
    verdict = access.can_raise_concern(request.user, record, today)
    context["step"] = NextStep("Raise a concern", reverse("training:concern_raise", args=[pk])) if verdict else None
    return render(request, "training/moderator/concerns.html", context)


@guarded(SIGNED_IN, methods="GET POST", effect="raises a concern about a training")
def concern_raise(request, pk):
    """In words, or for patient safety by its reference only."""
    record = record_or_404(request, pk)
    require(access.can_raise_concern(request.user, record, today_of(request)))
    form = ConcernForm(data_of(request))
    made = []

    def act():
        made.append(actions.raise_concern(by=request.user, now=request.now, record_id=pk, **form.cleaned_data))
        messages.success(request, "The concern is raised. Those it lies with are told.")

    if tried(form, act):
        return redirect("training:concern", made[0].pk)
    takers = queries.takers_of(record, request.user, today_of(request))
    context = frame(request, record, "concerns", form=form, takers=takers)
    return render(request, "training/moderator/concern_raise.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="closes a concern with an outcome")
def concern(request, pk):
    """One concern: what it is about, with whom it lies, and its outcome."""
    found, today = concern_or_404(request, pk), today_of(request)
    verdict = access.can_close_concern(request.user, found, today)
    form = OutcomeForm(data_of(request)) if verdict else None

    def act():
        actions.close_concern(by=request.user, now=request.now, concern_id=pk, outcome=form.cleaned_data["outcome"])
        messages.success(request, "The concern is closed.")

    if request.method == "POST":
        require(verdict)
        if tried(form, act):
            return redirect("training:concern", pk)
    context = wide_frame(request, found.record, "concerns", concern=found, form=form)
    ladder = queries.ladder_of(found)
    context.update(facts=shown.concern_facts(found, ladder), acts=shown.concern_acts(found, today, ladder))
    context["badge"] = shown.concern_badge(found)
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "training/moderator/concern.html", context, status=status)
