"""Who may read the settings and the environment: few places, so that a server is configured in one (practices 20)."""

from .places import APPS, RANKS, ROOT_PACKAGE, layer_of, place_of
from .tree import Module, Tree, Violation

ENVIRONMENT = ("os.environ", "os.getenv", "os.putenv", "environ.Env")
MAY_READ_ENVIRONMENT = (
    "ctts/settings.py",
    "ctts/bootstrap.py",
    "ctts/embedded.py",
    "ctts/embedded_stack.py",
    "ctts/processes.py",
    "ctts/stack.py",
    "ctts/state.py",
    "ctts/supervisor.py",
    "ctts/celery.py",
    "ctts/wsgi.py",
    "ctts/asgi.py",
    "manage.py",
    "tests/",
    "ctts/home/management/commands/run.py",
    "ctts/home/management/commands/test.py",
)
WITHOUT_SETTINGS = ("states", "rules", "models", "access", "queries", "notices", "actions", "forms")
SETTINGS = "django.conf.settings"


def check_environment(tree: Tree) -> list[Violation]:
    """The process environment is read by settings and by what starts processes, nowhere else."""
    found = []
    for module in tree.modules:
        if module.path.startswith(MAY_READ_ENVIRONMENT):
            continue
        for dotted, line in module.uses():
            if any(dotted == name or dotted.startswith(f"{name}.") for name in ENVIRONMENT):
                message = f"{dotted} may not stand here; declare a setting in ctts/settings.py and read that"
                found.append(Violation(module.path, line, message, dotted))
    return found


def check_settings(tree: Tree) -> list[Violation]:
    """Settings are read at the edges of ctts packages; decisions, rules and the four apps get arguments instead.
    `settings.AUTH_USER_MODEL` is a name, not a setting, and free."""
    found = []
    for module in tree.source:
        if _may_read_settings(module):
            continue
        for dotted, line in module.uses():
            if dotted.startswith(f"{SETTINGS}.") and not dotted.startswith(f"{SETTINGS}.AUTH_USER_MODEL"):
                message = f"{dotted} is read here; take it as an argument from the edge that may read settings"
                found.append(Violation(module.path, line, message, dotted))
    return found


def _may_read_settings(module: Module) -> bool:
    place = place_of(module.name)
    if place.package in (ROOT_PACKAGE, RANKS[0]) or module.is_migration:
        return True
    return place.package not in APPS and layer_of(module) not in WITHOUT_SETTINGS
