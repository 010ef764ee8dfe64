"""Another purchase order from acceptance to enrolment, in the place of one the office did not let stand (A3 f)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications import access, actions, queries
from applications.models import OrderRequest, PurchaseOrder
from applications.states import ApplicationState as S
from applications.states import Part
from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.home.queries import waiting_for
from ctts.notifications.models import Message
from tests.applications import world
from tests.applications.test_asking import FIN, ORDER, TYPED, ask, come, give, hand_in, upload, words
from tests.applications.test_office_views import url
from tests.applications.world import NOW

TODAY = NOW.date()
WHY = "The trust took it back."


def office(cast, application, by=None):
    order = queries.current_order(application)
    return {"by": by or cast.olive, "now": NOW, "application_id": application.pk, "purchase_order_id": order.pk}


@pytest.fixture
def cancelled(cast, accepted):
    """Ann is accepted; since then the office has cancelled her order."""
    actions.cancel_purchase_order(**office(cast, accepted), reason=WHY)
    return accepted


@pytest.fixture
def insufficient(cast, accepted):
    """Ann is accepted; since then the office has found her order insufficient."""
    actions.judge_purchase_order(**office(cast, accepted), covers=False, reason="It names another person.")
    return accepted


def paper(application, now=NOW):
    given = {"by": application.applicant, "now": now, "application_id": application.pk, "key": uuid4()}
    return actions.keep_replacing_file(**given, upload=world.proven("purchase-order.pdf"))


def replace(application, now=NOW, **changes) -> PurchaseOrder:
    given = {"by": application.applicant, "now": now, "application_id": application.pk, "key": uuid4(), **changes}
    document = given.pop("document", None) or paper(application, now)
    return actions.replace_purchase_order(**{"values": ORDER, **given, "document": document})


def rows_of(person, today=TODAY) -> dict[str, list[tuple[str, str]]]:
    """What the home page lists about purchase orders, by group."""
    found = {group.key: [(row.what, row.about) for row in group.rows] for group in waiting_for(person, today)}
    return {key: [row for row in rows if "purchase order" in row[0]] for key, rows in found.items()}


def listed(person, today=TODAY) -> list[tuple[str, str]]:
    return sorted(row for rows in rows_of(person, today).values() for row in rows)


# --- the office ---


def test_A3f_after_acceptance_an_insufficient_order_needs_a_reason_and_the_applicant_is_told(cast, accepted):
    given = office(cast, accepted)
    with pytest.raises(Invalid, match="Say why"):
        actions.judge_purchase_order(**given, covers=False, reason="  ")
    with pytest.raises(NotAllowed):
        actions.judge_purchase_order(**{**given, "by": cast.sam}, covers=True)
    found = actions.judge_purchase_order(**given, covers=False, reason="It names another person.")
    assert (found.state, found.settled_at) == ("insufficient", NOW)
    told = Message.objects.get(kind="applications.order_insufficient")
    mail = told.text.replace("\N{NO-BREAK SPACE}", " ")
    assert told.to == cast.ann and "It names another person." in mail and "enrolled on 1 October 2026" in mail
    event = AuditEvent.objects.get(action="applications.purchase_order.judged")
    assert (event.before, event.after) == ({"state": "received"}, {"state": "insufficient"})
    assert world.refresh(accepted).state == S.ACCEPTED


def test_A3f_in_review_the_applicant_hears_of_it_with_the_questions(cast, in_review, received):
    actions.judge_purchase_order(**office(cast, in_review), covers=False)
    assert not Message.objects.filter(kind="applications.order_insufficient").exists()
    assert not access.can_find_insufficient(cast.olive, in_review, TODAY)


def test_A3f_after_acceptance_the_applicant_hears_that_it_does_after_all(cast, insufficient, browser_of):
    order = queries.current_order(insufficient)
    assert order.settled_because == "It names another person."
    for name in ("status", "replace_order"):
        assert "It names another person." in words(browser_of("ann").get(url(name, insufficient.pk)))
    actions.judge_purchase_order(**office(cast, insufficient), covers=True)
    assert Message.objects.get(kind="applications.order_verified").to == cast.ann
    order.refresh_from_db()
    assert order.settled_because == ""


def test_A3f_before_the_review_no_order_is_judged(cast, received):
    with pytest.raises(TooLate, match="not judged now"):
        actions.judge_purchase_order(**office(cast, received), covers=True)


def test_A3f_why_an_order_does_not_stand_is_read_beside_the_rule(cast, cancelled, browser_of):
    page = words(browser_of("olive").get(url("review", cancelled.pk)))
    assert "Why it does not stand" in page and WHY in page


def test_A3f_the_mail_of_a_cancelled_order_says_what_to_do(cast, cancelled):
    told = Message.objects.get(kind="applications.order_cancelled")
    assert told.to == cast.ann and WHY in told.text and "You stay accepted" in told.text
    assert url("replace_order", cancelled.pk) in told.text


# --- the applicant ---


@pytest.mark.parametrize(("fallen", "becomes"), [("cancelled", "cancelled"), ("insufficient", "superseded")])
def test_A3f_another_is_given_and_the_earlier_one_stays_in_the_history(cast, request, fallen, becomes):
    application = request.getfixturevalue(fallen)
    earlier = queries.last_order(application)
    order = replace(application)
    earlier.refresh_from_db()
    assert (earlier.state, order.state, order.replaces, order.entered_by) == (becomes, "received", earlier, cast.ann)
    assert queries.current_order(application) == order
    event = AuditEvent.objects.get(action="applications.purchase_order.replaced")
    assert (event.role, event.after) == ("applicant", {"gross_pence": 300000, "replaces": earlier.pk})
    told = Message.objects.get(kind="applications.order_replaced")
    assert told.to == cast.olive and "PO-77" in told.text and world.refresh(application).state == S.ACCEPTED
    said = queries.history_of(application)[0]
    assert (said.who, said.what) == (cast.ann.full_name, "Gave another purchase order")
    checked = actions.judge_purchase_order(**office(cast, application), covers=True)
    assert checked.state == "verified" and not access.can_replace_order(cast.ann, application)


def test_A3f_what_was_handed_in_and_signed_is_not_touched(cast, cancelled):
    signed = queries.shown_digest(cancelled)
    form = queries.Given(cancelled).order_of_the_form
    replace(cancelled)
    given = queries.Given(world.refresh(cancelled))
    assert given.order_of_the_form == form and given.replaced_orders == [form]
    assert queries.shown_digest(cancelled) == signed
    [(_, signature)] = queries.signatures_of(cancelled, given)
    assert signature.changed == ""


def test_A3f_each_that_falls_is_replaced_by_the_next(cast, cancelled):
    second = replace(cancelled)
    actions.judge_purchase_order(**office(cast, cancelled), covers=False, reason="Not signed.")
    third = replace(cancelled, values={**ORDER, "number": "PO-78"})
    given = queries.Given(world.refresh(cancelled))
    assert third.replaces == second and [row.number for row in given.replaced_orders] == ["PO-77", "PO-1234"]
    files = {row.document_id for row in cancelled.listed_documents.filter(slot="purchase-order")}
    assert {second.document_id, third.document_id} <= files


def test_A3f_only_the_applicant_gives_another_while_one_is_needed(cast, accepted):
    assert "no other is needed" in access.can_replace_order(cast.ann, accepted).reason
    with pytest.raises(TooLate, match="no other is needed"):
        paper(accepted)
    actions.cancel_purchase_order(**office(cast, accepted), reason=WHY)
    document = paper(accepted)
    for person in (cast.sam, cast.olive, cast.abe):
        with pytest.raises(NotAllowed):
            replace(accepted, by=person, document=document)
    actions.mark_enrolled(by=None, now=NOW, application_id=accepted.pk)
    with pytest.raises(TooLate, match="acceptance to enrolment only"):
        replace(accepted, document=document)


def test_A3f_a_penny_less_than_the_fee_is_refused_and_a_form_sent_twice_is_harmless(cast, cancelled):
    short = {**ORDER, "net_pence": 249_999, "gross_pence": 299_999}
    with pytest.raises(Invalid, match="short") as refused:
        replace(cancelled, values=short)
    assert refused.value.field == "gross_pence" and queries.current_order(cancelled) is None
    key, document = uuid4(), paper(cancelled)
    replace(cancelled, key=key, document=document)
    with pytest.raises(DoneAlready):
        replace(cancelled, key=key, document=document)
    given = {"by": cast.ann, "now": NOW, "application_id": cancelled.pk, "key": key}
    with pytest.raises(DoneAlready):
        actions.keep_replacing_file(**given, upload=world.proven("purchase-order.pdf"))
    assert cancelled.purchase_orders.count() == 2


def test_A3f_nobody_had_it_or_they_left_and_the_whole_office_hears(cast, cancelled):
    type(cancelled).objects.filter(pk=cancelled.pk).update(claimed_by=None, claimed_at=None)
    replace(cancelled)
    told = Message.objects.filter(kind="applications.order_replaced")
    assert {message.to for message in told} >= {cast.olive, cast.oscar} and told.count() > 1


# --- somebody at the employer ---


def test_A3f_somebody_at_the_employer_gives_it_by_a_link(cast, cancelled):
    asked = ask(cancelled)
    hand_in(asked)
    order = give(asked)
    assert (order.asked, order.entered_by, order.replaces.state) == (asked, None, "cancelled")
    told = Message.objects.get(kind="applications.order_given")
    assert "The scheme office checks it" in told.text and url("status", cancelled.pk) in told.text
    assert Message.objects.filter(kind="applications.order_replaced").count() == 1
    with pytest.raises(TooLate):
        ask(cancelled)


def test_A3f_nobody_is_asked_while_the_order_stands_and_the_link_ends_with_the_need(cast, accepted):
    with pytest.raises(TooLate, match="no other is needed"):
        ask(accepted)
    actions.cancel_purchase_order(**office(cast, accepted), reason=WHY)
    asked = ask(accepted)
    replace(accepted)
    with pytest.raises(TooLate, match="nothing is needed from you now"):
        hand_in(asked)


def test_A3f_who_declines_leads_back_to_the_page(cast, cancelled):
    asked = ask(cancelled)
    actions.decline_order_request(by=None, now=NOW, request_id=asked.pk, reason="Ask the ward.")
    told = Message.objects.get(kind="applications.order_declined")
    assert url("replace_order", cancelled.pk) in told.text


# --- what can never be false ---


def test_the_database_keeps_what_was_signed_apart_from_what_replaced_it(cast, accepted):
    order = queries.current_order(accepted)
    row = {"application": accepted, "document": order.document, "entered_at": NOW, "entered_by": cast.ann, **ORDER}
    for values in ({}, {"replaces": order}):
        with pytest.raises(DatabaseError, match="replaces"), transaction.atomic():
            PurchaseOrder.objects.create(**row, key=uuid4(), state="superseded", **values)
    with pytest.raises(DatabaseError, match="received_is_not_settled"), transaction.atomic():
        PurchaseOrder.objects.filter(pk=order.pk).update(settled_at=NOW)
    with pytest.raises(DatabaseError, match="settled_at"), transaction.atomic():
        PurchaseOrder.objects.filter(pk=order.pk).update(state="verified", settled_at=NOW - timedelta(days=99))
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        PurchaseOrder.objects.filter(pk=order.pk).update(number="PO-2")


# --- who has the next move (N) ---


def test_N_it_waits_for_the_applicant_then_the_office(cast, cancelled):
    assert listed(cast.ann) == [("Give another purchase order", "Intake October 2026")]
    assert listed(cast.olive) == listed(cast.sam) == []
    replace(cancelled)
    assert listed(cast.ann) == []
    assert listed(cast.olive) == listed(cast.oscar) == [("Check another purchase order", "of accepted applicants")]
    actions.judge_purchase_order(**office(cast, cancelled), covers=True)
    assert listed(cast.olive) == []


def test_N_whom_the_applicant_asked_is_waited_for_until_the_link_ends(cast, cancelled):
    asked = ask(cancelled)
    assert rows_of(cast.ann) == {"others": [("Give the purchase order", "Fin Osborne")]}
    last = asked.expires_at.date()
    both = [("Give another purchase order", "Intake October 2026"), ("Give the purchase order", "Fin Osborne")]
    assert listed(cast.ann, last) == both
    assert listed(cast.ann, last + timedelta(days=1)) == both[:1]


def test_N_a_request_from_the_form_is_listed_too(cast, filled):
    ask(filled)
    assert rows_of(cast.ann)["others"] == [("Give the purchase order", "Fin Osborne")]
    assert rows_of(cast.sam) == {}
    actions.ask_supervisor(by=cast.ann, now=NOW, application_id=filled.pk)
    assert listed(cast.ann) == [], "the link opens nothing while the supervisor has it"


def test_N_what_was_accepted_without_an_order_is_not_asked_for(cast, browser_of, ready):
    actions.cancel_purchase_order(**office(cast, ready), reason=WHY)
    world.find(ready, cast.olive, "A3f", "not_met", override_reason="The trust pays by invoice.")
    later = NOW + timedelta(hours=1)
    actions.accept(by=cast.olive, now=later, application_id=ready.pk)
    application = world.refresh(ready)
    assert application.state == S.ACCEPTED and listed(cast.ann) == []
    page = words(browser_of("ann").get(url("status", application.pk)))
    assert "Give another purchase order" in page and "You have the next move" not in page
    assert replace(application, now=later).replaces.state == "cancelled"


def test_N_the_enrolment_says_what_waits(cast, cancelled):
    def note():
        return queries.order_notes(cancelled.intake_id).get(cancelled.pk)

    assert "cancelled and another is not there" in note()
    replace(cancelled)
    assert "not checked yet" in note()
    actions.judge_purchase_order(**office(cast, cancelled), covers=False, reason="Not signed.")
    assert "insufficient and another" in note()


# --- pages ---


def test_the_applicant_gives_another_on_a_page(browser_of, cancelled):
    ann = browser_of("ann")
    status = words(ann.get(url("status", cancelled.pk)))
    assert "The office cancelled your purchase order" in status and "You have the next move" in status
    page = words(ann.get(url("replace_order", cancelled.pk)))
    assert "cancelled PO-1234" in page and "£3,000.00" in page and "Ask your employer" in page
    sent = ann.post(url("replace_order", cancelled.pk), {**TYPED, "key": (key := uuid4()), "document": upload()})
    assert sent.status_code == 303
    again = ann.post(url("replace_order", cancelled.pk), {**TYPED, "key": key, "document": upload()})
    assert again.status_code == 303 and cancelled.purchase_orders.count() == 2
    status = words(ann.get(url("status", cancelled.pk)))
    assert "Your other purchase order is with the office" in status and "scheme office has the next move" in status
    assert ann.get(url("replace_order", cancelled.pk)).status_code == 409


def test_a_mistake_loses_neither_words_nor_file(browser_of, cancelled):
    ann, there = browser_of("ann"), url("replace_order", cancelled.pk)
    key = uuid4()
    short = {**TYPED, "net_pence": "2,499.99", "gross_pence": "2,999.99", "key": key}
    wrong = ann.post(there, {**short, "document": upload()})
    kept = wrong.context["form"]["document_kept"].value()
    assert wrong.status_code == 422 and "£0.01 short" in words(wrong) and "purchase-order.pdf" in words(wrong)
    right = ann.post(there, {**TYPED, "key": key, "document_kept": kept})
    assert right.status_code == 303 and queries.current_order(cancelled).document_id == int(kept)
    assert ann.post(there, {**TYPED, "document_kept": kept}).status_code in {409, 422}


def test_without_a_file_or_with_a_bad_one_nothing_is_given(browser_of, cancelled):
    ann, there = browser_of("ann"), url("replace_order", cancelled.pk)
    none = ann.post(there, {**TYPED, "key": uuid4()})
    assert none.status_code == 422 and "Attach the purchase order." in words(none)
    bad = ann.post(there, {**TYPED, "key": uuid4(), "document": upload("locked.pdf", world.GOOD.parent / "hostile")})
    assert bad.status_code == 422 and cancelled.purchase_orders.count() == 1
    assert ann.post(there, {**TYPED, "key": "x", "document": upload()}).status_code == 422


def test_the_applicant_asks_the_employer_from_that_page_and_takes_it_back(browser_of, cancelled):
    ann = browser_of("ann")
    sent = ann.post(url("ask_for_order", cancelled.pk), FIN)
    assert sent.status_code == 303 and sent.url == url("replace_order", cancelled.pk)
    status = words(ann.get(url("status", cancelled.pk)))
    assert "Fin Osborne has the next move" in status and "Fin Osborne (asked for the purchase order)" in status
    asked = OrderRequest.objects.get()
    back = ann.post(url("withdraw_order_request", asked.pk))
    assert back.url == url("replace_order", cancelled.pk)
    assert "Ask your employer" in words(ann.get(back.url))


def test_a_request_that_is_over_leads_to_where_the_application_stands(browser_of, cancelled):
    asked = ask(cancelled)
    replace(cancelled)
    assert browser_of("ann").post(url("withdraw_order_request", asked.pk)).url == url("status", cancelled.pk)


def test_the_office_checks_it_with_what_it_replaced_in_sight(browser_of, cast, cancelled):
    order = replace(cancelled)
    olive = browser_of("olive")
    page = words(olive.get(url("review", cancelled.pk)))
    assert "EarlierPO-1234 of Example NHS Trust, £3,000.00: cancelled" in page
    assert "It bears this out" in page and "the scheme office" in page
    there = url("find_order_insufficient", cancelled.pk, order.pk)
    assert "until they are enrolled" in words(olive.get(there)) and "It is insufficient" in words(olive.get(there))
    assert olive.post(there, {"reason": ""}).status_code == 422
    assert olive.post(there, {"reason": "Not signed."}).status_code == 303
    order.refresh_from_db()
    assert order.state == "insufficient"
    assert "found your purchase order insufficient" in words(browser_of("ann").get(url("status", cancelled.pk)))
    assert olive.get(url("find_order_insufficient", cancelled.pk, 0)).status_code == 409


def test_the_status_says_when_it_is_verified_and_the_link_works_for_finance(browser_of, cast, cancelled):
    asked = ask(cancelled)
    sent = come(asked).post(url("give_order", asked.pk), {**TYPED, "key": uuid4(), "document": upload()}, follow=True)
    assert "Thank you: the purchase order is there" in words(sent)
    given = {**office(cast, cancelled), "now": NOW + timedelta(hours=1)}
    actions.judge_purchase_order(**given, covers=True)
    assert "Your other purchase order is verified" in words(browser_of("ann").get(url("status", cancelled.pk)))


def test_in_the_form_the_order_of_a_resumed_application_is_entered_as_ever(cast, cancelled):
    replace(cancelled)
    actions.defer(by=cast.olive, now=NOW, application_id=cancelled.pk)
    actions.resume(by=cast.olive, now=NOW, application_id=cancelled.pk)
    points = [(Part.PURCHASE_ORDER, "Another order, please.")]
    actions.ask_information(by=cast.olive, now=NOW, application_id=cancelled.pk, points=points)
    world.order(world.refresh(cancelled), 300_000)
    given = queries.Given(world.refresh(cancelled))
    assert given.order == given.order_of_the_form and given.replaced_orders == []
    assert not access.can_replace_order(cast.ann, given.application)
    assert reverse("applications:part", args=[cancelled.pk, "purchase_order"]) == queries.order_page(given.application)
