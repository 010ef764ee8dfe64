"""Everyone's own pages: what is waiting for me, and what I was told."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import queries as application_queries
from ctts.accounts.models import User
from ctts.common.confirming import confirmed
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.letters import MailPreview, mail_preview
from ctts.common.parts import Confirm, Consequence, WaitingGroup, WaitsFor
from ctts.common.posted import data_of, status_of, today_of
from ctts.home import helping, queries, searching
from ctts.home.nudging import why_no_nudge
from ctts.notifications import actions as notifications
from ctts.notifications import queries as sent
from ctts.notifications.forms import DeliveryForm
from training.models import TrainingRecord

A_PAGE = 25
LONGEST = 160  # of a text that is searched for


@guarded(SIGNED_IN)
def dashboard(request: HttpRequest) -> HttpResponse:
    """All duties of a person in all their roles, computed from states (N; screens 1); of long groups the first.

    `group` and `what` in the address open one group, or one kind of duty in it, twenty-five a page; `trainee` what lies
    with one trainee.
    """
    today = today_of(request)
    waiting = queries.waiting_for(request.user, today, request.now)
    trainee = queries.trainee_of(request.user, today, request.GET.get("trainee", ""))
    if trainee is not None:
        return _with_trainee(request, trainee, waiting)
    context: dict[str, object] = {"open_duties": sum(len(group.rows) for group in waiting), "opened": None}
    if not waiting:
        kept = application_queries.CHECK in request.session
        context["nothing"] = queries.when_nothing_waits(request.user, today, checked=kept)
    opened = queries.narrowed(waiting, request.GET.get("group", ""), request.GET.get("what", ""))
    if opened is None:
        context["waiting"] = [queries.shortened(group) for group in waiting]
    else:
        page = Paginator(opened.rows, A_PAGE).get_page(request.GET.get("page"))
        context.update(opened=opened, page=page, what=request.GET.get("what", ""))
        context["waiting"] = [replace(opened, rows=list(page.object_list), total=len(opened.rows))]
    return render(request, "home/dashboard.html", context)


def _with_trainee(request: HttpRequest, trainee: TrainingRecord, waiting: list[WaitingGroup]) -> HttpResponse:
    """What of it lies with one trainee, as the lists of trainees count it."""
    shown = queries.with_trainee(waiting, trainee)
    context: dict[str, object] = {
        "open_duties": sum(len(group.rows) for group in waiting),
        "opened": True,
        "what": f"With {trainee.trainee}",
        "waiting": shown,
        "page": None,
    }
    if not shown:
        context["nothing"] = queries.NothingWaits(f"Nothing lies with you for {trainee.trainee} now.")
    return render(request, "home/dashboard.html", context)


@guarded(SIGNED_IN)
def search(request: HttpRequest) -> HttpResponse:
    """What a person may reach, found by words: pages, steps, trainees, people, applications, centres, numbers
    (pattern 28). The palette of every page asks for a few of each kind, without the page around them."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    most = searching.IN_PALETTE if request.htmx else searching.A_PAGE
    context = {"text": text, "groups": searching.found_for(request.user, request.now, text, most)}
    return render(request, "home/_found.html" if request.htmx else "home/search.html", context)


@guarded(SIGNED_IN)
def help_page(request: HttpRequest) -> HttpResponse:
    """All help that concerns a person's functions on one page, and whom to ask beyond it."""
    return render(request, "home/help.html", helping.help_page(request.user, request.now))


@guarded(SIGNED_IN, methods="GET POST", effect="reminds whoever is waited for by mail, once in three days")
def nudge(request: HttpRequest, duty: str) -> HttpResponse:
    """Whom it reminds, with the mail; only whoever waits for it has this page (screens 1, 18)."""
    row = queries.waited_for(request.user, duty, today_of(request), request.now)
    if row is None or row.waits is None:
        raise Http404
    waits, words = row.waits, {"what": row.what, "path": row.url}
    people = sent.people_to_nudge(waits, request.user, today_of(request))
    confirm = Confirm(
        title="Nudge",
        action="Send it",
        kicker=f"{row.what}, {row.about}" if row.about else row.what,
        cancel_url=reverse("home:dashboard"),
        consequences=_nudged(people),
        mails=_nudge_mails(request.user, people, waits, words),
        hold="" if people else why_no_nudge(row, today_of(request)),
    )

    def act() -> None:
        notifications.nudge(by=request.user, now=request.now, waits=waits, **words)

    return confirmed(request, confirm, act, "home:dashboard", said="Sent.")


def _nudged(people: list[User]) -> list[Consequence]:
    """Whom a nudge reminds; nothing where it reminds nobody."""
    if not people:
        return []
    reminded = Consequence("Reminded by mail:", ", ".join(map(str, people)))
    return [reminded, Consequence("For this they can be nudged again in three days.")]


def _nudge_mails(by: User, people: list[User], waits: WaitsFor, words: dict[str, str]) -> list[MailPreview]:
    """The mail of a nudge to each of them, as it goes."""
    whose = sent.whose_duty(waits, people)
    return [
        mail_preview("notifications.nudge", person, by=by, whose="" if person.pk == waits.within else whose, **words)
        for person in people
    ]


@guarded(SIGNED_IN, methods="GET POST", effect="chooses how one's own mails come", asks=(DeliveryForm,))
def mails(request: HttpRequest) -> HttpResponse:
    """How a person hears, at once or once a day and what not at all, and all that they were told, newest first (N)."""
    choice = sent.preference_of(request.user)
    form = DeliveryForm(data_of(request), choice=choice, stands=queries.hears_as(request.user, today_of(request)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        notifications.choose_delivery(by=request.user, now=request.now, person=request.user, **given)
        messages.success(request, "Your choice is saved.")
        return redirect("home:mails")
    page = Paginator(sent.messages_to(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "home/mails.html", context, status=status_of(form))
