"""Reasonable adjustments: asked for, cleared up by question and answer, read by named readers, withdrawn (A5, E6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from applications import access, notices, queries
from applications.actions._adjusting import (
    lock_case,
    note_case,
    readers_of,
    require_going_on,
    tell_new_reader,
    tell_person,
    tell_reader,
    tell_readers,
)
from applications.actions._steps import editable, note
from applications.models import (
    AdjustmentAnswer,
    AdjustmentQuestion,
    AdjustmentReading,
    AdjustmentRequest,
    Application,
)
from applications.queries import WhatWasSaid
from applications.states import ADJUSTMENT_MOVES, UNDECIDED_ADJUSTMENT, AdjustmentState, Part
from ctts.accounts.models import User
from ctts.common import vault
from ctts.common.clock import london_date
from ctts.common.moves import change_state
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, TooLate, require
from ctts.organisations.models import Affiliation
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role

SAVED = "What you wrote about adjustments was saved already."
A_FEW_WORDS = "Say in a few words what would help you. Only named readers will see it."


@transaction.atomic
def save_adjustments(
    *, by: User, now: datetime, application_id: int, key: UUID, wanted: bool, reason: str = ""
) -> Application:
    """Answer whether reasonable adjustments are asked for; the reason goes encrypted to the vault (A5).

    `key` is the form's idempotency key. Whoever asks for none any more withdraws what is not decided. Raises Invalid
    when they are asked for without a word about them, DoneAlready for a form that was sent twice.
    """
    application = editable(application_id, by, Part.ADJUSTMENTS)
    told = application.adjustment_requests.exclude(state=AdjustmentState.WITHDRAWN)
    if wanted and not reason.strip() and not told.exists():
        raise Invalid(A_FEW_WORDS, "reason")
    if wanted and reason.strip():
        _seal(key, reason, by, now, application)
    if not wanted:
        for asked in told.filter(state__in=UNDECIDED_ADJUSTMENT).select_for_update(no_key=True):
            _withdraw(asked, by, now)
    application.wants_adjustments = wanted
    application.save(update_fields=["wants_adjustments"])
    note("application.adjustments_answered", application, by, now)
    tell_readers(application, now)
    return application


def _seal(key: UUID, reason: str, by: User, now: datetime, application: Application | None) -> AdjustmentRequest:
    with taken_means(DoneAlready(SAVED)):
        return AdjustmentRequest.objects.create(
            person=by, application=application, sealed=vault.seal(reason.strip()), asked_at=now, key=key
        )


@transaction.atomic
def ask_for_adjustment(*, by: User, now: datetime, key: UUID, reason: str) -> AdjustmentRequest:
    """Ask for an adjustment at any time, apart from the form of an application; the named readers are told (E6).

    Raises NotAllowed for whoever neither applies nor trains, TooLate with too many requests that wait, Invalid without
    a word, DoneAlready for a form that was sent twice.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one after the other, or more could wait than may
    if AdjustmentRequest.objects.filter(key=key).exists():
        raise DoneAlready(SAVED)
    require(access.can_ask_adjustment(by))
    if not reason.strip():
        raise Invalid(A_FEW_WORDS, "reason")
    asked = _seal(key, reason, by, now, None)
    note_case("asked", asked, by, now, "person")
    for reader in readers_of(asked, now):
        tell_reader(notices.ADJUSTMENT_ASKED, asked, reader, now)
    return asked


@transaction.atomic
def name_reader(*, by: User | None, now: datetime, held: Affiliation) -> None:
    """A named reader whose role has begun is told of what waits already; one of a later day, or who was invited and has
    not come yet, finds it in their list (A5)."""
    if held.role != Role.ADJUSTMENTS:
        return
    for reader in people_with(Role.ADJUSTMENTS, london_date(now)).filter(pk=held.person_id):
        tell_new_reader(reader, now)


@transaction.atomic
def withdraw_adjustment(*, by: User, now: datetime, request_id: int) -> AdjustmentRequest:
    """The person withdraws what is not decided; it no longer waits for anybody (E6). Raises NotAllowed, TooLate."""
    asked = lock_case(request_id)
    require(access.can_withdraw_adjustment(by, asked))
    return _withdraw(asked, by, now)


def _withdraw(asked: AdjustmentRequest, by: User, now: datetime) -> AdjustmentRequest:
    change_state(asked, ADJUSTMENT_MOVES, "withdraw", withdrawn_at=now, question_at=None)
    note_case("withdrawn", asked, by, now, "person")
    return asked


@transaction.atomic
def read_adjustment(*, by: User, now: datetime, request_id: int) -> WhatWasSaid:
    """What was said in a case: reason, questions, answers, why not; the reading is noted where the person sees it (A5).

    The person's own reading is not. Raises NotAllowed for anyone but the person and named readers.
    """
    asked = AdjustmentRequest.objects.get(pk=request_id)
    require(access.can_read_reason(by, asked, london_date(now)))
    if by.pk != asked.person_id:
        AdjustmentReading.objects.create(request=asked, reader=by, read_at=now)
        note_case("read", asked, by, now, "reader")
    return queries.what_was_said(asked)


@transaction.atomic
def ask_about_adjustment(*, by: User, now: datetime, request_id: int, key: UUID, question: str) -> AdjustmentQuestion:
    """A named reader asks the person something; the mail says no more than that (A5).

    Raises NotAllowed, TooLate while another question waits or once it is decided, Invalid without a word, DoneAlready
    for a form that was sent twice.
    """
    asked = lock_case(request_id)
    if AdjustmentQuestion.objects.filter(key=key).exists():
        raise DoneAlready("You have asked this already.")
    require(access.can_question_adjustment(by, asked, london_date(now)))
    require_going_on(asked)
    if not question.strip():
        raise Invalid("Write the question.", "question")
    made = AdjustmentQuestion.objects.create(
        request=asked, sealed=vault.seal(question.strip()), asked_at=now, asked_by=by, key=key
    )
    if asked.state == AdjustmentState.ASKED:
        change_state(asked, ADJUSTMENT_MOVES, "clarify", question_at=now)
    else:
        _waits_since(asked, now)
    note_case("questioned", asked, by, now, "reader", question=made.pk)
    tell_person(notices.ADJUSTMENT_QUESTION, asked, now, made.pk)
    return made


def _waits_since(asked: AdjustmentRequest, since: datetime | None) -> None:
    asked.question_at = since
    asked.save(update_fields=["question_at"])


@transaction.atomic
def answer_about_adjustment(
    *, by: User, now: datetime, request_id: int, question_id: int, answer: str
) -> AdjustmentAnswer:
    """The person answers the question that waits, `question_id`; whoever asked is told (E6).

    Raises NotAllowed, TooLate when no such question waits, Invalid without a word, DoneAlready for an answer that was
    sent twice.
    """
    asked = lock_case(request_id)
    if by.pk == asked.person_id and AdjustmentAnswer.objects.filter(question=question_id).exists():
        raise DoneAlready("You have answered this question already.")
    require(access.can_answer_about_adjustment(by, asked))
    require_going_on(asked)
    question = asked.questions.select_related("asked_by").latest("pk")
    if question.pk != question_id:
        raise TooLate("Another question waits for your answer now. Read it first.")
    if not answer.strip():
        raise Invalid("Write your answer.", "answer")
    made = AdjustmentAnswer.objects.create(question=question, sealed=vault.seal(answer.strip()), answered_at=now)
    if asked.state == AdjustmentState.CLARIFYING:
        change_state(asked, ADJUSTMENT_MOVES, "clear_up", question_at=None)
    else:
        _waits_since(asked, None)
    note_case("answered", asked, by, now, "person", question=question.pk)
    if question.asked_by in readers_of(asked, now):
        tell_reader(notices.ADJUSTMENT_ANSWERED, asked, question.asked_by, now, question.pk)
    return made
