"""What a row of an earlier log may say, by kind: the fields of a DOPS, a review, a reflective piece (T4, T5, T6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from training.states import DopsComplexity, DopsSetting, EarlierKind, MeetingMode, OverallJudgement


class Holds(Enum):
    """What a field holds."""

    LINE = auto()
    TEXT = auto()
    DAY = auto()
    YES_NO = auto()
    CODE = auto()
    SCORE = auto()
    CHOICE = auto()


@dataclass(frozen=True, slots=True)
class EarlierField:
    """One thing that a row may say: its name, its label, headings under which it is known, what it holds."""

    name: str
    label: str
    holds: Holds = Holds.LINE
    required: bool = False
    known_as: tuple[str, ...] = ()
    longest: int = 200
    choices: tuple[tuple[str, str], ...] = ()


def _text(name: str, label: str, *known_as: str, required: bool = False) -> EarlierField:
    return EarlierField(name, label, Holds.TEXT, required, known_as, 20_000)


def _choices(kind: type[DopsComplexity | DopsSetting | OverallJudgement | MeetingMode]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one.value), str(one.label)) for one in kind)


def _score(number: int) -> EarlierField:
    known = (f"score {number}", f"item{number}", str(number))
    return EarlierField(f"score_{number}", f"Item {number}", Holds.SCORE, known_as=known)


_DOPS = (
    EarlierField("observed_on", "Observed on", Holds.DAY, True, ("date", "date observed", "day")),
    EarlierField("procedure", "Procedure", required=True, known_as=("what", "skill", "procedure observed", "title")),
    EarlierField("place", "Place", required=True, known_as=("where", "location", "site", "department"), longest=160),
    EarlierField("item", "Competency", Holds.CODE, True, ("competency code", "code", "competence"), 20),
    EarlierField("complexity", "Complexity", Holds.CHOICE, known_as=("difficulty",), choices=_choices(DopsComplexity)),
    EarlierField("setting", "Setting", Holds.CHOICE, known_as=("real or simulated",), choices=_choices(DopsSetting)),
    EarlierField("assessor_name", "Assessor", required=True, known_as=("assessed by", "observer"), longest=160),
    EarlierField("assessor_post", "Assessor's post", known_as=("post", "job title", "role"), longest=160),
    EarlierField("assessor_registration", "Registration", known_as=("registration number", "hcpc", "rct"), longest=40),
    *(_score(number) for number in range(1, 11)),
    EarlierField(
        "overall", "Overall judgement", Holds.CHOICE, known_as=("overall", "result"), choices=_choices(OverallJudgement)
    ),
    _text("done_well", "Done well", "strengths", "what went well"),
    _text("to_improve", "To improve", "development", "areas to improve"),
    _text("agreed_action", "Agreed action", "action", "action plan"),
)
_REVIEW = (
    EarlierField("held_on", "Held on", Holds.DAY, True, ("date", "date of meeting", "meeting date", "day")),
    EarlierField("period_starts_on", "Period from", Holds.DAY, known_as=("from", "period start")),
    EarlierField("period_ends_on", "Period to", Holds.DAY, known_as=("to", "period end")),
    EarlierField("mode", "How you met", Holds.CHOICE, known_as=("mode", "format"), choices=_choices(MeetingMode)),
    EarlierField("attendees", "Who was there", required=True, known_as=("attendees", "present"), longest=400),
    _text("progress", "Progress", "summary", "discussion", "notes", required=True),
    _text("dops_done", "DOPS done", "dops"),
    _text("writing_progress", "Writing", "reflections", "case studies"),
    _text("plan_changes", "Changes to the plan", "plan changes"),
    _text("support_needs", "Support needs", "support"),
    EarlierField(
        "patient_safety_concern", "Patient-safety concern", Holds.YES_NO, True, ("patient safety", "safety concern")
    ),
    EarlierField("patient_safety_reference", "Where it is recorded", known_as=("reference", "incident reference")),
    _text("escalate", "Matters to escalate", "escalate"),
    EarlierField("next_meeting_on", "Next meeting", Holds.DAY, known_as=("next meeting date",)),
)
_REFLECTION = (
    EarlierField("happened_on", "It happened on", Holds.DAY, known_as=("date", "day", "date of event")),
    EarlierField("title", "Title", required=True, known_as=("subject", "topic", "event")),
    _text("what", "What?", "what", "what happened"),
    _text("so_what", "So what?", "so what"),
    _text("now_what", "Now what?", "now what"),
    _text("text", "Reflection", "text", "reflection", "notes"),
)
FIELDS: dict[str, tuple[EarlierField, ...]] = {
    EarlierKind.DOPS: _DOPS,
    EarlierKind.REVIEW: _REVIEW,
    EarlierKind.REFLECTION: _REFLECTION,
}


def fields_of(kind: str) -> tuple[EarlierField, ...]:
    """What a row of this kind may say, in order. Raises ValueError for no kind."""
    return FIELDS[EarlierKind(kind)]
