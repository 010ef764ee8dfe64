"""The office's pages about people: who they are, which roles they hold, how they get in. Nobody acts for themselves."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.accounts import access as accounts_access
from ctts.accounts import actions as accounts
from ctts.accounts.adapter import send_proof
from ctts.accounts.queries import address_to_prove, addresses_version, with_entered
from ctts.common.confirming import confirmed
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep, Pill
from ctts.common.posted import data_of, made, paged, require_for, status_of, today_of, tried
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations import access, actions, conflicts, leaving, queries
from ctts.organisations.access import OFFICE
from ctts.organisations.forms import AddressForm, EndRoleForm, InviteForm, ReasonForm, RoleForm, SecondFactorForm
from ctts.organisations.history import account_history
from ctts.organisations.models import RoleProposal
from ctts.organisations.queries import role_in_words
from ctts.organisations.states import Role
from ctts.organisations.views.tables import DEACTIVATED, MERGED, PeopleTable, begins_in_words

A_PAGE = 25
SECOND = " The role begins once a second member of the office confirms it."


@guarded(OFFICE)
def listed(request):
    """Everybody, found by name or address and by the role they hold today."""
    text, role = request.GET.get("q", "").replace("\0", "").strip()[:160], request.GET.get("role", "")
    role = role if role in Role.values else ""
    table = PeopleTable(with_entered(queries.people_for_office(text, role, today_of(request))))
    paged(table, request, A_PAGE)
    step = NextStep("Invite somebody", reverse("organisations:invite"))
    context = {
        "table": table,
        "text": text,
        "role": role,
        "roles": Role.choices,
        "pills": _pills(text, role),
        "step": step,
    }
    return render(request, "organisations/people.html", context)


def _pills(text, role):
    pills = [Pill(f"Name or address: {text}", f"?role={role}")] if text else []
    return pills + ([Pill(f"Role: {Role(role).label}", f"?q={text}")] if role else [])


@guarded(OFFICE, methods="GET POST", effect="invites somebody with a role and mails them the link", asks=(InviteForm,))
def invite(request):
    """Somebody new: their account, their first role, and the mail with the link that opens it."""
    form = InviteForm(data_of(request), today=today_of(request))
    given = made(form, lambda: _invited(request, form.cleaned_data))
    if given is not None:
        second = SECOND if isinstance(given, RoleProposal) else ""
        messages.success(request, f"{given.person.full_name} is invited; the mail is on its way.{second}")
        return redirect("organisations:person", given.person_id)
    return render(request, "organisations/invite.html", {"form": form}, status=status_of(form))


def _invited(request, given):
    """Invited with the role, or proposed for the office, which a second member confirms."""
    common = {"by": request.user, "now": request.now}
    if given["role"] != Role.OFFICE:
        return actions.invite_with_role(**common, **given)
    return actions.invite_to_office(**common, **{name: given[name] for name in ("email", "full_name", "starts_on")})


def _found(request, pk):
    return get_object_or_404(queries.people_for_office("", "", today_of(request)), pk=pk)


@guarded(OFFICE)
def person(request, pk):
    """One person: roles with their days, invitations, second factor, and what the reader may do."""
    found = _found(request, pk)
    today = today_of(request)
    can_give = access.can_give(request.user, found, Role.TRAINER, today)
    context = {
        "person": found,
        "badge": _badge(found),
        "step": _step("Give a role", "organisations:grant", found, can_give, secondary=False),
        "facts": _facts(found),
        "roles": queries.affiliations_for_office().filter(person=found),
        "against": _in_words(conflicts.conflicts_by_role(found, today)),
        "proposals": _proposals(request.user, found, today),
        "today": today,
        "invitations": queries.invitations_of(found),
        "now": request.now,
        "own": found == request.user,
        "trainings": queries.trainings_of(found),
        "can_be_invited": not accounts_access.has_entered(found) and found.is_active,
        "entries": account_history(found),
        "steps": _account_steps(request.user, found, today),
    }
    return render(request, "organisations/person.html", context)


def _proposals(user, found, today):
    """The open proposals about a person, each with whether the reader may confirm it."""
    rows = queries.open_proposals().filter(person=found)
    return [(row, access.can_confirm_proposal(user, row, today)) for row in rows]


def _badge(found):
    if found.merged_into_id is not None:
        return MERGED
    return None if found.is_active else DEACTIVATED


def _account_word(found):
    if found.merged_into is not None:
        return f"Merged into {found.merged_into.full_name} <{found.merged_into.email}>"
    if not found.is_active:
        return "Deactivated"
    return "Active" if accounts_access.has_entered(found) else "Not opened yet"


def _facts(found):
    factor = "Needed, not set up yet" if found.second_factor_required else "Not set up"
    return [
        ("E-mail address", found.email),
        *([("Waits to be proved", waiting)] if (waiting := address_to_prove(found)) else []),
        ("Prefers to be called", found.preferred_name),
        ("Account", _account_word(found)),
        ("Second factor", "Set up" if found.second_factor_at else factor),
        ("Roles now", "; ".join(role_in_words(held) for held in found.roles_now) or "None"),
    ]


def _in_words(against):
    """Each role with what speaks against it, and whether it can be given all the same."""
    return [(role.label, conflicts.in_words(found), conflicts.is_forbidden(found)) for role, found in against.items()]


def _step(label, name, found, verdict, secondary=True):
    return NextStep(label, reverse(name, args=[found.pk]), reason=verdict.reason, secondary=secondary)


def _account_steps(user, found, today):
    """What can be done to the account, each with the reason where it is closed."""
    can_reset = accounts_access.can_reset_second_factor(user, found)
    steps = [_step("Take a lost second factor away", "organisations:reset_second_factor", found, can_reset)]
    if found.is_active:
        can_change = access.can_change_address(user, found, today)
        steps.append(_step("Change the e-mail address", "organisations:change_address", found, can_change))
        can_end = accounts_access.can_deactivate(user, found)
        can_merge = accounts_access.can_change_account(user, found)
        return [
            *steps,
            _step("Merge a duplicate into this account", "organisations:choose_duplicate", found, can_merge),
            _step("End the access", "organisations:deactivate", found, can_end),
        ]
    can_return = accounts_access.can_reactivate(user, found)
    return [*steps, _step("Give access again", "organisations:reactivate", found, can_return)]


@guarded(OFFICE, methods="GET POST", effect="gives a person a role", asks=(RoleForm,))
def give_role(request, pk):
    """A role for somebody known, from a day on."""
    found = _found(request, pk)
    against = conflicts.conflicts_by_role(found, today_of(request))
    form = RoleForm(data_of(request), today=today_of(request), against=against)
    require_for(form, access.can_give(request.user, found, Role.TRAINER, today_of(request)))
    given = made(form, lambda: _given(request, found, form.cleaned_data))
    if given is not None:
        proposed = isinstance(given, RoleProposal)
        begins = begins_in_words(found, given.starts_on, today_of(request))
        words = f"{found.full_name} is proposed.{SECOND}" if proposed else begins
        messages.success(request, words)
        return redirect("organisations:person", pk)
    lede = "Several roles at several places can be held at once."
    return _ask(request, form, found, "Give a role", lede, against=against)


def _given(request, person, given):
    """The role, or a proposal for the office."""
    common = {"by": request.user, "now": request.now, "person": person}
    if given["role"] != Role.OFFICE:
        return actions.grant(**common, **given)
    return actions.propose_for_office(**common, starts_on=given["starts_on"], despite=given.get("despite", ""))


@guarded(OFFICE, methods="GET POST", effect="ends a role on a day", asks=(EndRoleForm,))
def end_role(request, pk):
    """The last day of a role; what was recorded under it stays."""
    held = get_object_or_404(queries.affiliations_for_office(), pk=pk)
    today = today_of(request)
    require(access.can_set_last_day(request.user, held, today))
    today_too = access.can_end_role(request.user, held, today, today)
    initial = {"ends_on": held.ends_on or today, "seen": held.ends_on or ""}
    form = EndRoleForm(data_of(request), today=today, initial=initial)
    if tried(form, lambda: actions.end_role(by=request.user, now=request.now, affiliation_id=pk, **form.cleaned_data)):
        last_day = day(form.cleaned_data["ends_on"])
        messages.success(request, f"“{role_in_words(held)}” of {held.person.full_name}: the last day is {last_day}.")
        return redirect("organisations:person", held.person_id)
    lede = f"{role_in_words(held)}. It is held through its last day; what they are to trainees by it ends then, too."
    left = [] if today_too else [leaving.Left(today_too.reason)]
    left += leaving.left_with(held, today)
    return _ask(request, form, held.person, "End a role", lede, True, left=left)


@guarded(OFFICE, methods="GET POST", effect="calls off a role that has not begun")
def call_off_role(request, pk):
    """A role that has not begun never does; what was to begin with it is named before."""
    held = get_object_or_404(queries.affiliations_for_office(), pk=pk)
    today, name = today_of(request), held.person.full_name
    require(access.can_call_off_role(request.user, held, today))
    confirm = Confirm(
        title="Call this role off?",
        kicker=f"{role_in_words(held)}, {name}",
        action="Call it off",
        stay="Leave it as it is",
        cancel_url=reverse("organisations:person", args=[held.person_id]),
        consequences=[
            Consequence("It was to begin on", day(held.starts_on)),
            Consequence("It is never held. It stays in the history; whoever was invited to it is told by mail."),
            *(Consequence(one.words) for one in leaving.left_with(held, today)),
        ],
        danger=True,
    )
    common = {"by": request.user, "now": request.now, "affiliation_id": pk}
    said = f"“{role_in_words(held)}” of {name} is called off."
    to = ("organisations:person", held.person_id)
    return confirmed(request, confirm, lambda: actions.call_off_role(**common), *to, said=said)


@guarded(OFFICE, methods="POST", effect="mails a new invitation link")
def invite_again(request, pk):
    """Replace a link that was lost or is too old by a new one of 28 days."""
    found = _found(request, pk)
    accounts.invite_again(person=found, by=request.user, now=request.now)
    messages.success(request, f"A new link is on its way to {found.email}; older ones no longer open.")
    return redirect("organisations:person", pk)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="takes a lost second factor away, ends all sessions, tells the person",
    asks=(SecondFactorForm,),
)
def reset_second_factor(request, pk):
    """After an identity check that is recorded; they set up another before anything else (quality rule 15)."""
    found = _found(request, pk)
    require(accounts_access.can_reset_second_factor(request.user, found))
    form = SecondFactorForm(data_of(request))
    common = {"person": found, "by": request.user, "now": request.now}
    if tried(form, lambda: accounts.reset_second_factor(**common, **form.cleaned_data)):
        messages.success(request, f"{found.full_name} is signed out everywhere and told by mail.")
        return redirect("organisations:person", pk)
    lede = "All their sessions end, they are told by mail, and set up another one before anything else."
    return _ask(request, form, found, "Take a lost second factor away", lede, True)


ADDRESS_PROVED = "A link goes to the new address. Until it is opened, the old address counts."
ADDRESS_INVITED = "A new invitation goes to the new address; the link in the old one no longer opens."


@guarded(OFFICE, methods="GET POST", effect="changes the address with which a person signs in", asks=(AddressForm,))
def change_address(request, pk):
    """After an identity check that is recorded; it counts once the link mailed to the new address was opened."""
    found = _found(request, pk)
    require(access.can_change_address(request.user, found, today_of(request)))
    form = AddressForm(data_of(request), initial={"seen": addresses_version(found)})

    def change():
        return accounts.change_address(person=found, by=request.user, now=request.now, **form.cleaned_data)

    with transaction.atomic():
        if (changed := made(form, change)) and changed.proof:
            send_proof(changed.proof)
    if changed:
        messages.success(request, ADDRESS_PROVED if changed.proof else ADDRESS_INVITED)
        return redirect("organisations:person", pk)
    lede = "They keep the old address until the new one is proved by the link. Both addresses are mailed."
    if waiting := address_to_prove(found):
        lede = f"{lede} {waiting}, which waits to be proved, is dropped then."
    if not accounts_access.has_entered(found):
        lede = "They have not come in yet: the new address counts at once, and the invitation goes there anew."
    return _ask(request, form, found, "Change the e-mail address", lede, True)


@guarded(OFFICE, methods="GET POST", effect="ends a person's access", asks=(ReasonForm,))
def deactivate(request, pk):
    """End a person's access; everything recorded of them stays."""
    found = _found(request, pk)
    require(access.can_end_access(request.user, found, today_of(request)))
    form = ReasonForm(data_of(request), submit="End the access")
    if request.method == "POST" and form.is_valid():
        actions.end_access(person=found, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, f"{found.full_name} can no longer sign in.")
        return redirect("organisations:person", pk)
    lede = "They are signed out everywhere and cannot sign in. Nothing recorded of them changes."
    if waiting := address_to_prove(found):
        lede = f"{lede} {waiting}, which waits to be proved, is dropped: its link opens nothing any more."
    left = leaving.left_behind(found, today_of(request))
    return _ask(request, form, found, "End the access", lede, True, left=left)


@guarded(OFFICE, methods="GET POST", effect="gives a person access again", asks=(ReasonForm,))
def reactivate(request, pk):
    """Give a person access again, with the password and second factor they had."""
    found = _found(request, pk)
    require(accounts_access.can_reactivate(request.user, found))
    form = ReasonForm(data_of(request), submit="Give access again")
    if request.method == "POST" and form.is_valid():
        accounts.reactivate(person=found, by=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, f"{found.full_name} can sign in again.")
        return redirect("organisations:person", pk)
    return _ask(request, form, found, "Give access again", "They sign in with the password and second factor they had.")


def _ask(request, form, found, title, lede, danger=False, against=None, left=()):
    context = {"form": form, "person": found, "title": title, "lede": lede, "danger": danger, "left": left}
    context["against"] = _in_words(against or {})
    return render(request, "organisations/ask.html", context, status=status_of(form))
