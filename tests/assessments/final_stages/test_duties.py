"""What the Final Assessment asks of whom (N): each duty once, gone when it is done, nothing of another's sheet."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assessments import periodic
from assessments.models import Outcome, StageAttempt
from assessments.queries import duties_for, others_for
from assessments.queries.marking import marking_rows
from assessments.states import Result, Stage
from ctts.common.clock import london_date
from tests.assessments.final_stages import world as f
from tests.training import practice
from training.models import Appointment, Milestone
from training.states import AppointmentKind, MilestoneKind


def whats(person, day=f.TODAY):
    return [(row.what, row.about, row.role) for row in duties_for(person, day)]


def waits(person):
    return [(row.what, row.about) for row in others_for(person, f.TODAY)]


def test_rule_n_the_trainee_compiles_and_seals_the_portfolio(final):
    tara = final.cast.tara
    assert whats(tara) == [("Compile your portfolio", "", "trainee")]
    assert whats(tara, date(2027, 10, 1)) == []
    run = f.actions.compile_portfolio(by=tara, now=f.NOW, record_id=final.tara.pk)
    assert whats(tara) == []
    f.actions.fail_compiling(by=None, now=f.NOW, run_id=run.pk, reason="No.")
    assert whats(tara, date(2027, 10, 1)) == [("Compile your portfolio again", "", "trainee")]
    f.uploaded(final.tara)
    assert whats(tara) == [("Seal your portfolio", "", "trainee")]
    f.sealed_portfolio(final.tara, final.cast.sam)
    assert (whats(tara), waits(tara)) == ([], [])  # nobody marks it before the Practical is passed (F3)
    f.released(final.cast, final.tara, Stage.PRACTICAL)
    assert (whats(tara), waits(tara)) == ([], [("Mark your portfolio", "both moderators")])


def test_rule_n_a_further_attempt_is_asked_for_at_once(final):
    f.released(final.cast, final.tara, Stage.PORTFOLIO, Result.REFER)
    assert whats(final.cast.tara, date(2027, 10, 1)) == [("Compile your portfolio", "", "trainee")]
    f.released(final.cast, final.tara, Stage.PORTFOLIO, Result.PASS)
    assert whats(final.cast.tara) == []


def test_rule_n_the_external_moderator_observes_and_seals(final):
    mia = final.cast.mia
    Milestone.objects.filter(record=final.tara, kind=MilestoneKind.PRACTICAL).update(due_on=date(2028, 1, 1))
    assert whats(mia) == [("Do the final DOPS", "Tara Quinn", "External Moderator")]
    assert whats(mia, date(2027, 6, 1)) == []
    f.final_dops(final.tara, mia)
    assert whats(mia) == []
    f.log_of_two(final.tara, final.cast.sam)
    assert whats(mia) == [("Seal the Practical", "Tara Quinn", "External Moderator")]
    f.sealed_practical(final.tara, mia)
    assert whats(mia) == []
    assert waits(final.cast.tara) == [("Release your Practical", "scheme office")]


@pytest.mark.parametrize(("who", "role"), [("mia", "External Moderator"), ("max", "Supporting Moderator")])
def test_rule_n_a_marker_marks_until_their_own_sheet_is_in(final, portfolio, who, role):
    person, attempt = getattr(final.cast, who), portfolio
    other = final.cast.max if who == "mia" else final.cast.mia
    expected = ("Mark the portfolio", "Tara Quinn", role)
    assert expected in whats(person)
    f.submitted(attempt, other)
    assert expected in whats(person)
    f.submitted(attempt, person)
    assert expected not in whats(person)


def succeeded(final, kind, person):
    """From today on somebody else holds this function around Tara."""
    rows = Appointment.objects.filter(record=final.tara, kind=kind)
    rows.update(ends_on=date(2027, 12, 19))
    practice.appoint(final.tara, person, kind, starts_on=f.TODAY)


@pytest.mark.parametrize(
    ("kind", "was"),
    [(AppointmentKind.EXTERNAL_MODERATOR, "mia"), (AppointmentKind.SUPPORTING_MODERATOR, "max")],
)
@pytest.mark.parametrize("is_in", [True, False])
def test_rule_n_nothing_waits_for_who_follows_a_marker_whose_sheet_is_in(final, kind, was, is_in):
    attempt, before, mona = f.to_mark(final), getattr(final.cast, was), final.cast.mona
    _ = f.submitted(attempt, before) if is_in else f.started(attempt, before)
    succeeded(final, kind, mona)
    assert [row[0] for row in whats(mona) if "Mark" in row[0]] == ([] if is_in else ["Mark the portfolio"])
    (row,) = marking_rows(mona, f.TODAY, f.NOW)
    assert row.waits == (f"The {kind.label} before you has marked it." if is_in else "")
    listed = f.words_of(f.browser_of(mona).get(reverse("assessments:my_marking")))
    assert ("Marked before you" in listed, "To mark" in listed) == (is_in, not is_in)
    periodic.tell_markers(f.NOW)
    assert ("assessments.portfolio_to_mark" in f.told(mona)) is not is_in
    other = final.cast.max if was == "mia" else final.cast.mia
    assert "Mark the portfolio" in [row[0] for row in whats(other)]
    assert "assessments.portfolio_to_mark" in f.told(other)
    assert periodic.tell_markers(f.NOW) == 0


def test_rule_n_nothing_is_to_be_marked_once_both_are_in(final):
    attempt = f.to_mark(final)
    f.submitted(attempt, final.cast.mia)
    f.submitted(attempt, final.cast.max, result="fail")
    succeeded(final, AppointmentKind.EXTERNAL_MODERATOR, final.cast.mona)
    (row,) = marking_rows(final.cast.mona, f.TODAY, f.NOW)
    assert (row.waits, row.open) == ("Both markers have submitted.", False)


def test_rule_n_nothing_is_to_be_marked_before_its_turn(final):
    f.sealed_portfolio(final.tara, final.cast.sam)
    assert [row for row in whats(final.cast.max) if "Mark" in row[0]] == []


def test_rule_n_from_the_day_after_the_trainee_waits_for_the_marking_of_the_viva(final, viva):
    tara, held_on = final.cast.tara, london_date(viva.viva.starts_at)
    day_after = held_on + timedelta(days=1)
    assert others_for(tara, held_on) == []
    for who in (final.cast.mia, final.cast.max):  # whoever has submitted meanwhile, in the same words (F1)
        [row] = others_for(tara, day_after)
        assert (row.what, row.about, row.since) == ("Mark your viva", "both moderators", held_on)
        f.submitted(viva, who, scores=[3, 3, 3, 3, 3])
    f.released_outcome(final.cast, StageAttempt.objects.get(pk=viva.pk))
    assert others_for(tara, day_after) == []


def test_rule_n_the_office_books_the_viva_and_all_attend_it(final):
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        f.released(final.cast, final.tara, stage)
    olive = final.cast.olive
    assert whats(olive) == [("Book the viva", "Tara Quinn", "scheme office")]
    f.booked(final, final.tara, starts_at=f.LATER)
    assert whats(olive) == []
    assert ("Attend your viva", "", "trainee") in whats(final.cast.tara)
    for who in ("mia", "max"):
        assert ("Hold the viva", "Tara Quinn", "moderator") in whats(getattr(final.cast, who))
        assert [row for row in whats(getattr(final.cast, who)) if row[0] == "Mark the viva"] == []
    hour, on_the_day = "Mark the viva, from 10:00", whats(final.cast.mia, date(2027, 12, 21))
    assert (hour, "Tara Quinn", "External Moderator") in on_the_day
    assert "Hold the viva" not in [row[0] for row in on_the_day]
    assert ("Attend your viva", "", "trainee") in whats(final.cast.tara, date(2027, 12, 21))
    assert ("Mark the viva", "Tara Quinn", "External Moderator") in whats(final.cast.mia, date(2027, 12, 22))


def test_rule_n_the_office_books_again_after_a_fail_and_not_after_a_pass(final):
    attempt = f.viva_to_mark(final)
    for who in (final.cast.mia, final.cast.max):
        f.submitted(attempt, who, scores=[2, 2, 2, 2, 1])
    assert whats(final.cast.olive) == [("Confirm an outcome", "Tara Quinn, Viva", "scheme office")]
    f.released_outcome(final.cast, StageAttempt.objects.get(pk=attempt.pk))
    assert whats(final.cast.olive) == [("Book the viva", "Tara Quinn", "scheme office")]
    failed = Outcome.objects.get(record=final.tara, stage=Stage.VIVA)
    assert [row.since for row in duties_for(final.cast.olive, f.TODAY)] == [london_date(failed.released_at)]
    for result in (Result.FAIL, Result.FAIL):
        f.released(final.cast, final.tara, Stage.VIVA, result)
    assert whats(final.cast.olive) == [("End a record as not completed", "Tara Quinn, Viva", "scheme office")]


def test_rule_n_without_a_moderator_nobody_books(final):
    for stage in (Stage.PRACTICAL, Stage.PORTFOLIO):
        f.released(final.cast, final.tara, stage)
    Appointment.objects.filter(record=final.tara, kind="supporting_moderator").update(ends_on=date(2027, 12, 19))
    assert whats(final.cast.olive) == []
    assert whats(final.cast.sam) + whats(final.cast.cora) == []
