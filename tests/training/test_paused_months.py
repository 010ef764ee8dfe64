"""Months with interruptions are counted in one way everywhere, and a backdated one says what it covers (E5, T4)."""

from __future__ import annotations

from datetime import date

from ctts.common.clock import london_midnight
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import queries
from training.models import Interruption, TrainingRecord

SPRING = {"from_on": date(2026, 4, 2), "until_on": date(2026, 5, 31)}


def pause(record, by, first, last):
    Interruption.objects.create(record=record, starts_on=first, ends_on=last, decided_at=p.NOW, decided_by=by)


def counted(record, reader, today):
    """Months with a review, months without one on the timeline, and months without one in the list."""
    months = queries.overview(record, reader, london_midnight(today)).course.months
    gaps = queries.months_without_review([record], today)[record.pk]
    missed = tuple((month.first.year, month.first.month) for month in months if month.reviewed is False)
    return sum(bool(month.reviewed) for month in months), missed, gaps


def test_T4_E5_an_interrupted_month_is_no_missed_one_on_the_timeline_either(scene):
    p.signed_review(scene.tara, scene.cast.sam, held_on=date(2026, 5, 20))
    today = date(2026, 8, 3)
    assert counted(scene.tara, scene.cast.tara, today) == (
        1,
        ((2026, 4), (2026, 6), (2026, 7)),
        ((2026, 4), (2026, 6), (2026, 7)),
    )
    pause(scene.tara, scene.cast.olive, date(2026, 5, 1), date(2026, 6, 30))
    assert counted(scene.tara, scene.cast.tara, today) == (1, ((2026, 4), (2026, 7)), ((2026, 4), (2026, 7)))
    shown = words(browser_of(scene.cast.tara).get(address("record", scene.tara.pk)))
    assert "1 of 2 months so far has a Supervisor Review" in shown
    assert "asked for none" not in words(browser_of(scene.cast.sam).get(address("reviews", scene.tara.pk)))


def test_T4_months_after_the_end_of_training_are_not_missed(scene):
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=date(2026, 5, 31))
    record = TrainingRecord.objects.get(pk=scene.tara.pk)
    both = ((2026, 4), (2026, 5))
    assert counted(record, scene.cast.olive, date(2026, 9, 3)) == (0, both, both)


def test_E5_a_backdated_interruption_says_what_already_stands_on_its_days(scene):
    p.signed_review(scene.tara, scene.cast.sam, held_on=date(2026, 5, 20))
    p.complete_dops(scene.tara, scene.cast.sam, observed_on=date(2026, 5, 31))
    change = c.answered(scene.tara, scene.cast.sam, "interruption", **SPRING)
    inside = queries.dated_inside(scene.tara, *SPRING.values(), p.TODAY)
    assert (inside.reviews, inside.dops, inside.signatures) == ([date(2026, 5, 20)], 1, 0)
    page = words(browser_of(scene.cast.olive).get(address("change_decide", change.pk)))
    assert "On these days there is already: 1 Supervisor Review (20 May 2026); 1 DOPS" in page.replace("<strong>", "")
    assert "It stays and counts." in page
    assert queries.dated_inside(scene.tom, *SPRING.values(), p.TODAY) == queries.Inside([], 0, 0)


def test_E5_an_interruption_to_come_has_nothing_on_its_days(scene, django_assert_num_queries):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    with django_assert_num_queries(0):
        assert queries.dated_inside(scene.tara, change.from_on, change.until_on, p.TODAY) == queries.Inside()
    assert "already" not in words(browser_of(scene.cast.sam).get(address("change", change.pk)))


def test_T4_months_without_a_review_come_first_and_lead_to_a_new_one_beside_a_draft(scene):
    draft = p.written_review(scene.tara, scene.cast.sam)
    sam, url = browser_of(scene.cast.sam), address("reviews", scene.tara.pk)
    page = sam.get(url)
    assert page.context["step"].label == f"Go on with review {draft.number}"
    markup = page.content.decode()
    assert markup.index("Months without a review") < markup.index("<table")
    assert markup.count("Months without a review") == 1
    assert f'href="{address("review_new", scene.tara.pk)}"' in markup
    for other in (scene.cast.tara, scene.cast.mia):
        assert address("review_new", scene.tara.pk) not in browser_of(other).get(url).content.decode()
    for held in (date(2026, 4, 20), date(2026, 5, 20)):
        p.signed_review(scene.tara, scene.cast.sam, held_on=held, period_starts_on=date(2026, 4, 1))
    assert "every month that is over has its review" in words(sam.get(url))
