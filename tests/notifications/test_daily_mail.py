"""One mail a day for those who chose it, with everything in it once (N)."""

from datetime import timedelta

import pytest

from ctts.accounts.models import User
from ctts.audit.queries import timeline
from ctts.common.verdict import Invalid, NotAllowed
from ctts.notifications import actions, queries
from ctts.notifications.models import Message
from ctts.notifications.periodic import daily_mails
from tests.notifications.letterbox.notices import ASKING, MUTABLE, PLAIN
from tests.notifications.make import NOW, make_person, tell

MORNING = NOW + timedelta(hours=21)  # 07:00 in London the next day


def daily_person(first="tara"):
    person = make_person(first)
    actions.choose_delivery(by=person, now=NOW, person=person, daily=True, muted=[])
    return person


@pytest.mark.django_db(transaction=True)
def test_rule_n_everything_since_yesterday_comes_in_one_mail(rings):
    tara, tom = daily_person(), make_person("tom")
    parts = [tell(tara, number, context={"what": f"<event> {number}"}) for number in (1, 2)]
    tell(tom, 3)
    before = rings()
    assert daily_mails(MORNING - timedelta(seconds=1)) == 0
    assert daily_mails(MORNING) == 1
    whole = Message.objects.get(kind="notifications.daily")
    assert (whole.to, whole.state, whole.subject) == (tara, "queued", "2 messages from the training scheme")
    assert whole.text.count("About <event> 1.") == whole.text.count("About <event> 2.") == 1
    assert "About &lt;event&gt; 1." in whole.html
    assert whole.text.count("Tara") == 1
    assert [Message.objects.get(pk=part.pk).state for part in parts] == ["collected"] * 2
    assert list(whole.parts.order_by("pk")) == parts
    assert rings() == before + 1


@pytest.mark.django_db
def test_rule_n_the_daily_mail_goes_once_however_often_and_late_the_calendar_looks():
    tara = daily_person()
    tell(tara, 1)
    assert [daily_mails(MORNING + timedelta(days=days)) for days in (3, 3, 4)] == [1, 0, 0]
    tell(tara, 2, now=MORNING + timedelta(days=4))
    assert daily_mails(MORNING + timedelta(days=5)) == 1
    assert Message.objects.filter(kind="notifications.daily").count() == 2


@pytest.mark.django_db
def test_a_daily_mail_of_one_message_has_its_subject():
    tell(daily_person())
    daily_mails(MORNING)
    whole = Message.objects.get(kind="notifications.daily")
    assert whole.subject == "News of event 1"
    assert "News of event 1" not in whole.text


@pytest.mark.django_db
def test_rule_n_what_was_done_meanwhile_is_left_out_and_said():
    tara = daily_person()
    asked = [tell(tara, number, notice=ASKING, key=f"asking:{number}") for number in (1, 2)]
    tell(tara, 3)
    User.objects.filter(pk=tara.pk).update(full_name="TARA QUINN")
    assert daily_mails(MORNING) == 1
    whole = Message.objects.get(kind="notifications.daily")
    assert whole.subject == "News of event 3" and "event 1" not in whole.text + whole.html
    for words in (whole.text, whole.html):
        assert "2 more messages are left out: what they asked for is done." in words
    states = {(row.state, row.problem) for row in Message.objects.filter(pk__in=[one.pk for one in asked])}
    assert states == {("cancelled", "done already")}


@pytest.mark.django_db
def test_rule_n_nothing_left_to_ask_is_no_mail_and_what_still_waits_is_told():
    tara = daily_person()
    tell(tara, 1, notice=ASKING, key="asking:1")
    assert daily_mails(MORNING) == 1
    whole = Message.objects.get(kind="notifications.daily")
    assert "event 1" in whole.text and "left out" not in whole.text + whole.html
    tell(tara, 2, notice=ASKING, key="asking:2", now=MORNING)
    User.objects.filter(pk=tara.pk).update(full_name="TARA QUINN")
    daily_mails(MORNING + timedelta(days=1))
    assert Message.objects.filter(kind="notifications.daily").count() == 1


@pytest.mark.django_db
def test_whoever_left_gets_no_daily_mail():
    tara = daily_person()
    message = tell(tara)
    User.objects.update(is_active=False)
    assert daily_mails(MORNING) == 1
    message.refresh_from_db()
    assert (message.state, message.problem) == ("cancelled", "inactive")
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_choosing_at_once_sends_what_was_kept():
    tara = daily_person()
    tell(tara)
    actions.choose_delivery(by=tara, now=NOW, person=tara, daily=False, muted=[])
    assert Message.objects.get(kind="notifications.daily").state == "queued"
    assert daily_mails(MORNING) == 0


@pytest.mark.django_db
def test_nothing_kept_is_nothing_sent():
    tara = daily_person()
    assert actions.send_daily_mail(person_id=tara.pk, by=None, now=MORNING) is None


@pytest.mark.django_db
def test_nobody_chooses_for_another_and_nobody_mutes_what_matters():
    tara, tom = make_person(), make_person("tom")
    with pytest.raises(NotAllowed, match="Only the person who receives"):
        actions.choose_delivery(by=tom, now=NOW, person=tara, daily=True, muted=[])
    with pytest.raises(Invalid, match=r"cannot be turned off: letterbox\.plain"):
        actions.choose_delivery(by=tara, now=NOW, person=tara, daily=False, muted=[PLAIN.key])
    assert queries.preference_of(tara).daily is False


@pytest.mark.django_db
def test_a_choice_is_kept_and_on_the_audit():
    tara = make_person()
    for muted in ([], [MUTABLE.key]):
        actions.choose_delivery(by=tara, now=NOW, person=tara, daily=True, muted=muted)
    choice = queries.preference_of(tara)
    entry = timeline(None).first()
    assert (entry.action, entry.actor_id) == ("notifications.delivery_chosen", tara.pk)
    assert entry.after == {"daily": True, "muted": [MUTABLE.key]}
    assert (choice.daily, choice.muted, str(choice)) == (True, [MUTABLE.key], f"preference of {tara.pk}")
