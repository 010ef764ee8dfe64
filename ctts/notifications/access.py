"""Who may choose how somebody hears. Who of the office handles the outbox is the caller's guard: roles live above."""

from __future__ import annotations

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, no


def can_choose_delivery(by: User, person: User) -> Verdict:
    """Each person chooses for themselves, nobody for another."""
    return YES if by.pk == person.pk else no("Only the person who receives the mails chooses how they come.")
