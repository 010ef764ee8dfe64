"""How an application for accreditation is shown, to the centre and to the office alike."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from ctts.common.parts import HistoryEntry, Light
from ctts.documents.models import Document
from ctts.organisations.queries import supervisors_of
from ctts.scheme import queries
from ctts.scheme.rules import CHECKLISTS, accreditation_light, gap_before
from ctts.scheme.states import AccreditationState


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of an application with its kind, who added it, its address and that of its picture."""

    row: object
    document: Document
    url: str
    preview: str


def lights_of(rows, today, stands):
    """The light of each scope of a centre: of what is held, else of what is applied for."""
    numbers = queries.numbers_on(today)
    return [_light(row.held or row.waiting, today, numbers, stands, gap=row.gap) for row in rows]


def light_of(row, today, stands, beside, numbers=None):
    """The light of one accreditation; `stands`: how conditions stand, by id (`queries.conditions_stand`); `beside`: the
    days of the other valid ones of the centre for the scope."""
    gap = gap_before(row.starts_on, beside, today) if row.starts_on else None
    followed = bool(row.ends_on) and any(first == row.ends_on + timedelta(days=1) for first, _ in beside)
    return _light(row, today, numbers or queries.numbers_on(today), stands, gap=gap, followed=followed)


def _light(row, today, numbers, stands, **more):
    if row is None:
        return None
    said = stands.get(row.pk)
    more |= {"late": said == queries.LATE, "met": said == queries.ALL_MET}
    shown = accreditation_light(row.state, row.ends_on, today, numbers, **more)
    return Light(*shown) if shown else None


def shown_application(application, reader, today):
    """What `scheme/_application.html` needs: the checklist and the documents, for this reader."""
    return {
        "application": application,
        "items": _lines_of(application),
        "files": _files_of(application),
        "confirmed": queries.checklist_stands(application),
        "supervisors": supervisors_of(application.organisation, today),
        "reader": reader,
    }


def _lines_of(application):
    """Every line of the checklist with its reply and words."""
    replies = queries.replies_of(application)
    return [(item, *replies.get(item.key, ("", ""))) for item in CHECKLISTS[application.checklist]]


def _files_of(application):
    """The files in an application, each with its address and the picture of its first page."""
    return [
        ShownFile(
            row,
            row.document,
            reverse("scheme:application_file", args=[application.pk, row.document_id]),
            reverse("scheme:application_preview", args=[application.pk, row.document_id]),
        )
        for row in application.shown_documents
    ]


def history_of(application):
    """What became of an application: begun, sent, decided or withdrawn, the newest first."""
    made = [HistoryEntry(application.begun_at, application.begun_by.full_name, "Began the application")]
    if application.withdrawn_at:
        made.append(HistoryEntry(application.withdrawn_at, application.withdrawn_by.full_name, "Withdrew it"))
    if application.accreditation is not None:
        made += steps_of(application.accreditation)
    return sorted(made, key=lambda entry: entry.at, reverse=True)


def steps_of(accreditation):
    """What an accreditation has become, step by step, the newest first."""
    rows = accreditation.steps.select_related("by").order_by("-at", "-pk")
    return [
        HistoryEntry(
            row.at,
            row.by.full_name if row.by else "The calendar",
            AccreditationState(row.became).label,
            note=row.words,
        )
        for row in rows
    ]
