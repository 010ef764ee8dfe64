"""Marking (F3, F4; quality rule 9): two sheets sealed from each other, then agreed or disagreed; settling (F5)."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from assessments import access, actions
from assessments.models import Mark, MarkSheet, MarkSheetSignature, Outcome, StageAttempt, Viva
from assessments.queries.marking import both_sheets, marks_of, missing_of, outcome_content, sheet_digest
from assessments.queries.recomputed import recomputed
from assessments.states import Result, Stage
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.assessments.final_stages import world as f
from training.actions import StaleText, add_appointment
from training.models import Appointment
from training.states import AppointmentKind


def again(attempt):
    return StageAttempt.objects.get(pk=attempt.pk)


def settle(attempt, by, result=Result.PASS, percent=None, reasons="We talked it over."):
    given = {"attempt_id": attempt.pk, "result": result, "percent": percent, "reasons": reasons}
    return actions.settle(by=by, now=f.NOW, **given)


# --- starting ---


def test_F3_each_moderator_starts_their_own_sheet(final, portfolio):
    external, supporting = (f.started(portfolio, who) for who in (final.cast.mia, final.cast.max))
    assert (external.role, supporting.role) == ("external", "supporting")
    assert again(portfolio).state == "marking"
    assert f.kinds_audited(final.tara)[-2:] == ["assessments.sheet.started"] * 2
    with pytest.raises(TooLate, match="started your sheet"):
        f.started(portfolio, final.cast.mia)


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "olive", "mona", "tom", "sue"])
def test_F3_nobody_else_starts_one(final, portfolio, who):
    with pytest.raises(NotAllowed):
        f.started(portfolio, getattr(final.cast, who))


def test_F3_marking_opens_once_the_practical_is_released_and_the_portfolio_sealed(final, sealed):
    with pytest.raises(TooLate, match="Practical has not been passed and released"):
        f.started(sealed.attempt, final.cast.mia)
    f.released(final.cast, final.tara, Stage.PRACTICAL)
    assert f.started(sealed.attempt, final.cast.mia)
    f.released(final.cast, final.tom, Stage.PRACTICAL)
    with pytest.raises(TooLate, match="not sealed"):
        f.started(f.uploaded(final.tom).attempt, final.cast.max)


def test_F4_a_viva_is_marked_from_the_time_it_begins(final, viva):
    Viva.objects.filter(attempt=viva).update(starts_at=f.LATER)
    with pytest.raises(TooLate, match="not begun"):
        f.started(viva, final.cast.mia)
    assert f.started(viva, final.cast.mia, now=f.LATER)


def test_F3_who_follows_a_moderator_marks_on_a_sheet_of_their_own(final, portfolio):
    left = f.started(portfolio, final.cast.max)
    Appointment.objects.filter(person=final.cast.max, record=final.tara).update(ends_on=date(2027, 12, 19))
    given = {"record_id": final.tara.pk, "person": final.cast.mona, "kind": AppointmentKind.SUPPORTING_MODERATOR}
    add_appointment(by=final.cast.olive, now=f.NOW, **given)
    with pytest.raises(NotAllowed, match="any more"):
        f.filled(left)
    mine = f.submitted(portfolio, final.cast.mona)
    left.refresh_from_db()
    assert (left.state, mine.state, mine.role) == ("left", "submitted", "supporting")
    Appointment.objects.filter(person=final.cast.mona, record=final.tara).update(ends_on=date(2027, 12, 20))
    add_appointment(by=final.cast.olive, now=f.LATER, **{**given, "person": final.cast.max})
    with pytest.raises(TooLate, match="before you has marked"):
        f.started(portfolio, final.cast.max, now=f.LATER)


# --- filling in ---


def test_F3_a_sheet_is_saved_as_it_is_typed(final, portfolio):
    sheet = f.started(portfolio, final.cast.mia)
    given = {"marks": {"scope": {"words": " Thin in places. "}}, "result": "", "words": "", "seen": sheet_digest(sheet)}
    actions.save_sheet(by=final.cast.mia, now=f.NOW, sheet_id=sheet.pk, **given)
    assert [(row.point, row.words, row.result) for row in Mark.objects.all()] == [("scope", "Thin in places.", "")]
    whole = f.filled(MarkSheet.objects.get(pk=sheet.pk), "refer")
    assert (whole.result, whole.words, len(marks_of(whole))) == ("refer", "All in all external.", 5)
    assert missing_of(whole) == []


def test_F3_a_sheet_saved_in_another_window_is_not_written_over(final, portfolio):
    sheet = f.started(portfolio, final.cast.mia)
    seen = sheet_digest(sheet)
    f.filled(sheet)
    with pytest.raises(StaleText):
        actions.save_sheet(
            by=final.cast.mia, now=f.NOW, sheet_id=sheet.pk, marks={}, result="fail", words="", seen=seen
        )


@pytest.mark.parametrize("who", ["max", "tara", "olive", "sam"])
def test_F3_only_its_marker_fills_in_a_sheet(final, portfolio, who):
    sheet = f.started(portfolio, final.cast.mia)
    given = {"marks": {}, "result": "", "words": "", "seen": sheet_digest(sheet)}
    with pytest.raises(NotAllowed, match="Only its marker"):
        actions.save_sheet(by=getattr(final.cast, who), now=f.NOW, sheet_id=sheet.pk, **given)


@pytest.mark.parametrize(
    ("mark", "result", "field"),
    [
        ({"result": "good"}, "", "scope_result"),
        ({"score": 3}, "", "scope_result"),
        ({}, "excellent", "result"),
    ],
)
def test_F3_a_criterion_is_pass_refer_or_fail(final, portfolio, mark, result, field):
    sheet = f.started(portfolio, final.cast.mia)
    given = {"marks": {"scope": mark}, "result": result, "words": "", "seen": sheet_digest(sheet)}
    with pytest.raises(Invalid) as problem:
        actions.save_sheet(by=final.cast.mia, now=f.NOW, sheet_id=sheet.pk, **given)
    assert problem.value.field == field


@pytest.mark.parametrize(
    ("mark", "result", "field"),
    [({"score": 5}, "", "safety_score"), ({"result": "pass"}, "", "safety_score"), ({}, "pass", "result")],
)
def test_F4_a_domain_is_marked_0_to_4(final, viva, mark, result, field):
    sheet = f.started(viva, final.cast.mia)
    given = {"marks": {"safety": mark}, "result": result, "words": "", "seen": sheet_digest(sheet)}
    with pytest.raises(Invalid) as problem:
        actions.save_sheet(by=final.cast.mia, now=f.NOW, sheet_id=sheet.pk, **given)
    assert problem.value.field == field


def test_F3_what_is_missing_is_named(final, portfolio):
    sheet = f.started(portfolio, final.cast.mia)
    assert len(missing_of(sheet)) == 12
    f.filled(sheet)
    Mark.objects.filter(point="scope").update(pages="abc", words="")
    Mark.objects.filter(point="level").update(pages="39-41")
    found = missing_of(MarkSheet.objects.get(pk=sheet.pk))
    assert found[0] == "Scope of practice covered: say why in a few words."
    assert ["is no page" in found[1], "pages 1 to 40" in found[2]] == [True, True]
    given = {"sheet_id": sheet.pk, "authentication": f.proof(f.NOW)}
    with pytest.raises(TooLate, match="not complete"):
        actions.submit_sheet(
            by=final.cast.mia, now=f.NOW, seen=sheet_digest(MarkSheet.objects.get(pk=sheet.pk)), **given
        )


# --- submitting ---


def test_F3_the_first_sheet_in_changes_nothing_that_anybody_sees(final, portfolio):
    f.started(portfolio, final.cast.max)
    before = again(portfolio).state
    sheet = f.submitted(portfolio, final.cast.mia)
    signature = MarkSheetSignature.objects.get()
    assert (sheet.state, signature.role, signature.content["result"]) == ("submitted", "External Moderator", "pass")
    assert signature.content_sha256 == sheet_digest(MarkSheet.objects.get(pk=sheet.pk))
    assert signature.content["marked"]["file_sha256"] == f.latest(final.tara).content_sha256
    assert (again(portfolio).state, Outcome.objects.filter(stage="portfolio").count()) == (before, 0)
    assert both_sheets(portfolio) is None
    assert [f.told(who).count("assessments.marks_in") for who in (final.cast.mia, final.cast.max)] == [0, 0]
    assert f.kinds_audited(final.tara)[-1] == "assessments.sheet.submitted"
    for act in (lambda: f.filled(sheet), lambda: f.started(portfolio, final.cast.mia)):
        with pytest.raises(TooLate):
            act()


@pytest.mark.parametrize("result", ["pass", "refer", "fail"])
def test_F3_the_same_result_is_agreed(final, portfolio, result):
    for who in (final.cast.mia, final.cast.max):
        f.submitted(portfolio, who, result=result)
    outcome = Outcome.objects.get(stage="portfolio")
    assert (outcome.result, outcome.state, outcome.numerator) == (result, "agreed", None)
    assert again(portfolio).state == "agreed"
    words = "External Moderator: All in all external.\n\nSupporting Moderator: All in all supporting."
    assert outcome.reasons == ("" if result == "pass" else words)
    assert outcome.content == outcome_content(both_sheets(portfolio))
    assert recomputed(outcome) == (result, None)
    assert f.kinds_audited(final.tara)[-1] == "assessments.outcome.agreed"
    assert [f.told(who)[-1] for who in (final.cast.mia, final.cast.max)] == ["assessments.marks_in"] * 2
    assert "assessments.marks_in" not in f.told(final.cast.tara)


def test_F5_another_result_is_a_disagreement_and_makes_no_outcome(final, portfolio):
    f.submitted(portfolio, final.cast.mia, result="pass")
    f.submitted(portfolio, final.cast.max, result="refer")
    assert (again(portfolio).state, Outcome.objects.filter(stage="portfolio").count()) == ("disagreed", 0)
    assert f.kinds_audited(final.tara)[-1] == "assessments.marks.disagreed"
    found = both_sheets(portfolio)
    assert (len(found.differing), found.results_differ) == (5, True)
    with pytest.raises(TooLate, match="Both markers have submitted"):
        f.started(portfolio, final.cast.mia)


def test_F5_whoever_settles_reaches_the_portfolio_and_the_sheets_say_that_they_differed(final, portfolio):
    f.submitted(portfolio, final.cast.mia, result="pass")
    f.submitted(portfolio, final.cast.max, result="refer")
    mia = f.browser_of(final.cast.mia, proved=True)
    for page in ("disagreement", "propose"):
        answer = mia.get(reverse(f"moderation:{page}", args=[portfolio.pk]))
        assert "The sealed portfolio (PDF)" in f.words_of(answer)
        assert mia.get(answer.context["portfolio_url"]).status_code == 200
    sheets = reverse("assessments:marking", args=[portfolio.pk])
    assert "They disagree" in f.words_of(mia.get(sheets))
    settle(again(portfolio), final.cast.mia)
    text = f.words_of(mia.get(sheets))
    assert "They differed, and it was settled with reasons" in text and "They agree" not in text


def test_F4_the_viva_is_held_and_its_outcome_is_the_exact_mean(final, viva):
    f.submitted(viva, final.cast.mia, scores=[3, 3, 3, 3, 3])
    assert Viva.objects.get().state == "booked"
    f.submitted(viva, final.cast.max, scores=[3, 3, 3, 3, 2])
    outcome, held = Outcome.objects.get(stage="viva", attempt=1), Viva.objects.get()
    assert (Fraction(outcome.numerator, outcome.denominator), outcome.result) == (Fraction(145, 2), "pass")
    assert (held.state, held.held_on) == ("held", date(2027, 12, 20))
    assert recomputed(outcome) == ("pass", Fraction(145, 2))
    kinds = ["sheet.submitted", "viva.held", "outcome.agreed"]
    assert f.kinds_audited(final.tara)[-3:] == [f"assessments.{kind}" for kind in kinds]
    assert [row.result for row in MarkSheet.objects.order_by("role")] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("one", "other"),
    [([3, 3, 3, 3, 3], [2, 2, 2, 2, 3]), ([2, 2, 2, 2, 2], [2, 2, 2, 2, 1]), ([4, 4, 4, 4, 0], [3, 3, 3, 3, 4])],
)
def test_F5_vivas_too_far_apart_across_the_line_or_with_a_nought_are_a_disagreement(final, viva, one, other):
    f.submitted(viva, final.cast.mia, scores=one)
    f.submitted(viva, final.cast.max, scores=other)
    assert (again(viva).state, Viva.objects.get().state) == ("disagreed", "held")
    assert not Outcome.objects.filter(stage="viva").exists()


def test_F3_what_was_submitted_stays_whoever_writes(final, portfolio):
    sheet = f.submitted(portfolio, final.cast.mia)
    for act in (
        lambda: MarkSheet.objects.filter(pk=sheet.pk).update(result="fail"),
        lambda: Mark.objects.filter(sheet=sheet).update(result="fail"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_F3_what_is_signed_is_what_was_seen(final, portfolio):
    sheet = f.filled(f.started(portfolio, final.cast.mia))
    with pytest.raises(StaleText):
        actions.submit_sheet(
            by=final.cast.mia, now=f.NOW, sheet_id=sheet.pk, seen="0" * 64, authentication=f.proof(f.NOW)
        )


# --- who reads both ---


def test_F3_both_sheets_are_the_markers_once_both_are_in_and_others_once_released(final, portfolio):
    people = {who: getattr(final.cast, who) for who in ("mia", "max", "tara", "olive", "sam", "cora", "tom")}

    def readers():
        return {who for who, person in people.items() if access.can_see_both(person, again(portfolio), f.TODAY)}

    f.submitted(portfolio, final.cast.mia)
    assert readers() == set()
    assert "when both are in" in access.can_see_both(final.cast.mia, portfolio, f.TODAY).reason
    assert "sealed until" in access.can_see_both(final.cast.olive, portfolio, f.TODAY).reason
    f.submitted(portfolio, final.cast.max)
    assert (readers(), access.both_in(portfolio)) == ({"mia", "max"}, True)
    f.released_outcome(final.cast, again(portfolio))
    assert readers() == {"mia", "max", "tara", "olive"}


# --- settling (F5) ---


def test_F5_settling_agrees_the_attempt_and_makes_its_outcome(final, portfolio):
    f.submitted(portfolio, final.cast.mia, result="pass")
    f.submitted(portfolio, final.cast.max, result="refer")
    outcome = settle(portfolio, final.cast.olive, Result.REFER)
    assert (outcome.result, outcome.reasons, again(portfolio).state) == ("refer", "We talked it over.", "agreed")
    assert outcome.content["settled"] == {"result": "refer", "percent": None}
    kinds = ["marks.settled", "outcome.agreed"]
    assert f.kinds_audited(final.tara)[-2:] == [f"assessments.{kind}" for kind in kinds]
    with pytest.raises(TooLate, match="settled already"):
        settle(portfolio, final.cast.olive)


def test_F5_settling_is_refused_where_it_cannot_be(final, portfolio):
    with pytest.raises(TooLate):
        settle(portfolio, final.cast.olive)
    f.submitted(portfolio, final.cast.mia, result="pass")
    f.submitted(portfolio, final.cast.max, result="fail")
    with pytest.raises(NotAllowed):
        settle(portfolio, final.cast.tara)
    for given, field in (({"reasons": " "}, "reasons"), ({"percent": Fraction(50)}, "percent")):
        with pytest.raises(Invalid) as problem:
            settle(portfolio, final.cast.olive, **given)
        assert problem.value.field == field


def test_F5_an_agreed_viva_mark_makes_its_result(final, viva):
    f.submitted(viva, final.cast.mia, scores=[4, 4, 4, 4, 4])
    f.submitted(viva, final.cast.max, scores=[1, 1, 1, 1, 1])
    cases = [
        (Result.PASS, None, "percent"),
        (Result.PASS, Fraction(101), "percent"),
        (Result.PASS, Fraction(49), "result"),
    ]
    for result, percent, field in cases:
        with pytest.raises(Invalid) as problem:
            settle(viva, final.cast.olive, result, percent)
        assert problem.value.field == field
    outcome = settle(viva, final.cast.olive, Result.PASS, Fraction(125, 2))
    assert (outcome.numerator, outcome.denominator, outcome.content["settled"]["percent"]) == (125, 2, "125/2")
    assert recomputed(outcome)[0] is None


# --- telling the markers (N) ---


def test_rule_n_markers_are_told_once_when_the_portfolio_may_be_marked(final, sealed):
    assert actions.tell_markers(by=None, now=f.NOW, attempt_id=sealed.attempt_id) == 0
    f.released(final.cast, final.tara, Stage.PRACTICAL)
    assert [actions.tell_markers(by=None, now=f.NOW, attempt_id=sealed.attempt_id) for _ in range(2)] == [2, 2]
    for who in (final.cast.mia, final.cast.max):
        assert f.told(who).count("assessments.portfolio_to_mark") == 1
