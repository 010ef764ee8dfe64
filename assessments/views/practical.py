"""The Practical (F2): the sum line by line, and its sealing; and where all three stages stand (F1, F6)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments import access, actions
from assessments.forms.final import SealForm
from assessments.queries import doubts_about
from assessments.queries import practical as queries
from assessments.queries.stages import attempt_among, released_rows, standings
from assessments.states import Stage
from assessments.views import _shown_final as shown
from assessments.views._final import frame, record_or_404
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import NextStep
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.signatures import shown_signature
from ctts.common.verdict import require
from training.actions import StaleText


@guarded(SIGNED_IN)
def final(request, pk):
    """The three stages in the order of assessment, each with its results and what comes next."""
    record = record_or_404(request, pk)
    sees = access.sees_score(request.user, record, today_of(request))
    rows = [shown.stage_row(row, record, sees) for row in standings(record)]
    return render(request, "assessments/final/overview.html", frame(request, record, "final", rows=rows))


@guarded(SIGNED_IN)
def practical(request, pk):
    """The sum as it stands now, or as it was sealed: what counts, what does not and why, weights, what is missing."""
    record, today = record_or_404(request, pk), today_of(request)
    earlier = released_rows(record, Stage.PRACTICAL)
    number = attempt_among(earlier)
    seal = queries.sealed_practical(record, number)
    released = next((row for row in earlier if row.attempt == number), None)
    sees = access.sees_score(request.user, record, today)
    asked = sees and seal is not None and queries.is_queried(seal)
    seal = None if asked else seal  # whoever does not see the score goes on seeing what was sealed (F1)
    found = queries.from_content(seal.content) if seal else queries.practical_sum(record)
    context = frame(request, record, "practical", sum=found, rows=shown.sum_rows(found), seal=seal, released=released)
    context["doubts"] = doubts_about(record.pk, Stage.PRACTICAL, number) if asked else []
    turn = None if seal else access.not_sealed(record)
    context["shows_score"] = bool(released) or sees
    context["signature"] = shown_signature(seal) if seal else None
    context["badge"] = shown.practical_badge(found, seal, released)
    context["step"] = _step(request, record, found, turn) if turn is not None and sees else None
    context["closed"] = "" if turn is None else turn.reason
    context["earlier"] = shown.earlier_results(request.user, record, earlier, today)
    return render(request, "assessments/final/practical.html", context)


def _step(request, record, found, turn):
    """The External Moderator's next step, with the reason while it is closed."""
    verdict = access.can_seal_practical(request.user, record, today_of(request), turn)
    if verdict.kind == "no":
        return None
    reason = verdict.reason or " ".join(found.missing)
    return NextStep("Seal the Practical", reverse("assessments:practical_seal", args=[record.pk]), reason)


@guarded(SIGNED_IN, methods="GET POST", effect="seals the Practical as External Moderator", asks=(SealForm,))
def practical_seal(request, pk):
    """The External Moderator seals exactly what the page shows; a sum that changed meanwhile is shown anew (409)."""
    record = record_or_404(request, pk)
    require(access.can_seal_practical(request.user, record, today_of(request)))
    found = queries.practical_sum(record)
    form = SealForm(data_of(request), initial={"seen": found.digest}, submit="Seal the Practical", **signing(request))

    def act():
        given = {"record_id": pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.seal_practical(by=request.user, now=request.now, **given)
        messages.success(request, "Sealed. The office confirms the outcome and releases it.")

    try:
        if tried(form, act):
            return redirect("assessments:practical", pk)
    except StaleText as stale:
        form = SealForm(initial={"seen": found.digest}, submit="Seal the Practical", **signing(request))
        return _seal_page(request, record, found, form, 409, stale)
    return _seal_page(request, record, found, form, status_of(form))


def _seal_page(request, record, found, form, status, stale=None):
    context = frame(request, record, "practical", sum=found, rows=shown.sum_rows(found), form=form, stale=stale)
    context.update(shows_score=True, statement=actions.PRACTICAL_SEALED_WORDS, released=None)
    context["seen_score"] = shown.score_seen(request.POST.get("seen_score", "")) if stale else ""
    return render(request, "assessments/final/practical_seal.html", context, status=status)
