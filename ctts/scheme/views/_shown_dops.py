"""What the pages of DOPS forms say: which version holds, and what follows from another one (T5). No rule is decided
here."""

from ctts.common.clock import london_date
from ctts.common.parts import Consequence
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.scheme import queries

GENERAL = "The general form"
KEPT = "DOPS that were asked for, begun or signed before keep the items they have, those on a phone without signal too."
NEVER_EDITED = "It can never be edited: a correction is the next version. Nobody is mailed."


def called(form):
    """How a version is named on a page; empty for none."""
    return f"{name_of(form.scope)}, version {form.version}" if form else ""


def beside(form, scope):
    """What stands over the column of the version before one of a scope."""
    if form is None:
        return "Nothing yet"
    return f"Version {form.version}" if form.scope == scope else called(form)


def name_of(scope):
    """Whose form it is."""
    return GENERAL if scope is None else f"DOPS form of {scope}"


def badge_of(form, holds, now):
    """Whether a version holds, will hold, waits for its framework, or was replaced."""
    since = queries.held_since(form)
    if since is None:
        return badge_for("draft", "Waits for its framework")
    if since > now:
        return badge_for("planned", f"From {day(london_date(since))}")
    return badge_for("published", "In force") if holds else badge_for("retired", "Replaced")


def of_change(scope, form, given, now):
    """What a new version of the items does, to whom, before it is made (screens 18)."""
    starts_on, today = given.get("starts_on"), london_date(now)
    later = starts_on is not None and starts_on > today
    when = f"from {day(starts_on)}" if later else "at once"
    then = "from that day on" if later else "from now on"
    whose = "the general form" if scope is None else f"the DOPS form of {scope}"
    said = [Consequence(f"A new version of {whose} holds {when}.")]
    if scope is None:
        said.append(_general(then, now))
    else:
        words = f"DOPS that are asked for or started in {scope} {then} have the new items, on whichever version of"
        said.append(Consequence(f"{words} the framework somebody trains. In the scope now:", _in_it(scope)))
        if form is not None and form.scope_id is None:
            own = f"{scope} has a form of its own then: changes of the general one no longer reach it."
            said.append(Consequence(own))
    return [*said, Consequence(KEPT), Consequence(NEVER_EDITED)]


def _general(then, now):
    names = ", ".join(str(scope) for scope in queries.scopes_following(now))
    words = f"DOPS asked for or started {then} have the new items in scopes without a form of their own:"
    return Consequence(words, names or "at present none.")


def _in_it(scope):
    return f"{' and '.join(kind.in_words(scope) for kind in queries.what_goes_on())}."


def of_publishing(framework, now):
    """What publishing a framework does to DOPS: its form, if it came with one, holds from then on for everybody."""
    form = framework.dops_form
    if form is None:
        return [Consequence("DOPS stay as they are: no DOPS form came with this version.")]
    scope, version = framework.scope, form.version
    differ = queries.items_that_differ(queries.dops_forms().get(pk=form.pk), now)
    if not differ:
        return [Consequence(f"DOPS read as before: version {version} of their form has the items that hold today.")]
    which = f"item {differ[0]} reads" if len(differ) == 1 else f"items {', '.join(map(str, differ))} read"
    words = f"DOPS that are asked for or started in {scope} from now on have version {version} of their form:"
    rest = "That holds for whoever trains by an older version of the framework, too. In the scope now:"
    return [Consequence(f"{words} {which} otherwise than today. {rest}", _in_it(scope)), Consequence(KEPT)]
