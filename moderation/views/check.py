"""Anybody checks a diploma: by number and name, or by the code on it (D1). No account, no cookie, no script needed."""

from allauth.account.adapter import get_adapter
from django.shortcuts import redirect, render

from ctts.common.cache import count_try
from ctts.common.guards import public
from ctts.common.posted import status_of
from ctts.common.refusals import too_often
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from moderation import queries
from moderation.forms import HolderForm, NumberForm
from moderation.rules import network_of
from moderation.states import DiplomaState

WHY = "whoever is shown a diploma can check it"
TRIES, SECONDS = 30, 60
TOO_MANY = "From this network diplomas were checked more than 30 times within a minute."


@public(WHY)
def ask(request):
    """Which diploma: its number."""
    form = NumberForm(request.GET or None)
    if form.is_valid():
        return redirect("moderation:check_number", form.cleaned_data["number"])
    return _page(request, "moderation/check/ask.html", {"form": form}, status_of(form))


@public(WHY)
def by_name(request, number):
    """Nothing is said about a number until the name is typed; then genuine or not, alike for all that does not fit."""
    form = HolderForm({"name": request.GET["name"]} if "name" in request.GET else None)
    context = {"form": form, "number": number[:20]}
    if not form.is_valid():
        return _page(request, "moderation/check/name.html", context, status_of(form))
    if _too_often(request):
        return _later(request)
    found = queries.diploma_named(number, form.cleaned_data["name"])
    context |= {"asked": form.cleaned_data["name"], "found": found, **(_standing(found) if found else {})}
    return _page(request, "moderation/check/name.html", context)


@public(WHY)
def by_code(request, number, code):
    """The page that the code on a diploma leads to: name, scope, date and status."""
    if _too_often(request):
        return _later(request)
    found = queries.diploma_coded(number, code)
    context = {"found": found, "number": number[:20], **(_standing(found) if found else {})}
    return _page(request, "moderation/check/code.html", context, 200 if found else 404)


WORDS = {
    DiplomaState.ISSUED: "In force",
    DiplomaState.REVOKED: "Revoked",
    DiplomaState.SUPERSEDED: "Superseded by a newer diploma",
}


def _standing(diploma):
    """The status of a diploma as badge and sentence."""
    word = WORDS[diploma.state]
    ended = queries.ended_at(diploma)
    since = f" since {day(ended)}" if ended else ""
    in_force = diploma.state == DiplomaState.ISSUED
    says = "This diploma is in force." if in_force else f"This diploma is not in force{since}: it was {word.lower()}."
    return {"badge": badge_for(diploma.state, word, "diploma"), "says": says, "in_force": in_force, "ended": ended}


def _too_often(request):
    """Counts this try; whether there were too many from the same network (quality rule 15)."""
    network = network_of(get_adapter().get_client_ip(request))
    return count_try(f"verify:{network}", SECONDS) > TRIES


def _later(request):
    return _quiet(too_often(request, TOO_MANY, seconds=SECONDS))


def _page(request, template, context, status=200):
    return _quiet(render(request, template, context, status=status))


def _quiet(response):
    """In no index, no cache, and the address with its secret in no other site's log."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
