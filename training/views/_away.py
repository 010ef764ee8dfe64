"""The page of what somebody could read until lately: who took it back, and when it opens again."""

from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.urls import reverse

from ctts.common.posted import today_of
from training import queries
from training.models import CaseStudy, ChangeRequest, Evidence, Reflection
from training.views._doors import wide_frame

# Of each kind of thing: the list it belongs to, and what the way back there is called.
LISTS = {
    Reflection: ("writing", "Writing"),
    CaseStudy: ("writing", "Writing"),
    Evidence: ("evidence", "All evidence"),
    ChangeRequest: ("record_changes", "All changes"),
}


def away_page(request: HttpRequest, kind, pk: int):
    """That it was taken back, for whoever could read it; for anybody else it is not there."""
    found = queries.away(request.user, kind, pk, today_of(request))
    if found is None:
        raise Http404
    tab, back_label = LISTS[kind]
    context = wide_frame(request, found.record, tab, away=found, back_label=back_label)
    context["back_url"] = reverse(f"training:{tab}", args=[found.record.pk])
    return render(request, "training/away.html", context)
