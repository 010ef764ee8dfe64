"""Help with practice: Supervisor Reviews, DOPS in all their ways, progress reports."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader
from training.help.own import ALL_AROUND, AT_THE_CENTRE

PRACTICE = (
    Help(
        ("training:reviews", "training:review_new", "training:review"),
        "Monthly reviews",
        "What is to be documented, who signs in which order, and what becomes of a missed month",
        (
            Point(
                "One in each calendar month",
                "Trainee and Training Supervisor meet formally at least once a month, and the Supervisor Review Form "
                "is the record of it. The page puts together what changed since the last one.",
            ),
            Point(
                "Three steps",
                "The supervisor signs, the trainee acknowledges or sends it back with a reason, the supervisor submits "
                "it to the office. Only a submitted review counts towards the first-year gate. Once both have signed, "
                "whoever reads the review can have it as PDF, with the actions agreed and both signatures.",
            ),
            Point(
                "Actions",
                "An action with an owner and a day is carried on to the next review until somebody closes it. From a "
                "week before its day it waits for the trainee, where that is the owner, else for the Training "
                "Supervisor.",
            ),
            Point(
                "Missed months",
                "A month without a review is marked here and shows in the light of the trainee. The supervisor is "
                "reminded first; after that the Training Co-ordinator is told, who can nudge the supervisor from here. "
                "Who is both hears twice.",
            ),
            Point(
                "A draft that somebody else wrote",
                "A draft belongs to who wrote it. A new supervisor takes it over, if they were at the meeting, or "
                "discards it with a reason: it stays in the record, unsigned, and counts for nothing.",
            ),
        ),
        ALL_AROUND,
        "T4 and Y4",
        ("3.5",),
    ),
    Help(
        (
            *("training:review_acknowledge", "training:review_sign", "training:review_submit"),
            *("training:review_take_over", "training:review_discard", "training:review_concern"),
        ),
        "Signing a review",
        "What your step in a Supervisor Review says",
        (
            Point(
                "Acknowledging is not agreeing to everything",
                "The trainee says that the meeting took place as written, and can add a comment in their own words. "
                "What is wrong is sent back with a reason: that withdraws the supervisor’s signature, which stays on "
                "record.",
            ),
            Point(
                "Patient safety",
                "Say yes where a concern about the safety of patients came up, and give the reference in the "
                "employer’s incident system. The details stay there. A review raises no concern: the supervisor "
                "does, or says that it is raised already or is none after all.",
            ),
        ),
        AT_THE_CENTRE,
        "T4",
        ("3.5",),
    ),
    Help(
        ("training:dops_log", "training:dops_request", "training:dops_start"),
        "DOPS log",
        "Who may assess, what counts, and three ways to fill one in",
        (
            Point(
                "One observation is one DOPS",
                "Somebody watches a procedure and judges what they saw. The trainee asks for one, or the supervisor "
                "starts one. The End of First Year Assessment asks for at least {first_year_dops} that are complete.",
            ),
            Point(
                "Who assesses",
                "The Training Supervisor, a suitable person of the centre whom the supervisor approves, the External "
                "Moderator, or somebody without an account by a one-time link. A trainee never assesses a trainee.",
            ),
            Point(
                "On the assessor’s own device",
                "The assessor opens it under “Waiting for me” and signs with their own sign-in.",
            ),
            Point(
                "Handing a device over",
                "The assessor fills it in on the device of the trainee or supervisor. Everything else on it is locked "
                "until its owner unlocks it, and the assessor proves who they are before signing.",
            ),
            Point(
                "The one-time link",
                "For an assessor without an account. The supervisor names or approves them, a link goes to their "
                "address, and the code is told in person or by telephone, never by mail. The link opens this one DOPS "
                "and is spent when it is signed. It can be sent again, passed on to a colleague or declined.",
            ),
            Point(
                "Without signal",
                "On a phone a DOPS can be begun without signal. It is kept on that phone and sends itself once, never "
                "twice.",
            ),
        ),
        ALL_AROUND,
        "T5 and Y4",
        ("3.5", "4.1", "4.2"),
    ),
    Help(
        ("training:dops", "training:dops_step", "training:dops_acknowledge", "training:dops_countersign"),
        "One DOPS",
        "What its days, scores and signatures mean",
        (
            Point(
                "Observed on, written on",
                "Observed is the day of the procedure, written the day on which the assessor signed. Where they are "
                "apart the page says by how many days: the sooner it is written, the more it is worth.",
            ),
            Point(
                "Scores",
                "Each item has the words for its scores beside it. “Not applicable” says that there was nothing to "
                "observe; it is left out of the sum, and only a few items may have it. The overall judgement is a "
                "separate one.",
            ),
            Point(
                "After signing",
                "The trainee acknowledges it, and it stands in the log. What an external assessor signs in a record "
                "for the first time, the Training Supervisor countersigns before that.",
            ),
            Point(
                "A mistake in it",
                "What is signed is never edited. It is voided with a reason and stays, struck through; the procedure "
                "is observed anew.",
            ),
        ),
        ALL_AROUND,
        "T5 and F2",
        ("3.5", "4.2"),
    ),
    Help(
        ("training:dops_external", "training:dops_name_another", "training:dops_approve"),
        "Assessors who are asked",
        "Approving a suitable person, and sending a one-time link",
        (
            Point(
                "A suitable person",
                "The supervisor says that this person is fit to judge this procedure. Nobody approves themselves.",
            ),
            Point(
                "The one-time link and its code",
                "Check the address: the link goes there. Tell the code in person or by telephone, so that whoever "
                "reads the mail cannot sign alone. After several wrong codes the link closes, and a new one can be "
                "sent.",
            ),
            Point(
                "Their copy",
                "The assessor is sent what they signed. The trainee and the people around them read it in the log.",
            ),
        ),
        AT_THE_CENTRE,
        "T5",
        ("4.2",),
    ),
    Help(
        ("training:offline",),
        "DOPS without signal",
        "What is kept on the phone, and for how long",
        (
            Point(
                "Kept on this phone",
                "Open this page once while there is signal; then it opens without. What you fill in stays on the phone "
                "until it was sent. Do not clear the browser’s data before that.",
            ),
            Point(
                "What would be refused",
                "A day that has not come or lies before the training, and more items not applicable than a DOPS may "
                "leave out, are named on the phone already, in the last step.",
            ),
            Point(
                "Sent once",
                "As soon as there is signal it sends itself, once. Where somebody changed the same DOPS meanwhile "
                "you are asked what is to stand.",
            ),
        ),
        frozenset({Reader.SUPERVISOR, Reader.MODERATOR}),
        "T5",
        ("3.5",),
    ),
    Help(
        (
            *("training:reports", "training:report", "training:report_new", "training:report_acknowledge"),
            *("training:report_edit", "training:report_send"),
            *("training:report_take_over", "training:report_discard"),
        ),
        "Progress reports",
        "Who writes to whom, how often, and where they go",
        (
            Point(
                "From the supervisor to the co-ordinator",
                "Every {progress_report_months} months of training the Training Supervisor reports the progress to the "
                "Training Co-ordinator, who acknowledges it. Trainee, moderators and office read what was sent; "
                "trainers do not.",
            ),
            Point(
                "What a report settles",
                "Every day by which one is due within the time that it is about: a report about fifteen months takes "
                "the place of two. One that was sent early settles the next.",
            ),
            Point(
                "Part of the portfolio",
                "All reports are part of it. A report that was sent is not changed; what is to be added stands in the "
                "next one.",
            ),
            Point(
                "A draft that somebody else wrote",
                "A draft belongs to who wrote it. A new supervisor takes it over, if they can stand by what it says, "
                "or discards it with a reason: it stays in the record, unsent, and counts for nothing.",
            ),
        ),
        ALL_AROUND,
        "T7",
        ("3.5",),
    ),
)
