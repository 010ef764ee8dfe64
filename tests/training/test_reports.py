"""Progress reports (T7): written, signed and sent to the co-ordinator, acknowledged; when one is due; their pages."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.common import clock
from ctts.common.parts import WaitsFor
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.home.signed import SIGNED, first_broken
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from tests.training.world import browser_of
from tests.worlds import built_once
from training import actions, queries
from training.actions import StaleText
from training.models import ProgressReport, ReportSignature, TrainingRecord
from training.states import AppointmentKind, ReportState

DUE = date(2026, 10, 1)
WORDS = {"progress": "It goes well.", "next_steps": "The SPECT rotation."}


def acknowledge(report, by, seen=None, comment=""):
    given = {"report_id": report.pk, "seen": seen or queries.report_digest(report), "comment": comment}
    return actions.acknowledge_report(by=by, now=p.NOW, authentication=p.proof(), **given)


def send(report, by, seen=None):
    given = {"report_id": report.pk, "seen": seen or queries.report_digest(report)}
    return actions.send_report(by=by, now=p.NOW, authentication=p.proof(), **given)


def seen_by(scene, who):
    return list(queries.reports_visible_to(getattr(scene.cast, who), p.TODAY))


# --- from writing to acknowledging ---


def test_T7_the_supervisor_writes_signs_and_sends_and_the_co_ordinator_acknowledges(scene):
    report = p.written_report(scene.tara, scene.cast.sam)
    assert (report.number, report.state, seen_by(scene, "sam")) == (1, ReportState.DRAFT, [report])
    assert seen_by(scene, "tara") == seen_by(scene, "cora") == seen_by(scene, "olive") == []
    report = send(report, scene.cast.sam)
    assert (report.state, report.sent_at) == (ReportState.SENT, p.NOW)
    for who in ("cora", "tara"):
        assert p.told(getattr(scene.cast, who)) == ["training.report_sent"]
        assert seen_by(scene, who) == [report]
    assert "Dose calibrator" not in scene.cast.cora.messages.get().text
    report = acknowledge(report, scene.cast.cora, comment=" Thank you. ")
    assert (report.state, p.told(scene.cast.sam)) == (ReportState.ACKNOWLEDGED, ["training.report_acknowledged"])
    signed = [(row.meaning, row.printed_name, row.role, row.comment) for row in queries.report_signatures(report)]
    assert signed == [
        ("sent", "Sam Patel", "Training Supervisor", ""),
        ("acknowledged", "Cora Whitfield", "Training Co-ordinator", "Thank you."),
    ]
    wanted = ["training.report.written", "training.report.sent", "training.report.acknowledged"]
    assert p.kinds_audited(scene.tara) == wanted


@pytest.mark.parametrize("who", ["tara", "cora", "mia", "olive", "sid", "sue", "nobody"])
def test_T7_only_the_current_supervisor_writes_and_sends(scene, who):
    by = getattr(scene.cast, who)
    with pytest.raises(NotAllowed):
        p.written_report(scene.tara, by)
    report = p.written_report(scene.tara, scene.cast.sam)
    with pytest.raises(NotAllowed):
        send(report, by)
    given = {"report_id": report.pk, "values": p.REPORTED, "seen": queries.report_digest(report)}
    with pytest.raises(NotAllowed):
        actions.change_report(by=by, now=p.NOW, **given)


@pytest.mark.parametrize("who", ["tara", "sam", "mia", "olive", "carl", "nobody"])
def test_T7_only_a_co_ordinator_acknowledges(scene, who):
    report = p.sent_report(scene.tara, scene.cast.sam)
    with pytest.raises(NotAllowed):
        acknowledge(report, getattr(scene.cast, who))


def test_T7_C2_another_co_ordinator_of_the_centre_acknowledges_but_no_trainee(scene):
    assert acknowledge(p.sent_report(scene.tara, scene.cast.sam), scene.cast.sid).state == ReportState.ACKNOWLEDGED
    report = p.sent_report(scene.tara, scene.cast.sam)
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    p.appoint(scene.tara, scene.cast.tom, AppointmentKind.COORDINATOR, starts_on=date(2026, 6, 2))
    with pytest.raises(NotAllowed, match="A trainee never"):
        acknowledge(report, scene.cast.tom)


def test_T7_the_same_form_sent_twice_is_one_report_and_one_is_written_at_a_time(scene):
    given = {"record_id": scene.tara.pk, "key": uuid4(), "values": p.REPORTED}
    first = actions.write_report(by=scene.cast.sam, now=p.NOW, **given)
    assert actions.write_report(by=scene.cast.sam, now=p.NOW, **given) == first
    with pytest.raises(TooLate, match="being written already"):
        p.written_report(scene.tara, scene.cast.sam)
    send(first, scene.cast.sam)
    assert p.written_report(scene.tara, scene.cast.sam).number == 2
    assert p.written_report(scene.tom, scene.cast.sue).number == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period_starts_on": date(2026, 3, 31)}, "period_starts_on"),
        ({"period_ends_on": date(2026, 3, 31), "period_starts_on": date(2026, 4, 1)}, "period_ends_on"),
        ({"period_ends_on": date(2026, 6, 11)}, "period_ends_on"),
        ({"progress": " "}, "progress"),
        ({"next_steps": ""}, "next_steps"),
    ],
)
def test_T7_what_cannot_be_is_refused_beside_its_field(scene, changes, field):
    with pytest.raises(Invalid) as problem:
        p.written_report(scene.tara, scene.cast.sam, **changes)
    assert problem.value.field == field


def test_T7_what_changed_since_it_was_seen_is_not_signed(scene):
    report = p.written_report(scene.tara, scene.cast.sam)
    old = queries.report_digest(report)
    values = {**p.REPORTED, "progress": "Better."}
    actions.change_report(by=scene.cast.sam, now=p.NOW, report_id=report.pk, values=values, seen=old)
    assert p.kinds_audited(scene.tara)[-1] == "training.report.changed"
    with pytest.raises(StaleText):
        send(report, scene.cast.sam, old)
    with pytest.raises(StaleText):
        actions.change_report(by=scene.cast.sam, now=p.NOW, report_id=report.pk, values=values, seen=old)
    report.refresh_from_db()
    send(report, scene.cast.sam)
    with pytest.raises(TooLate, match="was sent"):
        send(report, scene.cast.sam)
    with pytest.raises(StaleText):
        acknowledge(report, scene.cast.cora, old)
    acknowledge(report, scene.cast.cora)
    with pytest.raises(TooLate):
        acknowledge(report, scene.cast.cora)


def test_T7_the_database_keeps_what_was_sent(scene):
    report = p.sent_report(scene.tara, scene.cast.sam)
    with pytest.raises(DatabaseError, match="keeps its words"), transaction.atomic():
        ProgressReport.objects.filter(pk=report.pk).update(progress="Else.")
    [check] = [one for one in SIGNED if one.rule == "T7"]
    assert first_broken(check, 5) == ()
    given = ReportSignature.objects.get().__dict__ | {"id": None, "meaning": "else", "content_sha256": "0" * 64}
    given.pop("_state")
    ReportSignature.objects.create(**given)
    assert first_broken(check, 5) == (report.pk,)


def test_T7_nothing_is_written_after_the_end_and_what_was_sent_is_still_acknowledged(scene):
    report = p.sent_report(scene.tara, scene.cast.sam)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="completed", ended_on=p.TODAY)
    with pytest.raises(TooLate):
        p.written_report(scene.tara, scene.cast.sam)
    assert acknowledge(report, scene.cast.cora).state == ReportState.ACKNOWLEDGED


# --- when one is due ---


def test_T7_a_report_is_due_every_six_months_until_the_expected_end(scene):
    def due(today=p.TODAY):
        record = TrainingRecord.objects.select_related("rules").get(pk=scene.tara.pk)
        return queries.reports_due([record], today)[record.pk]

    assert (due().number, due().due_on, due().now) == (1, DUE, False)
    assert (due(date(2026, 9, 2)).now, due(date(2026, 9, 3)).now) == (False, True)
    p.sent_report(scene.tara, scene.cast.sam)
    assert (due().number, due().due_on) == (2, date(2027, 4, 1))
    c.granted(scene, "interruption")
    assert due().due_on == date(2027, 5, 1)
    for _ in range(2):
        p.sent_report(scene.tara, scene.cast.sam)
    assert due(date(2028, 3, 1)) is None
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state="completed", ended_on=p.TODAY)
    tom = TrainingRecord.objects.select_related("rules").get(pk=scene.tom.pk)
    assert queries.reports_due([tom], DUE) == {tom.pk: None}


def test_T7_a_new_report_is_about_the_time_since_the_last_one(scene):
    assert queries.report_period(scene.tara, p.TODAY) == (date(2026, 4, 1), p.TODAY)
    p.sent_report(scene.tara, scene.cast.sam, period_ends_on=date(2026, 5, 31))
    assert queries.report_period(scene.tara, p.TODAY) == (date(2026, 6, 1), p.TODAY)


def waits(scene, ask=queries.duties_for, today=date(2026, 9, 10)):
    people = ("tara", "sam", "sid", "cora", "carl", "mia", "olive", "sue")
    found = {who: ask(getattr(scene.cast, who), today) for who in people}
    rows = {
        who: [(row.what, row.about, row.due) for row in rows if "report" in row.what] for who, rows in found.items()
    }
    return {who: shown for who, shown in rows.items() if shown}


def test_T7_N_a_report_waits_for_the_supervisor_then_for_the_co_ordinator(scene):
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state="completed", ended_on=p.TODAY)
    assert waits(scene, today=p.TODAY) == {}
    assert waits(scene) == {"sam": [("Write the progress report", "Tara Quinn", DUE)]}
    report = p.written_report(scene.tara, scene.cast.sam)
    assert waits(scene) == {"sam": [("Send the progress report", "Tara Quinn", DUE)]}
    report = send(report, scene.cast.sam)
    assert waits(scene) == {"cora": [("Acknowledge a progress report", "Tara Quinn", None)]}
    other = [("Acknowledge a progress report", "Training Co-ordinator, Tara Quinn", None)]
    assert waits(scene, queries.others_for) == {"sam": other}
    acknowledge(report, scene.cast.cora)
    assert waits(scene) == waits(scene, queries.others_for) == {}


def test_T7_the_co_ordinator_asks_after_a_late_report_and_may_nudge_the_supervisor(scene):
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state="completed", ended_on=p.TODAY)
    told_on = DUE + timedelta(days=14)
    assert "cora" not in waits(scene, today=told_on - timedelta(days=1))
    report = p.written_report(scene.tara, scene.cast.sam)
    found = waits(scene, today=told_on)
    assert found["cora"] == [("Ask after the progress report", "Tara Quinn", told_on)] and "sue" not in found
    others = waits(scene, queries.others_for, told_on)
    assert others == {"cora": [("Write the progress report", "Training Supervisor, Tara Quinn", told_on)]}
    [row] = [row for row in queries.others_for(scene.cast.cora, told_on) if "report" in row.what]
    assert row.waits == WaitsFor(f"training.report_due:{scene.tara.pk}", (scene.cast.sam.pk,), scene.tara.trainee_id)
    send(report, scene.cast.sam)
    assert waits(scene, today=told_on)["cora"] == [("Acknowledge a progress report", "Tara Quinn", None)]
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    p.appoint(scene.tara, scene.cast.sam, AppointmentKind.COORDINATOR, starts_on=date(2026, 6, 2))
    assert "Ask after the progress report" not in str(waits(scene, today=told_on))


def test_T7_the_list_of_reports_lets_the_co_ordinator_nudge(scene):
    cora, listed = browser_of(scene.cast.cora, proved=True), address("reports", scene.tara.pk)
    assert cora.get(listed).context["step"] is None
    clock.set_offset(at=p.NOW + (DUE - p.TODAY) + timedelta(days=14))
    step = browser_of(scene.cast.cora, proved=True).get(listed).context["step"]
    assert step.label == "Nudge the supervisor" and step.url.endswith(f"training.report_due:{scene.tara.pk}/")
    assert browser_of(scene.cast.mia, proved=True).get(listed).context["step"] is None


def test_T7_N_in_an_interruption_no_report_is_asked_for(scene):
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state="completed", ended_on=p.TODAY)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="interrupted")
    assert waits(scene) == {}


# --- pages ---


def test_T7_from_the_list_to_the_acknowledgement_by_the_pages(scene):
    sam, cora, tara = (browser_of(getattr(scene.cast, who), proved=True) for who in ("sam", "cora", "tara"))
    listed = address("reports", scene.tara.pk)
    assert "due by" in words(sam.get(listed)) and sam.get(listed).context["step"].label == "Write a progress report"
    new = address("report_new", scene.tara.pk)
    assert press(sam, new, progress="").status_code == 422
    backwards = {"period_starts_on": "2026-06-02", "period_ends_on": "2026-06-01"}
    assert press(sam, new, **WORDS, **backwards).status_code == 422
    made = press(sam, new, **WORDS)
    report = ProgressReport.objects.get()
    assert made.url == address("report", report.pk)
    assert sam.get(listed).context["step"].label == "Go on with report 1"
    assert tara.get(address("report", report.pk)).status_code == 404
    assert press(sam, address("report_send", report.pk)).url == address("report", report.pk)
    assert sam.get(address("report_edit", report.pk)).status_code == 409
    assert cora.get(address("report", report.pk)).context["step"].label == "Acknowledge"
    assert cora.get(address("report", report.pk)).context["acts"].now == "you"
    assert press(cora, address("report_acknowledge", report.pk), comment="Fine.").url == address("report", report.pk)
    page = words(tara.get(address("report", report.pk)))
    assert all(said in page for said in ("Fine.", "Cora Whitfield", "The SPECT rotation.", "Acknowledged"))
    assert tara.get(listed).context["step"] is None
    told = words(tara.get(address("history", scene.tara.pk)))
    assert "A progress report was acknowledged" in told


def test_T7_without_a_co_ordinator_the_page_says_who_it_waits_for(scene):
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    report = p.sent_report(scene.tara, scene.cast.sam)
    acts = browser_of(scene.cast.sam).get(address("report", report.pk)).context["acts"]
    assert acts.now == "the scheme office, which names a Training Co-ordinator"


def test_screens_13_the_text_of_a_report_is_kept_and_a_stale_one_comes_back(scene):
    sam = browser_of(scene.cast.sam)
    new = address("report_new", scene.tara.pk)
    assert typed(sam, new, progress="Half a sen").status_code == 200
    assert filled(sam, new)["progress"] == "Half a sen"
    press(sam, new, **WORDS)
    report = ProgressReport.objects.get()
    edit = address("report_edit", report.pk)
    old = filled(sam, edit, progress="Mine.")
    assert typed(sam, edit, **{**WORDS, "progress": "Better wo"}).status_code == 200
    assert press(sam, edit, progress="Theirs.").url == address("report", report.pk)
    late = sam.post(edit, old)
    assert late.status_code == 409 and "Mine." in words(late)


@built_once
def made(scene, rows):
    """So many reports that were acknowledged, one that was sent, and one that is being written."""
    for _ in range(rows):
        p.acknowledged_report(scene.tara, scene.cast.sam, scene.cast.cora)
    sent = p.sent_report(scene.tara, scene.cast.sam)
    draft = p.written_report(scene.tara, scene.cast.sam)
    return SimpleNamespace(record=scene.tara.pk, sent=sent.pk, draft=draft.pk)


PAGES = {
    "training:reports": ("sam", "record", 10),
    "training:report_new": ("sam", "record", 10),
    "training:report": ("cora", "sent", 13),
    "training:report_edit": ("sam", "draft", 8),
    "training:report_send": ("sam", "draft", 7),
    "training:report_acknowledge": ("cora", "sent", 8),
}


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_page_does_not_grow_with_its_rows(scene, made, rows, django_assert_num_queries):
    browsers = {who: p.client_of(getattr(scene.cast, who)) for who in ("sam", "cora")}
    for browser in browsers.values():
        browser.get(reverse("accounts:profile"))
    for name, (who, thing, count) in PAGES.items():
        with django_assert_num_queries(count, info=name):
            assert browsers[who].get(reverse(name, args=[getattr(made, thing)])).status_code == 200, name


def test_T7_whoever_only_trains_here_does_not_read_what_the_supervisor_reports(scene):
    report = p.sent_report(scene.tara, scene.cast.sam)
    p.appoint(scene.tara, scene.cast.trina, AppointmentKind.TRAINER)
    assert seen_by(scene, "trina") == [] and seen_by(scene, "mia") == seen_by(scene, "olive") == [report]
    trina = browser_of(scene.cast.trina)
    assert trina.get(address("report", report.pk)).status_code == 404
    listed = words(trina.get(address("reports", scene.tara.pk)))
    assert "Progress reports are not open to trainers" in listed and "No report is written" not in listed
    assert "progress report" not in words(trina.get(address("history", scene.tara.pk)))
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.TRAINER)
    assert seen_by(scene, "sid") == [report]
