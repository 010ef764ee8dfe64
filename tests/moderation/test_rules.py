"""Independence, sampling, boards, appeals, diploma numbers and codes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules import (
    CODE_ALPHABET,
    Involvement,
    board_problems,
    declaration_in_date,
    declaration_until,
    diploma_number,
    external_moderator_check,
    gaps_in_year,
    may_review_appeal,
    normal_code,
    parse_diploma_number,
    readable_code,
    same_code,
    sample_size,
    supporting_moderator_check,
    verification_code,
)
from moderation.states import Standing

ON = date(2026, 6, 1)
CLEAR = Involvement(declared_on=date(2026, 1, 10))
BLOCKS_BOTH = ("is_same_person", "is_trainee", "supervised", "same_centre")
BLOCKS_SUPPORTING = ("was_moderator", "signed", "assessed", "reviewed", "appointed")
WITH_A_REASON = ("same_employer_group", "declared_conflict")


def test_E4_an_uninvolved_moderator_is_clear():
    for check in (supporting_moderator_check, external_moderator_check):
        found = check(CLEAR, ON)
        assert (found.standing, found.reasons, found.permits()) == (Standing.CLEAR, (), True)


@pytest.mark.parametrize("fact", [*BLOCKS_BOTH, *BLOCKS_SUPPORTING])
def test_E4_any_involvement_blocks_the_supporting_moderator(fact):
    found = supporting_moderator_check(replace(CLEAR, **{fact: True}), ON)
    assert found.standing == Standing.BLOCKED
    assert not found.permits("There is nobody else.")
    assert [reason.key for reason in found.reasons] == [fact]
    assert found.reasons[0].text


@pytest.mark.parametrize("fact", WITH_A_REASON)
def test_E4_employer_group_and_conflict_are_overridden_with_a_reason(fact):
    for check in (supporting_moderator_check, external_moderator_check):
        found = check(replace(CLEAR, **{fact: True}), ON)
        assert found.standing == Standing.OVERRIDABLE
        assert (found.permits(), found.permits("  "), found.permits("Different trusts.")) == (False, False, True)


def test_E4_one_blocking_reason_outweighs_an_overridable_one():
    found = supporting_moderator_check(replace(CLEAR, declared_conflict=True, signed=True), ON)
    assert (found.standing, len(found.reasons)) == (Standing.BLOCKED, 2)


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        *(({fact: True}, Standing.BLOCKED) for fact in BLOCKS_BOTH),
        *(({fact: True}, Standing.CLEAR) for fact in BLOCKS_SUPPORTING),
        ({"covers_scope": False}, Standing.BLOCKED),
    ],
)
def test_E3_the_external_moderator_covers_the_scope_and_stands_outside_the_centre(changes, standing):
    assert external_moderator_check(replace(CLEAR, **changes), ON).standing == standing


@pytest.mark.parametrize(
    ("declared_on", "standing"),
    [
        (None, Standing.BLOCKED),
        (date(2026, 6, 1), Standing.CLEAR),
        (date(2026, 6, 2), Standing.BLOCKED),
        (date(2025, 6, 2), Standing.CLEAR),
        (date(2025, 6, 1), Standing.BLOCKED),
    ],
)
def test_E4_a_confidentiality_declaration_is_in_date(declared_on, standing):
    for check in (supporting_moderator_check, external_moderator_check):
        assert check(replace(CLEAR, declared_on=declared_on), ON).standing == standing


def test_E4_a_declaration_lasts_through_its_last_day():
    assert declaration_until(date(2025, 6, 2)) == date(2026, 6, 1)
    with pytest.raises(TypeError):
        declaration_in_date(ON, datetime(2026, 6, 1, tzinfo=UTC))


def test_T11_ten_percent_is_sampled_rounded_up():
    assert [sample_size(n) for n in (0, 1, 10, 11, 47)] == [0, 1, 1, 2, 5]
    with pytest.raises(TypeError):
        sample_size(4.7)


@pytest.mark.parametrize(
    ("proposed_by", "approved_by", "problems"), [(1, 2, 0), (1, 1, 1), (3, 2, 1), (1, 4, 1), (3, 4, 2), (3, 3, 3)]
)
def test_F7_two_people_ratify_and_neither_marked(proposed_by, approved_by, problems):
    assert len(board_problems(proposed_by, approved_by, [3, 4])) == problems


def test_F6_an_appeal_is_reviewed_by_someone_not_involved():
    assert may_review_appeal(5, [3, 4])
    assert not may_review_appeal(4, iter([3, 4]))


def test_D1_numbers_of_diplomas():
    assert diploma_number(2028, 17) == "CTD-2028-00017"
    assert diploma_number(2028, 99_999) == "CTD-2028-99999"


@pytest.mark.parametrize(
    ("year", "n", "error"),
    [
        (2028, 0, ValueError),
        (2028, 100_000, ValueError),
        (1999, 1, ValueError),
        (10_000, 1, ValueError),
        (True, 1, TypeError),
        (2028, "17", TypeError),
        (2028, 1.0, TypeError),
    ],
)
def test_D1_a_number_is_a_year_and_a_count(year, n, error):
    with pytest.raises(error):
        diploma_number(year, n)


@given(st.integers(2000, 9999), st.integers(1, 99_999))
def test_D1_a_number_is_read_back(year, n):
    assert parse_diploma_number(f" {diploma_number(year, n).lower()}\n") == (year, n)


@pytest.mark.parametrize(
    "text",
    ["", "CTD-2028-0001", "CTD-2028-00000", "CTD-1999-00001", "CTD-२०२८-00001", "XCTD-2028-00001", "CTD 2028 00001"],
)
def test_D1_other_texts_are_no_number(text):
    assert parse_diploma_number(text) is None


def test_D1_numbers_have_no_gap_within_a_year():
    assert gaps_in_year([3, 1, 2]) == ()
    assert gaps_in_year([]) == ()
    assert gaps_in_year([5, 1, 3]) == (2, 4)


@given(st.binary(min_size=16, max_size=16))
def test_D1_a_code_holds_128_bits_and_survives_being_typed(random_bytes):
    code = verification_code(random_bytes)
    value = 0
    for char in code:
        value = value * 32 + CODE_ALPHABET.index(char)
    assert value.to_bytes(16, "big") == random_bytes
    assert normal_code(readable_code(code).lower()) == code
    assert same_code(f" {readable_code(code)} ", code)


def test_D1_look_alikes_are_read_as_digits():
    code = verification_code(bytes(15) + b"\x01")
    assert code == "0" * 25 + "1"
    assert normal_code("o" * 25 + "l") == code
    assert readable_code(code) == "00000-00000-00000-00000-00000-1"


@pytest.mark.parametrize(
    "text", ["", "0" * 25, "0" * 27, "U" + "0" * 25, "8" + "0" * 25, "é" * 26, "-" * 65 + "0" * 26]
)
def test_D1_other_texts_are_no_code(text):
    assert normal_code(text) is None
    assert not same_code(text, "0" * 26)


def test_D1_another_code_is_not_the_same():
    assert not same_code("0" * 25 + "1", "0" * 26)


@pytest.mark.parametrize("random_bytes", [b"", bytes(15), bytes(17), "0" * 16, bytearray(16), None])
def test_D1_a_code_is_made_of_sixteen_bytes(random_bytes):
    with pytest.raises(ValueError, match="sixteen"):
        verification_code(random_bytes)
