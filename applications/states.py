"""States of an application and what may follow what (A6); the parts of A2 and the outcomes of A3."""

from __future__ import annotations

from django.db.models import TextChoices

from ctts.common.moves import Move, move


class ApplicationState(TextChoices):
    """Where an application stands (A6)."""

    DRAFT = "draft", "Draft"
    AWAITING_SUPERVISOR = "awaiting_supervisor", "Awaiting supervisor"
    RECEIVED = "received", "Received"
    IN_REVIEW = "in_review", "In review"
    INFORMATION_REQUESTED = "information_requested", "Information requested"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ENROLLED = "enrolled", "Enrolled"


class Mover(TextChoices):
    """Who takes a step. The calendar enrols; a person's other roles never lend them a step."""

    APPLICANT = "applicant", "Applicant"
    SUPERVISOR = "supervisor", "Training Supervisor"
    COORDINATOR = "coordinator", "Training Co-ordinator"
    OFFICE = "office", "Scheme office"
    FINANCE = "finance", "Finance contact of the employer"
    CALENDAR = "calendar", "The calendar"


_S = ApplicationState

APPLICATION_MOVES: dict[str, Move] = {
    "ask_supervisor": move(_S.DRAFT, _S.AWAITING_SUPERVISOR),
    "return_to_applicant": move(_S.AWAITING_SUPERVISOR, _S.DRAFT),
    "take_back": move(_S.AWAITING_SUPERVISOR, _S.DRAFT),
    "reopen": move(_S.AWAITING_SUPERVISOR, _S.DRAFT),
    "confirm": move(_S.AWAITING_SUPERVISOR, _S.RECEIVED),
    "start_review": move(_S.RECEIVED, _S.IN_REVIEW),
    "ask_information": move(_S.IN_REVIEW, _S.INFORMATION_REQUESTED),
    "answer_information": move(_S.INFORMATION_REQUESTED, _S.IN_REVIEW),
    "accept": move(_S.IN_REVIEW, _S.ACCEPTED),
    "decline": move(_S.IN_REVIEW, _S.DECLINED),
    "defer": move((_S.RECEIVED, _S.IN_REVIEW, _S.INFORMATION_REQUESTED, _S.ACCEPTED), _S.DEFERRED),
    "resume": move(_S.DEFERRED, _S.IN_REVIEW),
    "withdraw": move(
        (
            _S.DRAFT,
            _S.AWAITING_SUPERVISOR,
            _S.RECEIVED,
            _S.IN_REVIEW,
            _S.INFORMATION_REQUESTED,
            _S.ACCEPTED,
            _S.DEFERRED,
        ),
        _S.WITHDRAWN,
    ),
    "enrol": move(_S.ACCEPTED, _S.ENROLLED),
}
"""A6, and no others."""

APPLICATION_MOVERS: dict[str, frozenset[Mover]] = {
    "ask_supervisor": frozenset({Mover.APPLICANT}),
    "return_to_applicant": frozenset({Mover.SUPERVISOR}),
    "take_back": frozenset({Mover.APPLICANT}),
    "reopen": frozenset({Mover.CALENDAR}),
    "confirm": frozenset({Mover.SUPERVISOR}),
    "start_review": frozenset({Mover.OFFICE}),
    "ask_information": frozenset({Mover.OFFICE}),
    "answer_information": frozenset({Mover.APPLICANT}),
    "accept": frozenset({Mover.OFFICE}),
    "decline": frozenset({Mover.OFFICE}),
    "defer": frozenset({Mover.OFFICE}),
    "resume": frozenset({Mover.OFFICE}),
    "withdraw": frozenset({Mover.APPLICANT, Mover.OFFICE}),
    "enrol": frozenset({Mover.CALENDAR, Mover.OFFICE}),
}
"""Whose each step is: whoever is the applicant's supervisor or centre never takes a step of the office (A4)."""

UNDECIDED = frozenset({_S.RECEIVED, _S.IN_REVIEW, _S.INFORMATION_REQUESTED})
"""Stays with its intake at the cut-off (I5)."""

AFTER_ACCEPTANCE = frozenset({_S.ACCEPTED, _S.ENROLLED})
"""Decided in the applicant's favour: what the office finds of a purchase order now changes no decision (A3 f)."""

OF_THE_CLAIMER = frozenset({"ask_information", "accept", "decline", "defer", "withdraw"})
"""Steps of which the applicant hears: whoever has claimed the application takes them (A4)."""

CONFIRMED_ANEW = frozenset({_S.IN_REVIEW, _S.DEFERRED})
"""Where another Training Supervisor confirms, who was named in the place of one who left after they confirmed (A2)."""

TO_WORK_ON = UNDECIDED | {_S.DEFERRED}
"""What the office's desk holds: handed in and not decided, or put off (A4, A6)."""

CLAIMABLE = frozenset({_S.RECEIVED, _S.IN_REVIEW, _S.INFORMATION_REQUESTED})
"""What a member of the office can take to themselves (A4)."""

CHASEABLE = frozenset({_S.DRAFT, _S.AWAITING_SUPERVISOR, _S.INFORMATION_REQUESTED})
"""Waits for somebody outside the office, whom the office can remind."""

ROLLS_OVER = frozenset({_S.DRAFT, _S.AWAITING_SUPERVISOR})
"""Moves to the next intake at the cut-off (I5)."""

EVERY = "all"  # in the address of a list: what has ended as well
FINAL = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.ENROLLED})
"""Nothing follows."""


OBJECTABLE = UNDECIDED | {_S.AWAITING_SUPERVISOR, _S.DEFERRED}
"""Handed to its supervisor and not decided: a co-ordinator of the centre may object (A2)."""


class ObjectionOutcome(TextChoices):
    """What became of an objection of a Training Co-ordinator."""

    OPEN = "open", "To be considered"
    CONSIDERED = "considered", "Considered"
    WITHDRAWN = "withdrawn", "Taken back"


class LateCodeStanding(TextChoices):
    """What has become of a code for a late entry."""

    OPEN = "open", "Can be used"
    USED = "used", "Used"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class EnquiryStanding(TextChoices):
    """What has become of a question to the scheme."""

    OPEN = "open", "To answer"
    ANSWERED = "answered", "Answered"
    SET_ASIDE = "set_aside", "Set aside"


class OrderRequestStanding(TextChoices):
    """What has become of the request to somebody's employer for the purchase order."""

    OPEN = "open", "Asked"
    GIVEN = "given", "Given"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"
    EXPIRED = "expired", "Expired"


class RuleOutcome(TextChoices):
    """What an entry rule says about an application (A3)."""

    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"
    NEEDS_PERSON = "needs_person", "Needs a person"


class Part(TextChoices):
    """The parts of a complete application (A2), in the order of the form; the supervisor's confirmation comes last."""

    PERSONAL = "personal", "Personal details"
    EMPLOYMENT = "employment", "Employment and Training Centre"
    SCOPE = "scope", "Scope of practice"
    SUPERVISOR = "supervisor", "Training Supervisor"
    QUALIFICATIONS = "qualifications", "Qualifications and certificates"
    ENGLISH = "english", "English"
    COMPETENCIES = "competencies", "Competency list"
    PLAN = "plan", "Training plan"
    PURCHASE_ORDER = "purchase_order", "Employer purchase order"
    ADJUSTMENTS = "adjustments", "Reasonable adjustments"
    DECLARATION = "declaration", "Declaration"
    CONFIRMATION = "confirmation", "Supervisor's confirmation"


FIXED_ONCE_RECEIVED = frozenset({Part.SCOPE, Part.SUPERVISOR})
"""Parts that nobody changes once the supervisor confirmed them; the centre, a column of its part, belongs to it (A2).

List and plan open again when the office asks for more."""


class DocumentKind(TextChoices):
    """What a file of an application is, by its place in the form (A2)."""

    CERTIFICATE = "certificate", "Certificate"
    ENIC = "enic", "UK ENIC statement"
    ENGLISH = "english", "Evidence of English"
    EQUIVALENCE = "equivalence", "Evidence of equivalence"
    PURCHASE_ORDER = "purchase_order", "Purchase order"

    @property
    def part(self) -> Part:
        """The part of the form in which it lies."""
        of_english = {DocumentKind.ENGLISH, DocumentKind.EQUIVALENCE}
        if self == DocumentKind.PURCHASE_ORDER:
            return Part.PURCHASE_ORDER
        return Part.ENGLISH if self in of_english else Part.QUALIFICATIONS


class DocumentVerdict(TextChoices):
    """What the office found of a file (A4)."""

    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class QualificationKind(TextChoices):
    """What a qualification is for the entry rules b and c (A3)."""

    A_LEVEL = "a_level", "A level"
    A_LEVEL_EQUIVALENT = "a_level_equivalent", "Equivalent to A levels"
    HIGHER_EDUCATION = "higher_education", "Higher education (FHEQ)"
    OTHER = "other", "Other"


class EnglishTest(TextChoices):
    """Tests of English for applicants whose first language is another (A3 d)."""

    IELTS = "ielts", "IELTS"
    TOEFL = "toefl", "TOEFL iBT"
    OET = "oet", "OET"
    PTE = "pte", "PTE Academic"
    OTHER = "other", "Another test"


class EnglishElement(TextChoices):
    """The four elements every test of English reports."""

    LISTENING = "listening", "Listening"
    READING = "reading", "Reading"
    WRITING = "writing", "Writing"
    SPEAKING = "speaking", "Speaking"


class QualificationFramework(TextChoices):
    """The framework whose level a qualification states (A3 c, e)."""

    FHEQ = "fheq", "FHEQ (degrees and higher education, England, Wales, Northern Ireland)"
    RQF = "rqf", "RQF (England, Northern Ireland)"
    SCQF = "scqf", "SCQF (Scotland)"
    CQFW = "cqfw", "CQFW (Wales)"
    OVERSEAS = "overseas", "Overseas"


class PurchaseOrderState(TextChoices):
    """What became of a purchase order (A3 f)."""

    RECEIVED = "received", "Received"
    VERIFIED = "verified", "Verified"
    INSUFFICIENT = "insufficient", "Insufficient"
    SUPERSEDED = "superseded", "Superseded"
    CANCELLED = "cancelled", "Cancelled"

    @classmethod
    def current(cls) -> list[str]:
        """The states in which a purchase order is the one that counts."""
        return [str(cls.RECEIVED), str(cls.VERIFIED), str(cls.INSUFFICIENT)]

    @classmethod
    def fallen(cls) -> list[str]:
        """The states in which the office does not let a purchase order stand, so that another may take its place."""
        return [str(cls.INSUFFICIENT), str(cls.CANCELLED)]


_P = PurchaseOrderState
PURCHASE_ORDER_MOVES: dict[str, Move] = {
    "verify": move({_P.RECEIVED, _P.INSUFFICIENT}, _P.VERIFIED),
    "find_insufficient": move({_P.RECEIVED, _P.VERIFIED}, _P.INSUFFICIENT),
    "supersede": move({_P.RECEIVED, _P.VERIFIED, _P.INSUFFICIENT}, _P.SUPERSEDED),
    "cancel": move({_P.RECEIVED, _P.VERIFIED, _P.INSUFFICIENT}, _P.CANCELLED),
}


class DecisionKind(TextChoices):
    """What the office decided (A4)."""

    ACCEPT = "accept", "Accepted"
    DECLINE = "decline", "Declined"
    DEFER = "defer", "Deferred"


class AdjustmentState(TextChoices):
    """Where a request for a reasonable adjustment stands (A5, E6)."""

    ASKED = "asked", "Asked"
    CLARIFYING = "clarifying", "Question to the person"
    AGREED = "agreed", "Agreed"
    UNDER_REVIEW = "under_review", "Under review"
    DECLINED = "declined", "Not agreed"
    WITHDRAWN = "withdrawn", "Withdrawn"


_J = AdjustmentState
_DECIDABLE = (_J.ASKED, _J.CLARIFYING, _J.AGREED, _J.UNDER_REVIEW, _J.DECLINED)
ADJUSTMENT_MOVES: dict[str, Move] = {
    "clarify": move(_J.ASKED, _J.CLARIFYING),
    "clear_up": move(_J.CLARIFYING, _J.ASKED),
    "agree": move(_DECIDABLE, _J.AGREED),
    "decline": move(_DECIDABLE, _J.DECLINED),
    "review": move(_J.AGREED, _J.UNDER_REVIEW),
    "go_on": move(_J.UNDER_REVIEW, _J.AGREED),
    "withdraw": move((_J.ASKED, _J.CLARIFYING), _J.WITHDRAWN),
}
"""A decision is undone by a new one; what was withdrawn stays so."""

UNDECIDED_ADJUSTMENT = frozenset({_J.ASKED, _J.CLARIFYING})
"""Nothing is decided: the person may withdraw it."""

ADJUSTED = frozenset({_J.AGREED, _J.UNDER_REVIEW})
"""Something is agreed: it goes on while it is reviewed."""

QUESTIONABLE = frozenset({_J.ASKED, _J.UNDER_REVIEW})
"""A named reader may ask the person something before they decide."""


class AdjustmentOutcome(TextChoices):
    """What a named reader decided about a request for an adjustment (A5)."""

    AGREED = "agreed", "Agreed"
    CONTINUED = "continued", "Goes on unchanged"
    DECLINED = "declined", "Not agreed"
