"""Whoever is left in peace is not reminded, and hears the news when that ends; nothing is lost on the way (N)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.audit.queries import timeline
from ctts.common.verdict import TooLate
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.notifications import actions, queries
from ctts.notifications.models import Message
from ctts.notifications.notices import Notice
from ctts.notifications.periodic import daily_mails
from tests.notifications.letterbox.notices import ALWAYS, CHASING, MUTABLE, PLAIN, URGENT
from tests.notifications.make import NOW, make_person, tell

AWAY = "interrupted"
pytestmark = pytest.mark.django_db


def quiet(person, number=1, **more):
    return tell(person, number, quiet=AWAY, **more)


def told(person, now=NOW):
    actions.tell_what_was_kept(by=None, now=now, person=person, within=person.pk, quiet=AWAY)


def audited(person):
    return [(entry.action, entry.after) for entry in timeline(person.pk) if "in_peace" in entry.action]


def shown(message):
    message.refresh_from_db()
    return str(message.state), message.problem


def test_N_news_is_kept_with_the_reason_and_told_in_one_daily_mail_afterwards():
    tara = make_person()
    kept = [quiet(tara, number) for number in (1, 2)]
    assert [shown(one) for one in kept] == [("held", AWAY)] * 2
    assert set(queries.outbox_for_office()) == set(kept) == set(queries.messages_to(tara))
    assert daily_mails(NOW + timedelta(days=9)) == 0
    back = NOW + timedelta(days=30)
    told(tara, back)
    assert [shown(one) for one in kept] == [("held", "")] * 2
    assert audited(tara) == [("notifications.in_peace.told", {"messages": 2})]
    assert daily_mails(back + timedelta(days=1)) == 1
    whole = Message.objects.get(kind="notifications.daily")
    assert list(whole.parts.order_by("pk")) == kept
    assert whole.text.count("Tara") == 1 and "About event 2." in whole.text


def test_N_what_chases_never_goes_and_staff_see_why():
    tara = make_person()
    chased, muted = quiet(tara, notice=CHASING), make_person("tom")
    actions.choose_delivery(by=muted, now=NOW, person=muted, daily=False, muted=[MUTABLE.key])
    assert shown(chased) == ("cancelled", AWAY) and list(queries.withheld_for_office()) == [chased]
    assert shown(quiet(muted, notice=MUTABLE)) == ("cancelled", "muted")
    assert shown(tell(tara, 2, notice=CHASING)) == ("queued", "")


def test_N_what_is_urgent_or_for_always_goes_at_once():
    tara = make_person()
    assert [shown(quiet(tara, n, notice=one)) for n, one in enumerate((URGENT, ALWAYS))] == [("queued", "")] * 2
    for wrong in ({"urgent": True}, {"always": True}):
        with pytest.raises(ValueError, match="left in peace"):
            Notice(key="letterbox.wrong", title="Wrong", chases=True, **wrong)


def test_N_what_has_a_file_goes_by_itself_when_it_ends():
    tara = make_person()
    given = {"content": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "name": "e.ics", "media_type": MediaType.CALENDAR}
    file = store_bytes(**given, owner=tara, by=tara, now=NOW, purpose="letterbox.entry")
    kept = quiet(tara, attachment=file)
    assert shown(kept) == ("held", AWAY) and "Dear" in kept.text
    told(tara)
    assert shown(kept) == ("queued", "")


def test_N_what_waits_for_the_daily_mail_when_it_begins_is_kept_or_dropped():
    tara = make_person()
    actions.choose_delivery(by=tara, now=NOW, person=tara, daily=True, muted=[])
    news, chased, always = (tell(tara, n, notice=one) for n, one in enumerate((PLAIN, CHASING, ALWAYS)))
    actions.leave_in_peace(by=None, now=NOW, person=tara, within=tara.pk, quiet=AWAY)
    assert audited(tara) == [("notifications.in_peace.kept", {"messages": 2})]
    assert [shown(one) for one in (news, chased, always)] == [("held", AWAY), ("cancelled", AWAY), ("held", "")]
    daily_mails(NOW + timedelta(days=2))
    assert [shown(one)[0] for one in (news, always)] == ["held", "collected"]


def test_N_what_was_kept_is_neither_released_nor_told_once_it_will_not_go_on():
    tara = make_person()
    kept = quiet(tara)
    with pytest.raises(TooLate, match="left in peace"):
        actions.release(message_id=kept.pk, by=None, now=NOW)
    actions.drop_what_was_kept(by=None, now=NOW, person=tara, within=tara.pk, quiet=AWAY)
    assert audited(tara) == [("notifications.in_peace.dropped", {"messages": 1})]
    assert shown(kept) == ("cancelled", AWAY)
    told(tara)
    assert shown(kept) == ("cancelled", AWAY)
