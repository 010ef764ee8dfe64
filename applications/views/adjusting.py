"""What named readers do with a reasonable adjustment: ask the person, agree, decline, let it go on (A5)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from applications import access, actions, queries
from applications.forms.adjustments import AgreementForm, GoOnForm, QuestionForm, RefusalForm
from applications.models import AdjustmentRequest
from applications.views._adjustment import asked_or_404, case_page
from ctts.common.forms import CrispyForm, with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import today_of, tried
from ctts.common.verdict import require

DECIDED = "Your decision is saved, and the person is told that there is one."


@guarded(
    SIGNED_IN,
    methods="POST",
    effect="asks somebody about their adjustment; a mail says that there is a question",
    asks=(QuestionForm,),
)
def ask_about_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """A question to the person; its words stand on the page only (A5)."""
    asked = asked_or_404(request, pk)
    form = QuestionForm(request.POST, auto_id="id_question_%s")
    may = access.can_question_adjustment(request.user, asked, today_of(request))
    if may.kind == "no" or not form.is_valid():  # else the action judges: it knows a question that was sent before
        require(may)
    common = {"by": request.user, "now": request.now, "request_id": pk}
    if not tried(form, lambda: actions.ask_about_adjustment(**common, **form.cleaned_data)):
        return case_page(request, asked, question_form=form)
    messages.success(request, "The question is kept encrypted, and the person is told that there is one.")
    return redirect("applications:adjustment", pk)


@guarded(
    SIGNED_IN, methods="POST", effect="decides which adjustment is agreed; the person is told", asks=(AgreementForm,)
)
def agree_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """What others who must act will see: the adjustment and its effects, never the reason (A5)."""
    form = AgreementForm(request.POST, auto_id="id_agree_%s")

    def act(seen: int) -> object:
        given = {"request_id": pk, "seen": seen, "values": form.values()}
        return actions.agree_adjustment(by=request.user, now=request.now, **given)

    return _decided(request, pk, "agree_form", form, act)


@guarded(
    SIGNED_IN, methods="POST", effect="decides that no adjustment is agreed; the person is told", asks=(RefusalForm,)
)
def decline_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """Why is for the person and the named readers only (A5)."""
    form = RefusalForm(request.POST, auto_id="id_refuse_%s")

    def act(seen: int) -> object:
        given = {"request_id": pk, "seen": seen, "reason": form.cleaned_data["reason"]}
        return actions.decline_adjustment(by=request.user, now=request.now, **given)

    return _decided(request, pk, "refuse_form", form, act)


@guarded(SIGNED_IN, methods="POST", effect="lets an adjustment go on unchanged; the person is told", asks=(GoOnForm,))
def continue_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """After its review it goes on as it is, until the next day of review (A5)."""
    form = GoOnForm(request.POST, auto_id="id_go_on_%s")

    def act(seen: int) -> object:
        given = {"request_id": pk, "seen": seen, "review_on": form.cleaned_data["review_on"]}
        return actions.continue_adjustment(by=request.user, now=request.now, **given)

    return _decided(request, pk, "go_on_form", form, act)


def _decided(request: HttpRequest, pk: int, name: str, form: CrispyForm, act: Callable[[int], object]) -> HttpResponse:
    """Carry out a decision; where another reader decided first, the page says so beside what was typed (rule 2)."""
    asked = asked_or_404(request, pk)
    require(access.can_decide_adjustment(request.user, asked, today_of(request)))
    try:
        if not tried(form, lambda: act(form.cleaned_data["seen"])):
            return case_page(request, asked, **{name: form})
    except actions.StalePart as problem:
        return _stale(request, asked, name, form, str(problem))
    messages.success(request, DECIDED)
    return redirect("applications:adjustment", pk)


def _stale(request: HttpRequest, asked: AdjustmentRequest, name: str, form: CrispyForm, said: str) -> HttpResponse:
    asked.refresh_from_db()
    form.data = with_value(form.data, "seen", str(queries.case_version(asked)))
    return case_page(request, asked, stale=said, **{name: form})
