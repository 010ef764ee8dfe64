"""From what the External Moderator does to the parts of pages (T11). No rule is decided here."""

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.parts import Acts, Badge, NextStep
from ctts.common.states_shown import badge_for
from training import access, queries
from training.states import RecordState

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


# --- questions and advice ---


def ask_step(user, record, today):
    """The button of the thread: trainee and supervisor ask."""
    verdict = access.can_ask_advice(user, record, today)
    if not verdict and not (user.pk == record.trainee_id or access.is_supervisor(user, record, today)):
        return None
    return NextStep("Ask a question", reverse("training:advice_ask", args=[record.pk]), verdict.reason)


def question_badge(question):
    """Whether a question is answered."""
    if question.told:
        return Badge("Answered", "done", "check-circle-fill")
    return Badge("Waiting for an answer", "waiting", "hourglass-split")


def question_acts(reader, question, today):
    """With whom a question lies, and by when; None once it is answered."""
    if question.told:
        return None
    mine = bool(access.is_external_moderator(reader, question.record, today))
    who = "you" if mine else ", ".join(map(str, queries.moderators_of(question.record, today)))
    since, due_on = london_date(question.asked_at), question.due_on
    return Acts(who or "the External Moderator", since, due_on, late=due_on < today)


def answered_words(record):
    """What is said of an answer to a question: an interrupted trainee hears of it when training goes on (N)."""
    if record.state == RecordState.INTERRUPTED:
        return "Your answer is sent. The supervisor is told; the trainee when training goes on."
    return "Your answer is sent. Trainee and supervisor are told."
