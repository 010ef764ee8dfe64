"""Planted violations: for each check, small trees that break it and clean twins that do not.

`PLANTS` maps a check's name to its plants. `test_guards_bite.py` writes each into a temporary folder.
"""

from . import decisions, imports, pages, texts, usage
from .plant import Plant

PLANTS: dict[str, list[Plant]] = {
    **imports.PLANTS,
    **usage.PLANTS,
    **decisions.PLANTS,
    **pages.PLANTS,
    **texts.PLANTS,
}

__all__ = ["PLANTS", "Plant"]
