"""What only a running Django can tell: addresses, models, templates and migrations keep the house too."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.template import engines
from django.urls import get_resolver

from tests.architecture.allowed import EXCEPTIONS, THIRD_PARTY
from tests.architecture.checks import Allowances, settle
from tests.architecture.checks.addresses import addresses, check_addresses
from tests.architecture.checks.compiled import (
    Templates,
    check_compiles,
    check_headings,
    check_names_in_templates,
)
from tests.architecture.checks.model_rules import (
    check_constraints,
    check_field_names,
    check_retention,
    check_triggers,
)
from tests.architecture.checks.tree import OURS, ROOT

MODEL_CHECKS = {
    "retention": check_retention,
    "constraints": check_constraints,
    "triggers": check_triggers,
    "field_names": check_field_names,
}


def own_models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def all_addresses():
    return list(addresses(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def templates():
    return Templates(engines["django"].engine, ROOT / "templates")


def kept(name, violations):
    left = settle(name, violations, Allowances(EXCEPTIONS))
    assert left == [], "\n" + "\n".join(map(str, left))


@pytest.mark.parametrize("name", MODEL_CHECKS)
def test_every_model_keeps_the_house(name):
    kept(name, MODEL_CHECKS[name](own_models()))


def test_every_address_is_guarded_or_public_on_purpose():
    kept("addresses", check_addresses(all_addresses(), THIRD_PARTY))


def test_every_template_compiles(templates):
    kept("compiled", check_compiles(templates))


def test_every_name_in_a_template_leads_somewhere(templates):
    names = {address.name for address in all_addresses()}
    kept("template_names", check_names_in_templates(templates, names.__contains__))


def test_every_page_has_one_heading(templates):
    kept("headings", check_headings(templates))


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_trigger_is_in_the_database():
    wanted = {
        (model._meta.db_table, trigger.get_pgid(model))
        for model in own_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal"
        )
        there = set(cursor.fetchall())
    assert wanted - there == set()
