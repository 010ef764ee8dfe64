"""The training records of both places, made once however many kinds of things stand on them."""

from __future__ import annotations

from ctts.accounts.models import User
from tests.cast import Cast
from tests.training import practice
from tests.training.world import ENROLLED, accepted
from training import actions as training
from training.models import TrainingRecord

# Trainee and Training Supervisor of a place.
PEOPLE = {"leeds": ("tara", "sam"), "bristol": ("tom", "sue")}


def record_at(cast: Cast, place: str) -> TrainingRecord:
    """Tara's record at Leeds or Tom's at Bristol as it is now, with supervisor, co-ordinator, External Moderator."""
    rows = TrainingRecord.objects.select_related("trainee", "scope", "centre", "rules")
    return rows.filter(trainee=getattr(cast, PEOPLE[place][0])).first() or practice.record_of(cast, place)


def another_at(cast: Cast, place: str, trainee: User) -> TrainingRecord:
    """Somebody else of a place, enrolled as Tara or Tom is."""
    framework = record_at(cast, place).framework
    application = accepted(cast, trainee, getattr(cast, PEOPLE[place][1]), framework, many=1)
    return training.enrol(by=None, now=ENROLLED, application_id=application.pk)


# Trainee, Training Supervisor, External Moderator, a colleague; the other centre's moderator is this record's
# Supporting Moderator.
PARTS = {
    "leeds": {"trainee": "tara", "supervisor": "sam", "moderator": "mia", "colleague": "trina", "supporting": "max"},
    "bristol": {"trainee": "tom", "supervisor": "sue", "moderator": "max", "colleague": "carl", "supporting": "mia"},
}


def one(cast: Cast, place: str, part: str) -> User:
    """Whoever has this part in the record of a place."""
    person: User = getattr(cast, PARTS[place][part])
    return person
