"""Earlier logs (T4, T5, T6): the imported entries, the import with its dry run, and what becomes of an entry."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, made, status_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.earlier import EarlierFileForm, ImportEntriesForm, MappingForm, UseEntryForm
from training.rules import fields_of
from training.states import EarlierKind, ImportState
from training.views import _shown_earlier as shown
from training.views._frame import frame, record_or_404


def _import_or_404(request, pk):
    """The only way these views get an import: of one's own record, or any for the office."""
    return get_object_or_404(queries.imports_visible_to(request.user, today_of(request)), pk=pk)


def _entry_or_404(request, pk):
    """The only way these views get an entry: one that this person reads."""
    return get_object_or_404(queries.entries_visible_to(request.user, today_of(request)), pk=pk)


def _kind_or_404(kind):
    if kind not in EarlierKind.values:
        raise Http404
    return EarlierKind(kind)


@guarded(SIGNED_IN)
def earlier(request, pk):
    """The entries of a record that were imported, unsigned, and the files they came from."""
    record, today = record_or_404(request, pk), today_of(request)
    kind = request.GET.get("kind", "")
    entries = list(queries.entries_of(record, request.user, today, kind if kind in EarlierKind.values else ""))
    context = {
        "rows": [shown.entry_row(entry) for entry in entries],
        "kinds": shown.kind_links(record, access.can_import(request.user, record, today)),
        "imports": [shown.import_row(batch) for batch in queries.imports_of(record, request.user, today)],
        "pills": shown.kind_pills(record, kind),
    }
    return render(request, "training/earlier/list.html", frame(request, record, "", **context))


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="reads a spreadsheet of earlier entries and shows what it would import",
    asks=(EarlierFileForm,),
)
def earlier_file(request, pk, kind):
    """The file; what was read of it is kept until it is imported or dropped."""
    record, kind = record_or_404(request, pk), _kind_or_404(kind)
    require(access.can_import(request.user, record, today_of(request)))
    form = EarlierFileForm(data_of(request), request.FILES or None)

    def act():
        given = {"record_id": pk, "kind": kind, **form.cleaned_data}
        return actions.try_import(by=request.user, now=request.now, **given)

    batch = made(form, act)
    if batch is not None:
        return redirect("training:earlier_import", batch.pk)
    context = {"form": form, "kind": kind, "fields": fields_of(kind), "problems": form.problems}
    page = frame(request, record, "", **context)
    return render(request, "training/earlier/file.html", page, status=status_of(form))


@guarded(SIGNED_IN, methods="GET POST", effect="chooses which column of a file holds what", asks=(MappingForm,))
def earlier_import(request, pk):
    """The dry run: columns, every fault at its row and column, what would be made; then one press imports."""
    batch = _import_or_404(request, pk)
    if batch.state != ImportState.TRIED:
        return redirect("training:earlier", batch.record_id)
    form = MappingForm(data_of(request), initial=batch.mapping, kind=batch.kind, columns=queries.columns_of(batch))
    given = {"by": request.user, "now": request.now, "import_id": pk}
    if tried(form, lambda: actions.map_import(**given, mapping=form.mapping())):
        return redirect("training:earlier_import", pk)
    return _tried_page(request, batch, form, None, status_of(form))


def _tried_page(request, batch, mapping, form, status, found=None):
    found = found or queries.dry_run(batch, today_of(request))
    form = form or ImportEntriesForm(initial={"seen": found.digest}, asks=bool(found.warned))
    page = shown.tried(batch, found)
    may = access.can_import(request.user, batch.record, today_of(request))
    context = {"batch": batch, "mapping": mapping, "form": form, "found": found, "page": page, "may": may}
    return render(request, "training/earlier/tried.html", frame(request, batch.record, "", **context), status=status)


@guarded(SIGNED_IN, methods="POST", effect="imports the rows of a file, unsigned", asks=(ImportEntriesForm,))
def earlier_take(request, pk):
    """The one press: all rows or none."""
    batch = _import_or_404(request, pk)
    require(access.can_go_on_with(request.user, batch, today_of(request)))
    found = queries.dry_run(batch, today_of(request))
    form = ImportEntriesForm(request.POST, asks=bool(found.warned))

    def act():
        said = {name: form.cleaned_data[name] for name in ("seen", "answer") if name in form.cleaned_data}
        actions.import_entries(by=request.user, now=request.now, import_id=pk, **said)

    if tried(form, act):
        messages.success(request, "The rows are imported, unsigned. They count for nothing until they are signed here.")
        return redirect("training:earlier", batch.record_id)
    columns = queries.columns_of(batch)
    mapping = MappingForm(initial=batch.mapping, kind=batch.kind, columns=columns)
    return _tried_page(request, batch, mapping, form, 422, found)


@guarded(SIGNED_IN, methods="GET POST", effect="takes the rows of an import back, while nothing rests on them")
def earlier_undo(request, pk):
    """What undoing does; then the rows are gone."""
    batch = _import_or_404(request, pk)
    require(access.can_undo_import(request.user, batch, today_of(request)))
    what = "1 imported row is" if batch.rows == 1 else f"{batch.rows} imported rows are"
    words = f"{what} taken back. The file can be imported again."
    back = reverse("training:earlier", args=[batch.record_id])
    confirm = Confirm("Undo this import", "Undo it", back, [Consequence(words)], danger=True, kicker=str(batch))

    def act():
        actions.undo_import(by=request.user, now=request.now, import_id=pk)

    return confirmed(request, confirm, act, "training:earlier", batch.record_id, said="The import is undone.")


@guarded(SIGNED_IN, methods="POST", effect="throws a file away that was tried out")
def earlier_drop(request, pk):
    """Nothing of the file was imported, and nothing is kept of it."""
    batch = _import_or_404(request, pk)
    actions.drop_import(by=request.user, now=request.now, import_id=pk)
    messages.info(request, "The file is thrown away. Nothing was imported.")
    return redirect("training:earlier", batch.record_id)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="begins a DOPS, a review or a reflective piece from an imported row",
    asks=(UseEntryForm,),
)
def earlier_entry(request, pk):
    """One imported row, and the normal way to have it signed."""
    entry, today = _entry_or_404(request, pk), today_of(request)
    may = access.can_use_entry(request.user, entry, today)
    asks = entry.kind == EarlierKind.DOPS and request.user.pk == entry.record.trainee_id
    people = queries.possible_assessors(entry.record, today) if asks else None
    if request.method == "POST":
        require(may)
    form = UseEntryForm(data_of(request), assessors=people) if may else None

    def act():
        return actions.use_entry(by=request.user, now=request.now, entry_id=pk, **form.cleaned_data)

    begun = made(form, act) if form is not None else None
    if begun is not None:
        messages.success(request, shown.begun_words(entry, asks))
        return redirect(shown.page_of(begun, asks))
    context = shown.entry_page(entry, asks) | {"entry": entry, "form": form, "may": may}
    page = frame(request, entry.record, "", **context)
    return render(request, "training/earlier/entry.html", page, status=status_of(form))
