"""What the pages of reviews, DOPS, pieces, meetings and concerns share: their doors, signatures, confirming a step."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render

from ctts.common.parts import Signature
from training import queries
from training.views._frame import frame, status_of, today_of, tried


def review_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a review."""
    return get_object_or_404(queries.reviews_visible_to(request.user, today_of(request)), pk=pk)


def action_or_404(request: HttpRequest, pk: int):
    """The only way a view gets an agreed action."""
    return get_object_or_404(queries.actions_visible_to(request.user, today_of(request)), pk=pk)


def dops_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a DOPS."""
    return get_object_or_404(queries.dops_visible_to(request.user, today_of(request)), pk=pk)


def reflection_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a reflective piece."""
    return get_object_or_404(queries.reflections_visible_to(request.user, today_of(request)), pk=pk)


def case_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a case study."""
    return get_object_or_404(queries.cases_visible_to(request.user, today_of(request)), pk=pk)


def concern_or_404(request: HttpRequest, pk: int):
    """The only way a view gets a concern."""
    return get_object_or_404(queries.concerns_visible_to(request.user, today_of(request)), pk=pk)


def signing(request: HttpRequest):
    """What every signing form is told: who signs, in which session, when."""
    return {"signer": request.user, "session": request.session, "now": request.now}


def shown_signature(row):
    """A signature as it is shown; one that was withdrawn is struck, with the reason."""
    struck = getattr(row, "withdrawn_by", None)
    return Signature(
        statement=row.statement,
        name=row.printed_name,
        role=row.role,
        at=row.signed_at,
        version=row.content_sha256[:12],
        withdrawn_at=struck and struck.signed_at,
        withdrawn_by=f"{struck.printed_name}, {struck.role}" if struck else "",
        withdrawn_reason=struck.reason if struck else "",
    )


def wide_frame(request: HttpRequest, record, current: str, **more):
    """The frame of a record; somebody who sees one thing of it and not the record itself gets no tabs."""
    context = frame(request, record, current, **more)
    if not queries.records_visible_to(request.user, today_of(request)).filter(pk=record.pk).exists():
        context["tabs"] = []
    return context


def confirmed(request: HttpRequest, confirm, act, to: str, *args):
    """A page that says what a step will do, and does it when it is sent. `confirm` may hold a form."""
    form = confirm.form
    if request.method == "POST" and (form is None or tried(form, act)):
        if form is None:
            act()
        return redirect(to, *args)
    status = 200 if form is None else status_of(form)
    return render(request, "components/confirm_page.html", {"confirm": confirm}, status=status)
