"""Proves that a file is a PDF and saves it anew without anything that acts by itself (quality rule 12).

Actions are judged by what they do, wherever they hang: an action that may not stay loses its kind (`/S`), so that no
reader can run it, whatever points at it. ISO 32000-1, 12.6 (actions) and 12.5 (annotations).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream
from pikepdf.settings import set_qpdf_limits

from .jpeg import without_details
from .words import MAX_PAGES, MAX_STREAM, Unacceptable, damaged

HARMLESS_NAMED = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
SAFE_LINKS = (b"http://", b"https://", b"mailto:")
# Kind of action → what its removal is called (states.Removed).
FORBIDDEN = {
    "/JavaScript": "scripts",
    "/Launch": "actions",
    "/SubmitForm": "actions",
    "/ResetForm": "actions",
    "/ImportData": "actions",
    "/GoToE": "attachments",
    "/GoToR": "actions",
    "/GoToDp": "actions",
    "/Hide": "actions",
    "/SetOCGState": "actions",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
    "/RichMediaExecute": "media",
}
ANNOTATIONS = {
    "/FileAttachment": "attachments",
    "/Sound": "media",
    "/Movie": "media",
    "/Screen": "media",
    "/3D": "media",
    "/RichMedia": "media",
}
ROOT = {
    "/OpenAction": "actions",
    "/AA": "actions",
    "/Collection": "attachments",
    "/AF": "attachments",
    "/Perms": "signature",
    "/DSS": "signature",
    "/NeedsRendering": "dynamic_form",
    "/Requirements": "actions",
}
NAMES = {"/JavaScript": "scripts", "/EmbeddedFiles": "attachments", "/Renditions": "media"}
# What an action does it with; an element of the document's structure with a strange role keeps its own keys.
ACTION_KEYS = frozenset({"/S", "/JS", "/F", "/URI", "/N", "/Win", "/Mac", "/Unix", "/D", "/R", "/Next", "/NewWindow"})
ENDING = 2048


def work(folder: Path) -> dict[str, Any]:
    """Clean `source` into `target`; facts: pages and what was removed. Raises Unacceptable in words."""
    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)
    set_qpdf_limits(
        flate_max_memory=MAX_STREAM,
        run_length_max_memory=MAX_STREAM,
        dct_max_memory=MAX_STREAM,
        png_max_memory=MAX_STREAM,
        tiff_max_memory=MAX_STREAM,
        max_stream_filters=8,
        doc_max_warnings=500,
    )
    try:
        with _opened(folder / "source") as pdf:
            pages = _pages(pdf)
            removed = sorted(set(_cleaned(pdf)))
            pdf.save(
                folder / "target",
                deterministic_id=True,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    except (PdfError, ValueError) as problem:
        raise damaged("PDF") from problem
    return {"media_type": "application/pdf", "pages": pages, "removed": removed}


def _opened(source: Path) -> Pdf:
    """The PDF; a damaged table of contents is mended unless the end of the file is missing."""
    try:
        pdf = Pdf.open(source, attempt_recovery=False)
    except PasswordError as problem:
        raise _locked() from problem
    except PdfError as problem:
        if b"%%EOF" not in source.read_bytes()[-ENDING:]:
            raise damaged("PDF") from problem
        pdf = _mended(source)
    if pdf.is_encrypted:
        pdf.close()
        raise _locked()
    return pdf


def _mended(source: Path) -> Pdf:
    try:
        return Pdf.open(source)
    except PasswordError as problem:
        raise _locked() from problem


def _locked() -> Unacceptable:
    return Unacceptable(
        "This PDF is protected by a password or by restrictions. Open it, print it to a new PDF "
        "(“Save as PDF” in the print window), and upload that."
    )


def _pages(pdf: Pdf) -> int:
    pages = len(pdf.pages)
    if pages > MAX_PAGES:
        raise Unacceptable(f"This PDF has {pages} pages; at most {MAX_PAGES} are accepted. Split it into parts.")
    if any(not isinstance(page.obj, Dictionary) for page in pdf.pages):
        raise damaged("PDF")
    return pages


def _cleaned(pdf: Pdf) -> Iterator[str]:
    """Remove what may not stay, yielding the name of each kind that was found."""
    yield from _without(pdf.Root, ROOT)
    if isinstance(pdf.Root.get("/Names"), Dictionary):
        yield from _without(pdf.Root.Names, NAMES)
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        yield from _without(form, {"/XFA": "dynamic_form", "/SigFlags": "signature"})
    for page in pdf.pages:
        yield from _without(page.obj, {"/AA": "actions", "/AF": "attachments"})
        yield from _without_annotations(page.obj)
    for thing in _every_dictionary(pdf):
        yield from _harmless(thing)


def _without(thing: Object, keys: dict[str, str]) -> Iterator[str]:
    for key, kind in keys.items():
        if key in thing:
            del thing[key]
            yield kind


def _without_annotations(page: Object) -> Iterator[str]:
    annotations = page.get("/Annots")
    if not isinstance(annotations, Array):
        return
    for place in range(len(annotations) - 1, -1, -1):
        note = annotations[place]
        if not isinstance(note, Dictionary):
            continue
        kind = ANNOTATIONS.get(str(note.get("/Subtype", "")))
        if kind:
            del annotations[place]
            yield kind
        else:
            yield from _without(note, {"/AA": "actions", "/AF": "attachments"})


def _every_dictionary(pdf: Pdf) -> Iterator[Object]:
    """Each dictionary and stream of the file once, those written inside others too."""
    for top in pdf.objects:
        waiting = [top]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, (Dictionary, Stream)):
                yield thing
                inside = [value for _, value in thing.items()]
            elif isinstance(thing, Array):
                inside = list(thing)
            else:
                continue
            waiting += [v for v in inside if isinstance(v, (Dictionary, Array)) and not v.is_indirect]


def _harmless(thing: Object) -> Iterator[str]:
    """Take the power out of one dictionary: actions, files inside, scripts of fields, signatures, picture details."""
    kind = thing.get("/S")
    if isinstance(kind, Name):
        yield from _action(thing, str(kind))
    if "/JS" in thing and isinstance(thing["/JS"], (pikepdf.String, Stream)):
        del thing["/JS"]
        yield "scripts"
    if _holds_files(thing.get("/EF")):
        yield from _without(thing, {"/EF": "attachments", "/RF": "attachments"})
    if isinstance(thing.get("/AA"), Dictionary) and "/Type" not in thing["/AA"] and not isinstance(thing, Stream):
        yield from _without(thing, {"/AA": "actions"})
    if thing.get("/FT") == Name.Sig and "/V" in thing:
        yield from _without(thing, {"/V": "signature"})
    if isinstance(thing, Stream) and thing.get("/Filter") == Name.DCTDecode:
        yield from _picture(thing)


def _holds_files(value: Object | None) -> bool:
    """Whether a value lists embedded files; a font that happens to be called /EF does not."""
    names = ("/F", "/UF", "/DOS", "/Mac", "/Unix")
    return isinstance(value, Dictionary) and any(isinstance(value.get(name), Stream) for name in names)


def _action(thing: Object, kind: str) -> Iterator[str]:
    removal = FORBIDDEN.get(kind, "")
    if kind == "/Named" and str(thing.get("/N", "")) not in HARMLESS_NAMED:
        removal = "actions"
    if kind == "/URI" and not bytes(thing.get("/URI", pikepdf.String(""))).strip().lower().startswith(SAFE_LINKS):
        removal = "actions"
    if removal:
        for key in ACTION_KEYS & set(thing.keys()):
            del thing[key]
        yield removal


def _parameters(thing: Stream) -> Dictionary | None:
    found = thing.get("/DecodeParms")
    return found if isinstance(found, Dictionary) else None


def _picture(thing: Stream) -> Iterator[str]:
    before = thing.read_raw_bytes()
    after = without_details(before)
    if len(after) != len(before):
        thing.write(after, filter=Name.DCTDecode, decode_parms=_parameters(thing))
        yield "picture_details"
