"""Names, addresses, and what the database alone does not open."""

from datetime import timedelta

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from ctts.accounts import sealing
from ctts.accounts.rules import SORT_LENGTH, mailbox_of, name_problem, same_address, sort_key, tidy_name, within_window
from tests.accounts.people import NOW


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Tara Khan", "tara khan"),
        ("Žofia O’Brien-Łukasiewicz", "zofia obrien lukasiewicz"),
        ("ØRSTED,  Søren", "orsted soren"),
        ("Jürgen Groß", "jurgen gross"),
        ("Þórður Æsir", "thordur aesir"),
        ("Nguyễn Văn Đức", "nguyen van duc"),
        ("王 小明", "王 小明"),
        ("D'Arcy", "darcy"),
        ("", ""),
    ],
)
def test_a_name_is_folded_for_sorting(name, folded):
    assert sort_key(name) == folded


@given(st.text(max_size=160))
def test_folding_is_steady_and_fits_its_column(name):
    folded = sort_key(name)
    assert folded == " ".join(folded.split())
    assert len(folded) <= SORT_LENGTH
    assert sort_key(name.upper().lower()) == sort_key(name.lower().upper().lower())


def test_addresses_are_compared_in_small_letters_without_spaces():
    assert same_address(" Tara.Khan@LEEDS.Example ") == "tara.khan@leeds.example"
    assert tidy_name("  Tara \t Khan ") == "Tara Khan"


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        (timedelta(0), True),
        (timedelta(minutes=10), True),
        (timedelta(minutes=10, seconds=1), False),
        (timedelta(seconds=-1), False),
    ],
)
def test_a_proof_counts_for_ten_minutes(age, counts):
    assert within_window(NOW - age, NOW) is counts


def test_what_is_sealed_opens_with_the_key_an_older_key_and_no_other(settings):
    settings.SECRET_KEY = "first"
    sealed = sealing.seal("secret words")
    token = sealing.door_token(sealing.INVITATION, 7, "nonce")
    assert "secret" not in sealed
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert sealing.unseal(sealed) == "secret words"
    assert sealing.token_fits(sealing.INVITATION, 7, "nonce", token)
    assert sealing.door_token(sealing.INVITATION, 7, "nonce") != token
    settings.SECRET_KEY_FALLBACKS = []
    assert not sealing.token_fits(sealing.INVITATION, 7, "nonce", token)
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed)


@pytest.mark.parametrize(("pk", "nonce"), [(8, "nonce"), (7, "other")])
def test_a_token_fits_its_own_invitation_only(pk, nonce):
    token = sealing.door_token(sealing.INVITATION, 7, "nonce")
    assert len(token) == 43  # 256 bits
    assert not sealing.token_fits(sealing.INVITATION, pk, nonce, token)
    assert not sealing.token_fits(sealing.INVITATION, 7, "nonce", token[:-1])
    assert not sealing.token_fits(sealing.INVITATION, 7, "nonce", "é" + token)


def test_rule_14_the_code_of_a_link_is_six_digits_of_its_own_row_and_key(settings):
    settings.SECRET_KEY = "first"
    code = sealing.door_code(sealing.INVITATION, 7, "nonce")
    assert len(code) == 6 and code.isdigit()
    assert sealing.code_fits(sealing.INVITATION, 7, "nonce", f" {code[:3]} {code[3:]}")
    assert len({sealing.door_code(sealing.INVITATION, pk, "nonce") for pk in range(50)}) > 45
    for other in ("", code[:-1], f"{code}0", "é" + code):
        assert not sealing.code_fits(sealing.INVITATION, 7, "nonce", other)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert sealing.code_fits(sealing.INVITATION, 7, "nonce", code)
    settings.SECRET_KEY_FALLBACKS = []
    assert sealing.door_code(sealing.INVITATION, 7, "nonce") != code


# Persian with a non-joiner, Sinhala with a joiner: both are spelt so.
WITH_JOINERS = ["\u0645\u0647\u0631\u200c\u062f\u0627\u062f", "\u0d9a\u0dca\u200d\u0dbb\u0dd2\u0dc2\u0dca"]
PICTURES = "A name has no pictures or symbols in it"


@pytest.mark.parametrize(
    "name", ["Žofia O’Brien-Łukasiewicz", "J. R. Smith 3rd", "李", "Kaur d/o Singh", *WITH_JOINERS]
)
def test_a_name_of_any_script_can_be_stored(name):
    assert name_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("²", "A name has letters."),
        ("1 2", "A name has letters."),
        ("Win at http://evil.example", "A name does not have : in it."),
        ("=cmd|' /C calc'!A0", "A name does not have = or | in it."),
        ("Al\u200ded", "An invisible joiner is in the name. Delete it, or type the name again instead of pasting it."),
        ("\u200cمهر", "An invisible joiner is in the name. Delete it, or type the name again instead of pasting it."),
        ("Al 👩\u200d🔬", f"{PICTURES}: letters of any script, spaces, hyphens and apostrophes."),
        ("Al 👍🏽", f"{PICTURES}: letters of any script, spaces, hyphens and apostrophes."),
        ("Al 1\ufe0f\u20e3", f"{PICTURES}: letters of any script, spaces, hyphens and apostrophes."),
        ("x" * 161, "A name has at most 160 letters."),
    ],
)
def test_what_is_no_name_is_refused_in_words(name, words):
    assert name_problem(name) == words


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        (" Tara+Dops@Leeds.example", "tara@leeds.example"),
        ("tara.quinn@leeds.example", "tara.quinn@leeds.example"),
        ("Tara.Q.uinn+x@googlemail.com", "taraquinn@gmail.com"),
        ("taraquinn@gmail.com", "taraquinn@gmail.com"),
    ],
)
def test_addresses_that_lead_to_one_mailbox_are_one(address, mailbox):
    assert mailbox_of(address) == mailbox
