"""The compiled portfolio (F3), from real files: its pages, bookmarks, links, numbers, index; what never goes in."""

import re
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.db import transaction
from django.test import override_settings

from assessments import compiling
from tests.assessments.final_stages import world as f
from tests.assessments.final_stages.filling import SECRETS, Filled, fill

PLAN, WITH_EVIDENCE = "Training plan", "Competencies with their evidence"
ORDER = [PLAN, WITH_EVIDENCE, "Supervisor Reviews", "Progress reports", "DOPS log", "Reflective pieces"]
ORDER += ["Long case studies"]


@pytest.fixture(scope="module")
def book(module_final, tmp_path_factory, django_db_blocker) -> Filled:
    """Tara's record, filled and compiled once for this module."""
    folder = tmp_path_factory.mktemp("book")
    world = module_final.world
    cast = world.cast
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(STORAGE_URL=f"file://{folder}"):
        filled = fill(world.tara, cast.sam, cast.olive, cast.mia)
        filled.portfolio = f.compiled(filled.record)
        with f.open_pdf(filled.portfolio) as pdf:
            written = BytesIO()
            pdf.save(written)
        filled.content = written.getvalue()
    return filled


@pytest.fixture
def pdf(book):
    with pikepdf.open(BytesIO(book.content)) as opened:
        yield opened


@pytest.fixture
def texts(book):
    """What stands on each page."""
    drawn = pypdfium2.PdfDocument(book.content)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in drawn]


def page_of(pdf, destination):
    """The page, counted from 0, to which a destination leads."""
    return next(place for place, page in enumerate(pdf.pages) if page.obj.objgen == destination[0].objgen)


def with_label(texts, label):
    """The pages that bear the label of a piece of evidence."""
    return [place for place, text in enumerate(texts) if re.search(rf"{label}, \d+ of \d+", text)]


def test_F3_every_page_has_its_number_and_the_portfolio_knows_how_many(book, pdf, texts):
    assert book.portfolio.pages == len(pdf.pages) == len(texts)
    many = len(texts)
    assert [f"Page {place} of {many}" in text for place, text in enumerate(texts, 1)] == [True] * many
    assert pdf.check_pdf_syntax() == []


def test_F3_bookmarks_lead_to_each_chapter_competency_and_piece(book, pdf, texts):
    with pdf.open_outline() as outline:
        roots = list(outline.root)
    assert [root.title for root in roots[:3]] == ["Cover", "Contents", "Competency index"]
    assert [root.title for root in roots[3:]] == [f"{place} {title}" for place, title in enumerate(ORDER, 1)]
    competencies = roots[4].children
    codes = [item.item.code for item in f.items_of(book.record)]
    assert [entry.title.split()[0] for entry in competencies] == codes
    for entry, code in zip(competencies, codes, strict=True):
        assert code in texts[page_of(pdf, entry.destination)]
    labels = [[leaf.title for leaf in entry.children] for entry in competencies]
    assert labels == [["E1", "E2"], ["E3", "E4"], ["E5", "E6"], [], ["E7"], ["E8"]]
    assert [len(root.children) for root in roots[5:]] == [1, 1, 2, 1, 1]
    assert roots[8].children[0].title == "A busy morning"


def test_F3_files_stand_as_they_are_and_each_page_bears_their_label(book, texts):
    first = with_label(texts, book.anchor("pdf"))
    assert first == list(range(first[0], first[0] + 6))
    assert "E1, 3 of 6" in texts[first[2]]
    many = {name: len(with_label(texts, book.anchor(name))) for name in ("photo", "chart", "phantom", "piece")}
    assert many == {"photo": 1, "chart": 1, "phantom": 1, "piece": 3}


def test_F3_an_office_file_without_a_pdf_has_a_page_that_says_so(book, texts):
    label = book.anchor("sheet")
    [page] = [text for text in texts if "must be supplied as a PDF" in text]
    assert (f"{label} Map of competencies" in page, "competency-map.xlsx" in page) == (True, True)


def test_F3_text_stands_word_for_word(texts):
    assert any("What I <measured> & found" in text and "uniformity and compared" in text for text in texts)


def test_F3_each_citation_is_a_link_to_the_page_it_names(pdf, texts):
    seen = 0
    for page in pdf.pages:
        for note in page.obj.get("/Annots", ()):
            assert "/URI" not in note.get("/A", {}) or not str(note.A.URI).startswith(("go:", "page:", "at:"))
            if "/Dest" in note:
                seen += 1
                assert str(note.Contents) == f"Page {page_of(pdf, note.Dest) + 1}"
    assert seen > 50


def test_F3_the_index_leads_from_each_competency_to_its_evidence(book, pdf, texts):
    index = next(place for place, text in enumerate(texts) if text.startswith("Competency index"))
    links = [page_of(pdf, note.Dest) for note in pdf.pages[index].obj.Annots]
    for name in ("pdf", "photo", "chart", "phantom", "piece"):
        label = book.anchor(name)
        first = with_label(texts, label)[0]
        assert first in links
        assert (f"{label} p." in texts[index], str(first + 1) in texts[index].split()) == (True, True)
    # E1 shows the first and the fourth competency: it stands once and is cited twice.
    assert texts[index].count("E1 p.") == 2
    assert texts[index].count("not signed") == 0


def test_F3_a_piece_that_shows_two_competencies_stands_with_the_first(book, texts):
    codes = [item.item.code for item in f.items_of(book.record)]
    fourth = next(text for text in texts if f"stands with {codes[0]}" in text)
    assert (codes[3] in fourth, "page" in fourth) == (True, True)


def test_F3_what_is_not_shared_quarantined_or_withdrawn_is_left_out(book, texts):
    everything = " ".join(texts)
    assert [secret for secret in SECRETS if secret in everything] == []
    assert compiling.left_out(book.record) == [
        "Left out: 1 piece of evidence, because it is not shared.",
        "Left out: 2 pieces of evidence, because they are withdrawn from view.",
        "Left out: 1 piece of evidence, because it is mapped to no competency.",
        "Left out: an office file, “Map of competencies”, because it cannot be made into pages; supply it as a PDF.",
    ]


def test_F3_chapters_are_kept_with_the_portfolio(book, texts):
    chapters = book.portfolio.chapters
    assert [chapter["title"] for chapter in chapters[1:]] == [f"{n} {title}" for n, title in enumerate(ORDER, 1)]
    assert sum(chapter["pages"] for chapter in chapters) == book.portfolio.pages
    for chapter in chapters[1:]:
        number, _, title = chapter["title"].partition(" ")
        assert f"{number} {title}" in texts[chapter["first"] - 1] or title in texts[chapter["first"] - 1]
        for entry in chapter["entries"]:
            assert entry["title"].split(",")[0] in texts[entry["page"] - 1]


def test_F3_what_the_moderators_read_aloud_is_tagged_and_titled(pdf):
    root = pdf.Root
    assert (str(root.Lang), bool(root.MarkInfo.Marked), str(root.PageMode)) == ("en-GB", True, "/UseOutlines")
    assert str(pdf.docinfo["/Title"]) == "Portfolio of Tara Quinn"
    numbers = [int(number) for number in list(root.StructTreeRoot.ParentTree.Nums)[::2]]
    assert numbers == sorted(set(numbers))
    used = [int(page.obj.StructParents) for page in pdf.pages if "/StructParents" in page.obj]
    notes = [note for page in pdf.pages for note in page.obj.get("/Annots", ())]
    used += [int(note.StructParent) for note in notes if "/StructParent" in note]
    assert len(used) == len(set(used))
    assert set(used) <= set(numbers)


def test_F3_the_sum_of_the_log_stands_in_it(texts):
    page = next(text for text in texts if "DOPS log" in text and "27 of 36" in text)
    assert "32 of 40" in page


def test_F3_T7_progress_reports_that_were_sent_are_in_it_with_their_signatures(texts):
    [page] = [text for text in texts if "The rotations go to plan." in text]
    assert "This is my report on the progress of this training" in page and "Dose calibrator theory." in page
    assert not [text for text in texts if "UNSENT-9" in text]


def test_F3_reviews_and_writing_are_in_it(texts):
    everything = " ".join(texts)
    for words in ("Uniformity checks are done alone now.", "Read the local rules again", "I checked the camera."):
        assert words in everything
    assert sum("A patient came. A patient came." in text for text in texts) >= 2
