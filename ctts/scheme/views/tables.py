"""The office's tables of intakes, centres and frameworks."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from ctts.common.templatetags.formats import money
from ctts.scheme.states import VALID_ACCREDITATION

NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}
NOTHING = format_html('<span class="quiet">{}</span>', "None")


class DayColumn(tables.Column):
    """A London day."""

    def render(self, value):
        return time_of(value)


class StateColumn(tables.Column):
    """A state as shape and word."""

    def render(self, record):
        return badge(badge_for(record.state, record.get_state_display()))


class IntakeTable(tables.Table):
    """Every intake with its days, fee and state (I2)."""

    name = tables.Column(
        verbose_name="Intake",
        accessor="pk",
        orderable=False,
        linkify=lambda record: reverse("scheme:intake", args=[record.pk]),
    )
    opens_on = DayColumn(verbose_name="Applications from", orderable=False)
    cutoff_on = DayColumn(verbose_name="Cut-off", orderable=False)
    enrolment_on = DayColumn(verbose_name="Enrolment", orderable=False)
    fee_gross_pence = tables.Column(verbose_name="Fee with VAT", attrs=NUMBER, orderable=False, default="Not entered")
    state = StateColumn(verbose_name="State", orderable=False)

    caption = "Intakes"

    class Meta:
        empty_text = "No intake is entered yet"

    def render_name(self, record):
        """April 2027."""
        return str(record)

    def render_fee_gross_pence(self, value):
        """Pounds."""
        return money(value)


class CentreTable(tables.Table):
    """Centres, consortia and employers, each with its accreditations (C1, C2)."""

    name = tables.Column(linkify=lambda record: reverse("scheme:centre", args=[record.pk]))
    code = tables.Column()
    kind = tables.Column()
    accredited = tables.Column(
        verbose_name="Accreditation", accessor="shown_accreditations", orderable=False, empty_values=()
    )

    caption = "Centres and employers"

    class Meta:
        empty_text = "No centre is entered yet"

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def render_accredited(self, value):
        """Each scope with its state, and its first day where that is to come; on a line of its own."""
        lines = [
            (row.scope.name, badge(badge_for(row.state, row.get_state_display())), self._from(row)) for row in value
        ]
        shown = format_html_join(SafeString("<br>"), "{} {}{}", lines)
        return format_html("<div>{}</div>", shown) if lines else NOTHING

    def _from(self, row):
        to_come = row.state in VALID_ACCREDITATION and row.starts_on > self.today
        return format_html(" from {}", time_of(row.starts_on)) if to_come else ""


class FrameworkTable(tables.Table):
    """Framework versions by scope, the newest first (S2)."""

    title = tables.Column(
        verbose_name="Framework",
        orderable=False,
        linkify=lambda record: reverse("scheme:framework", args=[record.pk]),
    )
    scope = tables.Column(orderable=False)
    version = tables.Column(orderable=False)
    size = tables.Column(verbose_name="Competencies", attrs=NUMBER, orderable=False)
    imported_at = DayColumn(verbose_name="Imported", orderable=False)
    state = StateColumn(verbose_name="State", orderable=False)

    caption = "Competency frameworks"

    class Meta:
        empty_text = "No framework is imported yet"
