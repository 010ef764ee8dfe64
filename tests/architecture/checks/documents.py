"""What is written about the house: links lead somewhere, each app has its page, dependencies have their reason."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .places import RANKS
from .tree import Tree, Violation

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PAGE = 60
DECISION = re.compile(r"^\s*(?:\||[-*])\s*`([A-Za-z0-9._-]+)(?:\[[^\]]*\])?`(.*)$", re.M)
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)")
MACHINE = re.compile(r"/(?:work|root|mnt)/\w|/tmp/\w+/|pypi\.org/simple|files\.pythonhosted|registry\.npmjs")
WRITTEN = (".md", ".txt", ".html", ".py", ".toml", ".yml", ".yaml", ".css", ".js", ".sql", ".sh", "Dockerfile")
TOPS = ("ctts", "applications", "training", "assessments", "moderation", "templates", "static", "tests", "docs", ".ci")
BESIDE = ("README.md", "manage.py", "pyproject.toml", "Dockerfile", "docker-compose.yml", "DEVELOPERS.md")
ADDOPTS = ("--fail-on-template-vars", "--strict-markers")


def check_links(tree: Tree) -> list[Violation]:
    """Every relative link and picture of a Markdown file leads to a file of the tree."""
    found = []
    for file in _markdown(tree):
        text = file.read_text(encoding="utf-8")
        for match in LINK.finditer(text):
            target = match[1].split("#")[0]
            if (
                target
                and "://" not in target
                and not target.startswith("mailto:")
                and not (file.parent / target).exists()
            ):
                line = text.count("\n", 0, match.start()) + 1
                message = f"the link to {target} leads nowhere; mend it"
                found.append(Violation(file.relative_to(tree.root).as_posix(), line, message, target))
    return found


def _markdown(tree: Tree) -> Iterator[Path]:
    yield from (path for path in sorted(tree.root.glob("*.md")))
    for top in TOPS:
        yield from tree.files(top, ".md")


def check_app_pages(tree: Tree) -> list[Violation]:
    """Each app has a README of one page at most: nouns, states, imports."""
    found = []
    for package in RANKS:
        folder = package.replace(".", "/")
        if not (tree.root / folder).is_dir():
            continue
        lines = tree.text(f"{folder}/README.md").splitlines()
        if not lines:
            found.append(
                Violation(f"{folder}/README.md", 1, "this app has no page; write its nouns, states and imports")
            )
        elif len(lines) > PAGE:
            message = f"{len(lines)} lines are more than one page ({PAGE}); keep nouns, states, imports"
            found.append(Violation(f"{folder}/README.md", 1, message))
    return found


def check_machine_paths(tree: Tree) -> list[Violation]:
    """Nothing names a folder of some machine or the address of a package registry."""
    found = []
    files = [path for top in TOPS for path in tree.files(top, "") if path.name.endswith(WRITTEN)]
    files += [tree.root / name for name in BESIDE if (tree.root / name).is_file()]
    for file in files:
        text = file.read_text(encoding="utf-8")
        for match in MACHINE.finditer(text):
            path, line = file.relative_to(tree.root).as_posix(), text.count("\n", 0, match.start()) + 1
            found.append(Violation(path, line, f"{match[0]} belongs to one machine; name it relative to the tree"))
    return found


def check_dependencies(tree: Tree) -> list[Violation]:
    """Every direct dependency has its reason in docs/decisions/*dependencies*.md, and nothing else stands there."""
    wanted = set(_direct_dependencies(tree))
    path, reasons = _decided(tree)
    found = []
    for name in sorted(wanted - reasons.keys()):
        found.append(Violation(path, 1, f"dependency {name} has no reason; add a row: | `{name}` | why |", name))
    for name, reason in sorted(reasons.items()):
        if name not in wanted:
            found.append(Violation(path, 1, f"{name} is no dependency any more; take its row out", name))
        elif len(reason.split()) < 4:
            found.append(Violation(path, 1, f"the reason for {name} is no sentence; say why it and not another", name))
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _direct_dependencies(tree: Tree) -> Iterator[str]:
    project = tomllib.loads(tree.text("pyproject.toml") or "[project]").get("project", {})
    extras = project.get("optional-dependencies", {}).values()
    for requirement in [*project.get("dependencies", []), *(item for extra in extras for item in extra)]:
        match = REQUIREMENT.match(requirement)
        if match:
            yield _normal(match[1])


def _decided(tree: Tree) -> tuple[str, dict[str, str]]:
    files = sorted((tree.root / "docs/decisions").glob("*dependencies*.md"))
    if not files:
        return "docs/decisions", {}
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    path = files[0].relative_to(tree.root).as_posix()
    return path, {_normal(name): rest.replace("|", " ") for name, rest in DECISION.findall(text)}


def check_test_options(tree: Tree) -> list[Violation]:
    """The test run keeps its teeth: unknown template variables fail, warnings are errors, the gate is loaded."""
    options = tomllib.loads(tree.text("pyproject.toml") or "").get("tool", {}).get("pytest", {}).get("ini_options", {})
    given = str(options.get("addopts", ""))
    found = [_option(f"pytest addopts lost {name}; put it back") for name in ADDOPTS if name not in given]
    if "tests.architecture.coverage_gate" not in given:
        found.append(_option("pytest addopts lost the coverage gate; put `-p tests.architecture.coverage_gate` first"))
    if "error" not in options.get("filterwarnings", [])[:1]:
        found.append(_option("pytest filterwarnings does not begin with error; a warning is a fault in waiting"))
    return found


def _option(message: str) -> Violation:
    return Violation("pyproject.toml", 1, message, message.split(";")[0])
