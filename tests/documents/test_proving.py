"""Every sample goes through the box: accepted, cleaned, or refused with the sentence a person reads."""

import pytest

from ctts.common.verdict import Invalid
from ctts.documents.proving import digest, prove
from ctts.documents.states import MediaType
from tests.documents.samples import FILES, proven, sample
from tests.files import office

DAMAGED = "This {} is damaged or incomplete. Open it on your computer, save it again, and upload the new copy."
LOCKED_PDF = (
    "This PDF is protected by a password or by restrictions. Open it, print it to a new PDF "
    "(“Save as PDF” in the print window), and upload that."
)
MACROS = "This file contains macros. Save it as a PDF, which has none, and upload that."
NO_OFFICE = (
    "This is not a Word, Excel or PowerPoint document that can be opened here. Save it as a PDF, and upload that."
)
MOVING = "This is a moving picture. Save one still picture of it (or a PDF), and upload that."

GOOD = {
    "degree-certificate.pdf": (MediaType.PDF, 3, ()),
    "training-plan.pdf": (MediaType.PDF, 6, ()),
    "purchase-order.pdf": (MediaType.PDF, 1, ()),
    "certificate-photo.jpg": (MediaType.JPEG, 1, ("picture_details",)),
    "uptake-chart.png": (MediaType.PNG, 1, ()),
    "phantom.webp": (MediaType.WEBP, 1, ()),
    "reflective-piece.docx": (MediaType.DOCX, None, ()),
    "competency-map.xlsx": (MediaType.XLSX, None, ()),
    "teaching-session.pptx": (MediaType.PPTX, None, ()),
}
CLEANED = {
    "script.pdf": (MediaType.PDF, 1, ("actions", "scripts")),
    "attachment.pdf": (MediaType.PDF, 1, ("attachments",)),
    "dynamic-form.pdf": (MediaType.PDF, 1, ("actions", "dynamic_form", "media")),
    "signed.pdf": (MediaType.PDF, 1, ("signature",)),
    "hard-names.pdf": (MediaType.PDF, 1, ()),
    "photograph.pdf": (MediaType.PDF, 1, ("picture_details",)),
    "zip-behind.pdf": (MediaType.PDF, 1, ()),
    "iphone.heic": (MediaType.JPEG, 1, ("picture_details",)),
    "wrong-extension.pdf": (MediaType.JPEG, 1, ()),
}
HOSTILE = {
    "locked.pdf": LOCKED_PDF,
    "restricted.pdf": LOCKED_PDF,
    "truncated.pdf": DAMAGED.format("PDF"),
    "no-pages.pdf": DAMAGED.format("PDF"),
    "header-only.pdf": DAMAGED.format("PDF"),
    "behind-a-picture.pdf": "GIF pictures are not accepted. Save it as PNG or JPEG, and upload that.",
    "web-page.pdf": "This is a web page, not a document. Print the page to a PDF, and upload that.",
    "truncated.jpg": DAMAGED.format("picture"),
    "pixel-bomb.png": (
        "This picture has more than 64 million pixels. "
        "Make it smaller in a picture program, and upload the smaller copy."
    ),
    "moving.png": MOVING,
    "moving.webp": MOVING,
    "animation.gif": "GIF pictures are not accepted. Save it as PNG or JPEG, and upload that.",
    "scan.tiff": "TIFF pictures are not accepted. Save it as a PDF or JPEG, and upload that.",
    "phone.heic": DAMAGED.format("picture"),
    "burst.heic": "This kind of picture is not accepted. Save one still picture of it as JPEG or PNG, and upload that.",
    "macro.docm": MACROS,
    "macro.docx": MACROS,
    "remote-template.docx": (
        "This file loads a part of itself (a template, picture or table) from another computer. "
        "Save it as a PDF, and upload that."
    ),
    "command.docx": "This file gives commands to another program (DDE). Save it as a PDF, and upload that.",
    "entities.docx": DAMAGED.format("office file"),
    "bomb.docx": (
        "This file unpacks to more than 200 MB or 4000 parts. "
        "Make its pictures smaller or split it, or save it as a PDF, and upload that."
    ),
    "locked.docx": (
        "This file is protected by a password. Take the password off in Word, Excel or PowerPoint, and save it."
    ),
    "old.doc": "Old office formats (.doc, .xls, .ppt) are not accepted. Save it as a PDF.",
    "text.odt": "OpenDocument files are not accepted. Save it as a PDF or as .docx, and upload that.",
    "archive.zip": "ZIP archives are not accepted. Unpack it, and upload the files in it one by one.",
    "truncated.docx": DAMAGED.format("office file"),
    "binary.xlsb": NO_OFFICE,
    "two-in-one.docx": NO_OFFICE,
    "leads-out.docx": DAMAGED.format("office file"),
    "empty.pdf": "This file is empty. Choose it again; if it stays empty, save it anew first.",
    "notes.txt": "This kind of file is not accepted.",
    "program.exe": "This is a program, not a document.",
    "drawing.svg": "SVG drawings are not accepted. Save it as a PDF or PNG, and upload that.",
}


def test_every_sample_is_judged_here():
    for folder, expected in (("good", GOOD), ("cleaned", CLEANED), ("hostile", HOSTILE)):
        assert {path.name for path in (FILES / folder).iterdir()} == set(expected)


@pytest.mark.parametrize("name", GOOD)
def test_ordinary_files_are_accepted(name):
    found = proven(f"good/{name}")
    assert (found.media_type, found.pages, found.removed) == GOOD[name]
    assert found.name == name
    assert found.sha256 == digest(found.content) and found.size == len(found.content)


@pytest.mark.parametrize("name", CLEANED)
def test_what_acts_or_tells_too_much_is_taken_out_and_named(name):
    found = proven(f"cleaned/{name}")
    assert (found.media_type, found.pages, found.removed) == CLEANED[name]


@pytest.mark.parametrize("name", HOSTILE)
def test_every_refusal_says_what_to_do(name):
    with pytest.raises(Invalid) as refusal:
        proven(f"hostile/{name}")
    assert str(refusal.value) == HOSTILE[name]
    assert refusal.value.field == "file"


def test_a_file_of_the_wrong_name_takes_the_name_of_its_kind():
    assert proven("cleaned/wrong-extension.pdf").name == "wrong-extension.jpg"


def test_something_in_front_of_a_pdf_is_refused():
    with pytest.raises(Invalid, match="Something stands in front of this PDF"):
        prove(name="x.pdf", chunks=[b"#!/bin/sh\n", sample("good/purchase-order.pdf")])


def test_an_office_file_without_its_document_is_refused():
    parts = {name: content for name, content in office.docx_parts().items() if name != "word/document.xml"}
    with pytest.raises(Invalid, match="not a Word, Excel or PowerPoint document that can be opened here"):
        prove(name="x.docx", chunks=[office.package(parts)])


def test_an_empty_archive_is_refused():
    with pytest.raises(Invalid, match="This archive is empty"):
        prove(name="x.zip", chunks=[b"PK\x05\x06" + bytes(18)])


@pytest.mark.parametrize("name", [*sorted(GOOD)[::2], "../cleaned/script.pdf"])
def test_the_same_file_is_cleaned_to_the_same_bytes(name):
    assert proven(f"good/{name}").sha256 == proven(f"good/{name}").sha256


def test_reading_stops_at_the_limit():
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield bytes(1024 * 1024)

    with pytest.raises(Invalid, match="at most 25 MB are accepted"):
        prove(name="x.pdf", chunks=endless())
    assert len(taken) == 26


def test_a_picture_that_is_sent_as_it_was_kept_is_known_by_that():
    """Cleaned again it may be another one byte for byte (A4: the very file that was rejected)."""
    kept = proven("good/certificate-photo.jpg")
    again = prove(name="certificate-photo.jpg", chunks=[kept.content])
    assert kept.sha256 in again.known_as
    assert proven("good/degree-certificate.pdf").sha256 not in again.known_as
