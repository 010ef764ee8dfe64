"""From rows of moderation to the parts of pages. No rule is decided here."""

from urllib.parse import urlencode

from django.urls import reverse

from ctts.common.parts import Badge, NextStep
from ctts.common.templatetags.formats import day
from ctts.scheme.queries import numbers_on
from moderation import access, queries
from moderation.states import PoolState

PAUSE = {
    "title": "Pause {}",
    "action": "Pause them",
    "what": ["They are appointed to no new trainee.", "The trainees they have stay with them."],
    "done": "{} is paused.",
}
BRING_BACK = {
    "title": "Take {} back",
    "action": "Take them back",
    "what": ["They can be appointed to trainees again, once their declaration is in date."],
    "done": "{} takes trainees again.",
}
RETIRE = {
    "title": "Let {} leave the pool",
    "action": "Let them leave",
    "what": [
        "They are appointed to nobody any more, and cannot come back into the pool.",
        "What they signed, marked and declared stays on record.",
        "Their role of moderator goes on until you end it on their page under People.",
    ],
    "done": "{} has left the pool.",
}
STEPS = (
    ("Pause", "moderation:pause", "pause", PoolState.ACTIVE),
    ("Take back", "moderation:bring_back", "return", PoolState.PAUSED),
    ("Let them leave", "moderation:retire", "retire", None),
)
IN_DATE = Badge("In date", "done", "check-circle-fill")
RENEW = Badge("Renew it", "waiting", "clock")
OUT_OF_DATE = Badge("Out of date", "risk", "x-circle-fill")
NOT_SIGNED = Badge("Not signed", "waiting", "hourglass-split")


def address_without(form, given, name):
    """The address of a list without one of its filters."""
    kept = {key: form.data.get(key) for key in given if key != name}
    return f"?{urlencode(kept)}"


def with_seen(form, seen):
    """The form as it was typed, about what is there now."""
    data = form.data.copy()
    data["seen"] = seen
    form.data = data
    return form


def declaration_words(standing):
    """A declaration in words: until when, or that there is none."""
    if standing.until is None:
        return "Not signed"
    return f"In date until {day(standing.until)}" if standing.in_date else f"Out of date since {day(standing.until)}"


def declaration_badge(standing):
    """The same as a badge."""
    if standing.until is None:
        return NOT_SIGNED
    if not standing.in_date:
        return OUT_OF_DATE
    return RENEW if standing.renewable else IN_DATE


def place_facts(found, today):
    """What a moderator covers and takes, as terms and values."""
    standing = queries.declaration_standing(found.declared_at, today, numbers_on(today))
    return [
        ("Scopes of practice", ", ".join(scope.name for scope in found.scopes.all())),
        ("Region", found.region),
        ("Trainees now", f"{found.load} of {found.capacity}"),
        ("Declaration", declaration_words(standing)),
        ("E-mail address", found.person.email),
        ("In the pool since", day(found.entered_at)),
    ]


def pool_steps(user, found, today):
    """What the office can do with a place in the pool, each with the reason where it is closed."""
    if found.state == PoolState.RETIRED:
        return []
    return [
        NextStep(label, reverse(name, args=[found.pk]), access.can_step(user, found, step, today).reason)
        for label, name, step, state in STEPS
        if state is None or found.state == state
    ]


def own_facts(found):
    """What a moderator covers and takes, as they read it themselves."""
    return [
        ("Scopes of practice", ", ".join(scope.name for scope in found.scopes.all())),
        ("Region", found.region),
        ("Trainees now", f"{found.load} of {found.capacity}"),
    ]
