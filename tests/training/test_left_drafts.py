"""A draft review belongs to who wrote it: a new supervisor takes it over or discards it, and signs no other (T4)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from tests.training.pages import address, press, words
from tests.training.world import browser_of
from training import access, actions, queries
from training.actions import StaleText
from training.models import SupervisorReview
from training.states import AppointmentKind, ReviewState

LEFT = "Take over or discard the draft review of 5\xa0June\xa02026"


@pytest.fixture
def left(scene):
    """Sam wrote a draft; from 8 June on Sue supervises Tara."""
    review = p.written_review(scene.tara, scene.cast.sam, p.at(2026, 6, 6))
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, date(2026, 6, 7))
    p.appoint(scene.tara, scene.cast.sue, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 8))
    return review


def given(review, by):
    review = SupervisorReview.objects.get(pk=review.pk)
    return {"by": by, "now": p.NOW, "review_id": review.pk, "seen": queries.review_digest(review)}


def discard(review, by, reason="I was not there."):
    return actions.discard_review(**given(review, by), reason=reason)


def rows(scene):
    return [
        row
        for row in queries.duties_for(scene.cast.sue, p.TODAY)
        if "/reviews/" in row.url and row.about == "Tara Quinn"
    ]


def test_T4_the_new_supervisor_is_asked_what_becomes_of_it_since_they_supervise(scene, left):
    [row] = [row for row in rows(scene) if row.what == LEFT]
    assert (row.url, row.since) == (reverse("training:review", args=[left.pk]), date(2026, 6, 8))
    with pytest.raises(TooLate, match="Sam Patel wrote this draft"):
        actions.sign_review(**given(left, scene.cast.sue), authentication=p.proof())
    assert "Sam Patel wrote this draft" in access.can_change_review(scene.cast.sue, left, p.TODAY).reason


def test_T4_taken_over_it_is_theirs_to_sign(scene, left):
    sue = scene.cast.sue
    actions.take_over_review(**given(left, sue))
    left.refresh_from_db()
    assert (left.written_by, left.written_at) == (sue, p.NOW)
    assert p.kinds_audited(scene.tara)[-1] == "training.review.taken_over"
    assert AuditEvent.objects.get(action="training.review.taken_over").after["written_by"] == scene.cast.sam.pk
    with pytest.raises(TooLate, match="your own"):
        actions.take_over_review(**given(left, sue))
    signed = actions.sign_review(**given(left, sue), authentication=p.proof())
    assert signed.state == ReviewState.SIGNED


def test_T4_discarded_it_stays_as_it_is_and_counts_for_nothing(scene, left):
    sue = scene.cast.sue
    with pytest.raises(Invalid, match="Say why"):
        discard(left, sue, reason=" ")
    discard(left, sue)
    left.refresh_from_db()
    assert (left.state, left.progress) == (ReviewState.DISCARDED, "Uniformity checks are done alone now.")
    assert left.discarded_because == "I was not there."
    assert p.kinds_audited(scene.tara)[-1] == "training.review.discarded"
    assert LEFT not in [row.what for row in rows(scene)] and not queries.open_actions(scene.tara)
    assert (2026, 5) in queries.months_without_review([scene.tara], p.TODAY)[scene.tara.pk]
    with pytest.raises(TooLate):
        discard(left, sue)
    assert "was discarded" in access.can_change_review(sue, left, p.TODAY).reason
    assert "not signed" in access.can_close_action(sue, left.actions.get(), p.TODAY).reason
    behind = queries.behind_gate(scene.tara, sue, p.TODAY, supervisors=[sue], moderators=[], open_concerns=0)
    assert f"Review {left.number}" not in str(behind)


def test_T4_nobody_else_takes_over_or_discards_and_not_what_changed_meanwhile(scene, left):
    for other in (scene.cast.sam, scene.cast.tara, scene.cast.cora, scene.cast.olive):
        for act in (actions.take_over_review, lambda **more: actions.discard_review(**more, reason="No.")):
            with pytest.raises(NotAllowed):
                act(**given(left, other))
    stale = {**given(left, scene.cast.sue), "seen": "0" * 64}
    with pytest.raises(StaleText):
        actions.take_over_review(**stale)
    with pytest.raises(StaleText):
        actions.discard_review(**stale, reason="I was not there.")


def test_T4_the_writer_discards_their_own_draft(scene):
    review = p.written_review(scene.tara, scene.cast.sam)
    assert discard(review, scene.cast.sam, "Written twice.").state == ReviewState.DISCARDED
    signed = p.signed_review(scene.tara, scene.cast.sam)
    with pytest.raises(TooLate):
        discard(signed, scene.cast.sam)


def test_T4_by_its_pages(scene, left):
    sue = browser_of(scene.cast.sue, proved=True)
    page = words(sue.get(address("review", left.pk)))
    assert "Take it over" in page and "Sam Patel wrote this draft and did not sign it." in page
    assert sue.get(address("review", left.pk)).context["acts"].since == date(2026, 6, 8)
    assert "Sign it only if you were at the meeting." in words(sue.get(address("review_take_over", left.pk)))
    assert press(sue, address("review_take_over", left.pk)).url == address("review", left.pk)
    assert "Sign this review" in words(sue.get(address("review", left.pk)))
    assert press(sue, address("review_discard", left.pk), reason="").status_code == 422
    assert press(sue, address("review_discard", left.pk), reason="Not mine.").url == address("reviews", scene.tara.pk)
    assert "Discarded" in words(sue.get(address("reviews", scene.tara.pk)))
    page = words(sue.get(address("review", left.pk)))
    assert "Discard this draft" not in page and "Not mine." in page
