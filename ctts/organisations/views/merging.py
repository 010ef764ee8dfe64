"""The office merges two accounts of one person: which is the duplicate, what moves, what is in the way (C2)."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from ctts.accounts import access as accounts_access
from ctts.accounts.rules import sort_key
from ctts.common.confirming import confirmed
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, require_for, today_of
from ctts.common.verdict import require
from ctts.organisations import merging, queries
from ctts.organisations.access import OFFICE
from ctts.organisations.forms import MergeForm

AT_MOST = 20
NEVER_OPENED = "The account that stays was never opened: they come in by the link of the invitation that was mailed to"


def _found(request, pk):
    return get_object_or_404(queries.people_for_office("", "", today_of(request)), pk=pk)


@guarded(OFFICE)
def choose_duplicate(request, pk):
    """Who could be the same person: found by name or address, at first whoever has the same name."""
    kept = _found(request, pk)
    require(accounts_access.can_merge_into(request.user, kept))
    text = request.GET.get("q", "").replace("\0", "").strip()[:160]
    others = queries.people_for_office(text or kept.full_name, "", today_of(request)).exclude(pk=pk)
    rows = [(person, accounts_access.can_merge(request.user, person, kept)) for person in others[:AT_MOST]]
    return render(request, "organisations/choose_duplicate.html", {"person": kept, "rows": rows, "text": text})


@guarded(
    OFFICE, methods="GET POST", effect="closes a duplicate account for good and moves its roles", asks=(MergeForm,)
)
def merge(request, pk, duplicate):
    """What will happen, what is in the way, and the mail; then the duplicate is closed."""
    kept, other = _found(request, pk), _found(request, duplicate)
    against = merging.against_moving(other, kept, today_of(request))
    form = MergeForm(data_of(request), against=against)
    require_for(form, accounts_access.can_merge(request.user, other, kept))
    page = _page(kept, other, today_of(request), form, against)
    common = {"by": request.user, "now": request.now, "duplicate": other, "kept": kept}

    def act():
        return merging.merge(**common, **page.form.cleaned_data)

    return confirmed(request, page, act, "organisations:person", pk, said="The two accounts are one now.")


def _page(kept, other, today, form, against):
    told = merging.told_of_merge(other, kept)
    ties = [*merging.against_this_way(other, kept), *merging.ties_of(other, today)]
    opened = accounts_access.has_entered(kept)
    settle = [tie.words for tie in ties] + [conflict.words for conflict in against if conflict.forbids]
    roles = "; ".join(str(gained) for gained in merging.roles_gained(other, kept, today))
    return Confirm(
        title="Merge these two accounts?",
        action="Merge them",
        kicker=f"{other.full_name} <{other.email}>",
        lede=f"It becomes part of the account of {kept.full_name} <{kept.email}>. This cannot be taken back.",
        cancel_url=reverse("organisations:person", args=[kept.pk]),
        consequences=[
            *_two_names(kept, other),
            Consequence("Nobody can sign in any more with", other.email),
            Consequence("The account that stays gets these roles:", roles or "none that it has not"),
            *(Consequence("Known to speak against it:", conflict.words) for conflict in against),
            Consequence("Courses of Training Supervisors that are entered for the one are entered for the other."),
            Consequence("Applications that name the closed account as Training Supervisor name the other."),
            Consequence("What was signed, written or decided stays recorded under the account that did it."),
            *([] if opened else [Consequence(NEVER_OPENED, kept.email)]),
            Consequence("A mail goes to", " and ".join(to.email for to in told)),
        ],
        mails=[
            mail_preview("organisations.merged", to, duplicate=other, kept=kept, opened=opened)
            for to in ([] if settle else told)
        ],
        hold="This has to be settled first. " + " ".join(settle) if settle else "",
        ways=[(tie.place, tie.url) for tie in ties if tie.url],
        form=form,
        danger=True,
    )


def _two_names(kept, other):
    """That the two accounts are not called the same: perhaps they are not one person's."""
    if sort_key(kept.full_name) == sort_key(other.full_name):
        return []
    names = f"{other.full_name} and {kept.full_name}"
    return [Consequence("The two names differ. Make sure that both are one person's:", names)]
