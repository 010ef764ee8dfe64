"""Whether the state of a file lets it be shown. Whether this person may read it, the owning app has asked before."""

from __future__ import annotations

from typing import Protocol

from ctts.common.verdict import YES, Verdict, late, no
from ctts.documents.models import Document
from ctts.documents.states import DocumentState, Origin


class Person(Protocol):
    """Whoever asks: anything with a primary key, normally a User."""

    pk: int


BEING_CHECKED = "This file is still being checked. Look again in a minute."
REFUSED = "This file was refused because malware was found in it. Nobody can open it; upload a clean copy."
WITHDRAWN = "This file was withdrawn and is no longer shown to anybody."


def can_open(reader: Person | None, document: Document) -> Verdict:
    """Whether the content may be sent to `reader` (None: an anonymous reader whom the owning app lets in).

    Invisible to others until checked; the uploader sees it at once; refused and withdrawn content nobody (quality
    rule 12, T3).
    """
    if document.state == DocumentState.CHECKED:
        return YES
    if document.state == DocumentState.REFUSED:
        return late(REFUSED)
    if document.state == DocumentState.QUARANTINED:
        return late(WITHDRAWN)
    if reader is not None and reader.pk == document.uploaded_by_id:
        return YES
    return late(BEING_CHECKED)


def can_attach(user: Person, document: Document) -> Verdict:
    """Whether `user` may hang this file onto something: attaching somebody's file is reading it (quality rule 1).

    What was handed in for them by a link they attach at once, and open once it is checked.
    """
    if document.origin == Origin.HANDED and user.pk == document.owner_id:
        return YES if document.state == DocumentState.RECEIVED else can_open(user, document)
    if user.pk != document.uploaded_by_id:
        return no("Only the person who uploaded a file can attach it.")
    return can_open(user, document)


def can_check_again(document: Document) -> Verdict:
    """Whether a stuck check may be started anew: only while the file waits for it."""
    if document.state == DocumentState.RECEIVED:
        return YES
    return late("This file has been checked already.")
