"""What a refused form brought is read again in the words of the form, choices and ticks too, and no secret (rule 2)."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from ctts.common.brought import Brought, brought_by, brought_to
from ctts.common.refusals import typed_words


class Asked(forms.Form):
    """A form with one field of each kind."""

    outcome = forms.ChoiceField(
        label="Decision", choices=[("", "Choose one"), ("yes", "Grant\nFrom today"), ("no", "Not")]
    )
    kinds = forms.MultipleChoiceField(label="Kinds", choices=[("In the day", [("a", "Audit"), ("b", "Bench")])])
    breaks = forms.BooleanField(label="Rest breaks", required=False)
    percent = forms.IntegerField(label="Extra time", required=False)
    review_on = forms.DateField(required=False)
    password = forms.CharField(widget=forms.PasswordInput)
    seen = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(required=False)


SENT = QueryDict("outcome=yes&kinds=a&kinds=b&kinds=x&breaks=on&percent=10&password=secret&seen=4&review_on=2027-01-04")
LABELS = {
    "outcome": "Decision",
    "kinds": "Kinds",
    "breaks": "Rest breaks",
    "percent": "Extra time",
    "review_on": "Review on",
}
CHOSEN = {"outcome": "Grant", "kinds": "Audit; Bench", "breaks": "Ticked"}


def test_a_form_that_was_sent_names_what_was_typed_and_chosen():
    assert brought_by(Asked(SENT)) == Brought(LABELS, CHOSEN)
    assert brought_by(Asked(SENT), "Line 2: ").labels["percent"] == "Line 2: Extra time"


def test_so_does_one_that_its_view_never_made():
    assert brought_to([Asked], SENT) == Brought(LABELS, CHOSEN)
    assert brought_to([], SENT) == Brought()


def test_what_was_sent_in_rows_is_called_by_the_number_of_the_row():
    sent = QueryDict("lines-0-percent=5&lines-1-percent=7&lines-1-password=secret&lines-1-other=x&lines-TOTAL_FORMS=2")
    assert brought_to([Asked], sent).labels == {"lines-0-percent": "Extra time 1", "lines-1-percent": "Extra time 2"}


def test_what_was_not_offered_or_not_sent_is_not_named():
    found = brought_by(Asked(QueryDict("outcome=maybe")))
    assert found == Brought({"outcome": "Decision"}, {"outcome": ""})


def test_of_a_name_that_two_know_the_later_says_what_it_is():
    both = Brought({"a": "First"}, {"a": "x"}) | Brought({"a": "Second", "b": "Other"})
    assert both == Brought({"a": "Second", "b": "Other"}, {"a": "x"})


def test_words_of_a_field_that_no_form_here_knows_are_called_by_its_name_without_the_id_of_its_row():
    request = RequestFactory().post("/sign/", {"note-144": "Seen twice.", "why_not": "Not yet seen.", "seen": "a b"})
    assert ("Note", "Seen twice.") in typed_words(request)
    assert ("Why not", "Not yet seen.") in typed_words(request)
