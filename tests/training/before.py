"""The evening before enrolment: who is accepted for April 2026."""

from __future__ import annotations

from dataclasses import dataclass

from applications.models import Application
from ctts.scheme.models import Intake
from tests.cast import Cast, make_cast
from tests.make import published_framework
from tests.training.world import accepted, april


@dataclass
class Before:
    """Two accepted applications of April 2026, of two centres."""

    cast: Cast
    intake: Intake
    tara: Application
    tom: Application


def make_before() -> Before:
    """Both applications, accepted."""
    cast, intake = make_cast(), april()
    tara = accepted(cast, cast.tara, cast.sam, published_framework("NM"))
    return Before(cast, intake, tara, accepted(cast, cast.tom, cast.sue, published_framework("ME")))
