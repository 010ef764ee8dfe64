"""Text of training that saves itself (screens 13): what is kept while it is typed, and what another window keeps."""

from django.http import HttpRequest

from ctts.common.autosave import newer_elsewhere, saved, version_seen
from ctts.common.drafts import NewerDraft
from ctts.common.forms import differing
from training import actions, queries
from training.views._frame import status_of, tried

MANY = {"items"}
NOT_KEPT = {"csrfmiddlewaretoken", "key", "seen", "autosave_version", "password_or_code", "typed_by"}


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What was typed into a form, field by field, as it was sent."""
    return {name: request.POST.getlist(name) for name in request.POST if name not in NOT_KEPT}


def first_of(fields):
    """What a draft keeps as first values of a form: a list where several can be chosen, else the one text."""
    return {
        name: value if name in MANY else (value[-1] if isinstance(value, list) and value else value)
        for name, value in fields.items()
    }


def rows_of(fields, prefix: str):
    """What a draft keeps of a formset, row by row; rows left empty are dropped."""
    rows = {}
    for name, value in first_of(fields).items():
        start, _, column = name.rpartition("-")
        number = start.removeprefix(f"{prefix}-")
        if start.startswith(f"{prefix}-") and number.isdigit() and value:
            rows.setdefault(int(number), {})[column] = value
    return [rows[number] for number in sorted(rows)]


class Kept:
    """What its reader keeps of one form, and the one way to save that form over it.

    `draft` is what is kept, `elsewhere` where another window keeps newer text that this one never saw: (what it is,
    typed here, typed there) of each field.
    """

    def __init__(self, request: HttpRequest, key: str, fields=None) -> None:
        self.request, self.key = request, key
        self.sent = typed(request) if fields is None else fields
        self.draft = queries.draft_of(request.user, key)
        self.elsewhere = None

    @property
    def first(self):
        """First values of the form: nothing where nothing is kept."""
        return first_of(self.draft.fields) if self.draft else {}

    def tried(self, form, act) -> bool:
        """As `_frame.tried`, unless another window keeps newer text: then nothing is saved, and the page says so."""
        given = {"form_key": self.key, "fields": self.sent, "seen_version": version_seen(self.request)}
        try:
            return tried(form, lambda: actions.save_over_kept(act, by=self.request.user, **given))
        except NewerDraft as newer:
            self.draft = newer.draft
            self.elsewhere = differing(form, first_of(newer.draft.fields))
            return False

    def status(self, form) -> int:
        """The status of the page with this form: 409 while another window's text is told of."""
        return status_of(form) if self.elsewhere is None else 409

    def context(self):
        """What a template needs for a form that saves itself; what comes back goes on from the version it came with."""
        version = self.draft.version if self.draft else 0
        if self.request.method == "POST" and self.elsewhere is None:
            version = version_seen(self.request)
        return {"draft": self.draft, "draft_version": version, "keep_key": self.key, "elsewhere": self.elsewhere}


def keep_typed(request: HttpRequest, record, form_key: str, fields=None):
    """Keep what is typed, finished or not; the answer for the page's own script."""
    given = {"record_id": record.pk, "form_key": form_key, "fields": typed(request) if fields is None else fields}
    try:
        draft = actions.keep_draft(by=request.user, now=request.now, seen_version=version_seen(request), **given)
    except NewerDraft as newer:
        there = newer.draft
        return newer_elsewhere(fields=there.fields, version=there.version, by="you", at=there.saved_at)
    return saved(at=draft.saved_at, version=draft.version)
