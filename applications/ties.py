"""What an application means for merging two accounts of one person (C2, A2), for roles (A4), for the scopes (S1), for
finishing an intake (I5); its help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from applications.actions import hand_support_over
from applications.help import HELP
from applications.models import Application
from applications.states import EVERY, FINAL, UNDECIDED, ApplicationState, PurchaseOrderState
from ctts.accounts.models import User
from ctts.common.helping import explains
from ctts.organisations.conflicts import Conflict, speaks_against
from ctts.organisations.leaving import Left, leaves
from ctts.organisations.merging import Tie, hands_over, holds_back
from ctts.organisations.states import Role
from ctts.scheme.models import Intake
from ctts.scheme.queries import GoesOn, goes_on_in_scopes, short_of_fee, waits_in_intake

explains(HELP)


@speaks_against
def applies(person: User, today: date) -> Iterator[Conflict]:
    """Somebody who applies would judge or decide about others who do; the scheme says nothing of it (A4)."""
    for application in Application.objects.filter(applicant=person).exclude(state__in=FINAL).select_related("intake"):
        known = f"They have an application that is not over ({application.intake})"
        yield Conflict(Role.MODERATOR, f"{known}: a trainee never assesses a trainee, and they may be one soon.")
        yield Conflict(Role.OFFICE, f"{known}, and the office decides about others who apply.")


THEN = "They can still give it while their account is open; once it is closed, the applicant names somebody else."


@leaves
def waiting_applications(person: User, today: date) -> Iterator[Left]:
    """Applications that wait for somebody's confirmation, and those that they have in review (A2, A4)."""
    running = Application.objects.select_related("applicant", "intake").order_by("pk")
    for application in running.filter(supervisor=person, state=ApplicationState.AWAITING_SUPERVISOR):
        words = f"{application.applicant.full_name} waits for their confirmation. {THEN}"
        yield Left(words, "The application", reverse("applications:review", args=[application.pk]))
    for application in running.filter(claimed_by=person).exclude(state__in=(*FINAL, ApplicationState.ACCEPTED)):
        words = f"They have the application of {application.applicant.full_name}; it waits for the whole office then."
        yield Left(words, "The application", reverse("applications:review", args=[application.pk]))


@waits_in_intake
def not_enrolled(intake: Intake) -> Iterator[str]:
    """Who is accepted and not enrolled, or not decided, in an intake (I5)."""
    waiting = {ApplicationState.ACCEPTED, *UNDECIDED}
    for row in Application.objects.filter(intake=intake, state__in=waiting).select_related("applicant").order_by("pk"):
        yield f"{row.applicant.full_name}: {row.get_state_display()}."


@short_of_fee
def short_orders(intake: Intake) -> Iterator[str]:
    """Whoever waits for their supervisor with an order over less than the fee of the intake (A3 f, I5)."""
    waiting = Application.objects.filter(intake=intake, state=ApplicationState.AWAITING_SUPERVISOR)
    current = {"purchase_orders__state__in": PurchaseOrderState.current()}
    rows = waiting.filter(**current, purchase_orders__gross_pence__lt=intake.fee_gross_pence)
    yield from rows.order_by("pk").values_list("applicant__full_name", flat=True)


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


@goes_on_in_scopes
def open_applications() -> GoesOn:
    """Applications in each scope that are not over, drafts too (S1, A6)."""
    rows = Application.objects.exclude(state__in=FINAL).filter(scope__isnull=False).order_by()
    counts = dict(rows.values_list("scope").annotate(Count("pk")))
    return GoesOn(
        "open application", "open applications", counts, f"{reverse('applications:desk')}?state={EVERY}&scope="
    )
