"""The things of training: one record of Leeds, one of Bristol, and in each one thing for every step that can be taken.

Each thing stands in the state in which its step is legal, so that whoever may take the step gets in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from ctts.accounts.sealing import door_token
from ctts.common import clock
from ctts.documents import keeping
from tests.cast import Cast, person
from tests.make import open_intake
from tests.training import changes as c
from tests.training import moderating as m
from tests.training import practice as p
from tests.training import world as w
from training import actions, queries
from training.models import (
    ChangeRequest,
    Concern,
    EarlierImport,
    EnrolItem,
    EnrolRun,
    ExternalAssessor,
    PlanItem,
    ProgressReport,
    RecordCopy,
    ReviewAction,
    TrainingRecord,
)
from training.models import SupervisorReview as Review
from training.queries.external import DOOR
from training.states import AppointmentKind, EarlierKind

from .matrix import Needs
from .objects_dops import (
    dops_asked,
    dops_assessed,
    dops_begun,
    dops_by_link,
    dops_by_link_signed,
    dops_handed_over,
    link_of_dops,
)
from .objects_events import (
    activity,
    activity_in_the_log,
    event_attended,
    invitation_to_an_event,
    thread_of_messages,
    wait_for_a_signature,
)
from .objects_evidence import (
    draft_in_record,
    evidence,
    evidence_file,
    evidence_shared_twice,
    first_version,
    last_version,
)
from .objects_papers import ON_PAPER
from .objects_writing import WRITING_THINGS, WRITING_URLS
from .records import another_at, one, record_at

NHS = "NHS number 943 476 5919."


def open_record(cast: Cast, place: str) -> TrainingRecord:
    """The record of a place, with a handbook to read and both moderators."""
    made = record_at(cast, place)
    TrainingRecord.objects.filter(pk=made.pk).update(handbook=w.handbook(f"of {place}"))
    p.appoint(made, one(cast, place, "supporting"), AppointmentKind.SUPPORTING_MODERATOR)
    return record_at(cast, place)


def tried_file(cast: Cast, place: str, day: int = 3) -> EarlierImport:
    """A file with one DOPS from before, tried out."""
    record = record_at(cast, place)
    row = [record.start_on.replace(day=day).isoformat(), "Assay", "Room", w.item_of(record).item.code, "A. Former"]
    table = {"sheet": "CSV", "headings": ["Date", "Procedure", "Place", "Competency", "Assessor"], "rows": [[2, row]]}
    file = actions.ReadFile("log.csv", "a" * 64, table)
    given = {"record_id": record.pk, "key": uuid4(), "kind": EarlierKind.DOPS, "file": file}
    return actions.try_import(by=record.trainee, now=clock.now(), **given)


def imported_file(cast: Cast, place: str, day: int = 1) -> EarlierImport:
    """The same, imported."""
    batch, now = tried_file(cast, place, day), clock.now()
    seen = queries.dry_run(batch, clock.london_date(now)).digest
    return actions.import_entries(by=batch.record.trainee, now=now, import_id=batch.pk, seen=seen)


def copy_ordered(cast: Cast, place: str) -> RecordCopy:
    """A copy of a whole record that its trainee has ordered."""
    record = record_at(cast, place)
    return actions.order_copy(by=record.trainee, now=clock.now(), record_id=record.pk, key=uuid4())


def copy_ready(cast: Cast, place: str) -> RecordCopy:
    """A copy that can be downloaded."""
    ordered, archive, now = copy_ordered(cast, place), f"PK {place}".encode(), clock.now()
    made = actions.MadeCopy(keeping.keep(archive), len(archive), 1, [])
    return actions.keep_copy(by=None, now=now, copy_id=ordered.pk, made=made)


# --- competencies and evidence ---


def item_waiting(cast: Cast, place: str) -> PlanItem:
    """A competency that is submitted."""
    return w.submitted(record_at(cast, place), 0)


def item_waiting_with_evidence(cast: Cast, place: str) -> dict[str, int]:
    """A competency that is submitted, and a piece of its evidence."""
    item = w.submitted(record_at(cast, place), 1)
    return {"pk": item.pk, "evidence_id": queries.judged_evidence([item])[item.pk][0].pk}


def item_begun(cast: Cast, place: str) -> PlanItem:
    """A competency in progress, with evidence that is shared."""
    item = w.item_of(record_at(cast, place), 2)
    w.text_evidence(item.record, item)
    return item


def item_untouched(cast: Cast, place: str) -> PlanItem:
    """A competency that is not started."""
    return w.item_of(record_at(cast, place), 3)


def signature(cast: Cast, place: str) -> Any:
    """A signature under a competency."""
    return w.signed(one(cast, place, "supervisor"), record_at(cast, place), 4)


def signature_over_other_evidence(cast: Cast, place: str) -> Any:
    """A signature whose evidence changed since."""
    made = w.signed(one(cast, place, "supervisor"), record_at(cast, place), 5)
    w.text_evidence(made.item.record, made.item, title="Added since")
    return made


# --- reviews and DOPS ---


def review(make: Callable[..., Review]) -> Callable[[Cast, str], Review]:
    """Makes a review in the state to which `make` brings it."""
    return lambda cast, place: make(record_at(cast, place), one(cast, place, "supervisor"))


def review_with_a_concern(cast: Cast, place: str) -> Review:
    """A signed review that speaks of a patient-safety concern which nobody has raised."""
    said = {"patient_safety_concern": True, "patient_safety_reference": "INC-9"}
    return p.signed_review(record_at(cast, place), one(cast, place, "supervisor"), **said)


def agreed_action(cast: Cast, place: str) -> ReviewAction:
    """An action agreed in a signed review."""
    return p.signed_review(record_at(cast, place), one(cast, place, "supervisor")).actions.get()


# --- pieces and concerns ---


def concern(cast: Cast, place: str) -> Concern:
    """A concern that the trainee raised, with the Training Co-ordinator."""
    given = {
        "record_id": record_at(cast, place).pk,
        "key": uuid4(),
        "patient_safety": False,
        "text": "I am left alone.",
    }
    return actions.raise_concern(by=one(cast, place, "trainee"), now=p.NOW, **given)


def request(make: Callable[..., ChangeRequest], kind: str, **more: Any) -> Callable[[Cast, str], ChangeRequest]:
    """Makes a request for a change of this kind, in the state to which `make` brings it."""
    return lambda cast, place: make(record_at(cast, place), kind, **more)


def request_with_a_file(cast: Cast, place: str) -> ChangeRequest:
    """A request that the office decides, with a file that is checked."""
    made = c.sent(record_at(cast, place), "name", upload=w.upload(mark=place))
    assert made.document is not None
    w.settle(made.document, w.NOW)
    return made


def report(make: Callable[..., ProgressReport]) -> Callable[[Cast, str], ProgressReport]:
    """Makes a progress report in the state to which `make` brings it."""
    return lambda cast, place: make(record_at(cast, place), one(cast, place, "supervisor"))


def report_left(cast: Cast, place: str) -> ProgressReport:
    """A draft that a former supervisor left, about another trainee: one is written at a time."""
    record = another_at(cast, place, person(f"left.{place}", f"Left {place}"))
    return p.left_report(record, one(cast, place, "supervisor"))


def trainer_to_come(cast: Cast, place: str) -> Any:
    """The appointment of a trainer that begins in the days to come, so that they see nothing yet."""
    starts_on = clock.now().date() + timedelta(days=20)
    return p.appoint(
        record_at(cast, place), one(cast, place, "colleague"), AppointmentKind.TRAINER, starts_on=starts_on
    )


def run_of_a_cohort(cast: Cast, place: str) -> EnrolRun:
    """A run that enrols an intake; each place has its own, since one of an intake goes on at a time."""
    record = record_at(cast, place)  # it opens the intake of April 2026, which would be entered otherwise
    intake = open_intake(2028, {"leeds": 4, "bristol": 10}[place])
    run = EnrolRun.objects.create(intake=intake, started_at=clock.now(), started_by=cast.olive)
    EnrolItem.objects.create(run=run, application=record.application, state="failed", ended_at=clock.now())
    return run


TRAINING_THINGS: dict[str, Callable[[Cast, str], Any]] = {
    "run of a cohort": run_of_a_cohort,
    "record": open_record,
    "competency": item_begun,
    "competency not started": item_untouched,
    "competency submitted": item_waiting,
    "wait for a signature": wait_for_a_signature,  # after what submits one
    "competency and its evidence": item_waiting_with_evidence,
    "signature": signature,
    "signature over other evidence": signature_over_other_evidence,
    "evidence": evidence(),
    "evidence file": evidence_file,
    "evidence shared twice": evidence_shared_twice,
    "draft of evidence": evidence(declared=False),
    "record and a draft": draft_in_record,
    "evidence held": evidence(text=NHS),
    "review": review(p.signed_review),
    "draft of a review": review(p.written_review),
    "draft left of a review": review(p.left_review),
    "review of both": review(p.acknowledged_review),
    "review with a concern": review_with_a_concern,
    "agreed action": agreed_action,
    "file that was imported": imported_file,
    "imported entry": lambda cast, place: imported_file(cast, place, day=2).entries.get(),
    "file of earlier entries": tried_file,
    "copies of a record": record_at,
    "copy of a record": copy_ready,  # before the next: a newer one takes its place
    "copy being made": copy_ordered,
    "progress report": report(p.sent_report),  # before the draft: one is written at a time
    "draft of a report": report(p.written_report),
    "draft left of a report": report_left,
    "request being written": request(c.written, "extension"),
    "request to support": request(c.sent, "interruption"),
    "request to decide": request_with_a_file,
    "DOPS": dops_begun,
    "DOPS asked for": dops_asked,
    "DOPS assessed": dops_assessed,
    "DOPS handed over": dops_handed_over,
    **ON_PAPER,
    "DOPS by link": dops_by_link,
    "DOPS by link signed": dops_by_link_signed,
    "link of a DOPS": link_of_dops,
    **WRITING_THINGS,
    "concern of the trainee": concern,
    "trainer to come": trainer_to_come,
    "milestone": lambda cast, place: record_at(cast, place).milestones.get(kind="viva"),
    "question to the moderator": lambda cast, place: m.asked(record_at(cast, place), one(cast, place, "trainee")),
    "invitation to an event": invitation_to_an_event,
    "draft of an activity": activity,
    "thread of messages": thread_of_messages,
    "activity in a CPD log": activity_in_the_log,
    "event attended": event_attended,
}

# Kind of thing → the names of the addresses that are about it.
ABOUT = {
    "record": (
        "record read_handbook people history plan plan_versions competencies sign_off signed evidence reviews "
        "review_new dops_log dops_request dops_start dops_external writing reflection_new case_new meetings "
        "meeting_first meeting_new year_review_new advice advice_ask concerns concern_raise record_changes reports "
        "report_new events cpd cpd_new threads thread_new trainer_add return_note milestones"
    ),
    "request being written": "change_edit change_send",
    "request to support": "change change_withdraw change_answer change_go_on",
    "request to decide": "change_decide change_file",
    "competency": "item tailor rate submit plan_up plan_down supervisor_rate",
    "competency not started": "start",
    "competency submitted": "sign return",
    "signature": "withdraw changes",
    "signature over other evidence": "confirm_sign_off",
    "evidence": "evidence_one evidence_reopen evidence_quarantine",
    "evidence file": "evidence_file evidence_preview",
    "draft of evidence": "evidence_edit evidence_map evidence_share",
    "evidence held": "evidence_answer",
    "review": "review review_acknowledge review_send_back",
    "draft of a review": "review_edit review_sign",
    "draft left of a review": "review_take_over review_discard",
    "review of both": "review_submit",
    "review with a concern": "review_concern",
    "agreed action": "action_close",
    "draft of a report": "report_edit report_send",
    "draft left of a report": "report_take_over report_discard",
    "progress report": "report report_acknowledge",
    "DOPS": "dops dops_decline dops_void dops_hand_over",
    "activity in a CPD log": "cpd_entry cpd_reopen",
    "draft of an activity": "cpd_edit cpd_enter",
    "thread of messages": "thread",
    "event attended": "event_to_cpd",
    "invitation to an event": "event event_sign_up event_give_back event_calendar",
    "DOPS asked for": "dops_approve",
    "DOPS assessed": "dops_acknowledge",
    "DOPS on paper": "dops_paper",
    "review on paper": "review_paper",
    "CPD log on paper": "cpd_paper",
    "DOPS by link": "dops_name_another",
    "DOPS by link signed": "dops_countersign",
    "link of a DOPS": "dops_renew_link dops_take_back_link",
    "concern of the trainee": "concern concern_answer concern_pass_on",
    "milestone": "milestone_move",
    "trainer to come": "trainer_end trainer_rights",
    "question to the moderator": "advice_one",
}


def _by_link(external: ExternalAssessor) -> dict[str, Any]:
    return {"pk": external.pk, "token": door_token(DOOR, external.pk, external.nonce)}


RUN_PAGES = ("enrol_run", "enrol_run_progress", "cancel_enrol_run", "resume_enrol_run")
TRAINING_URLS: dict[str, Needs] = {
    "training:nominate": Needs(
        "competency and its evidence", lambda thing: {"pk": thing["pk"], "evidence": thing["evidence_id"]}
    ),
    "training:earlier": Needs("record"),
    "training:earlier_file": Needs("record", lambda thing: {"pk": thing.pk, "kind": "dops"}),
    **{f"training:earlier_{name}": Needs("file of earlier entries") for name in ("import", "take", "drop")},
    "training:earlier_undo": Needs("file that was imported"),
    "training:earlier_entry": Needs("imported entry"),
    **{f"training:{name}": Needs("copies of a record") for name in ("copies", "copy_order")},
    **{f"training:{name}": Needs("copy of a record") for name in ("copy_delete", "copy_file")},
    **{f"training:{name}": Needs("copy being made") for name in ("copy_cancel", "copy_progress")},
    **{f"training:{name}": Needs(kind) for kind, names in ABOUT.items() for name in names.split()},
    **{f"training:evidence_version{name}": Needs("evidence file", last_version) for name in ("", "_file")},
    "training:evidence_version_close": Needs("evidence shared twice", first_version),
    "training:open_evidence": Needs("competency and its evidence", lambda thing: thing),
    "training:change_new": Needs("record", lambda thing: {"pk": thing.pk, "kind": "contact"}),
    "training:dops_file": Needs("record", lambda thing: {"pk": thing.pk, "kind": "csv"}),
    "training:evidence_new": Needs("record", lambda thing: {"pk": thing.pk, "kind": "text"}),
    "training:evidence_keep": Needs("record", lambda thing: {"pk": thing.pk, "kind": "text"}),
    "training:evidence_keep_one": Needs("record and a draft", lambda thing: thing),
    "training:external_opened": Needs("link of a DOPS", _by_link),
    "training:external_step": Needs("link of a DOPS", lambda thing: {"pk": thing.pk, "step": 2}),
    **{
        f"training:{name}": Needs("link of a DOPS")
        for name in ("external", "external_decline", "external_pass_on", "external_not_me", "external_done")
    },
    "training:handed_step": Needs("DOPS handed over", lambda thing: {"pk": thing.pk, "step": 2}),
    **{
        f"training:{name}": Needs("DOPS handed over")
        for name in ("handed", "handed_back", "handed_sign_out", "handed_unlock")
    },
    **WRITING_URLS,
    "training:centre": Needs("co-ordinated centre"),
    "training:centre_list": Needs("co-ordinated centre", lambda centre: {"pk": centre.pk, "what": "trainees"}),
    "training:dops_step": Needs("DOPS", lambda thing: {"pk": thing.pk, "step": 2}),
    "training:cpd_export": Needs("record", lambda thing: {"pk": thing.pk, "kind": "csv"}),
    "training:cohort": Needs("record", lambda thing: {"pk": thing.intake_id}),
    "training:enrol": Needs("record", lambda thing: {"pk": thing.application_id}),
    "training:enrol_cohort": Needs("record", lambda thing: {"pk": thing.intake_id}),
    "training:memberships": Needs("record", lambda thing: {"pk": thing.intake_id, "kind": "xlsx"}),
    **{f"training:{name}": Needs("run of a cohort") for name in RUN_PAGES},
}
