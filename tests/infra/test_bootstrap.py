"""ctts/bootstrap.py: which lock an environment is filled from, when, and what a machine lacks."""

import hashlib
import json
import subprocess
import sys
import zipfile

import pytest

from ctts.bootstrap import (
    DEV_LOCK,
    RUN_LOCK,
    Environment,
    Installation,
    lacking_libraries,
    missing_packages,
    pinned_block,
)
from ctts.state import ROOT


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / RUN_LOCK).write_text("one==1 --hash=sha256:00\n")
    (tmp_path / DEV_LOCK).write_text("one==1 --hash=sha256:00\nuv==0 --hash=sha256:00\n")
    return Environment(tmp_path)


def filled(environment, lock):
    """Pretend that the environment was filled from `lock`; its interpreter is the one running now."""
    environment.python.parent.mkdir(parents=True, exist_ok=True)
    environment.python.unlink(missing_ok=True)
    environment.python.symlink_to(sys.executable)
    note = {"lock": lock, "key": environment.key(lock, sys.version), "python": sys.version}
    environment.note.write_text(json.dumps(note))


def test_a_new_checkout_needs_the_lock_of_its_command(checkout):
    assert checkout.lock_for("run") == RUN_LOCK
    assert checkout.lock_for("test") == DEV_LOCK
    assert not checkout.ready(RUN_LOCK)


def test_an_environment_with_the_tools_keeps_them(checkout):
    filled(checkout, DEV_LOCK)
    assert checkout.lock_for("run") == DEV_LOCK
    assert checkout.ready(DEV_LOCK)


def test_an_environment_without_the_tools_gets_them_for_a_test(checkout):
    filled(checkout, RUN_LOCK)
    assert checkout.ready(checkout.lock_for("run"))
    assert not checkout.ready(checkout.lock_for("test"))


def test_a_changed_lock_is_installed(checkout):
    filled(checkout, RUN_LOCK)
    (checkout.root / RUN_LOCK).write_text("one==2 --hash=sha256:00\n")
    assert not checkout.ready(RUN_LOCK)


def test_another_python_is_noticed(checkout):
    filled(checkout, RUN_LOCK)
    note = checkout.noted()
    older = {**note, "python": "3.11.0", "key": checkout.key(RUN_LOCK, "3.11.0")}
    checkout.note.write_text(json.dumps(older))
    assert not checkout.ready(RUN_LOCK)


@pytest.mark.parametrize("note", ["", "not json", "[]", "{}"])
def test_an_unreadable_note_counts_as_none(checkout, note):
    filled(checkout, RUN_LOCK)
    checkout.note.write_text(note)
    assert not checkout.ready(RUN_LOCK)


def test_a_missing_interpreter_is_noticed(checkout):
    filled(checkout, RUN_LOCK)
    checkout.python.unlink()
    assert checkout.version() == ""
    assert not checkout.ready(RUN_LOCK)


def test_the_pin_of_uv_is_found_with_all_its_hashes():
    block = pinned_block((ROOT / DEV_LOCK).read_text(), "uv")
    assert block.startswith("uv==")
    assert block.count("--hash=sha256:") > 5
    assert "==" not in block.split("\n", 1)[1]


def test_a_package_that_is_not_pinned_is_an_error():
    with pytest.raises(ValueError, match="uvw is not in the lock"):
        pinned_block("uv==1 --hash=sha256:00\n", "uvw")


def test_nothing_is_missing_where_the_tests_run():
    assert missing_packages("run") == []
    assert missing_packages("test") == []


def test_a_library_that_does_not_load_names_its_package():
    assert lacking_libraries({"libnowhere.so.1": "libnowhere1", "libc.so.6": "libc6"}) == {"libnowhere1"}


def test_chromium_is_missing_for_a_test_only(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert missing_packages("run") == []
    assert missing_packages("test") == ["chromium", "chromium-headless-shell"]


def test_without_root_and_sudo_one_line_says_what_to_run(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    Installation(["libone1", "libtwo2"]).finish()
    assert capsys.readouterr().err.splitlines() == [
        "Missing system packages. Please run: sudo apt-get install -y --no-install-recommends libone1 libtwo2"
    ]


def test_bootstrap_needs_the_standard_library_only():
    program = "import sys; sys.path.insert(0, 'ctts'); import bootstrap; print(bootstrap.ROOT)"
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(ROOT)


def make_wheel(folder):
    """A package called "tiny"; the line that pins it by hash."""
    wheel = folder / "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "ANSWER = 42\n")
        archive.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        archive.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.dist-info/RECORD", "tiny.py,,\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"tiny @ file://{wheel} --hash=sha256:{digest}\n"


@pytest.mark.slow
def test_an_environment_is_made_by_pip_where_uv_cannot_be_had(checkout, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (checkout.root / RUN_LOCK).write_text(make_wheel(checkout.root))
    checkout.fill(RUN_LOCK)
    assert checkout.ready(RUN_LOCK)
    asked = [str(checkout.python), "-c", "import tiny; print(tiny.ANSWER)"]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip() == "42"


@pytest.mark.slow
def test_a_package_with_another_hash_is_refused_and_the_environment_does_not_count(checkout, monkeypatch, capfd):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    wrong = make_wheel(checkout.root).rpartition(":")[0] + ":" + "0" * 64
    (checkout.root / RUN_LOCK).write_text(wrong + "\n")
    with pytest.raises(SystemExit, match=f"The packages of {RUN_LOCK} could not be installed"):
        checkout.fill(RUN_LOCK)
    assert not checkout.ready(RUN_LOCK)
    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err
