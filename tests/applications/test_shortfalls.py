"""What is saved and does not meet the entry rules stands at its field: a finding, no mistake (A3 d, f)."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from applications import actions
from applications.forms.evidence import EnglishForm
from applications.rules import EnglishFacts, english_shortfalls
from ctts.scheme.queries import numbers_on
from tests.applications import world
from tests.applications.test_views import upload, url
from tests.applications.world import NOW

TODAY = NOW.date()
SCORES = dict.fromkeys(("listening", "reading", "writing", "speaking"), 7)


def short(**given):
    return english_shortfalls(EnglishFacts(**given), date(2026, 3, 31))


def sat(test, overall=7, **given):
    facts = {"elements": SCORES, "taken_on": date(2026, 1, 1), **given}
    return short(first_language_english=False, test=test, overall=overall, **facts)


def test_A3d_what_is_too_low_is_said_by_its_score():
    found = sat("ielts", "6.5", elements={**SCORES, "speaking": "6.0"})
    assert found["speaking"] == "6.0 is too low: IELTS needs 6.5 in every element."
    assert found["overall"] == "6.5 is too low: IELTS needs 7.0 overall."
    assert set(found) == {"overall", "speaking"} and sat("ielts") == {}
    low = sat("oet", None, elements=dict.fromkeys(SCORES, 340))
    assert low == {"overall": "The mean of the four is 340, which is too low: OET needs 350 overall."}


def test_A3d_a_test_that_is_too_old_is_said_at_its_day():
    [(name, words)] = sat("ielts", taken_on=date(2024, 3, 30)).items()
    assert name == "taken_on" and words.endswith("more than 2 years old on 31 March 2026. A newer one is needed.")
    assert sat("ielts", taken_on=date(2026, 4, 2)) == {}  # a person checks the date


def test_A3d_another_test_without_evidence_is_said_at_the_evidence():
    assert list(sat("other")) == ["equivalence"]
    assert sat("other", equivalence_evidence=True) == {}


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, []),
        ({"first_language_english": False}, []),
        ({"first_language_english": True}, []),
        ({"first_language_english": True, "gcse_grade": "D"}, ["gcse_grade"]),
        ({"first_language_english": True, "gcse_grade": "D", "qualification_level": 2}, []),
        ({"first_language_english": True, "gcse_grade": "D", "equivalence_evidence": True}, []),
        ({"first_language_english": True, "qualification_level": 1}, ["qualification_level"]),
        ({"first_language_english": False, "test": "toefl", "overall": "5.5", "elements": SCORES}, []),
        ({"first_language_english": False, "test": "pte"}, []),
        ({"first_language_english": False, "test": "oet"}, []),
    ],
)
def test_A3d_what_is_met_missing_or_for_a_person_is_not_said_to_be_too_low(given, names):
    assert list(short(**given)) == names


def at_field(page, name):
    """What stands under a field."""
    return page.context["form"][name].help_text


def test_A3d_english_that_is_not_enough_is_saved_and_said_at_its_fields(cast, browser_of):
    ann, address = browser_of("ann"), url("part", world.start(cast).pk, "english")
    scores = dict.fromkeys(("overall", "listening", "reading", "writing"), "7.0")
    given = {"first_language_english": "no", "test": "ielts", "speaking": "6.0", "taken_on": "1/3/2023", **scores}
    answer = ann.post(address, {**given, "seen": ann.get(address).context["form"]["seen"].value()})
    assert (answer.status_code, answer["Location"]) == (303, address)
    page = ann.get(address)
    assert "6.0 is too low: IELTS needs 6.5 in every element." in at_field(page, "speaking")
    assert "more than 2 years old on 1 July 2026. A newer one" in at_field(page, "taken_on")
    assert "English: saved." in page.content.decode() and "Saved, and not enough so far" in page.content.decode()
    assert page.context["go_on_url"] == url("competencies", page.context["application"].pk)


def test_A3d_text_that_was_kept_since_is_not_said_to_be_too_low(cast):
    application = world.start(cast)
    common = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    values = world.ielts(None, speaking=Decimal("6.0"), overall=Decimal("6.5"), test_name="")
    values |= {"qualification_title": "", "qualification_level": None, "gcse_grade": "", "equivalence": None}
    actions.save_english(**common, values=values)
    given = {"application": application, "today": TODAY}
    assert EnglishForm(**given).say_shortfalls() == ["overall", "speaking"]
    fields = {"overall": ["6.50"], "speaking": ["7.0"]}
    draft = actions.keep_draft(**common, part=EnglishForm.part, fields=fields, seen_version=0)
    assert EnglishForm(draft=draft, **given).say_shortfalls() == ["overall"]
    assert EnglishForm({}, **given).say_shortfalls() == []


def test_A3d_evidence_of_equivalence_is_needed_for_another_test(cast):
    form = EnglishForm(application=world.start(cast), today=TODAY)
    assert vars(form.fields["equivalence"])["when_needed"] == "needed for another test"


def test_A3f_an_order_a_penny_short_is_saved_and_said_at_the_amount(cast, browser_of):
    ann, address = browser_of("ann"), url("part", world.start(cast).pk, "purchase_order")
    form = ann.get(address).context["form"]
    given = {"number": "PO-1", "issuer": "Trust", "net_pence": "2,999.99", "vat_pence": "0", "gross_pence": "2,999.99"}
    given |= {"key": str(uuid4()), "seen": form["seen"].value(), "document": upload("purchase-order.pdf")}
    answer = ann.post(address, given)
    assert (answer.status_code, answer["Location"]) == (303, address)
    page = ann.get(address)
    assert "The fee is £3,000.00: this is £0.01 short." in at_field(page, "gross_pence")
    assert "£0.01</strong> short" in page.text and "Saved, and not enough so far" not in page.text
    assert f'<a href="{url("part", page.context["application"].pk, "adjustments")}">go on' in page.text


def test_A3d_the_numbers_of_the_scheme_decide_what_is_too_low():
    numbers = numbers_on(TODAY)
    facts = EnglishFacts(first_language_english=True, gcse_grade="3")
    assert english_shortfalls(facts, TODAY, numbers)["gcse_grade"] == "Grade 3 is too low: grade 4 (C) is needed."
