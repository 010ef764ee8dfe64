"""The tables of the office."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from applications.queries import DeskRow
from ctts.common.clock import london_date
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from ctts.common.templatetags.formats import days_between
from ctts.common.templatetags.icons import icon


@lru_cache(maxsize=64)  # six lights of two colours each
def lights(shown: tuple[tuple[str, bool], ...]) -> Any:
    """Lights as a list: what is there and what is lacking."""
    marks = {True: icon("check-lg", "There:"), False: icon("dash-lg", "Lacking:")}
    rows = ((marks[is_there], word) for word, is_there in shown)
    return format_html('<ul class="desk-lights">{}</ul>', format_html_join("", "<li>{} {}</li>", rows))


class DeskTable(tables.Table):
    """The queue: applicant, scope and centre, state, lights, age, owner (screens 19)."""

    applicant = tables.Column(
        accessor="application__applicant",
        linkify=lambda record: reverse("applications:review", args=[record.application.pk]),
    )
    scope = tables.Column(accessor="application__scope", verbose_name="Scope and centre")
    intake = tables.Column(accessor="application__intake")
    state = tables.Column(accessor="application__state")
    lights = tables.Column(verbose_name="Evidence")
    age = tables.Column(accessor="application__counts_from", verbose_name="Received")
    owner = tables.Column(accessor="application__claimed_by")

    caption = "Applications, the oldest receipt first"
    empty_text = "No application matches"
    row_header = "applicant"

    def __init__(self, rows: Any, *, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(rows, orderable=False, **kwargs)

    def render_scope(self, record: DeskRow) -> Any:
        """Where and in what."""
        application = record.application
        centre = application.centre or "no centre yet"
        return format_html(
            '<div>{}<br><span class="quiet">{}</span></div>', application.scope or "no scope yet", centre
        )

    def render_state(self, record: DeskRow) -> Any:
        """The state as it looks everywhere."""
        application = record.application
        return badge(badge_for(application.state, application.get_state_display(), "application"))

    def render_lights(self, record: DeskRow) -> Any:
        """What is there and what is not, each with its word; the first that lacks is the blocker."""
        return lights(record.lights)

    def render_age(self, value: Any) -> Any:
        """When it was received, and how long ago."""
        ago = days_between(london_date(value), self.today)
        return format_html('<div>{}<br><span class="quiet">{}</span></div>', time_of(value, "short_day"), ago)
