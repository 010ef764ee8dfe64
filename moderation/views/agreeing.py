"""Marks about which two markers differ: for the markers, the adjudicator, and the office (F5; screens 10).

The office sees that markers differ and appoints; it learns nothing of the marks (quality rule 9). For the trainee there
is no such page.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from assessments.queries.sections import office_sections
from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.verdict import TooLate, require
from ctts.organisations.access import OFFICE
from moderation import access, actions, queries
from moderation.forms import AcceptForm, AdjudicateForm, AppointForm, ProposeForm
from moderation.views import _shown_agreeing as shown
from moderation.views import _shown_appointing as shown_appointing
from training.states import AppointmentKind

ON_A_PAGE = 50


def attempt_or_404(request, pk):
    """The only way a page gets an attempt about which markers differ."""
    return get_object_or_404(queries.disagreements_visible_to(request.user, today_of(request)), pk=pk)


@guarded(OFFICE)
def disagreements(request):
    """Every attempt about which markers differ or differed, the open ones first; no mark is shown."""
    rows = queries.disagreements_visible_to(request.user, today_of(request)).order_by("-state", "-differed_at", "-pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    markers = queries.markers_of(page.object_list)
    shown_rows = [(row, markers[row.pk], shown.badge_of(row)) for row in page.object_list]
    context = {"rows": shown_rows, "page": page, "tabs": office_sections("moderation:disagreements")}
    return render(request, "moderation/disagreements.html", context)


@guarded(SIGNED_IN)
def disagreement(request, pk):
    """Where it stands; for markers and adjudicator both sheets, what was proposed, and the next step."""
    found = attempt_or_404(request, pk)
    context = shown.frame(request, found)
    context["step"] = shown.next_step(request.user, found, today_of(request))
    context["second"] = shown.second_step(request.user, found, today_of(request))
    context["acts"] = shown.acts_of(request.user, found, today_of(request))
    return render(request, "moderation/disagreement.html", context)


@guarded(
    SIGNED_IN, methods="GET POST", effect="proposes a result as one of two markers who differ", asks=(ProposeForm,)
)
def propose(request, pk):
    """A marker proposes what both shall agree, both sheets beside it."""
    found = attempt_or_404(request, pk)
    require(access.can_agree(request.user, found, today_of(request)))
    seen = {"seen": queries.agreeing_digest(found)}
    form = ProposeForm(data_of(request), initial=seen, stage=found.stage)

    def act():
        actions.propose_mark(by=request.user, now=request.now, attempt_id=pk, **form.given())
        messages.success(request, "Proposed. The other marker is asked to agree.")

    if tried(form, act):
        return redirect("moderation:disagreement", pk)
    context = {**shown.frame(request, found), "form": form, "title": "Propose a result"}
    return render(request, "moderation/settle.html", context, status=status_of(form))


@guarded(
    SIGNED_IN, methods="GET POST", effect="agrees to the result that the other marker proposed", asks=(AcceptForm,)
)
def accept(request, pk):
    """The other marker agrees; the outcome goes to the office."""
    found = attempt_or_404(request, pk)
    require(access.can_agree(request.user, found, today_of(request)))
    proposal = queries.standing_proposal(found)
    if proposal is None:
        raise TooLate("Nothing waits for your agreement.")
    require(access.can_accept(request.user, proposal))
    form = AcceptForm(data_of(request), initial={"seen": queries.agreeing_digest(found)})
    confirm = shown.accept_confirm(found, proposal, form)

    def act():
        actions.accept_mark(by=request.user, now=request.now, attempt_id=pk, **form.cleaned_data)
        messages.success(request, "Agreed. The scheme office confirms and releases the outcome.")

    return confirmed(request, confirm, act, "moderation:disagreement", pk)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="settles a result as the appointed adjudicator, with a signature",
    asks=(AdjudicateForm,),
)
def adjudicate(request, pk):
    """The adjudicator settles what the markers did not agree, and signs."""
    found = attempt_or_404(request, pk)
    require(access.can_adjudicate(request.user, found, today_of(request)))
    seen = {"seen": queries.agreeing_digest(found)}
    form = AdjudicateForm(data_of(request), initial=seen, stage=found.stage, **signing(request))

    def act():
        given = {"attempt_id": pk, "authentication": form.authentication, **form.given()}
        actions.adjudicate(by=request.user, now=request.now, **given)
        words = "Settled. The scheme office confirms and releases the outcome. Your appointment ends with this day."
        messages.success(request, words)

    if tried(form, act):
        return redirect("moderation:disagreement", pk)
    context = {**shown.frame(request, found), "form": form, "title": "Settle this result"}
    context["statement"] = actions.ADJUDICATED_WORDS
    return render(request, "moderation/settle.html", context, status=status_of(form))


@guarded(OFFICE)
def adjudicators(request, pk):
    """The pool for an adjudicator: independent of the training and of both markers."""
    found, today = attempt_or_404(request, pk), today_of(request)
    require(access.can_appoint_adjudicator(request.user, found, today))
    rows = queries.candidates(AppointmentKind.ADJUDICATOR, found.record, today)
    context = {"record": found.record, "function": AppointmentKind.ADJUDICATOR, "day": today}
    context["back"] = reverse("moderation:disagreement", args=[pk])
    context["groups"] = shown_appointing.groups_of(
        rows, lambda person: reverse("moderation:appoint_adjudicator", args=[pk, person])
    )
    return render(request, "moderation/pick.html", context)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="appoints an adjudicator where markers differ, and mails them",
    asks=(AppointForm,),
)
def appoint_adjudicator(request, pk, person):
    """What appointing an adjudicator does, and what was found of the person."""
    found, today = attempt_or_404(request, pk), today_of(request)
    require(access.can_appoint_adjudicator(request.user, found, today))
    who = shown_appointing.moderator_or_404(request, person).person
    kind, back = AppointmentKind.ADJUDICATOR, reverse("moderation:adjudicators", args=[pk])
    confirm = shown_appointing.appoint_confirm(request, found.record, who, kind, today, back=back)

    def act():
        given = {"attempt_id": pk, "person": who, **confirm.form.cleaned_data}
        actions.appoint_adjudicator(by=request.user, now=request.now, **given)
        messages.success(request, f"{who} is appointed and settles the result.")

    return confirmed(request, confirm, act, "moderation:disagreement", pk)
