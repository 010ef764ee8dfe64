"""A condition of an accreditation: the centre answers, the office judges; both read the whole story (C3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.confirming import ask_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Acts, NextStep
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from ctts.documents.serving import serve
from ctts.organisations import queries as organisations
from ctts.organisations.access import COORDINATOR, OFFICE, co_ordinates
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.conditions import MET, NOT_MET, AnswerForm, JudgeForm
from ctts.scheme.states import ConditionState


def _found(request, pk):
    found = queries.condition_for(request.user, today_of(request), pk)
    if found is None:
        raise Http404
    return found


@guarded(SIGNED_IN)
def condition(request, pk):
    """What is asked by when, every answer and judgement, and what this reader can do (C3)."""
    found, today = _found(request, pk), today_of(request)
    mine = co_ordinates(request.user, found.accreditation.organisation, today)
    context = {
        "condition": found,
        "steps": [(step, _file_url(found, step)) for step in found.steps.all()],
        "badge": badge_for(found.state, found.get_state_display(), "accreditationcondition"),
        "acts": _acts(found, today),
        "step": _step(request.user, found, today, mine),
        "back_url": _back(found, mine),
        "reader": request.user,
    }
    return render(request, "scheme/condition.html", context)


def _file_url(found, step):
    return reverse("scheme:condition_file", args=[found.pk, step.document_id]) if step.document_id else ""


def _acts(found, today):
    """Who has the next move, and since which answer or judgement (screens 7); nobody once it is met."""
    if found.state == ConditionState.MET:
        return None
    steps = list(found.steps.all())
    since = london_date(steps[-1].at if steps else found.set_at)
    if found.state == ConditionState.ANSWERED:
        return Acts("the scheme office", since)
    return Acts("the Training Co-ordinator", since, found.due_on, ["the scheme office"], late=found.due_on < today)


def _step(user, found, today, mine):
    again = "Add to the answer" if found.state == ConditionState.ANSWERED else "Answer it"
    name, label = ("answer_condition", again) if mine else ("judge_condition", "Judge it")
    allowed = access.can_answer_condition if mine else access.can_judge_condition
    return NextStep(label, reverse(f"scheme:{name}", args=[found.pk]), allowed(user, found, today).reason)


def _back(found, mine):
    row = found.accreditation
    if mine:
        return reverse("scheme:my_centre", args=[row.organisation_id])
    return reverse("scheme:accreditation", args=[row.pk])


@guarded(
    COORDINATOR,
    methods="GET POST",
    effect="answers a condition of an accreditation; the office is mailed",
    asks=(AnswerForm,),
)
def answer(request, pk):
    """How the condition is met, with a file if there is one (C3)."""
    found = _found(request, pk)
    require(access.can_answer_condition(request.user, found, today_of(request)))
    form = AnswerForm(data_of(request), request.FILES or None)
    common = {"by": request.user, "now": request.now, "condition_id": pk}
    if tried(form, lambda: actions.answer_condition(**common, **form.cleaned_data)):
        messages.success(request, "Your answer is sent. The office is mailed and judges it.")
        return redirect("scheme:condition", pk)
    title, back = f"Answer condition {found.number}", reverse("scheme:condition", args=[pk])
    return ask_page(request, form, title=title, kicker=found.accreditation, lede=found.text, back_url=back)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="marks a condition met or not; the Training Co-ordinators are mailed",
    asks=(JudgeForm,),
)
def judge(request, pk):
    """Met, or not with the reason; the mail stands on the page first (C3, screens 18)."""
    found = _found(request, pk)
    require(access.can_judge_condition(request.user, found, today_of(request)))
    form = JudgeForm(data_of(request), initial={"seen": len(found.steps.all())})
    common = {"by": request.user, "now": request.now, "condition_id": pk}
    if tried(form, lambda: actions.judge_condition(**common, **form.values())):
        messages.success(request, "It is recorded with the condition.")
        return redirect("scheme:condition", pk)
    return render(request, "scheme/judge.html", _judge_page(request, found, form), status=status_of(form))


def _judge_page(request, found, form):
    told = organisations.coordinators_of(found.accreditation.organisation, today_of(request))
    words = {MET: "It is met", NOT_MET: "It is not met yet"}
    return {
        "form": form,
        "condition": found,
        "title": f"Is condition {found.number} met?",
        "told": told,
        "mails": [(word, _mail(found, person, kind)) for kind, word in words.items() for person in told[:1]],
    }


def _mail(found, person, kind):
    step = {"kind": kind, "words": "(what you write below)"}
    context = {"condition": found, "accreditation": found.accreditation, "step": step}
    return mail_preview("scheme.condition_judged", person, **context)


@guarded(SIGNED_IN)
def file(request, pk, document_id):
    """A file of an answer, for the office and the centre."""
    found = queries.file_of_condition(request.user, today_of(request), pk, document_id)
    if found is None:
        raise Http404
    return serve(found, reader=request.user, headers=request.headers, method=request.method, inline=True)
