"""Levels of qualifications compared with the FHEQ (A3 c; G 2.1)."""

from __future__ import annotations

from applications.states import QualificationFramework
from ctts.scheme.rules import whole_number

SCOTTISH = {7: 4, 8: 5, 9: 6, 10: 6, 11: 7, 12: 8}
"""SCQF levels of higher education as FHEQ levels, by the joint table of the UK and Irish qualification bodies
("Qualifications can cross boundaries"): SCQF 9 and 10 stand against level 6."""
HIGHEST = {QualificationFramework.SCQF: 12}
LOWEST = {QualificationFramework.FHEQ: 4}
"""The FHEQ is a framework of higher education alone; the others begin at 1."""
HIGHER = {QualificationFramework.RQF: 4, QualificationFramework.CQFW: 4, QualificationFramework.SCQF: 7}
"""Where higher education begins on a framework that holds other qualifications, too."""


def fheq_level_of(framework: str, level: int) -> int | None:
    """The FHEQ level that a level of another framework stands against; None below higher education in Scotland.

    The levels of FHEQ, RQF and CQFW are numbered alike; for an overseas qualification `level` is the one that UK ENIC
    compares it with. Raises ValueError for a level the framework does not have, TypeError for what is no whole number.
    """
    kind = QualificationFramework(framework)
    lowest, highest = LOWEST.get(kind, 1), HIGHEST.get(kind, 8)
    if not lowest <= whole_number(level, "level") <= highest:
        name = "Levels by UK ENIC" if kind == QualificationFramework.OVERSEAS else f"Levels of the {kind.value.upper()}"
        raise ValueError(f"{name} go from {lowest} to {highest}.")
    return SCOTTISH.get(level) if kind == QualificationFramework.SCQF else level


def below_higher_education(framework: str, level: int) -> str:
    """Why a level of a framework is none of higher education, in words; empty where it may be (A3 c).

    What UK ENIC compares an overseas qualification with is left to a person.
    """
    kind = QualificationFramework(framework)
    begins = HIGHER.get(kind, 0)
    if whole_number(level, "level") >= begins:
        return ""
    return f"Higher education begins at level {begins} of the {kind.value.upper()}. What is lower is of another kind."
