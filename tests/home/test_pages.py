"""Waiting for me, and the office's pages over the ground: mail, files, the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.models import Application
from ctts.accounts.actions import queue_mail
from ctts.accounts.models import AccountMail
from ctts.audit.actions import record, seal_day
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.common.mail import MAIL_MOVES, MailState
from ctts.common.moves import change_state
from ctts.common.parts import WaitingGroup, WaitingRow
from ctts.documents.models import Document
from ctts.documents.rules import ATTEMPTS
from ctts.home import queries
from ctts.home.queries import narrowed, shortened
from ctts.notifications.models import Message
from ctts.notifications.queries import preference_of
from ctts.organisations.actions import invite_with_role
from ctts.organisations.models import Organisation
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Intake, Scope
from ctts.scheme.states import INTAKE_MOVES
from tests.accounts.people import make_person
from tests.cast import START, make_cast
from tests.documents.samples import kept
from tests.make import open_intake
from tests.office import NAVIGATION, browser_of
from tests.training.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def olive(cast):
    return browser_of(cast.olive)


def page(name, *args):
    return reverse(f"home:{name}", args=args)


def message_to(cast, number=1, state=MailState.DEAD):
    email = f"new{number}@leeds.example"
    given = {"email": email, "full_name": f"New {number}", "role": Role.TRAINER, "organisation": cast.leeds}
    invited = invite_with_role(by=cast.oscar, now=clock.now(), **given)
    message = Message.objects.get(to=invited.person)
    change_state(message, MAIL_MOVES, "claim")
    change_state(message, MAIL_MOVES, {MailState.DEAD: "give_up", MailState.IN_DOUBT: "doubt"}[state])
    return message


def dead_account_mail(number=1):
    words = {"subject": "Hello", "text": "Hello", "html": ""}
    mail = queue_mail(kind="tests", to=f"gone{number}@example.org", **words, by=None, now=clock.now())
    change_state(mail, MAIL_MOVES, "claim")
    change_state(mail, MAIL_MOVES, "give_up")
    return mail


def stuck_file(cast, number=1):
    document = kept("good/training-plan.pdf", by=cast.tara)
    Document.objects.filter(pk=document.pk).update(check_attempts=ATTEMPTS)
    return document


# --- lists cost the same with one row and with three ---


def with_applications(cast, rows):
    for code in ("ME", "RE", "RT")[:rows]:
        scope = Scope.objects.get(code=code)
        scheme.apply_for_accreditation(by=None, now=START, organisation=cast.leeds, scope=scope)


def with_mail(cast, rows):
    for number in range(rows):
        message_to(cast, number)
        dead_account_mail(number)


def with_files(cast, rows):
    for number in range(rows):
        stuck_file(cast, number)


def with_entries(cast, rows):
    for _ in range(rows):
        record("tests.done", by=cast.oscar, at=clock.now(), about=cast.leeds)


LISTS = [
    ("home:dashboard", with_applications, 28),
    ("home:scheme", with_mail, 17),
    ("home:mail", with_mail, 12),
    ("home:files", with_files, 8),
    ("home:audit", with_entries, 11),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "make", "queries_asked"), LISTS, ids=[name for name, _, _ in LISTS])
def test_a_list_costs_the_same_with_one_row_and_with_three(
    olive, cast, name, make, queries_asked, rows, django_assert_num_queries
):
    make(cast, rows)
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert olive.get(reverse(name)).status_code == 200


def test_who_has_nothing_to_do_is_told_what_comes_next(cast):
    newcomer = make_person("zoe@example.org", "Zoe Adams")
    open_intake(2027, 4)
    begin = browser_of(newcomer).get(page("dashboard")).text
    assert "You have not applied yet" in begin and reverse("applications:mine") in begin


def test_a_trainee_with_nothing_to_do_is_told_the_next_date():
    record = make_world().tara
    told = queries.when_nothing_waits(record.trainee, record.start_on)
    assert "The next date of your training: Induction" in told.words and told.url == reverse("training:mine")


def test_a_date_that_has_passed_is_not_called_the_next_one():
    record = make_world().tara
    told = queries.when_nothing_waits(record.trainee, record.start_on + timedelta(days=3650))
    assert told.words.startswith("This day of your training has passed: ")


@pytest.mark.parametrize("address", ["/office/people/?q=a%00b", "/applications/desk/?name=a%00b", "/verify/A%00B/"])
def test_an_address_with_a_null_character_is_no_fault(olive, address):
    assert olive.get(address).status_code in {200, 404, 422}


def test_I2_the_front_page_names_intakes_that_take_applications_or_still_will(cast):
    april = open_intake(2027, 4)
    facts = queries.front_page(april.cutoff_on)
    assert (list(facts.open), [str(row) for row, _ in facts.coming]) == ([april], ["October 2027", "April 2028"])
    after = april.cutoff_on + timedelta(days=1)
    assert list(queries.front_page(after).open) == []  # also in the minute before the calendar has closed it
    change_state(april, INTAKE_MOVES, "close")
    october, later = queries.front_page(after).coming
    assert (str(october[0]), october[1], later[1]) == ("October 2027", False, True)


def test_A1_the_front_page_leads_to_the_check_an_account_and_sign_in_and_says_the_fee(client, cast):
    open_intake(clock.now().year + 1, 4)
    body = client.get(reverse("home:front")).text.partition("<main")[2].partition("</main")[0]
    for name in ("applications:eligibility", "account_signup", "account_login"):
        assert f'href="{reverse(name)}"' in body, name
    assert "£3,000.00 with VAT" in body


def test_the_dashboard_shows_a_duty_until_it_is_done(olive, cast):
    assert "Nothing is waiting for you" in olive.get(page("dashboard")).text
    with_applications(cast, 1)
    answer = olive.get(page("dashboard"))
    assert answer.context["open_duties"] == 1
    assert "Leeds Teaching Hospital, Medical Engineering" in answer.text
    row = cast.leeds.accreditations.get(scope__code="ME")
    given = {"accreditation_id": row.pk, "accredit": False, "reason": "Nobody trains there."}
    scheme.decide_accreditation(by=cast.oscar, now=clock.now(), **given)
    assert olive.get(page("dashboard")).context["open_duties"] == 0


def test_the_areas_are_those_of_the_role(olive, cast):
    labels = [area.label for area in olive.get(page("dashboard")).context["nav"]]
    assert {"Intakes", "Centres", "People", "Scheme"} <= set(labels)
    assert len(labels) <= 8
    sam = [area.label for area in browser_of(cast.sam).get(page("dashboard")).context["nav"]]
    assert "People" not in sam


# --- mail ---


def test_a_dead_message_is_shown_and_sent_again_with_a_reason(olive, cast):
    message = message_to(cast)
    assert message.subject in olive.get(page("mail")).text
    url = page("message", message.pk)
    assert "What shall become of it?" in olive.get(url).text
    assert olive.post(url, {"decision": "resend", "reason": ""}).status_code == 422
    assert olive.post(url, {"decision": "resend", "reason": "The address is right."}).status_code == 303
    assert Message.objects.get(pk=message.pk).state == MailState.QUEUED
    assert olive.post(url, {"decision": "resend", "reason": "Twice."}).status_code == 409
    assert "What shall become of it?" not in olive.get(url).text


@pytest.mark.parametrize(("decision", "state"), [("arrived", MailState.SENT), ("give_up", MailState.CANCELLED)])
def test_a_message_in_doubt_did_arrive_or_is_given_up(olive, cast, decision, state):
    message = message_to(cast, state=MailState.IN_DOUBT)
    url = page("message", message.pk)
    assert olive.post(url, {"decision": decision, "reason": "I asked them."}).status_code == 303
    assert Message.objects.get(pk=message.pk).state == state
    assert olive.get(page("mail") + "?show=waiting").status_code == 200
    withheld = olive.get(page("mail") + "?show=withheld").context["table"].data
    assert len(withheld) == (1 if decision == "give_up" else 0)


def test_a_failed_mail_about_an_account_is_sent_again(olive, cast):
    mail = dead_account_mail()
    assert "gone1@example.org" in olive.get(page("mail")).text
    assert olive.post(page("send_account_mail", mail.pk)).status_code == 303
    assert AccountMail.objects.get(pk=mail.pk).state == MailState.QUEUED
    assert olive.post(page("send_account_mail", mail.pk)).status_code == 404


# --- files and the audit ---


def test_a_file_that_was_given_up_is_checked_again(olive, cast):
    document = stuck_file(cast)
    assert document.original_name in olive.get(page("files")).text
    assert olive.post(page("check_file", document.pk)).status_code == 303
    assert olive.post(page("check_file", document.pk)).status_code == 404
    assert "Every file is checked" in olive.get(page("files")).text


def test_the_audit_goes_back_by_number_and_shows_the_last_head(olive, cast):
    with_entries(cast, 60)
    text = olive.get(page("audit")).text
    assert "No head is signed yet" in text
    assert "Oscar Obi" in text
    head = seal_day(now=clock.now())
    first = olive.get(page("audit")).context["page"]
    assert (len(first.entries), first.head) == (50, head)
    older = olive.get(f"{page('audit')}?before={first.next_before}").context["page"]
    assert first.next_before is not None
    assert older.entries[0].what.startswith(f"{first.next_before - 1}. ")
    assert olive.get(f"{page('audit')}?before=x").status_code == 404


def test_the_scheme_page_says_what_wants_somebody(olive, cast):
    message_to(cast)
    cards = {card.label: card for card in olive.get(page("scheme")).context["cards"]}
    assert cards["Mail"].says == "1 not sent, 0 in doubt, 0 waiting"
    assert cards["Mail"].urgent
    assert cards["Handbook"].says == "None is published"


# --- long groups of duties ---


def rows_of(many, what):
    return [WaitingRow(what, f"/{what}/{number}/", f"Person {number}") for number in range(many)]


def test_a_long_group_shows_its_first_rows_and_never_hides_one_kind_behind_another():
    short = WaitingGroup("Later", rows_of(15, "Sign"), key="later")
    assert shortened(short) == short
    long = WaitingGroup("Overdue", [*rows_of(40, "Appoint"), *rows_of(7, "Sign"), *rows_of(1, "Settle")], key="overdue")
    group = shortened(long)
    assert [row.what for row in group.rows] == ["Appoint"] * 5 + ["Sign"] * 5 + ["Settle"]
    assert group.count == 48
    assert group.more == [
        ("35 more: Appoint", "?group=overdue&what=Appoint"),
        ("2 more: Sign", "?group=overdue&what=Sign"),
        ("All 48", "?group=overdue"),
    ]


def test_a_group_and_one_kind_of_it_are_opened_by_their_address():
    groups = [WaitingGroup("Overdue", [*rows_of(3, "Appoint"), *rows_of(2, "Sign")], key="overdue")]
    assert len(narrowed(groups, "overdue", "").rows) == 5
    assert [row.what for row in narrowed(groups, "overdue", "Sign").rows] == ["Sign", "Sign"]
    assert narrowed(groups, "overdue", "Settle") is None and narrowed(groups, "later", "") is None


def test_the_page_leads_to_the_rest_of_a_long_group(olive, cast):
    scope = Scope.objects.get(code="ME")
    for number in range(20):
        centre = Organisation.objects.create(code=f"C{number}", name=f"Centre {number}", kind=cast.leeds.kind)
        scheme.apply_for_accreditation(by=None, now=START, organisation=centre, scope=scope)
    first = olive.get(page("dashboard"))
    [group] = first.context["waiting"]
    assert (len(group.rows), group.count, first.context["open_duties"]) == (5, 20, 20)
    assert "15 more: Decide an accreditation" in first.text
    opened = olive.get(page("dashboard") + group.more[0][1])
    assert len(opened.context["waiting"][0].rows) == 20
    assert "Everything that waits" in opened.text


# --- one's own mails (N) ---


def test_N_everybody_chooses_how_mails_come_and_sees_what_they_were_told(cast):
    message = message_to(cast)
    browser = browser_of(cast.olive)
    empty = browser.get(page("mails"))
    assert "An outcome waits to be confirmed" in empty.text
    assert "Every mail that the scheme sends you is listed here." in empty.text
    Message.objects.filter(pk=message.pk).update(to=cast.olive)
    told = browser.get(page("mails"))
    assert message.subject in told.text and "Not sent: given up" in told.text
    chosen = {"daily": "daily", "muted": ["assessments.agreed"]}
    assert browser.post(page("mails"), chosen).url == page("mails")
    assert (preference_of(cast.olive).daily, preference_of(cast.olive).muted) == (True, ["assessments.agreed"])
    wrong = browser.post(page("mails"), {"daily": "daily", "muted": ["assessments.released"]})
    assert wrong.status_code == 422 and preference_of(cast.olive).muted == ["assessments.agreed"]
    assert "Choose how they come" in browser.get(reverse("accounts:profile")).text


def test_N_nobody_is_offered_to_mute_what_they_are_never_sent(cast):
    page_of_ann = browser_of(cast.ann).get(page("mails")).text
    assert "An applicant has answered" not in page_of_ann and "Do not send me" not in page_of_ann
    assert browser_of(cast.ann).post(page("mails"), {"daily": "daily"}).status_code == 303
    assert (
        "muted" in browser_of(cast.ann).post(page("mails"), {"daily": "daily", "muted": ["x"]}).context["form"].errors
    )


def test_N_as_what_somebody_hears(cast):
    scheme.prefill_intakes(by=None, now=clock.now())
    given = {"intake": Intake.objects.first(), "started_at": clock.now(), "legal_name": "Ann Archer"}
    Application.objects.create(applicant=cast.ann, **given)
    assert queries.hears_as(cast.ann, london_date(clock.now())) == {"applicant", "employee"}
    assert queries.hears_as(cast.olive, london_date(clock.now())) == {"office"}


def test_N_nobody_reads_the_mails_of_another(cast):
    message = message_to(cast)
    assert message.subject not in browser_of(cast.ann).get(page("mails")).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_ones_mails_costs_the_same_with_one_and_with_three(cast, rows, django_assert_num_queries):
    browser = browser_of(cast.ann)
    for number in range(rows):
        message = message_to(cast, number)
        Message.objects.filter(pk=message.pk).update(to=cast.ann)
    browser.get(reverse("accounts:profile"))  # a session's first page also writes when that was
    with django_assert_num_queries(9):
        assert len(browser.get(reverse("home:mails")).context["page"].object_list) == rows
