"""What a trainer may do is changed in one step; what has not begun is called off; open DOPS are not lost (E3, T5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training import practice as p
from tests.training.pages import address, filled, press, words
from tests.training.test_trainers import ALL, allocate, end, trina_reads
from tests.training.world import text_evidence
from training import access, actions, queries
from training.models import Appointment, Dops, TrainerRightsChange, TrainingRecord
from training.rules import last_first_day, rights_key, rights_words
from training.states import AppointmentKind

TOMORROW = p.TODAY + timedelta(days=1)
IN_JULY = date(2026, 7, 1)
READS = {"comments": False, "assesses": False, "sees_evidence": True}


def change(scene, made, by=None, seen=None, **rights):
    may = {name: getattr(made.rights, name) for name in ALL}
    given = {"appointment_id": made.pk, "rights": rights, "seen": seen or rights_key(may)}
    return actions.change_rights(by=by or scene.cast.sam, now=p.NOW, **given)


def again(made):
    return Appointment.every.select_related("record", "person", "rights").get(pk=made.pk)


# --- what they may do ---


def test_E3_one_more_right_holds_at_once_and_what_stood_before_is_kept(scene):
    text_evidence(scene.tara, now=p.NOW)
    made = allocate(scene, comments=True)
    assert not trina_reads(scene)
    change(scene, made, comments=True, sees_evidence=True)
    assert trina_reads(scene)
    [before] = TrainerRightsChange.objects.all()
    assert (before.comments, before.assesses, before.sees_evidence) == (True, False, False)
    assert (before.changed_by, before.changed_at) == (scene.cast.sam, p.NOW)
    assert p.kinds_audited(scene.tara)[-1] == "training.appointment.rights_changed"
    with pytest.raises(TypeError):
        before.save()


def test_E3_the_same_sent_twice_is_one_change_and_another_in_between_is_said(scene):
    made = allocate(scene, comments=True)
    for _ in range(2):
        change(scene, made, seen="comments", **READS)
    assert TrainerRightsChange.objects.count() == 1
    with pytest.raises(TooLate, match="was changed since"):
        change(scene, made, seen="comments", **ALL)
    with pytest.raises(Invalid):
        change(scene, again(made), comments=False)


def test_E3_what_a_trainer_of_the_office_may_do_is_narrowed(scene):
    made = p.appoint(scene.tara, scene.cast.trina, AppointmentKind.TRAINER)
    change_one = {"appointment_id": made.pk, "rights": READS, "seen": rights_key(ALL)}
    actions.change_rights(by=scene.cast.sam, now=p.NOW, **change_one)
    assert again(made).rights.sees_evidence and not again(made).rights.comments
    assert TrainerRightsChange.objects.get().comments


@pytest.mark.parametrize("who", ["tara", "cora", "mia", "olive", "sue", "trina"])
def test_E3_only_the_current_supervisor_changes_it(scene, who):
    made = allocate(scene)
    with pytest.raises(NotAllowed):
        change(scene, made, getattr(scene.cast, who), **READS)
    with pytest.raises(NotAllowed, match="Only the appointment of a trainer"):
        held = Appointment.objects.get(record=scene.tara, kind=AppointmentKind.SUPERVISOR)
        actions.change_rights(by=scene.cast.sam, now=p.NOW, appointment_id=held.pk, rights=READS, seen="")


def test_E3_what_has_its_last_day_is_not_changed_but_a_new_one_begins_without_a_gap(scene):
    made = allocate(scene)
    end(made, scene.cast.sam)
    with pytest.raises(TooLate):
        change(scene, made, **READS)
    assert scene.cast.trina in queries.trainers_to_choose(scene.tara, p.TODAY)
    with pytest.raises(Invalid, match="They train here until 10 June 2026") as problem:
        allocate(scene)
    assert problem.value.field == "starts_on"
    assert allocate(scene, starts_on=TOMORROW).starts_on == TOMORROW


# --- days ---


def test_E3_the_first_day_lies_within_the_training_and_not_far_ahead(scene):
    for day in (date(2031, 1, 1), date(2026, 9, 11)):
        with pytest.raises(Invalid, match="until 10 September 2026") as problem:
            allocate(scene, starts_on=day)
        assert problem.value.field == "starts_on"
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(expected_end_on=IN_JULY)
    with pytest.raises(Invalid, match="until 1 July 2026"):
        allocate(scene, starts_on=IN_JULY + timedelta(days=1))
    assert allocate(scene, starts_on=IN_JULY)
    assert last_first_day(p.TODAY, date(2026, 6, 1)) == p.TODAY
    assert rights_words(ALL) == "comment on pieces, be asked for DOPS, read the evidence"


def test_E3_what_has_not_begun_is_called_off_and_the_person_can_be_allocated_again(scene):
    made = allocate(scene, starts_on=IN_JULY)
    assert scene.cast.trina not in queries.trainers_to_choose(scene.tara, p.TODAY)
    end(made, scene.cast.sam)
    made = again(made)
    assert (made.ends_on, made.called_off_at) == (None, p.NOW)
    assert p.kinds_audited(scene.tara)[-1] == "training.appointment.called_off"
    told = Message.objects.filter(kind="training.appointment_called_off")
    assert sorted(mail.to.full_name for mail in told) == ["Cora Whitfield", "Tara Quinn", "Trina Doyle"]
    assert not queries.records_visible_to(scene.cast.trina, IN_JULY).exists()
    with pytest.raises(TooLate, match="called off already"):
        end(made, scene.cast.sam)
    assert scene.cast.trina in queries.trainers_to_choose(scene.tara, p.TODAY)
    assert allocate(scene).starts_on == p.TODAY
    for columns in ({"called_off_at": None}, {"ends_on": IN_JULY}):
        with pytest.raises(DatabaseError, match="stays so"), transaction.atomic():
            Appointment.every.filter(pk=made.pk).update(**columns)
    held = Appointment.objects.filter(record=scene.tara)
    for row in (held.get(kind=AppointmentKind.SUPERVISOR), held.get(kind=AppointmentKind.TRAINER)):
        with pytest.raises(DatabaseError), transaction.atomic():
            held.filter(pk=row.pk).update(called_off_at=p.NOW)


# --- the DOPS they were asked for ---


def of_trina(scene):
    return p.approved_dops(scene.tara, scene.cast.trina, scene.cast.sam)


def outlived(dops, today):
    """Judged one by one and, for many at once, by the query; both say the same."""
    found = Dops.objects.select_related("record", "assessor").get(pk=dops.pk)
    tara = [row.what for row in queries.duties_for(found.record.trainee, today) if f"/dops/{dops.pk}/" in row.url]
    judged = access.is_outlived(found, today)
    assert judged == bool(tara)
    return judged


def test_E3_T5_the_end_of_an_appointment_gives_no_dops_back_that_its_rights_took_away(scene):
    dops = of_trina(scene)
    assert not outlived(dops, p.TODAY)
    made = allocate(scene, comments=True)
    assert outlived(dops, p.TODAY)
    end(made, scene.cast.sam)
    assert outlived(dops, p.TODAY) and outlived(dops, TOMORROW)
    assert not any("DOPS" in row.what for row in queries.duties_for(scene.cast.trina, TOMORROW))
    assert not access.can_write_dops(scene.cast.trina, dops, TOMORROW)
    assert scene.cast.trina in queries.possible_assessors(scene.tara, TOMORROW)
    later = p.at(2026, 6, 12)
    asked = p.approved_dops(scene.tara, scene.cast.trina, scene.cast.sam, later)
    assert not outlived(asked, later.date())


def test_E3_T5_the_right_given_back_gives_back_the_dops(scene):
    dops = of_trina(scene)
    made = allocate(scene, comments=True)
    change(scene, made, **ALL)
    assert not outlived(dops, p.TODAY)
    end(made, scene.cast.sam)
    assert not outlived(dops, TOMORROW)


def test_E3_T5_so_does_a_later_appointment_with_the_right(scene):
    dops = of_trina(scene)
    end(allocate(scene, comments=True), scene.cast.sam)
    allocate(scene, starts_on=TOMORROW, **ALL)
    assert outlived(dops, p.TODAY) and not outlived(dops, TOMORROW)


def test_T5_who_is_asked_for_dops_is_not_allocated_without_that_by_an_oversight(scene):
    of_trina(scene)
    sam, add = p.client_of(scene.cast.sam), address("trainer_add", scene.tara.pk)
    assert "Trina Doyle was asked for the DOPS “Daily uniformity check”" in words(sam.get(add))
    given = {"person": scene.cast.trina.pk, "comments": "on"}
    refused = press(sam, add, **given)
    assert refused.status_code == 422 and "tick here that it goes back" in words(refused)
    assert not Appointment.objects.filter(kind=AppointmentKind.TRAINER).exists()
    other = press(sam, add, person=scene.cast.mona.pk, comments="on")
    assert other.url == address("people", scene.tara.pk)
    assert press(sam, add, **given, lets_go="on").url == address("people", scene.tara.pk)


# --- pages ---


def test_E3_rights_are_changed_by_their_page_and_people_and_history_tell_it(scene):
    made = allocate(scene, comments=True, assesses=True)
    of_trina(scene)
    sam, people = p.client_of(scene.cast.sam), address("people", scene.tara.pk)
    page = address("trainer_rights", made.pk)
    assert filled(sam, page)["comments"]
    refused = press(sam, page, assesses="")
    assert refused.status_code == 422 and "was asked for the DOPS" in words(refused)
    assert press(sam, page, assesses="", comments="").status_code == 422
    assert press(sam, page, assesses="", lets_go="on").url == people
    told = words(p.client_of(scene.cast.tara).get(people)).replace("\xa0", " ")
    assert "may comment on pieces" in told
    assert "until 10 June 2026 they might comment on pieces, be asked for DOPS; changed by Sam Patel" in told
    history = words(sam.get(address("history", scene.tara.pk)))
    assert "What Trina Doyle may do was changed: comment on pieces" in history
    stale = {"comments": "on", "sees_evidence": "on", "lets_go": "on", "seen": "comments,assesses"}
    assert sam.post(page, stale).status_code == 409
    assert p.client_of(scene.cast.tara).post(page).status_code == 403


def test_E3_the_page_calls_off_what_has_not_begun_and_says_what_becomes_of_dops(scene):
    sam, people = p.client_of(scene.cast.sam), address("people", scene.tara.pk)
    page = address("trainer_end", allocate(scene, starts_on=IN_JULY).pk)
    assert "Call off" in words(sam.get(people))
    assert "They do not begin on" in words(sam.get(page)) and "Today is the last day" not in words(sam.get(page))
    assert sam.post(page).url == people
    assert "called off on" in words(sam.get(people)) and sam.post(page).status_code == 409
    assert "was called off" in words(sam.get(address("history", scene.tara.pk)))
    of_trina(scene)
    made = allocate(scene)
    keeps = words(sam.get(address("trainer_end", made.pk)))
    assert "They work at the centre and keep" in keeps and "Daily uniformity check" in keeps
    change(scene, made, **READS)
    assert "are the trainee’s again" in words(sam.get(address("trainer_end", made.pk)))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_people_cost_the_same_for_three_trainers(scene, rows, django_assert_num_queries):
    for person in (scene.cast.trina, scene.cast.mona, scene.cast.sid)[:rows]:
        change(scene, allocate(scene, person=person, comments=True), **READS)
    sam = p.client_of(scene.cast.sam)
    sam.get(reverse("accounts:profile"))
    with django_assert_num_queries(9):
        page = sam.get(reverse("training:people", args=[scene.tara.pk]))
    assert page.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_that_changes_rights_costs_the_same_for_three_dops(scene, rows, django_assert_num_queries):
    made = allocate(scene)
    for _ in range(rows):
        of_trina(scene)
    sam = p.client_of(scene.cast.sam)
    sam.get(reverse("accounts:profile"))
    with django_assert_num_queries(8):
        page = sam.get(reverse("training:trainer_rights", args=[made.pk]))
    assert page.status_code == 200
