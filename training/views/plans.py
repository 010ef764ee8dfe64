"""The training plan: read by everybody around, tailored and signed by trainee and supervisor (T1)."""

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.other_window import OtherWindow, differing
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from training import access, actions, queries
from training.actions.planning import STATEMENT, PlanRowChanged
from training.forms import AgreePlanForm, PlanVersionsForm, TailorForm
from training.rules import plan_difference
from training.states import PlanState
from training.views._frame import frame, item_or_404, record_or_404
from training.views.supervisor import signing


@guarded(SIGNED_IN, methods="GET POST", effect="signs the training plan as it is", asks=(AgreePlanForm,))
def plan(request, pk):
    """The plan, where its agreement stands, and the signature of trainee or supervisor."""
    record = record_or_404(request, pk)
    standing = queries.plan_standing(record)
    verdict = access.can_tailor(request.user, record, today_of(request))
    form = AgreePlanForm(data_of(request), initial={"seen": standing.digest}, **signing(request))
    if request.method == "POST":
        require(verdict)

    def act():
        given = {"record_id": pk, "seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.agree_plan(by=request.user, now=request.now, **given)

    if tried(form, act):
        messages.success(request, "The plan is signed.")
        return redirect("training:plan", pk)
    context = frame(request, record, "plan", **_plan_context(record, standing, request.user))
    context["can_tailor"] = verdict
    context["form"] = form if verdict and not standing.has_signed(request.user.pk) else None
    return render(request, "training/plan.html", context, status=status_of(form))


def _plan_context(record, standing, reader):
    history, items = queries.plan_history(record), list(queries.mappable_items(record))
    versions = queries.versions_to_compare(history, standing)
    older = None if standing.state == PlanState.AGREED else queries.version_to_sign_after(versions, reader)
    return {
        **(_compared(items, older, versions[0]) if older else {"difference": None}),
        "history": history,
        "comparable": len(versions) > 1,
        "standing": standing,
        "state_badge": badge_for(standing.state, standing.state.label),
        "groups": queries.plan_groups(items),
        "statement": STATEMENT,
    }


@guarded(SIGNED_IN)
def plan_versions(request, pk):
    """Any two agreed versions of the plan side by side, and the plan as it stands against each (T1)."""
    record = record_or_404(request, pk)
    history = queries.plan_history(record)
    versions = queries.versions_to_compare(history, queries.plan_standing(record))
    asked = request.GET if "older" in request.GET and len(versions) > 1 else None
    form = PlanVersionsForm(asked, versions=versions, initial=_last_two(versions))
    context = frame(request, record, "plan", history=history, form=form if len(versions) > 1 else None)
    if len(versions) > 1 and (asked is None or form.is_valid()):
        chosen = _last_two(versions) if asked is None else form.cleaned_data
        newer, older = (row for row in versions if row.number in chosen.values())
        context |= _compared(queries.mappable_items(record), older, newer)
    return render(request, "training/plan_versions.html", context, status=422 if form.errors else 200)


def _last_two(versions):
    """The numbers of the newest two, as the page opens with them."""
    return {name: row.number for name, row in zip(("newer", "older"), versions, strict=False)}


def _compared(items, older, newer):
    titles = {row.pk: row.item.title for row in items}
    found = plan_difference(older.items, newer.items)
    rows = [(change, titles.get(change.item, ""), _cells(change)) for change in found.changes]
    return {"older": older, "newer": newer, "difference": found, "rows": rows}


def _cells(change):
    """The cells of a change, the days of the last one written as everywhere."""
    *texts, (label, pieces) = change.cells
    if pieces is None:
        return change.cells
    written = [replace(one, text=day(date.fromisoformat(one.text))) if one.text.strip() else one for one in pieces]
    return [*texts, (label, written)]


@guarded(SIGNED_IN, methods="GET POST", effect="changes the plan for one competency", asks=(TailorForm,))
def tailor(request, pk):
    """How, where, with whom and by when one competency is reached."""
    item = item_or_404(request, pk)
    require(access.can_tailor(request.user, item.record, today_of(request)))
    form = TailorForm(data_of(request), initial={**_planned(item), "seen": queries.item_digest(item)})

    def act():
        given = {name: form.cleaned_data[name] for name in queries.PLAN_COLUMNS}
        seen = form.cleaned_data["seen"]
        actions.tailor_item(by=request.user, now=request.now, item_id=pk, seen=seen, values=given)

    try:
        if tried(form, act):
            messages.success(request, f"The plan for {item.item.code} is saved. It waits for both signatures.")
            return redirect("training:plan", item.record_id)
    except PlanRowChanged:
        return _changed_meanwhile(request, item_or_404(request, pk), form)
    context = frame(request, item.record, "plan", item=item, form=form, elsewhere=None)
    return render(request, "training/tailor.html", context, status=status_of(form))


def _planned(item):
    return {name: getattr(item, name) for name in queries.PLAN_COLUMNS}


def _changed_meanwhile(request, item, form):
    """409: both texts are shown, and saving again takes this one (quality rule 2)."""
    form.data = with_value(form.data, "seen", queries.item_digest(item))
    elsewhere = OtherWindow(differing(form, _planned(item)), shared=True)
    context = frame(request, item.record, "plan", item=item, form=form, elsewhere=elsewhere)
    return render(request, "training/tailor.html", context, status=409)


@guarded(SIGNED_IN, methods="POST", effect="moves a competency one place up or down in its group of the plan")
def move(request, pk, up):
    """One press, one place; the page comes back with the same button ready to be pressed again (T1)."""
    item = item_or_404(request, pk)
    seen = request.POST.get("seen", "")
    actions.move_in_plan(by=request.user, now=request.now, item_id=pk, seen=seen, up=up)
    place = queries.place_in_group(item)
    messages.success(
        request, f"{item.item.code} is now number {place.number} of {place.many} in its group of the plan."
    )
    goes_up = place.number > 1 if up else place.number == place.many
    address = reverse("training:plan", args=[item.record_id])
    return redirect(f"{address}#{'up' if goes_up else 'down'}-{pk}")
