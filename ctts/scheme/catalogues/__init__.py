"""Sample frameworks of the six offered scopes and a DOPS form for any scope, as workbooks the importer loads."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
WORKBOOKS = (
    HERE / "nuclear-medicine.xlsx",
    HERE / "radiotherapy-physics.xlsx",
    HERE / "radiation-physics.xlsx",
    HERE / "medical-engineering.xlsx",
    HERE / "radiation-engineering.xlsx",
    HERE / "rehabilitation-engineering.xlsx",
)
EXAMPLE = WORKBOOKS[0]
DOPS_WORKBOOK = HERE / "dops-all-scopes.xlsx"
