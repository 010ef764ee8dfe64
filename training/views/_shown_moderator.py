"""From what the External Moderator does to the parts of pages (T11). No rule is decided here."""

from django.urls import reverse

from ctts.common.parts import NextStep
from ctts.common.states_shown import badge_for
from training import access, queries

PLAN_CHANGED = (
    "The training plan was changed since you opened this page. It stands here as it is now: read it, and save again."
)


def moderator_steps(user, record, reviews, today):
    """What the External Moderator may do next: one step as the button, the others as links beside it.

    The first meeting; then the review of the year, once a DOPS waits for it; else a further meeting.
    """
    if not access.is_external_moderator(user, record, today):
        return {"step": None, "further": []}
    if access.can_hold_first_meeting(user, record, today):
        first = NextStep("Note the first meeting", reverse("training:meeting_first", args=[record.pk]))
        return {"step": first, "further": []}
    reason = access.can_note_meeting(user, record, today).reason
    meeting = NextStep("Note a meeting", reverse("training:meeting_new", args=[record.pk]), reason)
    year = queries.next_review_year(record, today, [row.year for row in reviews])
    if not access.can_review_year(user, record, today, year):
        return {"step": meeting, "further": []}
    review = NextStep(f"Write the review of year {year}", reverse("training:year_review_new", args=[record.pk]))
    steps = [review, meeting] if queries.dops_for_review(record, year).exists() else [meeting, review]
    return {"step": steps[0], "further": steps[1:]}


def plan_badge(standing):
    """How far the plan is agreed."""
    return badge_for(standing.state, standing.state.label)
