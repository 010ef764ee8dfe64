"""Questions to the External Moderator and their answers: one thread on the record (T11)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from ctts.common.autosave import asks_for_autosave
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.advice import AnswerAdviceForm, AskAdviceForm
from training.views import _shown_moderator as shown
from training.views._doors import advice_or_404
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, keep_typed


@guarded(SIGNED_IN)
def advice(request, pk):
    """The thread: every question with its answers, the newest first."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_read_advice(request.user, record, today))
    context = frame(request, record, "meetings", step=shown.ask_step(request.user, record, today))
    rows = queries.advice_of(record, request.user, today)
    context["rows"] = [(row, shown.question_badge(row)) for row in rows]
    context["parts"] = queries.moderator_parts(request.user, record, today, "training:advice")
    return render(request, "training/moderator/advice.html", context)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="asks the External Moderator, and keeps the text while it is typed",
    asks=(AskAdviceForm,),
)
def advice_ask(request, pk):
    """The trainee or the supervisor asks."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_ask_advice(request.user, record, today))
    key = queries.advice_key(pk)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept, made = Kept(request, key), []
    form = AskAdviceForm(data_of(request), initial=kept.first)

    def act():
        made.append(actions.ask_advice(by=request.user, now=request.now, record_id=pk, **form.cleaned_data))
        messages.success(request, "The External Moderator has been asked.")

    if kept.tried(form, act):
        return redirect("training:advice_one", made[0].pk)
    context = frame(request, record, "meetings", form=form, **kept.context())
    context["names"] = ", ".join(map(str, queries.moderators_of(record, today)))
    return render(request, "training/moderator/advice_ask.html", context, status=kept.status(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="answers a question as External Moderator, and keeps the text",
    asks=(AnswerAdviceForm,),
)
def advice_one(request, pk):
    """One question with its answers; the External Moderator answers, or adds to an answer."""
    question, today = advice_or_404(request, pk), today_of(request)
    verdict, key = access.can_answer_advice(request.user, question, today), queries.answer_key(pk)
    if request.method == "POST":
        require(verdict)
    if asks_for_autosave(request):
        return keep_typed(request, question.record, key)
    kept = Kept(request, key)
    form = AnswerAdviceForm(data_of(request), initial=kept.first) if verdict else None

    def act():
        actions.answer_advice(by=request.user, now=request.now, question_id=pk, **form.cleaned_data)
        messages.success(request, shown.answered_words(question.record))

    if form is not None and kept.tried(form, act):
        return redirect("training:advice_one", pk)
    context = frame(request, question.record, "meetings", question=question, form=form, **kept.context())
    context.update(badge=shown.question_badge(question), acts=shown.question_acts(request.user, question, today))
    return render(
        request, "training/moderator/advice_one.html", context, status=kept.status(form) if form is not None else 200
    )
