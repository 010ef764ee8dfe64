"""How the demonstration keeps the passwords of its people, which it prints for everybody to read."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class DemoHasher(Argon2PasswordHasher):
    """Argon2id with the least that is recommended anywhere (19 MiB, two passes): a tenth of Django's work.

    Sixty people are made before the first page can be shown. Servers keep Django's own numbers; a hash made with others
    is read all the same, and replaced at the next sign-in.
    """

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
