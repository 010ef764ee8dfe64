"""From what was found of moderators to the parts of pages. No rule is decided here."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.urls import reverse

from ctts.common.letters import mail_preview
from ctts.common.parts import Badge, Confirm, Consequence, NextStep
from ctts.common.posted import data_of, today_of
from ctts.common.templatetags.formats import day as day_words
from moderation import access, queries
from moderation.forms import AppointForm
from moderation.states import Standing
from training import access as training
from training.models import Appointment
from training.states import AppointmentKind

NAMES = {AppointmentKind.EXTERNAL_MODERATOR: "external", AppointmentKind.SUPPORTING_MODERATOR: "supporting"}
APPOINT = {
    AppointmentKind.EXTERNAL_MODERATOR: "Appoint an External Moderator",
    AppointmentKind.SUPPORTING_MODERATOR: "Appoint a Supporting Moderator",
}
READS = "They read the whole training record until the appointment ends."
STAYS_APART = "They do not read the training record, and stay independent of it."
GROUPS = (
    (Standing.CLEAR, "Clear", "Nothing stands against them."),
    (Standing.OVERRIDABLE, "Only with a written reason", "Your reason is kept with the appointment."),
    (Standing.BLOCKED, "Not possible", "Nobody can override these reasons."),
)
BADGES = {
    Standing.CLEAR: Badge("Clear", "done", "check-circle-fill"),
    Standing.OVERRIDABLE: Badge("With a written reason", "returned", "exclamation-diamond"),
    Standing.BLOCKED: Badge("Not possible", "risk", "x-octagon"),
}


@dataclass(frozen=True)
class Row:
    """One moderator of the picker."""

    name: str
    person: int
    region: str
    covers: bool
    room: str
    why: tuple[str, ...]
    url: str


def groups_of(candidates, address):
    """The candidates under the three headings, in their order; `address(person)` leads on where it does."""
    return [
        (words, lede, BADGES[standing], [_row(one, address) for one in candidates if one.found.standing == standing])
        for standing, words, lede in GROUPS
    ]


def _row(one, address):
    place, moderator = one.found.place, one.moderator
    return Row(
        name=moderator.person.full_name,
        person=moderator.person_id,
        region=moderator.region,
        covers=one.covers_scope,
        room=f"{place.load} of {place.capacity}",
        why=tuple(reason.text for reason in one.found.reasons),
        url="" if one.found.standing == Standing.BLOCKED else address(moderator.person_id),
    )


def function_step(user, record, function, today):
    """The way to appoint somebody to a function that nobody holds; None where it leads elsewhere."""
    if function.kind not in NAMES or any(one.appointment.ends_on is None for one in function.now):
        return None
    verdict = access.can_pick(user, record, function.kind, today)
    address = reverse("moderation:pick", args=[record.pk, NAMES[function.kind]])
    return NextStep(APPOINT[function.kind], address, verdict.reason, secondary=True)


def moderator_or_404(request, person):
    """Somebody of the pool, by the person's id; those who have left it do not exist here."""
    return get_object_or_404(queries.active_moderators(), person=person)


def appoint_confirm(request, record, person, kind, day, *, back):
    """The page before an appointment: who, to whom, from when, what was found, the mail."""
    found = queries.found_for(kind, person, record, day)
    may = training.can_appoint(request.user, person, record, today_of(request))
    blocks = [*([may.reason] if not may else []), *(reason.text for reason in found.reasons if reason.blocks)]
    with_reason = found.standing == Standing.OVERRIDABLE
    return Confirm(
        title=f"Appoint {person}",
        action="Appoint them",
        cancel_url=back,
        kicker=f"{kind.label} of {record.trainee}",
        consequences=_consequences(record, person, kind, day, found),
        mails=[] if blocks else [_mail(record, person, kind, day)],
        form=AppointForm(data_of(request), initial={"seen": found.digest}, with_reason=with_reason),
        hold=" ".join(blocks),
    )


def _consequences(record, person, kind, day, found):
    """What an appointment does, and what stands against it."""
    reads = kind == AppointmentKind.EXTERNAL_MODERATOR
    return [
        Consequence(f"From {day_words(day)} the {kind.label} of {record.trainee} is", str(person)),
        Consequence(READS if reads else STAYS_APART),
        Consequence("What was checked today is kept with the appointment."),
        *(Consequence("Stands against it:", reason.text) for reason in found.reasons if not reason.blocks),
    ]


def _mail(record, person, kind, day):
    """The mail of an appointment as it will be sent."""
    made = Appointment(record=record, person=person, kind=kind, starts_on=day)
    return mail_preview("training.appointed", person, record=record, appointment=made)
