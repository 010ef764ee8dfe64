"""The office's review: every entry rule with its finding, notes, decisions, history (A3, A4)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.office import DocumentCheckForm, FindingForm, NoteForm, OrderForm
from applications.models import Application, Objection
from applications.rules import ENTRY_RULES
from applications.states import APPLICATION_MOVES, ApplicationState, DocumentVerdict, RuleOutcome
from applications.views._reading import judged_of
from applications.views._shared import (
    acts_of,
    file_link,
    for_office_or_refuse,
    head_of,
    review_tabs,
    shown_file,
)
from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.moves import can_move
from ctts.common.parts import NextStep
from ctts.common.posted import today_of, tried
from ctts.common.verdict import Invalid, Verdict, both, require
from ctts.organisations.access import OFFICE
from ctts.organisations.conflicts import beside_training


@guarded(OFFICE)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Each entry rule with the computed outcome, the reason, the evidence beside it and the finding (A3, A4)."""
    return _review_page(request, for_office_or_refuse(request, pk))


def _review_page(
    request: HttpRequest,
    application: Application,
    *,
    rule: str = "",
    form: FindingForm | None = None,
    stale: str = "",
    status: int = 200,
    note_form: NoteForm | None = None,
    slot: str = "",
    check_form: DocumentCheckForm | None = None,
) -> HttpResponse:
    """The review; `form` is what was sent for `rule`, with its errors; `stale` says that a colleague was quicker.
    `note_form` is a note that was sent, `check_form` what was said of the file in `slot`, with their errors."""
    today, given = today_of(request), queries.Given(application)
    rows, whole = queries.rule_rows(application, today, given), judged_of(application, given)
    may, objections = access.can_decide(request.user, application, today), queries.objections_to(application)
    accept = both(may, access.can_step_past(request.user, application, "accept", today))
    checklist = queries.checklist_of(application, given)
    context = {
        "application": application,
        "head": head_of(application),
        "tabs": review_tabs(application, "review"),
        "acts": acts_of(application, today, request.user),
        "rows": [(row, _evidence(row.rule, whole), _finding_form(row, rule, form)) for row in rows],
        **_sent(rule, stale, form or check_form),
        "may": may,
        "claim": access.can_claim(request.user, application, today),
        "step": _step(rows, objections, checklist, application, (accept, today)),
        **_checklist(application, checklist, slot, check_form),
        "objections": objections,
        "beside": [*beside_training(application.applicant, today), *queries.twins_of(application)],
        "decisions": _decisions(application, request),
        **_order(request, application, given),
        "requests": queries.asked_of(application, given),
        "questions": queries.questions_about(application),
        "whole": whole,
        **_desk_work(request, application, note_form),
    }
    return render(request, "applications/review.html", context, status=status)


def _sent(rule: str, stale: str, form: FindingForm | DocumentCheckForm | None) -> dict[str, Any]:
    """What was sent with mistakes, if anything: the rule that is open, what a colleague did since, and its errors."""
    return {"open_rule": rule, "stale": stale, "sent": form or NoteForm()}


def _order(request: HttpRequest, application: Application, given: queries.Given) -> dict[str, Any]:
    """The order that counts, and whether this reader may judge it (with a reason, when it does not do) or cancel it."""
    asked = (request.user, application, today_of(request))
    return {
        "order": given.order,
        "may_judge": access.can_judge_order(*asked),
        "with_reason": access.can_find_insufficient(*asked),
        "may_cancel": access.can_cancel_order(*asked),
    }


def _desk_work(request: HttpRequest, application: Application, note_form: NoteForm | None) -> dict[str, Any]:
    """Notes of colleagues and the form of another one, and whom the office reminded."""
    return {
        "notes": queries.notes_of(application),
        "note_form": _note_form(request, application, note_form),
        "chases": queries.chases_of(application),
    }


def _note_form(request: HttpRequest, application: Application, sent: NoteForm | None) -> NoteForm | None:
    """The form of a note for whoever may write one, with what was sent."""
    return sent or NoteForm() if access.can_review(request.user, application, today_of(request)) else None


def _checklist(
    application: Application, rows: list[queries.ChecklistRow], slot: str, form: DocumentCheckForm | None
) -> dict[str, Any]:
    """The files with their forms; that in `slot` is open with the `form` that was sent."""
    shown = [(row, _shown(application, row), _check_form(row, slot, form)) for row in rows]
    return {"checklist": shown, "open_slot": slot}


def _shown(application: Application, row: queries.ChecklistRow) -> dict[str, Any]:
    """A place of the checklist with its file, and the links to what lay there before."""
    return {
        "file": shown_file(application, row.slot.document),
        "earlier": [(old, file_link(application, old.document)) for old in row.earlier],
    }


def _check_form(row: queries.ChecklistRow, slot: str, form: DocumentCheckForm | None) -> DocumentCheckForm:
    if form is not None and row.slot.name == slot:
        return form
    seen = {"seen": queries.check_version(row.check)}
    return DocumentCheckForm(initial=seen, auto_id=f"id_{row.slot.name}_%s")


def _step(
    rows: list[queries.RuleRow],
    objections: list[Objection],
    checklist: list[queries.ChecklistRow],
    application: Application,
    accept: tuple[Verdict, date],
) -> NextStep | None:
    """Accepting, with what stands against it: whether this reader may on a day is `accept`."""
    if application.state != ApplicationState.IN_REVIEW:
        return None
    may, today = accept
    rejected, supervisor = [row for row in checklist if row.rejected], queries.supervisor_against(application, today)
    words = queries.words_against([row.rule for row in rows if row.stands], objections, rejected, supervisor)
    return NextStep("Accept", reverse("applications:accept", args=[application.pk]), may.reason or words)


def _finding_form(row: queries.RuleRow, rule: str, form: FindingForm | None) -> FindingForm:
    if form is not None and row.rule == rule:
        return form
    initial = {"outcome": row.result.outcome if row.result.outcome != RuleOutcome.NEEDS_PERSON else ""}
    if row.finding:
        given = row.finding
        initial = {"outcome": given.outcome, "remark": given.note, "override_reason": given.override_reason}
    initial["seen"] = queries.finding_version(row.newest)
    return FindingForm(initial=initial, auto_id=f"id_{row.rule}_%s")


def _evidence(rule: str, whole: dict[str, Any]) -> dict[str, Any]:
    """What lies beside a rule: facts and files of the part it is about."""
    shown: dict[str, tuple[list[Any], list[Any]]] = {
        "A3a": (whole["employment"][:5], []),
        "A3d": (whole["english"], whole["english_files"]),
        "A3f": (whole["order"], whole["order_files"]),
        "A3h": ([("The plan's own words", whole["plan"].level_six if whole["plan"] else "")], []),
    }
    facts, files = shown.get(rule, ([], []))
    return {
        "facts": facts,
        "files": files,
        "look": whole["issuer_to_check"] if rule == "A3f" else "",
        "qualifications": whole["qualifications"] if rule in {"A3b", "A3c", "A3e"} else [],
        "matrix": whole["matrix"] if rule == "A3g" else None,
        "signatures": whole["signatures"] if rule == "A3h" else [],
    }


def _decisions(application: Application, request: HttpRequest) -> list[tuple[str, str, Verdict]]:
    """The other moves that are legal now: label, address, and whether this reader may take them."""
    reader, today = request.user, today_of(request)
    may = access.can_review(reader, application, today)
    awaited = queries.awaited(application)
    url = reverse("applications:chase", args=[application.pk])
    chase = [(f"Remind {awaited.full_name}", url, may)] if awaited else []
    steps = [
        ("Ask the applicant", "ask", "ask_information"),
        ("Decline", "decline", "decline"),
        ("Defer", "defer", "defer"),
        ("Back into review", "resume", "resume"),
        ("Withdraw", "withdraw", "withdraw"),
    ]
    legal = [step for step in steps if can_move(application, APPLICATION_MOVES, step[2])]
    return chase + [
        (
            label,
            reverse(f"applications:{name}", args=[application.pk]),
            both(may, access.can_step_past(reader, application, move, today)),
        )
        for label, name, move in legal
    ]


@guarded(OFFICE, methods="POST", effect="sets a finding for one entry rule", asks=(FindingForm,))
def find(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    """One finding, with its note or the reason of an override (A3, A4); of two who set one, the second sees both."""
    application = for_office_or_refuse(request, pk)
    if rule not in ENTRY_RULES:
        raise Http404
    form = FindingForm(request.POST, auto_id=f"id_{rule}_%s")

    def find() -> object:
        given = {**form.cleaned_data, "outcome": RuleOutcome(form.cleaned_data["outcome"])}
        return actions.find(by=request.user, now=request.now, application_id=pk, rule=rule, **given)

    try:
        if not tried(form, find):
            require(access.can_decide(request.user, application, today_of(request)))
            return _review_page(request, application, rule=rule, form=form, status=422)
    except actions.StalePart as problem:
        newest = queries.newest_finding(application, rule)
        form.data = with_value(form.data, "seen", queries.finding_version(newest))
        form.data = with_value(form.data, "key", str(uuid4()))  # saved now, it is another finding
        return _review_page(request, application, rule=rule, form=form, stale=str(problem), status=409)
    messages.success(request, f"Finding for {rule} saved.")
    return redirect(f"{reverse('applications:review', args=[pk])}#{rule}")


@guarded(OFFICE, methods="POST", effect="accepts or rejects a file of an application", asks=(DocumentCheckForm,))
def check_document(request: HttpRequest, pk: int, slot: str, document_id: int) -> HttpResponse:
    """Accept a file of the checklist, or reject it with the reason (A4); of two who do, the second sees the first's."""
    application = for_office_or_refuse(request, pk)
    if not queries.was_handed_in(application, slot, document_id):
        raise Http404
    form = DocumentCheckForm(request.POST, auto_id=f"id_{slot}_%s")
    common = {"by": request.user, "now": request.now, "application_id": pk, "slot": slot, "document_id": document_id}

    def check() -> object:
        given = {**form.cleaned_data, "verdict": DocumentVerdict(form.cleaned_data["verdict"])}
        return actions.check_document(**common, **given)

    try:
        if not tried(form, check):
            require(access.can_decide(request.user, application, today_of(request)))
            return _review_page(request, application, slot=slot, check_form=form, status=422)
    except actions.StalePart as problem:
        newest = queries.newest_check(application, slot, document_id)
        form.data = with_value(form.data, "seen", queries.check_version(newest))
        form.data = with_value(form.data, "key", str(uuid4()))  # saved now, it is another check
        return _review_page(request, application, slot=slot, check_form=form, stale=str(problem), status=409)
    messages.success(request, f"{form.cleaned_data['verdict'].capitalize()}.")
    return redirect(f"{reverse('applications:review', args=[pk])}#files")


@guarded(OFFICE, methods="POST", effect="keeps a note of the office about an application", asks=(NoteForm,))
def write_note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note for colleagues; nobody outside the office reads it (A4)."""
    application = for_office_or_refuse(request, pk)
    require(access.can_review(request.user, application, today_of(request)))
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _review_page(request, application, note_form=form, status=422)
    actions.write_note(by=request.user, now=request.now, application_id=pk, **form.cleaned_data)
    messages.success(request, "The note is kept.")
    return redirect(f"{reverse('applications:review', args=[pk])}#notes")


@guarded(OFFICE, methods="POST", effect="says whether the purchase order bears out what was typed", asks=(OrderForm,))
def judge_purchase_order(request: HttpRequest, pk: int, order_id: int) -> HttpResponse:
    """Verified or insufficient, about the very order that the page showed (A3 f)."""
    for_office_or_refuse(request, pk)
    form = OrderForm(request.POST)
    if not form.is_valid():
        raise Invalid("Say whether the purchase order covers the fee: press one of the two buttons.")
    covers = form.cleaned_data["covers"]
    actions.judge_purchase_order(
        by=request.user, now=request.now, application_id=pk, purchase_order_id=order_id, covers=covers
    )
    messages.success(request, "The purchase order is verified." if covers else "The purchase order is insufficient.")
    return redirect(f"{reverse('applications:review', args=[pk])}#A3f")


@guarded(OFFICE)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to this application, from the audit."""
    application = for_office_or_refuse(request, pk)
    context = {
        "application": application,
        "head": head_of(application),
        "tabs": review_tabs(application, "history"),
        "entries": queries.history_of(application),
    }
    return render(request, "applications/history.html", context)


@guarded(OFFICE)
def decisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every decision with its reasons and its letter, and what was asked and answered."""
    application = for_office_or_refuse(request, pk)
    letters = [
        (decision, file_link(application, decision.letter.document) if decision.letter.document else None)
        for decision in queries.decisions_of(application)
    ]
    context = {
        "application": application,
        "head": head_of(application),
        "tabs": review_tabs(application, "decisions"),
        "letters": letters,
        "office": bool(access.can_review(request.user, application, today_of(request))),
        "on_hold": {letter.pk for letter in queries.held_letters().filter(decision__application=application)},
        "requests": queries.asked_of(application, queries.Given(application)),
    }
    return render(request, "applications/decisions.html", context)
