"""Limits, names, kinds and ranges of files: the arithmetic of quality rule 12; no database, nothing is opened."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ctts.common.verdict import Invalid
from ctts.documents.states import EXTENSIONS, MediaType

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 25 * MEGABYTE
QUOTA = 2048 * MEGABYTE
LONGEST_NAME = 120
ATTEMPTS = 5

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")
PROGRAMS = (b"MZ", b"\x7fELF")
# Beginnings that are known and refused, each with what to do instead; quality rule 12 names what is accepted.
REFUSED_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "GIF pictures are not accepted. Save it as PNG or JPEG, and upload that."),
    (b"II*\x00", "TIFF pictures are not accepted. Save it as a PDF or JPEG, and upload that."),
    (b"MM\x00*", "TIFF pictures are not accepted. Save it as a PDF or JPEG, and upload that."),
    (b"BM", "BMP pictures are not accepted. Save it as PNG or JPEG, and upload that."),
    (b"{\\rtf", "Rich text files are not accepted. Save it as a PDF or as .docx, and upload that."),
    (b"PK\x05\x06", "This archive is empty. Upload the files themselves, one by one."),
)
WEB = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<script|<\?xml[^>]*>\s*<html)", re.I)
DRAWING = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<svg", re.I | re.S)
PHONE_PICTURE = re.compile(rb".{4}ftyp(heic|heix|heim|heis|mif1)", re.S)
OTHER_PICTURE = re.compile(rb".{4}ftyp(hevc|hevx|msf1|avif|avis)", re.S)  # a series of pictures, or another codec
RESERVED = re.compile(r'[<>:"|?*\\/]')


class OtherKind(Invalid):
    """A file of a kind that is accepted nowhere, and that nothing makes acceptable: whoever asked for a file says which
    kinds they want."""


def program_for(head: bytes, whole: bytes) -> str:
    """The name of the boxed program that proves a file, chosen by its first bytes (`head`), never by its name.

    `whole` is looked through only to tell two old office formats apart. Raises Invalid, in words that say what to do
    instead, for everything that is not on the short list of quality rule 12; OtherKind where there is no instead.
    """
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "clean_pdf"
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "clean_picture"
    if PHONE_PICTURE.match(head):
        return "clean_heic"
    if head.startswith(b"PK\x03\x04"):
        return "clean_office"
    if head.startswith(PROGRAMS):
        raise OtherKind("This is a program, not a document.", "file")
    instead = _instead(head, whole)
    if not instead:
        raise OtherKind("This kind of file is not accepted.", "file")
    raise Invalid(instead, "file")


def _instead(head: bytes, whole: bytes) -> str:
    """The sentence for a file that is not accepted as it is, with what to do; empty for a kind that is not known."""
    if head.startswith(OLD_OFFICE):
        if LOCKED_OFFICE in whole:
            return (
                "This file is protected by a password. Take the password off in Word, Excel or PowerPoint, and save it."
            )
        return "Old office formats (.doc, .xls, .ppt) are not accepted. Save it as a PDF."
    for beginning, sentence in REFUSED_BEGINNINGS:
        if head.startswith(beginning):
            return sentence
    if OTHER_PICTURE.match(head):
        return "This kind of picture is not accepted. Save one still picture of it as JPEG or PNG, and upload that."
    if WEB.match(head):
        return "This is a web page, not a document. Print the page to a PDF, and upload that."
    if DRAWING.match(head):
        return "SVG drawings are not accepted. Save it as a PDF or PNG, and upload that."
    if b"%PDF-" in head:
        return "Something stands in front of this PDF. Open it, print it to a new PDF, and upload that."
    return ""


def too_large(size: int) -> str:
    """The sentence for an upload of `size` bytes over the limit, else empty (quality rule 12: 25 MB)."""
    if size <= LARGEST_UPLOAD:
        return ""
    return (
        f"This file has {megabytes(size)}; at most {megabytes(LARGEST_UPLOAD)} are accepted. "
        "Make its pictures smaller or split it, and upload the parts."
    )


def over_quota(used: int, size: int) -> str:
    """The sentence when `size` more bytes would pass a person's 2 GB (quality rule 12), else empty."""
    if used + size <= QUOTA:
        return ""
    left = max(QUOTA - used, 0)
    room = f"{megabytes(left)} are left" if left * 20 >= MEGABYTE else "nothing is left"
    return (
        f"The files about one person may have {QUOTA // MEGABYTE // 1024} GB together: {room}, and this file has "
        f"{megabytes(size)}. Make it smaller, or ask the scheme office."
    )


def megabytes(size: int) -> str:
    """A number of bytes as people read it: "less than 0.1 MB", "3.4 MB", "25 MB"."""
    tenths = (size * 10 + MEGABYTE // 2) // MEGABYTE
    if size and not tenths:
        return "less than 0.1 MB"
    return f"{tenths // 10}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"


def safe_name(given: str, media_type: MediaType) -> str:
    """The name a file is kept and offered under: its last part, without controls, with the extension of its true kind.

    "C:\\scans\\my cert.PNG" holding a JPEG becomes "my cert.jpg"; a name of nothing becomes "file.jpg". At most 120
    characters.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C" or c in "\u200c\u200d")
    name = re.sub(r"\s+", " ", RESERVED.sub("_", visible)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    known = f".{ending.lower()}" if dot and stem else ""
    allowed = EXTENSIONS[media_type]
    if known in allowed:
        extension = f".{ending}"
    else:
        extension = allowed[0]
        stem = stem if known in ALL_EXTENSIONS else name
    return f"{stem.strip(' .')[: LONGEST_NAME - len(extension)] or 'file'}{extension}"


ALL_EXTENSIONS = frozenset(ending for endings in EXTENSIONS.values() for ending in endings) | {
    ".heic", ".heif", ".avif", ".docm", ".xlsm", ".pptm", ".doc", ".xls", ".ppt", ".gif", ".tif", ".tiff", ".bmp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end` of a file, both inclusive, as HTTP counts them."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes that is."""
        return self.end - self.start + 1


RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def asked_span(header: str, size: int) -> Span | None:
    """The part of a file of `size` bytes that a Range header asks for; None for the whole.

    One range only: several, or a header in another unit, are answered with the whole, as RFC 9110 section 14.2 allows.
    Raises Invalid when the range lies outside the file (416).
    """
    found = RANGE.fullmatch(header.strip().replace(" ", ""))
    if not found:
        return None
    first, last, final = found.groups()
    if final is not None:
        start, end = max(size - int(final), 0), size - 1
        unreachable = int(final) == 0
    else:
        start, end = int(first), min(int(last or size), size - 1)
        unreachable = bool(last) and int(last) < start
    if unreachable and final is None:
        return None
    if unreachable or start >= size:
        raise Invalid("This part of the file does not exist.")
    return Span(start, end)
