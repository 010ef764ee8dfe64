"""A question from somebody without an account, its answer, and the application that is begun from it (A1)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from applications import actions, queries
from applications.models import Application, ApplicationDraft, Enquiry
from applications.queries.enquiring import enquiry_door, enquiry_path
from applications.states import EnquiryStanding, Part
from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.notifications.tasks import letter
from ctts.scheme.models import Scope
from tests.applications.test_eligibility import go_on
from tests.applications.test_office_views import url
from tests.applications.world import NOW, signed_in

TEXT = "Does my <HNC> count?"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def question(cast) -> Enquiry:
    """Ben has asked, with a scope and a centre in mind."""
    return ask(scope=Scope.objects.get(code="NM"), centre=cast.leeds)


def ask(by=None, **changes) -> Enquiry:
    values = {"name": "Ben Ito", "email": "ben@example.net", "text": TEXT, "scope": None, "centre": None} | changes
    return actions.make_enquiry(by=by, now=NOW, key=uuid4(), values=values)


def answer(cast, question, words="Yes, it does.", by=None) -> Enquiry:
    return actions.answer_enquiry(by=by or cast.olive, now=LATER, enquiry_id=question.pk, answer=words)


def set_aside(cast, question) -> Enquiry:
    return actions.set_aside_enquiry(by=cast.olive, now=LATER, enquiry_id=question.pk)


def audited() -> list[str]:
    rows = AuditEvent.objects.filter(object="applications.enquiry").order_by("seq")
    return list(rows.values_list("action", flat=True))


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


# --- asked and answered ---


def test_A1_the_office_hears_of_a_question_and_has_it_to_answer(cast, question):
    told = Message.objects.filter(kind="applications.enquiry_made")
    assert cast.olive.pk in told.values_list("to", flat=True) and TEXT in told.first().text
    [row] = [row for row in queries.duties_for(cast.olive, NOW.date()) if "question" in row.what]
    assert (row.what, row.since) == ("Answer a question", NOW.date())
    assert [row for row in queries.duties_for(cast.sam, NOW.date()) if "question" in row.what] == []
    ask()
    assert "Answer 2 questions" in [row.what for row in queries.duties_for(cast.olive, NOW.date())]


def test_A1_the_answer_goes_to_the_address_with_a_link(cast, question):
    assert enquiry_door(str(question.pk), NOW) is None
    answered = answer(cast, question)
    message = Message.objects.get(kind="applications.enquiry_answered")
    sent = letter(message, LATER)
    assert (sent.to, message.to) == ("ben@example.net", None)
    assert "Yes, it does." in sent.text and enquiry_path(answered) in sent.text and "&lt;HNC&gt;" in sent.html
    assert audited() == ["applications.enquiry.made", "applications.enquiry.answered"]
    assert [row for row in queries.duties_for(cast.olive, NOW.date()) if "question" in row.what] == []


def test_A1_a_question_is_settled_once_and_by_the_office(cast, question):
    with pytest.raises(NotAllowed):
        answer(cast, question, by=cast.sam)
    with pytest.raises(Invalid, match="Write an answer"):
        answer(cast, question, "  ")
    assert set_aside(cast, question).standing == EnquiryStanding.SET_ASIDE
    with pytest.raises(NotAllowed):
        answer(cast, question, by=cast.sam)
    for late in (answer, set_aside):
        with pytest.raises(TooLate, match="set aside"):
            late(cast, question)
    assert audited()[-1] == "applications.enquiry.set_aside"


def test_A1_a_form_sent_twice_is_one_question(cast):
    key = uuid4()
    values = {"name": "Ben Ito", "email": "ben@example.net", "text": TEXT, "scope": None, "centre": None}
    actions.make_enquiry(by=None, now=NOW, key=key, values=values)
    with pytest.raises(DoneAlready):
        actions.make_enquiry(by=None, now=NOW, key=key, values=values)


@pytest.mark.parametrize("values", [{"text": "Another"}, {"answer": "No."}, {"answered_at": None, "answer": ""}])
def test_a_question_and_its_answer_stay_as_they_were(cast, question, values):
    answer(cast, question)
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.filter(pk=question.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        question.delete()


# --- into an application ---


def test_A1_what_was_asked_goes_along_into_an_application(cast, question):
    answer(cast, question)
    begun = actions.start_application(by=cast.ann, now=LATER, enquiry_id=question.pk)
    question.refresh_from_db()
    assert question.application == begun
    fields = [row.fields for row in ApplicationDraft.objects.filter(owner=cast.ann).order_by("form_key")]
    assert {"scope": [str(question.scope_id)]} in fields and {"centre": [str(question.centre_id)]} in fields


@pytest.mark.parametrize("settle", [lambda cast, question: None, set_aside])
def test_A1_only_an_answered_question_and_only_once(cast, question, settle):
    settle(cast, question)
    begun = actions.start_application(by=cast.ann, now=LATER, enquiry_id=question.pk)
    assert not ApplicationDraft.objects.filter(owner=cast.ann).exists() and not hasattr(begun, "enquiry")


def test_A1_a_question_without_anything_in_mind_only_says_where_it_came_from(cast):
    question = answer(cast, ask())
    begun = actions.start_application(by=cast.ann, now=LATER, enquiry_id=question.pk)
    assert begun.enquiry == question and not ApplicationDraft.objects.filter(owner=cast.ann).exists()


# --- pages ---


def test_who_meets_the_limit_reads_when_to_come_again_and_keeps_the_question(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = {"enquiry": "2/h/ip"}
    client, given = Client(), {"name": "Ben", "email": "ben@example.net", "text": TEXT, "centre": cast.leeds.pk}
    for _refused in range(3):
        assert client.post(url("enquire"), {**given, "email": "x", "key": uuid4()}).status_code == 422
    codes = [client.post(url("enquire"), {**given, "key": uuid4()}).status_code for _ in range(2)]
    assert codes == [303, 303]
    late = client.post(url("enquire"), {**given, "key": uuid4()})
    assert (late.status_code, late["Retry-After"], Enquiry.objects.count()) == (429, "3600", 2)
    page = words(late)
    assert "From this network many questions were sent" in page and "Wait 60 minutes" in page and "account" not in page
    assert "Your nameBen" in page and "ben@example.net" in page and cast.leeds.name in page
    assert "&lt;HNC&gt;" in late.content.decode()


def test_anyone_asks_on_a_page_and_the_office_answers(cast, browser_of):
    client, olive = Client(), browser_of("olive")
    assert "Ask the scheme" in words(client.get(reverse("home:front")))
    assert client.post(url("enquire"), {"name": "", "email": "x", "text": ""}).status_code == 422
    hidden = {"name": "Ben\u202e", "email": "ben@example.net", "text": TEXT, "key": uuid4()}
    wrong = client.post(url("enquire"), hidden)
    assert wrong.status_code == 422 and "invisible" in words(wrong) and "&lt;HNC&gt;" in wrong.content.decode()
    sent = {**hidden, "name": "Ben Ito"}
    for _press in range(2):
        assert client.post(url("enquire"), sent).url == url("enquired")
    assert "has arrived" in words(client.get(url("enquired")))
    [question] = Enquiry.objects.all()
    assert "Ben Ito" in words(olive.get(url("enquiries")))
    assert "&lt;HNC&gt;" in olive.get(url("enquiry", question.pk)).content.decode()
    assert olive.post(url("enquiry", question.pk), {"answer": ""}).status_code == 422
    assert olive.post(url("enquiry", question.pk), {"answer": "Yes."}).url == url("enquiries")
    assert olive.post(url("enquiry", question.pk), {"answer": "Yes."}).status_code == 409
    assert "answered by Olive" in words(olive.get(url("enquiries"), {"show": "answered"}))
    assert "Yes." in words(olive.get(url("enquiry", question.pk)))


def test_the_office_sets_aside_what_needs_no_answer(cast, question, browser_of):
    olive = browser_of("olive")
    assert olive.post(url("set_aside_enquiry", question.pk)).url == url("enquiries")
    assert olive.post(url("set_aside_enquiry", question.pk)).status_code == 409
    assert "There is nothing here" in words(olive.get(url("enquiries"), {"show": "strange"}))
    assert "set aside by Olive" in words(olive.get(url("enquiries"), {"show": "set_aside"}))
    assert "Set aside on" in words(olive.get(url("enquiry", question.pk)))
    assert browser_of("sam").get(url("enquiries")).status_code == 403


def test_what_was_set_aside_by_mistake_is_taken_up_again_and_answered(cast, question, browser_of):
    olive = browser_of("olive")
    assert olive.post(url("take_up_enquiry", question.pk)).status_code == 409
    set_aside(cast, question)
    assert "Take it up again" in words(olive.get(url("enquiry", question.pk)))
    with pytest.raises(NotAllowed):
        actions.take_up_enquiry(by=cast.sam, now=LATER, enquiry_id=question.pk)
    assert olive.post(url("take_up_enquiry", question.pk)).url == url("enquiry", question.pk)
    assert audited()[-1] == "applications.enquiry.taken_up"
    assert answer(cast, question).standing == EnquiryStanding.ANSWERED
    with pytest.raises(DatabaseError), transaction.atomic():
        Enquiry.objects.filter(pk=question.pk).update(answer="Something else.")


def test_the_link_of_the_answer_leads_to_an_application(cast, question):
    answered = answer(cast, question)
    ann = signed_in(cast.ann)
    for _robot in range(3):
        page = ann.get(enquiry_path(answered), follow=True)
        assert page.redirect_chain == [(url("enquiry_answer", question.pk), 302)] and "Yes, it does." in words(page)
    assert Application.objects.count() == 0
    assert "What you asked goes with it" in words(ann.get(url("mine")))
    begun = ann.post(url("start"))
    assert begun.status_code == 303 and Application.objects.get().enquiry == question
    assert "An application was begun from it" in words(ann.get(enquiry_path(answered), follow=True))
    olive = words(signed_in(cast.olive).get(url("enquiries"), {"show": "answered"}))
    assert "An application of Ben Ito" in olive


def test_beside_a_check_an_enquiry_says_that_the_answers_of_the_check_stand(cast, question):
    ann = signed_in(cast.ann)
    ann.get(enquiry_path(answer(cast, question)))
    go_on(ann, cast, scope=Scope.objects.get(code="ME").pk)
    page = words(ann.get(url("mine")))
    assert "The office sees that your application comes from your question." in page
    assert "What you had in mind" not in page and "Scope and centre stand as you answered the check." in page
    ann.post(url("start"))
    begun = Application.objects.get()
    part = words(ann.get(url("part", begun.pk, "scope")))
    assert "what you answered before the application was begun" in part and "you typed until" not in part
    key = queries.draft_key(begun, Part.SCOPE)
    ApplicationDraft.objects.filter(form_key=key).update(version=2, saved_at=LATER)
    assert "This is what you typed until" in words(ann.get(url("part", begun.pk, "scope")))


def test_of_two_answers_each_page_shows_its_own_and_the_last_goes_along(cast, question):
    other = ask(scope=Scope.objects.get(code="NM"), centre=cast.leeds)
    ann = signed_in(cast.ann)
    for one, said in ((question, "Yes, it does."), (other, "No, it does not.")):
        ann.get(enquiry_path(answer(cast, one, said)))
    for one, said in ((question, "Yes, it does."), (other, "No, it does not.")):
        assert said in words(ann.get(url("enquiry_answer", one.pk)))
    ann.post(url("start"))
    assert Application.objects.get().enquiry == other


def test_without_the_link_or_by_choice_nothing_goes_along(cast, question):
    answered = answer(cast, question)
    wrong = reverse("applications:enquiry_answered", args=[question.pk, "x" * 43])
    assert Client().get(wrong).status_code == Client().get(url("enquiry_answer", question.pk)).status_code == 410
    ann = signed_in(cast.ann)
    ann.get(enquiry_path(answered))
    ann.post(url("start"), {"without": "1"})
    assert not hasattr(Application.objects.get(), "enquiry")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_enquiries_costs_the_same(cast, browser_of, django_assert_num_queries, rows):
    for _number in range(rows):
        ask(scope=Scope.objects.get(code="NM"), centre=cast.leeds)
    olive = browser_of("olive")
    page = reverse("applications:enquiries")
    olive.get(page)
    with django_assert_num_queries(7):
        olive.get(page)


# --- of an applicant, about what goes on ---


def test_A1_what_an_applicant_asks_stands_with_the_application_for_both(cast, in_review, browser_of):
    ann, olive = browser_of("ann"), browser_of("olive")
    page = ann.get(url("enquire"))
    assert page.context["form"].initial == {"name": "Ann Archer", "email": "ann@example.org"}
    assert f"your application for {in_review.intake}" in words(page)
    sent = {"name": "Ann Archer", "email": "ann@example.org", "text": TEXT, "key": str(uuid4())}
    assert ann.post(url("enquire"), sent).url == url("status", in_review.pk)
    made = Enquiry.objects.get()
    assert (made.about, made.application) == (in_review, None)
    status = words(ann.get(url("status", in_review.pk)))
    assert "Does my" in status and "The scheme office has it and answers by mail." in status
    assert "Does my" in words(olive.get(url("review", in_review.pk)))
    assert f"about the application for {in_review.intake}" in words(olive.get(url("enquiry", made.pk)))
    assert f"The application for {in_review.intake}" in words(olive.get(url("enquiries")))
    answer(cast, made)
    mail = Message.objects.get(kind="applications.enquiry_answered")
    assert "the application that you asked about" in mail.text and "begin an application" not in mail.text
    assert "Yes, it does." in words(ann.get(url("status", in_review.pk)))
    assert url("review", in_review.pk) in olive.get(url("enquiry", made.pk)).text


def test_A1_the_link_of_that_answer_leads_to_the_application(cast, in_review, browser_of):
    made = ask(by=cast.ann)
    answer(cast, made)
    page = words(browser_of("ann").get(enquiry_door(str(made.pk), LATER), follow=True))
    assert "You asked about an application. Open it" in page and "begin an application" not in page


def test_A2_a_supervisor_asks_about_the_application_that_names_them_and_reads_their_own_question(
    cast, handed_over, browser_of
):
    sam, there = browser_of("sam"), f"{url('enquire')}?about={handed_over.pk}"
    assert f"the application of Ann Archer for {handed_over.intake}" in words(sam.get(there))
    sent = {"name": "Sam Patel", "email": "sam@example.org", "text": "I do not support it.", "key": str(uuid4())}
    assert sam.post(there, sent).url == url("read", handed_over.pk)
    made = Enquiry.objects.get()
    assert (made.about, made.asked_by) == (handed_over, cast.sam)
    assert "I do not support it." not in words(browser_of("ann").get(url("status", handed_over.pk)))
    assert "Sam Patel asked" in words(browser_of("olive").get(url("review", handed_over.pk)))
    for wrong in ("x", "99999999999999999999", str(handed_over.pk)):
        assert browser_of("sue").get(f"{url('enquire')}?about={wrong}").context["about"] is None


def test_A1_whose_application_is_over_asks_like_anybody(cast, in_review):
    actions.withdraw(by=cast.ann, now=NOW, application_id=in_review.pk)
    assert ask(by=cast.ann).about is None and ask(by=cast.sam).about is None
