"""Adjustments of the tests: what somebody asks for, and what a named reader decides about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from applications import actions, queries
from applications.models import AdjustmentDecision, AdjustmentRequest
from ctts.accounts.models import User
from ctts.common import vault
from ctts.common.clock import london_date


def asked_of(person: User, now: datetime, reason: str = "Dyslexia", **columns: Any) -> AdjustmentRequest:
    """What a person asked for, as it is stored."""
    return AdjustmentRequest.objects.create(
        person=person, sealed=vault.seal(reason), asked_at=now, key=uuid4(), **columns
    )


def given(agreed: str, now: datetime, **more: Any) -> dict[str, Any]:
    """What a reader decides: the words, no other effects unless given, reviewed in half a year."""
    effects = {"extra_time_percent": 0, "rest_breaks": False, "arrangement": ""}
    return {"agreed": agreed, **effects, "review_on": london_date(now) + timedelta(days=180), **more}


def agree(by: User, asked: AdjustmentRequest, agreed: str, now: datetime, **more: Any) -> AdjustmentDecision:
    """The decision of a reader who has seen the last one."""
    common = {"by": by, "now": now, "request_id": asked.pk, "seen": queries.case_version(asked)}
    return actions.agree_adjustment(**common, values=given(agreed, now, **more))
