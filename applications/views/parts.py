"""The simple parts of the form, one page each, and the door by which their text saves itself (A2, screens 13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from allauth.core.ratelimit import consume
from django.http import Http404, HttpRequest, HttpResponse

from applications import access, actions, queries
from applications.forms.base import PartForm
from applications.forms.evidence import EnglishForm, PurchaseOrderForm, QualificationForm
from applications.forms.parts import (
    AdjustmentsForm,
    DeclarationForm,
    EmploymentForm,
    PersonalForm,
    ScopeForm,
    SupervisorForm,
)
from applications.forms.planning import CompetenciesForm, LocalCompetencyForm, PlanForm
from applications.models import Application
from applications.rules import shortfall
from applications.states import Part
from applications.views._parts import (
    editable_own,
    form_of,
    keep_typed,
    next_url,
    part_page,
    results_of,
    save_part,
    say_of_issuer,
)
from applications.views._shared import part_or_404
from ctts.common.brought import brought_by
from ctts.common.clock import london_date
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import today_of
from ctts.common.refusals import too_often
from ctts.common.whole_numbers import number_in

Common = Mapping[str, Any]


def _details(form: PartForm, common: Common) -> object:
    return actions.save_details(**common, part=form.part, values=form.values())


def _scope(form: PartForm, common: Common) -> object:
    return actions.use_list(**common, scope=form.cleaned_data["scope"])


def _supervisor(form: PartForm, common: Common) -> object:
    return actions.name_supervisor(**common, name=form.cleaned_data["name"], email=form.cleaned_data["email"])


def _english(form: PartForm, common: Common) -> object:
    return actions.save_english(**common, values=form.values())


def _purchase_order(form: PartForm, common: Common) -> object:
    document = form.cleaned_data["document_kept"]
    return actions.enter_purchase_order(**common, key=form.cleaned_data["key"], document=document, values=form.values())


def _adjustments(form: PartForm, common: Common) -> object:
    given = form.cleaned_data
    rest = {name: value for name, value in common.items() if name != "seen"}
    return actions.save_adjustments(**rest, key=given["key"], wanted=given["wanted"], reason=given["reason"])


def _declaration(form: PartForm, common: Common) -> object:
    rest = {name: value for name, value in common.items() if name != "seen"}
    return actions.declare(**rest, version=form.cleaned_data["version"])


SECONDS = 3600  # the hour of the limit of "named_supervisor" in the settings
NAMED_OFTEN = "You have named a Training Supervisor many times within an hour. What you typed last was not saved yet."
SIMPLE: dict[Part, tuple[type[PartForm], Callable[[Any, Common], object]]] = {
    Part.PERSONAL: (PersonalForm, _details),
    Part.EMPLOYMENT: (EmploymentForm, _details),
    Part.SCOPE: (ScopeForm, _scope),
    Part.SUPERVISOR: (SupervisorForm, _supervisor),
    Part.ENGLISH: (EnglishForm, _english),
    Part.PURCHASE_ORDER: (PurchaseOrderForm, _purchase_order),
    Part.ADJUSTMENTS: (AdjustmentsForm, _adjustments),
    Part.DECLARATION: (DeclarationForm, _declaration),
}
"""Part → its form and the one action that saves it."""

WRITTEN: dict[tuple[Part, str], type[PartForm]] = {
    **{(part, ""): form for part, (form, _) in SIMPLE.items() if part != Part.ADJUSTMENTS},
    (Part.COMPETENCIES, ""): CompetenciesForm,
    (Part.COMPETENCIES, "local"): LocalCompetencyForm,
    (Part.PLAN, ""): PlanForm,
    (Part.QUALIFICATIONS, "new"): QualificationForm,
}
"""(part, name of the form) → the form whose text saves itself."""


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="saves one part of the application",
    asks=tuple(form for form, _ in SIMPLE.values()),
)
def part(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One simple part: shown as saved, or as typed and kept; saved by its own action."""
    which = part_or_404(part)
    if which not in SIMPLE:
        raise Http404
    application = editable_own(request, pk, which)
    form_class, save = SIMPLE[which]
    draft = queries.draft_of(application, which)
    form = form_of(request, form_class, application, draft)
    template, extras = OWN_PAGES.get(which, ("applications/part.html", _nothing))

    def show(**more: Any) -> HttpResponse:
        extra = extras(application, request.now)
        return part_page(form, request, application, draft, template=template, **extra, **more)

    if request.method != "POST":
        return show()
    if which == Part.SUPERVISOR and not consume(request, action="named_supervisor", user=request.user):
        return too_often(request, NAMED_OFTEN, seconds=SECONDS, brought=brought_by(form))
    common = {"by": request.user, "now": request.now, "application_id": pk}

    def saver() -> object:
        return _saved(request, form, lambda: save(form, {**common, "seen": form.cleaned_data["seen"]}))

    return save_part(request, application, form, saver, go_on=next_url(application, which), show=show)


def _saved(request: HttpRequest, form: PartForm, save: Callable[[], object]) -> object:
    """What was saved, with a word where it is an order of another issuer than the centre (A3 f); its own page says so
    itself."""
    saved = save()
    if form.part == Part.PURCHASE_ORDER and not form.shortfalls():
        say_of_issuer(request, form.application)
    return saved


def _nothing(application: Application, now: datetime) -> dict[str, Any]:
    return {}


def _speaking(application: Application, now: datetime) -> dict[str, Any]:
    given = queries.english_of(application) is not None
    return {"results": results_of(application, Part.ENGLISH, london_date(now)) if given else []}


def _declaring(application: Application, now: datetime) -> dict[str, Any]:
    made = queries.declaration_of(application)
    words = queries.words_to_declare()
    changed = made is not None and made.version != words.version
    return {"statements": words.statements, "made": made, "changed": changed}


def _paying(application: Application, now: datetime) -> dict[str, Any]:
    order = queries.current_order(application)
    lacking = shortfall(order.gross_pence, application.intake.fee_gross_pence) if order else None
    asked = queries.last_order_request(application)
    standing = asked.standing(now) if asked else None
    words, fee = queries.issuer_to_check(order, application), access.has_its_fee(application)
    found = {"order": order, "lacking": lacking, "asked": asked, "standing": standing, "issuer_words": words}
    return {**found, "fee_is_set": fee}


def _adjusting(application: Application, now: datetime) -> dict[str, Any]:
    return {"asked": queries.adjustments_of(application)}


OWN_PAGES: dict[Part, tuple[str, Callable[[Application, datetime], dict[str, Any]]]] = {
    Part.ENGLISH: ("applications/part_english.html", _speaking),
    Part.PURCHASE_ORDER: ("applications/part_purchase_order.html", _paying),
    Part.ADJUSTMENTS: ("applications/part_adjustments.html", _adjusting),
    Part.DECLARATION: ("applications/part_declaration.html", _declaring),
}
"""Parts with a page of their own, and what it shows besides the form."""


@guarded(
    SIGNED_IN, methods="POST", effect="keeps the text of one part that is not saved yet", asks=(QualificationForm,)
)
def draft(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Keeps what is typed, valid or not; answers with the version and what is still wrong (screens 13)."""
    which = part_or_404(part)
    application = editable_own(request, pk, which)
    name = request.GET.get("form", "")
    row_id = number_in(name)
    common = {"application": application, "today": today_of(request)}
    row = queries.own_qualification(application, row_id) if row_id is not None else None
    if row is not None and which == Part.QUALIFICATIONS:
        form: PartForm = QualificationForm(request.POST, row=row, **common)
    elif (which, name) in WRITTEN:
        form = WRITTEN[which, name](request.POST, **common)
    else:
        raise Http404
    return keep_typed(request, application, form, name)
