"""What training means elsewhere: for merging two accounts of one person, for roles and names, for whose application is
over, for content of the storage, for the scopes; what it tells of a record that is taken away; its help."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.urls import reverse

from applications.queries import led_to_an_end
from ctts.accounts.models import User
from ctts.accounts.names import NameKept, keeps_name
from ctts.common.helping import explains
from ctts.common.months import in_words
from ctts.documents.queries import knows_addresses
from ctts.organisations.conflicts import Conflict, speaks_against
from ctts.organisations.following import access_ends, role_begins, role_ends
from ctts.organisations.leaving import Left, leaves
from ctts.organisations.merging import Tie, holds_back
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.queries import coordinators_of
from ctts.organisations.states import Role
from ctts.scheme.queries import AskedToRead, GoesOn, asked_to_read, goes_on_in_scopes
from training.access import trains_now
from training.actions import begin_with_role, end_with_role, leave_with_access
from training.help import HELP
from training.models import Appointment, TrainingRecord
from training.queries import co_ordinated_by, copies_at, tells_of_record
from training.states import AppointmentKind, ChangeKind, RecordState
from training.taking import OWN_CHAPTERS

explains(HELP)
for place, chapter in OWN_CHAPTERS:
    tells_of_record(place)(chapter)


@speaks_against
def in_training(person: User, today: date) -> Iterator[Conflict]:
    """A trainee never assesses a trainee; whoever is to supervise or train can once their own training ends, and of the
    office the scheme says nothing (E4)."""
    for record in trains_now().filter(trainee=person).select_related("scope").order_by("pk"):
        known = f"They are in training ({record.scope})"
        never = f"{known}: a trainee never assesses a trainee."
        yield Conflict(Role.MODERATOR, f"{never} The training ends first.", forbids=True)
        yield Conflict(Role.SUPERVISOR, f"{never} They sign nothing before their own training ends.")
        yield Conflict(Role.TRAINER, f"{never} They observe and sign nothing before their own training ends.")
        yield Conflict(Role.OFFICE, f"{known}, and the office sees and decides what concerns other trainees.")
        yield Conflict(Role.ADJUSTMENTS, f"{known}, and a named reader reads and decides what other trainees ask for.")


@role_begins
def co_ordinators_are_appointed(held: Affiliation, by: User | None, now: datetime) -> None:
    """Whoever becomes Training Co-ordinator of a centre stands around its trainees who have none (C2)."""
    begin_with_role(by=by, now=now, held=held)


@role_ends
def appointments_end(held: Affiliation, was: date | None, by: User, now: datetime) -> None:
    """An appointment ends with the role it rests on (E3)."""
    end_with_role(by=by, now=now, held=held, was=was)


@access_ends
def co_ordinators_take_over(person: User, by: User, now: datetime) -> None:
    """Where a Training Co-ordinator has no access any more another one of the centre takes over (C2)."""
    leave_with_access(by=by, now=now, person=person)


@leaves
def co_ordinated_by_them(person: User, today: date) -> Iterator[Left]:
    """Centres whose trainees they stand around as Training Co-ordinator: who takes over, or that nobody does (C2)."""
    rows = list(co_ordinated_by(person, today).select_related("record__centre", "record__trainee"))
    for centre in dict.fromkeys(row.record.centre for row in rows):
        names = ", ".join(str(row.record.trainee) for row in rows if row.record.centre == centre)
        others = [one for one in coordinators_of(centre, today) if one.pk != person.pk]
        then = f"{others[0].full_name} takes over" if others else "nobody does so then: give somebody the role first"
        words = f"They are Training Co-ordinator of {names} at {centre}; {then}."
        url = reverse("scheme:centre", args=[centre.pk])
        yield Left(words, f"The centre {centre}", url, Role.COORDINATOR, _role_there(centre))


@leaves
def trained_by_them(person: User, today: date) -> Iterator[Left]:
    """Trainees whose Training Supervisor they are or are to be: each then names another, by a request (E5)."""
    held = Appointment.objects.exclude(ends_on__lt=today).filter(person=person, kind=AppointmentKind.SUPERVISOR)
    related = ("record__trainee", "record__centre")
    for row in held.filter(record__in=trains_now()).select_related(*related).order_by("pk"):
        name, url = row.record.trainee.full_name, reverse("training:people", args=[row.record_id])
        then = "is asked to name another once nobody supervises them"
        words = f"They are Training Supervisor of {name}, who {then}."
        if row.starts_on > today:
            begins = f"From {in_words(row.starts_on)} on they are to be Training Supervisor of {name}"
            words = f"{begins}; where the role ends before, that is called off, and {name} {then}."
        yield Left(words, f"People around {name}", url, Role.SUPERVISOR, _role_there(row.record.centre))


def _role_there(centre: Organisation) -> frozenset[int | None]:
    """Where a role for the trainees of a centre is held: there, or at its consortium (C2)."""
    return frozenset({centre.pk, centre.consortium_id})


@leaves
def their_own_training(person: User, today: date) -> Iterator[Left]:
    """A training of theirs that goes on: nothing of it reaches them then (E5)."""
    for record in trains_now().filter(trainee=person).select_related("scope").order_by("pk"):
        words = f"They are in training ({record.scope}). It stays so, and no mail reaches them."
        yield Left(words, "The training", reverse("training:people", args=[record.pk]))


@holds_back
def own_training(duplicate: User, today: date) -> Iterator[Tie]:
    """A record belongs to the account that trains or has trained, with its Diploma, and to no other."""
    for record in TrainingRecord.objects.filter(trainee=duplicate):
        words = "This account has a training record: merge the other way round."
        yield Tie(words, "The training", reverse("training:people", args=[record.pk]))


@holds_back
def appointments(duplicate: User, today: date) -> Iterator[Tie]:
    """Who stands around a trainee is appointed by name: the other account is appointed first (E3, E4)."""
    rows = Appointment.objects.exclude(ends_on__lt=today).filter(person=duplicate).select_related("record__trainee")
    for row in rows.order_by("pk"):
        name = row.record.trainee.full_name
        words = f"{row.get_kind_display()} of {name}: appoint the other account there, and end this appointment."
        yield Tie(words, f"People around {name}", reverse("training:people", args=[row.record_id]))


@led_to_an_end
def ended_trainings() -> QuerySet[TrainingRecord, int]:
    """The applications whose training has ended: completed, not completed or withdrawn (D3, F6)."""
    return TrainingRecord.objects.filter(ended_on__isnull=False).order_by().values_list("application", flat=True)


@keeps_name
def name_of_a_trainee(person: User) -> NameKept | None:
    """In training the legal name changes by a request that the office grants, with evidence of it (E5)."""
    record = trains_now().filter(trainee=person).first()
    if record is None:
        return None
    words = "While you are in training, another name is asked for with evidence of it, and the scheme office decides."
    return NameKept(words, "Ask for another name", reverse("training:change_new", args=[record.pk, ChangeKind.NAME]))


@knows_addresses
def archives_of_copies(addresses: Collection[str]) -> set[str]:
    """The archive of a copy stays in the storage while the copy can be downloaded."""
    return copies_at(addresses)


@asked_to_read
def trainees_read_the_handbook() -> Iterator[AskedToRead]:
    """Each trainee whose training began with a handbook is asked to read every later version; one whose training is
    interrupted hears of it afterwards (E1, N)."""
    rows = trains_now().filter(handbook__isnull=False).order_by("trainee").values_list("trainee", "handbook", "state")
    for person, given, state in rows:
        yield AskedToRead(person, given, state == RecordState.INTERRUPTED)


@goes_on_in_scopes
def trainees() -> GoesOn:
    """Trainees in each scope, those whose training is interrupted too (S1, E1)."""
    counts = dict(trains_now().order_by().values_list("scope").annotate(Count("pk")))
    return GoesOn("trainee", "trainees", counts, f"{reverse('training:office')}?scope=")
