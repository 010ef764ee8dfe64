"""The things of permissions that are evidence: shared, held, drafts, files, versions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F

from ctts.documents.models import Document
from tests.cast import Cast
from tests.training import world as w
from training import actions
from training.models import Evidence

from .records import record_at


def evidence(**more: Any) -> Callable[[Cast, str], Evidence]:
    """Makes a text of the trainee: shared, held or a draft."""
    return lambda cast, place: w.text_evidence(record_at(cast, place), **more)


def evidence_file(cast: Cast, place: str) -> Evidence:
    """A file that is checked and shared, with a small picture of its first page."""
    made = w.file_evidence(record_at(cast, place))
    assert made.document is not None
    w.settle(made.document, w.NOW)
    Document.objects.filter(pk=made.document.pk).update(preview_sha256=F("sha256"), preview_size=F("size"))
    return actions.finish_sharing(by=None, now=w.NOW, evidence_id=made.pk)


def evidence_shared_twice(cast: Cast, place: str) -> Evidence:
    """A text that was shared, taken back, changed and shared again."""
    made = w.text_evidence(record_at(cast, place))
    actions.reopen_evidence(by=made.author, now=w.NOW, evidence_id=made.pk)
    given = {"seen": made.content_sha256, "content": actions.Content("Another title", "Other words."), "declared": True}
    return actions.edit_evidence(by=made.author, now=w.NOW + timedelta(hours=1), evidence_id=made.pk, **given)


def first_version(evidence: Evidence) -> dict[str, int]:
    """The version of a piece of evidence that was shared first."""
    return {"pk": evidence.versions.earliest("shared_at").pk}


def last_version(evidence: Evidence) -> dict[str, int]:
    """The one version of a piece that was shared once."""
    return {"pk": evidence.versions.get().pk}


def draft_in_record(cast: Cast, place: str) -> dict[str, Any]:
    """A record, and a draft of evidence in it."""
    made = w.text_evidence(record_at(cast, place), declared=False)
    return {"pk": made.record_id, "kind": "text", "evidence_id": made.pk}
