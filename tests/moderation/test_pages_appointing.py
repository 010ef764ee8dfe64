"""Pages on which the office appoints moderators and ends their appointments (E3, E4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.notifications.models import Message
from moderation import actions
from moderation.models import AppointmentCheck
from tests.moderation.pages import address, browser_of, sent, shown, words
from tests.moderation.world import EXTERNAL, NOW, SUPPORTING, TODAY, stands
from training.models import Appointment, TrainingRecord


@pytest.fixture
def olive(world):
    return browser_of(world.cast.olive)


def test_e3_from_the_record_to_the_picker_to_the_appointment(world, olive):
    record = world.tara.pk
    people = words(olive.get(reverse("training:people", args=[record])))
    assert address("record", record) in people
    page = words(olive.get(address("record", record)))
    assert "Appoint an External Moderator" in page and "Nobody at present" in page
    groups = olive.get(address("pick", record, "external")).context["groups"]
    names = [[row.name for row in rows] for _, _, _, rows in groups]
    assert names == [["Max Holloway", "Mia Ferreira"], [], ["Mona Haddad"]]
    confirm = address("appoint", record, "external", world.cast.mia.pk)
    text = words(olive.get(confirm))
    for part in (
        "Appoint Mia Ferreira",
        "To Mia Ferreira &lt;mia@example.org&gt;",
        "From 10 June 2026 you are the External Moderator",
    ):
        assert part in text
    made = sent(olive, confirm)
    assert made.url == address("record", record)
    assert "Found independent on" in words(olive.get(made.url))
    assert Appointment.objects.get(person=world.cast.mia).kind == EXTERNAL


def test_e4_the_blocked_are_shown_with_why_and_cannot_be_chosen(world, olive):
    pick = words(olive.get(address("pick", world.tara.pk, "supporting")))
    assert "Works at the same Training Centre." in pick
    page = address("appoint", world.tara.pk, "supporting", world.cast.mona.pk)
    assert page not in pick
    text = words(olive.get(page))
    assert "This cannot be done now" in text and "Works at the same Training Centre." in text
    refused = olive.post(page, {"seen": olive.get(page).context["confirm"].form["seen"].value()})
    assert (refused.status_code, "Works at the same" in words(refused)) == (409, True)
    assert not Appointment.objects.filter(person=world.cast.mona).exists()


def test_e4_a_conflict_asks_for_the_reason_and_loses_nothing(world, olive):
    actions.declare_interest(by=world.cast.mia, now=NOW, words="A friend.", trainee=world.cast.tara)
    page = address("appoint", world.tara.pk, "external", world.cast.mia.pk)
    assert "Declared a conflict of interest." in words(olive.get(page))
    assert sent(olive, page).status_code == 422
    assert sent(olive, page, override_reason="Nobody else covers it.").status_code == 303
    assert AppointmentCheck.objects.get().override_reason == "Nobody else covers it."
    assert "Nobody else covers it." in words(olive.get(address("record", world.tara.pk)))


def test_e3_what_is_late_or_forged(world, olive):
    page = address("appoint", world.tara.pk, "external", world.cast.mia.pk)
    typed = shown(olive, page)
    actions.declare_interest(by=world.cast.mia, now=NOW, words="A friend.", trainee=world.cast.tara)
    assert olive.post(page, {**typed, "override_reason": "Yes."}).status_code == 409
    assert sent(olive, page, override_reason="Yes.").status_code == 303
    assert olive.get(address("pick", world.tara.pk, "external")).status_code == 409
    for kind in ("adjudicator", "trainer", "x"):
        assert olive.get(address("pick", world.tara.pk, kind)).status_code == 404
    assert olive.get(address("appoint", world.tara.pk, "supporting", world.cast.sam.pk)).status_code == 404
    assert olive.get(address("record", 10**9)).status_code == 404


def test_e3_the_last_day_of_an_appointment(world, olive):
    held = stands(world.tara, world.cast.mia, EXTERNAL)
    page = address("end", held.pk)
    assert "A mail says so to" in words(olive.get(page))
    early = (held.starts_on - timedelta(days=1)).isoformat()
    for wrong in ("", "soon", early):
        assert sent(olive, page, last_day=wrong).status_code == 422
    assert sent(olive, page, last_day=TODAY.isoformat()).url == address("record", world.tara.pk)
    assert olive.get(page).status_code == 409
    text = words(olive.get(address("record", world.tara.pk)))
    assert "to <time" in text and "Appoint an External Moderator" in text


def test_e3_one_that_has_not_begun_is_called_off_and_another_can_be_appointed(world, olive):
    held = stands(world.tara, world.cast.mia, EXTERNAL, starts_on=TODAY + timedelta(days=9))
    page = address("end", held.pk)
    assert "Call off the appointment of Mia" in words(olive.get(page))
    answer = olive.post(page, follow=True)
    assert "is called off" in words(answer) and "Appoint an External Moderator" in words(answer)
    [told] = Message.objects.filter(to=world.cast.mia, kind="moderation.appointment_ended")
    assert "has called off your appointment as External Moderator of Tara" in told.text
    assert olive.get(page).status_code == 404


def test_e3_those_of_before_and_what_stands_against_those_of_now(world, olive):
    stands(world.tara, world.cast.max, EXTERNAL, ends_on=TODAY - timedelta(days=1))
    stands(world.tara, world.cast.mona, SUPPORTING)
    text = words(olive.get(address("record", world.tara.pk)))
    assert "Before" in text and "Max Holloway" in text
    assert "Today this stands against it" in text and "Works at the same Training Centre." in text


def test_e3_a_training_that_ended_is_closed_with_the_reason(world, olive):
    held = stands(world.tara, world.cast.mia, EXTERNAL)
    page = address("record", world.tara.pk)
    assert address("end", held.pk) in olive.get(page).content.decode()
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=TODAY)
    text = words(olive.get(page))
    assert "is closed" in text and "The training has ended" in text
    assert address("end", held.pk) not in olive.get(page).content.decode()


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "tara", "nobody"])
def test_e3_only_the_office_opens_these_pages(world, who):
    held = stands(world.tara, world.cast.mia, EXTERNAL)
    client, record = browser_of(getattr(world.cast, who)), world.tara.pk
    addresses = [address("record", record), address("pick", record, "supporting"), address("end", held.pk)]
    addresses.append(address("appoint", record, "supporting", world.cast.max.pk))
    for page in addresses:
        refused = client.get(page)
        assert (refused.status_code, "Max Holloway" in words(refused)) == (403, False)
    if who in ("sam", "cora", "tara"):
        assert address("record", record) not in words(client.get(reverse("training:people", args=[record])))
