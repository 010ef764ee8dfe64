"""Reasonable adjustments reach those who act on them, and only as what was agreed (A5)."""

from uuid import uuid4

from django.urls import reverse

from applications.models import AdjustmentRequest
from ctts.common import vault
from tests.assessments.final_stages import world as f


def test_A5_what_is_agreed_reaches_whoever_books_and_examines_and_why_reaches_nobody(ready):
    tara, olive = ready.tara.trainee, ready.cast.olive
    asked = AdjustmentRequest.objects.create(person=tara, sealed=vault.seal("Dyslexia"), asked_at=f.NOW, key=uuid4())

    def address(name):
        return reverse(f"assessments:{name}", args=[ready.tara.pk])

    book, viva = address("viva_book"), address("viva")
    record = reverse("training:record", args=[ready.tara.pk])
    assert "30 minutes more" not in f.words_of(f.browser_of(olive).get(book))
    AdjustmentRequest.objects.filter(pk=asked.pk).update(agreed="30 minutes more", agreed_at=f.NOW, agreed_by=olive)
    assert "30 minutes more" in f.words_of(f.browser_of(olive).get(book))
    f.booked(ready, ready.tara, starts_at=f.LATER)
    assert "30 minutes more" in f.words_of(f.browser_of(olive).get(address("viva_move")))
    for who in ("tara", "mia", "max", "olive"):
        shown = f.words_of(f.browser_of(getattr(ready.cast, who)).get(viva))
        assert "30 minutes more" in shown and "Dyslexia" not in shown
    assert "30 minutes more" not in f.words_of(f.browser_of(ready.cast.sam).get(viva))
    for who in ("tara", "sam", "mia", "olive"):
        shown = f.words_of(f.browser_of(getattr(ready.cast, who)).get(record))
        assert "30 minutes more" in shown and "Dyslexia" not in shown
