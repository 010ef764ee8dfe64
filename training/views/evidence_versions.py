"""What evidence said each time it was shared; a version in which a patient can be identified is closed (T3)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common.confirming import ask_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, today_of, tried
from ctts.common.verdict import require
from ctts.documents import serving
from training import access, actions, queries
from training.forms.writing import CloseVersionForm
from training.views._frame import evidence_version_closed_or_404, evidence_version_or_404, frame

CLOSING = (
    "Nobody opens this version from then on, the author neither, nor its file where nothing else shows that; what the "
    "piece says now stays as it is. It cannot be opened again. Signatures that rest on it stand, and show that the "
    "evidence changed since. A mail without the content goes to the author, the Training Supervisor and the Training "
    "Co-ordinator."
)


@guarded(SIGNED_IN)
def version(request, pk):
    """What a piece of evidence said when it was shared, and what it said otherwise before."""
    try:
        found = evidence_version_or_404(request, pk)
    except Http404:
        return _closed_page(request, evidence_version_closed_or_404(request, pk))
    stands = found.content_sha256 == found.evidence.content_sha256
    given = {"version": found, "evidence": found.evidence, "stands": stands}
    given |= {"number": queries.number_of_version(found), "pieces": queries.changed_since_before(found)}
    given["can_close"] = access.can_close_evidence_version(request.user, found, today_of(request))
    context = frame(request, found.evidence.record, "evidence", **given)
    return render(request, "training/evidence_version.html", context)


def _closed_page(request, version):
    """That a version is closed, by whom and when; what was found, for those who hear of it and whoever closed it."""
    evidence, closing = version.evidence, version.closing
    knows = access.can_know_finding(request.user, evidence, today_of(request)) or closing.closed_by == request.user
    number = queries.number_of_version(version)
    given = {"evidence": evidence, "closing": closing, "knows": knows, "number": number}
    given["heading"] = f"A piece of evidence, version {number}"
    return render(
        request, "training/evidence_version_closed.html", frame(request, evidence.record, "evidence", **given)
    )


@guarded(SIGNED_IN)
def version_file(request, pk):
    """The file of a version, shown in place or downloaded."""
    document = evidence_version_or_404(request, pk).document
    if document is None:
        raise Http404
    inline = request.GET.get("in") == "place"
    return serving.serve(document, reader=request.user, headers=request.headers, method=request.method, inline=inline)


@guarded(
    SIGNED_IN, methods="GET POST", effect="closes an earlier version of evidence to everybody", asks=(CloseVersionForm,)
)
def version_close(request, pk):
    """A patient can be identified in what a piece of evidence said earlier."""
    try:
        found = evidence_version_or_404(request, pk)
    except Http404:
        found = evidence_version_closed_or_404(request, pk)
    require(access.can_close_evidence_version(request.user, found, today_of(request)))
    form, number = CloseVersionForm(data_of(request)), queries.number_of_version(found)

    def act():
        actions.close_evidence_version(by=request.user, now=request.now, version_id=pk, **form.cleaned_data)
        messages.success(request, f"Version {number} is closed. Thank you for reporting it.")

    if tried(form, act):
        return redirect("training:evidence_version", pk)
    given = {"title": "A patient can be identified", "kicker": f"{found.title}, version {number}", "danger": True}
    back_url = reverse("training:evidence_version", args=[pk])
    return ask_page(request, form, lede=CLOSING, back_url=back_url, **given)
