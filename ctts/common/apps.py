"""The shared floor: clock, verdicts, moves, constraints, append-only rows, guards, queue, forms, PDF."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.functional import cached_property


class CommonConfig(AppConfig):
    name = "ctts.common"
    label = "common"

    def ready(self) -> None:
        """Give every request its one `now`, and register the checks that compare this process with its database."""
        from ctts.common import checks, clock  # noqa: F401 — both need loaded models

        now = cached_property(lambda request: clock.now())
        now.__set_name__(HttpRequest, "now")
        HttpRequest.now = now  # type: ignore[attr-defined]  # one clock reading a request, made when first asked for
