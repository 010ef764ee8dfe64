"""The office's list of trainees has one order only, by whichever column: no row is on two pages, none is lost."""

from __future__ import annotations

import pytest

from training.views.office import TraineeTable


@pytest.mark.parametrize(
    "name", [name for name, column in TraineeTable.base_columns.items() if column.orderable is not False]
)
def test_rows_that_are_alike_in_a_column_keep_their_places(name):
    assert TraineeTable.base_columns[name].order_by[-1] == "pk"
