"""Reflective pieces and the long case study of a populated trainee (T6): written, submitted, commented on."""

from __future__ import annotations

from datetime import date

from django.db import models

from ctts.demo.populate.corpus import deed, paragraph
from ctts.demo.populate.course import Course, at
from training.models import CaseSection, CaseStudy, Comment, PieceVersion, Reflection
from training.queries.writing import digest_of_case, parts_of, reflection_version
from training.rules import FIRST_SECTIONS, headings_of, reflection_words, section_words
from training.states import ReflectionModel, WritingState

PIECES = 12
FIRST_PIECES = 300  # days
STUDY_SENTENCES = 20  # in each section; more than the 1 500 words that the first year asks for (Y5)
SUPERVISOR, TRAINEE = "Training Supervisor", "Trainee"
W = WritingState


def write(course: Course) -> None:
    """Twelve reflective pieces, the last one a draft, the one before it waiting for a comment; and a case study."""
    for place in range(PIECES):
        state = {PIECES - 1: W.DRAFT, PIECES - 2: W.SUBMITTED}.get(place, W.COMMENTED)
        on = _written_on(course, place)
        _reflection(course, on, state)
        if state != W.DRAFT:
            course.reflected.append(on)
    _case_study(course)


def _written_on(course: Course, place: int) -> date:
    """Ten pieces within the first ten months, as the first year asks (Y6); the last two of late."""
    share = (place + 1) / (PIECES + 1)
    early = min(FIRST_PIECES / course.days, 1.0)
    return course.day(share * early if place < PIECES - 2 else share)


def _reflection(course: Course, on: date, state: WritingState) -> None:
    model = course.rng.choice(list(ReflectionModel))
    parts = {heading.key: paragraph(course.rng, 4) for heading in headings_of(model)}
    said = Reflection(model=str(model), title=deed(course.rng), happened_on=on, parts=parts)
    words = reflection_words(model, parts)
    pk = course.sheets.add(
        Reflection,
        record_id=course.record,
        model=said.model,
        title=said.title,
        happened_on=on,
        parts=parts,
        words=words,
        state=str(state),
        made_at=at(on, 17),
        changed_at=at(on, 18),
        submitted_at=None if state == W.DRAFT else at(on, 19),
        key=course.key(),
    )
    course.log("training.reflection.begun", at(on, 17), Reflection, pk, course.trainee, TRAINEE, model=str(model))
    if state != W.DRAFT:
        titled = [[part.title, part.text] for part in parts_of(said)]
        _version(course, on, said.title, titled, words, reflection_version(said), reflection_id=pk)
    _finish(course, "reflection", Reflection, pk, on, state)


def _case_study(course: Course) -> None:
    """Long enough for the first year, and submitted in the second half of it."""
    on = course.day(0.9)
    state = W.COMMENTED if course.days > 270 else W.DRAFT
    texts = [(heading, paragraph(course.rng, STUDY_SENTENCES)) for heading in FIRST_SECTIONS]
    course.study_words = section_words(texts)
    title = f"{deed(course.rng)}: a case"
    pk = course.sheets.key(CaseStudy)
    for place, (heading, text) in enumerate(texts, start=1):
        course.sheets.add(CaseSection, case_id=pk, position=place, heading=heading, text=text)
    course.sheets.add(
        CaseStudy,
        id=pk,
        record_id=course.record,
        title=title,
        words=course.study_words,
        state=str(state),
        made_at=at(on, 9),
        changed_at=at(on, 10),
        submitted_at=None if state == W.DRAFT else at(on, 19),
        key=course.key(),
    )
    course.log("training.case.begun", at(on, 9), CaseStudy, pk, course.trainee, TRAINEE)
    if state != W.DRAFT:
        digest = digest_of_case(title, [CaseSection(heading=heading, text=text) for heading, text in texts])
        _version(course, on, title, [list(one) for one in texts], course.study_words, digest, case_id=pk)
    _finish(course, "case", CaseStudy, pk, on, state)


def _version(course: Course, on: date, title: str, parts: list[list[str]], words: int, sha256: str, **of: int) -> None:
    """What was submitted, kept as the first version."""
    kept = {"title": title, "parts": parts, "words": words, "sha256": sha256, "submitted_at": at(on, 19)}
    course.sheets.add(PieceVersion, number=1, **kept, **of)


def _finish(course: Course, name: str, model: type[models.Model], pk: int, on: date, state: WritingState) -> None:
    """The steps after the draft, and the supervisor's comment."""
    if state == W.DRAFT:
        return
    before = {"state": str(W.DRAFT)}
    course.log(
        f"training.{name}.submitted", at(on, 19), model, pk, course.trainee, TRAINEE, before, state=str(W.SUBMITTED)
    )
    if state != W.COMMENTED:
        return
    about = {"reflection_id": pk} if model is Reflection else {"case_id": pk}
    written_at, by = at(on, 20), course.supervisor
    comment = course.sheets.add(
        Comment,
        text="Say more about what you would do differently.",
        written_at=written_at,
        written_by_id=by.pk,
        key=course.key(),
        **about,
    )
    before, facts = {"state": str(W.SUBMITTED)}, {"state": str(W.COMMENTED), "comment": comment}
    course.log(f"training.{name}.commented", written_at, model, pk, by, SUPERVISOR, before, **facts)
