"""Questions to the External Moderator and their answers, in a thread on the record (T11)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from ctts.accounts.models import User
from ctts.common import drafts
from ctts.common.clock import london_date
from ctts.common.verdict import require
from ctts.notifications.actions import remind
from ctts.scheme.queries import numbers_of
from training import access, notices
from training.actions._practice import note, want
from training.actions._steps import holders, lock_record, tell
from training.models import AdviceAnswer, AdviceQuestion, TrainingDraft
from training.queries.advice import advice_key, advice_series, advice_step_of, answer_key, reminded_of
from training.queries.around import bank_holidays
from training.rules import DUE, LATE, advice_due
from training.states import AppointmentKind, RecordState


@transaction.atomic
def ask_advice(*, by: User, now: datetime, record_id: int, key: UUID, topic: str, text: str) -> AdviceQuestion:
    """Ask the External Moderator; they are told, and have five working days (T11). The same `key` asks once.

    Raises NotAllowed for anybody but the trainee and the current supervisor, TooLate when training has ended or no
    External Moderator is appointed, Invalid without a topic or words.
    """
    record, today = lock_record(record_id), london_date(now)
    require(access.can_ask_advice(by, record, today))
    known = AdviceQuestion.objects.filter(key=key, record=record).first()
    if known is not None:
        return known
    question = AdviceQuestion.objects.create(
        record=record,
        topic=want(topic, "topic", "Say in a few words what it is about."),
        text=want(text, "text", "Write your question."),
        asked_at=now,
        asked_by=by,
        due_on=advice_due(today, bank_holidays(record), numbers_of(record.rules)),
        key=key,
    )
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=advice_key(record.pk))
    note("advice.asked", record, question, by=by, now=now, due_on=question.due_on.isoformat())
    for person in holders(record, now, AppointmentKind.EXTERNAL_MODERATOR):
        tell(notices.ADVICE_ASKED, record, person, about=question, now=now, key=str(question.pk), question=question)
    return question


@transaction.atomic
def answer_advice(*, by: User, now: datetime, question_id: int, key: UUID, text: str) -> AdviceAnswer:
    """Answer a question, or add to an answer; trainee and supervisor are told, whoever asked (T11).

    The same `key` answers once. Raises NotAllowed for anybody but the External Moderator of today, TooLate when
    training has ended, Invalid without words.
    """
    question = _question(question_id)
    record = question.record
    require(access.can_answer_advice(by, question, london_date(now)))
    known = AdviceAnswer.objects.filter(key=key, question=question).first()
    if known is not None:
        return known
    words = want(text, "text", "Write your answer.")
    answer = AdviceAnswer.objects.create(question=question, text=words, answered_at=now, answered_by=by, key=key)
    drafts.forget(TrainingDraft, owner_id=by.pk, form_key=answer_key(question.pk))
    note("advice.answered", record, question, by=by, now=now)
    for person in [record.trainee, *holders(record, now, AppointmentKind.SUPERVISOR)]:
        tell(notices.ADVICE_ANSWERED, record, person, about=answer, now=now, key=str(answer.pk), question=question)
    return answer


@transaction.atomic
def remind_of_advice(*, by: None, now: datetime, question_id: int) -> int:
    """Remind the External Moderator that a question is due, and them and the office that it is late, once (T11, N).

    How many people were told, now or before; nobody of one that is answered, or of a trainee who is interrupted or
    left.
    """
    question, today = _question(question_id), london_date(now)
    record, step = question.record, advice_step_of(question, today)
    if step is None or record.state != RecordState.ACTIVE or question.answers.exists():
        return 0
    people = reminded_of(question, step, today)
    for person in people:
        remind(
            notices.ADVICE_WAITS,
            to=person,
            key=advice_series(question, person.pk),
            step=step.name,
            slept_through=[DUE] if step.name == LATE else [],
            due_on=step.due_on,
            about=question,
            now=now,
            context={"record": record, "question": question, "late": step.name == LATE},
            within=record.trainee_id,
        )
    return len(people)


def _question(question_id: int) -> AdviceQuestion:
    """A question of a locked record; the row itself is never changed."""
    question = AdviceQuestion.objects.select_related("asked_by").get(pk=question_id)
    question.record = lock_record(question.record_id)
    return question
