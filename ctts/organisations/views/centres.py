"""Entering a centre, consortium or employer; its page, with the accreditations, belongs to `scheme`."""

from django.contrib import messages
from django.shortcuts import redirect, render

from ctts.common.guards import guarded
from ctts.common.posted import data_of, made, status_of
from ctts.organisations import actions
from ctts.organisations.access import OFFICE
from ctts.organisations.forms import CentreForm


@guarded(OFFICE, methods="GET POST", effect="enters a centre, consortium or employer")
def enter(request):
    """A centre with its first site (C2)."""
    form = CentreForm(data_of(request))
    opened = made(form, lambda: actions.open_organisation(by=request.user, now=request.now, **form.cleaned_data))
    if opened is not None:
        messages.success(request, f"{opened.name} is entered.")
        return redirect("scheme:centre", opened.pk)
    return render(request, "organisations/enter_centre.html", {"form": form}, status=status_of(form))
