"""The anchor outside the database: heads signed with the scheme's key and written to AUDIT_HEAD_DIR."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings

from ctts.audit.models import AuditHead


@cache
def _key(path: str) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(Path(path).read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("DIPLOMA_KEY must be an elliptic-curve key (P-256).")
    return key


def sign(digest: str) -> str:
    """An ECDSA signature (base64) over a head's hex digest, by DIPLOMA_KEY."""
    return b64encode(_key(settings.DIPLOMA_KEY).sign(digest.encode(), ec.ECDSA(SHA256()))).decode()


def signature_holds(digest: str, signature: str) -> bool:
    """Whether `signature` was made over `digest` with the key of a certificate in DIPLOMA_CERTIFICATE: the present one,
    which comes first, or a former one below it."""
    certificates = load_pem_x509_certificates(Path(settings.DIPLOMA_CERTIFICATE).read_bytes())
    if not isinstance(certificates[0].public_key(), ec.EllipticCurvePublicKey):
        raise TypeError("DIPLOMA_CERTIFICATE must hold an elliptic-curve key (P-256).")
    return any(_made_by(certificate.public_key(), digest, signature) for certificate in certificates)


def _made_by(key: object, digest: str, signature: str) -> bool:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(b64decode(signature), digest.encode(), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def head_file(head: AuditHead) -> Path:
    """Where a head stands outside the database."""
    return Path(settings.AUDIT_HEAD_DIR) / f"{head.on.isoformat()}.json"


def head_content(head: AuditHead) -> dict[str, Any]:
    """What the file of a head says."""
    chains = {"chains": head.chains} if head.chains else {}
    return {
        "on": head.on.isoformat(),
        "at": head.at.isoformat(),
        "upto": head.upto,
        "previous": head.previous,
        "digest": head.digest,
        "signature": head.signature,
        **chains,
    }


def publish() -> int:
    """Write each head that has no file yet (temporary file, fsync, rename); returns how many were written."""
    folder = Path(settings.AUDIT_HEAD_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for head in AuditHead.objects.order_by("-on")[:400]:
        target = head_file(head)
        if target.exists():
            break
        draft = target.with_suffix(f".{os.getpid()}.new")
        with draft.open("w") as file:
            json.dump(head_content(head), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        written += 1
    return written
