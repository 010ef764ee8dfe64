"""Answers to the office's questions while they are written: kept as they are typed, and sent over that (screens 13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import access, queries
from applications.actions._steps import lock
from applications.actions.handing_in import answer_information
from applications.models import ApplicationDraft
from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.verdict import Invalid, require


@transaction.atomic
def keep_answers(
    *, by: User, now: datetime, application_id: int, fields: Mapping[str, Any], seen_version: int
) -> ApplicationDraft:
    """Keep what the applicant has typed as answers so far, finished or not; nobody else reads it (A4, screens 13).

    `fields` are the raw fields of the form by name. Raises NotAllowed, TooLate once it is with the office again,
    NewerDraft when another window kept newer text, Invalid for far too much text.
    """
    application = lock(application_id)
    require(access.can_reply(by, application))
    key = queries.answers_key(application.information_requests.latest("asked_at"))
    try:
        return drafts.keep(
            ApplicationDraft, owner_id=by.pk, form_key=key, fields=fields, seen_version=seen_version, now=now
        )
    except ValueError as problem:
        raise Invalid(str(problem)) from problem


@transaction.atomic
def answer_over_kept(
    *,
    by: User,
    now: datetime,
    application_id: int,
    answers: Mapping[int, str],
    fields: Mapping[str, Any],
    seen_version: int,
) -> None:
    """`answer_information`, unless another window keeps answers that this one never saw; then what was kept is dropped.

    Raises NewerDraft, and all that `answer_information` raises.
    """
    application = lock(application_id)
    require(access.can_reply(by, application))
    key = queries.answers_key(application.information_requests.latest("asked_at"))

    def save() -> object:
        return answer_information(by=by, now=now, application_id=application_id, answers=answers)

    drafts.save_over(ApplicationDraft, save, owner_id=by.pk, form_key=key, fields=fields, seen_version=seen_version)
    drafts.forget(ApplicationDraft, owner_id=by.pk, form_key=key)
