"""The step that issuing and re-issuing share: take the next number and write the diploma (D1)."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import connection

from ctts.accounts.models import User
from ctts.accounts.rules import name_problem, tidy_name
from ctts.audit.actions import record as audit
from ctts.common.clock import london_date
from ctts.common.queue import ring
from ctts.common.verdict import Invalid
from moderation.models import Award, Diploma, DiplomaYear
from moderation.rules import CODE_BYTES, diploma_number, unprintable, verification_code
from training.models import TrainingRecord

MAKE_FILES = "moderation.make_diplomas"


def printed_name(name: str) -> str:
    """A name as a diploma prints it. Raises Invalid at `name` for one that cannot be printed (D1)."""
    problem = name_problem(name)
    if problem:
        raise Invalid(problem, "name")
    strange = unprintable(tidy_name(name))
    if strange:
        words = "The name holds what the Diploma cannot print: {}. Issue it to the name in Latin letters."
        raise Invalid(words.format(" ".join(dict.fromkeys(strange))), "name")
    return tidy_name(name)


def take_number(year: int) -> int:
    """The next number of a year, on a row that stays locked until the transaction ends: none is left out (D1)."""
    DiplomaYear.objects.bulk_create([DiplomaYear(year=year)], ignore_conflicts=True)
    row = DiplomaYear.objects.select_for_update(no_key=True).get(pk=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def write_diploma(
    award: Award,
    record: TrainingRecord,
    name: str,
    *,
    by: User | None,
    now: datetime,
    supersedes: Diploma | None = None,
) -> Diploma:
    """The diploma of an award over a locked record, to a name that can be printed; its file is owed from now on (D1).

    The audit entry comes first, so that number and hash printed on the diploma are those of its own issue.
    """
    year = london_date(now).year
    n = take_number(year)
    made = Diploma(
        pk=_next_id(),
        award=award,
        year=year,
        n=n,
        number=diploma_number(year, n),
        code=verification_code(secrets.token_bytes(CODE_BYTES)),
        name=name,
        scope_name=record.scope.name,
        awarded_on=london_date(award.ratified_at),
        issued_at=now,
        issued_by=by,
        supersedes=supersedes,
    )
    facts = {"number": made.number, "award": award.pk, **({"supersedes": supersedes.number} if supersedes else {})}
    entry = audit("moderation.diploma.issued", by=by, at=now, about=made, within=record.trainee_id, after=facts)
    made.audit_number, made.audit_head = entry.number, entry.hash
    made.save(force_insert=True)
    ring(MAKE_FILES)
    return made


def _next_id() -> int:
    """The id of the next diploma, known before its row is written."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [Diploma._meta.db_table])
        return int(cursor.fetchone()[0])
