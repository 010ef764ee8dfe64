"""Another purchase order from acceptance to enrolment, in the place of one that the office did not let stand (A3 f)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import access, actions, queries
from applications.forms.evidence import ReplacingOrderForm
from applications.views._parts import say_of_issuer
from applications.views._shared import acts_of, head_of, own_or_refuse
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, status_of, today_of, tried
from ctts.common.verdict import DoneAlready, Invalid, require


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="gives another purchase order for an accepted application",
    asks=(ReplacingOrderForm,),
)
def replace_order(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of the last one, the fee, the form of another; or somebody at the employer is asked for it."""
    application = own_or_refuse(request, pk)
    given = {"application": application, "today": today_of(request)}
    form = ReplacingOrderForm(data_of(request), request.FILES or None, **given)
    if _given(form, request):
        messages.success(request, "The purchase order is with the scheme office, which checks it.")
        say_of_issuer(request, application)
        return redirect("applications:status", pk)
    require(access.can_replace_order(request.user, application))
    asked = queries.last_order_request(application)
    context = {
        "application": application,
        "head": head_of(application),
        "acts": acts_of(application, today_of(request), request.user),
        "last": queries.last_order(application),
        "asked": asked,
        "fee_is_set": access.has_its_fee(application),
        "standing": asked.standing(request.now) if asked else None,
        "form": form,
    }
    form.dress()
    return render(request, "applications/replace_order.html", context, status=status_of(form))


def _given(form: ReplacingOrderForm, request: HttpRequest) -> bool:
    """Whether it was given, now or by the same form before. A file that came is kept first, whatever else is wrong."""
    if request.method != "POST":
        return False
    common = {"by": request.user, "now": request.now, "application_id": form.application.pk}
    form.full_clean()
    common["key"] = form.cleaned_data.get("key")
    try:
        if common["key"] is not None:
            _keep(form, common)
        given = form.cleaned_data
        return tried(
            form,
            lambda: actions.replace_purchase_order(**common, document=given["document_kept"], values=form.values()),
        )
    except DoneAlready:
        return True


def _keep(form: ReplacingOrderForm, common: dict) -> None:
    for name, _purpose, upload in form.arrived():
        try:
            form.keep(name, actions.keep_replacing_file(**common, upload=upload))
        except Invalid as problem:
            form.refuse(problem)
