"""Files asked for by state, owner and age. Who may read which is the owning app's question."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from ctts.common.prepared import prepared
from ctts.common.ties import Declared
from ctts.documents.access import Person
from ctts.documents.models import Document, DocumentText
from ctts.documents.rules import ATTEMPTS
from ctts.documents.states import DocumentState, Origin

PATIENCE = timedelta(minutes=10)
Known = Callable[[Collection[str]], Collection[str]]
# Which of these addresses rows of an app need as content, `find(addresses)`: for what has an end of its own and is
# therefore no Document. Once the rows let go of it, the sweep deletes it.
knows_addresses = Declared[Known]()


def readable_by(user: Person) -> QuerySet[Document]:
    """Files whose state lets `user` open them: checked ones, and their own uploads while those are being checked.

    Only one half of the answer: intersect it with what the owning app shows this person.
    """
    own = Q(state=DocumentState.RECEIVED, uploaded_by=user.pk)
    return Document.objects.filter(Q(state=DocumentState.CHECKED) | own)


def attachable_by(user: Person) -> QuerySet[Document]:
    """Files that `user` may choose in a form: their own uploads, and what somebody handed in for them by a link, unless
    refused or withdrawn (quality rule 1).
    """
    theirs = Q(uploaded_by=user.pk, origin=Origin.UPLOADED) | Q(owner=user.pk, origin=Origin.HANDED)
    return Document.objects.filter(theirs, state__in=[DocumentState.RECEIVED, DocumentState.CHECKED])


def refused_for(user: Person) -> QuerySet[Document]:
    """Uploads of `user` in which malware was found, newest first: they have to send a clean copy."""
    return Document.objects.filter(uploaded_by=user.pk, state=DocumentState.REFUSED).order_by("-uploaded_at", "-pk")


def used_bytes(owner_id: int) -> int:
    """What counts against a person's quota: uploads into their dossier, refused ones not."""
    given = Document.objects.filter(owner=owner_id, origin__in=[Origin.UPLOADED, Origin.HANDED])
    counted = given.exclude(state=DocumentState.REFUSED)
    total: int | None = counted.order_by().aggregate(total=Sum("size"))["total"]
    return total or 0


def text_of(document_id: int) -> str | None:
    """The words of a file for the identifier scan (quality rule 17); None while or where they could not be read.

    An empty text means that the file has no words a machine can read (a scan, a photograph): a person has to look.
    """
    return DocumentText.objects.filter(document=document_id).values_list("text", flat=True).first()


def due_for_check(now: datetime) -> QuerySet[Document]:
    """Files that wait for their check and that no worker is at, oldest first; those given up are not among them."""
    free = Q(check_claimed_at__isnull=True) | Q(check_claimed_at__lt=now - PATIENCE)
    return Document.objects.filter(free, state=DocumentState.RECEIVED, check_attempts__lt=ATTEMPTS).order_by("pk")


def checked_twin(document: Document) -> Document | None:
    """Another file of the same content that was checked and whose words could be read, with its words; None without."""
    found = _checked_twins(document.sha256, str(document.media_type), document.pk)
    return found[0] if found else None


@prepared
def _checked_twins(sha256: Any, media_type: Any, document: Any) -> QuerySet[Document]:
    same = Document.objects.filter(sha256=sha256, media_type=media_type, state=DocumentState.CHECKED)
    others = same.exclude(pk=document).filter(words__isnull=False)
    return others.select_related("words").order_by("-pk")[:1]


def given_up() -> QuerySet[Document]:
    """Files whose check failed as often as it is tried: staff look into it and start it again."""
    return Document.objects.filter(state=DocumentState.RECEIVED, check_attempts__gte=ATTEMPTS).order_by("pk")


def known_addresses(addresses: Collection[str]) -> set[str]:
    """Those of `addresses` (SHA-256) that a row still needs: as content, preview, or PDF made of an office file; and
    what the apps declare."""
    wanted = set(addresses)
    found: set[str] = set()
    for column in ("sha256", "preview_sha256", "pdf_sha256"):
        rows = Document.objects.filter(**{f"{column}__in": wanted})
        found.update(rows.order_by().values_list(column, flat=True).distinct())
    return found.union(*(find(wanted) for find in knows_addresses))
