"""What an application means for merging two accounts of one person (C2, A2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse

from applications.actions import hand_support_over
from applications.models import Application
from applications.states import FINAL, ApplicationState
from ctts.accounts.models import User
from ctts.organisations.merging import Tie, hands_over, holds_back


@holds_back
def own_application(duplicate: User, today: date) -> Iterator[Tie]:
    """An application belongs to the account that began it, with all its files and signatures."""
    for application in Application.objects.filter(applicant=duplicate).exclude(state__in=FINAL):
        words = f"The application for {application.intake} is not over: merge the other way round, or withdraw it."
        yield Tie(words, "The application", reverse("applications:review", args=[application.pk]))


@hands_over
def support(duplicate: User, kept: User, by: User, now: datetime) -> Iterator[str]:
    """Applications that name the duplicate as Training Supervisor name the account that stays."""
    drafts = Q(supervisor_email__iexact=duplicate.email, state=ApplicationState.DRAFT)
    named = Application.objects.filter(Q(supervisor=duplicate) | drafts)
    for application in named.exclude(state__in=FINAL).order_by("pk"):
        hand_support_over(by=by, now=now, application_id=application.pk, to=kept)
        yield str(application)
