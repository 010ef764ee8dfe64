"""The server's half of saving text by itself (screens.md 13); the browser's is static/js/autosave.js.

A view calls `asks_for_autosave`, saves the draft through its action, and answers with one of the two replies. The form
sends the version its text came from as `autosave_version`; the action compares it under the row lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse

from ctts.common.whole_numbers import number_in


def asks_for_autosave(request: HttpRequest) -> bool:
    """True when the form was sent by the page itself and not by a press of its button."""
    return request.headers.get("X-Autosave") == "1"


def version_seen(request: HttpRequest) -> int:
    """The version of the text that the page was filled with; 0 when the form does not say."""
    seen = request.POST.get("autosave_version", "")
    return number_in(seen, digits=9) or 0


def saved(*, at: datetime, version: int, errors: Mapping[str, Any] | None = None) -> JsonResponse:
    """200: the text is saved, also when it is a draft that still has `errors` (field name → messages).

    Not 422: a browser writes every such answer to its console as a fault, and an unfinished draft is none.
    """
    return JsonResponse({"saved_at": at.isoformat(), "version": version, "errors": dict(errors or {})})


def refused(errors: Mapping[str, Any]) -> JsonResponse:
    """422: nothing was kept, for these reasons (field name → messages); the page shows the first."""
    return JsonResponse({"errors": dict(errors)}, status=422)


def newer_elsewhere(*, fields: Mapping[str, Any], version: int, by: str, at: datetime) -> JsonResponse:
    """409: text saved elsewhere is newer. `fields` are its values by field name; nothing was written."""
    return JsonResponse({"version": version, "fields": dict(fields), "by": by, "at": at.isoformat()}, status=409)
