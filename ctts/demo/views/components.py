"""The living catalogue of page parts at /dev/components/: each drawn from the shapes that real pages use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse

from ctts.common import autosave, parts
from ctts.common.guards import public
from ctts.common.posted import today_of
from ctts.common.states_shown import LIGHTS, LOOKS, badge_for
from ctts.common.word_changes import word_changes
from ctts.demo.views import samples

WHY = "a catalogue of page parts with invented content, in demo and test only"
Shown = Callable[[HttpRequest], dict[str, Any]]


def page_head(request: HttpRequest) -> dict[str, Any]:
    """An open step with a late person, and a step that is closed."""
    today = today_of(request)
    then = ["board"]
    return {
        "badge": badge_for("in_review", "In review"),
        "light": parts.Light("attention", "the yearly review is 7 days late"),
        "acts": parts.Acts("Dr Lee (moderator)", today - timedelta(21), today - timedelta(7), then, late=True),
        "step": parts.NextStep("Decide the first year", "#"),
    }


def closed_step(request: HttpRequest) -> dict[str, Any]:
    """The same for a reader whose next step is closed."""
    today = today_of(request)
    reason = "Supervisor Reviews: 5 of 6 are in. The sixth waits for you to acknowledge it."
    return {
        "badge": badge_for("in_progress", "Year one"),
        "acts": parts.Acts("you", today - timedelta(3), today + timedelta(11), ["S. Patel (supervisor)", "Dr Lee"]),
        "step": parts.NextStep("Send the first year for decision", "#", reason),
    }


def ways(request: HttpRequest) -> dict[str, Any]:
    """Tabs by address, and the steps of a DOPS."""
    tab = parts.Tab
    tabs = [tab("Overview", "#", current=True), tab("Competencies", "#", count=47), tab("Reviews", "#", count=5)]
    return {"tabs": [*tabs, tab("History", "#")], "steps": ["What", "Items 1–5", "Items 6–10", "Overall", "Sign"]}


def work(request: HttpRequest) -> dict[str, Any]:
    """Long work under way, finished, and stopped."""
    return {"works": [samples.sample_work(state) for state in ("running", "finished", "failed")]}


def table(request: HttpRequest) -> dict[str, Any]:
    """A sorted table."""
    rows = samples.sample_rows(today_of(request))
    return {"table": samples.TraineeTable(rows, order_by=request.GET.get("sort", "name"))}


def filters(request: HttpRequest) -> dict[str, Any]:
    """Two filters in force and page four of fourteen."""
    pills = [parts.Pill("Centre: Leeds", "?"), parts.Pill("State: waiting", "?")]
    return {"pills": pills, "page": Paginator(range(340), 25).get_page(request.GET.get("page", 4))}


def errors(request: HttpRequest) -> dict[str, Any]:
    """The form after it was sent with gaps."""
    sent = {"full_name": "Žofia", "email": "zofia.example", "note": "Typed text stays."}
    return {"form": samples.SampleForm(sent, submit="Send to the assessor")}


def draft(request: HttpRequest) -> dict[str, Any]:
    """A form over the sample text of this session."""
    kept = request.session.get("catalogue_draft", {"text": {}, "version": 0})
    return {"form": samples.DraftForm(initial=kept["text"]), "version": kept["version"]}


def formats(request: HttpRequest) -> dict[str, Any]:
    """Values as they lie in the database."""
    return {"now": request.now, "today": today_of(request), "pence": 123_450, "share": Fraction(295, 4)}


GROUPS: dict[str, dict[str, tuple[str, Shown]]] = {
    "Foundations": {
        "tokens": ("Colour, type and space", lambda request: {}),
        "buttons": ("Buttons", lambda request: {}),
        "formats": ("Dates, money and numbers", formats),
    },
    "Heads and ways": {
        "page-head": ("Page head", page_head),
        "closed-step": ("Page head with a closed step", closed_step),
        "help": ("Help with a page", lambda request: {"text": samples.sample_help()}),
        "ways": ("Tabs and steps", ways),
    },
    "States": {
        "states": (
            "State badges",
            lambda request: {"looks": {state: badge_for(state, _word(state)) for state in LOOKS if "." not in state}},
        ),
        "lights": (
            "Four lights",
            lambda request: {"lights": [parts.Light(key, "6 of 6 reviews are in") for key in LIGHTS]},
        ),
        "readers": ("Readers chip", lambda request: {"readers": samples.sample_readers()}),
    },
    "Progress": {
        "strip": ("Requirement strip", lambda request: {"strip": samples.sample_strip()}),
        "ring": (
            "Progress ring",
            lambda request: {"rings": [parts.Ring(*ring) for ring in ((20, 47), (14, 47), (0, 44))]},
        ),
        "timeline": ("Two-year timeline", lambda request: {"course": samples.sample_course(today_of(request))}),
        "long-work": ("Long work", work),
    },
    "Records": {
        "signature": ("Signature block", lambda request: {"signatures": samples.sample_signatures(request.now)}),
        "history": ("History", lambda request: {"entries": samples.sample_history(request.now)}),
        "facts": ("Facts", lambda request: {"facts": samples.FACTS}),
        "changes": ("What was changed", lambda request: {"pieces": word_changes(*samples.BEFORE_AND_AFTER)}),
        "documents": ("Documents", lambda request: {"documents": samples.sample_documents()}),
    },
    "Lists": {
        "waiting": ("Waiting for me", lambda request: {"waiting": samples.sample_waiting(today_of(request))}),
        "table": ("Table", table),
        "filters": ("Filter pills and pages", filters),
        "selection": ("Choosing rows", lambda request: {"rows": samples.ROWS_TO_SIGN}),
        "empty": ("Empty state", lambda request: {}),
    },
    "Forms": {
        "form": ("Form", lambda request: {"form": samples.SampleForm(submit="Send to the assessor")}),
        "errors": ("Form with errors", errors),
        "autosave": ("Text that saves itself", draft),
    },
    "Words to the reader": {
        "notices": ("Notices", lambda request: {}),
        "confirm": ("Confirm page", lambda request: {"confirm": samples.sample_confirm(reverse("demo:components"))}),
    },
}
PARTS = {slug: part for group in GROUPS.values() for slug, part in group.items()}


def _word(state: str) -> str:
    return state.replace("_", " ").capitalize()


@public(WHY)
def components(request):
    groups = {name: [(slug, title) for slug, (title, _) in group.items()] for name, group in GROUPS.items()}
    return render(request, "demo/components.html", {"groups": groups})


@public(WHY)
def component(request, slug):
    if slug not in PARTS:
        raise Http404
    title, shown = PARTS[slug]
    return render(request, f"demo/components/{slug}.html", {"title": title, **shown(request)})


@public(WHY)
def long_work_step(request):
    return render(request, "demo/components/work_step.html", {"work": samples.sample_work("finished")})


@public(WHY, methods="POST", effect="keeps the catalogue's sample text in this session")
def autosave_sample(request):
    kept = request.session.get("catalogue_draft", {"version": 0, "text": {}, "at": request.now.isoformat()})
    if autosave.version_seen(request) != kept["version"]:
        at = datetime.fromisoformat(kept["at"])
        return autosave.newer_elsewhere(fields=kept["text"], version=kept["version"], by="you", at=at)
    text = {name: request.POST.get(name, "") for name in samples.DraftForm.base_fields}
    kept = {"version": kept["version"] + 1, "text": text, "at": request.now.isoformat()}
    request.session["catalogue_draft"] = kept
    if not autosave.asks_for_autosave(request):
        return redirect("demo:component", "autosave")
    gaps = {"what": ["Say what happened."]} if not text["what"] else {}
    return autosave.saved(at=request.now, version=kept["version"], errors=gaps)
