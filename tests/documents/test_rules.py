"""Names, sizes, kinds and ranges: quality rule 12 in numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctts.common.verdict import Invalid
from ctts.documents import rules
from ctts.documents.rules import MEGABYTE, QUOTA, Span, asked_span
from ctts.documents.states import EXTENSIONS, MediaType, Removed

NAMES = [
    ("C:\\scans\\my cert.PNG", MediaType.JPEG, "my cert.jpg"),
    ("../../etc/passwd", MediaType.PDF, "passwd.pdf"),
    ("photo.JPEG", MediaType.JPEG, "photo.JPEG"),
    ("invoice\u202efdp.exe", MediaType.PDF, "invoicefdp.exe.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", MediaType.PDF, "aSet-Cookie_ x=1.pdf"),
    ("  .hidden.pdf. ", MediaType.PDF, "hidden.pdf"),
    ("", MediaType.DOCX, "file.docx"),
    (".pdf", MediaType.PDF, "pdf.pdf"),
    ("macro.docm", MediaType.DOCX, "macro.docx"),
    ("v1.2", MediaType.PDF, "v1.2.pdf"),
    ("Žofia’s résumé.pdf", MediaType.PDF, "Žofia’s résumé.pdf"),
    ("x" * 300 + ".pdf", MediaType.PDF, "x" * 116 + ".pdf"),
]


@pytest.mark.parametrize(("given_name", "kind", "expected"), NAMES)
def test_a_name_keeps_its_words_and_takes_the_extension_of_its_true_kind(given_name, kind, expected):
    assert rules.safe_name(given_name, kind) == expected


@given(st.text(max_size=400), st.sampled_from(MediaType))
def test_any_name_becomes_safe(given_name, kind):
    name = rules.safe_name(given_name, kind)
    assert 0 < len(name) <= rules.LONGEST_NAME
    assert name.lower().endswith(EXTENSIONS[kind])
    assert not set(name) & set('\\/\r\n\t\x00<>:"|?*') and not name.startswith(".")
    assert rules.safe_name(name, kind) == name


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 MB"),
        (1, "less than 0.1 MB"),
        (52_429, "0.1 MB"),
        (MEGABYTE, "1 MB"),
        (25 * MEGABYTE, "25 MB"),
        (3_565_158, "3.4 MB"),
    ],
)
def test_sizes_are_written_as_people_read_them(size, words):
    assert rules.megabytes(size) == words


def test_25_mb_pass_and_one_byte_more_does_not():
    assert rules.too_large(25 * MEGABYTE) == ""
    assert rules.too_large(26 * MEGABYTE).startswith("This file has 26 MB; at most 25 MB are accepted.")


def test_2_gb_a_person_pass_and_one_byte_more_does_not():
    assert rules.over_quota(QUOTA - 5, 5) == ""
    assert rules.over_quota(QUOTA - 3 * MEGABYTE, 4 * MEGABYTE) == (
        "The files about one person may have 2 GB together: 3 MB are left, and this file has 4 MB. "
        "Make it smaller, or ask the scheme office."
    )
    assert "nothing is left" in rules.over_quota(QUOTA + 5, 5)


RANGES = [
    ("bytes=0-", Span(0, 999)),
    ("bytes=0-0", Span(0, 0)),
    ("bytes=10-19", Span(10, 19)),
    ("bytes=990-5000", Span(990, 999)),
    ("bytes=-10", Span(990, 999)),
    ("bytes=-5000", Span(0, 999)),
    ("bytes= 1 - 2", Span(1, 2)),
    ("", None),
    ("bytes=5-2", None),
    ("bytes=0-1,5-6", None),
    ("items=0-1", None),
    ("bytes=-", None),
    ("bytes=" + "9" * 30 + "-", None),
]


@pytest.mark.parametrize(("header", "span"), RANGES)
def test_one_range_is_understood_and_anything_else_means_the_whole(header, span):
    assert asked_span(header, 1000) == span


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(header):
    with pytest.raises(Invalid, match=r"This part of the file does not exist\."):
        asked_span(header, 1000)


@given(st.text(max_size=40) | st.from_regex(r"bytes=\d{0,5}-\d{0,5}", fullmatch=True), st.integers(1, 10_000))
def test_any_range_header_gives_a_part_inside_the_file(header, size):
    try:
        span = asked_span(header, size)
    except Invalid:
        return
    assert span is None or 0 <= span.start <= span.end < size


def test_the_box_names_what_it_removes_in_known_words():
    from_box = {"scripts", "actions", "attachments", "dynamic_form", "media", "signature", "picture_details"}
    assert from_box == set(Removed.values)


@given(st.binary(max_size=300))
def test_any_beginning_is_given_to_a_program_or_refused_in_words(content):
    try:
        program = rules.program_for(content, content)
    except Invalid as problem:
        assert str(problem).endswith(".") and problem.field == "file"
    else:
        assert program in {"clean_pdf", "clean_picture", "clean_office"}
