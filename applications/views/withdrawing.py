"""Withdrawing an application, by the applicant or the office (A6)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.handing_in import WithdrawForm
from applications.models import Application
from applications.views._shared import application_or_404, link_of
from ctts.accounts.models import User
from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import mail_preview
from ctts.common.parts import Confirm, Consequence, MailPreview
from ctts.common.posted import data_of, require_for, today_of


@guarded(SIGNED_IN, methods="GET POST", effect="ends the application", asks=(WithdrawForm,))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The applicant or the office ends it; who is told is shown first (A6)."""
    application = application_or_404(request, pk)
    own = application.applicant_id == request.user.pk
    form = WithdrawForm(data_of(request), own=own, initial={"seen": application.state})
    require_for(form, access.can_withdraw(request.user, application, today_of(request)))
    confirm = Confirm(
        title="Withdraw this application?",
        kicker=f"{application.applicant.full_name}, intake {application.intake}",
        action="Withdraw it",
        cancel_url=_after_withdrawing(request, application),
        consequences=_withdrawing(request, application),
        mails=_withdrawn_mail(request, application),
        form=form,
        danger=True,
        **_rather_later(request, application),
    )

    def act() -> object:
        return actions.withdraw(by=request.user, now=request.now, application_id=pk, **form.cleaned_data)

    return confirmed(request, confirm, act, confirm.cancel_url, said="The application is withdrawn.")


def _rather_later(request: HttpRequest, application: Application) -> dict[str, Any]:
    """For the applicant: that the office can put it off instead, and where to ask for that (A6)."""
    if application.applicant_id != request.user.pk or not queries.can_be_deferred(application):
        return {}
    mind = "Rather later than not at all? The scheme office can put it off to the next intake; nothing of it is lost."
    return {"mind": mind, "ways": [("Ask the office to defer it", reverse("applications:enquire"))]}


def _after_withdrawing(request: HttpRequest, application: Application) -> str:
    own = application.applicant_id == request.user.pk
    return reverse("applications:status" if own else "applications:review", args=[application.pk])


def _told_of_it(request: HttpRequest, application: Application) -> list[User]:
    return queries.hears_of_withdrawal(application, request.user, today_of(request))


def _withdrawn_mail(request: HttpRequest, application: Application) -> list[MailPreview]:
    """The mail as it will be; it reads the same for each (screens 18)."""
    given = {"application": application, "reason": "(the reason, if you write one below)"}
    return [mail_preview("applications.withdrawn", person, **given) for person in _told_of_it(request, application)[:1]]


def _withdrawing(request: HttpRequest, application: Application) -> list[Consequence]:
    names = ", ".join(person.full_name for person in _told_of_it(request, application))
    mails = [Consequence("A mail that says so goes to", names)] if names else []
    return [
        Consequence("The application comes to its end and cannot be taken up again."),
        Consequence("A new one can be begun for an intake that is open."),
        *_adjustments_end(request, application),
        *link_of(application, today_of(request), "This link for the purchase order opens nothing any more:"),
        *mails,
    ]


def _adjustments_end(request: HttpRequest, application: Application) -> list[Consequence]:
    """For the applicant alone: that nobody decides any more what they asked for as an adjustment (A5)."""
    if application.applicant_id != request.user.pk:
        return []
    words = "Nobody decides your request for adjustments any more; ask again once you apply anew."
    return [Consequence(words)] if queries.waits_for_readers(request.user) else []
