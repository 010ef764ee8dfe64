"""What the External Moderator made of a populated trainee's years, and of a sample of what was signed locally (T11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ctts.common.months import add_months
from ctts.demo.populate.corpus import paragraph
from ctts.demo.populate.course import Course, Local, at
from ctts.demo.populate.ground import Person
from moderation.models import Sample, SampleDraw, SampleJudgement, SampleReply
from moderation.rules import drawn_by_seed, samples_wanted
from moderation.states import SampleVerdict
from training.models import Dops, SignOff, YearReview
from training.states import MeetingMode

FIRST_SAMPLED = 150  # days after the start
UNJUDGED, ADVISED, REFUSED = 0.1, 0.12, 0.03
SUPERVISOR, MODERATOR = "Training Supervisor", "External Moderator"
V = SampleVerdict


def moderate(course: Course) -> None:
    """A review of each year with the DOPS observed for it, and one drawing of samples."""
    if course.moderator is None:
        return
    _years(course, course.moderator)
    if course.met_on and course.days > FIRST_SAMPLED:
        drawn_on = course.yesterday - timedelta(days=course.rng.randrange(1, 20))
        _draw(course, course.moderator, min(drawn_on, course.end_on))


# --- years ---


def _years(course: Course, moderator: Person) -> None:
    """The first year's once it is nearly over; the second's where it was opened, with a DOPS of that year."""
    opened_on = add_months(course.start_on, 12)
    firsts = [(pk, on) for pk, on in course.by_moderator if on < opened_on]
    later = [(pk, on) for pk, on in course.by_moderator if on > opened_on] if course.passed else []
    for year, months, rows in ((1, 11, firsts), (2, 22, later)):
        held_on = max([add_months(course.start_on, months), *(on for _, on in rows)])
        if rows and held_on <= course.yesterday:
            _year(course, moderator, year, held_on, rows[0][0])


def _year(course: Course, moderator: Person, year: int, held_on: date, dops: int) -> None:
    pk = course.sheets.add(
        YearReview,
        record_id=course.record,
        year=year,
        held_on=held_on,
        mode=str(MeetingMode.ONLINE),
        dops_id=dops,
        progress=paragraph(course.rng, 2),
        attention=paragraph(course.rng, 1),
        next_steps=paragraph(course.rng, 1),
        written_at=at(held_on, 17),
        written_by_id=moderator.pk,
        key=course.key(),
    )
    facts: dict[str, Any] = {"version": year, "held_on": held_on.isoformat()}
    course.log("training.year.reviewed", at(held_on, 17), YearReview, pk, moderator, MODERATOR, **facts)


# --- samples ---


def _draw(course: Course, moderator: Person, on: date) -> None:
    """As many as the scheme samples, by a noted seed, of what was signed before that day."""
    pools = {model: {row[0]: row for row in rows if row[2] < on} for model, rows in course.local.items()}
    names: dict[Any, str] = {SignOff: "competency", Dops: "dops"}
    seed, numbers = f"{course.rng.getrandbits(128):032x}", course.intake.numbers
    chosen = {
        model: drawn_by_seed(seed, names[model], sorted(pool), samples_wanted(len(pool), 0, numbers))
        for model, pool in pools.items()
    }
    pk = course.sheets.add(
        SampleDraw,
        record_id=course.record,
        number=1,
        seed=seed,
        percent=numbers.sampling_percent,
        pool={names[model]: sorted(pool) for model, pool in pools.items()},
        drawn_at=at(on, 10),
        drawn_by_id=moderator.pk,
        key=course.key(),
    )
    facts: dict[str, Any] = {"number": 1, "seed": seed, "competencies": chosen[SignOff], "dops": chosen[Dops]}
    course.log("moderation.sample.drawn", at(on, 10), SampleDraw, pk, moderator, MODERATOR, **facts)
    for model, column in ((SignOff, "sign_off_id"), (Dops, "dops_id")):
        for key in chosen[model]:
            sample = course.sheets.add(Sample, draw_id=pk, **{column: key})
            _judge(course, moderator, sample, pools[model][key], on)


def _judge(course: Course, moderator: Person, sample: int, of: Local, on: date) -> None:
    """A verdict on most; where it is “not agreed”, the supervisor's answer."""
    chance = course.rng.random()
    if chance < UNJUDGED:
        return
    verdict = V.NOT_AGREED if chance > 1 - REFUSED else V.ADVICE if chance > 1 - REFUSED - ADVISED else V.AGREED
    pk = course.sheets.add(
        SampleJudgement,
        sample_id=sample,
        verdict=str(verdict),
        words="" if verdict == V.AGREED else paragraph(course.rng, 1),
        content_sha256=of[1],
        judged_at=at(on, 14),
        judged_by_id=moderator.pk,
        key=course.key(),
    )
    course.log("moderation.sample.judged", at(on, 14), Sample, sample, moderator, MODERATOR, verdict=str(verdict))
    if verdict == V.NOT_AGREED:
        said = {"words": paragraph(course.rng, 1), "replied_at": at(on, 18), "replied_by_id": course.supervisor.pk}
        course.sheets.add(SampleReply, judgement_id=pk, key=course.key(), **said)
        course.log("moderation.sample.answered", at(on, 18), Sample, sample, course.supervisor, SUPERVISOR)
