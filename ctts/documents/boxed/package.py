"""Opens an office package (a ZIP) within limits, and reads its XML without entities.

ECMA-376 part 2: parts, content types, relationships; it forbids document type declarations, so does this.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from .words import MAX_MEMBERS, MAX_UNPACKED, Unacceptable, damaged

FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)
KIND = "office file"
Start = Callable[[str, dict[str, str]], None]


def opened(source: Path) -> zipfile.ZipFile:
    """The package, if its list of parts is sound; sizes are judged before anything is unpacked.

    Raises Unacceptable for too many or too large parts, locked parts, and names that lead out of the package.
    """
    try:
        package = zipfile.ZipFile(source)
    except FAULTS as problem:
        raise damaged(KIND) from problem
    parts = package.infolist()
    if len(parts) > MAX_MEMBERS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        package.close()
        raise Unacceptable(
            f"This file unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB or {MAX_MEMBERS} parts. "
            "Make its pictures smaller or split it, or save it as a PDF, and upload that."
        )
    names = [part.filename.lower() for part in parts]
    unsound = any(part.flag_bits & 0x1 or part.filename.startswith(("/", "\\")) for part in parts)
    if unsound or len(set(names)) != len(names) or any(".." in name.split("/") or "\\" in name for name in names):
        package.close()
        raise damaged(KIND)
    return package


def read(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The bytes of one part, its checksum verified; never more than its stated size."""
    try:
        return package.read(part)
    except FAULTS as problem:
        raise damaged(KIND) from problem


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def parse(
    content: bytes, start: Start, end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Walk through one XML part; names reach the handlers without namespace.

    Raises Unacceptable for a document type declaration (entities could swell) and for broken XML.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, found: start(local(name), {local(k): v for k, v in found.items()})
    if end is not None:
        ended = end
        parser.EndElementHandler = lambda name: ended(local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_declaration
    try:
        parser.Parse(content, True)
    except expat.ExpatError as problem:
        raise damaged(KIND) from problem


def _refuse_declaration(*declared: object) -> None:
    raise damaged(KIND)


def overrides(content: bytes) -> Iterator[tuple[str, str]]:
    """(part name, content type) of each override in `[Content_Types].xml`."""
    found: list[tuple[str, str]] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name in {"Override", "Default"}:
            found.append((given.get("PartName", ""), given.get("ContentType", "")))

    parse(content, start)
    yield from found
