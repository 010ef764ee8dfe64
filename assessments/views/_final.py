"""What the pages of the Final Assessment share: the one door to each thing, the head, trying an action, signing."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from assessments.queries import marking, portfolio, stages, viva
from ctts.common.parts import Tab
from ctts.common.posted import today_of
from training import queries as training

# The parts of the Final Assessment in the order of assessment: label, address, whether it shows the training record.
PARTS = (
    ("Final Assessment", "assessments:final", True),
    ("Practical", "assessments:practical", True),
    ("Portfolio", "assessments:portfolio", False),
    ("Viva", "assessments:viva", False),
)


def record_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a record whose training the reader sees; others cannot tell it from a missing one."""
    return get_object_or_404(training.records_visible_to(request.user, today_of(request)), pk=pk)


def final_record_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a record for its Portfolio or Viva: also the Supporting Moderator's."""
    return get_object_or_404(stages.final_records_visible_to(request.user, today_of(request)), pk=pk)


def attempt_or_404(request: HttpRequest, pk: int):
    """The only way a view gets an attempt to mark, or whose marks are released."""
    return get_object_or_404(marking.marking_visible_to(request.user, today_of(request)), pk=pk)


def sheet_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a sheet: one's own, of an attempt that one marks."""
    attempt = get_object_or_404(marking.attempts_marked_by(request.user, today_of(request)), pk=pk)
    sheet = get_object_or_404(marking.sheets_of(request.user), attempt=attempt)
    sheet.attempt = attempt
    return sheet


def portfolio_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a portfolio for its file."""
    return get_object_or_404(portfolio.portfolios_visible_to(request.user, today_of(request)), pk=pk)


def joined_viva_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a viva with its joining details; a record that does not exist is 404 as well."""
    record = final_record_or_404(request, pk)
    found = viva.viva_of(record)
    return get_object_or_404(viva.vivas_joined_by(request.user, today_of(request)), pk=found.pk if found else 0)


def final_parts(record) -> list[Tab]:
    """The pages of a record's Final Assessment, for whoever sees the record."""
    return [Tab(label, reverse(name, args=[record.pk])) for label, name, _ in PARTS]


def frame(request: HttpRequest, record, current: str, **more) -> dict[str, object]:
    """The context every page of the Final Assessment has; who does not see the training record gets fewer parts."""
    sees = training.records_visible_to(request.user, today_of(request)).filter(pk=record.pk).exists()
    tabs = [
        Tab(label, reverse(name, args=[record.pk]), current=name == f"assessments:{current}")
        for label, name, shows_record in PARTS
        if sees or not shows_record
    ]
    back = ("training:record", [record.pk], "Training record") if sees else ("assessments:my_marking", [], "My marking")
    mine = request.user.pk == record.trainee_id
    return {
        "record": record,
        "mine": mine,
        "sees_record": sees,
        "tabs": tabs,
        "back_url": reverse(back[0], args=back[1]),
        "back_label": back[2],
        "kicker": "My training" if mine else f"{record.trainee}, {record.scope}",
        **more,
    }
