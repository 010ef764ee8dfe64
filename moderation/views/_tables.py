"""The tables of moderation."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from ctts.common.parts import Badge
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from moderation.queries import declaration_standing

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}
OUT_OF_DATE = Badge("Out of date", "risk", "x-circle-fill")
NOT_SIGNED = Badge("Not signed", "waiting", "hourglass-split")


class PoolTable(tables.Table):
    """The pool: who covers what, where, with how much room, declared until when."""

    name = tables.Column(
        accessor="person__full_name",
        order_by=("person__sort_name", "pk"),
        verbose_name="Moderator",
        linkify=lambda record: reverse("moderation:moderator", args=[record.pk]),
    )
    scopes = tables.Column(accessor="pk", verbose_name="Scopes of practice", orderable=False)
    region = tables.Column(verbose_name="Region", order_by=("region", "person__sort_name", "pk"))
    load = tables.Column(verbose_name="Trainees", order_by=("load", "person__sort_name", "pk"), attrs=NUMBER)
    declared = tables.Column(
        accessor="declared_at",
        verbose_name="Declaration",
        order_by=("declared_at", "person__sort_name", "pk"),
        empty_values=(),
    )
    state = tables.Column(order_by=("state", "person__sort_name", "pk"))

    caption = "Moderators"
    row_header = "name"

    class Meta:
        empty_text = "No moderator fits these filters"

    def __init__(self, rows, *, today, numbers, **options):
        self.today, self.numbers = today, numbers
        super().__init__(rows, **options)

    def render_scopes(self, record):
        """The scopes by name."""
        return ", ".join(scope.name for scope in record.scopes.all())

    def render_load(self, value, record):
        """How many of how many."""
        return f"{value} of {record.capacity}"

    def render_declared(self, value):
        """Until when the declaration holds."""
        standing = declaration_standing(value, self.today, self.numbers)
        if standing.until is None:
            return badge(NOT_SIGNED)
        until = time_of(standing.until)
        words = ("until", until) if standing.in_date else (badge(OUT_OF_DATE), until)
        return format_html("<div>{} {}</div>", *words)

    def render_state(self, value, record):
        """The state as it looks everywhere."""
        return badge(badge_for(record.state, value, "moderator"))
