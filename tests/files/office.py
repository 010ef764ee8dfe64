"""Word, Excel and PowerPoint files: ordinary ones, and ones that try something."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook

BASE = "application/vnd.openxmlformats-officedocument."
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
TARGET = {"": "", "External": ' TargetMode="External"'}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def package(parts: Mapping[str, str | bytes], *, level: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these parts, without dates."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", level) as packed:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = level
            packed.writestr(entry, content)
    return written.getvalue()


def types(**overrides: str) -> str:
    """`[Content_Types].xml`; keys are part names with `__` for `/` and `_xml` for `.xml`, values content types."""
    lines = [
        f'<Override PartName="/{name.replace("__", "/").replace("_xml", ".xml")}" ContentType="{kind}"/>'
        for name, kind in overrides.items()
    ]
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(lines)}</Types>'
    )


def relations(*found: tuple[str, str, str]) -> str:
    """A relationships part; each is (kind, target, mode) with mode "" or "External"."""
    lines = [
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"{TARGET[mode]}/>'
        for number, (kind, target, mode) in enumerate(found, 1)
    ]
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{HEAD}<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'


def document(paragraphs: Sequence[str], before: str = "", extra: str = "") -> str:
    """`word/document.xml` with one paragraph a text; `before` goes in front of the root, `extra` into the body."""
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in paragraphs)
    return f'{HEAD}{before}<w:document xmlns:w="{W}"><w:body>{body}{extra}<w:sectPr/></w:body></w:document>'


def docx_parts(paragraphs: Sequence[str] = ("A page.",), **special: str) -> dict[str, str | bytes]:
    """The parts of a small Word document."""
    return {
        "[Content_Types].xml": types(word__document_xml=f"{BASE}wordprocessingml.document.main+xml"),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
        "word/document.xml": document(paragraphs, **special),
        "word/_rels/document.xml.rels": relations(("hyperlink", "https://www.example.org/", "External")),
    }


def docx(paragraphs: Sequence[str] = ("A page.",), **more: str | bytes) -> bytes:
    """A Word document; `more` adds or replaces parts (`__` for `/`, `_xml` for `.xml`)."""
    changed = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in more.items()}
    return package({**docx_parts(paragraphs), **changed})


def xlsx(rows: Sequence[Sequence[object]], title: str = "Sheet") -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def pptx(slides: Sequence[str]) -> bytes:
    """A presentation with one text a slide."""
    main = {f"ppt__slides__slide{n}_xml": f"{BASE}presentationml.slide+xml" for n in range(1, len(slides) + 1)}
    links = [("slide", f"slides/slide{number}.xml", "") for number in range(1, len(slides) + 1)]
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in range(1, len(slides) + 1))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": types(ppt__presentation_xml=f"{BASE}presentationml.presentation.main+xml", **main),
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", "")),
        "ppt/presentation.xml": (
            f'{HEAD}<p:presentation xmlns:p="{P}" xmlns:r="{OFFICE}"><p:sldIdLst>{listed}</p:sldIdLst>'
            '<p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
        ),
        "ppt/_rels/presentation.xml.rels": relations(*links),
    }
    for number, text in enumerate(slides, 1):
        parts[f"ppt/slides/slide{number}.xml"] = _slide(text)
    return package(parts)


def _slide(text: str) -> str:
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="500000" y="500000"/><a:ext cx="8000000" cy="3000000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return f'{HEAD}<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree>{group}{shape}</p:spTree></p:cSld></p:sld>'
