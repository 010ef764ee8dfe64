"""Django's migrate, as the owner of the tables, with the contract views dropped before and made again after."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections, transaction

from ctts.common.migrating import Executor
from ctts.home import grants

# Django's command has no other way to be told.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]  # the stubs leave this name out


class Command(migrate.Command):
    """`manage.py migrate`: uses MIGRATE_DATABASE_URL (alias "owner") unless another alias is named."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's own arguments, with the owner as the default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drop the contract views, migrate, take back rights, close the triggers, make the views again."""
        owner = connections[options["database"]]
        writes = not (options["plan"] or options["check_unapplied"])
        if writes:
            grants.drop_contract(owner)
        super().handle(*args, **options)
        if writes:
            with transaction.atomic(using=options["database"]):
                grants.take_back(owner)
                grants.close_triggers(owner)
                grants.create_contract(owner)
