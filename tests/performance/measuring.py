"""Requests one after the other, and what they cost: CPU time of the web processes and of the database, wall time."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ctts.processes import children_of
from tests.performance.sites import Site

TICK = 1 / os.sysconf("SC_CLK_TCK")
NANOSECOND = 1e-9
LONGEST = 20.0  # seconds that one page may take in one round, however many requests are wanted
WARM = 6


@dataclass(frozen=True, slots=True)
class Job:
    """One request: a GET, or a POST with a body."""

    path: str
    body: str | None = None


@dataclass
class Target:
    """A page as it is measured. `jobs` are asked in turn, those of a POST once each; `ready` runs before each round.

    `queries` is what one request asks the database; `must` and `aim` are the goals as multiples of the minimal view.
    """

    name: str
    site: Site
    cookie: str
    jobs: Sequence[Job]
    status: int = 200
    queries: int = 0
    must: float | None = None
    aim: float | None = None
    ready: Callable[[], None] = field(default=lambda: None)

    @property
    def once(self) -> bool:
        """Whether a job can be done only once."""
        return self.jobs[0].body is not None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request cost in one round: milliseconds of CPU in web processes and database, median wall time, bytes."""

    app: float
    database: float
    wall: float
    size: int

    @property
    def cpu(self) -> float:
        """Both together."""
        return self.app + self.database


@dataclass(frozen=True, slots=True)
class Measured:
    """A page with its goals and what each round cost."""

    name: str
    queries: int
    must: float | None
    aim: float | None
    costs: Sequence[Cost]

    def middle(self, column: str) -> float:
        """The median over the rounds of one column of the costs."""
        return statistics.median(getattr(cost, column) for cost in self.costs)


def written(pages: Sequence[Measured]) -> str:
    """What was measured as one line of JSON, for the process that asked."""
    return json.dumps([asdict(page) for page in pages])


def read(line: str) -> list[Measured]:
    """What `written` wrote."""
    return [Measured(**{**page, "costs": [Cost(**cost) for cost in page["costs"]]}) for page in json.loads(line)]


class WrongAnswerError(AssertionError):
    """A page answered something else than it should: nothing of it is worth measuring."""


def cpu_of(pids: Iterable[int]) -> float:
    """Seconds of CPU that processes have used with all their threads; what has just ended is left out."""
    return sum(_cpu(pid) for pid in pids)


def _cpu(pid: int) -> float:
    with suppress(OSError, IndexError, ValueError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) * NANOSECOND
    with suppress(OSError):  # a kernel without schedstat counts in ticks
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK
    return 0.0


def measure(
    targets: Sequence[Target], database: int, *, rounds: int, requests: int, say: Callable[[str], None]
) -> list[Measured]:
    """Visit every target in every round, so that a busy machine is busy for all of them; what each round cost."""
    found: dict[str, list[Cost]] = {target.name: [] for target in targets}
    for number in range(rounds):
        for target in targets:
            target.ready()
            many = requests if not target.once else min(requests, len(target.jobs) // rounds)
            jobs = target.jobs[number * many : (number + 1) * many] if target.once else target.jobs
            found[target.name].append(_round(target, jobs, many, database))
        say(f"Round {number + 1} of {rounds} is done")
    return [Measured(one.name, one.queries, one.must, one.aim, found[one.name]) for one in targets]


def _round(target: Target, jobs: Sequence[Job], many: int, database: int) -> Cost:
    connection = http.client.HTTPConnection("127.0.0.1", target.site.port, timeout=60)
    if not target.once:
        for number in range(WARM):
            ask(connection, target, jobs[number % len(jobs)])
    web, server = children_of(target.site.master), children_of(database)
    app, backends, deadline = cpu_of(web), cpu_of(server), time.monotonic() + LONGEST
    walls, size = [], 0
    for number in range(many):
        begun = time.perf_counter()
        size = ask(connection, target, jobs[number % len(jobs)])
        walls.append(time.perf_counter() - begun)
        if time.monotonic() > deadline:
            break
    done = len(walls)
    connection.close()
    used = cpu_of(web) - app, cpu_of(server) - backends
    return Cost(1000 * used[0] / done, 1000 * used[1] / done, 1000 * statistics.median(walls), size)


def ask(connection: http.client.HTTPConnection, target: Target, job: Job) -> int:
    """One request; the bytes of the answer. Raises WrongAnswerError for another status than the target's."""
    headers = {"Host": "localhost", "Accept": "text/html", "Cookie": target.cookie}
    if job.body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    method = "GET" if job.body is None else "POST"
    try:
        connection.request(method, job.path, job.body, headers)
        response = connection.getresponse()
    except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
        connection.close()  # kept open for longer than the server likes
        connection.request(method, job.path, job.body, headers)
        response = connection.getresponse()
    size = len(response.read())
    if response.status != target.status:
        raise WrongAnswerError(f"{target.name}: {method} {job.path} answered {response.status}, not {target.status}.")
    return size
