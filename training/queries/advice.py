"""The thread of questions and advice on a record (T11): who reads it, what is not answered, whom to remind."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from ctts.accounts.models import User
from ctts.notifications.queries import steps_taken
from ctts.organisations.access import on_day
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_of
from training.access import visible_advice
from training.models import AdviceAnswer, AdviceQuestion, Appointment, TrainingRecord
from training.queries.around import bank_holidays
from training.rules import LATE, MilestoneStep, advice_step
from training.states import AppointmentKind, RecordState


def advice_visible_to(user: User, today: date) -> QuerySet[AdviceQuestion]:
    """The questions that a person reads, each with its answers, oldest first, as `told` (T11)."""
    answers = AdviceAnswer.objects.select_related("answered_by").order_by("answered_at", "pk")
    rows = AdviceQuestion.objects.filter(visible_advice(user, today))
    rows = rows.select_related("record__trainee", "record__centre", "record__scope", "record__rules", "asked_by")
    return rows.prefetch_related(Prefetch("answers", answers, to_attr="told"))


def advice_of(record: TrainingRecord, user: User, today: date) -> QuerySet[AdviceQuestion]:
    """The thread of a record, the newest question first."""
    return advice_visible_to(user, today).filter(record=record).order_by("-asked_at", "-pk")


def unanswered(rows: QuerySet[AdviceQuestion]) -> QuerySet[AdviceQuestion]:
    """Those of these questions that nobody has answered."""
    return rows.filter(~Exists(AdviceAnswer.objects.filter(question=OuterRef("pk"))))


def advice_key(record_id: int) -> str:
    """Under which key the text typed into a new question is kept."""
    return f"advice:new:{record_id}"


def answer_key(question_id: int) -> str:
    """Under which key the text typed into an answer is kept."""
    return f"advice:answer:{question_id}"


# --- reminders ---


def advice_series(question: AdviceQuestion, person_id: int) -> str:
    """The series of reminders of a question, for one person."""
    return f"training.advice_waits:{question.pk}:{person_id}"


def advice_step_of(question: AdviceQuestion, today: date) -> MilestoneStep | None:
    """The reminder of a question that has come by `today`, by its record's numbers and the centre's working days."""
    record = question.record
    return advice_step(question.due_on, today, bank_holidays(record), numbers_of(record.rules))


def reminded_of(question: AdviceQuestion, step: MilestoneStep, today: date) -> list[User]:
    """Who hears that a question waits: the External Moderator of today; once it is late the office too, which appoints
    them (E3, T11)."""
    held = Appointment.objects.filter(
        on_day(today), record=question.record_id, kind=AppointmentKind.EXTERNAL_MODERATOR, person__is_active=True
    )
    people = list(User.objects.filter(pk__in=held.values("person")).order_by("sort_name", "pk"))
    if step.name == LATE:
        people += people_with(Role.OFFICE, today).exclude(pk__in=[question.record.trainee_id])
    return list({person.pk: person for person in people}.values())


def advice_to_remind(today: date) -> list[int]:
    """Ids of unanswered questions of trainees who train, with a reminder that has come and was not sent (T11, N)."""
    rows = AdviceQuestion.objects.filter(record__state=RecordState.ACTIVE, due_on__lte=today)
    owed: dict[str, int] = {}
    for row in unanswered(rows).select_related("record__rules", "record__centre").order_by("pk"):
        step = advice_step_of(row, today)
        if step is not None:
            owed.update({f"{advice_series(row, one.pk)}:{step.name}": row.pk for one in reminded_of(row, step, today)})
    taken = steps_taken(owed)
    return sorted({pk for key, pk in owed.items() if key not in taken})
