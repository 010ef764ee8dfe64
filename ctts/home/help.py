"""The help of everyone's own pages, and of the office's pages about people, centres, intakes, rules and frameworks."""

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

# Of the ground that has no ties of its own: people, centres, intakes, rules, frameworks.
OFFICE = (
    Help(
        (
            "organisations:people",
            "organisations:person",
            "organisations:invite",
        ),
        "People",
        "Accounts, roles by date, and what needs two of you",
        (
            Point(
                "Roles",
                "Held from a day to a day; they act on the next request. Nobody gives a role to themselves. The "
                "role of the scheme office is proposed by one member and confirmed by another.",
            ),
            Point(
                "Accounts",
                "A second factor is taken away, or an address changed, after a check of who asked, which is kept."
                " Everything done to an account stands on its page with the reason.",
            ),
            Point(
                "Two accounts of one person",
                "Merge them: roles and what is open move, what was recorded stays where it was.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "C2 and E4",
    ),
    Help(
        (
            "scheme:centres",
            "scheme:centre",
            "scheme:accreditation",
            "scheme:decide",
        ),
        "Centres",
        "Sites, people, and accreditation for each scope",
        (
            Point(
                "Accreditation",
                "The Training Co-ordinator applies with checklist and documents; you note a visit and decide, "
                "with numbered conditions if need be, each with its day. Trainees who are enrolled go on training"
                " whatever is decided.",
            ),
            Point(
                "Renewal",
                "It counts from the day after what is held. A gap is named before you decide, and needs a tick.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "C1 and C3",
    ),
    Help(
        (
            "scheme:intakes",
            "scheme:intake",
            "scheme:dates",
            "scheme:fee",
        ),
        "Intakes",
        "Days, fee, and what opens and closes by itself",
        (
            Point(
                "Days",
                "Entered years ahead, and moved while the intake is open; whoever is concerned reads it. At the "
                "cut-off what was not received moves on to the next intake.",
            ),
            Point(
                "Fee", "Needed before the intake opens, and fixed once it is open. It opens by itself on its first day."
            ),
            Point("Finishing", "Once nobody waits in it any more. It cannot be opened again."),
        ),
        frozenset({Reader.OFFICE}),
        "I1 to I6",
        ("2.2",),
    ),
    Help(
        (
            "scheme:rules",
            "scheme:change_rules",
        ),
        "Scheme rules",
        "Every number, where it comes from, and since when it holds",
        (
            Point(
                "Versions",
                "A change makes a new version from a day on, with the reason. Whoever is enrolled keeps the "
                "version of their enrolment. One that has not begun to hold can be taken back.",
            ),
            Point("Confirming", "What the guidance does not name is a default until somebody confirms it."),
        ),
        frozenset({Reader.OFFICE}),
        "S1",
    ),
    Help(
        (
            "scheme:frameworks",
            "scheme:framework",
            "scheme:try_out",
        ),
        "Frameworks",
        "Import, compare, publish",
        (
            Point(
                "Trying out",
                "The file is read and compared first; every mistake is named with its sheet and line. Nothing is "
                "stored before you import it, and nothing is offered before you publish.",
            ),
            Point(
                "Versions", "Lists that were begun stay on their version. The page says which trainees are on which."
            ),
        ),
        frozenset({Reader.OFFICE}),
        "S2 and S3",
    ),
)
