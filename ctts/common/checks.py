"""System checks that stop a process which is connected with the wrong role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OWNED = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = current_schema() and pg_get_userbyid(c.relowner) = current_user
"""


@register(Tags.database)
def app_role_owns_nothing(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an app role that owns tables: an owner could switch the append-only triggers off (quality rule 6)."""
    if settings.MODE == "none" or "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(OWNED)
        owned = cursor.fetchone()[0]
    if not owned:
        return []
    return [
        Error(
            f"The role of DATABASE_URL owns {owned} tables.",
            hint="Migrate with MIGRATE_DATABASE_URL, another role; docs/operations.md has the statements.",
            id="ctts.E001",
        )
    ]
