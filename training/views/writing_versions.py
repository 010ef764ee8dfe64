"""What a piece said each time it was submitted; a version in which a patient can be identified is closed (T6)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common import markdown
from ctts.common.confirming import ask_page
from ctts.common.guards import SIGNED_IN, guarded
from ctts.common.posted import data_of, today_of, tried
from ctts.common.verdict import require
from training import access, actions, queries
from training.forms.writing import CloseVersionForm
from training.models import CaseStudy, Reflection
from training.views._away import away_page
from training.views._doors import case_or_404, reflection_or_404
from training.views._frame import frame


@guarded(SIGNED_IN)
def reflection_version(request, pk, number):
    """A reflective piece as it was submitted then, and what that changed; of one taken back, who did it."""
    return _or_away(request, pk, number, reflection_or_404, Reflection, "reflection")


@guarded(SIGNED_IN)
def case_version(request, pk, number):
    """A long case study as it was submitted then, and what that changed; of one taken back, who did it."""
    return _or_away(request, pk, number, case_or_404, CaseStudy, "case")


def _or_away(request, pk, number, door, model, kind):
    try:
        return _version(request, door(request, pk), kind, number)
    except Http404:
        return away_page(request, model, pk)


def _version(request, piece, kind, number):
    versions = queries.piece_versions(piece)
    version = queries.version_or_none(versions, number)
    if version is None:
        raise Http404
    context = frame(request, piece.record, "writing", piece=piece, kind=kind, version=version)
    mine = context["mine"]
    context["hidden"] = queries.is_hidden(version, mine)
    context["heading"] = str(version) if context["hidden"] else version.title
    gone, today = queries.is_closed(version), today_of(request)
    context["closed"] = queries.closing_of(piece, version) if gone else None
    context["knows"] = gone and access.can_know_of_piece(request.user, piece, today)
    context["can_close"] = not gone and access.can_close_version(request.user, piece, version, today)
    context["close_url"] = reverse(f"training:{kind}_version_close", args=[piece.pk, number])
    parts = [] if context["hidden"] else queries.parts_of_version(version)
    context["parts"] = [(part.title, markdown.render(part.text)) for part in parts]
    context["changed"] = queries.what_version_changed(version, versions, mine)
    context["back_url"] = reverse(f"training:{kind}", args=[piece.pk])
    return render(request, "training/writing/version.html", context)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="closes an earlier version of a reflective piece to everybody",
    asks=(CloseVersionForm,),
)
def reflection_version_close(request, pk, number):
    """A patient can be identified in what a reflective piece said earlier."""
    return _close(request, reflection_or_404(request, pk), "reflection", number)


@guarded(
    SIGNED_IN,
    methods="GET POST",
    effect="closes an earlier version of a case study to everybody",
    asks=(CloseVersionForm,),
)
def case_version_close(request, pk, number):
    """A patient can be identified in what a case study said earlier."""
    return _close(request, case_or_404(request, pk), "case", number)


CLOSING = (
    "Nobody reads the words of this version from then on, the author neither, nor what comments quote of it; what the "
    "piece says now stays as it is. It cannot be opened again. A mail without the content goes to the author, the "
    "Training Supervisor and the Training Co-ordinator."
)


def _close(request, piece, kind, number):
    version = queries.version_numbered(piece, number)
    if version is None:
        raise Http404
    require(access.can_close_version(request.user, piece, version, today_of(request)))
    form = CloseVersionForm(data_of(request))
    given = {"by": request.user, "now": request.now, "piece": piece, "number": number}
    back = f"training:{kind}_version", piece.pk, number
    if tried(form, lambda: actions.close_version(**given, **form.cleaned_data)):
        messages.success(request, f"Version {number} is closed. Thank you for reporting it.")
        return redirect(*back)
    given = {"title": "A patient can be identified", "kicker": f"{piece.title}, version {number}", "danger": True}
    return ask_page(request, form, lede=CLOSING, back_url=reverse(back[0], args=back[1:]), **given)
