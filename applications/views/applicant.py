"""The applicant's pages around the form: beginning, overview, handing over, status, answering (A1, A2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.eligibility import EligibilityForm
from applications.models import Application, Decision
from applications.rules import Checked, MissingPart, only_the_fee, shortfall
from applications.states import ROLLS_OVER, TO_WORK_ON, ApplicationState, Part, RuleOutcome
from applications.views._parts import PartCard, cards_of, kept_forms
from applications.views._shared import (
    FORM_PARTS,
    acts_of,
    enquiry_of,
    file_link,
    head_of,
    link_of,
    own_or_refuse,
    part_url,
)
from ctts.common.clock import london_date
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import Addressee, mail_preview
from ctts.common.parts import Confirm, Consequence, FileLink, NextStep
from ctts.common.posted import today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid, require
from ctts.organisations.conflicts import beside_training
from ctts.organisations.queries import people_with
from ctts.organisations.states import Role
from ctts.scheme.queries import open_intakes

SEE_TO_THIS = "It is not complete yet. Before you can hand it over, see to this:"
ENDED = {ApplicationState.DECLINED, ApplicationState.WITHDRAWN}


@guarded(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own applications, and the way to begin one (A1)."""
    rows = list(queries.own_applications(request.user))
    running = next((row for row in rows if access.is_open(row)), None)
    not_yet = queries.not_yet(request.user, request.now) if rows and running is None else ""
    checked = _checked(request) if running is None and not not_yet else None
    context = {
        "rows": rows,
        "running": running,
        "acts": acts_of(running, today_of(request), request.user) if running else None,
        "not_yet": not_yet,
        "intakes": list(open_intakes()) if running is None and not not_yet else [],
        "none_open": queries.none_open(today_of(request)) if running is None and not not_yet else "",
        "late_code": running is None and not not_yet and queries.has_late_code(request.user, today_of(request)),
        "checked": checked,
        "enquiry": enquiry_of(request) if running is None and not not_yet else None,
        "beside": beside_training(request.user, today_of(request)),
        "met": sum(one["outcome"] == RuleOutcome.MET for one in checked.results) if checked else 0,
    }
    return render(request, "applications/mine.html", context)


def _checked(request: HttpRequest) -> Checked | None:
    """The eligibility check that this browser took along; None without one, or when it no longer fits."""
    form = EligibilityForm(QueryDict(request.session.get(queries.CHECK, "")), today=today_of(request))
    return form.kept() if form.is_valid() else None


@guarded(SIGNED_IN, methods="POST", effect="begins an application for the intake that is open")
def start(request: HttpRequest) -> HttpResponse:
    """One application for the intake of today, begun from the check if there was one; or the one open already (A1)."""
    checked = None if "without" in request.POST else _checked(request)
    enquiry = None if "without" in request.POST else enquiry_of(request)
    try:
        given = {"checked": checked, "enquiry_id": enquiry.pk if enquiry else None}
        application = actions.start_application(by=request.user, now=request.now, **given)
    except Invalid as problem:
        messages.error(request, str(problem))
        return redirect("applications:mine")
    request.session.pop(queries.CHECK, None)
    return redirect("applications:form", application.pk)


@guarded(SIGNED_IN)
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The overview: every part with its state, the cut-off, who has the next move; then handing over (A2)."""
    application = own_or_refuse(request, pk)
    if not access.can_edit(request.user, application):
        return redirect("applications:status", pk)
    cards = cards_of(application, request)
    missing = sum(bool(card.missing) for card in cards)
    today = today_of(request)
    context = {
        "application": application,
        "head": head_of(application),
        "cards": cards,
        "done": len(cards) - missing,
        "acts": acts_of(application, today, request.user),
        "days": (application.deadline_on - today).days,
        "can_be_late": queries.can_be_late(application, today),
        "step": _step(application, request, cards),
        "returned": queries.last_return(application),
        "check": queries.eligibility_check_of(application),
    }
    return render(request, "applications/form.html", context)


def _step(application: Application, request: HttpRequest, cards: Sequence[PartCard]) -> NextStep:
    if application.state == ApplicationState.INFORMATION_REQUESTED:
        return NextStep("Answer the questions", reverse("applications:answer", args=[application.pk]))
    url = reverse("applications:hand_over", args=[application.pk])
    missing = sum(bool(card.missing) for card in cards)
    if any(card.held for card in cards) and missing == 1:
        return NextStep("Hand it to your supervisor", url, _fee(application))
    parts = f"{missing} part{' is' if missing == 1 else 's are'} not complete yet."
    return NextStep("Hand it to your supervisor", url, parts if missing else _unreachable(application, request))


@guarded(SIGNED_IN, methods="GET POST", effect="hands the application to the Training Supervisor and invites them")
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """What will happen, with the mail; then list and plan are frozen and the supervisor is asked (A2, screens 18)."""
    application = own_or_refuse(request, pk)
    require(access.can_hand_over(request.user, application))
    missing = queries.missing_before_hand_over(application, today_of(request))
    hold = "" if missing else _unreachable(application, request)
    if request.method == "POST":
        try:
            actions.ask_supervisor(by=request.user, now=request.now, application_id=pk)
        except Invalid as problem:
            hold = str(problem)
        else:
            messages.success(request, f"Handed to {application.supervisor_name}.")
            return redirect("applications:status", pk)
    today = today_of(request)
    page = _incomplete_page(application, missing) if missing else _hand_over_page(application, hold, today)
    return confirm_page(request, page, 422 if request.method == "POST" else 200)


def _incomplete_page(application: Application, missing: Sequence[MissingPart]) -> Confirm:
    """What is missing, each with the way to where it is given: nothing of what would follow can be told yet (A2)."""
    ways = [(f"{one.part.label}: {one.reason}", part_url(application, one.part)) for one in missing]
    return Confirm(
        title="Hand your application to your supervisor?",
        kicker=f"Intake {application.intake}",
        action="Hand it over",
        cancel_url=reverse("applications:form", args=[application.pk]),
        consequences=[],
        hold=_fee(application) if only_the_fee(missing) else SEE_TO_THIS,
        ways=[] if only_the_fee(missing) else ways,
    )


def _fee(application: Application) -> str:
    """That the office sets the fee before anything goes on (I6)."""
    return (
        f"The fee of the {application.intake} intake is not set yet. The scheme office sets it, and you are mailed "
        "once it has; then you can hand the application over."
    )


def _unreachable(application: Application, request: HttpRequest) -> str:
    """Why the named supervisor cannot be asked, before anything is sent (A2)."""
    may = queries.supervisor_reachable(application, today_of(request))
    return "" if may else f"{Part.SUPERVISOR.label}: {may.reason}"


def _contacts_told(application: Application, today: date) -> list[Consequence]:
    """The centre's Training Co-ordinators, who hear of it; nothing where it has none (C2)."""
    told = application.centre and people_with(Role.COORDINATOR, today, application.centre_id)
    names = ", ".join(person.full_name for person in told or ())
    return [Consequence("The Training Co-ordinator of your centre is told:", names)] if names else []


def _hand_over_page(application: Application, hold: str, today: date) -> Confirm:
    supervisor = Addressee(application.supervisor_name, application.supervisor_address)
    given = {"application": application, "link": "(a personal link; whoever has an account already signs in instead)"}
    mails = [] if hold else [mail_preview("applications.supervisor_invited", supervisor, **given)]
    return Confirm(
        title="Hand your application to your supervisor?",
        kicker=f"Intake {application.intake}",
        action="Hand it over",
        cancel_url=reverse("applications:form", args=[application.pk]),
        consequences=[
            Consequence("You cannot change the application while it waits for", application.supervisor_name),
            Consequence("Competency list and training plan are kept as they are now; this version is confirmed."),
            Consequence("A mail with the way to the application goes to", application.supervisor_address),
            *_contacts_told(application, today),
            Consequence("It counts as received once confirmed, which has to be by", day(application.deadline_on)),
            *link_of(application, today, "While it is handed in, this link for the purchase order is closed:"),
            *_left_out(application),
        ],
        mails=mails,
        hold=hold,
    )


@guarded(SIGNED_IN, methods="GET POST", effect="takes the application back from a supervisor who has not answered")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What follows, then the application is a draft again (A2)."""
    application = own_or_refuse(request, pk)
    require(access.can_take_application_back(request.user, application))
    if request.method == "POST":
        actions.take_back(by=request.user, now=request.now, application_id=pk)
        messages.success(request, "It is yours again. Hand it over once it is as you want it.")
        return redirect("applications:form", pk)
    return confirm_page(request, _take_back_page(application, today_of(request)))


def _take_back_page(application: Application, today: date) -> Confirm:
    supervisor = application.supervisor
    active = supervisor is not None and supervisor.is_active
    told = [supervisor] if active else []
    return Confirm(
        title="Take your application back?",
        kicker=f"Intake {application.intake}",
        action="Take it back",
        cancel_url=reverse("applications:status", args=[application.pk]),
        consequences=[
            Consequence("It is a draft again: every part can be changed, another supervisor named."),
            Consequence("It has to be handed over and confirmed by", day(application.deadline_on)),
            Consequence("No longer asked to confirm it:", application.supervisor_name),
            *link_of(application, today, "This link for the purchase order opens again:"),
        ],
        mails=[mail_preview("applications.taken_back", person, application=application) for person in told],
    )


def _left_out(application: Application) -> list[Consequence]:
    """A warning of text that was typed and not saved: nobody but the applicant will read it."""
    unsaved = queries.parts_with_draft(application)
    parts = ", ".join(_unsaved(application, part, unsaved[part]) for part in FORM_PARTS if part in unsaved)
    words = "What you typed and have not saved is not part of it. To include it, save:"
    return [Consequence(words, parts)] if parts else []


def _unsaved(application: Application, part: Part, names: Collection[str]) -> str:
    """A part by its name, with those of its forms in which the text stands that is not saved."""
    forms = ", ".join(words for words, _ in kept_forms(application, names))
    return f"{part.label} ({forms})" if forms else part.label


@guarded(SIGNED_IN)
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the application stands, what happens next, what the supervisor and the office said, the letters."""
    application = own_or_refuse(request, pk)
    given, letters = queries.Given(application), _letters_of(application)
    context = {
        "application": application,
        "head": head_of(application),
        "acts": acts_of(application, today_of(request), request.user),
        "not_yet": _not_again_yet(request) if application.state in ENDED else "",
        "step": _status_step(request, application),
        "letters": letters,
        "letter_comes": any(link is None for _, link in letters[:1]),
        "office": False,
        "on_hold": (),
        "answers": queries.signatures_of(application),
        "requests": queries.asked_of(application, given, unfinished=True),
        "checklist": _files_of(application, given),
        "cancelled": given.last_order if given.order is None else None,
        **_order_of(request, application, given),
        **_waiting(application, request.now),
        "may_take_back": bool(access.can_take_application_back(request.user, application)),
        "may_withdraw": access.can_withdraw(request.user, application, today_of(request)),
        "can_be_late": queries.can_be_late(application, today_of(request)),
    }
    return render(request, "applications/status.html", context)


def _not_again_yet(request: HttpRequest) -> str:
    """Why nobody, or not this person, begins another application today, and from when on (A1, I2)."""
    return queries.not_yet(request.user, request.now) or queries.none_open(today_of(request))


def _letters_of(application: Application) -> list[tuple[Decision, FileLink | None]]:
    """Every decision with its letter, which is not shown while the office holds it."""
    return [
        (decision, file_link(application, letter.document) if letter.document and not letter.hold else None)
        for decision in queries.decisions_of(application)
        for letter in [decision.letter]
    ]


def _waiting(application: Application, now: datetime) -> dict[str, Any]:
    """Whether the supervisor for whom it waits has left, cannot confirm it yet, or was named anew; whether the office
    can put it off (A2, A6, I2)."""
    lost, closed = queries.has_lost_supervisor(application), queries.not_open_for(application, now)
    held = queries.waits_for_fee(application, london_date(now))
    deferrable = queries.can_be_deferred(application)
    said = {"lost_supervisor": lost, "not_open": closed, "can_be_deferred": deferrable}
    said |= {"questions": queries.questions_about(application).filter(asked_by=application.applicant_id)}
    said |= {"asked_anew": access.is_asked_anew(application), "asked_again": queries.is_asked_again(application)}
    return {**said, "waits_for_fee": held, **_centre(application, now)}


def _centre(application: Application, now: datetime) -> dict[str, str]:
    """That the centre is not accredited for the scope, while it is not decided (C1, A3 a)."""
    undecided = application.state in {*ROLLS_OVER, *TO_WORK_ON}
    said = queries.centre_standing(application, london_date(now)) if undecided else None
    return {"centre_against": said.reason if said is not None and not said.met else ""}


def _files_of(
    application: Application, given: queries.Given
) -> list[tuple[queries.ChecklistRow, FileLink, list[tuple[queries.Version, FileLink]]]]:
    """The files with what the office has told of them, each with those that lay there before."""
    return [
        (
            row,
            file_link(application, row.slot.document),
            [(old, file_link(application, old.document)) for old in row.earlier],
        )
        for row in queries.checklist_for_applicant(application, given)
    ]


def _order_of(request: HttpRequest, application: Application, given: queries.Given) -> dict[str, Any]:
    """The order and what it lacks of the fee; after acceptance whether another is wanted in its place, and who at the
    employer is asked."""
    may = access.can_replace_order(request.user, application) and _is_wanted(application)
    asked = queries.open_order_request(application, today_of(request)) if may else None
    cancelled = given.last_order is not None and given.order is None
    title = f"The office {'cancelled your purchase order' if cancelled else 'found your purchase order insufficient'}"
    lacking = shortfall(given.order.gross_pence, application.intake.fee_gross_pence) if given.order else None
    wanted = {"may_replace": may, "order_asked": asked, "order_title": title}
    return {"order": given.last_order, "lacking": lacking, **wanted}


def _status_step(request: HttpRequest, application: Application) -> NextStep | None:
    if access.can_reply(request.user, application):
        return NextStep("Answer the questions", reverse("applications:answer", args=[application.pk]))
    if access.can_edit(request.user, application):
        return NextStep("Go on with the application", reverse("applications:form", args=[application.pk]))
    if access.can_replace_order(request.user, application):
        url = reverse("applications:replace_order", args=[application.pk])
        return NextStep("Give another purchase order", url, secondary=not _is_wanted(application))
    return None


def _is_wanted(application: Application) -> bool:
    """Whether another order is awaited: not where the office accepted without one, though it may be given (A3 f)."""
    return queries.wanted_orders().filter(application=application).exists()
