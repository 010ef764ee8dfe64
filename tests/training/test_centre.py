"""The Training Co-ordinator's centre at a glance: every number is the length of the list behind it (T7, T4, T8, C2)."""

from __future__ import annotations

from datetime import date, timedelta

from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.cast import START, at
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.test_concerns import concern, safety
from training import queries
from training.models import Interruption, PlanItem, TrainingRecord
from training.rules import is_stalled
from training.states import ItemState, RecordState

LATER = date(2026, 9, 10)


def test_T2_a_competency_stalls_after_sixty_days_of_training_without_a_move():
    moved = date(2026, 6, 1)
    assert [is_stalled(moved, moved + timedelta(days=days)) for days in (59, 60)] == [False, True]
    away = [(date(2026, 6, 10), date(2026, 6, 19))]
    assert [is_stalled(moved, moved + timedelta(days=days), away) for days in (69, 70)] == [False, True]


def seen(scene, who="cora", place="leeds", today=p.TODAY):
    return queries.glance(getattr(scene.cast, who), getattr(scene.cast, place), today)


def test_T7_a_centre_shows_its_own_trainees_and_no_others(scene):
    found = seen(scene)
    assert [row.pk for row in found.records] == [scene.tara.pk]
    assert [row.pk for row in seen(scene, "sid").records] == [scene.tara.pk]
    assert [row.pk for row in seen(scene, "carl", "bristol").records] == [scene.tom.pk]
    assert seen(scene, "cora", "bristol").records == []
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    assert seen(scene).records == []


def test_T4_months_without_a_review_are_listed_by_trainee(scene):
    assert [(row.record.pk, row.months) for row in seen(scene).missed] == [(scene.tara.pk, ((2026, 4), (2026, 5)))]
    p.signed_review(scene.tara, scene.cast.sam, held_on=date(2026, 4, 20), period_starts_on=date(2026, 4, 1))
    p.signed_review(scene.tara, scene.cast.sam, held_on=date(2026, 5, 20))
    assert seen(scene).missed == []


def test_T2_stalled_competencies_are_those_begun_and_not_signed(scene):
    first, second, third, *_ = p.items_of(scene.tara)
    PlanItem.objects.filter(pk=first.pk).update(state=ItemState.IN_PROGRESS, changed_at=at(2026, 6, 20))
    PlanItem.objects.filter(pk=second.pk).update(state=ItemState.IN_PROGRESS, changed_at=at(2026, 9, 1))
    PlanItem.objects.filter(pk=third.pk).update(changed_at=at(2026, 4, 2))
    assert [(row.item.pk, row.moved_on) for row in seen(scene, today=LATER).stalled] == [(first.pk, date(2026, 6, 20))]
    given = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 8, 15), "decided_at": p.NOW}
    Interruption.objects.create(record=scene.tara, decided_by=scene.cast.olive, **given)
    assert seen(scene, today=LATER).stalled == []


def test_T8_open_concerns_are_those_that_the_co_ordinator_reads(scene):
    raised = concern(scene.tara, scene.cast.tara)
    assert list(seen(scene).concerns) == [raised]
    assert list(seen(scene, "sid").concerns) == []


def test_T7_reports_are_due_and_wait_to_be_acknowledged(scene):
    assert seen(scene).owed == []
    [owed] = seen(scene, today=LATER).owed
    assert (owed.record.pk, owed.report.number, owed.report.due_on) == (scene.tara.pk, 1, date(2026, 10, 1))
    sent = p.sent_report(scene.tara, scene.cast.sam)
    assert list(seen(scene).sent) == [sent]
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.INTERRUPTED)
    found = seen(scene, today=LATER)
    assert (len(found.records), found.owed, found.missed, list(found.sent)) == (1, [], [], [sent])


# --- pages ---


def open_list(browser, centre, what):
    response = browser.get(address("centre_list", centre.pk, what))
    assert response.status_code == 200
    return response


def test_T7_every_number_opens_its_list_and_is_its_length(scene):
    concern(scene.tara, scene.cast.tara)
    p.sent_report(scene.tara, scene.cast.sam)
    PlanItem.objects.filter(pk=p.items_of(scene.tara)[0].pk).update(
        state=ItemState.IN_PROGRESS, changed_at=at(2026, 4, 2)
    )
    cora, leeds = p.client_of(scene.cast.cora), scene.cast.leeds
    page = cora.get(address("centre", leeds.pk))
    numbers = {one.what: one.number for one in page.context["figures"]}
    assert numbers == {
        "Trainees": 1,
        "Months without a Supervisor Review": 2,
        "Stalled competencies": 1,
        "Open concerns": 1,
        "Progress reports due": 0,
        "Reports to acknowledge": 1,
        "Supervisors without current training": 2,
    }
    for said in ("Nuclear Medicine", "31 Dec 2028", "Look at it"):
        assert said in words(page).replace("December", "Dec")
    assert "April 2026, May 2026" in words(open_list(cora, leeds, "reviews"))
    assert "In progress since" in words(open_list(cora, leeds, "stalled"))
    assert "with: Training Co-ordinator" in words(open_list(cora, leeds, "concerns"))
    assert "Report 1" in words(open_list(cora, leeds, "acknowledge"))
    assert "Tara Quinn" in words(open_list(cora, leeds, "trainees"))
    assert "No report is due" in words(open_list(cora, leeds, "reports"))
    assert "None is entered" in words(open_list(cora, leeds, "supervisors"))
    assert cora.get(address("centre_list", leeds.pk, "nothing")).status_code == 404


def test_T8_a_patient_safety_concern_shows_its_reference_to_whoever_reads_it(scene):
    safety(scene.tara, scene.cast.cora, "INC-7")
    assert "Patient safety, INC-7" in words(open_list(p.client_of(scene.cast.cora), scene.cast.leeds, "concerns"))


def test_T7_a_co_ordinator_is_led_to_their_centre_and_sees_no_other(scene):
    cora = p.client_of(scene.cast.cora)
    assert cora.get(address("centres")).url == address("centre", scene.cast.leeds.pk)
    assert cora.get(address("centre", scene.cast.bristol.pk)).status_code == 404
    assert cora.get(address("centre_list", scene.cast.bristol.pk, "trainees")).status_code == 404
    assert p.client_of(scene.cast.sam).get(address("centres")).status_code == 403
    given = {"person": scene.cast.cora, "role": Role.COORDINATOR, "organisation": scene.cast.bristol}
    organisations.grant(by=None, now=START, **given)
    both = words(p.client_of(scene.cast.cora).get(address("centres")))
    assert "Leeds Teaching Hospital" in both and "Bristol Infirmary" in both
