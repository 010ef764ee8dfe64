"""The office's pages over the pool of moderators (E3, E4)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from assessments.queries.sections import office_sections
from ctts.common.confirming import confirmed
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep, Pill, Tab
from ctts.common.posted import data_of, paged, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE
from ctts.scheme.queries import numbers_on, scopes_in_use
from moderation import access, actions, queries
from moderation.forms import ChangeForm, EnterForm, InviteForm, PoolFilterForm, ReasonForm
from moderation.queries import PoolWanted
from moderation.states import PoolState
from moderation.views import _shown
from moderation.views._tables import PoolTable
from training.actions import StaleText

ON_A_PAGE = 50


@guarded(OFFICE)
def pool(request):
    """Everybody in the pool, by name: found by name, scope and state; fifty a page."""
    today = today_of(request)
    form = PoolFilterForm(request.GET or None, scopes=scopes_in_use())
    given = form.cleaned_data if form.is_valid() else {}
    scope = given.get("scope")
    wanted = PoolWanted(given.get("q", ""), given.get("state", ""), scope.pk if scope else None)
    rows = queries.pool_for_office(request.user, today, wanted)
    table = PoolTable(rows, today=today, numbers=numbers_on(today), order_by="name")
    paged(table, request, ON_A_PAGE)
    step = NextStep("Enter a moderator", reverse("moderation:enter"))
    context = {
        "table": table,
        "form": form,
        "pills": _pills(form),
        "step": step,
        "tabs": office_sections("moderation:pool"),
    }
    return render(request, "moderation/pool.html", context)


def _pills(form):
    """The filters in force, each with the address without it."""
    given = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    words = {"q": "Name: {}", "scope": "Scope: {}", "state": "State: {}"}
    shown = {**given, **({"state": PoolState(given["state"]).label} if "state" in given else {})}
    return [Pill(words[name].format(value), _shown.address_without(form, given, name)) for name, value in shown.items()]


def moderator_or_404(request, pk):
    """The only way a page of the office gets a moderator."""
    return get_object_or_404(queries.pool_for_office(request.user, today_of(request), PoolWanted()), pk=pk)


def _ways(current):
    """The two ways into the pool, as tabs."""
    ways = (("Somebody who is a moderator", "moderation:enter"), ("Somebody new", "moderation:invite"))
    return [Tab(label, reverse(name), name == current) for label, name in ways]


@guarded(OFFICE, methods="GET POST", effect="enters a moderator into the pool and asks them to join", asks=(EnterForm,))
def enter(request):
    """Somebody who holds the role already comes into the pool."""
    people = queries.who_may_enter(today_of(request)).exclude(pk=request.user.pk)
    form = EnterForm(data_of(request), people=people, scopes=queries.scopes_to_cover())
    made = []
    if tried(
        form,
        lambda: made.append(actions.enter_moderator(by=request.user, now=request.now, **form.cleaned_data)),
    ):
        messages.success(request, f"{made[0].person} is in the pool and asked to sign the declaration.")
        return redirect("moderation:moderator", made[0].pk)
    context = {"form": form, "tabs": _ways("moderation:enter"), "nobody": not people.exists()}
    return render(request, "moderation/enter.html", context, status=status_of(form))


@guarded(
    OFFICE, methods="GET POST", effect="invites somebody as moderator and enters them into the pool", asks=(InviteForm,)
)
def invite(request):
    """Somebody new: account, role and place in the pool in one step."""
    form = InviteForm(data_of(request), scopes=queries.scopes_to_cover())
    made = []
    if tried(
        form,
        lambda: made.append(actions.invite_moderator(by=request.user, now=request.now, **form.cleaned_data)),
    ):
        messages.success(request, f"{made[0].person} is invited; the mail is on its way.")
        return redirect("moderation:moderator", made[0].pk)
    context = {"form": form, "tabs": _ways("moderation:invite"), "nobody": False}
    return render(request, "moderation/enter.html", context, status=status_of(form))


@guarded(OFFICE)
def moderator(request, pk):
    """One moderator: what they cover, whom they have, what they declared, what happened."""
    found, today = moderator_or_404(request, pk), today_of(request)
    context = {
        "moderator": found,
        "badge": badge_for(found.state, found.get_state_display(), "moderator"),
        "facts": _shown.place_facts(found, today),
        "trainees": queries.trainees_of_moderator(found, today),
        "declarations": queries.declarations_of(found),
        "interests": queries.interests_of(found),
        "history": queries.history_of(found),
        "step": _step(request.user, found, today),
        "others": _shown.pool_steps(request.user, found, today),
    }
    return render(request, "moderation/moderator.html", context)


def _step(user, found, today):
    verdict = access.can_change_moderator(user, found, today)
    address = reverse("moderation:change", args=[found.pk])
    return NextStep("Change scopes and capacity", address, verdict.reason, secondary=True)


@guarded(OFFICE, methods="GET POST", effect="changes scopes, region and capacity of a moderator", asks=(ChangeForm,))
def change(request, pk):
    """What a moderator covers and takes; somebody else's change meanwhile is shown beside what was typed."""
    found = moderator_or_404(request, pk)
    require(access.can_change_moderator(request.user, found, today_of(request)))
    now_says = {"scopes": found.scopes.all(), "region": found.region, "capacity": found.capacity}
    seen = queries.moderator_version(found)
    form = ChangeForm(data_of(request), initial={**now_says, "seen": seen}, scopes=queries.scopes_to_cover(found))
    stale = False
    try:
        given = {"by": request.user, "now": request.now, "moderator_id": pk}
        if tried(form, lambda: actions.change_moderator(**given, **form.cleaned_data)):
            messages.success(request, f"What {found.person} covers is saved.")
            return redirect("moderation:moderator", pk)
    except StaleText:
        stale, form = True, _shown.with_seen(form, seen)
    context = {"moderator": found, "form": form, "stale": stale, "facts": _shown.place_facts(found, today_of(request))}
    return render(request, "moderation/change.html", context, status=409 if stale else status_of(form))


def _ask(request, pk, words, step, act):
    found = moderator_or_404(request, pk)
    require(access.can_step(request.user, found, step, today_of(request)))
    told = Consequence("A mail with your words goes to", str(found.person))
    form = ReasonForm(data_of(request), told="The moderator and your colleagues read this.")
    confirm = Confirm(
        title=words["title"].format(found.person),
        action=words["action"],
        cancel_url=reverse("moderation:moderator", args=[pk]),
        consequences=[*(Consequence(line) for line in words["what"]), told],
        form=form,
        danger=step == "retire",
    )

    def step_taken():
        act(by=request.user, now=request.now, moderator_id=pk, **form.cleaned_data)
        messages.success(request, words["done"].format(found.person))

    return confirmed(request, confirm, step_taken, "moderation:moderator", pk)


@guarded(OFFICE, methods="GET POST", effect="pauses a moderator, who takes no new trainees", asks=(ReasonForm,))
def pause(request, pk):
    """A pause: nobody new, those they have stay."""
    return _ask(request, pk, _shown.PAUSE, "pause", actions.pause_moderator)


@guarded(OFFICE, methods="GET POST", effect="takes a paused moderator back", asks=(ReasonForm,))
def bring_back(request, pk):
    """A paused moderator takes trainees again."""
    return _ask(request, pk, _shown.BRING_BACK, "return", actions.bring_back_moderator)


@guarded(OFFICE, methods="GET POST", effect="lets a moderator leave the pool for good", asks=(ReasonForm,))
def retire(request, pk):
    """A moderator leaves the pool; for good."""
    return _ask(request, pk, _shown.RETIRE, "retire", actions.retire_moderator)
