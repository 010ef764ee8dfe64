"""The table of craft groups and scopes as the office edits it, and what goes on in each scope (S1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, ManyToOneRel, OuterRef, Prefetch, Q, QuerySet

from ctts.accounts.rules import sort_key
from ctts.common.digest import sha256
from ctts.common.ties import Declared
from ctts.scheme.models import CraftGroup, Framework, PtpModule, Scope
from ctts.scheme.spreadsheet import FrameworkSheet, ModuleRow
from ctts.scheme.states import FrameworkState


@dataclass(frozen=True, slots=True)
class GoesOn:
    """What goes on in the scopes, of one kind: how one and several are called, how many stand in each scope (by its
    id; none where there is none), and the address of their list, to which the id of a scope is added."""

    one: str
    several: str
    counts: Mapping[int, int]
    listed_at: str

    @property
    def heading(self) -> str:
        """What stands over a column of them, such as “Trainees”."""
        return self.several.capitalize()

    def of(self, scope: Scope) -> int:
        """How many stand in a scope."""
        return self.counts.get(scope.pk, 0)

    def in_words(self, scope: Scope) -> str:
        """How many stand in a scope, such as “3 trainees”."""
        count = self.of(scope)
        return f"{count} {self.one if count == 1 else self.several}"


goes_on_in_scopes = Declared[Callable[[], GoesOn]]()  # what later apps know of the scopes, in the order of the apps


def what_goes_on() -> list[GoesOn]:
    """Of everything that later apps declare how much goes on in each scope; one query each."""
    return [count() for count in goes_on_in_scopes]


def scopes_in_use() -> QuerySet[Scope]:
    """Scopes in which somebody may apply, train or moderate, by name: those on offer, and those with a framework that
    was ever published, for what was begun goes on when a scope is offered no more (S1)."""
    published = Framework.objects.filter(scope=OuterRef("pk")).exclude(state=FrameworkState.DRAFT)
    return Scope.objects.filter(Q(offered=True) | Exists(published)).select_related("group").order_by("name")


def scopes_for_office() -> QuerySet[Scope]:
    """Every scope by name with its group, and its published frameworks as `published_frameworks`: the one from which
    new applicants choose is the first (S2)."""
    rows = Framework.objects.filter(state=FrameworkState.PUBLISHED).order_by("-published_at", "-pk")
    shown = Prefetch("frameworks", rows, to_attr="published_frameworks")
    return Scope.objects.select_related("group").prefetch_related(shown).order_by("name", "pk")


def craft_groups() -> QuerySet[CraftGroup]:
    """Every craft group by name (S1)."""
    return CraftGroup.objects.order_by("name", "pk")


def craft_groups_for_office() -> QuerySet[CraftGroup]:
    """The same with the scopes of each as `shown_scopes`, a group without any too (S1)."""
    return craft_groups().prefetch_related(Prefetch("scopes", scopes_for_office(), to_attr="shown_scopes"))


def offered_without_framework() -> QuerySet[Scope]:
    """Scopes on offer for which no framework is published, by name: nobody can apply in them (S1, S2)."""
    published = Framework.objects.filter(scope=OuterRef("pk"), state=FrameworkState.PUBLISHED)
    return Scope.objects.filter(~Exists(published), offered=True).order_by("name")


def is_referred_to(scope: Scope) -> bool:
    """Whether anything refers to a scope, in whichever app: its code stands in files, exports and the audit then."""
    relations = [one for one in scope._meta.get_fields(include_hidden=True) if isinstance(one, ManyToOneRel)]
    rows = (one.related_model._base_manager.filter(**{one.field.name: scope}) for one in relations)
    return any(found.exists() for found in rows)


def scope_version(scope: Scope) -> str:
    """A digest of what the office changes of a scope: what a form says it has seen."""
    return sha256({name: getattr(scope, name) for name in ("code", "name", "group_id")})


def group_version(group: CraftGroup) -> str:
    """A digest of what the office changes of a craft group: what a form says it has seen."""
    return sha256({"name": group.name})


def unknown_scope(sheet: FrameworkSheet) -> str:
    """What is said of a framework whose scope the table does not have (S2)."""
    return f"There is no scope with the code “{sheet.scope}”. Enter the scope first, or correct the sheet."


def of_two_scopes(sheet: FrameworkSheet, scope: Scope) -> str:
    """That the code of a spreadsheet is of one scope and its name of another, and what to mend; empty where it is not.

    Another wording of the name is none of that: the table's stands (S1, S2).
    """
    name = sort_key(sheet.scope_name)
    if name == sort_key(scope.name):
        return ""
    others = [other for other in Scope.objects.exclude(pk=scope.pk).order_by("pk") if sort_key(other.name) == name]
    if not others:
        return ""
    return (
        f"{scope.code} is the code of {scope}, and “{sheet.scope_name}” is the name of {others[0].code}. "
        "Correct the one or the other: the file may be of another scope than you think."
    )


def version_there(sheet: FrameworkSheet, scope: Scope) -> str:
    """What is said of a version of a framework that was imported before (S2)."""
    return f"Version {sheet.version} of {scope} is here already. Give the new one another version."


def other_level(row: ModuleRow, held: int) -> str:
    """What is said of a module that the curriculum holds on another level (S3)."""
    return (
        f"Module {row.code} of {row.curriculum_version} stands on level {held}, not {row.level}. Correct the sheet, "
        "or name another curriculum version."
    )


@dataclass(frozen=True, slots=True)
class ImportFaults:
    """What forbids storing a framework that can be read: (place, what to do) of each; whether its scope is known."""

    places: tuple[tuple[str, str], ...]
    scope_known: bool


def faults_of_import(sheet: FrameworkSheet) -> ImportFaults:
    """A scope there is not, code and name of two scopes, a version that is here already, a module that stands on
    another level (S2, S3): what `actions.import_framework` refuses."""
    scope = Scope.objects.filter(code=sheet.scope).first()
    found = []
    if scope is None:
        found.append(("Scope code", unknown_scope(sheet)))
    else:
        if contradiction := of_two_scopes(sheet, scope):
            found.append(("Scope name", contradiction))
        if Framework.objects.filter(scope=scope, version=sheet.version).exists():
            found.append(("Version", version_there(sheet, scope)))
    held = _levels_of(sheet.modules)
    for row in sheet.modules:
        level = held.get((row.code, row.curriculum_version, row.title), row.level)
        if level != row.level:
            found.append((f"Module {row.code}", other_level(row, level)))
    return ImportFaults(tuple(found), scope is not None)


def _levels_of(rows: Iterable[ModuleRow]) -> dict[tuple[str, str, str], int]:
    """The levels of the stored modules of the same codes, by code, curriculum version and title."""
    stored = PtpModule.objects.filter(code__in=[row.code for row in rows])
    return {(one.code, one.curriculum_version, one.title): one.level for one in stored}
