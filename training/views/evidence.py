"""The evidence library: added, changed, mapped, shared, answered, reopened, withdrawn from view, sent (T3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.confirming import confirm_page
from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.other_window import OtherWindow, differing
from ctts.common.parts import Confirm, NextStep, Tab
from ctts.common.posted import data_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from ctts.common.whole_numbers import numbers_in
from ctts.documents import serving
from training import access, actions, queries
from training.actions import ChangedElsewhere, Content, StaleText
from training.forms import (
    AnswerForm,
    EditFileForm,
    EditLinkForm,
    EditTextForm,
    LibraryFilterForm,
    MappingForm,
    NewFileForm,
    NewLinkForm,
    NewTextForm,
    QuarantineForm,
    ShareForm,
)
from training.models import Evidence
from training.states import EvidenceKind, EvidenceState
from training.views import _shown
from training.views._away import away_page
from training.views._frame import (
    evidence_known_withdrawn_or_404,
    evidence_or_404,
    evidence_to_withdraw_or_404,
    frame,
    record_or_404,
)
from training.views._kept import Kept, keep_typed
from training.views.supervisor import signing

NEW = {form.kind: form for form in (NewFileForm, NewTextForm, NewLinkForm)}
EDIT = {EvidenceKind.FILE: EditFileForm, EvidenceKind.TEXT: EditTextForm, EvidenceKind.LINK: EditLinkForm}
AUTOSAVED = ("title", "text", "url")
KINDS = [("file", "A file"), ("text", "A text"), ("link", "A link")]


def _content(form):
    given = form.cleaned_data
    return Content(given["title"], given.get("text", ""), given.get("url", ""), given.get("upload"))


def _kept(request, key):
    """What the author keeps of a piece: only texts save themselves (screens 13)."""
    return Kept(request, key, _texts(request))


def _texts(request):
    return {name: request.POST[name] for name in AUTOSAVED if name in request.POST}


@guarded(SIGNED_IN)
def library(request, pk):
    """The evidence of a record that this reader may read, narrowed and ordered as the address says (screens 21)."""
    record = record_or_404(request, pk)
    form = LibraryFilterForm(request.GET or None, items=queries.mappable_items(record))
    rows = queries.library(request.user, record, today_of(request), form.wanted())
    verdict = access.can_add_evidence(request.user, record)
    step = NextStep("Add evidence", reverse("training:evidence_new", args=[pk, "file"])) if verdict else None
    readers = queries.readers_of(record, request.user, today_of(request), shared=True)
    context = frame(request, record, "evidence", rows=rows, step=step, readers=readers, filters=form)
    context.update(pills=_shown.office_pills(form), order=form.order_in_words())
    context["kept_from"] = "" if rows else access.can_read_library(request.user, record, today_of(request)).reason
    return render(request, "training/evidence.html", context)


@guarded(SIGNED_IN, methods="GET POST", effect="adds evidence to one's own record", asks=tuple(NEW.values()))
def new(request, pk, kind):
    """A file, a text or a link, with the competencies it shows; shared at once when declared."""
    record = record_or_404(request, pk)
    if kind not in NEW:
        raise Http404
    require(access.can_add_evidence(request.user, record))
    kept = _kept(request, queries.new_evidence_key(record.pk, kind))
    initial = {**kept.first, "items": numbers_in([request.GET.get("for", "")])}
    offered = {"items": queries.mappable_items(record), "recent": queries.recently_mapped(record)}
    form = NEW[kind](data_of(request), request.FILES or None, initial=initial, **offered)
    made = []

    def act():
        given = {"key": form.cleaned_data["key"], "kind": EvidenceKind(kind), "content": _content(form)}
        given.update(item_ids=[item.pk for item in form.cleaned_data["items"]], declared=form.cleaned_data["declared"])
        made.append(actions.add_evidence(by=request.user, now=request.now, record_id=record.pk, **given))

    if kept.tried(form, act):
        messages.success(request, _said(made[0]))
        return redirect("training:evidence_one", made[0].pk)
    context = frame(request, record, "evidence", form=form, kind=kind, **kept.context())
    context["kinds"] = [
        Tab(words, reverse("training:evidence_new", args=[pk, key]), key == kind) for key, words in KINDS
    ]
    return render(request, "training/evidence_new.html", context, status=kept.status(form))


def _said(evidence):
    """What became of evidence that was just saved."""
    if evidence.state == EvidenceState.SHARED:
        return "It is shared with the people around you."
    if evidence.state == EvidenceState.HELD:
        return "It is kept. Before it is shared, something in it needs your answer."
    if evidence.declared_at:
        return "It is kept, and shared as soon as its file is checked."
    return "It is kept as a draft that only you can see."


@guarded(SIGNED_IN)
def one(request, pk):
    """One piece of evidence: what it is, what it shows, who reads it, and the one next step."""
    try:
        return _one_page(request, evidence_or_404(request, pk))
    except Http404:
        return _not_open(request, pk)


def _not_open(request, pk):
    """What whoever was told reads of evidence that they cannot open: withdrawn from view, or with its author again."""
    try:
        return _withdrawn_page(request, evidence_known_withdrawn_or_404(request, pk))
    except Http404:
        return away_page(request, Evidence, pk)


def _withdrawn_page(request, evidence):
    """For those who were told: that it was withdrawn, what was found, how far its author is; not what it says."""
    trail = queries.evidence_trail(evidence, request.user, today_of(request))
    context = {"evidence": evidence, "withdrawn": trail.withdrawn, "trail": trail.entries}
    context["codes"] = [item.item.code for item in queries.mapped_items(evidence)]
    context["badge"] = badge_for(EvidenceState.QUARANTINED, "Withdrawn from view", "evidence")
    context["far"] = _shown.how_far(evidence)
    return render(request, "training/evidence_withdrawn.html", frame(request, evidence.record, "evidence", **context))


def _one_page(request, evidence, status=200, **forms):
    today, own = today_of(request), access.is_author(request.user, evidence)
    record = evidence.record
    mapped = list(queries.mapped_items(evidence))
    trail = queries.evidence_trail(evidence, request.user, today)
    context = {
        "evidence": evidence,
        "mapped": mapped,
        "findings": list(queries.open_findings(evidence)) if own else [],
        "readers": queries.readers_of(record, request.user, today, shared=queries.is_shared(evidence)),
        "share": ShareForm(initial={"seen": evidence.content_sha256}),
        "answer": AnswerForm(initial={"seen": evidence.content_sha256}),
        "mapping": MappingForm(
            initial={"items": mapped, "seen": queries.mapping_digest(item.pk for item in mapped)},
            items=queries.mappable_items(record),
            recent=queries.recently_mapped(record) if own else [],
        ),
        "can_edit": access.can_edit_evidence(request.user, evidence),
        "can_share": access.can_share(request.user, evidence),
        "can_reopen": access.can_reopen(request.user, evidence),
        "can_quarantine": access.can_quarantine(request.user, evidence, today),
        "own": own,
        "elsewhere": None,
        "trail": trail.entries,
        "withdrawn": trail.withdrawn,
        "versions": queries.versions_of(evidence),
        "portfolio_most": queries.pages_beyond_portfolio(evidence),
        "evidence_badge": badge_for(evidence.state, evidence.get_state_display(), "evidence"),
    }
    return render(
        request, "training/evidence_one.html", frame(request, record, "evidence", **{**context, **forms}), status=status
    )


def _values(evidence, kept):
    """What the form is filled with: what was typed last and not saved properly, else what is saved."""
    values = {"title": evidence.title, "text": evidence.text, "url": evidence.url}
    return {**values, **kept.first, "seen": evidence.content_sha256}


@guarded(
    SIGNED_IN, methods="GET POST", effect="changes one's own evidence that is not shared", asks=tuple(EDIT.values())
)
def edit(request, pk):
    """Change a draft, or what was held, reopened or withdrawn; a newer text elsewhere is shown, nothing is lost."""
    evidence = evidence_or_404(request, pk)
    require(access.can_edit_evidence(request.user, evidence))
    kept = _kept(request, queries.evidence_key(evidence.pk))
    form = EDIT[evidence.kind](data_of(request), request.FILES or None, initial=_values(evidence, kept))
    made, newer = [], None

    def act():
        given = {
            "seen": form.cleaned_data["seen"],
            "declared": form.cleaned_data["declared"],
            "content": _content(form),
        }
        made.append(actions.edit_evidence(by=request.user, now=request.now, evidence_id=pk, **given))

    try:
        if kept.tried(form, act):
            messages.success(request, _said(made[0]))
            return redirect("training:evidence_one", pk)
    except ChangedElsewhere as reason:
        newer = reason
    context = {"evidence": evidence, "form": form, "newer": newer, **kept.context()}
    context = frame(request, evidence.record, "evidence", **context)
    return render(request, "training/evidence_edit.html", context, status=409 if newer else kept.status(form))


@guarded(SIGNED_IN, methods="POST", effect="keeps typed text of one's own evidence by itself")
def keep(request, pk, kind, evidence_id=0):
    """Text typed into new or existing evidence saves itself (screens 13)."""
    record = record_or_404(request, pk)
    if kind not in NEW:
        raise Http404
    require(access.can_add_evidence(request.user, record))
    if not evidence_id:
        return keep_typed(request, record, queries.new_evidence_key(record.pk, kind), _texts(request))
    evidence, sent = evidence_or_404(request, evidence_id), _texts(request)
    require(access.can_edit_evidence(request.user, evidence))
    unsaved = any(value.replace("\r\n", "\n") != getattr(evidence, name) for name, value in sent.items())
    return keep_typed(request, record, queries.evidence_key(evidence.pk), sent, unsaved=unsaved)


@guarded(
    SIGNED_IN, methods="POST", effect="chooses the competencies that one's own evidence shows", asks=(MappingForm,)
)
def map_to(request, pk):
    """Which competencies a piece of evidence shows."""
    evidence = evidence_or_404(request, pk)
    require(access.is_author(request.user, evidence))
    form = MappingForm(request.POST, items=queries.mappable_items(evidence.record))

    def act():
        given = {"seen": form.cleaned_data["seen"], "item_ids": [item.pk for item in form.cleaned_data["items"]]}
        actions.map_evidence(by=request.user, now=request.now, evidence_id=pk, **given)

    try:
        if tried(form, act):
            messages.success(request, "The competencies are saved.")
            return redirect("training:evidence_one", pk)
    except StaleText:
        mapped = [item.pk for item in queries.mapped_items(evidence)]
        form.data = with_value(form.data, "seen", queries.mapping_digest(mapped))
        elsewhere = OtherWindow(differing(form, {"items": mapped}))
        return _one_page(request, evidence, 409, mapping=form, elsewhere=elsewhere)
    return _one_page(request, evidence, 422, mapping=form)


@guarded(SIGNED_IN, methods="POST", effect="shares one's own evidence with the people around one", asks=(ShareForm,))
def share(request, pk):
    """The author declares that no patient can be identified, and shares."""
    evidence = evidence_or_404(request, pk)
    require(access.can_share(request.user, evidence))
    form = ShareForm(request.POST)
    made = []

    def act():
        given = {"evidence_id": pk, "seen": form.cleaned_data["seen"]}
        made.append(actions.share_evidence(by=request.user, now=request.now, **given))

    if tried(form, act):
        messages.success(request, _said(made[0]))
        return redirect("training:evidence_one", pk)
    return _one_page(request, evidence, 422, share=form)


@guarded(
    SIGNED_IN, methods="POST", effect="answers the identifier scan and shares one's own evidence", asks=(AnswerForm,)
)
def answer(request, pk):
    """The author's answer to what the scan found."""
    evidence = evidence_or_404(request, pk)
    require(access.can_answer(request.user, evidence))
    form = AnswerForm(request.POST)
    user, now = request.user, request.now
    if tried(form, lambda: actions.answer_findings(by=user, now=now, evidence_id=pk, **form.cleaned_data)):
        messages.success(request, "Your answer is kept with the evidence, and it is shared.")
        return redirect("training:evidence_one", pk)
    return _one_page(request, evidence, 422, answer=form)


@guarded(SIGNED_IN, methods="POST", effect="takes one's own shared evidence back to change it")
def reopen(request, pk):
    """The author takes shared evidence back."""
    evidence = evidence_or_404(request, pk)
    actions.reopen_evidence(by=request.user, now=request.now, evidence_id=evidence.pk)
    messages.success(request, "It is a draft again. Signatures that rest on it show when it changes.")
    return redirect("training:evidence_edit", pk)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="withdraws evidence that identifies a patient, and the signatures on it",
    asks=(QuarantineForm,),
)
def quarantine(request, pk):
    """What withdrawing evidence does, why, and the proof of who does it (screens 18)."""
    evidence = evidence_to_withdraw_or_404(request, pk)
    require(access.can_quarantine(request.user, evidence, today_of(request)))
    form = QuarantineForm(data_of(request), **signing(request))

    def act():
        given = {"reason": form.cleaned_data["reason"], "authentication": form.authentication}
        actions.quarantine_evidence(by=request.user, now=request.now, evidence_id=pk, **given)

    if tried(form, act):
        messages.success(request, "It is withdrawn from view. Thank you for reporting it.")
        return redirect("training:evidence", evidence.record_id)
    confirm = Confirm(
        title=f"Withdraw “{evidence.title}” from view",
        action=form.submit_text,
        cancel_url=reverse("training:evidence_one", args=[pk]),
        consequences=_shown.quarantine_consequences(evidence, queries.codes_resting_on(evidence)),
        form=form,
        danger=True,
    )
    return confirm_page(request, confirm)


@guarded(SIGNED_IN)
def file(request, pk):
    """The file of a piece of evidence, shown in place or downloaded."""
    document = _document(request, pk)
    inline = request.GET.get("in") == "place"
    return serving.serve(document, reader=request.user, headers=request.headers, method=request.method, inline=inline)


@guarded(SIGNED_IN)
def preview(request, pk):
    """The small picture of its first page."""
    document = _document(request, pk)
    return serving.serve_preview(document, reader=request.user, headers=request.headers, method=request.method)


def _document(request, pk):
    document = evidence_or_404(request, pk).document
    if document is None:
        raise Http404
    return document
