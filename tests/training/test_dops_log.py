"""The log of DOPS: how each item moves, and the same rows as a file (T5; screens 21, 24, 26)."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO

import pikepdf
import pytest
from openpyxl import load_workbook

from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import TooLate
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import actions, queries
from training.models import DopsPaper
from training.periodic import make_papers


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


def three(scene):
    """Two DOPS that are complete, one that is only begun, and one voided."""
    record, sam = scene.tara, scene.cast.sam
    first = p.complete_dops(record, sam, observed_on=date(2026, 4, 20), scores=[2] * 9 + [None])
    second = p.complete_dops(record, sam, procedure="=Imaging", scores=[3] * 10, item=p.items_of(record)[1])
    p.filled_dops(p.started_dops(record, sam), sam, scores=[0] * 10)
    voided = p.complete_dops(record, sam, scores=[1] * 10)
    actions.void_dops(by=sam, now=p.NOW, dops_id=voided.pk, reason="The wrong trainee.")
    return first, second


def rows_of(answer):
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_T5_the_log_shows_how_each_item_moves(scene, sam):
    three(scene)
    page = sam.get(address("dops_log", scene.tara.pk))
    trend = page.context["trend"]
    assert (trend["count"], len(trend["items"])) == (2, 10)
    assert [trend["items"][place]["scores"] for place in (0, 9)] == ["2, 3", "N/A, 3"]
    assert [trend["items"][place]["mean"] for place in (0, 9)] == ["2.5", "3.0"]
    assert 'role="img"' in words(page)
    assert "2, 3, oldest first; mean 2.5" in words(page)
    assert trend["items"][0]["line"] == "6.0,24 214.0,14"


def test_T5_one_signed_dops_is_no_trend_and_the_trend_follows_the_filters(scene, sam):
    here = address("dops_log", scene.tara.pk)
    p.complete_dops(scene.tara, scene.cast.sam)
    assert sam.get(here).context["trend"] is None
    three(scene)
    assert sam.get(here).context["trend"]["count"] == 3
    assert sam.get(here, {"state": "started"}).context["trend"] is None


def test_T5_an_item_that_was_never_applicable_has_no_mean(scene, sam):
    for _number in range(2):
        p.complete_dops(scene.tara, scene.cast.sam)
    last = sam.get(address("dops_log", scene.tara.pk)).context["trend"]["items"][9]
    assert (last["scores"], last["mean"], last["line"]) == ("N/A, N/A", "", "")


def test_T5_observed_and_written_stand_apart_on_the_log_and_in_its_file(scene, sam):
    three(scene)
    page = sam.get(address("dops_log", scene.tara.pk))
    assert "Observed 20 April 2026, written 10 June 2026 (51 days later)" in words(page)
    rows = {row["Observed on"]: row for row in rows_of(sam.get(address("dops_file", scene.tara.pk, "csv")))}
    assert rows["2026-04-20"]["Written on"] == "2026-06-10"
    assert rows["2026-04-20"]["Days later"] == "51"


def test_T5_the_file_holds_exactly_the_rows_of_the_page(scene, sam):
    three(scene)
    found = rows_of(sam.get(address("dops_file", scene.tara.pk, "csv")))
    assert sorted(row["State"] for row in found) == ["Complete", "Complete", "Started", "Voided"]
    begun = next(row for row in found if row["State"] == "Started")
    assert (begun["Item 1"], begun["Points"], begun["Overall judgement"]) == ("", "", "")
    assert {row["Procedure"] for row in found} >= {"'=Imaging"}
    narrowed = rows_of(sam.get(address("dops_file", scene.tara.pk, "csv"), {"state": "voided"}))
    assert [(row["Item 1"], row["Points"], row["Of"]) for row in narrowed] == [("1", "10", "40")]
    assert "state=voided" in words(sam.get(address("dops_log", scene.tara.pk), {"state": "voided"}))


def test_T5_the_file_is_a_workbook_too_and_no_other_kind(scene, sam):
    three(scene)
    answer = sam.get(address("dops_file", scene.tara.pk, "xlsx"))
    sheet = load_workbook(BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]][:3] == ["Procedure", "Observed on", "Written on"]
    assert sheet.max_row == 5
    assert sam.get(address("dops_file", scene.tara.pk, "exe")).status_code == 404
    assert browser_of(scene.cast.sue, proved=True).get(address("dops_file", scene.tara.pk, "csv")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_T5_a_file_of_more_costs_the_same(scene, sam, rows, django_assert_num_queries):
    for _number in range(rows):
        p.complete_dops(scene.tara, scene.cast.sam)
    sam.get(address("dops_log", scene.tara.pk))
    with django_assert_num_queries(7, info="training:dops_file"):
        found = rows_of(sam.get(address("dops_file", scene.tara.pk, "csv")))
    assert len(found) == rows


# --- on paper ---


def test_T5_a_signed_dops_is_made_a_pdf_once_for_everybody(scene, sam):
    dops = p.complete_dops(scene.tara, scene.cast.sam)
    here = address("dops_paper", dops.pk)
    assert sam.get(here).status_code == 404
    assert "Make a PDF" in words(sam.get(address("dops", dops.pk)))
    assert sam.post(here).url == address("dops", dops.pk)
    assert browser_of(scene.cast.tara, proved=True).post(here).status_code == 303
    assert "is being made" in words(sam.get(address("dops", dops.pk)))
    assert AuditEvent.objects.filter(action="training.dops.paper_asked").count() == 1
    assert (make_papers(clock.now()), make_papers(clock.now())) == (1, 0)
    answer = sam.get(here)
    content = b"".join(answer.streaming_content)
    assert (answer["Content-Type"], content[:5]) == ("application/pdf", b"%PDF-")
    assert "Download as PDF" in words(sam.get(address("dops", dops.pk)))
    with pikepdf.open(BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "DOPS of Tara Quinn: Daily uniformity check"
    paper = DopsPaper.objects.get()
    assert actions.keep_paper(by=None, now=p.NOW, paper_id=paper.pk, pdf=b"%PDF-", pages=1) == paper


def test_T5_what_is_not_signed_or_is_voided_is_not_on_paper(scene, sam):
    begun = p.started_dops(scene.tara, scene.cast.sam)
    assert sam.post(address("dops_paper", begun.pk)).status_code == 409
    done = p.complete_dops(scene.tara, scene.cast.sam)
    actions.void_dops(by=scene.cast.sam, now=p.NOW, dops_id=done.pk, reason="The wrong trainee.")
    assert sam.post(address("dops_paper", done.pk)).status_code == 409
    assert "Make a PDF" not in words(sam.get(address("dops", done.pk)))
    with pytest.raises(TooLate):
        actions.ask_paper(by=scene.cast.sam, now=p.NOW, dops_id=done.pk)


@pytest.mark.logs_errors
def test_T5_a_paper_that_cannot_be_made_stays_owed_and_keeps_no_other_back(scene, settings, tmp_path):
    signed = [p.signed_dops(scene.tara, scene.cast.sam) for _number in range(2)]
    papers = [actions.ask_paper(by=scene.cast.tara, now=p.NOW, dops_id=dops.pk) for dops in signed]
    known, blocked = settings.STORAGE_URL, tmp_path / "blocked"
    blocked.write_text("no folder")
    settings.STORAGE_URL = f"file://{blocked}/below"
    assert make_papers(p.NOW) == 0
    settings.STORAGE_URL = known
    assert make_papers(p.NOW) == 2
    assert queries.papers_owed() == []
    assert {paper.of_state for paper in papers} == {"awaiting_acknowledgement"}
