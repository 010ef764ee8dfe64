"""Qualifications: the list, adding, changing, removing (A2, A3 b, c, e)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import actions, queries
from applications.forms.evidence import QualificationForm
from applications.models import Application, Qualification
from applications.states import Part
from applications.views._parts import editable_own, next_url, part_page, part_tabs, place_words, results_of, save_part
from applications.views._shared import file_link, files_of_qualification, own_or_refuse
from ctts.common.confirming import confirm_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.parts import Confirm, Consequence
from ctts.common.posted import in_words_of, today_of
from ctts.common.verdict import TooLate

PART = Part.QUALIFICATIONS
OFF_THE_FORM = "This qualification is not on your form any more: it was removed in another window."


@guarded(SIGNED_IN)
def qualifications(request: HttpRequest, pk: int) -> HttpResponse:
    """Every qualification given so far with its files, and what the entry rules say of them."""
    application = editable_own(request, pk, PART)
    rows = [
        (row, [file_link(application, file, label) for label, file in files_of_qualification(row).items() if file])
        for row in queries.qualifications_of(application)
    ]
    context = {
        "application": application,
        "part": PART,
        "rows": rows,
        "results": results_of(application, PART, today_of(request)),
        "tabs": part_tabs(application, PART),
        "place_words": place_words(PART),
        "next_url": next_url(application, PART),
        "back_url": reverse("applications:form", args=[pk]),
    }
    return render(request, "applications/qualifications.html", context)


def _page(request: HttpRequest, application: Application, row: Qualification | None, save: Any) -> HttpResponse:
    """The form of one qualification, for a new row or a saved one."""
    name = str(row.pk) if row else "new"
    draft = queries.draft_of(application, PART, name)
    common = {"application": application, "today": today_of(request), "row": row}
    if request.method == "POST":
        form = QualificationForm(request.POST, request.FILES, **common)
    else:
        form = QualificationForm(draft=draft, **common)

    def show(**more: Any) -> HttpResponse:
        template = "applications/qualification.html"
        return part_page(form, request, application, draft, template=template, form_name=name, row=row, **more)

    if request.method != "POST":
        return show()
    back = reverse("applications:qualifications", args=[application.pk])
    return save_part(request, application, form, lambda: save(form), go_on=back, show=show, form_name=name)


@guarded(SIGNED_IN, methods="GET POST", effect="adds a qualification to the application", asks=(QualificationForm,))
def add_qualification(request: HttpRequest, pk: int) -> HttpResponse:
    """One more qualification with its certificate."""
    application = editable_own(request, pk, PART)

    def save(form: QualificationForm) -> object:
        key = form.cleaned_data["key"]
        return actions.add_qualification(
            by=request.user, now=request.now, application_id=pk, key=key, values=form.values()
        )

    return _page(request, application, None, save)


@guarded(SIGNED_IN, methods="GET POST", effect="changes a qualification of the application", asks=(QualificationForm,))
def change_qualification(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    """A qualification as it was saved, to be changed; one that another window took off the form says so (409)."""
    application, row = _own_row(request, pk, row_id)
    if row is None:
        empty = QualificationForm(application=application, today=today_of(request), row=None)
        raise in_words_of(empty, TooLate(OFF_THE_FORM))

    def save(form: QualificationForm) -> object:
        seen = form.cleaned_data["seen"]
        return actions.change_qualification(
            by=request.user, now=request.now, qualification_id=row.pk, values=form.values(), seen=seen
        )

    return _page(request, application, row, save)


@guarded(SIGNED_IN, methods="GET POST", effect="takes a qualification off the application")
def remove_qualification(request: HttpRequest, pk: int, row_id: int) -> HttpResponse:
    """Asks first: what was typed about it is gone, its files stay with the person's files."""
    application, row = _own_row(request, pk, row_id)
    if row is None:
        raise TooLate(OFF_THE_FORM)
    back = reverse("applications:qualifications", args=[pk])
    if request.method == "POST":
        actions.remove_qualification(by=request.user, now=request.now, qualification_id=row.pk)
        messages.success(request, f"{row} is off the form.")
        return redirect(back)
    confirm = Confirm(
        title="Remove this qualification?",
        kicker=str(row),
        action="Remove it",
        cancel_url=back,
        consequences=[
            Consequence("What you typed about it is removed from the form of", application.applicant.full_name)
        ],
        danger=True,
    )
    return confirm_page(request, confirm)


def _own_row(request: HttpRequest, pk: int, row_id: int) -> tuple[Application, Qualification | None]:
    """The row of one's own form; None where a press comes too late for it. Raises Http404 where a page is asked."""
    row = queries.own_qualification(own_or_refuse(request, pk), row_id)
    if row is None and request.method != "POST":
        raise Http404
    return editable_own(request, pk, PART), row
