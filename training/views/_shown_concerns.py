"""Concerns as their page shows them: with whom one lies and since when, what was said, where it goes (T8)."""

from ctts.common.clock import london_date
from ctts.common.parts import Acts, Consequence
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day, instant
from training import queries
from training.rules import next_level
from training.states import ConcernLevel, ConcernState


def concern_badge(concern):
    """Whether a concern is open."""
    return badge_for(concern.state, concern.get_state_display(), "concern")


def concern_acts(concern, today):
    """With whom an open concern lies, and by when."""
    if concern.state != ConcernState.OPEN:
        return None
    names = ", ".join(map(str, queries.holders_of(concern.record, concern.level, today)))
    who = concern.get_level_display() if concern.level == ConcernLevel.OFFICE or not names else names
    if concern.patient_safety and concern.level != ConcernLevel.OFFICE:
        who = f"{who} and the scheme office"
    return Acts(who, london_date(concern.came_at), concern.due_on, late=concern.due_on < today)


def concern_facts(concern):
    """A concern as term and value."""
    about = "Patient safety" if concern.patient_safety else "The training"
    facts = [("About", about), ("Raised by", str(concern.raised_by)), ("Raised", instant(concern.raised_at))]
    if concern.patient_safety:
        facts.append(("Reference in the employer's incident system", concern.reference))
    else:
        facts.append(("What the concern is", concern.text))
    facts += [("Lay before with", f"{level}, until {day(until)}") for level, until in queries.ladder_of(concern)]
    if concern.closed_at:
        facts += [("Closed", f"{instant(concern.closed_at)} by {concern.closed_by}"), ("Outcome", concern.outcome)]
    return facts


def note_row(note):
    """Something that was written on a concern: by whom as what, when, and whether it went on with it."""
    went = f"Passed on to: {note.get_passed_to_display()}" if note.passed_to else ""
    return {"note": note, "went": went}


def pass_on_consequences(concern, reader, today):
    """Where a concern goes when it is passed on, and who is told."""
    level = queries.first_level(concern.record, concern.raised_by, next_level(concern.level), today)
    names = ", ".join(str(one) for one in queries.holders_of(concern.record, level, today) if one != reader)
    to = level.label if level == ConcernLevel.OFFICE or not names else f"{names} ({level.label})"
    return [
        Consequence("It lies with:", to),
        Consequence("They have working days of their own for it, from today on, and are told by mail."),
        Consequence("Told by mail that it went on:", str(concern.raised_by)),
    ]


def concern_settled(review, reader, today):
    """What became of the patient-safety concern that a review speaks of: when, by whom, and in which words."""
    settled = queries.concern_settled(review)
    if settled is None:
        return None
    known = queries.reads_settled(settled, reader, today)
    raised = f"It is raised already, as {settled.concern.reference}." if settled.concern and known else ""
    words = raised or ("It is raised already, under another reference." if settled.concern else "It is no concern.")
    return {"words": words, "reason": settled.reason, "at": settled.settled_at, "by": settled.settled_by}
