"""Changes of circumstances (E5): the trainee asks, sees what it does, sends; the supervisor supports it or does not."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.autosave import asks_for_autosave
from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import require
from ctts.documents import serving
from training import access, actions, queries
from training.actions import StaleText
from training.forms.changes import AnswerChangeForm, ChangeForm, SendChangeForm
from training.models import ChangeRequest
from training.states import CHANGE_OPEN, ChangeKind
from training.views import _shown_changes as shown
from training.views._away import away_page
from training.views._doors import change_or_404, require_open, wide_frame
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, is_changed, keep_typed


@guarded(SIGNED_IN)
def record_changes(request, pk):
    """The requests that this reader may read, what can be asked for, and the dates as they are."""
    record, today = record_or_404(request, pk), today_of(request)
    rows = list(queries.changes_of(record, request.user, today))
    context = frame(request, record, "record_changes", rows=[(row, shown.change_badge(row)) for row in rows])
    context["kinds"] = shown.kinds_to_ask(record, rows) if access.can_ask_for_change(request.user, record) else []
    context["pauses"] = queries.pauses_of(record)
    context["early"] = list(queries.early_ends_of(record))
    shortens = access.can_note_return(request.user, record, today)
    context["can_note_return"] = bool(shortens) and queries.pause_to_shorten(record, today) is not None
    context["percent"] = queries.percent_now(record)
    context["latest_on"] = queries.latest_end_of(record)
    context["contact"] = (
        queries.contact_of(record, today) if access.can_read_contact(request.user, record, today) else {}
    )
    return render(request, "training/changes/list.html", context)


# --- asking ---


def _form(request, record, kind, initial):
    """The form of a kind, with what can be chosen today."""
    today = today_of(request)
    given = {
        "centres": queries.centres_to_choose(record, today),
        "supervisors": queries.supervisors_to_choose(record, kind, today),
    }
    return ChangeForm(data_of(request), request.FILES or None, initial=initial, kind=kind, **given)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="writes down a request for a change, and keeps its text while it is typed",
    asks=(ChangeForm,),
)
def change_new(request, pk, kind):
    """What changes, from which day, why. Saved, its page shows what it does; nobody is told before it is sent."""
    record = record_or_404(request, pk)
    if kind not in ChangeKind.values:
        raise Http404
    require(access.can_ask_for_change(request.user, record))
    kind, key = ChangeKind(kind), queries.change_key(record.pk, kind)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept = Kept(request, key)
    form = _form(request, record, kind, kept.first)
    made = []

    def act():
        given = {"record_id": pk, "kind": kind, "key": form.cleaned_data["key"], "values": form.values()}
        given["upload"] = form.cleaned_data.get("document")
        made.append(actions.write_change(by=request.user, now=request.now, **given))

    if kept.tried(form, act):
        messages.success(request, "Saved. Nobody has been told yet: look at what it does, then send it.")
        return redirect("training:change", made[0].pk)
    context = frame(request, record, "record_changes", form=form, title=kind.label, **kept.context())
    context["back_url"] = reverse("training:record_changes", args=[pk])
    return render(request, "training/changes/form.html", context, status=kept.status(form))


@guarded(
    SIGNED_IN, methods="GET POST", effect="changes a request that is not sent, and keeps its text", asks=(ChangeForm,)
)
def change_edit(request, pk):
    """A request that is not sent."""
    change = change_or_404(request, pk)
    require(access.can_write_change(request.user, change))
    kind, key = ChangeKind(change.kind), queries.change_edit_key(pk)
    stored = {name: getattr(change, name) for name in queries.CHANGE_FIELDS}
    stored["seen"] = queries.written_digest(change)
    if asks_for_autosave(request):
        return keep_typed(request, change.record, key, unsaved=is_changed(_form(request, change.record, kind, stored)))
    kept = Kept(request, key)
    form = _form(request, change.record, kind, {**stored, **kept.first, "seen": stored["seen"]})

    def act():
        given = {"change_id": pk, "seen": form.cleaned_data["seen"], "values": form.values()}
        given["upload"] = form.cleaned_data.get("document")
        actions.rewrite_change(by=request.user, now=request.now, **given)

    if kept.tried(form, act):
        messages.success(request, "Saved. Look at what it does, then send it.")
        return redirect("training:change", pk)
    context = frame(request, change.record, "record_changes", form=form, title=kind.label, **kept.context())
    context["back_url"] = reverse("training:change", args=[pk])
    return render(request, "training/changes/form.html", context, status=kept.status(form))


# --- reading and deciding ---


def change_context(request, change, effect=None, **more):
    """What every page of a request shows: what it asks, what it does, what was said."""
    today = today_of(request)
    if change.state in CHANGE_OPEN:
        effect = effect or queries.effect_of(change, today)
        more.update(
            lines=shown.effect_lines(change, effect, today), moved=shown.milestones_moved(effect), effect=effect
        )
    context = wide_frame(request, change.record, "record_changes", change=change, facts=shown.asked(change), **more)
    context.update(badge=shown.change_badge(change), entries=shown.change_entries(change))
    context["decided"] = shown.decided(change)
    return context


@guarded(SIGNED_IN)
def change(request, pk):
    """One request: what is asked for, what it does, what was said, and the one next step of this reader."""
    try:
        return _one(request, change_or_404(request, pk))
    except Http404:
        return away_page(request, ChangeRequest, pk)


def _one(request, found):
    today = today_of(request)
    context = change_context(request, found)
    supervisors = queries.supervisors_of(found.record, today)
    context["acts"] = shown.change_acts(request.user, found, supervisors)
    context["step"] = shown.change_step(request.user, found, today)
    context["can_edit"] = access.can_write_change(request.user, found)
    context["can_withdraw"] = access.can_withdraw_change(request.user, found)
    context["can_go_on"] = access.can_go_on_without(request.user, found, today)
    return render(request, "training/changes/one.html", context)


def sent_form(request, form, act, change, template, **more):
    """A page that shows the whole request with a form under it; what changed meanwhile comes back as 409 with it."""
    stale = None
    try:
        if tried(form, act):
            return redirect("training:change", change.pk)
    except StaleText as problem:
        stale = str(problem)
    context = change_context(request, change, form=form, stale=stale, **more)
    return render(request, template, context, status=409 if stale else status_of(form))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="sends a request for a change to the supervisor or the office",
    asks=(SendChangeForm,),
)
def change_send(request, pk):
    """What it does and who is told; then it is sent."""
    found, today = change_or_404(request, pk), today_of(request)
    require(access.can_write_change(request.user, found))
    seen = queries.change_digest(found, queries.effect_of(found, today))
    form = SendChangeForm(data_of(request), initial={"seen": seen})

    def act():
        actions.send_change(by=request.user, now=request.now, change_id=pk, seen=form.cleaned_data["seen"])
        messages.success(request, "Sent. You can withdraw it until it is decided.")

    supervisors = queries.supervisors_of(found.record, today)
    mails = shown.sending_mails(found, supervisors)
    return sent_form(request, form, act, found, "training/changes/send.html", mails=mails)


@guarded(SIGNED_IN, methods="GET POST", effect="withdraws one's own request for a change")
def change_withdraw(request, pk):
    """The trainee withdraws it; nothing changes."""
    found = change_or_404(request, pk)
    require_open(access.can_withdraw_change(request.user, found), found)
    supervisors = queries.supervisors_of(found.record, today_of(request))
    confirm = Confirm(
        title="Withdraw this request",
        action="Withdraw it",
        cancel_url=reverse("training:change", args=[pk]),
        kicker=f"{found.get_kind_display()}, {found.record.trainee}",
        consequences=[
            Consequence("Nothing changes in your training, and nobody decides about this request."),
            Consequence("It stays in your list as withdrawn. You can ask anew at any time."),
        ],
        mails=shown.withdrawing_mails(found, supervisors, request.user, today_of(request)),
    )

    def act():
        actions.withdraw_change(by=request.user, now=request.now, change_id=pk)

    return confirmed(
        request, confirm, act, "training:record_changes", found.record_id, said="The request is withdrawn."
    )


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="supports a trainee's request for a change, or does not",
    asks=(AnswerChangeForm,),
)
def change_answer(request, pk):
    """The supervisor reads what is asked and what it does, and says their word."""
    found, today = change_or_404(request, pk), today_of(request)
    require_open(access.can_answer_change(request.user, found, today), found)
    seen = queries.change_digest(found, queries.effect_of(found, today))
    form = AnswerChangeForm(data_of(request), initial={"seen": seen})

    def act():
        actions.answer_change(by=request.user, now=request.now, change_id=pk, **form.cleaned_data)
        messages.success(request, "Your answer is with the scheme office, which decides.")

    return sent_form(request, form, act, found, "training/changes/answer.html")


@guarded(SIGNED_IN)
def change_file(request, pk):
    """The file that came with a request."""
    found = change_or_404(request, pk)
    if found.document is None:
        raise Http404
    inline = request.GET.get("in") == "place"
    given = {"reader": request.user, "headers": request.headers, "method": request.method}
    return serving.serve(found.document, inline=inline, **given)
