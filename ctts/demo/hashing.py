"""How the demonstration keeps the passwords of its people, which it prints for everybody to read."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.hashers import Argon2PasswordHasher


class DemoHasher(Argon2PasswordHasher):
    """Argon2id with the least that is recommended anywhere (19 MiB, two passes): a tenth of Django's work.

    Sixty people are made before the first page can be shown. Servers keep Django's own numbers; a hash made with others
    is read all the same, and replaced at the next sign-in.
    """

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
    ready: ClassVar[dict[str, str]] = {}  # hashes made before they were asked for; each serves once

    def encode(self, password: str, salt: str) -> str:
        """The hash of a password; one that was made ready, with a salt of its own, saves the work."""
        return self.ready.pop(password, None) or str(super().encode(password, salt))

    def make_ready(self, password: str) -> None:
        """Hash a password that somebody will be given in a moment.

        It is printed for everybody to read, so the least of work will do; at its first use it is hashed like any other.
        """
        self.ready[password] = str(Printed().encode(password, self.salt()))


class Printed(Argon2PasswordHasher):
    """Argon2id in a millisecond, for what is no secret."""

    time_cost = 1
    memory_cost = 64  # KiB
    parallelism = 1
