"""The help of the moderators' pages, in the words of the scheme."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader

MODERATOR = frozenset({Reader.MODERATOR})

HELP = (
    Help(
        ("moderation:caseload",),
        "My caseload",
        "The lights of your trainees, and what is asked of an External Moderator",
        (
            Point(
                "The lights",
                "On track, needs attention, at risk, complete: the same lights that supervisor and co-ordinator see, "
                "with the reason after “because”. An interrupted training has none.",
            ),
            Point(
                "Met and reviewed",
                "A first meeting with the training plan, then a review with a DOPS of your own once in each year.",
            ),
            Point(
                "Waiting for you",
                "The rows of “Waiting for me” that lie with this trainee: meetings and reviews, DOPS, decisions and "
                "marking, questions, samples, concerns. The number leads to them.",
            ),
        ),
        MODERATOR,
        "T8 and T11",
        ("3.1", "3.6", "4.2"),
    ),
    Help(
        ("moderation:samples", "moderation:sample"),
        "Sampling",
        "Looking at what was signed and assessed locally",
        (
            Point(
                "A share, by chance",
                "{sampling_percent} per cent of the competencies signed and of the DOPS in the log. Chance chooses, "
                "and what is drawn stays drawn.",
            ),
            Point(
                "The verdict",
                "Say whether you agree, with words where not. Supervisor and trainee read it; “not agreed” asks the "
                "Training Supervisor for an answer. Nothing that was signed is changed by it.",
            ),
        ),
        MODERATOR | {Reader.SUPERVISOR},
        "T11",
        ("3.6",),
    ),
    Help(
        ("moderation:mine", "moderation:declare"),
        "My moderation",
        "Declaration, interests and independence",
        (
            Point(
                "The declaration",
                "Moderators sign a confidentiality declaration. It lasts for a time that its page names, and nobody is "
                "appointed without one in date.",
            ),
            Point(
                "Interests",
                "Declare a centre or a trainee with whom you have a tie. A Supporting Moderator has had no part in the "
                "training, and is not of the same centre.",
            ),
        ),
        MODERATOR,
        "E3 and E4",
        ("3.6",),
    ),
    Help(
        (
            "moderation:pool",
            "moderation:moderator",
        ),
        "Moderators",
        "Who is in the pool, for which scopes, and who may be appointed",
        (
            Point(
                "Declarations",
                "A moderator declares confidentiality and interests. Without a declaration that holds, or where an "
                "interest stands against it, nobody is appointed; the page says why.",
            ),
            Point(
                "Appointing",
                "The list names everybody with the reason for and against, and how many trainees they have.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "E3 and E4",
        ("3.6",),
    ),
    Help(
        (
            "moderation:disagreements",
            "moderation:disagreement",
        ),
        "Marks that differ",
        "Two markers, then an adjudicator",
        (
            Point(
                "Until both are in",
                "Neither reads the other. Where they differ they propose an agreed mark; where they do not agree "
                "an adjudicator decides, who has marked nothing of it.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "F5",
        ("4.2",),
    ),
    Help(
        (
            "moderation:boards",
            "moderation:board",
        ),
        "Boards",
        "A list is proposed by one and approved by another",
        (
            Point(
                "Two people",
                "Whoever made a list does not approve it. What is approved is the list as it stood, word for "
                "word; a change afterwards is another list.",
            ),
            Point(
                "Computed twice",
                "What would be awarded is computed a second time from what people signed, by a program that shares "
                "nothing with the first. Where the two differ, “Missing” says so, and the list cannot be proposed.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "F6 and D1",
    ),
    Help(
        (
            "moderation:diplomas",
            "moderation:issue",
        ),
        "Diplomas",
        "Issuing, reissuing, revoking",
        (
            Point(
                "Issuing",
                "Everybody on an approved list gets a number and a certificate; a run shows how far it is and can"
                " be taken up again. Anybody can check a diploma by number and name.",
            ),
            Point(
                "Afterwards",
                "After a mistake or a change of name another is issued in its place, with the next number; the old one "
                "stays in the records as superseded. A revoked one is shown as such to whoever checks it.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "D1",
    ),
)
