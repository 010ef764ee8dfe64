"""The checklist of an application for accreditation, by version, and what is missing before it can be sent (C3).

The guidance names no checklist. This one was written for this project and is the scheme's default: not confirmed until
the office says so. A version never changes; other questions are another version.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from ctts.common.months import add_months, in_words
from ctts.scheme.rules.numbers import SchemeNumbers
from ctts.scheme.states import VALID_ACCREDITATION, AccreditationState, CentreDocumentKind, ChecklistReply

DEFAULT_NOT_CONFIRMED = "Written for this system: a default, not confirmed by the scheme."
CONFIRMED_AS = "checklist of centres"  # the name under which a version is confirmed, beside those of the numbers


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line: its key, its short title, the question, and what to write beside the answer."""

    key: str
    title: str
    question: str
    words: str


CHECKLISTS: dict[str, tuple[ChecklistItem, ...]] = {
    "2026.1": (
        ChecklistItem(
            "supervisor",
            "Training Supervisor",
            "Is a Training Supervisor named for this scope who has done the Training Supervisors' course?",
            "Who, and with what registration.",
        ),
        ChecklistItem(
            "coordinator",
            "Training Co-ordinator",
            "Is a Training Co-ordinator named who is the main contact of the centre?",
            "Who. In a small centre the Training Supervisor may hold both roles.",
        ),
        ChecklistItem(
            "range",
            "Range of work",
            "Does the work of the centre cover every task of the scope?",
            "What is done elsewhere, where, and how a trainee gets there.",
        ),
        ChecklistItem(
            "time",
            "Protected time",
            "Do trainee and supervisor have protected time, with a formal meeting in every calendar month?",
            "How much, and how it is kept.",
        ),
        ChecklistItem(
            "equipment",
            "Equipment",
            "Is the equipment for this scope at hand and maintained?",
            "The main equipment; add a list as a document.",
        ),
        ChecklistItem(
            "quality",
            "Quality system",
            "Does the department work to a quality system that is audited?",
            "Which, and until when its certificate is valid.",
        ),
        ChecklistItem(
            "safety",
            "Health and safety",
            "Are risk assessments, local rules and inductions in place for a trainee's work?",
            "Who is responsible.",
        ),
        ChecklistItem(
            "support",
            "Employer's support",
            "Does the employer support training for its whole length, its time and its cost?",
            "Who says so, in which post.",
        ),
        ChecklistItem(
            "equality",
            "Equality",
            "Are recruitment and training open to all, and reasonable adjustments made?",
            "Which policy.",
        ),
    ),
}
CHECKLIST = "2026.1"  # the version of applications that are begun now
NEEDED_DOCUMENTS = (CentreDocumentKind.TRAINING_PLAN,)


def checklist_source(confirmed_on: date | None, by: str, *, sent_before: bool) -> str:
    """How a version of the checklist stands, for an application that was sent or not: an application that was sent
    before somebody of the office confirmed the version says so ever after (C3).
    """
    if confirmed_on is None:
        return DEFAULT_NOT_CONFIRMED
    said = f"Confirmed by {by} of the scheme office on {in_words(confirmed_on)}."
    if sent_before:
        return f"When this application was sent the checklist was a default, not confirmed. {said}"
    return said


def missing_from(version: str, answers: Mapping[str, tuple[str, str]], kinds: Collection[str]) -> list[str]:
    """What is missing before an application can be sent, a sentence each; empty when nothing is (C3).

    `answers`: the reply and the words by the key of the line; `kinds`: of which kinds there are documents.
    """
    missing = []
    for item in CHECKLISTS[version]:
        reply, words = answers.get(item.key, ("", ""))
        if not reply:
            missing.append(f"“{item.title}” is not answered.")
        elif reply == ChecklistReply.NO and not words.strip():
            missing.append(f"“{item.title}” is answered with no: write what is planned.")
    wanted = [kind for kind in NEEDED_DOCUMENTS if kind not in kinds]
    return missing + [f"A document is missing: {kind.label}." for kind in wanted]


def renewal_opens_on(ends_on: date, numbers: SchemeNumbers) -> date:
    """From when an accreditation can be renewed: the day of its first reminder (C1, C3)."""
    return add_months(ends_on, -max(numbers.accreditation_reminder_months))


def application_closed(state: str, ends_on: date | None, today: date, numbers: SchemeNumbers) -> str:
    """Why a centre cannot apply for a scope today, beside what it holds for it; empty when it can (C3).

    `state` is "" for a centre that holds nothing there.
    """
    if ends_on is None or ends_on < today:
        return ""
    if state == AccreditationState.SUSPENDED:
        return "It is suspended: the scheme office decides first whether it is accredited again."
    opens_on = renewal_opens_on(ends_on, numbers)
    if state in VALID_ACCREDITATION and today < opens_on:
        return f"It is accredited through {in_words(ends_on)}; it can be renewed from {in_words(opens_on)}."
    return ""
