"""Many at once: the database judges, one wins, the others read what happened (quality rule 2)."""

from __future__ import annotations

import pytest
from django.test import Client

from assessments.models import Outcome
from ctts.common import clock
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from moderation import actions, queries
from moderation.models import Award, Board, BoardCandidate, Declaration
from tests.at_once import at_once
from tests.cast import START, person
from tests.kept import kept_world
from tests.moderation import marks
from tests.moderation.pages import address, browser_of, shown
from tests.moderation.world import EXTERNAL, NOW, SUPPORTING, World, make_world, moderator_of, stands
from training.models import Appointment

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 10
ONE_WINS = [303] + [409] * (MANY - 1)


def make_world_now() -> World:
    """The world of the other tests, where every transaction is real."""
    clock.set_offset(at=NOW)
    return make_world()


world = kept_world(make_world_now)


def same_session(client: Client) -> Client:
    """A browser with the same session: a second press of the same button."""
    other = Client()
    other.cookies = client.cookies
    return other


def members(many: int) -> list[Client]:
    """So many more members of the office, signed in."""
    made = [person(f"member{number}", f"Member Number{number}") for number in range(many)]
    for member in made:
        organisations.grant(by=None, now=START, person=member, role=Role.OFFICE)
    return [browser_of(member) for member in made]


def test_E3_many_of_the_office_appoint_at_once_and_one_does(world):
    clients, people = members(MANY), [world.cast.mia, world.cast.max]
    pages = [address("appoint", world.tara.pk, "external", someone.pk) for someone in people]
    forms = [shown(clients[0], page) for page in pages]
    assert sorted(at_once(lambda n: clients[n].post(pages[n % 2], forms[n % 2]).status_code, MANY)) == ONE_WINS
    assert Appointment.objects.filter(kind=EXTERNAL).count() == 1
    assert Message.objects.filter(kind="training.appointed").count() == 1


def test_E3_one_room_is_given_once_to_two_trainees(world):
    olive, place = world.cast.olive, moderator_of(world.cast.max)
    version = queries.moderator_version(place)
    change = {"scopes": list(place.scopes.all()), "region": "", "capacity": 1, "seen": version}
    actions.change_moderator(by=olive, now=NOW, moderator_id=place.pk, **change)
    client = browser_of(olive)
    pages = [address("appoint", record.pk, "external", world.cast.max.pk) for record in (world.tara, world.tom)]
    forms = [shown(client, page) for page in pages]
    answers = sorted(at_once(lambda n: same_session(client).post(pages[n % 2], forms[n % 2]).status_code, MANY))
    assert answers == ONE_WINS
    assert Appointment.objects.filter(kind=EXTERNAL).count() == 1


def test_E4_many_presses_sign_one_declaration(world):
    clock.set_offset(at=NOW.replace(year=2027))
    client = browser_of(world.cast.mia, proved=True)
    page = address("declare")
    form = shown(client, page)
    assert sorted(at_once(lambda n: same_session(client).post(page, form).status_code, MANY)) == ONE_WINS
    assert Declaration.objects.filter(signer=world.cast.mia).count() == 2


def test_F5_acceptance_and_another_proposal_at_once_leave_one_outcome_at_most(world):
    mia, max_ = world.cast.mia, world.cast.max
    stands(world.tara, mia, EXTERNAL)
    stands(world.tara, max_, SUPPORTING)
    attempt = marks.portfolio_disagreed(world.tara, mia, max_)
    given = {"attempt_id": attempt.pk, "result": "pass", "percent": None, "reasons": "So."}
    actions.propose_mark(by=mia, now=NOW, seen=queries.agreeing_digest(attempt), **given)
    accepts, proposes = browser_of(max_), browser_of(mia)
    accept, propose = address("accept", attempt.pk), address("propose", attempt.pk)
    forms = [shown(accepts, accept), shown(proposes, propose, result="fail", reasons="Otherwise.")]

    def step(number):
        return (
            same_session(proposes).post(propose, forms[1]).status_code
            if number % 2
            else (same_session(accepts).post(accept, forms[0]).status_code)
        )

    assert set(at_once(step, MANY)) <= {303, 409}
    attempt.refresh_from_db()
    assert Outcome.objects.count() == (1 if attempt.state == "agreed" else 0)


def proposed(world) -> Board:
    """A list with both trainees, proposed by Olive."""
    for record in (world.tara, world.tom):
        marks.all_passed(world.cast, record)
    olive = world.cast.olive
    board = actions.make_board(by=olive, now=NOW, name="Summer", held_on=NOW.date())
    ids = [world.tara.pk, world.tom.pk]
    actions.add_candidates(by=olive, now=NOW, board_id=board.pk, record_ids=ids)
    actions.propose_board(by=olive, now=NOW, board_id=board.pk, seen=queries.board_digest(board))
    return board


def test_F7_many_approve_at_once_and_one_does(world):
    board, clients = proposed(world), members(MANY)
    page = address("board_approve", board.pk)
    form = shown(clients[0], page)
    assert sorted(at_once(lambda n: clients[n].post(page, form).status_code, MANY)) == ONE_WINS
    assert Award.objects.count() == 2
    assert Message.objects.filter(kind="moderation.ratified").count() == 2


def test_F7_approved_or_sent_back_and_never_both(world):
    board, clients = proposed(world), members(MANY)
    approve, back = address("board_approve", board.pk), address("board_send_back", board.pk)
    form = shown(clients[0], approve)

    def step(number):
        page, data = (back, {"reason": "Wait."}) if number % 2 else (approve, form)
        return clients[number].post(page, data).status_code

    assert sorted(at_once(step, MANY)) == ONE_WINS
    board.refresh_from_db()
    assert Award.objects.count() == (2 if board.state == "ratified" else 0)


def test_F7_a_trainee_is_put_on_one_of_two_lists(world):
    marks.all_passed(world.cast, world.tara)
    for name in ("First", "Second"):
        actions.make_board(by=world.cast.olive, now=NOW, name=name, held_on=NOW.date())
    pages = [address("board_add", board.pk) for board in Board.objects.order_by("pk")]
    clients = members(MANY)
    answers = sorted(at_once(lambda n: clients[n].post(pages[n % 2], {"records": [world.tara.pk]}).status_code, MANY))
    assert answers[0] == 303 and set(answers[1:]) <= {409, 422}
    assert BoardCandidate.objects.count() == 1
