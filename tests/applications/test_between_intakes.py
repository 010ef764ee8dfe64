"""What waits while intakes change: it opens by itself, comes back when it is no longer whole, and says so (A2, I2, I4,
I5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import actions, periodic, queries
from applications.models import Application
from applications.states import ApplicationState as S
from ctts.accounts.actions import deactivate
from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.common.verdict import Invalid, TooLate
from ctts.notifications.models import Message
from ctts.scheme import actions as scheme
from ctts.scheme.models import Intake
from ctts.scheme.states import IntakeState
from tests.applications import world
from tests.applications.test_late import give
from tests.applications.world import NOW
from tests.cast import at
from tests.office import NAVIGATION, browser_of, shown

CUT_OFF = at(2026, 9, 30, 23, 0, 0)  # midnight in London: 1 October


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def april() -> Intake:
    return Intake.objects.get(year=2027, month=4)


def with_fee(net_pence=250_000) -> Intake:
    scheme.set_fee(by=None, now=NOW, intake_id=april().pk, net_pence=net_pence, vat_basis_points=2000)
    return april()


def told(kind) -> list[str]:
    rows = Message.objects.filter(kind=f"applications.{kind}").order_by("pk").select_related("to")
    return [row.to.full_name.split()[0] for row in rows]


# --- an intake opens by itself (I2, I6) ---


def test_I6_an_intake_opens_on_its_first_day_in_london_once_its_fee_is_there(cast):
    assert periodic.open_intakes(CUT_OFF) == 0  # nobody has set the fee
    waits = "are not open yet; they open"
    assert f"{waits} once the scheme office has set the fee" in queries.not_open_yet(april(), london_date(CUT_OFF))
    with_fee()
    assert f"{waits} within a few minutes" in queries.not_open_yet(april(), london_date(CUT_OFF))
    assert periodic.open_intakes(CUT_OFF - timedelta(seconds=1)) == 0
    assert periodic.open_intakes(CUT_OFF) == 1
    assert (april().state, periodic.open_intakes(CUT_OFF)) == (IntakeState.OPEN, 0)


def test_I6_an_intake_whose_cut_off_is_over_stays_as_it_is(cast):
    with_fee()
    assert periodic.open_intakes(at(2027, 4, 1)) == 0
    assert april().state == IntakeState.PLANNED


# --- moved late, moved once (I5) ---


def test_I5_a_move_that_runs_half_a_year_late_goes_to_the_intake_that_is_next_by_then(cast):
    application = world.start(cast)
    periodic.close_intakes(at(2027, 4, 2))
    assert str(world.refresh(application).intake) == "October 2027"
    assert told("rolled_over") == ["Ann"]


# --- no longer whole, back with the applicant (A2, A3 f) ---


def test_A3f_what_waits_with_too_small_an_order_is_the_applicants_again(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    assert periodic.reopen_incomplete(CUT_OFF) == 0  # the fee is not known yet
    with_fee(260_000)
    assert periodic.reopen_incomplete(CUT_OFF) == 1
    application = world.refresh(handed_over)
    assert (application.state, application.competency_list.frozen_at) == (S.DRAFT, None)
    assert told("reopened") == ["Ann", "Sam"]
    mail = Message.objects.filter(kind="applications.reopened", to=cast.ann).get()
    assert "£120.00 short of the fee" in mail.text
    assert AuditEvent.objects.get(action="applications.application.reopen").role == "calendar"
    history = [entry.what for entry in queries.history_of(application)]
    assert "Gave it back to the applicant: it was no longer whole" in history
    assert periodic.reopen_incomplete(CUT_OFF) == 0


def test_A3f_the_office_reads_whom_the_fee_hits_once_it_is_set_and_before_an_intake_opens(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    olive, page = browser_of(cast.olive), reverse("scheme:fee", args=[april().pk])

    def set_fee(pounds):
        fields = {**shown(olive, page), "net_pence": pounds, "vat_basis_points": "20"}
        return olive.post(page, fields, follow=True).text

    assert "does not cover the fee" in set_fee("2600") and "Ann Archer" in set_fee("2601")
    before = olive.get(reverse("scheme:open_intake", args=[april().pk])).text
    assert "both sides are mailed" in before and "Ann Archer" in before and "Nobody is mailed" not in before
    assert "does not cover the fee" not in set_fee("2500")
    assert "Nobody is mailed" in olive.get(reverse("scheme:open_intake", args=[april().pk])).text


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "number"), [("scheme:fee", 5), ("scheme:open_intake", 6)])
def test_pages_of_a_fee_cost_the_same_however_many_it_hits(cast, name, number, rows, django_assert_num_queries):
    for place in ("leeds", "bristol")[:rows]:  # two people apply in this cast
        world.handed_over(cast, place)
    periodic.close_intakes(CUT_OFF)
    address, olive = reverse(name, args=[with_fee(260_000).pk]), browser_of(cast.olive)
    olive.get(reverse("accounts:profile"))
    with django_assert_num_queries(number + NAVIGATION):
        olive.get(address)


def test_A3f_a_supervisor_who_has_left_hears_nothing_of_it(cast, handed_over):
    periodic.close_intakes(CUT_OFF)
    with_fee(260_000)
    deactivate(person=cast.sam, reason="Left.", by=cast.olive, now=NOW)
    assert (periodic.reopen_incomplete(CUT_OFF), told("reopened")) == (1, ["Ann"])


def test_I1_nothing_is_received_for_months_for_which_no_intake_is_entered(handed_over):
    with pytest.raises(Invalid, match="No intake is entered after October 2026"):
        world.confirm(handed_over, now=NOW.replace(year=2990))
    assert queries.not_open_for(world.refresh(handed_over), NOW.replace(year=2990)) == ""


def test_A3f_what_is_whole_or_does_not_wait_stays_where_it_is(cast, handed_over):
    given = {"by": None, "now": NOW}
    assert not actions.reopen_incomplete(**given, application_id=handed_over.pk)
    draft = world.start(cast, "bristol")
    assert not actions.reopen_incomplete(**given, application_id=draft.pk)
    assert world.refresh(handed_over).state == S.AWAITING_SUPERVISOR


def test_A2_whose_supervisor_has_left_hears_of_it_once(cast, handed_over):
    deactivate(person=cast.sam, reason="Left.", by=cast.olive, now=NOW)
    assert periodic.remind_supervisors(NOW) == 1
    periodic.remind_supervisors(NOW + timedelta(days=8))
    assert (told("supervisor_lost"), told("supervisor_reminded")) == (["Ann"], [])
    assert queries.awaited(world.refresh(handed_over)) == cast.ann
    olive = browser_of(cast.olive)
    page = browser_of(cast.ann).get(url("status", handed_over.pk)).text
    assert "You take the application back" in page and "reads the application and confirms" not in page
    assert "Its Training Supervisor has left" in olive.get(url("desk") + "?state=awaiting_supervisor").text
    chased = olive.get(url("chase", handed_over.pk)).text
    assert "Remind Ann Archer" in chased and "has no access to the system any more" in chased


def test_A2_a_closed_account_is_neither_named_nor_handed_to(cast, filled):
    deactivate(person=cast.sam, reason="Left.", by=cast.olive, now=NOW)
    ann = browser_of(cast.ann)
    for name in ("form", "hand_over"):
        page = ann.get(url(name, filled.pk)).text
        assert "This address cannot be used here" in page and "Hand it over</button>" not in page
    assert ann.post(url("hand_over", filled.pk)).status_code == 422
    given = {"by": cast.ann, "now": NOW, "application_id": filled.pk}
    with pytest.raises(Invalid, match="This address cannot be used here"):
        actions.name_supervisor(**given, name="Sam Patel", email=cast.sam.email)


# --- not open yet (I2) ---


def test_I2_supervisor_and_applicant_read_before_any_press_that_nothing_is_received_yet(cast, handed_over, browser_of):
    periodic.close_intakes(CUT_OFF)
    sam, ann = browser_of("sam"), browser_of("ann")
    with_clock = Application.objects.filter(pk=handed_over.pk)
    words = "Applications for April 2027 are not open yet"
    assert words in queries.not_open_for(with_clock.get(), CUT_OFF)
    Intake.objects.filter(pk=with_clock.get().intake_id).update(opens_on=NOW.date() + timedelta(days=3))
    later = Intake.objects.get(year=2026, month=10)
    Intake.objects.filter(pk=later.pk).update(opens_on=at(2026, 4, 1).date(), cutoff_on=at(2026, 4, 2).date())
    page = sam.get(url("confirm", handed_over.pk)).text
    assert words in page and "Return it to the applicant" in page and "Confirm and sign" not in page
    pressed = sam.post(url("confirm", handed_over.pk), {"level_six": "A project in year two.", "seen": "x" * 64})
    assert pressed.status_code == 422 and "A project in year two." in pressed.text and "What you typed" in pressed.text
    assert words in ann.get(url("status", handed_over.pk)).text


# --- a late answer (I4) ---


def test_I4_whoever_answers_late_reads_first_where_that_leads_and_is_told_after(cast, in_review, browser_of):
    asked = world.ask(cast, in_review, NOW - timedelta(days=20))
    ann, page = browser_of("ann"), url("answer", asked.pk)
    Intake.objects.filter(pk=asked.intake_id).update(cutoff_on=NOW.date() - timedelta(days=1))
    Intake.objects.filter(pk=april().pk).update(opens_on=NOW.date())
    with_fee(260_000)
    text = ann.get(page).text
    assert "That day is over" in text and "belongs to the <strong>April 2027</strong> intake then" in text
    assert "£120.00 short of it" in text and url("part", asked.pk, "purchase_order") in text


# --- who trains, who comes late (A1, I5) ---


def test_A1_a_trainee_begins_no_second_application(cast, ready, browser_of):
    actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    actions.mark_enrolled(by=None, now=NOW, application_id=ready.pk)
    assert "You are a trainee of the scheme" in browser_of("ann").get(url("mine")).text
    with pytest.raises(TooLate, match="You are a trainee of the scheme"):
        actions.start_application(by=cast.ann, now=NOW)


def test_I5_whoever_was_given_a_code_begins_while_no_intake_is_open(cast, browser_of):
    periodic.close_intakes(CUT_OFF)
    given = {"by": cast.ann, "now": CUT_OFF}
    with pytest.raises(Invalid, match="not open yet"):
        actions.start_application(**given)
    _, code = give(cast)
    assert "You were given a code for a late entry" in browser_of("ann").get(url("mine")).text
    application = actions.start_application(**given)
    late = actions.use_late_code(by=cast.ann, now=CUT_OFF, application_id=application.pk, code=code)
    assert str(late.intake) == "October 2026"
    assert not queries.has_late_code(cast.ann, CUT_OFF.date())


def test_A6_what_is_deferred_goes_to_the_intake_that_its_page_named(cast, in_review):
    """Ann was declined for April 2027 before: one application a person and intake, so October follows."""
    same = {
        name: getattr(in_review, name) for name in ("centre", "scope", "competency_list", "applicant", "supervisor")
    }
    same |= {"wants_adjustments": False, "started_at": NOW, "received_at": NOW, "counts_from": NOW}
    Application.objects.create(**same, state=S.DECLINED, intake=april())
    named = browser_of(cast.olive).get(url("defer", in_review.pk)).text
    actions.defer(by=cast.olive, now=NOW, application_id=in_review.pk)
    assert str(world.refresh(in_review).intake) == "October 2027"
    assert "October 2027" in named and "April 2027" not in named
