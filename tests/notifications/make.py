"""People, messages and a mail server with moods, for tests of messages."""

from __future__ import annotations

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from ctts.accounts.models import User
from ctts.notifications import actions
from ctts.notifications.models import Message
from tests.notifications.letterbox.notices import PLAIN

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def make_person(first: str = "tara", **columns: Any) -> User:
    """Somebody with an account."""
    return User.objects.enter(email=f"{first}@example.org", full_name=f"{first.title()} Quinn", now=NOW, **columns)


def tell(person: User, number: int = 1, **more: Any) -> Message:
    """One message to a person about themselves; `number` makes its key."""
    given = {"notice": PLAIN, "key": f"letterbox.plain:{person.pk}:{number}", "context": {"what": f"event {number}"}}
    given |= {"to": person, "about": person, "now": NOW, "within": person.pk} | more
    return actions.notify(given.pop("notice"), **given)


class MoodyServer:
    """A real SMTP server on this machine. `at_mail`, `at_rcpt` and `at_data` are its answers, or what it does instead:
    "break" (closes the line), "hang" (says nothing until `let_go`). It keeps what it took, also when it then breaks.
    """

    def __init__(self) -> None:
        self.port = 0
        self.at_mail = self.at_rcpt = self.at_data = "250 OK"
        self.at_quit = "221 Bye"
        self.taken: list[EmailMessage] = []
        self.connections = 0
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._listens, self._over = threading.Event(), asyncio.Event()

    async def _mood(self, server: SMTP, mood: str) -> str:
        if mood == "break":
            server.transport.abort()
            return "421 gone"
        if mood == "hang":
            self.reached.set()
            while not self.let_go.is_set():
                await asyncio.sleep(0.02)
            return "250 OK"
        return mood

    async def handle_MAIL(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: Any) -> str:
        envelope.mail_from = address
        return await self._mood(server, self.at_mail)

    async def handle_RCPT(self, server: SMTP, _s: Session, envelope: Envelope, address: str, _o: Any) -> str:
        envelope.rcpt_tos.append(address)
        return await self._mood(server, self.at_rcpt)

    async def handle_DATA(self, server: SMTP, _s: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        if not self.at_data.startswith(("4", "5")):
            self.taken.append(email.message_from_bytes(content, policy=policy.default))
        return await self._mood(server, self.at_data)

    async def handle_QUIT(self, _server: SMTP, _s: Session, _e: Envelope) -> str:
        return self.at_quit

    def _session(self) -> SMTP:
        self.connections += 1
        return SMTP(self, loop=self._loop, enable_SMTPUTF8=True)

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what it took, in order."""
        return [str(message["Message-ID"]) for message in self.taken]

    @contextmanager
    def running(self) -> Iterator[MoodyServer]:
        """Serve on a free port; all of its loop runs in a thread of its own, because in ours a browser's may run."""
        thread = threading.Thread(target=self._loop.run_until_complete, args=[self._life()])
        thread.start()
        assert self._listens.wait(30), "The mail server did not start."
        try:
            yield self
        finally:
            self.let_go.set()
            self._loop.call_soon_threadsafe(self._over.set)
            thread.join()
            self._loop.close()

    async def _life(self) -> None:
        server = await self._loop.create_server(self._session, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._listens.set()
        await self._over.wait()
        server.close()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
