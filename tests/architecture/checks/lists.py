"""Every list page has an exact query count, with one row and with three (practices 22)."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .places import layer_of, place_of
from .tree import FunctionNode, Module, Tree, Violation

MANY = ("QuerySet", "list", "Sequence", "Iterable", "Iterator", "tuple", "dict", "Page")
COUNTER = "django_assert_num_queries"
LOOSE = "django_assert_max_num_queries"
ROWS = {1, 3}


@dataclass(frozen=True)
class ListPage:
    """An address whose view asks for many rows."""

    name: str
    module: Module
    line: int


def check_list_pages(tree: Tree) -> list[Violation]:
    """Every address whose view asks `queries` for many rows is named in a test module that counts its queries exactly,
    with 1 row and with 3."""
    counted = set().union(*map(_counted_in, tree.tests)) if tree.tests else set()
    found = []
    for page in list_pages(tree):
        if page.name not in counted:
            message = f"list page {page.name} has no query count; test it with rows [1, 3] and {COUNTER}(exact number)"
            found.append(Violation(page.module.path, page.line, message, page.name))
    for module in tree.tests:
        for hit in module.functions():
            assert isinstance(hit.node, FunctionNode)
            if LOOSE in {arg.arg for arg in hit.node.args.args}:
                message = f"{LOOSE} hides a growing page; use {COUNTER} with the exact number"
                found.append(Violation(module.path, hit.line, message, hit.node.name))
    return found


def list_pages(tree: Tree) -> Iterator[ListPage]:
    """The addresses whose view, or a local function it calls, asks for many rows."""
    many = set(_functions_giving_many(tree))
    for urls in tree.source:
        if layer_of(urls) != "urls":
            continue
        for name, view in _named_views(urls):
            module = tree.by_name.get(view.rsplit(".", 1)[0])
            node = _function(module, view.rsplit(".", 1)[-1]) if module else None
            if module and node and _asks_for_many(module, node, many, set()):
                yield ListPage(name, module, node.lineno)


def _functions_giving_many(tree: Tree) -> Iterator[tuple[str, str]]:
    for module in tree.source:
        if layer_of(module) != "queries":
            continue
        for node in module.public_functions():
            if node.returns and ast.unparse(node.returns).split("[")[0].split(".")[-1].strip("\"'") in MANY:
                yield place_of(module.name).package, node.name


def _named_views(urls: Module) -> Iterator[tuple[str, str]]:
    """(full name, dotted view) of each path() of a urls module."""
    space = ""
    for hit in urls.of(ast.Assign):
        assert isinstance(hit.node, ast.Assign)
        names = [target.id for target in hit.node.targets if isinstance(target, ast.Name)]
        if "app_name" in names and isinstance(hit.node.value, ast.Constant):
            space = f"{hit.node.value.value}:"
    for hit in urls.of(ast.Call):
        assert isinstance(hit.node, ast.Call)
        named = [
            key.value.value for key in hit.node.keywords if key.arg == "name" and isinstance(key.value, ast.Constant)
        ]
        view = urls.dotted(hit.node.args[1]) if len(hit.node.args) > 1 else None
        if named and view:
            yield f"{space}{named[0]}", view


def _function(module: Module, name: str) -> FunctionNode | None:
    return next((node for node in module.syntax.body if isinstance(node, FunctionNode) and node.name == name), None)


def _asks_for_many(module: Module, node: FunctionNode, many: set[tuple[str, str]], seen: set[str]) -> bool:
    one = {id(inner) for call in ast.walk(node) if _finds_one(module, call) for inner in ast.walk(call)}
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or id(call) in one:
            continue
        dotted = module.dotted(call.func) or ""
        place = place_of(dotted)
        if place.layer == "queries" and (place.package, dotted.rsplit(".", 1)[-1]) in many:
            return True
        local = _function(module, dotted)
        if local and dotted not in seen and _asks_for_many(module, local, many, seen | {dotted}):
            return True
    return False


def _finds_one(module: Module, node: ast.AST) -> bool:
    """`get_object_or_404(visible…)` and `visible….get(…)` show one row, not a list."""
    if not isinstance(node, ast.Call):
        return False
    dotted = module.dotted(node.func) or ""
    one = isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "first", "exists", "count")
    return dotted.endswith("_or_404") or one


def _counted_in(module: Module) -> set[str]:
    """Every "app:name" of a test module that counts queries exactly with 1 row and with 3."""
    counts = False
    for hit in module.functions():
        assert isinstance(hit.node, FunctionNode)
        numbers = {
            part.value for item in hit.node.decorator_list for part in ast.walk(item) if isinstance(part, ast.Constant)
        }
        counts |= COUNTER in {arg.arg for arg in hit.node.args.args} and numbers >= ROWS
    texts = [hit.node.value for hit in module.of(ast.Constant) if isinstance(hit.node, ast.Constant)] if counts else []
    return {text for text in texts if isinstance(text, str) and ":" in text and " " not in text}
