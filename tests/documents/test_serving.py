"""How a file is sent: whole, in parts, again, refused; and the headers that keep it from acting and from others."""

from types import SimpleNamespace

import pytest
from django.utils.datastructures import CaseInsensitiveMapping

from ctts.common.verdict import TooLate
from ctts.documents import storage
from ctts.documents.models import Document
from ctts.documents.proving import digest
from ctts.documents.serving import LOCKED, serve, serve_pdf, serve_preview
from ctts.documents.states import MediaType

CONTENT = b"0123456789" * 100_000
READER = SimpleNamespace(pk=7)


def stored(content=CONTENT, *, state="checked", media_type=MediaType.PDF, name="a file.pdf", **more) -> Document:
    storage.current().put(digest(content), content)
    return Document(
        pk=5,
        sha256=digest(content),
        size=len(content),
        media_type=media_type,
        original_name=name,
        state=state,
        uploaded_by_id=1,
        **more,
    )


def sent(document, send=serve, reader=READER, headers=(), **options):
    return send(document, reader=reader, headers=CaseInsensitiveMapping(dict(headers)), **options)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_whole_file(place):
    response = sent(stored())
    assert response.status_code == 200 and body(response) == CONTENT
    assert response["Content-Length"] == "1000000" and response["Accept-Ranges"] == "bytes"
    assert response["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 9), ("bytes=999990-", 999990, 999999), ("bytes=-4", 999996, 999999), ("bytes=5-5", 5, 5)],
)
def test_a_part_of_the_file(place, asked, start, end):
    response = sent(stored(), headers={"Range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end}/1000000"
    assert body(response) == CONTENT[start : end + 1] and response["Content-Length"] == str(end - start + 1)


def test_a_part_that_does_not_exist():
    response = sent(stored(), headers={"Range": "bytes=1000000-"})
    assert (response.status_code, response["Content-Range"], response.content) == (416, "bytes */1000000", b"")


def test_a_part_of_another_version_is_answered_with_the_whole():
    document = stored()
    same = sent(document, headers={"Range": "bytes=0-1", "If-Range": f'"{document.sha256}"'})
    other = sent(document, headers={"Range": "bytes=0-1", "If-Range": '"something-else"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_a_file_the_browser_has_is_not_sent_again():
    document = stored()
    for known in (f'"{document.sha256}"', f'"x", W/"{document.sha256}"', "*"):
        response = sent(document, headers={"If-None-Match": known})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", f'"{document.sha256}"')
    assert sent(document, headers={"If-None-Match": '"old"'}).status_code == 200


def test_a_head_request_has_the_headers_and_no_body():
    response = sent(stored(), method="HEAD")
    assert (response.status_code, response["Content-Length"], response.content) == (200, "1000000", b"")
    part = sent(stored(), method="HEAD", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part["Content-Length"]) == (206, "2")


def test_a_file_is_a_download_that_cannot_act_and_is_kept_by_nobody_else():
    response = sent(stored(name="Žofia's “file”.pdf"))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%C5%BDofia")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("kind", MediaType)
def test_only_pdfs_and_pictures_are_shown_in_place_and_always_in_a_sandbox(kind):
    shown = kind in {MediaType.PDF, MediaType.JPEG, MediaType.PNG, MediaType.WEBP}
    response = sent(stored(media_type=kind, name="a.bin"), inline=True)
    assert response["Content-Disposition"].partition(";")[0] == ("inline" if shown else "attachment")
    assert response["Content-Security-Policy"] == LOCKED and response["X-Frame-Options"] == "SAMEORIGIN"


def test_nobody_but_the_uploader_gets_a_file_that_is_being_checked():
    document = stored(state="received")
    assert sent(document, reader=SimpleNamespace(pk=1)).status_code == 200
    for send in (serve, serve_pdf, serve_preview):
        with pytest.raises(TooLate, match="still being checked"):
            sent(document, send)


@pytest.mark.parametrize(("state", "words"), [("refused", "malware was found"), ("quarantined", "was withdrawn")])
def test_nobody_gets_a_refused_or_withdrawn_file(state, words):
    document = stored(state=state, preview_sha256=digest(CONTENT), preview_size=1)
    for send in (serve, serve_pdf, serve_preview):
        for reader in (READER, SimpleNamespace(pk=1), None):
            with pytest.raises(TooLate, match=words):
                sent(document, send, reader=reader)


@pytest.mark.logs_errors
def test_content_that_is_missing_is_said_so_and_logged(place):
    document = stored()
    storage.current().delete(document.sha256)
    with pytest.raises(TooLate, match="cannot be read from the storage just now"):
        sent(document)


def test_a_preview_is_shown_in_place_and_missing_where_there_is_none():
    assert sent(stored(), serve_preview).status_code == 404
    small = b"\x89PNG small"
    storage.current().put(digest(small), small)
    response = sent(stored(preview_sha256=digest(small), preview_size=len(small)), serve_preview)
    assert (response["Content-Type"], body(response)) == ("image/png", small)
    assert response["Content-Disposition"] == 'inline; filename="preview-5.png"'
    assert {type(value) for value in response.headers.values()} == {str}, "a WSGI server takes nothing else"


def test_the_pdf_of_an_office_file_and_of_anything_else():
    made = b"%PDF-1.7 made"
    storage.current().put(digest(made), made)
    office = stored(media_type=MediaType.DOCX, name="piece.docx", pdf_sha256=digest(made), pdf_size=len(made))
    response = sent(office, serve_pdf)
    assert (body(response), response["Content-Disposition"]) == (made, 'inline; filename="piece.pdf"')
    assert body(sent(stored(), serve_pdf)) == CONTENT
