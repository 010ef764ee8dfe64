"""Whether what an operator has set can be used at all: each setting by its name, in a sentence (docs/operations.md).

How they are written is asked by `ctts/settings.py` as it reads them; what they hold, files and keys, when a process or
a command starts on servers. Nothing is connected to here.
"""

from __future__ import annotations

import logging
import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

Rule = tuple[Callable[[str], bool], str]
SECRET_LENGTH = 50
VAULT_BYTES = 32
MAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl")


def badly_written(given: Mapping[str, str]) -> str:
    """Which of the settings `given` (name → value) is not written as it must be, in a sentence; empty when none is."""
    return _first(WRITTEN, given)


def unusable(given: Mapping[str, str]) -> str:
    """Which of the settings `given` holds no key, file, folder or sender that can be used; empty when none does."""
    return _first(HELD, given)


def _first(rules: Mapping[str, Rule], given: Mapping[str, str]) -> str:
    """The first problem; a setting that was not given is left out."""
    for name, (fits, problem) in rules.items():
        value = given.get(name, "")
        if value and not _holds(fits, value):
            return f"{name} cannot be used: {problem}. docs/operations.md says what it holds."
    return ""


def _holds(fits: Callable[[str], bool], value: str) -> bool:
    try:
        return fits(value)
    except (ValueError, OSError):
        return False


def _address(*schemes: str) -> Callable[[str], bool]:
    """Whether a text is an address of one of these kinds with a host, or the path of a socket."""

    def fits(value: str) -> bool:
        found = urlsplit(value)
        _ = found.port  # a ValueError when it is no number
        return found.scheme in schemes and bool(found.hostname or found.scheme == "unix")

    return fits


def _database(value: str) -> bool:
    found = urlsplit(value)
    _ = found.port
    return found.scheme in {"postgres", "postgresql"} and len(found.path) > 1


def _site(value: str) -> bool:
    found: SplitResult = urlsplit(value)
    _ = found.port
    return found.scheme in {"http", "https"} and bool(found.hostname) and found.path in {"", "/"} and not found.query


def _storage(value: str) -> bool:
    found = urlsplit(value)
    _ = found.port
    if found.scheme == "file":
        return not found.netloc and found.path.startswith("/")
    return found.scheme == "s3" and bool(found.hostname) and len(found.path) > 1


def _sender(value: str) -> bool:
    name, _, domain = parseaddr(value)[1].partition("@")
    return bool(name and domain) and not set(value) & set("\r\n")


def _pem(kind: str) -> Callable[[str], bool]:
    return lambda value: f"{kind}-----" in Path(value).read_text(encoding="ascii")


def _folder(value: str) -> bool:
    folder = Path(value)
    folder.mkdir(parents=True, exist_ok=True)
    return folder.is_absolute() and os.access(folder, os.W_OK)


def _server(value: str) -> bool:
    host, _, port = value.rpartition(":")
    return bool(host) and 0 < int(port) < 65536


WRITTEN: dict[str, Rule] = {
    "DATABASE_URL": (_database, "it is no address such as postgres://ctts_app:password@host:5432/ctts"),
    "MIGRATE_DATABASE_URL": (_database, "it is no address such as postgres://ctts_owner:password@host:5432/ctts"),
    "REDIS_URL": (_address("redis", "rediss", "unix"), "it is no address such as redis://:password@host:6379/0"),
    "EMAIL_URL": (_address(*MAIL_SCHEMES), "it is no address such as smtp+tls://user:password@host:587"),
    "STORAGE_URL": (_storage, "it is neither file:///a/folder nor s3://key:secret@host:port/bucket"),
    "BASE_URL": (_site, "it is no address such as https://training.example.org"),
    "TRUSTED_PROXY_COUNT": (lambda value: value.isdecimal(), "it is no whole number from 0 on"),
    "CLAMD_ADDRESS": (_server, "it is not host:port"),
    "LOG_LEVEL": (lambda value: value in logging.getLevelNamesMapping(), "it is no level such as INFO or WARNING"),
}
HELD: dict[str, Rule] = {
    "SECRET_KEY": (lambda value: len(value) >= SECRET_LENGTH, f"it needs {SECRET_LENGTH} random characters or more"),
    "VAULT_KEY": (
        lambda value: len(urlsafe_b64decode(value)) == VAULT_BYTES,
        f"it is not {VAULT_BYTES} bytes in URL-safe base64",
    ),
    "DIPLOMA_KEY": (_pem("PRIVATE KEY"), "no PEM private key can be read at that path"),
    "DIPLOMA_CERTIFICATE": (_pem("BEGIN CERTIFICATE"), "no PEM certificate can be read at that path"),
    "AUDIT_HEAD_DIR": (_folder, "it is no folder in which files can be written"),
    "AUDIT_HEAD_MAIL": (_sender, "it is no mail address"),
    "MAIL_FROM": (_sender, "it is no sender such as Scheme office <office@example.org>"),
}
