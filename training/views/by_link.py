"""Whoever assesses a DOPS by a one-time link, without an account (T5, screens 12, quality rule 14).

Looking changes nothing, however often a mail scanner does it. A link opens one DOPS and nothing else: the session keeps
the links with which this browser came, and for which of them the code was given in it.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from ctts.common.brought import Brought
from ctts.common.confirming import confirm_page
from ctts.common.doors import keep_token, token_of
from ctts.common.guards import public
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, status_of, tried
from ctts.common.refusals import brought_here, typed_words
from ctts.common.verdict import TooLate, require
from training import access, actions, queries
from training.forms.external import CodeForm, DeclineByLinkForm, PassOnForm, SignByLinkForm
from training.states import ExternalStanding
from training.views import _shown_practice as shown
from training.views._dops_steps import STEP_FORMS, Way, step_page

DOOR = "training_externals"  # in the session: the links with which this browser came
BEGUN = "training_externals_begun"  # and those of which the code was given in it
TYPED = {"done_well": "Done well", "to_improve": "To improve", "agreed_action": "Agreed action", "reason": "Why not"}
CAME = "who came with a link from a mail"
SETTLED = {
    ExternalStanding.SIGNED,
    ExternalStanding.DECLINED,
    ExternalStanding.PASSED_ON,
    ExternalStanding.NOT_ME,
}


@public("the link in the mail is the proof")
@never_cache
def external_opened(request, pk, token):
    """Keep the token in the session and go on without it in the address, so that no Referer header or form holds it."""
    if queries.external_for(pk, token) is None:
        response = _shut(request, "This link leads nowhere. Copy the whole link from the mail.")
    else:
        keep_token(request.session, DOOR, pk, token)
        response = redirect("training:external", pk)
    response["Referrer-Policy"] = "no-referrer"
    return response


@public(
    CAME, methods="GET POST", effect="begins the DOPS of a one-time link, with the code that was told", asks=(CodeForm,)
)
@never_cache
def external(request, pk):
    """Who asks, for what, for whom, how long, until when, what each side will see; *Start* with the code begins."""
    came = _came_or_404(request, pk)
    form = CodeForm(data_of(request))
    try:
        require(access.can_come_by_link(came, request.now))
        if form.is_valid() and _code_fits(request, came, form):
            return redirect("training:external_step", pk, 1)
    except TooLate as problem:
        return _over(request, came, problem)
    context = {"external": came, "dops": came.dops, "record": came.dops.record, "form": form}
    context["begun"] = _has_begun(request, came)
    return render(request, "training/by_link/start.html", context, status=status_of(form))


def _code_fits(request, came, form):
    left = actions.give_code(by=came, now=request.now, code=form.cleaned_data["code"])
    if left is None:
        request.session.cycle_key()
        request.session[BEGUN] = sorted({*request.session.get(BEGUN, []), came.pk})
        return True
    if left == 0:
        raise TooLate(access.SHUT[ExternalStanding.LOCKED])
    tries = "try is" if left == 1 else "tries are"
    form.add_error("code", f"This is not the code. {left} {tries} left; then the link closes. Ask for the code again.")
    return False


# --- the five steps (screens 11) ---


@public(
    CAME,
    methods="GET POST",
    effect="saves one step of a DOPS by a one-time link, or signs it",
    asks=(*STEP_FORMS, SignByLinkForm),
)
@never_cache
def external_step(request, pk, step):
    """One of the five steps; each is saved when it is left by its button, and kept as it is typed."""
    came = _came_or_404(request, pk)
    try:
        require(access.can_come_by_link(came, request.now))
        if not _has_begun(request, came):
            return redirect("training:external", pk)
        return step_page(request, came.dops, step, _way(came))
    except TooLate as problem:
        return _over(request, came, problem)


def _way(came):
    return Way(
        by=came,
        address=lambda number: reverse("training:external_step", args=[came.pk, number]),
        sign=_sign,
        statement=actions.EXTERNAL_SIGNED_WORDS,
        signed=lambda: redirect("training:external_done", came.pk),
        pages=("training/by_link/step.html", "training/by_link/sign.html"),
        frame=lambda _number: {"external": came, "dops": came.dops, "record": came.dops.record, "recent": []},
    )


def _sign(request, dops, _kept, came):
    first = {"seen": queries.dops_digest(dops), "post": came.post, "registration": came.registration}
    form = SignByLinkForm(data_of(request), initial=first, asks=bool(queries.identifiers_in_dops(dops)))

    def act():
        actions.sign_by_link(by=came, now=request.now, **form.cleaned_data)

    return form, act


# --- not for them ---


@public(
    CAME, methods="GET POST", effect="declines the DOPS of a one-time link with a reason", asks=(DeclineByLinkForm,)
)
@never_cache
def external_decline(request, pk):
    """Why not; the trainee and the supervisor read it."""
    return _asked(request, pk, DeclineByLinkForm, "training/by_link/decline.html", _decline)


def _decline(request, came, form):
    actions.decline_by_link(by=came, now=request.now, reason=form.cleaned_data["reason"])


@public(CAME, methods="GET POST", effect="passes the DOPS of a one-time link on to a colleague", asks=(PassOnForm,))
@never_cache
def external_pass_on(request, pk):
    """Who shall assess instead; the supervisor is asked to approve them, and they get a link of their own."""
    return _asked(request, pk, PassOnForm, "training/by_link/pass_on.html", _pass_on)


def _pass_on(request, came, form):
    actions.pass_on_link(by=came, now=request.now, person=form.outsider())


def _asked(request, pk, kind, template, act):
    """A page that asks one form of whoever came, and ends their link with it."""
    came = _came_or_404(request, pk)
    form = kind(data_of(request))
    try:
        require(access.can_come_by_link(came, request.now))
        if tried(form, lambda: act(request, came, form)):
            return redirect("training:external_done", pk)
    except TooLate as problem:
        return _over(request, came, problem)
    context = {"external": came, "record": came.dops.record, "form": form}
    return render(request, template, context, status=status_of(form))


@public(CAME, methods="GET POST", effect="says that a one-time link reached the wrong person")
@never_cache
def external_not_me(request, pk):
    """Whoever opened the link is not the person named; the supervisor is told, the link closes."""
    came = _came_or_404(request, pk)
    try:
        require(access.can_come_by_link(came, request.now))
        if request.method == "POST":
            actions.not_for_me(by=came, now=request.now)
            return redirect("training:external_done", pk)
    except TooLate as problem:
        return _over(request, came, problem)
    confirm = Confirm(
        title=f"You are not {came.name}?",
        action="I am somebody else",
        cancel_url=reverse("training:external", args=[pk]),
        consequences=[
            Consequence("The link opens nothing any more."),
            Consequence("The Training Supervisor is told that it reached the wrong person, and nothing of you."),
        ],
    )
    return confirm_page(request, confirm)


@public(CAME)
@never_cache
def external_done(request, pk):
    """Thanks, and what was signed; whoever has not answered yet is led to where they can."""
    came = _came_or_404(request, pk)
    standing = came.standing(request.now)
    if standing not in SETTLED:
        return redirect("training:external", pk)
    signed = standing == ExternalStanding.SIGNED
    context = {"external": came, "record": came.dops.record, "dops": came.dops, "standing": standing}
    context["facts"] = shown.dops_facts(came.dops) if signed else []
    return render(request, "training/by_link/done.html", context)


# --- doors ---


def _came_or_404(request, pk):
    token = token_of(request.session, DOOR, pk)
    found = queries.external_for(pk, token) if token else None
    if found is None:
        raise Http404
    require(access.can_hold_link(request.user.pk, found))
    return found


def _has_begun(request, came):
    """Whether the code of this link was given in this browser."""
    return came.pk in request.session.get(BEGUN, []) and came.code_given_at is not None


def _over(request, came, problem):
    """What whoever comes too late meets: 410 with the reason where the link is over, else 409."""
    now = queries.external_for(came.pk, token_of(request.session, DOOR, came.pk))
    if access.can_come_by_link(now, request.now):
        raise problem
    return _shut(request, str(problem), now)


def _shut(request, reason, came=None):
    """410 with the reason; what was typed on the page that sent this comes back with it."""
    typed = typed_words(request, Brought(TYPED) | brought_here(request)) if request.method == "POST" else []
    context = {"reason": reason, "external": came, "typed": typed}
    return render(request, "training/by_link/shut.html", context, status=410)
