"""A whole record that is taken away (quality rule 18): what is in it, and that nothing sealed or of others ever is."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import override_settings

from assessments.states import Stage
from ctts.documents import storage
from tests.applications.adjusting import agree, asked_of
from tests.assessments.final_stages import world as f
from tests.assessments.final_stages.filling import SECRETS, fill
from training import actions as training
from training import periodic
from training.models import RecordCopy
from training.queries import chapters_of

ESCALATED, SAFETY, SUPPORT, UNSHARED, QUARANTINED, WITHDRAWN, MODERATOR, UNMAPPED = SECRETS
KEYS = "person application people plan competencies evidence reflections case_studies reviews reports dops meetings "
KEYS += "earlier year_reviews advice messages cpd changes adjustments concerns samples assessments diploma history"


def taken(record, now=f.NOW):
    """The archive that the worker makes of a record, as name → content."""
    training.order_copy(by=record.trainee, now=now, record_id=record.pk, key=uuid4())
    assert periodic.make_copies(now) == 1
    copy = RecordCopy.objects.filter(record=record).latest("pk")
    whole = b"".join(storage.current().pieces(copy.sha256, 0, copy.size))
    assert hashlib.sha256(whole).hexdigest() == copy.sha256 and len(whole) == copy.size
    with ZipFile(BytesIO(whole)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def texts(files):
    """Everything that is written in an archive, but for the trainee's own files."""
    return "\n".join(content.decode() for name, content in files.items() if not name.startswith("files/"))


def assessed(files):
    """What the data tells of assessments, by title."""
    chapter = json.loads(files["record.json"])["chapters"]["assessments"]
    return {one["title"]: one for one in chapter["pieces"]}


@pytest.fixture(scope="module")
def whole(module_final, tmp_path_factory, django_db_blocker):
    """Tara's record with everything in it, taken away once for this module."""
    world, folder = module_final.world, tmp_path_factory.mktemp("whole")
    cast, record = world.cast, world.tara
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(STORAGE_URL=f"file://{folder}"):
        fill(record, cast.sam, cast.olive, cast.mia)
        agree(cast.ada, asked_of(record.trainee, f.NOW, "DYSLEXIA-10"), "30 minutes more", f.NOW)
        raise_concerns(record, cast)
        found = taken(record)
        transaction.set_rollback(True)
    return found


def raise_concerns(record, cast):
    given = {"now": f.NOW, "record_id": record.pk, "patient_safety": False, "reference": ""}
    own = {"by": record.trainee, "text": "OWN-11", "key": uuid4()}
    others = {"by": cast.sam, "text": "OTHERS-12", "key": uuid4()}
    for more in (own, others):
        training.raise_concern(**given, **more)


def test_rule_18_every_chapter_is_a_page_that_opens_without_us(whole):
    record = json.loads(whole["record.json"])
    assert list(record["chapters"]) == KEYS.split()
    pages = [name for name in whole if name.endswith(".html")]
    assert len(pages) == len(KEYS.split()) + 1 and "index.html" in pages and "look.css" in whole
    for name in pages:
        page = whole[name].decode()
        assert "<script" not in page and "http-equiv" not in page and "style=" not in page
        assert 'href="look.css"' in page and "/training/" not in page
    index = whole["index.html"].decode()
    assert all(name.replace(" ", "%20") in index for name in pages if name != "index.html")


def test_rule_18_the_manifest_has_the_hash_of_every_file_and_names_what_is_missing(whole):
    manifest = json.loads(whole["manifest.json"])
    named = {one["path"]: (one["size"], one["sha256"]) for one in manifest["files"]}
    there = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in whole.items()}
    assert named == {name: facts for name, facts in there.items() if name != "manifest.json"}
    assert (manifest["format"], manifest["version"]) == ("ctts-record", 1)
    missing = {one["what"]: one["why"] for one in manifest["left_out"]}
    assert missing[QUARANTINED] == "it was withdrawn from view and is given out to nobody"
    assert any("a patient could be identified" in why for why in missing.values())
    assert any("kept encrypted" in why for why in missing.values())
    assert manifest["left_out"] == json.loads(whole["record.json"])["left_out"]
    assert f"{QUARANTINED} (Evidence): it was withdrawn" in whole["index.html"].decode()


def test_rule_18_the_trainee_has_their_own_words_drafts_and_files(whole):
    said = texts(whole)
    for words in ("The rotations go to plan.", UNSHARED, UNMAPPED, ESCALATED, SAFETY, SUPPORT, MODERATOR, "OWN-11"):
        assert words in said, words
    assert "I <strong>checked</strong> the camera." in said and "What I &lt;measured&gt; &amp; found" in said
    assert "30 minutes more" in said and "A patient came." in said and "Version 1, Sam Patel" in said
    names = [name for name in whole if name.startswith("files/evidence/")]
    assert names[0] == "files/evidence/001 Uniformity of the camera.pdf" and len(names) == 6
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "jpg", "png", "webp", "xlsx", "docx"}


@pytest.mark.parametrize("secret", [WITHDRAWN, "UNSENT-9", "DYSLEXIA-10", "OTHERS-12", "A name stands in it."])
def test_rule_18_nothing_withdrawn_unsent_sealed_or_confidential_is_in_it(whole, secret):
    assert secret.encode() not in b"\n".join(whole.values())


def test_rule_18_the_data_fits_the_schema_that_goes_with_it(whole):
    schema, record = json.loads(whole["record.schema.json"]), json.loads(whole["record.json"])
    assert set(record) == set(schema["required"]) == set(schema["properties"])
    piece, file = schema["$defs"]["piece"], schema["$defs"]["file"]

    def fits(one):
        assert set(one) == set(piece["required"]) and set(one["facts"]) == set(one["labels"])
        assert all(isinstance(value, str | int | bool | list) for value in one["facts"].values())
        assert all(set(each) == set(file["required"]) for each in one["files"])
        assert all((each["path"] is None) == (each["left_out"] is not None) for each in one["files"])
        for part in one["pieces"]:
            fits(part)

    for chapter in record["chapters"].values():
        assert set(chapter) == {"title", "pieces"}
        for one in chapter["pieces"]:
            fits(one)
    assert all(name in schema["properties"]["chapters"]["description"] for name in record["chapters"])


# --- marks and outcomes (F1, quality rule 9) ---


def test_F1_no_mark_and_no_outcome_is_in_any_file_before_its_release(final):
    attempt = f.to_mark(final)
    for who in (final.cast.mia, final.cast.max):
        f.submitted(attempt, who)
    said = texts(taken(final.tara))
    titles = list(assessed(taken(final.tara, f.LATER)))
    assert "Portfolio, attempt 1" in titles and "Outcome: Portfolio, attempt 1" not in titles
    sealed = set()
    for sheet in attempt.sheets.all():
        sealed |= {sheet.words, *sheet.marks.values_list("words", flat=True)} - {""}
    assert sealed and not [words for words in sealed if words in said]
    outcome = attempt.record.outcomes.filter(stage=Stage.PORTFOLIO).first()
    assert outcome is not None and outcome.content_sha256 not in said and "Sheet of the" not in said
    f.release(final.cast, outcome, f.LATER)
    after = texts(taken(final.tara, f.at(2027, 12, 22, 10)))
    assert all(words in after for words in sealed) and "Sheet of the Supporting Moderator" in after


def test_F2_the_practical_and_the_first_year_stand_with_mark_and_words_once_released(final):
    f.log_of_two(final.tara, final.cast.sam)
    f.final_dops(final.tara, final.cast.mia)
    outcome = f.sealed_practical(final.tara, final.cast.mia)
    chapter = {one.key: one for one in chapters_of(final.tara, f.TODAY)}["assessments"]
    assert "Outcome: Practical, attempt 1" not in [piece.title for piece in chapter.pieces]
    f.release(final.cast, outcome)
    files = taken(final.tara)
    pieces = assessed(files)
    assert pieces["Outcome: Practical, attempt 1"]["facts"]["mark"] == "295/4" and "73.8" in texts(files)
    assert "Outcome: End of First Year Assessment, attempt 1" in pieces


def test_F4_a_viva_that_is_booked_stands_there_without_how_it_is_marked(ready):
    f.booked(ready, ready.tara, starts_at=f.LATER)
    pieces = assessed(taken(ready.tara))
    assert pieces["Viva, attempt 1"]["facts"]["starts_at"] == "2027-12-21T10:00:00+00:00"
