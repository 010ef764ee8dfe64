"""The office's pages of DOPS forms: the general one and those of scopes, their versions, changing the items (T5)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.parts import NextStep
from ctts.common.posted import data_of, made, status_of, today_of
from ctts.organisations.access import OFFICE
from ctts.scheme import actions, queries
from ctts.scheme.forms.dops import DopsItemsForm
from ctts.scheme.spreadsheet import dops_differences
from ctts.scheme.views import _shown_dops as shown


@guarded(OFFICE)
def listed(request):
    """The general form and that of every scope: the version in force, since when, and what is planned."""
    forms = queries.dops_forms_for_office(request.now)
    rows = [(row, shown.name_of(row.scope), _change_url(row.scope)) for row in forms]
    return render(request, "scheme/dops_forms.html", {"rows": rows})


def _change_url(scope):
    return reverse("scheme:change_dops", args=[scope.pk]) if scope else reverse("scheme:change_general_dops")


@guarded(OFFICE)
def form(request, pk):
    """One version: its ten items with the anchors of the scale, since when it holds, and the other versions."""
    found = get_object_or_404(queries.dops_forms(), pk=pk)
    row = next(row for row in queries.dops_forms_for_office(request.now) if row.scope == found.scope)
    holds = row.holds == found
    context = {
        "version": found,
        "title": shown.called(found),
        "badge": shown.badge_of(found, holds, request.now),
        "step": NextStep("Change its items", _change_url(found.scope)) if holds else None,
        "items": queries.dops_rows(found),
        "before": queries.form_before(found),
        "versions": [(one, shown.badge_of(one, row.holds == one, request.now)) for one in row.versions],
        "following": queries.scopes_following(request.now) if found.scope is None and holds else [],
        "framework": queries.frameworks_for_office().filter(dops_form=found).first(),
    }
    return render(request, "scheme/dops_form.html", context)


@guarded(OFFICE)
def difference(request, pk):
    """A version side by side with the one before it, field by field."""
    found = get_object_or_404(queries.dops_forms(), pk=pk)
    before = queries.form_before(found)
    changed = dops_differences(queries.dops_rows(before), queries.dops_rows(found)) if before else ()
    context = {"version": found, "title": shown.called(found), "changed": changed}
    context["before"] = shown.beside(before, found.scope) if before else ""
    return render(request, "scheme/dops_difference.html", context)


@guarded(OFFICE, methods="GET POST", effect="makes a new version of the DOPS form of a scope", asks=(DopsItemsForm,))
def change(request, pk):
    """New items for one scope: typed, then shown with what follows, then made."""
    return _change(request, get_object_or_404(queries.scopes_for_office(), pk=pk))


@guarded(OFFICE, methods="GET POST", effect="makes a new version of the general DOPS form", asks=(DopsItemsForm,))
def change_general(request):
    """The same for the form of every scope without one of its own."""
    return _change(request, None)


def _change(request, scope):
    base = queries.dops_form_to_change(scope, request.now)
    typed = DopsItemsForm(data_of(request), base=base, today=today_of(request))
    again = "again" in request.POST
    if request.method != "POST" or again or not typed.is_valid():
        return _asked(request, scope, base, typed, status=200 if again else status_of(typed))
    given, stale = typed.cleaned_data, typed.cleaned_data["seen"] != typed.start
    if given["previewed"] != typed.digest() and not stale:
        return _previewed(request, scope, base, typed)
    values = {"items": typed.rows(), **{name: given[name] for name in ("starts_on", "reason", "seen")}}
    try:
        newer = made(typed, lambda: actions.change_dops_form(by=request.user, now=request.now, scope=scope, **values))
    except actions.DopsFormChanged as problem:
        return _both(request, scope, queries.dops_form_to_change(scope, request.now), typed, str(problem))
    if newer is None:
        return _asked(request, scope, base, typed, status=422)
    messages.success(request, f"Version {newer.version} is made.")
    return redirect("scheme:dops_form", newer.pk)


def _back_url(base):
    return reverse("scheme:dops_form", args=[base.pk]) if base else reverse("scheme:dops_forms")


def _asked(request, scope, base, typed, *, status, **more):
    context = {"form": typed, "base": shown.called(base), "name": shown.name_of(scope)}
    context["first"] = scope is not None and base is not None and base.scope_id is None
    context |= {"back_url": _back_url(base), "stale": "", **more}
    return render(request, "scheme/dops_change.html", context, status=status)


def _previewed(request, scope, base, typed):
    """What follows, and both versions side by side; nothing is made yet."""
    typed.data = with_value(typed.data, "previewed", typed.digest())
    context = {"form": typed, "name": shown.name_of(scope), "changed": typed.changes()}
    context["before"] = shown.beside(base, scope)
    context["consequences"] = shown.of_change(scope, base, typed.cleaned_data, request.now)
    context["cancel_url"] = _back_url(base)
    return render(request, "scheme/dops_preview.html", context)


def _both(request, scope, base, typed, problem):
    """What was typed stands in the form, and above it where a colleague's version reads otherwise (quality rule 2)."""
    typed.data = with_value(typed.data, "seen", str(base.pk))
    differ = dops_differences(queries.dops_rows(base), typed.rows())
    return _asked(request, scope, base, typed, status=409, stale=problem, differ=differ)
