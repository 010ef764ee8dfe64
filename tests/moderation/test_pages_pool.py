"""Pages of the pool: the office's, and a moderator's own (E3, E4)."""

from __future__ import annotations

import pytest

from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from ctts.scheme.models import Scope
from moderation import actions
from moderation.models import Declaration, Interest, Moderator
from tests.cast import PASSWORD, at, person
from tests.moderation.pages import address, browser_of, sent, shown, words
from tests.moderation.world import ENTERED, EXTERNAL, NOW, moderator_of, signed, stands


@pytest.fixture
def olive(world):
    return browser_of(world.cast.olive, proved=True)


@pytest.fixture
def mia(world):
    return browser_of(world.cast.mia, proved=True)


@pytest.fixture
def mel(world):
    """Somebody who holds the role of moderator and is in no pool."""
    made = person("mel", "Mel Newcome")
    organisations.grant(by=None, now=ENTERED, person=made, role=Role.MODERATOR)
    return made


def nm():
    return Scope.objects.get(code="NM").pk


def test_e3_the_office_enters_somebody_who_holds_the_role(world, olive, mel):
    page = address("enter")
    refused = sent(olive, page, person=mel.pk, capacity=0)
    assert (refused.status_code, "Choose at least one scope" in words(refused)) == (422, True)
    assert f'value="{mel.pk}" selected' in words(refused)
    other = sent(olive, page, person=world.cast.sam.pk, scopes=[nm()])
    assert other.status_code == 422
    made = sent(olive, page, person=mel.pk, scopes=[nm()], region="Kent")
    assert made.url == address("moderator", moderator_of(mel).pk)
    assert sent(olive, page, person=mel.pk, scopes=[nm()]).status_code == 422
    assert "Everybody who holds the role of moderator is in the pool" in words(olive.get(page))


def test_e3_the_office_invites_somebody_new(world, olive):
    given = {"full_name": "Nell Frost", "email": "not an address", "scopes": [nm()]}
    assert sent(olive, address("invite"), **given).status_code == 422
    made = sent(olive, address("invite"), **{**given, "email": "nell@example.org"})
    place = Moderator.objects.get(person__email="nell@example.org")
    assert made.url == address("moderator", place.pk)
    assert "Invited" in words(olive.get(made.url))


def test_e3_the_pool_is_filtered_by_name_scope_and_state(world, olive, mel):
    def names(**query):
        page = olive.get(address("pool"), query)
        return [row.record.person.full_name for row in page.context["table"].paginated_rows]

    assert names() == ["Max Holloway", "Mia Ferreira", "Mona Haddad"]
    assert names(q="mia") == ["Mia Ferreira"]
    assert names(scope=Scope.objects.get(code="ME").pk) == ["Max Holloway", "Mona Haddad"]
    assert names(state="invited") == []
    assert names(scope="x") == names()
    assert names(sort="-load")[0] == "Mona Haddad"
    text = words(olive.get(address("pool"), {"q": "mia", "state": "active"}))
    assert "Name: mia" in text and "State: Active" in text and "?q=mia" in text


def test_e4_the_pool_says_whose_declaration_is_out_of_date_or_missing(world, olive, mel):
    sent(olive, address("enter"), person=mel.pk, scopes=[nm()])
    text = words(olive.get(address("pool")))
    assert "until" in text and "1 March 2027" in text and "Not signed" in text
    signed(mel, at(2025, 1, 1))
    assert "Out of date" in words(olive.get(address("pool")))
    assert "Out of date since 31 December 2025" in words(olive.get(address("moderator", moderator_of(mel).pk)))


def test_e3_the_page_of_a_moderator_with_trainees_interests_and_history(world, olive):
    place = moderator_of(world.cast.mia)
    stands(world.tara, world.cast.mia, EXTERNAL)
    actions.declare_interest(by=world.cast.mia, now=NOW, words="My sister.", organisation=world.cast.bristol)
    text = words(olive.get(address("moderator", place.pk)))
    for part in (
        "Tara Quinn",
        "Bristol Infirmary",
        "My sister.",
        "Nuclear Medicine",
        "1 of 6",
        "Entered into the pool",
    ):
        assert part in text
    assert "1 trainee still has this moderator" in text


def test_e3_changes_are_saved_and_a_colleagues_change_is_shown_beside(world, olive):
    place = moderator_of(world.cast.mia)
    page = address("change", place.pk)
    typed = shown(olive, page, region="Wales", capacity=3)
    typed["scopes"] = [nm()]
    assert olive.post(page, {**typed, "capacity": "many"}).status_code == 422
    assert olive.post(page, typed).url == address("moderator", place.pk)
    stale = olive.post(page, {**typed, "region": "Kent", "capacity": 9})
    text = words(stale)
    assert (stale.status_code, "A colleague changed this meanwhile" in text) == (409, True)
    assert 'value="Kent"' in text and "Wales" in text
    again = shown_again(stale, scopes=[nm()])
    assert olive.post(page, again).status_code == 303
    place.refresh_from_db()
    assert (place.region, place.capacity) == ("Kent", 9)


def shown_again(response, **changes):
    form = response.context["form"]
    return {**{name: form[name].value() for name in form.fields}, **changes}


@pytest.mark.parametrize(("step", "state"), [("pause", "paused"), ("retire", "retired")])
def test_e3_pause_and_leave_are_confirmed_with_a_reason(world, olive, step, state):
    place = moderator_of(world.cast.mia)
    page = address(step, place.pk)
    assert "A mail with your words goes to" in words(olive.get(page))
    assert olive.post(page, {"reason": ""}).status_code == 422
    assert olive.post(page, {"reason": "For a while."}).url == address("moderator", place.pk)
    place.refresh_from_db()
    assert place.state == state
    assert olive.post(page, {"reason": "Again."}).status_code == 409


def test_e3_a_paused_moderator_comes_back(world, olive):
    place = moderator_of(world.cast.mia)
    assert olive.get(address("bring_back", place.pk)).status_code == 409
    olive.post(address("pause", place.pk), {"reason": "For a while."})
    olive.post(address("bring_back", place.pk), {"reason": "Back."})
    place.refresh_from_db()
    assert place.state == "active"


@pytest.mark.parametrize("name", ["pool", "enter", "invite", "moderator", "change", "pause", "retire"])
@pytest.mark.parametrize("who", ["mia", "sam", "tara", "nobody"])
def test_e3_the_pool_is_the_offices(world, name, who):
    pk = [moderator_of(world.cast.max).pk] if name not in ("pool", "enter", "invite") else []
    refused = browser_of(getattr(world.cast, who)).get(address(name, *pk))
    assert (refused.status_code, "Max Holloway" in words(refused)) == (403, False)


# --- a moderator's own pages ---


def test_e4_a_moderator_reads_and_signs_the_declaration(world, olive, mel):
    client = browser_of(mel)
    assert "not in the pool of moderators yet" in words(client.get(address("mine")))
    for name in ("declare", "interest_centre", "interest_trainee"):
        assert client.get(address(name)).status_code == 403
    sent(olive, address("enter"), person=mel.pk, scopes=[nm()])
    assert "Sign the declaration and join" in words(client.get(address("mine")))
    page = client.get(address("declare"))
    assert "What I learn about trainees" in words(page)
    refused = sent(client, address("declare"))
    assert (refused.status_code, "Type your password or a code" in words(refused)) == (422, True)
    assert sent(client, address("declare"), password_or_code=PASSWORD).url == address("mine")
    text = words(client.get(address("mine")))
    assert "In date until" in text and "Mel Newcome</strong>, Moderator" in text
    assert client.get(address("declare")).status_code == 409


def test_e4_a_declaration_of_other_words_is_not_signed(world, olive, mel):
    sent(olive, address("enter"), person=mel.pk, scopes=[nm()])
    client = browser_of(mel, proved=True)
    assert sent(client, address("declare"), seen="0" * 64).status_code == 409
    assert not Declaration.objects.filter(signer=mel).exists()


def test_e4_interests_by_centre_and_by_name_without_a_list_of_trainees(world, mia):
    page = address("interest_centre")
    assert sent(mia, page, organisation=world.cast.bristol.pk).status_code == 422
    assert sent(mia, page, organisation=world.cast.bristol.pk, words="My sister.").url == address("mine")
    assert sent(mia, page, organisation=world.cast.bristol.pk, words="Again.").status_code == 409
    page = address("interest_trainee")
    assert "Tom Eriksen" not in words(mia.get(page))
    for name, centre in (("Tom Eriksen", world.cast.leeds), ("Tom", world.cast.bristol), ("", world.cast.bristol)):
        refused = sent(mia, page, full_name=name, centre=centre.pk, words="My nephew.")
        assert (refused.status_code, "My nephew." in words(refused)) == (422, True)
    assert sent(mia, page, full_name="tom eriksen", centre=world.cast.bristol.pk, words="My nephew.").status_code == 303
    text = words(mia.get(address("mine")))
    assert "Tom Eriksen" in text and "Bristol Infirmary" in text


def test_e4_two_trainees_of_one_name_are_not_told_apart(world, mia):
    cast = world.cast
    for record, who in ((world.tara, cast.tara), (world.tom, cast.tom)):
        who.full_name, who.sort_name = "Sam Same", "sam same"
        who.save(update_fields=["full_name", "sort_name"])
        type(record).objects.filter(pk=record.pk).update(centre=cast.leeds)
    refused = sent(mia, address("interest_trainee"), full_name="Sam Same", centre=cast.leeds.pk, words="A friend.")
    assert (refused.status_code, "Two trainees there" in words(refused)) == (422, True)
    assert not Interest.objects.exists()


def test_e4_an_interest_is_taken_back_by_whoever_declared_it(world, mia):
    made = actions.declare_interest(by=world.cast.mia, now=NOW, words="My sister.", organisation=world.cast.bristol)
    page = address("interest_end", made.pk)
    assert browser_of(world.cast.max).get(page).status_code == 404
    assert mia.post(page, {"words": ""}).status_code == 422
    assert mia.post(page, {"words": "She left."}).url == address("mine")
    assert mia.post(page, {"words": "Again."}).status_code == 409
    assert "You have declared none" in words(mia.get(address("mine")))


def test_e3_a_moderator_sees_their_own_trainees(world, mia):
    stands(world.tara, world.cast.mia, EXTERNAL)
    stands(world.tom, world.cast.max, EXTERNAL)
    text = words(mia.get(address("mine")))
    assert "Tara Quinn" in text and "Tom Eriksen" not in text
    assert "1 of 6" in text


def test_e3_a_moderator_who_left_has_nothing_to_do(world, mia, olive):
    olive.post(address("retire", moderator_of(world.cast.mia).pk), {"reason": "Leaves."})
    text = words(mia.get(address("mine")))
    assert "Retired" in text and "Declare an interest" not in text
    for name in ("declare", "interest_centre", "interest_trainee"):
        assert mia.get(address(name)).status_code == 409


@pytest.mark.parametrize("who", ["olive", "sam", "tara", "nobody"])
def test_e4_the_pages_are_for_moderators(world, who):
    client = browser_of(getattr(world.cast, who))
    for name in ("mine", "declare", "interest_centre", "interest_trainee"):
        assert client.get(address(name)).status_code == 403
