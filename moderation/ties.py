"""What moderating means for merging two accounts of one person (C2, E3, E4), what it tells of a record that is
taken away (quality rule 18), what it asks of the people around a trainee (N); and its help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ctts.accounts.models import User
from ctts.common.helping import explains
from ctts.organisations.merging import Tie, holds_back
from moderation.help import HELP
from moderation.models import Moderator
from moderation.queries.duties import own_duties
from moderation.queries.taken import awarded, sampled
from training.queries import adds_duties, tells_of_record

explains(HELP)
tells_of_record(45)(sampled)
tells_of_record(60)(awarded)
adds_duties(own_duties)


@holds_back
def in_the_pool(duplicate: User, today: date) -> Iterator[Tie]:
    """Declarations and interests are signed by the account in the pool, and do not move."""
    if Moderator.objects.filter(person=duplicate).exists():
        yield Tie("This account is in the pool of moderators: merge the other way round.")
