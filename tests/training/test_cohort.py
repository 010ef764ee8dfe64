"""Enrolling a whole intake in one press (E1, I5): who is shown, who is enrolled, what stops nobody else."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from applications import actions as applications
from applications.models import DecisionLetter
from ctts.accounts.actions import deactivate, reactivate
from ctts.audit.verification import verify
from ctts.common import clock
from ctts.common.runs import ItemState, progress
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from ctts.organisations.leaving import left_behind
from ctts.scheme import actions as scheme_actions
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import Accreditation
from tests.cast import at
from tests.make import open_intake
from tests.office import NAVIGATION, browser_of
from tests.training.world import ENROLLED, accepted, accepted_again, audit_of, handed_in
from training import actions, periodic, queries
from training.models import EnrolItem, EnrolRun, TrainingRecord


@pytest.fixture(autouse=True)
def on_the_day(before):
    """The clock stands at the morning of the enrolment date."""
    clock.set_offset(at=ENROLLED)


@pytest.fixture
def olive(before):
    """Olive's browser."""
    return browser_of(before.cast.olive)


def start(before, *applications, by=None, now=ENROLLED) -> EnrolRun:
    ids = [one.pk for one in applications or (before.tara, before.tom)]
    given = {"by": by or before.cast.olive, "now": now, "intake_id": before.intake.pk}
    return actions.start_enrol_run(**given, application_ids=ids)


def names() -> list[str]:
    return sorted(record.trainee.full_name for record in TrainingRecord.objects.all())


# --- the run ---


def test_e1_all_who_are_ready_are_enrolled_each_with_everything(before):
    run = start(before)
    assert names() == [], "it is the worker who enrols"
    assert periodic.enrol_cohort(ENROLLED) == 2
    assert names() == ["Tara Quinn", "Tom Eriksen"]
    assert Message.objects.filter(kind="training.welcome").count() == 2
    run.refresh_from_db()
    assert (run.finished_at, progress(run).done) == (ENROLLED, 2)
    assert audit_of(run) == ["training.enrol_run.started"]
    assert verify().faults == [] and broken_invariants() == []


def test_e1_nothing_is_done_while_no_run_goes_on(before):
    assert periodic.enrol_cohort(ENROLLED) == 0


def test_e1_whom_the_daily_job_was_quicker_with_counts_as_enrolled(before):
    run = start(before)
    actions.enrol(by=None, now=ENROLLED, application_id=before.tara.pk)
    assert periodic.enrol_cohort(ENROLLED) == 2
    assert (progress(run).done, TrainingRecord.objects.count()) == (2, 2)


def test_e1_one_who_cannot_be_enrolled_keeps_the_reason_and_stops_no_other(before):
    actions.enrol(by=None, now=ENROLLED, application_id=before.tara.pk)
    elsewhere, framework = open_intake(2026, 10), before.tara.competency_list.framework
    given = {"applied": at(2026, 5, 4), "now": at(2026, 6, 1)}
    again = accepted_again(before.tara, elsewhere)
    other = accepted(before.cast, before.cast.ann, before.cast.sam, framework, **given)
    run = start_elsewhere(before, elsewhere, again, other)
    assert periodic.enrol_cohort(at(2026, 10, 1, 6)) == 2
    assert run.items.get(application=other).state == ItemState.DONE
    item = run.items.get(application=again)
    assert (item.state, item.error) == (ItemState.FAILED, "This person is a trainee already.")


def start_elsewhere(before, intake, *applications):
    given = {"by": before.cast.olive, "now": at(2026, 10, 1, 6), "intake_id": intake.pk}
    return actions.start_enrol_run(**given, application_ids=[one.pk for one in applications])


def test_e1_a_run_that_was_stopped_is_taken_up_again(before):
    run = start(before)
    assert actions.cancel_enrol_run(by=before.cast.oscar, now=ENROLLED, run_id=run.pk) == 2
    assert periodic.enrol_cohort(ENROLLED) == 0 and names() == []
    assert actions.resume_enrol_run(by=before.cast.oscar, now=ENROLLED, run_id=run.pk) == 2
    assert periodic.enrol_cohort(ENROLLED) == 2 and len(names()) == 2
    assert audit_of(run) == [
        "training.enrol_run.started",
        "training.enrol_run.cancelled",
        "training.enrol_run.resumed",
    ]


def test_e1_one_run_of_an_intake_goes_on_at_a_time(before):
    run = start(before, before.tara)
    with pytest.raises(TooLate, match="being enrolled already"):
        start(before, before.tom)
    actions.cancel_enrol_run(by=before.cast.olive, now=ENROLLED, run_id=run.pk)
    start(before, before.tom)
    with pytest.raises(TooLate, match="being enrolled already"):
        actions.resume_enrol_run(by=before.cast.olive, now=ENROLLED, run_id=run.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolRun.objects.create(intake=before.intake, started_at=ENROLLED, started_by=before.cast.olive)


def test_e1_a_run_that_is_over_is_neither_stopped_nor_taken_up(before):
    run = start(before)
    periodic.enrol_cohort(ENROLLED)
    with pytest.raises(TooLate, match="already ended"):
        actions.cancel_enrol_run(by=before.cast.olive, now=ENROLLED, run_id=run.pk)
    with pytest.raises(TooLate, match="Nothing is left"):
        actions.resume_enrol_run(by=before.cast.olive, now=ENROLLED, run_id=run.pk)
    run.refresh_from_db()
    assert run.finished_at == ENROLLED


def test_e1_only_who_is_accepted_for_this_intake_is_put_on_a_run(before):
    with pytest.raises(Invalid, match="Nobody is on this list"):
        actions.start_enrol_run(by=before.cast.olive, now=ENROLLED, intake_id=before.intake.pk, application_ids=[])
    actions.enrol(by=None, now=ENROLLED, application_id=before.tom.pk)
    with pytest.raises(TooLate, match="cannot be enrolled any more"):
        start(before)
    with pytest.raises(TooLate, match="cannot be enrolled any more"):
        start_elsewhere(before, open_intake(2026, 10), before.tara)
    assert not EnrolRun.objects.exists()


def test_i5_nobody_is_put_on_a_run_before_the_enrolment_date(before):
    with pytest.raises(TooLate, match="enrols from 1 April 2026"):
        start(before, now=at(2026, 3, 31, 12))


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "tara", "nobody"])
def test_e1_only_the_office_runs_the_enrolment(before, who):
    person, run = getattr(before.cast, who), start(before)
    with pytest.raises(NotAllowed):
        start(before, by=person)
    for step in (actions.cancel_enrol_run, actions.resume_enrol_run):
        with pytest.raises(NotAllowed):
            step(by=person, now=ENROLLED, run_id=run.pk)
    assert not queries.enrol_runs_visible_to(person, ENROLLED.date()).exists()
    assert not queries.memberships_of(person, before.intake, ENROLLED.date()).exists()


# --- the pages ---


def address(name, *args):
    return reverse(f"training:{name}", args=args)


def page(client, name, *args):
    response = client.get(address(name, *args))
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_e1_the_cohort_says_who_is_ready_and_leads_to_enrolling_them(before, olive):
    text = page(olive, "cohort", before.intake.pk)
    assert "Enrol 2 applicants" in text and address("enrol_cohort", before.intake.pk) in text
    actions.enrol(by=None, now=ENROLLED, application_id=before.tara.pk)
    assert "Enrol 1 applicant<" in page(olive, "cohort", before.intake.pk)


def test_e1_the_preview_names_everybody_and_shows_the_mail(before, olive):
    text = page(olive, "enrol_cohort", before.intake.pk)
    for words in ("Tara Quinn", "Tom Eriksen", "training from 1 April 2026", "Welcome to the scheme", "Induction day"):
        assert words in text
    assert "(the address of the training record)" in text and "/training/0/" not in text


def test_e1_what_waits_about_a_purchase_order_is_said_and_holds_nobody_up(before, olive):
    order = before.tara.purchase_orders.get()
    given = {"by": before.cast.olive, "now": ENROLLED, "application_id": before.tara.pk, "reason": "Taken back."}
    applications.cancel_purchase_order(**given, purchase_order_id=order.pk)
    note = "The purchase order was cancelled and another is not there yet"
    assert f"{note}. It holds up no enrolment." in page(olive, "cohort", before.intake.pk)
    for text in (page(olive, "enrol_cohort", before.intake.pk), page(olive, "enrol", before.tara.pk)):
        assert f"Enrolled all the same ({note}):" in text
    start(before)
    assert periodic.enrol_cohort(ENROLLED) == 2


def test_c1_e5_an_accreditation_and_a_supervisors_access_that_have_ended_since_are_said(before, olive):
    Accreditation.objects.filter(organisation=before.tara.centre).update(ends_on=ENROLLED.date() - timedelta(days=1))
    note = f"{before.tara.centre} is not accredited for {before.tara.scope} at present"
    assert f"{note}. It holds up no enrolment." in page(olive, "cohort", before.intake.pk)
    assert f"Enrolled all the same ({note}):" in page(olive, "enrol_cohort", before.intake.pk)
    deactivate(person=before.tara.supervisor, reason="Left.", by=before.cast.oscar, now=ENROLLED)
    assert "no Training Supervisor is appointed" in page(olive, "enrol_cohort", before.intake.pk)
    start(before)
    assert periodic.enrol_cohort(ENROLLED) == 2


def test_e1_the_preview_says_who_is_not_enrolled_and_why(before, olive):
    clock.set_offset(at=at(2026, 3, 31, 12))
    text = page(olive, "enrol_cohort", before.intake.pk)
    assert "Nobody of this intake can be enrolled now." in text
    assert "<strong>Tara Quinn</strong>: April 2026 enrols from 1 April 2026</li>" in text


def test_e1_the_preview_names_the_state_of_who_is_not_accepted(before, olive):
    framework = before.tara.competency_list.framework
    handed_in(before.cast, before.cast.ann, before.cast.sam, framework)
    text = page(olive, "enrol_cohort", before.intake.pk)
    assert "<strong>Ann Archer</strong>: “Received”</li>" in text and "Enrol 2 applicants" in text
    assert text.index("What will happen") < text.index("Who is not enrolled") < text.index("“Received”")


def test_I3_e1_without_an_induction_the_office_reads_that_nobody_is_invited_and_enters_it(before, olive):
    pages = [("cohort", before.intake.pk), ("enrol_cohort", before.intake.pk), ("enrol", before.tara.pk)]
    assert not any("Enter the Induction Day" in page(olive, *one) for one in pages)
    for event in before.intake.events.filter(kind="induction"):
        scheme_actions.call_off_event(by=before.cast.olive, now=ENROLLED, event_id=event.pk, because="Ill")
    where = f"{address('event_add')}?intake={before.intake.pk}&amp;kind=induction&amp;on={before.intake.induction_on}"
    assert all(where in page(olive, *one) for one in pages)
    form = olive.get(where.replace("&amp;", "&")).context["form"]
    given = [str(form[name].value()) for name in ("kind", "intake", "on")]
    assert given == ["induction", str(before.intake.pk), str(before.intake.induction_on)]
    told = "Enter the Induction Day: whoever is enrolled is invited to it"
    assert told in [row.what for row in scheme_queries.duties_for(before.cast.olive, ENROLLED.date())]


def test_e1_one_press_starts_the_run_for_exactly_those_shown(before, olive):
    sent = {"application": [before.tara.pk]}
    answer = olive.post(address("enrol_cohort", before.intake.pk), sent)
    run = EnrolRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, address("enrol_run", run.pk))
    assert list(run.items.values_list("application", flat=True)) == [before.tara.pk]
    text = page(olive, "enrol_run", run.pk)
    assert "Enrolling 1 applicant" in text and "Tara Quinn" in text and "None yet" in text
    periodic.enrol_cohort(ENROLLED)
    text = page(olive, "enrol_run_progress", run.pk)
    assert "1 of 1 enrolled." in text and address("record", TrainingRecord.objects.get().pk) in text


@pytest.mark.parametrize(("sent", "status"), [({}, 422), ({"application": ["0"]}, 422), ({"application": ["x"]}, 422)])
def test_e1_a_form_that_was_tampered_with_starts_nothing(before, olive, sent, status):
    answer = olive.post(address("enrol_cohort", before.intake.pk), sent)
    assert answer.status_code == status and not EnrolRun.objects.exists()


def test_e1_a_second_press_and_a_list_that_is_over_are_told(before, olive):
    sent = {"application": [before.tara.pk, before.tom.pk]}
    olive.post(address("enrol_cohort", before.intake.pk), sent)
    assert olive.post(address("enrol_cohort", before.intake.pk), sent).status_code == 409
    periodic.enrol_cohort(ENROLLED)
    assert olive.post(address("enrol_cohort", before.intake.pk), sent).status_code == 409
    assert EnrolItem.objects.count() == 2


def test_e1_a_run_is_stopped_and_taken_up_again_by_its_page(before, olive):
    run = start(before)
    before_it = page(olive, "cancel_enrol_run", run.pk)
    assert "2 applicants" in before_it and "goes on to enrol by itself whoever is accepted" in before_it
    assert olive.post(address("cancel_enrol_run", run.pk)).status_code == 303
    assert "Take up again who was not enrolled" in page(olive, "enrol_run", run.pk)
    page(olive, "resume_enrol_run", run.pk)
    assert olive.post(address("resume_enrol_run", run.pk)).status_code == 303
    assert progress(run).waiting == 2


def test_e1_while_a_run_goes_on_the_cohort_leads_to_it(before, olive):
    run = start(before, before.tara)
    text = page(olive, "cohort", before.intake.pk)
    assert "See how far the enrolment is" in text and "Enrol 1 applicant<" not in text
    assert address("enrol_run", run.pk) in text


def test_e1_what_is_over_is_neither_stopped_nor_taken_up_by_a_page(before, olive):
    run = start(before)
    assert olive.get(address("resume_enrol_run", run.pk)).status_code == 409
    periodic.enrol_cohort(ENROLLED)
    for name in ("cancel_enrol_run", "resume_enrol_run"):
        assert olive.get(address(name, run.pk)).status_code == olive.post(address(name, run.pk)).status_code == 409


def test_e1_a_refused_list_comes_back_as_it_is_now(before, olive):
    answer = olive.post(address("enrol_cohort", before.intake.pk), {"application": ["0"]})
    shown = answer.context["confirm"].form
    assert answer.status_code == 422 and "did not apply for this intake" in answer.content.decode()
    assert shown["application"].value() == [before.tara.pk, before.tom.pk]


def test_e1_a_failed_applicant_stands_with_the_reason(before, olive):
    run = start(before)
    run.items.filter(application=before.tom).update(state="failed", error="A fault of ours.", ended_at=ENROLLED)
    periodic.enrol_cohort(ENROLLED)
    text = page(olive, "enrol_run", run.pk)
    assert "1 could not be done; the reason stands below." in text and "A fault of ours." in text


def test_d3_the_associate_members_of_an_intake_are_a_file(before, olive):
    start(before)
    periodic.enrol_cohort(ENROLLED)
    assert address("memberships", before.intake.pk, "xlsx") in page(olive, "cohort", before.intake.pk)
    sheet = load_workbook(BytesIO(olive.get(address("memberships", before.intake.pk, "xlsx")).content)).active
    rows = list(sheet.values)
    assert rows[0][1:] == (
        "Name", "E-mail", "Scope of practice", "Training Centre", "Associate Member from", "until"
    )  # fmt: skip
    assert [row[1] for row in rows[1:]] == ["Tara Quinn", "Tom Eriksen"]
    assert rows[1][5].date().isoformat() == "2026-04-01" and rows[1][6] is None
    assert olive.get(address("memberships", before.intake.pk, "pdf")).status_code == 404


def test_unknown_intakes_and_runs_do_not_exist(olive):
    for name in ("cohort", "enrol_cohort", "enrol_run", "enrol_run_progress", "cancel_enrol_run", "resume_enrol_run"):
        assert olive.get(address(name, 999_999)).status_code == 404
    assert olive.get(address("memberships", 999_999, "csv")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_for_every_number_of_applicants(before, olive, rows, django_assert_num_queries):
    framework = before.tara.competency_list.framework
    extra = [before.cast.ann, before.cast.abe][: rows - 1]
    more = [accepted(before.cast, person, before.cast.sam, framework) for person in extra]
    actions.enrol(by=None, now=ENROLLED, application_id=before.tom.pk)
    stopped = start(before, before.tara, *more)
    actions.cancel_enrol_run(by=before.cast.olive, now=ENROLLED, run_id=stopped.pk)
    intake, run = before.intake.pk, start(before, before.tara, *more)
    costs = {
        "training:enrol_cohort": ([intake], 20),
        "training:enrol": ([before.tara.pk], 16),
        "training:memberships": ([intake, "csv"], 5),
        "training:enrol_run": ([run.pk], 6),
        "training:enrol_run_progress": ([run.pk], 6),
        "training:resume_enrol_run": ([stopped.pk], 6),
        "training:cancel_enrol_run": ([run.pk], 6),
    }
    for name, (args, count) in costs.items():
        with django_assert_num_queries(NAVIGATION + count, info=name):
            assert olive.get(reverse(name, args=args)).status_code == 200


# --- who would be enrolled without hearing of it (E1, A4) ---


def test_e1_whose_access_has_ended_is_not_enrolled_until_it_is_given_again(before, olive):
    [left] = [
        one.words for one in left_behind(before.tara.applicant, at(2026, 3, 20).date()) if "accepted" in one.words
    ]
    assert "accepted for April 2026 and would be enrolled on 1\xa0April\xa02026" in left
    deactivate(person=before.tara.applicant, reason="Left.", by=before.cast.oscar, now=ENROLLED)
    why = "They have no access any more: nothing of the enrolment reaches them. Give it again first"
    assert why in page(olive, "cohort", before.intake.pk)
    assert f"<strong>Tara Quinn</strong>: {why}</li>" in page(olive, "enrol_cohort", before.intake.pk)
    with pytest.raises(TooLate, match="no access any more"):
        start(before)
    assert (periodic.enrol(ENROLLED), names()) == (1, ["Tom Eriksen"])
    reactivate(person=before.tara.applicant, reason="Back.", by=before.cast.oscar, now=ENROLLED)
    assert (periodic.enrol(ENROLLED), names()) == (1, ["Tara Quinn", "Tom Eriksen"])


def test_a4_a_letter_of_acceptance_on_hold_is_said_and_can_be_sent_from_there(before, olive):
    letter = before.tara.decisions.get().letter
    DecisionLetter.objects.filter(pk=letter.pk).update(hold=True)
    note = "The letter of acceptance is on hold: no mail has told them so far that they are accepted"
    send = reverse("applications:send_letter", args=[before.tara.pk, letter.decision_id])
    text = page(olive, "cohort", before.intake.pk)
    assert f"{note}. It holds up no enrolment." in text and send in text
    for name, pk in (("enrol_cohort", before.intake.pk), ("enrol", before.tara.pk)):
        text = page(olive, name, pk)
        assert f"Enrolled all the same ({note}):" in text and "A letter of acceptance is on hold. Send it first" in text
    assert "Send it first" not in page(olive, "enrol", before.tom.pk)
    actions.enrol(by=None, now=ENROLLED, application_id=before.tara.pk)
    text = page(olive, "cohort", before.intake.pk)
    assert f"{note}.</p>" in text and send in text and olive.get(send).status_code == 200


def test_a3f_that_no_order_counts_for_somebody_enrolled_stays_to_be_seen(before, olive):
    order = before.tara.purchase_orders.get()
    given = {"by": before.cast.olive, "now": ENROLLED, "application_id": before.tara.pk, "reason": "Taken back."}
    applications.cancel_purchase_order(**given, purchase_order_id=order.pk)
    orders = reverse("applications:orders")
    assert "no order counts" not in olive.get(orders).text
    actions.enrol(by=None, now=ENROLLED, application_id=before.tara.pk)
    told = "Enrolled, and no purchase order counts: settle the fee with the employer."
    assert f"{told}</p>" in page(olive, "cohort", before.intake.pk)
    assert olive.get(orders).text.count("no order counts") == 1
    assert "no order counts" in olive.get(reverse("applications:export_orders", args=["csv"])).content.decode()
