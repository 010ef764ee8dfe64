"""How the parts of the form are shown: their state, and the pages they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.base import FilesPartForm, PartForm, typed_before
from applications.models import Application, ApplicationDraft
from applications.rules import MissingPart, RuleResult, only_the_fee
from applications.states import Part, RuleOutcome
from applications.views._shared import FORM_PARTS, own_or_refuse, part_url
from ctts.common import autosave
from ctts.common.drafts import NewerDraft
from ctts.common.forms import with_value
from ctts.common.other_window import OtherWindow, differing, version_to_send
from ctts.common.parts import Badge, Tab
from ctts.common.posted import require_for, today_of
from ctts.common.verdict import Invalid, require
from ctts.common.whole_numbers import number_in

RULES_OF_PART: dict[Part, tuple[str, ...]] = {
    Part.EMPLOYMENT: ("A3a",),
    Part.QUALIFICATIONS: ("A3b", "A3c", "A3e"),
    Part.ENGLISH: ("A3d",),
    Part.PURCHASE_ORDER: ("A3f",),
    Part.COMPETENCIES: ("A3g",),
}
DONE = Badge("Done", "done", "check-circle-fill")
MISSING = Badge("To do", "neutral", "circle")
LOCAL = "Add a competency of your own"
WAITS = Badge("Waits for the fee", "waiting", "hourglass-split")
UNSAVED = Badge("Not saved yet", "waiting", "pencil")
LOOK = Badge("Look again", "returned", "exclamation-diamond")


@dataclass(frozen=True)
class PartCard:
    """One part as the overview shows it: its state, what is missing, what the entry rules say of it so far."""

    part: Part
    url: str
    badge: Badge
    missing: tuple[str, ...]
    findings: tuple[RuleResult, ...]
    fixed: str
    held: bool = False  # what is missing hangs on the fee, which the scheme office sets (I6)
    kept: tuple[tuple[str, str], ...] = ()  # forms of its own in which text is kept that is not saved: words, address


def cards_of(application: Application, request: HttpRequest) -> list[PartCard]:
    """Every part of the form in order."""
    today = today_of(request)
    missing, said = queries.form_standing(application, today)
    results = {result.rule: result for result in said}
    unsaved = queries.parts_with_draft(application)
    return [_card(application, request, part, missing, results, unsaved) for part in FORM_PARTS]


def _card(
    application: Application,
    request: HttpRequest,
    part: Part,
    missing: Iterable[MissingPart],
    results: dict[str, RuleResult],
    unsaved: dict[str, set[str]],
) -> PartCard:
    reasons = tuple(one.reason for one in missing if one.part == part)
    rules = [results[rule] for rule in RULES_OF_PART.get(part, ())]
    against = tuple(rule for rule in rules if rule.outcome == RuleOutcome.NOT_MET) if not reasons else ()
    held = only_the_fee(one for one in missing if one.part == part)
    missed = WAITS if held else MISSING
    badge = UNSAVED if part in unsaved else missed if reasons else LOOK if against else DONE
    verdict = access.can_change(request.user, application, part)
    fixed, kept = "" if verdict else verdict.reason, tuple(kept_forms(application, unsaved.get(part, ())))
    return PartCard(part, part_url(application, part), badge, reasons, against, fixed, held, kept)


def kept_forms(application: Application, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The forms of a part, beside its own page, in which text is kept that is not saved: what they are, and where."""
    for name in sorted(names):
        if name == "local":
            yield LOCAL, reverse("applications:add_local", args=[application.pk])
        elif name == "new":
            yield "Add a qualification", reverse("applications:add_qualification", args=[application.pk])
        elif (row := queries.own_qualification(application, number_in(name) or 0)) is not None:
            yield str(row), reverse("applications:change_qualification", args=[application.pk, row.pk])


def results_of(application: Application, part: Part, today: date) -> list[RuleResult]:
    """What the entry rules say so far of what is saved in a part, rule by rule (A3)."""
    rules = RULES_OF_PART.get(part, ())
    return [result for result in queries.entry_results(application, today) if result.rule in rules] if rules else []


def place_words(part: Part) -> str:
    """ "3 of 11": where a part stands in the form."""
    return f"{FORM_PARTS.index(part) + 1} of {len(FORM_PARTS)}"


def part_tabs(application: Application, current: Part) -> list[Tab]:
    """The parts as pages of one thing."""
    return [Tab(part.label, part_url(application, part), part == current) for part in open_parts(application)]


def open_parts(application: Application) -> list[Part]:
    """The parts that the applicant may change now: not those that the supervisor confirmed (A2)."""
    return [part for part in FORM_PARTS if access.can_change(application.applicant, application, part)]


def editable_own(
    request: HttpRequest, pk: int, part: Part, form_class: Callable[..., PartForm] | None = None
) -> Application:
    """The reader's own application while this part may change. Raises NotAllowed, TooLate, Http404.

    `form_class`: of a form that names its fields only as it is made for a list of competencies.
    """
    application = own_or_refuse(request, pk)
    verdict = access.can_change(request.user, application, part)
    if form_class is not None and request.method == "POST" and application.competency_list_id is not None:
        require_for(form_of(request, form_class, application, None), verdict)
    require(verdict)
    return application


def next_url(application: Application, part: Part) -> str:
    """Where "Save and go on" goes: the next part that can be changed, after the last the overview."""
    later = open_parts(application)
    following = next((one for one in later if FORM_PARTS.index(one) > FORM_PARTS.index(part)), None)
    return part_url(application, following) if following else reverse("applications:form", args=[application.pk])


def say_of_issuer(request: HttpRequest, application: Application) -> None:
    """A word to whoever entered an order of another issuer than the centre; it is entered all the same (A3 f)."""
    words = queries.issuer_to_check(queries.last_order(application), application)
    if words:
        messages.warning(request, words)


def form_of(
    request: HttpRequest, form_class: Callable[..., Any], application: Application, draft: ApplicationDraft | None
) -> Any:
    """The form of a part: bound to what was sent, or filled with what is saved or was kept."""
    common = {"application": application, "today": today_of(request)}
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **common)
    return form_class(draft=draft, **common)


def part_page(
    form: PartForm,
    request: HttpRequest,
    application: Application,
    draft: ApplicationDraft | None,
    *,
    template: str = "applications/part.html",
    form_name: str = "",
    status: int = 200,
    elsewhere: OtherWindow | None = None,
    **more: Any,
) -> HttpResponse:
    """The page of a part with its form, its autosave line and the way on."""
    form.dress()
    short = form.say_shortfalls()
    part, sent = form.part, autosave.version_seen(request) if form.is_bound else None
    place = reverse("applications:draft", args=[application.pk, part])
    context = {
        "application": application,
        "part": part,
        "form": form,
        "tabs": part_tabs(application, part),
        "place_words": place_words(part),
        "draft": draft if draft is not None and draft.version and draft.unsaved and not form.is_bound else None,
        "taken_over": draft is not None and draft.saved_at == application.started_at,
        "draft_saved_at": draft.saved_at if draft is not None and draft.version else None,
        "draft_version": version_to_send(draft, sent, elsewhere),
        "elsewhere": elsewhere,
        "short": [form[name] for name in short],
        "go_on_url": next_url(application, part) if short else "",
        "draft_url": f"{place}?form={form_name}" if form_name else place,
        "draft_name": f"{part}-{form_name}" if form_name else str(part),
        "back_url": reverse("applications:form", args=[application.pk]),
        **more,
    }
    return render(request, template, context, status=status)


def keep_files(request: HttpRequest, application: Application, form: FilesPartForm) -> None:
    """Keep every good file at once, so that a mistake elsewhere in the form loses none."""
    for name, purpose, upload in form.arrived():
        try:
            document = actions.keep_file(
                by=request.user,
                now=request.now,
                application_id=application.pk,
                part=form.part,
                upload=upload,
                purpose=purpose,
                field=name,
                qualification_id=form.qualification_id,
            )
        except Invalid as problem:
            form.refuse(problem)
        else:
            form.keep(name, document)


def save_part(
    request: HttpRequest,
    application: Application,
    form: PartForm,
    save: Callable[[], object],
    *,
    go_on: str,
    show: Callable[..., HttpResponse],
    form_name: str = "",
) -> HttpResponse:
    """Validate, keep files, save by one action, go on; errors and stale pages come back with all that was typed, what
    does not meet the entry rules with a finding at its field (A3)."""
    form.is_valid()
    if isinstance(form, FilesPartForm):
        keep_files(request, application, form)
    if form.errors:
        return show(status=422)
    refused = _refused(request, application, form, save, show=show, form_name=form_name)
    if refused is not None:
        return refused
    return _gone_on(request, application, form, go_on)


def _gone_on(request: HttpRequest, application: Application, form: PartForm, go_on: str) -> HttpResponse:
    """Say that it is saved and go on; to the page itself where its fields say what does not meet the entry rules."""
    messages.success(request, f"{form.part.label}: saved.")
    application.refresh_from_db()  # the action saved a row of its own
    if form.shortfalls():
        return redirect(request.path)
    for result in _said_of(application, form.part, today_of(request)):
        if result.outcome == RuleOutcome.NOT_MET:
            messages.warning(request, f"The entry rules are not met so far: {result.reason}")
    return redirect(go_on)


def _said_of(application: Application, part: Part, today: date) -> list[RuleResult]:
    """What the entry rules say of a part that was saved; of a scope, whether the chosen centre is accredited for it."""
    if part != Part.SCOPE:
        return results_of(application, part, today)
    said = queries.centre_standing(application, today)
    return [said] if said is not None else []


def _refused(
    request: HttpRequest,
    application: Application,
    form: PartForm,
    save: Callable[[], object],
    *,
    show: Callable[..., HttpResponse],
    form_name: str,
) -> HttpResponse | None:
    """None once `save` was carried out; else the page with why it was not, and with another window's text."""
    seen = {"fields": form.typed(), "seen_version": autosave.version_seen(request), "form": form_name}
    try:
        actions.save_over_kept(save, by=request.user, application_id=application.pk, part=form.part, **seen)
    except NewerDraft as newer:
        there = typed_before(form.fields, newer.draft.fields)
        return show(status=409, elsewhere=OtherWindow(differing(form, there), newer.draft))
    except Invalid as problem:
        form.refuse(problem)
        return show(status=422)
    except actions.StalePart:
        return _stale(application, form, show)
    return None


def _stale(application: Application, form: PartForm, show: Callable[..., HttpResponse]) -> HttpResponse:
    """Another window saved first, or who was asked for the purchase order gave it: both texts are shown, and saving
    again takes this one (quality rule 2)."""
    form.data = with_value(form.data, "seen", queries.part_version(application, form.part))
    giver = queries.order_giver(application) if form.part == Part.PURCHASE_ORDER else ""
    return show(status=409, elsewhere=OtherWindow(differing(form, form.stored()), giver=giver))


def keep_typed(request: HttpRequest, application: Application, form: PartForm, form_name: str) -> HttpResponse:
    """The answer to a form that saves itself (screens 13): kept, kept with gaps, or newer text is there."""
    try:
        kept = actions.keep_draft(
            by=request.user,
            now=request.now,
            application_id=application.pk,
            part=form.part,
            fields=form.typed(),
            seen_version=autosave.version_seen(request),
            form=form_name,
            unsaved=form.is_unsaved(),
        )
    except NewerDraft as newer:
        fields = {name: _plain(values) for name, values in newer.draft.fields.items()}
        return autosave.newer_elsewhere(
            fields=fields, version=newer.draft.version, by="you", at=newer.draft.saved_at or request.now
        )
    return autosave.saved(at=kept.saved_at, version=kept.version, errors=form.errors.get_json_data())


def _plain(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values
