"""Making a table in a migration without building every model of the project again."""

from __future__ import annotations

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
