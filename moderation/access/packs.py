"""Who puts the pack for the register together, and when (D2)."""

from __future__ import annotations

from django.db.models import Q

from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from moderation.models import Award, Diploma, Pack
from moderation.states import PackState
from training.models import TrainingRecord


def can_use_pack(user: User, record: TrainingRecord) -> Verdict:
    """The pack is the trainee's own, from the moment at which the board has ratified the award (D2; G 5.1)."""
    if user.pk != record.trainee_id:
        return no("Only the trainee puts this together.")
    if not Award.objects.filter(record=record).exists():
        return late("This opens once the board has ratified the award of your Diploma.")
    return YES


def can_ask_pack(user: User, record: TrainingRecord) -> Verdict:
    """Whether the pack can be put together now: not while it is being put together (D2)."""
    return both(can_use_pack(user, record), _nothing_under_way(record))


def can_have_pack(pack: Pack) -> Verdict:
    """Whether a pack's files are given out: not once a Diploma that may be in it was revoked or superseded (D1, D2)."""
    ended = Q(revoked_at__gte=pack.asked_at) | Q(superseded_by__issued_at__gte=pack.asked_at)
    if Diploma.objects.filter(ended, award=pack.record_id).exists():
        return late("The Diploma in this pack is no longer in force. Have the pack put together again.")
    return YES


def _nothing_under_way(record: TrainingRecord) -> Verdict:
    if Pack.objects.filter(record=record, state=PackState.REQUESTED).exists():
        return late("It is being put together already. Wait for it, or reload the page.")
    return YES
