"""`python -m tests.performance`: the heavy work, then the pages of a populated world, each on servers of its own."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import psycopg2

from ctts.embedded import ADMIN
from ctts.embedded_stack import DATABASE
from ctts.state import ROOT, StateFolder
from tests.performance.heavy.report import heavy_table
from tests.performance.measuring import Measured, read
from tests.performance.scale import FEW, scale
from tests.performance.sites import Site, Stage
from tests.performance.table import table

OTHER_SERVERS = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STORAGE_URL")
SET_UP_AND_RUN = "import django; django.setup(); from tests.performance.run import main; main()"
TIMES, SEEDS = 10, (1, 2)


def arguments() -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance", description=__doc__)
    parser.add_argument("--trainees", type=int, default=1_000, help="how many trainees to populate (1000)")
    parser.add_argument("--growth", action="store_true", help="measure again with ten times as many")
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is visited (3)")
    parser.add_argument("--requests", type=int, default=20, help="requests of a page in a round (20)")
    parser.add_argument("--only", choices=["pages", "heavy", "scale"], help="measure one of them")
    parser.add_argument("--state", type=Path, default=ROOT / "var" / "performance", help="where the servers keep it")
    return parser.parse_args()


def say(line: str) -> None:
    """Progress, beside the table."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 — progress of a command on its own channel


def main() -> None:
    """Measure and print what is asked for."""
    asked = arguments()
    for name in OTHER_SERVERS:
        os.environ.pop(name, None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if asked.only in (None, "heavy"):
        heavy_work(asked)
    if asked.only in (None, "pages"):
        pages_of_a_world(asked)
    if asked.only == "scale":
        few_beside_many(asked)


def heavy_work(asked: argparse.Namespace) -> None:
    """Measure on servers that hold nothing, and print. Everything that was started is stopped, whatever happens."""
    with ExitStack() as ending:
        stage = Stage(StateFolder(asked.state.resolve() / "heavy"), say)
        ending.callback(stage.stop)
        stage.start()
        say("Measuring the heavy work")
        print(f"{heavy_table(stage.environment, asked.rounds)}\n", flush=True)  # noqa: T201 — the table is what the command is for


def pages_of_a_world(asked: argparse.Namespace) -> None:
    """Populate, serve, measure, print. Everything that was started is stopped, whatever happens."""
    with ExitStack() as ending:
        stage = Stage(StateFolder(asked.state.resolve()), say)
        ending.callback(stage.stop)
        stage.start()
        populate(stage, asked.trainees, SEEDS[0])
        sites = stage.serve(), stage.serve_minimal()
        before = measured(stage, sites, asked)
        print(f"{asked.trainees} trainees\n\n{table(before)}\n", flush=True)  # noqa: T201 — the table is what the command is for
        if asked.growth:
            populate(stage, (TIMES - 1) * asked.trainees, SEEDS[1])
            after = measured(stage, sites, asked)
            print(f"{TIMES * asked.trainees} trainees\n\n{table(after, before)}")  # noqa: T201 — the table is what the command is for


def few_beside_many(asked: argparse.Namespace) -> None:
    """Two worlds on servers of their own, a hundred trainees and as many as asked for: measure in turn, and print."""
    with ExitStack() as ending:
        stages = []
        for name, trainees in (("few", FEW), ("many", asked.trainees)):
            stage = Stage(StateFolder(asked.state.resolve() / name), say)
            ending.callback(stage.stop)
            stage.start()
            populate(stage, trainees, SEEDS[0])
            stages.append(stage)
        say("Measuring both")
        print(scale(stages[0].environment, stages[1].environment, asked.rounds))  # noqa: T201 — the table is what the command is for


def populate(stage: Stage, trainees: int, seed: int) -> None:
    """So many trainees more, unless they are there; and the statistics that a database in use has by itself."""
    say(f"Populating {trainees} trainees")
    command = ["populate", f"--trainees={trainees}", f"--seed={seed}", "--json"]
    answer = json.loads(stage.finish(stage.manage(*command), " ".join(command)))
    say(f"{answer['made']} made, {answer['cpu_seconds']} s of CPU")
    connection = psycopg2.connect(stage.postgres.url(ADMIN, stage.postgres.password(), DATABASE))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.close()


def measured(stage: Stage, sites: Sequence[Site], asked: argparse.Namespace) -> list[Measured]:
    """The pages of both sites; in a process of its own, in which Django is set up."""
    wanted = {
        "ours": asdict(sites[0]),
        "minimal": asdict(sites[1]),
        "database": stage.postgres.recorded_pid(),
        "rounds": asked.rounds,
        "requests": asked.requests,
    }
    command = [sys.executable, "-c", SET_UP_AND_RUN, json.dumps(wanted)]
    done = subprocess.run(command, env=stage.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return read(done.stdout)


if __name__ == "__main__":
    main()
