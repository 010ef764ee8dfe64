"""DOPS (T5, T11): the log, asking, starting, five short steps on a phone, approving, acknowledging, voiding."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import queries as applications
from ctts.common.confirming import confirmed
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.signatures import shown_signature
from ctts.common.verdict import require
from ctts.common.whole_numbers import number_in
from training import access, actions, queries
from training.forms.dops import (
    AcknowledgeDopsForm,
    ApproveForm,
    LogFilterForm,
    ReasonForm,
    RequestDopsForm,
    SignDopsForm,
    StartDopsForm,
)
from training.queries import DopsWanted
from training.states import EarlierKind
from training.views import _outside as outside
from training.views import _shown_handing as handing
from training.views import _shown_log as log
from training.views import _shown_practice as shown
from training.views._doors import dops_or_404, wide_frame
from training.views._dops_steps import STEP_FORMS, Way, step_page
from training.views._earlier import earlier_left
from training.views._frame import frame, record_or_404, require_still
from training.views._papers import being_made, paper_served


@guarded(SIGNED_IN)
def dops_log(request, pk):
    """The DOPS of a record, newest observation first, narrowed by filters in the address."""
    record, today = record_or_404(request, pk), today_of(request)
    form, given, rows = _log(request, record)
    context = frame(request, record, "dops_log", rows=[shown.dops_row(row) for row in rows], filters=form)
    context["pills"], context["trend"] = shown.log_pills(form, given), log.trend(rows)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context["exports"] = export_links(lambda kind: reverse("training:dops_file", args=[pk, kind]), query)
    context["step"] = shown.log_step(request.user, record)
    context["start"] = StartDopsForm() if access.can_start_dops(request.user, record, today) else None
    names = access.can_name_external(request.user, record, today)
    context["earlier"] = earlier_left(request, record, EarlierKind.DOPS)
    context["external_url"] = reverse("training:dops_external", args=[pk]) if names else ""
    return render(request, "training/dops/log.html", context)


def _log(request, record):
    """The filters in the address, what they say, and the DOPS that they leave."""
    form = LogFilterForm(request.GET or None, items=queries.linked_items(record))
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    item = given.get("item")
    wanted = DopsWanted(given.get("state", ""), given.get("kind", ""), item.pk if item else None)
    return form, given, list(queries.dops_log(record, request.user, today_of(request), wanted))


@guarded(SIGNED_IN)
def dops_file(request, pk, kind):
    """Exactly the DOPS that the log shows, as a workbook or as CSV, with the scores of those that are signed."""
    if kind not in KINDS:
        raise Http404
    record = record_or_404(request, pk)
    rows = _log(request, record)[2]
    scores = queries.scores_by_number(log.readable(rows))
    return as_file(kind, f"DOPS log {record.trainee}", log.headings(scores), log.file_rows(rows, scores))


@guarded(SIGNED_IN, methods="GET POST", effect="asks for a DOPS as the trainee", asks=(RequestDopsForm,))
def dops_request(request, pk):
    """The trainee asks the supervisor or a suitable person."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_request_dops(request.user, record))
    people, items = queries.possible_assessors(record, today), queries.items_of(record)
    first = shown.asked_like(record, number_in(request.GET.get("like", "")))
    form = RequestDopsForm(data_of(request), initial=first, assessors=people, items=items)
    made = []

    def act():
        given = dict(form.cleaned_data)
        asked = {"key": given.pop("key"), "assessor": given.pop("assessor"), "values": given}
        made.append(actions.request_dops(by=request.user, now=request.now, record_id=pk, **asked))

    if tried(form, act):
        messages.success(request, shown.asked_words(made[0], today))
        return redirect("training:dops", made[0].pk)
    context = frame(request, record, "dops_log", form=form, supervisors=shown.supervisors_with_access(record, today))
    return render(request, "training/dops/request.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="POST", effect="starts a DOPS as supervisor or External Moderator", asks=(StartDopsForm,))
def dops_start(request, pk):
    """Supervisor or External Moderator start a DOPS with one press."""
    require(access.can_start_dops(request.user, record_or_404(request, pk), today_of(request)))
    form = StartDopsForm(request.POST)
    made = []

    def act():
        given = {"record_id": pk, "key": form.cleaned_data["key"]}
        made.append(actions.start_dops(by=request.user, now=request.now, **given))

    if tried(form, act):
        return redirect("training:dops_step", made[0].pk, 1)
    return redirect("training:dops_log", pk)


@guarded(SIGNED_IN)
def dops(request, pk):
    """One DOPS: header, scores and words once signed, signatures, and the one next step of this reader."""
    found, today = dops_or_404(request, pk), today_of(request)
    open_to_reader = queries.shows_scores(found, request.user)
    context = _frame(request, found, signatures=[shown_signature(row) for row in queries.signatures_of(found)])
    context["step"] = shown.dops_step(request.user, found, today)
    context["acts"] = shown.dops_acts(request.user, found, today, request.now)
    open_to_reader = open_to_reader and bool(queries.scores_of(found))
    context["scores"] = queries.judged(found) if open_to_reader else []
    context["words"] = shown.dops_said(found) if open_to_reader else []
    context["when"] = shown.written_words(found.observed_on, queries.written_at(found))
    context["adjustments"] = _to_act_on(request, found, today)
    context["in_vain"] = shown.dops_waits_in_vain(found)
    context["can_decline"] = access.can_decline_dops(request.user, found, today)
    context["can_void"] = access.can_void_dops(request.user, found, today)
    context["outside"] = outside.panel(request, found)
    prints = access.can_print_dops(found)
    context["prints"], context["paper"] = prints, queries.dops_on_paper(found) if prints else None
    context["hands_over"] = handing.hands_over(request.user, found, today)
    return render(request, "training/dops/one.html", context)


def _to_act_on(request, dops, today):
    """What is agreed for the trainee, for whoever is to assess this DOPS (A5)."""
    if not access.can_write_dops(request.user, dops, today):
        return []
    return applications.agreed_adjustments(dops.record.trainee_id)


def _frame(request, dops, **more):
    context = wide_frame(request, dops.record, "dops_log", dops=dops, facts=shown.dops_facts(dops), **more)
    context["badge"] = shown.dops_badge(dops)
    return context


# --- five short steps (screens 11) ---


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="saves one step of a DOPS as its assessor, or signs it",
    asks=(*STEP_FORMS, SignDopsForm),
)
def dops_step(request, pk, step):
    """One of the five steps; each is saved when it is left by its button."""
    found = dops_or_404(request, pk)
    require_still(request, access.can_write_dops(request.user, found, today_of(request)), found)

    def in_frame(number):
        recent = queries.recent_procedures(found) if number == 1 else []
        return _frame(request, found, tabs=[], recent=recent)

    way = Way(
        by=request.user,
        address=lambda number: reverse("training:dops_step", args=[pk, number]),
        sign=_sign,
        statement=actions.DOPS_SIGNED_WORDS,
        signed=lambda: redirect("training:dops", pk),
        pages=("training/dops/step.html", "training/dops/sign.html"),
        frame=in_frame,
    )
    return step_page(request, found, step, way)


def _sign(request, dops, _kept, _by):
    post, registration = queries.last_header_of(request.user)
    first = {"seen": queries.dops_digest(dops), "post": post, "registration": registration}
    asks = bool(queries.identifiers_in_dops(dops))
    form = SignDopsForm(data_of(request), initial=first, asks=asks, **signing(request))

    def act():
        given = {name: form.cleaned_data.get(name, "") for name in ("seen", "post", "registration", "answer")}
        given.update(dops_id=dops.pk, authentication=form.authentication)
        actions.sign_dops(by=request.user, now=request.now, **given)
        messages.success(request, f"Signed. {dops.record.trainee} is asked to acknowledge it.")

    return form, act


# --- what others do with it ---


@guarded(SIGNED_IN, methods="GET POST", effect="approves a suitable person as assessor of a DOPS", asks=(ApproveForm,))
def dops_approve(request, pk):
    """The supervisor approves a suitable person; only then are they asked."""
    found = dops_or_404(request, pk)
    require(access.can_approve_assessor(request.user, found, today_of(request)))
    form = ApproveForm(data_of(request), **signing(request))

    def act():
        given = {"dops_id": pk, "authentication": form.authentication}
        actions.approve_assessor(by=request.user, now=request.now, **given)
        messages.success(request, f"{found.assessor_name} is approved and asked.")

    if tried(form, act):
        return redirect("training:dops", pk)
    context = _frame(request, found, form=form, **outside.approval(request, found))
    return render(request, "training/dops/approve.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="acknowledges a DOPS as the trainee", asks=(AcknowledgeDopsForm,))
def dops_acknowledge(request, pk):
    """The trainee acknowledges what the assessor signed; it then stands in the log."""
    found = dops_or_404(request, pk)
    require(access.can_acknowledge_dops(request.user, found))
    asks = bool(queries.identifiers_in_words(request.POST.get("comment", "")))
    first = {"seen": queries.dops_digest(found)}
    form = AcknowledgeDopsForm(data_of(request), initial=first, asks=asks, **signing(request))

    def act():
        given = {name: form.cleaned_data.get(name, "") for name in ("seen", "comment", "answer")}
        given.update(dops_id=pk, authentication=form.authentication)
        actions.acknowledge_dops(by=request.user, now=request.now, **given)
        messages.success(request, "Acknowledged. It stands in your DOPS log.")

    if tried(form, act):
        return redirect("training:dops", pk)
    context = _frame(request, found, form=form, statement=actions.DOPS_ACKNOWLEDGED_WORDS)
    context.update(scores=queries.judged(found), words=shown.dops_said(found))
    context["when"] = shown.written_words(found.observed_on, queries.written_at(found))
    return render(request, "training/dops/acknowledge.html", context, status=status_of(form))


def _end(request, found, act, **words):
    confirm = Confirm(
        cancel_url=reverse("training:dops", args=[found.pk]),
        kicker=f"DOPS, {found.record.trainee}",
        danger=True,
        **words,
    )
    return confirmed(request, confirm, lambda: act(confirm.form.cleaned_data["reason"]), "training:dops", found.pk)


@guarded(SIGNED_IN, methods="GET POST", effect="asks for the PDF of a signed DOPS")
def dops_paper(request, pk):
    """The PDF of a signed DOPS: a press has it made by the worker, once for everybody; then this address gives it."""
    found = dops_or_404(request, pk)
    require(access.can_print_dops(found))
    if request.method == "POST":
        actions.ask_paper(by=request.user, now=request.now, dops_id=pk)
        return being_made(request, "training:dops", pk)
    return paper_served(request, queries.dops_on_paper(found))


@guarded(SIGNED_IN, methods="GET POST", effect="declines a DOPS with a reason", asks=(ReasonForm,))
def dops_decline(request, pk):
    """The assessor, or the supervisor for a person who is not suitable, declines."""
    found = dops_or_404(request, pk)
    require(access.can_decline_dops(request.user, found, today_of(request)))

    def act(reason):
        actions.decline_dops(by=request.user, now=request.now, dops_id=pk, reason=reason)
        messages.success(request, "Declined. The trainee reads your reason.")

    words = {
        "title": "Decline this DOPS",
        "action": "Decline it",
        "consequences": [*shown.told_of_end(found, request.user), *outside.ends_with(request, found)],
    }
    return _end(request, found, act, form=ReasonForm(data_of(request)), **words)


@guarded(SIGNED_IN, methods="GET POST", effect="voids a DOPS with a reason", asks=(ReasonForm,))
def dops_void(request, pk):
    """A DOPS is voided: it stays in the log, struck, and counts no more."""
    found = dops_or_404(request, pk)
    require(access.can_void_dops(request.user, found, today_of(request)))

    def act(reason):
        actions.void_dops(by=request.user, now=request.now, dops_id=pk, reason=reason)
        messages.success(request, "Voided. It stays in the log, struck.")

    stays = Consequence("It stays in the log with your reason, and counts no more.")
    told = shown.told_of_end(found, request.user)
    own = request.user.pk == found.record.trainee_id
    asked = [Consequence("Ask for another from your DOPS log: whoever observes it judges it anew.")] if own else []
    words = {
        "title": "Void this DOPS",
        "action": "Void it",
        "consequences": [stays, *told, *asked, *outside.ends_with(request, found)],
    }
    return _end(request, found, act, form=ReasonForm(data_of(request)), **words)
