"""While the fee of an intake is not set: nobody is asked for an order, who has the next move, who hears of it (I6)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from applications import access, actions, periodic, queries
from applications.models import Application, OrderRequest, PurchaseOrder
from applications.states import PurchaseOrderState
from applications.views._shared import acts_of
from ctts.accounts.actions import deactivate
from ctts.common.verdict import Invalid, TooLate
from ctts.notifications.models import Message
from tests.applications import world
from tests.applications.test_asking import FIN, ORDER, TYPED, ask, come, give, hand_in, upload, words
from tests.applications.test_between_intakes import CUT_OFF, with_fee
from tests.applications.test_office_views import url
from tests.applications.world import NOW

HALF = {**ORDER, "net_pence": 50_000, "vat_pence": 10_000, "gross_pence": 60_000}
SMALL = {**TYPED, "net_pence": "2,500", "vat_pence": "500", "gross_pence": "3,000"}


@pytest.fixture
def moved(filled) -> Application:
    """Ann's whole draft after the cut-off, in April 2027 whose fee nobody has set."""
    periodic.close_intakes(CUT_OFF)
    return world.refresh(filled)


@pytest.fixture
def held(filled) -> OrderRequest:
    """Fin was asked while the fee was known; then the application moved on to an intake without one."""
    asked = ask(filled)
    periodic.close_intakes(CUT_OFF)
    return OrderRequest.objects.select_related("application__intake", "application__applicant").get(pk=asked.pk)


# --- nobody is asked for an order over an amount that nobody knows (A3 f, screens 12) ---


def test_I6_nobody_is_asked_for_an_order_while_the_fee_is_not_set(moved, browser_of):
    with pytest.raises(TooLate, match="The fee of the April 2027 intake is not set yet"):
        ask(moved)
    assert not access.can_ask_for_order(moved.applicant, moved, None, NOW)
    ann = browser_of("ann")
    page = words(ann.get(url("part", moved.pk, "purchase_order")))
    assert "The scheme office sets it, and you are mailed once it has." in page and "Ask your employer" not in page
    assert ann.get(url("ask_for_order", moved.pk)).status_code == 409
    assert not Message.objects.filter(kind="applications.order_asked").exists()
    with_fee()
    assert ask(world.refresh(moved)).name == FIN["name"]


def test_I6_the_link_is_held_and_not_spent_until_the_fee_is_set(held):
    client, page = come(held), url("give_order", held.pk)
    shut = client.get(page)
    assert shut.status_code == 410 and "opens again once the scheme office has set the fee" in words(shut)
    sent = client.post(page, {**TYPED, "key": uuid4(), "document": upload()})
    assert "What you typed" in words(sent) and "Number of the purchase orderPO-77" in words(sent)
    assert "What you typed" not in words(shut)
    assert sent.status_code == 410 and client.post(url("decline_order_request", held.pk)).status_code == 410
    for act in (hand_in, give):
        with pytest.raises(TooLate, match="no purchase order is taken now"):
            act(held)
    held.refresh_from_db()
    assert held.standing(NOW) == "open" and PurchaseOrder.objects.get().gross_pence == 300_000
    with_fee()
    assert "£3,000.00" in words(client.get(page))
    assert client.post(page, {**TYPED, "key": uuid4(), "document": upload()}).status_code == 303


def test_I6_the_applicant_reads_that_the_link_is_held_and_waits_for_nobody_at_the_employer(held, browser_of):
    assert "held closed until the fee is set" in words(
        browser_of("ann").get(url("part", held.application_id, "purchase_order"))
    )
    waits = [row.what for row in queries.others_for(held.application.applicant, NOW.date())]
    assert "Give the purchase order" not in waits
    with_fee()
    waits = [row.what for row in queries.others_for(held.application.applicant, NOW.date())]
    assert "Give the purchase order" in waits


def test_A3f_less_than_the_fee_is_never_taken_by_the_link(filled):
    asked = ask(filled)
    hand_in(asked)
    with pytest.raises(Invalid, match=r"The fee is £3,000\.00") as short:
        give(asked, values=HALF)
    assert short.value.field == "gross_pence" and queries.current_order(filled).gross_pence == 300_000


def test_A3f_whoever_gives_less_than_what_stands_is_told_before_it_takes_its_place(filled):
    world.order(filled, 360_000)
    asked = ask(world.refresh(filled))
    client, page = come(asked), url("give_order", asked.pk)
    assert "The order over £3,600.00 that stands in the application" in words(client.get(page))
    told = client.post(page, {**SMALL, "key": uuid4(), "document": upload()})
    assert told.status_code == 422 and "An order over £3,600.00 stands. Yours is for less" in words(told)
    assert queries.current_order(filled).gross_pence == 360_000
    assert client.post(page, {**SMALL, "key": uuid4(), "smaller": "on"}).status_code == 303
    assert queries.current_order(filled).gross_pence == 300_000
    mail = Message.objects.get(kind="applications.order_given").text
    assert "over £3,000.00, in the place of the one over £3,600.00." in mail


def test_A3f_in_the_place_of_one_that_the_office_found_insufficient_nothing_is_asked(filled):
    world.order(filled, 360_000)
    PurchaseOrder.objects.filter(gross_pence=360_000).update(state=PurchaseOrderState.INSUFFICIENT, settled_at=NOW)
    asked = ask(world.refresh(filled))
    hand_in(asked)
    assert give(asked).gross_pence == 300_000


# --- the office has the next move (screens 7) ---


def acts(application, viewer):
    return acts_of(world.refresh(application), CUT_OFF.date(), viewer)


def waiting(person) -> tuple[list[str], list[str]]:
    today = CUT_OFF.date()
    return tuple([row.what for row in find(person, today)] for find in (queries.duties_for, queries.others_for))


def test_I6_a_draft_that_lacks_the_fee_alone_is_with_the_office(moved, browser_of):
    assert acts(moved, moved.applicant).now == "the scheme office, which sets the fee of the intake"
    assert acts(moved, moved.applicant).then == ["you", "Sam Patel (Training Supervisor)", "the scheme office"]
    assert waiting(moved.applicant) == ([], ["Set the fee of the April 2027 intake"])
    ann = browser_of("ann")
    form = words(ann.get(url("form", moved.pk)))
    assert "The fee of the April 2027 intake is not set yet. The scheme office sets it, and you are mailed" in form
    assert "Waits for the fee" in form and "not complete yet" not in form
    assert "The scheme office sets the fee of the April 2027 intake" in words(ann.get(url("status", moved.pk)))
    hold = words(ann.get(url("hand_over", moved.pk)))
    assert "you are mailed once it has; then you can hand the application over" in hold and "see to this" not in hold
    with_fee()
    assert acts(moved, moved.applicant).now == "you"
    assert waiting(moved.applicant) == (["Finish your application"], [])


def test_I6_what_lacks_its_order_too_waits_for_the_fee_before_the_order(moved):
    PurchaseOrder.objects.update(state=PurchaseOrderState.CANCELLED, settled_at=NOW)
    [lacks] = queries.missing_before_hand_over(world.refresh(moved), CUT_OFF.date())
    assert lacks.reason == "The fee of this intake is not set yet; give your employer's purchase order once it is."
    assert queries.waits_for_fee(world.refresh(moved), CUT_OFF.date())


def test_I6_a_draft_that_lacks_more_is_the_applicants(moved, browser_of):
    Application.objects.filter(pk=moved.pk).update(postcode="")
    assert acts(moved, moved.applicant).now == "you"
    assert waiting(moved.applicant) == (["Finish your application"], [])
    assert "2 parts are not complete yet" in words(browser_of("ann").get(url("form", moved.pk)))


def test_I6_what_waits_for_its_supervisor_is_with_the_office_until_the_fee_is_set(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    assert acts(handed_over, cast.sam).now == "the scheme office, which sets the fee of the intake"
    assert acts(handed_over, cast.sam).then == ["you", "the scheme office"]
    assert waiting(cast.sam)[0] == [] and waiting(cast.ann) == ([], ["Set the fee of the April 2027 intake"])
    with_fee()
    assert acts(handed_over, cast.sam).now == "you" and waiting(cast.sam)[0] == ["Confirm support and plan"]


def test_I6_no_supervisor_is_reminded_of_what_they_cannot_confirm_before_the_fee_is_set(handed_over):
    periodic.close_intakes(CUT_OFF)
    assert periodic.remind_supervisors(CUT_OFF) == 0
    with_fee()
    assert periodic.remind_supervisors(CUT_OFF) == 1
    assert Message.objects.filter(kind="applications.supervisor_reminded").count() == 1


def test_A2_whose_supervisor_has_left_has_the_move_whatever_the_fee(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    deactivate(person=cast.sam, reason="Left.", by=cast.olive, now=CUT_OFF)
    assert not queries.waits_for_fee(world.refresh(handed_over), CUT_OFF.date())
    assert acts(handed_over, cast.ann).now == "you"


# --- whoever waited hears of it once (I6) ---


def fee_mails() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind="applications.fee_set").order_by("pk").select_related("to")
    return [(row.to.full_name.split()[0], " ".join(row.text.split())) for row in rows]


def test_I6_whoever_waited_for_the_fee_hears_what_it_is_and_whether_their_order_covers_it(cast, filled):
    abes = world.start(cast, "bristol")
    periodic.close_intakes(CUT_OFF)
    with_fee(260_000)
    [(ann, hers), (abe, his)] = fee_mails()
    assert (ann, abe) == ("Ann", "Abe")
    assert (
        "£3,120.00 with VAT. Your purchase order of £3,000.00 is £120.00 short" in hers
        and url("form", filled.pk) in hers
    )
    assert "needs your employer's purchase order over all of it" in his and url("form", abes.pk) in his
    with_fee(260_000)
    assert len(fee_mails()) == 2  # the same amount once more
    with_fee(250_000)
    assert "Your purchase order of £3,000.00 covers it." in fee_mails()[2][1] and len(fee_mails()) == 4


def test_I6_A6_who_was_put_off_to_the_intake_hears_of_its_fee_too(cast):
    application = world.in_review(cast)
    actions.defer(by=cast.olive, now=NOW, application_id=application.pk, reasons="The department moves.")
    with_fee(260_000)
    [(name, mail)] = fee_mails()
    assert name == "Ann" and "Your purchase order of £3,000.00 is £120.00 short" in mail
    assert "put off to this intake and stays received" in mail and "asks you for the purchase order then" in mail


def test_I6_what_waits_for_its_supervisor_hears_of_it_once_however_the_order_stands(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    with_fee(260_000)
    assert fee_mails() == [] and periodic.reopen_incomplete(CUT_OFF) == 1  # the mail of that names what is short
    actions.withdraw(by=cast.ann, now=CUT_OFF, application_id=handed_over.pk, reason="")
    with_fee(250_000)
    assert fee_mails() == []


def test_I6_an_order_that_covers_the_fee_waits_for_the_supervisor_as_before(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    with_fee()
    [(ann, hers)] = fee_mails()
    assert ann == "Ann" and "covers it. Your application waits for the confirmation of Sam Patel" in hers


def test_I6_the_office_reads_beforehand_who_is_mailed(moved, browser_of):
    page = reverse("scheme:fee", args=[moved.intake_id])
    told = words(browser_of("olive").get(page))
    assert "whether their purchase order covers it: Ann Archer." in told
    with_fee()
    assert "Ann Archer" in words(browser_of("olive").get(page))
