"""From a bare machine to the project's own environment; standard library only, loaded by path from manage.py.

Two things are prepared: the few Debian libraries that no Python package brings along, and `.venv`, filled from a lock
file with hashes. Both are looked at before every `run` and `test` and touched only when something changed, so the
second start costs a few milliseconds. Everything said here goes to standard error: commands print JSON on standard
output.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK = "requirements.txt"
DEV_LOCK = "requirements-dev.txt"  # holds everything of RUN_LOCK in the same versions; a test compares them

# Shared library that must load -> Debian package that brings it. Sources: WeasyPrint loads the first two by these
# names; the Node.js inside Playwright's driver is linked against the third.
PDF_LIBRARIES = {"libpangoft2-1.0.so.0": "libpangoft2-1.0-0", "libharfbuzz-subset.so.0": "libharfbuzz-subset0"}
VENV_PACKAGE = "python3-venv"
TEST_LIBRARIES = {"libatomic.so.1": "libatomic1"}
# Debian's Chromium without windows, and the whole one, which alone draws PDFs; package and command have one name.
BROWSERS = ("chromium-headless-shell", "chromium")
PIP_FILLS_OTHERS = (22, 3)  # the release in which pip learned `--python`


def say(line: str) -> None:
    """Tell the person at the terminal what takes time now."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def loads(library: str) -> bool:
    """Whether the dynamic linker finds `library` (a soname)."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(command: str) -> list[str]:
    """Debian packages that `command` ("run" or "test") needs and this machine lacks, sorted."""
    missing = lacking_libraries(PDF_LIBRARIES)
    if command == "test":
        missing |= lacking_libraries(TEST_LIBRARIES)
        missing |= {browser for browser in BROWSERS if not shutil.which(browser)}
    if importlib.util.find_spec("ensurepip") is None:
        missing.add(VENV_PACKAGE)
    return sorted(missing)


def lacking_libraries(packages: Mapping[str, str]) -> set[str]:
    """Of `packages` (library -> package) those whose library does not load."""
    return {package for library, package in packages.items() if not loads(library)}


def root_prefix() -> list[str] | None:
    """How to run apt-get: [] as root, ["sudo", "-n"] where that needs no password, None where neither works."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


class Installation:
    """Debian packages on their way in, while something else is done; or one line saying which command installs them."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.advice = f"Please run: sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
        self.process: subprocess.Popen[str] | None = None
        prefix = root_prefix()
        if prefix is None:
            say(f"Missing system packages. {self.advice}")
            return
        say(f"Installing system packages: {' '.join(packages)}")
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        script = f"apt-get update -qq >/dev/null 2>&1; exec {shlex.join(install)} >/dev/null"
        command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", script]  # sudo drops variables
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def finish(self) -> None:
        """Wait for the packages. Never an error: what can work without them goes on."""
        if self.process is None:
            return
        _, complaints = self.process.communicate()
        if self.process.returncode != 0:
            say(f"{complaints.strip()}\nThe system packages could not be installed. {self.advice}")


class Environment:
    """The virtual environment `.venv` of one checkout and the note in it saying which lock it was filled from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.note = self.folder / "ctts-lock.json"

    def active(self) -> bool:
        """Whether this very process runs inside it."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def key(self, lock: str, version: str) -> str:
        """Changes whenever the environment has to be filled anew: with the lock's content and the Python version."""
        return hashlib.sha256((self.root / lock).read_bytes() + version.encode()).hexdigest()

    def noted(self) -> dict[str, str]:
        """What the note says: {"lock", "key", "python"}; empty when there is none or it cannot be read."""
        try:
            note = json.loads(self.note.read_text())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def lock_for(self, command: str) -> str:
        """The lock `command` needs. An environment with the development tools keeps them: they satisfy `run` too."""
        if command == "test" or self.noted().get("lock") == DEV_LOCK:
            return DEV_LOCK
        return RUN_LOCK

    def version(self) -> str:
        """`sys.version` of its interpreter, which may differ from the one running now; empty when it does not start."""
        if self.active():
            return sys.version
        if not self.python.exists():
            return ""
        ask = [str(self.python), "-c", "import sys; print(sys.version)"]
        answer = subprocess.run(ask, capture_output=True, text=True, check=False)
        return answer.stdout.strip() if answer.returncode == 0 else ""

    def ready(self, lock: str) -> bool:
        """Whether it was filled completely from the present content of `lock` and its interpreter is still the same."""
        noted = self.noted()
        version = noted.get("python", "")
        return noted.get("key") == self.key(lock, version) and self.version() == version

    def fill(self, lock: str) -> None:
        """Make the environment hold exactly what `lock` lists. Raises SystemExit with one line when that fails."""
        if not self.version() or self.noted().get("python", sys.version) != self.version():
            self.create()
        say(f"Installing the packages of {lock}")
        self.note.unlink(missing_ok=True)  # an interrupted installation must never count
        if not (self.fill_with_uv(lock) or self.fill_with_pip(lock)):
            sys.exit(f"The packages of {lock} could not be installed; the messages above say why.")
        version = self.version()
        note = {"lock": lock, "key": self.key(lock, version), "python": version}
        self.note.write_text(json.dumps(note))

    def create(self) -> None:
        """Make it anew and empty; with a pip of its own, which takes seconds, only where no other can fill it.

        Raises SystemExit with one line when that fails.
        """
        say("Creating .venv")
        options = ["--clear", *(["--without-pip"] if outer_pip() else [])]
        if subprocess.run([sys.executable, "-m", "venv", *options, str(self.folder)], check=False).returncode != 0:
            sys.exit("The virtual environment could not be created; on Debian: sudo apt-get install -y python3-venv")

    def pip(self, *arguments: str, quiet: bool = False) -> bool:
        """Install into it with pip; True when that succeeded."""
        outer = outer_pip()
        program = [*outer, "--python", str(self.python)] if outer else [str(self.python), "-m", "pip"]
        command = [*program, "install", "-q", "--disable-pip-version-check", *arguments]
        if os.geteuid() == 0:
            command.append("--root-user-action=ignore")
        return subprocess.run(command, stderr=subprocess.DEVNULL if quiet else None, check=False).returncode == 0

    def fill_with_uv(self, lock: str) -> bool:
        """Fast path; False when uv cannot be had or cannot reach its index (it ignores pip's configuration)."""
        pin = pinned_block((self.root / DEV_LOCK).read_text(), "uv")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
            only_uv.write(pin)
            only_uv.flush()
            if not self.pip("--require-hashes", "-r", only_uv.name, quiet=True):
                return False
        sync = [str(self.folder / "bin" / "uv"), "pip", "sync", "-q", "--require-hashes", str(self.root / lock)]
        environment = {"UV_SYSTEM_CERTS": "true", **os.environ, "VIRTUAL_ENV": str(self.folder)}
        done = subprocess.run(sync, env=environment, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            say("uv could not install the packages; trying pip, which takes longer")
        return done.returncode == 0

    def fill_with_pip(self, lock: str) -> bool:
        """Slow path; adds what the lock lists and leaves what an earlier one had brought."""
        return self.pip("--require-hashes", "-r", str(self.root / lock))


@cache
def outer_pip() -> list[str]:
    """How to run the pip of the Python that environments are made from; empty without one that fills other ones."""
    program = [getattr(sys, "_base_executable", sys.executable), "-m", "pip"]
    answer = subprocess.run([*program, "--version"], capture_output=True, text=True, check=False)
    number = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return program if number and tuple(map(int, number.groups())) >= PIP_FILLS_OTHERS else []


def pinned_block(lock_text: str, name: str) -> str:
    """The lines of a hashed lock that pin one package. Raises ValueError when it is not listed."""
    found = re.search(rf"^{re.escape(name)}==.*(?:\n[ \t]+.*)*", lock_text, re.MULTILINE)
    if found is None:
        raise ValueError(f"{name} is not in the lock.")
    return found.group(0) + "\n"


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Hold the checkout's installation lock: two commands started together must not fill `.venv` together."""
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def fill_when_needed(environment: Environment, command: str) -> bool:
    """Fill the environment unless it is ready for `command`; True when it was filled now."""
    if environment.ready(environment.lock_for(command)):
        return False
    with one_at_a_time(environment.root):
        lock = environment.lock_for(command)  # another command may have filled it meanwhile
        if environment.ready(lock):
            return False
        environment.fill(lock)
    return True


def keep_compiled(environment: Environment) -> None:
    """Let this process and all it starts keep compiled modules, where the machine says to write none.

    A new environment holds sources only, and a start is half a dozen processes: each would compile the same two
    thousand modules, at every start. They go below `.venv`, so that the checkout stays as clean as was asked for.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(environment.folder / "compiled"))
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"]
        sys.dont_write_bytecode = False


def enter(arguments: Sequence[str]) -> None:
    """Return when this process runs inside an environment ready for the command in `arguments` (sys.argv).

    Otherwise prepare it and replace this process by the same command inside. `run` and `test` also look for the
    system libraries. Raises SystemExit with one line when the environment cannot be made.
    """
    command = arguments[1] if len(arguments) > 1 else "help"
    environment = Environment(ROOT)
    prepares = command in {"run", "test"}
    if prepares:
        keep_compiled(environment)
    if environment.active() and not prepares:
        return
    missing = missing_packages(command) if prepares else []
    installation = Installation(missing) if missing else None
    if installation and VENV_PACKAGE in missing:
        installation.finish()
    filled = fill_when_needed(environment, command)
    if installation:
        installation.finish()
    if environment.active() and not filled:
        return
    python = str(environment.python)
    os.execv(python, [python, str(ROOT / "manage.py"), *arguments[1:]])  # noqa: S606 — replaced on purpose, no shell
