"""What moderating means for merging two accounts of one person and for whoever leaves (C2, E3, E4), what it tells of a
record that is taken away (quality rule 18), what it asks of the people around a trainee (N); and its help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.helping import explains
from ctts.common.months import in_words
from ctts.organisations.leaving import Left, leaves
from ctts.organisations.merging import Tie, holds_back
from ctts.organisations.states import Role
from moderation.help import HELP
from moderation.models import Moderator
from moderation.queries.duties import own_duties
from moderation.queries.taken import awarded, sampled
from training.access import MODERATORS, trains_now
from training.models import Appointment
from training.queries import adds_duties, tells_of_record

explains(HELP)
tells_of_record(45)(sampled)
tells_of_record(60)(awarded)
adds_duties(own_duties)


@leaves
def moderated_by_them(person: User, today: date) -> Iterator[Left]:
    """Trainees whose moderator they are or are to be: the office appoints somebody else (E3, F5)."""
    rows = Appointment.objects.exclude(ends_on__lt=today).filter(person=person, kind__in=MODERATORS)
    rows = rows.filter(record__in=trains_now())
    for row in rows.select_related("record__trainee").order_by("record__trainee__sort_name", "pk"):
        name = row.record.trainee.full_name
        are = "are" if row.starts_on <= today else f"are to be, from {in_words(row.starts_on)} on,"
        words = (
            f"They {are} {row.get_kind_display()} of {name}; nobody is once they have left, until you appoint another."
        )
        yield Left(words, f"Moderators of {name}", reverse("moderation:record", args=[row.record_id]), Role.MODERATOR)


@holds_back
def in_the_pool(duplicate: User, today: date) -> Iterator[Tie]:
    """Declarations and interests are signed by the account in the pool, and do not move."""
    if Moderator.objects.filter(person=duplicate).exists():
        yield Tie("This account is in the pool of moderators: merge the other way round.")
