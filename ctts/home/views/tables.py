"""The office's tables of messages."""

import django_tables2 as tables
from django.urls import reverse

from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from ctts.notifications.notices import kinds


class MessageTable(tables.Table):
    """Messages that have not arrived for sure, or never went."""

    subject = tables.Column(orderable=False, linkify=lambda record: reverse("home:message", args=[record.pk]))
    to = tables.Column("To", accessor="addressee__full_name", orderable=False)
    kind = tables.Column(orderable=False)
    queued_at = tables.Column(verbose_name="Written", orderable=False)
    state = tables.Column(orderable=False)

    caption = "Messages"

    class Meta:
        empty_text = "There is nothing here"

    def render_kind(self, value):
        """The title of the notice."""
        notice = kinds().get(value)
        return notice.title if notice else value

    def render_queued_at(self, value):
        """The instant it was decided."""
        return time_of(value, "instant")

    def render_state(self, record):
        """Shape and word."""
        return badge(badge_for(record.state, record.get_state_display()))
