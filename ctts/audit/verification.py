"""Finding any edit, deletion, reorder or cut tail of the audit, and naming the first bad entry (quality rule 7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from ctts.audit.models import AuditChain, AuditEvent, AuditHead, AuditWords
from ctts.audit.rules import HASHED, entry_hash, head_digest
from ctts.audit.sealing import head_content, head_file, signature_holds
from ctts.common.digest import sha256

COLUMNS = ("seq", *HASHED, "prev", "hash")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: the chain, its entry number (0 for a whole chain or head), and what is wrong."""

    chain: str
    number: int
    message: str


@dataclass
class Report:
    """What a verification read and what it found; `faults` is empty when all holds."""

    entries: int = 0
    chains: int = 0
    heads: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(words: bool = True) -> Report:
    """Recompute every chain, every head and the files outside, in order of `seq`.

    The first fault of each chain is reported; what follows it in that chain is not judged. `words` also compares the
    erasable texts that still exist with the hashes in the chain.
    """
    report = Report()
    ends: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    heads = list(AuditHead.objects.order_by("upto", "pk"))
    waiting, grown, previous = iter(heads), set[str](), ""
    head = next(waiting, None)
    for entry in AuditEvent.objects.order_by("seq").values(*COLUMNS).iterator(5000):
        while head and entry["seq"] > head.upto:
            report.faults += _head_faults(head, previous, grown, ends)
            previous, grown, head = head.digest, set(), next(waiting, None)
        report.entries += 1
        chain = entry["chain"]
        if chain not in broken:
            fault = _entry_fault(entry, ends.get(chain, (0, "")))
            if fault:
                report.faults.append(fault)
                broken.add(chain)
        ends[chain] = (entry["number"], entry["hash"])
        grown.add(chain)
    while head:
        report.faults += _head_faults(head, previous, grown, ends)
        previous, grown, head = head.digest, set(), next(waiting, None)
    report.chains, report.heads = len(ends), len(heads)
    report.faults += _end_faults(ends, broken) + _outside_faults(heads)
    if words:
        report.faults += _word_faults()
    return report


def _entry_fault(entry: dict[str, Any], end: tuple[int, str]) -> Fault | None:
    number, last = end
    if entry["number"] != number + 1:
        return Fault(entry["chain"], number + 1, f"Entry {number + 1} is missing or out of order.")
    if entry["prev"] != last:
        return Fault(entry["chain"], entry["number"], "It does not follow the entry before it.")
    if entry_hash(entry, last) != entry["hash"]:
        return Fault(entry["chain"], entry["number"], "Its content was changed after it was written.")
    return None


def _head_faults(head: AuditHead, previous: str, grown: set[str], ends: dict[str, tuple[int, str]]) -> Iterator[Fault]:
    name = f"head {head.on.isoformat()}"
    if head.previous != previous:
        yield Fault(name, 0, "It does not follow the head before it.")
    elif head_digest(previous, head.at, head.upto, [(chain, *ends[chain]) for chain in grown]) != head.digest:
        yield from _lost(head, previous, ends) or [Fault(name, 0, "The chains it signed are no longer what they were.")]
    elif not signature_holds(head.digest, head.signature):
        yield Fault(name, 0, "Its signature does not hold.")


def _lost(head: AuditHead, previous: str, ends: dict[str, tuple[int, str]]) -> list[Fault]:
    """The chains that do not end as a head signed them; empty when what it keeps of them is not what it signed."""
    signed = [(chain, number, last) for chain, number, last in head.chains]
    if head_digest(previous, head.at, head.upto, signed) != head.digest:
        return []
    faults = []
    for chain, number, last in signed:
        left, end = ends.get(chain, (0, ""))
        if (left, end) != (number, last):
            at = min(left + 1, number)
            faults.append(
                Fault(chain, at, f"The head of {head.on.isoformat()} signed {number} of its entries; there are {left}.")
            )
    return faults


def _end_faults(ends: dict[str, tuple[int, str]], broken: set[str]) -> list[Fault]:
    """Chains whose tail was cut: their state row knows more entries than there are (or fewer)."""
    faults = []
    for chain in AuditChain.objects.order_by("name").iterator(5000):
        number, last = ends.get(chain.name, (0, ""))
        if chain.name not in broken and (chain.entries, chain.last_hash) != (number, last):
            faults.append(Fault(chain.name, number + 1, f"The chain had {chain.entries} entries; {number} are left."))
    known = set(AuditChain.objects.values_list("name", flat=True))
    return faults + [Fault(name, 0, "The chain has entries but no state row.") for name in sorted(set(ends) - known)]


def _outside_faults(heads: list[AuditHead]) -> list[Fault]:
    """Heads that differ from the files written outside the database, and files whose head is gone."""
    faults, known = [], set()
    for head in heads:
        file = head_file(head)
        known.add(file.name)
        if file.exists() and _copy_outside(file) != json.loads(json.dumps(head_content(head))):
            faults.append(Fault(f"head {head.on.isoformat()}", 0, "It differs from the copy kept outside."))
    for file in sorted(Path(settings.AUDIT_HEAD_DIR).glob("????-??-??.json")):
        if file.name not in known:
            faults.append(Fault(f"head {file.stem}", 0, "The copy kept outside has no head in the database any more."))
    return faults


def _copy_outside(file: Path) -> Any:
    """What the copy of a head says; None when it is no JSON any more."""
    try:
        return json.loads(file.read_text())
    except ValueError:
        return None


def _word_faults() -> list[Fault]:
    faults = []
    for words in AuditWords.objects.select_related("event").iterator(2000):
        if sha256(words.text) != words.event.words_sha256:
            faults.append(Fault(words.event.chain, words.event.number, "The text kept beside it was changed."))
    return faults
