"""Small names for the constraints that every table needs. Names are made from the table by Django's %(class)s."""

from __future__ import annotations

from django.db import models
from django.db.models import Expression, F, Func, Q, Value


def both_or_neither(first: str, second: str) -> models.CheckConstraint:
    """Two columns are filled together or empty together (signed_at with signed_by)."""
    together = Q(**{f"{first}__isnull": True, f"{second}__isnull": True}) | Q(
        **{f"{first}__isnull": False, f"{second}__isnull": False}
    )
    return models.CheckConstraint(name=f"%(app_label)s_%(class)s_{first}_with_{second}"[:63], condition=together)


def known_choice(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A column holds one of the values of its TextChoices."""
    return models.CheckConstraint(
        name=f"%(app_label)s_%(class)s_known_{field}", condition=Q(**{f"{field}__in": choices.values})
    )


def in_order(first: str, second: str) -> models.CheckConstraint:
    """`first` is not after `second`; an empty side means open-ended."""
    condition = Q(**{f"{first}__lte": F(second)}) | Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__isnull": True})
    return models.CheckConstraint(name=f"%(app_label)s_%(class)s_{first}_to_{second}", condition=condition)


def at_least(field: str, least: int) -> models.CheckConstraint:
    """A number is empty or not below `least`."""
    condition = Q(**{f"{field}__gte": least}) | Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(name=f"%(app_label)s_%(class)s_{field}_at_least", condition=condition)


def point(number: str | Expression) -> Func:
    """A whole number as a range of one: excludes equal ones without an extension of the database."""
    return Func(*[F(number) if isinstance(number, str) else number] * 2, Value("[]"), function="int8range")


def days(first: str, last: str) -> Func:
    """The days from one to the other, both included; an empty side means open-ended."""
    return Func(F(first), F(last), Value("[]"), function="daterange")
