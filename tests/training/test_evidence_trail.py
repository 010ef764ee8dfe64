"""Who withdrew a piece of evidence, when, and what was found; its trail, and how the history names it (T3, rule 17)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ctts.common.verdict import Invalid
from tests.training.pages import address, words
from tests.training.world import (
    NOW,
    authentication,
    browser_of,
    edited,
    file_evidence,
    settle,
    signed,
    text_evidence,
)
from training import access, actions, periodic, queries
from training.actions import Content
from training.models import Appointment, Evidence
from training.states import AppointmentKind, EvidenceState

LATER = NOW + timedelta(hours=1)
TODAY = NOW.date()
FOUND = "A date of birth in the second paragraph."


@pytest.fixture
def withdrawn(world):
    """Evidence of Tara that Sam has withdrawn from view."""
    evidence = text_evidence(world.tara, title="Camera report")
    withdraw(world, evidence)
    return evidence


def withdraw(world, evidence, by=None, reason=FOUND):
    given = {"evidence_id": evidence.pk, "reason": reason, "authentication": authentication(LATER)}
    return actions.quarantine_evidence(by=by or world.cast.sam, now=LATER, **given)


def redacted(world, evidence):
    seen = Evidence.objects.get(pk=evidence.pk).content_sha256
    given = {"evidence_id": evidence.pk, "seen": seen, "content": Content("Camera report", "Nobody."), "declared": True}
    return actions.edit_evidence(by=world.cast.tara, now=LATER + timedelta(hours=1), **given)


def trail(world, who, evidence):
    found = Evidence.objects.select_related("record", "author").get(pk=evidence.pk)
    return queries.evidence_trail(found, getattr(world.cast, who), TODAY)


def told(world, who):
    entries, _ = queries.history_page(world.tara, getattr(world.cast, who), TODAY, None)
    return [(entry.who, entry.what, entry.url) for entry in entries if "Camera" in entry.what or "piece" in entry.what]


def test_t3_the_author_learns_what_was_found_by_whom_and_since_when(world, withdrawn):
    gone = trail(world, "tara", withdrawn).withdrawn
    assert (gone.who, gone.role, gone.at, gone.note) == ("Sam Patel", "Training Supervisor", LATER, FOUND)
    page = words(browser_of(world.cast.tara, proved=True).get(address("evidence_one", withdrawn.pk)))
    assert FOUND in page and "Sam Patel (Training Supervisor) withdrew it" in page


def test_t3_after_the_redaction_the_trail_stays_on_the_page(world, withdrawn):
    assert redacted(world, withdrawn).state == EvidenceState.SHARED
    said = [entry.what for entry in trail(world, "sam", withdrawn).entries]
    assert said[:2] == ["It was shared", "It was changed after it had been withdrawn"]
    assert said[2:] == ["It was withdrawn from view", "It was shared"]
    assert "It was changed" in [entry.what for entry in trail(world, "tara", withdrawn).entries]
    page = words(browser_of(world.cast.sam, proved=True).get(address("evidence_one", withdrawn.pk)))
    assert "What happened with it" in page and FOUND in page


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "olive"])
def test_t3_the_author_and_those_who_were_told_know_what_was_found(world, withdrawn, who):
    redacted(world, withdrawn)
    assert trail(world, who, withdrawn).withdrawn.note == FOUND
    assert access.can_know_finding(getattr(world.cast, who), Evidence.objects.get(pk=withdrawn.pk), TODAY)


def test_t3_other_readers_see_that_it_was_withdrawn_and_not_what_was_found_unless_they_wrote_it(world):
    for kind, person in ((AppointmentKind.TRAINER, world.cast.nobody), ("external_moderator", world.cast.mia)):
        Appointment.objects.create(record=world.tara, person=person, kind=kind, starts_on=TODAY, made_at=NOW)
    evidence = text_evidence(world.tara, title="Camera report")
    withdraw(world, evidence, by=world.cast.mia)
    redacted(world, evidence)
    assert [trail(world, who, evidence).withdrawn.note for who in ("nobody", "mia")] == ["", FOUND]
    refused = access.can_know_finding(world.cast.nobody, Evidence.objects.get(pk=evidence.pk), TODAY)
    assert (refused.kind, refused.reason) == ("no", "Only the author and those who were told know what was found.")


def test_t3_what_never_was_withdrawn_has_a_trail_without_it(world):
    evidence = text_evidence(world.tara, title="Camera report")
    assert trail(world, "sam", evidence).withdrawn is None


def test_t3_what_was_found_is_not_written_again(world):
    evidence = text_evidence(world.tara)
    with pytest.raises(Invalid, match="names what may identify a patient") as problem:
        withdraw(world, evidence, reason="The number 943 476 5919 stands there.")
    assert problem.value.field == "reason"
    assert Evidence.objects.get(pk=evidence.pk).state == EvidenceState.SHARED


def test_t3_the_history_names_evidence_for_whoever_may_read_it_and_leads_to_it(world):
    evidence = text_evidence(world.tara, title="Camera report")
    url = address("evidence_one", evidence.pk)
    assert told(world, "sam") == [("Tara Quinn", "“Camera report” was shared", url)]
    withdraw(world, evidence)
    assert told(world, "sam") == [
        ("Sam Patel", "A piece of evidence was withdrawn from view", ""),
        ("Tara Quinn", "A piece of evidence was shared", ""),
    ]
    assert told(world, "tara")[0] == ("Sam Patel", "“Camera report” was withdrawn from view", url)
    page = browser_of(world.cast.tara, proved=True).get(address("history", world.tara.pk))
    assert f'<a href="{url}">“Camera report” was withdrawn from view</a>' in page.content.decode()


def test_t3_a_file_that_was_shared_once_it_was_checked_is_shared_by_its_author(world):
    evidence = file_evidence(world.tara)
    settle(evidence.document, LATER, "Nothing to see.")
    assert periodic.share_evidence(LATER) == 1
    [entry] = trail(world, "sam", evidence).entries
    assert (entry.who, entry.what) == ("Tara Quinn", "It was shared, after the check of the file")


# --- versions ---


def rewritten(world, evidence, text, at):
    """The same evidence taken back, changed and shared again."""
    actions.reopen_evidence(by=world.cast.tara, now=at, evidence_id=evidence.pk)
    seen = Evidence.objects.get(pk=evidence.pk).content_sha256
    given = {"evidence_id": evidence.pk, "seen": seen, "content": Content("Camera report", text), "declared": True}
    return actions.edit_evidence(by=world.cast.tara, now=at, **given)


def versions(evidence):
    found = Evidence.objects.select_related("author").get(pk=evidence.pk)
    return [(one.number, one.by, one.opens, one.current) for one in queries.versions_of(found)]


def test_t3_every_version_that_was_shared_is_listed_and_opens_for_its_readers(world):
    evidence = text_evidence(world.tara, title="Camera report", text="The camera was even.")
    assert rewritten(world, evidence, "The camera was quite even.", LATER).state == EvidenceState.SHARED
    assert versions(evidence) == [(2, "Tara Quinn", True, True), (1, "Tara Quinn", True, False)]
    newer, older = (one.version for one in queries.versions_of(Evidence.objects.get(pk=evidence.pk)))
    sam = browser_of(world.cast.sam, proved=True)
    page = words(sam.get(address("evidence_version", newer.pk)))
    assert "Version 2" in page and "put in: </span>quite" in page
    first = words(sam.get(address("evidence_version", older.pk)))
    assert "The camera was even." in first and "It says something else now." in first
    assert "What changed since the version before" not in first
    assert "shared now" in words(sam.get(address("evidence_one", evidence.pk)))
    assert browser_of(world.cast.sue).get(address("evidence_version", newer.pk)).status_code == 404


def test_t3_a_version_that_was_withdrawn_is_listed_and_opens_for_nobody(world, withdrawn):
    redacted(world, withdrawn)
    assert versions(withdrawn) == [(2, "Tara Quinn", True, True), (1, "Tara Quinn", False, False)]
    newer, older = (one.version for one in queries.versions_of(Evidence.objects.get(pk=withdrawn.pk)))
    for who in ("tara", "sam"):
        browser = browser_of(getattr(world.cast, who), proved=True)
        assert browser.get(address("evidence_version", older.pk)).status_code == 404
        assert "What changed since" not in words(browser.get(address("evidence_version", newer.pk)))
        assert "Version 1, withdrawn from view" in words(browser.get(address("evidence_one", withdrawn.pk)))


def test_t3_the_file_of_a_version_opens_for_its_readers(world):
    evidence = file_evidence(world.tara)
    settle(evidence.document, LATER, "Nothing to see.")
    periodic.share_evidence(LATER)
    assert versions(evidence) == [(1, "Tara Quinn", True, True)]
    [version] = evidence.versions.all()
    sam = browser_of(world.cast.sam, proved=True)
    assert "training-plan.pdf" in words(sam.get(address("evidence_version", version.pk)))
    sent = sam.get(address("evidence_version_file", version.pk))
    assert (sent.status_code, b"".join(sent.streaming_content)[:5]) == (200, b"%PDF-")
    text = text_evidence(world.tara).versions.get()
    assert sam.get(address("evidence_version_file", text.pk)).status_code == 404


def test_t2_what_changed_since_a_signature_is_marked_and_both_versions_open(world):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    edited(world, evidence)
    page = browser_of(world.cast.sam, proved=True).get(address("changes", done.pk))
    [found] = page.context["found"]
    html = page.content.decode()
    assert "<del>" in html and "<ins>" in html and not found.same_words
    for version in (found.was, found.now):
        assert address("evidence_version", version.pk) in html


def test_t2_a_file_under_the_same_name_is_said_to_be_another(world):
    found = queries.items.Difference("Report", "was changed", "Report", "Report", queries.items.word_changes("a", "a"))
    assert found.same_words and not queries.items.Difference("Report", "was added", after="x").same_words
