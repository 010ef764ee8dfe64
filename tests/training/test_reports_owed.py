"""A progress report settles the days that its period covers (T7): the next due day, the light, the centre, the rows."""

from __future__ import annotations

from datetime import date

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.clock import london_midnight
from tests.cast import at
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import Milestone, TrainingRecord
from training.rules import reports_owed
from training.states import AppointmentKind

OCTOBER, APRIL, NEXT = date(2026, 10, 1), date(2027, 4, 1), date(2027, 10, 1)
DAYS = (OCTOBER, APRIL, NEXT)
START, LATE = date(2026, 4, 1), date(2027, 6, 27)
WHOLE = (START, LATE)
SUMMER = (START, date(2026, 9, 20))
SPRING = (date(2026, 9, 21), date(2027, 4, 5))


@pytest.mark.parametrize(
    ("sent", "owed"),
    [
        ([], [1, 2, 3]),
        ([(START, OCTOBER)], [2, 3]),
        ([WHOLE], [3]),  # fifteen months take the place of two
        ([SUMMER], [2, 3]),  # a little early
        ([SUMMER, SPRING], [3]),  # October was settled early, and is within the second
        ([SPRING, SUMMER], [3]),
        ([WHOLE, (LATE, LATE)], []),  # one between two settles the next
        ([(OCTOBER, OCTOBER)] * 4, []),
    ],
)
def test_T7_a_report_settles_the_days_within_its_period_or_the_first_that_is_open(sent, owed):
    assert [number for number, _ in reports_owed(DAYS, sent)] == owed


def record_of(scene):
    return TrainingRecord.objects.select_related("rules").get(pk=scene.tara.pk)


def light(scene, today):
    shown = queries.overview(scene.tara, scene.cast.sam, london_midnight(today)).light
    assert shown == queries.standings_of([scene.tara], today)[scene.tara.pk].light
    return shown.because


def asked(scene, who, today):
    rows = queries.duties_for(getattr(scene.cast, who), today)
    return [(row.what, row.due) for row in rows if "progress report" in row.what and "Tara" in row.about]


def test_T7_a_late_report_about_fifteen_months_leaves_nothing_overdue(scene):
    Milestone.objects.filter(record=scene.tara).update(done_on=LATE)
    assert queries.reports_due([record_of(scene)], LATE)[scene.tara.pk].due_on == OCTOBER
    assert "2 progress reports are overdue" in light(scene, LATE)
    assert asked(scene, "sam", LATE) == [("Write the progress report", OCTOBER)]
    p.sent_report(scene.tara, scene.cast.sam, at(2027, 6, 27, 10), period_ends_on=LATE)
    assert queries.reports_due([record_of(scene)], LATE)[scene.tara.pk].due_on == NEXT
    assert "progress report" not in light(scene, LATE)
    assert asked(scene, "sam", LATE) == []
    assert asked(scene, "cora", LATE) == [("Acknowledge a progress report", None)]


def test_T7_a_centre_lists_as_many_overdue_reports_as_the_lights_say(scene):
    listed = queries.glance(scene.cast.cora, scene.cast.leeds, LATE).owed
    assert [(row.report.due_on, row.report.late) for row in listed] == [(OCTOBER, True), (APRIL, True)]
    soon = queries.glance(scene.cast.cora, scene.cast.leeds, date(2026, 9, 20)).owed
    assert [(row.report.due_on, row.report.late) for row in soon] == [(OCTOBER, False)]


def test_T7_the_list_of_reports_names_the_years_of_their_periods(scene):
    p.sent_report(scene.tara, scene.cast.sam)
    page = words(browser_of(scene.cast.sam).get(address("reports", scene.tara.pk)))
    assert "1 April 2026 to 10 June 2026" in page and "The next report is due by" in page


def test_T7_the_history_names_the_role_in_which_a_report_was_acknowledged(scene):
    report = p.sent_report(scene.tara, scene.cast.sam)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=p.TODAY)  # co-ordinator of Leeds, too
    given = {"report_id": report.pk, "seen": queries.report_digest(report), "comment": "", "authentication": p.proof()}
    actions.acknowledge_report(by=scene.cast.sid, now=p.NOW, **given)
    event = AuditEvent.objects.get(action="training.report.acknowledged")
    assert (event.actor_id, event.role) == (scene.cast.sid.pk, "Training Co-ordinator")
