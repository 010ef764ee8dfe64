"""The office's pages of craft groups and scopes of practice: the table, entering, changing, offering (S1)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirm_page, confirmed
from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep
from ctts.common.posted import data_of, made, status_of, today_of
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from ctts.scheme import access, actions, queries
from ctts.scheme.forms.scopes import ChangeCraftGroupForm, ChangeScopeForm, CraftGroupForm, ScopeForm

NONE_PUBLISHED = "No framework is published for it yet, so nobody can apply in it"


@guarded(OFFICE)
def listed(request):
    """Every scope by craft group: offered or not, its published framework, and who applies or trains in it."""
    going_on = queries.what_goes_on()
    groups = [
        (group, [(row, _framework(row), _counts(row, going_on)) for row in group.shown_scopes])
        for group in queries.craft_groups_for_office()
    ]
    context = {
        "groups": groups,
        "headings": [kind.heading for kind in going_on],
        "missing": [row for _, rows in groups for row, framework, _ in rows if row.offered and framework is None],
        "step": NextStep("Enter a scope", reverse("scheme:enter_scope")),
    }
    return render(request, "scheme/scopes.html", context)


def _counts(scope, going_on):
    return [(kind.heading, kind.of(scope)) for kind in going_on]


def _framework(scope):
    """The framework from which new applicants choose; None before the first is published."""
    return next(iter(scope.published_frameworks), None)


@guarded(OFFICE)
def scope(request, pk):
    """One scope: where it belongs, its frameworks, who applies or trains in it, and what can be done."""
    found = get_object_or_404(queries.scopes_for_office(), pk=pk)
    framework = _framework(found)
    going_on = queries.what_goes_on()
    context = {
        "scope": found,
        "badge": badge_for("published", "Offered") if found.offered else badge_for("retired", "Not offered"),
        "framework": framework,
        "missing": found.offered and framework is None,
        "step": None if found.offered else NextStep("Offer it", reverse("scheme:offer_scope", args=[pk])),
        "close_url": reverse("scheme:close_scope", args=[pk]) if found.offered else "",
        "versions": queries.frameworks_for_office().filter(scope=found),
        "going_on": [(kind.in_words(found), f"{kind.listed_at}{pk}", kind.of(found)) for kind in going_on],
    }
    return render(request, "scheme/scope.html", context)


@guarded(OFFICE, methods="GET POST", effect="enters a scope of practice, which is not offered yet", asks=(ScopeForm,))
def enter(request):
    """Code, name and craft group; what a tried spreadsheet says stands in the form already."""
    said = {name: request.GET.get(name, "") for name in ("code", "name", "group")}
    form = ScopeForm(data_of(request), initial=said)
    entered = made(form, lambda: actions.enter_scope(by=request.user, now=request.now, **form.cleaned_data))
    if entered is not None:
        messages.success(request, f"{entered} is entered. It is not offered yet.")
        return redirect("scheme:scope", entered.pk)
    confirm = Confirm(
        title="Enter a scope",
        action=form.submit_label,
        cancel_url=reverse("scheme:scopes"),
        consequences=[
            Consequence("It stands in the table of scopes and is not offered: nobody can choose it yet."),
            Consequence("A framework with its code can be imported and published at once."),
        ],
        form=form,
    )
    return render(request, "scheme/enter_scope.html", {"confirm": confirm}, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="enters a craft group", asks=(CraftGroupForm,))
def enter_group(request):
    """Code and name of a new craft group; then a scope of it is entered."""
    form = CraftGroupForm(data_of(request))
    entered = made(form, lambda: actions.enter_craft_group(by=request.user, now=request.now, **form.cleaned_data))
    if entered is not None:
        messages.success(request, f"The craft group {entered} is entered. Enter its first scope.")
        return redirect(f"{reverse('scheme:enter_scope')}?group={entered.pk}")
    confirm = Confirm(
        title="Enter a craft group",
        action=form.submit_label,
        cancel_url=reverse("scheme:scopes"),
        consequences=[
            Consequence("Scopes can be entered in it and moved to it. Applicants see it once one is offered.")
        ],
        form=form,
    )
    return confirm_page(request, confirm)


@guarded(OFFICE, methods="GET POST", effect="changes the name of a craft group", asks=(ChangeCraftGroupForm,))
def change_group(request, pk):
    """What a craft group is called; its code stays."""
    found = get_object_or_404(queries.craft_groups(), pk=pk)
    form = ChangeCraftGroupForm(data_of(request), group=found)

    def act():
        return actions.change_craft_group(by=request.user, now=request.now, group_id=pk, **form.cleaned_data)

    confirm = Confirm(
        title=f"Change the name of {found}",
        kicker=f"Craft group {found.code}",
        action=form.submit_label,
        cancel_url=reverse("scheme:scopes"),
        consequences=[Consequence("Every page shows the new name beside the scopes of the group from now on.")],
        form=form,
    )
    try:
        return confirmed(request, confirm, act, "scheme:scopes", said="The name is changed.")
    except actions.ScopeChangedSince as problem:
        found.refresh_from_db()
        said = f"{problem} Saved meanwhile: {found.name}."
        return _both(request, confirm, queries.group_version(found), said)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="changes name, craft group or code of a scope of practice",
    asks=(ChangeScopeForm,),
)
def change(request, pk):
    """Name and craft group; the code while nothing refers to the scope."""
    found = get_object_or_404(queries.scopes_for_office(), pk=pk)
    stays = queries.is_referred_to(found)
    form = ChangeScopeForm(data_of(request), scope=found, code_stays=stays)
    confirm = Confirm(
        title=f"Change {found}",
        kicker=f"{found.group}, {found.code}",
        action=form.submit_label,
        cancel_url=reverse("scheme:scope", args=[pk]),
        consequences=_of_change(found, stays),
        form=form,
    )

    def act():
        return actions.change_scope(by=request.user, now=request.now, scope_id=pk, **form.values())

    try:
        return confirmed(request, confirm, act, "scheme:scope", pk, said="The changes are saved.")
    except actions.ScopeChangedSince as problem:
        found.refresh_from_db()
        said = f"{problem} Saved meanwhile: {found.code}, {found.name}, {found.group}."
        return _both(request, confirm, queries.scope_version(found), said)


def _of_change(found, stays):
    words = (
        "Applications, records and lists show the new name from now on. Diplomas keep the name they were issued with."
    )
    code = f"The code {found.code} stays: something refers to the scope already."
    return [Consequence(words), *([Consequence(code)] if stays else [])]


def _both(request, confirm, version, said):
    """What a colleague saved stands above, what was sent still in the form: saved now, it takes its place."""
    confirm.form.data = with_value(confirm.form.data, "seen", version)
    messages.error(request, f"{said} What you sent stands below; saving it replaces this.")
    return confirm_page(request, confirm, status=409)


@guarded(OFFICE, methods="GET POST", effect="offers a scope of practice to new applicants")
def offer(request, pk):
    """Offer a scope, after showing what that means and what is still missing."""
    found = get_object_or_404(queries.scopes_for_office(), pk=pk)
    if request.method == "GET":
        require(access.can_offer(request.user, found, today_of(request)))
    confirm = Confirm(
        title=f"Offer {found}",
        kicker=f"{found.group}, {found.code}",
        action="Offer it",
        cancel_url=reverse("scheme:scope", args=[pk]),
        consequences=[
            Consequence(_who_can_choose(_framework(found))),
            Consequence("Visitors find it in the check whether they can apply and in the list of Training Centres."),
            Consequence("Centres can apply for accreditation in it; an applicant needs a centre that is accredited."),
        ],
    )

    def act():
        actions.offer_scope(by=request.user, now=request.now, scope_id=pk)

    return confirmed(request, confirm, act, "scheme:scope", pk, said=f"{found} is offered.")


def _who_can_choose(framework):
    if framework is None:
        return f"{NONE_PUBLISHED}: publish one first, or soon after."
    return f"Applicants can choose it from now on, and choose from {framework}."


def _what_goes_on_in(scope):
    begun = [kind.in_words(scope) for kind in queries.what_goes_on() if kind.of(scope)]
    if not begun:
        return Consequence("Nobody has an open application in it, and nobody trains in it.")
    return Consequence("What was begun goes on as it is, drafts too:", f"{' and '.join(begun)}.")


@guarded(OFFICE, methods="GET POST", effect="offers a scope of practice no more; what was begun in it goes on")
def close(request, pk):
    """Offer a scope no more, after showing who has begun in it and goes on."""
    found = get_object_or_404(queries.scopes_for_office(), pk=pk)
    if request.method == "GET":
        require(access.can_close(request.user, found, today_of(request)))
    confirm = Confirm(
        title=f"Offer {found} no more",
        kicker=f"{found.group}, {found.code}",
        action="Offer it no more",
        cancel_url=reverse("scheme:scope", args=[pk]),
        consequences=[
            Consequence("Nobody new can choose it. It leaves the public pages."),
            _what_goes_on_in(found),
            Consequence("Accreditations stay until their last day; no centre applies for it or renews one."),
            Consequence("Its frameworks stay as they are. It can be offered again at any time. Nobody is mailed."),
        ],
        danger=True,
    )

    def act():
        actions.close_scope(by=request.user, now=request.now, scope_id=pk)

    return confirmed(request, confirm, act, "scheme:scope", pk, said=f"{found} is not offered any more.")
