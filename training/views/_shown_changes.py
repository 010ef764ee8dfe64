"""From requests for a change to the parts of pages: what they ask, what they do, who acts next. No rule is decided."""

from datetime import timedelta

from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.letters import mail_preview
from ctts.common.parts import Acts, Consequence, HistoryEntry, NextStep, who_is
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from training import access, notices, queries
from training.models import ChangeRequest
from training.states import CHANGE_OPEN, CHANGES_TRAINING, AppointmentKind, ChangeKind, ChangeState, MilestoneKind

INSIDE_STAYS = "It stays and counts. If training went on then, the interruption needs other days."
KEPT_WORDS = "What was signed and agreed until then stays as it is."


def change_badge(change):
    """Where a request stands."""
    if change.state == ChangeState.APPROVED and change.carried_out_at is None:
        return badge_for("approved", "Granted, takes effect later")
    return badge_for(change.state, change.get_state_display(), "changerequest")


def asked(change):
    """What a request asks for as term and value."""
    facts = [("Change", change.get_kind_display())]
    values = {
        "New name": change.new_name,
        "Telephone": change.telephone,
        "Home address": change.address,
        "Postcode": change.postcode,
        "New Training Supervisor": change.new_supervisor,
        "New Training Centre": change.new_centre,
        "Share of full time": f"{change.percent} per cent" if change.percent else "",
        "From": day(change.from_on) if change.from_on else "",
        "Last day" if change.kind == ChangeKind.INTERRUPTION else "New end": (
            day(change.until_on) if change.until_on else ""
        ),
    }
    return [*facts, *((term, value) for term, value in values.items() if value)]


def moved_words(moved):
    """By how much a day moves, in words."""
    days = abs(moved.days)
    return f"{days} {'day' if days == 1 else 'days'} {'later' if moved.days > 0 else 'earlier'}"


def milestones_moved(effect):
    """The milestones that move: name, day now, day then, by how much."""
    return [(MilestoneKind(row.key).label, row.was, row.now, moved_words(row)) for row in effect.milestones]


def effect_lines(change, effect, today):
    """What granting does, line by line (screens 18)."""
    return LINES[ChangeKind(change.kind)](change, effect, today)


def _end_lines(effect, max_months):
    lines = [
        Consequence("Expected end of training:", f"{day(effect.was_end_on)}, then {day(effect.end_on)}")
        if effect.days
        else Consequence("The expected end of training stays:", day(effect.end_on))
    ]
    if effect.milestones:
        lines.append(Consequence(f"{len(effect.milestones)} milestones move; the table says to when."))
    if effect.planned:
        words = f"{len(effect.planned)} planned days of competencies move too; the plan is then agreed anew."
        lines.append(Consequence(words))
    lines.append(Consequence(f"The scheme allows {max_months} months, which is until", day(effect.latest_on)))
    lines.append(Consequence("Associate Membership goes on until training ends."))
    return lines


def _months(change):
    return queries.max_months(change.record)


def _interruption(change, effect, today):
    days = (change.until_on - change.from_on).days + 1
    stands = inside_words(queries.dated_inside(change.record, change.from_on, change.until_on, today))
    return [
        Consequence(f"Training pauses for {days} {'day' if days == 1 else 'days'}:", _span(change)),
        *([Consequence("On these days there is already:", stands)] if stands else []),
        *([Consequence(INSIDE_STAYS)] if stands else []),
        Consequence("Reminders are silent on these days, and no monthly review is asked for."),
        Consequence("Other news is kept and comes in one mail when training goes on; what is urgent comes at once."),
        *_end_lines(effect, _months(change)),
    ]


def inside_words(inside):
    """What stands inside an interruption, by kind and number, with the days of the reviews; nothing where it is new."""
    reviews, dops, signed = len(inside.reviews), inside.dops, inside.signatures
    held = ", ".join(day(one) for one in inside.reviews)
    found = [
        f"{reviews} Supervisor Review{'' if reviews == 1 else 's'} ({held})" if reviews else "",
        f"{dops} DOPS" if dops else "",
        f"{signed} signature{'' if signed == 1 else 's'} of competencies" if signed else "",
    ]
    return "; ".join(words for words in found if words)


def _span(change):
    return f"{day(change.from_on)} to {day(change.until_on)}"


def _return(change, effect, today):
    if effect.called_off:
        words = "The interruption is called off: training does not pause, and what it had moved comes back."
        return [Consequence(words), *_end_lines(effect, _months(change))]
    return [
        Consequence("The interruption ends on", day(effect.from_on - timedelta(days=1))),
        Consequence("Training goes on, with its reminders and monthly reviews, from", day(effect.from_on)),
        *_end_lines(effect, _months(change)),
    ]


def _hours(change, effect, today):
    lines = [Consequence(f"Training at {change.percent} per cent of full time from", day(effect.from_on))]
    if effect.full_end_on is not None and effect.full_end_on > effect.latest_on:
        lines.append(Consequence("In proportion, training would outlast the scheme, until", day(effect.full_end_on)))
    stays = "The planned days of competencies stay; trainee and supervisor tailor the plan together."
    return [*lines, *_end_lines(effect, _months(change)), Consequence(stays)]


def _extension(change, effect, today):
    return _end_lines(effect, _months(change))


def _supervisor(change, effect, today):
    held = queries.holder_on(change.record, AppointmentKind.SUPERVISOR, effect.from_on)
    until = f" to {day(effect.until_on)}" if effect.until_on else ""
    lines = [Consequence("Training Supervisor from", f"{day(effect.from_on)}{until}: {change.new_supervisor}")]
    if held is not None and held.starts_on < effect.from_on and held.person_id != change.new_supervisor_id:
        lines.append(Consequence("Until the day before:", str(held.person)))
    for row in queries.in_place_of(change.record, AppointmentKind.SUPERVISOR, effect.from_on, effect.until_on):
        if row.person_id != change.new_supervisor_id and row.starts_on > today:
            lines.append(Consequence(f"Was to begin on {day(row.starts_on)}, and is called off:", str(row.person)))
    follows = effect.until_on and queries.holder_on(
        change.record, AppointmentKind.SUPERVISOR, effect.until_on + timedelta(days=1)
    )
    if follows:
        lines.append(Consequence("After that, as appointed already:", str(follows.person)))
    lines.append(Consequence(f"{KEPT_WORDS} What waits for a signature waits for the new supervisor."))
    return [*lines, Consequence("A mail tells the new supervisor:", str(change.new_supervisor))]


def _centre(change, effect, today):
    found = queries.coordinator_at(change.new_centre, today)
    who = str(found) if found else "nobody yet; the scheme office appoints somebody"
    return [
        Consequence("Training Centre from", f"{day(effect.from_on)}: {change.new_centre}"),
        *_supervisor(change, effect, today),
        Consequence("Training Co-ordinator from that day:", who),
        Consequence("The office looks whether the moderators are independent of the new centre."),
    ]


def _name(change, effect, today):
    return [
        Consequence("Name from the decision on:", f"{change.record.trainee}, then {change.new_name}"),
        Consequence("What was signed keeps the name of its day. The name for the Diploma stays as it was entered:"),
        Consequence(change.record.certificate_name),
    ]


def _contact(change, effect, today):
    return [Consequence("The office reaches the trainee by these details from", day(effect.from_on))]


def _withdrawal(change, effect, today):
    return [
        Consequence("Training ends, as withdrawn, on", day(max(effect.from_on, today))),
        Consequence("Associate Membership ends on the same day."),
        Consequence("No reminder is sent after that and nothing is asked of anybody in this record."),
        Consequence("The record stays readable; nothing is added to it. Other requests that are not decided fall."),
        Consequence("It cannot be taken back: whoever wants to come back applies again."),
    ]


LINES = {
    ChangeKind.NAME: _name,
    ChangeKind.CONTACT: _contact,
    ChangeKind.SUPERVISOR: _supervisor,
    ChangeKind.CENTRE: _centre,
    ChangeKind.LESS_THAN_FULL_TIME: _hours,
    ChangeKind.INTERRUPTION: _interruption,
    ChangeKind.RETURN: _return,
    ChangeKind.EXTENSION: _extension,
    ChangeKind.WITHDRAWAL: _withdrawal,
}


def change_acts(user, change, supervisors):
    """With whom a request lies, as this reader is told; None once it is decided or withdrawn."""
    trainee, office = who_is(change.record.trainee, "trainee", user), "the scheme office"
    if change.state == ChangeState.DRAFT:
        training = change.kind in CHANGES_TRAINING and supervisors
        return Acts(trainee, london_date(change.written_at), then=["the Training Supervisor"] if training else [office])
    if change.state == ChangeState.AWAITING_SUPPORT:
        names = [who_is(person, "Training Supervisor", user) for person in supervisors]
        return Acts(" and ".join(names) or office, london_date(change.sent_at), then=[office])
    if change.state == ChangeState.AWAITING_DECISION:
        answer = getattr(change, "answer", None)  # where no answer was asked for, it lies there since it was sent
        return Acts(office, london_date(answer.answered_at if answer else change.sent_at), then=[trainee])
    return None


def change_step(user, change, today):
    """The one next step of this reader for a request; None where it is somebody else's turn."""
    for verdict, label, name in (
        (access.can_write_change(user, change), "Look at it and send it", "change_send"),
        (access.can_answer_change(user, change, today), "Answer this request", "change_answer"),
        (access.can_decide_change(user, change, today), "Decide this request", "change_decide"),
    ):
        if verdict:
            return NextStep(label, reverse(f"training:{name}", args=[change.pk]))
    return None


def change_entries(change):
    """What happened to a request, newest first, with everybody's words."""
    who = str(change.record.trainee)
    found = []
    decision, answer = getattr(change, "decision", None), getattr(change, "answer", None)
    withdrawn_at = queries.withdrawn_since(change)
    if withdrawn_at is not None:
        found.append(HistoryEntry(withdrawn_at, who, "Withdrew it", "Trainee", tone="returned"))
    if change.carried_out_at and decision and change.carried_out_at != decision.decided_at:
        found.append(HistoryEntry(change.carried_out_at, "The calendar", "Took effect", tone="done"))
    if decision is not None:
        tone = "done" if decision.granted else "returned"
        said = "Granted" if decision.granted else "Declined"
        by = str(decision.decided_by)
        found.append(HistoryEntry(decision.decided_at, by, said, "Scheme office", decision.words, tone))
    if answer is not None:
        said = {True: "Supports it", False: "Does not support it", None: "Went on without the supervisor"}
        role = "Scheme office" if answer.supports is None else "Training Supervisor"
        found.append(
            HistoryEntry(answer.answered_at, str(answer.answered_by), said[answer.supports], role, answer.words)
        )
    if change.sent_at is not None:
        found.append(HistoryEntry(change.sent_at, who, "Sent it", "Trainee", "", "waiting"))
    return found


def decided(change):
    """What a granted request did, as term and value."""
    decision = getattr(change, "decision", None)
    if decision is None or not decision.granted:
        return []
    facts = [("Takes effect on", day(decision.from_on))] if decision.from_on else []
    if change.new_supervisor is not None:
        held = queries.holder_on(change.record, AppointmentKind.SUPERVISOR, decision.from_on)
        if held is not None and held.person_id == change.new_supervisor_id and held.ends_on:
            facts.append(("Until", day(held.ends_on)))
    if decision.end_on:
        facts.append(("Expected end of training", f"{day(decision.was_end_on)}, then {day(decision.end_on)}"))
    return facts


def sending_mails(change, supervisors):
    """The mail that sending a request sends to the supervisor."""
    context = {"record": change.record, "change": change}
    if change.kind not in CHANGES_TRAINING:
        return []
    return [mail_preview(notices.CHANGE_ASKED.key, person, **context) for person in supervisors]


def not_needed_mails(change, supervisors, by):
    """The mail that tells the supervisor that their word is not needed any more; none where it waits for nobody's."""
    context = {"record": change.record, "change": change, "by": by}
    told = supervisors if change.state == ChangeState.AWAITING_SUPPORT else []
    return [mail_preview(notices.CHANGE_NOT_NEEDED.key, person, **context) for person in told]


def withdrawing_mails(change, supervisors, by, today):
    """The mails that withdrawing a request sends: to whom it waits for, or to whoever spoke to it or decides."""
    context = {"record": change.record, "change": change}
    told = [
        mail_preview(notices.CHANGE_WITHDRAWN.key, one, **context) for one in queries.hears_of_withdrawal(change, today)
    ]
    return [*not_needed_mails(change, supervisors, by), *told]


def kinds_to_ask(record, rows):
    """Every kind with the page where it is asked for, or the request of the kind that is open."""
    open_ones = {row.kind: row for row in rows if row.state in CHANGE_OPEN}
    found = []
    for kind in ChangeKind:
        if kind in open_ones:
            found.append((kind.label, reverse("training:change", args=[open_ones[kind].pk]), "open"))
        else:
            found.append((kind.label, reverse("training:change_new", args=[record.pk, kind]), ""))
    return found


def return_shown(record, from_on, today):
    """What an early return from a day on does, as the office is shown it before it is noted."""
    change = ChangeRequest(record=record, kind=ChangeKind.RETURN, from_on=from_on)
    effect = queries.effect_of(change, today)
    return {
        "effect": effect,
        "lines": effect_lines(change, effect, today),
        "moved": milestones_moved(effect),
        "seen": queries.change_digest(change, effect),
    }
