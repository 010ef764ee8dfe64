"""Who may import whom between packages, and that nothing goes round in a circle (architecture.md, practices 1)."""

import ast
from collections.abc import Iterator

from .places import APPS, BETWEEN_APPS, NEVER_IMPORTED, RANKS, ROOT_PACKAGE, STAND_ALONE, Place, labels, place_of
from .tree import OURS, STDLIB, Edge, Found, Module, Tree, Violation, import_source

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
USER_MODEL = {"django.conf.settings.AUTH_USER_MODEL", "django.contrib.auth.get_user_model"}
DYNAMIC = {"importlib.import_module", "django.utils.module_loading.import_string", "__import__"}


def check_ranks(tree: Tree) -> list[Violation]:
    """No package imports one to its right, however it says so: import, string foreign key or migration."""
    found = []
    for edge in edges(tree):
        a, b = place_of(edge.source.name), place_of(edge.target)
        if a.package in RANKS and b.package in RANKS and a.rank < b.rank:
            message = f"{a.package} may not know {b.package}, which is to its right; let {b.package} ask it by a query"
            found.append(Violation(edge.source.path, edge.line, message, edge.target))
    return found


def check_borders(tree: Tree) -> list[Violation]:
    """Between apps only states, rules, models, access, queries and actions are imported; demo by nobody."""
    found = []
    for edge in tree.imports:
        a, b = place_of(edge.source.name), place_of(edge.target)
        if edge.source.is_test or a.package == b.package:
            continue
        message = _border_message(a, b)
        if message:
            found.append(Violation(edge.source.path, edge.line, message, edge.target))
    return found


def _border_message(a: Place, b: Place) -> str:
    if b.layer == "tests" and not b.package:
        return "the product never imports its tests; move what both need into the product"
    if b.package == "ctts.demo":
        return "nobody imports ctts.demo; settings and urls name it by string where demo mode is on"
    if a.package != ROOT_PACKAGE and b.package in APPS and b.layer not in BETWEEN_APPS:
        return f"between apps only {', '.join(BETWEEN_APPS)} are imported, not {b.layer or 'the package itself'}"
    return ""


def check_composition_root(tree: Tree) -> list[Violation]:
    """Modules directly below ctts/ are imported by one another only; commands of home may also start the stack."""
    found = []
    for edge in tree.imports:
        a, b = place_of(edge.source.name), place_of(edge.target)
        if edge.source.is_test or b.package != ROOT_PACKAGE or not b.layer or a.package == ROOT_PACKAGE:
            continue
        if (a.package, a.layer) == ("ctts.home", "management") and edge.target not in NEVER_IMPORTED:
            continue
        message = f"{edge.target} is composition root; take what you need as an argument, or django.conf.settings"
        found.append(Violation(edge.source.path, edge.line, message, edge.target))
    return found


def check_stand_alone(tree: Tree) -> list[Violation]:
    """What starts processes uses the standard library and one another only, bootstrap nothing of ours at all;
    `ctts/__init__.py` loads celery and nothing else."""
    found = []
    for name in (*STAND_ALONE, "ctts"):
        module = tree.by_name.get(name)
        for hit, wanted in _wanted(module) if module else ():
            if not _may_stand_alone(name, wanted):
                message = f"{name} may not import {wanted}: it runs before the packages exist; standard library only"
                found.append(Violation(module.path if module else name, hit.line, message, wanted))
    return found


def _wanted(module: Module) -> Iterator[tuple[Found, str]]:
    for hit in module.of(ast.Import, ast.ImportFrom):
        if isinstance(hit.node, ast.Import):
            yield from ((hit, alias.name) for alias in hit.node.names)
        elif isinstance(hit.node, ast.ImportFrom):
            yield hit, import_source(module, hit.node)


def _may_stand_alone(name: str, wanted: str) -> bool:
    if name == "ctts":
        return wanted in ("ctts.celery", "ctts")
    beside = name != "ctts.bootstrap" and wanted in ("ctts", *STAND_ALONE)
    return wanted.split(".")[0] in STDLIB or beside


def check_no_circles(tree: Tree) -> list[Violation]:
    """No module needs itself by way of others, inside one package either."""
    needs: dict[str, set[str]] = {module.name: set() for module in tree.source}
    for edge in tree.imports:
        if edge.source.name in needs and edge.target in needs and edge.target != edge.source.name:
            needs[edge.source.name].add(edge.target)
    found = []
    for circle in _circles(needs):
        first = tree.by_name[min(circle)]
        message = f"{' → '.join(sorted(circle))} import one another; move what both need to a lower module"
        found.append(Violation(first.path, 1, message))
    return found


def _circles(needs: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules that reach one another. Leaves are peeled off from both ends until only circles stay."""
    rest = {name: set(wanted) for name, wanted in needs.items()}
    while True:
        wanted_by_some = set().union(*rest.values()) if rest else set()
        loose = {name for name, wanted in rest.items() if not wanted & rest.keys() or name not in wanted_by_some}
        if not loose:
            break
        rest = {name: wanted - loose for name, wanted in rest.items() if name not in loose}
    circles: list[set[str]] = []
    for name in rest:
        if not any(name in circle for circle in circles):
            group = {other for other in _reach(name, rest) if name in _reach(other, rest)}
            circles += [group] if group else []
    return circles


def _reach(start: str, needs: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for wanted in needs[waiting.pop()] - seen:
            seen.add(wanted)
            waiting.append(wanted)
    return seen


def edges(tree: Tree) -> Iterator[Edge]:
    """Imports of the product, and what it ties by string: foreign keys, migrations, dynamic imports."""
    known = labels(tree)
    for edge in tree.imports:
        if not edge.source.is_test:
            yield edge
    for module in tree.source:
        yield from _string_edges(module, known)
        if module.is_migration:
            yield from _migration_edges(module, known)


def _string_edges(module: Module, known: dict[str, str]) -> Iterator[Edge]:
    for hit in module.of(ast.Call):
        call = hit.node
        assert isinstance(call, ast.Call)
        called = module.dotted(call.func) or ""
        text = _first_string(call)
        if called.rsplit(".", 1)[-1] in RELATIONS and "." in text:
            target = known.get(text.split(".")[0])
            yield from [Edge(module, f"{target}.models", hit.line)] if target else []
        elif called.endswith("get_model") and text.split(".")[0] in known:
            yield Edge(module, f"{known[text.split('.')[0]]}.models", hit.line, hit.in_function)
        elif called in DYNAMIC and text.split(".")[0] in OURS:
            yield Edge(module, text, hit.line, hit.in_function)
    for dotted, line in module.uses():
        if dotted in USER_MODEL:
            yield Edge(module, "ctts.accounts.models", line)


def _first_string(call: ast.Call) -> str:
    candidates = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "to")]
    texts = [node.value for node in candidates if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return texts[0] if texts else ""


def _migration_edges(module: Module, known: dict[str, str]) -> Iterator[Edge]:
    for label, line in migration_dependencies(module):
        if label in known:
            yield Edge(module, f"{known[label]}.migrations", line)


def migration_dependencies(module: Module) -> Iterator[tuple[str, int]]:
    """(app label, line) of every entry in a migration's `dependencies` and `run_before`."""
    for hit in module.of(ast.Assign):
        assert isinstance(hit.node, ast.Assign)
        named = {target.id for target in hit.node.targets if isinstance(target, ast.Name)}
        if not named & {"dependencies", "run_before"} or not isinstance(hit.node.value, ast.List):
            continue
        for entry in hit.node.value.elts:
            if isinstance(entry, ast.Tuple) and isinstance(entry.elts[0], ast.Constant):
                yield str(entry.elts[0].value), entry.lineno
