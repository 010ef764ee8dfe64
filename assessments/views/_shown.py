"""From rows of assessments to the parts of pages. No rule is decided here."""

from itertools import pairwise

from django.urls import reverse

from assessments import access, queries
from assessments.rules import appeal_open, appeal_until, attempts_left, display_mark, reattempt_until
from assessments.states import FirstYearState, OutcomeState, Result, Stage
from ctts.common.clock import london_date
from ctts.common.parts import Acts, Badge, Consequence, HistoryEntry, NextStep, who_is
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.common.verdict import both
from ctts.scheme.queries import numbers_of
from training import queries as training
from training.states import AppointmentKind

OFFICE = "the scheme office"


# --- the first year ---


def state_shown(attempt, knows):
    """The state of an attempt for a reader: whoever may not know of an outcome sees it with the moderator (F1)."""
    if attempt.state == FirstYearState.DECIDED and not knows:
        return FirstYearState.WITH_MODERATOR
    return attempt.state


def attempt_badge(attempt, knows):
    """The badge of an attempt; of a record that passed, that it did."""
    if not attempt.may:
        return None
    state = state_shown(attempt, knows)
    return badge_for(str(state), str(state.label), "firstyear")


def attempt_acts(reader, attempt, knows, today, judges):
    """With whom the attempt lies, and then with whom, as one reader is told (screens 7)."""
    if not attempt.may or attempt.record.ended_on is not None:
        return None
    supervisor = _named(judges[AppointmentKind.SUPERVISOR], "Training Supervisor", reader)
    moderator = _named(judges[AppointmentKind.EXTERNAL_MODERATOR], "External Moderator", reader)
    state, put = state_shown(attempt, knows), attempt.put_forward
    since = london_date(put.put_forward_at) if put and attempt.is_away else None
    if state == FirstYearState.PREPARING:
        late, waits = attempt.is_missed(today), {line.key for line in attempt.gate.unmet} - {"Y2-confirmation"}
        people = [who_is(attempt.record.trainee, "trainee", reader)] if waits else []
        people += [supervisor, moderator, OFFICE]
        return Acts(people[0], due=attempt.until, then=people[1:], late=late)
    if state == FirstYearState.WITH_MODERATOR:
        if knows:
            since = london_date(attempt.queried_at) if attempt.queried_at else since
            return Acts(moderator, since, then=[OFFICE, "the trainee"])
        return Acts(f"{moderator} and {OFFICE}", since, then=["the trainee"])  # true before the decision and after (F1)
    return Acts(OFFICE, then=["the trainee"])


def _named(people, role, reader):
    return who_is(people[0], role, reader) if people else f"the {role}"


def decide_step(attempt):
    """The External Moderator's step with an attempt that lies with them."""
    return NextStep("Decide", reverse("assessments:decide", args=[attempt.row.pk]))


def attempt_step(user, attempt, outcome, today, who, judges):
    """The one next step of this reader, with the reason while it is closed. `who`: whether they prepare the attempt."""
    record = attempt.record
    if outcome is not None:
        return NextStep("Open the outcome", reverse("assessments:outcome", args=[outcome.pk]), secondary=True)
    if attempt.row and attempt.state == FirstYearState.WITH_MODERATOR and access.can_decide(user, attempt, today):
        return decide_step(attempt)
    forward = access.puts_forward(who, attempt, lambda: bool(judges[AppointmentKind.EXTERNAL_MODERATOR]))
    if forward.kind == "no" or attempt.is_away or not attempt.may:
        return None
    if attempt.confirmation is None:
        reason = access.confirms_safety(who, attempt).reason
        return NextStep("Confirm patient safety", reverse("assessments:confirm_safety", args=[record.pk]), reason)
    return NextStep("Put it forward", reverse("assessments:put_forward", args=[record.pk]), forward.reason)


def signatures(rows):
    """Confirmations as they are shown: one that was withdrawn is struck, with the reason."""
    found = []
    after = dict(pairwise(rows))
    for row in rows:
        if row.withdrawn:
            continue
        struck = after[row] if row in after and after[row].withdrawn else None
        found.append(shown_signature(row, struck))
    return found


def decision_shown(decision):
    """A decision with its signature, as it is read by whoever may know of it."""
    badge = result_badge(decision.result)
    return {"decision": decision, "badge": badge, "signature": shown_signature(decision)}


def moderator_dops(record, user, today):
    """The External Moderator's DOPS of the first year with sum and state, which are indicative (Y1)."""
    rows = training.first_year_moderator_dops(record, user, today)
    return [
        {
            "dops": row,
            "name": training.dops_called(row),
            "total": training.sum_of(row) if row.written_at else None,
            "badge": badge_for(row.state, row.get_state_display(), "dops"),
        }
        for row in rows
    ]


# --- outcomes ---


def result_badge(result):
    """Pass, refer or fail as shape and word."""
    return badge_for(result, str(Result(result).label))


def mark_of(outcome):
    """The mark as it is shown; empty for a stage without one."""
    percent = queries.percent_of(outcome)
    return "" if percent is None else f"{display_mark(percent)} %"


def released(outcome, attempt, now):
    """A released outcome as the trainee reads it: result, words, actions, what follows until when."""
    numbers = numbers_of(outcome.record.rules)
    decision = queries.decided(outcome) if outcome.stage == Stage.FIRST_YEAR else None
    again = outcome.stage == Stage.FIRST_YEAR and attempt.until is not None and outcome.attempt == attempt.number - 1
    return {
        "outcome": outcome,
        "badge": result_badge(outcome.result),
        "mark": mark_of(outcome),
        "decision": decision,
        "again_until": attempt.until if again else None,
        "missed": again and attempt.is_missed(london_date(now)),
        "appeal_until": appeal_until(outcome.released_at, numbers),
        "appeal_open": appeal_open(outcome.released_at, now, numbers),
    }


def outcome_badge(outcome):
    """The state of an outcome on its way."""
    return badge_for(outcome.state, outcome.get_state_display(), "outcome")


def outcome_facts(outcome):
    """An outcome as term and value, for the office."""
    record = outcome.record
    facts = [
        ("Trainee", str(record.trainee)),
        ("Scope and centre", f"{record.scope}, {record.centre}"),
        ("Stage", str(outcome)),
        ("Mark", mark_of(outcome)),
        ("Scheme rules", f"Version {outcome.rules.version}"),
        ("Agreed", day(outcome.agreed_at)),
    ]
    if outcome.confirmed_at:
        facts.append(("Confirmed", f"{day(outcome.confirmed_at)} by {outcome.confirmed_by}"))
    if outcome.released_at:
        facts.append(("Released", f"{day(outcome.released_at)} by {outcome.released_by}"))
    return [(term, value) for term, value in facts if value]


def outcome_step(user, outcome, none_left, today, attempt=None):
    """What a member of the office does next with an outcome, or why it is not for them; `attempt` as in
    `queries.gate_still_open`."""
    steps = {
        OutcomeState.AGREED: ("Confirm it", "confirm_outcome", access.can_confirm),
        OutcomeState.CONFIRMED: ("Release it", "release_outcome", access.can_release),
    }
    if outcome.state in steps:
        label, name, verdict = steps[outcome.state]
        may = both(verdict(user, outcome, today), queries.gate_still_open(outcome, attempt))
        reason = may.reason or queries.stands(outcome).reason
        return NextStep(label, reverse(f"assessments:{name}", args=[outcome.pk]), reason)
    if outcome.state == OutcomeState.RELEASED and none_left and outcome.record.ended_on is None:
        reason = access.can_end(user, outcome, none_left=none_left, today=today).reason
        return NextStep("End the record", reverse("assessments:end_record", args=[outcome.pk]), reason)
    return None


SAID: dict[str, tuple[str, str, str]] = {
    "assessments.outcome.agreed": ("Agreed", "active", "circle-half"),
    "assessments.outcome.confirmed": ("Confirmed", "done", "check-circle-fill"),
    "assessments.outcome.queried": ("Queried", "returned", "question-diamond"),
    "assessments.outcome.released": ("Released", "done", "check-circle-fill"),
}


def outcome_entries(outcome):
    """What happened to an outcome, newest first, with the reasons of queries."""
    reasons = {row.queried_at: row.reason for row in queries.queries_of(outcome)}
    names = queries.names_in(events := queries.events_of(outcome))
    found = []
    for event in events:
        what, tone, icon = SAID.get(event.action, (event.action, "neutral", "circle-fill"))
        who, note = names.get(event.actor_id, "The calendar"), reasons.get(event.at, "")
        found.append(HistoryEntry(event.at, who, what, role=event.role, note=note, tone=tone, icon=icon))
    return found


def attempts_words(outcome, results, now):
    """What is left after an outcome that is no pass, in a sentence, once it is released now."""
    numbers = numbers_of(outcome.record.rules)
    left = attempts_left([*results, outcome.result], outcome.stage, numbers)
    if not left:
        return "No attempt is left: the record can then be ended as not completed."
    if outcome.stage == Stage.FIRST_YEAR:
        return f"One re-attempt is left, to be put forward by {day(reattempt_until(now, numbers))}."
    return f"{left} further {'attempt is' if left == 1 else 'attempts are'} left at this stage."


def whose_turn(outcome, user, not_for):
    """A word in the office's list: whose step this is."""
    if outcome.state not in (OutcomeState.AGREED, OutcomeState.CONFIRMED):
        return Badge("Done", "done", "check-circle-fill")
    if outcome.record_id in not_for:
        return Badge("Not for you: you have a part in it", "neutral", "slash-circle")
    if outcome.state == OutcomeState.CONFIRMED and outcome.confirmed_by_id == user.pk:
        return Badge("A colleague releases it", "waiting", "hourglass-split")
    return Badge("You can confirm it" if outcome.state == OutcomeState.AGREED else "You can release it", "active")


# --- what a step will do (screens 18) ---


def withdrawn_words(attempt):
    """What withdrawing the confirmation means where the attempt lies."""
    if attempt.is_away:
        return [
            "The External Moderator is told at once; no pass is given or released until you confirm again.",
        ]
    return ["The gate is closed until you confirm again."]


def put_forward_steps(attempt, moderators):
    """What putting forward does, and to whom."""
    numbers = "; ".join(f"{line.label}: {line.have}" for line in attempt.gate.lines if not line.at_most)
    return [
        Consequence("The gate is kept as it is now.", f"{numbers}."),
        Consequence("With it the digest of every competency, review, DOPS and piece that counts."),
        Consequence("It lies then with the External Moderator, told by mail:", _listed(moderators)),
        Consequence("Training goes on; what changes from now on is shown beside what you put forward."),
    ]


def release_steps(outcome, people, results, now):
    """What releasing does, and to whom."""
    record, passed = outcome.record, outcome.result == Result.PASS
    steps = [
        Consequence(
            f"“{Result(outcome.result).label}” is shown, with its reasons, to", _listed([record.trainee, *people])
        )
    ]
    if outcome.stage == Stage.FIRST_YEAR and passed:
        steps.append(Consequence("The second year opens, and both first-year milestones are reached."))
    elif passed and outcome.stage == Stage.VIVA:
        steps.append(Consequence("The Final Assessment is passed: a board ratifies the award next."))
    elif passed:
        steps.append(Consequence("The next stage may be marked."))
    else:
        steps.append(Consequence(attempts_words(outcome, results, now)))
    steps.append(Consequence("The trainee may appeal, on procedural grounds, from today on."))
    steps.append(Consequence("It can never be changed: a correction is a new, reasoned entry beside it."))
    return steps


def _listed(people):
    return ", ".join(str(person) for person in people)
