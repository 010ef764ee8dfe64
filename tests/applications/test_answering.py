"""Answers to the office's questions are kept while they are written, for the way leads through the form (A4)."""

import pytest
from django.urls import reverse

from applications import actions, queries
from applications.models import ApplicationDraft
from applications.states import ApplicationState as S
from ctts.common.drafts import LONGEST, NewerDraft
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.applications import world
from tests.applications.world import NOW, signed_in

AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


@pytest.fixture
def asked(cast):
    """Ann's application, with two questions of the office."""
    return world.asked(cast)


def address(application):
    return reverse("applications:answer", args=[application.pk])


def typed(application, *texts, version=0):
    points = application.information_requests.get().points.order_by("number")
    return {
        **{f"point_{point.number}": text for point, text in zip(points, texts, strict=True)},
        "autosave_version": version,
    }


def keep(application, by, fields, seen_version=0):
    given = {"application_id": application.pk, "fields": fields, "seen_version": seen_version}
    return actions.keep_answers(by=by, now=NOW, **given)


def test_A4_an_answer_half_typed_stands_there_after_the_form_was_corrected(asked):
    ann = signed_in(asked.applicant)
    kept = ann.post(address(asked), typed(asked, "Both pages are", ""), **AUTOSAVE)
    assert (kept.status_code, kept.json()["version"]) == (200, 1)
    page = ann.get(address(asked)).text
    assert "Both pages are" in page
    assert "Saved" in page
    asked.refresh_from_db()
    assert asked.state == S.INFORMATION_REQUESTED


def test_A4_sending_the_answers_drops_what_was_kept(asked):
    ann = signed_in(asked.applicant)
    ann.post(address(asked), typed(asked, "Both", ""), **AUTOSAVE)
    assert ann.post(address(asked), typed(asked, "Both pages.", "Mine.", version=1)).status_code == 303
    assert not ApplicationDraft.objects.filter(form_key__contains="answers").exists()
    assert queries.kept_answers(asked, asked.information_requests.get()) is None


def test_A4_a_second_window_is_told_and_nothing_is_sent(asked):
    ann = signed_in(asked.applicant)
    ann.post(address(asked), typed(asked, "In the first window", ""), **AUTOSAVE)
    told = ann.post(address(asked), typed(asked, "In the second", ""), **AUTOSAVE)
    assert (told.status_code, told.json()["by"]) == (409, "you")
    refused = ann.post(address(asked), typed(asked, "In the second", "Mine."))
    assert refused.status_code == 409
    assert "In the first window" in refused.text
    assert "In the second" in refused.text
    assert ann.post(address(asked), typed(asked, "In the second", "Mine.", version=1)).status_code == 303


def test_A4_nobody_else_keeps_them_and_none_is_kept_too_late(cast, asked):
    with pytest.raises(NotAllowed):
        keep(asked, cast.abe, {})
    with pytest.raises(NotAllowed):
        actions.answer_over_kept(by=cast.abe, now=NOW, application_id=asked.pk, answers={}, fields={}, seen_version=0)
    keep(asked, asked.applicant, {"point_1": "One"})
    with pytest.raises(NewerDraft):
        keep(asked, asked.applicant, {"point_1": "Two"})
    with pytest.raises(Invalid, match="more text"):
        keep(asked, asked.applicant, {"point_1": "x" * (LONGEST + 1)}, seen_version=1)
    other = world.start(cast, "bristol")
    with pytest.raises(TooLate, match="has not asked anything"):
        keep(other, cast.abe, {})


def test_A4_a_mistake_gives_back_what_was_typed(asked):
    ann = signed_in(asked.applicant)
    page = ann.post(address(asked), typed(asked, "Both pages.", ""))
    assert page.status_code == 422
    assert "Both pages." in page.text
    assert "Answer point 2, or say why you cannot." in page.text
