"""Reasonable adjustments: the readers' list, one's own, the page of one; asking, answering, withdrawing (A5, E6)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.adjustments import AskForm, ClarifyForm
from applications.states import AdjustmentState
from applications.views._adjustment import asked_or_404, case_page
from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence, Tab
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import require

ROWS = 50
SHOWN = {
    "": "Waiting",
    str(AdjustmentState.AGREED): "Agreed",
    str(AdjustmentState.DECLINED): "Not agreed",
    str(AdjustmentState.WITHDRAWN): "Withdrawn",
    "all": "All",
}


@guarded(SIGNED_IN)
def adjustments(request: HttpRequest) -> HttpResponse:
    """For named readers the cases, those that wait first; others are led to their own. No reason is shown here (A5)."""
    today = today_of(request)
    if not access.reads_adjustments(request.user, today):
        return redirect("applications:own_adjustments")
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in SHOWN else ""
    rows = queries.adjustment_cases(request.user, today, wanted)
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "shown": SHOWN[wanted],
        "filtered": wanted not in {"", "all"},
        "tabs": [Tab(label, f"?show={name}", current=name == wanted) for name, label in SHOWN.items()],
    }
    return render(request, "applications/adjustments.html", context)


TOLD = "You have asked. The named readers are told; you hear from them by mail."
NOBODY_YET = "You have asked. At present nobody is named to read it: the scheme office is asked to name somebody."


def _is_read(request: HttpRequest) -> bool:
    return queries.readers_apart_from(request.user.pk, today_of(request)).exists()


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="asks for a reasonable adjustment; the named readers are told",
    asks=(AskForm,),
)
def own_adjustments(request: HttpRequest) -> HttpResponse:
    """All cases of a person with who read them and when; whoever applies or trains asks for another here (E6)."""
    may = access.can_ask_adjustment(request.user)
    if request.method == "POST" and may.kind == "no":
        require(may)
    form = AskForm(data_of(request))

    def act() -> object:
        return actions.ask_for_adjustment(by=request.user, now=request.now, **form.cleaned_data)

    if tried(form, act):
        messages.success(request, TOLD if _is_read(request) else NOBODY_YET)
        return redirect("applications:own_adjustments")
    cases = [(row, queries.effects_of(row)) for row in queries.own_adjustments(request.user)]
    context = {"cases": cases, "may": may, "form": form, "is_read": _is_read(request)}
    return render(request, "applications/own_adjustments.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="shows the reason of an adjustment and notes the reading")
def adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """One case. For a reader the words open by a press of a button, which notes the reading for the person (A5)."""
    asked = asked_or_404(request, pk)
    said = None
    if request.method == "POST":
        said = actions.read_adjustment(by=request.user, now=request.now, request_id=pk)
    return case_page(request, asked, said=said)


@guarded(SIGNED_IN, methods="POST", effect="answers a question about an adjustment", asks=(ClarifyForm,))
def answer_about_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """The person answers what a named reader asked (E6)."""
    asked = asked_or_404(request, pk)
    form = ClarifyForm(request.POST, auto_id="id_answer_%s")
    if request.user.pk != asked.person_id:
        require(access.can_answer_about_adjustment(request.user, asked))
    common = {"by": request.user, "now": request.now, "request_id": pk}
    if not tried(form, lambda: actions.answer_about_adjustment(**common, **form.cleaned_data)):
        require(access.can_answer_about_adjustment(request.user, asked))
        return case_page(request, asked, answer_form=form)
    messages.success(request, "Your answer is kept encrypted, and whoever asked is told that it is there.")
    return redirect("applications:adjustment", pk)


@guarded(SIGNED_IN, methods="GET POST", effect="withdraws a request for an adjustment")
def withdraw_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """The person withdraws a request that is not decided (E6)."""
    asked = asked_or_404(request, pk)
    require(access.can_withdraw_adjustment(request.user, asked))
    page = Confirm(
        title="Withdraw your request",
        action="Withdraw it",
        cancel_url=reverse("applications:adjustment", args=[pk]),
        consequences=[
            Consequence("Nobody decides about this request any more, and a question about it needs no answer."),
            Consequence("What you wrote stays encrypted; you can ask again at any time."),
        ],
        danger=True,
    )

    def act() -> object:
        return actions.withdraw_adjustment(by=request.user, now=request.now, request_id=pk)

    return confirmed(request, page, act, "applications:own_adjustments", said="Your request is withdrawn.")
