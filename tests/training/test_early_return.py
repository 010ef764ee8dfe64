"""An interruption can end earlier than was granted (E5): asked for by the trainee, or noted by the office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.home.invariants import broken_invariants
from ctts.notifications.models import Message
from tests.cast import at
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import address, words
from training import actions, periodic, queries
from training.actions import StaleText
from training.models import ChangeRequest, Interruption, InterruptionEnd, TrainingRecord
from training.rules import Due, moved_by_return
from training.states import AppointmentKind, ChangeKind, MilestoneKind, RecordState

BACK = date(2026, 7, 16)
NOW = at(2026, 7, 10)


def test_E5_what_an_interruption_had_moved_comes_back_by_the_days_not_used():
    dues = [Due("a", date(2026, 7, 30)), Due("b", date(2026, 7, 31)), Due("c", date(2026, 8, 9), stays=True)]
    assert [(row.key, row.now) for row in moved_by_return(dues, date(2026, 7, 30), 15)] == [("b", date(2026, 7, 16))]


@pytest.fixture
def away(scene):
    """Tara is away from 1 to 30 July 2026."""
    c.granted(scene, "interruption")
    periodic.turn_interruptions(NOW)
    scene.tara.refresh_from_db()
    return scene


def days(record):
    """The expected end, and the days of all milestones by their kind."""
    record.refresh_from_db()
    return record.expected_end_on, dict(record.milestones.values_list("kind", "due_on"))


def broken():
    """What does not hold of changes of circumstances."""
    return [one for one in broken_invariants() if one.rule == "E5"]


def digest(record, from_on):
    change = ChangeRequest(record=record, kind=ChangeKind.RETURN, from_on=from_on)
    return queries.change_digest(change, queries.effect_of(change, NOW.date()))


def noted(record, by, from_on=BACK, seen=None, words="Her supervisor wrote to us."):
    seen = digest(record, from_on) if seen is None else seen
    return actions.note_return(by=by, now=NOW, record_id=record.pk, seen=seen, from_on=from_on, words=words)


def test_E5_the_office_notes_an_early_return_and_the_dates_come_nearer(away):
    tara, was = away.tara, days(away.tara)
    assert (tara.state, was[0]) == (RecordState.INTERRUPTED, date(2028, 4, 30))
    ended = noted(tara, away.cast.olive)
    end, milestones = days(tara)
    assert (ended.was_on, ended.ends_on, end) == (date(2026, 7, 30), date(2026, 7, 15), date(2028, 4, 15))
    moved = {kind for kind, day in milestones.items() if day != was[1][kind]}
    assert moved == set(was[1]) - {MilestoneKind.INDUCTION}
    assert {was[1][kind] - milestones[kind] for kind in moved} == {timedelta(days=15)}
    assert p.kinds_audited(tara)[-2:] == ["training.interruption.shortened", "training.record.dates_moved"]
    for person in (away.cast.tara, away.cast.sam, away.cast.cora, away.cast.mia):
        assert p.told(person)[-1] == "training.interruption_shortened"
    periodic.turn_interruptions(at(2026, 7, 16))
    tara.refresh_from_db()
    assert (tara.state, queries.pauses_of(tara)) == (RecordState.ACTIVE, [(date(2026, 7, 1), date(2026, 7, 15))])
    assert broken() == []


def test_E5_the_trainee_asks_the_supervisor_supports_and_the_office_grants(away):
    asked = c.written(away.tara, "return", now=NOW, from_on=BACK)
    digest = c.seen(asked, NOW.date())
    sent = actions.send_change(by=away.cast.tara, now=NOW, change_id=asked.pk, seen=digest)
    given = {"change_id": sent.pk, "seen": digest, "supports": True, "words": "We are glad."}
    actions.answer_change(by=away.cast.sam, now=NOW, **given)
    c.grant(ChangeRequest.objects.get(pk=sent.pk), away.cast.olive, NOW)
    assert days(away.tara)[0] == date(2028, 4, 15)
    decision = ChangeRequest.objects.get(pk=sent.pk).decision
    assert (decision.was_end_on, decision.end_on) == (date(2028, 4, 30), date(2028, 4, 15))
    assert (InterruptionEnd.objects.get().words, broken()) == ("", [])


@pytest.mark.parametrize("from_on", [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31)])
def test_E5_training_goes_on_within_the_interruption_or_not_early_at_all(away, from_on):
    with pytest.raises(Invalid, match=r"after 1 July 2026, and on 30 July 2026 at the latest") as problem:
        noted(away.tara, away.cast.olive, from_on)
    assert problem.value.field == "from_on"
    assert queries.effect_of(ChangeRequest(record=away.tara, kind="return", from_on=from_on), NOW.date()).days == 0


def calling_off(record, now=p.NOW):
    """Tara asks for the interruption from 1 July 2026 to be called off; Sam supports it."""
    change = c.sent(record, "return", from_on=date(2026, 7, 1))
    [sam] = [row.person for row in record.appointments.filter(kind=AppointmentKind.SUPERVISOR).select_related("person")]
    given = {"change_id": change.pk, "seen": c.seen(change), "supports": True, "words": "It is not needed."}
    return actions.answer_change(by=sam, now=now, **given)


def test_E5_what_has_not_begun_is_called_off_and_every_date_goes_back(scene):
    was = days(scene.tara)
    c.granted(scene, "interruption")
    assert days(scene.tara) != was
    c.grant(calling_off(scene.tara), scene.cast.olive)
    assert days(scene.tara) == was
    assert (queries.pauses_of(scene.tara), Interruption.every.count(), broken()) == ([], 1, [])
    assert {"training.interruption.called_off", "training.record.dates_moved"} <= set(p.kinds_audited(scene.tara))
    periodic.turn_interruptions(at(2026, 7, 2))
    scene.tara.refresh_from_db()
    assert scene.tara.state == RecordState.ACTIVE
    page = words(p.client_of(scene.cast.tara).get(address("record_changes", scene.tara.pk)))
    assert "Called off: from" in page and "None." in page
    again = c.granted(scene, "interruption")
    assert (again.state, len(queries.pauses_of(scene.tara))) == ("approved", 1)


def test_E5_the_page_says_that_it_is_called_off_before_it_is_sent(scene):
    c.granted(scene, "interruption")
    change = c.written(scene.tara, "return", from_on=date(2026, 7, 1))
    page = words(p.client_of(scene.cast.tara).get(address("change_send", change.pk)))
    assert "The interruption is called off" in page and "30 days earlier" in page


def test_E5_once_it_has_begun_it_is_shortened_and_not_called_off(scene):
    c.granted(scene, "interruption")
    with pytest.raises(Invalid, match="Give 1 July 2026 to call it off, or a day after, and on 30 July 2026"):
        c.written(scene.tara, "return", from_on=date(2026, 6, 20))
    with pytest.raises(Invalid, match="Give a day after 1 July 2026, and on 30 July 2026 at the latest"):
        c.grant(calling_off(scene.tara), scene.cast.olive, at(2026, 7, 1, 9))


def test_E5_the_office_notes_that_it_is_called_off(scene):
    c.granted(scene, "interruption")
    scene.tara.refresh_from_db()
    first = date(2026, 7, 1)
    change = ChangeRequest(record=scene.tara, kind=ChangeKind.RETURN, from_on=first)
    given = {"seen": queries.change_digest(change, queries.effect_of(change, p.TODAY)), "words": "A call."}
    actions.note_return(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk, from_on=first, **given)
    mail = Message.objects.filter(kind="training.interruption_shortened", to=scene.cast.tara).get()
    assert "is called off before it begins" in mail.text and mail.subject.endswith("is called off")
    with pytest.raises(DatabaseError), transaction.atomic():
        Interruption.every.update(called_off_at=None)


def test_E5_without_an_interruption_nothing_ends_early(scene):
    with pytest.raises(Invalid, match="No interruption is granted"):
        c.written(scene.tara, "return", from_on=BACK)


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "mia"])
def test_E5_only_the_office_notes_a_return(away, who):
    with pytest.raises(NotAllowed):
        noted(away.tara, getattr(away.cast, who))


def test_E5_what_was_not_shown_or_not_said_is_not_noted(away):
    with pytest.raises(StaleText):
        noted(away.tara, away.cast.olive, seen="0" * 64)
    with pytest.raises(Invalid) as problem:
        noted(away.tara, away.cast.olive, words=" ")
    assert problem.value.field == "words"
    p.appoint(away.tara, away.cast.oscar, AppointmentKind.TRAINER)
    with pytest.raises(NotAllowed):
        noted(away.tara, away.cast.oscar)
    TrainingRecord.objects.filter(pk=away.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate):
        noted(away.tara, away.cast.olive)


def test_E5_an_interruption_becomes_shorter_and_nothing_else_of_it_changes(away):
    row = Interruption.objects.get()
    changes = ({"ends_on": date(2026, 8, 1)}, {"starts_on": date(2026, 6, 30)})
    for columns in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Interruption.objects.filter(pk=row.pk).update(**columns)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        given = {"was_on": BACK, "ends_on": BACK, "decided_at": NOW}
        InterruptionEnd.objects.create(interruption=row, decided_by=away.cast.olive, **given)


def test_E5_the_office_sees_what_it_does_before_it_notes_it(away):
    olive, url = p.client_of(away.cast.olive), address("return_note", away.tara.pk)
    changes = address("record_changes", away.tara.pk)
    assert "Note an early return" in words(olive.get(changes))
    assert "Note an early return" not in words(p.client_of(away.cast.tara).get(changes))
    assert olive.get(url).context["effect"] is None
    for day, said in (("2030-01-01", "Not after 30 July 2026."), ("2026-06-30", "Not before 1 July 2026.")):
        outside = olive.get(f"{url}?from_on={day}")
        assert said in words(outside) and outside.context["effect"] is None
    shown = olive.get(f"{url}?from_on=2026-07-16")
    assert "15 days earlier" in words(shown)
    sent = {"from_on": "2026-07-16", "seen": shown.context["seen"], "words": ""}
    assert olive.post(f"{url}?from_on=2026-07-16", sent).status_code == 422
    assert olive.post(url, {**sent, "words": "A call.", "seen": "0" * 64}).status_code == 409
    assert olive.post(url, {**sent, "words": "A call."}).url == changes
    page = words(p.client_of(away.cast.tara).get(changes))
    assert "instead of" in page and "A call." in page
    assert "An interruption ends earlier" in words(olive.get(address("history", away.tara.pk)))


def test_E5_where_no_interruption_goes_on_nothing_is_noted(scene):
    olive = p.client_of(scene.cast.olive)
    assert olive.get(reverse("training:return_note", args=[scene.tara.pk])).status_code == 409
