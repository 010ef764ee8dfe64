"""A source tree as the checks see it: parsed modules, their imports, and the text files beside them.

Every check takes a `Tree` and gives a list of `Violation`. The real tree is the repository; the test of the guards
plants small ones in a temporary folder. Nothing here imports Django, so the checks run before it is set up.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OURS = ("ctts", "applications", "training", "assessments", "moderation")
LEAVE_OUT = {"__pycache__", "node_modules", "var", ".venv", ".git", "vendor"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Scope = FunctionNode | ast.ClassDef | ast.Lambda


@dataclass(frozen=True)
class Violation:
    """One place where the house is not kept; the message names what to do instead."""

    path: str
    line: int
    message: str
    what: str = ""

    @property
    def key(self) -> str:
        """What an exception list calls this violation: the file, and the thing in it when there is one."""
        return f"{self.path}::{self.what}" if self.what else self.path

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Allowances:
    """Written exceptions. `exceptions` maps a check's name to {violation key: reason}; `helpers` maps a module that
    is none of the fixed layers to (the layer beside which it stands, reason)."""

    exceptions: dict[str, dict[str, str]] = field(default_factory=dict)
    helpers: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A syntax node with the functions and classes around it, outermost first."""

    node: ast.AST
    scopes: tuple[Scope, ...]

    @property
    def line(self) -> int:
        return getattr(self.node, "lineno", 1)

    @property
    def in_function(self) -> bool:
        return any(not isinstance(scope, ast.ClassDef) for scope in self.scopes)


@dataclass(frozen=True)
class Edge:
    """`source` needs the module `target`: by an import, a string foreign key or a migration's dependency."""

    source: "Module"
    target: str
    line: int
    in_function: bool = False


class Module:
    """One parsed Python file: `path` relative to the root with forward slashes, `name` as Python imports it."""

    def __init__(self, root: Path, file: Path) -> None:
        self.path = file.relative_to(root).as_posix()
        self.source = file.read_text(encoding="utf-8")
        self.syntax = ast.parse(self.source, filename=self.path)
        parts = list(file.relative_to(root).with_suffix("").parts)
        self.is_package = parts[-1] == "__init__"
        self.name = ".".join(parts[:-1] if self.is_package else parts)
        self.stem = parts[-1]
        self.is_test = parts[0] == "tests"
        self.is_migration = "migrations" in parts[:-1]

    @cached_property
    def _index(self) -> dict[type, list[Found]]:
        found: dict[type, list[Found]] = {}
        waiting: list[tuple[ast.AST, tuple[Scope, ...]]] = [(self.syntax, ())]
        while waiting:
            node, scopes = waiting.pop()
            found.setdefault(type(node), []).append(Found(node, scopes))
            inner = (*scopes, node) if isinstance(node, Scope) else scopes
            waiting.extend((child, inner) for child in ast.iter_child_nodes(node))
        return found

    def of(self, *kinds: type) -> list[Found]:
        """Every node of exactly these kinds, in the order of the file."""
        hits = [hit for kind in kinds for hit in self._index.get(kind, [])]
        return sorted(hits, key=lambda hit: (hit.line, getattr(hit.node, "col_offset", 0)))

    def functions(self) -> list[Found]:
        """Every function and method, nested ones included."""
        return self.of(ast.FunctionDef, ast.AsyncFunctionDef)

    def public_functions(self) -> list[FunctionNode]:
        """Functions at the top of the module whose name does not begin with an underscore."""
        body = self.syntax.body
        return [node for node in body if isinstance(node, FunctionNode) and not node.name.startswith("_")]

    def base_of(self, level: int) -> str:
        """The package that `level` dots of a relative import mean in this module."""
        parts = self.name.split(".")
        drop = level - 1 if self.is_package else level
        return ".".join(parts[: len(parts) - drop])

    @cached_property
    def names(self) -> dict[str, str]:
        """Local names bound by imports, to the dotted path they stand for (function-level imports included)."""
        bound: dict[str, str] = {}
        for hit in self.of(ast.Import, ast.ImportFrom):
            node = hit.node
            if isinstance(node, ast.Import):
                for alias in node.names:
                    bound[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                source = import_source(self, node)
                bound |= {alias.asname or alias.name: f"{source}.{alias.name}" for alias in node.names}
        return bound

    def dotted(self, node: ast.AST) -> str | None:
        """The full dotted path of a name or attribute chain, seen through this module's imports; None for others."""
        trail: list[str] = []
        while isinstance(node, ast.Attribute):
            trail.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.names.get(node.id, node.id), *reversed(trail)])

    def uses(self) -> list[tuple[str, int]]:
        """Every dotted path this module imports or mentions, with its line."""
        return self._uses

    @cached_property
    def _uses(self) -> list[tuple[str, int]]:
        return list(self._look_for_uses())

    def _look_for_uses(self) -> Iterator[tuple[str, int]]:
        for hit in self.of(ast.Import, ast.ImportFrom):
            if isinstance(hit.node, ast.Import):
                yield from ((alias.name, hit.line) for alias in hit.node.names)
            elif isinstance(hit.node, ast.ImportFrom):
                source = import_source(self, hit.node)
                yield from ((f"{source}.{alias.name}", hit.line) for alias in hit.node.names)
        for hit in self.of(ast.Attribute):
            dotted = self.dotted(hit.node)
            if dotted:
                yield dotted, hit.line


def import_source(module: Module, node: ast.ImportFrom) -> str:
    """The absolute module a `from … import` reads from."""
    if not node.level:
        return node.module or ""
    base = module.base_of(node.level)
    return f"{base}.{node.module}" if node.module else base


class Tree:
    """A source tree under `root`, parsed once. `allow` holds its written exceptions."""

    def __init__(self, root: Path, allow: Allowances | None = None) -> None:
        self.root = root
        self.allow = allow or Allowances()

    @cached_property
    def modules(self) -> list[Module]:
        """Our packages, the tests and `manage.py`, in order of their path."""
        files = [path for top in (*OURS, "tests") for path in self.files(top, ".py")]
        files += [self.root / "manage.py"] if (self.root / "manage.py").exists() else []
        return [Module(self.root, path) for path in files]

    @cached_property
    def by_name(self) -> dict[str, Module]:
        return {module.name: module for module in self.modules}

    @cached_property
    def known(self) -> set[str]:
        """Names of all modules and of the packages around them, whether or not these have an `__init__`."""
        names = set(self.by_name)
        return names | {name.rsplit(".", depth)[0] for name in names for depth in range(1, name.count(".") + 1)}

    @property
    def source(self) -> list[Module]:
        """The product's own modules: everything but the tests."""
        return [module for module in self.modules if not module.is_test]

    @property
    def tests(self) -> list[Module]:
        return [module for module in self.modules if module.is_test]

    def files(self, folder: str, suffix: str) -> list[Path]:
        """Files under a folder of the root whose name ends in `suffix`, generated and vendored ones left out."""
        top = self.root / folder
        found = top.rglob(f"*{suffix}") if top.is_dir() else iter(())
        return sorted(p for p in found if p.is_file() and not LEAVE_OUT & set(p.relative_to(self.root).parts))

    def text(self, path: str) -> str:
        """The text of a file under the root; empty when there is none."""
        file = self.root / path
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    @cached_property
    def imports(self) -> list[Edge]:
        """Every import of one of our modules (or of the tests) by another, aimed at the module it really loads."""
        return [edge for module in self.modules for edge in self._imports_of(module)]

    def _imports_of(self, module: Module) -> Iterator[Edge]:
        for hit in module.of(ast.Import, ast.ImportFrom):
            for wanted in self._wanted(module, hit.node):
                if wanted.split(".")[0] in (*OURS, "tests"):
                    yield Edge(module, wanted, hit.line, hit.in_function)

    def _wanted(self, module: Module, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = import_source(module, node)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield inner if inner in self.known else source


Check = Callable[[Tree], list[Violation]]


def settle(name: str, violations: list[Violation], allow: Allowances) -> list[Violation]:
    """Take the written exceptions of the check `name` off its violations; a stale or unexplained one is a violation."""
    excused = allow.exceptions.get(name, {})
    found = {violation.key for violation in violations}
    open_ones = [violation for violation in violations if violation.key not in excused]
    for key, reason in excused.items():
        if key not in found:
            message = f"exception for {name} is stale: nothing there needs it any more; take it off the list"
            open_ones.append(Violation(key.split("::")[0], 1, message))
        if len(reason.split()) < 4:
            message = f"exception for {name} has no reason; write a sentence that says why"
            open_ones.append(Violation(key.split("::")[0], 1, message))
    return open_ones


STDLIB = frozenset(sys.stdlib_module_names)
