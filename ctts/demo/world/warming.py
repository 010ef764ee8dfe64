"""What needs no database, done before it is there: papers, passwords, and all that a process loads at its first use."""

from __future__ import annotations

from contextlib import suppress
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
    with suppress(OSError):  # without Pango there are no letters, and everything else
        render_pdf("pdf/base.html", {})


def _hash_passwords() -> None:
    hasher = get_hasher()
    if isinstance(hasher, DemoHasher):
        for first in [*(row[0] for row in STAFF), *(who.first for who in chain(*COHORTS, APPLICANTS))]:
            hasher.make_ready(password(first))
