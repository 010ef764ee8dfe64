"""Tables of moves of assessments: every source and target is a state, and every state is reached."""

import pytest

from assessments import states

# table → its states, and those in which a thing may begin
TABLES = {
    "OUTCOME_MOVES": (states.OutcomeState, (states.OutcomeState.AGREED,)),
    "FIRST_YEAR_MOVES": (states.FirstYearState, (states.FirstYearState.PREPARING,)),
    "STAGE_MOVES": (states.StageState, (states.StageState.OPEN,)),
    "PORTFOLIO_MOVES": (states.PortfolioState, (states.PortfolioState.DRAFT,)),
    "MARK_SHEET_MOVES": (states.MarkSheetState, (states.MarkSheetState.OPEN,)),
    "VIVA_MOVES": (states.VivaState, (states.VivaState.TO_SCHEDULE,)),
}


@pytest.mark.parametrize("table", TABLES)
def test_moves_lead_between_known_states_and_reach_them_all(table):
    choices, begins = TABLES[table]
    moves = getattr(states, table)
    known, reached = set(choices.values), {str(state) for state in begins}
    for move in moves.values():
        assert move.target in known
        assert move.sources <= known
        assert move.target not in move.sources or table == "PORTFOLIO_MOVES"
    for _ in known:
        reached |= {move.target for move in moves.values() if move.sources & reached}
    assert reached == known


def test_every_table_is_here():
    assert {name for name in vars(states) if name.endswith("_MOVES")} == set(TABLES)


def test_F1_only_what_was_confirmed_is_released():
    assert states.OUTCOME_MOVES["release"].sources == {"confirmed"}


def test_F5_what_was_released_stands():
    assert not any(states.OutcomeState.RELEASED in move.sources for move in states.OUTCOME_MOVES.values())


def test_F3_a_sealed_portfolio_is_never_unsealed():
    assert not any(states.PortfolioState.SEALED in move.sources for move in states.PORTFOLIO_MOVES.values())
