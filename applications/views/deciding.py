"""The office's decisions: each shows first what will happen and the mail that goes out (A4, A6, screens 18)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.office import AcceptForm, ChaseForm, DeclineForm, DeferForm, QuestionsForm
from applications.models import Application
from applications.states import APPLICATION_MOVES, ObjectionOutcome, Part
from applications.views._shared import for_office_or_refuse, head_of, review_tabs
from ctts.accounts.models import User
from ctts.common.confirming import confirmed
from ctts.common.forms import CrispyForm
from ctts.common.guards import guarded
from ctts.common.letters import mail_preview
from ctts.common.moves import can_move
from ctts.common.parts import Confirm, Consequence, MailPreview
from ctts.common.posted import data_of, require_for, status_of, today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import TooLate, both, require
from ctts.organisations.access import OFFICE
from ctts.organisations.conflicts import beside_training

SHOWN_POINTS = 2
THEIR_OWN = "(your own words, if you write any)"


def _may(request: HttpRequest, pk: int, move: str, sent: CrispyForm | None = None) -> Application:
    """The application when this member of the office may take this step now. Raises NotAllowed, TooLate.

    `sent`: what was posted, where the form names its fields only as it is made.
    """
    application, today = for_office_or_refuse(request, pk), today_of(request)
    verdict = both(access.can_review(request.user, application, today), can_move(application, APPLICATION_MOVES, move))
    verdict = both(verdict, access.can_step_past(request.user, application, move, today))
    if sent is not None:
        require_for(sent, verdict)
    require(verdict)
    return application


def _page(application: Application, *, consequences: list[Consequence], **more: Any) -> Confirm:
    return Confirm(
        consequences=consequences,
        kicker=", ".join(
            map(str, filter(None, [application.legal_name, application.scope, f"intake {application.intake}"]))
        ),
        cancel_url=reverse("applications:review", args=[application.pk]),
        **more,
    )


def _letter_goes(application: Application) -> Consequence:
    return Consequence("A letter as PDF is made and, unless you hold it, mailed to", application.applicant.full_name)


def _mail(key: str, application: Application, **more: Any) -> MailPreview:
    """The mail with the decision as it will be; words still to be typed are named."""
    decision = {"intake": application.intake, "reasons": "(the reasons you write below)", **more}
    given = {"application": application, "decision": decision, "words": THEIR_OWN}
    return mail_preview(key, application.applicant, **given)


@guarded(OFFICE, methods="GET POST", effect="accepts the application; the letter goes out", asks=(AcceptForm,))
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, when every rule is met or overridden; what follows stands on the page first (A4)."""
    application = _may(request, pk, "accept")
    given, today, enrolment = queries.Given(application), today_of(request), day(application.intake.enrolment_on)
    page = _page(
        application,
        title="Accept this application?",
        action="Accept and send the letter",
        consequences=[
            Consequence("The application is accepted for the intake", str(application.intake)),
            _letter_goes(application),
            Consequence(f"Enrolment follows by itself on {enrolment}, or at once if that day is over."),
            Consequence("Becomes a Training Supervisor of the centre, if not yet:", application.supervisor_name),
            *_known(application, given, today),
        ],
        mails=[_mail("applications.accepted", application)],
        form=AcceptForm(data_of(request)),
        hold=queries.against_acceptance(application, today, given),
        ways=_ways(application, today),
    )

    def act() -> object:
        return actions.accept(by=request.user, now=request.now, application_id=pk, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:decisions", pk, said="Accepted.")


def _ways(application: Application, today: date) -> list[tuple[str, str]]:
    """Where an objection is considered, and where another Training Supervisor is asked for in the place of one who
    cannot be it, or does not confirm (A2)."""
    ways = [
        (
            f"Consider the objection of {row.raised_by.full_name}",
            reverse("applications:consider_objection", args=[application.pk, row.pk]),
        )
        for row in queries.objections_to(application)
        if row.outcome == ObjectionOutcome.OPEN
    ]
    if queries.supervisor_against(application, today):
        another = reverse("applications:ask", args=[application.pk])
        ways.append(("Ask the applicant to name another Training Supervisor", another))
    return ways


def _known(application: Application, given: queries.Given, today: date) -> list[Consequence]:
    """What does not stand against it and is not to be forgotten: what the applicant is already, unread files (E4)."""
    already = beside_training(application.applicant, today)
    return [*(Consequence("The applicant is already", words) for words in already), *_unchecked(application, given)]


def _unchecked(application: Application, given: queries.Given) -> list[Consequence]:
    """A word about files that nobody has accepted or rejected: they do not stand against it, they are not forgotten."""
    checklist = queries.checklist_of(application, given)
    open_ones = "; ".join(row.slot.title for row in checklist if row.check is None)
    return [Consequence("Files that nobody has checked:", open_ones)] if open_ones else []


@guarded(OFFICE, methods="GET POST", effect="declines the application; the letter goes out", asks=(DeclineForm,))
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline with reasons, which the letter gives word for word (A4)."""
    application = _may(request, pk, "decline")
    page = _page(
        application,
        title="Decline this application?",
        action="Decline and send the letter",
        consequences=[
            Consequence("The application comes to its end; for a later intake a new one can be begun."),
            _letter_goes(application),
        ],
        mails=[_mail("applications.declined", application)],
        form=DeclineForm(data_of(request)),
        danger=True,
    )

    def act() -> object:
        return actions.decline(by=request.user, now=request.now, application_id=pk, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:decisions", pk, said="Declined.")


@guarded(
    OFFICE,
    methods="GET POST",
    effect="puts the application off to the next intake; the letter goes out",
    asks=(DeferForm,),
)
def defer(request: HttpRequest, pk: int) -> HttpResponse:
    """Defer to the next intake; the first received time stays on record (A6)."""
    application = _may(request, pk, "defer")
    following = queries.next_intake_of(application, today_of(request))
    page = _page(
        application,
        title="Defer this application?",
        action="Defer and send the letter",
        consequences=[
            Consequence("The application moves to the intake", str(following or "that comes next")),
            Consequence("The day on which it was first received stays on record."),
            _letter_goes(application),
        ],
        mails=[_mail("applications.deferred", application, intake=following)],
        form=DeferForm(data_of(request)),
    )

    def act() -> object:
        return actions.defer(by=request.user, now=request.now, application_id=pk, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:decisions", pk, said="Deferred.")


@guarded(OFFICE, methods="GET POST", effect="takes a deferred application back into review")
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """A deferred application is reviewed again, in its new intake (A6)."""
    application = _may(request, pk, "resume")
    page = _page(
        application,
        title="Take it back into review?",
        action="Take it back",
        consequences=[
            Consequence("It is in review again, for the intake", str(application.intake)),
            Consequence("Nobody is mailed."),
        ],
    )

    def act() -> object:
        return actions.resume(by=request.user, now=request.now, application_id=pk)

    return confirmed(request, page, act, "applications:review", pk, said="It is in review again.")


@guarded(OFFICE, methods="GET POST", effect="reminds whoever has the next move; a mail goes out", asks=(ChaseForm,))
def chase(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever is awaited is reminded, once a day at most; the mail is shown before it goes (A4, N)."""
    application = for_office_or_refuse(request, pk)
    require(access.can_chase(request.user, application, today_of(request)))
    to = queries.awaited(application)
    if to is None:
        raise TooLate(access.can_remind(to).reason)
    page = _page(
        application,
        title=f"Remind {to.full_name}?",
        action="Send the reminder",
        consequences=[
            Consequence("This mail goes to", to.full_name),
            Consequence("It is noted in the history. They can be reminded again from tomorrow on."),
        ],
        mails=[mail_preview("applications.chased", to, application=application, words=THEIR_OWN)],
        form=ChaseForm(data_of(request), initial={"seen_state": application.state}),
        hold=_not_to_remind(application, to, request.now),
    )

    def act() -> object:
        return actions.chase(by=request.user, now=request.now, application_id=pk, **page.form.cleaned_data)

    return confirmed(request, page, act, "applications:review", pk, said=f"{to.full_name} is reminded.")


def _not_to_remind(application: Application, to: User, now: datetime) -> str:
    """Why somebody is not reminded now: no mail reaches them, or one did today (N); empty where they are."""
    said = f"{to.full_name} was reminded today already." if queries.is_chased(application, to, now) else ""
    return access.can_remind(to).reason or said


YOUR_POINTS = [(None, "(your first point)"), (None, "(your second point)")]


@guarded(
    OFFICE, methods="GET POST", effect="asks the applicant for information; the form opens again", asks=(QuestionsForm,)
)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Up to six numbered points; the applicant sees exactly these (A4, I4)."""
    application = _may(request, pk, "ask_information", QuestionsForm(data_of(request)))
    ready = queries.points_to_begin_with(application, today_of(request))
    another = any(part == Part.SUPERVISOR for part, _ in ready)
    form = QuestionsForm(data_of(request), ready=ready)
    if form.is_bound and form.is_valid():
        actions.ask_information(by=request.user, now=request.now, application_id=pk, points=form.points())
        messages.success(request, f"Asked. {application.legal_name} is mailed.")
        return redirect("applications:review", pk)
    points, reply_by = ready or YOUR_POINTS, queries.reply_by(request.now)
    given = {"application": application, "points": points, "reply_by": reply_by}
    context = {
        "application": application,
        "head": head_of(application),
        "tabs": review_tabs(application, "ask"),
        "form": form,
        "first": form.pairs()[:SHOWN_POINTS],
        "more": form.pairs()[SHOWN_POINTS:],
        "reply_by": reply_by,
        "another": another,
        "ready": len(ready) - another,
        "mail": mail_preview("applications.questions", application.applicant, **given),
    }
    return render(request, "applications/ask.html", context, status=status_of(form))
