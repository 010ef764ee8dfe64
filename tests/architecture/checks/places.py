"""Where a module stands: its package in the order of ranks, and its layer inside the package (architecture.md)."""

from dataclasses import dataclass

from .tree import Module, Tree

APPS = ("applications", "training", "assessments", "moderation")
RANKS = (
    "ctts.common",
    "ctts.audit",
    "ctts.accounts",
    "ctts.documents",
    "ctts.notifications",
    "ctts.organisations",
    "ctts.scheme",
    *APPS,
    "ctts.home",
    "ctts.demo",
)
# What starts processes; every other module directly below ctts/ is composition root as well.
STAND_ALONE = ("ctts.bootstrap", "ctts.embedded", "ctts.processes", "ctts.stack", "ctts.state", "ctts.supervisor")
NEVER_IMPORTED = ("ctts.settings", "ctts.urls", "ctts.celery", "ctts.wsgi", "ctts.asgi", "ctts.bootstrap")
LAYERS = (
    "states",
    "rules",
    "models",
    "access",
    "queries",
    "notices",
    "tasks",
    "actions",
    "forms",
    "views",
    "urls",
    "periodic",
    "admin",
)
# Folders and files that Django or Python fix, with the layer beside which they stand.
FIXED = {
    "migrations": "models",
    "templatetags": "views",
    "context": "views",
    "middleware": "views",
    "adapter": "views",
    "management": "admin",
    "contract": "admin",
}
BETWEEN_APPS = ("states", "rules", "models", "access", "queries", "actions")
ROOT_PACKAGE = "ctts"


@dataclass(frozen=True)
class Place:
    """`package` is one of RANKS, ROOT_PACKAGE for the composition root, or '' for what is not ours; `layer` is the
    first name below the package ('' for its `__init__`)."""

    package: str
    layer: str

    @property
    def rank(self) -> int:
        return RANKS.index(self.package) if self.package in RANKS else len(RANKS)


def place_of(name: str) -> Place:
    """Where the module called `name` stands."""
    for package in RANKS:
        if name == package or name.startswith(f"{package}."):
            return Place(package, name[len(package) + 1 :].split(".")[0])
    if name == ROOT_PACKAGE or name.startswith(f"{ROOT_PACKAGE}."):
        return Place(ROOT_PACKAGE, name[len(ROOT_PACKAGE) + 1 :].split(".")[0])
    return Place("", name.split(".")[0])


def layer_of(module: Module) -> str:
    """The layer of a module inside its app; '' for tests, `manage.py` and the composition root."""
    place = place_of(module.name)
    return place.layer if place.package in RANKS else ""


def height(place: Place, tree: Tree) -> int | None:
    """How high a module stands inside its app (0 is lowest); None when it is neither fixed nor registered."""
    if place.layer in LAYERS:
        return LAYERS.index(place.layer)
    if place.layer in FIXED:
        return LAYERS.index(FIXED[place.layer])
    helper = tree.allow.helpers.get(helper_key(place))
    return LAYERS.index(helper[0]) if helper else None


def helper_key(place: Place) -> str:
    """What the register of helpers calls a module or folder of an app: `ctts/documents/storage`."""
    return f"{place.package.replace('.', '/')}/{place.layer}"


def in_layers(tree: Tree, *layers: str) -> list[Module]:
    """The product's modules in these layers, migrations left out."""
    return [module for module in tree.source if layer_of(module) in layers and not module.is_migration]


def labels(tree: Tree) -> dict[str, str]:
    """App label → package, for the string forms `label.Model` and a migration's (label, name)."""
    return {package.rsplit(".", 1)[-1]: package for package in RANKS}
