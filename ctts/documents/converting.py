"""Office files become a PDF where LibreOffice is on the path; elsewhere they stay downloads (quality rule 12)."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ctts.documents.boxed import box
from ctts.documents.states import EXTENSIONS, MediaType

logger = logging.getLogger(__name__)

SECONDS = 45
# When the worker is killed, the kernel tells `timeout`, which ends the converter and everything it has started.
TIED = ["setpriv", "--pdeathsig", "TERM", "timeout", "--kill-after=2", str(SECONDS + 15)]
CLEANING_SECONDS = 15


def converter() -> str:
    """The path of the converter, empty where there is none."""
    return shutil.which("soffice") or ""


def as_pdf(content: bytes, media_type: MediaType, *, seconds: int = SECONDS) -> bytes | None:
    """A clean PDF of an office file; None where there is no converter or it could not make one in `seconds`.

    The converter works in a folder of its own with a fresh profile, no macros (the file has none) and a time limit; its
    PDF is cleaned like any upload.
    """
    program = converter()
    if not program:
        return None
    with TemporaryDirectory(prefix="ctts-convert-") as name:
        folder = Path(name)
        source = folder / f"source{EXTENSIONS[media_type][0]}"
        source.write_bytes(content)
        if not _converted(program, source, folder, seconds):
            return None
        made = source.with_suffix(".pdf")
        return _cleaned(made.read_bytes()) if made.is_file() else None


def _converted(program: str, source: Path, folder: Path, seconds: int) -> bool:
    command = [
        *TIED,
        program,
        "--headless",
        "--norestore",
        "--nologo",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(source),
    ]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={"LANG": "C.UTF-8", "HOME": str(folder), "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ended = process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        ended = -signal.SIGKILL
    if ended:
        logger.warning("The office converter ended with %s.", ended)
    return ended == 0


def _cleaned(pdf: bytes) -> bytes | None:
    try:
        outcome = box.run("clean_pdf", pdf, seconds=CLEANING_SECONDS)
    except box.BoxFailed:
        return None
    return outcome.files.get("target")
