"""The pages of moderation in real Chromium, on a telephone and at a desk, and one way through them without script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from ctts.common import clock
from moderation import actions, queries
from moderation.models import Board, Interest
from tests.browser.looking import faults
from tests.kept import kept_world
from tests.moderation import marks
from tests.moderation.pages import browser_of
from tests.moderation.world import EXTERNAL, NOW, SUPPORTING, World, make_world, moderator_of, newcomer, stands

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("CTTS_PICTURES")


def make_moderation() -> World:
    """A pool, two trainees with moderators, a Portfolio and a Viva in dispute, boards in every state."""
    clock.set_offset(at=NOW)
    made = make_world()
    cast = made.cast
    newcomer(made)
    stands(made.tara, cast.mia, EXTERNAL)
    stands(made.tara, cast.max, SUPPORTING)
    stands(made.tom, cast.max, EXTERNAL)
    stands(made.tom, cast.mia, SUPPORTING)
    marks.viva_disagreed(made.tom, cast.max, cast.mia)
    actions.declare_interest(by=cast.mia, now=NOW, words="My sister works there.", organisation=cast.bristol)
    marks.all_passed(cast, made.tara)
    boards(made)
    return made


def boards(world: World) -> None:
    """One board with Tara on its list, proposed by Oscar; one that is empty."""
    cast = world.cast
    first = actions.make_board(by=cast.oscar, now=NOW, name="Summer board", held_on=NOW.date())
    actions.add_candidates(by=cast.oscar, now=NOW, board_id=first.pk, record_ids=[world.tara.pk])
    actions.propose_board(by=cast.oscar, now=NOW, board_id=first.pk, seen=queries.board_digest(first))
    actions.make_board(by=cast.oscar, now=NOW, name="Autumn board", held_on=NOW.date())


world = kept_world(make_moderation)


def signed_in(page: Page, person: User, base: str) -> Page:
    """Give the browser the session of somebody who has just signed in and proved who they are."""
    session = browser_of(person, proved=True).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
    return page


def at(name: str, *args: object) -> str:
    return reverse(f"moderation:{name}", args=args)


def office_places(world: World) -> dict[str, str]:
    """Every page of the office by a short name."""
    place, attempt = moderator_of(world.cast.mia).pk, world.tom.stage_attempts.get().pk
    summer, autumn = Board.objects.get(name="Summer board").pk, Board.objects.get(name="Autumn board").pk
    mel = moderator_of(User.objects.get(email="mel@example.org")).person_id
    plain = {name: at(name) for name in ("pool", "enter", "invite", "disagreements", "boards", "board_new")}
    of_place = {name: at(name, place) for name in ("moderator", "change", "pause")}
    of_attempt = {name: at(name, attempt) for name in ("disagreement", "adjudicators")}
    of_board = {name: at(name, summer) for name in ("board", "board_approve", "board_send_back", "board_cancel")}
    held = world.tara.appointments.get(kind=EXTERNAL).pk
    return {
        **plain,
        **of_place,
        **of_attempt,
        **of_board,
        "board-empty": at("board", autumn),
        "board_add": at("board_add", autumn),
        "appoint_adjudicator": at("appoint_adjudicator", attempt, mel),
        "record": at("record", world.tara.pk),
        "end": at("end", held),
    }


def moderator_places(world: World) -> dict[str, str]:
    """Every page of a moderator by a short name."""
    attempt, interest = world.tom.stage_attempts.get().pk, Interest.objects.get().pk
    names = ("mine", "interest_centre", "interest_trainee")
    of_attempt = {f"{name}-marker": at(name, attempt) for name in ("disagreement", "propose")}
    return {**{name: at(name) for name in names}, "interest_end": at("interest_end", interest), **of_attempt}


def look(page: Page, name: str, address: str, width: int) -> list[object]:
    """What is wrong on a page; a picture of it where CTTS_PICTURES names a folder."""
    page.goto(address)
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator(".btn-primary, .btn-danger").count() <= 1, name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    return faults(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_moderation_is_as_the_house_wants_it(world, open_page, live_server, width):
    found = {}
    for person, places in ((world.cast.olive, office_places(world)), (world.cast.mia, moderator_places(world))):
        page = signed_in(open_page(width=width), person, live_server.url)
        for name, address in places.items():
            if seen := look(page, name, address, width):
                found[name] = seen
    assert found == {}


def join(page: Page) -> None:
    """From what waits to a place in the pool, signed."""
    page.goto(reverse("home:dashboard"))
    page.get_by_role("link", name="Read and sign").first.click()
    page.get_by_role("button", name="Sign the declaration").click()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_moderator_renews_and_is_appointed_without_script_too(world, open_page, live_server, script):
    clock.set_offset(at=NOW.replace(year=2027, month=2))
    page = signed_in(open_page(width=390, javascript=script), world.cast.mia, live_server.url)
    join(page)
    office = signed_in(open_page(width=1280, javascript=script), world.cast.olive, live_server.url)
    office.goto(at("adjudicators", world.tom.stage_attempts.get().pk))
    office.get_by_role("link", name="Choose Mel Newcome").click()
    office.get_by_role("button", name="Appoint them").click()
    expect(office.get_by_text("Mel Newcome (adjudicator)").first).to_be_visible()
