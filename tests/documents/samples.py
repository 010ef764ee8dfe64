"""Sample files by name, and short ways to prove and keep one."""

from datetime import UTC, datetime
from pathlib import Path

from ctts.documents import actions
from ctts.documents.models import Document
from ctts.documents.proving import ProvenFile, prove

FILES = Path(__file__).resolve().parent.parent / "files"
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
FAR = datetime(2124, 1, 1, tzinfo=UTC)


def sample(name: str) -> bytes:
    """The content of `good/…`, `cleaned/…` or `hostile/…`."""
    return (FILES / name).read_bytes()


def proven(name: str) -> ProvenFile:
    """A sample, opened and cleaned."""
    return prove(name=Path(name).name, chunks=[sample(name)])


def kept(name: str, *, by, owner=None, now=NOW, purpose="tests.sample") -> Document:
    """A sample, uploaded by somebody into their own dossier or another's."""
    return actions.store(upload=proven(name), owner=owner or by, by=by, now=now, purpose=purpose)
