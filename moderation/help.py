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
)
