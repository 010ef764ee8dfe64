"""The help of the applicants' and supervisors' pages about applications, in the words of the scheme."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader

HELP = (
    Help(
        ("applications:mine", "applications:status"),
        "My application",
        "When it counts as received, and what comes next",
        (
            Point(
                "Received",
                "It counts as received when its last missing part is there: mostly the confirmation of your Training "
                "Supervisor. That moment decides to which intake it belongs.",
            ),
            Point(
                "Questions of the office",
                "The form opens again for what is asked. Answered in time, the application keeps the moment at which "
                "it was received.",
            ),
        ),
        frozenset({Reader.APPLICANT}),
        "A2, I1 and I4",
        ("2.2", "3.1"),
    ),
    Help(
        ("applications:to_support",),
        "Applications to support",
        "What you confirm as Training Supervisor",
        (
            Point(
                "Support and plan",
                "You confirm that you support the application, and that the plan shows how the level at the end of "
                "training is reached. Return it to the applicant with words if something is missing.",
            ),
        ),
        frozenset({Reader.SUPERVISOR}),
        "A2 and A3",
        ("2.1", "2.2"),
    ),
)
