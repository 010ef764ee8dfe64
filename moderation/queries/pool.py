"""The pool of moderators as the office sees it, and a moderator's own place in it (E3, E4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ctts.accounts.models import User
from ctts.accounts.rules import sort_key
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.name_words import BeginsWords
from ctts.organisations.access import holds, on_day
from ctts.organisations.models import Organisation
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme.models import Scope
from ctts.scheme.queries import scopes_in_use
from ctts.scheme.rules import SchemeNumbers
from moderation.access import in_force
from moderation.models import Declaration, Interest, Moderator
from moderation.rules import declaration_in_date, declaration_until, renewal_from
from moderation.states import PoolState
from training.access import MODERATORS
from training.models import Appointment, TrainingRecord
from training.states import RECORD_ENDED


@dataclass(frozen=True, slots=True)
class PoolWanted:
    """What the list of moderators is narrowed to; empty fields narrow nothing."""

    words: str = ""
    state: str = ""
    scope_id: int | None = None


@dataclass(frozen=True, slots=True)
class DeclarationStanding:
    """A moderator's declaration on a day: the last day it holds, whether it is in date, whether it can be renewed."""

    until: date | None
    in_date: bool
    renewable: bool


def with_standing(rows: QuerySet[Moderator], today: date) -> QuerySet[Moderator]:
    """Moderators with how many trainees they have on `today` (`load`) and when they declared last (`declared_at`)."""
    held = in_force(today).filter(person=OuterRef("person")).order_by().values("person")
    counted = held.annotate(n=Count("record", distinct=True)).values("n")
    signed = Declaration.objects.filter(moderator=OuterRef("pk")).order_by().values("moderator")
    return rows.annotate(
        load=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        declared_at=Subquery(signed.annotate(last=Max("signed_at")).values("last")),
    )


def pool_for_office(user: User, today: date, wanted: PoolWanted) -> QuerySet[Moderator]:
    """The pool for the office, narrowed, by name, with scopes, load and declaration; empty for anyone outside it."""
    if not holds(user, Role.OFFICE, today):
        return Moderator.objects.none()
    rows = Moderator.objects.select_related("person", "entered_by").prefetch_related("scopes")
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.scope_id:
        rows = rows.filter(pk__in=Moderator.objects.filter(scopes=wanted.scope_id).values("pk"))
    words = sort_key(wanted.words)
    rows = rows.filter(BeginsWords("person__sort_name", words)) if words else rows
    return with_standing(rows, today).order_by("person__sort_name", "pk")


def place_of(user: User, today: date) -> Moderator | None:
    """A person's own place in the pool, with load and last declaration; None for whoever is not in it."""
    rows = Moderator.objects.filter(person=user).select_related("person").prefetch_related("scopes")
    return with_standing(rows, today).first()


def declaration_standing(declared_at: datetime | None, today: date, numbers: SchemeNumbers) -> DeclarationStanding:
    """How a declaration signed at an instant stands on `today` (E4)."""
    if declared_at is None:
        return DeclarationStanding(None, in_date=False, renewable=True)
    signed_on = london_date(declared_at)
    in_date = declaration_in_date(signed_on, today, numbers)
    renewable = not in_date or today >= renewal_from(signed_on, numbers)
    return DeclarationStanding(declaration_until(signed_on, numbers), in_date, renewable)


def who_may_enter(today: date) -> QuerySet[User]:
    """People who hold the role of moderator on `today` and are not in the pool, by name; for the office's page."""
    return people_with(Role.MODERATOR, today).exclude(pk__in=Moderator.objects.values("person"))


def scopes_to_cover(moderator: Moderator | None = None) -> QuerySet[Scope]:
    """The scopes that a moderator may cover: those in which somebody may train, and theirs (S1, E3)."""
    if moderator is None:
        return scopes_in_use()
    theirs = Moderator.scopes.through.objects.filter(moderator=moderator).values("scope")
    known = Q(pk__in=scopes_in_use().order_by().values("pk")) | Q(pk__in=theirs)
    return Scope.objects.filter(known).select_related("group").order_by("name")


def moderator_version(moderator: Moderator) -> str:
    """The digest of what can be changed of a moderator, as a form shows it."""
    scopes = sorted(Moderator.scopes.through.objects.filter(moderator=moderator).values_list("scope", flat=True))
    return sha256({"scopes": scopes, "region": moderator.region, "capacity": moderator.capacity})


def trainees_of_moderator(moderator: Moderator, today: date) -> QuerySet[Appointment]:
    """The appointments of a moderator that hold on `today`, in training that goes on, by the trainee's name."""
    rows = Appointment.objects.filter(on_day(today), person=moderator.person_id, kind__in=MODERATORS)
    rows = rows.exclude(record__state__in=RECORD_ENDED)
    return rows.select_related("record__trainee", "record__scope").order_by("record__trainee__sort_name", "pk")


def declarations_of(moderator: Moderator) -> QuerySet[Declaration]:
    """Every declaration that a moderator signed, the newest first."""
    return Declaration.objects.filter(moderator=moderator).order_by("-signed_at", "-pk")


def standing_interests() -> QuerySet[Interest]:
    """Interests that were declared and not taken back (E4)."""
    return Interest.objects.filter(ends__isnull=True, ended_by__isnull=True)


def interests_of(moderator: Moderator) -> QuerySet[Interest]:
    """The interests of a moderator that stand, the newest first."""
    rows = standing_interests().filter(moderator=moderator)
    return rows.select_related("organisation", "trainee", "moderator").order_by("-declared_at", "-pk")


def own_interests(user: User) -> QuerySet[Interest]:
    """Every interest that a person declared; those of others do not exist for them."""
    rows = Interest.objects.filter(moderator__person=user, ends__isnull=True)
    return rows.select_related("organisation", "trainee", "moderator")


def trainees_named(full_name: str, centre: Organisation) -> list[User]:
    """Trainees with exactly this name at this Training Centre, while their training goes on: whoever names both knows
    them, so nothing is told by the answer."""
    running = TrainingRecord.objects.filter(centre=centre).exclude(state__in=RECORD_ENDED)
    name = sort_key(full_name)
    return list(User.objects.filter(pk__in=running.values("trainee"), sort_name=name).order_by("pk")) if name else []


def active_moderators() -> QuerySet[Moderator]:
    """Everybody in the pool who has not left it, with their scopes."""
    rows = Moderator.objects.exclude(state=PoolState.RETIRED)
    return rows.select_related("person").prefetch_related("scopes").order_by("person__sort_name", "pk")
