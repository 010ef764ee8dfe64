"""Every rule of the scheme that is built is cited in the code and in a test; what waits is not (architecture.md)."""

import ast
import re
from collections.abc import Iterator

from .tree import Module, Tree, Violation

FAMILIES = {"S": 3, "C": 3, "I": 6, "A": 6, "E": 6, "T": 11, "Y": 6, "F": 7, "D": 4}
SINGLE = ("M", "N")
IDS = (*(f"{letter}{number}" for letter, last in FAMILIES.items() for number in range(1, last + 1)), *SINGLE)
TABLE = "tests/architecture/rule_ids.py"
RANGE = re.compile(r"\b([SCIAETYFD])(\d{1,2})\s*(?:–|-|to)\s*\1?(\d{1,2})\b")
CITED = re.compile(r"\b([SCIAETYFD])(\d{1,2})(?!\w|\.\d|[- ]compat|[- ]stor|[- ]bucket|[- ]object)")
ALONE = re.compile(r"(?:\brules? |\(|, )([MN])(?=[),.;:]| and\b|$)")
IN_NAME = re.compile(r"(?:^|_)([sciaetyfdSCIAETYFD]\d{1,2}|[MN]|rule_[mn])(?=_|$)")
Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def check_rule_ids(tree: Tree, table: dict[str, str]) -> list[Violation]:
    """`table` maps each id to "built", "begun: <what waits>" or "later: <why>". Built: cited in a docstring of the
    product and by a test. Begun: cited by the product already. Later: cited nowhere, else the table is stale."""
    code = set().union(*map(cited_in_docstrings, tree.source)) if tree.source else set()
    tests = set().union(*map(_cited_in_test, tree.tests)) if tree.tests else set()
    found = [
        Violation(TABLE, 1, f"{name} is not in the table; say built, begun or later")
        for name in IDS
        if name not in table
    ]
    for name, standing in table.items():
        message = _standing_message(name, standing, name in code, name in tests)
        if message:
            found.append(Violation(TABLE, 1, f"{name} {message}", name))
    return found


def _standing_message(name: str, standing: str, in_code: bool, in_tests: bool) -> str:
    if name not in IDS:
        return "is no rule of the scheme; take it out"
    if standing == "built":
        missing = [place for place, there in (("docstring of the code", in_code), ("test", in_tests)) if not there]
        return f"is built but cited in no {' and in no '.join(missing)}; cite it where it is kept" if missing else ""
    if not standing.startswith(("later: ", "begun: ")) or len(standing.split()) < 4:
        return "has no standing; write built, begun: what waits, or later: why"
    if standing.startswith("begun: "):
        return "" if in_code else "is begun but the code does not cite it; call it later, or cite it"
    if in_code or in_tests:
        return f"waits ({standing}) but is cited in {'the code' if in_code else 'a test'}; call it built, with both"
    return ""


def cited_in_docstrings(module: Module) -> set[str]:
    """The rule ids in a module's docstrings, its own and those of its classes and functions."""
    if module.is_migration:
        return set()
    return set().union(*map(ids_in, _docstrings(module)))


def _docstrings(module: Module) -> Iterator[str]:
    for hit in module.of(*Documented):
        assert isinstance(hit.node, Documented)
        yield ast.get_docstring(hit.node, clean=False) or ""


def _cited_in_test(module: Module) -> set[str]:
    """The rule ids in the names and docstrings of a test module's tests, and in the module's own docstring."""
    if module.path.startswith("tests/architecture/"):
        return set()
    found = ids_in(ast.get_docstring(module.syntax) or "")
    for hit in module.functions():
        assert isinstance(hit.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if hit.node.name.startswith("test_"):
            found |= ids_in(ast.get_docstring(hit.node) or "")
            names = IN_NAME.findall(hit.node.name)
            found |= {name.rsplit("_", 1)[-1].upper() for name in names} & set(IDS)
    return found


def ids_in(text: str) -> set[str]:
    """The rule ids a text cites; ranges such as Y1–Y6 count every one."""
    found = {f"{letter}{number}" for letter, number in CITED.findall(text)} | set(ALONE.findall(text))
    for letter, first, last in RANGE.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return found & set(IDS)
