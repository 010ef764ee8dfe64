"""Frameworks come whole from a spreadsheet, are published, and one day no longer offered (S2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.verdict import Invalid, require
from ctts.scheme import access, queries
from ctts.scheme.actions._dops import store_dops_form
from ctts.scheme.models import (
    Competency,
    CompetencyTask,
    Framework,
    FrameworkModule,
    PtpModule,
    Scope,
    Task,
)
from ctts.scheme.spreadsheet import FrameworkSheet, ModuleRow
from ctts.scheme.states import FRAMEWORK_MOVES


@transaction.atomic
def import_framework(*, by: User | None, now: datetime, sheet: FrameworkSheet, file_sha256: str) -> Framework:
    """Store a framework version as read from a spreadsheet, all of it or nothing; it is a draft until published (S2).

    Raises NotAllowed outside the office, Invalid for an unknown scope, the code of one with the name of another,
    or a version that is there already.
    """
    require(access.can_manage(by, london_date(now)))
    scope = Scope.objects.select_for_update(no_key=True).filter(code=sheet.scope).first()  # of two at once one waits
    if scope is None:
        raise Invalid(queries.unknown_scope(sheet))
    if contradiction := queries.of_two_scopes(sheet, scope):
        raise Invalid(contradiction)
    if Framework.objects.filter(scope=scope, version=sheet.version).exists():
        raise Invalid(queries.version_there(sheet, scope))
    form = store_dops_form(by=by, now=now, scope=scope, items=sheet.dops) if sheet.dops else None
    framework = Framework.objects.create(
        scope=scope,
        dops_form=form,
        title=sheet.title,
        version=sheet.version,
        sample=sheet.status == "sample",
        note=sheet.note,
        file_sha256=file_sha256,
        imported_at=now,
        imported_by=by,
    )
    _store_competencies(framework, sheet)
    facts = {"scope": scope.code, "competencies": len(sheet.competencies), "file_sha256": file_sha256}
    record("scheme.framework.imported", by=by, at=now, about=framework, after=facts)
    return framework


def _store_competencies(framework: Framework, sheet: FrameworkSheet) -> None:
    modules = _modules(sheet.modules)
    FrameworkModule.objects.bulk_create(
        FrameworkModule(framework=framework, module=module, position=place)
        for place, module in enumerate(modules.values(), start=1)
    )
    tasks = {
        task.code: task
        for task in Task.objects.bulk_create(
            Task(framework=framework, code=row.code, title=row.title, description=row.description, position=place)
            for place, row in enumerate(sheet.tasks, start=1)
        )
    }
    competencies = Competency.objects.bulk_create(
        Competency(
            framework=framework,
            code=row.code,
            group=row.group,
            title=row.title,
            statement=row.statement,
            module=modules[row.module],
            level=row.level,
            position=place,
        )
        for place, row in enumerate(sheet.competencies, start=1)
    )
    CompetencyTask.objects.bulk_create(
        CompetencyTask(competency=competency, task=tasks[code])
        for competency, row in zip(competencies, sheet.competencies, strict=True)
        for code in row.tasks
    )


def _modules(rows: Iterable[ModuleRow]) -> dict[str, PtpModule]:
    """The stored module of each row by its code; new ones are added, known ones stay as they are.

    Raises Invalid for a module that the curriculum holds on another level.
    """
    found = {}
    for row in rows:
        found[row.code], _ = PtpModule.objects.get_or_create(
            code=row.code,
            curriculum_version=row.curriculum_version,
            title=row.title,
            defaults={"level": row.level},
        )
        if found[row.code].level != row.level:
            raise Invalid(queries.other_level(row, found[row.code].level))
    return found


@transaction.atomic
def publish_framework(*, by: User | None, now: datetime, framework_id: int) -> Framework:
    """Offer a framework version to new applicants; trainees stay on theirs (S2). Its DOPS form holds from now on (T5).

    Raises NotAllowed outside the office, TooLate when it is published or retired already.
    """
    require(access.can_manage(by, london_date(now)))
    framework = Framework.objects.select_for_update(no_key=True).get(pk=framework_id)
    framework.published_at = now
    framework.save(update_fields=["published_at"])
    change_state(framework, FRAMEWORK_MOVES, "publish")
    record("scheme.framework.published", by=by, at=now, about=framework, after={"state": framework.state})
    return framework


@transaction.atomic
def retire_framework(*, by: User | None, now: datetime, framework_id: int) -> Framework:
    """Offer a framework version no longer. Raises NotAllowed outside the office, TooLate when it is retired already."""
    require(access.can_manage(by, london_date(now)))
    framework = Framework.objects.select_for_update(no_key=True).get(pk=framework_id)
    change_state(framework, FRAMEWORK_MOVES, "retire")
    record("scheme.framework.retired", by=by, at=now, about=framework, after={"state": framework.state})
    return framework
