"""Signing several at once, withdrawing a signature, and what the database refuses (T2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training.world import (
    NOW,
    audit_of,
    authentication,
    edited,
    item_of,
    opened,
    sign,
    sign_all,
    signed,
    state_of,
    submitted,
)
from training import actions, queries
from training.models import SignOff
from training.states import ItemState

LATER = NOW + timedelta(hours=1)
OTHERS = ["tara", "tom", "sue", "sid", "cora", "trina", "mia", "olive", "nobody"]


# --- several at once ---


def test_t2_several_are_signed_at_once_each_with_its_own_signature_and_one_message(world):
    items = [submitted(world.tara, number) for number in range(3)]
    for item in items:
        opened(world.cast.sam, item)
    made = sign_all(world.cast.sam, world.tara, items, comment="All seen.")
    assert [row.item_id for row in made.signed] == [item.pk for item in items]
    assert len({row.content_sha256 for row in made.signed}) == 3
    assert made.refused == []
    message = Message.objects.get(kind="training.signed")
    assert all(item.item.code in message.text for item in items)


def test_t2_a_note_on_one_takes_the_place_of_the_comment_on_all(world):
    first, second = submitted(world.tara, 0), submitted(world.tara, 1)
    for item in (first, second):
        opened(world.cast.sam, item)
    sign_all(world.cast.sam, world.tara, [first, second], comment="All seen.", notes={second.pk: "Mind the units."})
    said = dict(SignOff.objects.values_list("item", "comment"))
    assert said == {first.pk: "All seen.", second.pk: "Mind the units."}
    message = Message.objects.get(kind="training.signed")
    for text in (message.text, message.html):
        assert text.index(first.item.code) < text.index("Mind the units.") < text.index("All seen.")


def test_t2_a_note_alone_says_enough(world):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    sign_all(world.cast.sam, world.tara, [item], notes={item.pk: "Mind the units."})
    message = Message.objects.get(kind="training.signed")
    assert "Mind the units." in message.text and "There is no comment" not in message.text


def test_t2_held_rows_are_left_out_with_their_reason(world):
    sam, items = world.cast.sam, [submitted(world.tara, number) for number in range(4)]
    opened(sam, items[0])
    opened(sam, items[2])
    [changed] = queries.judged_evidence([items[2]])[items[2].pk]
    edited(world, changed)
    [taken_back] = queries.judged_evidence([items[3]])[items[3].pk]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=taken_back.pk)
    made = sign_all(sam, world.tara, items)
    assert [row.item_id for row in made.signed] == [items[0].pk]
    reasons = {item.pk: reason for item, reason in made.refused}
    assert reasons[items[1].pk] == "“Evidence 1” is not opened yet."
    assert "changed since you opened it" in reasons[items[2].pk]
    assert "waits for the trainee, who shares it again" in reasons[items[3].pk]


def test_t2_nothing_chosen_signs_nothing_and_tells_nobody(world):
    with pytest.raises(Invalid, match="at least one"):
        sign_all(world.cast.sam, world.tara, [])
    item = submitted(world.tara)
    assert sign_all(world.cast.sam, world.tara, [item]).signed == []
    assert not Message.objects.filter(kind="training.signed").exists()


def test_t2_a_competency_of_another_trainee_is_refused_whole(world):
    mine, other = submitted(world.tara), submitted(world.tom)
    opened(world.cast.sam, mine)
    with pytest.raises(Invalid, match="not a competency of this trainee"):
        sign_all(world.cast.sam, world.tara, [mine, other])
    assert not SignOff.objects.exists()


# --- withdrawing ---


def withdraw(by, sign_off, reason="Signed by mistake."):
    proof = authentication(LATER)
    return actions.withdraw_sign_off(by=by, now=LATER, sign_off_id=sign_off.pk, reason=reason, authentication=proof)


def test_t2_a_withdrawn_signature_stays_and_the_competency_is_signed_anew(world):
    first = signed(world.cast.sam, world.tara)
    gone = withdraw(world.cast.sam, first)
    assert (gone.withdraws, gone.reason, gone.content) == (first, "Signed by mistake.", first.content)
    assert state_of(first.item) == ItemState.RETURNED
    assert audit_of(first.item)[-1] == "training.competency.withdraw_sign_off"
    assert Message.objects.get(kind="training.sign_off_withdrawn").to == world.cast.tara
    item = item_of(world.tara)
    actions.submit_item(by=world.cast.tara, now=LATER, item_id=item.pk, seen=queries.shown_digest(item))
    assert sign(world.cast.sam, item).pk != first.pk
    assert SignOff.objects.filter(item=item, withdraws__isnull=True).count() == 2


@pytest.mark.parametrize("who", OTHERS)
def test_t2_only_the_current_supervisor_withdraws(world, who):
    done = signed(world.cast.sam, world.tara)
    with pytest.raises(NotAllowed):
        withdraw(getattr(world.cast, who), done)
    assert state_of(done.item) == ItemState.SIGNED


def test_t2_a_withdrawal_has_a_reason_and_happens_once(world):
    done = signed(world.cast.sam, world.tara)
    with pytest.raises(Invalid):
        withdraw(world.cast.sam, done, " ")
    gone = withdraw(world.cast.sam, done)
    for row in (done, gone):
        with pytest.raises(TooLate, match="withdrawn already"):
            withdraw(world.cast.sam, row)


# --- the database refuses too (T2, quality rule 6) ---


def refused(words):
    return pytest.raises(DatabaseError, match=words)


def copy_of(sign_off, **changes):
    """A signature row like another, for what no action would write."""
    names = [field.attname for field in SignOff._meta.concrete_fields if field.attname != "id"]
    return SignOff(**{**{name: getattr(sign_off, name) for name in names}, **changes})


def test_t2_the_database_refuses_a_signature_of_anyone_else_or_a_second_one(world):
    done = signed(world.cast.sam, world.tara)
    for signer in (world.cast.sue, world.cast.tara, world.cast.olive):
        with refused("only the current Training Supervisor"), transaction.atomic():
            copy_of(done, signer_id=signer.pk).save(force_insert=True)
    with refused("signed already"), transaction.atomic():
        copy_of(done).save(force_insert=True)


def test_t2_the_database_refuses_a_withdrawal_of_another_competency_or_without_reason(world):
    done, item = signed(world.cast.sam, world.tara), submitted(world.tara, 1)
    with refused("same competency"), transaction.atomic():
        copy_of(done, withdraws_id=done.pk, reason="x", item_id=item.pk).save(force_insert=True)
    with refused("withdrawal_has_reason"), transaction.atomic():
        copy_of(done, withdraws_id=done.pk).save(force_insert=True)


def test_t2_the_database_refuses_states_without_their_fact_and_edits_of_facts(world):
    item, done = submitted(world.tara, 1), signed(world.cast.sam, world.tara)
    statements = [
        ("update training_planitem set state = 'signed' where id = %s", item.pk, "signature that stands"),
        ("update training_planitem set state = 'returned' where id = %s", done.item_id, "signature that stands"),
        ("update training_planitem set state = 'not_started' where id = %s", item.pk, "Invalid transition"),
        ("update training_signoff set comment = 'x' where id = %s", done.pk, "Cannot update|permission denied"),
        ("delete from training_signoff where id = %s", done.pk, "Cannot delete|permission denied"),
        ("delete from training_planitem where id = %s", item.pk, "Cannot delete|permission denied"),
    ]
    for sql, key, words in statements:
        with refused(words), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [key])
