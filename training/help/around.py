"""Help with what is around a training: changes, concerns, messages, advice, lists of supervisor and co-ordinator."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader
from training.help.own import ALL_AROUND, AT_THE_CENTRE

AROUND = (
    Help(
        ("training:record_changes", "training:change_new", "training:change", "training:change_send"),
        "Changes of circumstances",
        "What is asked where, who decides, and what it does to dates",
        (
            Point(
                "Keep the scheme informed",
                "Name, contact details, Training Supervisor, employer or centre, hours, an interruption, an "
                "extension or leaving the scheme: the trainee asks, and the scheme office decides.",
            ),
            Point(
                "The supervisor’s word",
                "Where training itself changes the Training Supervisor supports the request or not, with words. It "
                "goes to the office either way.",
            ),
            Point(
                "What it does to dates",
                "You see it before anything is sent. An interruption moves later due dates by its days; reminders are "
                "silent, and other news waits for the trainee until training goes on. One that has not begun is called "
                "off by an early return from its first day, and the dates go back. Less than full time stretches "
                "the rest of the training. Nobody stays on the scheme longer "
                "than {max_months} months.",
            ),
            Point(
                "Who reads the reason",
                "The supervisor reads what they are asked to support, the office everything. Nobody else reads it.",
            ),
        ),
        AT_THE_CENTRE,
        "E5",
        ("3.3",),
    ),
    Help(
        (
            "training:concerns",
            "training:concern_raise",
            "training:concern",
            "training:concern_answer",
            "training:concern_pass_on",
        ),
        "Concerns",
        "The ladder, how long each level has, and the way past the supervisor",
        (
            Point(
                "The ladder",
                "A concern goes to the Training Co-ordinator, then to the External Moderator, then to the scheme "
                "office. Each level has {concern_working_days} working days; when nobody closes it in time it climbs "
                "by itself. Whoever it has not come to yet neither reads nor closes it.",
            ),
            Point(
                "Answered, passed on, closed",
                "Whoever holds it can answer and leave it open, pass it on to the next level with a reason, or close "
                "it with an outcome. An answer does not stop the clock.",
            ),
            Point(
                "Past the supervisor",
                "The Training Supervisor does not read what the trainee raised. Where the co-ordinator is the "
                "supervisor as well, the concern begins one level higher.",
            ),
            Point(
                "Patient safety",
                "It goes to the External Moderator and the office at once. The details stay in the employer’s incident "
                "system: only its reference is written here.",
            ),
            Point(
                "Closing it",
                "It is closed with an outcome by whoever it lies with, never by the person who raised it.",
            ),
        ),
        ALL_AROUND,
        "T8",
        ("3.4", "3.6"),
    ),
    Help(
        ("training:threads", "training:thread_new", "training:thread"),
        "Messages",
        "Who reads a thread, and what an answer is",
        (
            Point(
                "Who reads it",
                "A thread is between the trainee and the functions it is addressed to. Whoever holds such a function "
                "today reads it, also what was written before; whoever gave it up reads it no more.",
            ),
            Point(
                "Asking for an answer",
                "A message that asks for one waits in the list of its readers until somebody writes. Others wait for "
                "nobody.",
            ),
            Point(
                "Nothing is edited",
                "A message stays as it was sent. Name no patient in it; for what worries you raise a concern instead.",
            ),
        ),
        ALL_AROUND,
        "T11",
        ("3.3", "3.6"),
    ),
    Help(
        ("training:advice", "training:advice_ask", "training:advice_one"),
        "Questions and advice",
        "Asking the External Moderator",
        (
            Point(
                "Who asks, who reads",
                "Trainee or Training Supervisor asks, the External Moderator answers, both read it. It is the "
                "trainee’s responsibility to seek this support when they need it.",
            ),
            Point(
                "When the answer comes",
                "Within {advice_working_days} working days. The question then shows as late to whoever it waits for.",
            ),
        ),
        frozenset({Reader.TRAINEE, Reader.SUPERVISOR, Reader.MODERATOR}),
        "T11",
        ("3.3", "3.6"),
    ),
    Help(
        ("training:meetings", "training:meeting_first", "training:year_review_new"),
        "The External Moderator’s meetings",
        "First meeting, yearly review and the moderator’s own DOPS",
        (
            Point(
                "First meeting",
                "Online, with the training plan beside the form. It is due {first_meeting_month} months after the "
                "start; that the plan was reviewed is noted with its version.",
            ),
            Point(
                "Once in each year",
                "The External Moderator reviews the year, with a DOPS of their own. In the first year it is "
                "indicative; the final one is part of the Practical.",
            ),
        ),
        frozenset({Reader.TRAINEE, Reader.SUPERVISOR, Reader.MODERATOR}),
        "T11 and Y1",
        ("3.1", "3.3", "3.6", "4.2"),
    ),
    Help(
        ("training:people", "training:trainer_add", "training:trainer_rights", "training:trainer_end"),
        "People around the trainee",
        "Who stands for what, and with which rights",
        (
            Point(
                "Rights follow appointments",
                "Who may read, sign or assess depends on the appointment in force today. Former people keep nothing "
                "but their place in the history.",
            ),
            Point(
                "Trainers",
                "The Training Supervisor allocates trainers and says for each what they may do, and changes it at any "
                "time: it holds at once, and what stood before stays on record. They do not sign competencies.",
            ),
            Point(
                "Without DOPS to assess",
                "A trainer who may not be asked for DOPS gives back what they were asked for and have not signed; the "
                "trainee asks somebody else. The end of the appointment does not bring it back.",
            ),
        ),
        ALL_AROUND,
        "E3 and T5",
        ("3.4", "3.5", "3.6"),
    ),
    Help(
        ("training:trainees",),
        "My trainees",
        "What the four lights say, and why",
        (
            Point(
                "On track",
                "Nothing is late: no milestone, no planned competency, no month without a review, no progress report.",
            ),
            Point(
                "Needs attention",
                "Competencies are past their planned day, months have no Supervisor Review, a progress report is "
                "overdue, or a milestone is past its day and waits for markers, office or board. The words after "
                "“because” say which.",
            ),
            Point(
                "At risk",
                "A milestone of the scheme is past its day, and something of it is still the trainee’s to do. Once "
                "nothing is, it is no longer late for them: the light says who has it, and reminders go there.",
            ),
            Point(
                "Complete, or no light",
                "Complete: the training is completed. While a training is interrupted, and after an end without "
                "completion, no light is shown: nothing is asked of anybody.",
            ),
            Point(
                "Waiting for you",
                "The number counts the rows of “Waiting for me” that lie with this trainee, in all your functions, "
                "and leads to them.",
            ),
        ),
        frozenset({Reader.SUPERVISOR, Reader.TRAINER, Reader.COORDINATOR}),
        "M, T1, T4, T7 and N",
        ("3.5",),
    ),
    Help(
        ("training:centres", "training:centre", "training:centre_list"),
        "The centre at a glance",
        "What each number counts, and when it wants somebody",
        (
            Point(
                "Months without a review",
                "Calendar months that are over and have no Supervisor Review, of trainees whose training goes on. The "
                "supervisor was reminded before you were told.",
            ),
            Point(
                "Stalled competencies",
                "They were begun, are not signed, and have not moved for long. Days of an interruption do not count.",
            ),
            Point(
                "Concerns and reports",
                "Open concerns that lie or lay with you, and progress reports that supervisors still have to write.",
            ),
            Point(
                "The main contact",
                "The Training Co-ordinator is who trainees ask about the scheme, and responsible for the accreditation "
                "of the centre. What cannot be resolved goes to the External Moderator and the scheme office.",
            ),
        ),
        frozenset({Reader.COORDINATOR}),
        "T2, T4, T7, T8 and C2",
        ("3.4",),
    ),
)
