"""Questions from people without an account, for the office and for whoever comes back with the link (A1)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from applications.models import Application, Enquiry
from applications.states import FINAL, EnquiryStanding
from ctts.accounts import sealing
from ctts.accounts.models import User
from ctts.accounts.queries import behind_door
from ctts.organisations.access import holds
from ctts.organisations.states import Role

DOOR = b"ctts.applications.enquiry"
STANDING = {
    EnquiryStanding.OPEN: Q(answered_at__isnull=True, set_aside_at__isnull=True),
    EnquiryStanding.ANSWERED: Q(answered_at__isnull=False),
    EnquiryStanding.SET_ASIDE: Q(set_aside_at__isnull=False),
}


def enquiries_visible_to(user: User, today: date) -> QuerySet[Enquiry]:
    """Every enquiry, the oldest first; for the office, empty for anybody else."""
    rows = Enquiry.objects.select_related(
        "scope", "centre", "answered_by", "set_aside_by", "application", "about__intake"
    )
    return rows if holds(user, Role.OFFICE, today) else rows.none()


def application_asked_about(user: User, named: int | None = None) -> Application | None:
    """Which application that is not over a person asks about: the `named` one, where they are its applicant or Training
    Supervisor, else the last of their own."""
    rows = Application.objects.exclude(state__in=FINAL).order_by("pk")
    own = Q(applicant=user)
    found = rows.filter(own | Q(supervisor=user), pk=named).first() if named is not None else None
    return found or rows.filter(own).last()


def questions_about(application: Application) -> QuerySet[Enquiry]:
    """What applicant and Training Supervisor asked about it, with what became of it, the newest first; for the office,
    and each of them reads their own."""
    return application.questions.select_related("answered_by").order_by("-made_at", "-pk")


def enquiries_standing(user: User, today: date, standing: EnquiryStanding) -> QuerySet[Enquiry]:
    """Those that wait, the oldest first; those that are over, the newest first."""
    rows = enquiries_visible_to(user, today).filter(STANDING[standing])
    return rows if standing == EnquiryStanding.OPEN else rows.order_by("-made_at", "-pk")


def enquiry_path(made: Enquiry) -> str:
    """The path of the link in an answer; made anew each time, stored nowhere."""
    token = sealing.door_token(DOOR, made.pk, made.nonce)
    return reverse("applications:enquiry_answered", kwargs={"pk": made.pk, "token": token})


def enquiry_for(enquiry_id: int, token: str) -> Enquiry | None:
    """The answered enquiry a link leads to; None for a wrong link."""
    rows = Enquiry.objects.select_related("scope", "centre", "about").filter(answered_at__isnull=False)
    return behind_door(rows, DOOR, enquiry_id, token)


def enquiry_door(reference: str, now: datetime) -> str | None:
    """For `Notice(link=…)`: the path that opens the answered enquiry with this id; None without one."""
    found = Enquiry.objects.filter(pk=int(reference), answered_at__isnull=False).first()
    return enquiry_path(found) if found else None
