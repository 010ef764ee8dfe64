"""Migrations that do not build every model of the project again for each table, column or constraint (decision 6)."""

from __future__ import annotations

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel as BaseCreateModel
from django.db.migrations.state import ModelState, ProjectState


class CreateModel(BaseCreateModel):
    """Django's operation, in a time that does not grow with the number of tables there are already.

    Django renders the new model and everything that is related to it, through any number of steps, anew; when every
    table refers to people, that is every table for every table. What exists keeps its fields when a table is added, so
    here the new model alone is rendered, and its references tell the models they point at. Use it in the migrations
    that make many tables; Django's own does the same.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the model to the state, and to its rendered models where these were asked for before."""
        rendered = "apps" in state.__dict__  # a cached property: asking for it would render all of them
        apps = state.__dict__.pop("apps", None)
        super().state_forwards(app_label, state)
        if rendered:
            state.__dict__["apps"] = apps
            made: ModelState = state.models[app_label, self.name_lower]
            apps.render_multiple([made])


class State(ProjectState):
    """Django's state of a project, in which a change that touches no relation renders its one model.

    Django renders all that is related to it as well, and all that is related to those. The others refer to this model
    by its table and columns, which are the same; code that a migration runs gets every model rendered anew, as ever.
    """

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        if delay:  # Django's word for a change that touches no relation
            self.is_delayed = True
            return {(app_label, model_name)}
        found: set[tuple[str, str]] = super()._find_reload_model(app_label, model_name, delay)  # type: ignore[misc]  # the stubs leave this name out
        return found

    def clone(self) -> State:
        """A copy that goes on in the same way."""
        copy: State = _ours(super().clone())
        return copy


class Executor(MigrationExecutor):
    """Django's executor, with that state."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> State:
        drawn: State = _ours(super()._create_project_state(with_applied_migrations))  # type: ignore[misc]  # the stubs leave this name out
        return drawn


def _ours(state: Any) -> Any:
    """A state that Django made, as one of ours: it holds the same, and Django names its own class."""
    state.__class__ = State
    return state
