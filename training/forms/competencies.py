"""Forms about competencies and the plan: rate, submit, return, sign, withdraw, tailor, agree (T1, T2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from ctts.accounts.forms import SignatureFormMixin
from ctts.common.fields import SomeOf, day_field
from ctts.common.forms import CrispyForm, SeenField
from training.models import PlanItem

LONG, SHORT = 5000, 2000
NOTE = "note-"  # what the name of the field for a note on a competency begins with
RATINGS = [
    ("", "Not rated"),
    ("0", "0 – I have not done this yet"),
    ("1", "1 – I need help throughout"),
    ("2", "2 – I need help with parts"),
    ("3", "3 – I do it without supervision"),
    ("4", "4 – I also handle the unexpected"),
]


def words(
    label: str, *, required: bool = True, help_text: str = "", most: int = SHORT, rows: int = 4
) -> forms.CharField:
    """A field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=most, widget=widget)


class CompetencyChoice(SomeOf[PlanItem]):
    """Tick boxes for competencies of one record; nothing else can be chosen (quality rule 1)."""

    widget = forms.CheckboxSelectMultiple
    picked_from = True  # found by typing where there is script (screens 16)

    def label_from_instance(self, item: PlanItem) -> str:
        """Code and title."""
        return str(item.item)

    def offer(self, items: QuerySet[PlanItem], chosen: Collection[str] = (), recent: Sequence[int] = ()) -> None:
        """Offer these competencies and no others: the `chosen` ones first, then those linked recently, then the rest
        under the headings of their groups; each once (screens 16)."""
        self.queryset = items
        rows = list(items)
        first = [row for row in rows if str(row.pk) in chosen]
        known = {row.pk: row for row in rows if str(row.pk) not in chosen}
        next_ones = [known.pop(pk) for pk in recent if pk in known]
        groups = [("Chosen", first), ("Linked recently", next_ones)]
        groups += [(title, list(of)) for title, of in groupby(known.values(), key=lambda item: item.item.group)]
        self.widget.choices = [(title, [(row.pk, str(row.item)) for row in of]) for title, of in groups if of]


class RatingForm(CrispyForm):
    """The trainee's own rating of a competency, or none."""

    submit_label = "Save my rating"

    rating = forms.TypedChoiceField(
        label="My own rating", choices=RATINGS, coerce=int, empty_value=None, required=False
    )


SUPERVISOR_RATINGS = [
    ("0", "0 – has not done this yet"),
    ("1", "1 – needs help throughout"),
    ("2", "2 – needs help with parts"),
    ("3", "3 – does it without supervision"),
    ("4", "4 – also handles the unexpected"),
]


def supervisor_rating(*, none: str = "Not rated", help_text: str = "") -> forms.TypedChoiceField:
    """The supervisor's rating of a competency, on the scale of the own one; `none` says what no choice means."""
    choices = [("", none), *SUPERVISOR_RATINGS]
    return forms.TypedChoiceField(
        label="Your rating", choices=choices, coerce=int, empty_value=None, required=False, help_text=help_text
    )


class SupervisorRatingForm(CrispyForm):
    """The supervisor's rating of a competency, or none."""

    submit_label = "Save your rating"

    rating = supervisor_rating(help_text="The trainee sees it with its date. It decides nothing.")


class SubmitForm(CrispyForm):
    """The trainee submits a competency with a note; `seen` is the digest of what the page showed, `points` what was
    asked when it was returned."""

    submit_label = "Submit for signature"

    seen = SeenField()
    note = words("Note to your supervisor", required=False, help_text="What to look at first, if anything.")

    def __init__(self, *args: Any, points: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answering = [f"answer-{number}" for number in range(1, len(points) + 1)]
        for number, (name, point) in enumerate(zip(self.answering, points, strict=True), start=1):
            self.fields[name] = words(f"{number}. {point}", required=False, help_text="What you did about it.", rows=3)
        self.order_fields([*self.answering, "note"])

    def given(self) -> dict[str, Any]:
        """What `submit_item` is told: the digest, the note, and the answers in the order of the points."""
        answers = [self.cleaned_data[name] for name in self.answering]
        return {"seen": self.cleaned_data["seen"], "note": self.cleaned_data["note"], "answers": answers}


class ReturnForm(CrispyForm):
    """The supervisor gives a competency back with feedback."""

    submit_label = "Return it with this feedback"

    seen = SeenField()
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = words("What is missing, and what to do", help_text="The trainee reads exactly this.", most=LONG)
    rating = supervisor_rating(none="Leave it as it is")


class SignForm(SignatureFormMixin, CrispyForm):
    """The supervisor signs; which competencies and what was seen of each stands in the rows of the page."""

    submit_label = "Sign"

    comment = words("Comment", required=False, help_text="The trainee reads it.", rows=2)


class SignOneForm(SignForm):
    """The supervisor signs one competency, and may rate it."""

    rating = supervisor_rating(none="Leave it as it is")


class SignSeveralForm(SignForm):
    """The supervisor signs several competencies of one trainee; `items` are those of the record, `noted` those of them
    that may get a note of their own (screens 8)."""

    rows = CompetencyChoice(
        queryset=None, label="Competencies", error_messages={"required": "Choose at least one competency."}
    )

    def __init__(self, *args: Any, items: QuerySet[PlanItem], noted: Iterable[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(CompetencyChoice, self.fields["rows"]).offer(items)
        self.fields["comment"].help_text = "The trainee reads it with each competency that has no note of its own."
        for item in noted:
            label, read = f"Note on {item.item.code}", "The trainee reads it with this competency."
            self.fields[f"{NOTE}{item.pk}"] = words(label, required=False, help_text=read, rows=2)

    def seen(self) -> dict[int, str]:
        """The digest that the page showed for each chosen competency."""
        return {item.pk: str(self.data.get(f"seen-{item.pk}", ""))[:64] for item in self.cleaned_data["rows"]}

    def notes(self) -> dict[int, str]:
        """The note on each chosen competency that has one."""
        given = {item.pk: self.cleaned_data.get(f"{NOTE}{item.pk}", "") for item in self.cleaned_data["rows"]}
        return {pk: note for pk, note in given.items() if note}


class WithdrawForm(SignatureFormMixin, CrispyForm):
    """The supervisor withdraws a signature with a reason."""

    submit_label = "Withdraw this signature"

    reason = words("Why the signature is withdrawn", help_text="It stays in the record beside the struck signature.")


class TailorForm(CrispyForm):
    """How, where, with whom and by when one competency is reached."""

    submit_label = "Save this row of the plan"

    seen = SeenField()
    how = words("How", rows=3)
    where = forms.CharField(label="Where", max_length=200)
    with_whom = forms.CharField(label="With whom", max_length=200)
    by_on = day_field("By when")


class AgreePlanForm(SignatureFormMixin, CrispyForm):
    """Trainee or supervisor signs the plan as the page showed it."""

    submit_label = "Sign this version of the plan"

    seen = SeenField()
