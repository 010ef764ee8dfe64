"""Migrations render what a change is about: the centres gain a rule, and only they are made anew."""

from __future__ import annotations

import pytest
from django.core.management.commands import migrate
from django.db import connection, models
from django.db.migrations.state import ModelState

from ctts.common.migrating import Executor, State
from ctts.home.management.commands.migrate import Command


@pytest.fixture
def state() -> State:
    """Centres, records that refer to them, reviews that refer to records; all rendered."""
    drawn = State()
    key = models.AutoField(primary_key=True)
    drawn.add_model(ModelState("town", "Centre", [("id", key), ("name", models.TextField())], {"constraints": []}))
    to_centre = models.ForeignKey("town.Centre", models.CASCADE)
    drawn.add_model(ModelState("town", "Record", [("id", key.clone()), ("centre", to_centre)]))
    to_record = models.ForeignKey("town.Record", models.CASCADE)
    drawn.add_model(ModelState("town", "Review", [("id", key.clone()), ("record", to_record)]))
    assert len(drawn.apps.get_models()) == 3
    return drawn


def classes(state: State) -> dict[str, type[models.Model]]:
    """The rendered models by name."""
    return {model.__name__: model for model in state.apps.get_models()}


def test_a_constraint_renders_its_one_model(state: State) -> None:
    before = classes(state)
    named = models.CheckConstraint(condition=~models.Q(name=""), name="centre_named")
    state.add_constraint("town", "centre", named)
    after = classes(state)
    assert after["Centre"] is not before["Centre"]
    assert after["Record"] is before["Record"]
    assert [rule.name for rule in after["Centre"]._meta.constraints] == ["centre_named"]
    assert [relation.related_model for relation in after["Centre"]._meta.related_objects] == [after["Record"]]


def test_a_relation_renders_everything_around_it(state: State) -> None:
    before = classes(state)
    second = models.ForeignKey("town.Centre", models.CASCADE, null=True, related_name="+")
    state.add_field("town", "record", "second", second, preserve_default=True)
    after = classes(state)
    assert all(after[name] is not before[name] for name in ("Centre", "Record", "Review"))


def test_code_that_a_migration_runs_gets_every_model_anew(state: State) -> None:
    before = classes(state)
    state.add_field("town", "centre", "code", models.TextField(default=""), preserve_default=True)
    state.clear_delayed_apps_cache()  # what Django does before it runs code
    after = classes(state)
    assert all(after[name] is not before[name] for name in ("Centre", "Record", "Review"))
    assert after["Record"]._meta.get_field("centre").related_model is after["Centre"]


def test_a_copy_goes_on_in_the_same_way(state: State) -> None:
    copy = state.clone()
    before = classes(copy)
    copy.add_field("town", "centre", "code", models.TextField(default=""), preserve_default=True)
    assert classes(copy)["Review"] is before["Review"]
    assert "code" not in state.models["town", "centre"].fields


@pytest.mark.django_db
def test_our_migrate_uses_it() -> None:
    assert issubclass(Command, migrate.Command)
    assert migrate.MigrationExecutor is Executor
    assert isinstance(Executor(connection)._create_project_state(with_applied_migrations=True), State)
