"""What markers judge, with the words that say what each answer looks like (F3, F4). Defaults, not confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.states import PortfolioCriterion, Result, Stage, VivaDomain


@dataclass(frozen=True)
class Point:
    """One point of a sheet: its key, its title, the question it asks, and for each answer what it looks like."""

    key: str
    title: str
    asks: str
    anchors: tuple[tuple[str, str], ...]


def _criterion(criterion: PortfolioCriterion, asks: str, passes: str, refers: str, fails: str) -> Point:
    anchors = ((str(Result.PASS), passes), (str(Result.REFER), refers), (str(Result.FAIL), fails))
    return Point(str(criterion), str(criterion.label), asks, anchors)


def _domain(domain: VivaDomain, asks: str, *anchors: str) -> Point:
    return Point(str(domain), str(domain.label), asks, tuple((str(score), text) for score, text in enumerate(anchors)))


CRITERIA: tuple[Point, ...] = (
    _criterion(
        PortfolioCriterion.COMPETENCIES,
        "Does the evidence show that each competency has been met?",
        "Every competency rests on evidence that shows it was met.",
        "A few competencies need more or clearer evidence, which can be supplied.",
        "Competencies are claimed that the evidence does not show.",
    ),
    _criterion(
        PortfolioCriterion.SCOPE,
        "Is the whole scope of practice covered, with a thorough understanding of it?",
        "The breadth of the scope is covered, and its parts are connected.",
        "Parts of the scope are thin, or are described without understanding why.",
        "Essential parts of the scope are missing.",
    ),
    _criterion(
        PortfolioCriterion.LEVEL,
        "Is the work equivalent to FHEQ level 6?",
        "Knowledge is applied critically; choices are justified from evidence and their limits are named.",
        "Mostly descriptive: analysis and justification have to be added in places.",
        "The work stays below level 6 throughout.",
    ),
    _criterion(
        PortfolioCriterion.AUTHENTICITY,
        "Is it the trainee’s own work, with sources and the help of others named?",
        "The trainee’s own part is clear everywhere; sources are given.",
        "In places the trainee’s own part, or a source, has to be made clear.",
        "Work of others is presented as the trainee’s own.",
    ),
    _criterion(
        PortfolioCriterion.CONFIDENTIALITY,
        "Is no patient, and nobody else who should not be, identifiable?",
        "Nobody can be identified.",
        "Something has to be taken out before the portfolio can stand.",
        "Patients can be identified in several places.",
    ),
)
DOMAINS: tuple[Point, ...] = (
    _domain(
        VivaDomain.KNOWLEDGE,
        "Does the trainee know the science and technology of the scope?",
        "Essential knowledge is missing, or what is said is unsafe.",
        "Large gaps; needs to be led through.",
        "Knows the essentials, with gaps at the edges.",
        "Secure knowledge, explained in the trainee’s own words.",
        "Wide and deep; connects it and knows its limits.",
    ),
    _domain(
        VivaDomain.APPLICATION,
        "Can the trainee apply it to the work shown in the portfolio?",
        "Cannot say what was done or why.",
        "Describes routines without their reasons.",
        "Gives reasons for the usual case.",
        "Adapts what is known to cases that differ.",
        "Chooses between methods and justifies the choice.",
    ),
    _domain(
        VivaDomain.SAFETY,
        "Does the trainee work safely and within the rules?",
        "Would put somebody at risk.",
        "Knows rules without seeing where they apply.",
        "Recognises the usual risks and what to do.",
        "Weighs risks, knows own limits and when to ask.",
        "Improves how a team works safely.",
    ),
    _domain(
        VivaDomain.JUDGEMENT,
        "How does the trainee reason about the cases discussed?",
        "Decides without grounds, or unsafely.",
        "Needs the answer suggested.",
        "Reaches a sound decision in straightforward cases.",
        "Weighs alternatives and foresees consequences.",
        "Handles the unexpected and says what would change their mind.",
    ),
    _domain(
        VivaDomain.COMMUNICATION,
        "Does the trainee explain clearly and reflect on their own practice?",
        "Cannot be followed.",
        "Hesitant; reflects only when asked.",
        "Clear on familiar ground, some reflection.",
        "Clear and structured; honest about what was learnt.",
        "Explains to any listener; reflection has changed practice.",
    ),
)


def points_of(stage: str) -> tuple[Point, ...]:
    """The points of a sheet: the criteria of a Portfolio (F3), the domains of a Viva (F4).

    Raises ValueError for a stage that nobody marks.
    """
    found = {Stage.PORTFOLIO: CRITERIA, Stage.VIVA: DOMAINS}.get(Stage(stage))
    if found is None:
        raise ValueError(f"The {Stage(stage).label} has no sheet.")
    return found
