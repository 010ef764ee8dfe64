"""The employer's finance contact gives the purchase order by a link that opens that upload alone (A2, screens 12)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from applications import access, actions, queries
from applications.models import Application, OrderRequest, PurchaseOrder
from applications.queries.asking import order_request_door, order_request_path
from applications.states import OrderRequestStanding, PurchaseOrderState
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.documents.models import Document
from ctts.documents.states import Origin
from ctts.notifications.models import Message
from ctts.notifications.tasks import letter
from tests.applications import world
from tests.applications.test_office_views import url
from tests.applications.world import GOOD, NOW, proven

FIN = {"name": "Fin Osborne", "email": "fin@trust.example", "words": "Budget 7 <b>of</b> the ward."}
ORDER = {"number": "PO-77", "issuer": "Leeds Trust", "net_pence": 250000, "vat_pence": 50000, "gross_pence": 300000}
TYPED = {"number": "PO-77", "issuer": "Leeds Trust", "net_pence": "2,500", "vat_pence": "500", "gross_pence": "3,000"}
OVER = NOW + timedelta(days=28)


@pytest.fixture
def begun(cast) -> Application:
    """Ann's application, of which the purchase order is still missing."""
    return world.start(cast)


@pytest.fixture
def asked(begun) -> OrderRequest:
    """Fin has been asked."""
    return ask(begun)


def ask(application, **changes) -> OrderRequest:
    given = {"by": application.applicant, "now": NOW, "application_id": application.pk, **FIN}
    return actions.ask_for_order(**given | changes)


def hand_in(asked, name="purchase-order.pdf", now=NOW) -> Document:
    return actions.keep_order_file(by=None, now=now, request_id=asked.pk, upload=proven(name))


def give(asked, now=NOW, **changes) -> PurchaseOrder:
    given = {"by": None, "now": now, "request_id": asked.pk, "key": uuid4(), "values": ORDER}
    return actions.give_order(**given | changes)


def decline(asked, reason="Ask the ward.", now=NOW) -> OrderRequest:
    return actions.decline_order_request(by=None, now=now, request_id=asked.pk, reason=reason)


def withdraw(asked, by=None) -> OrderRequest:
    return actions.withdraw_order_request(by=by or asked.asked_by, now=NOW, request_id=asked.pk)


def kinds_of_audit() -> list[str]:
    rows = AuditEvent.objects.filter(object="applications.orderrequest").order_by("seq")
    return list(rows.values_list("action", "role"))


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def upload(name="purchase-order.pdf", folder=GOOD) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (folder / name).read_bytes())


def come(asked, client=None) -> Client:
    """A browser that came with the link."""
    client = client or Client()
    assert client.get(order_request_path(asked)).status_code == 302
    return client


# --- asking ---


def test_A2_somebody_without_an_account_is_mailed_a_link(asked):
    message = Message.objects.get(kind="applications.order_asked")
    assert (message.to, message.to_name, message.to_address) == (None, "Fin Osborne", "fin@trust.example")
    sent = letter(message, NOW)
    assert sent.to == "fin@trust.example" and order_request_path(asked) in sent.text
    assert "Budget 7 <b>of</b> the ward." in sent.text and "&lt;b&gt;of" in sent.html
    assert "None" not in sent.text + sent.html  # neither scope nor centre is chosen yet
    assert "£3,000.00" in sent.text and message.within == asked.application.applicant
    assert kinds_of_audit() == [("applications.order_request.asked", "applicant")]


def test_A2_one_person_at_a_time_is_asked_and_never_oneself(begun, asked, cast):
    with pytest.raises(TooLate, match="Take that request back first"):
        ask(begun)
    with pytest.raises(Invalid, match="your own address"):
        ask(begun, email=cast.ann.email.upper())
    with pytest.raises(NotAllowed):
        ask(begun, by=cast.olive)
    assert OrderRequest.objects.count() == 1


def test_A2_one_that_is_too_old_ends_when_another_is_asked(begun, asked):
    assert asked.standing(OVER) == OrderRequestStanding.EXPIRED
    again = ask(begun, now=OVER, name="Fay Ortiz")
    asked.refresh_from_db()
    assert asked.withdrawn_at == OVER and again.standing(OVER) == OrderRequestStanding.OPEN


def test_A2_after_it_is_handed_in_nobody_is_asked(filled):
    actions.ask_supervisor(by=filled.applicant, now=NOW, application_id=filled.pk)
    with pytest.raises(TooLate):
        ask(filled)


# --- giving ---


def test_A2_the_order_stands_in_the_application_and_the_applicant_is_told(asked, cast):
    document = hand_in(asked)
    order = give(asked)
    assert (order.asked, order.entered_by, order.gross_pence) == (asked, None, 300000)
    assert (document.origin, document.owner, document.uploaded_by) == (Origin.HANDED, cast.ann, None)
    assert queries.current_order(asked.application) == order
    told = Message.objects.get(kind="applications.order_given")
    assert told.to == cast.ann and "PO-77 over £3,000.00" in told.text
    assert kinds_of_audit()[-1] == ("applications.order_request.given", "finance")
    history = queries.history_of(asked.application)[0]
    assert (history.who, history.what) == ("Finance contact of the employer", "Gave the purchase order")


def test_A2_it_takes_the_place_of_an_earlier_one_and_the_applicant_may_still_change_it(cast, filled):
    asked = ask(filled)
    hand_in(asked)
    order = give(asked)
    states = list(filled.purchase_orders.order_by("pk").values_list("state", flat=True))
    assert states == [PurchaseOrderState.SUPERSEDED, PurchaseOrderState.RECEIVED]
    given = {"by": cast.ann, "now": NOW, "application_id": filled.pk, "key": uuid4()}
    changed = actions.enter_purchase_order(**given, document=order.document, values={**ORDER, "number": "PO-78"})
    assert (changed.number, changed.asked, changed.entered_by) == ("PO-78", None, cast.ann)


def test_A2_whoever_typed_meanwhile_reads_who_gave_the_order(asked, cast, browser_of):
    ann, address = browser_of("ann"), url("part", asked.application_id, "purchase_order")
    seen = ann.get(address).context["form"]["seen"].value()
    document = hand_in(asked)
    give(asked)
    typed = {**TYPED, "number": "PO-78", "document_kept": document.pk, "key": uuid4(), "seen": seen}
    late = ann.post(address, typed)
    assert late.status_code == 409 and "PO-78" in late.text
    assert "Given meanwhile by Fin Osborne" in words(late) and "another window" not in words(late)


def test_A2_without_a_file_or_sent_twice_nothing_is_given(asked):
    with pytest.raises(Invalid, match="Attach the purchase order"):
        give(asked)
    hand_in(asked)
    key = uuid4()
    give(asked, key=key)
    with pytest.raises(DoneAlready):
        give(asked, key=key)
    assert PurchaseOrder.objects.count() == 1


@pytest.mark.parametrize("end", [withdraw, decline, lambda asked: (hand_in(asked), give(asked))])
def test_A2_what_has_ended_opens_nothing_any_more(asked, end):
    end(asked)
    asked.refresh_from_db()
    for late in (hand_in, give, decline, withdraw):
        with pytest.raises(TooLate):
            late(asked)
    assert order_request_door(str(asked.pk), NOW) is None


def test_A2_the_link_ends_with_its_time_and_with_the_part(asked, cast):
    assert order_request_door(str(asked.pk), OVER - timedelta(seconds=1)) == order_request_path(asked)
    assert order_request_door(str(asked.pk), OVER) is None and order_request_door("0", NOW) is None
    with pytest.raises(TooLate, match="28 days"):
        hand_in(asked, now=OVER)
    actions.withdraw(by=cast.ann, now=NOW, application_id=asked.application_id)
    with pytest.raises(TooLate, match="was withdrawn since"):
        hand_in(asked)


def test_A2_only_the_applicant_takes_it_back(asked, cast):
    with pytest.raises(NotAllowed):
        withdraw(asked, by=cast.olive)
    assert not access.can_withdraw_order_request(cast.abe, asked, NOW)
    withdraw(asked)
    assert kinds_of_audit()[-1] == ("applications.order_request.withdrawn", "applicant")


def test_A2_who_declines_says_why_and_the_applicant_reads_it(asked, cast):
    with pytest.raises(Invalid, match="Say why"):
        decline(asked, "  ")
    decline(asked)
    told = Message.objects.get(kind="applications.order_declined")
    assert told.to == cast.ann and "Ask the ward." in told.text
    assert kinds_of_audit()[-1] == ("applications.order_request.declined", "finance")


# --- what can never be false ---


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"name": "Another"}, "Cannot update"),
        ({"declined_at": NOW}, "declined_with_words"),
        ({"given_at": NOW, "withdrawn_at": NOW}, "ends_once"),
        ({"expires_at": NOW - timedelta(days=1)}, "Cannot update"),
    ],
)
def test_a_request_reads_as_it_was_asked_and_ends_once(asked, values, what):
    with pytest.raises(DatabaseError, match=what), transaction.atomic():
        OrderRequest.objects.filter(pk=asked.pk).update(**values)


def test_an_order_is_by_the_applicant_or_by_whom_they_asked(cast, filled):
    order = filled.purchase_orders.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseOrder.objects.create(
            application=filled, key=uuid4(), document=order.document, entered_at=NOW, state="superseded", **ORDER
        )
    withdraw(asked := ask(filled))
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        OrderRequest.objects.filter(pk=asked.pk).update(withdrawn_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        asked.delete()


# --- pages ---


def test_a_robot_opens_the_link_fifty_times_and_nothing_happens(asked):
    for _robot in range(50):
        client = Client()
        assert client.head(order_request_path(asked)).status_code == 302
        page = client.get(order_request_path(asked), follow=True)
        assert page.status_code == 200 and "asks you, Fin Osborne" in words(page) and "None" not in words(page)
    asked.refresh_from_db()
    assert asked.standing(NOW) == OrderRequestStanding.OPEN and asked.document is None
    assert PurchaseOrder.objects.count() == 0 and len(kinds_of_audit()) == 1


def test_the_link_is_used_once_without_an_account(asked):
    client = come(asked)
    sent = client.post(url("give_order", asked.pk), {**TYPED, "key": uuid4(), "document": upload()}, follow=True)
    assert sent.status_code == 200 and "Thank you: the purchase order is there" in words(sent)
    assert "PO-77" in words(sent) and "purchase-order.pdf" in words(sent)
    again = client.post(url("give_order", asked.pk), {**TYPED, "key": uuid4(), "document": upload()})
    assert again.status_code == 410 and "nothing more is needed" in words(again)
    assert PurchaseOrder.objects.get().asked == asked


def test_two_links_in_one_browser_open_each_its_own_order(cast, asked):
    """Whoever has the mails of two applicants open in two tabs gives each the order that its page shows."""
    abes = ask(world.start(cast, "bristol"))
    client = come(abes, come(asked))
    assert "Ann Archer" in words(client.get(url("give_order", asked.pk)))
    client.post(url("give_order", asked.pk), {**TYPED, "key": uuid4(), "document": upload()})
    assert PurchaseOrder.objects.get().asked == asked
    client.post(url("decline_order_request", abes.pk), {"reason": "Ask the ward."})
    abes.refresh_from_db()
    assert abes.declined_at is not None and "Thank you" in words(client.get(url("order_given", asked.pk)))
    assert come(asked).get(url("give_order", abes.pk)).status_code == 404


def test_a_link_opens_nothing_once_the_account_is_closed(asked):
    User.objects.filter(pk=asked.asked_by_id).update(is_active=False)
    assert come(asked).get(url("give_order", asked.pk)).status_code == 410


def test_a_mistake_loses_neither_words_nor_file(asked):
    client = come(asked)
    wrong = client.post(
        url("give_order", asked.pk), {**TYPED, "gross_pence": "2,999", "key": uuid4(), "document": upload()}
    )
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "Net and VAT make £3,000.00, not £2,999.00." in text
    assert 'value="PO-77"' in text and "purchase-order.pdf (PDF, 952" in text and "has arrived" in text
    right = client.post(url("give_order", asked.pk), {**TYPED, "key": uuid4()})
    assert right.status_code == 303 and PurchaseOrder.objects.get().document.original_name == "purchase-order.pdf"


def test_A3_an_order_that_is_a_penny_short_is_told_at_the_amount(asked):
    client = come(asked)
    short = {**TYPED, "net_pence": "2,499.99", "gross_pence": "2,999.99", "key": uuid4(), "document": upload()}
    sent = client.post(url("give_order", asked.pk), short)
    assert sent.status_code == 422 and "The fee is £3,000.00: this is £0.01 short." in words(sent)
    assert PurchaseOrder.objects.count() == 0


def test_who_has_given_nothing_yet_is_not_thanked(asked):
    assert come(asked).get(url("order_given", asked.pk)).url == url("give_order", asked.pk)


@pytest.mark.parametrize("name", ["empty.pdf", "locked.pdf", "macro.docm", "program.exe"])
def test_a_bad_file_is_told_beside_its_field(asked, name):
    client = come(asked)
    given = {**TYPED, "key": uuid4(), "document": upload(name, GOOD.parent / "hostile")}
    sent = client.post(url("give_order", asked.pk), given)
    assert sent.status_code == 422 and 'value="PO-77"' in sent.content.decode()
    assert Document.objects.count() == 0


def test_hostile_words_are_told_and_nothing_is_needed_but_the_form(asked):
    client = come(asked)
    for typed, said in (({"number": "PO\u202e77"}, "invisible"), ({"net_pence": "x"}, "pounds"), ({}, "Attach")):
        sent = client.post(url("give_order", asked.pk), {**TYPED, "key": uuid4(), **typed})
        assert sent.status_code == 422 and said in words(sent)
    empty = client.post(url("give_order", asked.pk), {})
    assert empty.status_code == 422 and "Fill in" in words(empty)


def test_a_broken_key_is_told_with_the_text_kept_and_the_page_can_be_sent_again(asked):
    client = come(asked)
    sent = client.post(url("give_order", asked.pk), {**TYPED, "key": "no-key", "document": upload()})
    assert sent.status_code == 422 and "It has a new one: check it, and send it again." in words(sent)
    assert 'value="PO-77"' in sent.content.decode() and 'value="no-key"' not in sent.content.decode()
    key = sent.context["form"]["key"].value()
    assert client.post(url("give_order", asked.pk), {**TYPED, "key": key}).status_code == 303


def test_who_came_without_a_link_or_with_a_wrong_one_gets_nothing(asked):
    client = Client()
    for name in ("give_order", "decline_order_request", "order_given"):
        assert client.get(url(name, asked.pk)).status_code == 404
    wrong = reverse("applications:asked_for_order", args=[asked.pk, "x" * 43])
    assert client.get(wrong).status_code == 410
    assert client.get(reverse("applications:asked_for_order", args=[0, "x"])).status_code == 410


def test_whoever_was_asked_declines_on_a_page_of_its_own(asked):
    client = come(asked)
    assert client.post(url("decline_order_request", asked.pk), {"reason": ""}).status_code == 422
    sent = client.post(url("decline_order_request", asked.pk), {"reason": "Ask the ward."}, follow=True)
    assert "Thank you for telling us" in words(sent)
    assert client.get(url("decline_order_request", asked.pk)).status_code == 410
    assert come(asked, client).get(url("give_order", asked.pk)).status_code == 410


def test_the_applicant_asks_and_takes_back_on_pages(browser_of, begun, cast):
    ann, part = browser_of("ann"), url("part", begun.pk, "purchase_order")
    assert "Ask your employer" in words(ann.get(part))
    page = words(ann.get(url("ask_for_order", begun.pk)))
    assert "opens this upload and nothing else" in page and "(the person you name)" in page
    assert "They read your name, the intake, your scope of practice, the Training Centre and the fee" in page
    assert ann.post(url("ask_for_order", begun.pk), {"name": "", "email": "fin"}).status_code == 422
    assert ann.post(url("ask_for_order", begun.pk), FIN).status_code == 303
    assert ann.post(url("ask_for_order", begun.pk), FIN).status_code == 409
    assert "Fin Osborne, fin@trust.example, was asked" in words(ann.get(part))
    asked = OrderRequest.objects.get()
    assert "opens nothing any more for Fin Osborne" in words(ann.get(url("withdraw_order_request", asked.pk)))
    assert browser_of("abe").get(url("withdraw_order_request", asked.pk)).status_code == 404
    assert ann.post(url("withdraw_order_request", asked.pk)).status_code == 303
    assert ann.post(url("withdraw_order_request", asked.pk)).status_code == 409


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (decline, "Fin Osborne declined on"),
        (lambda asked: (hand_in(asked), give(asked)), "Fin Osborne gave a purchase order"),
        (lambda asked: OrderRequest.objects.exists(), "was asked on"),
    ],
)
def test_the_part_says_what_became_of_the_request(browser_of, asked, end, said):
    end(asked)
    assert said in words(browser_of("ann").get(url("part", asked.application_id, "purchase_order")))


def test_the_office_reads_in_the_outbox_to_whom_it_went(browser_of, asked):
    message = Message.objects.get(kind="applications.order_asked")
    olive = browser_of("olive")
    assert "Fin Osborne" in words(olive.get(reverse("home:mail"), {"show": "waiting"}))
    page = words(olive.get(reverse("home:message", args=[message.pk])))
    assert "Fin Osborne, fin@trust.example" in page and "[the one-time link stands here]" in page


def test_A2_nobody_is_asked_once_the_supervisor_has_it(browser_of, handed_over):
    assert browser_of("ann").get(url("ask_for_order", handed_over.pk)).status_code == 409
    assert browser_of("sam").get(url("ask_for_order", handed_over.pk)).status_code == 403
    assert browser_of("abe").get(url("ask_for_order", handed_over.pk)).status_code == 404
