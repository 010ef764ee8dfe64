"""Accreditations by their days: what ends soon, what is over, what follows on (C1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value

from ctts.accounts.models import User
from ctts.common.months import add_months
from ctts.common.parts import MailPreview
from ctts.common.ties import Declared
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation
from ctts.scheme.rules import SchemeNumbers
from ctts.scheme.states import GRANTED_ACCREDITATION, VALID_ACCREDITATION, AccreditationState

A_DAY = Value(timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody whose application cannot go on once an accreditation is suspended or withdrawn, and what they are
    mailed."""

    name: str
    mail: MailPreview


# What later apps know of it: `find(accreditation, state, today)`, before it comes into that state; `tell(…, by, now)`.
stopped_by_end = Declared[Callable[[Accreditation, AccreditationState, date], Iterable[Stopped]]]()
told_of_end = Declared[Callable[[Accreditation, User | None, datetime], None]]()
told_of_grant = Declared[Callable[[Accreditation, User | None, datetime], None]]()  # it is granted, perhaps again


def stopped_by(row: Accreditation, state: AccreditationState, today: date) -> list[Stopped]:
    """Whom the end of an accreditation stops (C1)."""
    return [one for find in stopped_by_end for one in find(row, state, today)]


def leaves_gap(row: Accreditation, today: date) -> bool:
    """Whether without it the centre is not accredited for the scope on a London day (C1)."""
    same = Accreditation.objects.filter(organisation=row.organisation_id, scope=row.scope_id).exclude(pk=row.pk)
    return not same.filter(state__in=VALID_ACCREDITATION, starts_on__lte=today, ends_on__gte=today).exists()


def accreditations_over(today: date) -> QuerySet[Accreditation]:
    """Granted accreditations whose last day is over, which nobody has said yet (C1); for the calendar."""
    return Accreditation.objects.filter(state__in=GRANTED_ACCREDITATION, ends_on__lt=today).order_by("ends_on", "pk")


def accreditations_ending(today: date, numbers: SchemeNumbers) -> QuerySet[Accreditation]:
    """Valid accreditations within the longest reminder of their last day that none follows on (C1)."""
    until = add_months(today, max(numbers.accreditation_reminder_months))
    rows = Accreditation.objects.filter(state__in=VALID_ACCREDITATION, ends_on__gte=today, ends_on__lte=until)
    return rows.exclude(follows_on()).select_related("organisation", "scope").order_by("ends_on", "pk")


def accreditations_to_renew(today: date, numbers: SchemeNumbers) -> QuerySet[Accreditation]:
    """The same, and those that expired within as long a time and were the last that the centre held for the scope: they
    are the most urgent (C1)."""
    since = add_months(today, -max(numbers.accreditation_reminder_months))
    same = {"organisation": OuterRef("organisation"), "scope": OuterRef("scope"), "ends_on__gt": OuterRef("ends_on")}
    held = (*GRANTED_ACCREDITATION, AccreditationState.EXPIRED)
    later = Exists(Accreditation.objects.filter(**same, state__in=held))
    over = Q(~Q(later), state=AccreditationState.EXPIRED, ends_on__gte=since, ends_on__lt=today)
    ending = Q(pk__in=accreditations_ending(today, numbers).order_by().values("pk"))
    rows = Accreditation.objects.filter(ending | over)
    return rows.select_related("organisation", "scope").order_by("ends_on", "pk")


def centres_without_contact(today: date) -> QuerySet[Organisation]:
    """Centres with a granted accreditation of which nobody with access is Training Co-ordinator, nor of the consortium
    that they are a member of (C2)."""
    held = Affiliation.objects.filter(on_day(today), role=Role.COORDINATOR, person__is_active=True)
    here = Q(organisation=OuterRef("pk")) | Q(organisation=OuterRef("consortium"))
    granted = Accreditation.objects.filter(state__in=GRANTED_ACCREDITATION).values("organisation")
    return Organisation.objects.filter(~Exists(held.filter(here)), pk__in=granted).order_by("name", "pk")


def follows_on() -> Exists:
    """Whether the same centre is accredited for the same scope beyond an accreditation's last day, without a gap."""
    the_day_after = ExpressionWrapper(OuterRef("ends_on") + A_DAY, output_field=DateField())
    later = Accreditation.objects.filter(organisation=OuterRef("organisation"), scope=OuterRef("scope"))
    return Exists(
        later.filter(state__in=VALID_ACCREDITATION, ends_on__gt=OuterRef("ends_on"), starts_on__lte=the_day_after)
    )


def is_followed(accreditation: Accreditation) -> bool:
    """Whether another accreditation of the centre for the scope goes on where this one ends (C1)."""
    return Accreditation.objects.filter(follows_on(), pk=accreditation.pk).exists()


def valid_days_beside(accreditation: Accreditation) -> list[tuple[date, date]]:
    """First and last days of the valid accreditations of the same centre for the same scope, without this one (C1)."""
    same = Accreditation.objects.filter(organisation=accreditation.organisation_id, scope=accreditation.scope_id)
    return valid_days_of(same.exclude(pk=accreditation.pk))


def valid_days_of(rows: Iterable[Accreditation]) -> list[tuple[date, date]]:
    """First and last days of those that are valid among some accreditations (C1)."""
    return [
        (row.starts_on, row.ends_on)
        for row in rows
        if row.state in VALID_ACCREDITATION and row.starts_on is not None and row.ends_on is not None
    ]


def again_from(accreditation: Accreditation) -> date | None:
    """The first day of the next accreditation of the centre for the scope after this one's last day, if any (C1)."""
    after = [first for first, _ in valid_days_beside(accreditation) if first > (accreditation.ends_on or date.max)]
    return min(after, default=None)


def has_applied(accreditation: Accreditation) -> bool:
    """Whether the same centre has an application for the same scope that waits for its decision (C3)."""
    same = Accreditation.objects.filter(organisation=accreditation.organisation_id, scope=accreditation.scope_id)
    return same.filter(state=AccreditationState.APPLIED).exists()
