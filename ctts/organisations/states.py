"""Kinds of organisations, nations, and the roles that people hold. Stored keys are short and permanent."""

from __future__ import annotations

from django.db.models import TextChoices


class Kind(TextChoices):
    """What an organisation is to the scheme."""

    CENTRE = "centre", "Training centre"
    CONSORTIUM = "consortium", "Consortium"
    EMPLOYER = "employer", "Employer"


class Nation(TextChoices):
    """Where a site lies; decides its working days (C2, N)."""

    ENGLAND = "england", "England"
    SCOTLAND = "scotland", "Scotland"
    WALES = "wales", "Wales"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class SiteStepKind(TextChoices):
    """What happened to a site: it was closed with its last day, or opened again."""

    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Opened again"


class Role(TextChoices):
    """What a person may be. What each may do is written in the apps' `access.py`; who holds one is a dated row."""

    SUPERVISOR = "supervisor", "Training Supervisor"
    COORDINATOR = "coordinator", "Training Co-ordinator"
    TRAINER = "trainer", "Trainer"
    EMPLOYEE = "employee", "Employee"
    MODERATOR = "moderator", "Moderator"
    OFFICE = "office", "Scheme office"
    ADJUSTMENTS = "adjustments", "Adjustments reader"


# Roles of the scheme itself: held without an organisation. The others are held at one.
SCHEME_WIDE = frozenset({Role.MODERATOR, Role.OFFICE, Role.ADJUSTMENTS})
# Roles whose holders must use a second factor (quality rule 15).
PRIVILEGED = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.MODERATOR, Role.OFFICE, Role.ADJUSTMENTS})
