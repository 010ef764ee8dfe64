"""The patient-identifier scan (T3, quality rule 17): it warns and holds for the author, it never blocks.

One in eleven random ten-digit numbers passes the check of an NHS number, and a capitalised word after "patient" may be
anything; so every finding is a question to the author. The matched value leaves this module nowhere: a finding says
what kind, from where to where, and how it is shaped. Every pattern has bounded repeats, so the time grows with the
length of the text alone, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from training.rules.not_names import NOT_NAMES
from training.states import IdentifierKind

_DASHES = "\\-\u2010-\u2015\u2212"
_GAPS = f"[\\s\u00ad\u200b-\u200d\u2060\ufeff{_DASHES}]{{1,3}}"
_TEN_DIGITS = re.compile(
    rf"(?<!\d)(?:\d{{10}}|\d{{3}}{_GAPS}\d{{3}}{_GAPS}\d{{4}}|(?P<six>\d{{6}}){_GAPS}\d{{4}})(?!\d)"
)
_IS_DASH = re.compile(f"[{_DASHES}]")
_GOES_BACK = re.compile(r"(?:\d\.|\+|\+\d{1,3}[ -])\Z")
_WEIGHTS = range(10, 1, -1)
_MODULUS = 11

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_BETWEEN = f"[\\s/.,{_DASHES}]{{1,3}}"
_DATE = (
    rf"(?:\d{{4}}{_BETWEEN}\d{{1,2}}{_BETWEEN}\d{{1,2}}|\d{{1,2}}{_BETWEEN}\d{{1,2}}{_BETWEEN}(?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:{_BETWEEN}(?:of\s)?)?{_MONTH}(?:{_BETWEEN})?['’]?(?:\d{{4}}|\d{{2}})"
    rf"|{_MONTH}{_BETWEEN}\d{{1,2}}(?:st|nd|rd|th)?{_BETWEEN}\d{{4}}|\d{{8}}|\d{{6}})(?!\d)"
)
_BIRTH = r"(?:d\.?\s?o\.?\s?b\.?(?![^\W\d_])|date\s{1,3}of\s{1,3}birth|birth\s?date|birthday|born(?:\s{1,3}on)?\b)"
_BORN = re.compile(
    rf"(?<![^\W_]){_BIRTH}\s{{0,3}}(?:\([dmy/. -]{{2,14}}\))?[\s:;=(\[,{_DASHES}]{{0,6}}(?:is|was|on)?[\s:]{{0,3}}"
    rf"(?<!\d)(?P<value>{_DATE})|(?<!\d)(?P<before>{_DATE})\s{{0,3}}[(\[]\s?{_BIRTH}\s?[)\]]",
    re.IGNORECASE,
)

_RECORD = re.compile(
    r"(?<![^\W_])(?:m\.?r\.?n\.?|(?:hosp(?:ital)?|patient|unit|case\s?note|pas|district|medical\s{1,3}record|accession"
    r"|radiology)\.?\s{0,3}(?:numbers?|num|no|nr|id|identifier|ref|reference)?)(?![^\W\d_])"
    rf"[\s:;#=.(\[{_DASHES}]{{0,6}}(?:is|was)?[\s:#.]{{0,3}}"
    r"(?P<value>[a-z]{0,4}[-/ ]?\d[\da-z/-]{3,14})(?![\da-z])",
    re.IGNORECASE,
)
_LABELS_ALONE = re.compile(r"m\.?r\.?n\b|(?:no|num|numbers?|nr|id|identifier|ref|reference)\b|#", re.IGNORECASE)
_RECORD_DIGITS = 4

_POSTCODE = re.compile(
    r"(?<![^\W_])[a-z]{1,2}\d[a-z\d]?\s{0,2}\d[abd-hjlnp-uw-z]{2}(?![^\W_])",
    re.IGNORECASE,
)
_HOUSE = re.compile(r"\d{1,4}[a-z]?(?:[-/]\d{1,4}[a-z]?)?", re.IGNORECASE)
_ADDRESS_WORD = re.compile(r"[^\W\d_][^\W\d_'’.&-]{0,30}[^\s,;:!?]{0,10}")
_STREETS = re.compile(
    r"avenue|ave|close|court|crescent|drive|gardens|green|grove|hill|lane|mews|park|place|road|rd|row|square|st|street"
    r"|terrace|walk|way",
    re.IGNORECASE,
)
_NO_HOUSES = re.compile(
    r"\b(?:bay|box|clinic|figure|floor|lab|laboratory|level|page|room|section|suite|table|theatre|version|ward)\Z",
    re.IGNORECASE,
)
_BLANKS = str.maketrans(dict.fromkeys(",;\t\n\r\f\v\u00a0\u2009\u202f", " "))
_ADDRESS_REACH, _ADDRESS_WORDS = 120, 9
_ABBREVIATED = 3  # letters: a longer word with a full stop ends a sentence
_YEARS = range(1900, 2100)

_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Master|Baby)\.?\s{1,2}"
_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_NAME_WORD = rf"{_UPPER}[\w'’-]{{0,30}}+"
_NAME = rf"{_NAME_WORD}\.?(?:,?\s{{1,2}}{_NAME_WORD}){{0,3}}"
_AFTER = re.compile(
    r"(?<![^\W_])[Pp](?:atient|ATIENT)(?:['’]s)?"
    r"(?:(?P<label>\s{1,3}(?:full\s|first\s)?[Nn](?:ame|AME)\s{0,3}(?:is|was)?[\s:=-]{1,4}"
    r"|,?\s{1,3}(?:who\s(?:is|was)\s)?(?:called|named)\s{1,3})|[\s:,(–—-]{1,4})"
    rf"(?P<title>{_TITLE})?(?P<name>{_NAME})"
)
_BEFORE = re.compile(
    rf"(?<![\w'’-])(?P<title>{_TITLE})?(?P<name>{_NAME_WORD}(?:\s{{1,2}}{_NAME_WORD}){{0,2}})"
    r"(?:,\s{1,2}|\s{1,2}\(|\s{1,2}(?:is|was)\s{1,2})(?:a|an|the|our|my|this)\s{1,2}(?:[\w-]{1,20}+\s{1,2}){0,3}patient\b"
    rf"|(?<![\w'’-])(?P<titled>{_TITLE})(?P<surname>{_NAME_WORD}(?:\s{{1,2}}{_NAME_WORD})?)[\s,(]{{1,3}}patient\b"
    rf"|(?<![\w'’-])(?P<marked>(?!{_TITLE}){_NAME_WORD}(?:\s{{1,2}}(?!{_TITLE}){_NAME_WORD}){{1,2}})"
    r"\s{0,2}\(\s?(?:the\s)?patient\s?[),;]"
)
_PATIENT = re.compile(r"patient\b")
_NAME_REACH = 160


@dataclass(frozen=True)
class IdentifierFinding:
    """One likely identifier: its kind, its place (`text[start:end]`) and its shape, never its value.

    `holds` says whether the item waits for the author's answer; an NHS test number belongs to nobody and does not.
    """

    kind: IdentifierKind
    start: int
    end: int
    hint: str
    holds: bool


def patient_identifiers(text: str) -> tuple[IdentifierFinding, ...]:
    """What in a text looks like a patient identifier, in the order of the text (T3, quality rule 17).

    NHS numbers (ten digits, plain or 3-3-4, not part of a longer number, check digit by modulus 11), those beginning
    with 999 as test numbers, CHI numbers (beginning with a date), dates labelled as a date of birth, numbers labelled
    as hospital or record numbers, UK postcodes with a house number, names beside "patient". Findings of one kind do
    not overlap. Raises TypeError for what is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"A scan reads text, not {type(text).__name__}.")
    found = [
        *_numbers(text),
        *_labelled(text, _BORN, IdentifierKind.DATE_OF_BIRTH),
        *_records(text),
        *_addresses(text),
        *_names(text),
    ]
    found.sort(key=lambda finding: (finding.start, finding.end, finding.kind))
    return tuple(_without_overlaps(found))


def nhs_number_valid(digits: str) -> bool:
    """Whether ten digits pass the check of an NHS or CHI number: weights 10 to 2, modulus 11, a check of 10 never
    (quality rule 17). Raises ValueError for anything but ten digits."""
    if len(digits) != 10 or not digits.isdecimal():
        raise ValueError("An NHS number has ten digits.")
    numbers = [int(digit) for digit in digits]
    check = -sum(weight * number for weight, number in zip(_WEIGHTS, numbers[:-1], strict=True)) % _MODULUS
    return check == numbers[-1]


def _finding(text: str, kind: IdentifierKind, start: int, end: int) -> IdentifierFinding:
    shape = re.sub(r"\s+", " ", re.sub(r"[^\W_]", "•", text[start:end][:40]))
    return IdentifierFinding(kind, start, end, shape, kind != IdentifierKind.NHS_TEST_NUMBER)


def _without_overlaps(found: list[IdentifierFinding]) -> Iterator[IdentifierFinding]:
    ends: dict[IdentifierKind, int] = {}
    for finding in found:
        if finding.start >= ends.get(finding.kind, 0):
            ends[finding.kind] = finding.end
            yield finding


def _numbers(text: str) -> Iterator[IdentifierFinding]:
    for match in _TEN_DIGITS.finditer(text):
        start, end = match.span()
        digits = "".join(char for char in match[0] if char.isdecimal())
        if not nhs_number_valid(digits) or _in_longer_number(text, start, end):
            continue
        kind = _number_kind(digits)
        if match["six"] and kind != IdentifierKind.CHI_NUMBER:
            continue
        yield _finding(text, kind, start, end)


def _number_kind(digits: str) -> IdentifierKind:
    if digits.startswith("999"):
        return IdentifierKind.NHS_TEST_NUMBER
    return IdentifierKind.CHI_NUMBER if _is_date(digits[:6]) else IdentifierKind.NHS_NUMBER


def _in_longer_number(text: str, start: int, end: int) -> bool:
    """Whether ten digits are part of a decimal (0.9434765919), of a telephone number (+44 943 476 5919) or, grouped by
    dashes, of a number that goes on across a dash (12-943-476-5919)."""
    before, after = text[max(start - 5, 0) : start], text[end : end + 2]
    if _GOES_BACK.search(before) or (after[:1] == "." and after[1:].isdecimal()):
        return True
    if not _IS_DASH.search(text, start, end):
        return False
    goes_back = before[-2:-1].isdecimal() and bool(_IS_DASH.fullmatch(before[-1:]))
    goes_on = after[1:].isdecimal() and bool(_IS_DASH.fullmatch(after[:1]))
    return goes_back or goes_on


def _is_date(six: str) -> bool:
    """Whether DDMMYY is a day of this century or the last."""
    day, month, year = int(six[:2]), int(six[2:4]), int(six[4:])
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _labelled(text: str, pattern: re.Pattern[str], kind: IdentifierKind) -> Iterator[IdentifierFinding]:
    for match in pattern.finditer(text):
        group = "value" if match["value"] else "before"
        yield _finding(text, kind, *match.span(group))


def _records(text: str) -> Iterator[IdentifierFinding]:
    for match in _RECORD.finditer(text):
        start, end = match.span("value")
        labelled = _LABELS_ALONE.search(text, match.start(), start)
        if labelled and sum(map(str.isdecimal, match["value"])) >= _RECORD_DIGITS:
            yield _finding(text, IdentifierKind.HOSPITAL_NUMBER, start, end)


def _addresses(text: str) -> Iterator[IdentifierFinding]:
    for match in _POSTCODE.finditer(text):
        house = _house_before(text, match.start())
        if house is not None:
            yield _finding(text, IdentifierKind.ADDRESS, house, match.end())


def _house_before(text: str, end: int) -> int | None:
    """Where the house number of the postcode at `end` begins; None without one within nine words before it."""
    begin = max(0, end - _ADDRESS_REACH)
    rest = text[begin:end].translate(_BLANKS).rstrip()
    words: list[str] = []
    while rest and len(words) < _ADDRESS_WORDS:
        head, _, last = rest.rpartition(" ")
        token, before = last.strip("()."), head.rstrip()
        is_number = bool(_HOUSE.fullmatch(token))
        if last.endswith(".") and (is_number or (token[:1].islower() and len(token) > _ABBREVIATED)):
            return None  # it ends a sentence
        if is_number and not _NO_HOUSES.search(before):
            return begin + len(rest) - len(last) if _is_house(token, words) else None
        if not is_number and not _ADDRESS_WORD.fullmatch(token):
            return None
        words.insert(0, token)
        rest = before
    return None


def _is_house(number: str, words: list[str]) -> bool:
    """Whether a number and the words between it and the postcode read as an address rather than as a sentence."""
    if any(map(_STREETS.fullmatch, words)):
        return True
    is_year = number.isdecimal() and int(number) in _YEARS
    return not is_year and (not words or words[0][0].isupper())


def _names(text: str) -> Iterator[IdentifierFinding]:
    for match in _AFTER.finditer(text):
        sure = bool(match["label"] or match["title"])
        end = _name_end(match["name"], sure)
        if end:
            start = match.start("name")
            yield _finding(text, IdentifierKind.PATIENT_NAME, start, start + end)
    for match in _names_before(text):
        group = next(name for name in ("surname", "marked", "name") if match[name])
        end = _name_end(match[group], bool(match["titled"] or match["title"]))
        if end:
            start = match.start(group)
            yield _finding(text, IdentifierKind.PATIENT_NAME, start, start + end)


def _names_before(text: str) -> Iterator[re.Match[str]]:
    """Matches of a name that leads up to "patient", sought only in the stretches before that word, each read once."""
    begin = end = 0
    for match in _PATIENT.finditer(text):
        if match.start() - _NAME_REACH > end:
            yield from _BEFORE.finditer(text, begin, end)
            begin = match.start() - _NAME_REACH
        end = match.end() + 2  # with what closes a bracket
    yield from _BEFORE.finditer(text, begin, end)


def _name_end(words: str, sure: bool) -> int:
    """How long a name is that begins these words, 0 when they are none.

    Without a label or a title it takes two words, one of them longer than an initial, neither a word that commonly
    follows "patient" nor all in capitals (a heading).
    """
    tokens = []
    for token in re.finditer(r"[\w'’-]+", words):
        word = token[0]
        if word[0].islower():
            break
        if len(word) > 1 and (word.casefold() in NOT_NAMES or (not sure and word.isupper())):
            break
        tokens.append(token)
    if len(tokens) < (1 if sure else 2) or all(len(token[0]) == 1 for token in tokens):
        return 0
    return tokens[-1].end()
