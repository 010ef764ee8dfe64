"""The competency list with its coverage matrix, local additions, and the training plan (S3, A2)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from applications import actions, queries
from applications.forms.base import PartForm
from applications.forms.planning import CompetenciesForm, LocalCompetencyForm, PlanForm
from applications.models import Application
from applications.states import Part
from applications.views._parts import editable_own, form_of, kept_forms, next_url, part_page, save_part
from applications.views._shared import part_url
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence


def _with_scope(
    request: HttpRequest, pk: int, part: Part, form_class: type[PartForm] | None = None
) -> Application | HttpResponse:
    """The application once it has a list; before, the way to choosing a scope. `form_class` as of `editable_own`."""
    application = editable_own(request, pk, part, form_class)
    if application.competency_list_id is not None:
        return application
    messages.info(request, "Choose the scope of practice first: it decides which competencies there are.")
    return redirect(part_url(application, Part.SCOPE))


@guarded(SIGNED_IN, methods="GET POST", effect="chooses the competencies of the list", asks=(CompetenciesForm,))
def competencies(request: HttpRequest, pk: int) -> HttpResponse:
    """The framework in groups with a box for each competency, the coverage matrix, gaps by name (S3)."""
    application = _with_scope(request, pk, Part.COMPETENCIES)
    if isinstance(application, HttpResponse):
        return application
    draft = queries.draft_of(application, Part.COMPETENCIES)
    form = form_of(request, CompetenciesForm, application, draft)

    def show(**more: Any) -> HttpResponse:
        extra = _choosing(application, form, everything="all" in request.GET)
        template = "applications/competencies.html"
        return part_page(form, request, application, draft, template=template, **extra, **more)

    if request.method != "POST":
        return show()

    def save() -> object:
        ids = [row.pk for row in form.cleaned_data["chosen"]]
        seen = form.cleaned_data["seen"]
        return actions.choose_competencies(
            by=request.user, now=request.now, application_id=pk, competency_ids=ids, seen=seen
        )

    return save_part(request, application, form, save, go_on=request.path, show=show)


def _choosing(application: Application, form: CompetenciesForm, *, everything: bool) -> dict[str, Any]:
    """The boxes of the framework by group, ticked as typed or saved; local additions; the matrix of what is saved;
    whether it was begun for an application before this one; what is typed of
    a competency of one's own and not saved."""
    chosen = application.competency_list
    ticked = {str(value) for value in form["chosen"].value() or []}
    rows = list(queries.choosable_competencies(chosen))
    groups = [
        (group, [(row, everything or str(row.pk) in ticked) for row in members])
        for group, members in groupby(rows, key=lambda row: row.group)
    ]
    matrix = queries.matrix_of(chosen)
    local = [item for item in queries.planned_items(chosen) if item.competency_id is None]
    return {
        "groups": groups,
        "local": local,
        "matrix": matrix,
        "everything": everything,
        "next_url": next_url(application, Part.COMPETENCIES),
        "kept": list(kept_forms(application, queries.parts_with_draft(application).get(Part.COMPETENCIES, ()))),
        "carried": matrix.items and chosen.made_at < application.started_at,
    }


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="adds a competency of the centre's own to the list",
    asks=(LocalCompetencyForm,),
)
def add_local(request: HttpRequest, pk: int) -> HttpResponse:
    """A local addition, mapped to a module of the PTP curriculum and to tasks of the scope (S3)."""
    application = _with_scope(request, pk, Part.COMPETENCIES)
    if isinstance(application, HttpResponse):
        return application
    draft = queries.draft_of(application, Part.COMPETENCIES, "local")
    form = form_of(request, LocalCompetencyForm, application, draft)

    def show(**more: Any) -> HttpResponse:
        return part_page(
            form, request, application, draft, template="applications/local.html", form_name="local", **more
        )

    def save() -> object:
        return _add_local(request, pk, form.cleaned_data)

    if request.method != "POST":
        return show()
    back = part_url(application, Part.COMPETENCIES)
    return save_part(request, application, form, save, go_on=back, show=show, form_name="local")


def _add_local(request: HttpRequest, pk: int, given: dict[str, Any]) -> object:
    return actions.add_local_competency(
        by=request.user,
        now=request.now,
        application_id=pk,
        title=given["title"],
        statement=given["statement"],
        module=given["module"],
        task_ids=[task.pk for task in given["tasks"]],
        seen=given["seen"],
    )


@guarded(SIGNED_IN, methods="GET POST", effect="takes a local competency off the list")
def remove_local(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Asks first: what was planned for it goes with it."""
    application = editable_own(request, pk, Part.COMPETENCIES)
    item = queries.local_item(application.competency_list, item_id)
    if item is None:
        raise Http404
    back = part_url(application, Part.COMPETENCIES)
    if request.method == "POST":
        actions.remove_local_competency(by=request.user, now=request.now, application_id=pk, item_id=item_id)
        messages.success(request, f"{item.code} is off your list.")
        return redirect(back)
    consequences = [Consequence("It leaves your list, with what was planned for it:", str(item))]
    confirm = Confirm("Remove this competency?", "Remove it", back, consequences, danger=True)
    return confirm_page(request, confirm)


@guarded(SIGNED_IN, methods="GET POST", effect="saves the training plan", asks=(PlanForm,))
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """How, where, with whom and by which month, competency by competency; the argument for FHEQ level 6 (A2, A3 h)."""
    application = _with_scope(request, pk, Part.PLAN, PlanForm)
    if isinstance(application, HttpResponse):
        return application
    draft = queries.draft_of(application, Part.PLAN)
    form = form_of(request, PlanForm, application, draft)

    def show(**more: Any) -> HttpResponse:
        rows = list(form.rows())
        return part_page(form, request, application, draft, template="applications/plan.html", rows=rows, **more)

    if request.method != "POST":
        return show()

    def save() -> object:
        return _save_plan(request, pk, form)

    return save_part(request, application, form, save, go_on=next_url(application, Part.PLAN), show=show)


def _save_plan(request: HttpRequest, pk: int, form: PlanForm) -> object:
    return actions.save_plan(
        by=request.user,
        now=request.now,
        application_id=pk,
        rows=form.planned(),
        summary=form.cleaned_data["summary"],
        level_six=form.cleaned_data["level_six"],
        seen=form.cleaned_data["seen"],
    )
