"""The models of a reflective piece with their headings, and the sections a case study begins with (T6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.rules.words import word_count
from training.states import ReflectionModel


@dataclass(frozen=True)
class Heading:
    """One part of a reflective piece: its key, what stands above it, and the question it answers."""

    key: str
    title: str
    asks: str


HEADINGS: dict[str, tuple[Heading, ...]] = {
    ReflectionModel.WHAT: (
        Heading("what", "What?", "What happened, and what was your part in it?"),
        Heading("so_what", "So what?", "What does it mean, for patients, for colleagues and for you?"),
        Heading("now_what", "Now what?", "What will you do next, and what will you do differently?"),
    ),
    ReflectionModel.GIBBS: (
        Heading("description", "Description", "What happened?"),
        Heading("feelings", "Feelings", "What did you think and feel?"),
        Heading("evaluation", "Evaluation", "What went well, and what did not?"),
        Heading("analysis", "Analysis", "Why did it go as it did?"),
        Heading("conclusion", "Conclusion", "What else could you have done?"),
        Heading("action_plan", "Action plan", "What will you do when it happens again?"),
    ),
    ReflectionModel.KOLB: (
        Heading("experience", "Concrete experience", "What did you do?"),
        Heading("observation", "Reflective observation", "What did you notice, looking back?"),
        Heading("concept", "Abstract conceptualisation", "What did you learn from it in general?"),
        Heading("experiment", "Active experimentation", "How will you try out what you learnt?"),
    ),
    ReflectionModel.FREE: (Heading("text", "Reflection", "What happened, what you learnt, and what follows."),),
}
REFERENCES = "References"
FIRST_SECTIONS = ("Introduction", "The case", "What was done", "Discussion", "Conclusion", REFERENCES)
"""A default: the trainee renames, removes and adds sections."""


def headings_of(model: str) -> tuple[Heading, ...]:
    """The headings of a reflective model in their order (T6). Raises ValueError for no model."""
    return HEADINGS[ReflectionModel(model)]


def reflection_words(model: str, parts: Mapping[str, str]) -> int:
    """The words of a reflective piece, references left out (T6); only the model's own parts count."""
    return sum(word_count(parts.get(heading.key, "")) for heading in headings_of(model))
