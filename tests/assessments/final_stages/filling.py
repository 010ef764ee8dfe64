"""A whole training record for the tests of compiling: every kind of evidence, reviews, DOPS, writing (F3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from assessments.models import Portfolio
from ctts.accounts.models import User
from ctts.documents import actions as documents
from ctts.documents import keeping
from ctts.documents.models import Document
from ctts.documents.proving import prove
from ctts.documents.states import QuarantineReason
from tests.assessments.final_stages import world as f
from tests.documents.samples import sample
from tests.training.practice import acknowledged_review, sent_report, written_report
from training import actions as training
from training import queries as training_queries
from training.models import CaseStudy, Evidence, Reflection, TrainingRecord

SECRETS = [
    "ESCALATED-1",
    "SAFETY-2",
    "SUPPORT-3",
    "UNSHARED-4",
    "QUARANTINED-5",
    "WITHDRAWN-6",
    "MODERATOR-7",
    "UNMAPPED-8",
]


@dataclass
class Filled:
    """A record with everything, its evidence by name, and its compiled portfolio once there is one."""

    record: TrainingRecord
    evidence: dict[str, Evidence] = field(default_factory=dict)
    portfolio: Portfolio | None = None
    content: bytes = b""

    def anchor(self, name: str) -> str:
        """The label of a piece of evidence in the portfolio."""
        assert self.portfolio is not None
        run = self.portfolio.runs.latest("pk")
        return str(run.contents["evidence"][str(self.evidence[name].pk)]["label"])


def fill(record: TrainingRecord, supervisor: User, office: User, moderator: User) -> Filled:
    """Evidence of every kind for the six competencies, and what stands around it. Nothing of `SECRETS` may go in."""
    filled, items = Filled(record), f.items_of(record)
    found = filled.evidence
    found["pdf"] = f.evidence_file(record, "training-plan.pdf", items[0], items[3], title="Uniformity of the camera")
    found["photo"] = f.evidence_file(record, "certificate-photo.jpg", items[0], title="Course certificate")
    found["chart"] = f.evidence_file(record, "uptake-chart.png", items[1], title="Uptake")
    found["phantom"] = f.evidence_file(record, "phantom.webp", items[1], title="Phantom")
    found["sheet"] = f.evidence_file(record, "competency-map.xlsx", items[2], title="Map of competencies")
    found["piece"] = converted(f.evidence_file(record, "reflective-piece.docx", items[2], title="Piece"))
    found["text"] = f.text(record, items[4], title="What I <measured> & found")
    keep_out(record, supervisor, office, items)
    agree(record, supervisor)
    f.sign_everything(record, supervisor)
    secret = {
        "escalate": SECRETS[0],
        "patient_safety_concern": True,
        "patient_safety_reference": SECRETS[1],
        "support_needs": SECRETS[2],
    }
    acknowledged_review(record, supervisor, f.NOW, **secret)
    sent_report(record, supervisor, f.NOW, progress="The rotations go to plan.")
    written_report(record, supervisor, f.NOW, progress="UNSENT-9")
    f.log_of_two(record, supervisor)
    f.observed(record, moderator, [3] * 10, date(2027, 12, 1), procedure=SECRETS[6])
    write(record)
    return filled


def keep_out(record: TrainingRecord, supervisor: User, office: User, items: list[Any]) -> None:
    """Evidence that is not shared, that was withdrawn from view, whose file was quarantined, that shows nothing."""
    f.text(record, items[5], title="What counts here")
    f.text(record, items[5], title=SECRETS[3], declared=False)
    withdrawn = f.text(record, items[5], title=SECRETS[5])
    reason = {"reason": "A name stands in it.", "authentication": f.proof(f.NOW)}
    training.quarantine_evidence(by=supervisor, now=f.NOW, evidence_id=withdrawn.pk, **reason)
    f.text(record, title=SECRETS[7])
    bad = f.evidence_of(record, prove(name="x.pdf", chunks=[sample("good/purchase-order.pdf")]), items[5])
    Evidence.objects.filter(pk=bad.pk).update(title=SECRETS[4])
    documents.quarantine(document_id=bad.document_id, by=office, now=f.NOW, reason=QuarantineReason.PATIENT)


def converted(piece: Evidence) -> Evidence:
    """The converter has made a PDF of three pages from this office file."""
    made = sample("good/degree-certificate.pdf")
    facts = {"pdf_sha256": keeping.keep(made), "pdf_size": len(made), "pages": 3}
    Document.objects.filter(pk=piece.document_id).update(**facts)
    return piece


def agree(record: TrainingRecord, supervisor: User) -> None:
    """The plan of each competency is written; trainee and Training Supervisor sign it."""
    values = {"how": "Supervised sessions", "where": "Ward 4", "with_whom": "T. Doyle", "by_on": date(2027, 11, 30)}
    for item in f.items_of(record):
        seen = training_queries.item_digest(item)
        training.tailor_item(by=supervisor, now=f.NOW, item_id=item.pk, seen=seen, values=values)
    given = {"record_id": record.pk, "seen": training_queries.plan_standing(record).digest}
    for person in (record.trainee, supervisor):
        training.agree_plan(by=person, now=f.NOW, authentication=f.proof(f.NOW), **given)


def write(record: TrainingRecord) -> None:
    """A reflective piece and a long case study, both submitted."""
    trainee, now = record.trainee, f.NOW
    given = {"record_id": record.pk, "key": uuid4(), "title": "A busy morning"}
    piece: Any = training.start_reflection(by=trainee, now=now, model="what", **given)
    seen = training_queries.piece_version(piece)
    parts = {"what": "I **checked** the camera.\n\n- twice\n- with [care](https://example.org)"}
    saved = {"title": "A busy morning", "happened_on": date(2027, 6, 1), "seen": seen, "parts": parts}
    training.save_reflection(by=trainee, now=now, reflection_id=piece.pk, **saved)
    submit(Reflection.objects.get(pk=piece.pk))
    case = training.start_case(by=trainee, now=now, **{**given, "key": uuid4(), "title": "A bone scan"})
    sections = [("Introduction", "A patient came. " * 400), ("Discussion", "It went well.")]
    kept = {"title": "A bone scan", "sections": sections, "seen": training_queries.piece_version(case)}
    training.save_case(by=trainee, now=now, case_id=case.pk, **kept)
    submit(CaseStudy.objects.get(pk=case.pk))


def submit(piece: Any) -> None:
    """The trainee submits a piece of writing as it is."""
    given = {"seen": training_queries.piece_version(piece), "declared": True}
    training.submit_piece(by=piece.record.trainee, now=f.NOW, piece=piece, **given)
