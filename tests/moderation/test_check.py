"""The public check (D1): nothing before the name, one answer for all that does not fit, no trace, not too often."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from moderation import actions
from moderation.rules import network_of, same_name, unprintable
from moderation.views.check import TRIES
from tests.moderation.awarding import NOW, issued
from tests.worlds import built_once
from training.models import TrainingRecord

ZOFIA = "Žofia O’Brien-Łukasiewicz"


@built_once
def diploma(awarded):
    """Tara's diploma, to a name with everything in it."""
    TrainingRecord.objects.filter(pk=awarded.tara.pk).update(certificate_name=ZOFIA)
    return issued(awarded)


def look(path, status=200, **query):
    """A page as a visitor without cookies gets it, with what every answer has."""
    client = Client()
    response = client.get(path, query)
    assert response.status_code == status
    assert response["X-Robots-Tag"] == "noindex, nofollow" and response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not client.cookies and not response.cookies
    return response.content.decode()


def words(text):
    """A page without what differs for every reader: the number in its address, and the name that was typed."""
    return re.sub(r"CTD-\d{4}-\d{5}|Mallory Quinn", "…", text)


# --- by number and name ---


def test_D1_a_visitor_is_asked_for_the_number_first(diploma):
    assert "Number of the diploma" in look("/verify/")
    assert "A number reads like" in look("/verify/", 422, number="17")
    response = Client().get("/verify/", {"number": " ctd-2028-00001 "})
    assert (response.status_code, response.url) == (302, "/verify/CTD-2028-00001")


def test_D1_with_the_number_alone_the_page_says_nothing(diploma):
    known, unknown = look(f"/verify/{diploma.number}"), look("/verify/CTD-2028-00002")
    assert words(look(f"/verify/{diploma.number}/")) == words(known)
    assert words(known) == words(unknown)
    assert diploma.name not in known and "Nuclear Medicine" not in known and "Genuine" not in known


@pytest.mark.parametrize("typed", [ZOFIA, "zofia o'brien lukasiewicz", "  ŽOFIA   OBRIEN ŁUKASIEWICZ "])
def test_D1_the_name_confirms_it_however_it_is_written(diploma, typed):
    text = look(f"/verify/{diploma.number}", name=typed)
    assert "Genuine" in text and "This diploma is in force." in text
    assert "Nuclear Medicine" not in text and diploma.code not in text
    assert look("/verify/ctd-2028-00001", name=typed) != ""


@pytest.mark.parametrize("number", ["CTD-2028-00002", "CTD-2027-00001", "nonsense", "CTD-2028-1"])
def test_D1_an_unknown_number_answers_as_another_name_does(diploma, number):
    other = words(look(f"/verify/{diploma.number}", name="Mallory Quinn"))
    assert "Not confirmed" in other
    assert (
        words(look(f"/verify/{number}", name="Mallory Quinn")).replace(number.upper(), "…").replace(number, "…")
        == other
    )


def test_D1_no_name_is_asked_for_again(diploma):
    assert "Fill in “Name on the diploma”." in look(f"/verify/{diploma.number}", 422, name=" ")
    assert look(f"/verify/{diploma.number}", 422, name="x" * 161)


def test_D1_an_invisible_character_in_the_name_is_said_once(diploma):
    response = Client().get(f"/verify/{diploma.number}", {"name": "Zofia\x00"})
    [said] = response.context["form"].errors["name"]
    assert (response.status_code, said[:32]) == (422, "Character 6 is invisible (U+0000")


def test_D1_one_that_is_over_says_so(awarded, diploma):
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=diploma.pk, reason="A secret reason.")
    text = look(f"/verify/{diploma.number}", name=ZOFIA)
    assert "Genuine, but not in force" in text and "it was revoked" in text and "A secret reason." not in text
    given = {"diploma_id": diploma.pk, "name": "Zofia Quinn", "reason": "Married."}
    newer = actions.reissue_diploma(by=awarded.cast.olive, now=NOW, **given)
    text = look(f"/verify/{diploma.number}/{diploma.code}")
    assert "Not in force" in text and "Superseded" in text
    assert newer.number not in text and "Zofia Quinn" not in text and "Married" not in text
    assert "Genuine and in force" in look(f"/verify/{newer.number}/{newer.code}")


# --- by the code ---


def test_D1_the_code_shows_name_scope_date_and_status(diploma):
    text = look(f"/verify/{diploma.number}/{diploma.code}")
    for part in ("Genuine and in force", ZOFIA, "Nuclear Medicine", diploma.number, "Issued to", "In force"):
        assert part in text, part
    assert re.search(r"3\s+April\s+2028", text.replace("\u00a0", " "))
    spaced = "-".join(diploma.code[place : place + 5] for place in range(0, 26, 5)).lower()
    assert "Genuine and in force" in look(f"/verify/{diploma.number.lower()}/{spaced}")


def test_D1_another_code_or_number_shows_nothing(awarded, diploma):
    toms = issued(awarded, "tom")
    wrong = "0" * 26
    answers = [
        look(f"/verify/{diploma.number}/{wrong}", 404),
        look(f"/verify/{diploma.number}/{toms.code}", 404),
        look(f"/verify/CTD-2028-00009/{diploma.code}", 404),
        look(f"/verify/nonsense/{diploma.code}", 404),
    ]
    assert {words(text).replace("nonsense", "…") for text in answers} == {words(answers[0])}
    assert "Not confirmed" in answers[0] and ZOFIA not in "".join(answers)


# --- not too often ---


def test_D1_one_network_may_ask_thirty_times_a_minute(diploma):
    for _ in range(TRIES):
        look(f"/verify/{diploma.number}", name="Mallory Quinn")
    for path in (f"/verify/{diploma.number}?name=x", f"/verify/{diploma.number}/{diploma.code}"):
        refused = Client().get(path)
        assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (429, "60", "no-store")
        page = refused.content.decode()
        assert "more than 30 times within a minute" in page and "Wait 60 seconds" in page and "minutes" not in page
    look("/verify/")
    look(f"/verify/{diploma.number}")
    with elsewhere("198.51.100.7") as client:
        assert client.get(f"/verify/{diploma.number}", {"name": ZOFIA}).status_code == 200


@contextmanager
def elsewhere(address):
    """A visitor from another network."""
    yield Client(REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("no address", "unknown"),
    ],
)
def test_D1_a_network_is_an_address_or_the_half_of_a_long_one(address, network):
    assert network_of(address) == network


# --- names ---


@pytest.mark.parametrize(
    ("given", "same"), [("", False), ("...", False), ("zofia obrien", False), (ZOFIA.upper(), True)]
)
def test_D1_the_whole_name_counts(given, same):
    assert same_name(given, ZOFIA) is same
    assert not same_name("", "")


@pytest.mark.parametrize(
    ("name", "left"),
    [
        (ZOFIA, ""),
        ("Αθηνά Παπαδοπούλου", ""),
        ("Мария Іванова", ""),
        ("Z\u0301ofia", ""),
        ("Trainee 0042", ""),
        ("山田 Taro", "山田"),
        ("محمد", "محمد"),
        ("Tara\u200bQuinn", "\u200b"),
        ("Tara <b>", "<>"),
    ],
)
def test_D1_what_a_diploma_cannot_print_is_named(name, left):
    assert unprintable(name) == left


@pytest.mark.django_db
def test_the_check_is_linked_from_every_page():
    text = Client().get(reverse("home:accessibility")).content.decode()
    assert text.count('href="/verify/"') >= 2
    assert reverse("moderation:next_steps") in text
