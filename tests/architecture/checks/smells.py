"""Work where nobody looks for it: save overrides, states set by hand, requests below views (ten smells)."""

import ast
from collections.abc import Iterator

from .budgets import is_view
from .places import ROOT_PACKAGE, layer_of, place_of
from .tree import Found, FunctionNode, Module, Tree, Violation

STATE = ("state", "status")
REQUEST_LAYERS = ("views", "templatetags")
REQUEST_FILES = ("middleware", "guards", "refusals", "context", "adapter", "adapters")
SHARED_BY_VIEWS = ("ctts.common.autosave", "ctts.common.confirming", "ctts.common.posted")  # steps of every app's views
OVERRIDES = ("save", "delete", "bulk_create", "save_base", "full_clean")
VIEW_MOVES = "actions"


def check_overrides(tree: Tree) -> list[Violation]:
    """No `save()` or `delete()` of our own on a row or a form outside ctts.common: nobody can tell what it costs."""
    found = []
    for module in tree.source:
        for hit in module.functions():
            node = hit.node
            assert isinstance(node, FunctionNode)
            inside = bool(hit.scopes) and isinstance(hit.scopes[-1], ast.ClassDef)
            if (
                inside
                and node.name in OVERRIDES
                and layer_of(module) in ("models", "forms", "admin", "queries")
                and place_of(module.name).rank
            ):
                message = f"{node.name}() is overridden; put the work into an action, the truth into a constraint"
                found.append(Violation(module.path, hit.line, message, node.name))
    return found


def check_states_by_hand(tree: Tree) -> list[Violation]:
    """A state changes by a legal move only: no `.state =`, no `update(state=…)`, no setattr."""
    found = []
    for module in tree.source:
        starts_processes = place_of(module.name).package == ROOT_PACKAGE
        if module.path == "ctts/common/moves.py" or module.is_migration or starts_processes:
            continue
        for name, line in _states_set(module):
            message = f"{name} is set by hand; use ctts.common.moves.change_state and the table of legal moves"
            found.append(Violation(module.path, line, message, name))
    return found


def _is_state(name: object) -> bool:
    return isinstance(name, str) and (name in STATE or name.endswith(tuple(f"_{word}" for word in STATE)))


def _states_set(module: Module) -> Iterator[tuple[str, int]]:
    for hit in module.of(ast.Assign, ast.AugAssign, ast.AnnAssign):
        node = hit.node
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and _is_state(target.attr):
                yield target.attr, hit.line
    for hit in module.of(ast.Call):
        yield from _state_calls(hit)


def _state_calls(hit: Found) -> Iterator[tuple[str, int]]:
    call = hit.node
    assert isinstance(call, ast.Call)
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("update", "update_or_create"):
        yield from ((str(k.arg), hit.line) for k in call.keywords if _is_state(k.arg))
    if isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3:
        name = call.args[1].value if isinstance(call.args[1], ast.Constant) else ""
        yield from [(str(name), hit.line)] if _is_state(name) else []


def check_requests_below(tree: Tree) -> list[Violation]:
    """No request below the views: the calendar has none, and tests would grow fake ones."""
    found = []
    for module in tree.source:
        if _may_see_request(module):
            continue
        for hit in module.functions():
            node = hit.node
            assert isinstance(node, FunctionNode)
            if any(_is_request(module, arg) for arg in _args(node)):
                message = f"{node.name} takes a request; take the person (`by`) and the instant (`now`) instead"
                found.append(Violation(module.path, hit.line, message, node.name))
    return found


def _may_see_request(module: Module) -> bool:
    place = place_of(module.name)
    if place.package == ROOT_PACKAGE or layer_of(module) in REQUEST_LAYERS or module.name in SHARED_BY_VIEWS:
        return True
    return any(part in REQUEST_FILES for part in module.name.split("."))


def _args(node: FunctionNode) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _is_request(module: Module, arg: ast.arg) -> bool:
    annotated = module.dotted(arg.annotation) if arg.annotation else ""
    return arg.arg == "request" or (annotated or "").endswith("HttpRequest")


def check_whole_saves(tree: Tree) -> list[Violation]:
    """Save the columns you changed: a whole-row save quietly undoes a colleague's edit (practices 19)."""
    found = []
    for module in tree.source:
        for hit in module.of(ast.Call):
            call = hit.node
            assert isinstance(call, ast.Call)
            if not isinstance(call.func, ast.Attribute) or call.func.attr != "save" or call.args:
                continue
            if not {"update_fields", "force_insert", "commit"} & {keyword.arg for keyword in call.keywords}:
                message = "save() writes the whole row; give update_fields, or objects.create for a new one"
                found.append(Violation(module.path, hit.line, message, _function(hit)))
    return found


def check_row_locks(tree: Tree) -> list[Violation]:
    """Lock rows without their keys: a full lock also stops the check of every reference to the row at commit, and two
    decisions that are in no conflict wait for each other (quality rule 2)."""
    found = []
    for module in tree.source:
        for hit in module.of(ast.Call):
            call = hit.node
            assert isinstance(call, ast.Call)
            locks = isinstance(call.func, ast.Attribute) and call.func.attr == "select_for_update"
            if locks and "no_key" not in {keyword.arg for keyword in call.keywords}:
                message = "select_for_update() locks the key as well; give no_key=True"
                found.append(Violation(module.path, hit.line, message, _function(hit)))
    return found


def _function(hit: Found) -> str:
    names = [scope.name for scope in hit.scopes if isinstance(scope, FunctionNode)]
    return names[-1] if names else "module"


def check_one_domain_call(tree: Tree) -> list[Violation]:
    """A view makes at most one call into the actions: two are an action without a name (practices 4)."""
    found = []
    for module in tree.source:
        if layer_of(module) != "views":
            continue
        for node in module.public_functions():
            lines = _action_calls(module, node) if is_view(node) else []
            if len(lines) > 1:
                message = f"view {node.name} calls {len(lines)} actions; make them one action with a name"
                found.append(Violation(module.path, node.lineno, message, node.name))
    return found


def _action_calls(module: Module, node: FunctionNode) -> list[int]:
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    return [call.lineno for call in calls if f".{VIEW_MOVES}." in f".{module.dotted(call.func)}"]


def check_reading_changes_nothing(tree: Tree) -> list[Violation]:
    """A view that takes no POST calls no action: reading changes nothing of the scheme (quality rule 1)."""
    found = []
    for module in tree.source:
        if layer_of(module) != "views":
            continue
        for node in module.public_functions():
            methods = _declared_methods(module, node)
            if methods and not set(methods.split()) - {"GET", "HEAD", "OPTIONS"} and _action_calls(module, node):
                message = f"view {node.name} takes {methods} only but calls an action; let a POST do it"
                found.append(Violation(module.path, node.lineno, message, node.name))
    return found


def _declared_methods(module: Module, node: FunctionNode) -> str:
    """The methods of `@guarded(…)` or `@public(…)`; '' for a view that declares neither."""
    for item in node.decorator_list:
        called = module.dotted(item.func) if isinstance(item, ast.Call) else None
        if isinstance(item, ast.Call) and called in ("ctts.common.guards.guarded", "ctts.common.guards.public"):
            given = [keyword.value for keyword in item.keywords if keyword.arg == "methods"]
            return str(given[0].value) if given and isinstance(given[0], ast.Constant) else "GET"
    return ""
