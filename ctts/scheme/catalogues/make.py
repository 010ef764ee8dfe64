"""Write the sample workbooks from their sources: `python -m ctts.scheme.catalogues.make`, run by hand after an edit.

The same sources give the same bytes. Each workbook is read back by the importer's own reader before it is written, so a
source with a doubled code, an uncovered task or a stray character changes nothing and says where it is.
"""

from __future__ import annotations

import io
import sys
import tomllib
from pathlib import Path
from typing import Any, cast

from ctts.scheme.catalogues import DOPS_WORKBOOK, HERE, WORKBOOKS
from ctts.scheme.spreadsheet import (
    CompetencyRow,
    DopsItemRow,
    FrameworkSheet,
    ModuleRow,
    SheetProblems,
    TaskRow,
    dops_workbook,
    framework_workbook,
    read_dops_form,
    read_framework,
)

SOURCES = HERE / "source"
FRAMEWORKS = ("nm", "rt", "rp", "me", "re", "rh")
DOPS_SOURCE = "dops_all_scopes"

Source = dict[str, Any]


def framework_from(source: Source) -> FrameworkSheet:
    """The framework that a source describes. Raises KeyError or TypeError for a key that is missing or unknown."""
    words = {key: value for key, value in source.items() if not isinstance(value, list)}
    return FrameworkSheet(
        **words,
        tasks=tuple(TaskRow(**task) for task in source["tasks"]),
        modules=tuple(ModuleRow(**module) for module in source["modules"]),
        competencies=tuple(
            CompetencyRow(group=group["title"], **{**competency, "tasks": tuple(competency["tasks"])})
            for group in source["groups"]
            for competency in group["competencies"]
        ),
        dops=dops_from(source),
    )


def dops_from(source: Source) -> tuple[DopsItemRow, ...]:
    """The ten items of a source, numbered in their order."""
    return tuple(
        DopsItemRow(number, item["title"], item["observed"], _five(item["anchors"]))
        for number, item in enumerate(source["dops"], start=1)
    )


def _five(anchors: list[str]) -> tuple[str, str, str, str, str]:
    if len(anchors) != 5:
        raise TypeError(f"an item has {len(anchors)} anchors, not five")
    return cast(tuple[str, str, str, str, str], tuple(anchors))


def workbooks(sources: Path = SOURCES) -> dict[str, bytes]:
    """The content of every workbook by its file name. Raises SheetProblems when the importer would refuse one."""
    made = {}
    for path, source in zip(WORKBOOKS, FRAMEWORKS, strict=True):
        made[path.name] = framework_workbook(framework_from(_load(sources, source)))
        read_framework(io.BytesIO(made[path.name]), path.name)
    form = _load(sources, DOPS_SOURCE)
    made[DOPS_WORKBOOK.name] = dops_workbook(dops_from(form), title=form["title"], foot=form["note"])
    read_dops_form(io.BytesIO(made[DOPS_WORKBOOK.name]), DOPS_WORKBOOK.name)
    return made


def _load(sources: Path, name: str) -> Source:
    return tomllib.loads((sources / f"{name}.toml").read_text(encoding="utf-8"))


def main(sources: Path = SOURCES, folder: Path = HERE) -> int:
    """Write all workbooks into the folder, or none and say why."""
    try:
        made = workbooks(sources)
    except SheetProblems as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    for name, content in made.items():
        (folder / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
