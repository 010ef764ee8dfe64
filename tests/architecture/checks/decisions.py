"""The shape of decisions: keyword-only, atomic, with `by` and `now`; and a docstring on what the scheme rests on."""

import ast
from collections.abc import Iterator

from .places import in_layers, layer_of
from .tree import FunctionNode, Module, Tree, Violation

ATOMIC = {"django.db.transaction.atomic"}
RECORD = "ctts.audit.actions.record"
DOCUMENTED = ("states", "rules", "models", "access", "queries", "tasks", "actions", "periodic")


def check_action_shape(tree: Tree) -> list[Violation]:
    """Every public action is one keyword-only, atomic function with `by` and `now` (practices 3). Steps that several
    actions of a package share stand in a module of it whose name begins with an underscore."""
    found = []
    for module in in_layers(tree, "actions"):
        if module.stem.startswith("_") and not module.is_package:
            continue
        for node in module.public_functions():
            wrong = list(_shape_faults(module, node))
            if wrong:
                message = f"action {node.name} {'; '.join(wrong)} (a step that actions share goes to actions/_steps.py)"
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


def check_audit_kinds(tree: Tree) -> list[Violation]:
    """Every kind of audit entry is asserted by a test: a decision that leaves no trace would pass otherwise."""
    named = {
        hit.node.value
        for module in tree.tests
        for hit in module.of(ast.Constant)
        if isinstance(hit.node, ast.Constant) and isinstance(hit.node.value, str)
    }
    found = []
    for module in tree.source:
        for hit in module.of(ast.Call):
            call = hit.node
            assert isinstance(call, ast.Call)
            kind = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if module.dotted(call.func) == RECORD and isinstance(kind, str) and kind not in named:
                message = f"no test asserts the audit kind {kind}; let the test of this action look for its entry"
                found.append(Violation(module.path, hit.line, message, kind))
    return found
