"""Levels of qualifications compared with the FHEQ (A3 c; G 2.1)."""

from __future__ import annotations

from applications.states import QualificationFramework
from ctts.scheme.rules import whole_number

SCOTTISH = {7: 4, 8: 5, 9: 6, 10: 6, 11: 7, 12: 8}
"""SCQF levels of higher education as FHEQ levels, by the joint table of the UK and Irish qualification bodies
("Qualifications can cross boundaries"): SCQF 9 and 10 stand against level 6."""
HIGHEST = {QualificationFramework.SCQF: 12}


def fheq_level_of(framework: str, level: int) -> int | None:
    """The FHEQ level that a level of another framework stands against; None below higher education in Scotland.

    The levels of FHEQ, RQF and CQFW are numbered alike; for an overseas qualification `level` is the one that UK ENIC
    compares it with. Raises ValueError for a level the framework does not have, TypeError for what is no whole number.
    """
    kind = QualificationFramework(framework)
    highest = HIGHEST.get(kind, 8)
    if not 1 <= whole_number(level, "level") <= highest:
        name = "FHEQ" if kind == QualificationFramework.OVERSEAS else kind.value.upper()
        raise ValueError(f"Levels of the {name} go from 1 to {highest}.")
    return SCOTTISH.get(level) if kind == QualificationFramework.SCQF else level
