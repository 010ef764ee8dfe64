"""What went on while a page was open, and whose Training Supervisor left after they confirmed (A2, A4, A6, E4)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from applications import actions, periodic, queries
from ctts.accounts.actions import deactivate, invite
from ctts.accounts.invited import not_asked_any_more
from ctts.accounts.queries import invitation_path, last_invitation
from ctts.common.verdict import Invalid, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.leaving import left_behind
from tests.applications import world
from tests.applications.test_between_intakes import CUT_OFF, with_fee
from tests.applications.world import NOW
from tests.office import browser_of


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def leave(cast):
    deactivate(person=cast.sam, reason="Left.", by=cast.oscar, now=NOW)


# --- withdrawn from a page that showed another state (A6) ---


def test_A6_what_was_accepted_meanwhile_is_not_withdrawn_from_an_old_page(cast, ready):
    ann = browser_of(cast.ann)
    assert 'name="seen" value="in_review"' in ann.get(url("withdraw", ready.pk)).text
    actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    answer = ann.post(url("withdraw", ready.pk), {"reason": "Moving", "seen": "in_review"})
    assert answer.status_code == 409 and world.refresh(ready).state == "accepted"
    assert "it is now “Accepted”. Nothing was withdrawn" in answer.text
    assert "Why?" in answer.text and "Moving" in answer.text
    assert ann.post(url("withdraw", ready.pk), {"reason": "Moving", "seen": "accepted"}).status_code == 303
    assert world.refresh(ready).state == "withdrawn"


def test_A6_the_offices_reason_is_kept_where_it_was_declined_meanwhile(cast, ready):
    olive = browser_of(cast.olive)
    actions.decline(by=cast.olive, now=NOW, application_id=ready.pk, reasons="No fee.")
    answer = olive.post(url("withdraw", ready.pk), {"reason": "Telephoned", "seen": "in_review"})
    assert answer.status_code == 409 and "Telephoned" in answer.text and "come to its end" in answer.text
    with pytest.raises(TooLate, match="come to its end"):
        actions.withdraw(by=cast.olive, now=NOW, application_id=ready.pk, reason="Telephoned.", seen="in_review")


# --- the supervisor left after they confirmed (A2, A4) ---


def test_A4_whose_supervisor_has_left_is_not_accepted_and_the_page_names_them(cast, ready):
    leave(cast)
    said = (
        "Sam Patel, who confirmed it as Training Supervisor, has no access any more. Ask the applicant to name another."
    )
    assert queries.against_acceptance(world.refresh(ready), NOW.date()) == said
    olive = browser_of(cast.olive)
    for name in ("review", "accept"):
        assert said in olive.get(url(name, ready.pk)).text
    assert "Its Training Supervisor has left" in olive.get(url("desk")).text
    with pytest.raises(Invalid, match="Sam Patel, who confirmed it"):
        actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)


def test_E4_whose_supervisor_applies_by_now_is_not_accepted_either(cast, ready):
    ready.supervisor = cast.abe
    ready.save(update_fields=["supervisor"])
    actions.start_application(by=cast.abe, now=NOW)
    said = "who confirmed it as Training Supervisor, applies to the scheme or trains in it by now. "
    said += "Ask the applicant to name another."
    assert queries.against_acceptance(ready, NOW.date()) == f"{cast.abe.full_name}, {said}"


def test_A2_before_the_access_ends_the_office_reads_which_applications_rest_on_them(cast, ready):
    words = "They confirmed the application of Ann Archer, which cannot be accepted while they have no access."
    assert words in [one.words for one in left_behind(cast.sam, NOW.date())]
    actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)
    words = "Ann Archer is accepted with them as Training Supervisor, and is asked to name another once in training."
    assert words in [one.words for one in left_behind(cast.sam, NOW.date())]


def test_N_whoever_has_no_access_is_not_reminded(cast, filled):
    deactivate(person=cast.ann, reason="Left.", by=cast.oscar, now=NOW)
    said = f"{cast.ann.full_name} has no access any more: no mail reaches them."
    assert said in browser_of(cast.olive).get(url("chase", filled.pk)).text
    with pytest.raises(TooLate, match="no mail reaches them"):
        actions.chase(by=cast.olive, now=NOW, application_id=filled.pk, seen_state="draft")


# --- the supervisor left while it waited, and it came back by itself (A2, I5) ---


@pytest.fixture
def back_without_supervisor(cast, handed_over):
    """Sam's access was ended while Ann's application waited for him; then the order did not cover the fee any more."""
    organisations.end_access(by=cast.olive, now=NOW, person=cast.sam, reason="Left.")
    periodic.close_intakes(CUT_OFF)
    with_fee(260_000)
    assert periodic.reopen_incomplete(CUT_OFF) == 1
    return world.refresh(handed_over)


def test_A2_whose_supervisor_loses_access_hears_at_once_that_another_is_named(cast, handed_over):
    organisations.end_access(by=cast.olive, now=NOW, person=cast.sam, reason="Left.")
    told = Message.objects.filter(kind="applications.supervisor_lost")
    assert [row.to for row in told] == [cast.ann]
    assert periodic.remind_supervisors(NOW) == 1 and told.count() == 1


def test_A2_a_draft_whose_supervisor_has_left_says_so_and_keeps_the_row_to_name_another(cast, back_without_supervisor):
    draft, ann = back_without_supervisor, browser_of(cast.ann)
    gone = "Sam Patel has no access to the system any more. Name another Training Supervisor."
    assert gone in ann.get(url("form", draft.pk)).text
    assert gone in ann.get(url("part", draft.pk, "supervisor")).text
    page = ann.get(url("hand_over", draft.pk)).text
    assert f"Training Supervisor: {gone}" in page and "This address cannot be used here" not in page
    assert "another Training Supervisor" in ann.get(url("status", draft.pk)).text
    rows = {row.what: row.url for row in queries.duties_for(cast.ann, NOW.date())}
    assert rows["Name another Training Supervisor"] == url("part", draft.pk, "supervisor")
    assert "Its Training Supervisor has left" in browser_of(cast.olive).get(url("desk") + "?state=draft").text


def test_A2_once_another_supervisor_is_named_nothing_of_it_is_said(cast, back_without_supervisor):
    given = {"by": cast.ann, "now": NOW, "application_id": back_without_supervisor.pk}
    with pytest.raises(Invalid, match=r"^Training Supervisor: Sam Patel has no access"):
        world.order(back_without_supervisor, 400_000)
        actions.ask_supervisor(**given)
    actions.name_supervisor(**given, name="Sue Webb", email=cast.sue.email)
    assert "Name another Training Supervisor" not in [row.what for row in queries.duties_for(cast.ann, NOW.date())]
    assert actions.ask_supervisor(**given).state == "awaiting_supervisor"


# --- invited to confirm what names somebody else by now (A2) ---


def test_A2_an_invitation_to_confirm_says_when_somebody_else_is_named(cast, filled):
    given = {"by": cast.ann, "now": NOW, "application_id": filled.pk}
    actions.name_supervisor(**given, name="Typo Person", email="typo@wrong.example")
    asked = actions.ask_supervisor(**given)
    invitation = last_invitation(asked.supervisor)
    said = f"{cast.ann.full_name} does not ask you to confirm an application any more"
    assert said not in Client().get(invitation_path(invitation), follow=True).text
    actions.take_back(**given)
    back = Client().get(invitation_path(invitation), follow=True).text
    assert said not in back and "has the application back and does not ask you to confirm it now" in back
    invitation = last_invitation(actions.ask_supervisor(**given).supervisor)  # a link of its own each time
    assert not_asked_any_more(invitation) == ""
    actions.take_back(**given)
    actions.name_supervisor(**given, name="Sam Patel", email=cast.sam.email)
    page = Client().get(invitation_path(invitation), follow=True)
    assert page.status_code == 200 and said in page.text and "Nothing waits for you now" in page.text


@pytest.mark.parametrize("by", ["nobody", "the office"])
def test_A2_other_invitations_say_nothing_of_applications(cast, by):
    invited = invite(
        email="new@leeds.example",
        full_name="New Person",
        purpose="to confirm their application" if by == "nobody" else "to join the scheme",
        by=None if by == "nobody" else cast.olive,
        now=NOW,
    )
    assert not_asked_any_more(invited.invitation) == ""
