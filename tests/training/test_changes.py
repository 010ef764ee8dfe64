"""Changes of circumstances (E5): what can be asked for, by whom, how it is sent, supported, withdrawn."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from tests.cast import START, accredit
from tests.training import changes as c
from tests.training import practice as p
from tests.training.world import upload
from training import actions, queries
from training.actions import StaleText
from training.models import ChangeAnswer, ChangeRequest, TrainingRecord
from training.states import AppointmentKind, ChangeKind, ChangeState

TODAY = p.TODAY


def refused(scene, kind, **changes):
    with pytest.raises(Invalid) as problem:
        c.written(scene.tara, kind, **changes)
    return problem.value.field


@pytest.mark.parametrize("kind", c.ASKED)
def test_E5_the_trainee_writes_a_request_that_nobody_else_reads_before_it_is_sent(scene, kind):
    change = c.written(scene.tara, kind)
    assert (change.state, change.sent_at, change.kind) == (ChangeState.DRAFT, None, kind)
    assert p.kinds_audited(scene.tara) == ["training.change.written"]
    for who in ("sam", "cora", "mia", "olive", "tom", "sue", "nobody"):
        assert not queries.changes_visible_to(getattr(scene.cast, who), TODAY).exists()
    assert list(queries.changes_visible_to(scene.cast.tara, TODAY)) == [change]


@pytest.mark.parametrize("who", ["sam", "cora", "mia", "olive", "tom", "nobody"])
def test_E5_nobody_else_asks_sends_or_withdraws(scene, who):
    change, other = c.written(scene.tara, "extension"), getattr(scene.cast, who)
    given = {"record_id": scene.tara.pk, "kind": ChangeKind.CONTACT, "key": uuid4(), "values": c.values("contact")}
    with pytest.raises(NotAllowed):
        actions.write_change(by=other, now=p.NOW, **given)
    again = {"change_id": change.pk, "seen": queries.written_digest(change), "values": c.values("extension")}
    with pytest.raises(NotAllowed):
        actions.rewrite_change(by=other, now=p.NOW, **again)
    with pytest.raises(NotAllowed):
        actions.send_change(by=other, now=p.NOW, change_id=change.pk, seen=c.seen(change))
    with pytest.raises(NotAllowed):
        actions.withdraw_change(by=other, now=p.NOW, change_id=change.pk)


def test_E5_the_same_form_sent_twice_is_one_request_and_one_of_a_kind_is_open(scene):
    given = {"record_id": scene.tara.pk, "kind": ChangeKind.EXTENSION, "key": uuid4()}
    given["values"] = c.values("extension")
    first = actions.write_change(by=scene.cast.tara, now=p.NOW, **given)
    assert actions.write_change(by=scene.cast.tara, now=p.NOW, **given) == first
    with pytest.raises(TooLate, match="asked for this already"):
        c.written(scene.tara, "extension")
    assert c.written(scene.tom, "extension").record == scene.tom
    actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=first.pk)
    assert c.written(scene.tara, "extension").state == ChangeState.DRAFT


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("name", {"new_name": "..."}, "new_name"),
        ("name", {"new_name": "Tara  Quinn"}, "new_name"),
        ("name", {"from_on": date(2026, 6, 11)}, "from_on"),
        ("contact", {"telephone": ""}, "telephone"),
        ("contact", {"from_on": None}, "from_on"),
        ("less_than_full_time", {"percent": None}, "percent"),
        ("less_than_full_time", {"percent": 101}, "percent"),
        ("less_than_full_time", {"percent": 100}, "percent"),
        ("less_than_full_time", {"from_on": date(2026, 3, 31)}, "from_on"),
        ("less_than_full_time", {"from_on": date(2028, 4, 1)}, "from_on"),
        ("interruption", {"until_on": date(2026, 6, 30)}, "until_on"),
        ("interruption", {"until_on": None}, "until_on"),
        ("interruption", {"from_on": date(2028, 4, 1), "until_on": date(2028, 4, 2)}, "from_on"),
        ("extension", {"until_on": date(2028, 3, 31)}, "until_on"),
        ("extension", {"until_on": None}, "until_on"),
        ("withdrawal", {"from_on": date(2026, 6, 9)}, "from_on"),
        ("withdrawal", {"reason": " "}, "reason"),
    ],
)
def test_E5_what_cannot_be_is_refused_beside_its_field(scene, kind, changes, field):
    assert refused(scene, kind, **changes) == field
    assert not ChangeRequest.objects.exists()


def test_E5_48_months_are_the_longest_time_to_the_day(scene):
    assert refused(scene, "extension", until_on=date(2030, 4, 1)) == "until_on"
    assert c.written(scene.tara, "extension", until_on=date(2030, 3, 31)).until_on == date(2030, 3, 31)
    last = date(2026, 7, 1).toordinal() + (date(2030, 3, 31) - date(2028, 3, 31)).days
    days = {"from_on": date(2026, 7, 1)}
    assert refused(scene, "interruption", **days, until_on=date.fromordinal(last)) == "until_on"
    assert c.written(scene.tara, "interruption", **days, until_on=date.fromordinal(last - 1)).pk


def test_E5_the_longest_time_is_clamped_at_the_end_of_a_month(scene):
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(expected_end_on=date(2030, 2, 27))
    leap = TrainingRecord(start_on=date(2024, 2, 29), rules=scene.tom.rules)
    assert queries.latest_end_of(leap) == date(2028, 2, 28)
    assert refused_of(scene.tom, "extension", until_on=date(2030, 4, 1)) == "until_on"


def refused_of(record, kind, **changes):
    with pytest.raises(Invalid) as problem:
        c.written(record, kind, **changes)
    return problem.value.field


def test_E5_an_interruption_overlaps_no_other(scene):
    c.granted(scene, "interruption")
    for first, last in (("2026-06-20", "2026-07-01"), ("2026-07-30", "2026-08-09"), ("2026-07-05", "2026-07-06")):
        days = {"from_on": date.fromisoformat(first), "until_on": date.fromisoformat(last)}
        assert refused(scene, "interruption", **days) == "from_on"
    assert c.written(scene.tara, "interruption", from_on=date(2026, 7, 31), until_on=date(2026, 8, 1)).pk


def test_E5_E4_a_new_supervisor_is_one_of_the_centre_not_the_present_one_and_moderates_nobody(scene):
    cast, on = scene.cast, {"from_on": date(2026, 7, 1)}
    for who in (cast.sam, cast.sue, cast.trina, cast.tara, None):
        assert refused(scene, "supervisor", new_supervisor=who, **on) == "new_supervisor"
    assert refused(scene, "supervisor", new_supervisor=cast.sid, from_on=date(2026, 6, 9)) == "from_on"
    organisations.grant(by=None, now=START, person=cast.mia, role=Role.SUPERVISOR, organisation=cast.leeds)
    forget_held(cast.mia)
    assert refused(scene, "supervisor", new_supervisor=cast.mia, **on) == "new_supervisor"
    assert c.written(scene.tara, "supervisor", new_supervisor=cast.sid, **on).new_supervisor == cast.sid


def test_E5_C1_a_new_centre_is_accredited_for_the_scope_on_that_day(scene):
    cast, on = scene.cast, {"from_on": date(2026, 7, 1)}
    given = {"new_supervisor": cast.sue, **on}
    assert refused(scene, "centre", new_centre=None, **given) == "new_centre"
    assert refused(scene, "centre", new_centre=cast.leeds, **given) == "new_centre"
    assert refused(scene, "centre", new_centre=cast.bristol, **given) == "new_centre"
    accredit(cast.bristol, "NM")
    assert refused(scene, "centre", new_centre=cast.bristol, **on, new_supervisor=cast.sid) == "new_supervisor"
    late = {"new_supervisor": cast.sue, "from_on": date(2029, 1, 1)}
    assert refused(scene, "centre", new_centre=cast.bristol, **late) == "new_centre"
    assert list(queries.centres_to_choose(scene.tara, TODAY)) == [cast.bristol]
    assert [str(one) for one in queries.supervisors_to_choose(scene.tara, "centre", TODAY)] == ["Sue Lindqvist"]
    assert c.written(scene.tara, "centre", new_centre=cast.bristol, **given).pk


def test_E5_what_is_not_sent_is_changed_and_a_stale_form_is_not_written_over(scene):
    change = c.written(scene.tara, "name", upload=upload())
    given = {"change_id": change.pk, "seen": queries.written_digest(change)}
    again = actions.rewrite_change(
        by=scene.cast.tara, now=p.NOW, values=c.values("name", new_name="Tara Abbott"), **given
    )
    assert (again.new_name, again.document) == ("Tara Abbott", change.document)
    with pytest.raises(StaleText):
        actions.rewrite_change(by=scene.cast.tara, now=p.NOW, values=c.values("name"), **given)
    assert p.kinds_audited(scene.tara)[-1] == "training.change.rewritten"


def test_E5_what_changes_training_goes_to_the_supervisor_first(scene):
    change = c.sent(scene.tara, "interruption")
    assert (change.state, change.sent_at) == (ChangeState.AWAITING_SUPPORT, p.NOW)
    assert (p.told(scene.cast.sam), p.told(scene.cast.olive)) == (["training.change_asked"], [])
    assert c.WHY not in Message.objects.get(to=scene.cast.sam).text
    assert p.kinds_audited(scene.tara)[-1] == "training.change.sent"
    seen = {who: list(queries.changes_visible_to(getattr(scene.cast, who), TODAY)) for who in ("sam", "olive", "cora")}
    assert seen == {"sam": [change], "olive": [change], "cora": []}


@pytest.mark.parametrize("kind", ["name", "contact"])
def test_E5_name_and_contact_go_to_the_office_at_once_and_no_supervisor_reads_them(scene, kind):
    change = c.sent(scene.tara, kind)
    assert change.state == ChangeState.AWAITING_DECISION
    assert (p.told(scene.cast.sam), p.told(scene.cast.olive)) == ([], ["training.change_to_decide"])
    assert not queries.changes_visible_to(scene.cast.sam, TODAY).exists()
    with pytest.raises(NotAllowed):
        answer(scene, change)


def test_E5_without_a_supervisor_it_goes_to_the_office_at_once(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert c.sent(scene.tara, "interruption").state == ChangeState.AWAITING_DECISION


def test_E5_a_request_is_sent_as_it_was_shown_and_once(scene):
    change = c.written(scene.tara, "interruption")
    old = c.seen(change)
    given = {"change_id": change.pk, "seen": queries.written_digest(change)}
    other = c.values("interruption", until_on=date(2026, 8, 30))
    actions.rewrite_change(by=scene.cast.tara, now=p.NOW, values=other, **given)
    with pytest.raises(StaleText):
        actions.send_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk, seen=old)
    actions.send_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk, seen=c.seen(change))
    with pytest.raises(TooLate, match="was sent"):
        actions.send_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk, seen=c.seen(change))


def test_E5_the_database_keeps_what_was_sent(scene):
    change = c.sent(scene.tara, "interruption")
    with pytest.raises(DatabaseError, match="keeps its words"), transaction.atomic():
        ChangeRequest.objects.filter(pk=change.pk).update(until_on=date(2026, 12, 1))


def answer(scene, change, by=None, supports=True, words=""):
    given = {"change_id": change.pk, "seen": c.seen(change), "supports": supports, "words": words}
    return actions.answer_change(by=by or scene.cast.sam, now=p.NOW, **given)


@pytest.mark.parametrize("who", ["tara", "cora", "sid", "mia", "olive", "sue", "nobody"])
def test_E5_only_the_current_supervisor_answers(scene, who):
    change = c.sent(scene.tara, "interruption")
    with pytest.raises(NotAllowed):
        answer(scene, change, getattr(scene.cast, who))


@pytest.mark.parametrize(("supports", "words"), [(True, ""), (False, "The rota is full.")])
def test_E5_supported_or_not_it_goes_to_the_office_with_the_supervisors_words(scene, supports, words):
    change = answer(scene, c.sent(scene.tara, "interruption"), supports=supports, words=words)
    said = ChangeAnswer.objects.get()
    assert (change.state, said.supports, said.words) == (ChangeState.AWAITING_DECISION, supports, words)
    assert p.told(scene.cast.tara) == ["training.change_answered"]
    told = scene.cast.tara.messages.get().text
    assert ("does not support" in told) is not supports
    assert p.told(scene.cast.olive) == p.told(scene.cast.oscar) == ["training.change_to_decide"]
    assert p.kinds_audited(scene.tara)[-1] == "training.change.answered"
    with pytest.raises(TooLate):
        answer(scene, change)


def test_E5_not_supporting_needs_words_and_an_answer_is_about_what_was_shown(scene):
    change = c.sent(scene.tara, "interruption")
    with pytest.raises(Invalid) as problem:
        answer(scene, change, supports=False, words=" ")
    assert problem.value.field == "words"
    with pytest.raises(StaleText):
        actions.answer_change(by=scene.cast.sam, now=p.NOW, change_id=change.pk, seen="0" * 64, supports=True, words="")


def test_E5_a_supervisor_who_comes_later_reads_no_reasons_told_to_another(scene):
    change = c.answered(scene.tara, scene.cast.sam, "interruption")
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=date(2026, 6, 2))
    assert not queries.changes_visible_to(scene.cast.sid, TODAY).exists()
    assert not queries.changes_visible_to(scene.cast.sam, TODAY).exists()
    assert list(queries.changes_visible_to(scene.cast.tara, TODAY)) == [change]


@pytest.mark.parametrize("make", [c.written, c.sent])
def test_E5_the_trainee_withdraws_until_it_is_decided(scene, make):
    change = make(scene.tara, "interruption")
    gone = actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)
    assert gone.state == ChangeState.WITHDRAWN
    assert p.kinds_audited(scene.tara)[-1] == "training.change.withdrawn"
    with pytest.raises(TooLate):
        actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)
    with pytest.raises(TooLate):
        answer(scene, change)


def test_E5_a_decided_request_is_not_withdrawn(scene):
    change = c.granted(scene, "contact")
    with pytest.raises(TooLate):
        actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk)


def test_E5_nothing_is_asked_for_once_training_has_ended(scene):
    change = c.written(scene.tara, "extension")
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state="withdrawn", ended_on=TODAY)
    with pytest.raises(TooLate):
        c.written(scene.tara, "contact")
    with pytest.raises(TooLate):
        actions.send_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk, seen=c.seen(change))
