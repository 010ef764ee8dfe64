"""Names that may be used in few places only, each with what to use instead (practices 24 and the ten smells)."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .places import layer_of
from .tree import FunctionNode, Module, Tree, Violation

PATCHERS = {
    "unittest.mock.patch",
    "unittest.mock.patch.object",
    "unittest.mock.patch.dict",
    "unittest.mock.patch.multiple",
}


@dataclass(frozen=True)
class Ban:
    """`names` are full dotted paths, seen through imports; those ending in a dot ban everything below them.
    `calls` are method names banned on any object. `at` lists the path beginnings where they may stand."""

    instead: str
    names: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()

    def binds(self, module: Module) -> bool:
        """Whether this ban applies to a module: not where it is allowed, and in its layers when it names some."""
        if module.path.startswith(self.at):
            return False
        return not self.layers or layer_of(module) in self.layers

    def hits(self, dotted: str) -> bool:
        return any(dotted == name or (name.endswith(".") and dotted.startswith(name)) for name in self.names)


CLOCK = Ban(
    "take `now` or `today` as an argument; ctts.common.clock is the only reader of the clock",
    names=(
        "django.utils.timezone.now",
        "django.utils.timezone.localdate",
        "django.utils.timezone.localtime",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "django.db.models.functions.Now",
    ),
    at=("ctts/common/clock.py", "tests/"),
)
CLOCK_BELOW = Ban(
    "take `now` or `today` as an argument; views use request.now, jobs and commands ask the clock once",
    names=("ctts.common.clock.now",),
    layers=("states", "rules", "models", "access", "queries", "notices", "actions", "forms", "views", "templatetags"),
)
QUEUE = Ban(
    "use ctts.common.queue.enqueue, which sends after commit and survives a dead broker",
    calls=("apply_async", "delay", "delay_on_commit", "apply_async_on_commit", "send_task"),
    at=("ctts/common/queue.py", "tests/"),
)
JOBS = Ban(
    "use ctts.common.queue.job",
    names=("celery.shared_task", "celery.Task", "celery.current_app", "ctts.celery.app"),
    at=("ctts/common/queue.py", "ctts/__init__.py", "ctts/home/management/", "tests/"),
)
MAIL = Ban(
    "use ctts.notifications.actions.notify: a row first, the mail from the worker",
    names=("django.core.mail.", "smtplib", "smtplib."),
    at=("ctts/common/mail.py", "ctts/notifications/", "tests/"),
)
SIGNALS = Ban(
    "say it in an action; who comes later asks by a query",
    names=(
        "django.dispatch.",
        "django.db.models.signals.",
        "django.core.signals.",
        "django.contrib.auth.signals.",
        "allauth.account.signals.",
        "django.test.signals.",
    ),
    at=("ctts/common/", "tests/"),
)
CLASS_VIEWS = Ban(
    "write a function view with one domain call",
    names=("django.views.generic.", "django.views.View", "django_tables2.views.", "django_filters.views."),
    calls=("as_view",),
)
MANAGERS = Ban(
    "ask a function of queries on behalf of the person; pages and forms never touch managers",
    calls=("objects", "_default_manager", "_base_manager"),
    layers=("views", "forms", "templatetags", "notices", "urls"),
)
MARK_SAFE = Ban(
    "use format_html, or a template; text from people is plain",
    names=("django.utils.safestring.mark_safe", "django.utils.html.mark_safe"),
)
STOCK_USER = Ban(
    "use settings.AUTH_USER_MODEL or ctts.accounts.models.User",
    names=("django.contrib.auth.models.User",),
)
ADD_TRIGGER = Ban(
    "use ctts.common.triggers.AddTrigger, which does not build every model of the project anew",
    names=("pgtrigger.migrations.AddTrigger",),
    at=("ctts/common/triggers.py",),
)
RAW_COMMIT = Ban(
    "use @transaction.atomic on the action, and ctts.common.queue.enqueue for what follows the commit",
    names=("django.db.transaction.on_commit", "django.db.transaction.commit", "django.db.transaction.set_autocommit"),
    at=("ctts/common/queue.py", "tests/"),
)


def check_clock(tree: Tree) -> list[Violation]:
    """The clock is read in one place; everything else is told the time."""
    return [*_banned(tree, CLOCK), *_banned(tree, CLOCK_BELOW)]


def check_queue(tree: Tree) -> list[Violation]:
    """Jobs are declared and sent in one place, after commit."""
    return [*_banned(tree, QUEUE), *_banned(tree, JOBS), *_banned(tree, RAW_COMMIT)]


def check_mail(tree: Tree) -> list[Violation]:
    """Only notifications talk to the mail server."""
    return list(_banned(tree, MAIL))


def check_signals(tree: Tree) -> list[Violation]:
    """No signal and no receiver outside ctts.common."""
    return list(_banned(tree, SIGNALS))


def check_class_views(tree: Tree) -> list[Violation]:
    """Views are functions."""
    return list(_banned(tree, CLASS_VIEWS))


def check_managers(tree: Tree) -> list[Violation]:
    """Lists are asked on behalf of somebody: pages and forms do not reach for a manager."""
    return list(_banned(tree, MANAGERS))


def check_mark_safe(tree: Tree) -> list[Violation]:
    """Nothing is declared safe by hand."""
    return list(_banned(tree, MARK_SAFE))


def check_stock_user(tree: Tree) -> list[Violation]:
    """People are accounts.User."""
    return list(_banned(tree, STOCK_USER))


def check_add_trigger(tree: Tree) -> list[Violation]:
    """Migrations add triggers by our own operation."""
    return list(_banned(tree, ADD_TRIGGER))


def _banned(tree: Tree, ban: Ban) -> Iterator[Violation]:
    for module in tree.modules:
        if not ban.binds(module):
            continue
        seen: set[tuple[int, str]] = set()
        for dotted, line in module.uses():
            name = dotted if ban.hits(dotted) else _method(dotted, ban)
            if name and (line, name) not in seen:
                seen.add((line, name))
                yield Violation(module.path, line, f"{name} may not stand here; {ban.instead}", name)
        yield from _called_on_expressions(module, ban)


def _method(dotted: str, ban: Ban) -> str:
    parts = dotted.split(".")
    return next((call for call in ban.calls if call in parts[1:]), "")


def _called_on_expressions(module: Module, ban: Ban) -> Iterator[Violation]:
    """Methods called on something that is not a plain name: `job().delay()`, `get_model("x").objects`."""
    for hit in module.of(ast.Attribute):
        node = hit.node
        assert isinstance(node, ast.Attribute)
        if node.attr in ban.calls and module.dotted(node) is None:
            yield Violation(module.path, hit.line, f"{node.attr} may not stand here; {ban.instead}", node.attr)


def check_blind_excepts(tree: Tree) -> list[Violation]:
    """No `except Exception`, no bare except, no suppress(Exception): an error that vanishes is found by a user."""
    found = []
    for module in tree.modules:
        for hit in module.of(ast.ExceptHandler):
            assert isinstance(hit.node, ast.ExceptHandler)
            if not _passes_on(hit.node) and (hit.node.type is None or _is_blind(module, hit.node.type)):
                found.append(_blind(module, hit.line, hit.scopes))
        for hit in module.of(ast.Call):
            assert isinstance(hit.node, ast.Call)
            if module.dotted(hit.node.func) == "contextlib.suppress" and any(
                _is_blind(module, a) for a in hit.node.args
            ):
                found.append(_blind(module, hit.line, hit.scopes))
    return found


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Tidying up and raising the same error again hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _is_blind(module: Module, node: ast.expr) -> bool:
    members = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(module.dotted(member) in {"Exception", "BaseException"} for member in members)


def _blind(module: Module, line: int, scopes: tuple[ast.AST, ...]) -> Violation:
    names = [scope.name for scope in scopes if isinstance(scope, FunctionNode)]
    message = "a blind except hides faults; name the exceptions that may happen here"
    return Violation(module.path, line, message, names[-1] if names else "module")


def check_own_patches(tree: Tree) -> list[Violation]:
    """Tests watch results: nothing of ours is patched, only the edge (clock, mail server, storage) may be faked."""
    found = []
    for module in tree.tests:
        for hit in module.of(ast.Call):
            assert isinstance(hit.node, ast.Call)
            target = _patched(module, hit.node)
            if target.split(".")[0] in ("ctts", "applications", "training", "assessments", "moderation"):
                message = f"{target} is ours and may not be patched; set up the state and look at the result"
                found.append(Violation(module.path, hit.line, message, target))
    return found


def _patched(module: Module, call: ast.Call) -> str:
    called = module.dotted(call.func) or ""
    if called not in PATCHERS and not called.endswith(("monkeypatch.setattr", "monkeypatch.delattr", "mocker.patch")):
        return ""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant):
        return str(first.value)
    return (module.dotted(first) or "") if first else ""
