"""Concerns about a training (T8): the list, raising one, closing it with an outcome."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.confirming import ask_page, confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, NextStep
from ctts.common.posted import data_of, made, require_for, status_of, today_of, tried
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.common.whole_numbers import number_in
from training import access, actions, queries
from training.forms.meetings import AnswerConcernForm, ConcernForm, OutcomeForm, PassOnForm
from training.views import _shown_concerns as shown
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


@guarded(SIGNED_IN, methods="GET POST", effect="raises a concern about a training", asks=(ConcernForm,))
def concern_raise(request, pk):
    """In words, or for patient safety by its reference only."""
    record = record_or_404(request, pk)
    require(access.can_raise_concern(request.user, record, today_of(request)))
    form = ConcernForm(data_of(request), initial=_first(request, record))

    def act():
        return actions.raise_concern(by=request.user, now=request.now, record_id=pk, **form.cleaned_data)

    found = made(form, act)
    if found is not None:
        messages.success(request, "The concern is raised. Those it lies with are told.")
        return redirect("training:concern", found.pk)
    takers = queries.takers_of(record, request.user, today_of(request))
    context = frame(request, record, "concerns", form=form, takers=takers, settle_url=_settle_url(request, record))
    return render(request, "training/moderator/concern_raise.html", context, status=status_of(form))


def _first(request, record):
    """What a concern begins with that is raised from a review: its reference (T8)."""
    from_review = number_in(request.GET.get("review", ""))
    reference = queries.reference_in(from_review, record, request.user, today_of(request)) if from_review else ""
    return {"patient_safety": True, "reference": reference} if reference else {}


def _settle_url(request, record):
    """Where a supervisor who came from a review says that its concern is raised already, or none; empty for others."""
    from_review = number_in(request.GET.get("review", ""))
    rows = queries.reviews_of(record, request.user, today_of(request)).filter(pk=from_review) if from_review else ()
    found = next(iter(rows), None)
    may = found is not None and access.can_settle_concern(request.user, found, today_of(request))
    return reverse("training:review_concern", args=[from_review]) if may else ""


@guarded(SIGNED_IN, methods="GET POST", effect="closes a concern with an outcome", asks=(OutcomeForm,))
def concern(request, pk):
    """One concern: what it is about, with whom it lies, and its outcome."""
    found, today = concern_or_404(request, pk), today_of(request)
    verdict = access.can_close_concern(request.user, found, today)
    form = OutcomeForm(data_of(request))

    def act():
        actions.close_concern(by=request.user, now=request.now, concern_id=pk, outcome=form.cleaned_data["outcome"])
        messages.success(request, "The concern is closed.")

    if request.method == "POST":
        require_for(form, verdict)
        if tried(form, act):
            return redirect("training:concern", pk)
    context = wide_frame(request, found.record, "concerns", concern=found, form=form if verdict else None)
    context.update(facts=shown.concern_facts(found), acts=shown.concern_acts(found, today))
    context["notes"] = [shown.note_row(row) for row in queries.concern_notes(found)]
    context["badge"] = shown.concern_badge(found)
    context["can_pass_on"] = access.can_pass_concern_on(request.user, found, today)
    return render(request, "training/moderator/concern.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="answers a concern and leaves it open", asks=(AnswerConcernForm,))
def concern_answer(request, pk):
    """An answer to whoever raised it; the concern stays open, with its day."""
    found, today = concern_or_404(request, pk), today_of(request)
    form = AnswerConcernForm(data_of(request))
    require_for(form, access.can_answer_concern(request.user, found, today))

    def act():
        actions.answer_concern(by=request.user, now=request.now, concern_id=pk, **form.cleaned_data)
        messages.success(request, "Your answer stands on the concern, which stays open.")

    if tried(form, act):
        return redirect("training:concern", pk)
    lede = f"The concern stays open and with you, until {day(found.due_on)}. It goes up by itself if it is not closed."
    back = reverse("training:concern", args=[pk])
    return ask_page(request, form, title="Answer the concern", kicker=found.record.trainee, back_url=back, lede=lede)


@guarded(
    SIGNED_IN, methods="GET POST", effect="passes a concern on to the next level, with a reason", asks=(PassOnForm,)
)
def concern_pass_on(request, pk):
    """Where it goes and who is told; then the next level holds it."""
    found, today = concern_or_404(request, pk), today_of(request)
    form = PassOnForm(data_of(request))
    require_for(form, access.can_pass_concern_on(request.user, found, today))
    confirm = Confirm(
        title="Pass the concern on",
        action=form.submit_text,
        cancel_url=reverse("training:concern", args=[pk]),
        kicker=str(found.record.trainee),
        consequences=shown.pass_on_consequences(found, request.user, today),
        form=form,
    )

    def act():
        actions.pass_concern_on(by=request.user, now=request.now, concern_id=pk, **form.cleaned_data)

    said = "The concern is passed on. Those it lies with now are told."
    return confirmed(request, confirm, act, "training:concern", pk, said=said)
