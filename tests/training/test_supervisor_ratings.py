"""The Training Supervisor's rating of a competency, beside the trainee's own, on the same scale (T2; screens 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training.world import NOW, authentication, browser_of, item_of, opened, signed, state_of, submitted
from training import actions, queries
from training.models import SupervisorRating
from training.states import ItemState

DAY = timedelta(days=1)


def rate(world, rating, who="sam", item=None, now=NOW):
    item = item or item_of(world.tara)
    return actions.rate_as_supervisor(by=getattr(world.cast, who), now=now, item_id=item.pk, rating=rating)


def events():
    rows = AuditEvent.objects.filter(action="training.competency.supervisor_rated").order_by("seq")
    return [(row.before["rating"], row.after["rating"]) for row in rows]


def row_of(world, item, who="tara"):
    groups = queries.matrix(world.tara, getattr(world.cast, who), NOW.date())
    return next(row for group in groups for row in group.rows if row.item.pk == item.pk)


# --- the rating ---


def test_t2_the_supervisor_rates_and_every_rating_is_kept(world):
    for rating, now in ((1, NOW), (3, NOW + DAY), (None, NOW + 2 * DAY)):
        rate(world, rating, now=now)
    kept = queries.ratings_of_item(item_of(world.tara))
    assert [(row.rating, row.rated_by, row.rated_at) for row in kept] == [
        (None, world.cast.sam, NOW + 2 * DAY),
        (3, world.cast.sam, NOW + DAY),
        (1, world.cast.sam, NOW),
    ]
    assert events() == [(None, 1), (1, 3), (3, None)]


def test_t2_the_same_rating_sent_again_is_kept_once(world):
    rate(world, None)
    for _ in range(3):
        rate(world, 2)
    assert SupervisorRating.objects.count() == 1 and events() == [(None, 2)]


@pytest.mark.parametrize("who", ["tara", "tom", "sue", "sid", "cora", "mia", "olive", "nobody"])
def test_t2_nobody_but_the_current_supervisor_rates(world, who):
    with pytest.raises(NotAllowed):
        rate(world, 2, who)
    assert not SupervisorRating.objects.exists()


def test_t2_a_rating_is_on_the_scale_of_the_own_one(world):
    for wrong in (-1, 5):
        with pytest.raises(Invalid, match="0 to 4"):
            rate(world, wrong)
    assert rate(world, 0) and rate(world, 4) and events() == [(None, 0), (0, 4)]


def test_t2_what_is_signed_is_rated_while_training_goes_on_and_not_after_its_end(world):
    item = signed(world.cast.sam, world.tara).item
    rate(world, 4, item=item)
    assert state_of(item) == ItemState.SIGNED
    type(world.tara).objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=NOW.date())
    with pytest.raises(TooLate, match="training has ended"):
        rate(world, 3, item=item)


def test_t2_a_rating_decides_nothing(world):
    item = submitted(world.tara)
    rate(world, 0, item=item)
    told = {"item_id": item.pk, "seen": opened(world.cast.sam, item), "authentication": authentication(NOW)}
    actions.sign_item(by=world.cast.sam, now=NOW, **told)
    assert state_of(item) == ItemState.SIGNED and queries.ratings_of_item(item)[0].rating == 0


# --- with a signature, with a return ---


def test_t2_whoever_signs_or_returns_may_rate_in_the_same_step(world):
    first, second = submitted(world.tara), submitted(world.tara, 1)
    seen_first = opened(world.cast.sam, first)
    given = {"by": world.cast.sam, "now": NOW, "rating": 3}
    actions.sign_item(item_id=first.pk, seen=seen_first, authentication=authentication(NOW), **given)
    seen = queries.shown_digest(second)
    actions.return_item(item_id=second.pk, seen=seen, reason="The uncertainty.", **{**given, "rating": 1})
    assert [(row.item_id, row.rating) for row in SupervisorRating.objects.order_by("pk")] == [
        (first.pk, 3),
        (second.pk, 1),
    ]
    assert (state_of(first), state_of(second)) == (ItemState.SIGNED, ItemState.RETURNED)


def test_t2_without_a_choice_signing_and_returning_leave_the_rating_as_it_is(world):
    item = submitted(world.tara)
    rate(world, 2, item=item)
    seen = opened(world.cast.sam, item)
    sam, address = browser_of(world.cast.sam, proved=True), reverse("training:sign", args=[item.pk])
    assert sam.post(address, {f"seen-{item.pk}": seen, "rating": ""}).status_code == 303
    other = submitted(world.tara, 1)
    form = {"seen": queries.shown_digest(other), "reason": "More.", "rating": "1"}
    assert sam.post(reverse("training:return", args=[other.pk]), form).status_code == 303
    assert [row.rating for row in SupervisorRating.objects.order_by("pk")] == [2, 1]


# --- where it stands ---


def test_t2_it_stands_beside_the_own_rating_in_the_matrix_with_its_day(world):
    item = item_of(world.tara)
    actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=3)
    rate(world, 1, now=NOW - DAY)
    rate(world, 2)
    for who in ("tara", "sam", "mia"):
        row = row_of(world, item, who)
        assert (row.rating, row.supervisor_rating, row.rated_on) == ("3 of 4", "2 of 4", NOW.date())
    rate(world, None, now=NOW + DAY)
    row = row_of(world, item)
    assert (row.rating, row.supervisor_rating, row.rated_on) == ("3 of 4", "", None)


def test_t2_the_trainee_reads_it_on_the_page_of_the_competency_and_in_its_history(world):
    item = item_of(world.tara)
    address, form = reverse("training:item", args=[item.pk]), reverse("training:supervisor_rate", args=[item.pk])
    sam, tara = browser_of(world.cast.sam), browser_of(world.cast.tara)
    assert "Not rated" in tara.get(address).text and form not in tara.get(address).text
    assert form in sam.get(address).text
    assert sam.post(form, {"rating": "3"}).status_code == 303
    shown = tara.get(address)
    assert "3 of 4" in shown.text and "Rated it 3 of 4" in shown.text
    assert (shown.context["judged"].rated_by, shown.context["judging"]) == (world.cast.sam, None)
    assert sam.post(form, {"rating": ""}).status_code == 303
    shown = tara.get(address)
    assert shown.context["judged"] is None and "Took the rating back" in shown.text


def test_t2_a_number_off_the_scale_comes_back_and_strangers_find_nothing(world):
    form = reverse("training:supervisor_rate", args=[item_of(world.tara).pk])
    back = browser_of(world.cast.sam).post(form, {"rating": "9"})
    assert back.status_code == 422 and back.context["judging"].errors
    assert browser_of(world.cast.tara).post(form, {"rating": "4"}).status_code == 403
    assert browser_of(world.cast.sue).post(form, {"rating": "4"}).status_code == 404
    assert not SupervisorRating.objects.exists()


def test_t2_the_own_rating_of_what_is_signed_is_seen_and_stands(world):
    item = item_of(world.tara)
    actions.rate_item(by=world.cast.tara, now=NOW, item_id=item.pk, rating=3)
    signed(world.cast.sam, world.tara)
    for who, stands in (("tara", True), ("sam", False)):
        text = browser_of(getattr(world.cast, who)).get(reverse("training:item", args=[item.pk])).text
        assert "3 of 4" in text and ("stands as it was when the competency was signed" in text) is stands
    assert row_of(world, item).rating
