"""Sealing a PDF with the scheme's key, and saying of any PDF whether that seal holds (D1).

PAdES-B with a P-256 key, certifying that nothing may be changed. The certificate file begins with the signer's; every
certificate in it is trusted when a seal is proved, so that former ones keep vouching for what they sealed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

T = TypeVar("T")
# What is taken from pyHanko without types, with those it has.
load_certificates: Callable[[list[str]], Iterable[Any]] = load_certs_from_pemder
store_of: Callable[[Sequence[Any]], SimpleCertificateStore] = SimpleCertificateStore.from_certs
FIELD = "Seal"
# In the plane of the page but far outside it: an invisible seal that both PDF/A and tagged PDF allow.
PLACE = fields.SigFieldSpec(
    FIELD,
    readable_field_name="Digital seal of the scheme",
    invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
)


# Whatever a damaged file makes pyHanko stumble over: then it has no seal that could be read.
STUMBLES = (
    *(PdfError, zlib.error, struct.error, ArithmeticError, AssertionError),
    *(AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Seal:
    """What the seal on a file says: whether its bytes are those that were sealed, all of them, and by whom.

    `trusted`: the signer is the scheme. `signed_at` is what the seal itself claims.
    """

    intact: bool
    whole: bool
    trusted: bool
    signer: str
    signed_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether the file is exactly what the scheme sealed."""
        return self.intact and self.whole and self.trusted


class _DatedSigner(signers.PdfSigner):
    """Writes the instant of the scheme's clock into the seal, not the machine's."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        """A session that begins at the given instant."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


@lru_cache(maxsize=4)
def _signer(key_path: str, certificate_path: str) -> signers.SimpleSigner:
    """The key and its certificates, loaded once for each process. Raises OSError or ValueError for unusable files."""
    certificates = list(load_certificates([certificate_path]))
    key = load_private_key_from_pemder(key_path, passphrase=None)
    store = store_of(certificates[1:])
    return signers.SimpleSigner(signing_cert=certificates[0], signing_key=key, cert_registry=store)


def _apart(work: Callable[[], T]) -> T:
    """What `work` gives, in a thread of its own: pyHanko begins an event loop, refused where one runs already."""
    with ThreadPoolExecutor(max_workers=1) as one:
        return one.submit(work).result()


def seal(pdf: bytes, at: datetime, reason: str) -> bytes:
    """A PDF with the scheme's seal: signed as of `at`, certified so that any later change shows (D1).

    Raises OSError or ValueError when the key or its certificate cannot be used.
    """
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        name="Clinical Technologist Training Scheme",
        reason=reason,
    )
    signer = _DatedSigner(
        meta, _signer(settings.DIPLOMA_KEY, settings.DIPLOMA_CERTIFICATE), new_field_spec=PLACE, at=at.astimezone(UTC)
    )
    sealed: bytes = _apart(lambda: signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue())
    return sealed


def examine(pdf: bytes) -> Seal | None:
    """What the seal on a PDF says; None when it has none that can be read. Never raises for a damaged file."""
    try:
        embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return _apart(lambda: _judged(embedded[0], pdf)) if embedded else None
    except STUMBLES:
        return None


def _judged(embedded: Any, pdf: bytes) -> Seal:
    trusted = list(load_certificates([settings.DIPLOMA_CERTIFICATE]))
    known = {certificate.dump() for certificate in trusted}
    signed_at = embedded.self_reported_timestamp
    context = ValidationContext(trust_roots=trusted, moment=signed_at, allow_fetching=False)
    status = validate_pdf_signature(embedded, signer_validation_context=context)
    covered = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _envelope_is_whole(embedded, pdf)
    return Seal(
        intact=status.intact and status.valid,
        whole=covered and status.modification_level == ModificationLevel.NONE,
        trusted=status.trusted and {found.dump() for found in embedded.signed_data["certificates"]} <= known,
        signer=status.signing_cert.subject.human_friendly,
        signed_at=signed_at,
    )


def _envelope_is_whole(embedded: Any, pdf: bytes) -> bool:
    """Whether the place of the signature, which no signature can cover, is written exactly as we write it.

    Else a letter there, or the filling behind it, could be changed and nobody would notice.
    """
    start, length, second, _ = embedded.byte_range
    envelope, content = pdf[start + length : second], bytes(embedded.pkcs7_content)
    places = content[1] & 0x7F  # DER: the length of the length
    end = 2 + places + int.from_bytes(content[2 : 2 + places], "big")
    return envelope == b"<" + content[:end].hex().upper().encode().ljust(len(envelope) - 2, b"0") + b">"
