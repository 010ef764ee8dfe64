"""The help of the office's pages about training."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader

OFFICE = (
    Help(
        (
            "training:cohort",
            "training:enrol_cohort",
            "training:enrol_run",
        ),
        "Cohort of an intake",
        "Who is enrolled, who can be, and who not and why",
        (
            Point(
                "Enrolling",
                "From the enrolment date on the calendar enrols whoever is accepted; one press does it at once. "
                "Each person is enrolled on their own: what stops one stops nobody else, and a run that was "
                "interrupted goes on where it stopped.",
            ),
            Point(
                "What follows",
                "Training record, milestones, the people around, invitations to the induction with a calendar "
                "file, the start of the membership. The page names everybody before you press.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "E1 and I5",
        ("2.2",),
    ),
    Help(
        ("training:office",),
        "Trainees",
        "Every training, with lights, filters and exports",
        (
            Point(
                "Standing",
                "On track, needs attention, at risk or complete, each with because. The same light as trainee, "
                "supervisor and co-ordinator see.",
            ),
            Point("Sorting and files", "The heading of a column sorts by it. A file holds exactly what is shown."),
        ),
        frozenset({Reader.OFFICE}),
        "T4, T7 and M",
    ),
    Help(
        (
            "training:office_changes",
            "training:change_decide",
        ),
        "Changes of circumstances",
        "What was asked, what it does to dates, and the decision",
        (
            Point(
                "Before you decide",
                "The page shows each date before and after. The supervisor answers first; go on without an answer"
                " where none comes, which is noted.",
            ),
            Point(
                "Decided",
                "Granted from a day on, or declined with reasons, both kept. Trainee and supervisor are told, and"
                " the milestones move with it.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "E5",
        ("3.4",),
    ),
    Help(
        (
            "training:office_events",
            "training:office_event",
        ),
        "Events",
        "Places, invitations, attendance",
        (
            Point(
                "Sign-up",
                "People sign up until the day that is named; who comes later waits, and moves up when a place "
                "becomes free. A change or calling off is mailed with a new calendar file.",
            ),
            Point("Attendance", "Noted afterwards. Who attended an event that a milestone asks for has reached it."),
        ),
        frozenset({Reader.OFFICE}),
        "T9 and M",
    ),
)
