"""The record itself, as everybody around it sees it, and what the trainee does with competencies (T1, T2, M)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import Invalid, require
from ctts.organisations.access import is_office
from ctts.scheme import actions as scheme
from ctts.scheme.queries import numbers_of
from training import access, actions, queries
from training.forms import RatingForm, SubmitForm, SupervisorRatingForm
from training.states import ItemState
from training.views import _shown
from training.views._frame import frame, item_or_404, record_or_404
from training.views._shown_trainers import person_row


@guarded(SIGNED_IN)
def mine(request):
    """One's own training; there is no such page for anybody else."""
    record = queries.own_record(request.user)
    if record is None:
        raise Http404
    return _record_page(request, record)


@guarded(SIGNED_IN)
def record(request, pk):
    """The first page of a record: ring, milestones, the two years, people, what waits in it."""
    return _record_page(request, record_or_404(request, pk))


def _record_page(request, record):
    shown = queries.overview(record, request.user, request.now)
    context = frame(request, record, "record", shown=shown)
    context["light"] = None if record.ended_on else shown.light  # its state says it all
    context["gate"] = queries.next_gate(record, request.user, today_of(request), shown)
    context["duties"] = queries.duties_in(record, request.user, today_of(request), request.now)
    context["today"] = today_of(request)
    context["acts"] = queries.acts_on(record, shown, request.user, waits=bool(context["duties"]))
    context["step"] = _shown.next_step(context["duties"], record, context["mine"])
    return render(request, "training/record.html", context)


@guarded(SIGNED_IN, methods="POST", effect="notes that a person has read the scheme handbook")
def read_handbook(request, pk):
    """Whoever sees the record says that they have read the handbook that goes with it (E1)."""
    record = record_or_404(request, pk)
    if record.handbook_id is None:
        raise Http404
    scheme.acknowledge_handbook(by=request.user, now=request.now, handbook_id=record.handbook_id)
    messages.success(request, "It is noted that you have read the handbook.")
    return redirect("training:record", record.pk)


@guarded(SIGNED_IN)
def people(request, pk):
    """Who stands and stood around the trainee, with dates (E3)."""
    record = record_or_404(request, pk)
    rows = [person_row(row) for row in queries.people_ever(record)]
    context = frame(request, record, "people", appointments=rows, today=today_of(request))
    context["allocates"] = bool(access.can_allocate(request.user, record, today_of(request)))
    context["office"] = is_office(request.user, today_of(request))
    return render(request, "training/people.html", context)


@guarded(SIGNED_IN)
def history(request, pk):
    """What happened in the record, from the audit, newest first."""
    record = record_or_404(request, pk)
    entries, page = queries.history_page(record, request.user, today_of(request), request.GET.get("page"))
    context = frame(request, record, "history", entries=entries, page=page)
    return render(request, "training/history.html", context)


@guarded(SIGNED_IN)
def competencies(request, pk):
    """The competency matrix with its filters in the address (screens 4)."""
    record = record_or_404(request, pk)
    state, late = request.GET.get("state", ""), request.GET.get("late") == "yes"
    groups = queries.matrix(record, request.user, today_of(request), state, late)
    context = frame(request, record, "competencies", groups=groups, **_shown.matrix_filters(state, late))
    context["step"] = _shown.sign_step(request.user, record, today_of(request))
    return render(request, "training/competencies.html", context)


@guarded(SIGNED_IN)
def item(request, pk):
    """One competency: statement, plan, evidence, history, and the one next step of this reader."""
    item = item_or_404(request, pk)
    return item_page(request, item)


def item_page(request, item, status=200, **forms):
    """The page of a competency; `forms` are those that came back with mistakes."""
    return render(request, "training/item.html", {**_item_context(request, item), **forms}, status=status)


def _item_context(request, item):
    today = today_of(request)
    submissions, returns, sign_offs = queries.facts_of_item(item)
    ratings, confirmations = queries.ratings_of_item(item), queries.confirmations_of(item)
    judged = ratings[0] if ratings and ratings[0].rating is not None else None
    shared = queries.judged_evidence([item])[item.pk]
    own = access.can_work_on(request.user, item)
    mine, supervisor = request.user.pk == item.record.trainee_id, queries.supervisor_of(item.record, today)
    pieces = list(queries.shown_evidence(item, request.user, today))
    bare = _shown.bare_of(item, pieces, shared)
    step = _shown.item_step(request.user, item, today, bare)  # only the trainee and the supervisor have one
    standing = next((row for row in sign_offs if not _shown.withdrawal(row)), None)
    context = {
        "item": item,
        "step": step,
        "pieces": pieces,
        "bare": bare,
        "kept_from": access.can_read_library(request.user, item.record, today).reason if shared and not pieces else "",
        "readers": queries.readers_of(item.record, request.user, today, shared=True),
        "signatures": [_shown.signature(row, shared, confirmations) for row in sign_offs],
        "asked": queries.asked_of(item),
        "taken_up": queries.taken_up(submissions[0], shared)
        if submissions and item.state == ItemState.SUBMITTED
        else None,
        "entries": _shown.item_entries(submissions, returns, sign_offs, ratings, confirmations),
        "withdraw": standing and access.can_withdraw_sign_off(request.user, standing, today),
        "standing": standing,
        "can_return": access.can_return(request.user, item, today),
        "can_tailor": access.can_tailor(request.user, item.record, today),
        "can_start": access.can_start(request.user, item),
        "can_nominate": access.can_nominate(request.user, item),
        "best_most": numbers_of(item.record.rules).best_evidence_most,
        "can_add": access.can_add_evidence(request.user, item.record),
        "item_badge": _shown.item_badge(item, sign_offs, shared, confirmations),
        "rating": RatingForm(initial={"rating": item.own_rating}) if own else None,
        "judged": judged,
        "judging": _judging(request.user, item, judged, today),
        "acts": _shown.item_acts(request.user, item, submissions, supervisor, bool(step) and not mine, bare),
    }
    return frame(request, item.record, "competencies", **context)


def _judging(user, item, judged, today):
    """The form with which the supervisor rates; none for anybody else."""
    may = access.can_rate(user, item, today)
    return SupervisorRatingForm(initial={"rating": judged and judged.rating}) if may else None


@guarded(SIGNED_IN, methods="POST", effect="begins a competency")
def start(request, pk):
    """The trainee begins a competency."""
    item = item_or_404(request, pk)
    actions.start_item(by=request.user, now=request.now, item_id=item.pk)
    messages.success(request, f"{item.item.code} is in progress. Add evidence as you collect it.")
    return redirect("training:item", item.pk)


@guarded(SIGNED_IN, methods="POST", effect="keeps the trainee's own rating of a competency", asks=(RatingForm,))
def rate(request, pk):
    """The trainee's own rating."""
    item = item_or_404(request, pk)
    require(access.can_work_on(request.user, item))
    form = RatingForm(request.POST)
    user, now = request.user, request.now
    if tried(form, lambda: actions.rate_item(by=user, now=now, item_id=item.pk, **form.cleaned_data)):
        messages.success(request, "Your rating is saved.")
        return redirect("training:item", item.pk)
    return item_page(request, item, 422, rating=form)


@guarded(SIGNED_IN, methods="POST", effect="puts evidence among the best for a competency, or takes it off")
def nominate(request, pk, evidence):
    """One piece is among the best, or no longer; pressed again it is as before (T3)."""
    item, best = item_or_404(request, pk), request.POST.get("best") == "yes"
    given = {"item_id": item.pk, "evidence_id": evidence, "best": best}
    try:
        actions.nominate(by=request.user, now=request.now, **given)
    except Invalid as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "It is among the best." if best else "It is no longer among the best.")
    return redirect(f"{reverse('training:item', args=[pk])}#evidence")


@guarded(SIGNED_IN, methods="GET POST", effect="submits a competency for signature", asks=(SubmitForm,))
def submit(request, pk):
    """The trainee submits: what the supervisor will see, and a note."""
    item = item_or_404(request, pk)
    require(access.can_submit(request.user, item))
    returned, user, now = queries.asked_of(item), request.user, request.now
    points = returned.points if returned else []
    form = SubmitForm(data_of(request), initial={"seen": queries.shown_digest(item)}, points=points)
    if tried(form, lambda: actions.submit_item(by=user, now=now, item_id=item.pk, **form.given())):
        messages.success(request, f"{item.item.code} is submitted. Your supervisor has been told.")
        return redirect("training:item", item.pk)
    pieces = queries.judged_evidence([item])[item.pk]
    context = frame(request, item.record, "competencies", item=item, form=form, pieces=pieces, returned=returned)
    return render(request, "training/submit.html", context, status=status_of(form))
