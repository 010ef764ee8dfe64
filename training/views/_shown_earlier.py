"""Earlier entries as their pages show them: the mark that they are unsigned, the dry run, what they became."""

from django.urls import reverse

from ctts.common.parts import Badge, Pill
from ctts.common.states_shown import badge_for
from training import queries
from training.models import Dops, SupervisorReview
from training.states import EarlierKind, ImportState

MOST_FAULTS, MOST_ROWS = 200, 50
UNSIGNED = Badge("Imported, unsigned", "returned", "exclamation-diamond")
SIGNED = Badge("Imported; signed here since", "done", "check-circle-fill")
BEGUN = Badge("Imported, unsigned; being signed here", "active", "circle-half")
WAYS = {
    EarlierKind.DOPS: "Whoever observed it gives their own scores here and signs; then it stands in the log.",
    EarlierKind.REVIEW: "The Training Supervisor completes it here and signs; the trainee acknowledges it.",
    EarlierKind.REFLECTION: "You go on with it as a draft and submit it.",
}
BUTTONS = {
    EarlierKind.DOPS: "Assess it here",
    EarlierKind.REVIEW: "Write the review from it",
    EarlierKind.REFLECTION: "Go on with it as a draft",
}


def badge_of(entry):
    """The mark beside an entry, wherever it is shown."""
    became = queries.became(entry)
    if became is None:
        return UNSIGNED
    return SIGNED if became.signed else BEGUN


def entry_row(entry):
    """An entry in the list."""
    return {"entry": entry, "badge": badge_of(entry), "became": queries.became(entry)}


def import_row(batch):
    """A file in the list of imports."""
    badge = badge_for(batch.state, batch.get_state_display(), "earlierimport")
    can_undo = batch.state == ImportState.IMPORTED and not batch.used
    return {"batch": batch, "badge": badge, "can_undo": can_undo, "tried": batch.state == ImportState.TRIED}


def kind_links(record, may):
    """Where a file of each kind is uploaded, for whoever may import."""
    if not may:
        return []
    return [(kind.label, reverse("training:earlier_file", args=[record.pk, kind])) for kind in EarlierKind]


def kind_pills(record, kind):
    """What the list is narrowed to."""
    if kind not in EarlierKind.values:
        return []
    return [Pill(str(EarlierKind(kind).label), reverse("training:earlier", args=[record.pk]))]


def tried(batch, found):
    """The dry run in parts: the first faults and rows, those first in which something was found, and how many more."""
    rows = sorted(found.rows, key=lambda row: not row.warning)
    return {
        "faults": found.faults[:MOST_FAULTS],
        "more_faults": max(0, len(found.faults) - MOST_FAULTS),
        "rows": rows[:MOST_ROWS],
        "more_rows": max(0, len(found.rows) - MOST_ROWS),
        "kind": batch.get_kind_display(),
    }


def entry_page(entry, asks):
    """One entry: what it says, its mark, what it became, and how it is signed."""
    return {
        "facts": list(queries.shown_values(entry)),
        "badge": badge_of(entry),
        "became": queries.became(entry),
        "way": WAYS[EarlierKind(entry.kind)],
        "button": "Ask for it to be assessed" if asks else BUTTONS[EarlierKind(entry.kind)],
    }


def begun_words(entry, asks):
    """What is said once something was begun from an entry."""
    if asks:
        return "It is asked for. The scores are given anew by whoever assesses it."
    return {
        EarlierKind.DOPS: "It is begun with the words of the imported row. Give your own scores, then sign.",
        EarlierKind.REVIEW: "The review is written from the imported row. Complete it, then sign.",
        EarlierKind.REFLECTION: "It is a draft now. Submit it when it is complete.",
    }[EarlierKind(entry.kind)]


def page_of(begun, asks):
    """Where one goes on with what was begun from an entry."""
    if isinstance(begun, Dops):
        return reverse("training:dops", args=[begun.pk]) if asks else reverse("training:dops_step", args=[begun.pk, 1])
    if isinstance(begun, SupervisorReview):
        return reverse("training:review_edit", args=[begun.pk])
    return reverse("training:reflection_edit", args=[begun.pk])
