"""Fields that several forms of moderation share."""

from __future__ import annotations

from functools import partial
from typing import Any

from ctts.common import fields as common
from ctts.common.fields import day_field
from ctts.common.forms import CrispyForm

__all__ = ["ReasonForm", "day_field", "sentences"]

sentences = partial(common.sentences, most=common.SHORT)


class ReasonForm(CrispyForm):
    """Why something is done; `field` is its label, `told` says who reads it."""

    reason = sentences("Why", rows=3)

    def __init__(self, *args: Any, told: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = told
