"""Inside an app files import downwards, and no import hides in a function (architecture.md, practices 2)."""

import ast
from collections.abc import Iterator

from .places import LAYERS, RANKS, height, helper_key, in_layers, layer_of, place_of
from .tree import Edge, Module, Tree, Violation

PURE = ("django.utils", "django.db.models.TextChoices", "django.db.models.IntegerChoices")


def check_known_layers(tree: Tree) -> list[Violation]:
    """Every module of an app is one of the fixed layers, or a registered helper with a reason."""
    found = {}
    for module in tree.source:
        place = place_of(module.name)
        if place.package in RANKS[1:] and place.layer not in ("", "apps") and height(place, tree) is None:
            message = f"{place.layer} is no layer; move it into one of {', '.join(LAYERS)}, or register it in HELPERS"
            found[helper_key(place)] = Violation(helper_key(place), 1, message)
    return [*found.values(), *_stale_helpers(tree)]


def _stale_helpers(tree: Tree) -> Iterator[Violation]:
    for path, (layer, reason) in tree.allow.helpers.items():
        if not (tree.root / path).is_dir() and not (tree.root / f"{path}.py").exists():
            yield Violation(path, 1, "this registered helper is gone; take it off allowed.HELPERS")
        if layer not in LAYERS or len(reason.split()) < 4:
            yield Violation(path, 1, "a registered helper names the layer beside which it stands, and a reason")


def check_downwards(tree: Tree) -> list[Violation]:
    """A module imports only layers at its own height or lower; an app's `__init__` and `apps` import nothing."""
    found = []
    for edge in tree.imports:
        a, b = place_of(edge.source.name), place_of(edge.target)
        if a.package != b.package or a.package not in RANKS[1:] or a.layer == b.layer:
            continue
        message = _downwards_message(tree, edge)
        if message:
            found.append(Violation(edge.source.path, edge.line, message, edge.target))
    return found


def _downwards_message(tree: Tree, edge: Edge) -> str:
    a, b = place_of(edge.source.name).layer, place_of(edge.target).layer
    if a in ("", "apps"):
        return f"an app's {a or '__init__'} stays free of imports of its own; import {edge.target} where it is used"
    low, high = height(place_of(edge.target), tree), height(place_of(edge.source.name), tree)
    if low is not None and high is not None and low > high:
        return f"{a} stands below {b}; move what it needs from {b} down, or the caller up"
    return ""


def check_pure_rules(tree: Tree) -> list[Violation]:
    """`states` knows `ctts.common` and its own states; `rules` adds states and rules; neither knows a database."""
    found = []
    for module in in_layers(tree, "states", "rules"):
        for wanted, line in module.uses():
            message = _purity_message(module, wanted)
            if message:
                found.append(Violation(module.path, line, message, wanted))
    return found


def _purity_message(module: Module, wanted: str) -> str:
    layer, place = layer_of(module), place_of(wanted)
    if wanted.startswith("django.") and not wanted.startswith(PURE):
        return f"{layer} knows no database and no request, so not {wanted}; take plain values as arguments"
    if place.package in RANKS[1:]:
        own = ("states",) if place.package == place_of(module.name).package else ()
        allowed = ("states", "rules") if layer == "rules" else own
        if place.layer not in allowed:
            return f"{layer} may not know {wanted}; pass what it needs as an argument"
    return ""


def check_no_local_imports(tree: Tree) -> list[Violation]:
    """No import inside a function: if one is needed, a file is in the wrong place."""
    found = []
    for module in tree.modules:
        for hit in module.of(ast.Import, ast.ImportFrom):
            if hit.in_function:
                names = _names(hit.node)
                message = f"import of {names} inside a function; import at the top, or move the code to a lower file"
                found.append(Violation(module.path, hit.line, message, names))
    return found


def _names(node: ast.AST) -> str:
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "")
    return node.names[0].name if isinstance(node, ast.Import) else ""
