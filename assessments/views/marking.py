"""Marking (F3, F4): the marker's list, their own sheet beside the sealed portfolio, signing, both sheets at the end."""

from django.contrib import messages
from django.shortcuts import redirect, render

from assessments import access, actions
from assessments.forms.final import SealForm, SheetForm
from assessments.queries import marking as queries
from assessments.rules import points_of
from assessments.states import MarkSheetState, Stage
from assessments.views import _shown_marking as shown
from assessments.views._final import attempt_or_404, sheet_or_404
from ctts.common.autosave import asks_for_autosave, newer_elsewhere, refused, saved
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, require_for, signing, status_of, today_of, tried
from ctts.common.verdict import Invalid, require
from ctts.organisations.access import MODERATOR
from training.actions import StaleText


@guarded(MODERATOR)
def my_marking(request):
    """Everything a moderator marks: what waits for them, what they have submitted."""
    rows = [shown.marking_row(row) for row in queries.marking_rows(request.user, today_of(request), request.now)]
    return render(request, "assessments/marking/mine.html", {"rows": rows})


@guarded(SIGNED_IN)
def marking(request, pk):
    """One attempt for its marker: start, go on, or both sheets once both are in; for others what was released."""
    attempt = attempt_or_404(request, pk)
    context = _frame(request, attempt)
    if access.can_see_both(request.user, attempt, today_of(request)):
        context.update(shown.both(queries.both_sheets(attempt), attempt))
        return render(request, "assessments/marking/both.html", context)
    sheet = access.own_sheet(request.user, attempt)
    context.update(sheet=sheet, start=access.can_start_sheet(request.user, attempt, request.now))
    context.update(points=points_of(attempt.stage), adjustments=shown.adjusted(attempt, context["role"]))
    if sheet is not None and sheet.state == MarkSheetState.SUBMITTED:
        context.update(shown.own_submitted(sheet))
    return render(request, "assessments/marking/one.html", context)


def _frame(request, attempt, **more):
    role = access.marker_role(request.user, attempt.record, today_of(request))
    return {"attempt": attempt, "record": attempt.record, "role": role, **shown.marked(attempt), **more}


@guarded(SIGNED_IN, methods="POST", effect="starts a marker's own sheet")
def marking_start(request, pk):
    """A marker starts their sheet with one press."""
    attempt = attempt_or_404(request, pk)
    require(access.can_start_sheet(request.user, attempt, request.now))
    actions.start_sheet(by=request.user, now=request.now, attempt_id=pk)
    return redirect("assessments:sheet", pk)


@guarded(SIGNED_IN, methods="GET POST", effect="saves a marker's own sheet, also by itself", asks=(SheetForm,))
def sheet(request, pk):
    """The sheet beside the sealed portfolio, with what each answer looks like; saved as it is typed."""
    found = sheet_or_404(request, pk)
    form = _form(request, found)
    require_for(form, access.can_fill_sheet(request.user, found, request.now))

    def save():
        given = {"marks": form.marks(), "words": form.cleaned_data.get("words", ""), "seen": _seen(request)}
        given["result"] = form.cleaned_data.get("result", "")
        return actions.save_sheet(by=request.user, now=request.now, sheet_id=found.pk, **given)

    if asks_for_autosave(request):
        return _autosaved(request, found, form, save)
    try:
        if tried(form, save):
            return redirect("assessments:sheet_sign", pk)
    except StaleText as stale:
        return _sheet_page(request, found, form, 409, stale)
    return _sheet_page(request, found, form, status_of(form))


def _seen(request):
    return request.POST.get("autosave_version", "")[:64]


def _form(request, found):
    viva = found.attempt.stage == Stage.VIVA
    pressed = request.method == "POST" and not asks_for_autosave(request)
    given = {
        "initial": shown.typed_sheet(found, queries.marks_of(found)),
        "points": points_of(found.attempt.stage),
        "citable": queries.pages_to_cite(found.attempt) if pressed and not viva else None,
    }
    return SheetForm(data_of(request), viva=viva, **given)


def _sheet_page(request, found, form, status, stale=None):
    context = _frame(request, found.attempt, sheet=found, form=form, rows=form.rows(), stale=stale)
    context["version"] = queries.sheet_digest(found)
    context["there"] = shown.sheet_lines(found, queries.marks_of(found)) if stale else []
    return render(request, "assessments/marking/sheet.html", context, status=status)


def _autosaved(request, found, form, save):
    """200 with what is still open, 409 with the newer text, 422 with the reason when nothing could be kept."""
    errors = {} if form.is_valid() else dict(form.errors)
    if any(name.endswith(("words", "pages")) for name in errors):
        return refused(errors)
    try:
        kept = save()
    except StaleText:
        there = shown.typed_sheet(found, queries.marks_of(found))
        version = queries.sheet_digest(found)
        return newer_elsewhere(fields=there, version=version, by="you", at=found.changed_at)
    except Invalid as problem:
        return refused({problem.field: [str(problem)]})
    return saved(at=request.now, version=queries.sheet_digest(kept), errors=errors)


@guarded(SIGNED_IN, methods="GET POST", effect="signs and submits a marker's own sheet", asks=(SealForm,))
def sheet_sign(request, pk):
    """The whole sheet as it will be signed, what is missing, and the signature."""
    found = sheet_or_404(request, pk)
    require(access.can_fill_sheet(request.user, found, request.now))
    seen, missing = {"seen": queries.sheet_digest(found)}, queries.missing_of(found)
    form = SealForm(data_of(request), initial=seen, submit="Submit my marks", **signing(request))

    def act():
        given = {"sheet_id": found.pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.submit_sheet(by=request.user, now=request.now, **given)
        messages.success(request, "Submitted.")

    if tried(form, act):
        return redirect("assessments:marking", pk)
    context = _frame(request, found.attempt, sheet=found, form=form, missing=missing)
    context.update(statement=actions.SHEET_SIGNED_WORDS, lines=shown.sheet_lines(found, queries.marks_of(found)))
    return render(request, "assessments/marking/sign.html", context, status=status_of(form))
