"""Who may do what in a training record: by appointment in force on the day, never by name (T, E, A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, Q, QuerySet

from applications.models import Application
from applications.states import ApplicationState
from ctts.accounts.models import User
from ctts.common.memo import remembered
from ctts.common.months import in_words
from ctts.common.moves import can_move
from ctts.common.prepared import prepared
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.documents.states import DocumentState
from ctts.organisations.access import holds, is_office, on_day, organisations_where
from ctts.organisations.states import Role
from training.models import (
    Appointment,
    Evidence,
    EvidenceVersion,
    PlanItem,
    SignOff,
    TrainingRecord,
)
from training.states import (
    EVIDENCE_MOVES,
    ITEM_MOVES,
    RECORD_ENDED,
    AppointmentKind,
    EvidenceState,
    ItemState,
)

Kinds = frozenset[str]
MODERATORS = (AppointmentKind.EXTERNAL_MODERATOR, AppointmentKind.SUPPORTING_MODERATOR, AppointmentKind.ADJUDICATOR)
HEAR_OF_PATIENTS = frozenset({AppointmentKind.SUPERVISOR, AppointmentKind.COORDINATOR})
INDEPENDENT = (AppointmentKind.SUPPORTING_MODERATOR, AppointmentKind.ADJUDICATOR)


def appointed(user: User, record: TrainingRecord, today: date) -> Kinds:
    """In which functions a person stands around a record on `today`; asked once for each record object."""
    return remembered(record, "appointed", (user.pk, today), lambda: frozenset(_appointed(user.pk, record.pk, today)))


@prepared
def _appointed(user: Any, record: Any, today: Any) -> QuerySet[Appointment, str]:
    rows = Appointment.objects.filter(on_day(today), record=record, person=user).order_by()
    return rows.values_list("kind", flat=True)


def is_running(record: TrainingRecord) -> Verdict:
    """Whether training goes on: nothing is added to a record that has ended."""
    if record.state in RECORD_ENDED:
        return late(f"The training has ended: it is “{record.get_state_display()}”.")
    return YES


def is_trainee(user: User, record: TrainingRecord) -> Verdict:
    """Whether this is the trainee's own record."""
    return YES if user.pk == record.trainee_id else no("Only the trainee can do this.")


def trains_now() -> QuerySet[TrainingRecord]:
    """The records of people who are trainees now: their training goes on or is interrupted (E4)."""
    return TrainingRecord.objects.filter(ended_on__isnull=True)


def is_in_training(person_id: int) -> bool:
    """Whether somebody is a trainee now (E4)."""
    return bool(_in_training(person_id))


@prepared
def _in_training(person: Any) -> QuerySet[TrainingRecord, int]:
    return trains_now().filter(trainee=person).order_by().values_list("pk", flat=True)[:1]


def is_supervisor(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether `user` is the trainee's Training Supervisor on `today`; a former one is not, nor a trainee (T2, E4)."""
    if user.pk == record.trainee_id:
        return no("Nobody signs or assesses their own training.")
    words = "Only the trainee's current Training Supervisor can do this."
    return _judges_as(AppointmentKind.SUPERVISOR, user, record, today, words)


def is_external_moderator(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether `user` is the trainee's External Moderator on `today`, and no trainee (T11, E4)."""
    words = "Only the trainee's External Moderator can do this."
    return _judges_as(AppointmentKind.EXTERNAL_MODERATOR, user, record, today, words)


def _judges_as(kind: AppointmentKind, user: User, record: TrainingRecord, today: date, words: str) -> Verdict:
    """Yes to the holder of a function in which others' training is judged; in one query, for pages ask it often."""
    found = _held_and_trains(str(kind), user.pk, record.pk, today)
    if not found:
        return no(words)
    return no("A trainee never assesses a trainee.") if found[0] else YES


@prepared
def _held_and_trains(kind: Any, user: Any, record: Any, today: Any) -> QuerySet[Appointment, bool]:
    """For each appointment of this kind that somebody holds around a record: whether they are a trainee now."""
    held = Appointment.objects.filter(on_day(today), record=record, person=user, kind=kind).order_by("pk")
    return held.annotate(trains=Exists(trains_now().filter(trainee=user))).values_list("trains", flat=True)


def can_enrol(user: User | None, today: date) -> Verdict:
    """The office enrols, and the calendar from the enrolment date (I5)."""
    return YES if user is None else is_office(user, today)


def can_be_enrolled(application: Application, today: date) -> Verdict:
    """Whether an application can become a training record: accepted by somebody who can sign in, and its enrolment
    date has come (E1, I5)."""
    if application.state != ApplicationState.ACCEPTED:
        return late(f"Only an accepted application is enrolled; it is “{application.get_state_display()}”.")
    if not application.applicant.is_active:
        return late("They have no access any more: nothing of the enrolment reaches them. Give it again first.")
    if today < application.intake.enrolment_on:
        return late(f"{application.intake} enrols from {in_words(application.intake.enrolment_on)}.")
    return YES


def can_end_appointment(user: User, person: User, record: TrainingRecord, today: date) -> Verdict:
    """The office ends appointments while training goes on; nobody their own (E3)."""
    office = is_office(user, today)
    if not office:
        return office
    if user.pk == person.pk:
        return no("Nobody appoints themselves; a colleague does it.")
    return is_running(record)


def can_finish_appointment(user: User, appointment: Appointment, today: date) -> Verdict:
    """An adjudicator's own appointment ends with what it was made for; every other one is ended by the office (F5)."""
    if appointment.kind != AppointmentKind.ADJUDICATOR or appointment.person_id != user.pk:
        return no("Only an adjudicator finishes their own appointment.")
    if appointment.ends_on is not None and appointment.ends_on < today:
        return late("This appointment has its last day already.")
    return YES


def can_appoint(user: User, person: User, record: TrainingRecord, today: date) -> Verdict:
    """The office appoints; nobody to their own training, nobody themselves, and no trainee to another's (E3, E4)."""
    if person.pk == record.trainee_id:
        return no("Nobody is appointed to their own training.")
    may = can_end_appointment(user, person, record, today)
    if may and is_in_training(person.pk):
        return no("A trainee is not appointed to somebody else's training.")
    return may


def visible_records(user: User, today: date) -> Q:
    """The condition for records a person sees: their own, those they stand around, their centre's, all for the office.

    An External Moderator keeps reading until the appointment ends (T11); a co-ordinator sees the centre's (T7); who
    has to stay independent of the training does not read it (E4, F5).
    """
    return _around(user, today, INDEPENDENT)


def reported_records(user: User, today: date) -> Q:
    """The condition for records of which a person reads the progress reports: those they see, but for a trainer, who
    is not among those to whom the supervisor reports (T7)."""
    return _around(user, today, (*INDEPENDENT, AppointmentKind.TRAINER))


def _around(user: User, today: date, without: Sequence[AppointmentKind]) -> Q:
    if holds(user, Role.OFFICE, today):
        return Q(pk__isnull=False)
    around = Appointment.objects.filter(on_day(today), person=user).exclude(kind__in=without)
    centres = organisations_where(user, [Role.COORDINATOR], today)
    own = TrainingRecord.objects.filter(trainee=user).order_by().values("pk")
    theirs = TrainingRecord.objects.filter(centre__in=centres).order_by().values("pk")
    # As a union each part is found by its index; as one condition with "or" every record would be read.
    return Q(pk__in=own.union(around.order_by().values("record"), theirs))


# --- the plan (T1) ---


def can_tailor(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Trainee and Training Supervisor tailor the plan and agree it, while training goes on (T1)."""
    if user.pk != record.trainee_id and not is_supervisor(user, record, today):
        return no("The plan is made by the trainee and the current Training Supervisor.")
    return is_running(record)


# --- competencies (T2) ---


def evidence_for(item: PlanItem) -> QuerySet[Evidence]:
    """The evidence on which a competency is judged: mapped to it, shared, its file checked (T2, T3)."""
    ready = Q(document__isnull=True) | Q(document__state=DocumentState.CHECKED)
    return Evidence.objects.filter(ready, mappings__item=item, state=EvidenceState.SHARED).order_by("made_at", "pk")


def can_work_on(user: User, item: PlanItem) -> Verdict:
    """The trainee rates and works on a competency that is not signed, while training goes on (T2)."""
    own = both(is_trainee(user, item.record), is_running(item.record))
    if own and item.state == ItemState.SIGNED:
        return late("This competency is signed.")
    return own


def can_rate(user: User, item: PlanItem, today: date) -> Verdict:
    """The current Training Supervisor rates a competency, signed or not, while training goes on (screens 4)."""
    return both(is_supervisor(user, item.record, today), is_running(item.record))


def can_nominate(user: User, item: PlanItem) -> Verdict:
    """The trainee says which evidence is the best for a competency, signed or not, while training goes on (T3)."""
    return both(is_trainee(user, item.record), is_running(item.record))


def can_start(user: User, item: PlanItem) -> Verdict:
    """The trainee begins a competency (T2)."""
    return both(both(is_trainee(user, item.record), is_running(item.record)), can_move(item, ITEM_MOVES, "start"))


def can_submit(user: User, item: PlanItem) -> Verdict:
    """The trainee submits a competency for sign-off; signing needs evidence, so submitting does (T2)."""
    own = both(is_trainee(user, item.record), is_running(item.record))
    if own and item.state == ItemState.NOT_STARTED:
        return late("It is not started yet. Add evidence to it first.")
    legal = both(own, can_move(item, ITEM_MOVES, "submit"))
    if legal and not evidence_for(item).exists():
        return late("No evidence is shared for it yet. Signing needs evidence.")
    return legal


def can_return(user: User, item: PlanItem, today: date) -> Verdict:
    """The current Training Supervisor gives a submitted competency back with feedback (T2)."""
    return both(
        both(is_supervisor(user, item.record, today), is_running(item.record)),
        can_move(item, ITEM_MOVES, "send_back"),
    )


def can_sign(user: User, item: PlanItem, today: date) -> Verdict:
    """Only the trainee's current Training Supervisor signs a submitted competency, on evidence (T2; G 4.1)."""
    who = both(is_supervisor(user, item.record, today), is_running(item.record))
    if not who:
        return who
    if item.state != ItemState.SUBMITTED:
        return late(f"Only a submitted competency is signed; it is now “{item.get_state_display()}”.")
    return YES if evidence_for(item).exists() else late("No evidence is shared for it. Signing needs evidence.")


def can_open_evidence(user: User, item: PlanItem, today: date) -> Verdict:
    """Whoever may sign opens the evidence of a competency, which is noted (T2)."""
    return is_supervisor(user, item.record, today)


def can_withdraw_sign_off(user: User, sign_off: SignOff, today: date) -> Verdict:
    """The current Training Supervisor withdraws a signature that stands, with a reason (T2)."""
    record = sign_off.item.record
    who = both(is_supervisor(user, record, today), is_running(record))
    if who and (sign_off.withdraws_id is not None or SignOff.objects.filter(withdraws=sign_off).exists()):
        return late("This signature was withdrawn already.")
    return who


def can_confirm_sign_off(user: User, sign_off: SignOff, today: date) -> Verdict:
    """Who may withdraw a signature may say that it still holds after its evidence changed, while evidence is shared for
    it: signing needs evidence, so this does (T2)."""
    who = can_withdraw_sign_off(user, sign_off, today)
    if who and not evidence_for(sign_off.item).exists():
        return late("No evidence is shared for it now. Wait for the trainee, or withdraw the signature.")
    return who


# --- evidence (T3) ---


def _read_in(user: User, today: date) -> Q:
    """The condition for records in which a person reads the evidence that is shared: those they see; a trainer to whom
    the supervisor has not given it reads none, unless they stand there as something else too (T3, E3)."""
    held = Appointment.objects.filter(on_day(today), person=user)
    blind = held.filter(kind=AppointmentKind.TRAINER, rights__sees_evidence=False).values("record")
    reading = held.exclude(kind__in=(*INDEPENDENT, AppointmentKind.TRAINER)).values("record")
    seen = visible_records(user, today)
    if holds(user, Role.OFFICE, today):
        return seen
    centres = organisations_where(user, [Role.COORDINATOR], today)
    return seen & (~Q(pk__in=blind) | Q(pk__in=reading) | Q(centre__in=centres))


def open_library(user: User, today: date) -> Q:
    """The condition for evidence in the records in which a person reads what is shared (T3, E3)."""
    return Q(record__in=TrainingRecord.objects.filter(_read_in(user, today)))


def can_read_library(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether somebody who sees a record reads what is shared in it (T3, E3)."""
    if TrainingRecord.objects.filter(_read_in(user, today), pk=record.pk).exists():
        return YES
    return no("The Training Supervisor decides what a trainer reads; ask them if you need the evidence.")


def visible_evidence(user: User, today: date) -> Q:
    """The condition for evidence a person reads: their own, and what is shared in the records they see (T3)."""
    return Q(author=user) | (Q(state=EvidenceState.SHARED) & open_library(user, today))


def can_add_evidence(user: User, record: TrainingRecord) -> Verdict:
    """Evidence is the trainee's, while training goes on (T3)."""
    return both(is_trainee(user, record), is_running(record))


def is_author(user: User, evidence: Evidence) -> Verdict:
    """Whether this is one's own evidence, in training that goes on."""
    own = YES if user.pk == evidence.author_id else no("Only the author can do this.")
    return both(own, is_running(evidence.record))


def can_edit_evidence(user: User, evidence: Evidence) -> Verdict:
    """The author edits what is not shared; what is shared is reopened first (T3)."""
    own = is_author(user, evidence)
    if own and evidence.state == EvidenceState.SHARED:
        return late("It is shared. Reopen it before you change it.")
    return own


def can_share(user: User, evidence: Evidence) -> Verdict:
    """The author shares a draft (T3)."""
    return both(is_author(user, evidence), can_move(evidence, EVIDENCE_MOVES, "share"))


def can_answer(user: User, evidence: Evidence) -> Verdict:
    """The author answers what the identifier scan found (T3, quality rule 17)."""
    return both(is_author(user, evidence), can_move(evidence, EVIDENCE_MOVES, "answer"))


def can_reopen(user: User, evidence: Evidence) -> Verdict:
    """The author takes shared evidence back to change it (T3)."""
    return both(is_author(user, evidence), can_move(evidence, EVIDENCE_MOVES, "reopen"))


def can_close_evidence_version(user: User, version: EvidenceVersion, today: date) -> Verdict:
    """The trainee, whoever stands around them, and the office close an earlier version that identifies a patient, also
    once training has ended; what the piece says now is withdrawn from view instead (T3, quality rule 17)."""
    evidence = version.evidence
    around = appointed(user, evidence.record, today) or holds(user, Role.OFFICE, today)
    if user.pk != evidence.author_id and not around:
        return no("Only the people around the trainee can do this.")
    if hasattr(version, "closing"):
        return late("This version is closed already.")
    if evidence.state == EvidenceState.SHARED and version.content_sha256 == evidence.content_sha256:
        return late("The piece says this now. Withdraw the piece itself from view, on its page.")
    return YES


def can_know_finding(user: User, evidence: Evidence, today: date) -> Verdict:
    """Who reads what was found in evidence that was withdrawn: the author, who has to take it out, and those who hear
    of it: Training Supervisor, Training Co-ordinator, the office (T3, quality rule 17)."""
    return YES if user.pk == evidence.author_id else hears_of_patients(user, evidence.record, today)


def hears_of_patients(user: User, record: TrainingRecord, today: date) -> Verdict:
    """Whether somebody hears what was found of a patient in a trainee's work: Training Supervisor, Training
    Co-ordinator, the office (T3, quality rule 17)."""
    if HEAR_OF_PATIENTS & appointed(user, record, today) or holds(user, Role.OFFICE, today):
        return YES
    return no("Only the author and those who were told know what was found.")


def can_quarantine(user: User, evidence: Evidence, today: date) -> Verdict:
    """The trainee, whoever stands around them, and the office withdraw evidence that identifies a patient (T3)."""
    around = appointed(user, evidence.record, today) or holds(user, Role.OFFICE, today)
    if user.pk != evidence.author_id and not around:
        return no("Only the people around the trainee can do this.")
    return can_move(evidence, EVIDENCE_MOVES, "quarantine")
