"""A DOPS while it is written and once it is signed: its steps, what the database keeps, what is read (T5)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme.models import DopsItem
from tests.training import dops as d
from tests.training import practice as p
from training import actions, queries
from training.actions import StaleText
from training.models import Dops, DopsScore
from training.queries import DopsWanted

# --- steps ---


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("observed_on", {"observed_on": None}),
        ("observed_on", {"observed_on": p.TODAY + timedelta(days=1)}),
        ("observed_on", {"observed_on": date(2026, 3, 31)}),
    ],
)
def test_T5_a_day_that_cannot_be_is_refused(scene, field, changes):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    with pytest.raises(Invalid) as problem:
        d.head(dops, scene.cast.sam, **changes)
    assert problem.value.field == field


def test_T5_the_competency_is_one_of_the_record(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    with pytest.raises(Invalid):
        d.head(dops, scene.cast.sam, item=p.items_of(scene.tom)[0])


def test_T5_at_most_three_items_are_not_applicable_over_both_halves(scene):
    dops, sam = p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam
    first = queries.items_of_step(dops, 2)
    three = {item.pk: None if place < 3 else 3 for place, item in enumerate(first)}
    given = {"dops_id": dops.pk, "step_number": 2, "scores": three, "seen": p.step(dops, 2)}
    actions.save_scores(by=sam, now=p.NOW, **given)
    with pytest.raises(Invalid, match="At most 3"):
        d.scores(dops, sam, 3, None)
    assert d.scores(dops, sam, 3, 4)


@pytest.mark.parametrize("score", [-1, 5])
def test_T5_a_score_is_nought_to_four(scene, score):
    with pytest.raises(Invalid):
        d.scores(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam, 2, score)


def test_T5_an_item_of_another_form_is_refused(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    other = DopsItem.objects.exclude(form=dops.form_id).first()
    given = {"dops_id": dops.pk, "step_number": 2, "scores": {other.pk: 3}, "seen": p.step(dops, 2)}
    with pytest.raises(Invalid):
        actions.save_scores(by=scene.cast.sam, now=p.NOW, **given)


def test_T5_a_step_saved_in_another_window_is_not_written_over(scene):
    dops, sam = p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam
    seen = {step: p.step(dops, step) for step in (1, 2, 4)}
    p.filled_dops(dops, sam)
    words = {"dops_id": dops.pk, "values": p.WORDS, "seen": seen[4]}
    for late in (
        lambda: d.head(dops, sam, seen[1]),
        lambda: d.scores(dops, sam, 2, 0, seen[2]),
        lambda: actions.save_words(by=sam, now=p.NOW, **words),
    ):
        with pytest.raises(StaleText):
            late()


def test_T5_what_is_missing_is_named_with_its_step(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    assert [one.step for one in queries.missing_of(d.again(dops))] == [1, 2, 3, 4]
    with pytest.raises(TooLate, match="not complete"):
        p.sign(dops, scene.cast.sam)
    full = p.filled_dops(dops, scene.cast.sam)
    DopsScore.objects.filter(dops=full).update(score=None)
    assert [one.words for one in queries.missing_of(d.again(full))] == [
        "At most 3 items of a DOPS may be not applicable."
    ]


def test_T5_what_was_signed_is_what_was_seen(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    given = {"dops_id": dops.pk, "authentication": p.proof()}
    with pytest.raises(StaleText):
        actions.sign_dops(by=scene.cast.sam, now=p.NOW, seen="0" * 64, post="Physicist", **given)
    with pytest.raises(Invalid):
        actions.sign_dops(by=scene.cast.sam, now=p.NOW, seen=queries.dops_digest(d.again(dops)), post=" ", **given)


def test_T5_only_the_assessor_writes_and_not_after_signing(scene):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    for other in (scene.cast.tara, scene.cast.mia, scene.cast.sid):
        with pytest.raises(NotAllowed):
            d.head(dops, other)
    p.sign(p.filled_dops(dops, scene.cast.sam), scene.cast.sam)
    with pytest.raises(TooLate):
        d.head(dops, scene.cast.sam)


def test_T5_the_trainee_acknowledges_what_was_signed_once(scene):
    dops = p.signed_dops(scene.tara, scene.cast.sam)
    with pytest.raises(NotAllowed):
        d.acknowledge(dops, scene.cast.tom)
    with pytest.raises(StaleText):
        d.acknowledge(dops, scene.cast.tara, "0" * 64)
    d.acknowledge(dops, scene.cast.tara)
    with pytest.raises(TooLate):
        d.acknowledge(dops, scene.cast.tara)


# --- the database's own judgement ---


@pytest.mark.parametrize(
    "columns",
    [
        {"procedure": "Other"},
        {"observed_on": date(2026, 6, 3)},
        {"overall": "not_yet_competent"},
        {"agreed_action": ""},
    ],
)
def test_T5_a_written_dops_stays_whoever_writes(scene, columns):
    dops = p.signed_dops(scene.tara, scene.cast.sam)
    with pytest.raises(IntegrityError, match="keeps its words"), transaction.atomic():
        Dops.objects.filter(pk=dops.pk).update(**columns)


def test_T5_signed_scores_stay_and_so_does_the_comment(scene):
    dops = p.complete_dops(scene.tara, scene.cast.sam)
    rows = DopsScore.objects.filter(dops=dops)
    for act in (lambda: rows.update(score=4), rows.delete):
        with pytest.raises(IntegrityError, match="keeps its scores"), transaction.atomic():
            act()
    with pytest.raises(IntegrityError, match="keeps its comment"), transaction.atomic():
        Dops.objects.filter(pk=dops.pk).update(trainee_comment="No.")


def test_T5_an_unapproved_suitable_person_is_never_written_down(scene):
    dops = p.asked_dops(scene.tara, scene.cast.trina)
    Dops.objects.filter(pk=dops.pk).update(state="started")
    whole = {**p.header(scene.tara), "overall": "competent", "state": "awaiting_acknowledgement"}
    with pytest.raises(IntegrityError, match="suitable_person"), transaction.atomic():
        Dops.objects.filter(pk=dops.pk).update(**whole)


# --- reading ---


def test_T5_scores_are_the_assessors_until_they_are_signed(scene):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    assert [queries.shows_scores(dops, one) for one in (scene.cast.sam, scene.cast.tara)] == [True, False]
    p.sign(dops, scene.cast.sam)
    assert queries.shows_scores(dops, scene.cast.tara)


def test_T5_the_log_is_narrowed_and_shows_nobody_elses(scene):
    mine = p.complete_dops(scene.tara, scene.cast.sam)
    moderators = p.signed_dops(scene.tara, scene.cast.mia, item=p.items_of(scene.tara)[1])
    p.complete_dops(scene.tom, scene.cast.sue)

    def shown(**wanted):
        return set(queries.dops_log(scene.tara, scene.cast.tara, p.TODAY, DopsWanted(**wanted)))

    assert shown() == {mine, moderators}
    assert shown(state="complete") == shown(item_id=mine.item_id) == {mine}
    assert shown(kind="external_moderator") == {moderators}
    assert set(queries.moderator_dops(scene.tara, scene.cast.tara, p.TODAY)) == {moderators}
    assert not queries.dops_log(scene.tom, scene.cast.tara, p.TODAY, DopsWanted()).exists()
    assert len(queries.linked_items(scene.tara)) == 2


def test_T5_recent_procedures_come_first_each_once(scene):
    for name in ("Uniformity", "uniformity", "Dose calibrator"):
        p.complete_dops(scene.tara, scene.cast.sam, procedure=name)
    other = p.complete_dops(scene.tom, scene.cast.sue)
    found = queries.recent_procedures(p.started_dops(scene.tara, scene.cast.sam))
    assert [row.procedure for row in found] == ["Dose calibrator", "uniformity"]
    here = p.started_dops(scene.tara, scene.cast.sam)
    assert queries.same_competency(here, found[0]) == found[0].item_id
    assert queries.same_competency(here, other) is None
    assert queries.last_header_of(scene.cast.sam) == ("Physicist", "")
    assert queries.last_header_of(scene.cast.trina) == ("", "")
