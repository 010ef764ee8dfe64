"""Who confirms, queries and releases an outcome, and who may know of it before release (F1)."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet, Value

from assessments.models import (
    FirstYearDecision,
    MarkSheet,
    Outcome,
    PracticalSeal,
    PutForward,
    SafetyConfirmation,
)
from assessments.states import OUTCOME_MOVES, OutcomeState
from ctts.accounts.models import User
from ctts.common.memo import remembered
from ctts.common.moves import can_move
from ctts.common.prepared import prepared
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, is_office, workplaces_of
from ctts.organisations.states import Role
from training.access import MODERATORS, appointed, is_running
from training.models import Appointment, Dops, ReportSignature, ReviewSignature, SignOff, TrainingRecord

KNOWS = frozenset(MODERATORS)
READS = (*MODERATORS, "supervisor", "coordinator")
Part = tuple[QuerySet[Any], str, str]


def belongs_to(user: Any, workplaces: Any) -> Q:
    """The condition for records whose unreleased outcomes a person must not see even as staff (F1): their own, those
    of their `workplaces` (ids), those they stand or stood around as anything but a moderator."""
    around = Appointment.objects.filter(person=user).exclude(kind__in=MODERATORS)
    return Q(trainee=user) | Q(centre__any_of=workplaces) | Q(pk__in=around.values("record"))


def took_part(user: Any) -> Q:
    """The condition for records in which a person ever moderated, marked, decided, assessed or signed something."""
    found = [Q(pk__in=rows.filter(**{person: user}).values(record)) for rows, person, record in _parts()]
    return reduce(or_, found)


def _parts() -> list[Part]:
    """Where it stands that somebody took part in a training: rows, the field of the person, the path to the record."""
    return [
        (Appointment.objects.all(), "person", "record"),
        (FirstYearDecision.objects.all(), "signer", "first_year__record"),
        (SafetyConfirmation.objects.all(), "signer", "first_year__record"),
        (PutForward.objects.all(), "put_forward_by", "first_year__record"),
        (MarkSheet.objects.all(), "marker", "attempt__record"),
        (PracticalSeal.objects.all(), "signer", "attempt__record"),
        (Dops.objects.all(), "assessor", "record"),
        (SignOff.objects.all(), "signer", "item__record"),
        (ReviewSignature.objects.all(), "signer", "review__record"),
        (ReportSignature.objects.all(), "signer", "report__record"),
    ]


@prepared
def _concerned_in(record: int) -> QuerySet[Any, Any]:
    """(whether they stand around it, person) of everybody who took part in a training or stands around it."""
    around = (Appointment.objects.exclude(kind__in=MODERATORS), "person", "record")
    asked = [
        rows.filter(**{path: record}).order_by().values_list(Value(rows is around[0]), person)
        for rows, person, path in [around, *_parts()]
    ]
    return asked[0].union(*asked[1:])


def _concerned(record: TrainingRecord) -> frozenset[tuple[bool, int | None]]:
    """The same, asked once for each record object: the whole office is judged at once."""
    return remembered(record, "concerned", None, lambda: frozenset(_concerned_in(record.pk)))


def conflicted(user: Any, workplaces: Any) -> Q:
    """The condition for records about whose outcomes a person with these workplaces (ids) decides nothing."""
    return belongs_to(user, workplaces) | took_part(user)


def stands_apart(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether a person is free of any part in a trainee's assessment: only such staff confirm and release (F1)."""
    concerned = _concerned(record)
    at_home = user.pk == record.trainee_id or record.centre_id in workplaces_of(user, today)
    if at_home or (True, user.pk) in concerned:
        return no("You are part of this training or of its centre; another member of the office does this.")
    if (False, user.pk) in concerned:
        return no("You signed, assessed or marked in this training; another member of the office does this.")
    return YES


def may_know(user: User, record: TrainingRecord, today: date) -> bool:
    """Whether a person may know of an outcome before release: the moderators around the trainee, and staff who do not
    belong to the training (F1)."""
    if not holds(user, Role.OFFICE, today) and not KNOWS & appointed(user, record, today):
        return False
    return not TrainingRecord.objects.filter(belongs_to(user, workplaces_of(user, today)), pk=record.pk).exists()


def reads_outcomes(user: User, record: TrainingRecord, today: date) -> bool:
    """Whether somebody who sees a record reads its released outcomes: all but its trainers (F1)."""
    if user.pk == record.trainee_id or holds(user, Role.OFFICE, today):
        return True
    coordinates = holds(user, Role.COORDINATOR, today, at=record.centre_id)
    return coordinates or bool(frozenset(READS) & appointed(user, record, today))


def _decides(user: User, outcome: Outcome, today: date) -> Verdict:
    """The office, free of any part in the assessment, while training goes on (F1)."""
    office = is_office(user, today)
    who = both(office, stands_apart(user, outcome.record, today)) if office else office
    return both(who, is_running(outcome.record))


def can_confirm(user: User, outcome: Outcome, today: date) -> Verdict:
    """One member of the office confirms an agreed outcome (F1); whether its gate is still open, `queries` says."""
    return both(_decides(user, outcome, today), can_move(outcome, OUTCOME_MOVES, "confirm"))


def can_query(user: User, outcome: Outcome, today: date) -> Verdict:
    """A member of the office gives an outcome back to those who made it, before release (F1)."""
    return both(_decides(user, outcome, today), can_move(outcome, OUTCOME_MOVES, "supersede"))


def can_release(user: User, outcome: Outcome, today: date) -> Verdict:
    """Another member of the office than the one who confirmed releases the outcome (F1, quality rule 9); whether its
    gate is still open, `queries` says."""
    who = both(_decides(user, outcome, today), can_move(outcome, OUTCOME_MOVES, "release"))
    if who and user.pk == outcome.confirmed_by_id:
        return no("You confirmed it; another member of the office releases it.")
    return who


def can_end(user: User, outcome: Outcome, *, none_left: bool, today: date) -> Verdict:
    """The office ends the record as not completed once an outcome is released and no attempt is left (F6)."""
    who = _decides(user, outcome, today)
    if who and outcome.state != OutcomeState.RELEASED:
        return late("The outcome is not released yet.")
    if who and not none_left:
        return late("An attempt is left.")
    return who
