"""The pack for the register (D2): what is there, what is missing by name, put together once, told once; D4 besides."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from applications.models import Qualification
from ctts.common.seals import examine
from ctts.common.verdict import NotAllowed, TooLate
from ctts.documents import storage
from ctts.documents.keeping import read
from ctts.documents.models import Document
from ctts.notifications.models import Message
from moderation import access, actions, queries
from moderation.models import Pack, PackFile
from moderation.packing import picture_pdf
from moderation.states import PackPart, PackState
from tests.moderation.awarding import NOW, issued, job
from tests.office import browser_of
from tests.training.world import GOOD, audit_of, settle, upload
from tests.worlds import built_once
from training.models import TrainingRecord

LATER = NOW + timedelta(minutes=5)


def give(awarded, part, name="training-plan.pdf", *, checked=True, now=NOW):
    """Tara adds a file, which the worker has checked."""
    given = {"record_id": awarded.tara.pk, "part": part, "upload": upload(name, str(part))}
    made = actions.give_pack_part(by=awarded.cast.tara, now=now, **given)
    if checked:
        settle(made.document, now)
    return made


@built_once
def whole(awarded):
    """Nothing is missing."""
    issued(awarded)
    job("make_diplomas")
    for part in PackPart:
        give(awarded, part)
    return awarded


def ask(awarded, now=NOW):
    """Tara asks, and the worker makes it."""
    pack = actions.ask_pack(by=awarded.cast.tara, now=now, record_id=awarded.tara.pk)
    job("make_packs", now)
    return Pack.objects.select_related("archive", "printable").get(pk=pack.pk)


def missing(awarded):
    """What is missing now, by key."""
    return {line.key.partition("-")[0]: line.missing for line in queries.pack_lines(awarded.tara) if not line.there}


# --- what it consists of ---


def test_D2_every_part_is_listed_and_what_is_missing_is_named(awarded):
    keys = [line.key.partition("-")[0] for line in queries.pack_lines(awarded.tara)]
    assert keys == ["details", "certificate", "diploma", "cv", "chart"]
    assert missing(awarded) == {"diploma": "not issued yet", "cv": "not added yet", "chart": "not added yet"}
    issued(awarded)
    give(awarded, PackPart.CV, checked=False)
    assert missing(awarded)["diploma"] == "being made" and missing(awarded)["cv"].startswith("still being checked")
    job("make_diplomas")
    settle(PackFile.objects.get().document, NOW)
    give(awarded, PackPart.ORGANISATION_CHART)
    assert missing(awarded) == {}


def test_D2_what_the_trainee_adds_is_kept_and_replaced(awarded):
    first = give(awarded, PackPart.CV)
    again = give(awarded, PackPart.CV, "purchase-order.pdf", now=LATER)
    assert (again.pk, again.given_at) == (first.pk, LATER) and again.document != first.document
    assert again.document.owner == awarded.cast.tara and again.document.purpose == "moderation.pack_cv"
    assert audit_of(again) == ["moderation.pack.part_given"] * 2


def test_D2_files_that_were_withdrawn_or_are_no_pdf_are_missing(awarded, whole):
    chart = PackFile.objects.get(part="chart").document
    Document.objects.filter(pk=chart.pk).update(state="quarantined")
    row = Qualification.objects.get(application=awarded.tara.application)
    other = Document.objects.create(**_copy_of(row.certificate, media_type="application/zip", origin="made"))
    Qualification.objects.filter(pk=row.pk).update(certificate=other)
    assert missing(awarded) == {
        "chart": "withdrawn, or refused when it was checked",
        "certificate": "a file of which no PDF could be made",
    }
    Qualification.objects.filter(pk=row.pk).update(certificate=None, enic_statement=other)
    assert missing(awarded)["certificate"] == "not added yet" and "enic" in missing(awarded)


def _copy_of(document, **changes):
    names = [field.attname for field in Document._meta.concrete_fields if field.name != "id"]
    return {name: getattr(document, name) for name in names} | changes


def test_D2_evidence_of_english_goes_in_once(awarded):
    english = awarded.tara.application.english
    assert "english" not in [line.key for line in queries.pack_lines(awarded.tara)]
    english.certificate = Document.objects.create(**_copy_of(english.certificate))
    english.save(update_fields=["certificate"])
    assert "Evidence of English" in [line.title for line in queries.pack_lines(awarded.tara)]


# --- putting it together ---


def test_D2_the_archive_holds_every_part_and_the_diploma_as_it_was_sealed(awarded, whole):
    pack = ask(awarded)
    assert (pack.state, pack.missing, pack.made_at) == (PackState.READY, [], NOW)
    with ZipFile(BytesIO(read(pack.archive))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [
            "0 Read me.txt",
            "1 Application details.pdf",
            "2 Certificates/1 BSc, Physics.pdf",
            "2 Certificates/2 Diploma CTD-2028-00001.pdf",
            "3 Curriculum vitae.pdf",
            "4 Organisation chart of the department.pdf",
        ]
        assert examine(archive.read(names[3])).holds
        text = archive.read(names[0]).decode()
        details = pypdfium2.PdfDocument(archive.read(names[1]))[0].get_textpage().get_text_bounded()
    assert "Tara Quinn" in text and "Nothing: every part is here." in text and "4 Organisation chart" in text
    assert "application form, which you complete yourself" in text
    for part in ("Tara Quinn", "Nuclear Medicine", "CTD-2028-00001", "29\u00a0February\u00a02000", "1 Example Street"):
        assert part.replace("\u00a0", " ") in details.replace("\u00a0", " "), part


def test_D2_the_pdf_to_print_has_contents_bookmarks_and_every_page(awarded, whole):
    pack = ask(awarded)
    assert pages_of(pack)[0] == 1
    content = read(pack.printable)
    pdf = pypdfium2.PdfDocument(content)
    titles = [mark.get_title() for mark in pdf.get_toc()]
    first = pdf[0].get_textpage().get_text_bounded()
    assert titles[:2] == ["Contents", "Application details"] and titles[-1] == PackPart.ORGANISATION_CHART.label
    assert len(pdf) == pack.printable.pages == sum(pages_of(pack)) + 1
    assert all(title in first for title in titles[1:]) and "Missing" not in first
    starts = [mark.get_dest().get_index() + 1 for mark in pdf.get_toc()][1:]
    assert [str(start) in first for start in starts] == [True] * len(starts)
    with pikepdf.open(BytesIO(content)) as opened:
        assert "/AcroForm" not in opened.Root and examine(content) is None
        assert [str(note.Subtype) for page in opened.pages for note in page.get("/Annots", [])] == []
        assert str(opened.docinfo.Title) == "Pack for the register: Tara Quinn"


def test_D2_contents_of_more_than_a_page_count_their_own_pages(awarded):
    row = Qualification.objects.get(application=awarded.tara.application)
    names = [field.attname for field in Qualification._meta.concrete_fields if field.name not in ("id", "key")]
    values = {name: getattr(row, name) for name in names} | {"title": "A qualification with a long title " * 4}
    more = [Qualification(**values, key=f"00000000-0000-4000-8000-0000000000{number:02d}") for number in range(16)]
    Qualification.objects.bulk_create(more)
    pdf = pypdfium2.PdfDocument(read(ask(awarded).printable))
    [contents, details] = [mark.get_dest().get_index() for mark in pdf.get_toc()][:2]
    assert (contents, details) == (0, 2)
    assert "3" in pdf[0].get_textpage().get_text_bounded().split()


def test_D2_a_stored_file_that_is_gone_is_named(awarded):
    made = give(awarded, PackPart.CV)
    storage.current().delete(made.document.sha256)
    assert "“Curriculum vitae” cannot be read." in ask(awarded).error


def pages_of(pack):
    """The pages of every file in the archive."""
    with ZipFile(BytesIO(read(pack.archive))) as archive:
        return [len(pypdfium2.PdfDocument(archive.read(name))) for name in archive.namelist() if name.endswith(".pdf")]


def test_D2_nothing_ever_says_that_the_register_takes_electronic_signatures(awarded, whole):
    pack = ask(awarded)
    with ZipFile(BytesIO(read(pack.archive))) as archive:
        texts = [archive.read("0 Read me.txt").decode()]
    texts += [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(read(pack.printable))]
    client = browser_of(awarded.cast.tara)
    pages = [reverse("moderation:pack", args=[awarded.tara.pk]), reverse("moderation:next_steps")]
    texts += [client.get(url).content.decode() for url in pages]
    for text in texts:
        assert "electronic signature" not in text.lower() and "accepts" not in text.lower()
    assert "Ask the register" in texts[0]


def test_D2_a_picture_becomes_a_page_that_fits_on_a4():
    for name in ("certificate-photo.jpg", "uptake-chart.png", "phantom.webp"):
        with pikepdf.open(BytesIO(picture_pdf((GOOD / name).read_bytes()))) as pdf:
            [page] = pdf.pages
            assert float(page.mediabox[2]) <= 596 and float(page.mediabox[3]) <= 842


def test_D2_a_photograph_of_a_certificate_goes_in_as_pdf(awarded, whole):
    photo = _photo(awarded)
    Qualification.objects.filter(application=awarded.tara.application).update(certificate=photo)
    with ZipFile(BytesIO(read(ask(awarded).archive))) as archive:
        assert archive.read("2 Certificates/1 BSc, Physics.pdf").startswith(b"%PDF")


def _photo(awarded):
    row = Qualification.objects.get(application=awarded.tara.application)
    content = (GOOD / "certificate-photo.jpg").read_bytes()
    given = upload("certificate-photo.jpg")
    assert given.content == content
    made = actions.give_pack_part(
        by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk, part=PackPart.CV, upload=given
    )
    changes = {"media_type": "image/jpeg", "sha256": made.document.sha256, "size": made.document.size}
    give(awarded, PackPart.CV)
    return Document.objects.create(**_copy_of(row.certificate, **changes))


def test_D2_it_can_be_put_together_with_parts_missing_which_it_names(awarded):
    pack = ask(awarded)
    assert pack.missing == [
        "Diploma: not issued yet",
        "Curriculum vitae: not added yet",
        "Organisation chart of the department: not added yet",
    ]
    with ZipFile(BytesIO(read(pack.archive))) as archive:
        assert "- Curriculum vitae: not added yet" in archive.read("0 Read me.txt").decode()
    assert "Missing" in pypdfium2.PdfDocument(read(pack.printable))[0].get_textpage().get_text_bounded()


def test_D2_asked_once_made_once_told_once(awarded):
    first = actions.ask_pack(by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk)
    with pytest.raises(TooLate, match="being put together already"):
        actions.ask_pack(by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk)
    assert (job("make_packs"), job("make_packs")) == (1, 0)
    given = {"archive": b"PK", "printable": b"%PDF", "pages": 1, "missing": []}
    assert actions.finish_pack(by=None, now=LATER, pack_id=first.pk, **given).made_at == NOW
    assert actions.fail_pack(by=None, now=LATER, pack_id=first.pk, error="No").state == PackState.READY
    assert audit_of(first) == ["moderation.pack.asked", "moderation.pack.made"]
    [told] = Message.objects.filter(kind="moderation.pack_ready")
    assert told.to == awarded.cast.tara and "Some parts were not there" in told.text
    assert ask(awarded, LATER).pk != first.pk


def test_D2_a_pack_says_when_something_has_changed_since(awarded):
    pack = ask(awarded)
    assert not queries.is_outdated(pack, awarded.tara)
    give(awarded, PackPart.CV, now=LATER)
    assert queries.is_outdated(pack, awarded.tara)
    pack = ask(awarded, LATER)
    assert not queries.is_outdated(pack, awarded.tara)
    issued(awarded)
    job("make_diplomas", LATER + timedelta(minutes=1))
    assert queries.is_outdated(pack, awarded.tara)


def test_D2_a_file_that_cannot_be_read_is_named_and_the_pack_can_be_asked_for_again(awarded):
    made = give(awarded, PackPart.CV)
    broken = actions.give_pack_part(
        by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk, part=PackPart.CV, upload=_broken()
    )
    settle(broken.document, NOW)
    pack = ask(awarded)
    assert (pack.state, pack.archive) == (PackState.FAILED, None)
    assert pack.error.startswith("“Curriculum vitae” cannot be read.")
    assert audit_of(pack)[-1] == "moderation.pack.failed" and broken.pk == made.pk
    give(awarded, PackPart.CV, now=LATER)
    assert ask(awarded, LATER).state == PackState.READY


def _broken():
    given = upload("training-plan.pdf")
    return type(given)(content=b"%PDF-1.7 broken", media_type=given.media_type, name=given.name, pages=1)


@pytest.mark.logs_errors
def test_D2_while_the_storage_is_away_the_pack_stays_asked_for(awarded, settings, tmp_path):
    (tmp_path / "full").write_text("a file where the folder should be")
    usual, settings.STORAGE_URL = settings.STORAGE_URL, f"file://{tmp_path / 'full'}"
    pack = actions.ask_pack(by=awarded.cast.tara, now=NOW, record_id=awarded.tara.pk)
    Qualification.objects.filter(application=awarded.tara.application).update(certificate=None)
    assert job("make_packs") == 0 and Pack.objects.get().state == PackState.REQUESTED
    settings.STORAGE_URL = usual
    assert job("make_packs") == 1 and Pack.objects.get(pk=pack.pk).state == PackState.READY


# --- whose it is ---


@pytest.mark.parametrize("who", ["tom", "sam", "cora", "mia", "olive"])
def test_D2_only_the_trainee_adds_and_asks(awarded, who):
    person = getattr(awarded.cast, who)
    given = {"record_id": awarded.tara.pk, "part": PackPart.CV, "upload": upload()}
    with pytest.raises(NotAllowed, match="Only the trainee"):
        actions.give_pack_part(by=person, now=NOW, **given)
    with pytest.raises(NotAllowed):
        actions.ask_pack(by=person, now=NOW, record_id=awarded.tara.pk)
    assert not queries.registering(person).filter(pk=awarded.tara.pk).exists()
    assert not PackFile.objects.exists() and not Pack.objects.exists()


def test_D2_it_opens_with_the_award(awarded):
    assert access.can_use_pack(awarded.cast.tara, awarded.tara)
    assert not access.can_use_pack(awarded.cast.tom, awarded.tara)
    before = TrainingRecord(pk=0, trainee=awarded.cast.tara)
    verdict = access.can_use_pack(awarded.cast.tara, before)
    assert verdict.kind == "late" and "ratified the award" in verdict.reason
