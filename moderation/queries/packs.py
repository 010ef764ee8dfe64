"""What the pack for the register consists of, what is missing of it, and the packs that were made (D2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from applications import queries as applications
from applications.models import Qualification
from ctts.accounts.models import User
from ctts.documents.models import Document
from ctts.documents.states import PICTURES, DocumentState
from moderation.models import Pack, PackFile
from moderation.queries.diplomas import diploma_in_force, diplomas_of
from moderation.states import DiplomaState, PackPart, PackState
from training.models import TrainingRecord

DETAILS = "details"
NOT_GIVEN = "not added yet"
BEING_CHECKED = "still being checked; look again in a minute"
WITHDRAWN = "withdrawn, or refused when it was checked"
NO_PDF = "a file of which no PDF could be made"


@dataclass(frozen=True, slots=True)
class PackLine:
    """One part of the pack: its group in the archive, its title, its file, and why it is missing when it is.

    The application details have no file: they are written when the pack is put together.
    """

    key: str
    group: str
    title: str
    document: Document | None = None
    missing: str = ""

    @property
    def there(self) -> bool:
        """Whether it goes into the pack."""
        return not self.missing


def registering(user: User) -> QuerySet[TrainingRecord]:
    """A person's own training records: nobody else has a page about what follows the Diploma (D2)."""
    rows = TrainingRecord.objects.filter(trainee=user)
    return rows.select_related("trainee", "scope", "centre", "application", "rules")


def pack_lines(record: TrainingRecord) -> list[PackLine]:
    """Every part that the register's primary route asks for, those missing with the reason (D2; G 5.1)."""
    return [
        PackLine(DETAILS, "1 Application details", "Application details"),
        *_certificates(record),
        _diploma(record),
        *_given(record),
    ]


def missing_words(lines: list[PackLine]) -> list[str]:
    """What is missing, by name and reason, as it stands in the pack itself (D2)."""
    return [f"{line.title}: {line.missing}" for line in lines if not line.there]


def pack_files(record: TrainingRecord) -> dict[str, PackFile]:
    """What the trainee has added, by part."""
    return {row.part: row for row in PackFile.objects.filter(record=record).select_related("document")}


def last_pack(record: TrainingRecord) -> Pack | None:
    """The pack that was asked for last, whatever became of it."""
    return Pack.objects.filter(record=record).select_related("archive", "printable").first()


def is_outdated(pack: Pack, record: TrainingRecord) -> bool:
    """Whether something of a pack was replaced or came after it was put together."""
    newer = PackFile.objects.filter(record=record, given_at__gt=pack.asked_at).exists()
    diploma = diploma_in_force(record)
    file = getattr(diploma, "file", None)
    return newer or (file is not None and file.made_at > pack.asked_at)


def packs_owed() -> QuerySet[Pack]:
    """Packs that were asked for and are not made yet, the oldest first (D2)."""
    rows = Pack.objects.filter(state=PackState.REQUESTED)
    return rows.select_related("record__trainee", "record__scope", "record__centre", "record__application").order_by(
        "asked_at", "pk"
    )


def _certificates(record: TrainingRecord) -> Iterator[PackLine]:
    """The certificate of each qualification, its UK ENIC statement, and the evidence of English."""
    seen: set[int] = set()
    for row in applications.qualifications_of(record.application):
        yield _file(f"certificate-{row.pk}", _named(row), row.certificate)
        if row.enic_statement:
            yield _file(f"enic-{row.pk}", f"UK ENIC statement: {_named(row)}", row.enic_statement)
        seen |= {row.certificate_id or 0}
    english = applications.english_of(record.application)
    if english and english.certificate and english.certificate_id not in seen:
        yield _file("english", "Evidence of English", english.certificate)


def _named(row: Qualification) -> str:
    return f"{row.title}, {row.subject}"


def _diploma(record: TrainingRecord) -> PackLine:
    found = next(iter(diplomas_of(record)), None)  # the newest
    file = getattr(found, "file", None)
    line = PackLine("diploma", "2 Certificates", f"Diploma {found.number}" if found else "Diploma")
    if found is not None and found.state == DiplomaState.REVOKED:
        return _missing(line, "revoked")
    if file is None:
        return _missing(line, "being made" if found else "not issued yet")
    return PackLine(line.key, line.group, line.title, file.document)


def _given(record: TrainingRecord) -> Iterator[PackLine]:
    given = pack_files(record)
    for number, part in enumerate(PackPart, start=3):
        row = given.get(part)
        yield _file(str(part), str(part.label), row.document if row else None, f"{number} {part.label}")


def _file(key: str, title: str, document: Document | None, group: str = "2 Certificates") -> PackLine:
    return PackLine(key, group, title, document, _why_missing(document))


def _missing(line: PackLine, why: str) -> PackLine:
    return PackLine(line.key, line.group, line.title, None, why)


def _why_missing(document: Document | None) -> str:
    if document is None:
        return NOT_GIVEN
    if document.state == DocumentState.RECEIVED:
        return BEING_CHECKED
    if document.state != DocumentState.CHECKED:
        return WITHDRAWN
    can_be_printed = document.media_type == "application/pdf" or document.media_type in PICTURES or document.pdf_sha256
    return "" if can_be_printed else NO_PDF
