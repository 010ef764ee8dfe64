"""Help with one's own training: overview, plan, competencies, sign-off, evidence, writing, CPD, events, copies."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader

AT_THE_CENTRE = frozenset({Reader.TRAINEE, Reader.SUPERVISOR, Reader.TRAINER})
ALL_AROUND = AT_THE_CENTRE | {Reader.COORDINATOR, Reader.MODERATOR}
OWN_ONLY = frozenset({Reader.TRAINEE})

OWN = (
    Help(
        ("training:mine", "training:record"),
        "My training",
        "The ring, the lines of the next gate, the timeline and what waits",
        (
            Point(
                "The ring",
                "It shows how many competencies of the agreed list are signed. The mark stands at {first_year_percent} "
                "per cent, the share that the End of First Year Assessment asks for. Submitted is not signed: only the "
                "signature of the Training Supervisor moves the ring.",
            ),
            Point(
                "The lines of the next gate",
                "Here for the trainee, and under “Assessments” for all around them, each rule of the gate has a line "
                "with its number and what of the missing waits for somebody. Opened, a line lists every item, says why "
                "one does not count, and who can mend it.",
            ),
            Point(
                "At this pace",
                "A forecast takes the pace at which competencies were signed so far, interruptions left out. It is no "
                "promise and no target, and none is made below {forecast_points} signed competencies.",
            ),
            Point(
                "The two years",
                "A dot is a calendar month of training, filled once it has a Supervisor Review. A band is an "
                "interruption: later due dates move by its days. A milestone shows as due {milestone_notice_days} days "
                "before its day.",
            ),
        ),
        ALL_AROUND,
        "T2, Y1 to Y6 and M",
        ("3.1", "3.2", "4.1"),
    ),
    Help(
        ("training:competencies", "training:item", "training:submit"),
        "Competencies",
        "What each state means, and whose rating is whose",
        (
            Point(
                "Not started, in progress",
                "A competency begins by itself with its first evidence, or when the trainee begins it.",
            ),
            Point(
                "Submitted",
                "The trainee handed it in with evidence. It waits for the Training Supervisor, and its badge says "
                "since when.",
            ),
            Point(
                "Signed",
                "The current Training Supervisor signed and dated it. The signature holds exactly the evidence that "
                "was there. It is never edited: it is withdrawn with a reason, and the competency is signed anew.",
            ),
            Point(
                "Returned",
                "It came back with feedback. Work on it, then submit it again; the earlier feedback stays in its "
                "history.",
            ),
            Point(
                "Changed since signed",
                "Evidence that the signature rests on reads differently now. The band shows the difference; the "
                "Training Supervisor is told, looks at it, and says that the signature still holds, or withdraws it. "
                "It counts until it is withdrawn.",
            ),
            Point(
                "Own rating and the supervisor’s",
                "Both are on the same scale and stand side by side. The trainee’s is their own view; the "
                "supervisor gives theirs at any time, also while signing or returning. Neither decides anything: "
                "signing does.",
            ),
        ),
        ALL_AROUND,
        "T2",
        ("3.2", "4.1"),
    ),
    Help(
        ("training:sign_off", "training:sign", "training:signed", "training:return", "training:withdraw"),
        "Signing competencies",
        "What has to be seen first, what a signature says, and how one is taken back",
        (
            Point(
                "Held rows",
                "A row is held back while it has no evidence, or while you have not opened its evidence as it is now. "
                "Opening is noted as seen. Held rows are left out when you choose a whole group.",
            ),
            Point(
                "One signature each",
                "However many you sign at once, each competency gets its own signature with the statement, your name, "
                "your role and the time. Your password or code is asked once.",
            ),
            Point(
                "Not yet?",
                "Return it with feedback: the trainee works on it and submits it again. A signature given in error is "
                "withdrawn with a reason; it stays in the record, struck through.",
            ),
        ),
        frozenset({Reader.SUPERVISOR}),
        "T2",
        ("4.1",),
    ),
    Help(
        (
            "training:evidence",
            "training:evidence_new",
            "training:evidence_one",
            "training:evidence_edit",
            "training:evidence_version",
        ),
        "Evidence",
        "Who reads it, what the scan for patient identifiers does, and which pieces to choose",
        (
            Point(
                "Private until shared",
                "A draft is the trainee’s own. Shared evidence is read by whoever stands around the trainee; the chip "
                "under the title names them.",
            ),
            Point(
                "No patient can be identified",
                "The author declares it for each piece. Leave out names, numbers, dates of birth and addresses, also "
                "in pictures, screenshots and the names of files.",
            ),
            Point(
                "The scan asks, it does not judge",
                "Text, PDF and office files are looked through for what may be a patient identifier. What is found "
                "holds the piece for the author: change it, or say why nobody can be identified. The scan can be "
                "wrong both ways, so read it yourself as well.",
            ),
            Point(
                "If a patient can be identified after all",
                "Press “A patient can be identified”, whoever you are. The file is closed at once, signatures that "
                "rest on it are withdrawn and stay in the record, and the author replaces it. What you wrote about "
                "it, with your name and the time, stands on its page for the author, and its trail stays there.",
            ),
            Point(
                "The best, not the most",
                "One piece may show several competencies. For each of them choose the pieces that show it best, "
                "{best_evidence_most} at most, on its page: they stand first there and in the portfolio, which two "
                "moderators read, and less is encouraged.",
            ),
        ),
        ALL_AROUND,
        "T3",
        ("3.3", "4.2"),
    ),
    Help(
        ("training:plan", "training:plan_versions", "training:tailor"),
        "The training plan",
        "What is agreed by whom, and what becomes of earlier versions",
        (
            Point(
                "What a row says",
                "For each competency: how it is reached, where, with whom and by when. Trainee and Training Supervisor "
                "tailor it together.",
            ),
            Point(
                "Agreed",
                "A version is agreed once trainee and Training Supervisor have both signed it. A change afterwards "
                "begins a new version, which waits for both signatures again.",
            ),
            Point(
                "Another order",
                "Move up and Move down take a competency one place within its group. The order is part of the plan: "
                "another one begins a new version, and the competency list follows it.",
            ),
            Point(
                "Earlier versions",
                "Every agreed version is kept, and two of them can be compared. The External Moderator reviews the "
                "plan at the first meeting; that the plan was reviewed is noted with its version.",
            ),
        ),
        ALL_AROUND,
        "T1",
        ("3.2", "3.3"),
    ),
    Help(
        (
            *("training:writing", "training:reflection", "training:reflection_new", "training:reflection_submit"),
            *("training:case", "training:case_new", "training:case_submit"),
        ),
        "Reflective pieces and case studies",
        "What is counted, who reads it and what the first-year gate asks",
        (
            Point(
                "Reflective pieces",
                "Choose a model that suits the piece, or write freely. The End of First Year Assessment asks for at "
                "least {first_year_reflections} that are submitted; comments take nothing away.",
            ),
            Point(
                "Long case studies",
                "Words are counted without the references. The End of First Year Assessment asks for at least "
                "{first_year_case_studies} in progress, with at least {first_year_case_study_words} words.",
            ),
            Point(
                "Comments",
                "A comment is about the whole, one part, or words that are selected in the text and then marked there. "
                "The author says of each whether the piece was changed, or why not.",
            ),
            Point(
                "Drafts",
                "A draft is the author’s own and saves itself. Submitted it is read by the people around the trainee, "
                "and can be reopened to go on writing. Parts left empty are named before it is submitted. Each "
                "time its whole text is kept as a version; readers see what changed since the last one.",
            ),
            Point(
                "No patient can be identified",
                "The scan looks through the text when it is submitted. Take out what it found, or say why nobody can "
                "be identified: your answer is read with the piece. Found later, a reader withdraws the piece. An "
                "earlier version is closed on its page, by its author too: nobody reads its words any more.",
            ),
        ),
        ALL_AROUND,
        "T6, Y5 and Y6",
        ("4.1",),
    ),
    Help(
        ("training:cpd", "training:cpd_new", "training:cpd_entry"),
        "CPD log",
        "What an activity is, who reads it and how the log is taken along",
        (
            Point(
                "Critical reflection",
                "The register asks for continuing professional development that rests on critical reflection: what you "
                "did, what you think of it, what changes. An activity needs both to be entered.",
            ),
            Point(
                "Draft and in the log",
                "A draft is yours alone. What stands in the log is read by the people around you. Reopen an activity "
                "to write on it; hours of drafts are not added up.",
            ),
            Point(
                "Not part of the portfolio",
                "The log is yours for the time after the Diploma too. It can be downloaded as a file, or as PDF with "
                "every reflection in it, at any time, also when training has ended. Both hold what the list shows: "
                "filter it first to take a part, of which the PDF says that it is one.",
            ),
        ),
        OWN_ONLY,
        "T10",
        ("5.2",),
    ),
    Help(
        ("training:events", "training:event"),
        "Events",
        "Places, joining details and attendance",
        (
            Point(
                "Coming or not",
                "Sign up to take a place; where all are taken you stand on the waiting list and move up by yourself. "
                "Give a place back that you do not need.",
            ),
            Point(
                "Joining",
                "Once you have a place, the joining link stands on the event’s page and in the file for your calendar. "
                "From the waiting list that file is tentative.",
            ),
            Point(
                "Attendance",
                "The scheme office notes who was there. The induction day and the workshop reach their milestones by "
                "that, and an event at which you were can be taken into your CPD log.",
            ),
        ),
        OWN_ONLY,
        "T9",
        ("1.1", "2.2", "3.1"),
    ),
    Help(
        ("training:copies",),
        "Take it with you",
        "The whole record as one archive",
        (
            Point(
                "What is in it",
                "Everything of the record that you may read: pages that open without us, your files, and the data "
                "behind them. It can be downloaded for {record_copy_days} days, and ordered again at any time.",
            ),
        ),
        OWN_ONLY,
        "T3",
        ("3.3",),
    ),
)
