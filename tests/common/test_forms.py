"""The forms' floor: what is wrong with a field is said once, and the other text of two in words."""

from datetime import date

import pytest
from django import forms

from ctts.accounts.models import User
from ctts.common.fields import DayField, OneOf, SomeOf, uk_postcode
from ctts.common.forms import CrispyForm, SeenField, refuse_hidden_characters
from ctts.common.other_window import differing


class Report(CrispyForm):
    """A form that asks for words unless there is a reference."""

    words = forms.CharField(required=False, validators=[refuse_hidden_characters])
    reference = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("", "Choose"), ("near", "Near miss"), ("harm", "Harm")], required=False)
    kinds = forms.MultipleChoiceField(choices=[("a", "First"), ("b", "Second")], required=False)
    on = DayField(required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        """Words or a reference."""
        cleaned = super().clean()
        if not cleaned.get("words") and not cleaned.get("reference"):
            self.add_error("words", "Say what happened.")
        return cleaned


@pytest.mark.parametrize(
    ("words", "told"), [("", "Say what happened."), ("a\0b", "Character 2 is invisible"), ("a\u202eb", "Character 2")]
)
def test_a_field_is_told_one_thing_at_a_time(words, told):
    [error] = Report({"words": words}).errors["words"]
    assert error.startswith(told)


def test_bounds_and_choices_are_told_in_our_words():
    class Bounds(CrispyForm):
        text = forms.CharField(max_length=5)
        number = forms.IntegerField(min_value=2, max_value=9)
        kind = forms.ChoiceField(choices=[("a", "First")])

    def said(**given):
        return {name: words for name, [words] in Bounds(given).errors.items()}

    low = said(text="longer", number="1", kind="b")
    assert low["text"] == "Use at most 5 characters; there are 6." and low["number"] == "Give at least 2."
    assert low["kind"] == "Choose one of those that are offered."
    assert said(text="a", number="10", kind="a") == {"number": "Give at most 9."}


@pytest.mark.django_db
def test_a_null_character_in_a_choice_of_rows_is_told_in_our_words():
    class Rows(CrispyForm):
        one = OneOf[User](queryset=User.objects.all())
        some = SomeOf[User](queryset=User.objects.all())

    said = Rows({"one": "\0", "some": ["1\0", "2"]}).errors
    assert said == {name: ["Choose one of those that are offered."] for name in ("one", "some")}


@pytest.mark.parametrize("given", ["PO\r\n77", "PO\t77"])
def test_a_text_of_one_line_has_no_line_breaks(given):
    [error] = Report({"reference": given}).errors["reference"]
    assert error.startswith("Write it in one line")


def test_the_other_text_is_told_in_words_where_it_differs():
    form = Report({"words": "Mine", "reference": "X", "kind": "near", "kinds": ["a"], "on": "2026-03-01", "seen": "1"})
    other = {"words": "Theirs", "reference": "X", "kind": "harm", "kinds": ["a", "b"], "on": "2026-03-01", "seen": "2"}
    assert differing(form, other) == [
        ("Words", "Mine", "Theirs"),
        ("Kind", "Near miss", "Harm"),
        ("Kinds", "First", "First, Second"),
    ]


def test_what_is_missing_in_the_other_text_is_empty():
    form = Report({"words": "Mine", "kind": "near"})
    assert differing(form, {"words": None, "kind": ""}) == [("Words", "Mine", ""), ("Kind", "Near miss", "")]


class Person(CrispyForm):
    """Days and postcodes, which can be written in several ways."""

    born_on = DayField(required=False, widget=forms.DateInput(format="%d/%m/%Y"))
    postcode = forms.CharField(required=False)
    address = forms.CharField(widget=forms.Textarea, required=False)
    again = forms.CharField(required=False)

    def clean_postcode(self):
        """In capital letters with its space."""
        return uk_postcode(self.cleaned_data["postcode"])

    def clean_again(self):
        """Reads another field, too."""
        return self.cleaned_data["address"] + self.cleaned_data["again"]


def test_what_is_only_written_otherwise_does_not_differ():
    form = Person({"born_on": "2/3/1998", "postcode": "cf10 1aa", "address": "1 Road\r\nCardiff", "again": "b"})
    same = {"born_on": date(1998, 3, 2), "postcode": "CF10 1AA", "address": "1 Road\nCardiff", "again": "b"}
    assert differing(form, same) == []
    other = {"born_on": "32/3/1998", "postcode": "CF10 1AB", "address": "1 Road\nNewport", "again": "B"}
    assert [row[0] for row in differing(form, other)] == ["Born on", "Postcode", "Address", "Again"]


class Empty(CrispyForm):
    """One field of each kind that words are found for."""

    name = forms.CharField(label="Name")
    held_on = forms.DateField()
    kind = forms.ChoiceField(label="Kind", choices=[("a", "First")])
    kinds = forms.MultipleChoiceField(label="Kinds", choices=[("a", "First")])
    plan = forms.FileField(label="Plan")
    agreed = forms.BooleanField(label="I agree")
    many = forms.ChoiceField(label="How many?", choices=[("1", "One")])
    seen = SeenField()
    own = forms.CharField(error_messages={"required": "Say why."})


class Grown(CrispyForm):
    """A form that gets a field of its own once it is made."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until_on"] = forms.DateField(label="Until")


def test_a_field_that_comes_later_is_told_by_its_name_too():
    assert Grown({}).errors == {"until_on": ["Fill in “Until”."]}


def test_what_is_left_empty_is_told_by_its_own_name():
    assert {name: told for name, [told] in Empty({}).errors.items()} == {
        "name": "Fill in “Name”.",
        "held_on": "Fill in “Held on”.",
        "kind": "Choose one under “Kind”.",
        "kinds": "Choose at least one under “Kinds”.",
        "plan": "Choose a file under “Plan”.",
        "agreed": "Tick this box to go on.",
        "many": "Answer “How many?”",
        "seen": "The page did not send all that belongs to it. Reload it and send it again.",
        "own": "Say why.",
    }
