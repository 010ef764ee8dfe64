"""The secrets of a demonstration or test: made once in its state folder, worth nothing anywhere else."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ctts.embedded import APP, CONTRACT, OWNER, write_private

SIGNER = "Clinical Technologist Training Scheme - demonstration"
# For sealing documents and, as its own root, vouching for itself.
SEALS_AND_VOUCHES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_cert_sign=True,
    crl_sign=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)
YEARS = 30  # a diploma of a demonstration must not expire within the demonstration


def make_secrets(folder: Path) -> dict[str, str]:
    """The settings that hold secrets, by their names in `stack.json`; files that do not exist yet are made.

    "secret_key" and "vault_key" (url-safe base64 of 32 bytes) are values, "diploma_key" and "diploma_certificate"
    paths of PEM files. Every file is readable by its owner only.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, certificate = folder / "diploma-key.pem", folder / "diploma-certificate.pem"
    if not certificate.exists():
        make_signer(key, certificate)
    return {
        "secret_key": kept(folder / "secret-key", secrets.token_urlsafe(48)),
        "vault_key": kept(folder / "vault-key", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()),
        "diploma_key": str(key),
        "diploma_certificate": str(certificate),
    }


def make_passwords(folder: Path) -> dict[str, str]:
    """The passwords of the three database roles, by role; made once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {role: kept(folder / f"{role}.password", secrets.token_urlsafe(24)) for role in (OWNER, APP, CONTRACT)}


def kept(path: Path, fresh: str) -> str:
    """The content of `path`, which is `fresh` when it did not exist before."""
    if not path.exists():
        write_private(path, fresh)
    return path.read_text()


def make_signer(key_path: Path, certificate_path: Path) -> None:
    """An EC P-256 key and its own root certificate, which says "demonstration" in its name.

    P-256 because a seal takes 30 ms with it and ten times as long with RSA-3072 (docs/decisions/0002-dependencies.md).
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, SIGNER),
            x509.NameAttribute(NameOID.COMMON_NAME, "Diploma seal (demonstration)"),
        ]
    )
    since = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(SEALS_AND_VOUCHES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(key_path, private.decode())
    write_private(certificate_path, certificate.public_bytes(serialization.Encoding.PEM).decode())
