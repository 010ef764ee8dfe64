"""What a password must be, with what to do where it is not; Django's rules in our words (named by settings)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError

DIFFER = "The two passwords differ. Type the same one twice."


class LongEnough(MinimumLengthValidator):
    """Long enough; length is what makes a password hard to find."""

    def get_error_message(self) -> str:
        """How long, and how one gets there."""
        return f"This password is too short. Use at least {self.min_length} characters, such as a few words in a row."

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return f"At least {self.min_length} characters, such as a few words in a row."


class NotEndless:
    """Short enough to be reckoned with: nobody types more, and what is sent is worked through at each sign-in."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for one that is longer."""
        if len(password) > self.max_length:
            raise ValidationError(f"This password is too long. Use at most {self.max_length} characters.")

    def get_help_text(self) -> str:
        """Nothing is said beforehand: hardly anybody gets there."""
        return ""


class NotNumeric(NumericPasswordValidator):
    """Not digits alone: they are soon tried."""

    def get_error_message(self) -> str:
        """Why not, and what to do."""
        return "This password has digits only. Add words or letters."

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return "Not digits alone."


class NotCommon(CommonPasswordValidator):
    """None of those that are tried first."""

    def get_error_message(self) -> str:
        """Why not, and what to do."""
        return "Many people use this password, so it is tried first. Choose another one."

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return "None that many people use."


class NotLikeThem(UserAttributeSimilarityValidator):
    """Nothing that is known of the person."""

    def get_error_message(self) -> str:
        """Why not, and what to do."""
        return "This password is too much like your name or your address. Choose another one."

    def get_help_text(self) -> str:
        """What is said beside the field."""
        return "Nothing like your name or your address."
