"""After migrations: what the app role may not do, triggers that nobody switches off, and the schema `contract`.

The app role is named by DATABASE_URL; the owner runs this (quality rule 6).
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder

from ctts.audit.models import AuditChain, AuditWords
from ctts.common.rows import AppendOnly

VIEWS = Path(__file__).parent / "contract"
# django-pgtrigger asks this function in every trigger whether to look away. Its own version reads a session setting,
# which the app role could set, and starts a subtransaction for each row it is asked about.
NEVER_IGNORED = """
create or replace function public._pgtrigger_should_ignore(trigger_name name) returns boolean
language sql immutable parallel safe as 'select false'
"""

# The words beside the audit are erased by the owner, should they ever have to be.
TAKEN = (
    (AuditChain._meta.db_table, "delete, truncate"),
    (AuditWords._meta.db_table, "update, delete, truncate"),
    (MigrationRecorder.Migration._meta.db_table, "insert, update, delete, truncate"),
)


def drop_contract(owner: BaseDatabaseWrapper) -> None:
    """Drop the contract's views, so that a migration may change the tables under them."""
    with owner.cursor() as cursor:
        cursor.execute("select viewname from pg_views where schemaname = 'contract'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"drop view contract.{owner.ops.quote_name(name)} cascade")


def create_contract(owner: BaseDatabaseWrapper) -> int:
    """Create every view of ctts/home/contract/*.sql, in order of their names; returns how many."""
    files = sorted(VIEWS.glob("*.sql"))
    with owner.cursor() as cursor:
        for file in files:
            cursor.execute(file.read_text())
    return len(files)


def take_back(owner: BaseDatabaseWrapper) -> None:
    """Take from the app role UPDATE, DELETE and TRUNCATE on every append-only table, where triggers say no as well;
    DELETE on the rest of the audit; and everything but reading on the list of migrations."""
    role = owner.ops.quote_name(settings.DATABASES["default"]["USER"])
    with owner.cursor() as cursor:
        if not _exists(cursor, settings.DATABASES["default"]["USER"]):
            return
        for model in apps.get_models():
            if issubclass(model, AppendOnly):
                table = owner.ops.quote_name(model._meta.db_table)
                cursor.execute(f"revoke update, delete, truncate on {table} from {role}")
        for table, rights in TAKEN:
            cursor.execute(f"revoke {rights} on {owner.ops.quote_name(table)} from {role}")


def close_triggers(owner: BaseDatabaseWrapper) -> None:
    """See to it that no session can make a trigger look away; each trigger's row costs the less for it."""
    with owner.cursor() as cursor:
        cursor.execute(NEVER_IGNORED)


def _exists(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute("select 1 from pg_roles where rolname = %s", [role])
    return cursor.fetchone() is not None
