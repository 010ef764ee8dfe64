"""A draft report belongs to who wrote it: a new supervisor takes it over or discards it, and sends no other (T7)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.world import browser_of
from training import access, actions, queries
from training.actions import StaleText
from training.models import ProgressReport
from training.states import AppointmentKind, ReportState

LEFT = "Take over or discard the draft progress report"
DUE = date(2026, 10, 1)


@pytest.fixture
def left(scene):
    """Sam wrote a draft; from 8 June on Sue supervises Tara."""
    report = p.written_report(scene.tara, scene.cast.sam, p.at(2026, 6, 6), period_ends_on=date(2026, 6, 5))
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, date(2026, 6, 7))
    p.appoint(scene.tara, scene.cast.sue, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 8))
    return report


def given(report, by):
    report = ProgressReport.objects.get(pk=report.pk)
    return {"by": by, "now": p.NOW, "report_id": report.pk, "seen": queries.report_digest(report)}


def discard(report, by, reason="These are not my words."):
    return actions.discard_report(**given(report, by), reason=reason)


def rows(scene, today=p.TODAY):
    found = queries.duties_for(scene.cast.sue, today)
    return [row for row in found if "report" in row.what and row.about == "Tara Quinn"]


def test_T7_the_new_supervisor_is_asked_what_becomes_of_it_since_they_supervise(scene, left):
    [row] = rows(scene)
    assert (row.what, row.url) == (LEFT, reverse("training:report", args=[left.pk]))
    assert (row.since, row.due) == (date(2026, 6, 8), DUE)
    with pytest.raises(TooLate, match="Sam Patel wrote this draft"):
        actions.send_report(**given(left, scene.cast.sue), authentication=p.proof())
    with pytest.raises(TooLate, match="Sam Patel wrote this draft"):
        actions.change_report(**given(left, scene.cast.sue), values=p.REPORTED)
    with pytest.raises(TooLate, match="or discard it"):
        p.written_report(scene.tara, scene.cast.sue)


def test_T7_taken_over_it_is_theirs_to_send(scene, left):
    sue = scene.cast.sue
    actions.take_over_report(**given(left, sue))
    left.refresh_from_db()
    assert (left.written_by, left.written_at) == (sue, p.NOW)
    assert p.kinds_audited(scene.tara)[-1] == "training.report.taken_over"
    assert AuditEvent.objects.get(action="training.report.taken_over").after["written_by"] == scene.cast.sam.pk
    with pytest.raises(TooLate, match="your own"):
        actions.take_over_report(**given(left, sue))
    assert [row.what for row in rows(scene)] == ["Send the progress report"]
    assert actions.send_report(**given(left, sue), authentication=p.proof()).state == ReportState.SENT


def test_T7_discarded_it_stays_as_it_is_and_counts_for_nothing(scene, left):
    sue = scene.cast.sue
    with pytest.raises(Invalid, match="Say why"):
        discard(left, sue, reason=" ")
    discard(left, sue)
    left.refresh_from_db()
    assert (left.state, left.progress) == (ReportState.DISCARDED, p.REPORTED["progress"])
    assert left.discarded_because == "These are not my words."
    assert p.kinds_audited(scene.tara)[-1] == "training.report.discarded"
    with pytest.raises(TooLate):
        discard(left, sue)
    assert "was discarded" in access.can_change_report(sue, left, p.TODAY).reason
    assert queries.reports_due([scene.tara], p.TODAY)[scene.tara.pk].due_on == DUE
    for other in (scene.cast.tara, scene.cast.cora, scene.cast.olive, scene.cast.sam):
        assert left not in queries.reports_visible_to(other, p.TODAY)
    assert p.written_report(scene.tara, sue).number == left.number + 1
    with pytest.raises(DatabaseError, match="keeps its words"), transaction.atomic():
        ProgressReport.objects.filter(pk=left.pk).update(progress="Else.")


def test_T7_nobody_else_takes_over_or_discards_and_not_what_changed_meanwhile(scene, left):
    for other in (scene.cast.sam, scene.cast.tara, scene.cast.cora, scene.cast.olive):
        for act in (actions.take_over_report, lambda **more: actions.discard_report(**more, reason="No.")):
            with pytest.raises(NotAllowed):
                act(**given(left, other))
    stale = {**given(left, scene.cast.sue), "seen": "0" * 64}
    with pytest.raises(StaleText):
        actions.take_over_report(**stale)
    with pytest.raises(StaleText):
        actions.discard_report(**stale, reason="No.")


def test_T7_the_pages_say_with_whom_it_is_and_offer_both_ways(scene, left):
    sue = browser_of(scene.cast.sue, proved=True)
    page = sue.get(address("report", left.pk))
    assert (page.context["acts"].now, page.context["acts"].since) == ("you", date(2026, 6, 8))
    assert page.context["step"].label == "Take it over" and "Sam Patel wrote this draft and did not" in words(page)
    for name in ("report_send", "report_edit"):
        assert sue.get(address(name, left.pk)).status_code == 409
    assert press(sue, address("report_take_over", left.pk)).url == address("report", left.pk)
    assert sue.get(address("report", left.pk)).context["step"].label == "Sign and send it"
    assert press(sue, address("report_discard", left.pk), reason="").status_code == 422
    assert press(sue, address("report_discard", left.pk), reason="I write anew.").url == address(
        "reports", scene.tara.pk
    )
    shut = sue.get(address("report", left.pk))
    assert shut.context["step"] is shut.context["acts"] is None and "I write anew." in words(shut)
    listed = sue.get(address("reports", scene.tara.pk))
    assert listed.context["step"].label == "Write a progress report" and "Discarded" in words(listed)
    told = words(sue.get(address("history", scene.tara.pk)))
    assert "A draft of a progress report was taken over" in told and "was discarded" in told


def test_T7_N_what_is_overdue_keeps_its_day_once_it_is_begun(scene, left):
    [row] = rows(scene, today=date(2026, 10, 15))
    assert (row.what, row.due) == (LEFT, DUE)


def test_T7_the_form_of_a_new_report_leads_to_the_one_that_is_being_written(scene):
    made, sam = p.left_report(scene.tara, scene.cast.sam), browser_of(scene.cast.sam)
    url = address("report_new", scene.tara.pk)
    page = words(sam.get(url))
    assert "A report is being written already" in page and "Lee Former began report 1" in page
    assert f'href="{address("report", made.pk)}"' in page
    values = {"key": str(uuid4()), "period_starts_on": "2026-04-01", "period_ends_on": "2026-06-01"}
    late = sam.post(url, {**values, "progress": "It goes well.", "next_steps": "More."})
    assert (late.status_code, "It goes well." in words(late)) == (409, True)
