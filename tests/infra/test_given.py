"""Settings that cannot be used are named, each in one line (docs/operations.md)."""

from __future__ import annotations

import subprocess

import pytest

from ctts.given import HELD, WRITTEN, badly_written, unusable
from ctts.stack import SERVER_SETTINGS
from tests.infra.running import MANAGE, clean_environment, manage

BAD = {
    "DATABASE_URL": ["mysql://x/y", "postgres://", "ctts", "postgres://a:b@host:port/c"],
    "MIGRATE_DATABASE_URL": ["postgres://host"],
    "REDIS_URL": ["foo", "http://host", "redis://"],
    "EMAIL_URL": ["http://x", "mail.example"],
    "STORAGE_URL": ["ftp://x", "s3://", "s3://host", "file://relative", "/srv/files"],
    "BASE_URL": ["notaurl", "https://", "https://host/below", "ftp://host"],
    "TRUSTED_PROXY_COUNT": ["x", "-1", "1.5"],
    "CLAMD_ADDRESS": ["nonsense", "host:", "host:0"],
    "LOG_LEVEL": ["LOUD", "info "],
    "SECRET_KEY": ["short"],
    "VAULT_KEY": ["abc", "not base64!"],
    "DIPLOMA_KEY": ["/nonexistent", "/etc/passwd", "/"],
    "DIPLOMA_CERTIFICATE": ["/etc/passwd"],
    "AUDIT_HEAD_DIR": ["/proc/x", "/etc/passwd"],
    "AUDIT_HEAD_MAIL": ["nonsense"],
    "MAIL_FROM": ["Office", "Office <office@ctts.example>\nBcc: x@y.example"],
}
GOOD = {
    "DATABASE_URL": ["postgresql://a@/ctts?host=/run/postgresql", "postgres://a:b@[::1]:5432/ctts"],
    "REDIS_URL": ["unix:///run/redis.sock?db=0", "rediss://:secret@host:6379/0"],
    "EMAIL_URL": ["smtp+tls://user:secret@host:587"],
    "STORAGE_URL": ["file:///srv/files", "s3://key:secret@host:9000/bucket?region=x&tls=no"],
    "BASE_URL": ["https://training.example.org/", "http://localhost:8000"],
    "MAIL_FROM": ["Scheme office <office@example.org>", "office@example.org"],
}


def problem(name, value):
    return badly_written({name: value}) or unusable({name: value})


def test_every_setting_of_a_server_is_judged():
    assert set(BAD) == {*WRITTEN, *HELD}
    assert set(SERVER_SETTINGS) - set(BAD) == {"ALLOWED_HOSTS"}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_setting_that_cannot_be_used_is_named(name, value):
    assert problem(name, value).startswith(f"{name} cannot be used: ")


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_setting_that_can_be_used_is_not(name, value):
    assert problem(name, value) == ""


def test_a_folder_for_heads_is_made(tmp_path):
    assert problem("AUDIT_HEAD_DIR", str(tmp_path / "new" / "heads")) == ""
    assert (tmp_path / "new" / "heads").is_dir()


@pytest.mark.parametrize("command", ["check", "verify_audit"])
def test_a_command_with_a_wrong_setting_ends_with_one_line(command, tmp_path):
    done = manage(tmp_path, command, DATABASE_URL="mysql://x/y")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith("DATABASE_URL cannot be used: it is no address")


def test_nothing_is_imported_from_the_folder_in_which_a_command_is_typed(tmp_path):
    (tmp_path / "here").mkdir()
    for name in ("http.py", "psycopg2.py", "celery.py"):
        (tmp_path / "here" / name).write_text("raise SystemExit('from here')\n")
    done = subprocess.run(
        [*MANAGE, "list_routes"],
        cwd=tmp_path / "here",
        env=clean_environment(tmp_path / "state"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
