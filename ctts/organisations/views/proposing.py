"""Who is proposed for the scheme office: a second member confirms, or it is refused or taken back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from ctts.common.confirming import confirm_page, confirmed
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations import access, actions, conflicts, queries
from ctts.organisations.access import OFFICE
from ctts.organisations.forms import DespiteForm
from ctts.organisations.history import reasons_of
from ctts.organisations.states import Role
from ctts.organisations.views.tables import begins_in_words


def _found(request, pk):
    found = get_object_or_404(queries.proposals_for_office(), pk=pk)
    require(access.can_settle_proposal(request.user, found, today_of(request)))
    return found


@guarded(OFFICE, methods="GET POST", effect="gives somebody the role of the scheme office", asks=(DespiteForm,))
def proposal(request, pk):
    """What the role opens and what speaks against it; a second member confirms it, with the reason if need be."""
    found, today = _found(request, pk), today_of(request)
    may = access.can_confirm_proposal(request.user, found, today)
    against = conflicts.conflicts_of(found.person, Role.OFFICE, today)
    form = DespiteForm(data_of(request)) if against and may else None

    def act():
        given = form.cleaned_data if form else {}
        return actions.confirm_proposal(by=request.user, now=request.now, proposal_id=pk, **given)

    said = begins_in_words(found.person, found.starts_on, today)
    page = _page(found, may, against, form)
    return confirmed(request, page, act, "organisations:person", found.person_id, said=said)


def _page(found, may, against, form):
    return Confirm(
        title="Confirm this member of the office?",
        action="Confirm the role",
        kicker=f"{found.person.full_name} <{found.person.email}>",
        lede=f"Proposed by {found.proposed_by.full_name}.",
        cancel_url=reverse("organisations:person", args=[found.person_id]),
        consequences=[
            Consequence("Holds the role of the scheme office from", day(found.starts_on)),
            Consequence("Sees every application, record and result, and decides as you do."),
            Consequence("Needs a second factor from the next request on."),
            *(Consequence("Known to speak against it:", conflict.words) for conflict in against),
            *(Consequence(f"Why all the same, by {found.proposed_by.full_name}:", said) for said in reasons_of(found)),
        ],
        hold=may.reason,
        ways=[("Take it back", reverse("organisations:refuse_proposal", args=[found.pk]))],
        form=form,
    )


@guarded(OFFICE, methods="GET POST", effect="refuses a proposal for the office, or takes it back")
def refuse_proposal(request, pk):
    """The person does not get the role by this proposal; another can be made."""
    found = _found(request, pk)
    if request.method == "POST":
        actions.refuse_proposal(by=request.user, now=request.now, proposal_id=pk)
        messages.success(request, "The proposal is settled; no role was given.")
        return redirect("organisations:person", found.person_id)
    own = found.proposed_by == request.user
    others = [] if own else [Consequence("Nobody is mailed. Tell them yourself:", found.proposed_by.full_name)]
    page = Confirm(
        title="Take this proposal back?" if own else "Refuse this proposal?",
        action="Take it back" if own else "Refuse it",
        kicker=f"{found.person.full_name} <{found.person.email}>",
        cancel_url=reverse("organisations:person", args=[found.person_id]),
        consequences=[
            Consequence("The role is not given. It can be proposed again."),
            *others,
        ],
    )
    return confirm_page(request, page)
