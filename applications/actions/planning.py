"""Competency list and training plan of an application (S3, A2): the scheme's own lists, while they may change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications.actions._steps import editable, forget, fresh, note
from applications.models import Application
from applications.states import Part
from ctts.accounts.models import User
from ctts.common.verdict import Invalid, TooLate
from ctts.scheme import actions as scheme
from ctts.scheme.models import CompetencyItem, CompetencyList, PtpModule


def _with_list(application_id: int, by: User, part: Part, seen: str) -> tuple[Application, CompetencyList]:
    """The locked application and the list it works on. Raises Invalid before a scope was chosen."""
    application = editable(application_id, by, part)
    if application.competency_list is None:
        raise Invalid("Choose the scope of practice first.")
    fresh(application, part, seen)
    return application, application.competency_list


@transaction.atomic
def choose_competencies(
    *, by: User, now: datetime, application_id: int, competency_ids: Collection[int], seen: str = ""
) -> Application:
    """Make these the list's competencies of the framework; local additions and the plans of those that stay are kept.

    Raises Invalid for a competency of another framework, NotAllowed, TooLate as every part (S3).
    """
    application, chosen = _with_list(application_id, by, Part.COMPETENCIES, seen)
    scheme.choose_competencies(by=by, now=now, list_id=chosen.pk, competency_ids=competency_ids)
    forget(application, Part.COMPETENCIES)
    note("application.part_saved", application, by, now, after={"part": str(Part.COMPETENCIES)})
    return application


@transaction.atomic
def add_local_competency(
    *,
    by: User,
    now: datetime,
    application_id: int,
    title: str,
    statement: str,
    module: PtpModule,
    task_ids: Collection[int],
    seen: str = "",
) -> CompetencyItem:
    """Add a competency of the centre's own, mapped to a PTP module and to tasks of the scope (S3).

    Raises Invalid for a module or task of another framework.
    """
    application, chosen = _with_list(application_id, by, Part.COMPETENCIES, seen)
    if not chosen.framework.modules.filter(pk=module.pk).exists():
        raise Invalid("Choose a module of the PTP curriculum of your scope.", "module")
    item = scheme.add_local_item(
        by=by, now=now, list_id=chosen.pk, title=title, statement=statement, module=module, task_ids=task_ids
    )
    forget(application, Part.COMPETENCIES, "local")
    return item


@transaction.atomic
def remove_local_competency(*, by: User, now: datetime, application_id: int, item_id: int) -> None:
    """Take a local addition off the list, with what was planned for it. Raises TooLate when it is off already."""
    _, chosen = _with_list(application_id, by, Part.COMPETENCIES, "")
    if not chosen.items.filter(pk=item_id, competency__isnull=True).exists():
        raise TooLate("This competency is not on your list any more.")
    scheme.remove_item(by=by, now=now, item_id=item_id)


@transaction.atomic
def save_plan(
    *,
    by: User,
    now: datetime,
    application_id: int,
    rows: Mapping[int, Mapping[str, Any]],
    summary: str,
    level_six: str,
    seen: str = "",
) -> Application:
    """Save the training plan: how, where, with whom and by which month for each competency; summary; level 6 (A3 h).

    `rows` maps the id of a list item to its four fields. Raises Invalid for an item that is not on the list.
    """
    application, chosen = _with_list(application_id, by, Part.PLAN, seen)
    scheme.save_plan_rows(by=by, now=now, list_id=chosen.pk, rows=rows)
    scheme.save_plan(by=by, now=now, list_id=chosen.pk, summary=summary, level_six=level_six)
    forget(application, Part.PLAN)
    note("application.part_saved", application, by, now, after={"part": str(Part.PLAN)})
    return application
