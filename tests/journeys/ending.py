"""Step 9: everybody who should hear was mailed once, and what the way left behind holds."""

from __future__ import annotations

from collections import Counter
from email.utils import parseaddr
from io import StringIO

from django.core.management import call_command

from ctts.notifications.models import Message
from tests.journeys.story import Story

OF_THE_ACCOUNT = {"Confirm your e-mail address", "Your second factor is on"}
HEARD = {
    "zofia": [
        "Your application is received",
        "Your application is accepted",
        "Welcome to the scheme: your training starts on 1 April 2026",
        "NM-1.01 came back with feedback",
        "NM-1.01 is signed",
        "Your outcome is released: End of First Year Assessment",
        "Your outcome is released: Practical",
        "Your portfolio is compiled: 46 pages",
        "Receipt: your portfolio is sealed",
        "Your outcome is released: Portfolio",
        "Viva booked: 1 February 2028, 14:30",
        "Your outcome is released: Viva",
        "Your award is ratified",
        "Your Diploma of Clinical Technology is ready: CTD-2028-00001",
        "Your pack for the register is ready",
    ],
    "petra": ["Zofia Łukasiewicz names you as Training Supervisor"],
    "mia": ["A portfolio waits for your marking", "Both markers have submitted: Portfolio"],
    "max": ["A portfolio waits for your marking", "Viva booked: 1 February 2028, 14:30"],
    "oscar": ["A list of awards waits for approval: Board of spring 2028"],
}
# One for each stage: the first year, Practical, Portfolio, Viva.
FOUR_TIMES = {
    "olive": "An outcome waits to be confirmed: Zofia Łukasiewicz",
    "oscar": "An outcome waits to be released: Zofia Łukasiewicz",
    "petra": "An outcome of Zofia Łukasiewicz is released",
    "cora": "An outcome of Zofia Łukasiewicz is released",
}


def everybody_heard_once(story: Story) -> None:
    """What arrived by SMTP is what was to be told, each once; nobody heard twice, and nobody was left out."""
    story.settle()
    arrived = Counter((parseaddr(mail["To"])[1], mail["Subject"].strip()) for mail in story.post_box.messages())
    told = Counter((row.sent_to, row.subject) for row in Message.objects.all())
    assert told - arrived == Counter()
    assert {subject for _, subject in arrived - told} <= OF_THE_ACCOUNT
    numbers = [mail["Message-ID"] for mail in story.post_box.messages()]
    assert len(set(numbers)) == len(numbers)
    heard = {(getattr(story, first).email, subject) for first, subjects in HEARD.items() for subject in subjects}
    assert {one: arrived[one] for one in heard} == dict.fromkeys(heard, 1)
    often = {(getattr(story, first).email, subject) for first, subject in FOUR_TIMES.items()}
    assert {one: arrived[one] for one in often} == dict.fromkeys(often, 4)


def everything_holds() -> None:
    """The audit of the whole way verifies, and every invariant holds: both commands would fail."""
    for command in ("verify_audit", "check_invariants"):
        said = StringIO()
        call_command(command, stdout=said)
        assert "entries in" in said.getvalue() or "0 broken" in said.getvalue()
