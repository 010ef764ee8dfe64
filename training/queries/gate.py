"""What stands behind each number of the first-year gate (Y1 to Y6): what counts, what does not and why, its digests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common.strips import Counted
from ctts.common.templatetags.formats import day
from ctts.scheme.queries import numbers_of
from training.models import (
    CaseSection,
    CaseStudy,
    DopsSignature,
    PlanItem,
    Reflection,
    ReviewSignature,
    SupervisorReview,
    TrainingRecord,
)
from training.queries.around import concerns_visible_to
from training.queries.changed import is_changed
from training.queries.dops import dops_visible_to
from training.queries.items import lacks_evidence, standing_sign_offs
from training.queries.reviews import reviews_visible_to
from training.queries.writing import digest_of_case, readable_pieces, reflection_version
from training.states import WRITING_SUBMITTED, AssessorKind, ConcernState, DopsState, ItemState, ReviewState

Behind = dict[str, list[list[Any]]]
MODERATOR = AssessorKind.EXTERNAL_MODERATOR


@dataclass(frozen=True, slots=True)
class BehindLine:
    """What one line of the gate looks at; `waiting` of it are on their way and lie with `waits_for`."""

    items: Sequence[Counted]
    waiting: int = 0
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class _Around:
    """Who is called what for this reader: "You", or a name."""

    trainee: str
    supervisor: str
    reader: User
    moderator: str


# --- what the reader sees behind each number ---


class _Row(NamedTuple):
    """One thing behind the gate, whatever its kind: what it is called, its state, and what it is sorted by.

    `number` is the place of a competency, the number of a review, the words of a case study; `person` is of a DOPS: who
    assesses it. `flag`: of a DOPS whether as External Moderator, of a competency whether it changed since signed.
    """

    kind: str
    pk: int
    text: str
    about: str
    state: str
    on: date | None
    at: datetime | None
    number: int
    person: int | None
    flag: bool


THE_OFFICE, NOT_BEGUN = "The scheme office", "The trainee writes it."
UNSIGNABLE = "unsignable"  # submitted, and the trainee has taken the evidence away: theirs to mend (T2)

# What a kind does not have, in the type of the others.
NOTHING: dict[str, Any] = {
    "text": Value(""),
    "about": Value(""),
    "stands": Value(""),
    "on": Cast(Value(None), DateField()),
    "at": Cast(Value(None), DateTimeField()),
    "many": Value(0, IntegerField()),
    "who": Cast(Value(None), BigIntegerField()),
    "flag": Value(False, BooleanField()),
}


def _found(record: TrainingRecord, reader: User, today: date) -> dict[str, list[_Row]]:
    """All that stands behind the gate as one reader may see it, by kind; one query, however much it is."""
    assessed = {
        "text": F("procedure"),
        "about": F("assessor_name"),
        "on": F("observed_on"),
        "at": F("asked_at"),
        "who": F("assessor"),
        "flag": ExpressionWrapper(Q(assessor_kind=MODERATOR), BooleanField()),
    }
    safety, state = concerns_visible_to(reader, today).filter(patient_safety=True), {"stands": F("state")}
    stands = Case(When(lacks_evidence(), then=Value(UNSIGNABLE)), default=F("state"))
    listed = {"text": F("item__code"), "about": F("item__title"), "many": F("position"), "flag": is_changed()}
    listed["stands"] = stands
    asked: list[tuple[str, QuerySet[Any], dict[str, Any]]] = [
        ("item", PlanItem.objects.all(), listed),
        ("review", reviews_visible_to(reader, today), {"on": F("held_on"), "many": F("number")}),
        ("dops", dops_visible_to(reader, today), assessed),
        ("concern", safety, {"text": F("reference"), "at": F("raised_at")}),
        ("case", CaseStudy.objects.all(), {"text": F("title"), "many": F("words")}),
        ("piece", Reflection.objects.all(), {"text": F("title"), "at": F("made_at")}),
    ]
    first, *others = [_told(kind, rows.filter(record=record), {**state, **told}) for kind, rows, told in asked]
    found: dict[str, list[_Row]] = {kind: [] for kind, _, _ in asked}
    for row in first.union(*others, all=True):
        found[row[0]].append(_Row(*row))
    return found


def _told(kind: str, rows: QuerySet[Any], told: dict[str, Any]) -> QuerySet[Any, Any]:
    """Rows of one kind in the columns that all have, named apart from the columns of their own."""
    shown = {f"shown_{name}": told.get(name, nothing) for name, nothing in NOTHING.items()}
    row: QuerySet[Any, Any] = rows.order_by().annotate(shown_kind=Value(kind), **shown)
    return row.values_list("shown_kind", "pk", *shown)


def behind_gate(
    record: TrainingRecord,
    reader: User,
    today: date,
    *,
    supervisors: Sequence[User],
    moderators: Sequence[User],
    open_concerns: int,
) -> dict[str, BehindLine]:
    """What counts for each number of FirstYearFacts, what does not and why, and who can mend it; as one reader may see.

    Where there is nothing yet, that is what does not count. `supervisors`, `moderators` (External Moderators) and
    `open_concerns` (about patient safety) are what the page has read of the record already. Two queries, however much
    it is; one for the trainee, who reads all that they write.
    """
    around = _Around(
        trainee="You" if reader.pk == record.trainee_id else str(record.trainee),
        supervisor=_called(supervisors, reader, "The Training Supervisor"),
        reader=reader,
        moderator=_called(moderators, reader),
    )
    rows = _found(record, reader, today)
    dops = sorted(rows["dops"], key=lambda row: (row.at, row.pk))
    own = ({row.pk for row in rows["piece"]}, {row.pk for row in rows["case"]})
    pieces, cases = own if reader.pk == record.trainee_id else readable_pieces(record, reader, today)
    found_behind = {
        "moderator_dops": _dops([row for row in dops if row.flag], around),
        "open_safety_concerns": _concerns(rows["concern"], open_concerns),
        "signed": _signed(record, rows["item"], around),
        "reviews": _reviews(rows["review"], around),
        "dops": _dops([row for row in dops if not row.flag], around),
        "case_study_words": _cases(record, rows["case"], around, cases),
        "reflections": _reflections(rows["piece"], around, pieces),
    }
    return found_behind if record.ended_on is not None else _with_nothing_yet(found_behind, record, around)


def _called(people: Sequence[User], reader: User, nobody: str = "") -> str:
    return "You" if reader in people else str(people[0]) if people else nobody


def _with_nothing_yet(behind: dict[str, BehindLine], record: TrainingRecord, around: _Around) -> dict[str, BehindLine]:
    """The same, and where there is nothing, that; once training has ended nobody begins anything any more."""
    nothing = _nothing_yet(record, around)
    return {
        name: replace(line, items=[*line.items, nothing[name]]) if name in nothing and _is_bare(line) else line
        for name, line in behind.items()
    }


def _is_bare(line: BehindLine) -> bool:
    """Whether nothing counts and nothing is on its way: what ended otherwise, such as a DOPS declined, is neither."""
    return not any(item.counts or item.who for item in line.items)


def _nothing_yet(record: TrainingRecord, around: _Around) -> dict[str, Counted]:
    """Of each number what is said where there is nothing: what is to be done, and whose turn it is (Y1, Y4 to Y6)."""

    def there(name: str) -> str:
        return reverse(f"training:{name}", args=[record.pk])

    log, write, begin = there("dops_log"), there("review_new"), "begin one"
    none_appointed = _line("No External Moderator is appointed yet.", "", "They observe this DOPS.", THE_OFFICE)
    observed = "The External Moderator observes it, once in each year."
    of_moderator = _line("None is begun yet.", "", observed, around.moderator, ("start it", log))
    asked = "The trainee asks for one, or the Training Supervisor starts it."
    ask = ("start one", log) if around.supervisor == "You" else ("ask for one", there("dops_request"))
    whose = around.supervisor if around.supervisor == "You" else around.trainee
    monthly = "Trainee and Training Supervisor meet each month."
    return {
        "moderator_dops": of_moderator if around.moderator else none_appointed,
        "reviews": _line("None is written yet.", "", monthly, around.supervisor, ("write one", write)),
        "dops": _line("None is asked for or begun yet.", "", asked, whose, ask),
        "case_study_words": _line("None is begun yet.", "", NOT_BEGUN, around.trainee, (begin, there("case_new"))),
        "reflections": _line("None is begun yet.", "", NOT_BEGUN, around.trainee, (begin, there("reflection_new"))),
    }


def _line(
    text: str,
    url: str,
    why: str = "",
    who: str = "",
    fix: tuple[str, str] | None = None,
) -> Counted:
    """One thing: it counts when nothing is said against it; a link to mend it is for whose turn it is."""
    words, address = fix if fix and who == "You" else ("", "")
    return Counted(text, counts=not why, url=url, why=why, who=who, fix=words, fix_url=address)


def _signed(record: TrainingRecord, rows: Sequence[_Row], around: _Around) -> BehindLine:
    sign = ("sign it", reverse("training:sign_off", args=[record.pk]))
    says: dict[str, tuple[str, str]] = {
        ItemState.SIGNED: ("", ""),
        ItemState.SUBMITTED: ("Submitted, not signed yet.", around.supervisor),
        UNSIGNABLE: ("Submitted, but no evidence is shared for it any more.", around.trainee),
        ItemState.RETURNED: ("Returned with feedback.", around.trainee),
        ItemState.IN_PROGRESS: ("In progress, not submitted.", around.trainee),
        ItemState.NOT_STARTED: ("Not started.", around.trainee),
    }
    items = []
    for row in sorted(rows, key=lambda row: (row.number, row.pk)):
        (why, who), url = says[row.state], reverse("training:item", args=[row.pk])
        fix = sign if row.state == ItemState.SUBMITTED else ("work on it", url)
        changed = ", changed since signed" if row.flag else ""  # it goes on counting: the signature stands (T2)
        items.append(_line(f"{row.text} {row.about}{changed}", url, why, who, fix))
    waiting = sum(row.state == ItemState.SUBMITTED for row in rows)
    return BehindLine(sorted(items, key=lambda item: not item.counts), waiting, _with(around.supervisor))


def _with(who: str) -> str:
    return "you" if who == "You" else who


def _reviews(rows: Sequence[_Row], around: _Around) -> BehindLine:
    says: dict[str, tuple[str, str, str]] = {
        ReviewState.SUBMITTED: ("", "", ""),
        ReviewState.ACKNOWLEDGED: ("Both have signed; it is not submitted.", around.supervisor, "submit it"),
        ReviewState.SIGNED: ("The trainee has not acknowledged it.", around.trainee, "acknowledge it"),
        ReviewState.DRAFT: ("Written, not signed.", around.supervisor, "sign it"),
    }
    items = []
    for row in sorted((row for row in rows if row.state in says), key=lambda row: (row.on, row.pk)):
        why, who, verb = says[row.state]
        url = reverse("training:review", args=[row.pk])
        items.append(_line(f"Review {row.number}, {day(row.on)}", url, why, who, (verb, url)))
    waiting = sum(row.state in (ReviewState.SIGNED, ReviewState.ACKNOWLEDGED) for row in rows)
    return BehindLine(items, waiting, "somebody’s signature or submission")


def _dops(rows: Sequence[_Row], around: _Around) -> BehindLine:
    """DOPS of one kind: those that stand in the log count."""
    items = []
    for row in rows:
        assessor = "You" if row.person == around.reader.pk else row.about
        says: dict[str, tuple[str, str, str]] = {
            DopsState.COMPLETE: ("", "", ""),
            DopsState.AWAITING_COUNTERSIGNING: (
                "The Training Supervisor has not countersigned it.",
                around.supervisor,
                "countersign it",
            ),
            DopsState.AWAITING_ACKNOWLEDGEMENT: ("The trainee has not acknowledged it.", around.trainee, "read it"),
            DopsState.REQUESTED: ("Asked for, not begun.", assessor, "assess it"),
            DopsState.STARTED: ("Begun, not signed.", assessor, "finish it"),
            DopsState.DECLINED: ("It was declined.", "", ""),
            DopsState.VOIDED: ("It was voided.", "", ""),
        }
        (why, who, verb), url = says[row.state], reverse("training:dops", args=[row.pk])
        when = f", {day(row.on)}" if row.on else ""
        items.append(_line(f"{row.text or 'DOPS'}{when}, {row.about}", url, why, who, (verb, url)))
    ended = (DopsState.COMPLETE, DopsState.DECLINED, DopsState.VOIDED)
    waiting = sum(row.state not in ended for row in rows)
    return BehindLine(items, waiting, "the assessor or the trainee")


def _concerns(rows: Sequence[_Row], open_now: int) -> BehindLine:
    """Patient-safety concerns that the reader may read; of the others only how many are open (T8, Y2)."""
    items, known, who = [], 0, "The External Moderator and the scheme office"
    newest_first = sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)
    for row in sorted(newest_first, key=lambda row: row.state, reverse=True):  # open ones first
        is_open = row.state == ConcernState.OPEN
        known += is_open
        url = reverse("training:concern", args=[row.pk])
        items.append(_line(f"Concern {row.text}", url, *(("Open.", who) if is_open else ())))
    hidden = open_now - known
    if hidden:
        items.append(_line(f"{hidden} that you do not read", "", "Open.", who))
    return BehindLine(items)


def _cases(record: TrainingRecord, rows: Sequence[_Row], around: _Around, readable: set[int]) -> BehindLine:
    need, items = numbers_of(record.rules).first_year_case_study_words, []
    for row in sorted(rows, key=lambda row: (-row.number, row.pk)):
        why = "" if row.number >= need else f"{row.number:,} of {need:,} words."
        text = f"“{row.text}”" if why else f"“{row.text}”, {row.number:,} words"
        fix = ("go on writing", reverse("training:case", args=[row.pk]))
        items.append(_line(text, fix[1] if row.pk in readable else "", why, around.trainee if why else "", fix))
    return BehindLine(items)


def _reflections(rows: Sequence[_Row], around: _Around, readable: set[int]) -> BehindLine:
    items = []
    for row in sorted(rows, key=lambda row: (row.at, row.pk)):
        why = "" if row.state in WRITING_SUBMITTED else "A draft, not submitted."
        fix = ("submit it", reverse("training:reflection", args=[row.pk]))
        url = fix[1] if row.pk in readable else ""
        items.append(_line(f"“{row.text}”", url, why, around.trainee if why else "", fix))
    return BehindLine(items)


# --- what is frozen when an attempt is put forward ---


def gate_digests(record: TrainingRecord) -> Behind:
    """Ids and digests of what stands behind each number now: [id, digest] of DOPS, reviews and pieces, [id, signature,
    digest] of signed competencies, [id, words, digest] of case studies. Six queries, however much it is."""
    return {
        "moderator_dops": _dops_digests(record, lambda rows: rows.filter(dops__assessor_kind=MODERATOR)),
        "signed": [
            [row.item_id, row.pk, row.content_sha256]
            for row in standing_sign_offs()
            .filter(item__record=record, item__state=ItemState.SIGNED)
            .order_by("item__position", "pk")
        ],
        "reviews": _review_digests(record),
        "dops": _dops_digests(record, lambda rows: rows.exclude(dops__assessor_kind=MODERATOR)),
        "case_studies": _case_digests(record),
        "reflections": [
            [row.pk, reflection_version(row)]
            for row in Reflection.objects.filter(record=record, state__in=WRITING_SUBMITTED).order_by("pk")
        ],
    }


def _dops_digests(record: TrainingRecord, of_kind: Callable[[Any], Any]) -> list[list[Any]]:
    rows = DopsSignature.objects.filter(dops__record=record, dops__state=DopsState.COMPLETE, meaning="assessed")
    return [list(pair) for pair in of_kind(rows).order_by("dops").values_list("dops", "content_sha256")]


def _review_digests(record: TrainingRecord) -> list[list[Any]]:
    submitted = SupervisorReview.objects.filter(record=record, state=ReviewState.SUBMITTED).values("pk")
    rows = ReviewSignature.objects.filter(review__in=submitted, meaning="signed", withdrawn_by__isnull=True)
    return [list(pair) for pair in rows.order_by("review").values_list("review", "content_sha256")]


def _case_digests(record: TrainingRecord) -> list[list[Any]]:
    sections = Prefetch("sections", CaseSection.objects.order_by("position"), to_attr="in_order")
    rows = CaseStudy.objects.filter(record=record).order_by("pk").prefetch_related(sections)
    return [[row.pk, row.words, digest_of_case(row.title, row.in_order)] for row in rows]
