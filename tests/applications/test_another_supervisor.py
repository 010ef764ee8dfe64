"""The Training Supervisor left after they confirmed: another is named and confirms, the receipt stays (A2, A4, I4)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import access, actions, queries
from applications.models import Application, Finding
from applications.states import ApplicationState as S
from applications.states import Part
from ctts.accounts.actions import deactivate, reactivate
from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations.leaving import left_behind
from tests.applications import world
from tests.applications.test_desk import audited
from tests.applications.world import NOW
from tests.office import browser_of

GONE = "Sam Patel has no access to the system any more. Name another Training Supervisor."


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def told(kind) -> list[str]:
    rows = Message.objects.filter(kind=f"applications.{kind}").order_by("pk")
    return [row.to.full_name.split()[0] for row in rows.select_related("to")]


def leave(cast, person):
    deactivate(person=person, reason="Left.", by=cast.oscar, now=NOW)


def ask(application, cast) -> Application:
    """Olive asks with the words that the page begins with."""
    points = queries.points_to_begin_with(world.refresh(application), NOW.date())
    actions.ask_information(by=cast.olive, now=NOW, application_id=application.pk, points=points)
    return world.refresh(application)


def name(application, who="Trudy Trainer", email="trudy@leeds.example"):
    given = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    return actions.name_supervisor(**given, name=who, email=email)


def answer(application) -> Application:
    points = application.information_requests.latest("asked_at").points.all()
    given = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    return actions.answer_information(**given, answers={point.pk: "See the form." for point in points})


@pytest.fixture
def lost(cast, ready) -> Application:
    """Sam confirmed, Olive found every rule met, and Sam has no access any more."""
    leave(cast, cast.sam)
    return ask(ready, cast)


@pytest.fixture
def renamed(cast, lost) -> Application:
    """Ann has named Trudy, who is new, and sent her answer."""
    name(lost)
    return world.refresh(answer(lost))


def test_A2_the_office_asks_with_ready_words_and_part_four_opens_alone(cast, ready):
    leave(cast, cast.sam)
    olive, ann = browser_of(cast.olive), browser_of(cast.ann)
    asking = olive.get(url("ask", ready.pk)).text
    assert GONE in asking and "part 4 opens for naming another" in asking and "was rejected" not in asking
    accept = olive.get(url("accept", ready.pk)).text
    assert "Ask the applicant to name another." in accept and f'href="{url("ask", ready.pk)}"' in accept
    lost = ask(ready, cast)
    changes = {part: bool(access.can_change(cast.ann, lost, part)) for part in (Part.SUPERVISOR, Part.SCOPE)}
    assert changes == {Part.SUPERVISOR: True, Part.SCOPE: False}
    assert GONE in ann.get(url("form", lost.pk)).text
    assert url("part", lost.pk, "supervisor") in ann.get(url("answer", lost.pk)).text
    with pytest.raises(Invalid, match=GONE):
        answer(lost)


def test_A2_another_is_named_asked_and_confirms_and_the_receipt_stays(cast, lost):
    received = lost.counts_from, lost.intake
    named = name(lost)
    assert (named.supervisor, named.supervisor_address) == (cast.sam, "trudy@leeds.example")
    assert "once you send your answers, a mail asks them" in browser_of(cast.ann).get(url("answer", lost.pk)).text
    asked = world.refresh(answer(lost))
    trudy = asked.supervisor
    assert (asked.state, trudy.email, told("supervisor_invited")[-1]) == (S.IN_REVIEW, "trudy@leeds.example", "Trudy")
    mail = Message.objects.filter(kind="applications.supervisor_invited", to=trudy).get()
    assert "it stays received" in mail.text and "tell the scheme office" in mail.text
    assert "has not confirmed it yet" in queries.against_acceptance(asked, NOW.date())
    done = world.refresh(world.confirm(asked))
    assert (done.state, done.counts_from, done.intake, done.another_asked_at) == (S.IN_REVIEW, *received, None)
    assert sorted(told("confirmed_anew")) == ["Ann", "Olive"] and done.receipts.count() == 1
    newest, before = (shown.changed for _, shown in queries.signatures_of(done))
    assert newest == "" and "Trudy Trainer has confirmed in their place since" in before
    kinds = audited(done)
    assert "applications.application.another_supervisor" in kinds
    assert kinds[-1] == "applications.application.confirmed_anew"
    assert AuditEvent.objects.get(action="applications.application.another_supervisor").before == {
        "supervisor": cast.sam.pk
    }


def test_N_the_office_reminds_whoever_was_named_anew_with_the_mail_shown_before(cast, renamed):
    olive, page = browser_of(cast.olive), url("chase", renamed.pk)
    assert "Remind Trudy Trainer" in olive.get(url("review", renamed.pk)).text
    shown = " ".join(olive.get(page).text.split())
    assert "waits for your confirmation. It is received and stays so; it cannot be accepted before." in shown
    assert olive.post(page, {"words": "", "seen_state": "in_review"}).status_code == 303
    assert told("chased") == ["Trudy"] and audited(renamed)[-1] == "applications.application.chased"
    assert "was reminded today already" in browser_of(cast.oscar).get(page).text
    world.confirm(renamed, NOW.replace(hour=22))
    given = {"by": cast.oscar, "now": NOW.replace(hour=23), "application_id": renamed.pk, "seen_state": "in_review"}
    with pytest.raises(TooLate, match="waits for nobody outside the office"):
        actions.chase(**given)


def test_A3h_what_was_found_of_the_statement_before_counts_no_more(cast, renamed):
    assert "A3h" in queries.standing_against(renamed, NOW.date())
    done = world.confirm(renamed, NOW.replace(hour=22))
    assert queries.against_acceptance(done, NOW.date()) == "These rules still stand against it: A3h."
    assert Finding.objects.filter(application=done, rule="A3h").count() == 1
    [row] = queries.with_lights([world.refresh(done)], NOW.date(), reader=cast.olive)
    assert row.blocker == "Plan: to judge"
    world.find(done, cast.olive, "A3h", now=NOW.replace(hour=23))
    assert actions.accept(by=cast.olive, now=NOW.replace(hour=23), application_id=done.pk)


def test_A2_it_waits_for_the_one_named_anew_who_confirms_and_does_not_return(cast, renamed):
    trudy, today = renamed.supervisor, NOW.date()
    [row] = [row for row in queries.duties_for(trudy, today) if row.what == "Confirm support and plan"]
    assert row.since == today
    waits = {row.what: row.about for row in queries.others_for(cast.ann, today)}
    assert waits["Confirm your application"] == "Trudy Trainer"
    assert list(queries.to_support(trudy)) == [renamed]
    client = browser_of(trudy)
    page = client.get(url("confirm", renamed.pk)).text
    assert "The application stays received as it was" in page and "Return it to the applicant" not in page
    assert url("confirm", renamed.pk) in client.get(url("to_support")).text
    assert "Confirm it" in client.get(url("read", renamed.pk)).text
    assert client.get(url("give_back", renamed.pk)).status_code == 409
    assert "Trudy Trainer (Training Supervisor)" in browser_of(cast.olive).get(url("review", renamed.pk)).text
    with pytest.raises(NotAllowed):
        actions.accept(by=trudy, now=NOW, application_id=renamed.pk)
    assert "Ann Archer waits for their confirmation." in next(one.words for one in left_behind(trudy, today))


def test_A2_if_the_one_named_anew_leaves_too_a_third_is_named(cast, renamed):
    leave(cast, renamed.supervisor)
    said = queries.against_acceptance(world.refresh(renamed), NOW.date())
    assert "Trudy Trainer, who is to confirm it as Training Supervisor, has no access any more" in said
    lost = ask(renamed, cast)
    assert lost.another_asked_at is None
    name(lost, "Sue Webb", cast.sue.email)
    third = answer(lost)
    assert (third.supervisor, told("supervisor_asked")[-1:]) == (cast.sue, ["Sue"])


def test_A2_while_they_are_asked_other_questions_do_not_ask_anybody_else(cast, renamed):
    before = told("supervisor_invited")
    later = NOW.replace(hour=23)
    points = [(Part.PERSONAL, "Which name?")]
    actions.ask_information(by=cast.olive, now=later, application_id=renamed.pk, points=points)
    asked = world.refresh(renamed)
    assert not access.can_answer(asked.supervisor, asked)
    given = {"by": cast.ann, "now": later, "application_id": asked.pk}
    actions.name_supervisor(**given, name="Trudy B. Trainer", email="trudy@leeds.example")  # the same person
    point = asked.information_requests.latest("asked_at").points.get()
    answered = actions.answer_information(**given, answers={point.pk: "Ann."})
    assert told("supervisor_invited") == before and access.can_answer(answered.supervisor, answered)


def test_A2_if_the_one_named_anew_is_the_wrong_one_another_is_named(cast, renamed):
    olive, wrong = browser_of(cast.olive), renamed.supervisor
    assert f'href="{url("ask", renamed.pk)}"' in olive.get(url("accept", renamed.pk)).text
    asking = olive.get(url("ask", renamed.pk)).text
    assert "Trudy Trainer has not confirmed your application" in asking and "part 4 opens" in asking
    lost = ask(renamed, cast)
    ann = browser_of(cast.ann)
    assert url("part", lost.pk, "supervisor") in ann.get(url("answer", lost.pk)).text
    assert ann.get(url("part", lost.pk, "supervisor")).status_code == 200
    name(lost, "Sue Lindqvist", "sue.l@leeds.example")
    third = world.refresh(answer(lost))
    assert (third.supervisor_address, told("supervisor_invited")[-1]) == ("sue.l@leeds.example", "Sue")
    assert told("supervisor_replaced") == ["Trudy"] and told("coordinator_told") == ["Cora", "Sid"] * 3
    status = ann.get(url("status", renamed.pk)).text
    assert "Sue Lindqvist is asked to confirm it" in status and "If that is the wrong person" in status
    assert not access.can_answer(wrong, third) and access.can_answer(third.supervisor, third)
    assert world.confirm(third).another_asked_at is None


def test_A2_the_address_of_who_was_asked_is_that_of_their_account_while_the_office_asks_again(cast, renamed):
    trudy = renamed.supervisor
    User.objects.filter(pk=trudy.pk).update(email="trudy.right@leeds.example")
    again = {"by": cast.olive, "now": NOW.replace(hour=23), "application_id": renamed.pk}
    actions.ask_information(**again, points=[(Part.PERSONAL, "Which name?")])
    asked = world.refresh(renamed)
    assert (asked.names_another, asked.supervisor_address) == (False, "trudy.right@leeds.example")
    given = {"by": cast.ann, "now": NOW.replace(hour=23), "application_id": asked.pk}
    named = actions.name_supervisor(**given, name="Sue Webb", email="sue.l@leeds.example")
    assert (named.names_another, named.supervisor_address) == (True, "sue.l@leeds.example")


def test_A6_whoever_was_named_and_not_asked_is_let_go_when_it_is_deferred(cast, renamed):
    trudy, given = renamed.supervisor, {"by": cast.olive, "now": NOW.replace(hour=23), "application_id": renamed.pk}
    for confirmed in (False, True):
        if confirmed:
            actions.resume(**given)
            world.confirm(world.refresh(renamed), NOW.replace(hour=22))
        actions.ask_information(**given, points=[(Part.SUPERVISOR, "Is it the right one?")])
        named = {"by": cast.ann, "now": NOW.replace(hour=23), "application_id": renamed.pk}
        actions.name_supervisor(**named, name="Rex Named", email="rex@leeds.example")
        actions.defer(**given)
        put_off = world.refresh(renamed)
        assert (put_off.supervisor, put_off.supervisor_name) == (trudy, "Trudy Trainer")
        assert (put_off.another_asked_at is None) is confirmed
    assert "Rex" not in browser_of(cast.ann).get(url("status", renamed.pk)).text


def test_I4_a_fee_that_is_not_set_yet_keeps_nobody_from_answering(cast, ready):
    given = {"by": cast.olive, "now": NOW, "application_id": ready.pk}
    actions.defer(**given)
    actions.resume(**given)
    actions.ask_information(**given, points=[(Part.PERSONAL, "Which name?")])
    asked = world.refresh(ready)
    assert asked.intake.fee_gross_pence is None
    assert answer(asked).state == S.IN_REVIEW
    assert "A3f" in queries.standing_against(world.refresh(ready), NOW.date())


def test_A2_who_is_given_access_again_confirmed_it_already(cast, lost):
    reactivate(person=cast.sam, reason="Back.", by=cast.oscar, now=NOW)
    lost = world.refresh(lost)
    answered = answer(lost)
    assert (answered.supervisor, queries.against_acceptance(answered, NOW.date())) == (cast.sam, "")


def test_A2_without_a_word_of_the_office_whoever_confirmed_stays(cast, ready):
    given = {"by": cast.olive, "now": NOW, "application_id": ready.pk}
    actions.ask_information(**given, points=[(Part.PERSONAL, "Which name?")])
    with pytest.raises(TooLate, match="no longer changes"):
        name(world.refresh(ready))
    answer(world.refresh(ready))
    actions.ask_information(**given | {"now": NOW.replace(hour=23)}, points=[(Part.SUPERVISOR, "Sam has moved away.")])
    assert name(world.refresh(ready)).another_asked_at


def test_A2_E4_of_whoever_confirmed_and_applies_by_now_another_is_asked_for(cast, filled):
    given = {"by": cast.ann, "now": NOW, "application_id": filled.pk}
    actions.name_supervisor(**given, name=cast.abe.full_name, email=cast.abe.email)
    ready = world.confirm(actions.ask_supervisor(**given))
    actions.claim(by=cast.olive, now=NOW, application_id=ready.pk, seen_holder=None)
    actions.start_application(by=cast.abe, now=NOW)
    olive = browser_of(cast.olive)
    accept = olive.get(url("accept", ready.pk)).text
    assert "Ask the applicant to name another." in accept and f'href="{url("ask", ready.pk)}"' in accept
    asking = olive.get(url("ask", ready.pk)).text
    assert "cannot be your Training Supervisor any more" in asking and "part 4 opens" in asking
    assert "applies to the scheme" not in asking.split("What Ann Archer reads")[-1]
    lost = ask(ready, cast)
    name(lost)
    asked = world.refresh(answer(lost))
    assert world.confirm(asked).another_asked_at is None


def test_A2_E4_whoever_applies_by_now_does_not_confirm_and_reads_why(cast, filled):
    given = {"by": cast.ann, "now": NOW, "application_id": filled.pk}
    actions.name_supervisor(**given, name=cast.abe.full_name, email=cast.abe.email)
    asked = actions.ask_supervisor(**given)
    actions.start_application(by=cast.abe, now=NOW)
    with pytest.raises(TooLate, match="cannot be a Training Supervisor"):
        world.confirm(asked)
    page = browser_of(cast.abe).get(url("confirm", asked.pk)).text
    assert "you cannot be a Training Supervisor" in page and url("give_back", asked.pk) in page
    assert access.can_return(cast.abe, asked)


def test_the_database_accepts_nobody_whose_new_supervisor_has_not_confirmed(cast, renamed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=renamed.pk).update(state=S.ACCEPTED)
