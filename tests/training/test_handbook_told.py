"""A new version of the handbook: who is asked to read it stands before the press, and each is mailed once (E1, N)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.notifications.models import Message
from ctts.scheme import actions as scheme
from ctts.scheme import periodic, queries
from ctts.scheme.notices import HANDBOOK_PUBLISHED
from tests.training.world import NOW, browser_of, handbook, settle, upload
from training.models import TrainingRecord
from training.states import RecordState

KIND = "scheme.handbook_published"
MORNING = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _first(world):
    """Tara and Tom are in training, at Leeds and at Bristol, from the days of version 2025 on."""
    first = handbook("2025")
    settle(first.document, NOW)
    TrainingRecord.objects.update(handbook=first)


def published(version="2026"):
    made = handbook(version)
    settle(made.document, NOW)
    return made


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind=KIND).order_by("pk")
    return [(row.to.full_name, row.subject) for row in rows]


def words(version="2026"):
    return f"The scheme handbook, version {version}, waits to be read"


def test_E1_whoever_was_given_the_version_in_force_is_told_nothing(world):
    assert periodic.tell_of_handbook(MORNING) == 0 and told() == []


def test_E1_each_trainee_is_mailed_once_when_the_file_of_a_new_version_can_be_opened(world):
    made = scheme.upload_handbook(by=world.cast.olive, now=NOW, version="2026", upload=upload())
    assert periodic.tell_of_handbook(MORNING) == 0
    settle(made.document, NOW)
    assert periodic.tell_of_handbook(MORNING) == 2
    assert sorted(told()) == [("Tara Quinn", words()), ("Tom Eriksen", words())]
    assert periodic.tell_of_handbook(MORNING + timedelta(days=1)) == 0
    message = Message.objects.get(kind=KIND, to=world.cast.tara)
    assert message.within_id == world.cast.tara.pk and reverse("scheme:handbook") in message.text


def test_E1_who_has_read_it_hears_nothing_and_who_is_interrupted_once_they_are_back(world):
    made = published()
    scheme.acknowledge_handbook(by=world.cast.tom, now=NOW, handbook_id=made.pk)
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=RecordState.INTERRUPTED)
    assert periodic.tell_of_handbook(MORNING) == 0
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=RecordState.ACTIVE)
    assert periodic.tell_of_handbook(MORNING) == 1 and told() == [("Tara Quinn", words())]


def test_E1_of_a_wrong_version_that_was_replaced_before_the_morning_nobody_hears(world):
    wrong, right = published("2026"), published("2026.1")
    assert periodic.tell_of_handbook(MORNING) == 2 and {said for _, said in told()} == {words("2026.1")}
    common = {"by": None, "now": MORNING, "person_id": world.cast.tara.pk}
    assert not scheme.tell_of_handbook(**common, handbook_id=wrong.pk)
    scheme.acknowledge_handbook(by=world.cast.tara, now=MORNING, handbook_id=right.pk)
    assert not scheme.tell_of_handbook(**common, handbook_id=right.pk)
    assert scheme.tell_of_handbook(**{**common, "person_id": world.cast.tom.pk}, handbook_id=right.pk)
    assert len(told()) == 2


def test_N_a_daily_mail_leaves_out_a_version_that_was_read_or_replaced_since(world):
    made = published()
    periodic.tell_of_handbook(MORNING)
    tara, tom = (Message.objects.get(kind=KIND, to=who) for who in (world.cast.tara, world.cast.tom))
    assert HANDBOOK_PUBLISHED.asks(tara) and HANDBOOK_PUBLISHED.asks(tom)
    scheme.acknowledge_handbook(by=world.cast.tara, now=MORNING, handbook_id=made.pk)
    assert not HANDBOOK_PUBLISHED.asks(tara) and HANDBOOK_PUBLISHED.asks(tom)
    published("2027")
    assert not HANDBOOK_PUBLISHED.asks(tom)


def test_E1_before_a_version_is_published_the_page_says_who_is_asked_and_shows_the_mail(world):
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state=RecordState.INTERRUPTED)
    olive = browser_of(world.cast.olive)
    listed = olive.get(reverse("scheme:handbooks")).text
    assert reverse("scheme:publish_handbook") in listed and "Was a wrong file published?" in listed
    page = olive.get(reverse("scheme:publish_handbook")).text
    for expected in (
        "2 trainees",
        "1 of them, whose training is interrupted, only when they are back",
        "Handbook, version 2025",
        "version (the one you write below)",
        "cannot be taken back",
    ):
        assert expected in page
    TrainingRecord.objects.update(handbook=None)
    assert queries.readers_of_next() == []
    page = olive.get(reverse("scheme:publish_handbook")).text
    assert "nobody, since nobody is in training" in page and "This mail goes out" not in page
