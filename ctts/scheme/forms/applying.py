"""What a Training Co-ordinator fills in to apply for accreditation (C3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from ctts.common.fields import SHORT, OneOf, needed_later, sentences
from ctts.common.forms import CrispyForm, KeyField, SeenField, offer
from ctts.documents.forms import DocumentField
from ctts.scheme.models import CentreApplication, Scope
from ctts.scheme.queries import offered_scopes, replies_of
from ctts.scheme.rules import CHECKLISTS
from ctts.scheme.states import CentreDocumentKind, ChecklistReply


class BeginForm(CrispyForm):
    """For which scope; only those that are open to the centre today."""

    submit_label = "Begin"

    scope = OneOf[Scope](label="Scope of practice", queryset=None, empty_label="Choose one")

    def __init__(self, *args: Any, scope_ids: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "scope", offered_scopes().filter(pk__in=list(scope_ids)))


class TakeBackForm(CrispyForm):
    """That an application is taken back in the state that the page showed."""

    submit_label = "Withdraw it"

    seen = SeenField(required=False)


class ChecklistForm(CrispyForm):
    """Every line of the checklist with its answer; it can be saved before all are answered."""

    submit_label = "Save the answers"

    seen = SeenField()

    def __init__(self, *args: Any, application: CentreApplication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = CHECKLISTS[application.checklist]
        there = replies_of(application)
        self.initial = {"seen": str(application.version), **self.initial}
        for number, item in enumerate(self.items, start=1):
            reply, words = there.get(item.key, ("", ""))
            question = _reply(f"{number}. {item.title}: {item.question}")
            self.fields[f"{item.key}_reply"] = needed_later(question, "to send it")
            help_text = f"{item.words} A no is explained here: what is planned, and by when."
            self.fields[f"{item.key}_words"] = sentences(
                f"{item.title}, in a few words", required=False, most=SHORT, rows=2, help_text=help_text
            )
            self.initial |= {f"{item.key}_reply": reply, f"{item.key}_words": words}
        self.set_up(None)

    def clean_seen(self) -> int:
        """The version that the page showed; what is no number was none."""
        seen = self.cleaned_data["seen"]
        return int(seen) if seen.isascii() and seen.isdigit() else -1

    def replies(self) -> Mapping[str, tuple[str, str]]:
        """What the action takes."""
        given = self.cleaned_data
        return {item.key: (given[f"{item.key}_reply"], given[f"{item.key}_words"].strip()) for item in self.items}


def _reply(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=forms.RadioSelect, choices=ChecklistReply.choices)


class CentreDocumentForm(CrispyForm):
    """A file, and what it is."""

    submit_label = "Add the file"

    key = KeyField()
    kind = forms.ChoiceField(
        label="What is it?", choices=CentreDocumentKind.choices, initial=CentreDocumentKind.TRAINING_PLAN
    )
    upload = DocumentField(label="File")

    def clean_kind(self) -> CentreDocumentKind:
        """The kind itself rather than its key."""
        return CentreDocumentKind(self.cleaned_data["kind"])
