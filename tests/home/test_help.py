"""Help in place: every text belongs to a page that exists, takes its numbers from the scheme rules, and is found."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver, reverse

from ctts.common import clock
from ctts.common.helping import Help, Point, Reader, every_help
from ctts.home import helping, searching
from ctts.scheme.models import RuleSet
from ctts.scheme.rules import DEFAULTS, to_json
from tests.office import NAVIGATION, browser_of
from tests.training.world import enrol_too

SECTIONS = {"1.1", "1.2", "1.3", "2.1", "2.2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6"}
SECTIONS |= {"4.1", "4.2", "5.1", "5.2", "5.3"}  # those that the guidance has
LONGEST = 420  # of a point: help, no manual
FOLDED = "<summary>Help with this page</summary>"
# Pages that have help whatever else changes.
HELPED = (
    *("training:mine", "training:record", "training:competencies", "training:item", "training:sign_off"),
    *("training:evidence", "training:evidence_new", "training:evidence_one", "training:plan", "training:plan_versions"),
    *("training:reviews", "training:review", "training:review_sign", "training:review_acknowledge"),
    *("training:dops_log", "training:dops_request", "training:dops", "training:dops_step", "training:dops_external"),
    *("training:reports", "training:report", "training:writing", "training:cpd", "training:events", "training:event"),
    *("training:record_changes", "training:change_new", "training:concerns", "training:concern_raise"),
    *("training:threads", "training:thread", "training:advice", "training:meetings", "training:people"),
    *("training:trainees", "training:centres", "training:centre", "moderation:caseload", "moderation:samples"),
    *("assessments:record", "assessments:my_marking", "home:dashboard", "home:search"),
    *("applications:desk", "applications:review", "training:cohort", "moderation:boards", "moderation:diplomas"),
    *("organisations:people", "organisations:person", "scheme:centre", "scheme:intake", "scheme:rules"),
)


def texts() -> list[Help]:
    return every_help()


def addresses() -> set[str]:
    """Every name that an address of the product has."""
    found = set()
    for space, (_, resolver) in get_resolver().namespace_dict.items():
        found |= {f"{space}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    return found


def words_of(one: Help) -> list[str]:
    return [one.title, one.about, *(point.title for point in one.points), *(point.text for point in one.points)]


# --- the texts themselves ---


def test_every_text_belongs_to_pages_that_exist_and_no_page_has_two():
    pages = [page for one in texts() for page in one.pages]
    assert not set(pages) - addresses()
    assert len(pages) == len(set(pages))
    assert len({one.key for one in texts()}) == len(texts())


def test_every_page_that_is_promised_help_has_it():
    assert not set(HELPED) - {page for one in texts() for page in one.pages}


def test_no_number_is_typed_into_a_text_and_each_that_is_named_is_one_of_the_scheme():
    for one in texts():
        assert not [words for words in words_of(one) if re.search(r"\d", words)], one.key
        assert one.numbers <= set(to_json(DEFAULTS)), one.key


def test_a_text_is_short_and_says_for_whom_it_is_and_where_that_is_laid_down():
    for one in texts():
        assert one.readers and one.points and one.rule, one.key
        assert set(one.sections) <= SECTIONS, one.key
        assert all(len(point.text) <= LONGEST for point in one.points), one.key


def test_where_a_text_is_laid_down_is_said_in_words():
    points = (Point("Held", "Until {first_year_percent} per cent."),)
    one = Help(("training:mine",), "Mine", "What", points, frozenset({Reader.TRAINEE}), "T2", ("3.1",))
    assert one.source == "Guidance, section 3.1; scheme rules T2"
    two = Help(one.pages, one.title, one.about, points, one.readers, "T2", ("3.1", "3.2", "4.1"))
    assert two.source == "Guidance, sections 3.1, 3.2 and 4.1; scheme rules T2"
    assert Help(one.pages, "", "", points, one.readers, "N").source == "Scheme rules N, a default of the scheme"
    assert one.with_numbers({"first_year_percent": 30}).points[0].text == "Until 30 per cent."
    with pytest.raises(KeyError):
        one.with_numbers({})


# --- on the page ---


@pytest.mark.django_db
def test_a_page_shows_its_help_with_the_numbers_of_the_record(world):
    page = browser_of(world.cast.tara).get(reverse("training:mine")).text
    assert FOLDED in page and "The mark stands at 30 per cent" in page
    world.tara.rules = RuleSet(numbers={**world.tara.rules.numbers, "first_year_percent": 40})
    shown = helping.help_on("training:mine", world.tara, clock.now().date())
    assert "The mark stands at 40 per cent" in shown.points[0].text


@pytest.mark.django_db
def test_without_a_record_the_numbers_in_force_stand_there(world):
    shown = helping.help_on("moderation:samples", None, clock.now().date())
    assert shown.points[0].text.startswith("10 per cent")
    assert helping.help_on("home:privacy", None, clock.now().date()) is None


@pytest.mark.django_db
def test_a_page_without_a_text_and_a_page_of_a_visitor_show_none(world, client):
    assert FOLDED not in browser_of(world.cast.tara).get(reverse("home:help")).text
    assert FOLDED not in client.get("/").text
    assert reverse("home:help") not in client.get("/").text
    assert client.get(reverse("home:help")).status_code == 302


# --- all of it ---


def page_for(person) -> str:
    return browser_of(person).get(reverse("home:help")).text


@pytest.mark.django_db
def test_the_page_of_all_help_has_what_concerns_ones_functions(world):
    tara, sam, mia = page_for(world.cast.tara), page_for(world.cast.sam), page_for(world.cast.mia)
    assert "Written for you as trainee." in tara and "kept from your enrolment" in tara
    assert 'id="training-cpd"' in tara and 'id="training-trainees"' not in tara
    assert reverse("training:cpd", args=[world.tara.pk]) in tara
    assert "Written for you as Training Supervisor." in sam and "in force today" in sam
    assert 'id="training-trainees"' in sam and 'id="training-cpd"' not in sam
    assert 'id="moderation-caseload"' in mia and 'id="training-centres"' not in mia


@pytest.mark.django_db
def test_the_office_reads_all_help_and_whoever_is_nothing_yet_what_an_applicant_needs(world):
    olive, nobody = page_for(world.cast.olive), page_for(world.cast.nobody)
    assert all(f'id="{one.key}"' in olive for one in texts()) and "the scheme office reads all of it" in olive
    assert 'id="applications-mine"' in nobody and 'id="training-mine"' not in nobody
    assert "Written for you as applicant." in nobody
    assert reverse("applications:enquire") in nobody


@pytest.mark.django_db
def test_every_page_that_help_leads_to_opens(world):
    for person in (world.cast.tara, world.cast.sam, world.cast.cora, world.cast.mia, world.cast.olive):
        browser = browser_of(person)
        entries = helping.help_page(person, clock.now())["entries"]
        assert any(entry.url for entry in entries)
        for entry in entries:
            assert not entry.url or browser.get(entry.url).status_code in {200, 302}, (person, entry.text.key)


@pytest.mark.django_db
def test_no_text_names_a_number_that_is_not_filled_in(world):
    for person in (world.cast.tara, world.cast.olive):
        assert not re.search(r"[{}]", re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", "", page_for(person)))


# --- found ---


def helped(person, text):
    groups = searching.found_for(person, clock.now(), text, searching.A_PAGE)
    return [row for group in groups if group.key == "help" for row in group.rows]


@pytest.mark.django_db
def test_a_search_for_a_one_time_link_leads_to_the_help(world):
    rows = helped(world.cast.sam, "one-time link")
    assert rows[0].label == "The one-time link" and rows[0].about == "Help: DOPS log"
    page = browser_of(world.cast.sam).get(reverse("home:help")).text
    for row in rows:
        url, _, anchor = row.url.partition("#")
        assert url == reverse("home:help") and f'id="{anchor}"' in page


@pytest.mark.django_db
def test_help_is_found_by_a_word_late_in_a_long_text_but_not_help_for_others(world):
    assert "The one-time link" in [row.label for row in helped(world.cast.tara, "declined telephone")]
    assert helped(world.cast.nobody, "one-time link") == []
    assert helped(world.cast.sam, "caseload") == []


@pytest.mark.django_db
def test_the_palette_shows_help_beside_the_rest(world):
    part = browser_of(world.cast.sam).get("/search/", {"q": "one-time"}, headers={"HX-Request": "true"}).text
    assert "Help: DOPS log" in part and 'role="option"' in part


COSTS = {"tara": ("home:help", 5), "sam": ("home:help", 5), "olive": ("home:help", 5)}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_all_help_costs_the_same_with_one_row_and_with_three(world, rows, django_assert_num_queries):
    if rows == 3:
        enrol_too(world, world.cast.ann, world.cast.abe)
    for first, (name, count) in COSTS.items():
        browser = browser_of(getattr(world.cast, first))
        browser.get(reverse("accounts:profile"))
        with django_assert_num_queries(count + NAVIGATION, info=first):
            assert browser.get(reverse(name)).status_code == 200
