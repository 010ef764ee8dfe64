"""The office's pages of the scheme rules: every number with its source, versions, changes."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.clock import london_date
from ctts.common.confirming import confirmed
from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, made, status_of, today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import TooLate, require
from ctts.organisations.access import OFFICE
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.rules import RulesForm, SeenRulesForm, WithdrawRulesForm, source_in_words
from ctts.scheme.rules import CHECKLISTS, SchemeNumbers, field_specs, to_json
from ctts.scheme.rules.fields import CHOICE, GROUPS, SEVERAL


@guarded(OFFICE)
def numbers(request):
    """The numbers of the newest version by group, with what holds today where it differs, and "default, not confirmed"
    where that holds; all versions."""
    rules, in_force = queries.newest_rules(), queries.rules_on(today_of(request))
    held, today = (to_json(queries.numbers_of(version)) for version in (rules, in_force))
    confirmed = queries.confirmations_of(rules)
    open_names = {spec.name for spec in field_specs() if not spec.from_guidance} - confirmed.keys()
    first = to_json(SchemeNumbers())
    rows = [
        (spec, *_values(spec, held, today), _source(spec, confirmed, held[spec.name], first[spec.name]))
        for spec in field_specs()
    ]
    versions = queries.rule_versions()
    checklists = queries.checklist_confirmations()
    groups = groupby(rows, key=lambda row: row[0].rule[0])
    context = {
        "rules": rules,
        "in_force": in_force,
        "planned": _planned(versions, in_force),
        "groups": [(letter, GROUPS[letter], list(members)) for letter, members in groups],
        "open_names": open_names,
        "versions": [(version, getattr(version, "withdrawal", None)) for version in versions],
        "checklists": [(version, items, checklists.get(version)) for version, items in reversed(CHECKLISTS.items())],
    }
    return render(request, "scheme/rules.html", context)


def _planned(versions, in_force):
    """The versions that will hold, the next first; of two from one day the newer counts."""
    standing = [row for row in versions if row.version > in_force.version and not hasattr(row, "withdrawal")]
    return list({row.effective_on: row for row in reversed(standing)}.values())


def _values(spec, held, today):
    """The value of the newest version, and what holds today where that is another."""
    now = _in_words(spec, today[spec.name]) if today[spec.name] != held[spec.name] else ""
    return _in_words(spec, held[spec.name]), now


def _in_words(spec, value):
    if spec.kind == CHOICE:
        return dict(spec.choices)[value]
    words = ", ".join(str(part) for part in value) if spec.kind == SEVERAL else str(value)
    return f"{words} {_one(spec.unit) if value == 1 else spec.unit}".strip()


def _one(unit):
    """The unit of one: "case studies" is "case study", "months after" is "month after"."""
    return re.sub(r"(ies|(?<=[a-z])s)\b", lambda end: "y" if end[0] == "ies" else "", unit, count=1)


def _source(spec, confirmed, held, first):
    """The guidance; or a default, or what the office set in the place of either, and who confirmed it."""
    words = source_in_words(spec)
    if spec.from_guidance:
        given = _in_words(replace(spec, unit=""), first)
        return words if held == first else f"set by the office; {words} gives {given}"
    row, what = confirmed.get(spec.name), "default" if held == first else "set by the office"
    if row is None:
        return f"{what}, not confirmed"
    return f"{what}, confirmed by {row.confirmed_by.full_name} on {day(london_date(row.confirmed_at))}"


@guarded(OFFICE, methods="GET POST", effect="makes a new version of the scheme rules", asks=(RulesForm,))
def change(request, group):
    """New numbers of one group from a day on, with the reason."""
    if group not in GROUPS:
        raise Http404
    rules, today = queries.newest_rules(), today_of(request)
    form = RulesForm(data_of(request), rules=rules, group=group, today=today)

    def change():
        given = {name: form.cleaned_data[name] for name in ("effective_on", "reason", "seen_version")}
        return actions.change_rules(by=request.user, now=request.now, changes=form.changes(), **given)

    try:
        newer = made(form, change)
    except actions.Superseded as problem:
        return _both(request, form, group, str(problem))
    if newer is not None:
        messages.success(request, f"Version {newer.version} of the scheme rules is made.")
        return redirect("scheme:rules")
    context = {"form": form, "group": GROUPS[group], "rules": rules, "stale": ""}
    return render(request, "scheme/rules_change.html", context, status=status_of(form))


def _both(request, form, group, problem):
    """What was typed stands in the form, and above it what the newer version says of this group (quality rule 2)."""
    rules = queries.newest_rules()
    held = to_json(queries.numbers_of(rules))
    form.data = with_value(form.data, "seen_version", str(rules.version))
    now_says = [(spec.label, _in_words(spec, held[spec.name])) for spec in form.specs]
    context = {"form": form, "group": GROUPS[group], "rules": rules, "stale": problem, "now_says": now_says}
    return render(request, "scheme/rules_change.html", context, status=409)


@guarded(
    OFFICE, methods="GET POST", effect="takes back a planned version of the scheme rules", asks=(WithdrawRulesForm,)
)
def withdraw(request, version):
    """What goes on instead, and why it is taken back."""
    rules = get_object_or_404(queries.rule_versions(), version=version)
    require(access.can_withdraw_rules(request.user, rules, today_of(request)))
    before = queries.rules_on(rules.effective_on - timedelta(days=1))
    form = WithdrawRulesForm(data_of(request))
    confirm = Confirm(
        title=f"Take back version {rules.version} of the scheme rules",
        kicker=f"It was to hold from {day(rules.effective_on)}: {rules.reason}",
        action=form.submit_label,
        cancel_url=reverse("scheme:rules"),
        consequences=[
            Consequence(f"Version {before.version} goes on; nobody is enrolled by version {rules.version}."),
            Consequence("It stays in the list of versions, as taken back by you."),
        ],
        form=form,
        danger=True,
    )

    def act():
        given = {"version": rules.version, "reason": form.cleaned_data["reason"]}
        actions.withdraw_rules(by=request.user, now=request.now, **given)

    return confirmed(request, confirm, act, "scheme:rules", said=f"Version {rules.version} is taken back.")


@guarded(OFFICE, methods="POST", effect="confirms that a default of the scheme rules holds", asks=(SeenRulesForm,))
def confirm(request, name):
    """The office says that a number which the guidance does not give is right."""
    known = {spec.name: spec for spec in field_specs()}
    if name not in known:
        raise Http404
    form = SeenRulesForm(request.POST)
    if not form.is_valid():
        raise TooLate("The page did not say which version of the rules it showed. Reload it.")
    actions.confirm_default(by=request.user, now=request.now, name=name, **form.cleaned_data)
    messages.success(request, f"“{known[name].label}” is confirmed.")
    return redirect("scheme:rules")


@guarded(OFFICE, methods="POST", effect="confirms a version of the checklist of centres")
def confirm_checklist(request, version):
    """The office says that the questions to the centres are right (C3)."""
    if version not in CHECKLISTS:
        raise Http404
    actions.confirm_checklist(by=request.user, now=request.now, version=version)
    messages.success(request, f"Version {version} of the checklist of centres is confirmed.")
    return redirect("scheme:rules")
