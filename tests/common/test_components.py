"""What the parts of a page show, and what they never show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module
from typing import get_args, get_type_hints

import django_tables2
import pytest
from django import forms
from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import format_html

from ctts.common import parts, strips, tables
from ctts.common.states_shown import LIGHTS, LOOKS, badge_for
from ctts.common.templatetags.components import problems_of
from ctts.common.templatetags.icons import icon
from ctts.scheme.models import Intake

TODAY = date(2026, 11, 23)


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_Y3_the_ring_never_rounds_up_to_the_mark():
    ring = parts.Ring(14, 47)
    assert (ring.percent, ring.needed) == (29, 15)
    assert ring.sentence.endswith("The first-year mark is 30\u00a0%: 1 more to sign.")
    assert parts.Ring(15, 47).sentence.endswith("The first-year mark of 30\u00a0% is reached.")


def test_the_ring_of_nothing_says_so():
    assert parts.Ring(0, 0).percent == 0
    assert "No competencies are agreed yet." in draw("{% progress_ring ring %}", ring=parts.Ring(0, 0))


@pytest.mark.parametrize(
    ("needed", "counted", "waiting", "segments", "word"),
    [
        (6, 4, 1, ["counted"] * 4 + ["waiting", "missing"], "2 missing"),
        (15, 3, 1, ["counted"] * 3 + ["waiting"] + ["missing"] * 11, "12 missing"),
        (6, 5, 1, ["counted"] * 5 + ["waiting"], "Waiting"),
        (6, 7, 2, ["counted"] * 6, "Met"),
        (1, 0, 0, ["missing"], "1 missing"),
        (60, 59, 0, ["counted"] * 29 + ["missing"], "1 missing"),
    ],
)
def test_strip_segments(needed, counted, waiting, segments, word):
    row = strips.Requirement("x", needed, counted, waiting)
    assert (row.segments, row.word) == (segments, word)


@pytest.mark.parametrize(
    ("waiting", "who", "words"),
    [
        (0, "you", ""),
        (1, "Sam Patel", "Of these, 1 waits for Sam Patel."),
        (2, "", "Of these, 2 wait."),
        (12, "you", "12 wait for you."),
        (13, "you", "13 wait for you."),
    ],
)
def test_what_lies_with_somebody_is_said_to_be_among_what_is_missing(waiting, who, words):
    assert strips.Requirement("x", 15, 3, waiting, waits_for=who).waiting_words == words


def test_a_closed_requirement_says_why_and_who_can_mend_it():
    item = strips.Counted(
        "Review of 6 November", counts=False, why="not acknowledged", who="You", fix="do it", fix_url="/f/"
    )
    row = strips.Requirement("Reviews", 6, 5, 1, closed="One is missing.", waits_for="you", items=[item])
    shown = draw("{% requirement_strip rows %}", rows=[row])
    for words in (
        "One is missing.",
        "1 waits for you.",
        "not acknowledged",
        "You can mend this",
        '<a href="/f/">do it</a>',
    ):
        assert words in shown


def test_states_carry_shape_and_word():
    shown = draw('{% state_badge "signed" "Signed 3 May" %}')
    assert "is-done" in shown
    assert "<svg" in shown
    assert "Signed 3 May" in shown


def test_what_people_typed_is_escaped():
    evil = "<script>alert(1)</script>"
    when = datetime(2026, 5, 2, 13, 32, tzinfo=UTC)
    shown = draw(
        "{% state_badge 'x' e %}{% light 'at_risk' e %}{% readers r %}{% document_link d %}{% signature s %}"
        "{% history h %}{% facts f %}{% page_head e kicker=e %}{% notice 'info' title=e %}{{ e }}{% endnotice %}",
        e=evil,
        r=parts.Readers([evil]),
        d=parts.FileLink(evil, "/f/", "application/pdf", 1, evil),
        s=parts.Signature(evil, evil, evil, when, evil, when, evil, evil, evil),
        h=[parts.HistoryEntry(when, evil, evil, evil, evil)],
        f=[(evil, evil)],
    )
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_every_light_that_a_record_can_show_has_a_look():
    assert set(LIGHTS) == set(get_args(get_type_hints(parts.Light)["key"]))


def test_every_look_and_light_has_its_icon():
    assert all("<svg" in icon(look) for _, look in LOOKS.values())
    assert all("<svg" in icon(look) for _, look, _ in LIGHTS.values())


@pytest.mark.parametrize("name", ["no-such-icon", "../manifest"])
def test_an_unknown_icon_is_refused(name):
    with pytest.raises(LookupError):
        icon(name)


def test_every_state_of_the_scheme_has_a_look():
    """A state that is missing in `ctts/common/states_shown.py` would be a grey circle without meaning."""
    ours = [config.name for config in apps.get_app_configs() if not config.name.startswith("django")]
    modules = []
    for name in ours:
        try:
            modules.append(import_module(f"{name}.states"))
        except ModuleNotFoundError as problem:
            if problem.name != f"{name}.states":
                raise
    kinds = {
        kind
        for module in modules
        for name, kind in vars(module).items()
        if name.endswith("State") and isinstance(kind, type) and issubclass(kind, models.TextChoices)
    }
    assert {value for kind in kinds for value in kind.values} - set(LOOKS) == set()


def test_a_closed_step_shows_its_reason_and_no_button():
    shown = draw(
        "{% page_head 't' step=step %}", step=parts.NextStep("Open year two", "/go/", "One review is missing.")
    )
    assert "One review is missing." in shown
    assert "/go/" not in shown


def test_a_withdrawn_signature_stays_struck_with_its_reason():
    when = datetime(2026, 5, 2, 13, 32, tzinfo=UTC)
    shown = draw(
        "{% signature s %}",
        s=parts.Signature("I saw it.", "S. Patel", "Training Supervisor", when, "1", when, "S. Patel", "Wrong person."),
    )
    assert "<s>I saw it.</s>" in shown
    assert "Wrong person." in shown
    assert "14:32\N{NO-BREAK SPACE}BST" in shown


def test_waiting_for_me_leaves_empty_groups_out():
    empty = parts.WaitingGroup("Overdue", [])
    full = parts.WaitingGroup("Later", [parts.WaitingRow("Sign 4 competencies", "/s/", due=TODAY)])
    shown = draw("{% waiting_list groups %}", groups=[empty, full])
    assert "Overdue" not in shown
    assert "Sign 4 competencies" in shown


class Sample(forms.Form):
    name = forms.CharField(label="Name")
    way = forms.ChoiceField(label="Which way?", choices=[("a", "A\nThe first."), ("b", "B")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The two do not fit together.")


def test_the_summary_leads_to_every_field():
    form = Sample({"name": "", "note": "kept"})
    assert [problem.anchor for problem in problems_of(form)] == ["", "id_name", "id_way_0", ""]
    shown = draw("{% load crispy_forms_tags %}{{ form|crispy }}", form=form)
    assert 'href="#id_way_0">Which way: ' in shown
    assert "Please correct 4 things" in shown
    assert 'aria-describedby="id_name_error"' in shown
    assert 'value="kept"' in shown
    assert "(optional)" in shown


def test_an_unsent_form_has_no_summary():
    assert "error-summary" not in draw("{% load crispy_forms_tags %}{{ form|crispy }}", form=Sample())


def test_pages_keep_the_other_filters_of_the_address():
    page = Paginator(range(100), 10).get_page(3)
    shown = draw("{% pagination page noun='trainees' %}", page=page, request=RequestFactory().get("/?centre=2&page=3"))
    assert "21 to 30 of 100 trainees" in shown
    assert "?centre=2&amp;page=4" in shown


class Rows(django_tables2.Table):
    name = django_tables2.Column(linkify=lambda record: f"/t/{record['pk']}/")
    centre = django_tables2.Column(default="none", attrs={"td": {"class": "wide"}})
    signed = django_tables2.Column(orderable=False)
    twice = django_tables2.Column(accessor="inner__n")

    def render_signed(self, value, record):
        return format_html("<b>{}</b>", f"{value} of {record['pk']}")

    def render_twice(self, **offered):
        return 2 * offered["value"]


RECORDS = [
    {"pk": 1, "name": "<Ann>", "centre": "Leeds", "signed": 3, "inner": {"n": 2}},
    {"pk": 2, "name": "Abe", "centre": None, "signed": 0, "inner": {"n": 5}},
]


def test_cells_are_what_django_tables2_would_show():
    table = Rows(RECORDS)
    table.page = None
    slow = [[cell for _, cell in row.items()] for row in table.rows]
    quick = [[tables.Cells(column, table).cell(row) for column in table.columns] for row in table.rows]
    assert quick == slow


def test_the_table_says_how_it_is_sorted():
    table = Rows(RECORDS, order_by="-name")
    table.caption = "Trainees at Leeds"
    request = RequestFactory().get("/?sort=-name")
    shown = draw("{% load django_tables2 %}{% render_table table %}", table=table, request=request)
    assert 'aria-sort="descending"' in shown
    assert "Trainees at Leeds" in shown
    assert '<th scope="row" ><a href="/t/1/">&lt;Ann&gt;</a></th>' in shown
    assert 'class="wide" data-label="Centre"' in shown


def test_an_empty_table_says_so():
    table = Rows([], empty_text="No trainees yet")
    shown = draw("{% load django_tables2 %}{% render_table table %}", table=table, request=RequestFactory().get("/"))
    assert "No trainees yet" in shown
    assert "<table" not in shown


def kinds_of(table: type) -> set[type]:
    return {table} | {deeper for kind in table.__subclasses__() for deeper in kinds_of(kind)}


def test_every_table_says_what_it_means_when_nothing_is_in_it():
    for app in ("applications", "training", "assessments", "moderation", "ctts.home", "ctts.organisations"):
        import_module(f"{app}.urls")
    import_module("ctts.scheme.urls")
    own = [kind for kind in kinds_of(django_tables2.Table) if kind.__module__.split(".")[0] != "tests"]
    own = [kind for kind in own if kind.__module__.split(".")[0] not in {"django_tables2", "ctts.demo"}]
    assert len(own) > 10
    assert [kind for kind in own if "empty_text" in vars(kind)] == []  # only `Meta` is heard


def test_the_same_key_can_mean_something_else_in_another_table():
    assert badge_for("held", "Held").tone == "returned"
    assert badge_for("held", "Held", "viva").tone == "done"
    assert badge_for("something_new", "New").icon == "circle"


def test_a_row_shows_its_own_state():
    intake = Intake(state="open")
    assert "is-active" in draw("{% state_badge intake %}", intake=intake)
    assert intake.get_state_display() in draw("{% state_badge intake %}", intake=intake)
