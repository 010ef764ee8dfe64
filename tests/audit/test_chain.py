"""The audit: entries chained by hash, and every kind of tampering found (quality rule 7)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from ctts.audit import actions, queries
from ctts.audit.models import AuditEvent
from ctts.audit.rules import HASHED, codes_only, entry_hash, written_at
from ctts.audit.sealing import head_file
from ctts.audit.verification import verify
from ctts.common.digest import sha256
from tests.cast import at, person

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4)


@pytest.fixture
def tara():
    return person("tara", "Tara Quinn")


def tamper(superuser, *statements):
    """What only a superuser can do: switch the triggers off for the session, and edit."""
    with superuser.cursor() as cursor:
        for statement in ("set session_replication_role = replica", *statements):
            cursor.execute(statement)


def write(tara, action="training.item.signed", within=None, **more):
    return actions.record(action, by=tara, at=NOW, about=tara, within=within, **more)


def faults():
    return [(fault.chain, fault.number, fault.message) for fault in verify().faults]


def test_entries_of_a_dossier_follow_each_other_and_leave_other_dossiers_alone(tara):
    first, other, second = write(tara, within=7), write(tara, within=8), write(tara, within=7)
    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert second.prev == first.hash
    assert other.prev == ""
    assert list(queries.timeline(7)) == [second, first]
    assert queries.last_head_numbers(7) == (2, second.hash)
    assert queries.last_head_numbers(9) == (0, "")


def test_a_whole_chain_verifies(tara):
    for within in (None, 7, 7, 8):
        write(tara, within=within, before={"state": "open"}, after={"state": "signed", "ids": [1, 2]})
    report = verify()
    assert (report.entries, report.chains, report.faults) == (4, 3, [])


@pytest.mark.parametrize("words", ["Tara said so", "a" * 101, 1.5, {"nested": 1}])
def test_free_text_and_odd_values_never_get_into_an_entry(tara, words):
    with pytest.raises(ValueError, match="reason"):
        write(tara, after={"reason": words})


@pytest.mark.django_db(transaction=True)
def test_words_are_hashed_in_the_chain_and_may_be_erased(tara, superuser):
    write(tara, words={"reason": "Tara said so"})
    assert verify().faults == []
    tamper(superuser, "delete from audit_auditwords")
    assert verify().faults == []


@pytest.mark.django_db(transaction=True)
def test_words_changed_beside_the_chain_are_found(tara, superuser):
    write(tara, words={"reason": "Tara said so"})
    tamper(superuser, """update audit_auditwords set text = '{"reason": "Tom said so"}'""")
    assert faults() == [("office", 1, "The text kept beside it was changed.")]


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_auditevent set role = 'x'",
        "delete from audit_auditevent",
        "delete from audit_auditchain",
        "update audit_auditwords set text = '{}'",
        "delete from audit_auditwords",
        "delete from django_migrations",
    ],
)
def test_the_app_role_can_neither_edit_nor_delete(tara, statement):
    write(tara, words={"reason": "Tara said so"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_python_refuses_to_edit_or_delete_an_entry(tara):
    event = write(tara)
    with pytest.raises(TypeError, match="never edited"):
        event.save()
    with pytest.raises(TypeError, match="never deleted"):
        event.delete()


def test_the_hash_covers_every_column(tara):
    entry = AuditEvent.objects.values().get(pk=write(tara, after={"state": "signed"}).pk)
    for column, other in {"actor_id": 0, "role": "x", "object_id": 0, "after": {}, "at": NOW + timedelta(1)}.items():
        assert entry_hash({**entry, column: other}, "") != entry["hash"]


@given(text=st.text(), number=st.integers(0), actor=st.none() | st.integers(1))
def test_what_is_hashed_is_the_canonical_form_of_the_entry(text, number, actor):
    entry = dict.fromkeys(HASHED, text) | {"number": number, "actor_id": actor, "object_id": number}
    entry |= {"before": {"b": [1, text], "a": None}, "after": {}, "at": NOW, "words_sha256": "", "chain": text}
    content = {**entry, "at": written_at(NOW), "prev": "0f"}
    assert entry_hash(entry, "0f") == sha256(content)


def test_codes_only_takes_keys_numbers_and_lists():
    facts = {"state": "signed", "n": 3, "on": "2026-05-04", "yes": True, "none": None, "ids": [1, 2]}
    assert codes_only(facts) == facts
    assert codes_only(None) == {}


def test_a_day_has_one_signed_head(tara):
    write(tara)
    head = actions.seal_day(now=NOW)
    assert head.upto == AuditEvent.objects.get().pk
    assert actions.seal_day(now=NOW + timedelta(hours=2)) is None
    write(tara, within=3)
    assert actions.seal_day(now=NOW + timedelta(days=1)).previous == head.digest
    assert (verify().heads, verify().faults) == (2, [])


def test_nothing_is_signed_under_a_day_before_it_was_written(tara):
    write(tara)
    assert actions.seal_day(now=NOW - timedelta(days=1)) is None
    assert actions.seal_day(now=NOW + timedelta(days=2)) is not None
    assert actions.seal_day(now=NOW + timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update audit_auditevent set role = 'x' where number = 2", ("dossier:7", 2, "changed after it was written")),
        ("delete from audit_auditevent where number = 2", ("dossier:7", 2, "missing or out of order")),
        ("delete from audit_auditevent where number = 3", ("dossier:7", 3, "had 3 entries; 2 are left")),
        (
            "update audit_auditevent set number = 9 where number = 2 and chain = 'dossier:7'",
            ("dossier:7", 2, "missing or out of order"),
        ),
        ("update audit_auditevent set prev = hash where number = 2", ("dossier:7", 2, "does not follow the entry")),
        ("delete from audit_auditchain", ("dossier:7", 0, "no state row")),
    ],
)
def test_what_a_superuser_tampers_with_is_found(tara, superuser, statement, found):
    for _ in range(3):
        write(tara, within=7)
    tamper(superuser, statement)
    chain, number, message = faults()[0]
    assert (chain, number) == found[:2]
    assert found[2] in message


@pytest.mark.django_db(transaction=True)
def test_a_cut_tail_with_a_forged_state_row_contradicts_the_signed_head(tara, superuser):
    write(tara, within=7)
    write(tara, within=7)
    actions.seal_day(now=NOW)
    tamper(
        superuser,
        "delete from audit_auditevent where number = 2",
        "update audit_auditchain set entries = 1, last_hash = (select hash from audit_auditevent)",
    )
    assert faults() == [("dossier:7", 2, "The head of 2026-05-04 signed 2 of its entries; there are 1.")]


@pytest.mark.django_db(transaction=True)
def test_a_dossier_that_is_gone_with_its_state_row_is_named_by_the_signed_head(tara, superuser):
    write(tara, within=7)
    write(tara, within=8)
    actions.seal_day(now=NOW)
    chain = "where chain = 'dossier:7'"
    tamper(superuser, f"delete from audit_auditevent {chain}", "delete from audit_auditchain where name = 'dossier:7'")
    assert faults() == [("dossier:7", 1, "The head of 2026-05-04 signed 1 of its entries; there are 0.")]


@pytest.mark.django_db(transaction=True)
def test_a_head_whose_list_of_chains_was_changed_too_is_named(tara, superuser):
    write(tara, within=7)
    actions.seal_day(now=NOW)
    tamper(superuser, "update audit_audithead set chains = '[]'", "update audit_auditevent set hash = repeat('a', 64)")
    assert ("head 2026-05-04", 0, "The chains it signed are no longer what they were.") in faults()


@pytest.mark.django_db(transaction=True)
def test_a_deleted_head_contradicts_the_copy_kept_outside(tara, superuser):
    write(tara)
    actions.seal_day(now=NOW)
    tamper(superuser, "delete from audit_audithead")
    assert [message for _, _, message in faults()] == ["The copy kept outside has no head in the database any more."]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content", [b"{}", b"no json", b"\xff"])
def test_a_spoilt_copy_outside_differs_from_its_head(tara, content):
    write(tara)
    head_file(actions.seal_day(now=NOW)).write_bytes(content)
    assert [message for _, _, message in faults()] == ["It differs from the copy kept outside."]


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_of_one_dossier_make_one_unbroken_chain(tara):
    together = threading.Barrier(20)

    def one_writer():
        together.wait()
        write(tara, within=7)
        connections.close_all()

    writers = [threading.Thread(target=one_writer) for _ in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert list(AuditEvent.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 21))
    assert verify().faults == []
