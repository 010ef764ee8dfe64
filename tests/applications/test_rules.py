"""Application and entry: completeness (A2), entry rules (A3), decisions (A4), moves (A6), received time (I4)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.rules import (
    ApplicationFacts,
    CentreFacts,
    EnglishFacts,
    ListItem,
    QualificationFacts,
    a_level_rule,
    acceptance_blocked_by,
    centre_rule,
    cited,
    completeness,
    coverage,
    eligibility,
    entry_rules,
    higher_education_rule,
    intake_after_cutoff,
    intake_for,
    level_rule,
    missing_before_supervisor,
    overseas_rule,
    pounds,
    purchase_order_covers,
    purchase_order_rule,
    received_after_reply,
    reply_keeps_received,
    scope_rule,
    shortfall,
)
from applications.states import (
    APPLICATION_MOVERS,
    APPLICATION_MOVES,
    FINAL,
    ROLLS_OVER,
    UNDECIDED,
    ApplicationState,
    Part,
    RuleOutcome,
)
from ctts.common.moves import legal_pairs
from ctts.scheme.rules import DEFAULTS

MET, NOT_MET, NEEDS_PERSON = RuleOutcome.MET, RuleOutcome.NOT_MET, RuleOutcome.NEEDS_PERSON
ON = date(2026, 3, 31)
CENTRE = CentreFacts(
    name="Leeds", employed=True, status="accredited", starts_on=date(2021, 4, 1), ends_on=date(2026, 3, 31)
)
PHYSICS = QualificationFacts(
    title="A level Physics", kind="a_level", complete=True, a_levels=1, science=True, certificate_attached=True
)
ART = replace(PHYSICS, title="A level Art", science=False)
HND = QualificationFacts(
    title="HND Engineering",
    kind="higher_education",
    complete=True,
    fheq_level=5,
    relevant=True,
    certificate_attached=True,
)
ITEMS = (
    ListItem(code="L1", tasks=frozenset({"image", "prepare"}), module="M1"),
    ListItem(code="L2", tasks=frozenset({"report", "elsewhere"}), module="M2"),
)
WHOLE = ApplicationFacts(
    received_on=ON,
    centre=CENTRE,
    scope="nuclear-medicine",
    scope_tasks=("image", "prepare", "report"),
    supervisor_named=True,
    qualifications=(PHYSICS, ART, HND),
    english=EnglishFacts(first_language_english=True, gcse_grade="5", certificate_attached=True),
    competencies=ITEMS,
    purchase_order_attached=True,
    purchase_order_pence=360_000,
    fee_pence=360_000,
    adjustments_answered=True,
    declared=True,
    supervisor_confirmed=True,
    level_statement="The plan reaches level 6.",
)


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        ({}, MET, "is accredited"),
        ({"status": "accredited_with_conditions"}, MET, "is accredited"),
        ({"employed": None}, NOT_MET, "not answered"),
        ({"employed": False}, NOT_MET, "Only an applicant employed"),
        ({"name": ""}, NOT_MET, "No Training Centre"),
        ({"scoped": False, "status": ""}, NOT_MET, "Choose a scope of practice"),
        ({"status": "suspended"}, NOT_MET, "is not accredited"),
        ({"starts_on": None}, NOT_MET, "is not accredited"),
        ({"ends_on": None}, NOT_MET, "is not accredited"),
        ({"starts_on": date(2026, 4, 1), "ends_on": date(2031, 3, 31)}, NOT_MET, "only from 1 April 2026"),
        ({"ends_on": date(2026, 3, 30)}, NOT_MET, "until 30 March 2026"),
    ],
)
def test_A3a_employed_at_a_centre_accredited_for_the_scope(changes, outcome, words):
    result = centre_rule(replace(CENTRE, **changes), ON)
    assert (result.outcome, result.section) == (outcome, "G 2.1")
    assert words in result.reason


BTEC = replace(PHYSICS, kind="a_level_equivalent", a_levels=3, title="BTEC Extended Diploma")


@pytest.mark.parametrize(
    ("qualifications", "outcome", "advised"),
    [
        ([PHYSICS, ART, ART], MET, False),
        ([PHYSICS, ART], MET, True),
        ([PHYSICS], NOT_MET, True),
        ([ART, ART, ART], NOT_MET, False),
        ([PHYSICS, replace(ART, complete=False)], NOT_MET, True),
        ([BTEC], NEEDS_PERSON, False),
        ([ART, replace(BTEC, a_levels=1)], NEEDS_PERSON, True),
        ([replace(BTEC, complete=False)], NOT_MET, True),
        ([HND], NOT_MET, True),
        ([], NOT_MET, True),
    ],
)
def test_A3b_two_a_levels_one_a_science_three_preferred(qualifications, outcome, advised):
    result = a_level_rule(qualifications)
    assert (result.outcome, bool(result.advice)) == (outcome, advised)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"fheq_level": 4}, MET),
        ({"fheq_level": 8}, MET),
        ({"fheq_level": 3}, NOT_MET),
        ({"fheq_level": None}, NOT_MET),
        ({"complete": False}, NOT_MET),
        ({"relevant": None}, NEEDS_PERSON),
        ({"relevant": False}, NOT_MET),
    ],
)
def test_A3c_a_complete_level_4_in_a_relevant_subject(changes, outcome):
    assert higher_education_rule([replace(HND, **changes)]).outcome == outcome


def test_A3c_the_best_of_several_counts():
    assert higher_education_rule([replace(HND, relevant=None), replace(HND, complete=False), HND]).met


@pytest.mark.parametrize(
    ("overseas", "attached", "outcome"), [(False, False, MET), (True, False, NOT_MET), (True, True, MET)]
)
def test_A3e_overseas_needs_a_uk_enic_comparison(overseas, attached, outcome):
    assert overseas_rule([HND, replace(HND, overseas=overseas, enic_attached=attached)]).outcome == outcome


@pytest.mark.parametrize(
    ("pence", "fee", "outcome"),
    [
        (360_000, 360_000, MET),
        (359_999, 360_000, NOT_MET),
        (None, 360_000, NOT_MET),
        (360_000, None, NOT_MET),
    ],
)
def test_A3f_the_purchase_order_covers_the_gross_fee(pence, fee, outcome):
    assert purchase_order_rule(pence, fee).outcome == outcome


def test_A3f_money_is_whole_pence():
    assert purchase_order_covers(360_000, 360_000)
    assert pounds(1_234_567_05) == "£1,234,567.05"
    for wrong in (3600.0, True, "360000", None):
        with pytest.raises(TypeError):
            purchase_order_covers(wrong, 360_000)
    with pytest.raises(ValueError, match="less than 0"):
        purchase_order_covers(-1, 0)


def test_S3_coverage_shows_codes_by_task_gaps_and_unmapped():
    loose = ListItem(code="L3", tasks=frozenset({"image"}), module=" ")
    matrix = coverage(("image", "report", "calibrate"), (*ITEMS, loose))
    assert matrix.by_task == {"image": ("L1", "L3"), "report": ("L2",), "calibrate": ()}
    assert (matrix.gaps, matrix.unmapped, matrix.whole) == (("calibrate",), ("L3",), False)


@pytest.mark.parametrize(
    ("tasks", "items", "outcome", "words"),
    [
        (("image", "report"), ITEMS, MET, "All 2"),
        ((), ITEMS, NOT_MET, "no tasks"),
        (("image", "calibrate"), ITEMS, NOT_MET, "1 of 2"),
        (tuple("abcdefg"), (), NOT_MET, "and 2 more"),
        (("image",), (replace(ITEMS[0], module=""),), NOT_MET, "PTP"),
    ],
)
def test_A3g_the_list_covers_the_whole_scope(tasks, items, outcome, words):
    result = scope_rule(tasks, items)
    assert (result.outcome, words in result.reason, result.section) == (outcome, True, "G 2.2")


def test_A3h_a_person_always_judges_level_6():
    assert level_rule("  ").outcome == NOT_MET
    assert level_rule("It does.").outcome == NEEDS_PERSON


def test_A3_every_rule_is_evaluated_in_order():
    results = entry_rules(WHOLE)
    assert [result.rule for result in results] == ["A3a", "A3b", "A3c", "A3d", "A3e", "A3f", "A3g", "A3h"]
    assert [result.outcome for result in results] == [MET] * 7 + [NEEDS_PERSON]


def test_A3_a_number_that_the_office_set_cites_the_scheme_rules_and_no_other_does():
    changed = replace(DEFAULTS, gcse_grade_needed=7, toefl_overall=105)
    sources = {one.rule: one.source for one in cited(entry_rules(WHOLE, changed), changed, 4)}
    assert sources["A3d"] == "Scheme rules, version 4"
    assert {sources[rule] for rule in ("A3a", "A3b", "A3c", "A3e", "A3h")} == {"Guidance G 2.1"}
    own = replace(DEFAULTS, toefl_overall=105)  # which the guidance does not give
    assert cited(entry_rules(WHOLE, own), own, 4) == entry_rules(WHOLE, own)


def test_A1_eligibility_asks_the_same_rules():
    assert eligibility(CENTRE, WHOLE.qualifications, WHOLE.english, ON) == entry_rules(WHOLE)[:5]


def test_A2_a_whole_application_misses_nothing():
    assert completeness(WHOLE) == ()
    assert missing_before_supervisor(replace(WHOLE, supervisor_confirmed=False)) == ()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"personal_missing": ("Date of birth",)}, Part.PERSONAL),
        ({"centre": CentreFacts()}, Part.EMPLOYMENT),
        ({"centre": replace(CENTRE, name="")}, Part.EMPLOYMENT),
        ({"scope": ""}, Part.SCOPE),
        ({"supervisor_named": False}, Part.SUPERVISOR),
        ({"qualifications": ()}, Part.QUALIFICATIONS),
        ({"qualifications": (replace(HND, certificate_attached=False),)}, Part.QUALIFICATIONS),
        ({"english": EnglishFacts()}, Part.ENGLISH),
        ({"english": EnglishFacts(first_language_english=False)}, Part.ENGLISH),
        ({"english": EnglishFacts(first_language_english=False, test="ielts")}, Part.ENGLISH),
        ({"plan_missing": ("L1",)}, Part.PLAN),
        ({"purchase_order_pence": None}, Part.PURCHASE_ORDER),
        ({"purchase_order_attached": False}, Part.PURCHASE_ORDER),
        ({"purchase_order_pence": 359_999}, Part.PURCHASE_ORDER),
        ({"fee_pence": None}, Part.PURCHASE_ORDER),
        ({"adjustments_answered": False}, Part.ADJUSTMENTS),
        ({"declared": False}, Part.DECLARATION),
        ({"supervisor_confirmed": False}, Part.CONFIRMATION),
        ({"level_statement": " "}, Part.CONFIRMATION),
    ],
)
def test_A2_each_missing_part_is_named(changes, part):
    missing = completeness(replace(WHOLE, **changes))
    assert [each.part for each in missing] == [part]
    assert missing[0].reason


def test_A2_an_empty_application_misses_every_part_in_order():
    parts = [each.part for each in completeness(ApplicationFacts(received_on=ON, personal_missing=("Name",)))]
    assert parts == list(Part)


def test_A4_acceptance_needs_every_rule_met_or_overridden_with_a_reason():
    findings = dict.fromkeys(("A3a", "A3b", "A3c", "A3d", "A3e", "A3f"), "met") | {"A3g": "not_met"}
    assert acceptance_blocked_by(findings, {}) == ("A3g", "A3h")
    assert acceptance_blocked_by(findings | {"A3h": "needs_person"}, {"A3g": " "}) == ("A3g", "A3h")
    assert acceptance_blocked_by(findings | {"A3h": "met"}, {"A3g": "Task is done at the partner site."}) == ()
    for findings_, overrides in (({"A3x": "met"}, {}), ({}, {"A9": "why"}), ({"A3a": "perhaps"}, {})):
        with pytest.raises(ValueError, match=r"A3x|A9|perhaps"):
            acceptance_blocked_by(findings_, overrides)


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("replied_at", "keeps"),
    [
        (at(2026, 3, 20, 12), True),
        (at(2026, 4, 3, 22, 59), True),
        (at(2026, 4, 3, 23, 0), False),
        (at(2026, 4, 20), False),
    ],
)
def test_I4_a_reply_within_14_london_days_keeps_the_received_time(replied_at, keeps):
    asked, first = at(2026, 3, 20, 9), at(2026, 3, 10)
    assert reply_keeps_received(asked, replied_at) is keeps
    received = received_after_reply(first, asked, replied_at)
    assert (received, intake_for(received)) == ((first, (2026, 4)) if keeps else (replied_at, (2026, 10)))


def test_I4_replies_follow_questions_and_carry_a_zone():
    with pytest.raises(ValueError, match="before the question"):
        reply_keeps_received(at(2026, 3, 20), at(2026, 3, 19))
    with pytest.raises(ValueError, match="time zone"):
        reply_keeps_received(at(2026, 3, 20), at(2026, 3, 21).replace(tzinfo=None))
    with pytest.raises(TypeError):
        received_after_reply(date(2026, 3, 1), at(2026, 3, 20), at(2026, 3, 21))


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 — hypothesis adds the zone
def test_I5_drafts_roll_to_the_intake_of_those_received_after_the_cutoff(received_at):
    assert intake_after_cutoff(*intake_for(received_at)) > intake_for(received_at)


A6 = """
draft>awaiting_supervisor awaiting_supervisor>draft awaiting_supervisor>received received>in_review
in_review>information_requested information_requested>in_review in_review>accepted in_review>declined
received>deferred in_review>deferred information_requested>deferred accepted>deferred deferred>in_review
draft>withdrawn awaiting_supervisor>withdrawn received>withdrawn in_review>withdrawn
information_requested>withdrawn accepted>withdrawn deferred>withdrawn accepted>enrolled
"""


def test_A6_these_transitions_and_no_others():
    assert legal_pairs(APPLICATION_MOVES) == sorted(tuple(pair.split(">")) for pair in A6.split())


def test_A6_every_move_has_its_movers_and_final_states_have_none():
    assert APPLICATION_MOVERS.keys() == APPLICATION_MOVES.keys()
    assert all(APPLICATION_MOVERS.values())
    leaving = {source for move in APPLICATION_MOVES.values() for source in move.sources}
    assert set(ApplicationState.values) - leaving == {state.value for state in FINAL}
    assert not (ROLLS_OVER & UNDECIDED)


@pytest.mark.parametrize(
    ("gross", "fee", "lacks"), [(299_999, 300_000, 1), (300_000, 300_000, 0), (400_000, 300_000, 0), (1, None, None)]
)
def test_A3f_what_an_order_lacks_of_the_fee(gross, fee, lacks):
    assert shortfall(gross, fee) == lacks
