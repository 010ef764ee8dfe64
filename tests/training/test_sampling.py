"""Sampling of local work (T11): drawn by a seed that is noted, judged once, answered where it is not agreed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.scheme.rules import SchemeNumbers
from moderation import access, queries
from moderation.models import Sample, SampleDraw, SampleJudgement
from moderation.queries.sampling import digest_of
from moderation.rules import drawn_by_seed, samples_wanted
from tests.moderation import sampling as s
from tests.training import practice as p
from tests.training import world as w
from tests.training.pages import filled, press, words
from training import actions as training
from training.models import TrainingRecord
from training.states import AppointmentKind, RecordState

# --- the rule ---


def test_T11_never_fewer_than_one_is_sampled_where_there_is_anything():
    pairs = [(0, 0), (1, 0), (10, 1), (11, 1), (47, 2), (5, 3)]
    assert [samples_wanted(*pair) for pair in pairs] == [0, 1, 0, 1, 3, 0]
    assert samples_wanted(40, 0, SchemeNumbers(sampling_percent=0)) == 0
    with pytest.raises(TypeError):
        samples_wanted(4, 1.5)


def test_T11_a_seed_chooses_the_same_whoever_asks_and_in_whatever_order():
    ids = list(range(1, 41))
    chosen = drawn_by_seed("a1", "dops", ids, 4)
    assert chosen == drawn_by_seed("a1", "dops", reversed(ids), 4)
    assert len(set(chosen)) == 4 and set(chosen) <= set(ids)
    assert chosen != drawn_by_seed("a2", "dops", ids, 4) and chosen != drawn_by_seed("a1", "competency", ids, 4)
    assert drawn_by_seed("a1", "dops", [], 4) == []


# --- drawing ---


def test_T11_one_of_each_kind_is_drawn_and_anybody_can_draw_it_again_from_the_seed(scene):
    signed = [w.signed(scene.cast.sam, scene.tara, number, p.NOW) for number in range(3)]
    dops = [p.complete_dops(scene.tara, scene.cast.sam) for _ in range(2)]
    p.complete_dops(scene.tara, scene.cast.mia)
    draw = s.drawn(scene.tara, scene.cast.mia)
    assert draw.pool == {"competency": [row.pk for row in signed], "dops": [row.pk for row in dops]}
    assert (draw.number, draw.percent) == (1, 10)
    found = {(row.sign_off_id, row.dops_id) for row in draw.samples.all()}
    again = drawn_by_seed(draw.seed, "competency", draw.pool["competency"], 1)
    assert found == {(again[0], None), (None, drawn_by_seed(draw.seed, "dops", draw.pool["dops"], 1)[0])}
    assert p.kinds_audited(scene.tara)[-1] == "moderation.sample.drawn"
    with pytest.raises(TooLate, match="enough"):
        s.drawn(scene.tara, scene.cast.mia)


def test_T11_what_was_withdrawn_since_does_not_count_as_sampled(scene):
    sample = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)
    other = p.complete_dops(scene.tara, scene.cast.sam)
    training.void_dops(by=scene.cast.sam, now=p.NOW, dops_id=sample.dops_id, reason="The wrong form.")
    with pytest.raises(TooLate, match="withdrawn since"):
        s.judged(sample, scene.cast.mia)
    draw = s.drawn(scene.tara, scene.cast.mia)
    assert (draw.number, draw.samples.get().dops) == (2, other)


def test_T11_the_same_key_draws_once(scene):
    p.complete_dops(scene.tara, scene.cast.sam)
    key = uuid4()
    assert s.drawn(scene.tara, scene.cast.mia, key=key) == s.drawn(scene.tara, scene.cast.mia, key=key)
    assert SampleDraw.objects.count() == 1


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "max", "olive"])
def test_T11_only_the_external_moderator_draws_and_judges(scene, who):
    sample, person = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia), getattr(scene.cast, who)
    with pytest.raises(NotAllowed):
        s.drawn(scene.tara, person)
    with pytest.raises(NotAllowed):
        s.judged(sample, person)


def test_T11_with_nothing_signed_or_training_ended_nothing_is_drawn(scene):
    with pytest.raises(TooLate, match="Nothing is to be sampled"):
        s.drawn(scene.tara, scene.cast.mia)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate, match="has ended"):
        s.drawn(scene.tara, scene.cast.mia)


# --- judging and answering ---


def test_T11_a_verdict_is_recorded_once_with_the_digest_of_what_was_signed(scene):
    signed = w.signed(scene.cast.sam, scene.tara, 0, p.NOW)
    sample, key = s.drawn(scene.tara, scene.cast.mia).samples.get(), uuid4()
    judgement = s.judged(sample, scene.cast.mia, "advice", "Name the phantom.", key=key)
    assert (judgement.content_sha256, judgement.words) == (signed.content_sha256, "Name the phantom.")
    again = ("advice", "Name the phantom. ")
    assert s.judged(sample, scene.cast.mia, *again, key=key) == judgement
    with pytest.raises(NotAllowed):
        s.judged(sample, scene.cast.max, *again, key=key)
    with pytest.raises(TooLate, match="is recorded"):
        s.judged(sample, scene.cast.mia, key=key)
    with pytest.raises(TooLate, match="is recorded"):
        s.judged(sample, scene.cast.mia)
    assert p.kinds_audited(scene.tara)[-1] == "moderation.sample.judged"
    for person in (scene.cast.tara, scene.cast.sam):
        assert p.told(person)[-1] == "moderation.sample_judged"
    with pytest.raises(TypeError):
        judgement.save()


@pytest.mark.parametrize("verdict", ["advice", "not_agreed"])
def test_T11_what_is_not_simply_agreed_says_why(scene, verdict):
    sample = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)
    with pytest.raises(Invalid) as problem:
        s.judged(sample, scene.cast.mia, verdict, " ")
    assert problem.value.field == "words"
    given = {"verdict": verdict, "content_sha256": digest_of(sample), "judged_at": p.NOW, "key": uuid4()}
    with pytest.raises(IntegrityError), transaction.atomic():
        SampleJudgement.objects.create(sample=sample, judged_by=scene.cast.mia, **given)


def test_T11_not_agreed_waits_for_the_supervisors_answer(scene):
    sample = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)
    with pytest.raises(TooLate, match="Only a verdict"):
        s.replied(sample, scene.cast.sam)
    s.judged(sample, scene.cast.mia, "not_agreed", "Item 3 was not observed.")
    assert duties(scene, "sam") == [("Answer a verdict of “not agreed”", "Tara Quinn", "Training Supervisor")]
    for who in ("tara", "mia", "sue", "olive"):
        with pytest.raises(NotAllowed):
            s.replied(sample, getattr(scene.cast, who))
    with pytest.raises(Invalid):
        s.replied(sample, scene.cast.sam, " ")
    key = uuid4()
    assert s.replied(sample, scene.cast.sam, key=key) == s.replied(sample, scene.cast.sam, key=key)
    with pytest.raises(TooLate, match="answered already"):
        s.replied(sample, scene.cast.sam)
    assert (duties(scene, "sam"), p.told(scene.cast.mia)[-1]) == ([], "moderation.sample_answered")
    assert p.kinds_audited(scene.tara)[-1] == "moderation.sample.answered"


# --- duties ---


def duties(scene, who):
    found = queries.duties_for(getattr(scene.cast, who), p.TODAY)
    return [(row.what, row.about, row.role) for row in found if "sample" in row.what or "agreed" in row.what]


def test_T11_drawing_and_judging_wait_for_the_moderator(scene):
    assert duties(scene, "mia") == []
    p.complete_dops(scene.tara, scene.cast.sam)
    w.signed(scene.cast.sam, scene.tara, 0, p.NOW)
    about = ("Tara Quinn", "External Moderator")
    assert duties(scene, "mia") == [("Draw a sample of local work", *about)]
    assert duties(scene, "max") == duties(scene, "sam") == []
    first, second = s.drawn(scene.tara, scene.cast.mia).samples.order_by("pk")
    assert duties(scene, "mia") == [("Judge 2 samples of local work", *about)]
    s.judged(first, scene.cast.mia)
    assert duties(scene, "mia") == [("Judge a sample of local work", *about)]
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.INTERRUPTED)
    assert duties(scene, "mia") == []
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.ACTIVE)
    s.judged(second, scene.cast.mia)
    assert duties(scene, "mia") == []


# --- who reads it ---


def test_T11_trainee_and_supervisor_read_a_sample_once_it_is_judged(scene):
    sample = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)

    def readers():
        people = ("tara", "sam", "mia", "olive", "cora", "max", "sue")
        return [one for one in people if queries.samples_visible_to(getattr(scene.cast, one), p.TODAY).exists()]

    assert readers() == ["mia", "olive"]
    s.judged(sample, scene.cast.mia)
    assert readers() == ["tara", "sam", "mia", "olive"]
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert not access.can_read_samples(scene.cast.sam, scene.tara, p.TODAY)
    assert readers() == ["tara", "mia", "olive"]


def test_T11_a_sample_is_of_one_thing_and_each_thing_is_sampled_once(scene):
    sample = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)
    for columns in ({}, {"dops": sample.dops}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sample.objects.create(draw=sample.draw, **columns)
    with pytest.raises(TypeError):
        sample.delete()


# --- pages ---


def test_T11_a_second_verdict_is_told_which_stands_and_its_words_are_given_back(scene):
    sample = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia)
    mia, url = p.client_of(scene.cast.mia), reverse("moderation:sample", args=[sample.pk])
    first, second = (filled(mia, url, verdict=one, words=f"Said {one}") for one in ("not_agreed", "agreed"))
    assert [mia.post(url, first).status_code for _ in range(2)] == [303, 303]  # the second press came late
    late = mia.post(url, second)
    assert late.status_code == 409
    assert "A verdict is recorded already (Not agreed, by you)" in words(late) and "Said agreed" in words(late)
    assert [said for _, said in late.context["typed"]] == ["Agreed", "Said agreed"]
    late = mia.post(url, {**second, "words": ""})
    assert late.context["typed"] == [("Your verdict", "Agreed")]
    assert SampleJudgement.objects.count() == 1
    tara, sam = (p.client_of(getattr(scene.cast, who)) for who in ("tara", "sam"))
    assert tara.post(url, second).status_code == 403
    answers = [filled(sam, url, words=f"I watch the next {number}.") for number in (3, 4)]
    assert [sam.post(url, answer).status_code for answer in (answers[0], *answers)] == [303, 303, 409]


def test_T11_samples_by_their_pages(scene):
    mia, sam, tara, olive = (p.client_of(getattr(scene.cast, who)) for who in ("mia", "sam", "tara", "olive"))
    url = reverse("moderation:samples", args=[scene.tara.pk])
    assert "Nothing is drawn yet" in words(mia.get(url)) and "No verdict yet" in words(tara.get(url))
    p.complete_dops(scene.tara, scene.cast.sam)
    w.signed(scene.cast.sam, scene.tara, 0, p.NOW)
    assert "form" not in sam.get(url).context["record"].__dict__ and sam.post(url, {}).status_code == 403
    assert press(mia, url).url == url
    assert SampleDraw.objects.get().seed in words(olive.get(url))
    assert SampleDraw.objects.get().seed not in words(sam.get(url))
    first, second = (reverse("moderation:sample", args=[pk]) for pk in Sample.objects.values_list("pk", flat=True))
    assert sam.get(first).status_code == 404
    assert "Competency" in words(mia.get(first)) and "See the DOPS" in words(mia.get(second))
    assert press(mia, first, verdict="not_agreed", words="").status_code == 422
    assert press(mia, first, verdict="not_agreed", words="No phantom is named.").url == first
    assert press(mia, second, verdict="agreed").url == second
    assert "the Training Supervisor" in words(mia.get(first)) and "Your answer" in words(sam.get(first))
    assert tara.post(first, {"words": "No."}).status_code == 403
    assert press(sam, first, words="I add the phantom.").url == first
    for browser in (mia, sam, tara, olive):
        assert "I add the phantom." in words(browser.get(first))
    assert sam.post(second, {"words": "Thanks."}).status_code == 409
    assert p.client_of(scene.cast.cora).get(url).status_code == 403


def test_T11_a_sample_that_was_withdrawn_since_says_so(scene):
    sample, mia = s.one_sample(scene.tara, scene.cast.sam, scene.cast.mia), p.client_of(scene.cast.mia)
    training.void_dops(by=scene.cast.sam, now=p.NOW, dops_id=sample.dops_id, reason="The wrong form.")
    page = reverse("moderation:sample", args=[sample.pk])
    assert "Withdrawn since" in words(mia.get(reverse("moderation:samples", args=[scene.tara.pk])))
    assert "Withdrawn since" in words(mia.get(page)) and mia.post(page, {}).status_code == 409


def test_T11_the_caseload_shows_lights_and_what_waits(scene):
    mia, url = p.client_of(scene.cast.mia), reverse("moderation:caseload")
    assert "Not met yet" in words(mia.get(url)) and "Hold the first meeting" in words(mia.get(url))
    p.complete_dops(scene.tara, scene.cast.sam)
    given = {"key": uuid4(), "topic": "A site", "text": "May I?"}
    training.ask_advice(by=scene.cast.tara, now=p.NOW, record_id=scene.tara.pk, **given)
    meeting = {"held_on": p.TODAY, "mode": "online", "plan_reviewed": True, "notes": "Fine.", "key": uuid4()}
    training.hold_first_meeting(by=scene.cast.mia, now=p.NOW, record_id=scene.tara.pk, **meeting)
    page = words(mia.get(url))
    for said in ("Tara Quinn", "because", "First met", "2 waiting", "Answer “A site”, and more"):
        assert said in page
    s.drawn(scene.tara, scene.cast.mia)
    counted = mia.get(url).context["rows"][0].waiting
    assert [row.what for row in counted] == ["Answer “A site”", "Judge a sample of local work"]
    assert "Tom Eriksen" not in page
    assert p.client_of(scene.cast.sam).get(url).status_code == 403
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.INTERRUPTED)
    assert "Interrupted" in words(mia.get(url))
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    assert "You have no trainees at present" in words(mia.get(url))
