"""What the pages of applications share: the one door to an application, its head, drafts, and mails shown before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from applications import access, queries
from applications.models import Application, Enquiry, Qualification
from applications.states import ROLLS_OVER, ApplicationState, DocumentKind, Part
from ctts.common.clock import london_date
from ctts.common.doors import last_token
from ctts.common.parts import Acts, Consequence, FileLink, Tab
from ctts.common.posted import today_of
from ctts.common.states_shown import badge_for
from ctts.common.templatetags.formats import day
from ctts.common.verdict import NotAllowed, require
from ctts.documents.models import Document
from ctts.documents.states import PICTURES

FORM_PARTS = [part for part in Part if part != Part.CONFIRMATION]
S = ApplicationState

ENQUIRY = "applications_enquiries"  # in the session: the links of answers with which this browser came


def application_or_404(request: HttpRequest, pk: int) -> Application:
    """The only way a page gets an application: a stranger cannot tell a missing one from a hidden one."""
    return get_object_or_404(queries.applications_visible_to(request.user, today_of(request)), pk=pk)


def for_office_or_refuse(request: HttpRequest, pk: int) -> Application:
    """The application for a page of the office. Raises NotAllowed for the reader's own, Http404 for strangers (A4)."""
    application = application_or_404(request, pk)
    require(access.can_read_as_office(request.user, application, today_of(request)))
    return application


def own_or_refuse(request: HttpRequest, pk: int) -> Application:
    """The reader's own application. Raises NotAllowed for others who may see it, Http404 for strangers."""
    application = application_or_404(request, pk)
    if application.applicant_id != request.user.pk:
        raise NotAllowed("This page is for the applicant only.")
    return application


def part_or_404(name: str) -> Part:
    """A part of the form by its name in the address."""
    if name not in FORM_PARTS:
        raise Http404
    return Part(name)


SETS_THE_FEE = "the scheme office, which sets the fee of the intake"
IF_ACCEPTED = "enrolment, if it is accepted"


def part_url(application: Application, part: Part) -> str:
    """The address of the page of one part."""
    return reverse("applications:part", args=[application.pk, part])


def acts_of(application: Application, today: date, viewer: Any) -> Acts | None:
    """Who has the next move, since when, by when, and who follows (screens 7); None at the end."""
    intake = application.intake
    applicant = "you" if viewer.pk == application.applicant_id else application.applicant.full_name
    named = application.supervisor_name
    supervisor = f"{named} (Training Supervisor)" if named else "the Training Supervisor"
    if application.state in ROLLS_OVER:
        return _acts_before_receipt(application, today, applicant, supervisor, viewer)
    if application.state == S.INFORMATION_REQUESTED:
        asked = application.information_requests.latest("asked_at")
        due = queries.reply_by(asked.asked_at)
        return Acts(applicant, london_date(asked.asked_at), due, ["the scheme office"], late=due < today)
    if access.is_asked_anew(application):
        who = "you" if viewer.pk == application.supervisor_id else supervisor
        asked = london_date(application.another_asked_at)
        return Acts(who, asked, queries.decide_by(application), ["the scheme office", IF_ACCEPTED])
    if application.state == S.DEFERRED and today < intake.opens_on:
        return Acts(f"the scheme office from {day(intake.opens_on)}", due=intake.enrolment_on, then=[IF_ACCEPTED])
    if application.state == S.DEFERRED:
        since, due = queries.with_office_since(application), intake.enrolment_on
        return Acts(_reviewer(application, viewer, today), since, due, [IF_ACCEPTED], due < today)
    if application.state in {S.RECEIVED, S.IN_REVIEW}:
        since, due = queries.with_office_since(application), queries.decide_by(application)
        return Acts(_reviewer(application, viewer, today), since, due, [IF_ACCEPTED], bool(due and due < today))
    if application.state == S.ACCEPTED:
        return _acts_after_acceptance(application, today, applicant)
    return None


def _acts_before_receipt(application: Application, today: date, applicant: str, supervisor: str, viewer: Any) -> Acts:
    """The applicant, then their supervisor; the office while nothing lacks but the fee that it sets (I6)."""
    late, due = application.deadline_on < today, application.deadline_on
    confirms = "you" if viewer.pk == application.supervisor_id else supervisor
    if queries.waits_for_fee(application, today):
        opens_on = application.intake.opens_on
        then = [applicant, supervisor] if application.state == S.DRAFT else [confirms]
        return Acts(SETS_THE_FEE, due=opens_on, then=[*then, "the scheme office"], late=opens_on < today)
    if application.state == S.DRAFT:
        following = "another Training Supervisor" if queries.supervisor_left(application) else supervisor
        since, then = london_date(application.moved_at or application.started_at), [following, "the scheme office"]
        return Acts(applicant, since, due, then, late)
    if queries.has_lost_supervisor(application):
        return Acts(applicant, due=due, then=["another Training Supervisor", "the scheme office"], late=late)
    return Acts(confirms, queries.handed_over_on(application), due, ["the scheme office"], late)


def _acts_after_acceptance(application: Application, today: date, applicant: str) -> Acts:
    """The calendar, unless another purchase order is wanted, asked for, or to be checked (A3 f)."""
    due = application.intake.enrolment_on
    if order := queries.unchecked_orders().filter(application=application).first():
        return Acts("the scheme office", london_date(order.entered_at), due, ["enrolment"], due < today)
    if order := queries.wanted_orders().filter(application=application).first():
        then = ["the scheme office", "enrolment"]
        if asked := queries.open_order_request(application, today):
            employer = f"{asked.name} (asked for the purchase order)"
            return Acts(employer, london_date(asked.asked_at), london_date(asked.expires_at), then)
        return Acts(applicant, london_date(order.settled_at or order.entered_at), due, then, due < today)
    return Acts("the scheme, which enrols by itself", due=due, then=["the Induction Day"])


def _reviewer(application: Application, viewer: Any, today: date) -> str:
    reviewer = access.reviewer_of(application, today, viewer)
    if reviewer is None:
        return "the scheme office"
    return "you" if reviewer.pk == viewer.pk else f"{reviewer.full_name} (scheme office)"


def files_of_qualification(row: Qualification) -> dict[str, Document | None]:
    """What is attached to a qualification, by what it is (A3 c, e)."""
    return {DocumentKind.CERTIFICATE.label: row.certificate, DocumentKind.ENIC.label: row.enic_statement}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of an application: its link, the address of the picture of its first page where there is one, and how many
    pages can be read in place; 0 where the picture shows all."""

    link: FileLink
    preview: str
    pages: int


def shown_file(application: Application, document: Document, label: str = "") -> ShownFile:
    """A file as evidence, named by what it is if that is said: with the picture of its first page."""
    preview = reverse("applications:preview", args=[application.pk, document.pk]) if document.has_preview else ""
    link, ready = file_link(application, document, label), document.is_ready
    return ShownFile(link, preview if ready else "", document.pages_in_place if ready else 0)


def file_link(application: Application, document: Document, label: str = "") -> FileLink:
    """A document of an application, opened in the page where the browser can show it; `label`: what it is."""
    note = "" if document.is_ready else "being checked"
    if document.pages and document.media_type not in PICTURES:
        note = ", ".join(filter(None, [f"{document.pages} page{'s' if document.pages > 1 else ''}", note]))
    url = reverse("applications:document", args=[application.pk, document.pk])
    title = f"{label}: {document.original_name}" if label else document.original_name
    return FileLink(title, url, document.media_type, document.size, note)


def head_of(application: Application) -> dict[str, object]:
    """Badge and kicker of every page about one application; of a deferred one, since when it is (A6)."""
    deferred_on = queries.deferred_on(application)
    since = f", deferred on {day(deferred_on)}" if deferred_on else ""
    return {
        "badge": badge_for(application.state, application.get_state_display(), "application"),
        "kicker": f"Intake {application.intake}{since}",
    }


def review_tabs(application: Application, current: str) -> list[Tab]:
    """The pages of one application for the office."""
    pages = [("Review", "review"), ("Whole application", "read"), ("Decisions", "decisions"), ("History", "history")]
    return [Tab(word, reverse(f"applications:{name}", args=[application.pk]), name == current) for word, name in pages]


def enquiry_of(request: HttpRequest) -> Enquiry | None:
    """The answered enquiry with which this browser came last, while nothing was begun from it."""
    last = last_token(request.session, ENQUIRY)
    made = queries.enquiry_for(*last) if last else None
    return made if made is not None and made.application_id is None else None


def link_of(application: Application, today: date, words: str) -> list[Consequence]:
    """What becomes of the link by which somebody is asked for the purchase order; nothing where nobody is (A2)."""
    asked = queries.open_order_request(application, today)
    return [Consequence(words, f"{asked.name} <{asked.email}>. Nobody is mailed; tell them yourself.")] if asked else []
