"""What is wrong with a spreadsheet, place by place, so that all of it can be mended in one go (quality rule 16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `sheet` is empty for the file as a whole, `row` is None for a whole sheet or column,

    `column` is the letter a spreadsheet program shows and empty for a whole row. `message` says what to do.
    """

    sheet: str
    row: int | None
    column: str
    message: str

    @property
    def place(self) -> str:
        """Where to look, as a person would say it: `Competencies, cell D14`."""
        if self.row is not None and self.column:
            spot = f"cell {self.column}{self.row}"
        elif self.row is not None:
            spot = f"row {self.row}"
        elif self.column:
            spot = f"column {self.column}"
        else:
            spot = ""
        return ", ".join(part for part in (self.sheet, spot) if part) or "The file"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class SheetProblems(Exception):  # noqa: N818 — it carries problems; an "error" would be ours
    """The spreadsheet cannot be read; `problems` names every place to mend, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Notes:
    """Problems as they are found. Beyond MOST_SHOWN only the number is kept, so that no upload can fill the memory."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._left_off = 0

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, message: str, *, sheet: str = "", row: int | None = None, column: str = "") -> None:
        """Note one problem; nothing is raised yet."""
        if len(self._found) < MOST_SHOWN:
            self._found.append(Problem(sheet, row, column, message))
        else:
            self._left_off += 1

    def settle(self, order: Iterable[str]) -> None:
        """Raise SheetProblems if anything was noted."""
        if self._found:
            raise self.settled(order)

    def settled(self, order: Iterable[str]) -> SheetProblems:
        """All that was noted, to be raised: by the sheets in `order` (others first), then by row and column."""
        rank = {sheet: number for number, sheet in enumerate(order, start=1)}
        found = sorted(self._found, key=lambda p: (rank.get(p.sheet, 0), p.row or 0, len(p.column), p.column))
        if self._left_off:
            found.append(Problem("", None, "", f"{self._left_off} more places need mending. Mend these first."))
        return SheetProblems(found)
