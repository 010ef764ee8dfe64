"""What is put on pages that exist already (F3): their number, the label of the evidence, the numbers of citations.

Helvetica, straight into the content stream: five hundred overlays made by a layout engine would take seconds. A page of
somebody else is first closed off as a form, so that nothing it does to the coordinates reaches what is put on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

FONT = Name("/CttsStamp")
SIZE = 8.5
DIGIT = 0.556  # the width of every digit of Helvetica, in ems
WIDTHS = {" ": 0.278, ",": 0.278, "E": 0.667, "P": 0.667, "a": 0.556, "e": 0.556, "f": 0.278, "g": 0.556, "o": 0.556}
INK, PAPER = "0.25 0.31 0.35", "1 1 1"
A4_WIDTH = 595.0
FOOT = 26.0  # points from the lower edge to the baseline, on A4


@dataclass(frozen=True, slots=True)
class View:
    """The part of a page that is seen, and how it is turned: what is put on it reads upright."""

    left: float
    low: float
    right: float
    high: float
    turned: int

    @property
    def width(self) -> float:
        """The width as it is seen."""
        return self.high - self.low if self.turned in (90, 270) else self.right - self.left

    @property
    def height(self) -> float:
        """The height as it is seen."""
        return self.right - self.left if self.turned in (90, 270) else self.high - self.low

    @property
    def matrix(self) -> str:
        """From coordinates as they are seen (from the lower left) to those of the page."""
        by_turn = {
            0: (1, 0, 0, 1, self.left, self.low),
            90: (0, 1, -1, 0, self.right, self.low),
            180: (-1, 0, 0, -1, self.right, self.high),
            270: (0, -1, 1, 0, self.left, self.high),
        }
        return " ".join(_number(value) for value in by_turn[self.turned])


def stamp_font(pdf: Pdf) -> Object:
    """The one font of all stamps in a PDF: every reader has it, so nothing is embedded."""
    made = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    return pdf.make_indirect(made)


def view_of(page: Page) -> View:
    """What is seen of a page: its crop box within its media box, whichever way their corners are written (/Rotate)."""
    left, low, right, high = _cropped(page) or _media(page)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    return View(left, low, right, high, turned if turned in (90, 180, 270) else 0)


def _cropped(page: Page) -> tuple[float, float, float, float] | None:
    """What the crop box leaves of the media box; None when it leaves nothing."""
    media = _media(page)
    crop = _box(page.obj.CropBox) if "/CropBox" in page.obj else media
    left, low = max(media[0], crop[0]), max(media[1], crop[1])
    right, high = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, low, right, high) if right - left >= 1 and high - low >= 1 else None


def _media(page: Page) -> tuple[float, float, float, float]:
    return _box(page.mediabox)


def _box(box: Object) -> tuple[float, float, float, float]:
    one, two, three, four = (float(value) for value in box)
    return min(one, three), min(two, four), max(one, three), max(two, four)


def close_off(pdf: Pdf, page: Page) -> None:
    """Turn a page's content into a form of its own, drawn once; tags and structure of its former document go.

    A crop box that leaves nothing of the page goes too: such a page is seen whole.
    """
    if _cropped(page) is None:
        page.cropbox = page.mediabox
    form = _content(pdf, page)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, page.mediabox
    form.Resources = page.obj.get("/Resources", Dictionary())
    if "/Group" in page.obj:
        form.Group = page.obj.Group
    page.obj.Resources = Dictionary(XObject=Dictionary(CttsPage=form))
    page.obj.Contents = pdf.make_stream(b"q /CttsPage Do Q")
    for key in ("/StructParents", "/Tabs", "/AA", "/Group", "/B", "/Dur", "/Trans", "/Thumb"):
        if key in page.obj:
            del page.obj[key]
    for note in page.obj.get("/Annots", ()):
        if isinstance(note, Dictionary) and "/StructParent" in note:
            del note["/StructParent"]


def _content(pdf: Pdf, page: Page) -> Stream:
    """The whole content of a page as a stream of its own; a page may have none, one or several.

    A single one is taken as it is packed: its bytes are copied, not its length in memory.
    """
    found = page.obj.get("/Contents")
    streams = [one for one in (found if isinstance(found, Array) else [found]) if isinstance(one, Stream)]
    if len(streams) == 1 and streams[0].get("/Filter") == Name.FlateDecode and "/DecodeParms" not in streams[0]:
        return pdf.make_stream(streams[0].read_raw_bytes(), Filter=Name.FlateDecode)
    return pdf.make_stream(b"\n".join(one.read_bytes() for one in streams))


def number_mark(page: Page, number: int, total: int, label: str = "") -> str:
    """ "Page 12 of 480" at the foot of a page, in the middle, and the label of its evidence at its upper right.

    Sized for the page, so that it is read on a poster too.
    """
    view = view_of(page)
    scale = min(max(min(view.width, view.height) / A4_WIDTH, 0.4), 8.0) / _unit(page)
    words = f"Page {number} of {total}"
    middle = (view.width - width_of(words, SIZE * scale)) / 2
    marks = [_text(words, middle, FOOT * scale, SIZE * scale)]
    if label:
        across = view.width - width_of(label, SIZE * scale) - 2 * FOOT * scale / 3
        marks.append(_text(label, across, view.height - FOOT * scale * 0.8, SIZE * scale))
    return f"q {view.matrix} cm {' '.join(marks)} Q"


def citation_mark(box: Object, number: int, *, right_hand: bool) -> str:
    """The number of a page in the box that was left for it, one line high, on the line of its text."""
    left, low, right, high = _box(box)
    size = (high - low) * 0.92
    words = str(number)
    at = max(right - width_of(words, size), left) if right_hand else left
    drawn = f"BT {FONT} {_number(size)} Tf {_number(at)} {_number(low + (high - low) * 0.15)} Td"
    return f"q 0.05 0.32 0.34 rg {drawn} ({words}) Tj ET Q"


def put_on(page: Page, font: Object, marks: Sequence[str]) -> None:
    """Put marks on a page, each an artifact: a reader that speaks pages aloud leaves it out."""
    if "/Resources" not in page.obj:
        page.obj.Resources = Dictionary()
    resources = page.obj.Resources
    if "/Font" not in resources:
        resources.Font = Dictionary()
    resources.Font[FONT] = font
    drawn = "\n".join(f"/Artifact BMC {mark} EMC" for mark in marks)
    page.contents_add(f"\n{drawn}\n".encode())


def width_of(words: str, size: float) -> float:
    """How wide words of digits and those of our stamps are in Helvetica."""
    return sum(WIDTHS.get(letter, DIGIT) for letter in words) * size


def wrap(page: Page) -> None:
    """Close our own page's content off from what is put after it."""
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n")


def _unit(page: Page) -> float:
    unit = page.obj.get("/UserUnit", 1)
    return float(unit) if isinstance(unit, (int, Decimal)) and unit > 0 else 1.0


def _text(words: str, x: float, y: float, size: float) -> str:
    """Words on a small piece of paper, so that they are read over a photograph too."""
    pad = size * 0.35
    paper = (x - pad, y - pad - size * 0.12, width_of(words, size) + 2 * pad, size + 2 * pad - size * 0.1)
    sheet = " ".join(_number(value) for value in paper)
    drawn = f"BT {FONT} {_number(size)} Tf {_number(x)} {_number(y)} Td ({words}) Tj ET"
    return f"{PAPER} rg {sheet} re f {INK} rg {drawn}"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
