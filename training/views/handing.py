"""A device that was handed over for one DOPS (T5, screens 11): what whoever holds it sees until its owner unlocks it.

Whoever hands it over is signed out of it, and `ctts.accounts.lending` notes in what is left of the session which page
opens. Everything else is sent back here by `ctts.accounts.middleware`.
"""

from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from ctts.accounts import lending
from ctts.accounts.allauth_forms import SignInForm
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded, public
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import TooLate, require
from training import access, actions, queries
from training.forms.dops import SignHandedForm, TakeOverForm, UnlockForm
from training.models.handing import OPEN_FOR
from training.states import HandOverEnd
from training.views import _shown_practice as shown
from training.views._doors import dops_or_404
from training.views._dops_steps import STEP_FORMS, Way, step_page
from training.views._shown_handing import why_locked

HOLDS = "who holds a device that was handed over to them"


@guarded(SIGNED_IN, methods="GET POST", effect="hands one's own device over for a DOPS, and signs out of it")
@never_cache
def dops_hand_over(request, pk):
    """What is locked, for whom, and how it is unlocked; then the owner is signed out and the neutral screen stands."""
    found, owner = dops_or_404(request, pk), request.user
    require(access.can_hand_over(owner, found, today_of(request)))
    if request.method == "POST":
        made = actions.hand_over(by=owner, now=request.now, dops_id=pk)
        logout(request)
        home = reverse("training:handed", args=[made.pk])
        lending.lend(request.session, owner_id=owner.pk, home=home)
        request.session.set_expiry(int(OPEN_FOR.total_seconds()))
        return redirect(home)
    confirm = Confirm(
        title=f"Hand this device to {found.assessor}",
        kicker=f"DOPS, {found.record.trainee}",
        action="Lock it and hand it over",
        cancel_url=reverse("training:dops", args=[pk]),
        consequences=[
            Consequence("This device shows this one DOPS and nothing else, in every window, whatever is pressed."),
            Consequence(f"{found.assessor} says who they are by password or code, judges, and signs in the same way."),
            Consequence("You unlock it with your password, and with your second factor if you have one."),
            Consequence("What you typed elsewhere on this device and have not saved stays kept for you."),
        ],
        stay="Keep it",
    )
    return confirm_page(request, confirm)


# --- whoever holds it ---


@public(
    HOLDS,
    methods="GET POST",
    effect="lets the assessor say who they are on a device handed to them",
    asks=(TakeOverForm,),
)
@never_cache
def handed(request, pk):
    """The neutral screen: what is asked, of whom; or that it is over and the device goes back to its owner."""
    found = _handed_or_404(request, pk)
    may = access.can_come_handed(found, request.now)
    if not may:
        return _over(request, found, may.reason, status=200)
    form = TakeOverForm(data_of(request), signer=found.assessor, now=request.now)

    def act():
        actions.take_over_device(by=found, now=request.now, authentication=form.authentication)
        lending.begin(request.session, begun=True)

    if tried(form, act):
        return redirect("training:handed_step", pk, 1)
    context = _context(found, form=form, begun=_has_begun(request, found))
    return render(request, "training/handed/start.html", context, status=status_of(form))


@public(
    HOLDS,
    methods="GET POST",
    effect="saves one step of a DOPS on a device handed over, or signs it",
    asks=(*STEP_FORMS, SignHandedForm),
)
@never_cache
def handed_step(request, pk, step):
    """One of the five steps; each is saved when it is left by its button, and kept as it is typed."""
    found = _handed_or_404(request, pk)
    if not _has_begun(request, found):
        return redirect("training:handed", pk)
    try:
        return step_page(request, found.dops, step, _way(request, found))
    except TooLate as problem:
        still = access.can_come_handed(queries.handed_over(pk), request.now)
        if still:
            raise
        return _over(request, found, str(problem), status=409)


def _way(request, found):
    def signed():
        lending.begin(request.session, begun=False)
        return redirect("training:handed", found.pk)

    return Way(
        by=found,
        address=lambda number: reverse("training:handed_step", args=[found.pk, number]),
        sign=_sign,
        statement=actions.DOPS_SIGNED_WORDS,
        signed=signed,
        pages=("training/handed/step.html", "training/handed/sign.html"),
        frame=lambda _number: _context(found, recent=[]),
    )


def _sign(request, dops, _kept, found):
    post, registration = queries.last_header_of(found.assessor)
    first = {"seen": queries.dops_digest(dops), "post": post, "registration": registration}
    asks = bool(queries.identifiers_in_dops(dops))
    form = SignHandedForm(data_of(request), initial=first, signer=found.assessor, now=request.now, asks=asks)

    def act():
        given = {name: form.cleaned_data.get(name, "") for name in ("seen", "post", "registration", "answer")}
        actions.sign_handed(by=found, now=request.now, authentication=form.authentication, **given)

    return form, act


@public(HOLDS, methods="POST", effect="hands a device back before anything is signed")
@never_cache
def handed_back(request, pk):
    """The assessor gives the device back; what is saved stays for them."""
    _end(request, _handed_or_404(request, pk), HandOverEnd.HANDED_BACK)
    lending.begin(request.session, begun=False)
    return redirect("training:handed", pk)


@public(HOLDS, methods="POST", effect="signs out of a device that was handed over")
@never_cache
def handed_sign_out(request, pk):
    """Nobody is in any more on this device; whoever wants in signs in."""
    _end(request, _handed_or_404(request, pk), HandOverEnd.SIGNED_OUT)
    request.session.flush()
    return redirect("account_login")


def _end(request, found, end):
    """Whoever holds the device ends it: the assessor once they have proved it in this session, else nobody known."""
    if not _has_begun(request, found):
        found.begun_at = None
    actions.hand_back(by=found, now=request.now, hand_over_id=found.pk, end=end)


@public(
    HOLDS, methods="GET POST", effect="lets the owner of a device that was handed over in again", asks=(UnlockForm,)
)
@never_cache
def handed_unlock(request, pk):
    """The owner's password ends the hand-over; whoever has a second factor is asked for it before they are in."""
    found = _handed_or_404(request, pk)
    form = UnlockForm(data_of(request))
    if form.is_valid():
        given = {"login": found.handed_by.email, "password": form.cleaned_data["password"]}
        inner = SignInForm(given, request=request)
        if inner.is_valid():
            actions.hand_back(by=found.handed_by, now=request.now, hand_over_id=pk, end=HandOverEnd.UNLOCKED)
            return _signed_in(request, found, inner)
        form.add_error("password", why_locked(inner, found.handed_by))
    return render(request, "training/handed/unlock.html", _context(found, form=form), status=status_of(form))


def _signed_in(request, found, inner):
    lending.begin(request.session, begun=False)
    try:
        return inner.login(request, redirect_url=reverse("training:dops", args=[found.dops_id]))
    except ImmediateHttpResponse as other:
        return other.response


# --- doors ---


def _handed_or_404(request, pk):
    """The hand-over that this session is about, and no other."""
    lent = lending.lent(request.session)
    found = queries.handed_over(pk) if lent and lent.home == reverse("training:handed", args=[pk]) else None
    if found is None:
        raise Http404
    return found


def _has_begun(request, found):
    """Whether the assessor proved who they are in this session, within the hour."""
    lent = lending.lent(request.session)
    return bool(lent and lent.begun and access.can_write_handed(found, request.now))


def _context(found, **more):
    return {"handed": found, "dops": found.dops, "record": found.dops.record, **more}


def _over(request, found, reason, *, status):
    signed = found.ended_as == HandOverEnd.SIGNED
    context = _context(found, reason=reason, signed=signed, facts=shown.dops_facts(found.dops) if signed else [])
    return render(request, "training/handed/over.html", context, status=status)
