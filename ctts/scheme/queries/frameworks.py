"""Scopes on offer, their frameworks, and the centres accredited for them."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from ctts.organisations.models import Organisation
from ctts.organisations.queries import sites_open_on
from ctts.scheme.models import Accreditation, Competency, Framework, Scope
from ctts.scheme.queries.dops import dops_rows
from ctts.scheme.spreadsheet import CompetencyRow, FrameworkSheet, ModuleRow, TaskRow
from ctts.scheme.states import VALID_ACCREDITATION, FrameworkState


def offered_scopes(kept: int | None = None) -> QuerySet[Scope]:
    """Scopes that take applications (S1), with their craft group; and `kept`, chosen while it was offered."""
    wanted = Q(offered=True) if kept is None else Q(offered=True) | Q(pk=kept)
    return Scope.objects.filter(wanted).select_related("group").order_by("name")


def scopes_by_framework() -> QuerySet[Scope]:
    """Scopes on offer, each with `has_framework`: whether one is published, so that somebody can apply (S1, S2)."""
    return offered_scopes().annotate(has_framework=_is_published())


def scopes_open_to_apply() -> QuerySet[Scope]:
    """Scopes on offer that have a published framework: those in which somebody can apply (S1, S2)."""
    return offered_scopes().filter(_is_published())


def _is_published() -> Exists:
    return Exists(Framework.objects.filter(scope=OuterRef("pk"), state=FrameworkState.PUBLISHED))


def is_last_published(framework: Framework) -> bool:
    """Whether a version is the only published one of a scope on offer: without it nobody can apply there (S2)."""
    if framework.state != FrameworkState.PUBLISHED or not framework.scope.offered:
        return False
    same = Framework.objects.filter(scope=framework.scope_id, state=FrameworkState.PUBLISHED)
    return not same.exclude(pk=framework.pk).exists()


def framework_for(scope: Scope) -> Framework | None:
    """The framework a new applicant of a scope chooses from: the one published last (S2)."""
    return (
        Framework.objects.filter(scope=scope, state=FrameworkState.PUBLISHED).order_by("-published_at", "-pk").first()
    )


def next_offered(framework: Framework) -> Framework | None:
    """What new applicants of its scope choose from once a framework is retired, where they choose from it now (S2)."""
    if framework_for(framework.scope) != framework:
        return None
    others = Framework.objects.filter(scope=framework.scope, state=FrameworkState.PUBLISHED).exclude(pk=framework.pk)
    return others.order_by("-published_at", "-pk").first()


def _valid_on(day: date) -> QuerySet[Accreditation]:
    return Accreditation.objects.filter(state__in=VALID_ACCREDITATION, starts_on__lte=day, ends_on__gte=day)


def is_accredited(organisation_id: int, scope_id: int, day: date) -> bool:
    """Whether a centre may take new applicants of a scope on a London day, its last day included (C1)."""
    return _valid_on(day).filter(organisation_id=organisation_id, scope_id=scope_id).exists()


def accredited_pairs(day: date) -> set[tuple[int, int]]:
    """(centre, scope) of everything that is accredited on a London day (C1)."""
    return set(_valid_on(day).values_list("organisation", "scope"))


def accredited_centres(scope: Scope | None, day: date) -> QuerySet[Organisation]:
    """Centres accredited on a London day for a scope (or, with None, for any), by name."""
    valid = _valid_on(day).filter(organisation=OuterRef("pk"))
    if scope is not None:
        valid = valid.filter(scope=scope)
    return Organisation.objects.filter(Exists(valid)).order_by("name", "pk")


def centres_by_scope(day: date) -> list[tuple[Scope, list[Organisation]]]:
    """Every scope on offer, with `has_framework`, and the centres accredited for it on a London day, each with its
    sites (C1, S1, S2)."""
    sites = Prefetch("organisation__sites", sites_open_on(day))
    held = _valid_on(day).select_related("organisation").prefetch_related(sites)
    found: dict[int, list[Organisation]] = {}
    for row in held.order_by("organisation__name", "organisation_id"):
        centres = found.setdefault(row.scope_id, [])
        if row.organisation not in centres:
            centres.append(row.organisation)
    return [(scope, found.get(scope.pk, [])) for scope in scopes_by_framework()]


def framework_as_sheet(framework: Framework) -> FrameworkSheet:
    """A stored framework in the shape of a spreadsheet, for comparing an import with it (S2)."""
    tasks = tuple(TaskRow(row.code, row.title, row.description) for row in framework.tasks.all())
    rows = framework.competencies.select_related("module").prefetch_related(Prefetch("tasks"))
    competencies = tuple(_competency_row(row) for row in rows)
    form = framework.dops_form
    return FrameworkSheet(
        scope=framework.scope.code,
        scope_name=framework.scope.name,
        title=framework.title,
        version=framework.version,
        status="sample" if framework.sample else "approved",
        note=framework.note,
        tasks=tasks,
        modules=tuple(
            ModuleRow(module.code, module.title, module.curriculum_version, module.level)
            for module in framework.modules.order_by("frameworkmodule__position")
        ),
        competencies=competencies,
        dops=dops_rows(form) if form else (),
    )


def _competency_row(row: Competency) -> CompetencyRow:
    tasks = tuple(task.code for task in row.tasks.all())
    return CompetencyRow(row.code, row.group, row.title, row.statement, row.module.code, row.level, tasks)
