"""Scopes of practice and craft groups: entered, changed (S1)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ctts.accounts.forms import refuse_unusable_name
from ctts.accounts.rules import tidy_name
from ctts.common.forms import CrispyForm, SeenField, offer
from ctts.scheme.models import CODE, CraftGroup, Scope
from ctts.scheme.queries import craft_groups, group_version, scope_version

CODE_HELP = "Two to four capital letters, such as NM."


def is_code(word: str) -> bool:
    """Whether a word can be the code of a scope or craft group."""
    return re.fullmatch(CODE, word) is not None


def _name_field(help_text: str) -> forms.CharField:
    return forms.CharField(label="Name", max_length=80, help_text=help_text, validators=[refuse_unusable_name])


def _code_field(help_text: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control--short", "autocapitalize": "characters"})
    return forms.CharField(label="Code", max_length=20, widget=widget, help_text=f"{CODE_HELP} {help_text}")


class NamedForm(CrispyForm):
    """A code and a name as they are stored."""

    def clean_name(self) -> str:
        """The name without spaces around it and without doubled ones."""
        return tidy_name(self.cleaned_data["name"])

    def clean_code(self) -> str:
        """The code in capital letters. Raises ValidationError for what is none."""
        code: str = self.cleaned_data["code"].upper()
        if not is_code(code):
            raise ValidationError(CODE_HELP, code="code")
        return code


class CraftGroupForm(NamedForm):
    """A craft group of scopes."""

    submit_label = "Enter the craft group"

    code = _code_field("It stays as it is.")
    name = _name_field("As applicants read it beside each scope of the group.")


class ChangeCraftGroupForm(NamedForm):
    """What a craft group is called; its code stays."""

    submit_label = "Save the name"

    seen = SeenField()
    name = _name_field("As applicants read it beside each scope of the group.")

    def __init__(self, *args: Any, group: CraftGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"name": group.name, "seen": group_version(group), **self.initial}


class ScopeForm(NamedForm):
    """A scope of practice: code, name, craft group."""

    submit_label = "Enter the scope"

    code = _code_field("The spreadsheet of its framework names it; it stays once anything refers to the scope.")
    name = _name_field("As applicants, trainees and diplomas shall read it.")
    group: forms.ModelChoiceField[CraftGroup] = forms.ModelChoiceField(
        label="Craft group", queryset=None, empty_label="Choose one"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "group", craft_groups())


class ChangeScopeForm(ScopeForm):
    """The same of a scope that is there, with what the page showed; `code_stays` once anything refers to it."""

    submit_label = "Save the changes"

    seen = SeenField()

    def __init__(self, *args: Any, scope: Scope, code_stays: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if code_stays:
            del self.fields["code"]
        shown = {"code": scope.code, "name": scope.name, "group": scope.group_id, "seen": scope_version(scope)}
        self.initial = {**shown, **self.initial}
        self.scope = scope

    def values(self) -> dict[str, Any]:
        """What the action takes; the code that stays is the one there is."""
        return {"code": self.scope.code, **self.cleaned_data}
