"""A late entry: the office's codes, and the page on which one is used (I5)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html

from applications import access, actions, queries
from applications.forms.late import LateCodeForm, UseCodeForm
from applications.views._shared import head_of, own_or_refuse
from applications.views._tables import LateCodesTable
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import data_of, made, status_of, today_of
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations.access import OFFICE

ROWS = 50


@guarded(OFFICE)
def late_codes(request: HttpRequest) -> HttpResponse:
    """Every code that was given, for whom, why, and what became of it."""
    today = today_of(request)
    page = Paginator(queries.late_codes(request.user, today), ROWS).get_page(request.GET.get("page"))
    context = {
        "table": LateCodesTable(page.object_list, today=today),
        "page": page,
        "possible": queries.intakes_for_late_entry(today).exists(),
    }
    return render(request, "applications/late_codes.html", context)


@guarded(OFFICE, methods="GET POST", effect="lets a named person apply late for a closed intake", asks=(LateCodeForm,))
def give_late_code(request: HttpRequest) -> HttpResponse:
    """For whom, for which intake, until when and why; the code is shown once."""
    today = today_of(request)
    data = data_of(request)
    form = LateCodeForm(data, intakes=queries.intakes_for_late_entry(today), today=today)
    given = made(form, lambda: actions.give_late_code(by=request.user, now=request.now, **form.values()))
    if given is not None:
        late, code = given
        until = f"It opens {late.intake} until {day(late.until_on)}, once."
        said = 'The code for {} is <span class="text-nowrap">{}</span>. Give it to them now: only you see it. {}'
        messages.success(request, format_html(said, late.name, code, until))
        return redirect("applications:late_codes")
    return render(request, "applications/late_code.html", {"form": form}, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="takes back a code for a late entry")
def withdraw_late_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A code that nobody has used is taken back, after showing whose it is."""
    today = today_of(request)
    late = get_object_or_404(queries.late_codes(request.user, today), pk=pk)
    require(access.can_withdraw_late_code(request.user, late, today))
    if request.method == "POST":
        actions.withdraw_late_code(by=request.user, now=request.now, late_code_id=pk)
        messages.success(request, f"The code of {late.name} is withdrawn.")
        return redirect("applications:late_codes")
    confirm = Confirm(
        title="Withdraw this code?",
        kicker=f"{late.name}, {late.intake}",
        action="Withdraw the code",
        cancel_url=reverse("applications:late_codes"),
        consequences=[
            Consequence("It can no longer be used by", f"{late.name} <{late.address}>"),
            Consequence("Nobody is mailed. Tell them yourself."),
        ],
        danger=True,
    )
    return confirm_page(request, confirm)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="moves one's own application into an intake that is closed, by a code",
    asks=(UseCodeForm,),
)
def use_late_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The applicant types the code; then the application belongs to the earlier intake again."""
    application = own_or_refuse(request, pk)
    require(access.can_use_late_code(request.user, application))
    form = UseCodeForm(data_of(request))
    common = {"by": request.user, "now": request.now, "application_id": pk}
    late = made(form, lambda: actions.use_late_code(**common, code=form.cleaned_data["code"]))
    if late is not None:
        until = f"It has to be received by {day(late.deadline_on)}."
        messages.success(request, f"Your application belongs to the {late.intake} intake. {until}")
        return redirect("applications:form" if access.can_edit(request.user, late) else "applications:status", pk)
    context = {"application": application, "head": head_of(application), "form": form}
    return render(request, "applications/use_late_code.html", context, status=status_of(form))
