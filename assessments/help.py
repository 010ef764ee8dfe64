"""The help of the assessments' pages, in the words of the scheme."""

from __future__ import annotations

from ctts.common.helping import Help, Point, Reader

ALL_AROUND = frozenset(
    {Reader.TRAINEE, Reader.SUPERVISOR, Reader.TRAINER, Reader.COORDINATOR, Reader.MODERATOR},
)

HELP = (
    Help(
        ("assessments:record",),
        "Assessments and the first-year gate",
        "What each line of the gate counts, and what happens when all are met",
        (
            Point(
                "The strip",
                "One line for each rule. Full segments count, shaded ones wait for somebody, empty ones are missing. "
                "Opened, a line lists its items, says why one does not count, and leads to where that is mended.",
            ),
            Point(
                "What is asked for",
                "Signed competencies: {first_year_percent} per cent of the agreed list, exactly. At least "
                "{first_year_reviews} Supervisor Reviews submitted and {first_year_dops} DOPS. At least "
                "{first_year_case_studies} long case study of {first_year_case_study_words} words in progress, and "
                "{first_year_reflections} reflective pieces submitted. An External Moderator DOPS, and no open concern "
                "about patient safety.",
            ),
            Point(
                "Patient safety",
                "The Training Supervisor confirms that no such concern is documented, and can withdraw the "
                "confirmation with a reason.",
            ),
            Point(
                "Put forward and decided",
                "With every line met the Training Supervisor puts it forward and what stands there is kept as it was. "
                "The External Moderator decides, the office confirms and releases. It never counts towards the final "
                "mark, and has to be passed to go on into the second year.",
            ),
        ),
        ALL_AROUND,
        "Y1 to Y6",
        ("4.1",),
    ),
    Help(
        ("assessments:final", "assessments:practical", "assessments:portfolio", "assessments:viva"),
        "Final Assessment",
        "Three stages, and when the next can be marked",
        (
            Point(
                "In this order",
                "Practical, Portfolio, Viva. Each has to be passed before the next is marked, and only a failed "
                "stage is repeated.",
            ),
            Point(
                "Practical",
                "The mean of the DOPS log and the final External Moderator DOPS together. Without either it is not yet "
                "computable, which is not nought.",
            ),
            Point(
                "Portfolio",
                "One PDF that the system compiles from the record, or that you upload. It is complete only when every "
                "competency is signed.",
            ),
            Point(
                "Viva",
                "External and Supporting Moderator ask about the portfolio and about cases. They mark independently: "
                "neither sees the other’s marks before both are in.",
            ),
        ),
        ALL_AROUND,
        "F1 to F6",
        ("4.2",),
    ),
    Help(
        ("assessments:my_marking", "assessments:marking"),
        "My marking",
        "Marking independently, and what happens when two differ",
        (
            Point(
                "Independently",
                "You see the other’s marks when both are in, never before. What you save is yours until you sign it.",
            ),
            Point(
                "When you differ",
                "You are told where. Agree a mark with reasons; failing that the office appoints an adjudicator. "
                "Released marks are never edited.",
            ),
        ),
        frozenset({Reader.MODERATOR}),
        "F3 to F5",
        ("4.2",),
    ),
)
