"""From events to the parts of pages (T9). No rule is decided here."""

import re

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, NextStep
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import clock, day
from training import access, queries
from training.states import AttendanceState

# An address in plain text; the full stop after it belongs to the sentence.
ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")


def linked(text):
    """Plain text in which each web address is a link; it opens in a tab of its own, which knows nothing of ours."""
    parts = [(_link(part) if at % 2 else part,) for at, part in enumerate(ADDRESS.split(text))]
    return format_html_join("", "{}", parts)


def _link(address):
    attributes = format_html('href="{}" target="_blank" rel="noopener noreferrer"', address)
    return format_html('<a {}>{}<span class="visually-hidden"> (opens in a new tab)</span></a>', attributes, address)


def many(number, one="trainee", several="trainees"):
    """So many of them, in words."""
    return f"{number} {one if number == 1 else several}"


def when(event):
    """2 May 2026, 10:00 to 12:00."""
    return f"{day(event.starts_at)}, {clock(event.starts_at)} to {clock(event.ends_at)}"


def for_whom(event):
    """Whom an event is for, in words."""
    parts = [str(event.intake)] if event.intake else []
    if event.year:
        parts.append("first year" if event.year == 1 else "second year")
    if event.scope:
        parts.append(str(event.scope))
    return ", ".join(parts) or "Everybody in training"


def person(record):
    """A trainee as a file of the office names them."""
    return record.trainee.full_name, record.trainee.email, str(record.scope), str(record.centre)


def office_facts(event, coming):
    """What the office reads about an event."""
    return [
        ("Kind", event.kind_name),
        ("When", when(event)),
        ("For", for_whom(event)),
        ("Place", event.place),
        ("How to join", event.joining),
        (
            "Signing up",
            f"until {day(event.sign_up_until_on)}" if event.sign_up_until_on else "all invited are expected",
        ),
        ("Places", f"{coming} of {event.places} taken" if event.places else f"no limit, {coming} come"),
    ]


def office_step(user, event, left, now):
    """The one next step of the office: invite before an event, note who was there after it; None where nothing is."""
    if access.can_note_attendance(user, event, now):
        return NextStep("Note who was there", reverse("training:event_attendance", args=[event.pk]))
    if left and access.can_invite(user, event, now):
        return NextStep(f"Invite {many(left)}", reverse("training:event_invite", args=[event.pk]))
    return None


def attendance_badge(attendance, now):
    """What a trainee stands as at an event; of one that is called off, that; without a place when it began, that."""
    if attendance.event.called_off_at is not None:
        return badge_for("cancelled", "Called off")
    if without_place(attendance, now):
        return badge_for("absent", "Had no place")
    return badge_for(attendance.state, attendance.get_state_display())


def without_place(attendance, now):
    """Whether an event has begun for which somebody was still on the waiting list."""
    return attendance.state == AttendanceState.QUEUED and attendance.event.starts_at <= now


def trainee_facts(attendance, *, joins, queue):
    """What a trainee, or a reader of the record, reads about an event; how to join where the reader may know it."""
    event = attendance.event
    rows = [("Kind", event.kind_name), ("When", when(event)), ("Place", event.place)]
    if event.sign_up_until_on:
        rows.append(("Sign up, or give a place back", f"until {day(event.sign_up_until_on)}"))
    if event.places:
        rows.append(("Places", f"{event.places}, {queue} on the waiting list" if queue else event.places))
    return [*rows, ("How to join", linked(event.joining))] if joins else rows


# --- pages before a step ---


def inviting(event, records):
    """The page before the invitations go out, with the mail."""
    consequences = [Consequence("Invited, by mail:", many(len(records)))]
    if event.sign_up_until_on is None:
        consequences.append(Consequence("All of them are expected; the mail says how to join."))
    else:
        consequences.append(
            Consequence(f"They sign up until {day(event.sign_up_until_on)}; with a place comes the link.")
        )
    shown = {"event": event, "joins": event.sign_up_until_on is None}
    mails = [_mail("training.event_invited", record, **shown) for record in records[:1]]
    back = reverse("training:office_event", args=[event.pk])
    title = f"Invite {many(len(records))}"
    return Confirm(title, title, back, consequences, mails, kicker=str(event))


def changing(event, form, told):
    """The page before a change goes out: whom it tells, with the mail as it will be."""
    shown = [_changed_mail(event, form, one) for one in told[:1]]
    consequences = [
        Consequence("The event is changed, and its entry moves in their calendars."),
        Consequence("Told by mail:", many(len(told))),
    ]
    back = reverse("training:event_change", args=[event.pk])
    return Confirm(
        "Change the event and tell them", "Change it", back, consequences, shown, form=form, kicker=str(event)
    )


def _changed_mail(event, form, attendance):
    """The mail to the first of them, of the event as the form says it will be."""
    new = queries.event_copy(event, form.values())
    attendance.event = new
    given = {"attendance": attendance, "event": new, "was": event, "joins": access.has_place(attendance)}
    return _mail("training.event_changed", attendance.record, **given)


def calling_off(event, form, told, because):
    """The page before an event is called off: whom it tells, with the mail; its reason is what is typed."""
    event.called_off_because = because or "(your reason)"
    mails = [
        _mail("training.event_called_off", one.record, event=event, joins=access.has_place(one)) for one in told[:1]
    ]
    consequences = [Consequence("The event is called off; nobody can sign up, and it goes out of their calendars.")]
    consequences.append(Consequence("Told by mail:", many(len(told))))
    back = reverse("training:office_event", args=[event.pk])
    words = {"title": "Call the event off", "action": "Call it off", "stay": "Keep it"}
    return Confirm(
        **words, cancel_url=back, consequences=consequences, mails=mails, form=form, kicker=str(event), danger=True
    )


def giving_back(attendance):
    """The page before a trainee says that they do not come."""
    event = attendance.event
    consequences = [Consequence("You are not expected any more; the page gives you a file that takes it out again.")]
    if event.places:
        consequences.append(Consequence("Your place goes to whoever waits longest; it may be gone if you come back."))
    return Confirm(
        "Say that you do not come",
        "I do not come",
        reverse("training:event", args=[attendance.pk]),
        consequences,
        kicker=str(event),
        stay="Back, nothing done",
    )


def _mail(kind, record, **context):
    context.setdefault("attendance", None)
    return mail_preview(kind, record.trainee, record=record, **context)
