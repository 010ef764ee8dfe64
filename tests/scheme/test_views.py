"""The office's pages of the scheme's own things: intakes, events, centres."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ctts.common import clock
from ctts.common.clock import london_date
from ctts.common.verdict import TooLate
from ctts.organisations import actions as organisations
from ctts.organisations.states import Kind, Nation
from ctts.scheme import actions, queries
from ctts.scheme.models import Accreditation, Intake, SchemeEvent, Scope
from ctts.scheme.rules import DEFAULTS, accreditation_light
from ctts.scheme.states import AccreditationState, IntakeState
from tests.cast import START, at
from tests.office import shown
from tests.worlds import built_once

pytestmark = pytest.mark.usefixtures("cast")


@built_once
def intake(cast):
    actions.prefill_intakes(by=None, now=clock.now())
    return Intake.objects.filter(opens_on__gt=london_date(clock.now())).first()


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


# --- intakes and events (I) ---


def fee(olive, intake, **given):
    url = page("fee", intake.pk)
    return olive.post(url, {**shown(olive, url), "net_pence": "2500.50", "vat_basis_points": "17.5", **given})


def test_I2_the_intakes_of_the_coming_years_are_entered_by_one_press(olive, cast):
    assert "No intake is entered yet" in olive.get(page("intakes")).text
    assert olive.post(page("prefill")).url == page("intakes")
    assert Intake.objects.count() == 12
    assert "there already" in olive.post(page("prefill"), follow=True).text


def test_I6_a_fee_is_typed_in_pounds_and_per_cent_and_kept_in_pence(olive, intake):
    assert fee(olive, intake).url == page("intake", intake.pk)
    kept = Intake.objects.get(pk=intake.pk)
    assert (kept.fee_net_pence, kept.vat_basis_points, kept.fee_gross_pence) == (250_050, 1750, 293_809)
    text = olive.get(page("intake", intake.pk)).text
    assert "£2,938.09" in text
    assert "17.50" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"net_pence": "-1"},
        {"net_pence": "0"},
        {"net_pence": "12.345"},
        {"net_pence": "1,000,000.01"},
        {"net_pence": "1e9"},
        {"net_pence": "1e5"},
        {"net_pence": ""},
        {"vat_basis_points": "101"},
    ],
)
def test_I6_a_wrong_amount_comes_back_beside_its_field(olive, intake, wrong):
    answer = fee(olive, intake, **wrong)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert "Ensure" not in answer.text


def test_a_page_that_shows_an_older_state_of_an_intake_changes_nothing(olive, cast, intake):
    url = page("fee", intake.pk)
    seen = shown(olive, url)["seen"]
    actions.set_fee(by=cast.oscar, now=clock.now(), intake_id=intake.pk, net_pence=100, vat_basis_points=0)
    assert fee(olive, intake, seen=seen).status_code == 409
    moved = olive.post(page("dates", intake.pk), {**shown(olive, page("dates", intake.pk)), "seen": seen})
    assert moved.status_code == 409
    assert Intake.objects.get(pk=intake.pk).fee_net_pence == 100


def test_I2_dates_move_in_their_order(olive, intake):
    url = page("dates", intake.pk)
    later = intake.induction_on + timedelta(days=3)
    for kind, title in (("induction", "Induction"), ("soft-skills", "Soft skills")):
        given = {"kind": kind, "title": title, "intake": intake.pk, "on": intake.induction_on}
        assert olive.post(reverse("training:event_add"), {**EVENT, **given}).status_code == 303
    asked = olive.get(url).text
    assert ("moves with the Induction Day" in asked, "stays as it is" in asked) == (True, True)
    assert reverse("training:office_events") in asked
    moved = olive.post(url, {**shown(olive, url), "induction_on": str(later)}, follow=True)
    assert "its events are" in moved.text
    assert intake.events.get(kind="induction").starts_at.date() == later
    assert intake.events.get(kind="soft-skills").starts_at.date() == intake.induction_on
    wrong = olive.post(url, {**shown(olive, url), "cutoff_on": "2099-01-01"})
    assert wrong.status_code == 422
    assert "follow each other" in wrong.text


def test_I6_an_intake_without_a_fee_is_closed_with_its_reason_and_opens_with_one(olive, intake):
    assert "Enter the fee first" in olive.get(page("intake", intake.pk)).text
    held = olive.get(page("open_intake", intake.pk))
    assert "This cannot be done now" in held.text
    assert olive.post(page("open_intake", intake.pk)).status_code == 422
    fee(olive, intake)
    assert "£2,938.09 with VAT" in olive.get(page("open_intake", intake.pk)).text
    assert "By itself it opens on" in olive.get(page("open_intake", intake.pk)).text  # before its first day (I2)
    assert olive.post(page("open_intake", intake.pk)).status_code == 303
    assert olive.post(page("open_intake", intake.pk)).status_code == 409
    late = olive.get(page("fee", intake.pk))
    assert late.status_code == 409 and "The fee is fixed once the intake is open." in late.text
    assert olive.post(page("fee", intake.pk)).status_code == 409
    assert Intake.objects.get(pk=intake.pk).state == IntakeState.OPEN


def test_I5_only_a_closed_intake_is_finished(olive, cast, intake):
    assert "Only a closed intake is finished" in olive.get(page("finish_intake", intake.pk)).text
    assert olive.post(page("finish_intake", intake.pk)).status_code == 409
    fee(olive, intake)
    actions.open_intake(by=None, now=clock.now(), intake_id=intake.pk)
    actions.close_intake(by=None, now=clock.now() + timedelta(days=800), intake_id=intake.pk)
    late = olive.get(page("dates", intake.pk))
    assert late.status_code == 409 and "move only until it is closed" in late.text
    assert "Finish it" in olive.get(page("intake", intake.pk)).text
    assert olive.post(page("finish_intake", intake.pk)).status_code == 303


EVENT = {"kind": "cpd", "title": "Imaging day", "on": "2027-06-01", "starts": "10:00", "ends": "12:30"}


def test_T9_an_event_is_entered_once_in_london_time(olive):
    added = olive.post(reverse("training:event_add"), EVENT)
    event = SchemeEvent.objects.get()
    assert (event.starts_at, added.url) == (at(2027, 6, 1, 9), reverse("training:office_event", args=[event.pk]))
    again = olive.post(reverse("training:event_add"), EVENT)
    assert again.status_code == 422
    assert "is entered already" in again.text
    assert "ends before it starts" in olive.post(reverse("training:event_add"), {**EVENT, "ends": "09:00"}).text
    assert "10:00 to 12:30" in olive.get(reverse("training:office_events")).text


def test_T9_a_time_that_the_clocks_leave_out_is_named(olive):
    given = {**EVENT, "on": "2027-03-28", "starts": "01:30", "ends": "02:00"}
    answer = olive.post(reverse("training:event_add"), given)
    assert answer.status_code == 422 and not SchemeEvent.objects.exists()
    assert answer.context["form"].errors["starts"] == ["The clocks leave this time out on that day. Choose another."]
    assert "ends" not in answer.context["form"].errors


def test_I6_the_office_is_told_of_an_intake_that_cannot_open_without_its_fee(olive, cast, intake):
    before = queries.duties_for(cast.olive, intake.opens_on - timedelta(days=29))
    assert all(row.about != str(intake) for row in before)
    told = queries.duties_for(cast.olive, intake.opens_on - timedelta(days=28))
    assert [row.what for row in told if row.about == str(intake)] == ["Enter the fee: the intake opens with it"]
    fee(olive, intake)
    told = queries.duties_for(cast.olive, intake.opens_on)
    assert all(row.about != str(intake) for row in told)
    assert queries.duties_for(cast.sam, intake.opens_on) == []
    assert queries.others_for(cast.olive, intake.opens_on) == []


# --- centres (C) ---


def applied(olive, cast, code="RT"):
    scope = Scope.objects.get(code=code)
    assert olive.post(page("apply", cast.leeds.pk), {"scope": scope.pk}).url == page("centre", cast.leeds.pk)
    return Accreditation.objects.get(organisation=cast.leeds, scope=scope)


def decide(olive, row, **given):
    url = page("decide", row.pk)
    return olive.post(url, {**shown(olive, url), "decision": "accredit", **given})


def test_C3_an_application_is_entered_once_and_waits_with_the_office(olive, cast):
    row = applied(olive, cast)
    assert olive.post(page("apply", cast.leeds.pk), {"scope": row.scope_id}).status_code == 409
    told = queries.duties_for(cast.oscar, date(2026, 5, 4))
    assert [(each.what, each.about) for each in told] == [
        ("Decide an accreditation", "Leeds Teaching Hospital, Radiotherapy Physics")
    ]
    assert olive.post(page("apply", cast.leeds.pk), {"scope": ""}).status_code == 422


def test_C1_an_accreditation_is_decided_with_conditions_suspended_and_withdrawn(olive, cast):
    row = applied(olive, cast)
    assert "Name the conditions." in decide(olive, row, decision="conditions").text
    assert "By when?" in decide(olive, row, decision="conditions", condition_1="A second supervisor.").text
    assert "Check the year" in decide(olive, row, ends_on="2099-11-01").text
    assert "Write what is to be met" in decide(olive, row, decision="conditions", due_2="2028-05-01").text
    named = {"condition_1": "A second supervisor.", "due_1": "2028-05-01"}
    assert decide(olive, row, decision="conditions", **named).status_code == 303
    assert "1. A second supervisor. (by 1\xa0May\xa02028)" in olive.get(page("centre", cast.leeds.pk)).text
    assert "keep training" in olive.get(page("suspend", row.pk)).text
    assert (
        olive.post(
            page("suspend", row.pk), {**shown(olive, page("suspend", row.pk)), "reason": "No supervisor."}
        ).status_code
        == 303
    )
    assert olive.get(page("suspend", row.pk)).status_code == 409
    assert "Not met yet: condition 1." in decide(olive, row).text
    assert decide(olive, row, decision="conditions").status_code == 303
    assert "Withdraw" in olive.get(page("withdraw", row.pk)).text
    typed = {**shown(olive, page("withdraw", row.pk)), "reason": "It closes."}
    assert olive.post(page("withdraw", row.pk), typed).status_code == 303
    assert olive.post(page("withdraw", row.pk)).status_code == 409
    assert olive.get(page("decide", row.pk)).status_code == 409


def test_C1_a_decision_on_an_older_state_or_with_wrong_dates_is_refused(olive, cast):
    row = applied(olive, cast)
    assert decide(olive, row, starts_on="2027-01-01", ends_on="2026-01-01").status_code == 422
    seen = shown(olive, page("decide", row.pk))
    actions.decide_accreditation(by=cast.oscar, now=clock.now(), accreditation_id=row.pk, accredit=True)
    assert (
        olive.post(
            page("decide", row.pk), {**seen, "decision": "conditions", "condition_1": "x", "due_1": "2028-05-01"}
        ).status_code
        == 409
    )
    late = olive.post(page("decide", row.pk), {**seen, "decision": "decline", "reason": "No."})
    assert late.status_code == 409 and "Yours was not taken. It is: Accredited." in late.text
    given = {"by": cast.oscar, "now": clock.now(), "accreditation_id": row.pk, "accredit": True}
    with pytest.raises(TooLate, match="It is: Accredited"):
        actions.decide_accreditation(**given, seen="applied")
    assert Accreditation.objects.get(pk=row.pk).state == AccreditationState.ACCREDITED


def test_C3_of_two_who_change_what_is_accredited_already_the_second_sees_the_first(olive, cast):
    row = applied(olive, cast)
    given = {"decision": "conditions", "condition_1": "A second supervisor.", "due_1": "2026-12-01"}
    assert decide(olive, row, **given).status_code == 303
    seen = shown(olive, page("decide", row.pk))
    first = {**seen, **given, "condition_1": "A list of equipment.", "ends_on": "2030-06-30"}
    assert olive.post(page("decide", row.pk), first).status_code == 303
    typed = {"condition_1": "A quality audit.", "due_1": "2026-11-30", "reason": "because", "ends_on": "2031-09-30"}
    late = olive.post(page("decide", row.pk), {**first, **typed})
    assert late.status_code == 409 and all(value in late.text for value in typed.values())
    assert Accreditation.objects.get(pk=row.pk).numbered_conditions.count() == 2


def test_C3_new_conditions_get_the_numbers_that_follow_and_a_reason_is_asked_where_it_is_needed(olive, cast):
    row = applied(olive, cast)
    first = olive.get(page("decide", row.pk)).text
    assert "Condition 4 is to be met by" in first and "Needed where you decline" in first
    for number in (1, 2):
        given = {"condition_1": f"Thing {number}.", "due_1": "2026-12-01"}
        assert decide(olive, row, decision="conditions", **given).status_code == 303
    text = olive.get(page("decide", row.pk)).text
    assert "Condition 3 is to be met by" in text and "Condition 6" in text and "Condition 1 is to" not in text
    assert "Needed where you decline" not in text and "Kept in the history of the accreditation" in text


def test_C1_a_declined_centre_may_apply_again(olive, cast):
    row = applied(olive, cast)
    assert "Say why" in decide(olive, row, decision="decline").text
    assert decide(olive, row, decision="decline", reason="Nobody trains there.").status_code == 303
    assert olive.post(page("apply", cast.leeds.pk), {"scope": row.scope_id}).status_code == 303


def test_C2_an_employer_has_a_page_and_no_accreditation(olive, cast):
    employer = organisations.open_organisation(
        by=None, now=START, code="EMP", name="Acme", kind=Kind.EMPLOYER, nation=Nation.ENGLAND, site_name="Works"
    )
    assert "An employer is not accredited" in olive.get(page("centre", employer.pk)).text
    assert olive.get(page("apply", employer.pk)).status_code == 404


LIGHTS = [
    (AccreditationState.APPLIED, None, "attention"),
    (AccreditationState.SUSPENDED, date(2030, 1, 1), "at_risk"),
    (AccreditationState.WITHDRAWN, date(2030, 1, 1), None),
    (AccreditationState.ACCREDITED, date(2026, 5, 3), "at_risk"),
    (AccreditationState.ACCREDITED, date(2026, 8, 4), "at_risk"),
    (AccreditationState.ACCREDITED, date(2026, 8, 5), "attention"),
    (AccreditationState.ACCREDITED, date(2027, 5, 4), "attention"),
    (AccreditationState.ACCREDITED, date(2027, 5, 5), "on_track"),
    (AccreditationState.CONDITIONS, date(2027, 5, 5), "attention"),
]


@pytest.mark.parametrize(("state", "ends_on", "key"), LIGHTS)
def test_C1_the_light_of_an_accreditation_follows_its_state_and_its_last_day(state, ends_on, key):
    found = accreditation_light(state, ends_on, date(2026, 5, 4), DEFAULTS)
    assert (found[0] if found else None) == key
