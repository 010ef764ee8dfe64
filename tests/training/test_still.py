"""A daily mail leaves out what was done since: of each notice that asks for something, whether it still waits (N)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from ctts.common.clock import london_midnight
from ctts.notifications import actions as notifications
from ctts.notifications.models import Message
from ctts.notifications.notices import kinds
from ctts.notifications.periodic import daily_mails
from tests.training import changes as c
from tests.training import moderating as m
from tests.training import outside as o
from tests.training import practice as p
from tests.training import world as w
from tests.training.test_concerns import close, concern
from tests.training.test_planning import VALUES, agree
from tests.training.test_writing import submitted, submitted_case
from training import actions, periodic, queries
from training.models import Milestone, PlanAgreement, PlanItem


def waits(notice, to):
    """Whether the last message of this kind to somebody still asks for what waits."""
    key = f"training.{notice}"
    return kinds()[key].asks(Message.objects.filter(kind=key, to=to).latest("pk"))


def seven_on(*day):
    return london_midnight(p.date(*day)) + timedelta(hours=7)


def test_N_the_digest_leaves_out_the_competency_that_was_signed_since(scene):
    sam, tara = scene.cast.sam, scene.tara
    notifications.choose_delivery(by=sam, now=p.NOW, person=sam, daily=True, muted=[])
    for number in (0, 1):
        w.submitted(tara, number, p.NOW)
    w.signed(sam, scene.tara, 2, p.NOW)
    item = w.item_of(tara)
    w.sign(sam, item, w.opened(sam, item, p.NOW))
    daily_mails(p.NOW + timedelta(days=1))
    whole = Message.objects.get(kind="notifications.daily", to=sam)
    assert w.item_of(tara, 1).item.code in whole.subject + whole.text
    assert item.item.code not in whole.subject + whole.text and "2 more messages are left out" in whole.text


def test_N_what_of_a_review_is_done_asks_no_more(scene):
    sam, tara = scene.cast.sam, scene.cast.tara
    review = p.signed_review(scene.tara, sam)
    assert waits("review_signed", tara)
    given = {"review_id": review.pk, "seen": queries.review_digest(review), "authentication": p.proof()}
    actions.send_back_review(by=tara, now=p.NOW, reason="Not so.", **given)
    assert not waits("review_signed", tara) and waits("review_sent_back", sam)
    actions.sign_review(by=sam, now=p.NOW, **given)
    assert not waits("review_sent_back", sam)
    actions.acknowledge_review(by=tara, now=p.NOW, comment="", **given)
    assert waits("review_acknowledged", sam)
    actions.submit_review(by=sam, now=p.NOW, review_id=review.pk)
    assert not waits("review_acknowledged", sam)


def test_N_a_month_that_was_reviewed_since_is_not_asked_for(scene):
    periodic.chase_reviews(seven_on(2026, 6, 7))
    assert waits("review_missing", scene.cast.sam)
    p.signed_review(scene.tara, scene.cast.sam, held_on=p.date(2026, 5, 20), period_starts_on=p.date(2026, 5, 1))
    assert not waits("review_missing", scene.cast.sam)


def test_N_what_of_competencies_and_evidence_is_done_asks_no_more(scene):
    sam, tara, item = scene.cast.sam, scene.cast.tara, w.submitted(scene.tara, 0, p.NOW)
    periodic.remind_of_signatures(p.NOW + timedelta(days=8))
    assert waits("submitted", sam) and waits("sign_waits", sam)
    seen = w.opened(sam, item, p.NOW)
    actions.return_item(by=sam, now=p.NOW, item_id=item.pk, seen=seen, reason="More, please.")
    assert waits("returned", tara) and not waits("submitted", sam) and not waits("sign_waits", sam)
    shown = queries.shown_digest(w.item_of(scene.tara))
    actions.submit_item(by=tara, now=p.NOW, item_id=item.pk, seen=shown, answers=["Done."])
    assert not waits("returned", tara)


def test_N_a_plan_that_was_signed_since_is_not_asked_for(scene):
    PlanItem.objects.filter(record=scene.tara).update(**VALUES)
    agree(scene, "tara")
    assert waits("plan_signed", scene.cast.sam)
    agree(scene, "sam")
    assert not waits("plan_signed", scene.cast.sam)
    message = Message.objects.get(kind="training.plan_signed")
    message.about_id = PlanAgreement.objects.latest("pk").pk + 1
    assert kinds()["training.plan_signed"].asks(message)


def test_N_what_of_a_dops_is_done_asks_no_more(scene):
    sam, trina, tara = scene.cast.sam, scene.cast.trina, scene.cast.tara
    dops = p.asked_dops(scene.tara, trina)
    assert waits("dops_approval", sam)
    actions.approve_assessor(by=sam, now=p.NOW, dops_id=dops.pk, authentication=p.proof())
    assert waits("dops_asked", trina) and not waits("dops_approval", sam)
    p.sign(p.filled_dops(dops, trina), trina)
    assert waits("dops_signed", tara) and not waits("dops_asked", trina)
    seen = queries.dops_digest(type(dops).objects.get(pk=dops.pk))
    given = {"dops_id": dops.pk, "seen": seen, "comment": "", "authentication": p.proof()}
    actions.acknowledge_dops(by=tara, now=p.NOW, **given)
    assert not waits("dops_signed", tara)


def test_N_somebody_outside_who_was_proposed_waits_for_approval_until_it_is_given(scene):
    dops = o.proposed(scene.tara)
    assert waits("dops_approval", scene.cast.sam)
    o.named(dops, scene.cast.sam, o.OWEN)
    assert not waits("dops_approval", scene.cast.sam)


def test_N_a_countersigned_dops_asks_no_more(scene):
    dops = o.signed(scene.tara, scene.cast.sam)
    assert waits("dops_countersign", scene.cast.sam)
    o.countersign(dops, scene.cast.sam)
    assert not waits("dops_countersign", scene.cast.sam)


def test_N_pieces_questions_and_requests_that_are_answered_ask_no_more(scene):
    sam, mia, olive = scene.cast.sam, scene.cast.mia, scene.cast.olive
    question = m.asked(scene.tara, sam)
    assert waits("advice_asked", mia)
    m.answered(question, mia)
    assert not waits("advice_asked", mia)
    c.sent(scene.tara, "interruption")
    assert waits("change_asked", sam)
    c.grant(c.answered(scene.tom, scene.cast.sue, "interruption"), olive)
    assert waits("change_asked", sam) and not waits("change_to_decide", olive)


def test_N_a_piece_that_was_commented_on_asks_no_more(scene):
    for write in (submitted, submitted_case):
        piece = write(scene.tara)
        assert waits("piece_submitted", scene.cast.sam)
        given = {"key": uuid4(), "text": "Well seen.", "part": "", "quote": ""}
        actions.comment_on(by=scene.cast.sam, now=p.NOW, piece=piece, **given)
        assert not waits("piece_submitted", scene.cast.sam)


def test_N_a_report_that_was_sent_or_acknowledged_since_asks_no_more(scene):
    sam, cora = scene.cast.sam, scene.cast.cora
    periodic.remind_of_reports(seven_on(2026, 9, 3))
    assert waits("report_due", sam)
    report = p.sent_report(scene.tara, sam, seven_on(2026, 9, 4))
    assert not waits("report_due", sam) and waits("report_sent", cora) and waits("report_sent", scene.cast.tara)
    given = {"report_id": report.pk, "seen": queries.report_digest(report), "comment": ""}
    actions.acknowledge_report(by=cora, now=p.NOW, authentication=p.proof(), **given)
    assert not waits("report_sent", cora) and waits("report_sent", scene.cast.tara)


def test_N_a_concern_that_was_closed_is_news_only_to_whoever_raised_it(scene):
    found = concern(scene.tara, scene.cast.sam)
    assert waits("concern_raised", scene.cast.cora)
    periodic.escalate_concerns(seven_on(2026, 6, 18))
    assert waits("concern_escalated", scene.cast.mia) and waits("concern_escalated", scene.cast.sam)
    close(found, scene.cast.mia)
    assert not waits("concern_raised", scene.cast.cora) and not waits("concern_escalated", scene.cast.mia)
    assert waits("concern_escalated", scene.cast.sam)


def test_N_a_milestone_that_is_done_is_not_asked_for(scene):
    periodic.remind_of_milestones(seven_on(2026, 6, 3))
    assert waits("milestone", scene.cast.mia)
    Milestone.objects.update(done_on=p.TODAY)
    assert not waits("milestone", scene.cast.mia)
