"""Encryption of what only named readers may see (quality rule 11): Fernet under VAULT_KEY."""

from __future__ import annotations

from functools import cache

from cryptography.fernet import Fernet
from django.conf import settings


@cache
def _box(key: str) -> Fernet:
    return Fernet(key.encode())


def seal(text: str) -> bytes:
    """The encrypted form of a text. Raises ValueError when VAULT_KEY is not 32 bytes in url-safe base64."""
    return _box(settings.VAULT_KEY).encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The text that `seal` took. Raises cryptography.fernet.InvalidToken for another key or a changed content."""
    return _box(settings.VAULT_KEY).decrypt(bytes(sealed)).decode()
