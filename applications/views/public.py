"""Pages for anyone: the eligibility check, the routes to the register, where one can train (A1, C1)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import queries
from applications.forms.eligibility import EligibilityForm
from applications.rules import ENTRY_RULES
from ctts.common.guards import public
from ctts.common.posted import today_of
from ctts.scheme.queries import centres_by_scope, open_intakes

LATER = ("A3f", "A3g", "A3h")


@public("anyone may check the entry rules before making an account")
def eligibility(request: HttpRequest) -> HttpResponse:
    """Answers what the entry rules a to e say; the questions are in the address, nothing is stored (A1)."""
    return _check(request, EligibilityForm(request.GET or None, today=today_of(request)))


@public(
    "anyone may begin an application from the check, and makes an account on the way",
    methods="POST",
    effect="keeps the answers of the check in this browser until an application is begun",
    asks=(EligibilityForm,),
)
def keep_check(request: HttpRequest) -> HttpResponse:
    """Take the answers along to where an application is begun; in this browser only until then (A1)."""
    form = EligibilityForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return _check(request, form, status=422)
    if request.user.is_authenticated and queries.open_application(request.user) is not None:
        messages.info(request, "You have an application already. Its parts stay as they are; nothing was taken over.")
    else:
        request.session[queries.CHECK] = form.answers()
        if not request.user.is_authenticated:
            messages.info(request, "Your answers are kept in this browser. Sign in, or make an account, and go on.")
    return redirect("applications:mine")


def _check(request: HttpRequest, form: EligibilityForm, status: int = 200) -> HttpResponse:
    results = form.results() if form.is_bound and form.is_valid() else ()
    answers = [(ENTRY_RULES[result.rule][0], result) for result in results]
    later = [ENTRY_RULES[rule] for rule in LATER]
    context = {
        "form": form,
        "answers": answers,
        "open": open_intakes().exists() if answers else False,
        "later": later,
        "met": sum(result.met for result in results),
    }
    return render(request, "applications/eligibility.html", context, status=status)


@public("anyone may read how people come onto the register")
def routes(request: HttpRequest) -> HttpResponse:
    """The three routes to the Register of Clinical Technologists (G 1.3)."""
    return render(request, "applications/routes.html")


@public("anyone may read where one can train")
def training_centres(request: HttpRequest) -> HttpResponse:
    """The centres accredited today for each scope on offer, with their sites (C1)."""
    scopes = centres_by_scope(today_of(request))
    return render(request, "applications/training_centres.html", {"scopes": scopes})
