"""Every open duty makes exactly one row for exactly the right people, whatever was done before (N).

Walks through the state machines: after every step each person's rows are compared with what the states themselves say,
worked out here one thing at a time and without the queries that pages ask.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from ctts.accounts.models import User
from tests.cast import PEOPLE
from tests.training import practice as p
from tests.training.walking import EVERY_WAY, STEPS, holders, may_still, office, supervisors, take
from training import queries
from training.models import (
    ChangeRequest,
    Concern,
    Dops,
    ProgressReport,
    Reflection,
    ReviewAction,
    SupervisorReview,
)
from training.states import (
    REVIEW_UNSIGNED,
    AppointmentKind,
    ChangeState,
    ConcernLevel,
    ConcernState,
    DopsState,
    RecordState,
    ReportState,
    ReviewState,
    WritingState,
)

pytestmark = pytest.mark.django_db


# --- what the states say, one thing at a time ---


def of_review(review):
    theirs = [review.record.trainee] if review.state == ReviewState.SIGNED else supervisors(review.record)
    return theirs if review.state != ReviewState.SUBMITTED else []


def of_dops(dops):
    if dops.state == DopsState.AWAITING_ACKNOWLEDGEMENT:
        return [dops.record.trainee]
    if dops.state not in (DopsState.REQUESTED, DopsState.STARTED):
        return []
    if dops.assessor_kind == "colleague" and dops.approved_at is None:
        return supervisors(dops.record)
    return [dops.assessor] if may_still(dops) else [dops.record.trainee]


def of_report(report):
    if report.state == ReportState.DRAFT:
        return supervisors(report.record)
    return holders(report.record, AppointmentKind.COORDINATOR) if report.state == ReportState.SENT else []


def of_change(change):
    return {
        ChangeState.DRAFT: [change.record.trainee],
        ChangeState.AWAITING_SUPPORT: supervisors(change.record) or office(),
        ChangeState.AWAITING_DECISION: office(),
    }.get(change.state, [])


def of_concern(concern):
    if concern.state != ConcernState.OPEN:
        return []
    people = office() if concern.level == ConcernLevel.OFFICE else holders(concern.record, concern.level)
    people += office() if concern.patient_safety and concern.level != ConcernLevel.OFFICE else []
    return [one for one in people if one.pk not in (concern.raised_by_id, concern.record.trainee_id)]


def of_piece(piece):
    return supervisors(piece.record) if piece.state == WritingState.SUBMITTED else []


def of_action(action):
    """What was agreed in a signed review waits for its owner until it is closed, from a week before its day on."""
    if action.closed_at or action.review.state in REVIEW_UNSIGNED or action.due_on > p.TODAY + timedelta(days=7):
        return []
    record = action.review.record
    return [record.trainee] if action.owner == str(record.trainee) else supervisors(record)


KINDS = {
    "review": (SupervisorReview, of_review),
    "dops": (Dops, of_dops),
    "report": (ProgressReport, of_report),
    "change": (ChangeRequest, of_change),
    "concern": (Concern, of_concern),
    "reflection": (Reflection, of_piece),
}


def owed():
    """(whom, address) of every duty that the states give, each once. A concern is answered after the end as well."""
    found = Counter()
    for name, (model, of) in KINDS.items():
        for thing in model.objects.select_related("record__trainee"):
            if name != "concern" and thing.record.state not in (RecordState.ACTIVE, RecordState.INTERRUPTED):
                continue
            found.update({(person.pk, reverse(f"training:{name}", args=[thing.pk])) for person in of(thing)})
    for action in ReviewAction.objects.select_related("review__record__trainee"):
        record = action.review.record
        if record.state == RecordState.ACTIVE:
            address = f"{reverse('training:reviews', args=[record.pk])}#agreed-{action.pk}"
            found.update({(person.pk, address) for person in of_action(action)})
    return found


def shown(scene):
    """(whom, address) of every row that the pages show of these kinds."""
    ours = tuple(reverse(f"training:{name}", args=[1]).removesuffix("1/") for name in KINDS)
    rows = Counter()
    for first in PEOPLE:
        person = User.objects.get(pk=getattr(scene.cast, first).pk)
        for row in queries.duties_for(person, p.TODAY):
            kind = row.url.rstrip("/").rsplit("/", 1)[0] + "/"
            rows[person.pk, row.url] += kind in ours or "#agreed-" in row.url
    return +rows


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(walk=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(["tara", "tom"])), max_size=8))
@example(walk=[(name, "tara") for name in EVERY_WAY])
def test_N_every_open_duty_makes_one_row_for_exactly_the_right_people(scene, walk):
    with transaction.atomic():
        for name, place in walk:
            take(scene, name, place)
            assert shown(scene) == owed(), (name, place)
        transaction.set_rollback(True)


def test_N_the_walk_through_every_way_takes_each_step(scene):
    assert STEPS.keys() == set(EVERY_WAY)
    assert [name for name in EVERY_WAY if not take(scene, name, "tara")] == []
