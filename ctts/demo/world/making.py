"""The demo world in its order: the scheme, the people, and one intake after the other up to today."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_date, london_midnight
from ctts.common.months import month_after
from ctts.common.pdf import render_pdf
from ctts.common.queue import silence
from ctts.demo import people as demo_people
from ctts.demo.papers import pdf_of
from ctts.demo.world.applying import PAPERS, Newcomer, apply, paper
from ctts.demo.world.machine import CLOSES, ENROLS, deliver_mail, run_calendar
from ctts.demo.world.newcomers import APPLICANTS, COHORTS
from ctts.demo.world.people import Town, settle
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.scheme import actions as scheme
from ctts.scheme.catalogues import DOPS_WORKBOOK, WORKBOOKS
from ctts.scheme.models import Intake
from ctts.scheme.rules import intake_for
from ctts.scheme.spreadsheet import read_dops_form, read_framework
from ctts.scheme.states import EventKind, IntakeState

NET_PENCE, VAT = 250_000, 2_000
HANDBOOK = [
    ["Scheme handbook", "How the two years go", "Who does what", "What is assessed, and when"],
    ["Your record", "Evidence without patients", "Monthly Supervisor Reviews", "DOPS"],
    ["When something goes wrong", "Concerns and the ladder", "Interruptions and extensions", "Appeals"],
]


def world_exists() -> bool:
    """Whether the demo world has been made in this database."""
    return User.objects.filter(email="olive@demo.example").exists()


def get_ready() -> None:
    """Do beforehand what needs no database: prove the papers, and load what letters are made with."""
    for kind in PAPERS:
        paper(kind)
    with suppress(OSError):  # without Pango there are no letters, and everything else
        render_pdf("pdf/base.html", {})


def make_world(now: datetime) -> None:
    """Make all of it, dates relative to `now`, and do what worker and calendar have done until then.

    In one transaction, so an interrupted start leaves nothing behind; the mail leaves after it, as always. Nothing
    rings: the worker of today finds the past settled.
    """
    with silence():
        _make(now)
    deliver_mail()


@transaction.atomic
def _make(now: datetime) -> None:
    first = month_after(intake_for(now), -30)  # the intake five cohorts ago
    begin = london_midnight(date(first[0] - 1, 1, 10)) + timedelta(hours=10)
    town = settle(begin)
    _enter_scheme(town, begin)
    scheme.prefill_intakes(by=None, now=begin, first_year=begin.year)
    for place, newcomers in enumerate(COHORTS):
        _cohort(town, month_after(first, 6 * place), newcomers, now)
    _present(town, now)
    demo_people.keep(town.personas)


def _enter_scheme(town: Town, now: datetime) -> None:
    for file in WORKBOOKS:
        content = file.read_bytes()
        sheet = read_framework(BytesIO(content), file.name)
        digest = hashlib.sha256(content).hexdigest()
        framework = scheme.import_framework(by=town.people["olive"], now=now, sheet=sheet, file_sha256=digest)
        scheme.publish_framework(by=town.people["olive"], now=now, framework_id=framework.pk)
    items = read_dops_form(BytesIO(DOPS_WORKBOOK.read_bytes()), DOPS_WORKBOOK.name)
    scheme.import_dops_form(by=town.people["olive"], now=now, scope=None, items=items)
    document = store_bytes(
        content=pdf_of(HANDBOOK),
        name="Scheme handbook.pdf",
        media_type=MediaType.PDF,
        owner=None,
        by=town.people["olive"],
        now=now,
        purpose="scheme.handbook",
        pages=len(HANDBOOK),
    )
    scheme.publish_handbook(by=town.people["olive"], now=now, version="1", document=document)


def _open(town: Town, month: tuple[int, int]) -> Intake:
    """An intake with its fee and its events, opened on its first day."""
    intake = Intake.objects.get(year=month[0], month=month[1])
    now = london_midnight(intake.opens_on) + timedelta(hours=9)
    if intake.state == IntakeState.PLANNED:
        office = town.people["olive"]
        scheme.set_fee(by=office, now=now, intake_id=intake.pk, net_pence=NET_PENCE, vat_basis_points=VAT)
        intake = scheme.open_intake(by=office, now=now, intake_id=intake.pk)
        for kind, hour in ((EventKind.INDUCTION, 9), (EventKind.SOFT_SKILLS, 14)):
            starts_at = london_midnight(intake.induction_on) + timedelta(hours=hour)
            scheme.add_event(
                by=office,
                now=now,
                kind=kind,
                title=f"{kind.label}, {intake}",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                joining="Online; the link comes the day before.",
                intake=intake,
            )
    return intake


def _cohort(town: Town, month: tuple[int, int], newcomers: list[Newcomer], now: datetime) -> None:
    """One past intake: people apply in its half-year, it closes at its cut-off and enrols on its day."""
    intake = _open(town, month)
    for place, who in enumerate(newcomers):
        apply(town, who, london_midnight(intake.opens_on) + timedelta(days=20 + 9 * place, hours=10))
    for day in (intake.cutoff_on + timedelta(days=1), intake.enrolment_on):
        at = london_midnight(day) + timedelta(hours=8)
        if at <= now:
            run_calendar(at, CLOSES, ENROLS)


def _present(town: Town, now: datetime) -> None:
    """The intake that is open today, with applications in every state, and the one after it."""
    month = intake_for(now)
    intake = _open(town, month)
    days = max((london_date(now) - intake.opens_on).days, 1)
    for place, who in enumerate(APPLICANTS):
        start = london_midnight(intake.opens_on) + timedelta(hours=9)
        apply(town, who, min(start + timedelta(days=days * place // len(APPLICANTS)), now - timedelta(days=6)))
