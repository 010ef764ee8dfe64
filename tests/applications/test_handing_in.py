"""From the applicant to the supervisor to the office and back (A2, A6, I1, I4)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import actions, queries
from applications.actions._steps import reopen_list
from applications.models import Application, Qualification, SupervisorAnswer
from applications.states import ApplicationState, Part
from ctts.accounts.actions import deactivate
from ctts.accounts.models import Invitation, User
from ctts.audit.models import AuditEvent, AuditWords
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations import leaving
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Intake
from tests.applications import world
from tests.applications.world import LEVEL_SIX, NOW
from tests.cast import at
from tests.office import browser_of

S = ApplicationState


def hand_over(application, now=NOW):
    return actions.ask_supervisor(by=application.applicant, now=now, application_id=application.pk)


def page(name, *args):
    return reverse(f"applications:{name}", args=args)


def mails():
    """(kind, first name) of every message."""
    rows = Message.objects.filter(kind__startswith="applications.").order_by("pk")
    return [(row.kind.removeprefix("applications."), row.to.full_name.split()[0]) for row in rows.select_related("to")]


def test_A2_handing_over_freezes_the_list_and_tells_supervisor_and_coordinators(cast, filled):
    application = hand_over(filled)
    assert (application.state, application.supervisor) == (S.AWAITING_SUPERVISOR, cast.sam)
    assert application.competency_list.frozen_at == NOW
    assert mails() == [("supervisor_asked", "Sam"), ("coordinator_told", "Cora"), ("coordinator_told", "Sid")]
    with pytest.raises(TooLate, match="was handed in"):
        hand_over(application)


def test_A2_a_supervisor_unknown_to_the_scheme_is_invited(cast, filled):
    application = filled
    given = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.name_supervisor(**given, name="Nadia Osei", email="nadia@example.org")
    hand_over(application)
    nadia = User.objects.get(email="nadia@example.org")
    assert world.refresh(application).supervisor == nadia and nadia.second_factor_required
    assert Message.objects.get(kind="applications.supervisor_invited").link == str(Invitation.objects.get().pk)


def test_A2_a_closed_account_cannot_be_the_supervisor(cast, filled):
    application = filled
    deactivate(person=cast.sam, reason="Left.", by=cast.olive, now=NOW)
    with pytest.raises(Invalid, match="cannot be used here"):
        hand_over(application)
    assert world.refresh(application).state == S.DRAFT


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: Application.objects.filter(pk=a.pk).update(telephone=""), "Personal details: A telephone number"),
        (lambda a: Qualification.objects.filter(application=a).delete(), "Give your qualifications"),
        (lambda a: world.order(a, 299_999), "The purchase order is £0.01 short of the fee"),
    ],
)
def test_A2_nothing_is_handed_over_before_it_is_whole(filled, change, said):
    application = filled
    change(application)
    with pytest.raises(Invalid, match=said):
        hand_over(application)
    application = world.refresh(application)
    assert application.state == S.DRAFT and application.competency_list.frozen_at is None


def test_A6_the_supervisor_returns_it_and_it_comes_again(cast, filled):
    application = hand_over(filled)
    seen = queries.shown_digest(application)
    given = {"by": cast.sam, "now": NOW, "application_id": application.pk, "authentication": world.proof()}
    with pytest.raises(Invalid, match="Say what should change"):
        actions.return_to_applicant(**given, seen=seen, reason=" ")
    with pytest.raises(TooLate, match="changed since you opened it"):
        actions.return_to_applicant(**given, seen="0" * 64, reason="The plan is thin.")
    actions.return_to_applicant(**given, seen=seen, reason="The plan is thin.")
    application = world.refresh(application)
    assert application.state == S.DRAFT and application.competency_list.frozen_at is None
    assert queries.last_return(application).reason == "The plan is thin."
    assert mails()[-1] == ("returned", "Ann")
    application = hand_over(application)
    assert queries.last_return(application) is None
    assert queries.shown_digest(application) == seen  # the same words are the same content, whatever the version


def test_A2_confirming_makes_it_received_once_signed_over_what_was_seen(cast, filled):
    application = hand_over(filled)
    with pytest.raises(NotAllowed):
        confirm(application, cast.sue)
    with pytest.raises(Invalid, match="FHEQ level 6"):
        confirm(application, cast.sam, level_six=" ")
    with pytest.raises(TooLate, match="changed since you opened it"):
        confirm(application, cast.sam, seen="0" * 64)
    application = confirm(application, cast.sam)
    answer = SupervisorAnswer.objects.get()
    assert (application.state, application.received_at, application.counts_from) == (S.RECEIVED, NOW, NOW)
    assert (answer.meaning, answer.level_six, answer.printed_name) == ("confirmed", LEVEL_SIX, "Sam Patel")
    assert answer.content_sha256 == queries.shown_digest(application)
    assert mails()[-3:] == [("received", "Ann"), ("arrived", "Olive"), ("arrived", "Oscar")]
    with pytest.raises(TooLate, match="does not wait"):
        confirm(application, cast.sam)


def confirm(application, by, now=NOW, **changes):
    given = {"level_six": LEVEL_SIX, "seen": queries.shown_digest(application), "authentication": world.proof(now)}
    return actions.confirm_support(by=by, now=now, application_id=application.pk, **{**given, **changes})


def test_rule_8_a_signature_is_bound_to_content_that_may_not_change_unseen(cast, filled):
    application = hand_over(filled)
    seen = queries.shown_digest(application)
    Qualification.objects.filter(application=application, kind="a_level").update(grade="D")
    with pytest.raises(TooLate, match="changed since you opened it"):
        confirm(application, cast.sam, seen=seen)


@pytest.mark.parametrize(
    ("moment", "intake"),
    [
        (at(2026, 9, 30, 22, 59, 59), "October 2026"),
        (at(2026, 9, 30, 23, 0, 0), "April 2027"),
        (at(2027, 3, 31, 22, 59, 59), "April 2027"),
        (at(2027, 3, 31, 23, 0, 0), "October 2027"),
    ],
)
def test_I1_I4_the_london_wall_clock_of_the_confirmation_decides_the_intake(cast, moment, intake):
    open_all()
    application = confirm(hand_over(world.filled(cast)), cast.sam, now=moment)
    assert str(application.intake) == intake
    assert application.receipts.get().intake == application.intake


def open_all(net_pence=250_000):
    """The two intakes after October 2026 are open too, with this fee."""
    for year, month in ((2027, 4), (2027, 10)):
        intake = Intake.objects.get(year=year, month=month)
        scheme.set_fee(by=None, now=NOW, intake_id=intake.pk, net_pence=net_pence, vat_basis_points=2000)
        scheme.open_intake(by=None, now=NOW, intake_id=intake.pk)


def test_I4_a_confirmation_after_the_cut_off_needs_the_fee_of_the_next_intake(cast, filled):
    application = hand_over(filled)
    late = at(2026, 10, 1)
    with pytest.raises(Invalid, match="Applications for April 2027 are not open yet"):
        confirm(application, cast.sam, now=late)
    open_all(net_pence=260_000)
    with pytest.raises(Invalid, match=r"£120\.00 short of the fee"):
        confirm(application, cast.sam, now=late)
    assert world.refresh(application).received_at is None


@pytest.mark.parametrize(("day", "kept"), [(15, True), (16, False)])
def test_I4_a_reply_within_14_london_days_keeps_the_received_time(asked, day, kept):
    application = asked
    replied = at(2026, 7, day, 22, 59)
    application = reply(application, replied)
    assert application.state == S.IN_REVIEW
    assert (application.counts_from, application.received_at) == (NOW if kept else replied, NOW)
    assert application.receipts.count() == (1 if kept else 2)
    assert mails()[-1] == ("answered", "Olive")


def reply(application, now=NOW, answers=None):
    points = application.information_requests.get().points.all()
    given = {point.pk: "My answer" for point in points} if answers is None else answers
    return actions.answer_information(by=application.applicant, now=now, application_id=application.pk, answers=given)


def test_I4_a_late_reply_takes_the_intake_of_its_time(cast):
    open_all()
    application = reply(world.asked(cast), at(2026, 10, 1, 0, 0))
    assert (str(application.intake), application.received_at) == ("April 2027", NOW)
    first, anew = Message.objects.filter(kind="applications.received").order_by("pk")
    assert "Sam Patel confirmed your application on" in first.text
    assert "Your answers came on 1 October 2026" in anew.text.replace("\xa0", " ") and "Sam" not in anew.text


def test_I4_A2_a_late_reply_is_received_only_with_an_order_over_the_fee_of_its_intake(cast):
    open_all(net_pence=260_000)
    application = world.asked(cast)
    with pytest.raises(Invalid, match=r"£120\.00 short of the fee"):
        reply(application, at(2026, 10, 1, 0, 0))
    kept = world.refresh(application)
    assert (str(kept.intake), kept.state, kept.receipts.count()) == ("October 2026", S.INFORMATION_REQUESTED, 1)
    world.order(kept, 312_000, at(2026, 10, 1, 0, 0))
    assert str(reply(kept, at(2026, 10, 1, 1, 0)).intake) == "April 2027"


def test_A4_every_point_is_answered_and_the_application_stays_whole(cast):
    application = world.asked(cast)
    first, second = application.information_requests.get().points.all()
    with pytest.raises(Invalid, match="Answer point 2") as refused:
        reply(application, answers={first.pk: "Archer"})
    assert refused.value.field == f"point_{second.number}"
    Qualification.objects.filter(application=application).update(certificate=None)
    with pytest.raises(Invalid, match="Attach the certificate"):
        reply(application)
    with pytest.raises(TooLate, match="has not asked anything"):
        reply_in_draft(cast)


def reply_in_draft(cast):
    other = world.start(cast, "bristol")
    actions.answer_information(by=cast.abe, now=NOW, application_id=other.pk, answers={})


def test_A2_a_change_after_the_confirmation_shows_beside_the_signature(cast, asked):
    application = asked
    assert queries.signatures_of(application)[0][1].changed == ""
    actions.save_details(
        by=cast.ann, now=NOW, application_id=application.pk, part=Part.PERSONAL, values={"telephone": "0113 000 0000"}
    )
    assert "changed parts" in queries.signatures_of(world.refresh(application))[0][1].changed


def test_A2_an_empty_draft_has_no_list_to_hand_over_or_to_open_again(cast):
    application = world.start(cast)
    with pytest.raises(Invalid, match="Personal details"):
        hand_over(application)
    reopen_list(application, cast.ann, NOW)
    assert world.refresh(application).competency_list is None


def test_A4_an_answer_to_nobody_in_particular_is_told_to_the_whole_office(asked):
    application = asked
    Application.objects.filter(pk=application.pk).update(claimed_by=None, claimed_at=None)
    assert reply(application).state == S.IN_REVIEW
    assert mails()[-2:] == [("answered", "Olive"), ("answered", "Oscar")]


def test_A6_a_withdrawal_keeps_its_reason_beside_the_audit_and_tells_the_others(cast, in_review):
    application = in_review
    given = {"now": NOW, "application_id": application.pk}
    with pytest.raises(NotAllowed):
        actions.withdraw(by=cast.sam, **given)
    actions.withdraw(by=cast.ann, **given, reason="I have another post.")
    told = {name for kind, name in mails() if kind == "withdrawn"}
    assert told == {"Sam", "Olive", "Cora", "Sid"}  # the co-ordinators of Leeds were told that she applies
    assert AuditWords.objects.get().text == {"reason": "I have another post."}
    event = AuditEvent.objects.get(action="applications.application.withdraw")
    assert (event.before, event.after, event.role) == ({"state": "in_review"}, {"state": "withdrawn"}, "applicant")
    with pytest.raises(TooLate, match="come to its end"):
        actions.withdraw(by=cast.ann, **given)


def test_A6_the_office_ends_somebody_elses_application_with_a_reason_and_not_past_a_claim(cast, in_review):
    given = {"now": NOW, "application_id": in_review.pk}
    with pytest.raises(Invalid, match="Say why: the applicant reads it"):
        actions.withdraw(by=cast.olive, **given)
    with pytest.raises(TooLate, match="A colleague has claimed"):
        actions.withdraw(by=cast.oscar, **given, reason="Asked by telephone.")
    olive, address = world.signed_in(cast.olive), reverse("applications:withdraw", args=[in_review.pk])
    page = olive.post(address, {"reason": " ", "seen": "in_review"})
    assert page.status_code == 422 and "You need not say anything" not in page.text
    assert olive.post(address, {"reason": "Asked by telephone.", "seen": "in_review"}).status_code == 303


def test_A6_a_withdrawn_application_keeps_the_list_that_was_handed_over(cast, asked):
    application = asked
    confirmed = application.supervisor_answers.get()
    actions.withdraw(by=cast.olive, now=NOW, application_id=application.pk, reason="Asked by telephone.")
    application = world.refresh(application)
    assert application.competency_list.frozen_at is not None
    assert queries.shown_digest(application) == confirmed.content_sha256
    assert ("withdrawn", "Ann") in mails()


# --- taken back before the supervisor answered (A2) ---


def take_back(application, by=None, now=NOW):
    return actions.take_back(by=by or application.applicant, now=now, application_id=application.pk)


def test_A2_the_applicant_takes_it_back_and_hands_it_over_anew(cast, filled):
    application = hand_over(filled)
    with pytest.raises(NotAllowed):
        take_back(application, by=cast.sam)
    application = take_back(application)
    assert (application.state, application.received_at) == (S.DRAFT, None)
    assert world.refresh(application).competency_list.frozen_at is None
    assert mails()[-1] == ("taken_back", "Sam")
    with pytest.raises(TooLate):
        take_back(application)
    hand_over(application, NOW + timedelta(minutes=5))
    assert mails().count(("supervisor_asked", "Sam")) == 2
    assert AuditEvent.objects.filter(action__endswith="application.take_back").count() == 1


def test_A2_whose_supervisor_has_left_has_the_next_move(cast, filled):
    application = hand_over(filled)
    deactivate(person=cast.sam, reason="Left.", by=cast.olive, now=NOW)
    rows, others = queries.duties_and_others(cast.ann, NOW.date())
    assert [row.what for row in rows] == ["Take your application back and name another Training Supervisor"]
    assert others == []
    page = browser_of(cast.ann).get(reverse("applications:status", args=[application.pk])).text
    assert "Your supervisor can no longer confirm it" in page
    assert take_back(application).state == S.DRAFT
    assert ("taken_back", "Sam") not in mails()


def test_A2_the_page_says_what_follows_before_it_is_taken_back(cast, filled):
    application, ann = hand_over(filled), browser_of(cast.ann)
    address = reverse("applications:take_back", args=[application.pk])
    assert "It is a draft again" in ann.get(address).text
    assert ann.post(address).status_code == 303
    assert ann.post(address).status_code == 409


def test_A4_what_somebody_has_who_left_the_office_waits_for_all_of_it(cast):
    application = world.in_review(cast)
    assert "Decide the application" not in [row.what for row in queries.duties_for(cast.oscar, NOW.date())]
    deactivate(person=application.claimed_by, reason="Left.", by=cast.oscar, now=NOW)
    assert "Decide the application" in [row.what for row in queries.duties_for(cast.oscar, NOW.date())]
    page = browser_of(cast.ann).get(reverse("applications:status", args=[application.pk])).text
    assert "Now with the scheme office" in " ".join(page.split()).replace("<strong>", "").replace("</strong>", "")


def test_A4_what_somebody_has_who_is_of_the_centre_by_now_waits_for_all_of_the_office(cast):
    application = world.in_review(cast)
    assert "Decide the application" in [row.what for row in queries.duties_for(cast.olive, NOW.date())]
    given = {"person": cast.olive, "role": Role.TRAINER, "organisation": application.centre}
    organisations.grant(by=None, now=NOW, **given)
    forget_held(cast.olive)
    assert "Decide the application" not in [row.what for row in queries.duties_for(cast.olive, NOW.date())]
    assert "Decide the application" in [row.what for row in queries.duties_for(cast.oscar, NOW.date())]


def test_C2_before_access_ends_the_page_says_what_waits_for_that_person(cast, filled):
    hand_over(filled)
    page = browser_of(cast.olive).get(reverse("organisations:deactivate", args=[cast.sam.pk])).text
    assert "waits for their confirmation. They can still give it while their account is open" in page
    application = world.in_review(cast, "bristol")
    held = [one.words for one in leaving.left_behind(application.claimed_by, NOW.date())]
    assert any("it waits for the whole office then" in words for words in held), held
