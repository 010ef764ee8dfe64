"""The office queries an outcome of a final stage before release (F1): whoever made it makes another one (F2, F5)."""

from fractions import Fraction

import pytest
from django.urls import reverse

from assessments import queries
from assessments.models import Outcome, PracticalSeal, StageAttempt
from assessments.queries import duties_for, others_for
from assessments.states import Result
from ctts.common.verdict import TooLate
from moderation import actions as moderation
from moderation import queries as agreeing
from moderation.models import Disagreement
from moderation.queries import duties_for as moderation_duties
from tests.assessments import gate
from tests.assessments.final_stages import world as f
from training import actions as training

WHY = "Page 12 names a hospital."


def query(outcome, by, reason=WHY):
    return gate.office("query_outcome", outcome, by, f.NOW, reason=reason)


def standing(attempt):
    rows = Outcome.objects.filter(record=attempt.record_id, stage=attempt.stage).exclude(state="superseded")
    return rows.get(attempt=attempt.attempt)


def whats(person, duties=duties_for):
    return [row.what for row in duties(person, f.TODAY)]


def page(person, name, *args, app="assessments"):
    return f.words_of(f.browser_of(person).get(reverse(f"{app}:{name}", args=args)))


# --- the Practical ---


def voided(computable):
    """The final DOPS was voided after the seal: its outcome agrees with nothing any more."""
    outcome = f.sealed_practical(computable.tara, computable.cast.mia)
    dops = PracticalSeal.objects.get().final_dops_id
    training.void_dops(by=computable.cast.mia, now=f.NOW, dops_id=dops, reason="It was another trainee.")
    return outcome


@pytest.mark.parametrize("confirmed", [False, True])
def test_F2_a_queried_practical_is_sealed_anew_and_that_outcome_released(computable, confirmed):
    cast = computable.cast
    outcome = f.sealed_practical(computable.tara, cast.mia)
    assert "Sealed" in page(cast.tara, "final", computable.tara.pk)
    if confirmed:
        gate.office("confirm_outcome", outcome, cast.olive, f.NOW)
    query(outcome, cast.oscar)
    outcome.refresh_from_db()
    assert (outcome.state, StageAttempt.objects.get().state) == ("superseded", "open")
    for who, seen in (("mia", "In progress"), ("tara", "Sealed"), ("sam", "Sealed")):
        assert seen in page(getattr(cast, who), "final", computable.tara.pk)
    assert f.told(cast.mia)[-1] == "assessments.queried"
    for who in ("max", "tara", "sam", "cora"):
        assert "assessments.queried" not in f.told(getattr(cast, who))
    f.log_of_two(computable.tara, cast.sam)
    again = f.sealed_practical(computable.tara, cast.mia)
    assert (again.pk != outcome.pk, again.attempt, PracticalSeal.objects.count()) == (True, 1, 2)
    f.release(cast, again)
    assert queries.released_results(computable.tara)["practical"] == ["pass"]


def test_F2_what_agrees_with_nothing_any_more_says_so_and_has_a_way_on(computable):
    cast = computable.cast
    outcome = voided(computable)
    shown = page(cast.olive, "outcome", outcome.pk)
    assert "does not agree with what it was made of any more" in shown and "Query it" in shown
    query(outcome, cast.oscar)
    assert "Do the final DOPS" in whats(cast.mia)
    f.final_dops(computable.tara, cast.mia, day=15)
    assert [(row.what, row.due) for row in duties_for(cast.mia, f.TODAY)] == [("Seal the Practical", None)]
    again = f.sealed_practical(computable.tara, cast.mia)
    assert "Seal the Practical" not in whats(cast.mia)
    made = page(cast.olive, "outcome", outcome.pk)
    assert "Superseded" in made and "Queried" in made and WHY in made
    f.release(cast, again)


def test_F1_of_a_query_the_trainee_and_those_around_see_nothing(computable):
    cast, pk = computable.cast, computable.tara.pk
    outcome = f.sealed_practical(computable.tara, cast.mia)

    def seen():
        people = (cast.tara, cast.sam, cast.cora)
        waits = [(row.what, row.about, row.since) for row in others_for(cast.tara, f.TODAY)]
        names = ("practical", "final", "record")
        browsers = [f.browser_of(who) for who in people]
        return waits, [f.page_of(one, reverse(f"assessments:{name}", args=[pk])) for one in browsers for name in names]

    before = seen()
    query(outcome, cast.oscar)
    assert seen() == before
    asked = page(cast.mia, "practical", pk)
    assert WHY in asked and "Seal the Practical" in asked


def test_F1_a_practical_that_was_not_queried_is_not_sealed_again(computable):
    f.sealed_practical(computable.tara, computable.cast.mia)
    with pytest.raises(TooLate, match="It is sealed"):
        f.sealed_practical(computable.tara, computable.cast.mia)


# --- what two markers agreed ---


@pytest.fixture
def passed(final, portfolio):
    """Both markers pass Tara's portfolio."""
    for who in (final.cast.mia, final.cast.max):
        f.submitted(portfolio, who)
    return portfolio


def propose(attempt, by, result=Result.REFER, percent=None):
    given = {"attempt_id": attempt.pk, "result": result, "percent": percent, "reasons": "The page is taken out."}
    return moderation.propose_mark(by=by, now=f.NOW, seen=agreeing.agreeing_digest(attempt), **given)


def accept(attempt, by):
    attempt.refresh_from_db()
    return moderation.accept_mark(by=by, now=f.NOW, attempt_id=attempt.pk, seen=agreeing.agreeing_digest(attempt))


def test_F5_a_queried_portfolio_is_agreed_anew_by_both_markers(final, passed):
    cast, first = final.cast, standing(passed)
    gate.office("confirm_outcome", first, cast.olive, f.NOW)
    query(first, cast.oscar)
    passed.refresh_from_db()
    assert (passed.state, Outcome.objects.get(pk=first.pk).state) == ("disagreed", "superseded")
    for who in (cast.mia, cast.max):
        assert f.told(who)[-1] == "assessments.queried"
        assert "Agree a result" in whats(who, moderation_duties)
        for shown in (page(who, "marking", passed.pk), page(who, "disagreement", passed.pk, app="moderation")):
            assert WHY in shown and "They disagree" not in shown
    assert "In no result" in page(cast.mia, "propose", passed.pk, app="moderation")
    propose(passed, cast.mia)
    second = accept(passed, cast.max)
    assert (second.pk != first.pk, second.result, second.attempt) == (True, "refer", 1)
    assert "The office queried it; it was settled with reasons" in page(cast.olive, "outcome", second.pk)
    assert "The office queried it, and it was settled with reasons" in page(cast.mia, "marking", passed.pk)
    f.release(cast, second)
    assert queries.released_results(final.tara)["portfolio"] == ["refer"]


def test_F5_what_was_agreed_anew_may_be_queried_again(final, passed):
    cast = final.cast
    query(standing(passed), cast.oscar)
    propose(passed, cast.mia)
    propose(passed, cast.max, Result.FAIL)
    query(accept(passed, cast.mia), cast.olive, reason="A fail is not what either sheet says.")
    passed.refresh_from_db()
    assert agreeing.standing_proposal(passed) is None  # what stood before was settled
    assert "Agree a result" in whats(cast.max, moderation_duties)
    with pytest.raises(TooLate, match="Nothing waits"):
        accept(passed, cast.max)
    propose(passed, cast.max, Result.PASS)
    assert "Answer a proposed result" in whats(cast.mia, moderation_duties)
    f.release(cast, accept(passed, cast.mia))
    assert [row.state for row in Disagreement.objects.order_by("pk")] == ["agreed", "agreed"]
    assert queries.released_results(final.tara)["portfolio"] == ["pass"]


def test_F4_a_queried_viva_has_a_per_cent_of_its_own(final, viva):
    cast = final.cast
    for who in (cast.mia, cast.max):
        f.submitted(viva, who)
    query(standing(viva), cast.oscar)
    viva.refresh_from_db()
    propose(viva, cast.mia, None, Fraction(60))
    outcome = accept(viva, cast.max)
    assert (outcome.result, queries.percent_of(outcome)) == ("pass", 60)


def test_quality_9_the_office_reads_of_marks_it_queried_no_more_than_before(final, passed):
    cast = final.cast
    query(standing(passed), cast.oscar)
    listed = page(cast.olive, "disagreements", app="moderation")
    assert "Queried by the office" in listed and "Markers disagree" not in listed
    shown = page(cast.olive, "disagreement", passed.pk, app="moderation")
    assert "Marks stay sealed" in shown and "All in all" not in shown
    assert f.browser_of(cast.tara).get(reverse("moderation:disagreement", args=[passed.pk])).status_code == 404
