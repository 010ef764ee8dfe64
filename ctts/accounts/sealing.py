"""What is stored so that the database alone opens no door: it takes SECRET_KEY too.

* The secret of an authenticator app and the text of mails with links are kept encrypted (`seal`, `unseal`).
* The token of a link that opens a door (an invitation, a request for one file) is kept nowhere: it is an HMAC over the
  row's id and random nonce, computed again when the mail is written, when staff copy the link, and when somebody comes
  with it. Each kind of door has keys of its own.
* The six digits that are told by mouth for such a link are made in the same way from the same row, and kept nowhere.

SECRET_KEY may be changed: keys in SECRET_KEY_FALLBACKS still open what they sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

SEAL = b"ctts.accounts.seal"
INVITATION = b"ctts.accounts.invitation"
CODE_LENGTH = 6


def _keys(purpose: bytes) -> Iterator[bytes]:
    """A key of 32 bytes for one purpose from each secret, the present one first."""
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        yield hmac.digest(force_bytes(secret), purpose, hashlib.sha256)


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys(SEAL)])


def seal(text: str) -> str:
    """The text encrypted and authenticated, as ASCII."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed. Raises cryptography.fernet.InvalidToken for anything else."""
    return _box().decrypt(sealed.encode()).decode()


def _tokens(door: bytes, pk: int, nonce: str) -> Iterator[str]:
    for key in _keys(door):
        digest = hmac.digest(key, f"{pk}:{nonce}".encode(), hashlib.sha256)
        yield base64.urlsafe_b64encode(digest).decode().rstrip("=")


def door_token(door: bytes, pk: int, nonce: str) -> str:
    """The 256-bit token of a link, 43 letters that an address may hold. `door`: the kind, b"ctts.<app>.<thing>"."""
    return next(_tokens(door, pk, nonce))


def token_fits(door: bytes, pk: int, nonce: str, token: str) -> bool:
    """Whether a token opens this row; each comparison takes the same time for right and wrong ones."""
    given = token.encode()
    return any(hmac.compare_digest(right.encode(), given) for right in _tokens(door, pk, nonce))


def _codes(door: bytes, pk: int, nonce: str) -> Iterator[str]:
    for key in _keys(door + b".code"):
        digest = hmac.digest(key, f"{pk}:{nonce}".encode(), hashlib.sha256)
        yield f"{int.from_bytes(digest) % 10**CODE_LENGTH:0{CODE_LENGTH}d}"


def door_code(door: bytes, pk: int, nonce: str) -> str:
    """The six digits that go with a link: shown to whoever tells them in person or by telephone (quality rule 14)."""
    return next(_codes(door, pk, nonce))


def code_fits(door: bytes, pk: int, nonce: str, code: str) -> bool:
    """Whether these six digits go with this row; the caller counts wrong ones. Blanks between them do no harm."""
    given = "".join(code.split()).encode()
    return any(hmac.compare_digest(right.encode(), given) for right in _codes(door, pk, nonce))
