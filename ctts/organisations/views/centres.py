"""Entering and changing a centre, consortium or employer, and its sites; its page belongs to `scheme`."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ctts.common.confirming import ask_page
from ctts.common.forms import with_value
from ctts.common.guards import guarded
from ctts.common.posted import data_of, made, status_of, today_of, tried
from ctts.common.templatetags.formats import day
from ctts.common.verdict import require
from ctts.organisations import access, actions, queries
from ctts.organisations.access import OFFICE
from ctts.organisations.forms import (
    CentreForm,
    ChangeSiteForm,
    CloseSiteForm,
    OrganisationForm,
    ReopenSiteForm,
    SiteForm,
)


@guarded(OFFICE, methods="GET POST", effect="enters a centre, consortium or employer", asks=(CentreForm,))
def enter(request):
    """A centre with its first site (C2)."""
    form = CentreForm(data_of(request))
    opened = made(form, lambda: actions.open_organisation(by=request.user, now=request.now, **form.cleaned_data))
    if opened is not None:
        messages.success(request, f"{opened.name} is entered.")
        return redirect("scheme:centre", opened.pk)
    return render(request, "organisations/enter_centre.html", {"form": form}, status=status_of(form))


@guarded(OFFICE, methods="GET POST", effect="changes a centre, consortium or employer", asks=(OrganisationForm,))
def change(request, pk):
    """Name, ODS code, employer group and membership; code and kind stay (C2)."""
    found = get_object_or_404(queries.organisations_for_office(), pk=pk)
    form = OrganisationForm(data_of(request), organisation=found)
    common = {"by": request.user, "now": request.now, "organisation_id": pk}
    try:
        if tried(form, lambda: actions.change_organisation(**common, **form.values())):
            messages.success(request, "The changes are saved.")
            return redirect("scheme:centre", pk)
    except actions.ChangedSince as problem:
        found.refresh_from_db()
        return _both(request, form, found, found, queries.organisation_version(found), str(problem))
    lede = f"The code {found.code} and the kind stay. Diplomas and records keep what they were made with."
    return _ask(request, form, found, f"Change {found.name}", lede)


@guarded(OFFICE, methods="GET POST", effect="adds a site", asks=(SiteForm,))
def add_site(request, pk):
    """Another place where the organisation trains (C2)."""
    found = get_object_or_404(queries.organisations_for_office(), pk=pk)
    form = SiteForm(data_of(request))
    common = {"by": request.user, "now": request.now, "organisation_id": pk}
    if tried(form, lambda: actions.add_site(**common, **form.cleaned_data)):
        messages.success(request, "The site is added.")
        return redirect("scheme:centre", pk)
    return _ask(request, form, found, "Add a site", "A place with a nation, which decides its working days.")


def _site(request, pk, may):
    """The site; what a form sent twice finds is judged by its action, which knows the form by its key."""
    site = get_object_or_404(queries.sites_for_office(), pk=pk)
    if request.method == "GET":
        require(may(request.user, site, today_of(request)))
    return site


@guarded(OFFICE, methods="GET POST", effect="changes a site", asks=(ChangeSiteForm,))
def change_site(request, pk):
    """Name, postcode and nation of an open site (C2)."""
    site = _site(request, pk, access.can_close_site)
    form = ChangeSiteForm(data_of(request), site=site)
    common = {"by": request.user, "now": request.now, "site_id": pk}
    try:
        if tried(form, lambda: actions.change_site(**common, **form.cleaned_data)):
            messages.success(request, "The site is changed.")
            return redirect("scheme:centre", site.organisation_id)
    except actions.ChangedSince as problem:
        site.refresh_from_db()
        return _both(request, form, site.organisation, site, queries.site_version(site), str(problem))
    return _ask(request, form, site.organisation, f"Change {site.name}", "What was recorded of it stays.")


@guarded(OFFICE, methods="GET POST", effect="closes a site", asks=(CloseSiteForm,))
def close_site(request, pk):
    """The last day of a site; it stays in the history (C2)."""
    site = _site(request, pk, access.can_close_site)
    form = CloseSiteForm(data_of(request), initial={"closed_on": today_of(request)})
    common = {"by": request.user, "now": request.now, "site_id": pk}
    if tried(form, lambda: actions.close_site(**common, **form.cleaned_data)):
        messages.success(request, f"{site.name} is closed; it stays in the history.")
        return redirect("scheme:centre", site.organisation_id)
    lede = "It leaves the public list of centres after its last day. Nobody is mailed. It can be opened again."
    return _ask(request, form, site.organisation, f"Close {site.name}", lede, danger=True)


@guarded(OFFICE, methods="GET POST", effect="opens a closed site again", asks=(ReopenSiteForm,))
def reopen_site(request, pk):
    """A closed site is open again at once, with the reason; that it was closed stays in the history (C2)."""
    site = _site(request, pk, access.can_reopen_site)
    form = ReopenSiteForm(data_of(request), site=site)
    common = {"by": request.user, "now": request.now, "site_id": pk}
    if tried(form, lambda: actions.reopen_site(**common, **form.cleaned_data)):
        messages.success(request, f"{site.name} is open again.")
        return redirect("scheme:centre", site.organisation_id)
    last = f"Its last day was {day(site.closed_on)}. " if site.closed_on else ""
    lede = f"{last}It is open again at once and on the public list of centres. That it was closed stays in the history."
    return _ask(request, form, site.organisation, f"Open {site.name} again", f"{lede} Nobody is mailed.")


def _ask(request, form, found, title, lede, **more):
    back = reverse("scheme:centre", args=[found.pk])
    return ask_page(request, form, title=title, kicker=found.name, lede=lede, back_url=back, **more)


def _both(request, form, organisation, changed, version, problem):
    """What a colleague saved stands above, what was sent still in the form: saved now, it takes its place."""
    shown = [(name, field.label) for name, field in form.fields.items() if name != "seen"]
    said = "; ".join(f"{label}: {_in_words(changed, name) or 'nothing'}" for name, label in shown)
    form.data = with_value(form.data, "seen", version)
    lede = f"{problem} Saved meanwhile: {said}. What you sent stands below; saving it replaces this."
    return _ask(request, form, organisation, f"Change {changed}", lede, status=409)


def _in_words(changed, name):
    """What a column says, a choice by its label."""
    label = getattr(changed, f"get_{name}_display", None)
    return label() if label else getattr(changed, name)
