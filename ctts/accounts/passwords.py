"""What a password must be, with what to do where it is not; Django's rules in our words (named by settings)."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)

DIFFER = "The two passwords differ. Type the same one twice."


class LongEnough(MinimumLengthValidator):
    """Long enough; length is what makes a password hard to find."""

    def get_error_message(self) -> str:
        """How long, and how one gets there."""
        return f"This password is too short. Use at least {self.min_length} characters, such as a few words in a row."


class NotCommon(CommonPasswordValidator):
    """None of those that are tried first."""

    def get_error_message(self) -> str:
        """Why not, and what to do."""
        return "Many people use this password, so it is tried first. Choose another one."


class NotLikeThem(UserAttributeSimilarityValidator):
    """Nothing that is known of the person."""

    def get_error_message(self) -> str:
        """Why not, and what to do."""
        return "This password is too much like your name or your address. Choose another one."
