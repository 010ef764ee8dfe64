"""The demonstration's post box: takes every mail by SMTP and keeps it as one .eml file.

Runs as a process of its own: `python -m ctts.demo.sink --port 10025 --folder var/mail`. A file appears under its final
name only when it is complete, and SMTP says "250 OK" only after it was written through to the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
SIZE_LIMIT = 30 * 1024 * 1024  # bytes; above the largest attachment the product sends


class Mailbox:
    """Writes each message into `folder`, named by its time of arrival (UTC) so that names sort as they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd asks for this name
        """Called by aiosmtpd for each complete message; answers the SMTP client."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        arrived = datetime.now(UTC)
        store(self.folder, f"{arrived:%Y%m%dT%H%M%S.%f}-{uuid.uuid4().hex[:8]}.eml", head.encode() + content)
        return "250 OK"


def store(folder: Path, name: str, content: bytes) -> None:
    """Write one file through to the disk, then give it its name. Raises OSError when the disk is full."""
    writing = folder / f".{name}.part"
    with writing.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    writing.replace(folder / name)


async def serve(port: int, folder: Path) -> None:
    """Take mail on the loopback address until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    mailbox = Mailbox(folder)

    def session() -> SMTP:
        return SMTP(mailbox, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(session, HOST, port)
    async with server:
        await ended.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="Keep every mail as a file.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.folder))


if __name__ == "__main__":
    main()
