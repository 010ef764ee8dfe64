"""Whoever withdrew evidence or was told of it reads what was found and how far it is; and what its page says (T3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from ctts.common.verdict import Invalid
from ctts.documents.proving import ProvenFile
from ctts.documents.states import MediaType
from tests.training.pages import address, words
from tests.training.test_evidence_trail import FOUND, redacted, withdraw
from tests.training.world import GOOD, NOW, browser_of, item_of, settle, text_evidence
from training import actions, periodic, queries
from training.forms import LibraryFilterForm, NewLinkForm
from training.models import Appointment, Evidence, EvidenceMapping

TODAY = NOW.date()
TEXT = "I measured the uniformity"


def page(world, who, evidence):
    return browser_of(getattr(world.cast, who), proved=True).get(address("evidence_one", evidence.pk))


def known(world, who):
    return list(queries.evidence_known_withdrawn(getattr(world.cast, who), TODAY))


@pytest.fixture
def camera(world):
    return text_evidence(world.tara, item_of(world.tara), title="Camera report")


@pytest.mark.parametrize("who", ["sam", "cora", "olive"])
def test_T3_those_who_are_told_read_what_was_found_and_how_far_it_is_and_nothing_of_it(world, camera, who):
    withdraw(world, camera)
    shown = page(world, who, camera)
    said = words(shown)
    assert (shown.status_code, FOUND in said, "has not replaced it yet" in said) == (200, True, True)
    assert "Sam Patel (Training Supervisor) withdrew it" in said
    assert item_of(world.tara).item.code in said
    assert TEXT not in said and "Camera report" not in said


def test_T3_whoever_reported_it_reads_it_and_others_who_stand_around_do_not(world, camera):
    for person in (world.cast.mia, world.cast.max):
        given = {"kind": "external_moderator" if person == world.cast.mia else "trainer", "made_at": NOW}
        Appointment.objects.create(record=world.tara, person=person, starts_on=TODAY, **given)
    withdraw(world, camera, by=world.cast.mia)
    assert FOUND in words(page(world, "mia", camera))
    for who in ("max", "sue", "tom", "nobody"):
        assert (known(world, who), page(world, who, camera).status_code) == ([], 404)


def test_T3_it_says_how_far_the_author_is_until_it_is_shared_again(world, camera):
    withdraw(world, camera)
    given = {"evidence_id": camera.pk, "content": actions.Content("A report", "NHS number 943 476 5919.")}
    for declared, word in ((False, "has not shared it again yet"), (True, "waits for an answer")):
        seen = Evidence.objects.get(pk=camera.pk).content_sha256
        actions.edit_evidence(by=world.cast.tara, now=NOW, seen=seen, declared=declared, **given)
        assert word in words(page(world, "sam", camera))
    redacted(world, camera)
    assert (known(world, "sam"), "Nobody." in words(page(world, "sam", camera))) == ([], True)
    later = NOW + timedelta(hours=3)
    actions.reopen_evidence(by=world.cast.tara, now=later, evidence_id=camera.pk)
    assert "Tara Quinn took it back" in words(page(world, "sam", camera))  # a draft again, as any other


def test_T3_what_was_withdrawn_is_not_put_among_the_best(world, camera):
    item = item_of(world.tara)
    withdraw(world, camera)
    tara = browser_of(world.cast.tara)
    assert "Put among the best" not in words(tara.get(address("item", item.pk)))
    with pytest.raises(Invalid, match="withdrawn from view"):
        actions.nominate(by=world.cast.tara, now=NOW, item_id=item.pk, evidence_id=camera.pk, best=True)
    EvidenceMapping.objects.update(nominated=True)  # from before it was withdrawn
    assert "Take off the best" in words(tara.get(address("item", item.pk)))
    actions.nominate(by=world.cast.tara, now=NOW, item_id=item.pk, evidence_id=camera.pk, best=False)
    assert not EvidenceMapping.objects.get().nominated


def test_T3_the_library_can_be_narrowed_to_every_state(world, camera):
    withdraw(world, camera)
    offered = dict(LibraryFilterForm(items=queries.mappable_items(world.tara)).fields["state"].choices)
    assert list(offered) == ["", "draft", "held", "shared", "reopened", "quarantined"]
    tara = browser_of(world.cast.tara)
    shown = words(tara.get(address("evidence", world.tara.pk), {"state": "quarantined"}))
    assert "Camera report" in shown and "Choose one of those" not in shown


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://example.org/poster", True),
        ("example.org/poster", True),
        ("http://example.org/poster", False),
        ("//example.org/poster", False),
        ("ftp://example.org/poster", False),
    ],
)
def test_T3_a_link_begins_with_https(world, url, fits):
    given = {"title": "A poster", "url": url, "key": "5b1f2a52-8f0e-4a53-9a3c-1d0c1c6c2f11"}
    form = NewLinkForm(given, items=queries.mappable_items(world.tara))
    assert form.is_valid() == fits
    if fits:
        assert form.cleaned_data["url"] == "https://example.org/poster"
    else:
        assert "begins with https://" in str(form.errors["url"])


def test_quality_12_a_file_without_a_preview_says_so_and_that_the_portfolio_asks_for_a_pdf(world):

    content = (GOOD / "reflective-piece.docx").read_bytes()
    upload = ProvenFile(content=content, media_type=MediaType.DOCX, name="reflective-piece.docx", pages=None)
    given = {"kind": "file", "content": actions.Content("A word file", upload=upload), "declared": True, "key": uuid4()}
    given["item_ids"] = [item_of(world.tara).pk]
    piece = actions.add_evidence(by=world.cast.tara, now=NOW, record_id=world.tara.pk, **given)
    settle(piece.document, NOW, "Nothing to see.")
    periodic.share_evidence(NOW)
    own, others = words(page(world, "tara", piece)), words(page(world, "sam", piece))
    assert "There is no preview of it here" in own and "The portfolio asks for a PDF" in own
    assert "There is no preview of it here" in others and "The portfolio asks for a PDF" not in others
