"""Text of training that saves itself (screens 13): what is kept while it is typed, and what another window keeps."""

from django.http import HttpRequest

from ctts.common.autosave import newer_elsewhere, saved, version_seen
from ctts.common.drafts import NewerDraft
from ctts.common.other_window import OtherWindow, differing, differing_rows, version_to_send
from ctts.common.posted import rows_in_words, status_of, tried
from ctts.common.verdict import TooLate
from ctts.common.whole_numbers import number_in
from training import actions, queries

MANY = {"items", "to"}
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
        number = number_in(start.removeprefix(f"{prefix}-"))
        if start.startswith(f"{prefix}-") and number is not None and value:
            rows.setdefault(number, {})[column] = value
    return [rows[number] for number in sorted(rows)]


class Kept:
    """What its reader keeps of one form, and the one way to save that form over it.

    `draft` is what is kept and not saved; `elsewhere` is set once another window keeps newer text that this one never
    saw.
    """

    def __init__(self, request: HttpRequest, key: str, fields=None, by=None) -> None:
        """`by` is whose text it is: the reader's, unless they came with a one-time link."""
        self.request, self.key, self.by = request, key, by or request.user
        self.sent = typed(request) if fields is None else fields
        self.draft = queries.kept_by(self.by, key)
        self.elsewhere = None

    @property
    def fields(self):
        """The raw fields that are kept and not saved; empty where there are none."""
        return self.draft.fields if self.draft and self.draft.unsaved else {}

    @property
    def first(self):
        """First values of the form: nothing where nothing is kept."""
        return first_of(self.fields)

    def tried(self, form, act, rows=None) -> bool:
        """As `_frame.tried`, unless another window keeps newer text: then nothing is saved, and the page says so.

        `rows` is a formset that was sent with the form.
        """
        given = {"form_key": self.key, "fields": self.sent, "seen_version": version_seen(self.request)}
        try:
            return tried(form, lambda: actions.save_over_kept(act, by=self.by, **given))
        except NewerDraft as newer:
            differences = differing(form, first_of(newer.draft.fields))
            if rows is not None:
                differences += differing_rows(rows, rows_of(newer.draft.fields, rows.prefix), "Action")
            self.elsewhere = OtherWindow(differences, newer.draft)
            return False
        except TooLate as problem:
            rows_in_words(rows or (), "Action", problem)
            raise

    def status(self, form) -> int:
        """The status of the page with this form: 409 while another window's text is told of."""
        return status_of(form) if self.elsewhere is None else 409

    def context(self):
        """What a template needs for a form that saves itself."""
        sent = version_seen(self.request) if self.request.method == "POST" else None
        return {
            "kept_at": self.draft.saved_at if self.fields else None,
            "draft_version": version_to_send(self.draft, sent, self.elsewhere),
            "keep_key": self.key,
            "elsewhere": self.elsewhere,
        }


def keep_typed(request: HttpRequest, record, form_key: str, fields=None, *, unsaved=True, by=None):
    """Keep what is typed, finished or not; the answer for the page's own script. `by` as for `Kept`.

    `unsaved` is whether it differs from what is saved; a form that makes something new is, until it is saved.
    """
    given = {"record_id": record.pk, "form_key": form_key, "fields": typed(request) if fields is None else fields}
    given.update(seen_version=version_seen(request), unsaved=unsaved)
    try:
        draft = actions.keep_draft(by=by or request.user, now=request.now, **given)
    except NewerDraft as newer:
        there = newer.draft
        return newer_elsewhere(fields=there.fields, version=there.version, by="you", at=there.saved_at)
    return saved(at=draft.saved_at, version=draft.version)


def is_changed(*forms) -> bool:
    """Whether any of these forms, filled first with what is saved, was sent with something else."""
    return any(set(form.changed_data) - NOT_KEPT for form in forms)
