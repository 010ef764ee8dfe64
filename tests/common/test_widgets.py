"""A select is drawn as Django draws it, but for the white space between tags."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from ctts.common.widgets import Renderer

PLAIN = [("", "Any"), (1, "Leeds & York"), ("<b>", "Bristol")]
GROUPED = [("North", [("l", "Leeds"), ("y", "York")]), ("b", "Bristol")]
FORMS = [
    ("Select", PLAIN, ""),
    ("Select", PLAIN, 1),
    ("Select", GROUPED, "y"),
    ("SelectMultiple", GROUPED, ["l", "b"]),
    ("NullBooleanSelect", None, True),
]


@pytest.mark.parametrize(("kind", "choices", "value"), FORMS)
def test_a_select_is_drawn_as_django_draws_it(kind, choices, value):
    widget = getattr(forms, kind)(attrs={"class": "form-select", "required": True, "disabled": False, "data-x": "a'b"})
    if choices:
        widget.choices = choices
    given = {"name": "centre", "value": value, "attrs": {"id": "id_centre"}}
    ours, django = (widget.render(**given, renderer=renderer()) for renderer in (Renderer, TemplatesSetting))
    assert parse_html(ours) == parse_html(django)


def test_every_other_widget_is_left_to_django():
    given = {"name": "q", "value": "a & b"}
    assert "a &amp; b" in forms.TextInput().render(**given, renderer=Renderer())


@pytest.mark.parametrize("widget", [forms.TextInput, forms.Textarea])
def test_no_browser_cuts_what_is_pasted(widget):
    class Words(forms.Form):
        default_renderer = Renderer
        text = forms.CharField(max_length=5, widget=widget)

    assert "maxlength" not in str(Words()["text"])
    assert Words({"text": "longer"}).errors["text"] == ["Ensure this value has at most 5 characters (it has 6)."]
