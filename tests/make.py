"""Things that tests need, made by the actions that pages call."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from ctts.scheme import actions as scheme
from ctts.scheme.models import Framework, Intake
from ctts.scheme.spreadsheet import FrameworkSheet, read_framework
from tests.cast import START

CATALOGUES = Path(__file__).resolve().parents[1] / "ctts" / "scheme" / "catalogues"
FILES = {
    "NM": "nuclear-medicine.xlsx",
    "RT": "radiotherapy-physics.xlsx",
    "RP": "radiation-physics.xlsx",
    "ME": "medical-engineering.xlsx",
    "RE": "radiation-engineering.xlsx",
    "RH": "rehabilitation-engineering.xlsx",
}


@cache
def sample_sheet(code: str) -> FrameworkSheet:
    """The sample framework of a scope as the importer reads it from the workbook in the tree."""
    return read_framework(BytesIO((CATALOGUES / FILES[code]).read_bytes()), FILES[code])


def published_framework(code: str, now: datetime = START) -> Framework:
    """The sample framework of a scope, imported and published."""
    digest = sha256((CATALOGUES / FILES[code]).read_bytes()).hexdigest()
    framework = scheme.import_framework(by=None, now=now, sheet=sample_sheet(code), file_sha256=digest)
    return scheme.publish_framework(by=None, now=now, framework_id=framework.pk)


def open_intake(year: int, month: int, now: datetime = START, net_pence: int = 250_000) -> Intake:
    """An intake by the rule, with a fee (net in pence, 20 % VAT), open."""
    scheme.prefill_intakes(by=None, now=now)
    intake = Intake.objects.get(year=year, month=month)
    scheme.set_fee(by=None, now=now, intake_id=intake.pk, net_pence=net_pence, vat_basis_points=2000)
    return scheme.open_intake(by=None, now=now, intake_id=intake.pk)
