"""The state folder, its locks and secrets, and the post box's files."""

import stat
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ctts.demo.keys import make_passwords, make_secrets
from ctts.demo.sink import store
from ctts.state import ROOT, StateError, StateFolder, key_of, live_pid, process_entry, source_files


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_state_folder_is_private(tmp_path):
    assert mode(StateFolder(tmp_path / "deep" / "state").path) == 0o700


def test_a_lock_keeps_another_process_out_until_its_holder_is_gone(tmp_path):
    folder = StateFolder(tmp_path)
    program = (
        "import sys; from pathlib import Path; from ctts.state import StateFolder\n"
        "folder = StateFolder(Path(sys.argv[1])); print(folder.lock('run', wait=False), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdout.readline().strip() == "True"
        assert folder.lock("run", wait=False) is False
        other.kill()
    assert folder.lock("run", wait=True) is True
    folder.unlock("run")


def test_stack_and_processes_are_private_and_replaced_as_a_whole(tmp_path):
    folder = StateFolder(tmp_path)
    assert folder.stack() == {} == folder.processes()
    folder.write_stack({"mode": "demo", "secret_key": "s"})
    folder.write_stack({"mode": "demo"})
    folder.write_processes({"members": {}})
    assert folder.stack() == {"mode": "demo"}
    assert {mode(tmp_path / name) for name in ("stack.json", "processes.json")} == {0o600}


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]"])
def test_a_file_that_holds_something_else_is_named(tmp_path, content):
    (tmp_path / "stack.json").write_bytes(content)
    with pytest.raises(StateError, match=r"stack.json does not hold what it should; delete it and start .* again"):
        StateFolder(tmp_path).stack()


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"The state folder \S+/file cannot be used .*; name a folder of your own"):
        StateFolder(tmp_path / "file")


def test_a_step_is_done_until_it_is_forgotten(tmp_path):
    folder = StateFolder(tmp_path)
    assert folder.done("migrate") == ""
    folder.mark_done("migrate", "key")
    assert folder.done("migrate") == "key"
    folder.forget_done()
    assert folder.done("migrate") == ""


def test_a_number_that_was_given_to_another_process_is_not_taken_for_the_first():
    with subprocess.Popen(["sleep", "60"]) as process:
        entry = process_entry(process.pid)
        assert live_pid(entry) == process.pid
        assert not live_pid({**entry, "started": entry["started"] - 1})
        process.kill()
    assert not live_pid(entry)
    assert not live_pid(None)


def test_the_key_changes_with_names_and_contents(tmp_path):
    one = tmp_path / "a.py"
    one.write_text("1")
    first = key_of([one])
    one.write_text("2")
    assert key_of([one]) != first
    assert key_of([one.rename(tmp_path / "b.py")]) != key_of([])


def test_sources_leave_out_tests_and_what_runs_leave_behind():
    found = {str(path.relative_to(ROOT)).split("/")[0] for path in source_files(ROOT, {".py"})}
    assert {"ctts", "applications", "manage.py"} <= found
    assert not {"tests", "var", ".venv"} & found


def test_secrets_are_made_once_and_private(tmp_path):
    first = make_secrets(tmp_path / "keys")
    assert make_secrets(tmp_path / "keys") == first
    assert make_passwords(tmp_path / "keys") == make_passwords(tmp_path / "keys")
    assert {mode(path) for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert len(set(make_passwords(tmp_path / "keys").values())) == 3


def test_the_demonstrations_signer_says_what_it_is(tmp_path):
    paths = make_secrets(tmp_path)
    certificate = x509.load_pem_x509_certificate((tmp_path / "diploma-certificate.pem").read_bytes())
    key = serialization.load_pem_private_key((tmp_path / "diploma-key.pem").read_bytes(), password=None)
    assert paths["diploma_key"] == str(tmp_path / "diploma-key.pem")
    assert "demonstration" in certificate.subject.rfc4514_string()
    assert certificate.public_key() == key.public_key()
    assert key.curve.name == "secp256r1"
    certificate.verify_directly_issued_by(certificate)


def test_a_mail_appears_only_when_it_is_complete(tmp_path):
    store(tmp_path, "one.eml", b"Subject: x\r\n\r\n")
    assert [path.name for path in tmp_path.iterdir()] == ["one.eml"]
    with pytest.raises(OSError):
        store(tmp_path / "nowhere", "two.eml", b"")
