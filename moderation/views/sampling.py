"""The External Moderator's caseload, and sampling of local work in a record (T11)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render

from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, require_for, status_of, today_of, tried
from ctts.common.refusals import typed_words
from ctts.common.verdict import NoLonger, TooLate, require
from ctts.organisations.access import MODERATOR
from moderation import access, actions, queries
from moderation.forms.sampling import DrawForm, ReplyForm, VerdictForm
from moderation.views import _shown_sampling as shown
from moderation.views._frame import record_or_404

ON_A_PAGE = 25


def sample_or_404(request, pk):
    """The only way a view gets a sample; whoever may not read it yet cannot tell it from none.

    Whoever could until lately, and sends a form they had open, reads since when they do not, and what they typed (403).
    """
    found = queries.samples_visible_to(request.user, today_of(request)).filter(pk=pk).first()
    if found is not None:
        return found
    reason = queries.sample_left(request.user, pk, today_of(request)) if request.method == "POST" else ""
    if reason:
        raise NoLonger(reason)
    raise Http404


@guarded(MODERATOR)
def caseload(request):
    """The trainees whose External Moderator the reader is, each with a light, its reason, and what waits."""
    today = today_of(request)
    page = Paginator(queries.moderated_by(request.user, today), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = queries.caseload(request.user, list(page.object_list), today)
    return render(request, "moderation/caseload.html", {"rows": rows, "page": page})


@guarded(SIGNED_IN, methods="GET POST", effect="draws a sample of local work as External Moderator", asks=(DrawForm,))
def samples(request, pk):
    """What was sampled in a record, with the verdicts; the External Moderator draws here."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_read_samples(request.user, record, today))
    may = access.can_draw_samples(request.user, record, today)
    form = DrawForm(data_of(request))
    if request.method == "POST":
        require(may)

    def act():
        actions.draw_samples(by=request.user, now=request.now, record_id=pk, key=form.cleaned_data["key"])
        messages.success(request, "Drawn. Judge each of them when you have looked at it.")

    if tried(form, act):
        return redirect("moderation:samples", pk)
    context = shown.samples_context(request.user, record, today)
    context["form"] = form if may and context["wanted"].more else None
    return render(request, "moderation/samples.html", context, status=status_of(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="records a verdict on a sample, or the supervisor's answer to one",
    asks=(VerdictForm, ReplyForm),
)
def sample(request, pk):
    """One sampled thing: what it is, the verdict, the answer; whoever's turn it is writes here."""
    found, today = sample_or_404(request, pk), today_of(request)
    judging = access.writes_verdict(request.user, found, today)
    may = (access.can_judge_sample if judging else access.can_reply_to_sample)(request.user, found, today)
    sends = request.method == "POST"
    if sends and may.kind == "no":
        require(may)
    form = (VerdictForm if judging else ReplyForm)(data_of(request)) if may or sends else None

    def act():
        write = actions.judge_sample if judging else actions.reply_to_sample
        write(by=request.user, now=request.now, sample_id=pk, **form.cleaned_data)
        messages.success(request, shown.JUDGED if judging else shown.REPLIED)

    try:
        if form is not None and tried(form, act):
            return redirect("moderation:sample", pk)
        if sends and may.kind == "late":
            require_for(form, may)
    except TooLate as reason:  # of two windows the second: what was chosen and typed there stays to be read
        return _too_late(request, pk, reason)
    heading = "Your verdict" if judging else "Your answer"
    return _sample_page(request, found, status_of(form), form=form, heading=heading)


def _too_late(request, pk, reason):
    said = {"late": str(reason), "typed": typed_words(request, reason.brought)}
    return _sample_page(request, sample_or_404(request, pk), 409, **said)


def _sample_page(request, found, status, *, form=None, heading="", late="", typed=()):
    context = shown.sample_context(request.user, found, today_of(request))
    context.update(form=form, heading=heading, late=late, typed=typed)
    return render(request, "moderation/sample.html", context, status=status)
