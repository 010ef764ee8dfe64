"""Who keeps the pool of moderators (E3), and what a moderator signs and declares in it (E4)."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.months import in_words
from ctts.common.moves import can_move
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import is_office, on_day
from ctts.scheme.rules import SchemeNumbers
from moderation.models import Declaration, Interest, Moderator
from moderation.rules import declaration_in_date, declaration_until, renewal_from
from moderation.states import POOL_MOVES, PoolState
from training.models import Appointment
from training.states import RECORD_ENDED, AppointmentKind

LOAD = (AppointmentKind.EXTERNAL_MODERATOR, AppointmentKind.SUPPORTING_MODERATOR)
"""The appointments that a moderator's capacity counts; an adjudicator settles one mark and is gone."""


def in_force(today: date) -> QuerySet[Appointment]:
    """The appointments of moderators that hold on `today`, in training that goes on."""
    rows = Appointment.objects.filter(on_day(today), kind__in=LOAD)
    return rows.exclude(record__state__in=RECORD_ENDED)


def last_declaration(moderator: Moderator) -> Declaration | None:
    """The declaration that a moderator signed last."""
    return Declaration.objects.filter(moderator=moderator).order_by("-signed_at", "-pk").first()


def can_change_moderator(user: User, moderator: Moderator, today: date) -> Verdict:
    """The office keeps the pool; nobody their own place in it (E3)."""
    office = is_office(user, today)
    if office and user.pk == moderator.person_id:
        return no("A colleague keeps your own place in the pool.")
    if office and moderator.state == PoolState.RETIRED:
        return late("This moderator has left the pool.")
    return office


def can_step(user: User, moderator: Moderator, step: str, today: date) -> Verdict:
    """The office pauses a moderator, takes them back, or lets them go; not while trainees have them (E3)."""
    legal = both(can_change_moderator(user, moderator, today), can_move(moderator, POOL_MOVES, step))
    if not legal or step != "retire":
        return legal
    held = in_force(today).filter(person=moderator.person_id).values("record").distinct().count()
    if held:
        many = "1 trainee still has" if held == 1 else f"{held} trainees still have"
        return late(f"{many} this moderator. End those appointments first.")
    return YES


def can_sign_declaration(moderator: Moderator, today: date, numbers: SchemeNumbers) -> Verdict:
    """A moderator signs the declaration to join, when it is out of date, and in the weeks before it is (E4)."""
    if moderator.state == PoolState.RETIRED:
        return late("You have left the pool of moderators.")
    last = last_declaration(moderator)
    if last is None:
        return YES
    signed_on = london_date(last.signed_at)
    if declaration_in_date(signed_on, today, numbers) and today < renewal_from(signed_on, numbers):
        return late(f"Your declaration is in date until {in_words(declaration_until(signed_on, numbers))}.")
    return YES


def can_declare_interest(moderator: Moderator) -> Verdict:
    """Whoever is in the pool declares interests, before joining and in a pause too (E4)."""
    return late("You have left the pool of moderators.") if moderator.state == PoolState.RETIRED else YES


def can_end_interest(user: User, interest: Interest) -> Verdict:
    """A moderator takes back an interest of their own that stands (E4)."""
    if user.pk != interest.moderator.person_id:
        return no("Only whoever declared an interest takes it back.")
    if interest.ends_id is not None or Interest.objects.filter(ends=interest).exists():
        return late("This interest was taken back already.")
    return YES
