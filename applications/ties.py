"""What an application means for merging two accounts of one person (C2, A2), for roles (A4), for the scopes (S1), for
finishing an intake (I5); its help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Q
from django.urls import reverse

from applications.actions import (
    hand_support_over,
    name_reader,
    remind_supervisor,
    tell_of_accreditation,
    tell_of_accreditation_again,
    tell_of_fee,
)
from applications.declaration import TO_CONFIRM
from applications.help import HELP
from applications.models import Application
from applications.notices import CENTRE_STOPPED
from applications.queries import begun_for, stopped_applications, unread_without, waiting_for_readers_but
from applications.states import EVERY, FINAL, TO_WORK_ON, UNDECIDED, ApplicationState, PurchaseOrderState
from ctts.accounts.invited import no_longer_asked
from ctts.accounts.models import Invitation, User
from ctts.common.helping import explains
from ctts.common.letters import mail_preview
from ctts.common.months import in_words
from ctts.common.templatetags.formats import day
from ctts.common.verdict import YES, Verdict, late
from ctts.organisations.access import holds
from ctts.organisations.conflicts import Conflict, speaks_against
from ctts.organisations.following import access_ends, may_end, role_begins
from ctts.organisations.leaving import Left, leaves
from ctts.organisations.merging import Tie, hands_over, holds_back
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation, Intake
from ctts.scheme.queries import (
    GoesOn,
    Stopped,
    awaits_fee,
    goes_on_in_scopes,
    short_of_fee,
    stopped_by_end,
    told_of_end,
    told_of_fee,
    told_of_grant,
    waits_in_intake,
)
from ctts.scheme.states import AccreditationState

explains(HELP)


@speaks_against
def applies(person: User, today: date) -> Iterator[Conflict]:
    """Somebody who applies would judge or decide about others who do; the scheme says nothing of it (A4)."""
    for application in Application.objects.filter(applicant=person).exclude(state__in=FINAL).select_related("intake"):
        known = f"They have an application that is not over ({application.intake})"
        yield Conflict(Role.MODERATOR, f"{known}: a trainee never assesses a trainee, and they may be one soon.")
        yield Conflict(Role.OFFICE, f"{known}, and the office decides about others who apply.")
        yield Conflict(Role.ADJUSTMENTS, f"{known}, and a named reader decides what others who apply ask for.")


THEN = "They can still give it while their account is open; once it is closed, the applicant names somebody else."


@leaves
def waiting_applications(person: User, today: date) -> Iterator[Left]:
    """Applications that wait for somebody's confirmation or rest on it, and those that they have in review (A2, A4)."""
    running = Application.objects.select_related("applicant", "intake").order_by("pk")
    for application in running.filter(supervisor=person, state=ApplicationState.AWAITING_SUPERVISOR):
        words = f"{application.applicant.full_name} waits for their confirmation. {THEN}"
        yield Left(words, "The application", reverse("applications:review", args=[application.pk]))
    for application in running.filter(supervisor=person, state__in=(*TO_WORK_ON, ApplicationState.ACCEPTED)):
        yield Left(_rests_on(application), "The application", reverse("applications:review", args=[application.pk]))
    for application in running.filter(claimed_by=person).exclude(state__in=(*FINAL, ApplicationState.ACCEPTED)):
        words = f"They have the application of {application.applicant.full_name}; it waits for the whole office then."
        yield Left(words, "The application", reverse("applications:review", args=[application.pk]), Role.OFFICE)


def _rests_on(application: Application) -> str:
    """What becomes of an application that they confirmed and that is not enrolled (A2, A4, E3)."""
    name = application.applicant.full_name
    if application.another_asked_at is not None:
        return f"{name} waits for their confirmation. {THEN}"
    if application.state == ApplicationState.ACCEPTED:
        return f"{name} is accepted with them as Training Supervisor, and is asked to name another once in training."
    return f"They confirmed the application of {name}, which cannot be accepted while they have no access."


@access_ends
def another_is_named(person: User, by: User, now: datetime) -> None:
    """Whoever waits for the confirmation of somebody without access is told at once to name another (A2)."""
    waiting = Application.objects.filter(supervisor=person, state=ApplicationState.AWAITING_SUPERVISOR)
    for key in waiting.order_by("pk").values_list("pk", flat=True):
        remind_supervisor(by=None, now=now, application_id=key)


@no_longer_asked
def supervisor_of_nobody(invitation: Invitation) -> str:
    """Whoever was invited to confirm an application that is taken back, names somebody else by now or is over (A2)."""
    by = invitation.invited_by
    if by is None or invitation.purpose != TO_CONFIRM:
        return ""
    rows = Application.objects.filter(applicant=by, supervisor=invitation.person).exclude(state__in=FINAL)
    states = set(rows.values_list("state", flat=True))
    if states == {ApplicationState.DRAFT}:
        back = f"{by.full_name} has the application back and does not ask you to confirm it now."
        return f"{back} You need do nothing unless it is handed to you again; you are mailed then."
    if states:
        return ""
    ended = f"{by.full_name} does not ask you to confirm an application any more: it is over, or names somebody else."
    return f"{ended} You need do nothing; an account opens nothing of it."


@stopped_by_end
def stopped(row: Accreditation, state: AccreditationState, today: date) -> Iterator[Stopped]:
    """Whose application cannot be accepted while their centre is not accredited for their scope (C1, A3 a)."""
    for application in stopped_applications(row, today):
        person, stands = application.applicant, state.label.lower()
        mail = mail_preview(CENTRE_STOPPED.key, person, application=application, state=stands)
        yield Stopped(person.full_name, mail)


@told_of_end
def applicants_hear(row: Accreditation, by: User | None, now: datetime) -> None:
    """They hear of it at once."""
    tell_of_accreditation(by=by, now=now, accreditation=row)


@told_of_grant
def applicants_hear_again(row: Accreditation, by: User | None, now: datetime) -> None:
    """Whoever was told that it cannot go on hears that it does."""
    tell_of_accreditation_again(by=by, now=now, accreditation=row)


@leaves
def their_own_application(person: User, today: date) -> Iterator[Left]:
    """An application of theirs that is not over: nothing of it reaches them then (A1, E1)."""
    for application in Application.objects.filter(applicant=person).exclude(state__in=FINAL).select_related("intake"):
        url = reverse("applications:review", args=[application.pk])
        yield Left(_stays_undone(application), "The application", url)


def _stays_undone(application: Application) -> str:
    intake = application.intake
    if application.state == ApplicationState.ACCEPTED:
        enrolled = f"enrolled on {day(intake.enrolment_on)}, or once they are accepted if that is later"
        return f"They are accepted for {intake} and would be {enrolled}: without access they are not enrolled."
    return (
        f"Their application for {intake} is “{application.get_state_display()}”. It stays so, and no mail reaches them."
    )


@leaves
def adjustments_to_decide(person: User, today: date) -> Iterator[Left]:
    """How many requests wait for a named reader; whose they are only the readers know (A5)."""
    if not holds(person, Role.ADJUSTMENTS, today):
        return
    if (many := waiting_for_readers_but(person).count()) > 0:
        waits = "A request for a reasonable adjustment waits" if many == 1 else f"{many} requests for adjustments wait"
        words = f"{waits} for the named readers, of whom they are one: the others have to go on with it."
        yield Left(words, role=Role.ADJUSTMENTS)


@may_end
def somebody_reads_adjustments(person: User, role: Role, ends_on: date) -> Verdict:
    """The last named reader stays one while something waits that nobody else could read (A5)."""
    unread = unread_without(person, ends_on) if role == Role.ADJUSTMENTS else None
    if unread is None:
        return YES
    many, first = unread
    waits = "A request for a reasonable adjustment waits" if many == 1 else f"{many} requests for adjustments wait"
    return late(
        f"{waits} for a named reader, and from {in_words(first)} on nobody would be left who may read it. "
        "Give somebody else the role of an adjustments reader first."
    )


@role_begins
def new_reader(held: Affiliation, by: User | None, now: datetime) -> None:
    """A new reader of adjustments hears of what waits (A5)."""
    name_reader(by=by, now=now, held=held)


@waits_in_intake
def not_enrolled(intake: Intake) -> Iterator[str]:
    """Who is accepted and not enrolled, not decided, or put off to an intake and not taken up again (I5, A6)."""
    waiting = {ApplicationState.ACCEPTED, ApplicationState.DEFERRED, *UNDECIDED}
    for row in Application.objects.filter(intake=intake, state__in=waiting).select_related("applicant").order_by("pk"):
        yield f"{row.applicant.full_name}: {row.get_state_display()}."


@short_of_fee
def short_orders(intake: Intake) -> Iterator[str]:
    """Whoever waits for their supervisor with an order over less than the fee of the intake (A3 f, I5)."""
    waiting = Application.objects.filter(intake=intake, state=ApplicationState.AWAITING_SUPERVISOR)
    current = {"purchase_orders__state__in": PurchaseOrderState.current()}
    rows = waiting.filter(**current, purchase_orders__gross_pence__lt=intake.fee_gross_pence)
    yield from rows.order_by("pk").values_list("applicant__full_name", flat=True)


@awaits_fee
def waiting_for_fee(intake: Intake) -> Iterator[str]:
    """Whoever has not handed in an application for the intake, waits for their supervisor with it, or was put off to it
    (I6)."""
    rows = begun_for(intake).order_by("applicant__sort_name", "pk")
    yield from rows.values_list("applicant__full_name", flat=True)


@told_of_fee
def fee_is_set(intake: Intake, by: User | None, now: datetime) -> None:
    """They hear what the fee is, and whether their order covers it (I6)."""
    tell_of_fee(by=by, now=now, intake=intake)


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
