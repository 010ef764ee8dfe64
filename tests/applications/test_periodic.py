"""What the calendar owes: cut-offs around the change of the clocks, reminders, letters (I5, A4)."""

from datetime import date, timedelta

import pytest

from applications import actions, periodic, queries
from applications.models import Application, Decision, DecisionLetter
from applications.states import ApplicationState
from ctts.audit.models import AuditEvent
from ctts.notifications.models import Message, ReminderStep
from ctts.scheme.models import Intake
from tests.applications import world
from tests.applications.test_handing_in import open_all
from tests.applications.world import NOW
from tests.cast import at

S = ApplicationState
# Midnight in London: summer time is an hour ahead.
LAST_SECOND, TOO_LATE = (
    at(2026, 9, 30, 22, 59, 59),
    at(2026, 9, 30, 23, 0, 0),
)


def mails(kind):
    rows = Message.objects.filter(kind=f"applications.{kind}").order_by("pk").select_related("to")
    return [row.to.full_name.split()[0] for row in rows]


def test_I2_the_calendar_keeps_intakes_entered_five_years_ahead(cast):
    assert periodic.prefill_intakes(at(2028, 1, 2)) > 0
    assert periodic.prefill_intakes(at(2028, 1, 2)) == 0
    assert Intake.objects.filter(year=2033, month=10).exists()


def test_I5_the_intake_is_open_to_the_last_second_of_its_day_in_london(cast):
    application = world.start(cast)
    assert periodic.close_intakes(LAST_SECOND) == 0
    assert str(world.refresh(application).intake) == "October 2026"
    assert periodic.close_intakes(TOO_LATE) == 2
    assert str(world.refresh(application).intake) == "April 2027"
    assert Intake.objects.get(year=2026, month=10).state == "closed"


def test_I5_the_spring_cut_off_lies_in_summer_time_too(cast):
    open_all()
    periodic.close_intakes(TOO_LATE)
    application = world.start(cast, now=at(2026, 11, 2))
    assert periodic.close_intakes(at(2027, 3, 31, 22, 59, 59)) == 0
    assert periodic.close_intakes(at(2027, 3, 31, 23, 0, 0)) == 2
    assert str(world.refresh(application).intake) == "October 2027"


def test_I5_drafts_and_those_that_wait_roll_over_and_undecided_ones_stay(cast, handed_over):
    draft, decided = handed_over, world.received(cast, "bristol")
    periodic.close_intakes(TOO_LATE)
    assert str(world.refresh(draft).intake) == "April 2027"
    assert str(world.refresh(decided).intake) == "October 2026"
    assert mails("rolled_over") == ["Ann", "Sam"]
    event = AuditEvent.objects.get(action="applications.application.rolled_over")
    assert (event.role, set(event.before), set(event.after)) == ("calendar", {"intake"}, {"intake"})


def test_I5_closing_twice_late_or_again_changes_nothing_more(cast):
    world.start(cast)
    periodic.close_intakes(TOO_LATE)
    assert periodic.close_intakes(TOO_LATE) == 0
    assert periodic.close_intakes(at(2026, 12, 24)) == 0
    assert mails("rolled_over") == ["Ann"]


def test_I5_one_that_cannot_move_keeps_no_other_back(cast, caplog):
    stuck, other = world.start(cast), world.start(cast, "bristol")
    last = Intake.objects.order_by("enrolment_on").last()
    april = Intake.objects.get(year=last.year, month=4)
    later = at(last.year, 4, 1)
    Application.objects.filter(pk=stuck.pk).update(intake=last, late_until_on=april.cutoff_on)
    Application.objects.filter(pk=other.pk).update(intake=april)
    assert periodic.close_intakes(later) == 2  # the open intake of 2026, and Abe's application once
    assert world.refresh(stuck).intake == last
    assert "did not move to the next intake" in caplog.text


def test_I5_an_application_not_due_is_left_alone(cast):
    application = world.start(cast)
    assert actions.roll_over(by=None, now=NOW, application_id=application.pk).intake == application.intake
    other = world.received(cast, "bristol")
    assert actions.roll_over(by=None, now=TOO_LATE, application_id=other.pk).intake == other.intake


@pytest.mark.parametrize(
    ("today", "steps"),
    [
        (date(2026, 9, 1), []),
        (date(2026, 9, 2), ["28"]),
        (date(2026, 9, 23), ["7"]),
        (date(2026, 9, 28), ["7"]),
        (date(2026, 9, 29), ["1"]),
        (date(2026, 9, 30), ["1"]),
        (date(2026, 10, 1), []),
    ],
)
def test_I5_the_step_of_the_day_is_sent_once_and_missed_ones_never(cast, today, steps):
    world.start(cast)
    now = at(today.year, today.month, today.day, 8)
    for _ in range(2):
        periodic.remind_of_cutoff(now)
    assert [step.key.rsplit(":", 1)[1] for step in ReminderStep.objects.all()] == steps
    assert mails("cutoff_reminder") == ["Ann"] * len(steps)


def test_I5_a_cut_off_that_moved_is_reminded_of_anew(cast):
    """They were told of 30 September; then the office moved it to 31 October."""
    application = world.start(cast)
    periodic.remind_of_cutoff(at(2026, 9, 2, 8))
    Intake.objects.filter(pk=application.intake_id).update(cutoff_on=date(2026, 10, 31), enrolment_on=date(2026, 11, 1))
    for _ in range(2):
        periodic.remind_of_cutoff(at(2026, 10, 3, 8))
    assert mails("cutoff_reminder") == ["Ann", "Ann"]
    assert "31\xa0October\xa02026" in Message.objects.latest("pk").text


def test_I5_the_supervisor_is_reminded_while_it_waits_for_them_and_nobody_after(cast, handed_over):
    world.received(cast, "bristol")
    assert periodic.remind_of_cutoff(at(2026, 9, 2, 8)) == 2
    assert mails("cutoff_reminder") == ["Ann", "Sam"]
    to_ann = Message.objects.get(kind="applications.cutoff_reminder", to=cast.ann).text
    assert "it waits for Sam Patel to confirm it" in to_ann


def test_I5_who_began_after_the_step_is_not_reminded_of_it(cast):
    world.start(cast, now=at(2026, 9, 10))
    assert periodic.remind_of_cutoff(at(2026, 9, 11, 8)) == 0
    assert periodic.remind_of_cutoff(at(2026, 9, 23, 8)) == 1


def test_I5_an_application_handed_in_meanwhile_is_not_reminded(received):
    application = received
    assert actions.remind_of_cutoff(by=None, now=at(2026, 9, 2), application_id=application.pk) == 0


def test_A4_letters_that_are_owed_are_made_with_the_real_printer_and_mailed(cast, ready):
    decisions = [actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)]
    other = world.in_review(cast, "bristol")
    decisions.append(actions.decline(by=cast.olive, now=NOW, application_id=other.pk, reasons="No degree."))
    assert [found.pk for found in queries.letters_owed()] == [found.pk for found in decisions]
    assert periodic.make_letters(NOW) == 2
    assert periodic.make_letters(NOW) == 0
    assert DecisionLetter.objects.filter(document__pages=1).count() == 2
    assert mails("accepted") == ["Ann"] and mails("declined") == ["Abe"]


@pytest.mark.logs_errors
def test_A4_a_letter_that_cannot_be_made_keeps_no_other_back(cast, ready, settings, tmp_path):
    application = ready
    actions.accept(by=cast.olive, now=NOW, application_id=application.pk)
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    settings.STORAGE_URL = f"file://{blocked}/below"
    assert periodic.make_letters(NOW) == 0
    assert Decision.objects.get() in queries.letters_owed()


# --- supervisors who have not answered ---


@pytest.mark.parametrize(
    ("days", "steps"),
    [([6], []), ([7], ["7"]), ([7, 8, 13], ["7"]), ([7, 14, 21, 60], ["7", "14", "21"]), ([20], ["7", "14"])],
)
def test_A2_a_supervisor_who_has_not_answered_is_reminded_once_for_each_step(cast, handed_over, days, steps):
    for day in days:
        for _ in range(2):
            periodic.remind_supervisors(NOW + timedelta(days=day))
    assert [step.key.rsplit(":", 1)[1] for step in ReminderStep.objects.order_by("pk")] == steps
    sent = 1 if days == [20] else len(steps)  # a calendar that slept sends the latest only
    assert mails("supervisor_reminded") == ["Sam"] * sent


def test_A2_who_has_answered_is_not_reminded_and_a_new_hand_over_begins_anew(cast, handed_over):
    periodic.remind_supervisors(NOW + timedelta(days=7))
    back = {"reason": "Please look again.", "seen": queries.shown_digest(handed_over), "authentication": world.proof()}
    later = NOW + timedelta(days=8)
    actions.return_to_applicant(by=cast.sam, now=later, application_id=handed_over.pk, **back)
    assert periodic.remind_supervisors(NOW + timedelta(days=14)) == 0
    actions.ask_supervisor(by=cast.ann, now=later, application_id=handed_over.pk)
    assert periodic.remind_supervisors(NOW + timedelta(days=14)) == 0
    assert periodic.remind_supervisors(NOW + timedelta(days=15)) == 1
    assert mails("supervisor_reminded") == ["Sam", "Sam"]
    assert actions.remind_supervisor(by=None, now=later, application_id=world.start(cast, "bristol").pk) is False


def test_A2_a_supervisor_without_an_account_reads_where_the_link_is(cast, filled):
    common = {"by": cast.ann, "now": NOW, "application_id": filled.pk}
    actions.name_supervisor(**common, name="Nora New", email="nora@example.org")
    actions.ask_supervisor(**common)
    assert periodic.remind_supervisors(NOW + timedelta(days=7)) == 1
    text = Message.objects.get(kind="applications.supervisor_reminded").text
    assert "open it with the link in our mail of 1\xa0July\xa02026" in text
