"""Opening an account by the link in an invitation. GET changes nothing: mail scanners open links."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from ctts.accounts import actions
from ctts.accounts.forms import AcceptForm, AskAgainForm
from ctts.accounts.invited import not_asked_any_more
from ctts.accounts.queries import open_invitation
from ctts.common.doors import keep_token, token_of
from ctts.common.guards import public
from ctts.common.posted import data_of, status_of
from ctts.common.verdict import TooLate

DOOR = "accounts_invitations"  # in the session: the links with which this browser came


@public("the link in the mail is the proof")
@never_cache
def arrive(request, pk, token):
    """Keep the token in the session and go on without it in the address, so that no Referer header or form holds it."""
    if open_invitation(pk, token, request.now) is None:
        return _spent(request)
    keep_token(request.session, DOOR, pk, token)
    response = redirect("accounts:accept", pk)
    response["Referrer-Policy"] = "no-referrer"
    return response


@public(
    "who came with a link from a mail",
    methods="GET POST",
    effect="sets the password and spends the link",
    asks=(AcceptForm,),
)
@never_cache
def accept(request, pk):
    """Who invites, to what; the password; then signing in as usual."""
    token = token_of(request.session, DOOR, pk)
    if token is None:
        raise Http404
    invitation = open_invitation(pk, token, request.now)
    if invitation is None:
        return _spent(request)
    form = AcceptForm(data_of(request), person=invitation.person)
    if request.method == "POST" and form.is_valid():
        person, password = invitation.person, form.cleaned_data["password1"]
        try:
            actions.accept_invitation(invitation=invitation, password=password, by=person, now=request.now)
        except TooLate:
            return _spent(request)
        logout(request)
        messages.success(request, "Your account is open. Sign in with your e-mail address and your new password.")
        return redirect("account_login")
    context = {"form": form, "invitation": invitation, "not_asked": not_asked_any_more(invitation)}
    return render(request, "accounts/invitation.html", context, status=status_of(form))


@public(
    "people whose link no longer works",
    methods="POST",
    effect="mails a new link if one is waited for",
    asks=(AskAgainForm,),
)
@never_cache
def ask_again(request):
    """The same answer, known or not."""
    form = AskAgainForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/link_spent.html", {"form": form}, status=422)
    email = form.cleaned_data["email"]
    refused = consume_or_429(request, action="reset_password", key=email.lower())
    if refused:
        return refused
    actions.ask_for_invitation(email=email, by=None, now=request.now)
    return render(request, "accounts/link_asked.html")


def _spent(request):
    return render(request, "accounts/link_spent.html", {"form": AskAgainForm()}, status=410)
