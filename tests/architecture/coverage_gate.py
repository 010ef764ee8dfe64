"""pytest plugin: a whole run fails when a decision, a door or a rule has a line or branch that no test goes through.

Loaded by `-p tests.architecture.coverage_gate` (pyproject.toml), before Django imports anything, and active only when
the whole suite runs: `python3 manage.py test` without paths and filters. It measures `actions`, `access` and `rules` of
every app, xdist workers included, and wants 100 % by branch (architecture.md). No line can be excluded, by a comment
or otherwise.

The measured modules are instrumented while they are imported, and nothing else is: the rest of the suite runs at full
speed. What could be taken is read from the sources in the end, so a module that was imported too early, or never,
counts as not run.
"""

import ast
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from slipcover import ImportManager, Slipcover
from slipcover.branch import preinstrument

from tests.architecture.in_the_making import IN_THE_MAKING, STALE_FAILS

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("actions", "access", "rules")
APPS = ("ctts/*", "applications", "training", "assessments", "moderation")
FOLDER = "CTTS_COVERAGE_FOLDER"
NARROWING = ("-k", "--deselect", "--ignore", "--lf", "--last-failed", "--co", "--collect-only", "--pyargs", "--sw")
WHOLE_MARKS = ("", "not slow", "slow or not slow")
NEVER = 2**31 - 1  # a probe stays where it is: code is not exchanged under threads that run it
Marks = set[int | tuple[int, int]]  # lines, and branches from line to line (0 is the end)


def measured_files(root: Path) -> list[Path]:
    """Every module of the measured layers that is there, a layer that is a package with all its modules."""
    folders = [folder for pattern in APPS for folder in sorted(root.glob(pattern)) if folder.is_dir()]
    found: list[Path] = []
    for folder in folders:
        for layer in LAYERS:
            found += [folder / f"{layer}.py", *sorted((folder / layer).rglob("*.py"))]
    return [file for file in found if file.is_file() and file.read_text(encoding="utf-8").strip()]


def names_the_whole(arguments: Sequence[str], root: Path) -> bool:
    """Whether these pytest arguments leave nothing out: no path below `tests`, no filter."""
    for argument in arguments:
        if argument.startswith(NARROWING):
            return False
        if argument.startswith("-") or argument.rstrip("/") in ("tests", ".", str(root), str(root / "tests")):
            continue
        if "::" in argument or (root / argument).exists():
            return False
    return True


class Measured:
    """Which modules are instrumented when they are imported."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = {str(file) for file in files}

    def matches(self, file: Path | str) -> bool:
        """Whether this is one of the measured files; asked at every import."""
        return str(Path(file).resolve()) in self.files


@dataclass
class Gate:
    """One process's measuring; the process that began the run also judges."""

    folder: Path
    measuring: Slipcover
    judges: bool
    holes: list[str]

    def save(self) -> None:
        """Leave for the judge what this process went through."""
        found = self.measuring.get_coverage()["files"]
        taken = {str(Path(name).resolve()): file for name, file in found.items()}
        (self.folder / f"{os.getpid()}.json").write_text(json.dumps(taken))

    def judge(self) -> list[str]:
        """What no test went through: one line a file, or nothing. Removes the collected data."""
        try:
            holes = find_holes(measured_files(ROOT), read_taken(self.folder), ROOT)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.environ.pop(FOLDER, None)
        return without(holes, IN_THE_MAKING, stale_fails=STALE_FAILS)


def read_taken(folder: Path) -> dict[str, Marks]:
    """Lines and branches that any process of the run went through, by absolute path."""
    taken: dict[str, Marks] = defaultdict(set)
    for data in folder.glob("*.json"):
        for name, file in json.loads(data.read_text()).items():
            taken[name] |= {*file["executed_lines"], *map(tuple, file["executed_branches"])}
    return taken


def possible(file: Path) -> Marks:
    """Lines and branches that a module has."""
    code = compile(preinstrument(ast.parse(file.read_bytes())), str(file), "exec", dont_inherit=True)
    return {*Slipcover.lines_from_code(code), *Slipcover.branches_from_code(code)}


def find_holes(files: Sequence[Path], taken: Mapping[str, Marks], root: Path) -> list[str]:
    """Lines and branches of `files` that were not taken, one sentence a file."""
    holes = []
    for file in files:
        missing = possible(file) - taken.get(str(file), set())
        lines = sorted(mark for mark in missing if isinstance(mark, int))
        gone = sorted(mark for mark in missing if isinstance(mark, tuple) and mark[0] not in lines)
        branches = ", ".join(f"{start}→{end or 'end'}" for start, end in gone)
        parts = [lines and f"lines {in_runs(lines)}", branches and f"branches {branches}"]
        if missing:
            holes.append(f"{file.relative_to(root)}: {'; '.join(filter(None, parts))}")
    return holes


def without(holes: Sequence[str], making: Mapping[str, str], *, stale_fails: bool = True) -> list[str]:
    """The holes outside files and folders that are in the making; one that is listed and whole is a line too."""
    stale = [f"{path}: whole by now; take it off IN_THE_MAKING" for path in making if not any(map(_under(path), holes))]
    return [hole for hole in holes if not any(_under(path)(hole) for path in making)] + stale * stale_fails


def _under(path: str) -> Callable[[str], bool]:
    """Whether a hole lies in the file or folder `path`."""
    return lambda hole: hole.startswith((f"{path}:", f"{path}/"))


def in_runs(lines: Sequence[int]) -> str:
    """Line numbers as a reader wants them: "3–5, 9"; the lines of a run follow one another."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def begin(arguments: Sequence[str], environment: Mapping[str, str]) -> Gate | None:
    """Start measuring when the whole suite runs; a worker of such a run joins it."""
    worker = "PYTEST_XDIST_WORKER" in environment
    if (worker and FOLDER not in environment) or (not worker and not names_the_whole(arguments, ROOT)):
        return None
    folder = Path(environment[FOLDER]) if worker else Path(tempfile.mkdtemp(prefix="ctts-coverage-"))
    os.environ[FOLDER] = str(folder)
    measuring = Slipcover(branch=True, exclude_lines=[], d_miss_threshold=NEVER)
    ImportManager(measuring, Measured(measured_files(ROOT))).__enter__()
    return Gate(folder, measuring, judges=not worker, holes=[])


GATE = begin(sys.argv[1:], os.environ) if "pytest" in sys.modules else None


def left_nothing_out(config: pytest.Config) -> bool:
    """Whether the parsed options confirm what the arguments promised."""
    option = config.option
    narrowed = (option.keyword, option.collectonly, getattr(option, "lf", False), option.deselect, option.ignore)
    whole = all(names_the_whole([argument], ROOT) for argument in config.args)
    return whole and not any(narrowed) and option.markexpr in WHOLE_MARKS


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Judge a whole run that passed; a hole turns it into a failed one."""
    if GATE is None:
        return
    GATE.save()
    if not GATE.judges:
        return
    holes = GATE.judge()
    if session.exitstatus == pytest.ExitCode.OK and left_nothing_out(session.config):
        GATE.holes = holes
        session.exitstatus = pytest.ExitCode.TESTS_FAILED if holes else pytest.ExitCode.OK


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which lines and branches no test went through."""
    if GATE and GATE.holes:
        terminalreporter.section("not fully tested: actions, access and rules need every line and branch")
        for hole in GATE.holes:
            terminalreporter.line(hole, red=True)
