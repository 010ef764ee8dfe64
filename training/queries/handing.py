"""Devices that were handed over for a DOPS (T5)."""

from __future__ import annotations

from training.models import HandOver

OF_THE_DOPS = (
    *("dops__record__trainee", "dops__record__centre", "dops__record__scope", "dops__record__rules"),
    *("dops__item__item", "dops__asked_by", "dops__assessor", "assessor", "handed_by"),
)


def handed_over(hand_over_id: int) -> HandOver | None:
    """The hand-over that a session is about, ended or not; which one it is, the session alone says."""
    return HandOver.objects.select_related(*OF_THE_DOPS).filter(pk=hand_over_id).first()
