"""A Training Co-ordinator objects: a finding that the office considers, never a missing part (A2, A4)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.html import strip_tags

from applications import access, actions, queries
from applications.models import Application, Objection
from applications.states import ApplicationState, ObjectionOutcome
from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from tests.applications import world
from tests.applications.test_office_views import url
from tests.applications.world import NOW

WORDS = "The department has no post for a trainee from October."


def object_to(application: Application, by, **changes) -> Objection:
    given = {"by": by, "now": NOW, "application_id": application.pk, "key": uuid4(), "text": WORDS}
    return actions.object_to(**given | changes)


def told(kind: str) -> list[str]:
    found = Message.objects.filter(kind=f"applications.{kind}").select_related("to").order_by("to__full_name")
    return [message.to.full_name for message in found]


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


# --- what it does ---


def test_A4_nothing_is_accepted_while_an_objection_waits(cast, ready, browser_of):
    objection = object_to(ready, cast.cora)
    assert told("objected") == ["Olive Ong"]  # she reviews it
    with pytest.raises(Invalid, match="An objection waits to be considered: Cora"):
        actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    way = url("consider_objection", ready.pk, objection.pk)
    assert f'href="{way}"' in browser_of("olive").get(url("accept", ready.pk)).text
    answer = {
        "by": cast.olive,
        "now": NOW,
        "objection_id": objection.pk,
        "answer": " The trust has confirmed the post. ",
    }
    considered = actions.consider_objection(**answer)
    assert (considered.outcome, considered.answer) == (ObjectionOutcome.CONSIDERED, "The trust has confirmed the post.")
    assert told("objection_considered") == [cast.cora.full_name]
    assert "The trust has confirmed the post." in Message.objects.latest("pk").text
    actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    kinds = ["applications.objection.raised", "applications.objection.considered"]
    assert list(AuditEvent.objects.filter(action__in=kinds).order_by("seq").values_list("action", flat=True)) == kinds


def test_A2_it_is_never_a_missing_part(cast, handed_over):
    object_to(handed_over, cast.cora)
    assert told("objected") == ["Olive Ong", "Oscar Obi"]  # nobody reviews it yet
    received = world.confirm(handed_over)
    assert received.state == ApplicationState.RECEIVED and queries.missing_parts(received, NOW.date()) == ()


def test_who_objected_takes_it_back_and_may_object_again(cast, ready):
    objection = object_to(ready, cast.cora)
    with pytest.raises(DoneAlready, match="The office has your objection"):
        object_to(ready, cast.cora, key=objection.key)
    with pytest.raises(TooLate, match="object already, in other words"):
        object_to(ready, cast.cora, text="The room is too small.")
    with pytest.raises(NotAllowed):
        actions.take_back_objection(by=cast.olive, now=NOW, objection_id=objection.pk)
    taken = actions.take_back_objection(by=cast.cora, now=NOW, objection_id=objection.pk)
    assert taken.outcome == ObjectionOutcome.WITHDRAWN and queries.against_acceptance(ready, NOW.date()) == ""
    assert AuditEvent.objects.get(action="applications.objection.taken_back").actor_id == cast.cora.pk
    assert told("objection_taken_back") == ["Olive Ong"]
    for act, more in (
        (actions.take_back_objection, {"by": cast.cora}),
        (actions.consider_objection, {"by": cast.olive, "answer": "x"}),
    ):
        with pytest.raises(TooLate, match="settled already: taken back"):
            act(now=NOW, objection_id=objection.pk, **more)
    object_to(ready, cast.cora)


# --- who may ---


def test_only_a_coordinator_of_the_centre_objects_before_it_is_decided(cast, ready):
    for person in (cast.ann, cast.sam, cast.carl, cast.olive, cast.trina):
        with pytest.raises(NotAllowed):
            object_to(ready, person)
    with pytest.raises(Invalid, match="Say what you object to") as refused:
        object_to(ready, cast.cora, text="  ")
    assert refused.value.field == "text"
    actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    with pytest.raises(TooLate, match="nothing to object to: it is “Accepted”"):
        object_to(ready, cast.cora)


def test_a_supervisor_who_is_coordinator_too_returns_it_instead(cast, handed_over):
    organisations.grant(by=None, now=NOW, person=cast.sam, role=Role.COORDINATOR, organisation=cast.leeds)
    with pytest.raises(NotAllowed, match="confirm it, or return it"):
        object_to(handed_over, cast.sam)


def test_whoever_is_part_of_it_does_not_consider_it(cast, ready):
    objection = object_to(ready, cast.cora)
    for person in (cast.cora, cast.sam, cast.ann, cast.carl):
        with pytest.raises(NotAllowed):
            actions.consider_objection(by=person, now=NOW, objection_id=objection.pk, answer="Fine.")
    with pytest.raises(Invalid, match="what the office makes of it") as refused:
        actions.consider_objection(by=cast.olive, now=NOW, objection_id=objection.pk, answer=" ")
    assert refused.value.field == "answer"
    assert not access.can_take_back(cast.sam, objection)


def test_A6_the_objection_to_an_application_that_has_ended_stays_as_it_is(cast, ready, browser_of):
    objection = object_to(ready, cast.cora)
    actions.withdraw(by=ready.applicant, now=NOW, application_id=ready.pk)
    answer = {"by": cast.olive, "now": NOW, "objection_id": objection.pk, "answer": "There is a post."}
    with pytest.raises(TooLate, match="come to its end"):
        actions.consider_objection(**answer)
    page = url("consider_objection", ready.pk, objection.pk)
    assert browser_of("olive").get(page).status_code == 409
    assert told("objection_considered") == []


def test_what_was_objected_stays_and_is_settled_once(cast, ready):
    objection = object_to(ready, cast.cora)
    rows = Objection.objects.filter(pk=objection.pk)
    for change in ({"text": "Nothing"}, {"outcome": "considered"}, {"answer": "Without anybody"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    actions.take_back_objection(by=cast.cora, now=NOW, objection_id=objection.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(outcome="open", settled_at=None, settled_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="has_words"), transaction.atomic():
        Objection.objects.create(application=ready, key=uuid4(), text="", raised_at=NOW, raised_by=cast.cora)


# --- the pages ---


def test_the_coordinator_objects_and_reads_what_the_office_makes_of_it(cast, ready, browser_of):
    cora, olive = browser_of("cora"), browser_of("olive")
    assert "Object to it" in words(cora.get(url("read", ready.pk)))
    assert "Object to it" not in words(browser_of("sam").get(url("read", ready.pk)))
    empty = cora.post(url("object_to", ready.pk), {"text": "", "key": uuid4()})
    assert empty.status_code == 422 and "Say what you object to" in words(empty)
    page = words(cora.post(url("object_to", ready.pk), {"text": WORDS, "key": uuid4()}, follow=True))
    assert "The scheme office has your objection." in page and WORDS in page and "Take it back" in page
    for who in ("ann", "sam"):
        assert WORDS not in words(browser_of(who).get(url("read", ready.pk)))
    review = words(olive.get(url("review", ready.pk)))
    assert cora.get(url("object_to", ready.pk)).status_code == 409
    again = cora.post(url("object_to", ready.pk), {"text": "The room is too small.", "key": uuid4()})
    assert again.status_code == 409 and "in other words" in words(again)
    assert WORDS in review and "An objection waits to be considered" in review
    address = url("consider_objection", ready.pk, Objection.objects.get().pk)
    assert WORDS in words(olive.get(address))
    assert olive.post(address, {"answer": ""}).status_code == 422
    assert "is told" in words(olive.post(address, {"answer": "The post is funded."}, follow=True))
    assert "The post is funded." in words(cora.get(url("read", ready.pk)))
    assert olive.post(address, {"answer": "Again"}).status_code == 409
    history = words(olive.get(url("history", ready.pk)))
    assert "Objected to it" in history and f"{cast.cora.full_name}, Training Co-ordinator" in history


def test_words_for_the_letter_stay_when_an_objection_arrives_before_they_are_sent(cast, ready, browser_of):
    olive, address = browser_of("olive"), url("accept", ready.pk)
    assert olive.get(address).status_code == 200
    objection = object_to(ready, cast.cora)
    sent = {"words": "Welcome, Ann: bring your badge."}
    refused = olive.post(address, sent)
    assert (refused.status_code, "An objection waits to be considered" in words(refused)) == (422, True)
    assert sent["words"] in words(refused) and "Accept and send the letter" in words(refused)
    actions.consider_objection(by=cast.olive, now=NOW, objection_id=objection.pk, answer="There is a post.")
    assert olive.post(address, sent).status_code == 303


def test_a_coordinator_takes_an_objection_back_on_the_page(cast, ready, browser_of):
    objection = object_to(ready, cast.cora)
    address = url("take_back_objection", ready.pk, objection.pk)
    assert browser_of("olive").post(address).status_code == 403
    assert "Your objection is taken back." in words(browser_of("cora").post(address, follow=True))
    assert browser_of("cora").post(address).status_code == 409
    assert browser_of("cora").post(url("take_back_objection", ready.pk, 0)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("who", "name", "number"), [("olive", "applications:review", 34), ("cora", "applications:read", 22)]
)
def test_pages_with_objections_cost_the_same_for_every_number(
    cast, ready, browser_of, who, name, number, rows, django_assert_num_queries
):
    for place in range(rows):
        made = object_to(ready, cast.cora, text=f"Objection {place}")
        actions.take_back_objection(by=cast.cora, now=NOW, objection_id=made.pk)
    reader, address = browser_of(who), reverse(name, args=[ready.pk])
    assert words(reader.get(address)).count("Objection ") >= rows
    with django_assert_num_queries(number):
        reader.get(address)
