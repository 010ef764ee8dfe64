"""The applicant's page for the office's questions; its text saves itself, for the way leads through the form (A4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import access, actions, queries
from applications.forms.handing_in import AnswerForm
from applications.models import Application, ApplicationDraft
from applications.rules import shortfall
from applications.states import Part
from applications.views._shared import head_of, own_or_refuse
from ctts.common import autosave
from ctts.common.clock import london_date
from ctts.common.drafts import NewerDraft
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.other_window import OtherWindow, differing, version_to_send
from ctts.common.posted import data_of, require_for, status_of, tried
from ctts.scheme.models import Intake


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="keeps the answers typed so far, or sends them and puts it into review",
    asks=(AnswerForm,),
)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The office's questions point by point, with the parts they are about open again (A4, I4)."""
    application = own_or_refuse(request, pk)
    _require_reply(request, application)
    given = queries.Given(application)
    asked = queries.asked_of(application, given, unfinished=True)[0]
    kept = queries.kept_answers(application, asked.request)
    form = AnswerForm(data_of(request), points=[row.point for row in asked.points], initial=kept.fields if kept else {})
    if autosave.asks_for_autosave(request):
        return _keep(request, pk, form)
    elsewhere: OtherWindow | None = None
    try:
        if tried(form, lambda: actions.answer_over_kept(**_sent(request, pk, form), answers=form.answers())):
            messages.success(request, "Your answers are with the scheme office.")
            return redirect("applications:status", pk)
    except NewerDraft as newer:
        elsewhere = OtherWindow(differing(form, newer.draft.fields), newer.draft)
    context = {**_shown(request, kept, form, elsewhere), **_asked(application, asked, request.now)}
    context["named_anew"] = application.names_another
    context["confirms_again"] = queries.plan_changed_since_asked(application, given)
    return render(request, "applications/answer.html", context, status=409 if elsewhere else status_of(form))


def _require_reply(request: HttpRequest, application: Application) -> None:
    """As `require`: what was typed is called as the questions were, though they are answered meanwhile."""
    verdict = access.can_reply(request.user, application)
    if not verdict:
        asked = queries.asked_of(application, queries.Given(application), unfinished=True)[:1]
        points = [row.point for one in asked for row in one.points]
        require_for(AnswerForm(data_of(request), points=points), verdict)


def _sent(request: HttpRequest, pk: int, form: AnswerForm) -> dict[str, Any]:
    """What an action is told of the answers as they were sent."""
    given = {"application_id": pk, "fields": form.typed(), "seen_version": autosave.version_seen(request)}
    return {"by": request.user, "now": request.now, **given}


def _keep(request: HttpRequest, pk: int, form: AnswerForm) -> HttpResponse:
    """The answer to the page's own script: kept, or newer text stands in another window."""
    try:
        kept = actions.keep_answers(**_sent(request, pk, form))
    except NewerDraft as newer:
        there = newer.draft
        return autosave.newer_elsewhere(fields=there.fields, version=there.version, by="you", at=there.saved_at)
    return autosave.saved(at=kept.saved_at, version=kept.version)


def _shown(
    request: HttpRequest, kept: ApplicationDraft | None, form: AnswerForm, elsewhere: OtherWindow | None
) -> dict[str, Any]:
    """The form that saves itself."""
    sent = autosave.version_seen(request) if form.is_bound else None
    return {
        "form": form,
        "kept_at": kept.saved_at if kept else None,
        "draft_version": version_to_send(kept, sent, elsewhere),
        "keep_url": request.path,
        "elsewhere": elsewhere,
    }


def _asked(application: Application, asked: queries.Asked, now: datetime) -> dict[str, Any]:
    """What was asked, and where it can be corrected first."""
    reply_by = queries.reply_by(asked.request.asked_at)
    return {
        "application": application,
        "asked": asked,
        "correctable": _correctable(application, asked),
        "head": head_of(application),
        "reply_by": reply_by,
        "moves": _moves(application, now) if london_date(now) > reply_by else None,
        "keep_key": f"application-{application.pk}-answers",
        "cancel_url": reverse("applications:form", args=[application.pk]),
    }


@dataclass(frozen=True, slots=True)
class Moves:
    """What a late answer means: the intake it belongs to then, why that is closed, what the order lacks of its fee."""

    intake: Intake | None
    closed: str
    short: int | None


def _moves(application: Application, now: datetime) -> Moves:
    """What follows from an answer of today, once the day to keep the receipt is over (I4)."""
    intake = queries.intake_if_received(application, now)
    order = queries.current_order(application)
    short = shortfall(order.gross_pence, intake.fee_gross_pence) if order and intake else None
    return Moves(intake, queries.not_open_yet(intake, london_date(now)) if intake else "", short)


def _correctable(application: Application, asked: queries.Asked) -> list[Any]:
    """The points whose part the applicant may still change, each part once (A2)."""
    by = application.applicant
    return [row for row in asked.points if row.first and access.can_change(by, application, Part(row.point.part))]
