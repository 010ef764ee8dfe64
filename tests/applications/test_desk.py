"""The office's desk beside deciding: several taken at once, lists as files, notes, reminders (A4, N, screens 19)."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from applications import actions, queries
from applications.models import Application, ApplicationNote, Chase, SavedFilter
from applications.queries import DeskRow
from applications.states import ApplicationState, RuleOutcome
from applications.views._tables import HEADINGS, ORDER_HEADINGS, brief
from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.notifications.tasks import letter
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.models import Affiliation
from ctts.organisations.states import Role
from ctts.scheme.models import Intake
from tests.applications import world
from tests.applications.test_lists import copies
from tests.applications.world import NOW
from tests.cast import at

TODAY = date(2026, 7, 1)
TOMORROW = at(2026, 7, 2, 9)


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def audited(application):
    rows = AuditEvent.objects.filter(chain=f"dossier:{application.applicant_id}").order_by("number")
    return [row.action for row in rows]


def of_leeds(person):
    """Olive comes to work at the applicant's centre."""
    organisations.grant(
        by=None, now=NOW, person=person, role=Role.TRAINER, organisation=Application.objects.get().centre
    )
    forget_held(person)


# --- several at once ---


def test_A4_several_are_taken_at_once_and_one_that_is_gone_keeps_no_other_back(cast, received, browser_of):
    copies(received, 3)
    first, second, third = Application.objects.order_by("pk")
    actions.claim(by=cast.oscar, now=NOW, application_id=second.pk, seen_holder=None)
    olive = browser_of("olive")
    rows = [f"{first.pk}:", f"{second.pk}:", f"{third.pk}:", "x:y", "999999:", f"{10**25}:"]
    page = olive.post(f"{url('claim_several')}?name=", {"row": rows}, follow=True)
    told = words(page)
    assert "Yours now: Ann Archer, Copy Number1." in told
    assert "Copy Number0 was not taken. Oscar" in told and "took it a moment ago" in told
    holders = dict(Application.objects.values_list("pk", "claimed_by__email"))
    assert holders == {first.pk: cast.olive.email, second.pk: cast.oscar.email, third.pk: cast.olive.email}
    first.refresh_from_db()
    assert first.state == ApplicationState.IN_REVIEW and "applications.application.claimed" in audited(first)


def test_A4_what_a_colleague_has_is_taken_over_only_from_who_was_seen(cast, in_review, browser_of):
    oscar = browser_of("oscar")
    shown = words(oscar.get(url("desk")))
    assert f'value="{in_review.pk}:{cast.olive.pk}"' in shown
    oscar.post(url("claim_several"), {"row": [f"{in_review.pk}:{cast.olive.pk}"]})
    in_review.refresh_from_db()
    assert in_review.claimed_by == cast.oscar
    assert "Nothing was taken" in words(oscar.post(url("claim_several"), {}, follow=True))


def test_A4_no_box_for_what_is_ones_own_or_decided(cast, ready, browser_of):
    assert 'name="row"' not in words(browser_of("olive").get(url("desk")))
    actions.decline(by=cast.olive, now=NOW, application_id=ready.pk, reasons="So.")
    assert 'name="row"' not in words(browser_of("oscar").get(url("desk"), {"state": "all"}))


def cells(response) -> dict[str, str]:
    """What the first row of the desk says of the evidence in one line, its receipt and its owner, as plain words."""
    [row] = list(response.context["table"].rows)
    plain = {name: " ".join(strip_tags(str(row.get_cell(name))).split()) for name in ("age", "owner")}
    return {**plain, "brief": str(row.get_cell("lights")).rpartition('desk-brief">')[2].partition("<")[0]}


def test_screens_19_a_row_says_in_one_line_what_is_to_look_at_and_marks_an_owner_who_left(cast, in_review, browser_of):
    shown = cells(browser_of("oscar").get(url("desk")))
    assert shown["brief"] == "2 to look at: Eligibility and English, Plan" and shown["owner"] == "Olive Ong"
    assert shown["age"].replace("\N{NO-BREAK SPACE}", " ").startswith("1 July, ")
    role = Affiliation.objects.get(person=cast.olive, role=Role.OFFICE)
    Affiliation.objects.filter(pk=role.pk).update(ends_on=date(2026, 6, 1))
    assert cells(browser_of("oscar").get(url("desk")))["owner"] == "Olive Ong (has left the office)"


def test_screens_19_what_has_ended_has_no_age_and_a_day_of_another_year_its_year(cast, ready, browser_of):
    actions.decline(by=cast.olive, now=NOW, application_id=ready.pk, reasons="So.")
    oscar = browser_of("oscar")
    shown = cells(oscar.get(url("desk"), {"state": "all"}))
    assert shown["age"].replace("\N{NO-BREAK SPACE}", " ") == "1 July" and "to look at" not in shown["brief"]
    Application.objects.filter(pk=ready.pk).update(counts_from=at(2025, 7, 1), received_at=at(2025, 7, 1))
    shown = cells(oscar.get(url("desk"), {"state": "all"}))
    assert shown["age"].replace("\N{NO-BREAK SPACE}", " ") == "1 July 2025"


def test_screens_19_what_needs_nothing_is_said_in_two_words(cast, ready):
    rows = queries.with_lights([ready], TODAY, reader=cast.olive)
    assert brief(DeskRow(ready, tuple((word, RuleOutcome.MET) for word, _ in rows[0].lights))) == "All there"
    lacking = DeskRow(ready, tuple((word, RuleOutcome.NOT_MET) for word, _ in rows[0].lights))
    assert brief(lacking) == "8 to look at: Form, Eligibility and English, Centre accredited and 5 more"


def test_A3f_the_list_of_orders_marks_one_that_is_short_of_the_fee(cast, received, browser_of):
    assert "short of the fee" not in words(browser_of("olive").get(url("orders")))
    Intake.objects.filter(pk=received.intake_id).update(fee_net_pence=260_000, fee_gross_pence=312_000)
    assert "<strong>£120.00 short of the fee</strong>" in words(browser_of("olive").get(url("orders")))


def test_A4_nobody_takes_what_they_are_part_of(cast, received, browser_of):
    of_leeds(cast.olive)
    told = words(browser_of("olive").post(url("claim_several"), {"row": [f"{received.pk}:"]}, follow=True))
    assert "Ann Archer was not taken. You belong to the applicant" in told
    received.refresh_from_db()
    assert received.claimed_by is None


@pytest.mark.parametrize("who", ["ann", "sam", "cora", "mia", "nobody", "ada"])
def test_A4_only_the_office_takes_and_exports(received, browser_of, who):
    browser = browser_of(who)
    assert browser.post(url("claim_several"), {"row": [f"{received.pk}:"]}).status_code == 403
    assert browser.get(url("export", "xlsx")).status_code == 403
    received.refresh_from_db()
    assert received.claimed_by is None


# --- the list as a file ---


def test_screens_21_the_file_has_exactly_the_rows_that_are_found_and_the_columns_of_the_page(
    cast, received, browser_of
):
    copies(received, 30)
    olive = browser_of("olive")
    page = words(olive.get(url("desk"), {"name": "Copy"}))
    assert f'href="{url("export", "csv")}?name=Copy"' in page
    answer = olive.get(url("export", "csv"), {"name": "Copy"})
    head, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert (tuple(head), len(rows)) == (HEADINGS, 29)
    assert [row[0] for row in rows[:2]] == ["Copy Number0", "Copy Number1"]
    line = dict(zip(head, rows[0], strict=True))
    assert (line["State"], line["Training Centre"], line["Days since"]) == ("Received", "Leeds Teaching Hospital", "0")
    book = load_workbook(BytesIO(olive.get(url("export", "xlsx")).content))
    assert book.active.max_row == 31


def test_screens_21_a_kind_that_there_is_not_is_not_there(received, browser_of):
    assert browser_of("olive").get(url("export", "pdf")).status_code == 404


# --- notes ---


def test_A4_a_note_is_read_by_the_office_alone_and_stays(cast, received, browser_of):
    olive, review = browser_of("olive"), url("review", received.pk)
    form = olive.get(review).context["note_form"]
    given = {"text": "Rang Ann: the transcript comes on Friday.", "key": form["key"].value()}
    assert olive.post(url("write_note", received.pk), given).status_code == 303
    assert olive.post(url("write_note", received.pk), given).status_code == 409
    assert "the transcript comes on Friday" in words(browser_of("oscar").get(review))
    assert "Wrote a note for the office" in words(olive.get(url("history", received.pk)))
    for who, page in (("ann", "status"), ("sam", "read"), ("cora", "read")):
        assert "transcript comes" not in words(browser_of(who).get(url(page, received.pk)))
    made = ApplicationNote.objects.get()
    assert (made.written_by, made.written_at.date()) == (cast.olive, TODAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        ApplicationNote.objects.filter(pk=made.pk).update(text="Otherwise")


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001, "A\u202eB", "A\0B"])
def test_A4_a_note_that_cannot_be_kept_comes_back_as_it_was_typed(received, browser_of, text):
    answer = browser_of("olive").post(url("write_note", received.pk), {"text": text, "key": str(uuid4())})
    assert answer.status_code == 422 and answer.context["note_form"].errors["text"]
    assert answer.context["note_form"]["text"].value() == text and not ApplicationNote.objects.exists()


def test_A4_who_is_part_of_it_writes_no_note(cast, received, browser_of):
    of_leeds(cast.olive)
    assert browser_of("olive").get(url("review", received.pk)).context["note_form"] is None
    given = {"text": "Mine", "key": str(uuid4())}
    assert browser_of("olive").post(url("write_note", received.pk), given).status_code == 403
    with pytest.raises(Invalid):
        actions.write_note(by=cast.oscar, now=NOW, application_id=received.pk, key=uuid4(), text=" ")


@pytest.mark.parametrize("who", ["ann", "sam", "cora", "nobody"])
def test_A4_nobody_else_writes_a_note(received, browser_of, who):
    given = {"text": "Mine", "key": str(uuid4())}
    assert browser_of(who).post(url("write_note", received.pk), given).status_code == 403


# --- reminders ---


def chase(application, by, now=NOW, **more):
    given = {"seen_state": str(application.state), **more}
    return actions.chase(by=by, now=now, application_id=application.pk, **given)


def mails(kind="applications.chased"):
    return [letter(message, NOW) for message in Message.objects.filter(kind=kind).order_by("pk")]


def test_N_the_supervisor_who_has_not_confirmed_is_reminded_with_the_mail_shown_before(cast, handed_over, browser_of):
    olive, page = browser_of("olive"), url("chase", handed_over.pk)
    assert f"Remind {cast.sam.full_name}" in words(olive.get(url("review", handed_over.pk)))
    shown = words(olive.get(page))
    assert "waits for your confirmation" in shown and "To Sam" in shown
    sent = {"words": "The cut-off is on Friday.", "seen_state": "awaiting_supervisor"}
    told = words(olive.post(page, sent, follow=True))
    assert f"{cast.sam.full_name} is reminded." in told and "The cut-off is on Friday." in told
    (mail,) = mails()
    assert mail.to == cast.sam.email
    assert "The cut-off is on Friday." in mail.text and url("confirm", handed_over.pk) in mail.text
    assert audited(handed_over)[-1] == "applications.application.chased"


def test_N_nobody_is_reminded_twice_a_day(cast, handed_over, browser_of):
    chase(handed_over, cast.olive)
    assert "was reminded today already" in words(browser_of("oscar").get(url("chase", handed_over.pk)))
    for by, refusal in ((cast.olive, DoneAlready), (cast.oscar, TooLate)):
        with pytest.raises(refusal, match="today already"):
            chase(handed_over, by)
    chase(handed_over, cast.oscar, TOMORROW)
    assert (Chase.objects.count(), len(mails())) == (2, 2)


def test_N_the_applicant_is_reminded_of_a_draft_and_of_questions(cast, asked):
    chase(asked, cast.olive, words="Both points, please.")
    (mail,) = mails()
    assert mail.to == cast.ann.email and "waits for your answers" in mail.text
    assert url("answer", asked.pk) in mail.text and "Both points, please." in mail.text


def test_N_a_draft_that_is_not_handed_in_can_be_chased(cast, filled):
    chase(filled, cast.olive)
    assert "is begun and not handed in yet" in mails()[0].text and "writes" not in mails()[0].text


def test_N_what_went_on_meanwhile_is_not_chased(cast, handed_over, browser_of):
    page = {"words": "Please.", "seen_state": "awaiting_supervisor"}
    world.confirm(handed_over)
    assert browser_of("olive").post(url("chase", handed_over.pk), page).status_code == 409
    asked = world.ask(cast, actions.claim(by=cast.olive, now=NOW, application_id=handed_over.pk, seen_holder=None))
    with pytest.raises(TooLate, match="went on meanwhile"):
        chase(asked, cast.olive, seen_state="awaiting_supervisor")
    assert not Message.objects.filter(kind="applications.chased").exists()


def test_N_nobody_is_reminded_where_nobody_has_an_account(cast, handed_over, browser_of):
    Application.objects.filter(pk=handed_over.pk).update(supervisor=None)
    with pytest.raises(TooLate, match="Nobody with an account is awaited"):
        chase(handed_over, cast.olive)
    assert browser_of("olive").get(url("chase", handed_over.pk)).status_code == 409
    assert "Remind " not in words(browser_of("olive").get(url("review", handed_over.pk)))


@pytest.mark.parametrize("state", ["received", "ready", "accepted"])
def test_N_what_lies_with_the_office_is_not_chased(request, cast, browser_of, state):
    application = request.getfixturevalue(state)
    assert browser_of("olive").get(url("chase", application.pk)).status_code == 409
    assert "Remind " not in words(browser_of("olive").get(url("review", application.pk)))


def test_N_who_is_part_of_it_and_who_is_not_of_the_office_reminds_nobody(cast, handed_over, browser_of):
    of_leeds(cast.olive)
    for who in ("olive", "ann", "sam", "cora", "nobody"):
        with pytest.raises(NotAllowed):
            chase(handed_over, getattr(cast, who))
        assert browser_of(who).get(url("chase", handed_over.pk)).status_code == 403


@pytest.mark.parametrize("wrong", [{"words": "x" * 2001}, {"words": "A\u202eB"}, {"seen_state": "nonsense"}])
def test_N_a_reminder_that_cannot_be_sent_keeps_what_was_typed(handed_over, browser_of, wrong):
    sent = {"words": "Please.", "seen_state": "awaiting_supervisor", **wrong}
    answer = browser_of("olive").post(url("chase", handed_over.pk), sent)
    assert answer.status_code == 422 and not Chase.objects.exists()
    assert answer.context["confirm"].form["words"].value() == sent["words"]


# --- purchase orders ---


def test_A3f_finance_reads_every_purchase_order_with_its_amounts(cast, received, browser_of):
    olive = browser_of("olive")
    order = received.purchase_orders.get()
    shown = words(olive.get(url("orders")))
    assert order.number in shown and "£3,000.00" in shown and "Received" in shown
    head, row = csv.reader(StringIO(olive.get(url("export_orders", "csv")).content.decode("utf-8-sig")))
    line = dict(zip(head, row, strict=True))
    assert tuple(head) == ORDER_HEADINGS
    assert (line["Gross, in pounds"], line["Applicant"], line["State"]) == ("3000.00", "Ann Archer", "Received")
    assert Decimal(line["Net, in pounds"]) + Decimal(line["VAT, in pounds"]) == Decimal(line["Gross, in pounds"])


def test_A3f_orders_are_found_by_intake_state_and_words(cast, received, browser_of):
    olive, order = browser_of("olive"), received.purchase_orders.get()
    for query, found in (
        ({"intake": received.intake_id}, True),
        ({"intake": "999999"}, True),  # no intake: it narrows nothing
        ({"state": "verified"}, False),
        ({"state": "received", "name": "ARCHER ann"}, True),
        ({"name": order.number.lower()}, True),
        ({"name": "Nobody Else"}, False),
        ({"name": "\0"}, True),  # no words: they narrow nothing
    ):
        assert (order.number in words(olive.get(url("orders"), query))) is found, query
        exported = olive.get(url("export_orders", "csv"), query).content.decode("utf-8-sig")
        assert (order.number in exported) is found, query
    assert olive.get(url("export_orders", "ods")).status_code == 404


@pytest.mark.parametrize("who", ["ann", "sam", "cora", "mia", "nobody", "ada"])
def test_A3f_only_the_office_reads_the_list_of_orders(received, browser_of, who):
    for address in (url("orders"), url("export_orders", "csv")):
        assert browser_of(who).get(address).status_code == 403


# --- filters that are kept ---


def test_filters_are_kept_under_a_name_by_each_for_themselves(cast, received, browser_of):
    olive = browser_of("olive")
    assert "Keep these filters" not in words(olive.get(url("desk")))
    assert "Keep these filters" in words(olive.get(url("desk"), {"state": "received"}))
    address = f"{url('save_filter')}?state=received&name=ann&mine="
    kept = olive.post(address, {"label": "Ann's"})
    assert kept.url == f"{url('desk')}?state=received&name=ann"
    page = olive.get(kept.url)
    [(row, link, current)] = page.context["saved"]
    assert (row.name, link, current) == ("Ann's", "?state=received&name=ann", True)
    assert browser_of("oscar").get(url("desk")).context["saved"] == []
    assert browser_of("oscar").post(url("remove_filter", row.pk)).status_code == 404
    olive.post(f"{url('save_filter')}?mine=on", {"label": "Ann's"})
    assert [(row.name, row.wanted) for row in SavedFilter.objects.all()] == [("Ann's", {"mine": True})]
    assert olive.post(url("remove_filter", row.pk)).url == f"{url('desk')}?mine=on"
    kinds = (
        AuditEvent.objects.filter(object="applications.savedfilter").order_by("seq").values_list("action", flat=True)
    )
    assert list(kinds) == ["applications.filter.saved"] * 2 + ["applications.filter.removed"]


@pytest.mark.parametrize(
    ("query", "label"), [("", "All"), ("?state=nowhere", "None"), ("?mine=on", ""), ("?mine=on", "x" * 61)]
)
def test_a_filter_that_cannot_be_kept_says_why_with_what_was_typed(cast, received, browser_of, query, label):
    refused = browser_of("olive").post(f"{url('save_filter')}{query}", {"label": label})
    assert refused.status_code == 422 and refused.context["save_form"].errors["label"]
    assert not SavedFilter.objects.exists()


def test_filters_are_kept_by_the_office_and_only_so_many(cast):
    given = {"now": NOW, "wanted": {"mine": True}}
    with pytest.raises(NotAllowed):
        actions.save_filter(by=cast.sam, name="Mine", **given)
    with pytest.raises(Invalid, match="Give it a name"):
        actions.save_filter(by=cast.olive, name=" ", **given)
    for number in range(20):
        actions.save_filter(by=cast.olive, name=f"Filter {number}", **given)
    actions.save_filter(by=cast.olive, name="Filter 3", **given)
    with pytest.raises(Invalid, match="You keep 20 filters"):
        actions.save_filter(by=cast.olive, name="Another", **given)
    with pytest.raises(NotAllowed, match="somebody else"):
        actions.remove_filter(by=cast.oscar, now=NOW, saved=SavedFilter.objects.first())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_costs_the_same_for_every_number_of_filters(
    cast, received, browser_of, rows, django_assert_num_queries
):
    for number in range(rows):
        actions.save_filter(by=cast.olive, now=NOW, name=f"Filter {number}", wanted={"mine": True})
    assert browser_of("olive").get(url("desk")).status_code == 200
    with django_assert_num_queries(21):
        browser_of("olive").get(url("desk"))
