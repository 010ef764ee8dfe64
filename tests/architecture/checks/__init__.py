"""The checks over a source tree, by name. Those that need Django's registries stand in test_django_guards.py."""

from functools import partial

from . import (
    asking,
    bans,
    budgets,
    comments,
    decisions,
    documents,
    environment,
    layers,
    lists,
    pages,
    ranks,
    rules_cited,
    smells,
)
from .tree import Allowances, Check, Tree, Violation, settle

HOUSE: dict[str, Check] = {
    "ranks": ranks.check_ranks,
    "borders": ranks.check_borders,
    "composition_root": ranks.check_composition_root,
    "stand_alone": ranks.check_stand_alone,
    "circles": ranks.check_no_circles,
    "known_layers": layers.check_known_layers,
    "downwards": layers.check_downwards,
    "pure_rules": layers.check_pure_rules,
    "local_imports": layers.check_no_local_imports,
    "module_length": budgets.check_module_length,
    "function_length": budgets.check_function_length,
    "overrides": smells.check_overrides,
    "states_by_hand": smells.check_states_by_hand,
    "requests_below": smells.check_requests_below,
    "whole_saves": smells.check_whole_saves,
    "row_locks": smells.check_row_locks,
    "one_domain_call": smells.check_one_domain_call,
    "reading": smells.check_reading_changes_nothing,
    "clock": bans.check_clock,
    "queue": bans.check_queue,
    "mail": bans.check_mail,
    "signals": bans.check_signals,
    "class_views": bans.check_class_views,
    "managers": bans.check_managers,
    "mark_safe": bans.check_mark_safe,
    "stock_user": bans.check_stock_user,
    "add_trigger": bans.check_add_trigger,
    "blind_excepts": bans.check_blind_excepts,
    "own_patches": bans.check_own_patches,
    "silencers": comments.check_silencers,
    "postponed": comments.check_postponed,
    "skips": comments.check_skips,
    "action_shape": decisions.check_action_shape,
    "audit_kinds": decisions.check_audit_kinds,
    "docstrings": decisions.check_docstrings,
    "environment": environment.check_environment,
    "settings": environment.check_settings,
    "nothing_inline": pages.check_nothing_inline,
    "unsafe_filters": pages.check_unsafe_filters,
    "forms_protected": pages.check_forms_protected,
    "pages_have_base": pages.check_pages_have_base,
    "templates_shown": pages.check_templates_shown,
    "notices_paired": pages.check_notices_paired,
    "asked": asking.check_asked,
    "list_pages": lists.check_list_pages,
    "links": documents.check_links,
    "app_pages": documents.check_app_pages,
    "machine_paths": documents.check_machine_paths,
    "dependencies": documents.check_dependencies,
    "test_options": documents.check_test_options,
}


def house_with(table: dict[str, str]) -> dict[str, Check]:
    """Every check of the house; `table` says where each rule of the scheme stands."""
    return {**HOUSE, "rule_ids": partial(rules_cited.check_rule_ids, table=table)}


def run(name: str, check: Check, tree: Tree) -> list[Violation]:
    """One check over a tree, its written exceptions taken off."""
    return settle(name, check(tree), tree.allow)


__all__ = ["HOUSE", "Allowances", "Check", "Tree", "Violation", "house_with", "run", "settle"]
