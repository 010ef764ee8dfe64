"""The office's queue as a table, and the same rows as lines of a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from applications.models import Application, LateCode, PurchaseOrder
from applications.queries import LIGHTS, DeskRow
from applications.rules import shortfall
from applications.states import CLAIMABLE, FINAL, LateCodeStanding, PurchaseOrderState, RuleOutcome
from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.components import badge, time_of
from ctts.common.templatetags.formats import days_between, money
from ctts.common.templatetags.icons import icon

# How a light stands, in a word.
STANDS = {RuleOutcome.MET: "There", RuleOutcome.NEEDS_PERSON: "To judge", RuleOutcome.NOT_MET: "Lacking"}
NAMED = 3  # lights that a narrow screen names
MARKS = {RuleOutcome.MET: "check-lg", RuleOutcome.NEEDS_PERSON: "hourglass-split", RuleOutcome.NOT_MET: "dash-lg"}


@lru_cache(maxsize=256)  # eight lights of three colours each, of which few go together
def lights(shown: tuple[tuple[str, RuleOutcome], ...]) -> Any:
    """Lights as a list: what is there, what a person has to judge, and what is lacking."""
    rows = ((icon(MARKS[stands], f"{STANDS[stands]}:"), word) for word, stands in shown)
    return format_html('<ul class="desk-lights">{}</ul>', format_html_join("", "<li>{} {}</li>", rows))


def brief(row: DeskRow) -> str:
    """In one line what a narrow screen shows of the lights: only what is not there; nothing of what has ended, nor
    where there are none."""
    if row.application.state in FINAL or not row.lights:
        return ""
    waiting = [word for word, stands in row.lights if stands != RuleOutcome.MET]
    if not waiting:
        return "All there"
    more = f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else ""
    return f"{len(waiting)} to look at: {', '.join(waiting[:NAMED])}{more}"


def when(value: date | datetime, today: date) -> Any:
    """A day of a list; one of another year with its year."""
    on = london_date(value) if isinstance(value, datetime) else value
    return time_of(value, "short_day" if on.year == today.year else "day")


def can_be_chosen(application: Application, reader: User) -> bool:
    """Whether a row can be ticked to be taken: it can be reviewed, is not the reader's already, nor of them (A4)."""
    theirs = reader.pk in {application.claimed_by_id, application.applicant_id, application.supervisor_id}
    return application.state in CLAIMABLE and not theirs


def page_of(application: Application, reader: User) -> str:
    """Where a row of the queue leads: to the review, of the reader's own application to what applicants see (A4)."""
    name = "status" if application.applicant_id == reader.pk else "review"
    return reverse(f"applications:{name}", args=[application.pk])


HEADINGS = (
    "Applicant",
    "Scope",
    "Training Centre",
    "Intake",
    "State",
    *LIGHTS,
    "Blocker",
    "Received",
    "Days since",
    "Claimed by",
)


def line_of(row: DeskRow, today: date) -> list[Any]:
    """A row of the queue as the cells under `HEADINGS`."""
    application, received = row.application, row.application.counts_from
    lights = dict(row.lights)
    return [
        application.applicant.full_name,
        str(application.scope or ""),
        str(application.centre or ""),
        str(application.intake),
        application.get_state_display(),
        *(STANDS[lights[word]] if lights else "" for word in LIGHTS),
        row.blocker,
        received,
        (today - london_date(received)).days if received and application.state not in FINAL else None,
        application.claimed_by.full_name if application.claimed_by else "",
    ]


class DeskTable(tables.Table):
    """The queue: applicant, scope and centre, state, lights, age, owner (screens 19), each to be ticked while it can be
    taken."""

    choose = tables.Column(accessor="application__pk", verbose_name="Choose")
    applicant = tables.Column(
        accessor="application__applicant",
        linkify=lambda record, table: page_of(record.application, table.reader),
    )
    scope = tables.Column(accessor="application__scope", verbose_name="Scope and centre")
    intake = tables.Column(accessor="application__intake")
    state = tables.Column(accessor="application__state")
    lights = tables.Column(verbose_name="Evidence")
    age = tables.Column(accessor="application__counts_from", verbose_name="Received")
    owner = tables.Column(accessor="application__claimed_by", default="Nobody yet")

    caption = "Applications, the oldest receipt first"

    class Meta:
        attrs: ClassVar = {"class": "desk-rows"}
        empty_text = "No application matches. The other tabs keep these filters; “All” holds what has ended, too."

    row_header = "applicant"

    def __init__(
        self,
        rows: Any,
        *,
        today: date,
        reader: User,
        office: Collection[int],
        exports: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        """`office`: ids of those who are of the office today."""
        self.today, self.reader, self.office, self.exports = today, reader, office, exports
        super().__init__(rows, orderable=False, **kwargs)

    def render_choose(self, record: DeskRow) -> Any:
        """A box while the application can be taken; it says who had it when the page was made."""
        application = record.application
        if not can_be_chosen(application, self.reader):
            return ""
        return format_html(
            '<div class="form-check"><input class="form-check-input" type="checkbox" name="row" value="{}:{}" '
            'id="row-{}" data-choose="{}"><label class="form-check-label" for="row-{}">'
            '<span class="visually-hidden">Choose {}</span></label></div>',
            application.pk,
            application.claimed_by_id or "",
            application.pk,
            "colleague" if application.claimed_by_id else "desk",
            application.pk,
            application.applicant.full_name,
        )

    def render_applicant(self, value: User, record: DeskRow) -> Any:
        """Whose it is; their own says so: colleagues work on it."""
        if record.application.applicant_id != self.reader.pk:
            return value.full_name
        return format_html('{} <span class="quiet">Yours: colleagues work on it</span>', value.full_name)

    def render_scope(self, record: DeskRow) -> Any:
        """Where and in what."""
        application = record.application
        centre = application.centre or "no centre yet"
        return format_html(
            '<div>{}<span class="desk-comma">, </span><br><span class="quiet">{}</span></div>',
            application.scope or "no scope yet",
            centre,
        )

    def render_state(self, record: DeskRow) -> Any:
        """The state as it looks everywhere."""
        application = record.application
        return badge(badge_for(application.state, application.get_state_display(), "application"))

    def render_lights(self, record: DeskRow) -> Any:
        """What blocks it, as the file has it; then what is there and what is not, each with its word. A narrow screen
        shows one line in their place."""
        blocker = format_html('<p class="desk-blocker">Blocker: <strong>{}</strong></p>', record.blocker)
        words = brief(record)
        return format_html(
            "<div>{}{}{}</div>",
            blocker if record.blocker else "",
            lights(record.lights) if record.lights else "",
            format_html('<p class="desk-brief">{}</p>', words) if words else "",
        )

    def render_age(self, value: Any, record: DeskRow) -> Any:
        """When it was received, and how long ago while something follows."""
        if record.application.state in FINAL:
            return when(value, self.today)
        ago = days_between(london_date(value), self.today)
        return format_html('<div>{}, <span class="quiet">{}</span></div>', when(value, self.today), ago)

    def render_owner(self, value: User) -> Any:
        """Who has it; somebody who has left the office is told apart: another takes it over."""
        if value.pk in self.office:
            return value.full_name
        return format_html('<div>{} <span class="quiet">(has left the office)</span></div>', value.full_name)


ORDER_HEADINGS = (
    "Number",
    "Issuer",
    "Applicant",
    "Training Centre",
    "Intake",
    "Net, in pounds",
    "VAT, in pounds",
    "Gross, in pounds",
    "Fee with VAT, in pounds",
    "State",
    "Application",
    "Entered",
)


def order_line(row: PurchaseOrder) -> list[Any]:
    """A purchase order as the cells under `ORDER_HEADINGS`."""
    application = row.application
    return [
        row.number,
        row.issuer,
        application.applicant.full_name,
        str(application.centre or ""),
        str(application.intake),
        *(_pounds(pence) for pence in (row.net_pence, row.vat_pence, row.gross_pence)),
        _pounds(application.intake.fee_gross_pence),
        row.get_state_display(),
        f"{application.get_state_display()}{', no order counts' if row.leaves_uncovered else ''}",
        row.entered_at,
    ]


def _pounds(pence: int | None) -> Decimal | None:
    return None if pence is None else Decimal(pence) / 100


AMOUNT = {"th": {"class": "number"}, "td": {"class": "number"}}


class OrdersTable(tables.Table):
    """Purchase orders as finance reads them: whose, for which intake, how much, and what the office found."""

    number = tables.Column(linkify=lambda record: f"{reverse('applications:review', args=[record.application_id])}#A3f")
    applicant = tables.Column(accessor="application__applicant", verbose_name="Applicant and centre")
    intake = tables.Column(accessor="application__intake")
    gross = tables.Column(accessor="gross_pence", verbose_name="Gross", attrs=AMOUNT)
    fee = tables.Column(accessor="application__intake__fee_gross_pence", verbose_name="Fee with VAT", attrs=AMOUNT)
    state = tables.Column()
    application = tables.Column(accessor="application__state", verbose_name="Application")

    caption = "Purchase orders, the latest intake first"

    class Meta:
        empty_text = "No purchase order matches"

    def __init__(self, rows: Any, *, exports: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        self.exports = exports
        super().__init__(rows, orderable=False, **kwargs)

    def render_applicant(self, record: PurchaseOrder) -> Any:
        """For whom, at which centre, issued by whom."""
        application = record.application
        return format_html(
            '<div>{}<br><span class="quiet">{}, issued by {}</span></div>',
            application.applicant,
            application.centre or "no centre yet",
            record.issuer,
        )

    def render_gross(self, value: int, record: PurchaseOrder) -> Any:
        """In pounds, and what one that counts is short of the fee."""
        short = shortfall(value, record.application.intake.fee_gross_pence)
        if record.state not in PurchaseOrderState.current() or not short:
            return money(value)
        return format_html("<div>{} <strong>{} short of the fee</strong></div>", money(value), money(short))

    def render_fee(self, value: int) -> str:
        """What it has to cover."""
        return money(value)

    def render_state(self, record: PurchaseOrder) -> Any:
        """What the office found."""
        return badge(badge_for(record.state, record.get_state_display(), "purchaseorder"))

    def render_application(self, record: PurchaseOrder) -> Any:
        """How far the application has come, and that nothing covers the fee of somebody enrolled."""
        application = record.application
        shown = badge(badge_for(application.state, application.get_state_display(), "application"))
        return (
            format_html("<div>{} <strong>no order counts</strong></div>", shown) if record.leaves_uncovered else shown
        )


class LateCodesTable(tables.Table):
    """Codes for a late entry: whose, for which intake, until when, why, and what became of each (I5)."""

    name = tables.Column(verbose_name="For")
    intake = tables.Column()
    until = tables.Column(accessor="until_on", verbose_name="Until")
    reason = tables.Column(verbose_name="Why")
    given = tables.Column(accessor="given_at", verbose_name="Given")
    standing = tables.Column(empty_values=(), verbose_name="Standing")

    caption = "Codes for a late entry, the newest first"

    class Meta:
        empty_text = "No code was given yet"

    def __init__(self, rows: Any, *, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(rows, orderable=False, **kwargs)

    def render_name(self, record: LateCode) -> Any:
        """The person, and the address whose account may use it."""
        return format_html('<div>{}<br><span class="quiet">{}</span></div>', record.name, record.address)

    def render_until(self, value: date) -> Any:
        """The last day on which it opens anything."""
        return time_of(value)

    def render_given(self, record: LateCode) -> Any:
        """When, and by whom."""
        who = record.given_by.full_name
        return format_html('<div>{}<br><span class="quiet">{}</span></div>', when(record.given_at, self.today), who)

    def render_standing(self, record: LateCode) -> Any:
        """Whether it can be used; where it led, or the way to take it back."""
        standing = record.standing(self.today)
        shown = badge(badge_for(standing.value, standing.label))
        link, words = "", ""
        if record.application_id:
            link, words = reverse("applications:read", args=[record.application_id]), "Read the application"
        elif standing == LateCodeStanding.OPEN:
            link, words = reverse("applications:withdraw_late_code", args=[record.pk]), "Withdraw"
        if not link:
            return shown
        return format_html(
            '<div>{}<br><a href="{}">{}<span class="visually-hidden"> of {}</span></a></div>',
            shown,
            link,
            words,
            record.name,
        )
