"""Which open DOPS wait for somebody who assesses the trainee no more, for many at once (T5, E4)."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from ctts.common.clock import LONDON
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation
from training.access import trains_now
from training.models import Appointment
from training.states import AppointmentKind, AssessorKind

NO_COLLEAGUES = (AppointmentKind.SUPPORTING_MODERATOR, AppointmentKind.EXTERNAL_MODERATOR)  # never suitable persons


def assesses_still(today: Any) -> Combinable:
    """The opposite of `access.is_outlived`, as a column: whoever was asked holds the function in which they were, or
    is still a suitable person; what waits for the supervisor, or an external person, is not judged (T5)."""
    here = Appointment.objects.filter(record=OuterRef("record"), person=OuterRef("assessor"))
    held = here.filter(on_day(today))
    as_colleague = Q(assessor_kind=AssessorKind.COLLEAGUE)
    as_asked = Q(Exists(held.filter(kind=OuterRef("assessor_kind")))) | (as_colleague & _suitable(here, held, today))
    may = Q(assessor__is_active=True) & ~Q(Exists(trains_now().filter(trainee=OuterRef("assessor"))))
    others = Q(assessor__isnull=True) | (as_colleague & Q(approved_at__isnull=True))
    return ExpressionWrapper(others | (may & as_asked), output_field=BooleanField())


def _suitable(here: Any, held: Any, today: Any) -> Q:
    """A colleague works at the centre or trains here and may assess; never a former supervisor, never a moderator."""
    at_centre = Affiliation.objects.filter(on_day(today), person=OuterRef("assessor"))
    at_centre = at_centre.filter(organisation=OuterRef("record__centre"))
    trains = held.filter(kind=AppointmentKind.TRAINER)
    works_here = Q(Exists(at_centre)) | Q(Exists(trains))
    no_part = ~Q(Exists(here.filter(kind=AppointmentKind.SUPERVISOR)))
    no_part &= ~Q(Exists(held.filter(kind__in=NO_COLLEAGUES)))
    return works_here & no_part & ~Q(Exists(_kept_from_assessing(here, today)))


def _kept_from_assessing(here: Any, today: Any) -> QuerySet[Appointment]:
    """The last appointment of a trainer without DOPS to assess: while it lasts, and of what was approved before its
    end, which does not give back what it has taken away (E3, T5)."""
    begun = Q(kind=AppointmentKind.TRAINER, starts_on__lte=today)
    same = {"record": OuterRef("record"), "person": OuterRef("person"), "starts_on__gt": OuterRef("starts_on")}
    later = Appointment.objects.filter(begun, **same)
    approved_at = ExpressionWrapper(OuterRef("approved_at"), output_field=DateTimeField())
    lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=TruncDate(approved_at, tzinfo=LONDON))
    found: QuerySet[Appointment] = here.filter(begun, lasts, ~Exists(later), rights__assesses=False)
    return found
