"""What the addresses of diplomas, the public check and the pack for the register are about.

Tara of Leeds and Tom of Bristol have a diploma with its file, and a pack; somebody else of each place waits for one.
"""

from collections.abc import Callable
from typing import Any

from ctts.common import clock
from moderation import actions
from moderation.models import BoardCandidate, Diploma, IssueItem, IssueRun, Pack
from moderation.states import PackPart
from tests.cast import Cast, at, person
from tests.moderation.awarding import give_awards
from tests.training.world import settle, upload
from training.models import TrainingRecord

from .matrix import Needs
from .records import another_at, record_at

WAITING = {"leeds": "Wanda Ward", "bristol": "Wes Wood"}
RATIFIED = at(2026, 10, 5)


def diploma(cast: Cast, place: str) -> Diploma:
    """The diploma of Tara or Tom, with a file."""
    record = record_at(cast, place)
    for candidate in BoardCandidate.objects.filter(record=record):  # one is on one open list at a time
        actions.remove_candidate(by=cast.olive, now=clock.now(), candidate_id=candidate.pk)
    give_awards(cast, record, now=RATIFIED)
    made = actions.issue_diploma(by=None, now=clock.now(), award_id=record.pk)
    actions.keep_diploma_file(by=None, now=clock.now(), diploma_id=made.pk, pdf=f"%PDF-1.7 {place}".encode())
    return Diploma.objects.get(pk=made.pk)


def award_to_issue(cast: Cast, place: str) -> TrainingRecord:
    """Somebody who has an award and no diploma yet."""
    record = another_at(cast, place, person(f"waits.{place}", WAITING[place]))
    give_awards(cast, record, now=RATIFIED)
    return record


def pack(cast: Cast, place: str) -> Pack:
    """The pack of Tara or Tom, made, with the diploma and the CV in it."""
    record, now = diploma(cast, place).award.record, clock.now()
    given = {"record_id": record.pk, "part": PackPart.CV, "upload": upload(mark=place)}
    settle(actions.give_pack_part(by=record.trainee, now=now, **given).document, now)
    asked = actions.ask_pack(by=record.trainee, now=now, record_id=record.pk)
    files = {"archive": f"PK {place}".encode(), "printable": f"%PDF {place}".encode(), "pages": 1}
    return actions.finish_pack(by=None, now=now, pack_id=asked.pk, missing=[], **files)


def of_record(**more: str) -> Callable[[Any], dict[str, Any]]:
    """The placeholders of an address that begins with the record of a pack."""
    return lambda thing: {"pk": thing.record_id, **more}


def stopped_run(cast: Cast, place: str) -> IssueRun:
    """A run of diplomas that was stopped before anything of it was issued."""
    now = clock.now()
    record = another_at(cast, place, person(f"stopped.{place}", f"Stopped {place}"))
    give_awards(cast, record, now=RATIFIED)
    run = IssueRun.objects.create(started_at=now, cancelled_at=now, started_by=cast.olive)
    IssueItem.objects.create(run=run, award=record.award, state="cancelled", ended_at=now)
    return run


DIPLOMA_THINGS: dict[str, Callable[[Cast, str], Any]] = {
    "diploma": diploma,
    "award to issue": award_to_issue,
    "run of diplomas": lambda cast, place: IssueRun.objects.create(started_at=clock.now(), started_by=cast.olive),
    "stopped run of diplomas": stopped_run,
    "record with a diploma": lambda cast, place: diploma(cast, place).award.record,
    "pack": pack,
}
DIPLOMA_URLS: dict[str, Needs] = {
    "moderation:check_number": Needs("diploma", lambda thing: {"number": thing.number}),
    "moderation:check_code": Needs("diploma", lambda thing: {"number": thing.number, "code": thing.code}),
    "moderation:issue_one": Needs("award to issue"),
    **{f"moderation:{name}": Needs("run of diplomas") for name in ("run", "run_progress", "cancel_run")},
    "moderation:resume_run": Needs("stopped run of diplomas"),
    **{f"moderation:{name}": Needs("diploma") for name in ("office_diploma", "revoke", "reissue", "diploma_file")},
    "moderation:diploma": Needs("record with a diploma"),
    **{f"moderation:{name}": Needs("pack", of_record()) for name in ("pack", "ask_pack", "pack_progress")},
    **{f"moderation:{name}": Needs("pack", of_record(part="cv")) for name in ("give_part", "part_file")},
    "moderation:pack_file": Needs("pack", of_record(which="archive")),
}
