"""The office's pages over the ground: the scheme at one glance, mail, files, the audit."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.accounts import actions as accounts
from ctts.accounts import queries as account_queries
from ctts.common.guards import guarded
from ctts.common.parts import Tab
from ctts.common.posted import data_of, paged, status_of, today_of, tried
from ctts.common.states_shown import badge_for
from ctts.common.whole_numbers import number_in
from ctts.documents import actions as documents
from ctts.documents import queries as document_queries
from ctts.home import queries
from ctts.home.forms import ARRIVED, GIVE_UP, RESEND, MessageForm
from ctts.home.views.tables import MessageTable
from ctts.notifications import actions as notifications
from ctts.notifications import queries as outbox
from ctts.notifications.notices import LINK_HERE
from ctts.organisations.access import OFFICE

A_PAGE = 25
MAIL_PAGES = {"unsure": "To decide", "waiting": "Waiting", "withheld": "Not sent"}


@guarded(OFFICE)
def scheme(request):
    """The way to everything the scheme itself consists of, each with what is to be known of it today."""
    cards = queries.scheme_cards(today_of(request), request.now)
    return render(request, "home/scheme.html", {"cards": cards})


@guarded(OFFICE)
def mail(request):
    """What has not arrived for sure, what waits, and what never went; mails about accounts that failed."""
    shown = request.GET.get("show", "unsure")
    shown = shown if shown in MAIL_PAGES else "unsure"
    table = MessageTable(queries.messages_shown(shown))
    paged(table, request, A_PAGE)
    context = {
        "tabs": [Tab(label, f"?show={key}", current=key == shown) for key, label in MAIL_PAGES.items()],
        "table": table,
        "backlog": outbox.outbox_backlog(request.now),
        "account_mails": account_queries.undelivered() if shown == "unsure" else [],
    }
    return render(request, "home/mail.html", context)


@guarded(
    OFFICE,
    methods="GET POST",
    effect="sends a message again, gives it up, or notes that it arrived",
    asks=(MessageForm,),
)
def message(request, pk):
    """One message as its reader sees it, and the decision on one that is dead or in doubt."""
    found = get_object_or_404(queries.messages_for_office(), pk=pk)
    form = MessageForm(data_of(request))

    def decide():
        given = form.cleaned_data
        DECISIONS[given["decision"]](message_id=pk, by=request.user, now=request.now, reason=given["reason"])

    if tried(form, decide):
        messages.success(request, "The decision is noted.")
        return redirect("home:mail")
    context = {
        "found": found,
        "text": found.text.replace(LINK_HERE, "[the one-time link stands here]"),
        "form": form,
        "badge": badge_for(found.state, found.get_state_display()),
        "open": queries.can_be_decided(found),
        "facts": _facts(found),
    }
    return render(request, "home/message.html", context, status=status_of(form))


def _resend(*, message_id, by, now, reason):
    return notifications.resend(message_ids=[message_id], by=by, now=now, reason=reason)


DECISIONS = {RESEND: _resend, ARRIVED: notifications.confirm_arrival, GIVE_UP: notifications.give_up}


def _facts(found):
    return [
        ("To", f"{found.addressee.full_name}, {found.sent_to or found.addressee.email}"),
        ("Attempts", str(found.attempts)),
        ("Last problem", found.problem or "None"),
        ("Message-ID", found.message_id),
    ]


@guarded(OFFICE, methods="POST", effect="sends a failed mail about an account once more")
def send_account_mail(request, pk):
    """Once more, as long as the links in it still open."""
    get_object_or_404(account_queries.undelivered(), pk=pk)
    accounts.send_mail_again(mail_id=pk, by=request.user, now=request.now)
    messages.success(request, "It is on its way again.")
    return redirect("home:mail")


@guarded(OFFICE)
def files(request):
    """Files whose check was given up: scanner or storage were away too long."""
    return render(request, "home/files.html", {"files": queries.files_given_up()})


@guarded(OFFICE, methods="POST", effect="starts the check of a file anew")
def check_file(request, pk):
    """Once the scanner is there again."""
    get_object_or_404(document_queries.given_up(), pk=pk)
    documents.check_again(document_id=pk, by=request.user, now=request.now)
    messages.success(request, "The file is being checked again.")
    return redirect("home:files")


@guarded(OFFICE)
def audit(request):
    """The chain of the office, newest first, by the number of its entries; and the last signed head."""
    before = request.GET.get("before", "")
    first_shown = number_in(before)
    if before and first_shown is None:
        raise Http404
    page = queries.audit_page(first_shown)
    older = f"{reverse('home:audit')}?before={page.next_before}" if page.next_before else ""
    return render(request, "home/audit.html", {"page": page, "older": older, "first": not before})
