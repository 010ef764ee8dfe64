"""The help of the pages about applications, in the words of the scheme: applicants, supervisors, the office."""

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
    Help(
        ("applications:desk",),
        "Applications",
        "Whose turn it is, what a light means, and taking several at once",
        (
            Point(
                "Lights",
                "One for each thing that is looked at: form, eligibility, certificates, competencies, plan, "
                "purchase order, adjustments, centre. A light agrees with the findings and the files on the page "
                "of the application.",
            ),
            Point(
                "Claiming",
                "What you claim is yours: steps of which the applicant hears are then taken by you. A colleague "
                "takes it over first; the page says from whom.",
            ),
            Point(
                "Filters and exports",
                "The address holds the filters: keep it, send it, or save them under a name of your own. A file "
                "holds exactly the rows that are shown, on all pages.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "A3, A4 and A6",
    ),
    Help(
        (
            "applications:review",
            "applications:find",
            "applications:decisions",
        ),
        "Review of an application",
        "Findings, files, and the letter",
        (
            Point(
                "Findings",
                "The system computes each entry rule and says why; you set the finding beside the evidence. To "
                "accept where a rule is not met you give a reason, which is kept with the finding. A finding "
                "counts for the evidence that it was set about.",
            ),
            Point(
                "Files",
                "Accept or reject each, a rejection with its reason: it becomes a point of the questions to the "
                "applicant.",
            ),
            Point(
                "Decision",
                "The page before it shows what follows and the mail word for word. Put the letter on hold to read"
                " it again, change it, and send it later.",
            ),
            Point(
                "Questions",
                "Numbered points. The resubmission shows for each what was changed, what was answered, and what "
                "is as it was.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "A3, A4, A6 and I4",
        (
            "2.1",
            "2.2",
        ),
    ),
    Help(
        ("applications:letters",),
        "Letters on hold",
        "What waits before it is sent",
        (
            Point(
                "On hold",
                "The decision counts at once, and the applicant's page shows it; what is held back is the letter, with "
                "its mail and its reasons. Read it as it will be, change its words, send it. A letter that was "
                "overtaken by another decision is never sent.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "A4",
    ),
    Help(
        (
            "applications:late_codes",
            "applications:give_late_code",
        ),
        "Late entries",
        "A code for one person and one intake",
        (
            Point(
                "The code",
                "It is shown once, for the person that you name, and opens nothing else. It ends by itself on its"
                " last day, and can be taken back until it is used. Who gave it and why is kept.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "I5",
    ),
    Help(
        ("applications:orders",),
        "Purchase orders",
        "Where each order stands, and the file for finance",
        (
            Point(
                "States",
                "Received, verified, insufficient, superseded by a newer one, cancelled. What is found "
                "insufficient after acceptance needs a reason; the applicant is told and gives another. No order "
                "holds up an enrolment.",
            ),
            Point("For finance", "One file for the intake that you choose, with amounts as numbers."),
        ),
        frozenset({Reader.OFFICE}),
        "A3 f",
    ),
    Help(
        (
            "applications:enquiries",
            "applications:enquiry",
        ),
        "Enquiries",
        "Questions of prospects, applicants and supervisors",
        (
            Point(
                "Answering",
                "The answer goes by mail with a link from which an application can be begun; what they asked "
                "comes with it. What needs no answer is set aside, and can be taken up again.",
            ),
            Point(
                "About an application",
                "What an applicant, or the Training Supervisor whom it names, asks while it goes on stands on the "
                "page of the application, too, and so does your answer.",
            ),
        ),
        frozenset({Reader.OFFICE}),
        "A1",
    ),
)
