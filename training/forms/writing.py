"""Forms of reflective pieces and long case studies (T6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms

from ctts.common.forms import CrispyForm, EveryRow, KeyField, SeenField
from training.forms._fields import LONG, answer_field, day_field, needed_later, sentences
from training.rules import Heading, headings_of
from training.states import CommentFate, ReflectionModel

QUOTE = 1000  # characters of the words that a comment is about
MOST = 200_000  # characters of one part
MODELS = [
    (ReflectionModel.WHAT, "What / So what / Now what\nThree questions; a good first choice."),
    (ReflectionModel.GIBBS, "Gibbs\nSix parts, from the description to the action plan."),
    (ReflectionModel.KOLB, "Kolb\nFour parts, from the experience to trying it out."),
    (ReflectionModel.FREE, "Free\nOne text in your own order."),
]


class NewReflectionForm(CrispyForm):
    """The trainee begins a reflective piece."""

    submit_label = "Begin to write"

    key = KeyField()
    model = forms.ChoiceField(label="Which model", choices=MODELS, widget=forms.RadioSelect)
    title = forms.CharField(label="Title", max_length=200, help_text="Without the name of any patient.")
    happened_on = day_field("When it happened", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"] = day_field("When it happened", today=today, required=False)


class NewCaseForm(CrispyForm):
    """The trainee begins a long case study."""

    submit_label = "Begin to write"

    key = KeyField()
    title = forms.CharField(label="Title", max_length=200, help_text="Without the name of any patient.")


class ReflectionForm(CrispyForm):
    """A reflective piece as it is written: one field for each heading of its model."""

    submit_label = "Save"

    title = forms.CharField(label="Title", max_length=200)
    happened_on = day_field("When it happened", required=False)

    def __init__(self, *args: Any, model: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"] = day_field("When it happened", today=today, required=False)
        self.headings: tuple[Heading, ...] = headings_of(model)
        for heading in self.headings:
            self.fields[f"part_{heading.key}"] = sentences(
                heading.title, required=False, help_text=heading.asks, most=MOST, rows=8
            )

    def parts(self) -> dict[str, str]:
        """The texts by key of the heading."""
        return {heading.key: self.cleaned_data.get(f"part_{heading.key}", "") for heading in self.headings}


class CaseForm(CrispyForm):
    """The title of a long case study; its sections are the formset's."""

    submit_label = "Save"

    title = forms.CharField(label="Title", max_length=200)


class SectionForm(CrispyForm):
    """One section of a long case study; one left empty altogether is taken out."""

    heading = needed_later(forms.CharField(label="Heading", max_length=120, required=False), "when there is text")
    text = sentences("Text", required=False, most=MOST, rows=10)

    def clean(self) -> dict[str, Any]:
        """A text has a heading."""
        cleaned = super().clean() or {}
        if cleaned.get("text", "").strip() and not cleaned.get("heading", "").strip():
            self.add_error("heading", "Give this section a heading.")
        return cleaned


SectionFormSet = forms.formset_factory(SectionForm, formset=EveryRow, extra=1, max_num=40, validate_max=True)


class SubmitPieceForm(CrispyForm):
    """The trainee submits a piece and declares that nothing in it identifies a patient.

    `asks`: the scan found something that waits for an answer. `empty`: the parts in which nothing is written; the
    scheme asks for no more than a piece, so that is confirmed, not refused (T6).
    """

    submit_label = "Submit it"

    seen = SeenField()
    declared = forms.BooleanField(
        label="No patient can be identified from it: no name, date of birth, number, address or picture.",
        error_messages={"required": "Tick this first: nothing in it may identify a patient."},
    )

    def __init__(self, *args: Any, asks: bool, empty: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["answer"] = answer_field("the piece")
        if empty:
            self.fields["unfinished"] = forms.BooleanField(
                label=f"Submit it with {len(empty)} {'part' if len(empty) == 1 else 'parts'} left empty.",
                error_messages={"required": "Tick this to submit it as it is, or go back and go on writing."},
            )


class WithdrawPieceForm(CrispyForm):
    """A reader found that a patient can be identified."""

    submit_label = "Withdraw it from view"

    reason = sentences(
        "What was found",
        help_text="Where it stands and of which kind it is, without repeating it: the author reads this, with your "
        "name, to know what to take out.",
        most=LONG,
    )


class CloseVersionForm(WithdrawPieceForm):
    """A patient can be identified in an earlier version."""

    submit_label = "Close this version"


class CommentForm(CrispyForm):
    """A comment on a submitted piece: on the whole, on one part, or on some words of it."""

    submit_label = "Send this comment"

    key = KeyField()
    part = forms.ChoiceField(label="About", required=False)
    quote = sentences(
        "The words it is about",
        required=False,
        help_text="As they stand in the piece. Left empty: the whole part.",
        most=QUOTE,
        rows=2,
    )
    text = sentences("Your comment", help_text="The trainee reads it, and it stays with the piece.", most=LONG, rows=6)

    def __init__(self, *args: Any, parts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast("forms.ChoiceField", self.fields["part"])
        chosen.choices = [("", "The whole piece"), *((part, part) for part in dict.fromkeys(parts))]
        chosen.error_messages["invalid_choice"] = "This part is not there any more. Choose another one."


class AnswerCommentForm(CrispyForm):
    """The trainee says what became of a comment."""

    submit_label = "Send this answer"

    fate = forms.ChoiceField(label="What became of it", choices=CommentFate.choices, widget=forms.RadioSelect)
    reason = needed_later(
        sentences(
            "In your words", required=False, help_text="What you changed, or why you did not.", most=LONG, rows=4
        ),
        "if you did not change it",
    )
