"""A diploma and its seal (D1): ours beside bare WeasyPrint and bare pyHanko, in a process in which Django is set up.

The bare ones keep fonts, style sheets and key loaded, and do nothing but set the sheet, or sign. No database is asked.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO

import segno
from django.conf import settings
from django.template.loader import render_to_string
from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from ctts.common.pdf import STATIC
from ctts.common.seals import seal
from moderation.models import Diploma
from moderation.paper import ARCHIVAL, STYLES, check_address, diploma_pdf
from tests.performance.heavy.spending import Rates, spent

AT = datetime(2027, 12, 20, 10, tzinfo=UTC)
SHEETS, SEALS = 8, 24  # in one round


def diploma(number: int) -> Diploma:
    """A diploma that stands in no database."""
    return Diploma(
        number=f"CTD-2027-{number:05d}",
        code=f"{number:026d}",
        name=f"Trainee Number {number} of the Scheme",
        scope_name="Nuclear Medicine",
        awarded_on=date(2027, 12, 1),
        audit_number=number,
        audit_head="0" * 64,
        issued_at=AT,
    )


def bare_sheet() -> Callable[[int], bytes]:
    """A function that sets the sheet of a diploma with everything loaded that can be loaded before."""
    fonts = FontConfiguration()
    sheets = [CSS(filename=STATIC / "css" / name, font_config=fonts) for name in STYLES]

    def sheet(number: int) -> bytes:
        given = diploma(number)
        code = segno.make(check_address(given), error="m").svg_data_uri(border=0)
        words = {"diploma": given, "size": "", "code": code, "code_alt": "Code", "where": "a page", "created": "2027"}
        text = render_to_string("pdf/diploma.html", words)
        made: bytes = HTML(string=text, base_url=f"{STATIC.as_uri()}/").write_pdf(
            stylesheets=sheets, font_config=fonts, pdf_variant=ARCHIVAL
        )
        return made

    return sheet


def bare_signing(pdf: bytes) -> Callable[[int], bytes]:
    """A function that signs with the scheme's key, loaded before."""
    certificates = list(load_certs_from_pemder([settings.DIPLOMA_CERTIFICATE]))
    key = load_private_key_from_pemder(settings.DIPLOMA_KEY, passphrase=None)
    store = SimpleCertificateStore.from_certs(certificates[1:])
    signer = signers.SimpleSigner(signing_cert=certificates[0], signing_key=key, cert_registry=store)

    def signed(_: int) -> bytes:
        meta = signers.PdfSignatureMetadata(field_name="Signature", md_algorithm="sha256")
        written: bytes = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer).getvalue()
        return written

    return signed


def rates(name: str, ours: Callable[[int], object], bare: Callable[[int], object], *, many: int, rounds: int) -> Rates:
    """Both, `many` in a round, once before the first round to load what is loaded once."""
    taken: dict[Callable[[int], object], list[float]] = {ours: [], bare: []}
    for work in taken:
        work(0)
    for _ in range(rounds):
        for work, seconds in taken.items():
            seconds.append(spent(partial(_do, work, many)).cpu)
    first, second = (many / statistics.median(seconds) for seconds in taken.values())
    return Rates(name, first, second)


def _do(work: Callable[[int], object], many: int) -> None:
    for number in range(many):
        work(number)


def main() -> None:
    """Measure both and print them as JSON."""
    rounds = int(sys.argv[1])
    sheet = diploma_pdf(diploma(1))
    found = [
        rates("diploma", lambda number: diploma_pdf(diploma(number)), bare_sheet(), many=SHEETS, rounds=rounds),
        rates("seal", lambda _: seal(sheet, AT, "Issued"), bare_signing(sheet), many=SEALS, rounds=rounds),
    ]
    print(json.dumps([asdict(one) for one in found]))  # noqa: T201 — what the benchmark reads
