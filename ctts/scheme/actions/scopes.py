"""The office edits the table of craft groups and scopes, and offers scopes (S1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.accounts.rules import tidy_name
from ctts.audit.actions import record
from ctts.common.clock import london_date
from ctts.common.races import taken_means
from ctts.common.verdict import DoneAlready, Invalid, Refused, TooLate, require
from ctts.scheme import access, queries
from ctts.scheme.models import CraftGroup, Scope

CHANGED_SINCE = "Somebody else has changed it since you opened this page."
CODE_STAYS = "Something refers to this scope already, so its code stays: files, exports and the audit name it."


class ScopeChangedSince(TooLate):
    """A scope or craft group is not what the page showed any more; it shows both."""


@transaction.atomic
def enter_craft_group(*, by: User, now: datetime, code: str, name: str) -> CraftGroup:
    """Enter a craft group of scopes (S1).

    Raises NotAllowed outside the office, Invalid for a code or name that is taken, DoneAlready for the same again.
    """
    require(access.can_manage(by, london_date(now)))
    name = tidy_name(name)
    with taken_means(lambda: _group_taken(code, name)):
        group = CraftGroup.objects.create(code=code, name=name)
    record("scheme.craft_group.entered", by=by, at=now, about=group, after={"code": code}, words={"name": name})
    return group


def _group_taken(code: str, name: str) -> Refused:
    """What is taken, once the database has refused; the same group whole was entered before."""
    if CraftGroup.objects.filter(code=code, name=name).exists():
        return DoneAlready(f"{name} is entered already.")
    if CraftGroup.objects.filter(code=code).exists():
        return Invalid("Another craft group has this code.", "code")
    return Invalid("Another craft group has this name.", "name")


@transaction.atomic
def change_craft_group(*, by: User, now: datetime, group_id: int, name: str, seen: str) -> CraftGroup:
    """Change what a craft group is called (S1); `seen` is `queries.group_version` of what the page showed.

    The same form sent twice changes nothing more. Raises NotAllowed outside the office, ScopeChangedSince where
    somebody changed it since, Invalid for a name that is taken.
    """
    require(access.can_manage(by, london_date(now)))
    group = CraftGroup.objects.select_for_update(no_key=True).get(pk=group_id)
    name, before = tidy_name(name), group.name
    if name == before:
        return group
    if seen != queries.group_version(group):
        raise ScopeChangedSince(CHANGED_SINCE)
    group.name = name
    with taken_means(Invalid("Another craft group has this name.", "name")):
        group.save(update_fields=["name"])
    words = {"name": name, "before": before}
    record("scheme.craft_group.changed", by=by, at=now, about=group, after={"code": group.code}, words=words)
    return group


@transaction.atomic
def enter_scope(*, by: User, now: datetime, code: str, name: str, group: CraftGroup) -> Scope:
    """Enter a scope of practice; it is not offered yet (S1).

    Raises NotAllowed outside the office, Invalid for a code or name that is taken, DoneAlready for the same again.
    """
    require(access.can_manage(by, london_date(now)))
    name = tidy_name(name)
    with taken_means(lambda: _scope_taken(code, name, group)):
        scope = Scope.objects.create(code=code, name=name, group=group)
    record("scheme.scope.entered", by=by, at=now, about=scope, after=_facts(scope), words={"name": name})
    return scope


def _scope_taken(code: str, name: str, group: CraftGroup, pk: int = 0) -> Refused:
    """What is taken, once the database has refused; the same scope whole was entered before."""
    others = Scope.objects.exclude(pk=pk)
    if others.filter(code=code, name=name, group=group).exists():
        return DoneAlready(f"{name} is entered already.")
    if others.filter(code=code).exists():
        return Invalid("Another scope has this code.", "code")
    return Invalid("Another scope has this name.", "name")


@transaction.atomic
def change_scope(
    *, by: User, now: datetime, scope_id: int, code: str, name: str, group: CraftGroup, seen: str
) -> Scope:
    """Change what a scope is called and its craft group, and its code while nothing refers to it (S1).

    `seen` is `queries.scope_version` of what the page showed; the same form sent twice changes nothing more. Raises
    NotAllowed outside the office, ScopeChangedSince where somebody changed it since, Invalid for what is taken, or for
    another code once something refers to the scope.
    """
    require(access.can_manage(by, london_date(now)))
    scope = Scope.objects.select_for_update(no_key=True).get(pk=scope_id)
    wanted = {"code": code, "name": tidy_name(name), "group": group}
    if all(getattr(scope, column) == value for column, value in wanted.items()):
        return scope
    if seen != queries.scope_version(scope):
        raise ScopeChangedSince(CHANGED_SINCE)
    if code != scope.code and queries.is_referred_to(scope):
        raise Invalid(CODE_STAYS, "code")
    before, words = _facts(scope), {"before": scope.name, "name": wanted["name"]}
    for column, value in wanted.items():
        setattr(scope, column, value)
    with taken_means(lambda: _scope_taken(code, scope.name, group, scope.pk)):
        scope.save(update_fields=list(wanted))
    record("scheme.scope.changed", by=by, at=now, about=scope, before=before, after=_facts(scope), words=words)
    return scope


def _facts(scope: Scope) -> dict[str, object]:
    return {"code": scope.code, "group": scope.group.code, "offered": scope.offered}


@transaction.atomic
def offer_scope(*, by: User, now: datetime, scope_id: int) -> Scope:
    """Offer a scope to new applicants; they can choose it once a framework of it is published (S1, S2).

    Raises NotAllowed outside the office, TooLate when it is offered already.
    """
    scope = Scope.objects.select_for_update(no_key=True).get(pk=scope_id)
    require(access.can_offer(by, scope, london_date(now)))
    return _settled("scheme.scope.offered", scope, by, now)


@transaction.atomic
def close_scope(*, by: User, now: datetime, scope_id: int) -> Scope:
    """Offer a scope no more: nobody new can choose it, what was begun in it goes on (S1).

    Raises NotAllowed outside the office, TooLate when it is not offered.
    """
    scope = Scope.objects.select_for_update(no_key=True).get(pk=scope_id)
    require(access.can_close(by, scope, london_date(now)))
    return _settled("scheme.scope.closed", scope, by, now)


def _settled(what: str, scope: Scope, by: User, now: datetime) -> Scope:
    before = _facts(scope)
    scope.offered = not scope.offered
    scope.save(update_fields=["offered"])
    record(what, by=by, at=now, about=scope, before=before, after=_facts(scope))
    return scope
