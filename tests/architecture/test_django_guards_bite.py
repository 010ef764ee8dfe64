"""The guards over Django's registries: planted models, addresses and templates are found, their clean twins pass."""

import pgtrigger
import pytest
from django.db import models
from django.http import HttpResponse
from django.template import Engine
from django.test.utils import isolate_apps
from django.urls import include, path

from ctts.common.constraints import both_or_neither, in_order, known_choice
from ctts.common.guards import SIGNED_IN, guarded, public
from ctts.common.moves import fsm_trigger, move
from ctts.common.rows import AppendOnly, Retention
from tests.architecture.checks import addresses, compiled, model_rules


class Colour(models.TextChoices):
    RED = "red", "Red"
    BLUE = "blue", "Blue"


def make(columns, *, constraints=(), triggers=(), base=models.Model, retention=Retention.OFFICE):
    """A model that no registry but its own knows."""
    inherits = (base.Meta,) if hasattr(base, "Meta") else ()
    options = {"app_label": "planted", "constraints": list(constraints)}
    options |= {"triggers": list(triggers)} if triggers else {}
    body = {**columns, "__module__": "tests.planted", "Meta": type("Meta", inherits, options)}
    body |= {"retention": retention} if retention else {}
    with isolate_apps("django.contrib.contenttypes"):
        return type("Planted", (base,), body)


def day(**more):
    return models.DateField(**more)


def instant(**more):
    return models.DateTimeField(**more)


def colour():
    return models.CharField(max_length=5, choices=Colour)


def signed():
    return {"signed_at": instant(null=True), "signed_by": models.IntegerField(null=True)}


def period():
    return {"starts_on": day(), "ends_on": day(null=True)}


MOVES = {"paint": move("red", "blue")}
ONE_COLOUR = models.CheckConstraint(name="one", condition=models.Q(colour__in=["red"]))
UPDATES_ONLY = pgtrigger.Protect(name="half", operation=pgtrigger.Update)

PLANTED_MODELS = [
    (model_rules.check_retention, lambda: make({}, retention=None), "declares no retention"),
    (model_rules.check_retention, lambda: make({}, retention="office"), "declares no retention"),
    (model_rules.check_constraints, lambda: make(signed()), 'both_or_neither("signed_at", "signed_by")'),
    (model_rules.check_constraints, lambda: make({"colour": colour()}), 'known_choice("colour"'),
    (model_rules.check_constraints, lambda: make({"colour": colour()}, constraints=[ONE_COLOUR]), "takes any value"),
    (model_rules.check_constraints, lambda: make(period()), 'in_order("starts_on", "ends_on")'),
    (
        model_rules.check_constraints,
        lambda: make({"opens_at": instant(), "closes_at": instant()}),
        'in_order("opens_at", "closes_at")',
    ),
    (model_rules.check_triggers, lambda: make({"state": colour()}), "has no fsm_trigger"),
    (
        model_rules.check_triggers,
        lambda: make({}, base=AppendOnly, triggers=[UPDATES_ONLY]),
        "is append-only in Python alone",
    ),
    (model_rules.check_field_names, lambda: make({"created": instant()}), "end its name in _at"),
    (model_rules.check_field_names, lambda: make({"birthday": day()}), "end its name in _on"),
    (model_rules.check_field_names, lambda: make({"fee": models.IntegerField()}), "end its name in _pence"),
    (
        model_rules.check_field_names,
        lambda: make({"gross_pence": models.DecimalField(max_digits=9, decimal_places=2)}),
        "keep integer pence",
    ),
    (model_rules.check_field_names, lambda: make({"share": models.FloatField()}), "is a float"),
]


@pytest.mark.parametrize(("check", "plant", "says"), PLANTED_MODELS)
def test_a_planted_model_is_found(check, plant, says):
    found = check([plant()])
    assert any(says in violation.message for violation in found), list(map(str, found))


def test_a_clean_model_passes_every_check():
    columns = {"state": colour(), "colour": colour(), "gross_pence": models.IntegerField(), **signed(), **period()}
    constraints = [
        both_or_neither("signed_at", "signed_by"),
        in_order("starts_on", "ends_on"),
        known_choice("state", Colour),
        known_choice("colour", Colour),
    ]
    clean = [
        make(columns, constraints=constraints, triggers=[fsm_trigger("moves", MOVES)]),
        make({"at": instant(), "vat_rate": models.IntegerField()}, base=AppendOnly),
    ]
    checks = [getattr(model_rules, name) for name in dir(model_rules) if name.startswith("check_")]
    assert [found for check in checks for found in check(clean)] == []


def view_of(decorate=lambda view: view, module="training.views"):
    def page(request):
        return HttpResponse()

    page.__module__ = module
    return decorate(page)


def problems(*patterns, third_party=None):
    every = addresses.addresses([path("planted/", include((list(patterns), "planted"), namespace="planted"))])
    return [violation.message for violation in addresses.check_addresses(every, third_party or {})]


PLANTED_ADDRESSES = [
    (lambda view: view, "declares no guard"),
    (public("because"), "is public without a reason"),
    (guarded(SIGNED_IN, methods="GET SEND"), "declares no known methods"),
    (guarded(SIGNED_IN, methods=""), "declares no known methods"),
    (guarded(SIGNED_IN, methods="GET POST"), "says no effect"),
    (guarded(SIGNED_IN, effect="signs a competency"), "a GET changes nothing of the scheme"),
]


@pytest.mark.parametrize(("decorate", "says"), PLANTED_ADDRESSES)
def test_a_planted_address_is_found(decorate, says):
    (message,) = problems(path("item/", view_of(decorate), name="item"))
    assert says in message
    assert message.startswith("planted:item ")


def test_an_address_without_a_name_or_with_a_taken_one_is_found():
    view = view_of(guarded(SIGNED_IN))
    assert "has no name" in problems(path("item/", view))[0]
    assert "shares its name" in problems(path("a/", view, name="item"), path("b/", view, name="item"))[0]


def test_clean_addresses_pass():
    signs = guarded(SIGNED_IN, methods="GET POST", effect="signs a competency")
    opens = public("anybody may check a diploma's number")
    assert problems(path("a/", view_of(signs), name="a"), path("b/", view_of(opens), name="b")) == []


def test_another_package_needs_its_reason_and_a_stale_reason_is_found():
    foreign = path("login/", view_of(module="allauth.account.views"), name="login")
    named = {"planted:login": "the way in, limited and tested by its own package"}
    assert "belongs to another package" in problems(foreign)[0]
    assert problems(foreign, third_party=named) == []
    assert "has no reason" in problems(foreign, third_party={"planted:login": "way in"})[0]
    assert "there is no address planted:login" in problems(third_party=named)[0]


BASE = "<body>{% block page %}<h1>{% block title %}{% endblock %}</h1>{% endblock %}</body>"
CHILD = "{% extends 'base.html' %}"


def compile_all(folder, **files):
    for name, text in {"base": BASE, **files}.items():
        file = folder / f"{name.replace('__', '/')}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return compiled.Templates(Engine(dirs=[folder]), folder)


PLANTED_PAGES = [
    ({"a": CHILD + "{% block page %}<p>{% endblock %}"}, "shows 0 h1"),
    ({"a": CHILD + "{% block page %}<h1>x</h1>{% include 'components/head.html' %}{% endblock %}"}, "shows 2 h1"),
    ({"a": CHILD + "{% block page %}{% for x in y %}<p>{% endfor %}{% endblock %}"}, "shows 0 h1"),
]
CLEAN_PAGES = [
    {"a": CHILD + "{% block title %}x{% endblock %}"},
    {"a": CHILD + "{% block page %}{% include 'components/head.html' %}{% endblock %}"},
    {"a": CHILD + "{% block page %}{% if x %}<h1>x</h1>{% else %}<h1>y</h1>{% endif %}{% endblock %}"},
]


@pytest.mark.parametrize(("files", "says"), PLANTED_PAGES)
def test_a_page_without_exactly_one_heading_is_found(tmp_path, files, says):
    (found,) = compiled.check_headings(compile_all(tmp_path, components__head="<h1>y</h1>", **files))
    assert says in found.message


@pytest.mark.parametrize("files", CLEAN_PAGES)
def test_a_page_with_one_heading_passes(tmp_path, files):
    assert compiled.check_headings(compile_all(tmp_path, components__head="<h1>y</h1>", **files)) == []


def test_names_that_lead_nowhere_are_found(tmp_path):
    files = {"a": "{% url 'gone' %}{% include 'gone.html' %}", "b": "{% extends 'none.html' %}"}
    found = compiled.check_names_in_templates(compile_all(tmp_path, **files), {"here"}.__contains__)
    said = "\n".join(violation.message for violation in found)
    assert "names gone, which is no address" in said
    assert "gone.html is no template" in said
    assert "none.html is no template" in said


def test_names_that_lead_somewhere_pass(tmp_path):
    files = {"a": "{% url 'here' 1 as x %}{% url x %}{% include 'b.html' %}{% include part %}", "b": CHILD}
    assert compiled.check_names_in_templates(compile_all(tmp_path, **files), {"here"}.__contains__) == []


def test_a_template_that_does_not_compile_is_found(tmp_path):
    (found,) = compiled.check_compiles(compile_all(tmp_path, a="{% if %}{% endif %}"))
    assert "does not compile" in found.message
