"""What people type: days, pounds, scores, levels; drafts shown letter by letter (A2, A3)."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from crispy_forms.utils import render_crispy_form
from django.core.exceptions import ValidationError
from django.http import QueryDict

from applications import actions, queries
from applications.forms.base import typed_before
from applications.forms.evidence import EnglishForm, PurchaseOrderForm, QualificationForm
from applications.forms.fields import ScoreField, TypedDayField, YesNoField
from applications.forms.office import DeskFilter, FindingForm, QuestionsForm
from applications.forms.parts import EmploymentForm, PersonalForm, SupervisorForm
from applications.forms.planning import PlanForm
from applications.models import Qualification
from applications.rules import below_higher_education, fheq_level_of
from applications.states import EnglishElement, Part
from ctts.common.fields import PoundsField
from ctts.common.forms import with_value
from tests.applications import world
from tests.applications.world import NOW, PERSONAL

TODAY = NOW.date()


@pytest.mark.parametrize(
    "typed",
    ["27/03/1998", "27/3/1998", "27.3.1998", "27-03-1998", " 27  3 1998", "27 March 1998", "27 Mar 1998", "1998-03-27"],
)
def test_a_day_is_read_as_people_in_the_uk_write_it(typed):
    assert TypedDayField().clean(typed) == date(1998, 3, 27)


@pytest.mark.parametrize("typed", ["31/02/1998", "03/27/1998", "27/03/98", "yesterday", "27/03/1850", "27/03/9999"])
def test_what_is_no_day_is_told(typed):
    with pytest.raises(ValidationError):
        TypedDayField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("£3,000.00", 300_000), ("3000", 300_000), (" 3,000.5 ", 300_050), ("0", 0), ("£ 12.34", 1_234), ("", None)],
)
def test_pounds_are_kept_as_pence(typed, pence):
    field = PoundsField(required=False)
    assert field.clean(typed) == pence
    assert field.prepare_value(300_050) == "3,000.50" and field.prepare_value("x") == "x"


@pytest.mark.parametrize("typed", ["3.000,00", "30,00", "-5", "1.234", "three", "1e3", "9999999999"])
def test_what_is_no_amount_is_told(typed):
    with pytest.raises(ValidationError, match="pounds and pence"):
        PoundsField().clean(typed)


@pytest.mark.parametrize(("typed", "score"), [("7", "7"), (" 7.0 ", "7.0"), ("10", "10"), ("6.75", "6.75"), ("", None)])
def test_a_score_is_read_as_it_is_printed(typed, score):
    assert ScoreField(required=False).clean(typed) == (Decimal(score) if score else None)


def test_A3_a_score_with_a_comma_is_told_how_to_be_written():
    with pytest.raises(ValidationError, match=r"with a point: 7\.0\."):
        ScoreField().clean("7,0")


@pytest.mark.parametrize("typed", ["seven", "7.0.0", "-1", "1234"])
def test_what_is_no_score_is_told(typed):
    with pytest.raises(ValidationError, match="as a number"):
        ScoreField().clean(typed)


def test_yes_and_no_are_shown_as_they_were_answered():
    field = YesNoField()
    assert (field.clean("yes"), field.clean("no")) == (True, False)
    assert [field.prepare_value(value) for value in (True, False, None, "maybe")] == ["yes", "no", "", "maybe"]


@pytest.mark.parametrize(
    ("framework", "level", "fheq"),
    [
        ("fheq", 4, 4),
        ("rqf", 5, 5),
        ("cqfw", 6, 6),
        ("overseas", 6, 6),
        ("scqf", 7, 4),
        ("scqf", 10, 6),
        ("scqf", 6, None),
    ],
)
def test_A3c_levels_of_other_frameworks_are_compared_with_the_fheq(framework, level, fheq):
    assert fheq_level_of(framework, level) == fheq


@pytest.mark.parametrize(
    ("framework", "level", "name"),
    [
        ("fheq", 9, "of the FHEQ go from 4 to 8"),
        ("fheq", 3, "of the FHEQ go from 4 to 8"),
        ("scqf", 13, "of the SCQF go from 1 to 12"),
        ("overseas", 0, "by UK ENIC go from 1 to 8"),
    ],
)
def test_A3c_a_level_that_the_framework_does_not_have_is_told(framework, level, name):
    with pytest.raises(ValueError, match=f"Levels {name}"):
        fheq_level_of(framework, level)


@pytest.mark.parametrize(
    ("framework", "level", "begins"),
    [("rqf", 3, 4), ("cqfw", 3, 4), ("scqf", 6, 7), ("rqf", 4, 0), ("scqf", 7, 0), ("overseas", 1, 0)],
)
def test_A3c_higher_education_begins_at_a_level_of_each_framework(framework, level, begins):
    words = below_higher_education(framework, level)
    assert (f"begins at level {begins} of the" in words) if begins else words == ""


# --- parts ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def application(cast):
    return world.start(cast)


def common(application):
    return {"application": application, "today": TODAY}


def errors(form):
    form.is_valid()
    return {name: str(found[0]) for name, found in form.errors.items()}


def personal(**changes):
    given = {**PERSONAL, "legal_name": "Ann", "date_of_birth_on": "27/03/1998"}
    return {**given, **changes}


def test_A2_personal_details_are_tidied_and_refused_in_words(application):
    form = PersonalForm(personal(postcode="ls11aa", telephone=" 0113  496 0000"), **common(application))
    assert form.is_valid(), form.errors
    assert (form.values()["postcode"], form.values()["telephone"]) == ("LS1 1AA", "0113 496 0000")
    wrong = personal(postcode="1234", telephone="call me", date_of_birth_on="1/1/2015", legal_name="...")
    found = errors(PersonalForm(wrong, **common(application)))
    assert set(found) == {"postcode", "telephone", "date_of_birth_on", "legal_name"}
    assert "less than 16 years ago" in found["date_of_birth_on"]
    long = PersonalForm(personal(legal_name="x" * 400, certificate_name="Ann 👩\u200d🔬"), **common(application))
    assert errors(long)["certificate_name"].startswith("A name has no pictures or symbols in it")
    assert long.errors["legal_name"] == ["A name has at most 160 letters."]
    for year, said in (("9999", "too far ahead"), ("1850", "too long ago")):
        meant = errors(PersonalForm(personal(date_of_birth_on=f"31/12/{year}"), **common(application)))
        assert said in meant["date_of_birth_on"]
    hidden = errors(PersonalForm(personal(address="1 Road\u202e"), **common(application)))
    assert "invisible" in hidden["address"]


def test_C1_only_centres_accredited_for_the_scope_are_offered(application, cast):
    form = EmploymentForm(**common(application))
    assert set(form.fields["centre"].queryset) == {cast.leeds, cast.bristol}
    application.scope = world.Scope.objects.get(code="NM")
    form = EmploymentForm({"centre": cast.bristol.pk, "employed_since_on": "1/1/2030"}, **common(application))
    assert set(form.fields["centre"].queryset) == {cast.leeds}
    assert {"centre", "employed_there", "job_title", "employed_since_on"} == set(errors(form))


def test_A2_a_supervisor_has_a_name_with_letters(application):
    assert set(errors(SupervisorForm({"name": "-", "email": "no"}, **common(application)))) == {"name", "email"}


def test_a_draft_is_shown_letter_by_letter_even_where_it_is_wrong(application):
    given = {"date_of_birth_on": ["31/02/1990"], "legal_name": ["Ann <b>"], "unknown": ["x"]}
    draft = actions.keep_draft(
        by=application.applicant,
        now=NOW,
        application_id=application.pk,
        part=Part.PERSONAL,
        fields=given,
        seen_version=0,
    )
    form = PersonalForm(draft=draft, **common(application))
    assert form["date_of_birth_on"].value() == "31/02/1990" and form["legal_name"].value() == "Ann <b>"
    fields = FindingForm.base_fields | DeskFilter.base_fields
    assert typed_before(fields, {"mine": ["on"], "name": [], "key": ["x"]}) == {"mine": True, "name": ""}


def test_one_value_is_set_anew_and_the_others_stay_several():
    data = QueryDict("a=1&a=2&seen=x")
    assert with_value(data, "seen", "y").getlist("a") == ["1", "2"]
    assert with_value({"a": "1"}, "seen", "y") == {"a": "1", "seen": "y"}


# --- evidence -------------------------------------------------------------------------------------------------------


def qualification(**changes):
    given = {
        "kind": "higher_education",
        "title": "BSc",
        "subject": "Physics",
        "institution": "Leeds",
        "complete": "yes",
    }
    return {**given, "framework": "fheq", "framework_level": "6", "key": str(uuid4()), **changes}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"framework_level": ""}, "framework_level", "Give the level"),
        ({"framework_level": "9"}, "framework_level", "from 4 to 8"),
        ({"framework_level": "3"}, "framework_level", "from 4 to 8"),
        ({"framework": "rqf", "framework_level": "3"}, "framework_level", "begins at level 4 of the RQF"),
        ({"framework_level": "six"}, "framework_level", "whole number"),
        ({"kind": "a_level", "a_levels": ""}, "a_levels", "how many A levels"),
        ({"kind": "a_level", "a_levels": "9"}, "a_levels", "6"),
        ({"awarded_on": "1/1/2030"}, "awarded_on", "not come yet"),
        ({"certificate_kept": "999999"}, "certificate_kept", "of those that are offered"),
        ({"key": "not a key"}, "key", "It has a new one"),
    ],
)
def test_A3_a_qualification_is_refused_beside_its_field(application, changes, field, words):
    found = errors(QualificationForm(qualification(**changes), **common(application)))
    assert words in found[field]


def test_A3c_A3e_a_qualification_knows_its_level_and_whether_it_is_from_abroad(application):
    form = QualificationForm(qualification(framework="scqf", framework_level="10"), **common(application))
    assert form.is_valid(), form.errors
    assert (form.values()["fheq_level"], form.values()["overseas"], form.values()["a_levels"]) == (6, False, 0)
    abroad = QualificationForm(qualification(framework="overseas"), **common(application))
    assert abroad.is_valid() and abroad.values()["overseas"]


def english(**changes):
    scores = dict.fromkeys(("listening", "reading", "writing", "speaking"), "6.5")
    given = {"first_language_english": "no", "test": "ielts", "overall": "7.0", "taken_on": "1/2/2026"}
    return {**given, **scores, **changes}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"overall": "6.75"}, "overall", "half bands"),
        ({"overall": "10"}, "overall", "from 0 to 9"),
        ({"reading": ""}, "reading", "Give the score"),
        ({"test": ""}, "test", "Choose the test"),
        ({"test": "other", "test_name": " "}, "test_name", "which test"),
        ({"taken_on": ""}, "taken_on", "Give the day"),
        ({"taken_on": "1/1/2030"}, "taken_on", "not come yet"),
        ({"first_language_english": "yes", "gcse_grade": "H"}, "gcse_grade", "GCSE grade"),
        ({"first_language_english": "yes"}, "gcse_grade", "Give your grade"),
        ({"first_language_english": "yes", "qualification_title": "ESOL"}, "qualification_level", "its level"),
        ({"first_language_english": ""}, "first_language_english", "Choose one"),
    ],
)
def test_A3d_english_is_refused_beside_its_field(application, changes, field, words):
    assert words in errors(EnglishForm(english(**changes), **common(application)))[field]


def test_A3d_only_the_branch_that_was_chosen_is_looked_at(application):
    form = EnglishForm(english(qualification_level="many"), **common(application))
    assert form.is_valid(), form.errors
    assert (form.values()["overall"], form.values()["qualification_level"]) == (Decimal("7.0"), None)
    first = {"first_language_english": "yes", "gcse_grade": " c ", "overall": "x", "taken_on": "soon"}
    form = EnglishForm(english(**first), **common(application))
    assert form.is_valid(), form.errors
    assert (form.values()["gcse_grade"], form.values()["overall"], form.values()["test"]) == ("C", None, "")
    oet = english(test="oet", overall="", **dict.fromkeys(("listening", "reading", "writing", "speaking"), "350"))
    assert EnglishForm(oet, **common(application)).is_valid()


def test_A3f_net_and_vat_make_the_gross_amount_and_the_order_is_attached(application):
    given = {"number": "1", "issuer": "Trust", "net_pence": "2,500", "vat_pence": "500.00", "gross_pence": "£2,900"}
    found = errors(PurchaseOrderForm({**given, "key": str(uuid4())}, **common(application)))
    assert found["gross_pence"] == "Net and VAT make £3,000.00, not £2,900.00."
    assert found["document"] == "Attach the purchase order."


# --- plan and office ------------------------------------------------------------------------------------------------


def test_A2_what_is_the_same_for_all_fills_the_empty_cells_of_the_plan(filled):
    application = filled
    first, second = queries.planned_items(application.competency_list)[:2]
    given = {f"how_{first.pk}": "Lead it", "all_how": "Watch", "all_by_month": "6", "level_six": "By project"}
    form = PlanForm({**given, f"by_month_{second.pk}": "49"}, **common(application))
    assert "Write the month" in errors(form)[f"by_month_{second.pk}"]
    form = PlanForm(given, **common(application))
    assert form.is_valid(), form.errors
    planned = form.planned()
    assert (planned[first.pk]["how"], planned[second.pk]["how"], planned[second.pk]["by_month"]) == (
        "Lead it",
        "Watch",
        6,
    )
    groups = list(form.rows())
    assert sum(len(rows) for _, rows in groups) == len(planned) and groups[0][1][0].errors == []


def test_A4_a_rule_that_is_met_has_nothing_to_override():
    given = {"outcome": "met", "override_reason": "x", "key": str(uuid4())}
    assert "needs no override" in errors(FindingForm(given))["override_reason"]


def test_A4_a_point_has_a_part_and_words_or_neither():
    form = QuestionsForm({"part_1": "plan", "text_1": " Who? ", "part_2": "plan", "text_3": "And why?"})
    assert set(errors(form)) == {"text_2", "part_3"}
    form = QuestionsForm({"part_1": "plan", "text_1": " Who? ", "part_3": "english", "text_3": "Why?"})
    assert form.is_valid() and form.points() == [(Part.PLAN, "Who?"), (Part.ENGLISH, "Why?")]


def test_a_filter_that_nobody_understands_shows_everything(cast):
    filters = DeskFilter({"state": "nowhere", "name": "Ann", "intake": "x", "centre": "0"}, queries.desk_choices())
    none = {"state": "", "intake": None, "scope": None, "centre": None, "mine": False}
    assert filters.wanted() == {**none, "name": "Ann"}


@pytest.mark.parametrize(
    ("framework", "level", "words"),
    [
        ("fheq", 5, "FHEQ level 5"),
        ("rqf", 3, "RQF level 3"),
        ("rqf", 4, "RQF level 4, compared with FHEQ level 4"),
        ("scqf", 6, "SCQF level 6"),
        ("scqf", 7, "SCQF level 7, compared with FHEQ level 4"),
        ("overseas", 6, "level 6 by UK ENIC"),
        ("rqf", None, ""),
    ],
)
def test_A3c_a_level_is_named_after_the_framework_that_was_chosen(framework, level, words):
    compared = None if level is None else fheq_level_of(framework, level)
    row = Qualification(framework=framework, framework_level=level, fheq_level=compared)
    assert row.level_words == words


def said_of(form, name):
    """What the label of a field says of leaving it empty."""
    found = re.search(rf'for="{form[name].id_for_label}"[^>]*>[^<]*<span class="optional">\((.*?)\)</span>', form.shown)
    return found[1] if found else ""


def test_A2_fields_that_only_some_answers_need_say_when(application):
    form = QualificationForm(**common(application))
    form.shown = render_crispy_form(form)
    said = {name: said_of(form, name) for name in ("framework_level", "a_levels", "grade", "title")}
    assert said == {
        "framework_level": "needed for higher education",
        "a_levels": "needed for A levels and their equivalent",
        "grade": "optional",
        "title": "",
    }


def test_A3d_each_branch_of_english_says_when_its_fields_are_needed(application):
    form = EnglishForm(**common(application))
    form.shown = render_crispy_form(form)
    said = {name: said_of(form, name) for name in (*EnglishForm.FIRST, *EnglishForm.TESTED)}
    assert said == {
        "gcse_grade": "needed unless you give another qualification",
        "qualification_title": "optional",
        "qualification_level": "needed for another qualification",
        "test": "needed if your first language is another",
        "test_name": "needed for another test",
        "overall": "needed for IELTS, TOEFL and PTE",
        **dict.fromkeys(EnglishElement.values, "needed unless it is another test"),
        "taken_on": "needed with a test",
    }
