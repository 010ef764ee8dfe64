"""Tables of moves of moderation: every source and target is a state, and every state is reached."""

import pytest

from moderation import states

# table → its states, and those in which a thing may begin
TABLES = {
    "POOL_MOVES": (states.PoolState, (states.PoolState.INVITED,)),
    "APPOINTMENT_MOVES": (states.AppointmentState, (states.AppointmentState.OFFERED,)),
    "BOARD_MOVES": (states.BoardState, (states.BoardState.DRAFT,)),
    "DIPLOMA_MOVES": (states.DiplomaState, (states.DiplomaState.ISSUED,)),
    "PACK_MOVES": (states.PackState, (states.PackState.REQUESTED,)),
    "DISAGREEMENT_MOVES": (states.DisagreementState, (states.DisagreementState.OPEN,)),
    "APPEAL_MOVES": (states.AppealState, (states.AppealState.LODGED,)),
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


def test_F7_only_a_proposed_board_is_ratified():
    assert states.BOARD_MOVES["approve"].sources == {states.BoardState.PROPOSED}
    assert not any(states.BoardState.RATIFIED in move.sources for move in states.BOARD_MOVES.values())
