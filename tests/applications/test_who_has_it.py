"""Who has an application and since when, whose claim it is, and who may apply again (A1, A4, A6, screens 7)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import actions, queries
from applications.models import Application
from applications.states import Part
from applications.views._shared import acts_of
from ctts.common.clock import london_date
from ctts.common.months import london_start
from ctts.common.templatetags.formats import day
from ctts.common.verdict import TooLate
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme.models import Intake
from tests.applications import world
from tests.applications.world import NOW
from tests.applications.world import signed_in as browser

LATER, LAST = NOW + timedelta(days=3), NOW + timedelta(days=5)


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def since(application, viewer, today):
    return acts_of(world.refresh(application), today, viewer).since


def test_A4_a_claim_later_than_the_receipt_is_since_when_that_member_has_it(cast, received):
    assert since(received, cast.ann, LAST.date()) == NOW.date()
    actions.claim(by=cast.olive, now=LATER, application_id=received.pk, seen_holder=None)
    assert since(received, cast.ann, LAST.date()) == LATER.date()
    actions.claim(by=cast.oscar, now=LAST, application_id=received.pk, seen_holder=cast.olive.pk)
    assert since(received, cast.ann, LAST.date()) == LAST.date()
    [row] = [row for row in queries.duties_for(cast.oscar, LAST.date()) if row.about == "Ann Archer"]
    assert row.since == LAST.date()


def test_screens_7_applicant_and_supervisor_have_it_since_it_came_to_them(cast, filled):
    assert since(filled, cast.ann, LAST.date()) == london_date(filled.started_at)
    given = {"now": LATER, "application_id": filled.pk}
    actions.ask_supervisor(by=cast.ann, **given)
    assert since(filled, cast.ann, LAST.date()) == LATER.date()
    actions.take_back(by=cast.ann, **{**given, "now": LAST})
    assert since(filled, cast.ann, LAST.date()) == LAST.date()


def test_I4_the_office_has_it_again_since_the_answer_and_the_day_of_receipt_stays(cast, in_review):
    asked = world.ask(cast, in_review, NOW)
    answers = {point.pk: "Here." for point in asked.information_requests.get().points.all()}
    actions.answer_information(by=cast.ann, now=LATER, application_id=asked.pk, answers=answers)
    assert since(asked, cast.ann, LAST.date()) == LATER.date()
    assert world.refresh(asked).counts_from == NOW


def test_A6_the_office_has_it_again_since_it_was_taken_up(cast, in_review):
    actions.defer(by=cast.olive, now=NOW, application_id=in_review.pk)
    deferred = world.refresh(in_review)
    assert queries.with_office_since(deferred) == deferred.intake.opens_on
    actions.resume(by=cast.oscar, now=LATER, application_id=in_review.pk)
    assert since(in_review, cast.ann, LAST.date()) == LATER.date()


def test_screens_7_an_application_that_never_moved_is_with_the_office_since_no_day(cast):
    assert queries.with_office_since(Application(state="received")) is None


@pytest.mark.parametrize("step", ["ask", "accept", "decline", "defer"])
def test_A4_a_step_of_which_the_applicant_hears_is_taken_by_whoever_claimed_it(cast, ready, browser_of, step):
    oscar, page = browser_of("oscar"), url(step, ready.pk)
    refused = oscar.get(page)
    assert refused.status_code == 409
    assert "A colleague has claimed this application. Take it over first" in refused.content.decode()
    review = oscar.get(url("review", ready.pk)).content.decode()
    assert "has claimed this application" in review and f"{cast.olive.full_name} has had it since" in review
    assert browser_of("olive").get(page).status_code == 200
    actions.claim(by=cast.oscar, now=LATER, application_id=ready.pk, seen_holder=cast.olive.pk)
    assert oscar.get(page).status_code == 200


def test_A4_past_a_claim_nothing_is_asked_or_decided_until_the_claimer_has_left_the_office(cast, ready):
    given = {"by": cast.oscar, "now": LATER, "application_id": ready.pk}
    steps = [
        lambda: actions.ask_information(**given, points=[(Part.PLAN, "Which ward?")]),
        lambda: actions.accept(**given),
        lambda: actions.decline(**given, reasons="So."),
        lambda: actions.defer(**given),
    ]
    for step in steps:
        with pytest.raises(TooLate, match="Take it over first"):
            step()
    role = Affiliation.objects.get(person=cast.olive, role=Role.OFFICE)
    Affiliation.objects.filter(pk=role.pk).update(ends_on=NOW.date())
    assert actions.decline(**{**given, "now": LAST}, reasons="So.").decided_by == cast.oscar


def test_A1_a_declined_applicant_reads_from_when_and_for_which_intake_they_may_apply_again(cast, ready, browser_of):
    actions.decline(by=cast.olive, now=NOW, application_id=ready.pk, reasons="So.")
    following = queries.next_intake_of(ready)
    words = f"You may apply again for {following} from {day(following.opens_on)} on."
    ann = browser_of("ann")
    mine, status = ann.get(url("mine")), ann.get(url("status", ready.pk))
    assert words in mine.content.decode() and words in status.content.decode()
    assert url("start") not in mine.content.decode()
    last = Intake.objects.order_by("enrolment_on").last()
    Application.objects.update(intake=last)
    assert "once the next intake is entered" in queries.not_yet(cast.ann, london_start(last.opens_on))


def test_A1_who_withdrew_or_never_applied_or_applies_elsewhere_reads_what_holds_for_them(cast, ready, browser_of):
    assert queries.not_yet(cast.abe, NOW) == ""
    assert "Another application of yours goes on" in queries.not_yet(cast.ann, NOW)
    actions.withdraw(by=cast.ann, now=NOW, application_id=ready.pk)
    assert queries.not_yet(cast.ann, NOW) == ""
    assert "You can begin a new one" in browser_of("ann").get(url("status", ready.pk)).content.decode()


def test_A1_in_a_later_intake_or_one_not_entered_nothing_stands_against_it(cast, ready):
    actions.decline(by=cast.olive, now=NOW, application_id=ready.pk, reasons="So.")
    following = queries.next_intake_of(ready)
    open_then = NOW.replace(year=following.opens_on.year, month=following.opens_on.month + 1)
    assert queries.not_yet(cast.ann, open_then) == "" == queries.not_yet(cast.ann, NOW.replace(year=2990))


# --- nudging whom one waits for (screens 1) ---


def whom_ann_waits_for(cast):
    [row] = queries.others_for(cast.ann, NOW.date())
    return row.waits.people if row.waits else row.nudged


def test_A2_an_applicant_nudges_a_supervisor_who_has_an_account_and_not_one_who_is_invited(cast, handed_over):
    assert whom_ann_waits_for(cast) == (cast.sam.pk,)
    page = browser(cast.ann).get(reverse("home:nudge", args=[f"applications.confirm:{handed_over.pk}"])).text
    assert "Sam Patel" in page and "Confirm your application" in page
    cast.sam.set_unusable_password()
    cast.sam.save(update_fields=["password"])
    assert whom_ann_waits_for(cast) == "They have not come in yet: the link in their invitation is the way"


def test_A4_an_applicant_does_not_nudge_the_office(cast, received):
    assert whom_ann_waits_for(cast) == "The scheme office sees it in its own list"
