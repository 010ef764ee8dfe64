"""What the scan finds in the words of a DOPS, and what was answered to it (T5, quality rule 17)."""

from __future__ import annotations

from training.models import Dops, DopsScanAnswer
from training.rules import IdentifierFinding, patient_identifiers


def identifiers_in_dops(dops: Dops) -> list[IdentifierFinding]:
    """What in the words of a DOPS looks as if it could identify a patient; test numbers left out (quality rule 17)."""
    words = (dops.procedure, dops.place, dops.done_well, dops.to_improve, dops.agreed_action)
    return identifiers_in_words("\n\n".join(words))


def identifiers_in_words(words: str) -> list[IdentifierFinding]:
    """The same of any words, such as the trainee's comment."""
    return [finding for finding in patient_identifiers(words) if finding.holds]


def dops_scan_answers(dops: Dops) -> list[DopsScanAnswer]:
    """What assessor and trainee answered to what the scan found when they signed; none where it found nothing (quality
    rule 17)."""
    return list(DopsScanAnswer.objects.filter(signature__dops=dops).select_related("signature").order_by("pk"))
