"""A milestone of which nothing is left to the trainee waits for others: no light and no mail blames the trainee (M)."""

from datetime import date, timedelta

from assessments.states import Stage
from ctts.common.clock import london_midnight
from ctts.notifications.models import Message
from tests.assessments.final_stages import world as f
from training import actions, periodic, queries
from training.models import Appointment, Milestone
from training.queries.held import movers_of
from training.states import AppointmentKind, MilestoneKind

LATE_SINCE = date(2027, 12, 1)
MORNING = london_midnight(f.TODAY) + timedelta(hours=7)


def only_late(final, kind):
    """Of all milestones this one of Tara's alone is past its day and not reached, since 1 December 2027."""
    Milestone.objects.update(done_on=f.TODAY)
    Milestone.objects.filter(record=final.tara, kind=kind).update(done_on=None, due_on=LATE_SINCE)


def says(final, today=f.TODAY):
    """Tara's light and its reason, which her page and every list say alike."""
    shown = queries.overview(final.tara, final.cast.tara, london_midnight(today) + timedelta(hours=7)).light
    assert shown == queries.standings_of([final.tara], today)[final.tara.pk].light
    return shown.key, shown.because.replace("\xa0", " ")


def told():
    """Who is reminded this morning, each once however often the calendar looks."""
    sent = [periodic.remind_of_milestones(MORNING) for _ in range(2)]
    rows = Message.objects.filter(kind="training.milestone").select_related("to").order_by("to__sort_name")
    assert sent in ([rows.count(), 0], [0, 0])
    return {row.to.full_name.split()[0] for row in rows}


def waits(final, words, today=f.TODAY):
    key, because = says(final, today)
    assert (key, words in because, "is late" in because) == ("attention", True, False), because


def test_M_a_late_portfolio_is_the_trainees_until_it_is_sealed(final):
    only_late(final, MilestoneKind.PORTFOLIO)
    assert says(final) == ("at_risk", "Portfolio is late")
    assert told() == {"Tara", "Sam"}


def test_M_F3_a_sealed_portfolio_waits_for_the_practical_then_for_its_markers(final):
    only_late(final, MilestoneKind.PORTFOLIO)
    attempt = f.sealed_portfolio(final.tara, final.cast.sam).attempt
    waits(final, "Portfolio waits since 20 December 2027 for the Practical, which is marked first")
    assert told() == set()
    f.released(final.cast, final.tara, Stage.PRACTICAL)
    waits(final, "Portfolio waits since 20 December 2027 for its markers")
    f.submitted(attempt, final.cast.mia)
    assert told() == {"Max"}
    text = Message.objects.get(kind="training.milestone").text
    assert "Tara Quinn has done their part: the next step is yours" in text and "/training/" not in text
    shown = {row.label: row for row in queries.overview(final.tara, final.cast.tara, f.NOW).milestones}
    assert (shown["Portfolio"].state, "for its markers" in shown["Portfolio"].note) == ("waiting", True)


def test_M_F1_until_the_release_the_trainee_reads_the_same_words(final):
    only_late(final, MilestoneKind.PORTFOLIO)
    attempt = f.to_mark(final)
    before = says(final)
    f.submitted(attempt, final.cast.mia)
    f.submitted(attempt, final.cast.max, result="fail")
    assert (says(final), told()) == (before, {"Max", "Mia"})  # they differ, and agree it together


def test_M_F6_what_was_referred_is_the_trainees_again(final):
    only_late(final, MilestoneKind.PORTFOLIO)
    attempt = f.to_mark(final)
    for marker in (final.cast.mia, final.cast.max):
        f.submitted(attempt, marker, result="refer")
    assert told() == set()  # the office has it
    f.released_outcome(final.cast, attempt)
    assert says(final) == ("at_risk", "Portfolio is late")
    assert told() == {"Tara", "Sam"}


def test_M_F2_a_practical_waits_for_its_moderator_and_then_for_the_office(final):
    only_late(final, MilestoneKind.PRACTICAL)
    assert says(final)[0] == "at_risk"
    f.final_dops(final.tara, final.cast.mia)
    assert says(final)[0] == "at_risk"
    f.log_of_two(final.tara, final.cast.sam)
    waits(final, "Practical, final External Moderator DOPS waits for the External Moderator")
    assert told() == {"Mia"}
    f.sealed_practical(final.tara, final.cast.mia)
    waits(final, "waits since 20 December 2027 for the scheme office")
    assert movers_of(MilestoneKind.PRACTICAL, [final.tara.pk], f.TODAY) == {}


def test_M_F4_a_viva_is_not_late_while_the_portfolio_is_marked(final):
    only_late(final, MilestoneKind.VIVA)
    assert says(final) == ("at_risk", "Viva is late")
    f.sealed_portfolio(final.tara, final.cast.sam)
    waits(final, "Viva waits since 20 December 2027 for the Portfolio, which is marked first")
    assert told() == set()


def test_M_F4_a_viva_waits_for_the_office_its_day_and_its_markers(ready):
    only_late(ready, MilestoneKind.VIVA)
    waits(ready, "Viva waits since 20 December 2027 for the scheme office")
    f.booked(ready, ready.tara, f.EARLIER)
    waits(ready, "Viva waits for the day it is booked for")
    assert told() == set()
    waits(ready, "Viva waits since 20 December 2027 for its markers", date(2027, 12, 21))
    assert sorted(movers_of(MilestoneKind.VIVA, [ready.tara.pk], date(2027, 12, 21))[ready.tara.pk]) == sorted(
        (ready.cast.mia.pk, ready.cast.max.pk)
    )


def test_M_F7_after_the_viva_only_the_board_is_left(ready):
    only_late(ready, MilestoneKind.BOARD)
    waits(ready, "Board waits since 20 December 2027 for the ratification of the award")
    board = Milestone.objects.get(record=ready.tara, kind=MilestoneKind.BOARD)
    assert actions.remind_of_milestone(by=None, now=MORNING, milestone_id=board.pk) == 0
    Milestone.objects.filter(record=ready.tara, kind=MilestoneKind.VIVA).update(done_on=None, due_on=f.TODAY)
    assert says(ready)[0] == "at_risk"


def test_M_T11_a_first_meeting_waits_for_the_office_while_nobody_is_appointed(final):
    only_late(final, MilestoneKind.FIRST_MEETING)
    assert says(final) == ("at_risk", "First External Moderator meeting is late")
    held = Appointment.objects.filter(record=final.tara, kind=AppointmentKind.EXTERNAL_MODERATOR)
    held.update(ends_on=date(2027, 12, 1))
    waits(final, "waits for the scheme office, which appoints an External Moderator")
    assert told() == set()
