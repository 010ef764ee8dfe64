"""Setting up, using and giving up the second factor (quality rule 15)."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.recovery_codes.internal.flows import view_recovery_codes
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from ctts.accounts import actions
from ctts.accounts.forms import KeepCodesForm
from ctts.accounts.middleware import WANTED
from ctts.accounts.queries import has_authenticator, locked_person
from ctts.common.forms import with_value
from ctts.common.guards import SIGNED_IN, guarded, public
from ctts.common.posted import data_of, status_of

overview = guarded(SIGNED_IN)(base.index)


@public("the second step of signing in", methods="GET POST", effect="opens a session")
def give_code(request):
    """django-allauth asks for the code; a form that comes without its field is one left empty."""
    if request.method == "POST":
        request.POST = with_value(request.POST, "code", request.POST.get("code", ""))
    return base.authenticate(request)


prove_again = guarded(SIGNED_IN, methods="GET POST", effect="proves by code who is at the keyboard")(
    base.reauthenticate
)
download_codes = guarded(SIGNED_IN)(codes.download_recovery_codes)


@guarded(SIGNED_IN, methods="GET POST", effect="switches one's own second factor on")
@transaction.atomic
def activate(request):
    """django-allauth registers the app; we note it in the same transaction and end the person's other sessions."""
    before = locked_person(request.user)
    response = totp.activate_totp(request)
    if before.second_factor_at is None and has_authenticator(before):
        person = actions.note_second_factor(person=before, by=request.user, now=request.now)
        update_session_auth_hash(request, person)
    return response


@guarded(SIGNED_IN, methods="GET POST", effect="switches one's own second factor off, unless a role needs it")
@transaction.atomic
def deactivate(request):
    """django-allauth takes the app away unless a role needs it (`MfaAdapter`); we note it in the same transaction."""
    before = locked_person(request.user)
    response = totp.deactivate_totp(request)
    if before.second_factor_at is not None and not has_authenticator(before):
        actions.note_second_factor_dropped(person=before, by=request.user, now=request.now)
    return response


@guarded(SIGNED_IN, methods="GET POST", effect="makes new recovery codes")
@transaction.atomic
def new_codes(request):
    """django-allauth makes new codes; they must be put away again."""
    response = codes.generate_recovery_codes(request)
    if request.method == "POST" and response.status_code == 302:
        actions.note_new_recovery_codes(person=request.user, by=request.user, now=request.now)
    return response


@guarded(SIGNED_IN, methods="GET POST", effect="says that one's own recovery codes are put away", asks=(KeepCodesForm,))
def recovery_codes(request):
    """The codes not used yet, to be put away; then on to the page the person wanted when the set-up began."""
    found, _ = view_recovery_codes(request)
    if found is None:
        raise Http404
    form = KeepCodesForm(data_of(request))
    if request.method == "POST" and form.is_valid():
        actions.keep_recovery_codes(person=request.user, by=request.user, now=request.now)
        return redirect(request.session.pop(WANTED, settings.LOGIN_REDIRECT_URL))
    context = {"form": form, "codes": found.get_unused_codes(), "kept_at": request.user.recovery_codes_kept_at}
    return render(request, "accounts/recovery_codes.html", context, status=status_of(form))
