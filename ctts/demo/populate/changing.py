"""Changes of circumstances of a populated trainee (E5), and the external person some have asked for a DOPS (T5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ctts.common.digest import sha256
from ctts.common.months import add_months
from ctts.demo.populate.corpus import PLACES, deed
from ctts.demo.populate.course import Course, at, signed
from training.models import ChangeAnswer, ChangeDecision, ChangeRequest, Dops, DopsSignature, ExternalAssessor
from training.models.external import OPEN_FOR
from training.queries.external import approval_words
from training.rules import expected_end
from training.states import AssessorKind, ChangeKind, ChangeState, DopsState

SUPERVISOR, TRAINEE, OFFICE = "Training Supervisor", "Trainee", "Scheme office"
OPEN_REQUESTS = 0.03  # of those in their second year
OUTSIDE, APPROVED = 0.08, 0.6  # who asks an external person; whom the supervisor has approved
S = ChangeState


def change(course: Course) -> None:
    """The request behind an interruption; of a few in their second year one for more time, not decided yet."""
    if course.pause:
        _interruption(course, *course.pause)
    if course.passed and course.rng.random() < OPEN_REQUESTS:
        _extension(course, course.rng.choice((S.AWAITING_SUPPORT, S.AWAITING_DECISION)))


def _interruption(course: Course, first: date, last: date) -> None:
    asked_on, decided_at = first - timedelta(days=20), at(first - timedelta(days=10), 11)
    days = {"from_on": first, "until_on": last, "reason": "I care for a parent in these weeks."}
    pk = _asked(course, ChangeKind.INTERRUPTION, S.APPROVED, asked_on, carried_out_at=decided_at, **days)
    _answered(course, pk, asked_on + timedelta(days=3))
    office = course.ground.office[0]
    course.sheets.add(
        ChangeDecision,
        change_id=pk,
        granted=True,
        from_on=first,
        was_end_on=expected_end(course.start_on, (), course.intake.numbers),
        end_on=course.end_on,
        decided_at=decided_at,
        decided_by_id=office.pk,
    )
    _moved(course, pk, "granted", decided_at, office, OFFICE, S.AWAITING_DECISION, S.APPROVED)


def _extension(course: Course, state: ChangeState) -> None:
    asked_on = course.yesterday - timedelta(days=course.rng.randrange(4, 12))
    wanted = {"until_on": add_months(course.end_on, 3), "reason": "The practical could not be booked in time."}
    pk = _asked(course, ChangeKind.EXTENSION, state, asked_on, **wanted)
    if state == S.AWAITING_DECISION:
        _answered(course, pk, asked_on + timedelta(days=2))


def _asked(course: Course, kind: ChangeKind, state: ChangeState, on: date, **columns: Any) -> int:
    pk = course.sheets.key(ChangeRequest)
    course.sheets.add(
        ChangeRequest,
        id=pk,
        record_id=course.record,
        kind=str(kind),
        state=str(state),
        written_at=at(on, 9),
        sent_at=at(on, 10),
        key=course.key(),
        **columns,
    )
    course.log("training.change.written", at(on, 9), ChangeRequest, pk, course.trainee, TRAINEE, kind=str(kind))
    _moved(course, pk, "sent", at(on, 10), course.trainee, TRAINEE, S.DRAFT, S.AWAITING_SUPPORT)
    return pk


def _answered(course: Course, pk: int, on: date) -> None:
    course.sheets.add(
        ChangeAnswer, change_id=pk, supports=True, answered_at=at(on, 12), answered_by_id=course.supervisor.pk
    )
    _moved(course, pk, "answered", at(on, 12), course.supervisor, SUPERVISOR, S.AWAITING_SUPPORT, S.AWAITING_DECISION)


def _moved(course: Course, pk: int, name: str, on: Any, by: Any, role: str, was: ChangeState, to: ChangeState) -> None:
    before = {"state": str(was)}
    course.log(f"training.change.{name}", on, ChangeRequest, pk, by, role, before, state=str(to))


# --- an external person (T5) ---


def asks_outside(course: Course) -> bool:
    """Whether the DOPS that is asked for last is asked of somebody without an account."""
    return course.rng.random() < OUTSIDE


def ask_outside(course: Course, on: date) -> None:
    """A DOPS asked of an external person, whom the trainee named: approved, with an open link, or not yet."""
    pk, external = course.sheets.key(Dops), course.sheets.key(ExternalAssessor)
    who = {
        "name": f"Dr {deed(course.rng).split()[0]} {course.number}",
        "post": "Consultant physicist",
        "registration": f"CS{pk:06}",
        "organisation": "St Elsewhere",
        "email": f"outside{pk}@elsewhere.example",
    }
    approved = course.rng.random() < APPROVED
    on = max(on, course.yesterday - timedelta(days=10)) if approved else on
    by = {"approved_at": at(on, 10), "approved_by_id": course.supervisor.pk} if approved else {}
    seen = {"procedure": deed(course.rng), "place": f"{course.rng.choice(PLACES)} room"}
    course.sheets.add(
        Dops,
        id=pk,
        record_id=course.record,
        form_id=course.scope.form_id,
        asked_by_id=course.person,
        asked_at=at(on, 9),
        assessor_kind=str(AssessorKind.EXTERNAL),
        state=str(DopsState.REQUESTED),
        key=course.key(),
        **{f"assessor_{name}": value for name, value in who.items() if name != "email"},
        **by,
        **seen,
    )
    ends = {"expires_at": at(on, 10) + OPEN_FOR} if approved else {}
    named = {"dops_id": pk, "named_at": at(on, 9), "named_by_id": course.person, "nonce": f"{course.key().hex:0>64}"}
    course.sheets.add(ExternalAssessor, id=external, **named, **who, **by, **ends)
    course.log("training.dops.requested", at(on, 9), Dops, pk, course.trainee, TRAINEE, kind=str(AssessorKind.EXTERNAL))
    course.log("training.dops.external_named", at(on, 9), ExternalAssessor, external, course.trainee, TRAINEE, dops=pk)
    if approved:
        _approved(course, pk, external, who, seen["procedure"], on)


def _approved(course: Course, pk: int, external: int, who: dict[str, str], procedure: str, on: date) -> None:
    digest = sha256({"dops": pk, "external": external, "email": who["email"], "procedure": procedure})
    words = approval_words(ExternalAssessor(**who))
    columns = signed(course.supervisor, SUPERVISOR, "approved", words, digest, at(on, 10))
    course.sheets.add(DopsSignature, dops_id=pk, external_id=external, **columns)
    course.log("training.dops.approved", at(on, 10), Dops, pk, course.supervisor, SUPERVISOR, external=external)
