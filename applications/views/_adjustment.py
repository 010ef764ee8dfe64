"""The page of one adjustment, for the person and for named readers: words, decisions, forms of the present state."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from applications import access, queries
from applications.forms.adjustments import AgreementForm, ClarifyForm, GoOnForm, QuestionForm, RefusalForm
from applications.models import AdjustmentDecision, AdjustmentQuestion, AdjustmentReading, AdjustmentRequest
from ctts.accounts.models import User
from ctts.common.forms import CrispyForm
from ctts.common.posted import status_of, today_of

FORMS = ("answer_form", "question_form", "agree_form", "refuse_form", "go_on_form")
NOT_READ = "You have not read what was written."
NOT_ALL_READ = "A question or an answer was written since you read it."
EFFECTS = ("agreed", "extra_time_percent", "rest_breaks", "arrangement", "review_on")


def asked_or_404(request: HttpRequest, pk: int) -> AdjustmentRequest:
    """The case, for the person and for named readers (A5)."""
    return get_object_or_404(queries.adjustments_visible_to(request.user, today_of(request)), pk=pk)


def case_page(
    request: HttpRequest,
    asked: AdjustmentRequest,
    *,
    said: queries.WhatWasSaid | None = None,
    stale: str = "",
    **sent: CrispyForm,
) -> HttpResponse:
    """The page of a case. `said`: its words, opened; the person's own always are. `sent`: a form that came back."""
    decisions, questions = queries.decisions_of_adjustment(asked), queries.questions_of(asked)
    shown = _shown(request, asked, decisions, questions, said)
    opened = _forms(request, asked, decisions, questions) if not shown["over"] else dict.fromkeys(FORMS)
    context = {**shown, **opened, **sent, "stale": stale}
    statuses = [status_of(form) for form in sent.values()]
    return render(request, "applications/adjustment.html", context, status=409 if stale else max(statuses, default=200))


def _shown(
    request: HttpRequest,
    asked: AdjustmentRequest,
    decisions: list[AdjustmentDecision],
    questions: list[AdjustmentQuestion],
    said: queries.WhatWasSaid | None,
) -> dict[str, Any]:
    own, readings = asked.person_id == request.user.pk, queries.readings_of(asked)
    return {
        "asked": asked,
        "own": own,
        "said": queries.what_was_said(asked) if own else said,
        "unread": _unread(request.user, readings, questions),
        "questions": [(row, queries.answered_at(row)) for row in questions],
        "decisions": [(row, queries.effects_of(row)) for row in decisions],
        "effects": queries.effects_of(asked),
        "readings": readings,
        "may_withdraw": access.can_withdraw_adjustment(request.user, asked),
        "over": not queries.adjustment_goes_on(asked),
    }


def _unread(user: User, readings: list[AdjustmentReading], questions: list[AdjustmentQuestion]) -> str:
    """What a named reader should know before they decide: that they have not read the words, or not all; else ''."""
    read_at = queries.last_read_by(user, readings)
    if read_at is None:
        return NOT_READ
    return NOT_ALL_READ if queries.written_since(read_at, user, questions) else ""


def _forms(
    request: HttpRequest,
    asked: AdjustmentRequest,
    decisions: list[AdjustmentDecision],
    questions: list[AdjustmentQuestion],
) -> dict[str, CrispyForm | None]:
    """An empty form for each step that this reader may take now; None for the others."""
    user, today = request.user, today_of(request)
    seen = queries.version_of_case(decisions, questions)
    stands = {name: getattr(asked, name) for name in EFFECTS}
    opened: dict[str, Any] = dict.fromkeys(FORMS)
    if access.can_answer_about_adjustment(user, asked):
        opened["answer_form"] = ClarifyForm(initial={"question_id": questions[-1].pk}, auto_id="id_answer_%s")
    if access.can_question_adjustment(user, asked, today):
        opened["question_form"] = QuestionForm(auto_id="id_question_%s")
    if access.can_decide_adjustment(user, asked, today):
        opened["agree_form"] = AgreementForm(initial={**stands, "seen": seen}, auto_id="id_agree_%s")
        opened["refuse_form"] = RefusalForm(initial={"seen": seen}, auto_id="id_refuse_%s")
    if access.can_continue_adjustment(user, asked, today):
        opened["go_on_form"] = GoOnForm(initial={"seen": seen}, auto_id="id_go_on_%s")
    return opened
