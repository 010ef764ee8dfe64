"""Which open DOPS wait for somebody who assesses the trainee no more, for many at once (T5, E4)."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.expressions import Combinable

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
    return works_here & no_part & ~Q(Exists(trains.filter(rights__assesses=False)))
