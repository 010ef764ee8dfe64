"""The outside of an XLSX file: what it is, how big it grows, what hides in it, and which parts hold cells.

An XLSX file is a ZIP archive of XML parts (ECMA-376). Only the parts named here are unpacked and parsed at all;
pictures, styles and whatever else a workbook carries are never looked into. Quality rules 12 and 16.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from ctts.scheme.spreadsheet.cells import shown

MOST_BYTES = 10_000_000
MOST_UNPACKED = 10_000_000
MOST_PARTS = 200

SAVE_AS = "Save it as an Excel workbook (.xlsx) and upload that."
DAMAGED = (
    "This workbook is damaged or was not saved by a spreadsheet program. Open it there and save it again as .xlsx."
)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
LINKED = ("xl/externalLinks/", "xl/embeddings/", "xl/activeX/", "xl/connections", "xl/ctrlProps/")

Attributes = Mapping[str, str]


class Damaged(Exception):  # noqa: N818 — caught in this package and told as a Problem
    """The workbook cannot be read; `str()` is the sentence for its author."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or DAMAGED)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet as the workbook lists it, and the XML that holds its cells."""

    name: str
    hidden: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """The sheets in the order of their tabs, and the XML of the texts they share (empty when there is none)."""

    sheets: tuple[SheetPart, ...]
    texts: bytes


def unpack(data: bytes) -> Package:
    """The parts of a workbook that hold cells.

    Raises Damaged with a sentence for the author; BadZipFile, zlib.error, ExpatError, LookupError, NotImplementedError,
    EOFError, OSError or ValueError where an archive or a part is simply broken.
    """
    with _archive(data) as archive:
        book = _workbook_part(archive)
        relations = dict(_relations(archive, book))
        sheets = [_sheet(archive, relations, attributes) for attributes in _listed(archive, book)]
        if not sheets:
            raise Damaged
        texts = [target for kind, target in relations.values() if kind.endswith("/sharedStrings")]
        return Package(tuple(sheets), archive.read(texts[0]) if texts else b"")


def parse(content: bytes, parser: expat.XMLParserType) -> None:
    """Feed XML to a parser. A document type declaration is refused: no part has one, and entities begin there."""

    def refuse(*_declaration: object) -> None:
        raise Damaged

    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)


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
        size = f"{MOST_UNPACKED // 1_000_000} MB"
        raise Damaged(f"This workbook unpacks to more than {size}. Remove pictures and unused sheets, or split it.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Damaged("This workbook is protected by a password. Remove the password and save it again.")
    if any(posixpath.basename(name).lower().startswith("vbaproject") for name in names):
        raise Damaged(f"This workbook contains macros. {SAVE_AS}")
    if any(name.startswith(LINKED) for name in names):
        raise Damaged("This workbook holds embedded objects or links to other files. Remove them and save it again.")
    return archive


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Attributes]]:
    """All elements of a small part in order, as local name and attributes by local name."""
    found: list[tuple[str, Attributes]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append(
        (_local(name), {_local(key): value for key, value in attributes.items()})
    )
    parse(archive.read(part), parser)
    return iter(found)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _workbook_part(archive: zipfile.ZipFile) -> str:
    """The name of the workbook part, from the list of content types; templates and macro workbooks are refused."""
    for name, attributes in _elements(archive, "[Content_Types].xml"):
        content_type = attributes.get("ContentType", "")
        if "macroenabled" in content_type.lower():
            raise Damaged(f"This workbook contains macros. {SAVE_AS}")
        if name == "Override" and content_type == WORKBOOK:
            return attributes["PartName"].lstrip("/")
    raise Damaged(f"This is not an Excel workbook, whatever its name says. {SAVE_AS}")


def _relations(archive: zipfile.ZipFile, book: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """What the workbook part is related to: id, then type and part name."""
    folder, name = posixpath.split(book)
    for kind, attributes in _elements(archive, f"{folder}/_rels/{name}.rels"):
        if kind == "Relationship":
            target = attributes["Target"]
            part = target[1:] if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            yield attributes["Id"], (attributes["Type"], part)


def _listed(archive: zipfile.ZipFile, book: str) -> Iterator[Attributes]:
    """The sheets the workbook part lists."""
    for name, attributes in _elements(archive, book):
        if name == "workbook" and attributes.get("conformance") == "strict":
            raise Damaged(f"This workbook was saved as Strict Open XML. {SAVE_AS}")
        if name == "sheet":
            yield attributes


def _sheet(archive: zipfile.ZipFile, relations: Mapping[str, tuple[str, str]], attributes: Attributes) -> SheetPart:
    kind, part = relations[attributes["id"]]
    name = attributes["name"]
    if not kind.endswith("/worksheet"):
        raise Damaged(f"The sheet “{shown(name)}” is not a table of cells. Delete it and save again.")
    return SheetPart(name, attributes.get("state", "visible") != "visible", archive.read(part))
