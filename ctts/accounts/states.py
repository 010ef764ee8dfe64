"""How a person proved who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices


class AuthenticationMethod(TextChoices):
    """What was given: at sign-in, or again before signing."""

    SIGN_IN = "sign_in", "Sign-in with password"
    SIGN_IN_TWO_FACTORS = "sign_in_two_factors", "Sign-in with password and second factor"
    PASSWORD = "password", "Password, given again"
    CODE = "code", "Code of the authenticator app, given again"


@dataclass(frozen=True, slots=True)
class AuthenticationEvent:
    """When (UTC) and how the person last proved who they are; a signature row keeps both (quality rule 8)."""

    at: datetime
    method: AuthenticationMethod
