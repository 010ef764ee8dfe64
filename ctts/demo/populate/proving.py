"""What was populated is read back: of each batch one trainee with chain and signatures, in the end every invariant.

`manage.py verify_audit` and `check_invariants` read everybody's; for ten thousand that takes longer than to make them.
"""

from __future__ import annotations

from dataclasses import replace

from ctts.audit.models import AuditChain, AuditEvent
from ctts.audit.rules import HASHED, chain_of, entry_hash
from ctts.home.invariants import broken_sentences
from ctts.home.signed import SIGNED, Signed, first_broken

# Where the trainee stands of what a populated world holds signed: by the rule and the model of the signature.
OWNERS = {
    "PlanAgreement": "record__trainee",
    "SignOff": "item__record__trainee",
    "EvidenceVersion": "evidence__record__trainee",
    "ReviewSignature": "review__record__trainee",
    "ReportSignature": "report__record__trainee",
    "DopsSignature": "dops__record__trainee",
    "PutForward": "first_year__record__trainee",
    "Outcome": "record__trainee",
}


class UntrueError(Exception):
    """What was populated does not hold; the text says where."""


def prove(person: int) -> None:
    """Read a trainee back: each entry of the audit, and each signature, says what it should. Raises UntrueError."""
    _prove_chain(chain_of(person))
    for entry in SIGNED:
        if entry.rows().model.__name__ in OWNERS:
            ids = first_broken(_of(entry, person), 1)
            if ids:
                raise UntrueError(f"{entry.rule}: {entry.sentence} Not so for {ids[0]}.")


def _prove_chain(name: str) -> None:
    number, last = 0, ""
    for number, entry in enumerate(AuditEvent.objects.filter(chain=name).order_by("number").values(*HASHED, "hash"), 1):
        if entry["number"] != number or entry_hash(entry, last) != entry["hash"]:
            raise UntrueError(f"Entry {number} of the audit's chain {name} does not follow from the one before it.")
        last = entry["hash"]
    if not AuditChain.objects.filter(name=name, entries=number, last_hash=last).exists():
        raise UntrueError(f"The audit's chain {name} does not end as its state says.")


def _of(entry: Signed, person: int) -> Signed:
    rows = entry.rows().filter(**{OWNERS[entry.rows().model.__name__]: person})
    return replace(entry, rows=lambda: rows)


def prove_all() -> None:
    """Ask every invariant that is one query about the whole database. Raises UntrueError."""
    for broken in broken_sentences():
        ids = ", ".join(map(str, broken.ids))
        raise UntrueError(f"{broken.rule}: {broken.sentence} Not so for {ids}.")
