"""Reasonable adjustments reach those who act on them, and only as what was agreed (A5)."""

from django.urls import reverse

from assessments import periodic
from ctts.notifications.models import Message
from ctts.organisations.access import forget_held
from ctts.organisations.models import Affiliation
from tests.applications.adjusting import agree, asked_of
from tests.assessments.final_stages import world as f


def test_A5_what_is_agreed_reaches_whoever_books_and_examines_and_why_reaches_nobody(ready):
    tara, olive = ready.tara.trainee, ready.cast.olive
    asked = asked_of(tara, f.NOW)

    def address(name):
        return reverse(f"assessments:{name}", args=[ready.tara.pk])

    book, viva = address("viva_book"), address("viva")
    record = reverse("training:record", args=[ready.tara.pk])
    assert "30 minutes more" not in f.words_of(f.browser_of(olive).get(book))
    agree(ready.cast.ada, asked, "30 minutes more", f.NOW)
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


def agreed(ready, now, words="30 minutes more"):
    """An adjustment of Tara's, agreed by Ada at `now`."""
    asked = asked_of(ready.tara.trainee, f.NOW)
    agree(ready.cast.ada, asked, words, now)
    return asked


def told():
    """Who was told of an adjustment to a viva, by name."""
    rows = Message.objects.filter(kind="assessments.viva_adjusted").select_related("to").order_by("pk")
    return [row.to.full_name.split()[0] for row in rows]


BETWEEN = f.at(2027, 12, 20, 11)


def test_A5_what_is_agreed_after_the_booking_is_told_once_to_whoever_cannot_know(ready):
    agreed(ready, f.EARLIER, "Large print")
    f.booked(ready, ready.tara, starts_at=f.LATER)
    assert periodic.tell_of_adjustments(BETWEEN) == 0
    row = agreed(ready, BETWEEN)
    assert [periodic.tell_of_adjustments(BETWEEN) for _ in range(2)] == [2, 0]
    assert told() == ["Max", "Olive"]
    booked_it = [row.text for row in Message.objects.filter(kind="assessments.viva_adjusted").order_by("pk")]
    assert ["You booked" in text for text in booked_it] == [False, True]
    assert not [text for text in booked_it if "30 minutes more" in text or "Dyslexia" in text]
    again = f.at(2027, 12, 20, 12)
    agree(ready.cast.ada, row, "An hour more", again)
    assert [periodic.tell_of_adjustments(again) for _ in range(2)] == [2, 0]


def test_A5_whoever_has_left_the_office_and_a_viva_that_has_begun_are_left_alone(ready):
    f.booked(ready, ready.tara, starts_at=f.LATER)
    agreed(ready, BETWEEN)
    assert periodic.tell_of_adjustments(f.at(2027, 12, 21, 11)) == 0
    Affiliation.objects.filter(person=ready.cast.olive, role="office").update(ends_on=f.date(2027, 12, 19))
    forget_held(ready.cast.olive)
    assert (periodic.tell_of_adjustments(BETWEEN), told()) == (1, ["Max"])


def test_A5_whoever_books_reads_the_minutes_and_whoever_examines_reads_it_beside_the_sheet(ready):
    asked = asked_of(ready.tara.trainee, f.NOW)
    agree(ready.cast.ada, asked, "More time", f.NOW, extra_time_percent=25, rest_breaks=True)
    book = f.words_of(f.browser_of(ready.cast.olive).get(reverse("assessments:viva_book", args=[ready.tara.pk])))
    assert "25% more of 60 minutes: 15 minutes extra" in book
    viva = f.booked(ready, ready.tara, starts_at=f.LATER)
    marking = reverse("assessments:marking", args=[viva.attempt_id])
    for who in ("mia", "max"):
        shown = f.words_of(f.browser_of(getattr(ready.cast, who)).get(marking))
        assert "More time" in shown and "Rest breaks" in shown and "Dyslexia" not in shown
