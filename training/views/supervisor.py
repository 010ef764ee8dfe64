"""My trainees, and signing: one competency, several at once, returning, withdrawing a signature (T2, screens 8)."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRefresh

from ctts.common.confirming import confirm_page
from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.verdict import TooLate, both, require
from ctts.common.whole_numbers import numbers_in
from training import access, actions, queries
from training.actions import ChangedSinceSeen
from training.actions.competencies import STATEMENT
from training.forms import NOTE, ReturnForm, SignOneForm, SignSeveralForm, SupervisorRatingForm, WithdrawForm
from training.views import _shown
from training.views._frame import frame, item_or_404, record_or_404, sign_off_or_404
from training.views.trainee import item_page

ON_A_PAGE = 25
TYPED, NOTES_LEFT = "training_comment_typed", "training_notes_left"  # keys of the session
AGAIN = "It changed again since you opened this page. Nothing was noted; look at it as it is now."
SINCE = "The signature stands for what was signed. This is what differs since."


@guarded(SIGNED_IN)
def trainees(request):
    """The trainees a person stands around, each with a light, its reason and what waits for the reader with them;
    twenty-five a page."""
    today = today_of(request)
    page = Paginator(queries.trainees_of(request.user, today), ON_A_PAGE).get_page(request.GET.get("page"))
    records = list(page.object_list)
    standings = queries.standings_of(records, today)
    waiting = queries.waiting_by_record(request.user, today, request.now) if records else {}
    changed = queries.changed_by_record(records) if records else {}
    rows = [(row, standings[row.pk], waiting.get(row.pk, []), changed.get(row.pk)) for row in records]
    context = {"rows": rows, "page": page, "waits": sum(map(len, waiting.values()))}
    return render(request, "training/trainees.html", context)


@guarded(SIGNED_IN, methods="GET POST", effect="signs the chosen competencies of one trainee", asks=(SignSeveralForm,))
def sign_off(request, pk):
    """Bulk sign-off: rows with a tick, evidence opening in place, held rows with the reason (screens 8)."""
    record = record_or_404(request, pk)
    require(both(access.is_supervisor(request.user, record, today_of(request)), access.is_running(record)))
    typed = _notes_left(request, pk) | _typed_before(request)
    offered = {"items": queries.mappable_items(record), "initial": typed, **signing(request)}
    submitted = queries.submitted_items(record)
    form = SignSeveralForm(data_of(request), noted=submitted, **offered)
    made = []

    def act():
        chosen = {"record_id": pk, "seen": form.seen(), "notes": form.notes()}
        chosen["comment"] = form.cleaned_data["comment"]
        made.append(actions.sign_items(by=request.user, now=request.now, authentication=form.authentication, **chosen))

    if tried(form, act) and made[0].signed:
        _keep_notes(request, pk, made[0].signed)
        return redirect(_signed_url(record, made[0]))
    refused = made[0].refused if made else ()
    status = 409 if made else status_of(form)
    rows = queries.sign_rows(request.user, submitted.all() if form.is_bound else submitted)
    context = _sign_context(request, record, form, rows) | {"refused": refused}
    return render(request, "training/sign_off.html", context, status=status)


def _sign_context(request, record, form, rows):
    chosen = numbers_in(request.POST.getlist("rows") if form.is_bound else request.GET.get("chosen", "").split(","))
    return frame(
        request,
        record,
        "competencies",
        form=form,
        groups=_shown.grouped(rows, form),
        held=sum(bool(row.hold) for row in rows),
        rows=len(rows),
        chosen=chosen,
        opened=numbers_in(request.GET.get("open", "").split(",")),
        statement=STATEMENT,
    )


def _signed_url(record, made):
    at = made.signed[0].signed_at.isoformat()
    left = ",".join(str(item.pk) for item, _ in made.refused)
    return f"{reverse('training:signed', args=[record.pk])}?{urlencode({'at': at, 'left': left})}"


@guarded(SIGNED_IN)
def signed(request, pk):
    """What one press signed, and what it did not, with the reason as it is now."""
    record = record_or_404(request, pk)
    at = _moment(request.GET.get("at", ""))
    if at is None:
        return redirect("training:competencies", record.pk)
    left = queries.items_visible_to(request.user, today_of(request)).filter(
        record=record, pk__in=numbers_in(request.GET.get("left", "").split(","))
    )
    made = queries.signed_at(request.user, record, at)
    notes = _notes_left(request, pk)
    rows = [(row, notes.get(f"{NOTE}{row.item.pk}", "")) for row in queries.sign_rows(request.user, left)]
    context = frame(request, record, "competencies", made=made, left=rows)
    return render(request, "training/signed.html", context)


def _keep_notes(request, pk, signed):
    """What was typed on competencies of a trainee that one press did not sign stays theirs: by the session, until they
    are signed."""
    done = {f"{NOTE}{made.item_id}" for made in signed}
    typed = {name: text for name, text in request.POST.items() if name.startswith(NOTE) and text.strip()}
    left = {name: text for name, text in typed.items() if name not in done}
    request.session[NOTES_LEFT] = request.session.get(NOTES_LEFT, {}) | {str(pk): left}


def _drop_note(request, item):
    """One competency is signed on its own page: the note on it has been said, or was left out there."""
    left = _notes_left(request, item.record_id)
    if left.pop(f"{NOTE}{item.pk}", None) is not None:
        request.session.modified = True


def _notes_left(request, pk):
    """The notes on competencies of a trainee that the reader typed and that no signature took, by their fields."""
    return request.session.get(NOTES_LEFT, {}).get(str(pk), {})


def _moment(words):
    """The instant that an address names; None when it names none, as in a link that was cut off."""
    try:
        at = datetime.fromisoformat(words)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


@guarded(SIGNED_IN, methods="POST", effect="notes that a signer has opened a piece of evidence")
def open_evidence(request, pk, evidence_id):
    """Evidence opens in place; that it was opened is noted, and only what was opened can be signed (T2)."""
    item = item_or_404(request, pk)
    try:
        actions.note_seen(by=request.user, now=request.now, item_id=item.pk, evidence_id=evidence_id)
    except TooLate:
        if request.htmx:
            return HttpResponseClientRefresh()
        raise
    if request.htmx:
        return render(request, "training/_opened.html", _opened_context(request, item, evidence_id))
    return redirect(_opened_url(request, item, evidence_id))


def _opened_context(request, item, evidence_id):
    """The piece that was opened, and what changes with it on the page: its row's tick, the number held."""
    [row] = queries.sign_rows(request.user, [item])
    rows = queries.sign_rows(request.user, queries.submitted_items(item.record))
    return {
        "row": row,
        "piece": next(piece for piece in row.evidence if piece.evidence.pk == evidence_id),
        "held": sum(bool(one.hold) for one in rows),
        "ticked": item.pk in numbers_in(request.POST.getlist("rows")),
        "single": request.POST.get("single"),
    }


def _opened_url(request, item, evidence_id):
    """Without script: back to the page with the piece open, the ticks, the comment and the notes kept.

    The words go by the session: addresses are written into logs.
    """
    if request.POST.get("single"):
        address, chosen = reverse("training:sign", args=[item.pk]), []
    else:
        address, chosen = reverse("training:sign_off", args=[item.record_id]), request.POST.getlist("rows")
    typed = {name: text for name, text in request.POST.items() if name == "comment" or name.startswith(NOTE)}
    request.session[TYPED] = {"on": address, "typed": typed}
    query = urlencode({"open": evidence_id, "chosen": ",".join(map(str, numbers_in(chosen)))})
    return f"{address}?{query}#item-{item.pk}"


def _words_before(request, item):
    """What was typed before this page was opened: on it, or among the notes of a page for several."""
    return {"comment": _notes_left(request, item.record_id).get(f"{NOTE}{item.pk}", "")} | _typed_before(request)


def _typed_before(request):
    """What was typed on this very page before a piece of evidence was opened without script.

    It lasts while the address names what was opened, so loading the page anew keeps it, too.
    """
    if "open" not in request.GET:
        request.session.pop(TYPED, None)
    typed = request.session.get(TYPED, {})
    return typed["typed"] if typed.get("on") == request.path else {}


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="signs one competency",
    asks=(SignOneForm,),
)
def sign(request, pk):
    """One competency with its evidence, the statement, and the signature."""
    item = item_or_404(request, pk)
    may = access.can_return if request.method == "POST" else access.can_sign
    require(may(request.user, item, today_of(request)))
    form = SignOneForm(data_of(request), initial=_words_before(request, item), **signing(request))
    given = {"item_id": item.pk, "seen": request.POST.get(f"seen-{item.pk}", "")}

    def act():
        given.update({name: form.cleaned_data[name] for name in ("comment", "rating")})
        actions.sign_item(by=request.user, now=request.now, authentication=form.authentication, **given)

    changed = None
    try:
        if tried(form, act):
            messages.success(request, f"{item.item.code} is signed.")
            _drop_note(request, item)
            return redirect("training:item", item.pk)
    except TooLate as reason:  # also that no evidence is shared any more: what was typed stays beside it
        changed = _changed(request, item, reason)
    [row] = queries.sign_rows(request.user, [item])
    context = {"form": form, "row": row, "statement": STATEMENT, "opened": numbers_in([request.GET.get("open", "")])}
    context["shown"] = queries.pieces_in_words(piece.evidence for piece in row.evidence)
    context = frame(request, item.record, "competencies", item=item, changed=changed, **context)
    return render(request, "training/sign.html", context, status=409 if changed else status_of(form))


def _changed(request, item, reason):
    """Beside what was typed, which stays: why nothing happened, what the page showed, and what is there now; of what is
    as the page showed it, what the signer opened before."""
    now = queries.judged_evidence([item])[item.pk]
    shown = queries.pieces_shown(item, request.POST.get("shown", ""))
    before = shown | {key: digest for key, digest in queries.seen_by(request.user, item).items() if key in shown}
    found = queries.differences(shown, now) or queries.differences(before, now)
    return {"reason": str(reason), "found": found}


def _pieces(item):
    return queries.pieces_in_words(queries.judged_evidence([item])[item.pk])


@guarded(SIGNED_IN)
def changes(request, pk):
    """What differs between the evidence as it was signed and as it is now."""
    return _changes_page(request, sign_off_or_404(request, pk))


def _changes_page(request, sign_off, status=200):
    item, evidence = sign_off.item, queries.judged_evidence([sign_off.item])[sign_off.item_id]
    context = {"found": queries.differences(sign_off.content["evidence"], evidence)}
    context |= _change_acts(request, sign_off, evidence) if context["found"] else {}
    reason = SINCE if status == 200 else AGAIN
    context = frame(request, item.record, "competencies", item=item, sign_off=sign_off, reason=reason, **context)
    return render(request, "training/changed.html", context, status=status)


def _change_acts(request, sign_off, evidence):
    """What the reader of a change may do about it, and who looked at it already."""
    given, now = (request.user, sign_off, today_of(request)), {str(one.pk): one.content_sha256 for one in evidence}
    may = access.can_withdraw_sign_off(*given)
    return {
        "seen": queries.shown_digest(sign_off.item),
        "looked": queries.holds_still(sign_off, now, queries.confirmations_of(sign_off.item)),
        "can_withdraw": may,
        "can_confirm": may and access.can_confirm_sign_off(*given),
    }


@guarded(SIGNED_IN, methods="POST", effect="says that a signature still holds after its evidence changed")
def confirm(request, pk):
    """The supervisor has looked at what changed since they signed."""
    sign_off = sign_off_or_404(request, pk)
    try:
        seen = request.POST.get("seen", "")[:64]
        actions.confirm_sign_off(by=request.user, now=request.now, sign_off_id=pk, seen=seen)
    except ChangedSinceSeen:
        return _changes_page(request, sign_off, status=409)
    messages.success(request, f"Noted: the signature under {sign_off.item.item.code} still holds.")
    return redirect("training:item", sign_off.item_id)


@guarded(SIGNED_IN, methods="GET POST", effect="returns a submitted competency with feedback", asks=(ReturnForm,))
def give_back(request, pk):
    """The supervisor returns a competency with feedback."""
    item = item_or_404(request, pk)
    require(access.can_return(request.user, item, today_of(request)))
    form = ReturnForm(data_of(request), initial={"seen": queries.shown_digest(item), "shown": _pieces(item)})
    changed = None

    def act():
        given = {name: form.cleaned_data[name] for name in ("seen", "reason", "rating")}
        actions.return_item(by=request.user, now=request.now, item_id=item.pk, **given)

    try:
        if tried(form, act):
            messages.success(request, f"{item.item.code} is returned. {_shown.heard_of(item.record)}")
            return redirect("training:item", item.pk)
    except ChangedSinceSeen as reason:
        changed = _changed(request, item, reason)
        form.data = with_value(form.data, "seen", queries.shown_digest(item))
        form.data = with_value(form.data, "shown", _pieces(item))
    context = frame(request, item.record, "competencies", item=item, form=form, changed=changed)
    return render(request, "training/return.html", context, status=409 if changed else status_of(form))


@guarded(
    SIGNED_IN, methods="POST", effect="keeps the supervisor's rating of a competency", asks=(SupervisorRatingForm,)
)
def rate(request, pk):
    """The supervisor's rating, beside the trainee's own (screens 4)."""
    item = item_or_404(request, pk)
    require(access.can_rate(request.user, item, today_of(request)))
    form, user, now = SupervisorRatingForm(request.POST), request.user, request.now
    if tried(form, lambda: actions.rate_as_supervisor(by=user, now=now, item_id=pk, **form.cleaned_data)):
        messages.success(request, f"Your rating is saved. {item.record.trainee} sees it with its date.")
        return redirect("training:item", pk)
    return item_page(request, item, 422, judging=form)


@guarded(SIGNED_IN, methods="GET POST", effect="withdraws a signature with a reason", asks=(WithdrawForm,))
def withdraw(request, pk):
    """What withdrawing does, the reason, and the proof of who withdraws (screens 18)."""
    sign_off = sign_off_or_404(request, pk)
    require(access.can_withdraw_sign_off(request.user, sign_off, today_of(request)))
    form = WithdrawForm(data_of(request), **signing(request))

    def act():
        given = {"sign_off_id": pk, "reason": form.cleaned_data["reason"], "authentication": form.authentication}
        actions.withdraw_sign_off(by=request.user, now=request.now, **given)

    if tried(form, act):
        messages.success(request, f"The signature under {sign_off.item.item.code} is withdrawn.")
        return redirect("training:item", sign_off.item_id)
    confirm = Confirm(
        title=f"Withdraw the signature under {sign_off.item.item.code}",
        action=form.submit_text,
        cancel_url=reverse("training:item", args=[sign_off.item_id]),
        consequences=_shown.withdraw_consequences(sign_off),
        form=form,
        danger=True,
    )
    return confirm_page(request, confirm)
