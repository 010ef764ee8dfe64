"""`python -m django fill`: makes the tables, 200 people of 150 rows each, and prints the key of a session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from tests.performance.minimal.models import Row

PEOPLE, ROWS = 200, 150
START = datetime(2026, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "Fill the database of the minimal site, and sign somebody in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Everything, once."""
        call_command("migrate", verbosity=0, run_syncdb=True)
        Row.objects.bulk_create(rows(), batch_size=5_000)
        person = get_user_model().objects.create_user("measured", last_name=str(PEOPLE // 2))
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        self.stdout.write(str(session.session_key))


def rows() -> Iterator[Row]:
    """What everybody's table holds."""
    for owner in range(PEOPLE):
        for place in range(ROWS):
            yield Row(
                owner=owner,
                place=place,
                code=f"C{owner % 8}.{place:03}",
                title=f"Set up, check and use equipment {place} safely for scope {owner % 8} and record the outcome",
                state=place % 4,
                signed_on=date(2026, 1, 1) + timedelta(days=place) if place % 4 == 3 else None,
                changed_at=START + timedelta(hours=place),
            )
