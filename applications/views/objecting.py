"""Objections of the Training Co-ordinator: raised and taken back by them, considered by the office (A2, A4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.objecting import ConsiderForm, ObjectionForm
from applications.models import Application, Objection
from applications.views._shared import application_or_404
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, today_of
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE


@guarded(SIGNED_IN, methods="GET POST", effect="objects to an application; the office is told", asks=(ObjectionForm,))
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """A co-ordinator of the centre says what speaks against the application; what follows stands on the page first."""
    application = application_or_404(request, pk)
    may = access.can_object_now if request.method == "GET" else access.can_object  # what was sent is judged when kept
    require(may(request.user, application, today_of(request)))
    form = ObjectionForm(data_of(request))
    if form.is_bound and form.is_valid():
        actions.object_to(by=request.user, now=request.now, application_id=pk, **form.cleaned_data)
        messages.success(request, "The scheme office has your objection.")
        return redirect("applications:read", pk)
    confirm = Confirm(
        title="Object to this application?",
        kicker=f"{application.legal_name}, {application.scope}, intake {application.intake}",
        action="Send the objection",
        cancel_url=reverse("applications:read", args=[pk]),
        consequences=[
            Consequence("The scheme office reads it and tells you what it makes of it."),
            Consequence("Until then the application cannot be accepted; everything else goes on."),
            Consequence("They can ask for what is kept of them; the scheme does not tell", application.legal_name),
        ],
        form=form,
    )
    return confirm_page(request, confirm)


def _objection_or_404(application: Application, objection_id: int) -> Objection:
    found = queries.objection_to(application, objection_id)
    if found is None:
        raise Http404
    return found


@guarded(SIGNED_IN, methods="POST", effect="takes one's own objection back")
def take_back_objection(request: HttpRequest, pk: int, objection_id: int) -> HttpResponse:
    """What was objected is settled; it stays on the record."""
    application = application_or_404(request, pk)
    objection = _objection_or_404(application, objection_id)
    require(access.can_take_back(request.user, objection))
    actions.take_back_objection(by=request.user, now=request.now, objection_id=objection.pk)
    messages.success(request, "Your objection is taken back.")
    return redirect("applications:read", pk)


@guarded(OFFICE, methods="GET POST", effect="considers an objection; the co-ordinator is told", asks=(ConsiderForm,))
def consider_objection(request: HttpRequest, pk: int, objection_id: int) -> HttpResponse:
    """What the office makes of an objection, with the mail that says so (A4, screens 18)."""
    application = application_or_404(request, pk)
    objection = _objection_or_404(application, objection_id)
    require(access.can_review(request.user, application, today_of(request)))
    require(access.can_consider(objection))
    form = ConsiderForm(data_of(request))
    if form.is_bound and form.is_valid():
        actions.consider_objection(
            by=request.user, now=request.now, objection_id=objection.pk, answer=form.cleaned_data["answer"]
        )
        messages.success(request, f"Considered. {objection.raised_by.full_name} is told.")
        return redirect("applications:review", pk)
    page = _consider_page(application, objection, form)
    return confirm_page(request, page)


def _consider_page(application: Application, objection: Objection, form: ConsiderForm) -> Confirm:
    to = objection.raised_by
    answered = Objection(answer="(what you write below)", raised_by=to, text=objection.text)
    return Confirm(
        title="What does the office make of it?",
        kicker=f"{application.legal_name}: {to.full_name} objects",
        lede=objection.text,
        action="Send the answer",
        cancel_url=reverse("applications:review", args=[application.pk]),
        consequences=[
            Consequence("The objection stands against acceptance no more; it stays on the record."),
            Consequence("A mail with your words goes to", to.full_name),
        ],
        mails=[mail_preview("applications.objection_considered", to, application=application, objection=answered)],
        form=form,
    )
