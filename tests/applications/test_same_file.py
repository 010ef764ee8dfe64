"""A file that the office rejected is not given once more in the same place, byte for byte (A2, A4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from applications import actions
from applications.models import Application
from applications.states import DocumentKind, DocumentVerdict, Part
from ctts.common.verdict import Invalid
from ctts.documents.models import Document
from tests.applications import world
from tests.applications.test_asking import FIN
from tests.applications.test_checklist import BLURRED, LATER, check, checklist, reject
from tests.applications.test_office_views import text, url
from tests.applications.world import GOOD

CERTIFICATE = "applications.certificate"


def asked_about(cast, application, *kinds: DocumentKind) -> Application:
    """Olive rejects the files of these kinds and asks about them."""
    for kind in kinds:
        reject(cast, application, kind=kind)
    return world.ask(cast, world.refresh(application))


def same_again(application, kind: DocumentKind, purpose: str, **changes) -> Document:
    """The applicant uploads the very file that lies there."""
    slot = checklist(application)[kind].slot
    number = int(slot.name.rpartition("-")[2]) if kind == DocumentKind.CERTIFICATE else None
    given = {"part": kind.part, "purpose": purpose, "field": "certificate", "qualification_id": number, **changes}
    upload = world.proven(slot.document.original_name)
    return actions.keep_file(by=application.applicant, now=LATER, application_id=application.pk, upload=upload, **given)


def test_A4_the_very_file_that_was_rejected_is_refused_with_the_reason_and_the_day(cast, in_review):
    application = asked_about(cast, in_review, DocumentKind.CERTIFICATE)
    before = Document.objects.count()
    with pytest.raises(Invalid, match=r"rejected this very file on 1.July.2026: “The second page is <blurred>.”") as no:
        same_again(application, DocumentKind.CERTIFICATE, CERTIFICATE)
    assert (no.value.field, Document.objects.count()) == ("certificate", before)
    assert checklist(application)[DocumentKind.CERTIFICATE].rejected


def test_A4_a_file_that_was_downloaded_from_the_page_is_the_very_file_too(cast, in_review):
    """A picture that is cleaned anew is another one byte for byte: what was sent counts as well."""
    application = asked_about(cast, in_review, DocumentKind.CERTIFICATE)
    slot = checklist(application)[DocumentKind.CERTIFICATE].slot
    downloaded = replace(world.proven("uptake-chart.png"), sent_sha256=slot.document.sha256)
    given = {"part": DocumentKind.CERTIFICATE.part, "purpose": CERTIFICATE, "field": "certificate"}
    given["qualification_id"] = int(slot.name.rpartition("-")[2])
    with pytest.raises(Invalid, match="rejected this very file"):
        actions.keep_file(by=cast.ann, now=LATER, application_id=application.pk, upload=downloaded, **given)


def test_A4_in_another_place_or_accepted_since_or_as_another_file_it_is_taken(cast, in_review):
    reject(cast, in_review, kind=DocumentKind.ENGLISH)
    check(cast, in_review, DocumentVerdict.ACCEPTED, kind=DocumentKind.ENGLISH)
    application = asked_about(cast, in_review, DocumentKind.CERTIFICATE)
    same_again(application, DocumentKind.ENGLISH, "applications.english_certificate")
    same_again(application, DocumentKind.CERTIFICATE, CERTIFICATE, qualification_id=None)
    world.attach(application, "uptake-chart.png", Part.QUALIFICATIONS, CERTIFICATE, LATER)


def test_A4_the_field_says_that_this_very_file_was_rejected(cast, in_review, browser_of):
    application = asked_about(cast, in_review, DocumentKind.CERTIFICATE)
    slot = checklist(application)[DocumentKind.CERTIFICATE].slot
    page = url("change_qualification", application.pk, int(slot.name.removeprefix("certificate-")))
    same = SimpleUploadedFile("again.pdf", (GOOD / slot.document.original_name).read_bytes())
    answer = browser_of("ann").post(page, {"certificate": same, "title": "Certificate of HE"})
    assert answer.status_code == 422 and f"“{escape(BLURRED)}” Choose another." in text(answer)


def test_A4_who_came_by_a_link_reads_no_reason(cast, in_review):
    application = asked_about(cast, in_review, DocumentKind.PURCHASE_ORDER)
    given = {"by": application.applicant, "now": LATER, "application_id": application.pk}
    link = actions.ask_for_order(**given, **FIN)
    upload = world.proven(checklist(application)[DocumentKind.PURCHASE_ORDER].slot.document.original_name)
    with pytest.raises(Invalid, match=r"rejected this very file on 1.July.2026: The applicant knows why") as no:
        actions.keep_order_file(by=None, now=LATER, request_id=link.pk, upload=upload)
    assert no.value.field == "document" and "blurred" not in str(no.value)
