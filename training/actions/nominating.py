"""The trainee says which pieces of evidence are the best for a competency (T3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ctts.accounts.models import User
from ctts.common.verdict import Invalid, require
from ctts.scheme.queries import numbers_of
from training import access
from training.actions._practice import note
from training.actions._steps import lock_item
from training.models import EvidenceMapping
from training.states import EvidenceState


@transaction.atomic
def nominate(*, by: User, now: datetime, item_id: int, evidence_id: int, best: bool) -> EvidenceMapping:
    """Put a piece among the best for a competency, or take it off; the portfolio shows the best first (T3).

    No signature is touched by it. The same press twice changes nothing more. Raises NotAllowed for anyone but the
    trainee, TooLate once training has ended, Invalid for a piece that does not show the competency or is withdrawn from
    view, and for more than the scheme rules allow.
    """
    item = lock_item(item_id)
    require(access.can_nominate(by, item))
    mapping = EvidenceMapping.objects.filter(item=item, evidence=evidence_id).first()
    if mapping is None:
        raise Invalid("This evidence does not show this competency any more. Reload the page.")
    if mapping.nominated == best:
        return mapping
    if best and mapping.evidence.state == EvidenceState.QUARANTINED:
        raise Invalid("It was withdrawn from view. Replace it first; then it can be among the best.")
    most = numbers_of(item.record.rules).best_evidence_most
    if best and EvidenceMapping.objects.filter(item=item, nominated=True).count() >= most:
        raise Invalid(f"{most} pieces are the best for {item.item.code} already. Take one off first.")
    mapping.nominated = best
    mapping.save(update_fields=["nominated"])
    kind = "evidence.nominated" if best else "evidence.nomination_ended"
    note(kind, item.record, mapping.evidence, by=by, now=now, item=item.pk)
    return mapping
