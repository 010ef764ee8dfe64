"""The budgets: a module 400 lines, a function 40, a view 25, a test 30 (architecture.md)."""

import ast

from .places import layer_of
from .tree import Found, FunctionNode, Module, Tree, Violation

MODULE, FUNCTION, VIEW, TEST = 400, 40, 25, 30


def check_module_length(tree: Tree) -> list[Violation]:
    """A module has at most 400 lines; migrations are written by Django, an index decides nothing: both are exempt."""
    found = []
    for module in tree.modules:
        if is_index(module):
            continue
        lines = module.source.count("\n") + (not module.source.endswith("\n"))
        if lines > MODULE and not module.is_migration:
            message = f"{lines} lines, {MODULE} allowed; make it a package by thing (actions/dops.py), not by layer"
            found.append(Violation(module.path, 1, message))
    return found


def is_index(module: Module) -> bool:
    """The list of what a package offers: its docstring, imports and `__all__`, nothing else (decision 13)."""
    return module.is_package and all(_offers(node) for node in module.syntax.body[1:])


def _offers(node: ast.stmt) -> bool:
    listed = isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == ["__all__"]
    return listed or isinstance(node, ast.ImportFrom)


def check_function_length(tree: Tree) -> list[Violation]:
    """A function has at most 40 lines, a view 25, a test 30; decorators and comments above it do not count."""
    found = []
    for module in tree.modules:
        for hit in module.functions():
            node = hit.node
            assert isinstance(node, FunctionNode)
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            kind, limit = budget_of(module, hit)
            if lines > limit and not module.is_migration:
                message = f"{kind} {node.name} has {lines} lines, {limit} allowed; name its steps as functions"
                found.append(Violation(module.path, node.lineno, message, node.name))
    return found


def budget_of(module: Module, hit: Found) -> tuple[str, int]:
    """What kind of function this is, and how many lines it may have."""
    node = hit.node
    assert isinstance(node, FunctionNode)
    if module.is_test and node.name.startswith("test_"):
        return "test", TEST
    if layer_of(module) == "views" and is_view(node) and not hit.scopes:
        return "view", VIEW
    return "function", FUNCTION


def is_view(node: FunctionNode) -> bool:
    """A view is a public function whose first argument is the request."""
    args: list[ast.arg] = [*node.args.posonlyargs, *node.args.args]
    return bool(args) and args[0].arg == "request" and not node.name.startswith("_")
