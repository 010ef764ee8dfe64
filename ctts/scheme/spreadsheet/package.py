"""The outside of an XLSX file, looked at before a library opens it: what it is, how big it grows, what hides in it.

An XLSX file is a ZIP archive of XML parts (ECMA-376). Sizes, types and shapes are read here by a plain streaming
parser, so that an archive made to exhaust the reader is refused for a stated reason. Quality rules 12 and 16.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from xml.parsers import expat

from ctts.scheme.spreadsheet.cells import shown
from ctts.scheme.spreadsheet.problems import Notes

MOST_BYTES = 10_000_000
MOST_UNPACKED = 10_000_000
MOST_PARTS = 200
MOST_ROWS = 10_000
MOST_COLUMNS = 50

DAMAGED = (
    "This workbook is damaged or was not saved by a spreadsheet program. Open it there and save it again as .xlsx."
)
SAVE_AS = "Save it as an Excel workbook (.xlsx) and upload that."
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LINKED = ("xl/externalLinks/", "xl/embeddings/", "xl/activeX/", "xl/connections", "xl/ctrlProps/")
ENCODING = re.compile(rb"""^<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
LAST_ROW = 1_048_576


class Damaged(Exception):  # noqa: N818 — caught in this package and told as a Problem
    """A part of the workbook is not what the format promises; `str()` is the sentence for the reader."""

    def __init__(self, message: str = DAMAGED) -> None:
        super().__init__(message)


@dataclass(slots=True)
class SheetPart:
    """One sheet as the package describes it: the last row and column holding something, merged areas such as B2:C3."""

    name: str
    hidden: bool
    part: str
    last_row: int = 0
    last_column: int = 0
    merged: list[str] = field(default_factory=list)


def inspect(data: bytes, notes: Notes) -> list[SheetPart]:
    """The sheets of the workbook, each measured; empty when the file cannot be opened at all, with the reason noted."""
    try:
        with _archive(data) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
            for content in parts.values():
                _refuse_declarations(content)
            sheets = _sheets(parts)
            for sheet in sheets:
                _measure(sheet, parts[sheet.part])
            return sheets
    except Damaged as damage:
        notes.add(str(damage))
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        NotImplementedError,
        OSError,
        LookupError,
        ValueError,
    ):
        # Each of these is a way in which a hostile or cut-off archive or XML part shows itself.
        notes.add(DAMAGED)
    return []


def _archive(data: bytes) -> zipfile.ZipFile:
    """The archive, opened once its table of contents promises nothing too big, encrypted, active or linked."""
    if data.startswith(OLE):
        if ENCRYPTED in data:
            raise Damaged("This workbook is protected by a password. Remove the password and save it again.")
        raise Damaged(f"This is an old Excel file (.xls). {SAVE_AS}")
    if not data.startswith(b"PK"):
        raise Damaged(f"This is not an Excel workbook, whatever its name says. {SAVE_AS}")
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or len(set(names)) != len(names):
        raise Damaged
    # zipfile never reads more from an entry than its declared size, so the declared sum is the true bound.
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Damaged(
            f"This workbook unpacks to more than {MOST_UNPACKED // 1_000_000} MB. Remove pictures and unused sheets, "
            "or split it."
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Damaged("This workbook is protected by a password. Remove the password and save it again.")
    if any(posixpath.basename(name).lower().startswith("vbaproject") for name in names):
        raise Damaged(f"This workbook contains macros. {SAVE_AS}")
    if any(name.startswith(LINKED) for name in names):
        raise Damaged("This workbook holds embedded objects or links to other files. Remove them and save it again.")
    return archive


def _refuse_declarations(content: bytes) -> None:
    """Refuse XML that declares a document type (entities) or an encoding in which such a declaration could hide."""
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[:4] == b"\x00<\x00?":
            raise Damaged
        return  # a picture or a printer setting: nothing here or in the reader parses it
    declared = ENCODING.match(content.lstrip(b"\xef\xbb\xbf \t\r\n"))
    if (
        (declared and declared[1].lower() not in (b"utf-8", b"us-ascii"))
        or b"<!DOCTYPE" in content
        or b"\x00" in content
    ):
        raise Damaged


def _elements(content: bytes) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small part in order, as local name and attributes (by local name too)."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append(
        (_local(name), {_local(key): value for key, value in attributes.items()})
    )
    parser.Parse(content, True)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheets(parts: dict[str, bytes]) -> list[SheetPart]:
    """The sheets in the order of their tabs. Raises Damaged, LookupError or ExpatError."""
    workbook = _workbook_part(parts)
    folder = posixpath.dirname(workbook)
    relations = {
        attributes["Id"]: attributes
        for name, attributes in _elements(parts[f"{folder}/_rels/{posixpath.basename(workbook)}.rels"])
        if name == "Relationship"
    }
    sheets = []
    for name, attributes in _elements(parts[workbook]):
        if name == "workbook" and attributes.get("conformance") == "strict":
            raise Damaged(f"This workbook was saved as Strict Open XML. {SAVE_AS}")
        if name == "sheet":
            relation = relations[attributes["id"]]
            if not relation["Type"].endswith("/worksheet"):
                raise Damaged(
                    f"The sheet “{shown(attributes['name'])}” is not a table of cells. Delete it and save again."
                )
            target = relation["Target"]
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            sheets.append(SheetPart(attributes["name"], attributes.get("state", "visible") != "visible", part))
    if not sheets:
        raise Damaged
    return sheets


def _workbook_part(parts: dict[str, bytes]) -> str:
    """The name of the workbook part, from the list of content types; templates and macro workbooks are refused."""
    types = {
        attributes["PartName"].lstrip("/"): attributes["ContentType"]
        for name, attributes in _elements(parts["[Content_Types].xml"])
        if name == "Override"
    }
    for part, content_type in types.items():
        if "macroenabled" in content_type.lower():
            raise Damaged(f"This workbook contains macros. {SAVE_AS}")
        if content_type == WORKBOOK:
            return part
    raise Damaged(f"This is not an Excel workbook, whatever its name says. {SAVE_AS}")


class _Ruler:
    """Walks the cells of a sheet once; where the sheet leaves out a position it is counted on, as the format has it."""

    def __init__(self, sheet: SheetPart) -> None:
        self.sheet = sheet
        self.row = self.column = 0
        self.calls: dict[str, Callable[[dict[str, str]], None]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Expat's call for each element that begins; the first one shows the prefix of the sheet's own vocabulary."""
        if not self.calls:
            prefix = name.removesuffix("worksheet")
            self.calls = {prefix + "row": self._row, prefix + "c": self._cell, prefix + "mergeCell": self._merged}
            self.calls |= dict.fromkeys((prefix + "v", prefix + "f", prefix + "is"), self._content)
        call = self.calls.get(name)
        if call:
            call(attributes)

    def _row(self, attributes: dict[str, str]) -> None:
        above, self.column = self.row, 0
        self.row = int(attributes["r"]) if "r" in attributes else above + 1
        if not above < self.row <= LAST_ROW:
            raise Damaged

    def _cell(self, attributes: dict[str, str]) -> None:
        left = self.column
        if "r" not in attributes:
            self.column += 1
            return
        match = CELL.fullmatch(attributes["r"])
        if not match or int(match[2]) != self.row:
            raise Damaged
        self.column = column_number(match[1])
        if self.column <= left:
            raise Damaged

    def _content(self, _attributes: dict[str, str]) -> None:
        self.sheet.last_row = self.row
        self.sheet.last_column = max(self.sheet.last_column, self.column)

    def _merged(self, attributes: dict[str, str]) -> None:
        self.sheet.merged.append(attributes["ref"][:20])


def _measure(sheet: SheetPart, content: bytes) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = _Ruler(sheet).start
    parser.Parse(content, True)


@cache
def column_number(letters: str) -> int:
    """1 for A, 26 for Z, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
