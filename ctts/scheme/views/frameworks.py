"""The office's pages of competency frameworks: try out a file, import it, publish it, read it (S2)."""

from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirm_page
from ctts.common.exporting import WORKBOOK, handed_over
from ctts.common.guards import guarded
from ctts.common.moves import can_move
from ctts.common.parts import Confirm, Consequence, NextStep
from ctts.common.posted import data_of, status_of
from ctts.common.states_shown import badge_for
from ctts.common.verdict import Invalid, require
from ctts.organisations.access import OFFICE
from ctts.scheme import actions, queries
from ctts.scheme.catalogues import EXAMPLE
from ctts.scheme.forms.frameworks import CompareForm, ImportForm, UploadForm, sealed
from ctts.scheme.forms.scopes import is_code
from ctts.scheme.spreadsheet import differences, sheets_in_words
from ctts.scheme.states import FRAMEWORK_MOVES, FrameworkState
from ctts.scheme.views._shown_dops import of_publishing
from ctts.scheme.views.tables import FrameworkTable

ON_A_PAGE = 500
"""Competencies; a framework of the guidance has some hundred, an imported one may have thousands."""


@guarded(OFFICE)
def listed(request):
    """Every version by scope; scopes on offer without a published one are named."""
    frameworks = list(queries.frameworks_for_office())
    names = {scope.code: scope.name for scope in queries.offered_scopes()}
    missing = [names[code] for code in queries.offered_without(frameworks, list(names))]
    step = NextStep("Import a framework", reverse("scheme:try_out"))
    context = {"table": FrameworkTable(frameworks), "missing": missing, "step": step}
    return render(request, "scheme/frameworks.html", context)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="reads a framework spreadsheet and shows what it would change",
    asks=(UploadForm,),
)
def try_out(request):
    """The dry run: every place to mend, or what the import would add, remove and change."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        return _dry_run(request, form.cleaned_data["file"], ImportForm())
    context = {"form": form, "problems": form.problems, "sheets": sheets_in_words()}
    return render(request, "scheme/framework_upload.html", context, status=status_of(form))


@guarded(OFFICE)
def example(request):
    """A whole framework as the import wants it: a workbook to begin from."""
    return handed_over(WORKBOOK, f"framework-{EXAMPLE.stem}", EXAMPLE.read_bytes())


def _dry_run(request, read, form):
    """What the import would do, with what was read sealed in the form; or what forbids it, with no way to import."""
    form.initial["sealed"] = sealed(read)
    faults = queries.faults_of_import(read.sheet)
    present = queries.compared_with(read.sheet.scope)
    found = differences(queries.framework_as_sheet(present) if present else None, read.sheet)
    context = {"form": form, "sheet": read.sheet, "present": present, "differences": found, "faults": faults.places}
    context["enter_url"] = _enter_url(read.sheet) if not faults.scope_known and is_code(read.sheet.scope) else ""
    status = 422 if faults.places else status_of(form)
    return render(request, "scheme/framework_dry_run.html", context, status=status)


def _enter_url(sheet):
    """Where its scope is entered, with what the sheet says of it."""
    return f"{reverse('scheme:enter_scope')}?{urlencode({'code': sheet.scope, 'name': sheet.scope_name})}"


@guarded(OFFICE, methods="GET POST", effect="imports the framework that was tried out", asks=(ImportForm,))
def import_tried(request):
    """Store exactly what the dry run showed, whole or not at all."""
    form = ImportForm(data_of(request))
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data["sealed"]
        try:
            imported = actions.import_framework(
                by=request.user, now=request.now, sheet=read.sheet, file_sha256=read.file_sha256
            )
        except Invalid as problem:
            form.refuse(problem)
            return _dry_run(request, read, form)
        messages.success(request, f"{imported} is imported. Publish it when it shall be offered.")
        return redirect("scheme:framework", imported.pk)
    if request.method == "POST":
        messages.error(request, "; ".join(form.errors["sealed"]))
    return redirect("scheme:try_out")


@guarded(OFFICE)
def framework(request, pk):
    """One version: its tasks, and its competencies by group, a very long list in pages."""
    found = get_object_or_404(queries.frameworks_for_office(), pk=pk)
    page = Paginator(queries.competencies_of(found), ON_A_PAGE).get_page(request.GET.get("page"))
    groups = groupby(page, key=lambda row: row.group)
    retire = can_move(found, FRAMEWORK_MOVES, "retire")
    context = {
        "framework": found,
        "badge": badge_for(found.state, found.get_state_display()),
        "step": NextStep("Publish it", reverse("scheme:publish", args=[pk]))
        if found.state == FrameworkState.DRAFT
        else None,
        "offered": found.state != FrameworkState.DRAFT,
        "comparable": queries.frameworks_for_office().filter(scope=found.scope).exclude(pk=pk).exists(),
        "retire_url": reverse("scheme:retire", args=[pk]) if retire else "",
        "tasks": found.tasks.all(),
        "page": page,
        "groups": [(group, list(rows)) for group, rows in groups],
    }
    return render(request, "scheme/framework.html", context)


@guarded(OFFICE)
def compare(request, pk):
    """Two versions of a scope side by side: what the later one added, removed and changed, field by field (S2)."""
    found = get_object_or_404(queries.frameworks_for_office(), pk=pk)
    others = queries.frameworks_for_office().filter(scope=found.scope).exclude(pk=pk)
    form = CompareForm(request.GET if "other" in request.GET else None, others=others)
    context = {"framework": found, "form": form}
    if form.is_valid():
        older, newer = sorted([found, form.cleaned_data["other"]], key=lambda one: (one.imported_at, one.pk))
        context |= {"older": older, "newer": newer}
        context["differences"] = differences(*(queries.framework_as_sheet(one) for one in (older, newer)))
    status = status_of(form) if form.errors else 200
    return render(request, "scheme/framework_compare.html", context, status=status)


@guarded(OFFICE, methods="GET POST", effect="offers a framework version to new applicants")
def publish(request, pk):
    """Publish a version, after showing what that means (S2)."""
    found = get_object_or_404(queries.frameworks_for_office(), pk=pk)
    if request.method == "POST":
        actions.publish_framework(by=request.user, now=request.now, framework_id=pk)
        messages.success(request, f"{found} is published.")
        return redirect("scheme:framework", pk)
    return _confirm(
        request,
        found,
        "publish",
        "Publish",
        [
            Consequence(f"New applicants in {found.scope} choose from its {found.size} competencies from now on."),
            Consequence("Lists and plans that were begun stay on the version they have."),
            *of_publishing(found, request.now),
            Consequence("It can never be edited: a correction is the next version."),
        ],
    )


@guarded(OFFICE, methods="GET POST", effect="offers a framework version no longer")
def retire(request, pk):
    """Offer a version no longer; trainees on it stay on it (S2)."""
    found = get_object_or_404(queries.frameworks_for_office(), pk=pk)
    if request.method == "POST":
        actions.retire_framework(by=request.user, now=request.now, framework_id=pk)
        messages.success(request, f"{found} is no longer offered.")
        return redirect("scheme:framework", pk)
    return _confirm(
        request,
        found,
        "retire",
        "Retire",
        [
            Consequence("New applicants can no longer choose from it."),
            *_nobody_applies(found),
            *_offered_instead(found),
            Consequence("Whoever trains by it stays on it."),
            Consequence("This is final: a retired version is never published again."),
        ],
    )


def _offered_instead(found):
    """Which published version new applicants choose from once this one, the newest, is retired (S2)."""
    older = queries.next_offered(found)
    return [Consequence("From then on they choose from the version published before it:", str(older))] if older else []


def _nobody_applies(found):
    """What retiring the last published version of a scope on offer means (S2)."""
    if not queries.is_last_published(found):
        return []
    words = f"It is the last published version of {found.scope}, which is on offer: nobody can apply in {found.scope}"
    rest = "until another is published. The public pages say so."
    return [Consequence(f"{words} {rest}"), Consequence("Lists that applicants have begun stay on it.")]


def _confirm(request, found, move, verb, consequences):
    require(can_move(found, FRAMEWORK_MOVES, move))
    confirm = Confirm(
        title=f"{verb} {found}",
        action=f"{verb} it",
        cancel_url=reverse("scheme:framework", args=[found.pk]),
        consequences=consequences,
        danger=move == "retire",
    )
    return confirm_page(request, confirm)
