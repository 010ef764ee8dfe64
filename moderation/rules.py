"""Independence of moderators, sampling, boards, appeals and diploma numbers: pure functions, no database."""

from __future__ import annotations

import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from assessments.states import Result, Stage
from ctts.accounts.rules import sort_key
from ctts.common.months import add_months, days_after, plain_day
from ctts.common.printed import is_printed_letter
from ctts.scheme.rules import DEFAULTS, SchemeNumbers, share_needed, whole_number
from moderation.states import PoolState, Standing
from training.states import AppointmentKind

DIPLOMA_NUMBER = re.compile(r"CTD-([0-9]{4})-([0-9]{5})")
FIRST_YEAR, LAST_YEAR, LAST_NUMBER = 2000, 9999, 99_999
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without I, L, O and U: nothing reads as something else, and no words arise by accident."""
CODE_LENGTH, CODE_BITS, CODE_BYTES, CODE_GROUP = 26, 5, 16, 5
CODE_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})
CODE_INPUT_MOST = 64
PRINTED_SIGNS = frozenset(" -\u2010\u2011–'’‘ʼ.,·()/&0123456789")
"""Beside letters of the scripts of our fonts (`ctts.common.printed`); a name in another is given in Latin letters."""


@dataclass(frozen=True)
class Reason:
    """One reason against an appointment; `blocks` ones cannot be overridden."""

    key: str
    text: str
    blocks: bool


@dataclass(frozen=True)
class Independence:
    """Whether a person may be appointed to moderate for a trainee, and every reason against it."""

    reasons: tuple[Reason, ...]

    @property
    def standing(self) -> Standing:
        """Clear without reasons, blocked by any that blocks, else overridable."""
        if any(reason.blocks for reason in self.reasons):
            return Standing.BLOCKED
        return Standing.OVERRIDABLE if self.reasons else Standing.CLEAR

    def permits(self, override_reason: str = "") -> bool:
        """Whether the appointment may be made, with this written reason for an override (E4)."""
        if self.standing == Standing.OVERRIDABLE:
            return bool(override_reason.strip())
        return self.standing == Standing.CLEAR


@dataclass(frozen=True, kw_only=True)
class Involvement:
    """What ties a moderator to a trainee, as plain facts of the whole record, past and present (E4).

    `is_trainee`: in training on the scheme themselves. `was_moderator`: is or was this trainee's External Moderator;
    `signed`, `assessed`, `reviewed`, `supervised`, `appointed` anything or anyhow in the record. `declared_on`: the
    day the confidentiality declaration was signed, None without one. `covers_scope`: in the pool for that scope.
    """

    is_same_person: bool = False
    is_trainee: bool = False
    was_moderator: bool = False
    signed: bool = False
    assessed: bool = False
    reviewed: bool = False
    supervised: bool = False
    appointed: bool = False
    same_centre: bool = False
    same_employer_group: bool = False
    declared_conflict: bool = False
    declared_on: date | None = None
    covers_scope: bool = True


_NEVER = (
    ("is_same_person", "Nobody moderates their own training."),
    ("is_trainee", "A trainee never assesses a trainee."),
    ("supervised", "Supervised this trainee."),
    ("same_centre", "Works at the same Training Centre."),
)
_NEVER_SUPPORTING = (
    ("was_moderator", "Is or was the External Moderator of this trainee."),
    ("signed", "Signed something in this trainee's record."),
    ("assessed", "Assessed this trainee."),
    ("reviewed", "Reviewed this trainee."),
    ("appointed", "Was appointed in this trainee's record."),
)
_WITH_A_REASON = (
    ("same_employer_group", "Works for the same employer group."),
    ("declared_conflict", "Declared a conflict of interest."),
)


def supporting_moderator_check(facts: Involvement, on: date, numbers: SchemeNumbers = DEFAULTS) -> Independence:
    """Whether a person may be the Supporting Moderator (or adjudicator) of a trainee on this day (E4, F5; G 3.6).

    Blocked: involved in the record in any way, of the same centre, a trainee, without a confidentiality declaration in
    date. Overridable with a reason: same employer group, a declared conflict.
    """
    return Independence(
        (
            *_found(facts, (*_NEVER, *_NEVER_SUPPORTING), blocks=True),
            *_declaration(facts, on, numbers),
            *_found(facts, _WITH_A_REASON, blocks=False),
        )
    )


def external_moderator_check(facts: Involvement, on: date, numbers: SchemeNumbers = DEFAULTS) -> Independence:
    """Whether a person may be the External Moderator of a trainee on this day (E3, E4; G 1.1, 3.6).

    Appointed by scope of practice, so one who does not cover the scope is blocked, as are a trainee, a supervisor of
    this trainee, a member of the same centre, and one without a confidentiality declaration in date. Having moderated
    or assessed the trainee before is what the post is for.
    """
    scope = () if facts.covers_scope else (Reason("covers_scope", "Does not cover this scope of practice.", True),)
    return Independence(
        (
            *_found(facts, _NEVER, blocks=True),
            *scope,
            *_declaration(facts, on, numbers),
            *_found(facts, _WITH_A_REASON, blocks=False),
        )
    )


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody stands in the pool on a day (E3): their state there, empty outside it, whether they hold the role
    of moderator, how many trainees they have, and how many they take at a time."""

    state: str = ""
    holds_role: bool = False
    load: int = 0
    capacity: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no further trainee fits what they take at a time."""
        return self.load >= self.capacity


_OUTSIDE = {
    "": "Is not in the pool of moderators.",
    PoolState.INVITED: "Has not joined the pool yet.",
    PoolState.PAUSED: "Takes no new trainees at present.",
    PoolState.RETIRED: "Has left the pool of moderators.",
}


def pool_reasons(place: Place) -> tuple[Reason, ...]:
    """What in the pool stands against an appointment (E3): outside it, paused or without the role it is blocked; with
    as many trainees as they take, it needs a written reason (default)."""
    reasons = []
    if place.state != PoolState.ACTIVE:
        reasons.append(Reason("pool", _OUTSIDE[place.state], True))
    if not place.holds_role:
        reasons.append(Reason("role", "Does not hold the role of moderator.", True))
    if place.state == PoolState.ACTIVE and place.is_full:
        reasons.append(Reason("full", f"Has {place.load} of {place.capacity} trainees.", False))
    return tuple(reasons)


def appointment_check(
    kind: str, facts: Involvement, place: Place, on: date, numbers: SchemeNumbers = DEFAULTS
) -> Independence:
    """Whether somebody of the pool may be appointed to moderate for a trainee from this day on (E3, E4, F5).

    Raises ValueError for what is no appointment of a moderator.
    """
    checks = {
        AppointmentKind.EXTERNAL_MODERATOR: external_moderator_check,
        AppointmentKind.SUPPORTING_MODERATOR: supporting_moderator_check,
        AppointmentKind.ADJUDICATOR: supporting_moderator_check,
    }
    check = checks.get(AppointmentKind(kind))
    if check is None:
        raise ValueError(f"{AppointmentKind(kind).label} is no moderator.")
    return Independence((*pool_reasons(place), *check(facts, on, numbers).reasons))


def _found(facts: Involvement, named: Iterable[tuple[str, str]], *, blocks: bool) -> tuple[Reason, ...]:
    return tuple(Reason(key, text, blocks) for key, text in named if getattr(facts, key))


def _declaration(facts: Involvement, on: date, numbers: SchemeNumbers) -> tuple[Reason, ...]:
    if facts.declared_on is None:
        return (Reason("declared_on", "Has not signed the confidentiality declaration.", True),)
    if not declaration_in_date(facts.declared_on, on, numbers):
        return (Reason("declared_on", "The confidentiality declaration is out of date.", True),)
    return ()


def declaration_until(declared_on: date, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The last day of a confidentiality declaration: twelve months less a day from signing (E4, default)."""
    return days_after(add_months(declared_on, numbers.declaration_months), -1)


def declaration_in_date(declared_on: date, on: date, numbers: SchemeNumbers = DEFAULTS) -> bool:
    """Whether a confidentiality declaration is in date, from the day it was signed through its last day (E4)."""
    return declared_on <= plain_day(on, "on") <= declaration_until(declared_on, numbers)


def renewal_from(declared_on: date, numbers: SchemeNumbers = DEFAULTS) -> date:
    """The first day on which a confidentiality declaration can be renewed: with the notice that milestones have, before
    its last day (E4, default)."""
    return days_after(declaration_until(declared_on, numbers), -numbers.milestone_notice_days)


def sample_size(items: int, numbers: SchemeNumbers = DEFAULTS) -> int:
    """How many of so many locally signed competencies or DOPS are sampled: 10 %, rounded up (T11).

    Raises TypeError or ValueError for what is no count.
    """
    return share_needed(items, numbers.sampling_percent)


def samples_wanted(items: int, sampled: int, numbers: SchemeNumbers = DEFAULTS) -> int:
    """How many more of so many locally signed things are to be sampled, after those that were: never fewer than one in
    all where there is anything (T11). With a share of 0 per cent nothing is sampled.

    Raises as `sample_size`.
    """
    return max(0, sample_size(items, numbers) - whole_number(sampled, "sampled"))


def drawn_by_seed(seed: str, kind: str, ids: Iterable[int], many: int) -> list[int]:
    """So many of these ids, as a seed chooses them: in the order of the SHA-256 of "seed:kind:id" (T11).

    Anybody who knows the seed and the ids finds the same.
    """
    return sorted(ids, key=lambda one: sha256(f"{seed}:{kind}:{one}".encode()).digest())[:many]


def board_problems(
    proposed_by: int, approved_by: int | None, markers: Iterable[int], involved: Iterable[int] = ()
) -> tuple[str, ...]:
    """Why two people cannot ratify a trainee's award; empty when they can (F7). People are ids.

    Proposed by one, approved by another (None: nobody yet), neither a marker of that trainee nor otherwise involved
    in the training.
    """
    marked, others = set(markers), set(involved)
    reasons = ["The award is approved by another than its proposer."] if proposed_by == approved_by else []
    for word, person in (("proposer", proposed_by), ("approver", approved_by)):
        if person in marked:
            reasons.append(f"The {word} marked this trainee.")
        elif person in others:
            reasons.append(f"The {word} was involved in this training.")
    return tuple(reasons)


def missing_for_award(released: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What a trainee still lacks for the award, as names of stages in their order; empty when all four are passed and
    released (F7). `released` maps each stage to its released results."""
    return tuple(stage.label for stage in Stage if Result.PASS not in released.get(stage, ()))


def may_review_appeal(reviewer: int, involved: Iterable[int]) -> bool:
    """Whether a person may review an appeal: not involved in what is appealed against (F6). People are ids."""
    return reviewer not in set(involved)


def diploma_number(year: int, n: int) -> str:
    """The `n`th diploma of a year: CTD-2028-00017 (D1).

    Raises TypeError for what is no whole number, ValueError for a year outside 2000 to 9999 or n outside 1 to 99 999.
    """
    whole_number(year, "year", least=FIRST_YEAR, most=LAST_YEAR)
    return f"CTD-{year:04d}-{whole_number(n, 'n', least=1, most=LAST_NUMBER):05d}"


def parse_diploma_number(text: str) -> tuple[int, int] | None:
    """(year, n) of a diploma number as somebody typed it, None when it is none (D1).

    Capitals and surrounding blanks do not matter.
    """
    found = DIPLOMA_NUMBER.fullmatch(text.strip().upper())
    if not found or int(found[1]) < FIRST_YEAR or int(found[2]) == 0:
        return None
    return int(found[1]), int(found[2])


def gaps_in_year(numbers: Iterable[int]) -> tuple[int, ...]:
    """The numbers missing among those issued in one year, which D1 says are none: 1, 2, 3, … without a gap."""
    issued = {whole_number(n, "n", least=1, most=LAST_NUMBER) for n in numbers}
    return tuple(n for n in range(1, max(issued, default=0)) if n not in issued)


def verification_code(random_bytes: bytes) -> str:
    """128 random bits as 26 letters and digits for the address in the QR code (D1).

    The bytes are the caller's, from `secrets`. Raises ValueError for other than sixteen.
    """
    if not isinstance(random_bytes, bytes) or len(random_bytes) != CODE_BYTES:
        raise ValueError("A verification code is made of sixteen random bytes.")
    value = int.from_bytes(random_bytes, "big")
    places = range((CODE_LENGTH - 1) * CODE_BITS, -1, -CODE_BITS)
    return "".join(CODE_ALPHABET[value >> place & (len(CODE_ALPHABET) - 1)] for place in places)


def readable_code(code: str) -> str:
    """A verification code in groups of five for the eye: ABCDE-FGHJK-… (D1)."""
    return "-".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))


def normal_code(text: str) -> str | None:
    """A verification code as somebody typed or scanned it, in its normal form; None when it is none (D1).

    Small letters, dashes and blanks do not matter; O is read as 0, I and L as 1.
    """
    if len(text) > CODE_INPUT_MOST:
        return None
    code = text.upper().translate(CODE_READ_AS)
    in_alphabet = len(code) == CODE_LENGTH and all(char in CODE_ALPHABET for char in code)
    return code if in_alphabet and CODE_ALPHABET.index(code[0]) < 1 << (8 * CODE_BYTES % CODE_BITS) else None


def same_code(given: str, stored: str) -> bool:
    """Whether a typed code is the stored one, compared in constant time so that nobody learns it letter by letter
    (D1)."""
    code = normal_code(given)
    return code is not None and hmac.compare_digest(code, stored)


def same_name(given: str, stored: str) -> bool:
    """Whether somebody typed the name that stands on a diploma (D1).

    Capitals, accents, hyphens, apostrophes and blanks do not matter: "zofia lukasiewicz" is Žofia Łukasiewicz. Compared
    in constant time.
    """
    folded = [sort_key(name).replace(" ", "").encode() for name in (given, stored)]
    return bool(folded[0]) and hmac.compare_digest(folded[0], folded[1])


def unprintable(name: str) -> str:
    """The characters of a name that a diploma cannot print, in their order; empty when it can print all (D1)."""
    return "".join(sign for sign in name if not _is_printed(sign))


def _is_printed(sign: str) -> bool:
    if unicodedata.category(sign) == "Mn" or sign in PRINTED_SIGNS:
        return True
    return sign.isalpha() and is_printed_letter(sign)


def network_of(address: str) -> str:
    """The network whose tries at the public check are counted together (D1).

    An IPv4 address by itself; of an IPv6 address its first half, of which one household has all of the rest.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
