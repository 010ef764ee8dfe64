"""With --json every command prints exactly one JSON value, also when it fails (docs/contract.md)."""

from __future__ import annotations

import importlib
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand

from ctts.common.commands import JsonCommand

pytestmark = pytest.mark.django_db


def answer(*command: str) -> object:
    """What a failing command prints on standard output."""
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(*command, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


FAILING = [
    (("demo_clock", "--at", "yesterday"), "yesterday"),
    (("run_due", "--at", "9999-12-31T23:59:59+00:00"), "The time must lie in the years 1900 to 2199"),
    (("populate", "--trainees", "0", "--seed", "1"), "Trainees are 1 to"),
    (("import_framework", "/nowhere.xlsx"), "/nowhere.xlsx cannot be read: No such file or directory."),
    (("found_office", "nobody", "Olive Ong"), "Enter a valid e-mail address."),
    (("verify_diploma", "/nowhere.pdf"), "/nowhere.pdf cannot be read: No such file or directory."),
    (("restore", "/nowhere"), "/nowhere is no backup"),
    (("backup", "/proc/nowhere"), "/proc/nowhere cannot be written to"),
]


@pytest.mark.parametrize(("command", "words"), FAILING, ids=[command[0] for command, _ in FAILING])
def test_a_command_that_could_not_do_its_work_says_why_as_json(command, words):
    found = answer(*command)
    assert isinstance(found, dict)
    assert list(found) == ["error"]
    assert words in found["error"]


def test_a_command_that_found_something_wrong_prints_its_report_and_nothing_else(tmp_path):
    (tmp_path / "any.pdf").write_bytes(b"%PDF-1.7")
    found = answer("verify_diploma", str(tmp_path / "any.pdf"))
    assert isinstance(found, dict)
    assert found["valid"] is False
    assert "error" not in found


def test_without_json_a_failure_leaves_standard_output_empty():
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_diploma", "/nowhere.pdf", stdout=out)
    assert out.getvalue() == ""


def test_an_error_without_words_is_named_by_its_kind():
    class Stumbling(JsonCommand):
        def handle(self, *args: object, **options: object) -> None:
            raise ZeroDivisionError

    out = StringIO()
    command = Stumbling(stdout=out)
    with pytest.raises(ZeroDivisionError):
        command.execute(json=True, force_color=False, no_color=False, skip_checks=True)
    assert json.loads(out.getvalue()) == {"error": "ZeroDivisionError"}


def commands() -> list[BaseCommand]:
    """The product's own commands."""
    ours = ("ctts.", "moderation", "applications", "training", "assessments")
    return [load_command_class(app, name) for name, app in get_commands().items() if str(app).startswith(ours)]


def test_every_command_that_takes_json_answers_in_the_one_way():
    taking = [command for command in commands() if "--json" in command.create_parser("manage.py", "any").format_help()]
    assert len(taking) == 14
    assert all(isinstance(command, JsonCommand) for command in taking)
    for command in taking:
        source = importlib.import_module(type(command).__module__).__file__
        assert source
        assert "json.dumps" not in Path(source).read_text(), source
