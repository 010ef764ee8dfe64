#!/usr/bin/env python3
"""Every command of the product: `python3 manage.py run`, `python3 manage.py test`, and all of Django's.

Started by any Python from 3.11 on. Outside the project's virtual environment `ctts/bootstrap.py` prepares it and starts
this file again inside; that module is loaded by its path, because importing the package would import Celery.
"""

import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

BOOTSTRAP = Path(__file__).resolve().parent / "ctts" / "bootstrap.py"


def enter_environment() -> None:
    """Return inside the prepared virtual environment; outside, prepare it and replace this process."""
    loader = SourceFileLoader("ctts_bootstrap", str(BOOTSTRAP))
    bootstrap = ModuleType(loader.name)
    bootstrap.__file__ = loader.path
    loader.exec_module(bootstrap)
    bootstrap.enter(sys.argv)


def main() -> None:
    """Hand the command line to Django."""
    if sys.version_info < (3, 11):  # noqa: UP036 — the one file that an older Python can meet
        sys.exit(f"This needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    enter_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctts.settings")
    from ctts.command_line import execute

    execute(sys.argv)


if __name__ == "__main__":
    main()
