"""From a viva to the parts of pages: facts, badge, what the office can do, consequences."""

from django.urls import reverse

from applications import queries as applications
from applications.rules import extra_minutes
from assessments import access
from assessments.access.stages import numbers_for
from assessments.access.stages import released_of as released_results
from assessments.queries.stages import outcome_of
from assessments.rules import may_mark
from assessments.states import OutcomeState, Result, Stage, VivaState
from assessments.views._shown_final import result_line
from ctts.common.clock import LONDON
from ctts.common.parts import Consequence, NextStep
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import zoned
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from training.queries import people_around

MARKERS = ("external_moderator", "supporting_moderator")


def viva_facts(found, *, joins):
    """When, how long, how to join, what is agreed for the trainee: the last two for those who will be there and the
    office."""
    if found is None or found.starts_at is None:
        return []
    facts = [("When", zoned(found.starts_at)), ("Length", f"{found.minutes} minutes")]
    return [*facts, ("Join", found.joining), *_adjusted(found.attempt.record)] if joins else facts


def when_booked(record):
    """When the office sets a time, for a page without one (F1, F4, F6)."""
    if may_mark(Stage.VIVA, released_results(record), numbers_for(record)):
        return "The Portfolio is passed and released. The scheme office books it now; trainee and moderators are told."
    return "The office books it once the Portfolio is passed and released."


def viva_badge(found, now):
    """Where a viva stands; its result only once it is released. From its beginning on it is being marked, for everybody
    and in the same words, whichever of the markers has submitted (F1).
    """
    if found is None:
        return badge_for("not_started", "Not booked yet")
    outcome = outcome_of(found.attempt)
    if outcome is not None and outcome.state == OutcomeState.RELEASED:
        return badge_for(outcome.result, Result(outcome.result).label)
    if found.state in (VivaState.BOOKED, VivaState.HELD) and found.starts_at <= now:
        return badge_for("waiting", "Being marked")
    return badge_for(found.state, found.get_state_display(), "viva")


def viva_outcome(user, found, today):
    """The result of a viva once it is released, and whether this reader opens both sheets."""
    outcome = outcome_of(found.attempt) if found is not None else None
    if outcome is None or outcome.state != OutcomeState.RELEASED:
        return {"released": None}
    return {"released": result_line(outcome), "reads_marks": access.can_see_both(user, found.attempt, today)}


def viva_steps(user, record, found, now):
    """The one next step of this reader, and what else the office can do."""
    today = now.astimezone(LONDON).date()
    role = access.marker_role(user, record, today)
    booked = found is not None and found.state in (VivaState.BOOKED, VivaState.HELD)
    if role is not None:
        reason = "" if not booked or found.starts_at <= now else f"It begins on {zoned(found.starts_at)}."
        url = reverse("assessments:marking", args=[found.attempt_id]) if booked else ""
        return {"step": NextStep("Go to the marking", url, reason) if booked else None, "office": False}
    if not holds(user, Role.OFFICE, today):
        return {"step": None, "office": False}
    if booked:
        return {"step": None, "office": found.state == VivaState.BOOKED}
    verdict = access.can_book_viva(user, record, found, today)
    return {
        "step": NextStep("Book the viva", reverse("assessments:viva_book", args=[record.pk]), verdict.reason),
        "office": False,
    }


def _there(record, today):
    """Trainee and both moderators of today, by name."""
    rows = [row for row in people_around(record) if row.kind in MARKERS and row.starts_on <= today]
    return [str(record.trainee), *(str(row.person) for row in rows if row.ends_on is None or row.ends_on >= today)]


def _names(found, today):
    return ", ".join(_there(found.attempt.record, today))


def _adjusted(record):
    """What is agreed for the trainee, for whoever books, or examines (A5)."""
    return [("Reasonable adjustment", str(agreed)) for agreed in applications.agreed_adjustments(record.trainee_id)]


def _adjusting(record):
    """The same for whoever books, with the minutes that the largest share of extra time comes to (A5, F4)."""
    agreed = applications.agreed_adjustments(record.trainee_id)
    minutes, percent = access.numbers_for(record).viva_minutes, max((one.percent for one in agreed), default=0)
    extra = f"{percent}% more of {minutes} minutes: {extra_minutes(minutes, percent)} minutes extra"
    return [
        *[Consequence("Reasonable adjustment", str(one)) for one in agreed],
        *([Consequence("As agreed, give", extra)] if percent else []),
    ]


def booking_consequences(record, today):
    """What booking does, and to whom (screens 18)."""
    minutes = access.numbers_for(record).viva_minutes
    return [
        Consequence(f"The viva is booked for {minutes} minutes and the extra time you give."),
        Consequence("A mail with a calendar file goes at once to", ", ".join(_there(record, today))),
        Consequence("Both moderators can mark it from the time it begins."),
        *_adjusting(record),
    ]


def moving_consequences(found, today):
    """What moving does, and to whom."""
    return [
        Consequence(f"The time given before, {zoned(found.starts_at)}, no longer holds."),
        Consequence("A mail with a new calendar file goes at once to", _names(found, today)),
        *_adjusting(found.attempt.record),
    ]


def cancelling_consequences(found, today):
    """What calling off does, and to whom."""
    return [
        Consequence(f"The viva on {zoned(found.starts_at)} will not take place then; it is to be scheduled anew."),
        Consequence(
            "A mail that takes it out of the calendar goes at once to", ", ".join(_there(found.attempt.record, today))
        ),
    ]


def booked_fields(found):
    """What the form of moving begins with."""
    here = found.starts_at.astimezone(LONDON)
    extra = found.minutes - access.numbers_for(found.attempt.record).viva_minutes
    return {
        "seen": found.sequence,
        "starts_on": here.date(),
        "starts_time": here.time(),
        "joining": found.joining,
        "extra_minutes": max(extra, 0),
    }
