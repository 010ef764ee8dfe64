"""What the pages of moderation share: doors, the day, trying an action, a page that says what a step will do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render

from ctts.common.clock import london_date
from ctts.common.letters import write
from ctts.common.parts import MailPreview, Signature
from ctts.common.verdict import Invalid
from moderation import queries
from training import queries as training_queries


def today_of(request: HttpRequest):
    """The London day of the request."""
    return london_date(request.now)


def data_of(request: HttpRequest):
    """What was posted, for a form; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def status_of(form) -> int:
    """422 for a form that was sent and is wrong, else 200."""
    return 422 if form is not None and form.is_bound else 200


def tried(form, act) -> bool:
    """Whether `act()` was accepted; what is wrong with the input is shown beside its field."""
    if not form.is_valid():
        return False
    try:
        act()
    except Invalid as problem:
        form.refuse(problem)
        return False
    return True


def signing(request: HttpRequest):
    """What every signing form is told: who signs, in which session, when."""
    return {"signer": request.user, "session": request.session, "now": request.now}


def confirmed(request: HttpRequest, confirm, act, to: str, *args, said: str = ""):
    """A page that says what a step will do, and does it when it is sent. `confirm` may hold a form."""
    form = confirm.form
    if request.method == "POST" and (form is None or tried(form, act)):
        if form is None:
            act()
        if said:
            messages.success(request, said)
        return redirect(to, *args)
    return confirm_page(request, confirm)


def confirm_page(request, confirm, status=200):
    """The page before a step: 422 when its form was sent and is wrong."""
    wrong = confirm.form is not None and confirm.form.is_bound and confirm.form.errors
    return render(request, "components/confirm_page.html", {"confirm": confirm}, status=422 if wrong else status)


def mail_preview(key, to, whom, **context):
    """The very words that a step will mail, before it is taken (screens 18)."""
    words = write(key, {"person": to, "part": False, **context})
    return MailPreview(whom, words.subject, words.text)


def diploma_or_404(request, pk):
    """The only way a view gets a diploma; a stranger cannot tell a missing one from a hidden one."""
    return get_object_or_404(queries.diplomas_visible_to(request.user, today_of(request)), pk=pk)


def run_or_404(request, pk):
    """The only way a view gets a run of diplomas."""
    return get_object_or_404(queries.runs_visible_to(request.user, today_of(request)), pk=pk)


def record_or_404(request, pk):
    """The only way a view gets a training record."""
    return get_object_or_404(training_queries.records_visible_to(request.user, today_of(request)), pk=pk)


def own_record_or_404(request, pk):
    """The only way a view gets the record whose trainee puts a pack together: their own."""
    return get_object_or_404(queries.registering(request.user), pk=pk)


def shown_signature(row) -> Signature:
    """A signature as it is shown."""
    return Signature(row.statement, row.printed_name, row.role, row.signed_at, row.content_sha256[:12])
