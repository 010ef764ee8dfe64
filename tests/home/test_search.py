"""Search and palette: everything a person may reach is found, nothing else is, at a constant cost (pattern 28)."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from applications.models import PurchaseOrder
from ctts.accounts.models import User
from ctts.common import clock
from ctts.home import searching
from tests.accounts.people import make_person
from tests.cast import Cast
from tests.office import NAVIGATION, browser_of
from tests.training.world import enrol_too, item_of, text_evidence
from training.models import TrainingRecord

pytestmark = pytest.mark.django_db
SEARCH = "/search/"
OF_OTHERS = {"trainees", "people", "applications", "centres", "diplomas", "orders", "parts"}


def found(person, text, most=searching.A_PAGE):
    """Kind → the labels that a person finds."""
    groups = searching.found_for(person, clock.now(), text, most)
    return {group.key: [row.label for row in group.rows] for group in groups}


# --- who finds whom ---


def test_the_office_finds_a_person_a_trainee_and_an_application_by_the_beginning_of_a_name(world):
    olive = found(world.cast.olive, "qui")
    assert olive["trainees"] == olive["people"] == olive["applications"] == ["Tara Quinn"]


def test_a_supervisor_finds_the_trainees_around_them_and_nobody_else(world):
    assert found(world.cast.sam, "tara") == {"trainees": ["Tara Quinn"], "applications": ["Tara Quinn"]}
    assert found(world.cast.sam, "tom") == {}
    assert found(world.cast.sue, "tom") == {"trainees": ["Tom Eriksen"], "applications": ["Tom Eriksen"]}


def test_a_co_ordinator_finds_the_trainees_and_the_pages_of_their_own_centre_only(world):
    assert found(world.cast.cora, "tara")["trainees"] == ["Tara Quinn"]
    assert found(world.cast.cora, "leeds") == {"centres": ["Leeds Teaching Hospital"]}
    assert found(world.cast.cora, "bristol") == found(world.cast.cora, "tom") == {}


@pytest.mark.parametrize(
    "text", ["sam", "tom", "tara", "ann", "olive", "leeds", "bristol", "CTD", "2026", "example.org"]
)
def test_a_trainee_finds_nothing_of_others(world, text):
    assert not OF_OTHERS & found(world.cast.tara, text).keys()


def test_a_supervisor_of_the_past_finds_the_trainee_no_more(world):
    world.tara.appointments.filter(person=world.cast.sam).update(ends_on=world.tara.start_on)
    assert "trainees" not in found(world.cast.sam, "tara")


@pytest.mark.parametrize("text", ["sam@", "SAM@example"])
def test_only_the_office_finds_a_person_by_address(world, text):
    assert found(world.cast.olive, text)["people"] == ["Sam Patel"]
    assert "people" not in found(world.cast.cora, text)


def test_accents_capitals_and_punctuation_do_not_matter(world):
    make_person("zofia@example.org", "Žofia O’Brien-Łukasiewicz")
    for text in ("ŽOFIA", "zofia", "o'brien", "obr luk", "LUKASIEWICZ zof", "  Łuk  "):
        assert found(world.cast.olive, text)["people"] == ["Žofia O’Brien-Łukasiewicz"], text
    assert "people" not in found(world.cast.olive, "ofia")


@pytest.mark.parametrize("text", ["", "   ", "'", "':*", "a'b:* | c", "!", "&", "\\", "%", "_", "😀", "x" * 500, "ㅎ"])
def test_whatever_is_typed_is_no_fault(world, text):
    assert browser_of(world.cast.olive).get(SEARCH, {"q": text}).status_code == 200


# --- one's own training ---


def test_a_trainee_finds_what_stands_in_their_own_training_by_its_words(world):
    item = item_of(world.tara)
    code = item.item.code
    assert f"{code}, {item.item.title}" in found(world.cast.tara, code)["own"]
    text_evidence(world.tara, item, title="Dose log of May")
    assert found(world.cast.tara, "log dose")["own"] == ["Dose log of May"]
    assert "own" not in found(world.cast.tara, "dose summer")
    assert "own" not in found(world.cast.tara, "\0")
    for other in ("sam", "tom", "olive"):
        assert "Dose log of May" not in found(getattr(world.cast, other), "dose").get("own", [])


def test_a_trainee_finds_their_own_record_by_their_own_name(world):
    for text in ("tara", "Quinn", "qui tar"):
        groups = {group.key: group for group in searching.found_for(world.cast.tara, clock.now(), text, 5)}
        assert (groups["own"].rows[0].label, groups["own"].rows[0].url) == ("Tara Quinn", reverse("training:mine"))
    for text in ("tara sam", "sam"):
        assert "Tara Quinn" not in found(world.cast.tara, text).get("own", [])
    assert "own" not in found(world.cast.sam, "sam")


# --- parts of records, numbers ---


def test_a_name_and_a_part_of_the_record_lead_there_at_once(world):
    groups = {group.key: group for group in searching.found_for(world.cast.sam, clock.now(), "quinn dops", 5)}
    assert [(row.label, row.url) for row in groups["parts"].rows] == [
        ("DOPS: Tara Quinn", reverse("training:dops_log", args=[world.tara.pk]))
    ]
    assert "parts" not in found(world.cast.sue, "quinn dops")


def test_A3_f_a_purchase_order_is_found_by_its_number_by_the_office_only(world):
    number = PurchaseOrder.objects.get(application__applicant=world.cast.tara).number
    assert number in found(world.cast.olive, number)["orders"]
    for first in ("tara", "sam", "cora", "mia"):
        assert "orders" not in found(getattr(world.cast, first), number), first


def test_more_than_a_page_shows_is_in_the_list_of_the_office(world):
    for number in range(3):
        make_person(f"quinn{number}@example.org", f"Quinn {number}")
    (people,) = (one for one in searching.found_for(world.cast.olive, clock.now(), "quinn", 2) if one.key == "people")
    assert len(people.rows) == 2 and people.more_url == f"{reverse('organisations:people')}?q=quinn"


# --- pages and steps ---


@pytest.mark.parametrize("first", ["olive", "ada", "sam", "sid", "cora", "mia", "trina", "ann", "tara", "nobody"])
def test_every_page_that_is_offered_opens(world, first):
    person = User.objects.get(pk=getattr(world.cast, first).pk)
    browser = browser_of(person)
    offered = searching.pages_for(User.objects.get(pk=person.pk), clock.now())
    assert offered
    for page in offered:
        assert browser.get(page.url).status_code in {200, 302}, page


def test_every_area_says_what_it_is_about_and_no_page_is_named_twice(world):
    for place in searching.PLACES:
        assert "GET" in resolve(reverse(place.name)).func.methods, place
    for first in Cast.__dataclass_fields__.keys() - {"leeds", "bristol"}:
        offered = searching.pages_for(getattr(world.cast, first), clock.now())
        assert len({page.url for page in offered}) == len(offered), first
        assert all(page.about for page in offered)


def test_pages_of_the_office_are_offered_to_the_office_only(world):
    assert found(world.cast.olive, "audit")["pages"] == ["Audit"]
    assert found(world.cast.sam, "audit") == {}


def test_a_trainee_finds_their_own_steps_while_training_goes_on(world):
    assert "Add a file as evidence" in found(world.cast.tara, "evidence")["pages"]
    assert "Ask for a DOPS" not in found(world.cast.sam, "dops").get("pages", [])
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="withdrawn", ended_on=clock.now().date())
    assert found(world.cast.tara, "evidence")["pages"] == ["Evidence"]


def test_without_a_word_the_first_pages_stand_there(world):
    assert found(world.cast.sam, "")["pages"][:2] == ["Waiting for me", "My trainees"]


# --- the page, the palette, the cost ---


def test_the_page_and_the_palette_show_the_same(world):
    olive = browser_of(world.cast.olive)
    page = olive.get(SEARCH, {"q": "quinn"}).text
    part = olive.get(SEARCH, {"q": "quinn"}, headers={"HX-Request": "true"}).text
    record = reverse("training:record", args=[world.tara.pk])
    assert record in page and record in part
    assert "<html" in page and "<html" not in part and 'role="option"' in part
    assert "Nothing found" in olive.get(SEARCH, {"q": "qqq"}).text
    assert "Nothing that you may open" in olive.get(SEARCH, {"q": "qqq"}, headers={"HX-Request": "true"}).text


def test_a_visitor_signs_in_first(world, client):
    assert client.get(SEARCH, {"q": "quinn"}).status_code == 302
    assert "data-palette" not in client.get("/").text


COSTS = {"olive": ("home:search", 11), "sam": ("home:search", 8), "tara": ("home:search", 10)}


@pytest.mark.parametrize("rows", [1, 3])
def test_search_costs_the_same_with_one_row_and_with_three(world, rows, django_assert_num_queries):
    if rows == 3:
        enrol_too(world, world.cast.ann, world.cast.abe)
    for first, (name, count) in COSTS.items():
        browser = browser_of(getattr(world.cast, first))
        browser.get(reverse("accounts:profile"))
        with django_assert_num_queries(count + NAVIGATION, info=first):
            assert browser.get(reverse(name), {"q": "a 1"}).status_code == 200
