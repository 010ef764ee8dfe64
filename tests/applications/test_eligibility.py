"""The public check of the entry rules and the routes to the register (A1; G 1.3)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from applications import queries
from applications.models import Application, ApplicationDraft, EligibilityCheck
from ctts.organisations.states import Nation
from ctts.scheme import actions as scheme
from ctts.scheme.models import Accreditation, Intake, Scope
from ctts.scheme.states import FrameworkState, IntakeState
from tests.applications.world import NOW, signed_in
from tests.cast import centre

ANSWERS = {
    "employed": "yes",
    "a_levels": "3",
    "equivalents": "0",
    "science": "yes",
    "level": "4",
    "complete": "yes",
    "relevant": "yes",
    "overseas": "no",
    "first_language_english": "yes",
    "gcse_grade": "4",
}


def check(client, cast, **changes):
    given = {**ANSWERS, "scope": Scope.objects.get(code="NM").pk, "centre": cast.leeds.pk, **changes}
    return client.get(reverse("applications:eligibility"), given)


def outcomes(response):
    return {result.rule: str(result.outcome) for _, result in response.context["answers"]}


def test_A1_the_check_needs_no_account_and_answers_each_rule_with_its_section(client, cast):
    response = check(client, cast)
    assert set(outcomes(response).values()) == {"met"}
    for words in ("Leeds Teaching Hospital is accredited", "3 A levels, 1 in a science", "Guidance G 2.1"):
        assert words in response.content.decode()


@pytest.mark.parametrize(
    ("left_open", "says"),
    [
        ({"complete": ""}, "Say whether it is complete."),
        ({"relevant": ""}, "Say whether its subject is relevant, or that you are not sure."),
        ({"science": ""}, "Say whether one of them is a science."),
        ({"science": "", "a_levels": "0", "equivalents": "1"}, "Say whether one of them is a science."),
        ({"overseas": "yes"}, "Say whether you have a statement of comparison."),
    ],
)
def test_A1_what_an_answer_opens_is_asked_not_guessed(client, cast, left_open, says):
    response = check(client, cast, **left_open)
    assert says in response.content.decode()
    assert response.context["answers"] == []


def test_A1_without_an_a_level_nothing_is_asked_about_a_science(client, cast):
    assert outcomes(check(client, cast, a_levels="0", science=""))["A3b"] == "not_met"


def test_A1_what_only_some_answers_need_says_so_and_is_not_called_optional(client, cast):
    text = client.get(reverse("applications:eligibility")).text
    assert text.count("(optional)") == 2  # the centre, which may be in no list, and equivalents
    for words in ("if you have one", "if one is from outside the UK", "for IELTS, TOEFL and PTE", "with a test"):
        assert f"(needed {words})" in text


def test_A1_a_null_character_is_told_in_our_words(client, cast):
    text = check(client, cast, scope="\0", gcse_grade="\0", overall="\0").text
    assert "Null characters" not in text and "Choose one of those that are offered." in text


def test_A1_no_highest_qualification_asks_nothing_more_about_it(client, cast):
    assert outcomes(check(client, cast, level="0", complete="", relevant=""))["A3c"] == "not_met"


@pytest.mark.parametrize(
    ("changes", "rule", "outcome"),
    [
        ({"employed": "no"}, "A3a", "not_met"),
        ({"centre": ""}, "A3a", "not_met"),
        ({"a_levels": "1"}, "A3b", "not_met"),
        ({"a_levels": "1", "equivalents": "1"}, "A3b", "needs_person"),
        ({"science": "no"}, "A3b", "not_met"),
        ({"level": "0"}, "A3c", "not_met"),
        ({"complete": "no"}, "A3c", "not_met"),
        ({"relevant": "unsure"}, "A3c", "needs_person"),
        ({"gcse_grade": "3"}, "A3d", "not_met"),
        ({"first_language_english": "no"}, "A3d", "not_met"),
        ({"overseas": "yes", "enic": "no"}, "A3e", "not_met"),
        ({"overseas": "yes", "enic": "yes"}, "A3e", "met"),
    ],
)
def test_A1_A3_each_answer_can_turn_its_rule(client, cast, changes, rule, outcome):
    assert outcomes(check(client, cast, **changes))[rule] == outcome


def test_A3a_a_centre_accredited_for_another_scope_only_is_not_met(client, cast):
    assert outcomes(check(client, cast, centre=cast.bristol.pk))["A3a"] == "not_met"


def test_A3d_scores_are_read_as_they_are_typed(client, cast):
    scores = dict.fromkeys(("listening", "reading", "writing", "speaking"), " 6.5 ")
    ielts = {"first_language_english": "no", "test": "ielts", "overall": "7.0", "taken_on": "1/2/2026", **scores}
    assert outcomes(check(client, cast, **ielts))["A3d"] == "met"
    refused = check(client, cast, **{**ielts, "overall": "6.75"})
    assert "half bands" in str(refused.context["form"].errors["overall"])
    assert refused.context["answers"] == []


def test_wrong_answers_are_told_beside_their_fields(client, cast):
    response = client.get(reverse("applications:eligibility"), {"a_levels": "9", "overall": "x", "scope": "abc"})
    errors = response.context["form"].errors
    assert {"employed", "scope", "a_levels", "level", "overall"} <= set(errors)
    assert response.status_code == 200


def test_A1_the_three_routes_to_the_register_are_told(client, cast):
    page = client.get(reverse("applications:routes")).content.decode()
    for route in ("Clinical Technologist Training Scheme", "Equivalence route", "Practitioner Training Programme"):
        assert route in page


# --- going on to an application ---


def go_on(client, cast, **changes):
    """The answers are sent along, as the page of results does."""
    given = {**ANSWERS, "scope": Scope.objects.get(code="NM").pk, "centre": cast.leeds.pk, **changes}
    return client.post(reverse("applications:keep_check"), given)


def begin(client, **given) -> Application:
    response = client.post(reverse("applications:start"), given)
    assert response.status_code == 303
    return Application.objects.get(applicant__email="ann@example.org")


def test_A1_the_results_lead_on_with_every_answer_in_hidden_fields(client, cast):
    page = check(client, cast).content.decode()
    assert "Begin an application with these answers" in page
    for name, value in ANSWERS.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


def test_A1_the_answers_wait_in_the_browser_until_somebody_is_signed_in(client, cast):
    answer = go_on(client, cast)
    assert (answer.status_code, answer["Location"]) == (303, reverse("applications:mine"))
    assert not EligibilityCheck.objects.exists()
    assert "Your answers are kept in this browser." in client.get(reverse("account_login")).content.decode()
    client.force_login(cast.ann)
    page = client.get(reverse("applications:mine")).content.decode()
    assert "Your answers of the eligibility check go with it" in page and "5 of 5 rules were met" in page


def test_A1_an_application_begun_from_the_check_keeps_what_it_said_and_shows_it(client, cast):
    go_on(client, cast, level="0")
    client.force_login(cast.ann)
    application = begin(client)
    kept = queries.eligibility_check_of(application)
    title, result = kept.results[2]
    assert (result.rule, str(result.outcome)) == ("A3c", "not_met")
    page = client.get(reverse("applications:form", args=[application.pk])).content.decode()
    assert "What the eligibility check said" in page and result.reason in page and title in page


def test_A1_the_answers_stand_in_the_parts_as_text_still_to_be_saved(client, cast):
    go_on(client, cast, first_language_english="no", test="ielts", overall="7.0", taken_on="1/2/2026")
    client.force_login(cast.ann)
    application = begin(client)
    assert (application.scope, application.centre) == (None, None)

    def shown(part):
        return client.get(reverse("applications:part", args=[application.pk, part])).context["form"]

    assert str(shown("scope")["scope"].value()) == str(Scope.objects.get(code="NM").pk)
    assert shown("employment")["employed_there"].value() == "yes"
    assert str(shown("employment")["centre"].value()) == str(cast.leeds.pk)
    english = shown("english")
    assert [english[name].value() for name in ("first_language_english", "test", "overall", "taken_on")] == [
        "no", "ielts", "7.0", "1/2/2026"
    ]  # fmt: skip


def test_A1_one_may_begin_without_the_answers_and_they_are_used_once(client, cast):
    go_on(client, cast)
    client.force_login(cast.ann)
    assert queries.eligibility_check_of(begin(client, without="1")) is None
    assert not ApplicationDraft.objects.exists()
    assert "eligibility_check" not in client.session


def test_A1_an_application_that_is_open_already_is_not_written_over(client, cast):
    client.force_login(cast.ann)
    application = begin(client)
    go_on(client, cast)
    page = client.get(reverse("applications:mine")).content.decode()
    assert "You have an application already." in page and "eligibility_check" not in client.session
    assert begin(client) == application
    assert queries.eligibility_check_of(application) is None and not ApplicationDraft.objects.exists()


def test_A1_nothing_but_the_answers_is_kept(client, cast):
    go_on(client, cast, junk="x" * 100_000, csrfmiddlewaretoken="y")
    assert "junk" not in client.session["eligibility_check"] and len(client.session["eligibility_check"]) < 500


def test_A1_whoever_has_no_centre_yet_is_not_said_to_be_employed_at_one(client, cast):
    go_on(client, cast, centre="")
    client.force_login(cast.ann)
    application = begin(client)
    form = client.get(reverse("applications:part", args=[application.pk, "employment"])).context["form"]
    assert form["employed_there"].value() in (None, "")


def test_I6_while_no_intake_is_open_the_check_says_so_and_offers_nothing(client, cast):
    for intake in Intake.objects.filter(state=IntakeState.OPEN):
        scheme.close_intake(by=None, now=NOW + timedelta(days=300), intake_id=intake.pk)
    page = check(client, cast).content.decode()
    assert "No intake takes applications today." in page and "Begin an application with these answers" not in page


def test_A1_answers_that_no_longer_fit_are_left_behind(client, cast):
    go_on(client, cast)
    client.force_login(cast.ann)
    session = client.session
    session["eligibility_check"] = session["eligibility_check"].replace("a_levels=3", "a_levels=99")
    session.save()
    assert "go with it" not in client.get(reverse("applications:mine")).content.decode()
    assert queries.eligibility_check_of(begin(client)) is None


def test_A1_a_test_that_has_not_been_taken_is_told_at_its_field(client, cast):
    page = check(client, cast, first_language_english="no", test="ielts", overall="7.0", taken_on="2/7/2026")
    assert page.context["form"].errors["taken_on"] == ["This day has not come yet."]


@pytest.mark.parametrize("changes", [{"a_levels": "9"}, {"scope": "x"}, {"taken_on": "a\0b"}, {"overall": "1e400"}])
def test_A1_wrong_answers_are_not_taken_along(client, cast, changes):
    answer = go_on(client, cast, **changes)
    assert answer.status_code == 422 and "eligibility_check" not in client.session
    assert set(changes) <= set(answer.context["form"].errors)


def test_A1_what_the_check_said_is_for_the_applicant_alone(client, cast):
    go_on(client, cast)
    client.force_login(cast.ann)
    application = begin(client)
    for person in (cast.olive, cast.sam):
        assert reading(person, application) in (403, 404)


def reading(person, application):
    return signed_in(person).get(reverse("applications:form", args=[application.pk])).status_code


# --- where one can train ---


def centres(response):
    return {scope.code: [centre.name for centre in rows] for scope, rows in response.context["scopes"]}


def test_C1_the_centres_of_each_scope_are_listed_while_their_accreditation_lasts(client, cast):
    page = client.get(reverse("applications:training_centres"))
    assert page.status_code == 200 and "No centre is accredited for it today." in page.content.decode()
    assert cast.leeds.name in centres(page)["NM"] and cast.leeds.name not in centres(page)["ME"]
    held = Accreditation.objects.get(organisation=cast.leeds, scope__code="NM")
    scheme.end_accreditation(by=None, now=NOW, accreditation_id=held.pk, how="suspend")
    assert cast.leeds.name not in centres(client.get(reverse("applications:training_centres")))["NM"]


def test_S2_a_scope_without_a_published_framework_is_not_offered_and_the_list_says_so(client, cast):
    nuclear = Scope.objects.get(code="NM")
    words = "Nobody can apply for it today"
    before = client.get(reverse("applications:training_centres")).text.count(words)
    for framework in nuclear.frameworks.filter(state=FrameworkState.PUBLISHED):
        scheme.retire_framework(by=None, now=NOW, framework_id=framework.pk)
    assert client.get(reverse("applications:training_centres")).text.count(words) == before + 1
    form = client.get(reverse("applications:eligibility")).context["form"]
    assert nuclear not in form.fields["scope"].queryset


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_centres(client, cast, rows, django_assert_num_queries):
    scope, until = Scope.objects.get(code="RH"), NOW.date() + timedelta(days=365)
    for number in range(rows):
        where = centre(f"Q{number}", f"Queen {number} Hospital", Nation.WALES, "")
        applied = scheme.apply_for_accreditation(by=None, now=NOW, organisation=where, scope=scope)
        given = {"accredit": True, "starts_on": NOW.date(), "ends_on": until}
        scheme.decide_accreditation(by=None, now=NOW, accreditation_id=applied.pk, **given)
    address = reverse("applications:training_centres")
    client.get(address)
    with django_assert_num_queries(4):
        page = client.get(address)
    assert len(centres(page)["RH"]) == rows


def test_A3d_a_grade_that_the_office_set_cites_the_version_of_the_scheme_rules(client, cast, browser_of, filled):
    given = {"changes": {"gcse_grade_needed": 7}, "effective_on": NOW.date(), "reason": "By the board."}
    scheme.change_rules(by=cast.olive, now=NOW, seen_version=1, **given)
    page = " ".join(strip_tags(check(client, cast).content.decode()).split())
    assert "Scheme rules, version 2" in page and "Guidance G 2.1" in page
    form = " ".join(strip_tags(browser_of("ann").get(reverse("applications:form", args=[filled.pk])).text).split())
    assert "grade 7 (A) is needed. Scheme rules, version 2" in form
