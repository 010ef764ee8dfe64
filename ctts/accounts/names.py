"""Whose name is changed by a request and not by themselves, as the apps declare it in their ties (E5).

A trainee is known to the scheme by a legal name: another one is asked for, with its evidence, and granted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ctts.accounts.models import User
from ctts.common.ties import Declared


@dataclass(frozen=True, slots=True)
class NameKept:
    """Why somebody does not change their own name, and the page where another is asked for."""

    words: str
    place: str
    url: str


Find = Callable[[User], NameKept | None]
keeps_name = Declared[Find]()  # whose name is kept: `find(person)` says why, None where it is not


def name_kept(person: User) -> NameKept | None:
    """Why a person does not change their own name; None for whoever may."""
    found = (find(person) for find in keeps_name)
    return next((kept for kept in found if kept is not None), None)
