"""Codes for a late entry: for the office's list, and for whoever has one."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from applications import access
from applications.models import Application, LateCode
from applications.rules import digest_of
from ctts.accounts.models import User
from ctts.organisations.access import holds
from ctts.organisations.states import Role
from ctts.scheme.models import Intake
from ctts.scheme.states import IntakeState


def late_codes(user: User, today: date) -> QuerySet[LateCode]:
    """Every code that was given, the newest first, for the office; for anybody else none exists."""
    if not holds(user, Role.OFFICE, today):
        return LateCode.objects.none()
    return LateCode.objects.select_related("intake", "given_by", "person", "application__applicant", "withdrawn_by")


def intakes_for_late_entry(today: date) -> QuerySet[Intake]:
    """The intakes that a late entry can join: closed for applications, and before their induction day (I3, I5)."""
    return Intake.objects.filter(state=IntakeState.CLOSED, induction_on__gt=today).order_by("-enrolment_on")


def can_be_late(application: Application, today: date) -> bool:
    """Whether a code would help the applicant: it may be used, and an earlier intake still takes late entries."""
    earlier = intakes_for_late_entry(today).filter(enrolment_on__lt=application.intake.enrolment_on)
    return bool(access.can_use_late_code(application.applicant, application)) and earlier.exists()


def no_use_for_late_code(email: str) -> str:
    """Why a code would not help the person with this address, in words: their open application could not use it (I5);
    empty where it could, or where they have none yet."""
    row = access.applying_now().select_related("applicant", "intake").filter(applicant__email__iexact=email).first()
    if row is None or (may := access.can_use_late_code(row.applicant, row)):
        return ""
    return f"Their application for {row.intake} is “{row.get_state_display()}” and could not use it. {may.reason}"


def has_late_code(person: User, today: date) -> bool:
    """Whether a code that was given to this very person can still be used (I5)."""
    rows = LateCode.objects.filter(_of(person), until_on__gte=today)
    return rows.filter(used_at__isnull=True, withdrawn_at__isnull=True).exists()


def late_code_for(person: User, code: str) -> LateCode | None:
    """The code as it was given to this very person; None for any other text, and for a code of somebody else."""
    return LateCode.objects.select_related("intake").filter(_of(person), digest=digest_of(code)).first()


def _of(person: User) -> Q:
    """Given to the account, or, where there was none at that time, to the address that it has."""
    return Q(person=person) | Q(person__isnull=True, email__iexact=person.email)
