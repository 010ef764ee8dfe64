"""The office's table of people."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ctts.common.parts import Badge
from ctts.common.templatetags.components import badge
from ctts.common.templatetags.formats import day
from ctts.organisations.queries import role_in_words

ACTIVE = Badge("Active", "done", "check-circle-fill")
NOT_OPENED = Badge("Not opened yet", "waiting", "envelope")
DEACTIVATED = Badge("Deactivated", "neutral", "slash-circle")
MERGED = Badge("Merged", "neutral", "slash-circle")
NO_ROLE = format_html('<span class="quiet">{}</span>', "No role")


class PeopleTable(tables.Table):
    """Everybody with an account or an invitation, and what they are at present; of rows `with_entered`."""

    full_name = tables.Column(
        verbose_name="Name",
        order_by=("sort_name", "pk"),
        linkify=lambda record: reverse("organisations:person", args=[record.pk]),
    )
    email = tables.Column(verbose_name="E-mail address")
    roles_now = tables.Column(verbose_name="Roles now", orderable=False, empty_values=())
    is_active = tables.Column(verbose_name="Account")

    caption = "People"
    row_header = "full_name"

    class Meta:
        empty_text = "Nobody is found"

    def render_roles_now(self, record):
        """Each role with its place, on a line of its own."""
        lines = ((role_in_words(held),) for held in record.roles_now)
        return format_html_join(SafeString("<br>"), "{}", lines) or NO_ROLE

    def render_is_active(self, record):
        """Active, never opened, deactivated, or merged with another account of the person."""
        closed = DEACTIVATED if record.merged_into_id is None else MERGED
        return badge((ACTIVE if record.entered else NOT_OPENED) if record.is_active else closed)


def begins_in_words(person, starts_on, today):
    """What is said once a role is given: it is held, or will be from its first day on."""
    later = starts_on > today
    return f"{person.full_name} {f'will hold the role from {day(starts_on)}' if later else 'holds the role'}."
