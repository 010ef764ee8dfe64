"""What needs no database, done before it is there: papers, passwords, and all that a process loads at its first use."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from itertools import chain

from django.contrib.auth.hashers import get_hasher
from django.template.loader import get_template
from django.urls import reverse

from ctts.common.pdf import render_pdf
from ctts.demo.hashing import DemoHasher
from ctts.demo.world import applying, competencies, making
from ctts.demo.world.newcomers import APPLICANTS, COHORTS
from ctts.demo.world.people import STAFF, password
from ctts.notifications.notices import kinds
from ctts.organisations.states import Nation
from training.queries import bank_holidays_in

# The styles and the profile of each kind of paper: fonts and styles that are read once are there for all of it.
STYLES = [
    (("pdf.css",), "pdf/ua-1"),
    (("pdf.css", "portfolio.css"), "pdf/ua-1"),
    (("pdf.css", "diploma.css"), "pdf/a-3a"),
]
PAPERS = ("applications/decision.html", "assessments/portfolio/front.html", "diploma.html")


def get_ready() -> None:
    """Prove the papers, hash the passwords, and load what letters are made with; the world is quicker after it."""
    for kind in applying.PAPERS:
        applying.paper(kind)
    for name in competencies.FILES:
        competencies.paper(name)
    _hash_passwords()
    reverse("home:dashboard")  # letters hold addresses of every part
    for notice in kinds():
        for part in ("subject.txt", "body.txt", "body.html"):
            get_template(f"mail/{notice}/{part}")
    making.read_workbooks()
    for nation in Nation:
        bank_holidays_in(nation).get(date(2026, 1, 1))
    for paper in PAPERS:
        get_template(f"pdf/{paper}")
    with suppress(OSError):  # without Pango there are no letters, and everything else
        for styles, variant in STYLES:
            render_pdf("pdf/base.html", {}, styles=styles, variant=variant)


def _hash_passwords() -> None:
    hasher = get_hasher()
    if isinstance(hasher, DemoHasher):
        for first in [*(row[0] for row in STAFF), *(who.first for who in chain(*COHORTS, APPLICANTS))]:
            hasher.make_ready(password(first))
