"""The shape of decisions: keyword-only, atomic, with `by` and `now`; and a docstring on what the scheme rests on."""

import ast
from collections.abc import Iterator

from .places import in_layers, layer_of
from .tree import FunctionNode, Module, Tree, Violation

ATOMIC = {"django.db.transaction.atomic"}
DOCUMENTED = ("states", "rules", "models", "access", "queries", "tasks", "actions", "periodic")


def check_action_shape(tree: Tree) -> list[Violation]:
    """Every public action is one keyword-only, atomic function with `by` and `now` (practices 3)."""
    found = []
    for module in in_layers(tree, "actions"):
        for node in module.public_functions():
            wrong = list(_shape_faults(module, node))
            if wrong:
                message = f"action {node.name} {'; '.join(wrong)}"
                found.append(Violation(module.path, node.lineno, message, node.name))
    return found


def _shape_faults(module: Module, node: FunctionNode) -> Iterator[str]:
    if node.args.posonlyargs or node.args.args or node.args.vararg:
        yield "takes positional arguments: put `*` first"
    given = {arg.arg for arg in node.args.kwonlyargs}
    for wanted in ("by", "now"):
        if wanted not in given:
            yield f"does not take `{wanted}`"
    decorators = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
    if not any(module.dotted(item) in ATOMIC for item in decorators):
        yield "is not @transaction.atomic"


def check_docstrings(tree: Tree) -> list[Violation]:
    """A docstring on every public function of the layers below the pages, and of ctts.common; on every model too."""
    found = []
    for module in tree.source:
        if module.is_migration or not (layer_of(module) in DOCUMENTED or module.path.startswith("ctts/common/")):
            continue
        for node, name in _documented_things(module):
            if not ast.get_docstring(node):
                message = f"{name} has no docstring; say what it decides, in the words of the scheme, with its rule id"
                found.append(Violation(module.path, node.lineno, message, name))
    return found


def _documented_things(module: Module) -> Iterator[tuple[FunctionNode | ast.ClassDef, str]]:
    yield from ((node, node.name) for node in module.public_functions())
    for owner in module.syntax.body:
        if not isinstance(owner, ast.ClassDef) or owner.name.startswith("_") or owner.name.endswith("Config"):
            continue
        yield owner, owner.name
        for node in owner.body:
            if isinstance(node, FunctionNode) and not node.name.startswith("_") and not _is_override(node):
                yield node, f"{owner.name}.{node.name}"


def _is_override(node: FunctionNode) -> bool:
    """Methods Django or Python call by their fixed name explain themselves."""
    return node.name in ("ready", "clean", "get_queryset", "handle", "add_arguments")
