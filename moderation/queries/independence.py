"""Who is how involved with a trainee, computed from every row of the record (E4; G 3.6).

The same few queries for one person and for the whole pool, for one record and for a board's whole list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, Max, OuterRef, QuerySet, Subquery, Value

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.common.digest import sha256
from ctts.common.prepared import prepared
from ctts.organisations.access import on_day
from ctts.organisations.models import Affiliation, Organisation
from ctts.organisations.states import Role
from ctts.scheme.queries import numbers_on
from ctts.scheme.rules import SchemeNumbers
from moderation.models import Declaration, Moderator
from moderation.queries.pool import active_moderators, standing_interests, with_standing
from moderation.queries.traces import TRACES
from moderation.rules import Independence, Involvement, Place, Reason, appointment_check
from moderation.states import Standing
from training.models import ExternalAssessor, TrainingRecord
from training.states import RECORD_ENDED, AppointmentKind

ORDER = (Standing.CLEAR, Standing.OVERRIDABLE, Standing.BLOCKED)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one person for one appointment: the facts, their place in the pool, what stands against it."""

    facts: Involvement
    place: Place
    independence: Independence

    @property
    def standing(self) -> Standing:
        """Clear, only with a written reason, or not possible."""
        return self.independence.standing

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Every reason against it."""
        return self.independence.reasons

    @property
    def digest(self) -> str:
        """The digest of what a page shows of it: what the office decides about."""
        return sha256({"standing": str(self.standing), "reasons": [reason.text for reason in self.reasons]})

    def as_facts(self) -> dict[str, Any]:
        """Everything found, in keys and codes, as it is kept with the appointment."""
        facts = asdict(self.facts)
        declared = self.facts.declared_on
        facts["declared_on"] = declared.isoformat() if declared else None
        return {**facts, "pool": asdict(self.place), "reasons": [reason.key for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the pool with what was found for one appointment."""

    moderator: Moderator
    found: Found
    covers_scope: bool
    declared_on: date | None


@prepared
def acts_in(records: list[int], people: list[int]) -> QuerySet[Any, Any]:
    """(fact, record, person) of everything these people did in these records; one query."""
    asked: list[QuerySet[Any, Any]] = [
        trace.table._default_manager.filter(
            trace.only, **{f"{trace.record}__any_of": records, f"{trace.person}__any_of": people}
        )
        .order_by()
        .annotate(fact=Value(trace.fact, output_field=CharField()), of=F(trace.record), who=F(trace.person))
        .values_list("fact", "of", "who")
        for trace in TRACES
    ]
    return asked[0].union(*asked[1:], _by_link(records, people))


def _by_link(records: list[int], people: list[int]) -> QuerySet[Any, Any]:
    """Whoever assessed a DOPS by a one-time link, before they had an account with that address (T5, E4)."""
    accounts = User.objects.filter(pk__any_of=people, email__iexact=OuterRef("email"))
    rows = ExternalAssessor.objects.filter(dops__record__any_of=records, code_given_at__isnull=False)
    rows = rows.order_by().annotate(
        fact=Value("assessed", output_field=CharField()), of=F("dops__record"), who=Subquery(accounts.values("pk")[:1])
    )
    return rows.filter(who__isnull=False).values_list("fact", "of", "who")


def involved_in(records: Iterable[TrainingRecord], people: Collection[int]) -> dict[int, set[int]]:
    """Which of these people took part in which training, by the record's id: did anything in it, or are the trainee
    (E4, F7); one query."""
    rows = list(records)
    found: dict[int, set[int]] = {row.pk: {row.trainee_id} & set(people) for row in rows}
    for _, record, person in acts_in(list(found), list(people)):
        found[record].add(person)
    return found


def involvement(person: User, record: TrainingRecord, today: date) -> Involvement:
    """What ties a person to a trainee on a day, from every row of the record, past and present (E4)."""
    return involvements([person.pk], record, today)[person.pk]


def involvements(people: Collection[int], record: TrainingRecord, today: date) -> dict[int, Involvement]:
    """The same for many people by their id; six queries, whatever their number."""
    acts: dict[int, dict[str, bool]] = {person: {} for person in people}
    for fact, _, person in acts_in([record.pk], list(people)):
        acts[person][fact] = True
    training = _in_training(people)
    places, declared = _places(people, today), _declared_on(people)
    interested, covering = _interested(people, record), _covering(people, record)
    return {
        person: Involvement(
            is_same_person=person == record.trainee_id,
            is_trainee=person in training,
            same_centre=any(_is_same_centre(place, record.centre) for place in places.get(person, ())),
            same_employer_group=any(_is_same_group(place, record.centre) for place in places.get(person, ())),
            declared_conflict=person in interested,
            declared_on=declared.get(person),
            covers_scope=person in covering,
            **acts[person],
        )
        for person in people
    }


def _in_training(people: Collection[int]) -> set[int]:
    """Those who are trainees on the scheme themselves: a trainee never assesses a trainee."""
    running = TrainingRecord.objects.filter(trainee__in=people).exclude(state__in=RECORD_ENDED)
    return set(running.values_list("trainee", flat=True))


def _places(people: Collection[int], today: date) -> dict[int, list[Organisation]]:
    """Where people belong in any role on the day."""
    rows = Affiliation.objects.filter(on_day(today), person__in=people, organisation__isnull=False)
    found: dict[int, list[Organisation]] = {}
    for row in rows.select_related("organisation"):
        if row.organisation is not None:
            found.setdefault(row.person_id, []).append(row.organisation)
    return found


def _is_same_centre(place: Organisation, centre: Organisation) -> bool:
    """Whether a workplace is the trainee's centre, its consortium, or another member of the same consortium."""
    house = {centre.pk, centre.consortium_id} - {None}
    return place.pk in house or place.consortium_id in house


def _is_same_group(place: Organisation, centre: Organisation) -> bool:
    group = centre.employer_group.strip().casefold()
    return bool(group) and place.employer_group.strip().casefold() == group


def _declared_on(people: Collection[int]) -> dict[int, date]:
    """The London day on which each signed the declaration last."""
    rows = Declaration.objects.filter(moderator__person__in=people).order_by().values_list("moderator__person")
    return {person: london_date(at) for person, at in rows.annotate(last=Max("signed_at"))}


def _interested(people: Collection[int], record: TrainingRecord) -> set[int]:
    """Those with an interest that stands in the trainee, their centre or its consortium."""
    rows = standing_interests().filter(moderator__person__in=people).select_related("organisation", "moderator")
    return {
        row.moderator.person_id
        for row in rows
        if row.trainee_id == record.trainee_id
        or (row.organisation is not None and _is_same_centre(row.organisation, record.centre))
    }


def _covering(people: Collection[int], record: TrainingRecord) -> set[int]:
    """Those in the pool for the trainee's scope of practice (E3)."""
    rows = Moderator.objects.filter(person__in=people, scopes=record.scope_id)
    return set(rows.values_list("person", flat=True))


# --- for an appointment ---


def candidates(kind: AppointmentKind, record: TrainingRecord, day: date) -> list[Candidate]:
    """Everybody in the pool for one appointment from a day on: the clear ones first, then those that need a written
    reason, then the blocked ones with why; within each who covers the scope, then who has most room (E3, E4, F5)."""
    rows = list(with_standing(active_moderators(), day))
    numbers = numbers_on(day)
    facts = involvements([row.person_id for row in rows], record, day)
    holding = _holding([row.person_id for row in rows], day)
    found = [_candidate(kind, row, facts[row.person_id], row.person_id in holding, day, numbers) for row in rows]
    return sorted(found, key=_by_standing)


def _candidate(
    kind: AppointmentKind, row: Moderator, facts: Involvement, holds: bool, day: date, numbers: SchemeNumbers
) -> Candidate:
    load: int = row.load  # type: ignore[attr-defined]  # annotated by with_standing
    place = Place(state=row.state, holds_role=holds, load=load, capacity=row.capacity)
    found = Found(facts, place, appointment_check(kind, facts, place, day, numbers))
    return Candidate(row, found, facts.covers_scope, facts.declared_on)


def _by_standing(row: Candidate) -> tuple[int, bool, int, str, int]:
    place = row.found.place
    return (
        ORDER.index(row.found.standing),
        not row.covers_scope,
        place.load - place.capacity,
        row.moderator.person.sort_name,
        row.moderator.pk,
    )


def found_for(kind: AppointmentKind, person: User, record: TrainingRecord, day: date) -> Found:
    """What is found of one person for one appointment from a day on; in the pool or not (E3, E4, F5)."""
    row = with_standing(Moderator.objects.filter(person=person), day).first()
    holds = person.pk in _holding([person.pk], day)
    place = Place(holds_role=holds)
    if row is not None:
        place = Place(state=row.state, holds_role=holds, load=row.load, capacity=row.capacity)  # type: ignore[attr-defined]  # annotated by with_standing
    facts = involvement(person, record, day)
    return Found(facts, place, appointment_check(kind, facts, place, day, numbers_on(day)))


def _holding(people: Collection[int], day: date) -> set[int]:
    """Those who hold the role of moderator on the day and have access."""
    rows = Affiliation.objects.filter(on_day(day), person__in=people, role=Role.MODERATOR, person__is_active=True)
    return set(rows.values_list("person", flat=True))
