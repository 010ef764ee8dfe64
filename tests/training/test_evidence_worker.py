"""A file that was declared is shared as soon as a real worker has checked it; nobody waits for the minute (T3)."""

import pytest

from ctts.common import clock
from ctts.documents.states import DocumentState
from tests.conftest import Worker
from tests.training.world import NOW, file_evidence, item_of, make_world
from training.states import EvidenceState


@pytest.mark.django_db(transaction=True)
def test_t3_a_checked_file_is_shared_without_a_tick_of_the_calendar(worker: Worker) -> None:
    clock.set_offset(at=NOW)
    world = make_world(many=1)
    evidence = file_evidence(world.tara, item_of(world.tara))
    worker.wait()
    evidence.refresh_from_db()
    evidence.document.refresh_from_db()
    assert (evidence.document.state, evidence.state) == (DocumentState.CHECKED, EvidenceState.SHARED)
