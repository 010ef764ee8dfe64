"""Sign in as any demo person by one press, second factor included."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ctts.accounts import queries as accounts
from ctts.accounts.access import note_authentication
from ctts.accounts.states import AuthenticationMethod
from ctts.common.guards import public
from ctts.demo.people import personas

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public("a demonstration lets everyone be anyone", methods="GET POST", effect="signs in as a demo person")
def people(request: HttpRequest) -> HttpResponse:
    """The demo people; a press signs in as one of them as if password and code had just been given."""
    if request.method == "GET":
        return render(request, "demo/people.html", {"people": personas()})
    email = request.POST.get("email", "")
    person = accounts.person_by_email(email) if email in {persona.email for persona in personas()} else None
    if person is None:
        raise Http404
    logout(request)
    login(request, person, backend=BACKEND)
    record_authentication(request, person, "password", email=email)
    method = AuthenticationMethod.SIGN_IN
    if person.second_factor_at:
        record_authentication(request, person, "mfa", type="totp")
        method = AuthenticationMethod.SIGN_IN_TWO_FACTORS
    note_authentication(request.session, method, request.now)
    return redirect("home:dashboard")
