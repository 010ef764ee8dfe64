"""The commands that operators and outside checks call (docs/contract.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from ctts.accounts.models import User
from ctts.audit.actions import record
from ctts.common import clock
from ctts.common.models import ClockOffset
from ctts.notifications.models import Message
from ctts.organisations.models import Affiliation
from ctts.scheme.models import Framework
from tests.cast import at, make_cast, person
from tests.make import CATALOGUES, FILES

pytestmark = pytest.mark.django_db


def run(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_demo_clock_moves_what_every_process_reads():
    answer = json.loads(run("demo_clock", "--at", "2028-03-31T22:59:59+00:00", "--json"))
    assert answer["at"].startswith("2028-03-31T22:59:59")
    assert clock.london_date(clock.now()).isoformat() == "2028-03-31"


def test_demo_clock_says_when_it_goes_back():
    assert "went back" not in run("demo_clock", "--at", "2028-03-31T22:59:59+00:00")
    assert "It went back" in run("demo_clock", "--at", "2028-03-31T21:59:59+00:00")


@pytest.mark.parametrize("words", ["yesterday", "2028-03-31T22:59:59"])
def test_demo_clock_wants_a_time_with_its_zone(words):
    with pytest.raises(CommandError):
        run("demo_clock", "--at", words)


OUT_OF_REACH = [
    "9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2200-01-01T00:00Z",
]


@pytest.mark.parametrize("words", OUT_OF_REACH)
@pytest.mark.parametrize("command", ["demo_clock", "run_due"])
def test_no_clock_shows_a_time_from_which_the_rules_cannot_count(command, words):
    with pytest.raises(CommandError, match="The time must lie in the years 1900 to 2199"):
        run(command, "--at", words)
    assert not ClockOffset.objects.exists()


def test_outside_demo_and_test_the_clock_row_is_ignored_and_cannot_be_moved():
    ClockOffset.objects.create(ahead=timedelta(days=365))
    assert clock.now() - datetime.now(UTC) > timedelta(days=364)
    with override_settings(MODE="production"):
        assert clock.now() - datetime.now(UTC) < timedelta(seconds=5)
        with pytest.raises(CommandError, match="demonstration or test only"):
            run("demo_clock", "--at", "2028-03-31T22:59:59+00:00")


def test_every_route_says_who_may_open_it():
    routes = json.loads(run("list_routes", "--json"))
    assert {route["name"]: route["guard"] for route in routes if route["guard"] == "undeclared"} == {}
    by_name = {route["name"]: route for route in routes}
    assert by_name["home:dashboard"]["guard"] == "signed-in"
    assert by_name["home:healthz"]["path"] == "/healthz"
    assert by_name["moderation:check_code"]["path"] == "/verify/<number>/<code>"
    assert [route["path"] for route in routes if set(route["path"]) & set("()?^$*+\\|")] == []


def test_verify_audit_says_whether_it_holds():
    record("training.item.signed", by=None, at=at(2026, 5, 4), about=person("tara", "Tara Quinn"))
    report = json.loads(run("verify_audit", "--json"))
    assert (report["entries"], report["holds"]) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_verify_audit_fails_on_a_row_that_a_superuser_edited(superuser):
    record("training.item.signed", by=None, at=at(2026, 5, 4), about=person("tara", "Tara Quinn"))
    with superuser.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute("update audit_auditevent set role = 'office'")
    with pytest.raises(CommandError, match="does not hold"):
        run("verify_audit")


def test_invariants_hold_in_a_world_with_the_cast():
    make_cast()
    assert json.loads(run("check_invariants", "--json"))["broken"] == []


def test_two_found_the_office_of_a_new_system_and_no_third():
    for number, (email, name) in enumerate((("olive@example.org", "Olive Ong"), ("oscar@example.org", "Oscar Obi"))):
        found = json.loads(run("found_office", email, name, "--json"))
        assert (found["email"], User.objects.count()) == (email, number + 1)
        mail = Message.objects.get(kind="organisations.invited", to=found["person"])
        assert mail.link and "The scheme office invites you" in mail.text
    with pytest.raises(CommandError, match="they propose others"):
        run("found_office", "third@example.org", "Third One")
    assert Affiliation.objects.filter(role="office").count() == 2
    left = Affiliation.objects.get(person__email="oscar@example.org")
    Affiliation.objects.filter(pk=left.pk).update(ends_on=left.starts_on)
    clock.set_offset(at=clock.now() + timedelta(days=2))
    assert "is of the scheme office" in run("found_office", "third@example.org", "Third One")


def test_a_framework_is_shown_before_it_is_stored():
    file = str(CATALOGUES / FILES["NM"])
    shown = json.loads(run("import_framework", file, "--dry-run", "--json"))
    assert len(shown["added"]) > 50
    assert not Framework.objects.exists()
    stored = json.loads(run("import_framework", file, "--publish", "--json"))
    assert Framework.objects.get().pk == stored["stored"]
    for options in ([], ["--dry-run"]):
        with pytest.raises(CommandError, match="is here already"):
            run("import_framework", file, *options)


def test_a_spreadsheet_that_is_none_is_refused_with_every_place(tmp_path):
    file = tmp_path / "framework.xlsx"
    file.write_bytes(b"no workbook")
    with pytest.raises(CommandError, match="The file"):
        run("import_framework", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_framework", str(tmp_path / "nothing.xlsx"))


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/version"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_machine_that_asks_in_another_way_is_told_so(address, method):
    assert getattr(Client(enforce_csrf_checks=True), method)(address).status_code == 405
