"""What moderation asks of whom: appoint, declare, agree, settle, propose, approve; a row goes when it is done (N)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.urls import reverse

from assessments.models import Outcome
from assessments.states import Result, Stage
from ctts.common.clock import london_date
from ctts.common.verdict import TooLate
from ctts.home.queries import areas_of, waiting_for
from ctts.notifications import actions as notifications
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from moderation import actions, queries
from tests.cast import PEOPLE, at, person
from tests.moderation import acts, marks
from tests.moderation.world import (
    ADJUDICATOR,
    ENTERED,
    EXTERNAL,
    NOW,
    SUPPORTING,
    TODAY,
    entered,
    proof,
    signed,
    stands,
)
from tests.office import browser_of
from tests.worlds import built_once
from training.models import Milestone, TrainingRecord, YearTwo

NEAR = date(2027, 11, 3)  # 28 days before the portfolio's milestone


def duties(world, who, today=TODAY):
    return [(row.what, row.about, row.role) for row in queries.duties_for(getattr(world.cast, who), today)]


def others(world, who):
    return [(row.what, row.about) for row in queries.others_for(getattr(world.cast, who), TODAY)]


def moderated(world):
    """Both trainees have both moderators."""
    for record, external, supporting in ((world.tara, "mia", "max"), (world.tom, "max", "mona")):
        stands(record, getattr(world.cast, external), EXTERNAL)
        stands(record, getattr(world.cast, supporting), SUPPORTING)


APPOINT = "Appoint an External Moderator"


def test_rule_n_the_office_appoints_an_external_moderator_to_everybody_in_training(world):
    both = [(APPOINT, "Tara Quinn", "scheme office"), (APPOINT, "Tom Eriksen", "scheme office")]
    assert duties(world, "olive") == duties(world, "oscar") == both
    for who in set(PEOPLE) - {"olive", "oscar"}:
        assert duties(world, who) == []
    (row, _) = queries.duties_for(world.cast.olive, TODAY)
    due = Milestone.objects.get(record=world.tara, kind="first_meeting").due_on
    url = f"/moderation/records/{world.tara.pk}/appoint/external/"
    assert (row.due, row.since, row.url) == (due, date(2026, 4, 1), url)
    stands(world.tara, world.cast.mia, EXTERNAL, ends_on=TODAY)
    TrainingRecord.objects.filter(pk=world.tom.pk).update(state="withdrawn", ended_on=TODAY)
    assert duties(world, "olive") == []
    assert duties(world, "olive", date(2026, 6, 11)) == both[:1]
    (row,) = queries.duties_for(world.cast.olive, date(2026, 6, 30))
    assert row.since == TODAY + timedelta(days=1)  # since nobody is, not since the training began


SUPPORT = ("Appoint a Supporting Moderator", "Tara Quinn", "scheme office")


def test_rule_n_a_supporting_moderator_is_wanted_near_the_portfolio_or_with_the_practical_sealed(world):
    signed(world.cast.max, at(2027, 2, 1))
    for record in (world.tara, world.tom):
        stands(record, world.cast.max, EXTERNAL)
    YearTwo.objects.create(record=world.tara, opened_at=NOW, opened_by=world.cast.olive)
    assert SUPPORT not in duties(world, "olive", date(2027, 11, 2))
    assert duties(world, "olive", NEAR) == [SUPPORT]
    assert duties(world, "olive") == []
    acts.practical_sealed(world.tara, world.cast.max)
    assert duties(world, "olive") == [SUPPORT]
    marks.released(world.cast, world.tara, Stage.VIVA)
    assert duties(world, "olive") == []


def test_rule_n_a_moderator_signs_to_join_and_anew_before_it_ends(world):
    row = ("Sign the confidentiality declaration", "", "moderator")
    assert duties(world, "mia", date(2027, 1, 31)) == []
    assert duties(world, "mia", date(2027, 2, 1)) == [row]
    assert queries.duties_for(world.cast.mia, date(2027, 2, 1))[0].due == date(2027, 3, 1)
    signed(world.cast.mia, at(2027, 2, 1))
    assert duties(world, "mia", date(2027, 2, 1)) == []
    world.cast.mel = person("mel", "Mel Newcome")
    organisations.grant(by=None, now=ENTERED, person=world.cast.mel, role=Role.MODERATOR)
    assert duties(world, "mel") == []
    place = entered(world.cast, world.cast.mel, ("NM",), now=NOW)
    assert duties(world, "mel") == [row]
    actions.retire_moderator(by=world.cast.olive, now=NOW, moderator_id=place.pk, reason="No.")
    assert duties(world, "mel") == []


def test_rule_n_E4_the_office_asks_for_the_declaration_of_whoever_moderates_without_one_in_date(world):
    stands(world.tara, world.cast.mia, EXTERNAL)
    stands(world.tom, world.cast.max, EXTERNAL)
    about = f"{world.cast.mia}, out of date since 2 March 2027"
    row = ("Ask for the confidentiality declaration", about, "scheme office")
    asked = [one for one in duties(world, "olive", date(2027, 3, 1)) if one[0] == row[0]]
    assert asked == []
    asked = [one for one in duties(world, "olive", date(2027, 3, 2)) if one[0] == row[0]]
    assert row in asked and all("Mona" not in about for _, about, _ in asked)  # she has no trainee
    assert row[0] not in [what for what, *_ in duties(world, "mia", date(2027, 3, 2))]
    signed(world.cast.mia, at(2027, 3, 2))
    assert row not in duties(world, "olive", date(2027, 3, 2))


# --- markers (F5) ---

PORTFOLIO = "Tara Quinn, Portfolio, attempt 1"


@built_once
def portfolio(world):
    """Mia and Max differ about Tara's Portfolio."""
    moderated(world)
    return marks.portfolio_disagreed(world.tara, world.cast.mia, world.cast.max)


def test_rule_n_markers_agree_and_the_office_waits_for_them(world, portfolio):
    for who in ("mia", "max"):
        assert duties(world, who) == [("Agree a result", PORTFOLIO, "moderator")]
    assert others(world, "olive") == [("Agree a result", f"Mia Ferreira and Max Holloway: {PORTFOLIO}")]
    for who in set(PEOPLE) - {"mia", "max", "olive", "oscar"}:
        assert duties(world, who) == others(world, who) == []


def test_rule_n_a_proposed_result_waits_for_the_other_marker(world, portfolio):
    given = {"attempt_id": portfolio.pk, "result": Result.PASS, "percent": None, "reasons": "It is."}
    seen = queries.agreeing_digest(portfolio)
    actions.propose_mark(by=world.cast.mia, now=NOW, seen=seen, **given)
    assert (duties(world, "mia"), others(world, "mia")) == ([], [("Answer a proposed result", PORTFOLIO)])
    assert duties(world, "max") == [("Answer a proposed result", PORTFOLIO, "moderator")]
    seen = queries.agreeing_digest(portfolio)
    actions.accept_mark(by=world.cast.max, now=NOW, attempt_id=portfolio.pk, seen=seen)
    for who in ("mia", "max", "olive"):
        assert duties(world, who) == others(world, who) == []


def nudged(world, who):
    return [row.waits.people for row in queries.others_for(getattr(world.cast, who), TODAY) if row.waits]


def test_rule_n_whoever_waits_for_markers_nudges_those_who_have_the_next_move(world, portfolio):
    mia, both = world.cast.mia.pk, (world.cast.mia.pk, world.cast.max.pk)
    assert (nudged(world, "olive"), nudged(world, "mia")) == ([both], [])
    given = {"attempt_id": portfolio.pk, "result": Result.PASS, "percent": None, "reasons": "It is."}
    actions.propose_mark(by=world.cast.max, now=NOW, seen=queries.agreeing_digest(portfolio), **given)
    assert nudged(world, "olive") == nudged(world, "max") == [(mia,)]
    [row] = queries.others_for(world.cast.max, TODAY)
    notifications.nudge(by=world.cast.max, now=NOW, waits=row.waits, what=row.what, path=row.url)
    assert Message.objects.filter(kind="notifications.nudge", to=world.cast.mia).count() == 1


def test_rule_n_an_adjudicator_settles_and_the_markers_are_free(world):
    moderated(world)
    viva = marks.viva_disagreed(world.tom, world.cast.max, world.cast.mona)
    world.cast.mel = person("mel", "Mel Newcome")
    organisations.grant(by=None, now=ENTERED, person=world.cast.mel, role=Role.MODERATOR)
    entered(world.cast, world.cast.mel, ("ME",))
    signed(world.cast.mel)
    found = queries.found_for(ADJUDICATOR, world.cast.mel, world.tom, TODAY)
    given = {"attempt_id": viva.pk, "person": world.cast.mel, "seen": found.digest}
    actions.appoint_adjudicator(by=world.cast.olive, now=NOW, **given)
    about = "Tom Eriksen, Viva, attempt 1"
    assert duties(world, "mel") == [("Settle a result", about, "adjudicator")]
    assert others(world, "olive") == [("Settle a result", f"Mel Newcome: {about}")]
    assert duties(world, "max") == duties(world, "mona") == others(world, "max") == []
    words = {"result": None, "percent": Fraction(50), "reasons": "Just.", "seen": queries.agreeing_digest(viva)}
    actions.adjudicate(by=world.cast.mel, now=NOW, attempt_id=viva.pk, authentication=proof(), **words)
    assert duties(world, "mel") == others(world, "olive") == []


def test_rule_n_once_a_marker_has_gone_the_office_appoints_an_adjudicator_and_nobody_else_is_asked(world, portfolio):
    given = {"attempt_id": portfolio.pk, "result": Result.PASS, "percent": None, "reasons": "It is."}
    actions.propose_mark(by=world.cast.mia, now=NOW, seen=queries.agreeing_digest(portfolio), **given)
    held = Affiliation.objects.get(person=world.cast.max, role=Role.MODERATOR)
    yesterday = {"affiliation_id": held.pk, "ends_on": TODAY - timedelta(days=1)}
    organisations.end_role(by=world.cast.olive, now=NOW, **yesterday)
    asked = [row for row in duties(world, "olive") if row[0] == "Appoint an adjudicator"]
    assert asked == [("Appoint an adjudicator", PORTFOLIO, "scheme office")]
    assert others(world, "olive") == duties(world, "mia") == others(world, "mia") == duties(world, "max") == []
    url = reverse("moderation:disagreement", args=[portfolio.pk])
    for who in ("olive", "mia"):
        page = browser_of(getattr(world.cast, who)).get(url).text
        assert "the scheme office, which appoints an adjudicator" in page
        assert reverse("moderation:propose", args=[portfolio.pk]) not in page
    with pytest.raises(TooLate, match="The other marker does not go on"):
        actions.propose_mark(by=world.cast.mia, now=NOW, seen=queries.agreeing_digest(portfolio), **given)


# --- boards (F7) ---


def test_rule_n_a_list_waits_for_its_proposer_then_for_another(world):
    moderated(world)
    marks.all_passed(world.cast, world.tara)
    olive = world.cast.olive
    board = actions.make_board(by=olive, now=NOW, name="Summer board", held_on=date(2026, 7, 1))
    assert [row[0] for row in duties(world, "olive")] == ["Put 1 trainee on a list for the board"]
    actions.add_candidates(by=olive, now=NOW, board_id=board.pk, record_ids=[world.tara.pk])
    assert duties(world, "olive") == [("Propose the list", "Summer board", "scheme office")]
    assert duties(world, "oscar") == []
    actions.propose_board(by=olive, now=NOW, board_id=board.pk, seen=queries.board_digest(board))
    assert (duties(world, "olive"), others(world, "olive")) == ([], [("Approve the list", "Summer board")])
    assert duties(world, "oscar") == [("Approve the list", "Summer board", "scheme office")]
    acts.met(world.tara, world.cast.oscar)
    assert duties(world, "oscar") == []


# --- one list, one navigation ---


def test_rule_n_moderation_joins_everybodys_one_list(world):
    later = [row.what for group in waiting_for(world.cast.olive, TODAY) for row in group.rows]
    assert later.count(APPOINT) == 2
    labels = {who: [area.label for area in areas_of(getattr(world.cast, who), TODAY, "/")] for who in ("olive", "mia")}
    assert "Moderation" in labels["olive"] and "My moderation" not in labels["olive"]
    assert "My moderation" in labels["mia"] and "Moderation" not in labels["mia"]


def test_f7_who_passed_all_stages_is_the_offices_to_put_on_a_list(world):
    def asked(who):
        return [row for row in duties(world, who) if "on a list" in row[0]]

    assert asked("olive") == []
    marks.all_passed(world.cast, world.tara)
    what = "Put 1 trainee on a list for the board"
    assert (asked("olive"), asked("mia")) == ([(what, "passed all four stages", "scheme office")], [])
    marks.all_passed(world.cast, world.tom)
    assert [row[0] for row in asked("oscar")] == ["Put 2 trainees on a list for the board"]
    last = max(row.released_at for row in Outcome.objects.filter(record=world.tara))
    since = [row.since for row in queries.duties_for(world.cast.oscar, TODAY) if row.what.startswith("Put 2")]
    assert since == [london_date(last)]


@pytest.mark.parametrize("rows", [1, 3])
def test_rule_n_duties_cost_the_same_for_three_rows_as_for_one(world, rows, django_assert_num_queries):
    moderated(world)
    for number in range(rows):
        attempt = marks.attempt_at(world.tara, Stage.PORTFOLIO, number + 1)
        marks.both_differ(attempt, world.cast.mia, world.cast.max)
    for who, asked in (("mia", 14), ("olive", 14)):
        user = getattr(world.cast, who)
        queries.duties_for(user, TODAY)
        with django_assert_num_queries(asked):
            _, others = queries.duties_and_others(user, TODAY)
        assert len(others) == (rows if who == "olive" else 0)
