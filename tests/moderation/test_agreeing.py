"""Two markers differ: one proposes, the other accepts; failing that, an adjudicator settles it (F5)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.urls import reverse

from assessments.access import reads_sealed
from assessments.models import Outcome
from assessments.states import MarkerRole, Result, Stage
from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from moderation import access, actions, queries
from moderation.models import Adjudication, AgreedMark, Disagreement
from tests.assessments.gate import office
from tests.moderation import marks
from tests.moderation.pages import words
from tests.moderation.world import ADJUDICATOR, EXTERNAL, NOW, SUPPORTING, TODAY, newcomer, proof, stands
from tests.office import browser_of
from tests.worlds import built_once
from training import actions as training
from training.actions import StaleText
from training.models import Appointment, TrainingRecord

OTHERS = ("sam", "cora", "olive", "mona", "nobody", "tom", "tara")


@built_once
def portfolio(world):
    """Mia passes Tara's Portfolio, Max refers it."""
    stands(world.tara, world.cast.mia, EXTERNAL)
    stands(world.tara, world.cast.max, SUPPORTING)
    return marks.portfolio_disagreed(world.tara, world.cast.mia, world.cast.max)


@built_once
def viva(world):
    """Max gives Tom 75 per cent, Mia 25; neither marks Tara here."""
    stands(world.tom, world.cast.max, EXTERNAL)
    stands(world.tom, world.cast.mia, SUPPORTING)
    return marks.viva_disagreed(world.tom, world.cast.max, world.cast.mia)


def propose(world, attempt, by="mia", result=Result.PASS, percent=None, reasons="We read it again.", **more):
    more.setdefault("seen", queries.agreeing_digest(attempt))
    given = {"attempt_id": attempt.pk, "result": result, "percent": percent, "reasons": reasons}
    return actions.propose_mark(by=getattr(world.cast, by), now=NOW, **given, **more)


def accept(world, attempt, by="max", **more):
    more.setdefault("seen", queries.agreeing_digest(attempt))
    return actions.accept_mark(by=getattr(world.cast, by), now=NOW, attempt_id=attempt.pk, **more)


def appoint(world, attempt, person="mona", by="olive", **more):
    who = getattr(world.cast, person)
    found = queries.found_for(ADJUDICATOR, who, attempt.record, TODAY)
    given = {"attempt_id": attempt.pk, "person": who, "seen": found.digest}
    return actions.appoint_adjudicator(by=getattr(world.cast, by), now=NOW, **given, **more)


def adjudicate(world, attempt, by="mona", result=None, percent=Fraction(55), reasons="Both had a point.", **more):
    more.setdefault("seen", queries.agreeing_digest(attempt))
    given = {"attempt_id": attempt.pk, "result": result, "percent": percent, "reasons": reasons}
    who = getattr(world.cast, by)
    return actions.adjudicate(by=who, now=NOW, authentication=proof(), **given, **more)


def told(who, kind):
    return Message.objects.filter(to=who, kind=kind).count()


def visible(world, who, attempt, today=TODAY):
    rows = queries.disagreements_visible_to(getattr(world.cast, who), today)
    return rows.filter(pk=attempt.pk).exists()


# --- agreeing ---


def test_f5_one_proposes_the_other_accepts_and_the_outcome_is_agreed(world, portfolio):
    made = propose(world, portfolio, result=Result.REFER)
    assert (told(world.cast.max, "moderation.mark_proposed"), told(world.cast.mia, "moderation.mark_proposed")) == (
        1,
        0,
    )
    outcome = accept(world, portfolio)
    assert (outcome.stage, outcome.result, outcome.state, outcome.reasons) == (
        "portfolio",
        "refer",
        "agreed",
        "We read it again.",
    )
    found = Disagreement.objects.get(attempt=portfolio)
    assert (found.state, found.settled_at, found.adjudicator) == ("agreed", NOW, None)
    assert list(AgreedMark.objects.values_list("made_by", "accepts")) == [
        (world.cast.max.pk, made.pk),
        (world.cast.mia.pk, None),
    ]
    assert told(world.cast.mia, "moderation.mark_settled") == 1
    chain = AuditEvent.objects.filter(chain=f"dossier:{world.cast.tara.pk}", action__startswith="moderation.")
    kinds = ["moderation.disagreement.opened", "moderation.mark.proposed", "moderation.mark.accepted"]
    assert list(chain.order_by("number").values_list("action", flat=True)) == kinds


def test_f5_a_viva_is_agreed_with_a_per_cent_from_which_the_result_follows(world, viva):
    propose(world, viva, by="max", result=None, percent=Fraction(499, 10))
    outcome = accept(world, viva, by="mia")
    assert (outcome.result, Fraction(outcome.numerator, outcome.denominator)) == ("fail", Fraction(499, 10))


def test_f5_the_other_may_propose_otherwise_and_the_last_one_stands(world, portfolio):
    propose(world, portfolio)
    before = queries.agreeing_digest(portfolio)
    other = propose(world, portfolio, by="max", result=Result.FAIL)
    assert queries.standing_proposal(portfolio) == other
    with pytest.raises(StaleText, match="changed since"):
        propose(world, portfolio, seen=before)
    with pytest.raises(NotAllowed, match="other marker accepts"):
        accept(world, portfolio)
    with pytest.raises(StaleText):
        accept(world, portfolio, by="mia", seen=before)
    assert accept(world, portfolio, by="mia").result == "fail"
    for again in (propose, accept):
        with pytest.raises(TooLate, match="do not disagree"):
            again(world, portfolio, by="max")
    assert Outcome.objects.count() == 1


def test_f5_nothing_stands_nothing_is_accepted(world, portfolio):
    with pytest.raises(TooLate, match="Nothing waits"):
        accept(world, portfolio)


@pytest.mark.parametrize("who", OTHERS)
def test_f5_only_the_two_markers_agree(world, portfolio, viva, who):
    propose(world, portfolio)
    with pytest.raises(NotAllowed):
        propose(world, portfolio, by=who)
    with pytest.raises(NotAllowed):
        accept(world, portfolio, by=who)
    assert AgreedMark.objects.count() == 1


def test_f5_a_marker_whose_appointment_ended_agrees_nothing_any_more(world, portfolio):
    Appointment.objects.filter(record=world.tara, kind=SUPPORTING).update(ends_on=date(2026, 6, 9))
    with pytest.raises(NotAllowed, match="has ended"):
        propose(world, portfolio, by="max")
    assert not visible(world, "max", portfolio)
    assert visible(world, "mia", portfolio)


def test_f5_what_cannot_be_agreed(world, portfolio, viva):
    with pytest.raises(Invalid, match="Choose a result"):
        propose(world, portfolio, result=None)
    for percent in (None, Fraction(-1), Fraction(10001, 100)):
        with pytest.raises(Invalid, match="from 0 to 100"):
            propose(world, viva, result=None, percent=percent)
    with pytest.raises(Invalid, match="at most one decimal"):
        propose(world, viva, result=None, percent=Fraction(4996, 100))
    with pytest.raises(Invalid, match="what led to"):
        propose(world, portfolio, reasons=" ")
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=TODAY)
    with pytest.raises(TooLate, match="has ended"):
        propose(world, portfolio)


# --- an adjudicator ---


def test_f5_an_adjudicator_settles_with_reasons_and_a_signature(world, viva):
    propose(world, viva, by="max", result=None, percent=Fraction(60))
    held = appoint(world, viva)
    assert (held.kind, held.check_made.standing) == ("adjudicator", "clear")
    assert Disagreement.objects.get(attempt=viva).state == "adjudicating"
    for act in (propose, accept):
        with pytest.raises(TooLate, match="adjudicator settles it now"):
            act(world, viva, by="mia")
    outcome = adjudicate(world, viva)
    assert (outcome.result, outcome.numerator, outcome.reasons) == ("pass", 55, "Both had a point.")
    signed = Adjudication.objects.get()
    assert (signed.signer, signed.role, signed.content["percent"]) == (world.cast.mona, "Adjudicator", "55")
    assert set(signed.content["sheets"]) == {MarkerRole.EXTERNAL, MarkerRole.SUPPORTING}
    assert [told(who, "moderation.mark_settled") for who in (world.cast.max, world.cast.mia)] == [1, 1]
    assert AuditEvent.objects.filter(action="moderation.disagreement.adjudicator").count() == 1
    assert AuditEvent.objects.filter(action="moderation.mark.adjudicated").count() == 1
    with pytest.raises(TooLate, match="settled already"):
        adjudicate(world, viva)


def test_f5_an_adjudicator_settles_one_mark_and_is_gone_the_next_day(world, viva):
    held = appoint(world, viva)
    adjudicate(world, viva)
    held.refresh_from_db()
    assert held.ends_on == TODAY
    event = AuditEvent.objects.get(action="training.appointment.ended", object_id=held.pk)
    assert (event.actor_id, event.after["ends_on"]) == (world.cast.mona.pk, "2026-06-10")
    tomorrow = TODAY + timedelta(days=1)
    assert [visible(world, "mona", viva, day) for day in (TODAY, tomorrow)] == [True, False]
    assert [reads_sealed(world.cast.mona, world.tom, day) for day in (TODAY, tomorrow)] == [True, False]


def test_f5_what_an_adjudicator_settled_is_the_markers_again_once_the_office_queries_it(world, viva):
    appoint(world, viva)
    outcome = adjudicate(world, viva)
    office("query_outcome", outcome, world.cast.oscar, reason="The mark has no reason.")
    viva.refresh_from_db()
    with pytest.raises(NotAllowed, match="Only the appointed"):
        adjudicate(world, viva)
    with pytest.raises(TooLate, match="Nothing waits"):
        accept(world, viva, by="mia")
    page = words(browser_of(world.cast.mia).get(reverse("moderation:disagreement", args=[viva.pk])))
    assert "Before the query: settled by the adjudicator: Pass, 55.0 %" in page and "The mark has no reason." in page
    given = {"attempt_id": viva.pk, "person": newcomer(world), "by": world.cast.olive, "now": NOW}
    seen = queries.found_for(ADJUDICATOR, given["person"], viva.record, TODAY).digest
    assert actions.appoint_adjudicator(seen=seen, **given).kind == "adjudicator"  # though the first leaves today
    with pytest.raises(TooLate, match="adjudicator settles it now"):
        propose(world, viva, by="max", result=None, percent=Fraction(52))
    assert [row.state for row in Disagreement.objects.order_by("pk")] == ["adjudicated", "adjudicating"]


@pytest.mark.parametrize(("person", "why"), [("mia", "Assessed this trainee"), ("mona", "same Training Centre")])
def test_f5_an_adjudicator_is_independent_of_training_and_markers(world, portfolio, person, why):
    with pytest.raises(TooLate, match=why):
        appoint(world, portfolio, person)
    assert not Appointment.objects.filter(kind=ADJUDICATOR).exists()
    assert not Disagreement.objects.exists()


@pytest.mark.parametrize("by", ["sam", "mia", "max", "tom", "nobody"])
def test_f5_only_the_office_appoints_an_adjudicator(world, viva, by):
    with pytest.raises(NotAllowed):
        appoint(world, viva, by=by)


def test_f5_one_adjudicator_at_a_time_and_another_when_an_appointment_ended(world, viva):
    held = appoint(world, viva)
    with pytest.raises(TooLate, match="Mona Haddad settles it"):
        appoint(world, viva, "mona")
    training.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk, last_day=TODAY)
    with pytest.raises(TooLate, match="Mona Haddad settles it"):
        appoint(world, viva, "mona")


def test_f5_the_next_adjudicator_takes_the_place_of_one_who_left(world, viva):
    held = appoint(world, viva)
    backdated(held)
    with pytest.raises(NotAllowed, match="as adjudicator has ended"):
        adjudicate(world, viva)
    assert not visible(world, "mona", viva)
    mel = newcomer(world)
    found = queries.found_for(ADJUDICATOR, mel, viva.record, TODAY)
    given = {"attempt_id": viva.pk, "person": mel, "seen": found.digest}
    second = actions.appoint_adjudicator(by=world.cast.olive, now=NOW, **given)
    assert Disagreement.objects.get(attempt=viva).adjudicator == second
    with pytest.raises(NotAllowed, match="Only the appointed"):
        adjudicate(world, viva)
    words = {"result": None, "percent": Fraction(10), "reasons": "No.", "seen": queries.agreeing_digest(viva)}
    made = actions.adjudicate(by=mel, now=NOW, attempt_id=viva.pk, authentication=proof(), **words)
    assert made.result == "fail"


def backdated(held):
    """The appointment was for days that are over."""
    Appointment.objects.filter(pk=held.pk).update(ends_on=held.starts_on)
    disagreement = Disagreement.objects.filter(adjudicator=held)
    early = stands(held.record, held.person, ADJUDICATOR, starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 9))
    disagreement.update(adjudicator=early)


def test_f5_the_adjudicator_settles_what_they_saw_and_nobody_else_does(world, viva):
    for who in ("mona", "mia", "max", "olive", "tom"):
        with pytest.raises(NotAllowed):
            adjudicate(world, viva, by=who)
    appoint(world, viva)
    for who in ("mia", "max", "olive", "tom"):
        with pytest.raises(NotAllowed):
            adjudicate(world, viva, by=who)
    with pytest.raises(StaleText):
        adjudicate(world, viva, seen="0" * 64)
    with pytest.raises(Invalid):
        adjudicate(world, viva, percent=None)


def test_f5_nothing_is_adjudicated_where_markers_agree_or_training_has_ended(world, viva, portfolio):
    propose(world, portfolio, result=Result.PASS)
    accept(world, portfolio)
    with pytest.raises(TooLate, match="do not disagree"):
        appoint(world, portfolio, "mona")
    appoint(world, viva)
    TrainingRecord.objects.filter(pk=world.tom.pk).update(state="withdrawn", ended_on=TODAY)
    with pytest.raises(TooLate, match="has ended"):
        adjudicate(world, viva)
    with pytest.raises(TooLate, match="has ended"):
        appoint(world, viva)


# --- who sees what ---


def test_f5_nobody_but_markers_and_office_sees_that_markers_differ(world, portfolio, viva):
    seen = {who for who in (*OTHERS, "mia", "max", "sue", "oscar") if visible(world, who, portfolio)}
    assert seen == {"mia", "max", "olive", "oscar"}
    appoint(world, viva)
    assert visible(world, "mona", viva)
    assert not visible(world, "mona", portfolio)
    assert not visible(world, "tom", viva)


def test_f5_the_office_reads_no_sheet_and_a_marker_reads_both(world, portfolio, viva):
    found = {
        who: queries.disagreements_visible_to(getattr(world.cast, who), TODAY).get(pk=portfolio.pk)
        for who in ("mia", "max", "olive", "oscar")
    }
    assert {who for who, row in found.items() if queries.reads_sheets(row)} == {"mia", "max"}


def test_f5_both_sheets_side_by_side_with_their_differences(world, portfolio, viva):
    both = queries.side_by_side(portfolio)
    assert (both.markers, both.results) == ((world.cast.mia, world.cast.max), ("Pass", "Refer"))
    assert both.differences == ("One marker says pass, the other refer.",)
    assert {(point.values, point.differs) for point in both.points} == {(("Pass", "Refer"), True)}
    both = queries.side_by_side(viva)
    assert (both.results, len(both.points)) == (("Pass, 75.0 %", "Fail, 25.0 %"), 5)
    assert len(both.differences) == 2


# --- what a moderator had begun whose appointment ended ---


@pytest.fixture
def left_behind(world):
    """A Portfolio and a Viva of Tara's: Mona had begun in both functions, then Mia and Max marked and differ."""
    stands(world.tara, world.cast.mia, EXTERNAL)
    stands(world.tara, world.cast.max, SUPPORTING)
    found = []
    for stage, mark in ((Stage.PORTFOLIO, Result.FAIL), (Stage.VIVA, 4)):
        attempt = marks.attempt_at(world.tara, stage)
        point = "scope" if stage == Stage.PORTFOLIO else "safety"
        for role in marks.BOTH:
            marks.left(attempt, world.cast.mona, role, {point: mark})
        differ = marks.both_differ if stage == Stage.PORTFOLIO else marks.viva_differs
        found.append(differ(attempt, world.cast.mia, world.cast.max))
    return found


def test_f5_who_left_a_sheet_unfinished_is_no_marker_and_hears_nothing(world, left_behind):
    both = [world.cast.mia, world.cast.max]
    assert queries.markers_of(left_behind) == {attempt.pk: both for attempt in left_behind}
    portfolio, viva = left_behind
    propose(world, portfolio)
    accept(world, portfolio)
    propose(world, viva, result=None, percent=Fraction(50))
    assert not Message.objects.filter(to=world.cast.mona, kind__startswith="moderation.mark_").exists()
    assert told(world.cast.max, "moderation.mark_proposed") == 2


def test_f5_who_left_a_sheet_and_came_back_in_the_other_function_reads_no_mark(world, left_behind):
    Appointment.objects.filter(record=world.tara, kind=SUPPORTING).update(ends_on=date(2026, 6, 9))
    stands(world.tara, world.cast.mona, SUPPORTING, starts_on=TODAY)
    for attempt in left_behind:
        assert not visible(world, "mona", attempt)
        assert visible(world, "mia", attempt)


def test_f5_what_was_left_unfinished_is_no_sheet_of_the_two(world, left_behind):
    for attempt in left_behind:
        both = queries.side_by_side(attempt)
        assert both.markers == (world.cast.mia, world.cast.max)
        assert [word for point in both.points for word in point.words if word == "Left behind."] == []
        signed = queries.sheets_content(attempt)["sheets"]
        assert set(signed) == {MarkerRole.EXTERNAL, MarkerRole.SUPPORTING} and all(signed.values())


def test_f5_nothing_stands_side_by_side_before_both_are_in(world):
    begun = marks.begun_sheet(world.tara, world.cast.max)
    assert queries.side_by_side(begun.attempt) is None


def test_f5_an_attempt_that_was_never_in_dispute_is_nobodys_disagreement(world, portfolio):
    calm = marks.attempt_at(world.tara, Stage.PRACTICAL)
    for who in ("olive", "mia"):
        assert not visible(world, who, calm)
    assert not access.can_appoint_adjudicator(world.cast.olive, calm, TODAY)
    assert queries.adjudication_of(calm) is None
