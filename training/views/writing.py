"""Reflective pieces and long case studies (T6): the list, writing, submitting, commenting, reopening."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.autosave import asks_for_autosave, newer_elsewhere, refused, saved
from ctts.common.confirming import ask_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import Invalid, require
from training import access, actions, queries
from training.actions import StaleText
from training.forms.writing import (
    AnswerCommentForm,
    CaseForm,
    CommentForm,
    NewCaseForm,
    NewReflectionForm,
    ReflectionForm,
    SectionForm,
    SectionFormSet,
    SubmitPieceForm,
    WithdrawPieceForm,
)
from training.models import CaseStudy, Reflection
from training.states import EarlierKind
from training.views import _shown_practice as shown
from training.views import _shown_writing as shown_pieces
from training.views._away import away_page
from training.views._doors import case_or_404, comment_or_404, reflection_or_404
from training.views._earlier import earlier_left
from training.views._frame import frame, record_or_404

EDITORS = {"reflection": "training/writing/reflection_edit.html", "case": "training/writing/case_edit.html"}


@guarded(SIGNED_IN)
def writing(request, pk):
    """The reflective pieces and case studies of a record; drafts of others are named, not shown."""
    record, today = record_or_404(request, pk), today_of(request)
    readable, cases = queries.readable_pieces(record, request.user, today)
    context = frame(
        request,
        record,
        "writing",
        reflections=[shown.piece_row(row, "reflection", readable) for row in queries.reflections_of(record)],
        cases=[shown.piece_row(row, "case", cases) for row in queries.cases_of(record)],
        can_write=access.can_write(request.user, record),
        earlier=earlier_left(request, record, EarlierKind.REFLECTION),
    )
    return render(request, "training/writing/list.html", context)


@guarded(SIGNED_IN, methods="GET POST", effect="begins a reflective piece as the trainee", asks=(NewReflectionForm,))
def reflection_new(request, pk):
    """Title and model; the writing comes next."""
    record = record_or_404(request, pk)
    require(access.can_write(request.user, record))
    form = NewReflectionForm(data_of(request), today=today_of(request))
    made = []

    def act():
        made.append(actions.start_reflection(by=request.user, now=request.now, record_id=pk, **form.cleaned_data))

    if tried(form, act):
        return redirect("training:reflection_edit", made[0].pk)
    context = frame(request, record, "writing", form=form, title="A reflective piece")
    return render(request, "training/writing/new.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="begins a long case study as the trainee", asks=(NewCaseForm,))
def case_new(request, pk):
    """The title; the writing comes next."""
    record = record_or_404(request, pk)
    require(access.can_write(request.user, record))
    form = NewCaseForm(data_of(request))
    made = []

    def act():
        made.append(actions.start_case(by=request.user, now=request.now, record_id=pk, **form.cleaned_data))

    if tried(form, act):
        return redirect("training:case_edit", made[0].pk)
    context = frame(request, record, "writing", form=form, title="A long case study")
    return render(request, "training/writing/new.html", context, status=status_of(form))


# --- writing, saved by itself (screens 13) ---


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="saves a reflective piece as the trainee, also by itself",
    asks=(ReflectionForm,),
)
def reflection_edit(request, pk):
    """A reflective piece while it is written: one field for each heading of its model."""
    piece = reflection_or_404(request, pk)
    require(access.can_change_piece(request.user, piece))
    first = {"title": piece.title, "happened_on": piece.happened_on}
    first.update({f"part_{key}": text for key, text in piece.parts.items()})
    form = ReflectionForm(data_of(request), initial=first, model=piece.model, today=today_of(request))

    def save():
        given = {"title": form.cleaned_data.get("title", ""), "parts": form.parts(), "seen": _seen(request)}
        given["happened_on"] = form.cleaned_data.get("happened_on", piece.happened_on)
        return actions.save_reflection(by=request.user, now=request.now, reflection_id=pk, **given)

    return _written(request, piece, "reflection", [form], save, form=form)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="saves a long case study as the trainee, also by itself",
    asks=(CaseForm, SectionForm),
)
def case_edit(request, pk):
    """A long case study while it is written, in its sections."""
    piece = case_or_404(request, pk)
    require(access.can_change_piece(request.user, piece))
    form = CaseForm(data_of(request), initial={"title": piece.title})
    first = [{"heading": row.heading, "text": row.text} for row in queries.sections_of(piece)]
    rows = SectionFormSet(data_of(request), initial=first, prefix="sections")

    def save():
        pairs = [(row.cleaned_data.get("heading", ""), row.cleaned_data.get("text", "")) for row in rows]
        given = {"title": form.cleaned_data.get("title", ""), "sections": pairs, "seen": _seen(request)}
        return actions.save_case(by=request.user, now=request.now, case_id=pk, **given)

    return _written(request, piece, "case", [form, rows], save, form=form, rows=rows)


def _seen(request):
    return request.POST.get("autosave_version", "")[:64]


def _written(request, piece, kind, forms, save, **shown_forms):
    """Save what is typed and answer the page's script, or a press of its button."""
    stale = None
    if request.method == "POST":
        whole = [form.is_valid() for form in forms]
        if asks_for_autosave(request):
            return _autosaved(request, piece, forms, save)
        try:
            if all(whole) and _accepted(forms[0], save):
                messages.success(request, "Saved.")
                return redirect(f"training:{kind}_edit", piece.pk)
        except StaleText as problem:
            stale = problem
    context = frame(request, piece.record, "writing", piece=piece, kind=kind, stale=stale, **shown_forms)
    found = queries.parts_of(piece)
    context.update(version=queries.piece_version(piece), saved_parts=found if stale else [])
    context.update(shown_pieces.said(request.user, piece, found))
    context["to_redact"] = shown.to_redact(piece, queries.withdrawal_of(piece))
    context["least"] = queries.case_words_needed(piece.record) if kind == "case" else 0
    status = 409 if stale else 422 if request.method == "POST" else 200
    return render(request, EDITORS[kind], context, status=status)


def _accepted(form, save):
    try:
        save()
    except Invalid as problem:
        form.refuse(problem)
        return False
    return True


def _autosaved(request, piece, forms, save):
    """200 with the gaps of an unfinished text, 409 with the newer one, 422 with the reason when nothing was kept."""
    errors = {name: problems for form in forms for name, problems in shown.errors_of(form).items()}
    if any(name.endswith("text") or name.startswith("part_") for name in errors):
        return refused(errors)
    try:
        kept = save()
    except StaleText:
        there = shown.typed_fields(piece)
        version = queries.piece_version(piece)
        return newer_elsewhere(fields=there, version=version, by="you", at=piece.changed_at)
    except Invalid as problem:
        return refused({problem.field: [str(problem)]})
    return saved(at=request.now, version=queries.piece_version(kept), errors=errors)


# --- reading, submitting, commenting ---


@guarded(SIGNED_IN, methods="GET POST", effect="comments on a submitted reflective piece", asks=(CommentForm,))
def reflection(request, pk):
    """A reflective piece as it is read, with the comments on it."""
    try:
        return _piece(request, reflection_or_404(request, pk), "reflection")
    except Http404:
        return away_page(request, Reflection, pk)


@guarded(SIGNED_IN, methods="GET POST", effect="comments on a submitted case study", asks=(CommentForm,))
def case(request, pk):
    """A long case study as it is read, with the comments on it."""
    try:
        return _piece(request, case_or_404(request, pk), "case")
    except Http404:
        return away_page(request, CaseStudy, pk)


def _piece(request, piece, kind):
    verdict, every = access.can_comment(request.user, piece, today_of(request)), queries.every_part(piece)
    found = [part for part in every if part.text.strip()]
    form = CommentForm(data_of(request), parts=[part.title for part in found]) if verdict else None

    def act():
        actions.comment_on(by=request.user, now=request.now, piece=piece, **form.cleaned_data)
        messages.success(request, "Your comment is sent.")

    if request.method == "POST":
        require(verdict)
        if tried(form, act):
            return redirect(f"training:{kind}", piece.pk)
    given = {"empty": [part.title for part in every if part not in found], "form": form}
    given |= {"scanned": queries.scan_answer(piece), **shown_pieces.said(request.user, piece, found)}
    context = frame(request, piece.record, "writing", piece=piece, kind=kind, **given)
    context.update(readers=shown.piece_readers(piece, context["mine"]))
    context.update(step=shown.piece_step(request.user, piece, kind), **_versions(request, piece, kind, found))
    withdrawn = queries.withdrawal_of(piece)
    context.update(withdrawn=withdrawn, to_redact=shown.to_redact(piece, withdrawn))
    context["can_reopen"] = access.can_reopen_piece(request.user, piece)
    context["can_withdraw"] = access.can_withdraw_piece(request.user, piece, today_of(request))
    context["badge"] = shown.piece_badge(piece)
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "training/writing/one.html", context, status=status)


@guarded(
    SIGNED_IN, methods="GET POST", effect="says as the trainee what became of a comment", asks=(AnswerCommentForm,)
)
def comment_answer(request, pk):
    """The trainee answers a comment: changed, or not and why (screens 17)."""
    comment = comment_or_404(request, pk)
    require(access.can_answer_comment(request.user, comment))
    form = AnswerCommentForm(data_of(request))
    back = f"training:{'reflection' if comment.reflection_id else 'case'}", comment.piece.pk

    def act():
        actions.answer_comment(by=request.user, now=request.now, comment_id=pk, **form.cleaned_data)
        messages.success(request, "Your answer stands beside the comment.")

    if tried(form, act):
        return redirect(*back)
    given = {"title": "Answer a comment", "kicker": comment.piece.title, "back_url": reverse(back[0], args=back[1:])}
    return ask_page(request, form, lede=f"{comment.written_by} wrote: “{comment.text}”", **given)


def _versions(request, piece, kind, parts):
    """The versions of a piece, and what it says otherwise than when it was last submitted."""
    versions = queries.piece_versions(piece)
    rows = [(row, reverse(f"training:{kind}_version", args=[piece.pk, row.number])) for row in versions]
    return {"versions": rows, "changed": queries.what_changed(piece, parts, versions, request.user)}


@guarded(SIGNED_IN, methods="GET POST", effect="submits a reflective piece as the trainee", asks=(SubmitPieceForm,))
def reflection_submit(request, pk):
    """The trainee submits a reflective piece."""
    return _submit(request, reflection_or_404(request, pk), "reflection")


@guarded(SIGNED_IN, methods="GET POST", effect="submits a long case study as the trainee", asks=(SubmitPieceForm,))
def case_submit(request, pk):
    """The trainee submits a long case study."""
    return _submit(request, case_or_404(request, pk), "case")


def _submit(request, piece, kind):
    require(access.can_submit_piece(request.user, piece))
    parts = queries.every_part(piece)
    findings = shown.kinds_found(queries.identifiers_in(piece, parts))
    empty = [part.title for part in parts if not part.text.strip()]
    answered = queries.scan_answer(piece) if findings else None
    initial = {"seen": queries.piece_version(piece)}
    form = SubmitPieceForm(data_of(request), initial=initial, asks=findings and not answered, empty=empty)

    def act():
        given = {name: form.cleaned_data[name] for name in ("seen", "declared", "answer") if name in form.cleaned_data}
        actions.submit_piece(by=request.user, now=request.now, piece=piece, **given)
        messages.success(request, "Submitted. Your supervisor is asked to read it.")

    if tried(form, act):
        return redirect(f"training:{kind}", piece.pk)
    context = {"findings": findings, "answered": answered, "empty": empty, "parts": parts}
    context["back_url"] = reverse(f"training:{kind}_edit", args=[piece.pk])
    context = frame(request, piece.record, "writing", piece=piece, kind=kind, form=form, **context)
    return render(request, "training/writing/submit.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="POST", effect="takes a submitted reflective piece back to go on writing")
def reflection_reopen(request, pk):
    """The trainee goes on writing on a submitted piece."""
    return _reopen(request, reflection_or_404(request, pk), "reflection")


@guarded(SIGNED_IN, methods="POST", effect="takes a submitted case study back to go on writing")
def case_reopen(request, pk):
    """The trainee goes on writing on a submitted case study."""
    return _reopen(request, case_or_404(request, pk), "case")


def _reopen(request, piece, kind):
    actions.reopen_piece(by=request.user, now=request.now, piece=piece)
    messages.success(request, "Reopened. It counts again once you have submitted it again.")
    return redirect(f"training:{kind}_edit", piece.pk)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="withdraws a reflective piece that identifies a patient",
    asks=(WithdrawPieceForm,),
)
def reflection_withdraw(request, pk):
    """A reader found that a patient can be identified in a reflective piece."""
    return _withdraw(request, reflection_or_404(request, pk), "reflection")


@guarded(
    SIGNED_IN, methods="GET POST", effect="withdraws a case study that identifies a patient", asks=(WithdrawPieceForm,)
)
def case_withdraw(request, pk):
    """A reader found that a patient can be identified in a case study."""
    return _withdraw(request, case_or_404(request, pk), "case")


WITHDRAWING = (
    "It goes back to its author as a draft, which nobody else reads, and counts again once it is changed and submitted "
    "again. A mail without the content goes to the author, the Training Supervisor and the Training Co-ordinator."
)


def _withdraw(request, piece, kind):
    require(access.can_withdraw_piece(request.user, piece, today_of(request)))
    form = WithdrawPieceForm(data_of(request))
    user, now = request.user, request.now
    if tried(form, lambda: actions.withdraw_piece(by=user, now=now, piece=piece, **form.cleaned_data)):
        messages.success(request, "It is withdrawn from view. Thank you for reporting it.")
        return redirect("training:writing", piece.record_id)
    given = {"title": "A patient can be identified", "kicker": piece.title, "lede": WITHDRAWING, "danger": True}
    return ask_page(request, form, back_url=reverse(f"training:{kind}", args=[piece.pk]), **given)
