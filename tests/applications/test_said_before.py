"""What people are told before and beside a step: what is missing, what it closes, who waits for what (A2, A6, I5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from lxml import html

from applications import actions, periodic, queries
from applications.forms.enquiring import EnquiryForm
from applications.forms.late import LateCodeForm
from applications.models import OrderRequest
from ctts.common import clock
from ctts.common.verdict import Invalid, TooLate
from ctts.scheme.models import Intake
from tests.applications import world
from tests.applications.test_late import AFTER, give
from tests.applications.test_objections import object_to
from tests.applications.test_views import url
from tests.applications.world import NOW
from tests.cast import at
from tests.make import open_intake


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).replace("\xa0", " ").split())


def ask_gus(application) -> OrderRequest:
    """Gus Money of the finance department is asked for the purchase order."""
    given = {"name": "Gus Money", "email": "gus@trust.example", "words": ""}
    return actions.ask_for_order(by=application.applicant, now=NOW, application_id=application.pk, **given)


def give_order(asked: OrderRequest):
    given = {"by": None, "now": NOW, "request_id": asked.pk}
    return actions.decline_order_request(**given, reason="Not mine.")


# --- handing over ---


def test_A2_an_incomplete_application_is_not_handed_over_and_every_part_is_named_with_its_page(cast, browser_of):
    application = world.start(cast)
    page = browser_of("ann").get(url("hand_over", application.pk))
    said, tree = words(page), html.fromstring(page.content)
    assert "What will happen" not in said and "Hand it over" not in tree.xpath("//button/text()")
    missing = queries.missing_before_hand_over(application, NOW.date())
    parts = {reverse("applications:part", args=[application.pk, one.part]) for one in missing}
    assert len(parts) > 5 and parts <= {link.get("href") for link in tree.xpath("//main//a")}
    assert all(one.reason in " ".join(tree.text_content().split()) for one in missing)


def test_A2_the_page_before_says_that_the_link_for_the_order_closes(filled, browser_of):
    asked, ann = ask_gus(filled), browser_of("ann")
    for name, said in (("hand_over", "While it is handed in"), ("withdraw", "opens nothing any more")):
        assert f"{said}" in words(ann.get(url(name, filled.pk))) and "Gus Money" in words(ann.get(url(name, filled.pk)))
    ann.post(url("hand_over", filled.pk))
    with pytest.raises(TooLate, match="handed the application in with a purchase order"):
        give_order(asked)
    assert "opens again: Gus Money" in words(ann.get(url("take_back", filled.pk)))
    actions.take_back(by=filled.applicant, now=NOW, application_id=filled.pk)
    assert give_order(asked).declined_at == NOW


def test_A2_without_a_link_nothing_is_said_of_one(filled, browser_of):
    assert "link for the purchase order" not in words(browser_of("ann").get(url("hand_over", filled.pk)))


# --- names ---


@pytest.mark.parametrize("name", ["Prue Spect <b>", "<script>"])
def test_a_name_with_markup_is_refused_in_a_question_and_for_a_code(cast, name):
    today, intakes = NOW.date(), Intake.objects.all()
    for form in (EnquiryForm({"name": name}, today=today), LateCodeForm({"name": name}, intakes=intakes, today=today)):
        assert form.errors["name"]


# --- answers that came too late ---


def test_A4_answers_sent_again_come_back_under_the_numbers_of_their_points(asked, browser_of):
    ann, address = browser_of("ann"), url("answer", asked.pk)
    given = {"point_1": "The one in my passport.", "point_2": "Dr Lee supervises it.", "autosave_version": "0"}
    assert ann.post(address, given).status_code == 303
    again = ann.post(address, given)
    assert again.status_code == 409 and "<dt>1. " in again.text and "<dt>2. " in again.text


# --- putting it off ---


def test_A6_the_applicant_reads_that_it_can_be_deferred_and_where_to_ask(cast, received, browser_of):
    ann = browser_of("ann")
    for name in ("status", "withdraw"):
        page = ann.get(url(name, received.pk))
        assert url("enquire") in page.text and "office can" in words(page), name
    assert url("enquire") not in browser_of("olive").get(url("withdraw", received.pk)).text
    draft = world.start(cast, "bristol")
    assert url("enquire") not in browser_of("abe").get(url("withdraw", draft.pk)).text


@pytest.mark.parametrize(
    ("net_pence", "said"),
    [
        (250_000, "covers the fee of that intake, £3,000.00"),
        (300_000, "is £600.00 short"),
        (None, "The fee of that intake is not set yet"),
    ],
)
def test_A3f_after_a_deferral_the_status_says_whether_the_order_covers_the_fee(
    cast, received, browser_of, net_pence, said
):
    if net_pence:
        open_intake(2027, 4, net_pence=net_pence)
    actions.defer(by=cast.olive, now=NOW, application_id=received.pk)
    assert said in words(browser_of("ann").get(url("status", received.pk)))


def test_A3f_deferred_without_an_order_that_counts_it_says_so(cast, received, browser_of):
    open_intake(2027, 4)
    actions.defer(by=cast.olive, now=NOW, application_id=received.pk)
    given = {"by": cast.olive, "now": NOW, "application_id": received.pk, "reason": "The trust took it back."}
    actions.cancel_purchase_order(**given, purchase_order_id=queries.current_order(received).pk)
    assert "no purchase order counts for it yet" in words(browser_of("ann").get(url("status", received.pk)))


def test_I2_whoever_withdrew_reads_from_when_on_another_can_be_begun(cast, browser_of):
    application, ann = world.start(cast), browser_of("ann")
    actions.withdraw(by=cast.ann, now=NOW, application_id=application.pk)
    assert "You can begin a new one for an intake that is open." in words(ann.get(url("status", application.pk)))
    clock.set_offset(at=AFTER)
    periodic.close_intakes(AFTER)
    said = words(ann.get(url("status", application.pk)))
    assert "No intake is open today. Applications for April 2027 are not open yet" in said


# --- a code for a late entry ---


def test_I5_a_code_is_not_given_to_somebody_whose_application_could_not_use_it(cast, received):
    open_intake(2027, 4)
    clock.set_offset(at=AFTER)
    periodic.close_intakes(AFTER)
    actions.defer(by=cast.olive, now=AFTER, application_id=received.pk)
    with pytest.raises(Invalid, match="April 2027 is “Deferred” and could not use it") as refused:
        give(cast)
    assert refused.value.field == "email"
    assert queries.no_use_for_late_code("nobody@else.example") == ""


# --- whose move it is ---


def test_I5_a_received_application_past_its_day_says_that_it_stays_with_its_intake(received, browser_of):
    over = received.intake.enrolment_on + timedelta(days=11)
    clock.set_offset(at=at(over.year, over.month, over.day))
    said = words(browser_of("ann").get(url("status", received.pk)))
    assert "was due 1 October 2026" in said and "stays with the October 2026 intake all the same" in said
    clock.set_offset(at=NOW)
    said = words(browser_of("ann").get(url("status", received.pk)))
    assert "due 1 October 2026" in said and "was due" not in said and "all the same" not in said


def test_A5_the_named_readers_have_it_once_the_application_was_received(filled, browser_of):
    common = {"by": filled.applicant, "now": NOW, "application_id": filled.pk}
    actions.save_adjustments(**common, key="7a3c2c3e-5a53-4b80-8f0c-0d1f5b0f7a11", wanted=True, reason="I need breaks.")
    ann = browser_of("ann")
    assert "have it once your application has reached the office" in words(ann.get(url("own_adjustments")))
    actions.ask_supervisor(**common)
    world.confirm(world.refresh(filled))
    assert "The named readers have it." in words(ann.get(url("own_adjustments")))


def test_A2_an_open_objection_waits_for_the_office(cast, in_review):
    assert queries.others_for(cast.cora, NOW.date()) == []
    objection = object_to(in_review, cast.cora)
    [row] = queries.others_for(cast.cora, NOW.date())
    assert (row.what, row.since, row.url) == ("Consider your objection", date(2026, 7, 1), url("read", in_review.pk))
    assert "Ann Archer" in row.about and row.nudged
    actions.consider_objection(by=cast.olive, now=NOW, objection_id=objection.pk, answer="There is a post.")
    assert queries.others_for(cast.cora, NOW.date()) == []


def test_A2_an_objection_waits_no_more_once_the_application_is_over(cast, in_review):
    object_to(in_review, cast.cora)
    actions.withdraw(by=cast.ann, now=NOW, application_id=in_review.pk)
    assert queries.others_for(cast.cora, NOW.date()) == []
