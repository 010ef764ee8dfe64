"""What a person sees and changes of their own account."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render

from ctts.accounts import actions
from ctts.accounts.forms import NameForm
from ctts.accounts.names import name_kept
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, status_of


@guarded(SIGNED_IN, methods="GET POST", effect="changes one's own name", asks=(NameForm,))
def profile(request):
    """Own name and form of address; the ways to e-mail, password, second factor and sessions."""
    names = {"full_name": request.user.full_name, "preferred_name": request.user.preferred_name}
    kept = name_kept(request.user)
    form = NameForm(data_of(request), initial=names, kept=kept is not None)
    if request.method == "POST" and form.is_valid():
        given = {"full_name": request.user.full_name, **form.cleaned_data}
        saved = actions.change_name(person=request.user, by=request.user, now=request.now, **given)
        same = names == {"full_name": saved.full_name, "preferred_name": saved.preferred_name}
        messages.success(request, "Nothing was changed: your name stands as it was." if same else "Your name is saved.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form, "kept": kept}, status=status_of(form))


@guarded(SIGNED_IN, methods="POST", effect="ends one's own other sessions")
def sign_out_elsewhere(request):
    """Every other browser and telephone has to sign in again."""
    person = actions.end_other_sessions(person=request.user, by=request.user, now=request.now)
    update_session_auth_hash(request, person)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:profile")
