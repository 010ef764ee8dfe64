"""The office's table of outcomes."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from assessments.views._shown import mark_of, outcome_badge, result_badge
from ctts.common.templatetags.components import badge, time_of


class ResultsTable(tables.Table):
    """Outcomes: whose, of what, where they stand, and whose step it is."""

    trainee = tables.Column(
        accessor="outcome__record__trainee",
        linkify=lambda record: reverse("assessments:outcome", args=[record["outcome"].pk]),
    )
    stage = tables.Column(accessor="outcome__stage", verbose_name="Stage")
    result = tables.Column(accessor="outcome__result")
    centre = tables.Column(accessor="outcome__record__centre", verbose_name="Training Centre")
    agreed = tables.Column(accessor="outcome__agreed_at", verbose_name="Agreed")
    state = tables.Column(accessor="outcome__state")
    turn = tables.Column(verbose_name="Whose step")

    caption = "Outcomes: what waits, longest first, then what was released, newest first"

    row_header = "trainee"

    class Meta:
        orderable = False
        empty_text = "No outcome fits these filters"

    def render_stage(self, record):
        outcome = record["outcome"]
        return f"{outcome.get_stage_display()}, attempt {outcome.attempt}"

    def render_result(self, record):
        outcome = record["outcome"]
        return format_html(
            '<span>{} <span class="nowrap">{}</span></span>', badge(result_badge(outcome.result)), mark_of(outcome)
        )

    def render_agreed(self, value):
        return time_of(value)

    def render_state(self, record):
        return badge(outcome_badge(record["outcome"]))

    def render_turn(self, value):
        return badge(value)
