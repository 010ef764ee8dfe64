"""A moderator's own pages: place in the pool, declaration, interests (E3, E4)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import confirmed
from ctts.common.guards import guarded
from ctts.common.parts import Confirm, Consequence, NextStep, Tab
from ctts.common.posted import data_of, signing, status_of, today_of, tried
from ctts.common.signatures import shown_signature
from ctts.common.states_shown import badge_for
from ctts.common.verdict import NotAllowed, require
from ctts.organisations.access import MODERATOR
from ctts.organisations.queries import centres
from ctts.scheme.queries import numbers_on
from moderation import access, actions, declaration, queries
from moderation.forms import CentreInterestForm, DeclarationForm, TakeBackForm, TraineeInterestForm
from moderation.states import PoolState
from moderation.views import _shown

OUTSIDE = "You are not in the pool of moderators. The scheme office enters you."


def place_or_refuse(request):
    """The reader's own place in the pool. Raises NotAllowed for a moderator whom nobody has entered."""
    found = queries.place_of(request.user, today_of(request))
    if found is None:
        raise NotAllowed(OUTSIDE)
    return found


@guarded(MODERATOR)
def mine(request):
    """One's own place: scopes, trainees, declaration, interests, and the one next step."""
    today = today_of(request)
    found = queries.place_of(request.user, today)
    if found is None:
        return render(request, "moderation/mine.html", {"place": None})
    standing = queries.declaration_standing(found.declared_at, today, numbers_on(today))
    last = access.last_declaration(found)
    context = {
        "place": found,
        "badge": badge_for(found.state, found.get_state_display(), "moderator"),
        "facts": _shown.own_facts(found),
        "step": _declare_step(found, standing),
        "declared": shown_signature(last) if last else None,
        "declared_badge": _shown.declaration_badge(standing),
        "declared_words": _shown.declaration_words(standing),
        "trainees": queries.trainees_of_moderator(found, today),
        "interests": queries.interests_of(found),
        "can_declare": access.can_declare_interest(found),
    }
    return render(request, "moderation/mine.html", context)


def _declare_step(found, standing):
    """Join, renew, or nothing at present."""
    if found.state == PoolState.RETIRED or not standing.renewable:
        return None
    label = "Sign the declaration and join" if found.state == PoolState.INVITED else "Sign the declaration anew"
    return NextStep(label, reverse("moderation:declare"))


@guarded(
    MODERATOR,
    methods="GET POST",
    effect="signs the confidentiality declaration as a moderator",
    asks=(DeclarationForm,),
)
def declare(request):
    """The words of the declaration, and the signature under them."""
    found, today = place_or_refuse(request), today_of(request)
    require(access.can_sign_declaration(found, today, numbers_on(today)))
    form = DeclarationForm(data_of(request), initial={"seen": declaration.SHA256}, **signing(request))

    def act():
        given = {"seen": form.cleaned_data["seen"], "authentication": form.authentication}
        actions.sign_declaration(by=request.user, now=request.now, **given)
        messages.success(request, "Signed. Thank you.")

    if tried(form, act):
        return redirect("moderation:mine")
    words = {"statements": declaration.STATEMENTS, "version": declaration.VERSION, "signed": declaration.SIGNED}
    return render(request, "moderation/declare.html", {"form": form, **words}, status=status_of(form))


def _kinds(current):
    kinds = (("A Training Centre", "moderation:interest_centre"), ("A trainee", "moderation:interest_trainee"))
    return [Tab(label, reverse(name), name == current) for label, name in kinds]


def _interest(request, form, name, field):
    require(access.can_declare_interest(place_or_refuse(request)))

    def act():
        given = {field: form.cleaned_data[field], "words": form.cleaned_data["words"]}
        actions.declare_interest(by=request.user, now=request.now, **given)
        messages.success(request, "Declared. The scheme office has been told.")

    if tried(form, act):
        return redirect("moderation:mine")
    return render(request, "moderation/interest.html", {"form": form, "tabs": _kinds(name)}, status=status_of(form))


@guarded(
    MODERATOR,
    methods="GET POST",
    effect="declares an interest with a centre as a moderator",
    asks=(CentreInterestForm,),
)
def interest_centre(request):
    """An interest with a Training Centre."""
    form = CentreInterestForm(data_of(request), centres=centres())
    return _interest(request, form, "moderation:interest_centre", "organisation")


@guarded(
    MODERATOR,
    methods="GET POST",
    effect="declares an interest with a trainee as a moderator",
    asks=(TraineeInterestForm,),
)
def interest_trainee(request):
    """An interest with a trainee, named by name and centre: no list of trainees is shown."""
    form = TraineeInterestForm(data_of(request), centres=centres())
    return _interest(request, form, "moderation:interest_trainee", "trainee")


@guarded(MODERATOR, methods="GET POST", effect="takes back an interest that one declared", asks=(TakeBackForm,))
def interest_end(request, pk):
    """An interest no longer stands; both rows stay on record."""
    found = get_object_or_404(queries.own_interests(request.user), pk=pk)
    require(access.can_end_interest(request.user, found))
    form = TakeBackForm(data_of(request))
    confirm = Confirm(
        title="Take an interest back",
        action=form.submit_text,
        cancel_url=reverse("moderation:mine"),
        kicker=str(found.organisation or found.trainee),
        consequences=[
            Consequence("From now on it no longer stands against an appointment."),
            Consequence("What you declared stays on record, with your words of today."),
        ],
        form=form,
    )

    def act():
        actions.end_interest(by=request.user, now=request.now, interest_id=pk, **form.cleaned_data)
        messages.success(request, "Taken back.")

    return confirmed(request, confirm, act, "moderation:mine")
