"""Reasonable adjustments: named readers read the reason and write what is agreed; the person sees each reading (A5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications import access, actions, queries
from applications.forms.adjustments import AgreementForm
from applications.forms.base import with_value
from applications.models import AdjustmentRequest
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import status_of, today_of, tried
from ctts.common.verdict import require


def _asked(request: HttpRequest, pk: int) -> AdjustmentRequest:
    return get_object_or_404(queries.adjustments_visible_to(request.user, today_of(request)), pk=pk)


@guarded(SIGNED_IN)
def adjustments(request: HttpRequest) -> HttpResponse:
    """For named readers every request, for others their own, which is said; no reason is shown here (A5)."""
    today = today_of(request)
    rows = list(queries.adjustments_visible_to(request.user, today))
    reads_all = access.reads_adjustments(request.user, today)
    return render(request, "applications/adjustments.html", {"rows": rows, "reads_all": reads_all})


@guarded(SIGNED_IN, methods="GET POST", effect="shows the reason of an adjustment and notes the reading")
def adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """One request. The reason opens by a press of a button, which notes the reading where the person sees it (A5)."""
    asked = _asked(request, pk)
    reason = None
    if request.method == "POST":
        reason = actions.read_adjustment(by=request.user, now=request.now, request_id=pk)
    return _page(request, asked, reason=reason)


def _page(request: HttpRequest, asked: AdjustmentRequest, **more: Any) -> HttpResponse:
    form = more.pop("form", None) or AgreementForm(initial={"agreed": asked.agreed, "seen": asked.agreed})
    context = {
        "asked": asked,
        "own": asked.person_id == request.user.pk,
        "readings": queries.readings_of(asked),
        "may_agree": access.can_agree_adjustment(request.user, asked, today_of(request)),
        "form": form,
        "reason": None,
        "stale": "",
        **more,
    }
    status = 409 if context["stale"] else status_of(form)
    return render(request, "applications/adjustment.html", context, status=status)


@guarded(SIGNED_IN, methods="POST", effect="writes down which adjustment is agreed")
def agree_adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """What others who must act will see: the adjustment, never the reason (A5)."""
    asked = _asked(request, pk)
    require(access.can_agree_adjustment(request.user, asked, today_of(request)))
    form = AgreementForm(request.POST)
    common = {"by": request.user, "now": request.now, "request_id": pk}
    try:
        if not tried(form, lambda: actions.agree_adjustment(**common, **form.cleaned_data)):
            return _page(request, asked, form=form)
    except actions.StalePart as problem:
        asked.refresh_from_db()
        form.data = with_value(form.data, "seen", asked.agreed)
        return _page(request, asked, form=form, stale=str(problem))
    messages.success(request, "The agreed adjustment is saved.")
    return redirect("applications:adjustment", pk)
