"""Evidence that changed after it was signed: the supervisor looks at it and says what follows (T2, T3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.clock import london_date
from ctts.common.verdict import NotAllowed, TooLate
from ctts.notifications.models import Message
from tests.training import world as w
from tests.training.pages import address, words
from tests.training.world import NOW, browser_of
from training import access, actions, queries
from training.actions import ChangedSinceSeen
from training.models import Evidence, SignOffConfirmation

TODAY = london_date(NOW)
LATER = NOW + timedelta(days=3)
WHAT = "Look at what changed since signed"


@pytest.fixture
def signed(world):
    """Tara's first competency, signed by Sam."""
    return w.signed(world.cast.sam, world.tara)


def evidence(sign_off):
    return Evidence.objects.get(mappings__item=sign_off.item)


def rows(world, who="sam"):
    """The rows of the person about what changed: what, where it leads, since when."""
    found = queries.duties_for(getattr(world.cast, who), london_date(LATER))
    return [(row.what, row.url, row.since) for row in found if row.what.startswith(WHAT)]


def told():
    found = Message.objects.filter(kind="training.evidence_changed").order_by("pk")
    return [(str(message.to), message.subject) for message in found]


def confirm(world, sign_off, by=None, seen=None):
    given = {"sign_off_id": sign_off.pk, "seen": seen or queries.shown_digest(sign_off.item)}
    return actions.confirm_sign_off(by=by or world.cast.sam, now=LATER, **given)


def test_T2_the_supervisor_hears_at_once_and_has_one_row(world, signed):
    assert (rows(world), told()) == ([], [])
    w.edited(world, evidence(signed))
    code = signed.item.item.code
    assert rows(world) == [(f"{WHAT}: {code}", address("changes", signed.pk), TODAY)]
    assert told() == [("Sam Patel", "Tara Quinn changed evidence that you had signed")]
    assert [rows(world, who) for who in ("tara", "cora", "mia", "olive", "sue")] == [[]] * 5


def test_T2_several_are_one_row_a_trainee_which_leads_to_all_of_them(world, signed):
    w.edited(world, evidence(signed))
    other = w.signed(world.cast.sam, world.tara, 1)
    w.text_evidence(world.tara, other.item, title="Added since")
    url = f"{address('competencies', world.tara.pk)}?state=changed"
    assert rows(world) == [(f"{WHAT}: 2 competencies", url, TODAY)]
    assert queries.changed_by_record([world.tara]) == {world.tara.pk: 2}


def test_T2_what_the_trainee_took_back_is_a_change_and_shared_as_it_was_it_is_none(world, signed):
    piece = evidence(signed)
    actions.reopen_evidence(by=world.cast.tara, now=LATER, evidence_id=piece.pk)
    assert [since for _, _, since in rows(world)] == [london_date(LATER)]
    actions.share_evidence(by=world.cast.tara, now=LATER, evidence_id=piece.pk, seen=piece.content_sha256)
    assert (rows(world), told()) == ([], [])


def test_T2_evidence_that_is_taken_from_a_signed_competency_is_a_change(world, signed):
    w.choose(evidence(signed), [], now=LATER)
    assert [since for _, _, since in rows(world)] == [london_date(LATER)]
    assert [name for name, _ in told()] == ["Sam Patel"]


def test_T2_a_draft_mapped_to_a_signed_competency_tells_nobody(world, signed):
    draft = w.text_evidence(world.tara, declared=False)
    w.choose(draft, [signed.item_id])
    assert (rows(world), told()) == ([], [])


def test_T2_the_row_goes_when_the_supervisor_says_that_the_signature_still_holds(world, signed):
    w.edited(world, evidence(signed))
    made = confirm(world, signed)
    assert confirm(world, signed) == made
    assert (made.confirmed_by, made.content_sha256) == (world.cast.sam, queries.shown_digest(signed.item))
    event = AuditEvent.objects.get(action="training.competency.still_holds")
    assert (event.role, event.after["sign_off"]) == ("Training Supervisor", signed.pk)
    assert (rows(world), queries.changed_by_record([world.tara])) == ([], {})
    w.edited(world, evidence(signed), "Changed once more.")
    assert len(rows(world)) == 1  # it was said of exactly what was there


def test_T2_the_row_goes_when_the_signature_is_withdrawn(world, signed):
    w.edited(world, evidence(signed))
    given = {"sign_off_id": signed.pk, "reason": "It shows something else.", "authentication": w.authentication(NOW)}
    actions.withdraw_sign_off(by=world.cast.sam, now=NOW, **given)
    assert rows(world) == []
    with pytest.raises(TooLate, match="withdrawn already"):
        confirm(world, signed)


@pytest.mark.parametrize("who", ["tara", "cora", "mia", "olive", "sue"])
def test_T2_nobody_else_says_that_a_signature_still_holds(world, signed, who):
    w.edited(world, evidence(signed))
    with pytest.raises(NotAllowed):
        confirm(world, signed, by=getattr(world.cast, who))


def test_T2_it_is_said_of_what_was_seen_of_what_differs_and_of_evidence_that_is_there(world, signed):
    with pytest.raises(TooLate, match="Nothing differs"):
        confirm(world, signed)
    seen = queries.shown_digest(signed.item)
    w.edited(world, evidence(signed))
    with pytest.raises(ChangedSinceSeen):
        confirm(world, signed, seen=seen)
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence(signed).pk)
    refused = access.can_confirm_sign_off(world.cast.sam, signed, TODAY)
    assert refused.reason.startswith("No evidence is shared")
    assert not SignOffConfirmation.objects.exists()


def test_T2_the_database_keeps_what_was_said_once(world, signed):
    w.edited(world, evidence(signed))
    made = confirm(world, signed)
    said = {"sign_off": signed, "evidence": {}, "confirmed_at": NOW, "confirmed_by": world.cast.sam}
    for act in (
        lambda: SignOffConfirmation.objects.create(**said, content_sha256=made.content_sha256),
        lambda: SignOffConfirmation.objects.create(**said, content_sha256="x"),
        SignOffConfirmation.objects.all().delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_T2_the_pages_of_what_changed(world, signed):
    w.edited(world, evidence(signed))
    sam = browser_of(world.cast.sam, proved=True)
    assert "1 changed since signed" in words(sam.get(address("trainees")))
    page = sam.get(address("changes", signed.pk))
    assert "I looked at it: the signature still holds" in words(page)
    late = sam.post(address("confirm_sign_off", signed.pk), {"seen": "of before"})
    assert late.status_code == 409
    assert "It changed again since you opened this page" in words(late)
    sent = sam.post(address("confirm_sign_off", signed.pk), {"seen": page.context["seen"]})
    assert (sent.status_code, sent.url) == (303, address("item", signed.item_id))
    item = words(sam.get(address("item", signed.item_id)))
    assert "Sam Patel looked at it on" in item and "Looked at what changed since signed" in item
    assert "changed since signed" not in words(sam.get(address("trainees")))
    tara = browser_of(world.cast.tara)
    assert "Sam Patel looked at this" in words(tara.get(address("changes", signed.pk)))
    assert "still holds" in words(tara.get(address("history", world.tara.pk)))


def test_T2_the_matrix_and_the_gate_name_it_until_it_is_looked_at(world, signed):
    w.edited(world, evidence(signed))
    sam = world.cast.sam
    given = {"supervisors": [sam], "moderators": [], "open_concerns": 0}

    def shown():
        found = queries.behind_gate(world.tara, sam, TODAY, **given)["signed"].items
        groups = queries.matrix(world.tara, sam, TODAY, state="changed")
        return found[0].counts, found[0].text.endswith(", changed since signed"), len(groups)

    assert shown() == (True, True, 1)
    confirm(world, signed)
    assert shown() == (True, False, 0)


def test_screens_4_the_head_of_a_group_counts_all_of_it_whatever_the_filter_leaves(world, signed):
    sam = world.cast.sam
    heads = [(group.title, group.signed, group.total) for group in queries.matrix(world.tara, sam, TODAY)]
    for state in ("not_started", "signed"):
        for group in queries.matrix(world.tara, sam, TODAY, state=state):
            assert (group.title, group.signed, group.total) in heads and 0 < len(group.rows) < group.total
    page = words(browser_of(sam).get(f"{address('competencies', world.tara.pk)}?state=signed"))
    [(_, done, total)] = [head for head in heads if head[1]]
    assert f"{done} of {total} signed, {done} shown" in page


def test_screens_2_what_was_submitted_and_has_no_evidence_any_more_is_the_trainees_to_mend(world):
    item = w.submitted(world.tara)
    [piece] = queries.judged_evidence([item])[item.pk]

    def line(reader):
        given = {"supervisors": [world.cast.sam], "moderators": [], "open_concerns": 0}
        found = queries.behind_gate(world.tara, reader, TODAY, **given)["signed"]
        [row] = [row for row in found.items if row.text.startswith(item.item.code)]
        return found.waiting, row.why, row.who

    assert line(world.cast.tara) == (1, "Submitted, not signed yet.", "Sam Patel")
    w.choose(piece, [])
    assert line(world.cast.tara) == (0, "Submitted, but no evidence is shared for it any more.", "You")


def test_T2_whoever_reads_the_page_of_a_change_and_does_not_judge_presses_nothing(world, signed):
    w.edited(world, evidence(signed))
    cora = browser_of(world.cast.cora, proved=True)
    assert "I looked at it" not in words(cora.get(address("changes", signed.pk)))
    assert cora.post(address("confirm_sign_off", signed.pk), {"seen": ""}).status_code == 403
    sam = browser_of(world.cast.sam, proved=True)
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence(signed).pk)
    assert "Wait for the trainee, or withdraw the signature" in words(sam.get(address("changes", signed.pk)))
