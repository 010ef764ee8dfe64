"""The CPD log (T10): the list with its filters and files, writing, entering, reopening, taking an event over."""

from dataclasses import replace
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.autosave import asks_for_autosave
from ctts.common.exporting import KINDS, as_file, export_links
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import NextStep, Readers
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions import StaleText
from training.forms.cpd import CpdFilterForm, CpdForm, EnterCpdForm
from training.states import CpdState
from training.views import _shown_practice as shown
from training.views._frame import frame, record_or_404
from training.views._kept import Kept, is_changed, keep_typed
from training.views._papers import being_made, paper_served

A_PAGE = 25
ALL_PRINTED = "All that stands in the log, with every reflection."
PART_PRINTED = "What stands in the log and fits the filter, with every reflection, and says so:"
EXPORTED = ("Day", "Kind", "Title", "Hours", "What was done", "Critical reflection", "State")


def _entry_or_404(request, pk):
    """The only way a view gets an entry of a CPD log."""
    return get_object_or_404(queries.cpd_visible_to(request.user, today_of(request)), pk=pk)


def _hours(minutes):
    return Decimal(minutes) / 60


def _badge(entry):
    return badge_for(entry.state, entry.get_state_display())


@guarded(SIGNED_IN)
def cpd(request, pk):
    """The CPD log of a record: of others what stands in it; narrowed as the address says, with the sum of hours."""
    record = record_or_404(request, pk)
    form = CpdFilterForm(request.GET or None)
    rows = queries.cpd_of(record, request.user, today_of(request), form.wanted())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    reason = access.can_write_cpd(request.user, record).reason
    context = frame(
        request,
        record,
        "cpd",
        form=form,
        page=page,
        rows=[(row, queries.written_hours(row.minutes), _badge(row)) for row in page],
    )
    context["hours"] = queries.written_hours(queries.cpd_minutes(rows))
    context["narrowed"] = bool(request.GET)
    context["step"] = (
        NextStep("Add an activity", reverse("training:cpd_new", args=[pk]), reason) if context["mine"] else None
    )
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    context.update(_on_paper(record, rows, form.wanted(), query))
    context["exports"] = export_links(lambda kind: reverse("training:cpd_export", args=[pk, kind]), query)
    return render(request, "training/cpd/list.html", context)


def _on_paper(record, rows, wanted, query):
    """The part of the page about the PDF, which holds what the list shows of the log."""
    prints, part = access.can_print_cpd(rows), queries.narrowed_words(wanted)
    return {
        "prints": prints,
        "paper": queries.cpd_on_paper(record, wanted) if prints else None,
        "paper_url": reverse("training:cpd_paper", args=[record.pk]) + query,
        "paper_about": f"{PART_PRINTED} {part}." if part else ALL_PRINTED,
    }


@guarded(SIGNED_IN)
def cpd_export(request, pk, kind):
    """What the list shows of the log as a file; drafts, which do not stand in it, only where they are asked for."""
    if kind not in KINDS:
        raise Http404
    record = record_or_404(request, pk)
    wanted = CpdFilterForm(request.GET or None).wanted()
    wanted = replace(wanted, state=wanted.state or CpdState.ENTERED)
    rows = queries.cpd_of(record, request.user, today_of(request), wanted)
    return as_file(kind, "CPD log", EXPORTED, map(_cells, rows))


@guarded(SIGNED_IN, methods="GET POST", effect="asks for the PDF of a CPD log")
def cpd_paper(request, pk):
    """The PDF of what stands in a CPD log, narrowed as the list is: made by the worker on a press, then given (T10)."""
    record, wanted = record_or_404(request, pk), CpdFilterForm(request.GET or None).wanted()
    require(access.can_print_cpd(queries.cpd_of(record, request.user, today_of(request), wanted)))
    if request.method == "POST":
        actions.ask_cpd_paper(by=request.user, now=request.now, record_id=pk, wanted=wanted)
        return being_made(request, "training:cpd", pk)
    return paper_served(request, queries.cpd_on_paper(record, wanted))


def _cells(row):
    """A row of the file."""
    known = (row.done_on, row.get_kind_display(), row.title, _hours(row.minutes))
    return (*known, row.activity, row.reflection, row.get_state_display())


# --- writing, saved by itself (screens 13) ---


def _page(request, record, form, kept, back_url, status=None):
    context = frame(request, record, "cpd", form=form, back_url=back_url, **kept.context())
    return render(request, "training/cpd/form.html", context, status=status or kept.status(form))


@guarded(SIGNED_IN, methods="GET POST", effect="writes an activity as the trainee, and keeps its text", asks=(CpdForm,))
def cpd_new(request, pk):
    """A new activity, saved as a draft."""
    record, today = record_or_404(request, pk), today_of(request)
    require(access.can_write_cpd(request.user, record))
    key = queries.new_cpd_key(pk)
    if asks_for_autosave(request):
        return keep_typed(request, record, key)
    kept = Kept(request, key)
    form = CpdForm(data_of(request), initial={"done_on": today, **kept.first}, today=today)
    made = []

    def act():
        given = {"record_id": pk, "key": form.cleaned_data["key"], "values": form.values()}
        made.append(actions.write_cpd(by=request.user, now=request.now, **given))

    if kept.tried(form, act):
        messages.success(request, "Saved as a draft. Enter it into the log when it is complete.")
        return redirect("training:cpd_entry", made[0].pk)
    return _page(request, record, form, kept, reverse("training:cpd", args=[pk]))


@guarded(
    SIGNED_IN, methods="GET POST", effect="writes on an activity that is a draft, and keeps its text", asks=(CpdForm,)
)
def cpd_edit(request, pk):
    """An activity that is a draft."""
    entry, today = _entry_or_404(request, pk), today_of(request)
    require(access.can_change_cpd(request.user, entry))
    stored = {name: getattr(entry, name) for name in ("kind", "title", "done_on", "activity", "reflection")}
    stored.update(hours=_hours(entry.minutes), seen=queries.cpd_version(entry))
    key, back_url = queries.cpd_key(pk), reverse("training:cpd_entry", args=[pk])
    if asks_for_autosave(request):
        form = CpdForm(data_of(request), initial=stored, today=today)
        return keep_typed(request, entry.record, key, unsaved=is_changed(form))
    kept = Kept(request, key)
    form = CpdForm(data_of(request), initial={**stored, **kept.first, "seen": stored["seen"]}, today=today)

    def act():
        given = {"entry_id": pk, "seen": form.cleaned_data["seen"], "values": form.values()}
        actions.change_cpd(by=request.user, now=request.now, **given)

    try:
        if kept.tried(form, act):
            messages.success(request, "The draft is saved.")
            return redirect("training:cpd_entry", pk)
    except StaleText as problem:
        form.add_error(None, str(problem))
        return _page(request, entry.record, form, kept, back_url, status=409)
    return _page(request, entry.record, form, kept, back_url)


# --- reading, entering, reopening ---


@guarded(SIGNED_IN)
def cpd_entry(request, pk):
    """One activity, and what its author can do with it."""
    entry = _entry_or_404(request, pk)
    context = frame(request, entry.record, "cpd", entry=entry, badge=_badge(entry))
    can_change = access.can_change_cpd(request.user, entry)
    context["step"] = None
    if can_change:
        missing = "" if entry.activity and entry.reflection else "Write first what you did, and your reflection on it."
        context["step"] = NextStep("Enter it into the log", reverse("training:cpd_enter", args=[pk]), missing)
    context.update(can_change=can_change, can_reopen=access.can_reopen_cpd(request.user, entry))
    context["hours"] = queries.written_hours(entry.minutes)
    entered = entry.state == CpdState.ENTERED
    around = ["The people around the trainee", "the scheme office"]
    author = "You" if context["mine"] else str(entry.record.trainee)
    context["readers"] = Readers([author, *around] if entered else [author], [] if entered else around)
    return render(request, "training/cpd/one.html", context)


@guarded(
    SIGNED_IN, methods="GET POST", effect="enters an activity into the CPD log as the trainee", asks=(EnterCpdForm,)
)
def cpd_enter(request, pk):
    """The trainee enters it, after the scan for identifiers was shown (T10, quality rule 17)."""
    entry = _entry_or_404(request, pk)
    require(access.can_change_cpd(request.user, entry))
    findings = shown.kinds_found(queries.identifiers_in_cpd(entry))
    initial = {"seen": queries.cpd_version(entry), "answer": entry.answer}
    form = EnterCpdForm(data_of(request), initial=initial, asks=bool(findings))

    def act():
        given = {name: form.cleaned_data[name] for name in ("seen", "declared", "answer") if name in form.cleaned_data}
        actions.enter_cpd(by=request.user, now=request.now, entry_id=pk, **given)
        messages.success(request, "It stands in your CPD log.")

    if tried(form, act):
        return redirect("training:cpd_entry", pk)
    context = frame(request, entry.record, "cpd", entry=entry, form=form, findings=findings)
    context["back_url"] = reverse("training:cpd_entry", args=[pk])
    return render(request, "training/cpd/enter.html", context, status=status_of(form))


@guarded(SIGNED_IN, methods="POST", effect="takes an activity out of the CPD log to write on it")
def cpd_reopen(request, pk):
    """The trainee goes on writing on what stands in the log."""
    entry = _entry_or_404(request, pk)
    actions.reopen_cpd(by=request.user, now=request.now, entry_id=entry.pk)
    messages.success(request, "Reopened. Others read it again once you have entered it again.")
    return redirect("training:cpd_edit", pk)


@guarded(SIGNED_IN, methods="POST", effect="takes an event attended into one's CPD log")
def event_to_cpd(request, pk):
    """One press: title, day and time of the event; the trainee writes what it was good for."""
    found = get_object_or_404(queries.attendances_visible_to(request.user, today_of(request)), pk=pk)
    entry = actions.take_over_event(by=request.user, now=request.now, attendance_id=found.pk)
    messages.success(request, "It is a draft in your CPD log. Write what you did and what you think of it.")
    return redirect("training:cpd_edit", entry.pk)
