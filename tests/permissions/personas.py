"""Who asks: the personas of `tests/cast.py` by their first names, in the groups that the table speaks of."""

from tests.cast import PEOPLE

from .matrix import people

EVERYBODY = frozenset(PEOPLE)
OFFICE = people("olive oscar")
LEEDS = people("sam sid cora trina tara ann")
BRISTOL = people("sue carl tom abe")
