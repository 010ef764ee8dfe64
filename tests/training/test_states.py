"""Tables of moves of training: every source and target is a state, and every state is reached."""

import pytest

from ctts.common.moves import legal_pairs
from training import states

# table → its states, and those in which a thing may begin
TABLES = {
    "RECORD_MOVES": (states.RecordState, (states.RecordState.ACTIVE,)),
    "PLAN_MOVES": (states.PlanState, (states.PlanState.DRAFT,)),
    "ITEM_MOVES": (states.ItemState, (states.ItemState.NOT_STARTED,)),
    "EVIDENCE_MOVES": (states.EvidenceState, (states.EvidenceState.DRAFT,)),
    "DOPS_MOVES": (
        states.DopsState,
        (
            states.DopsState.REQUESTED,
            states.DopsState.STARTED,
        ),
    ),
    "REVIEW_MOVES": (states.ReviewState, (states.ReviewState.DRAFT,)),
    "WRITING_MOVES": (states.WritingState, (states.WritingState.DRAFT,)),
    "REPORT_MOVES": (states.ReportState, (states.ReportState.DRAFT,)),
    "CONCERN_MOVES": (states.ConcernState, (states.ConcernState.OPEN,)),
    "CONCERN_LEVEL_MOVES": (states.ConcernLevel, (states.ConcernLevel.COORDINATOR,)),
    "CHANGE_MOVES": (states.ChangeState, (states.ChangeState.DRAFT,)),
    "CPD_MOVES": (states.CpdState, (states.CpdState.DRAFT,)),
    "COPY_MOVES": (states.CopyState, (states.CopyState.REQUESTED,)),
    "IMPORT_MOVES": (states.ImportState, (states.ImportState.TRIED,)),
    "ATTENDANCE_MOVES": (states.AttendanceState, (states.AttendanceState.INVITED,)),
}


@pytest.mark.parametrize("table", TABLES)
def test_moves_lead_between_known_states_and_reach_them_all(table):
    choices, begins = TABLES[table]
    moves = getattr(states, table)
    known, reached = set(choices.values), {str(state) for state in begins}
    for move in moves.values():
        assert move.target in known
        assert move.sources <= known
        assert move.target not in move.sources
    for _ in known:
        reached |= {move.target for move in moves.values() if move.sources & reached}
    assert reached == known


def test_every_table_is_here():
    assert {name for name in vars(states) if name.endswith("_MOVES")} == set(TABLES)


def test_T2_a_competency_is_signed_only_when_submitted_and_a_signature_is_withdrawn_not_edited():
    assert legal_pairs(states.ITEM_MOVES) == [
        ("in_progress", "submitted"),
        ("not_started", "in_progress"),
        ("returned", "submitted"),
        ("signed", "returned"),
        ("submitted", "returned"),
        ("submitted", "signed"),
    ]


def test_T3_a_scan_holds_and_the_authors_answer_shares():
    assert states.EVIDENCE_MOVES["answer"].target == states.EvidenceState.SHARED
    assert states.EvidenceState.SHARED in states.EVIDENCE_MOVES["quarantine"].sources


def test_T4_a_review_is_signed_acknowledged_and_then_submitted():
    assert states.REVIEW_MOVES["submit"].sources == {states.ReviewState.ACKNOWLEDGED}
    assert states.REVIEW_MOVES["acknowledge"].sources == {states.ReviewState.SIGNED}


def test_T5_a_dops_stands_only_after_the_trainee_acknowledged_it():
    assert [name for name, move in states.DOPS_MOVES.items() if move.target == states.DopsState.COMPLETE] == [
        "acknowledge"
    ]


def test_E5_name_and_contact_change_without_the_supervisors_support():
    assert set(states.ChangeKind) - states.CHANGES_TRAINING == {states.ChangeKind.NAME, states.ChangeKind.CONTACT}
