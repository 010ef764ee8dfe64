"""From a centre at a glance to the parts of pages (T7). No rule is decided here."""

from dataclasses import dataclass

from django.urls import reverse

from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.scheme.states import ConditionState
from training.views._shown_practice import month_words


@dataclass(frozen=True, slots=True)
class Listed:
    """A list behind a number: its key in the address, its title, its two columns, and what it says when empty."""

    key: str
    title: str
    first: str
    second: str
    nothing: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the page: what it counts, where its list is, and whether it wants somebody."""

    number: int
    what: str
    url: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: where it leads, what it is, and what is to be said of it."""

    text: str
    url: str
    about: str
    says: str


LISTS = {
    one.key: one
    for one in (
        Listed("trainees", "Trainees", "Trainee", "Standing", "Nobody trains at this centre at present"),
        Listed("reviews", "Months without a Supervisor Review", "Trainee", "Months", "Every month has its review"),
        Listed("stalled", "Stalled competencies", "Competency", "Last move", "Nothing has stalled"),
        Listed("concerns", "Open concerns", "Concern", "Due", "No concern is open that you read"),
        Listed("reports", "Progress reports due", "Trainee", "Due", "No report is due"),
        Listed("acknowledge", "Reports to acknowledge", "Report", "Sent", "No report waits for you"),
        Listed("supervisors", "Supervisors without current training", "Supervisor", "Course", "All are trained"),
    )
}


def untrained(supervisors):
    """The Training Supervisors whose course does not stand today."""
    return [row for row in supervisors if not row.stands]


def figures(centre, seen, supervisors):
    """The numbers of the page, each the length of its list."""
    counts = {
        "trainees": len(seen.records),
        "reviews": sum(len(row.months) for row in seen.missed),
        "stalled": len(seen.stalled),
        "concerns": len(seen.concerns),
        "reports": len(seen.owed),
        "acknowledge": len(seen.sent),
        "supervisors": len(untrained(supervisors)),
    }
    return [
        Figure(
            many,
            LISTS[key].title,
            reverse("training:centre_list", args=[centre.pk, key]),
            bool(many) and key != "trainees",
        )
        for key, many in counts.items()
    ]


def rows_of(what, seen, supervisors):
    """The lines of one of the lists."""
    return list(ROWS[what](seen, supervisors))


def _missed(seen, supervisors):
    for row in seen.missed:
        url = reverse("training:reviews", args=[row.record.pk])
        yield Row(str(row.record.trainee), url, str(row.record.scope), ", ".join(month_words(row.months)))


def _stalled(seen, supervisors):
    for row in seen.stalled:
        item = row.item
        says = f"{item.get_state_display()} since {day(row.moved_on)}"
        yield Row(str(item.item), reverse("training:item", args=[item.pk]), str(item.record.trainee), says)


def _concerns(seen, supervisors):
    for row in seen.concerns:
        text = f"Patient safety, {row.reference}" if row.patient_safety else row.text[:80]
        says = f"{day(row.due_on)}, with: {row.lies_with}"
        yield Row(text, reverse("training:concern", args=[row.pk]), str(row.record.trainee), says)


def _owed(seen, supervisors):
    for row in seen.owed:
        url = reverse("training:reports", args=[row.record.pk])
        yield Row(str(row.record.trainee), url, "Overdue" if row.report.late else "Soon due", day(row.report.due_on))


def _sent(seen, supervisors):
    for row in seen.sent:
        url, text = reverse("training:report", args=[row.pk]), f"Report {row.number}"
        yield Row(text, url, str(row.record.trainee), f"{day(row.sent_at)} by {row.written_by}")


def _untrained(seen, supervisors):
    for row in untrained(supervisors):
        says = f"Ran out: done on {day(row.training.attended_on)}" if row.training else "None is entered"
        yield Row(str(row.person), "", "", says)


ROWS = {
    "reviews": _missed,
    "stalled": _stalled,
    "concerns": _concerns,
    "reports": _owed,
    "acknowledge": _sent,
    "supervisors": _untrained,
}


def accreditations(scopes, conditions, today):
    """Each scope that the centre holds: badge, last day, whether it ends within a year, and conditions not met."""
    waiting = [row.accreditation_id for row in conditions if row.state != ConditionState.MET]
    return [
        {
            "scope": row.scope,
            "badge": badge_for(row.held.state, row.held.get_state_display(), "accreditation"),
            "ends_on": row.held.ends_on,
            "soon": row.held.ends_on is not None and (row.held.ends_on - today).days <= 365,
            "conditions": waiting.count(row.held.pk),
        }
        for row in scopes
        if row.held is not None
    ]
