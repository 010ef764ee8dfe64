"""The Training Supervisor's pages: what waits, the whole application to read, confirming, returning (A2, A6)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, declaration, queries
from applications.forms.handing_in import ConfirmForm, ReturnForm
from applications.models import Application
from applications.views._reading import whole_of
from applications.views._shared import acts_of, application_or_404, head_of, review_tabs
from ctts.accounts.middleware import second_factor_first
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import NextStep
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import require
from ctts.organisations.access import holds
from ctts.organisations.states import Role

FACTOR = "You sign here as Training Supervisor, which needs a second factor. Set it up first; then this page opens."


@guarded(SIGNED_IN)
def to_support(request: HttpRequest) -> HttpResponse:
    """Every application that names this person as Training Supervisor, those that wait first."""
    rows = [(row, access.can_answer(request.user, row)) for row in queries.to_support(request.user)]
    return render(request, "applications/to_support.html", {"rows": rows})


@guarded(
    SIGNED_IN, methods="GET POST", effect="confirms support and plan: the application is received", asks=(ConfirmForm,)
)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is confirmed, the statement, the signature; the digest of what was shown goes with it (A2)."""
    application = application_or_404(request, pk)
    require(access.can_answer(request.user, application))
    may = access.can_confirm(request.user, application, today_of(request))
    if may and (set_up := second_factor_first(request, FACTOR)):
        return set_up
    form, anew = ConfirmForm(data_of(request), **_signing(request, application)), access.is_asked_anew(application)
    if tried(form, lambda: _confirm(request, pk, form)):
        then = "stays received, and the scheme office goes on with it" if anew else "is received"
        messages.success(request, f"Confirmed. The application of {application.legal_name} {then}.")
        return redirect("applications:read", pk)
    context = {**_page(request, application), "form": form, "statement": declaration.SUPPORT}
    context |= {"not_open": may.reason or queries.not_open_for(application, request.now), "anew": anew}
    return render(request, "applications/confirm.html", context, status=status_of(form))


def _signing(request: HttpRequest, application: Application) -> dict[str, Any]:
    seen = {"seen": queries.shown_digest(application)}
    return {"signer": request.user, "session": request.session, "now": request.now, "initial": seen}


def _confirm(request: HttpRequest, pk: int, form: ConfirmForm) -> None:
    actions.confirm_support(
        by=request.user,
        now=request.now,
        application_id=pk,
        level_six=form.cleaned_data["level_six"],
        seen=form.cleaned_data["seen"],
        authentication=form.authentication,
    )


def _page(request: HttpRequest, application: Application) -> dict[str, Any]:
    today, given = today_of(request), queries.Given(application)
    anew, again = access.is_asked_anew(application), queries.is_asked_again(application)
    mail = "applications.confirmed_anew" if anew else "applications.received"
    received = application if anew else _as_received(application, request)
    return {
        "application": application,
        "head": head_of(application),
        "acts": acts_of(application, today, request.user),
        "whole": whole_of(application, given),
        "returned": None if anew else queries.changed_since_return(application, given),
        "again": again,
        "since_confirmed": queries.changed_since_confirmed(application, given) if again else None,
        "return_url": reverse("applications:give_back", args=[application.pk]),
        "mail": mail_preview(mail, application.applicant, application=received, again=again),
    }


def _as_received(application: Application, request: HttpRequest) -> Application:
    """The application as the mail will describe it; nothing of it is saved."""
    preview = Application(**{field.attname: getattr(application, field.attname) for field in application._meta.fields})
    preview.counts_from, preview.intake = request.now, application.intake
    return preview


@guarded(SIGNED_IN, methods="GET POST", effect="gives the application back to the applicant", asks=(ReturnForm,))
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What should change, in words that the applicant reads; list and plan open again (A6)."""
    application = application_or_404(request, pk)
    require(access.can_return(request.user, application))
    if set_up := second_factor_first(request, FACTOR):
        return set_up
    form = ReturnForm(data_of(request), **_signing(request, application))
    if form.is_bound and form.is_valid():
        actions.return_to_applicant(
            by=request.user,
            now=request.now,
            application_id=pk,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            authentication=form.authentication,
        )
        messages.success(request, f"Returned to {application.legal_name}.")
        return redirect("applications:to_support")
    context = {"application": application, "form": form, "head": head_of(application)}
    return render(request, "applications/give_back.html", context, status=status_of(form))


@guarded(SIGNED_IN)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole application, read-only: for its supervisor, the centre's co-ordinator, the office, its applicant."""
    application = application_or_404(request, pk)
    today = today_of(request)
    waits = access.can_answer(request.user, application)
    words = "Confirm it" if access.is_asked_anew(application) else "Confirm or return it"
    context = {
        "application": application,
        "head": head_of(application),
        "acts": acts_of(application, today, request.user),
        "whole": whole_of(application, queries.Given(application)),
        "step": NextStep(words, reverse("applications:confirm", args=[pk])) if waits else None,
        "objections": queries.objections_of(request.user, application),
        "can_object": access.can_object_now(request.user, application, today),
        "tabs": review_tabs(application, "read") if holds(request.user, Role.OFFICE, today) else [],
    }
    return render(request, "applications/read.html", context)


@guarded(SIGNED_IN)
def of_my_centres(request: HttpRequest) -> HttpResponse:
    """The applications of the centres that this person co-ordinates, read-only (C2)."""
    rows = list(queries.of_my_centres(request.user, today_of(request)))
    return render(request, "applications/of_my_centres.html", {"rows": rows})
