"""Moderators are appointed after a check of pool and independence, and in no other way (E3, E4)."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from moderation import actions, queries
from moderation.models import AppointmentCheck
from moderation.rules import Involvement, Place, appointment_check, pool_reasons
from moderation.states import PoolState, Standing
from tests.cast import at
from tests.moderation import acts
from tests.moderation.world import (
    ADJUDICATOR,
    EXTERNAL,
    NOW,
    SUPPORTING,
    TODAY,
    entered,
    moderator_of,
    signed,
    stands,
)
from training.actions import StaleText
from training.models import Appointment, TrainingRecord
from training.states import AppointmentKind

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("ctts", "applications", "training", "assessments", "moderation")
YES = {"state": "active", "holds_role": True, "capacity": 2}


def seen(world, person, kind, record=None, now=NOW):
    record = record or world.tara
    day = queries.first_day(record, kind, now.date())
    return queries.found_for(kind, getattr(world.cast, person), record, day).digest


def appoint(world, person, kind=EXTERNAL, by="olive", record=None, now=NOW, **more):
    record = record or world.tara
    if "seen" not in more:
        more["seen"] = seen(world, person, kind, record, now)
    given = {"record_id": record.pk, "person": getattr(world.cast, person), "kind": kind}
    return actions.appoint(by=getattr(world.cast, by), now=now, **given, **more)


def told(who, kind):
    return Message.objects.filter(to=who, kind=kind).count()


def test_e3_an_external_moderator_is_appointed_by_scope_and_told_once(world):
    made = appoint(world, "mia")
    assert (made.kind, made.starts_on, made.made_by) == (EXTERNAL, TODAY, world.cast.olive)
    check = AppointmentCheck.objects.get(appointment=made)
    assert (check.standing, check.override_reason, check.checked_by) == ("clear", "", world.cast.olive)
    assert check.facts["declared_on"] == "2026-03-02"
    assert check.facts["pool"] == {"state": "active", "holds_role": True, "load": 0, "capacity": 6}
    event = AuditEvent.objects.get(action="moderation.appointment.checked", object_id=check.pk)
    facts = {"kind": "external_moderator", "person": world.cast.mia.pk, "standing": "clear", "reasons": []}
    assert (event.after, event.chain) == (facts, f"dossier:{world.tara.trainee_id}")
    assert told(world.cast.mia, "training.appointed") == 1


def test_e3_who_does_not_cover_the_scope_moderates_elsewhere(world):
    with pytest.raises(TooLate, match="Does not cover this scope"):
        appoint(world, "mia", record=world.tom)
    assert appoint(world, "max", record=world.tom).person == world.cast.max


def test_e4_mona_works_at_leeds_and_moderates_at_bristol_only(world):
    for kind in (EXTERNAL, SUPPORTING):
        with pytest.raises(TooLate, match="Works at the same Training Centre"):
            appoint(world, "mona", kind, override_reason="She is very good.")
    assert not Appointment.objects.filter(person=world.cast.mona).exists()
    assert appoint(world, "mona", record=world.tom).record == world.tom


@pytest.mark.parametrize("act", [acts.plan_signed, acts.met, acts.dops, acts.dops_signed])
def test_e4_whoever_took_part_supports_nobody_but_may_be_external(world, act):
    act(world.tara, world.cast.max)
    with pytest.raises(TooLate, match="cannot be appointed"):
        appoint(world, "max", SUPPORTING, override_reason="He is independent in spirit.")
    assert appoint(world, "max", SUPPORTING, record=world.tom).record == world.tom
    assert appoint(world, "max").kind == EXTERNAL


def test_e4_the_external_moderator_of_the_past_never_supports(world):
    stands(world.tara, world.cast.max, EXTERNAL, ends_on=date(2026, 5, 1))
    appoint(world, "mia")
    for person in ("max", "mia"):
        with pytest.raises(TooLate, match="External Moderator of this trainee"):
            appoint(world, person, SUPPORTING)


def test_e4_a_conflict_needs_a_written_reason_which_is_kept(world):
    actions.declare_interest(by=world.cast.mia, now=NOW, words="My old school.", organisation=world.cast.leeds)
    for reason in ("", "  "):
        with pytest.raises(Invalid, match="Say why"):
            appoint(world, "mia", override_reason=reason)
    made = appoint(world, "mia", override_reason=" Nobody else covers the scope. ")
    check = AppointmentCheck.objects.get(appointment=made)
    assert (check.standing, check.override_reason) == ("overridable", "Nobody else covers the scope.")
    event = AuditEvent.objects.get(action="moderation.appointment.checked")
    assert (event.after["reasons"], event.words.text["override"]) == (["declared_conflict"], check.override_reason)


def test_e3_a_reason_that_nobody_asked_for_is_not_kept(world):
    made = appoint(world, "mia", override_reason="Because.")
    assert made.check_made.override_reason == ""


def test_e4_a_declaration_out_of_date_blocks(world):
    with pytest.raises(TooLate, match="declaration is out of date"):
        appoint(world, "mia", now=at(2027, 3, 2))
    assert appoint(world, "mia", now=at(2027, 3, 1)).person == world.cast.mia


def test_e3_pool_and_role_and_room_are_checked(world):
    given = {"by": world.cast.olive, "now": NOW, "reason": "For a while."}
    actions.pause_moderator(moderator_id=moderator_of(world.cast.max).pk, **given)
    with pytest.raises(TooLate, match="no new trainees at present"):
        appoint(world, "max")
    Affiliation.objects.filter(person=world.cast.mia, role=Role.MODERATOR).update(ends_on=date(2026, 6, 9))
    with pytest.raises(TooLate, match="role of moderator"):
        appoint(world, "mia")
    with pytest.raises(TooLate, match="not in the pool"):
        appoint(world, "trina")


def test_e3_more_trainees_than_they_take_needs_a_reason(world):
    place = moderator_of(world.cast.max)
    change = {"scopes": list(place.scopes.all()), "region": "", "capacity": 1}
    version = queries.moderator_version(place)
    actions.change_moderator(by=world.cast.olive, now=NOW, moderator_id=place.pk, seen=version, **change)
    appoint(world, "max", record=world.tom)
    with pytest.raises(Invalid, match="Say why"):
        appoint(world, "max")
    assert appoint(world, "max", override_reason="He agreed.").check_made.facts["reasons"] == ["full"]


@pytest.mark.parametrize("by", ["sam", "cora", "mia", "tara", "nobody"])
def test_e3_only_the_office_appoints_and_ends(world, by):
    held = appoint(world, "mia")
    with pytest.raises(NotAllowed):
        appoint(world, "max", SUPPORTING, by=by)
    with pytest.raises(NotAllowed):
        actions.end(by=getattr(world.cast, by), now=NOW, appointment_id=held.pk, last_day=TODAY)


def test_e3_what_is_found_otherwise_than_was_seen_is_refused(world):
    before = seen(world, "mia", EXTERNAL)
    actions.declare_interest(by=world.cast.mia, now=NOW, words="A friend.", trainee=world.cast.tara)
    with pytest.raises(StaleText, match="changed since"):
        appoint(world, "mia", seen=before)


def test_e3_functions_that_are_held_or_no_moderators_are_not_given(world):
    appoint(world, "mia")
    with pytest.raises(TooLate, match="Somebody is External Moderator already"):
        appoint(world, "max")
    with pytest.raises(NotAllowed, match="not appointed here"):
        appoint(world, "max", AppointmentKind.TRAINER, seen="")
    with pytest.raises(NotAllowed, match="not appointed here"):
        appoint(world, "max", ADJUDICATOR)
    TrainingRecord.objects.filter(pk=world.tom.pk).update(state="withdrawn", ended_on=TODAY)
    with pytest.raises(TooLate, match="has ended"):
        appoint(world, "max", record=world.tom)


def test_e3_nobody_of_the_office_appoints_themselves(world):
    Affiliation.objects.create(person=world.cast.oscar, role=Role.MODERATOR, starts_on=date(2026, 1, 1), granted_at=NOW)
    entered(world.cast, world.cast.oscar, ("NM",), now=NOW)
    signed(world.cast.oscar, now=NOW)
    with pytest.raises(NotAllowed, match="Nobody appoints themselves"):
        appoint(world, "oscar", by="oscar")
    held = appoint(world, "oscar")
    with pytest.raises(NotAllowed, match="A colleague ends"):
        actions.end(by=world.cast.oscar, now=NOW, appointment_id=held.pk, last_day=TODAY)


def test_e3_an_appointment_ends_with_a_last_day_and_the_next_begins_after_it(world):
    held = appoint(world, "mia")
    last_day = TODAY + timedelta(days=20)
    actions.end(by=world.cast.oscar, now=NOW, appointment_id=held.pk, last_day=last_day)
    assert told(world.cast.mia, "moderation.appointment_ended") == 1
    with pytest.raises(TooLate, match="last day already"):
        actions.end(by=world.cast.oscar, now=NOW, appointment_id=held.pk, last_day=TODAY)
    assert appoint(world, "max").starts_on == last_day + timedelta(days=1)
    sam = world.tara.appointments.get(kind=AppointmentKind.SUPERVISOR)
    with pytest.raises(NotAllowed, match="not appointed here"):
        actions.end(by=world.cast.olive, now=NOW, appointment_id=sam.pk, last_day=TODAY)


# --- what the office is shown ---


def test_e4_the_picker_shows_the_clear_then_those_with_a_reason_then_the_blocked(world):
    actions.declare_interest(by=world.cast.max, now=NOW, words="A friend.", trainee=world.cast.tara)
    rows = queries.candidates(EXTERNAL, world.tara, TODAY)
    assert [(str(row.moderator), row.found.standing) for row in rows] == [
        ("Mia Ferreira", Standing.CLEAR),
        ("Max Holloway", Standing.OVERRIDABLE),
        ("Mona Haddad", Standing.BLOCKED),
    ]
    assert [reason.key for reason in rows[2].found.reasons] == ["same_centre", "same_employer_group"]
    rows = queries.candidates(SUPPORTING, world.tom, TODAY)
    assert [str(row.moderator) for row in rows] == ["Max Holloway", "Mona Haddad", "Mia Ferreira"]
    assert [row.covers_scope for row in rows] == [True, True, False]


@pytest.mark.parametrize("rows", [1, 3])
def test_e4_the_picker_costs_as_much_for_three_as_for_one(world, rows, django_assert_num_queries):
    for person in ("max", "mona")[: 3 - rows]:
        given = {"moderator_id": moderator_of(getattr(world.cast, person)).pk, "reason": "Leaves."}
        actions.retire_moderator(by=world.cast.olive, now=NOW, **given)
    with django_assert_num_queries(10):
        assert len(queries.candidates(EXTERNAL, world.tara, TODAY)) == rows


def test_e3_the_functions_of_a_record_with_what_stands_against_them_today(world):
    stands(world.tara, world.cast.max, EXTERNAL, ends_on=date(2026, 5, 1))
    appoint(world, "mia")
    functions = {one.kind: one for one in queries.functions_of(world.tara, TODAY)}
    assert [one.appointment.person for one in functions[EXTERNAL].past] == [world.cast.max]
    assert (functions[EXTERNAL].now[0].against, functions[SUPPORTING].now) == ((), [])
    actions.declare_interest(by=world.cast.mia, now=NOW, words="A friend.", trainee=world.cast.tara)
    functions = queries.functions_of(world.tara, date(2027, 5, 1))
    assert [reason.key for reason in functions[0].now[0].against] == ["declared_on", "declared_conflict"]
    assert all(not one.now for one in queries.functions_of(world.tom, TODAY))


def test_e3_only_the_office_is_shown_whose_moderators_there_are(world):
    held = appoint(world, "mia")
    for who, some in (("olive", True), ("sam", False), ("mia", False), ("tara", False)):
        person = getattr(world.cast, who)
        assert queries.moderated_records(person, TODAY).filter(pk=world.tara.pk).exists() == some
        assert queries.appointments_for_office(person, TODAY).filter(pk=held.pk).exists() == some


# --- rules ---


@pytest.mark.parametrize("state", ["", PoolState.INVITED, PoolState.PAUSED, PoolState.RETIRED])
def test_e3_outside_the_active_pool_it_is_blocked(state):
    (reason,) = pool_reasons(Place(**{**YES, "state": state, "load": 9}))
    assert (reason.key, reason.blocks) == ("pool", True)


def test_e3_a_full_moderator_is_overridable_and_one_without_the_role_is_not():
    assert pool_reasons(Place(**YES, load=1)) == ()
    assert [(one.key, one.blocks) for one in pool_reasons(Place(**YES, load=2))] == [("full", False)]
    assert [one.key for one in pool_reasons(Place(**{**YES, "holds_role": False}))] == ["role"]


def test_e4_the_check_of_each_kind():
    facts = Involvement(declared_on=date(2026, 6, 1), covers_scope=False, was_moderator=True)
    keys = {kind: [one.key for one in appointment_check(kind, facts, Place(**YES), TODAY).reasons] for kind in KINDS}
    assert keys == {EXTERNAL: ["covers_scope"], SUPPORTING: ["was_moderator"], ADJUDICATOR: ["was_moderator"]}
    with pytest.raises(ValueError, match="is no moderator"):
        appointment_check(AppointmentKind.TRAINER, facts, Place(**YES), TODAY)


KINDS = (EXTERNAL, SUPPORTING, ADJUDICATOR)


# --- the one door ---

DOORS = {
    *("training/actions/appointing.py", "training/actions/enrolling.py", "moderation/actions/_appointing.py"),
    "training/actions/trainers.py",  # of trainers alone, whose kind stands in it
    "training/actions/following.py",  # of Training Co-ordinators alone, likewise
}
# Rows that are shown in the preview of a mail, never saved.
UNSTORED = {"moderation/views/_shown_appointing.py", "training/views/_shown_cohort.py"}


def test_e4_no_other_code_appoints_a_moderator():
    found = set()
    for module in (file for part in PRODUCT for file in (ROOT / part).rglob("*.py")):
        path = module.relative_to(ROOT).as_posix()
        calls = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]
        if any(appoints(call) for call in calls) and "/migrations/" not in path:
            found.add(path)
    assert found - UNSTORED <= DOORS
    assert found >= {"moderation/actions/_appointing.py"}


def appoints(call):
    """Whether a call stores an appointment, or calls the action that does for what may be a moderator."""
    called = ast.unparse(call.func)
    if called.endswith("add_appointment"):
        kind = next((ast.unparse(word.value) for word in call.keywords if word.arg == "kind"), "")
        return not kind.endswith((".SUPERVISOR", ".COORDINATOR", ".TRAINER"))
    return called in ("Appointment", "Appointment.objects.create", "Appointment.objects.bulk_create")
