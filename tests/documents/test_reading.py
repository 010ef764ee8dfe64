"""The words of each kind of file, for the identifier scan (quality rule 17), and the picture of its first page."""

from io import BytesIO

from PIL import Image

from ctts.demo import papers
from ctts.demo.papers import pdf_of
from ctts.documents.boxed import box
from ctts.documents.boxed.words import MAX_CHARACTERS, PREVIEW_SIDE
from tests.documents.samples import sample
from tests.files import office


def read(program: str, content: bytes) -> tuple[str, box.Outcome]:
    outcome = box.run(program, content)
    return outcome.files["text"].decode(), outcome


def test_the_words_of_a_pdf_page_by_page():
    text, outcome = read("read_pdf", sample("good/degree-certificate.pdf"))
    pages = text.split("\f")
    assert "Bachelor of Science in Medical Physics" in pages[0] and "Statistics 59" in pages[1]
    assert outcome.facts == {"pages": 3, "unread_pages": 0, "truncated": False}


def test_a_number_written_in_a_pdf_can_be_found_by_the_scan():
    text, _ = read("read_pdf", pdf_of([["Case", "NHS number 943 476 5919, born 3 March 1950"]]))
    assert "943 476 5919" in text


def test_words_beyond_the_most_that_is_kept_are_cut_and_that_is_said():
    lines = ["x" * 100 for _ in range(40)]
    text, outcome = read("read_pdf", pdf_of([["Heading", *lines] for _ in range(520)]))
    assert len(text) == MAX_CHARACTERS and outcome.facts["truncated"] and outcome.facts["unread_pages"] > 0


def test_the_first_page_of_a_pdf_is_drawn_small():
    _, outcome = read("read_pdf", sample("good/training-plan.pdf"))
    preview = Image.open(BytesIO(outcome.files["preview"]))
    assert (preview.format, max(preview.size)) == ("PNG", PREVIEW_SIDE)
    assert len(preview.convert("L").getcolors() or ()) > 10, "the page is drawn, not blank"


def test_a_picture_has_a_small_copy_and_no_words():
    for content in (papers.phone_photo(2000, 1500), sample("good/uptake-chart.png"), sample("good/phantom.webp")):
        text, outcome = read("read_picture", content)
        assert text == "" and max(Image.open(BytesIO(outcome.files["preview"])).size) <= PREVIEW_SIDE


def test_see_through_pictures_are_drawn_on_white():
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    _, outcome = read("read_picture", papers.saved(clear, "PNG"))
    assert Image.open(BytesIO(outcome.files["preview"])).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_the_words_of_a_word_file_with_notes_and_what_was_struck_out():
    struck = (
        "<w:p><w:del><w:r><w:delText>Mrs Old Name</w:delText></w:r></w:del><w:r><w:tab/><w:t>after</w:t></w:r></w:p>"
    )
    notes = (
        f'<w:comments xmlns:w="{office.W}"><w:comment><w:p><w:r><w:t>ask Sam</w:t></w:r></w:p></w:comment></w:comments>'
    )
    content = office.package(
        {
            **office.docx_parts(),
            "word/document.xml": office.document(("First.", "Second."), extra=struck),
            "word/comments.xml": notes,
        }
    )
    text, outcome = read("read_office", content)
    assert text == "ask Sam\n\nFirst.\nSecond.\nMrs Old Name\tafter\n"
    assert outcome.facts == {"pages": None, "truncated": False}


def test_the_words_and_numbers_of_a_workbook_row_by_row():
    text, _ = read("read_office", office.xlsx([("Name", "NHS number"), ("Case 1", 9434765919), ("Formula", "=1+1")]))
    assert text.splitlines()[:2] == ["Name\tNHS number\t", "Case 1\t9434765919\t"]


def test_the_words_of_slides_in_their_order():
    text, _ = read("read_office", office.pptx([f"Slide {number}" for number in range(1, 12)]))
    assert text.split("\n")[:3] == ["Slide 1", "Slide 2", "Slide 3"] and "Slide 11" in text
