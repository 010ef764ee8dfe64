"""The help of everyone's own pages."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader

HELP = (
    Help(
        ("home:dashboard",),
        "Waiting for me",
        "What stands here, when a row goes, and nudging",
        (
            Point(
                "One list for all your roles",
                "Overdue, this week, later: every row begins with what is to be done, and says in which role. A row "
                "goes when the thing is done, never by being read.",
            ),
            Point(
                "Waiting for others",
                "What somebody else has to do before it goes on. “Nudge” reminds them by mail once in three days; "
                "you see the mail before it goes. Where nobody can be nudged the row says why.",
            ),
            Point(
                "Mails",
                "Under “Your mails” you choose whether they come at once or together once a day.",
            ),
        ),
        frozenset({Reader.EVERYBODY}),
        "N",
    ),
    Help(
        ("home:search",),
        "Search and palette",
        "Keys, and what is found",
        (
            Point(
                "Keys",
                "/ or Ctrl+K opens the palette on every page. Arrows choose, Enter opens, Escape closes. The single "
                "key can be switched off there.",
            ),
            Point(
                "What is found",
                "Pages and steps, people, trainees, applications and centres by how their words begin, diplomas and "
                "orders by number, and these help texts. What you may not open is not found.",
            ),
        ),
        frozenset({Reader.EVERYBODY}),
        "N",
    ),
)
