"""The demo world in its order: the scheme, the people, and one intake after the other up to today."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cache, partial
from io import BytesIO

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.clock import london_midnight
from ctts.common.months import month_after
from ctts.common.queue import silence
from ctts.demo import people as demo_people
from ctts.demo.papers import pdf_of
from ctts.demo.world.awarding import award
from ctts.demo.world.centres import centres
from ctts.demo.world.earlier import earlier_log
from ctts.demo.world.gatherings import gatherings
from ctts.demo.world.machine import deliver_mail, settle_mail
from ctts.demo.world.outside import by_link
from ctts.demo.world.people import SIDES, Town, settle
from ctts.demo.world.plan import Plan
from ctts.demo.world.taking import take_away
from ctts.demo.world.ways import Ways, live, live_side_by_side
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.scheme import actions as scheme
from ctts.scheme.catalogues import DOPS_WORKBOOK, WORKBOOKS
from ctts.scheme.rules import intake_for
from ctts.scheme.spreadsheet import FrameworkSheet, read_dops_form, read_framework

HANDBOOK = [
    ["Scheme handbook", "How the two years go", "Who does what", "What is assessed, and when"],
    ["Your record", "Evidence without patients", "Monthly Supervisor Reviews", "DOPS"],
    ["When something goes wrong", "Concerns and the ladder", "Interruptions and extensions", "Appeals"],
]


def world_exists() -> bool:
    """Whether the demo world has been made in this database."""
    return User.objects.filter(email="olive@demo.example").exists()


def make_world(now: datetime, *, sides_at_once: bool = False) -> None:
    """Make all of it, dates relative to `now`, and do what worker and calendar have done until then.

    Nothing rings: the worker of today finds the past settled. `sides_at_once`: each side of the world in a process of
    its own, outside any transaction; what an interrupted start leaves behind, the launcher throws away.
    """
    with silence():
        plan = _lay_ground(now)
        yesterday = now - timedelta(days=1)  # what begins on a day may go on into its night
        sides: list[Ways] = [partial(plan.ways_of, side) for side in SIDES]
        if sides_at_once:
            live_side_by_side(sides, plan.applicants(), until=yesterday)
        else:
            live([way for begin in (*sides, *plan.applicants()) for way in begin()], until=yesterday)
        live(
            [
                *plan.closing(),
                *centres(plan.town, now),
                award(plan.town, now - timedelta(days=40), "tess", "theo"),
                by_link(plan.town, now - timedelta(hours=20), "tamsin", "AIR"),
                earlier_log(plan.town, now - timedelta(hours=12), "tamsin"),
                take_away(plan.town, now - timedelta(days=2), "tess"),
                gatherings(plan.town, now),
            ],
            until=now,
        )
        settle_mail(now)
        demo_people.keep(plan.town.personas)
    deliver_mail()


@cache
def read_workbooks() -> list[tuple[FrameworkSheet, str]]:
    """The frameworks of the tree as the importer reads them, each with the digest of its file."""
    files = [(file, file.read_bytes()) for file in WORKBOOKS]
    return [
        (read_framework(BytesIO(content), file.name), hashlib.sha256(content).hexdigest()) for file, content in files
    ]


@transaction.atomic
def _lay_ground(now: datetime) -> Plan:
    """The scheme and its centres, the rules and the intakes of these years, and everybody who comes to it."""
    first = month_after(intake_for(now), -30)  # the intake five cohorts ago
    begin = london_midnight(date(first[0] - 1, 1, 10)) + timedelta(hours=10)
    town = settle(begin)
    _enter_scheme(town, begin)
    scheme.prefill_intakes(by=None, now=begin, first_year=first[0])
    plan = Plan(town, begin, now, first)
    live([plan.pilot(), *plan.opening(), *plan.arrivals()], until=now)
    return plan


def _enter_scheme(town: Town, now: datetime) -> None:
    for sheet, digest in read_workbooks():
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
