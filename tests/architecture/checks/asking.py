"""A view says which forms it asks: what was typed into them comes back when it is refused (quality rule 2)."""

import ast
from collections.abc import Iterator

from .places import layer_of
from .tree import FunctionNode, Module, Tree, Violation

GUARDS = ("ctts.common.guards.guarded", "ctts.common.guards.public")
SENT = ("data_of(request)", "request.POST")  # what was posted, as a view gives it to a form
HANDED_ON = "data"  # how a step of a view calls it that is told what was posted


def check_asked(tree: Tree) -> list[Violation]:
    """A view that takes POST names in `asks=` each form that it makes of what was posted: its guard, or a verdict, may
    refuse before the form is made, and the words are read again by the labels of the form all the same."""
    found = []
    for module in tree.source:
        if layer_of(module) != "views":
            continue
        for node in module.public_functions():
            declared = _declaration(module, node)
            if declared is None or "POST" not in _said(declared, "methods"):
                continue
            left = sorted(set(_made(tree, module, node, set())) - _asks(declared)) if _is_listed(declared) else []
            if left:
                message = f"view {node.name} makes {', '.join(left)} of what was posted; name it in asks="
                found.append(Violation(module.path, node.lineno, message, node.name))
    return found


def _declaration(module: Module, node: FunctionNode) -> ast.Call | None:
    """The `@guarded(…)` or `@public(…)` of a view."""
    calls = [item for item in node.decorator_list if isinstance(item, ast.Call)]
    return next((call for call in calls if module.dotted(call.func) in GUARDS), None)


def _said(declared: ast.Call, name: str) -> str:
    return "".join(ast.unparse(one.value) for one in declared.keywords if one.arg == name)


def _is_listed(declared: ast.Call) -> bool:
    """Whether the forms stand there one by one, or none does; a table of forms is taken at its word."""
    return all(isinstance(one.value, ast.Tuple) for one in declared.keywords if one.arg == "asks")


def _asks(declared: ast.Call) -> set[str]:
    given = [one.value for one in declared.keywords if one.arg == "asks"]
    return {_last(name) for value in given if isinstance(value, ast.Tuple) for name in value.elts}


def _made(tree: Tree, module: Module, node: FunctionNode, seen: set[str]) -> Iterator[str]:
    """The forms that are made of what was posted, or handed on to a step that makes them, by a view and its steps."""
    for call in [one for one in ast.walk(node) if isinstance(one, ast.Call)]:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        name = _last(call.func)
        if name.endswith("Form") and any(_is_sent(one) for one in given):
            yield name
        if name != "isinstance":
            yield from (_last(one) for one in given if _last(one).endswith("Form"))
        step = _step(tree, module, call)
        if step is not None and name not in seen:
            yield from _made(tree, *step, seen | {name})


def _step(tree: Tree, module: Module, call: ast.Call) -> tuple[Module, FunctionNode] | None:
    """The function of the views that a call names: of the same module, or of one that views share."""
    dotted = module.dotted(call.func) or ""
    place, _, name = dotted.rpartition(".")
    home = tree.by_name.get(place) if place else module
    if home is None or layer_of(home) != "views":
        return None
    found = [one for one in home.syntax.body if isinstance(one, FunctionNode) and one.name == name]
    return (home, found[0]) if found else None


def _is_sent(given: ast.expr) -> bool:
    return ast.unparse(given) in SENT or (isinstance(given, ast.Name) and given.id == HANDED_ON)


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
