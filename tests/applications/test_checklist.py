"""The office's checklist of files: accepted or rejected each, with its versions, and asked about (A2, A4)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from applications import actions, queries
from applications.models import Application, DocumentCheck, ListedDocument
from applications.states import DocumentKind, DocumentVerdict, Part
from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from tests.applications import world
from tests.applications.test_office_views import text, url
from tests.applications.world import NOW

BLURRED = "The second page is <blurred>."
LATER = NOW + timedelta(days=1)


def checklist(application: Application) -> dict[str, queries.ChecklistRow]:
    """The rows of the checklist by what they are."""
    application = world.refresh(application)
    return {row.slot.kind: row for row in queries.checklist_of(application, queries.Given(application))}


def check(cast, application, verdict, *, kind=DocumentKind.CERTIFICATE, by=None, **changes) -> DocumentCheck:
    row = checklist(application)[kind]
    given = {
        "key": uuid4(),
        "slot": row.slot.name,
        "document_id": row.slot.document.pk,
        "verdict": DocumentVerdict(verdict),
        "seen": queries.check_version(row.check),
        **changes,
    }
    return actions.check_document(by=by or cast.olive, now=NOW, application_id=application.pk, **given)


def reject(cast, application, **changes) -> DocumentCheck:
    return check(cast, application, "rejected", **{"reason": BLURRED, **changes})


def another_certificate(application: Application, name: str = "training-plan.pdf") -> None:
    """The applicant puts another file in the place of the certificate, and answers the office."""
    row = checklist(application)[DocumentKind.CERTIFICATE].slot
    new = world.attach(application, name, Part.QUALIFICATIONS, "applications.certificate", LATER)
    pk = int(row.name.removeprefix("certificate-"))
    common = {"by": application.applicant, "now": LATER}
    actions.change_qualification(**common, qualification_id=pk, values={"certificate": new})
    request = application.information_requests.latest("asked_at")
    answers = {point.pk: "Another file." for point in request.points.all()}
    actions.answer_information(**common, application_id=application.pk, answers=answers)


# --- the list -------------------------------------------------------------------------------------------------------


def test_A2_every_file_stands_on_the_list_with_what_it_is(in_review):
    rows = checklist(in_review)
    assert [*rows] == [DocumentKind.CERTIFICATE, DocumentKind.ENGLISH, DocumentKind.PURCHASE_ORDER]
    assert {row.check for row in rows.values()} == {None} and {row.number for row in rows.values()} == {1}
    listed = ListedDocument.objects.filter(application=in_review)
    assert {row.document_id for row in listed} == {row.slot.document.pk for row in rows.values()}
    parts = {kind: kind.part for kind in DocumentKind}
    assert parts[DocumentKind.ENIC] == Part.QUALIFICATIONS and parts[DocumentKind.EQUIVALENCE] == Part.ENGLISH
    assert parts[DocumentKind.PURCHASE_ORDER] == Part.PURCHASE_ORDER


def test_A4_a_file_is_accepted_or_rejected_with_a_reason(cast, in_review):
    made = reject(cast, in_review)
    assert (made.verdict, made.reason, made.checked_by) == ("rejected", BLURRED, cast.olive)
    event = AuditEvent.objects.get(action="applications.document.checked")
    assert event.after == {"document": made.document_id, "slot": made.slot, "verdict": "rejected"}
    assert "Rejected: Certificate" in queries.against_acceptance(in_review, NOW.date())
    accepted = check(cast, in_review, "accepted", reason="A reason left over")
    assert (accepted.verdict, accepted.reason) == ("accepted", "")
    row = checklist(in_review)[DocumentKind.CERTIFICATE]
    assert row.checks == (accepted, made) and not row.rejected
    assert "Rejected" not in queries.against_acceptance(in_review, NOW.date())


def test_A4_what_cannot_be_said_of_a_file(cast, in_review):
    with pytest.raises(Invalid, match="Say what is wrong") as refused:
        reject(cast, in_review, reason="  ")
    assert refused.value.field == "reason"
    for person in (cast.ann, cast.sam, cast.cora, cast.mia):
        with pytest.raises(NotAllowed):
            reject(cast, in_review, by=person)
    for changes in ({"document_id": 999_999}, {"slot": "certificate-0"}):
        with pytest.raises(TooLate, match="Another file has taken its place"):
            reject(cast, in_review, **changes)
    key = uuid4()
    reject(cast, in_review, key=key)
    with pytest.raises(DoneAlready):
        reject(cast, in_review, key=key, seen="")
    with pytest.raises(actions.StalePart, match="A colleague checked"):
        reject(cast, in_review, seen="")
    assert DocumentCheck.objects.count() == 1


def test_A4_nothing_is_checked_before_or_after_the_review(cast, received, accepted):
    with pytest.raises(TooLate, match="not in review"):
        reject(cast, accepted)


@pytest.mark.parametrize("values", [{"reason": "Another"}, {"verdict": "accepted"}])
def test_what_was_found_stays(cast, in_review, values):
    made = reject(cast, in_review)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentCheck.objects.filter(pk=made.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        ListedDocument.objects.all().delete()


@pytest.mark.parametrize(("verdict", "reason"), [("rejected", ""), ("accepted", "Fine"), ("maybe", "")])
def test_a_rejection_has_a_reason_and_nothing_else_has(cast, in_review, verdict, reason):
    slot = checklist(in_review)[DocumentKind.CERTIFICATE].slot
    given = {"slot": slot.name, "document": slot.document, "verdict": verdict, "reason": reason, "key": uuid4()}
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentCheck.objects.create(application=in_review, checked_at=NOW, checked_by=cast.olive, **given)


# --- asked about, and given anew ------------------------------------------------------------------------------------


def test_A4_a_rejected_file_is_asked_about_and_its_next_version_is_not_checked_yet(cast, in_review):
    old = reject(cast, in_review)
    [(part, words)] = queries.points_to_begin_with(in_review, NOW.date())
    assert part == Part.QUALIFICATIONS and words.endswith(f"): {BLURRED}")
    actions.ask_information(by=cast.olive, now=NOW, application_id=in_review.pk, points=[(part, words)])
    another_certificate(world.refresh(in_review))
    row = checklist(in_review)[DocumentKind.CERTIFICATE]
    assert (row.check, row.number) == (None, 2)
    [before] = row.earlier
    assert (before.document.pk, before.check, before.listed_at) == (old.document_id, old, NOW)
    assert queries.against_acceptance(in_review, NOW.date()).count("Rejected") == 0


def test_A4_an_earlier_version_opens_for_office_and_applicant_only(cast, in_review, browser_of):
    for number, name in enumerate(("training-plan.pdf", "purchase-order.pdf")):
        at = NOW + timedelta(hours=number)
        actions.ask_information(by=cast.olive, now=at, application_id=in_review.pk, points=[(Part.ENGLISH, "Grade?")])
        another_certificate(world.refresh(in_review), name)
    newest, first = checklist(in_review)[DocumentKind.CERTIFICATE].earlier
    assert (newest.document.original_name, first.document.original_name)[0] == "training-plan.pdf"
    address = url("document", in_review.pk, newest.document.pk)
    opened = {first: browser_of(first).get(address).status_code for first in ("olive", "ann", "sam", "cora", "abe")}
    assert opened["sam"] == opened["cora"] == opened["abe"] == 404
    assert opened["ann"] != 404 and opened["olive"] == 409  # it is there; that nobody has scanned it is another matter


def test_A4_the_applicant_hears_of_a_rejection_with_the_request_and_not_before(cast, in_review, browser_of):
    reject(cast, in_review)
    ann = browser_of("ann")
    assert "blurred" not in text(ann.get(url("status", in_review.pk)))
    actions.ask_information(by=cast.olive, now=NOW, application_id=in_review.pk, points=[(Part.ENGLISH, "Grade?")])
    page = text(ann.get(url("status", in_review.pk)))
    assert (
        "Your files" in page and "is &lt;blurred&gt;" in page and "Olive" not in page[page.index("Your files") :][:900]
    )


# --- pages ----------------------------------------------------------------------------------------------------------


def test_A4_the_applicant_reads_why_each_earlier_version_was_rejected(cast, in_review, browser_of):
    reject(cast, in_review)
    actions.ask_information(by=cast.olive, now=NOW, application_id=in_review.pk, points=[(Part.QUALIFICATIONS, "Anew")])
    another_certificate(world.refresh(in_review))
    page = text(browser_of("ann").get(url("status", in_review.pk)))
    assert "Earlier versions (1)" in page and page.count("The second page is &lt;blurred&gt;.") == 1
    old = checklist(in_review)[DocumentKind.CERTIFICATE].earlier[0].document
    assert url("document", in_review.pk, old.pk) in page


def posted(row: queries.ChecklistRow, **changes):
    return {
        "verdict": "rejected",
        "reason": BLURRED,
        "key": uuid4(),
        "seen": queries.check_version(row.check),
        **changes,
    }


def test_A4_the_review_accepts_and_rejects_each_file(in_review, browser_of):
    olive, row = browser_of("olive"), checklist(in_review)[DocumentKind.CERTIFICATE]
    address = url("check_document", in_review.pk, row.slot.name, row.slot.document.pk)
    assert "Not checked" in text(olive.get(url("review", in_review.pk)))
    for wrong in ({"reason": ""}, {"verdict": "maybe"}, {"verdict": ""}, {"reason": "A\u202eB"}):
        refused = olive.post(address, posted(row, **wrong))
        assert refused.status_code == 422 and refused.context["open_slot"] == row.slot.name
    for nowhere in (("nonsense", row.slot.document.pk), (row.slot.name, 999_999)):
        assert olive.post(url("check_document", in_review.pk, *nowhere), posted(row)).status_code == 404
    assert olive.post(address, posted(row)).url == url("review", in_review.pk) + "#files"
    page = olive.get(url("review", in_review.pk))
    assert "is &lt;blurred&gt;" in text(page) and "Rejected: Certificate" in page.context["step"].reason
    assert "rejected stands below as a point" in text(olive.get(url("ask", in_review.pk)))
    initial = olive.get(url("ask", in_review.pk)).context["form"].initial
    assert initial["part_1"] == "qualifications" and BLURRED in initial["text_1"]


def test_A4_a_rejection_without_a_reason_is_told_at_the_top_and_the_field_says_when_it_is_needed(in_review, browser_of):
    olive, row = browser_of("olive"), checklist(in_review)[DocumentKind.CERTIFICATE]
    assert "(needed to reject it)" in text(olive.get(url("review", in_review.pk)))
    address = url("check_document", in_review.pk, row.slot.name, row.slot.document.pk)
    page = text(olive.post(address, posted(row, reason="")))
    summary = page[page.index("error-summary") :][:900]
    assert f'href="#id_{row.slot.name}_reason"' in summary and "Say what is wrong with the file" in summary
    found = text(olive.post(url("find", in_review.pk, "A3b"), {"key": uuid4()}))
    assert "Choose what you find." in found[found.index("error-summary") :][:900]


def test_A4_of_two_who_check_a_file_the_second_sees_the_first(cast, in_review, browser_of):
    row = checklist(in_review)[DocumentKind.CERTIFICATE]
    check(cast, in_review, "accepted")
    address = url("check_document", in_review.pk, row.slot.name, row.slot.document.pk)
    late = browser_of("oscar").post(address, posted(row))
    page = text(late)
    assert late.status_code == 409 and "A colleague was quicker" in page and "is &lt;blurred&gt;" in page
    [offered] = [form for shown, _, form in late.context["checklist"] if shown.slot.name == row.slot.name]
    again = posted(row, seen=offered["seen"].value(), key=offered["key"].value())
    assert browser_of("oscar").post(address, again).status_code == 303


def test_A4_accepting_names_the_files_that_nobody_checked(cast, ready, browser_of):
    olive = browser_of("olive")
    assert "Files that nobody has checked" in text(olive.get(url("accept", ready.pk)))
    reject(cast, ready)
    assert "Rejected: Certificate" in text(olive.get(url("accept", ready.pk)))
    with pytest.raises(Invalid, match="Rejected: Certificate"):
        actions.accept(by=cast.olive, now=NOW, application_id=ready.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_review_costs_the_same_however_often_a_file_was_checked(
    cast, in_review, browser_of, rows, django_assert_num_queries
):
    for _ in range(rows):
        reject(cast, in_review)
    address = url("review", in_review.pk)
    assert browser_of("olive").get(address).status_code == 200
    with django_assert_num_queries(34):
        browser_of("olive").get(address)
