"""The malware hook: sends a file to clamd when one is configured (quality rule 12).

The INSTREAM command of the clamd protocol: pieces with their length in front, a length of zero at the end, one answer.
"""

from __future__ import annotations

import logging
import socket
import struct

from django.conf import settings

from ctts.documents.states import MalwareResult

logger = logging.getLogger(__name__)

PIECE = 64 * 1024
TIMEOUT = 60
LONGEST_ANSWER = 4096


class ScannerAway(Exception):  # noqa: N818 — says what happened
    """A scanner is configured and gave no answer that can be trusted; the file stays unchecked."""


def scan(content: bytes) -> MalwareResult:
    """What the scanner says of a file; NOT_SCANNED where none is configured. Raises ScannerAway to be tried again."""
    address = settings.CLAMD_ADDRESS
    if not address:
        return MalwareResult.NOT_SCANNED
    try:
        answer = _asked(address, content)
    except (OSError, ValueError) as problem:
        logger.warning("The malware scanner did not answer: %s", type(problem).__name__)
        raise ScannerAway(type(problem).__name__) from problem
    if answer == "stream: OK":
        return MalwareResult.CLEAN
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return MalwareResult.INFECTED
    logger.warning("The malware scanner could not judge a file.")
    raise ScannerAway("no verdict")


def _asked(address: str, content: bytes) -> str:
    """clamd's answer to one file; `address` is host:port."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            piece = line.recv(1024)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", errors="replace").strip()
