"""What four pages and the readiness of everybody cost in the populated world of this environment, in one round."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.performance.measuring import cpu_of
from tests.performance.pages import Browser, cast
from training import queries
from training.models import TrainingRecord

WARM, VISITS = 4, 12
A_PAGE = 50
EVERYBODY = """
select r.id, coalesce(i.signed, 0), coalesce(i.total, 0), coalesce(v.reviews, 0), coalesce(d.dops, 0),
    coalesce(d.moderator, 0), coalesce(w.pieces, 0), coalesce(c.words, '{}'), coalesce(k.safety, 0)
from training_trainingrecord r
left join (select record_id, count(*) filter (where state = 'signed') signed, count(*) total
    from training_planitem group by 1) i on i.record_id = r.id
left join (select record_id, count(*) reviews from training_supervisorreview where state = 'submitted' group by 1) v
    on v.record_id = r.id
left join (select record_id, count(*) filter (where assessor_kind <> 'external_moderator') dops,
    count(*) filter (where assessor_kind = 'external_moderator') moderator
    from training_dops where state = 'complete' group by 1) d on d.record_id = r.id
left join (select record_id, count(*) pieces from training_reflection where state in ('submitted', 'commented')
    group by 1) w on w.record_id = r.id
left join (select record_id, array_agg(words order by id) words from training_casestudy group by 1) c
    on c.record_id = r.id
left join (select record_id, count(*) safety from training_concern where patient_safety and state = 'open' group by 1) k
    on k.record_id = r.id
"""
OF_A_PAGE = """
select r.id, i.signed, i.total, v.reviews, d.dops, d.moderator, w.pieces, c.words, k.safety
from (select id from training_trainingrecord order by id limit %s) r
cross join lateral (select count(*) filter (where state = 'signed') signed, count(*) total
    from training_planitem where record_id = r.id) i
cross join lateral (select count(*) reviews from training_supervisorreview
    where record_id = r.id and state = 'submitted') v
cross join lateral (select count(*) filter (where assessor_kind <> 'external_moderator') dops,
    count(*) filter (where assessor_kind = 'external_moderator') moderator
    from training_dops where record_id = r.id and state = 'complete') d
cross join lateral (select count(*) pieces from training_reflection
    where record_id = r.id and state in ('submitted', 'commented')) w
cross join lateral (select array_agg(words order by id) words from training_casestudy where record_id = r.id) c
cross join lateral (select count(*) safety from training_concern
    where record_id = r.id and patient_safety and state = 'open') k
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: how many trainees there are, CPU seconds and queries of each page, readiness beside lean SQL."""

    trainees: int
    pages: dict[str, float]
    queries: dict[str, int]
    everybody: tuple[float, float]
    a_page: tuple[float, float]


def spent(work: Callable[[], object], times: int) -> float:
    """CPU seconds of one piece of work, ours and the database's, done so many times."""
    backend = connection.connection.info.backend_pid
    before = time.process_time() + cpu_of([backend])
    for _ in range(times):
        work()
    return (time.process_time() + cpu_of([backend]) - before) / times


def asked_for() -> dict[str, tuple[Browser, str]]:
    """Page → who opens it, and where."""
    people, trainees = cast(), reverse("training:trainees")
    return {
        "trainee home": (people.trainee, reverse("training:mine")),
        "supervisor's trainees": (people.supervisor, trainees),
        "co-ordinator's centre": (people.coordinator, trainees),
        "office: trainees": (people.office, reverse("training:office")),
        # By the address, which finds one person in either world: of many thousands several have the same name.
        "office: search": (people.office, f"{reverse('home:search')}?{urlencode({'q': people.record.trainee.email})}"),
    }


def one_page(who: Browser, address: str) -> tuple[float, int]:
    """CPU seconds of a visit, and how often it asks the database."""
    for _ in range(WARM):
        if who.client.get(address).status_code != 200:
            raise RuntimeError(f"{address} does not open.")
    with CaptureQueriesContext(connection) as captured:
        who.client.get(address)
    asked = len(captured)  # before the next request begins its own list
    return spent(lambda: who.client.get(address), VISITS), asked


def lean(statement: str, *given: int) -> int:
    """The same by SQL written by hand."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return len(cursor.fetchall())


def everybody() -> int:
    """How far everybody is, as the product asks it: one query."""
    return len(queries.first_year_facts_of_all())


def a_page(records: Sequence[TrainingRecord]) -> int:
    """The same for the records that one page has."""
    return len(queries.first_year_facts_of(records))


def main() -> None:
    """Measure one round."""
    pages = {name: one_page(who, address) for name, (who, address) in asked_for().items()}
    records = list(TrainingRecord.objects.order_by("pk").only("pk")[:A_PAGE])
    with connection.cursor() as cursor:  # what parallel workers of the database spend would not be counted
        cursor.execute("set max_parallel_workers_per_gather = 0")
    everybody(), lean(EVERYBODY), a_page(records), lean(OF_A_PAGE, A_PAGE)
    found = Round(
        trainees=TrainingRecord.objects.count(),
        pages={name: cpu for name, (cpu, _) in pages.items()},
        queries={name: asked for name, (_, asked) in pages.items()},
        everybody=(spent(everybody, 3), spent(lambda: lean(EVERYBODY), 3)),
        a_page=(spent(lambda: a_page(records), 10), spent(lambda: lean(OF_A_PAGE, A_PAGE), 10)),
    )
    os.write(1, f"{json.dumps(asdict(found))}\n".encode())
