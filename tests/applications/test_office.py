"""The office: claiming, findings, questions, decisions, letters (A3, A4, A6)."""

from io import BytesIO
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest

from applications import actions, queries
from applications.letters import decision_pdf
from applications.models import Decision, DecisionLetter, Finding
from applications.states import ApplicationState, DecisionKind, Part, RuleOutcome
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents.models import Document
from ctts.notifications.models import Message
from ctts.organisations.access import forget_held, holds
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Accreditation, Intake
from tests.applications import world
from tests.applications.test_office_views import url
from tests.applications.world import NOW
from tests.cast import at
from tests.make import open_intake

S = ApplicationState


def office(cast, application, by=None):
    return {"by": by or cast.olive, "now": NOW, "application_id": application.pk}


def outcomes(application):
    return {row.rule: row.outcome for row in queries.rule_rows(application, NOW.date())}


# --- claiming -------------------------------------------------------------------------------------------------------


def test_A4_claiming_takes_it_into_review_and_a_colleague_takes_over_knowingly(cast, received):
    application = actions.claim(**office(cast, received), seen_holder=None)
    assert (application.state, application.claimed_by) == (S.IN_REVIEW, cast.olive)
    assert actions.claim(**office(cast, application), seen_holder=None).claimed_by == cast.olive
    with pytest.raises(TooLate, match="Olive Ong took it a moment ago"):
        actions.claim(**office(cast, application, cast.oscar), seen_holder=None)
    taken = actions.claim(**office(cast, application, cast.oscar), seen_holder=cast.olive.pk)
    assert taken.claimed_by == cast.oscar
    event = AuditEvent.objects.filter(action="applications.application.claimed").latest("seq")
    assert (event.before, event.after) == ({"claimed_by": cast.olive.pk}, {"claimed_by": cast.oscar.pk})


def test_A4_a_claim_of_somebody_no_longer_there_is_told(cast, received):
    application = received
    with pytest.raises(TooLate, match="It was let go a moment ago"):
        actions.claim(**office(cast, application), seen_holder=cast.oscar.pk)
    with pytest.raises(NotAllowed):
        actions.claim(**office(cast, application, cast.sam), seen_holder=None)
    with pytest.raises(TooLate, match="nothing to review"):
        actions.claim(**office(cast, world.start(cast, "bristol")), seen_holder=None)


# --- findings -------------------------------------------------------------------------------------------------------


def test_A3_the_rules_are_evaluated_and_two_need_a_person(in_review):
    found = outcomes(in_review)
    assert {rule for rule, outcome in found.items() if outcome == "met"} == {"A3a", "A3b", "A3d", "A3e", "A3f", "A3g"}
    assert found["A3c"] == found["A3h"] == "needs_person"


def test_A3_a_finding_stands_beside_what_was_computed(cast, in_review):
    application = in_review
    given = {**office(cast, application), "rule": "A3c", "key": uuid4(), "outcome": RuleOutcome.NOT_MET, "seen": ""}
    with pytest.raises(Invalid, match="no entry rule"):
        actions.find(**{**given, "rule": "A3z"})
    with pytest.raises(Invalid, match="needs no override"):
        actions.find(**{**given, "outcome": RuleOutcome.MET, "override_reason": "x"})
    made = actions.find(**given, remark=" Certificate checked. ", override_reason="Ten years of work.")
    assert (made.computed, made.note, made.override_reason) == (
        "needs_person",
        "Certificate checked.",
        "Ten years of work.",
    )
    with pytest.raises(TooLate, match="saved already"):
        actions.find(**given)
    event = AuditEvent.objects.get(action="applications.finding.set")
    assert event.after == {"rule": "A3c", "outcome": "not_met", "overridden": True}
    assert queries.standing_against(application, NOW.date()) == ("A3h",)


def test_A3_a_finding_takes_the_place_of_one_that_was_seen_only(cast, in_review):
    application = in_review
    given = {**office(cast, application), "rule": "A3c", "outcome": RuleOutcome.MET}
    first = actions.find(**given, key=uuid4(), seen="")
    with pytest.raises(actions.StalePart, match="Another finding"):
        actions.find(**given, key=uuid4(), seen="")
    second = actions.find(**given, key=uuid4(), seen=queries.finding_version(first))
    row = next(row for row in queries.rule_rows(application, NOW.date()) if row.rule == "A3c")
    assert (row.finding, row.earlier, row.newest) == (second, (first,), second)


def test_A3_a_finding_against_what_was_computed_says_why(cast, in_review):
    given = {**office(cast, in_review), "rule": "A3b", "outcome": RuleOutcome.NOT_MET, "key": uuid4(), "seen": ""}
    with pytest.raises(Invalid, match="computed otherwise") as refused:
        actions.find(**given, remark="  ")
    assert refused.value.field == "remark"
    made = actions.find(**given, remark="The certificate is of another person.")
    assert (made.computed, made.outcome) == ("met", "not_met")


def test_A4_a_finding_about_evidence_that_changed_since_does_not_count(cast, ready):
    application = ready
    world.find(application, cast.olive, "A3a")
    assert queries.standing_against(application, NOW.date()) == ()
    held = Accreditation.objects.get(organisation=cast.leeds, scope=application.scope)
    scheme.end_accreditation(by=None, now=NOW, accreditation_id=held.pk, how="suspend")
    assert queries.standing_against(application, NOW.date()) == ("A3a",)
    row = queries.rule_rows(application, NOW.date())[0]
    assert (row.finding, len(row.earlier), row.stands) == (None, 1, True)


def test_A4_findings_and_decisions_need_a_review(cast, received):
    application = received
    with pytest.raises(TooLate, match="not in review"):
        world.find(application, cast.olive, "A3c")
    with pytest.raises(TooLate):
        actions.accept(**office(cast, application))
    with pytest.raises(TooLate):
        actions.decline(**office(cast, application), reasons="x")
    with pytest.raises(TooLate):
        actions.ask_information(**office(cast, application), points=[(Part.PLAN, "x")])


def test_A3f_the_office_says_whether_the_document_bears_out_the_amount(cast, in_review):
    application = in_review
    order = queries.current_order(application)
    given = {**office(cast, application), "purchase_order_id": order.pk}
    assert actions.judge_purchase_order(**given, covers=True).state == "verified"
    with pytest.raises(TooLate):
        actions.judge_purchase_order(**given, covers=True)
    assert actions.judge_purchase_order(**given, covers=False).state == "insufficient"
    event = AuditEvent.objects.filter(action="applications.purchase_order.judged").latest("seq")
    assert (event.before, event.after) == ({"state": "verified"}, {"state": "insufficient"})
    with pytest.raises(TooLate, match="does not count any more"):
        actions.judge_purchase_order(**{**given, "purchase_order_id": 0}, covers=True)


# --- questions ------------------------------------------------------------------------------------------------------


def test_A4_the_applicant_is_asked_point_by_point_and_the_list_opens_again(cast, in_review):
    application = in_review
    with pytest.raises(Invalid, match="at least one point"):
        actions.ask_information(**office(cast, application), points=[(Part.PLAN, " ")])
    application = world.asked(cast, "bristol")
    assert application.state == S.INFORMATION_REQUESTED and application.competency_list.frozen_at is None
    points = application.information_requests.get().points.all()
    assert [(point.number, point.part) for point in points] == [(1, "personal"), (2, "plan")]
    message = Message.objects.get(kind="applications.questions")
    assert "1. Which name stands on your passport?" in message.text and "15\xa0July\xa02026" in message.text


# --- decisions ------------------------------------------------------------------------------------------------------


def test_A4_accepting_needs_every_rule_met_or_overridden(cast, in_review):
    application = in_review
    with pytest.raises(Invalid, match="These rules still stand against it: A3c, A3h"):
        actions.accept(**office(cast, application))
    world.find(application, cast.olive, "A3c")
    world.find(application, cast.olive, "A3h", "not_met", override_reason="The board has seen the plan.")
    decision = actions.accept(**office(cast, application))
    assert (decision.kind, world.refresh(application).state) == (DecisionKind.ACCEPT, S.ACCEPTED)
    assert DecisionLetter.objects.get().document is None
    with pytest.raises(TooLate):
        actions.accept(**office(cast, application))


def test_A4_accepting_makes_the_named_supervisor_one_of_the_centre(cast, ready):
    application = ready
    held = Affiliation.objects.filter(person=cast.sam, role=Role.SUPERVISOR)
    actions.accept(**office(cast, application))
    assert held.count() == 1  # held already
    other = world.ready(cast, "bristol")
    Affiliation.objects.filter(person=cast.sue, role=Role.SUPERVISOR).update(ends_on=at(2026, 6, 1).date())
    actions.accept(**office(cast, other))
    forget_held(cast.sue)
    assert holds(cast.sue, Role.SUPERVISOR, NOW.date(), at=cast.bristol.pk)


def test_A4_an_intake_that_has_finished_takes_nobody_more(cast, ready):
    application = ready
    Intake.objects.filter(pk=application.intake_id).update(state="closed")
    Intake.objects.filter(pk=application.intake_id).update(state="finished")
    with pytest.raises(Invalid, match="has finished enrolling"):
        actions.accept(**office(cast, application))


def test_A4_declining_gives_reasons(cast, in_review):
    application = in_review
    with pytest.raises(Invalid, match="Give the reasons"):
        actions.decline(**office(cast, application), reasons=" ")
    actions.decline(**office(cast, application), reasons="No complete level 4 qualification.")
    assert world.refresh(application).state == S.DECLINED


def test_A6_deferring_moves_it_to_the_next_intake_and_resuming_brings_it_back(cast, accepted):
    application = accepted
    actions.defer(**office(cast, application), reasons="The post begins later.")
    application = world.refresh(application)
    assert (application.state, str(application.intake), application.received_at) == (S.DEFERRED, "April 2027", NOW)
    with pytest.raises(TooLate):
        actions.defer(**office(cast, application))
    assert actions.resume(**office(cast, application)).state == S.IN_REVIEW
    with pytest.raises(TooLate):
        actions.resume(**office(cast, application))
    with pytest.raises(NotAllowed):
        actions.defer(**office(cast, application, cast.cora))


def test_A6_a_question_that_was_open_when_it_was_put_off_waits_for_no_answer(cast, in_review, browser_of):
    actions.ask_information(**office(cast, in_review), points=[(Part.PLAN, "Who teaches you?")])
    status = url("status", in_review.pk)
    assert "Not answered yet" in browser_of("ann").get(status).text
    actions.defer(**office(cast, in_review))
    shown = browser_of("ann").get(status).text
    assert "Not answered" in shown and "Not answered yet" not in shown
    late = browser_of("ann").post(url("part", in_review.pk, "personal"), {"telephone": "0113"})
    assert late.status_code == 409 and "put off to a later intake" in late.text
    put_off = world.refresh(in_review)
    assert queries.with_office_since(put_off) == max(NOW.date(), put_off.intake.opens_on)


def test_A6_nobody_is_put_off_to_an_intake_whose_cut_off_is_over(cast, in_review, browser_of):
    """October 2026 was decided late, in June 2027: April has enrolled long since, October is still to come."""
    open_intake(2027, 10)
    late = at(2027, 6, 1)
    clock.set_offset(at=late)
    assert "October 2027" in browser_of("olive").get(url("defer", in_review.pk)).text
    actions.defer(by=cast.olive, now=late, application_id=in_review.pk)
    assert str(world.refresh(in_review).intake) == "October 2027"


def test_A6_deferred_while_more_is_asked_for_what_was_confirmed_counts_again(cast, in_review):
    application = in_review
    confirmed = application.competency_list
    actions.ask_information(**office(cast, application), points=[(Part.PLAN, "Who teaches you?")])
    assert world.refresh(application).competency_list != confirmed
    actions.defer(**office(cast, application))
    assert actions.resume(**office(cast, application)).competency_list == confirmed
    assert confirmed.frozen_at is not None


def test_A6_without_a_later_intake_nothing_is_deferred(cast, in_review):
    application = in_review
    last = Intake.objects.order_by("enrolment_on").last()
    type(application).objects.filter(pk=application.pk).update(intake=last)
    with pytest.raises(Invalid, match="No intake is entered after"):
        actions.defer(**office(cast, application))
    assert queries.next_intake_of(world.refresh(application)) is None


def test_A6_only_an_accepted_application_becomes_a_training_record(accepted):
    application = accepted
    assert actions.mark_enrolled(by=None, now=NOW, application_id=application.pk).state == S.ENROLLED
    with pytest.raises(TooLate):
        actions.mark_enrolled(by=None, now=NOW, application_id=application.pk)
    assert AuditEvent.objects.get(action="applications.application.enrol").role == "calendar"


# --- a purchase order that is cancelled -----------------------------------------------------------------------------


def test_A3f_a_cancelled_order_counts_no_longer_and_the_applicant_is_told(cast, ready):
    order = queries.current_order(ready)
    given = {**office(cast, ready), "purchase_order_id": order.pk, "reason": "The trust took it back."}
    for person in (cast.sam, cast.ann, cast.mia):
        with pytest.raises(NotAllowed):
            actions.cancel_purchase_order(**{**given, "by": person})
    with pytest.raises(Invalid, match="Say why"):
        actions.cancel_purchase_order(**{**given, "reason": " "})
    assert actions.cancel_purchase_order(**given).state == "cancelled"
    assert queries.current_order(ready) is None and "A3f" in queries.standing_against(ready, NOW.date())
    assert "The trust took it back." in Message.objects.get(kind="applications.order_cancelled").text
    event = AuditEvent.objects.get(action="applications.purchase_order.cancelled")
    assert (event.before, event.after) == ({"state": "received"}, {"state": "cancelled"})
    with pytest.raises(TooLate, match="does not count any more"):
        actions.cancel_purchase_order(**given)


def test_A3f_a_cancelled_order_changes_nothing_of_what_was_handed_in_and_signed(cast, ready):
    order = queries.current_order(ready)
    given = {**office(cast, ready), "purchase_order_id": order.pk, "reason": "The trust took it back."}
    actions.cancel_purchase_order(**given)
    given = queries.Given(world.refresh(ready))
    assert (given.order, given.last_order) == (None, order)
    [(_, signature)] = queries.signatures_of(ready, given)
    assert signature.changed == ""
    actions.ask_information(**office(cast, ready), points=[(Part.PURCHASE_ORDER, "Another order, please.")])
    [asked] = queries.asked_of(world.refresh(ready), queries.Given(ready), unfinished=True)
    assert asked.besides == () and asked.points[0].changes == ()


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_A3f_the_order_of_an_application_that_is_over_stays(cast, ready, end):
    order = queries.current_order(ready)
    said = {"reasons": "No degree."} if end == "decline" else {"reason": "Asked by telephone."}
    getattr(actions, end)(**office(cast, ready), **said)
    given = {**office(cast, ready), "purchase_order_id": order.pk, "reason": "The trust took it back."}
    with pytest.raises(TooLate, match="come to its end"):
        actions.cancel_purchase_order(**given)


def test_A3f_an_order_is_cancelled_after_the_decision_too(cast, accepted):
    order = queries.current_order(accepted)
    given = {**office(cast, accepted), "purchase_order_id": order.pk, "reason": "The trust took it back."}
    assert actions.cancel_purchase_order(**given).state == "cancelled"
    assert world.refresh(accepted).state == S.ACCEPTED


# --- letters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words", "notice"),
    [
        ("accept", "Your application is accepted", "applications.accepted"),
        ("decline", "No complete level 4", "applications.declined"),
        ("defer", "put your application", "applications.deferred"),
    ],
)
def test_A4_the_letter_of_a_decision_is_kept_and_mailed_once(cast, ready, kind, words, notice):
    application = ready
    more = {} if kind == "accept" else {"reasons": "No complete level 4 qualification."}
    decision = getattr(actions, kind)(**office(cast, application), **more)
    pdf, pages = decision_pdf(Decision.objects.get(pk=decision.pk))
    for _ in range(2):
        letter = actions.keep_letter(by=None, now=NOW, decision_id=decision.pk, pdf=pdf, pages=pages)
    document = Document.objects.get(purpose="applications.decision_letter")
    assert (letter.document, letter.made_at, document.owner) == (document, NOW, cast.ann)
    assert Message.objects.get(kind=notice).attachment == document
    assert_letter(pdf, words)


def assert_letter(pdf, words):
    """A tagged PDF with its title and embedded fonts only, in which these words stand."""
    with pikepdf.open(BytesIO(pdf)) as read:
        assert read.Root.MarkInfo.Marked and read.Root.Lang
        fonts = [font for page in read.pages for font in page.Resources.Font.values()]
        described = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert described and all("/FontFile2" in one or "/FontFile3" in one for one in described)
    said = text_of(pdf)
    assert words in said and "Dear Ann Archer" in said


def text_of(pdf):
    """The words of a PDF, line breaks as spaces."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.split())


def test_A4_whoever_is_part_of_it_takes_no_step_of_the_office(cast, ready):
    application = ready
    for person in (cast.sam, cast.cora, cast.ann, cast.mia):
        for act in (actions.accept, actions.defer, actions.resume):
            with pytest.raises(NotAllowed):
                act(**office(cast, application, person))
    assert Finding.objects.count() == 2
