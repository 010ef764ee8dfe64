"""The Celery app: the doorbell, never the memory (quality rules 3 and 5).

Jobs live in each app's `tasks.py` (deliver, render, scan) and `periodic.py` (the calendar); both are found by name.
Beat only says "look now": what is due is computed from the database, so a late or doubled tick does no harm.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from celery import Celery
from celery.loaders.app import AppLoader
from celery.signals import beat_init, worker_init

from ctts.startup import require_server, require_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctts.settings")


class Loader(AppLoader):
    """Celery's own loader, but a process whose settings cannot be read ends with one line instead of a traceback."""

    def config_from_object(self, obj: Any, silent: bool = False) -> Any:
        """The settings, as Celery reads them first of all."""
        require_settings("Celery")
        return super().config_from_object(obj, silent=silent)


_path = list(sys.path)
app = Celery("ctts", loader="ctts.celery:Loader")
sys.path[:] = _path  # Celery puts the caller's folder first; nothing of ours is to be imported from there
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="periodic")
app.autodiscover_tasks(["ctts.common"], related_name="calendar_jobs")
# The one entry: `common.tick` rings for every job of the calendar (ctts/common/calendar_jobs.py, TICK_SECONDS). A tick
# that was not taken before the next one is due has no use any more.
app.conf.beat_schedule = {"tick": {"task": "common.tick", "schedule": 60.0, "options": {"expires": 55}}}


@worker_init.connect(weak=False)
def worker_may_start(**_: Any) -> None:
    """Refuse to work without a server, or for a database used for something else."""
    require_server("worker")


@beat_init.connect(weak=False)
def beat_may_start(**_: Any) -> None:
    """Refuse to ring without a server, or for a database used for something else."""
    require_server("beat")
