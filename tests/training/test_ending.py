"""A record is completed after the board, and Associate Membership ends with it (F7, D3)."""

from __future__ import annotations

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import NotAllowed, TooLate
from tests.training import practice as p
from training import actions
from training.models import AssociateMembership, Milestone


def test_f7_a_completed_record_ends_with_its_membership(scene):
    record = actions.complete_record(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)
    assert (record.state, record.ended_on) == ("completed", p.TODAY)
    ends = dict(AssociateMembership.objects.values_list("record", "ends_on"))
    assert ends == {scene.tara.pk: p.TODAY, scene.tom.pk: None}
    assert Milestone.objects.get(record=scene.tara, kind="board").done_on == p.TODAY
    event = AuditEvent.objects.get(action="training.record.completed")
    assert event.after == {"state": "completed", "ended_on": "2026-06-10"}
    with pytest.raises(TooLate):
        actions.complete_record(by=scene.cast.olive, now=p.NOW, record_id=scene.tara.pk)


@pytest.mark.parametrize("by", ["sam", "mia", "tara", "nobody"])
def test_f7_only_the_office_completes_a_record(scene, by):
    with pytest.raises(NotAllowed):
        actions.complete_record(by=getattr(scene.cast, by), now=p.NOW, record_id=scene.tara.pk)
