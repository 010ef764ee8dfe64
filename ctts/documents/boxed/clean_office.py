"""Proves that a file is a Word, Excel or PowerPoint document without macros, and packs it anew (quality rule 12).

Every part is unpacked (which checks its sum) and every XML part parsed. Packing anew drops whatever was hidden before,
between or behind the parts.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from .package import opened, overrides, parse, read
from .words import Unacceptable

TYPES = "[Content_Types].xml"
BASE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    f"{BASE}wordprocessingml.document.main+xml": f"{BASE}wordprocessingml.document",
    f"{BASE}spreadsheetml.sheet.main+xml": f"{BASE}spreadsheetml.sheet",
    f"{BASE}presentationml.presentation.main+xml": f"{BASE}presentationml.presentation",
    f"{BASE}presentationml.slideshow.main+xml": f"{BASE}presentationml.presentation",
}
MACROS = re.compile(r"vbaproject|vbadata|macrosheet|activex", re.I)
REMOTE = re.compile(r"^\s*(https?:|ftp:|//|\\\\|file:/{2,}[^/]*[^/:]\.[^/]*/|mhtml:|ms-)", re.I)
DDE = re.compile(r"\bDDE(AUTO)?\b", re.I)
LINK = "hyperlink"


def work(folder: Path) -> dict[str, Any]:
    """Clean `source` into `target`; facts: media type, pages (unknown), nothing removed."""
    with opened(folder / "source") as package:
        media_type = _media_type(package)
        with zipfile.ZipFile(folder / "target", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as anew:
            for part in package.infolist():
                if part.is_dir():
                    continue
                content = read(package, part)
                _judge(part.filename, content)
                anew.writestr(_plain(part.filename), content)
    return {"media_type": media_type, "pages": None, "removed": []}


def _plain(name: str) -> zipfile.ZipInfo:
    """An entry without date or owner, so that equal content packs to equal bytes."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _media_type(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    if TYPES not in names:
        raise _no_office_file(package, names)
    declared = list(overrides(read(package, package.getinfo(TYPES))))
    if any("macroenabled" in kind.lower() or MACROS.search(kind) for _, kind in declared):
        raise _macros()
    there = {name.lower() for name in names}
    found = {MAIN[kind] for part, kind in declared if kind in MAIN and part.lstrip("/").lower() in {"", *there}}
    if len(found) != 1:
        raise Unacceptable(
            "This is not a Word, Excel or PowerPoint document that can be opened here. "
            "Save it as a PDF, and upload that."
        )
    return found.pop()


def _macros() -> Unacceptable:
    return Unacceptable("This file contains macros. Save it as a PDF, which has none, and upload that.")


def _no_office_file(package: zipfile.ZipFile, names: set[str]) -> Unacceptable:
    if "mimetype" in names and read(package, package.getinfo("mimetype")).startswith(b"application/vnd.oasis"):
        return Unacceptable("OpenDocument files are not accepted. Save it as a PDF or as .docx, and upload that.")
    return Unacceptable("ZIP archives are not accepted. Unpack it, and upload the files in it one by one.")


def _judge(name: str, content: bytes) -> None:
    """Refuse one part that could act: a macro, a link that loads by itself, a command to another program."""
    if MACROS.search(name):
        raise _macros()
    if name.lower().endswith(".rels"):
        parse(content, _relationship)
    elif name.lower().endswith(".xml"):
        _judge_xml(content)


def _relationship(name: str, given: dict[str, str]) -> None:
    if name != "Relationship" or given.get("TargetMode", "").lower() != "external":
        return
    kind = given.get("Type", "").rpartition("/")[2]
    if kind != LINK and REMOTE.match(given.get("Target", "")):
        raise Unacceptable(
            "This file loads a part of itself (a template, picture or table) from another computer. "
            "Save it as a PDF, and upload that."
        )


def _judge_xml(content: bytes) -> None:
    inside, words = [False], [""]

    def start(name: str, given: dict[str, str]) -> None:
        if name == "ddeLink":
            raise _commands()
        inside[0] = name == "instrText"
        if name == "fldSimple":
            words.append(given.get("instr", ""))

    def text(value: str) -> None:
        if inside[0]:
            words.append(value)

    parse(content, start, text=text)
    if DDE.search("".join(words)):
        raise _commands()


def _commands() -> Unacceptable:
    return Unacceptable("This file gives commands to another program (DDE). Save it as a PDF, and upload that.")
