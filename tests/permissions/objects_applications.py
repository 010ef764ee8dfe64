"""Applications of Ann (Leeds) and Abe (Bristol) in the state that each address needs, with all that lies in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from applications import actions, queries
from applications.models import AdjustmentRequest, Application, Enquiry, LateCode, Objection, OrderRequest, SavedFilter
from applications.queries.asking import DOOR
from applications.queries.enquiring import DOOR as ENQUIRY_DOOR
from applications.rules import digest_of
from applications.states import AdjustmentState, ApplicationState, Part
from ctts.accounts.sealing import door_token
from ctts.documents.checking import check
from ctts.scheme.models import Intake, Scope
from ctts.scheme.queries import framework_for
from ctts.scheme.states import IntakeState
from tests.applications import world
from tests.applications.adjusting import agree
from tests.applications.world import APPLICANTS, SCOPES
from tests.cast import Cast, at
from tests.make import open_intake, published_framework

from .matrix import Needs

NOW = at(2026, 6, 10, 9)  # an hour before the matrix asks
# What is said about each place's adjustment, in words that stand nowhere else.
REASONS = {"leeds": "A tremor since childhood", "bristol": "Dyslexia, assessed in 2019"}
QUESTIONS = {"leeds": "Does the tremor hinder typing?", "bristol": "Was the reading speed measured?"}
ANSWERS = {"leeds": "Only on cold mornings", "bristol": "Yes, at sixty words a minute"}
REFUSALS = {"leeds": "A scribe would not help a tremor of the voice", "bristol": "The software is not licensed here"}
ADJUSTMENT = "A quiet room in {}"
POINTS = [(Part.PERSONAL, "Which name stands on your passport?"), (Part.PLAN, "Who supervises in month four?")]


def in_review(cast: Cast, place: str) -> Application:
    """Handed over with a checked certificate and the reason of an adjustment, confirmed, claimed by Olive."""
    if framework_for(Scope.objects.get(code=SCOPES[place])) is None:
        published_framework(SCOPES[place])
    if not Intake.objects.filter(year=2026, month=10, state=IntakeState.OPEN).exists():
        open_intake(2026, 10)
    application = world.filled(cast, place, NOW)
    common = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    actions.save_adjustments(**common, key=uuid4(), wanted=True, reason=REASONS[place])
    check(application.qualifications.first().certificate_id, NOW)
    world.confirm(actions.ask_supervisor(**common), NOW)
    return actions.claim(by=cast.olive, now=NOW, application_id=application.pk, seen_holder=None)


def adjustment(cast: Cast, place: str) -> AdjustmentRequest:
    """What was asked for with it, cleared up; Ada has read the words and decided, and declined something else."""
    person = getattr(cast, APPLICANTS[place])
    asked = AdjustmentRequest.objects.get(person=person)
    question(cast, asked, QUESTIONS[place])
    answer = {"question_id": asked.questions.get().pk, "answer": ANSWERS[place]}
    actions.answer_about_adjustment(by=person, now=NOW, request_id=asked.pk, **answer)
    actions.read_adjustment(by=cast.ada, now=NOW, request_id=asked.pk)
    agree(cast.ada, asked, ADJUSTMENT.format(place), NOW)
    other = actions.ask_for_adjustment(by=person, now=NOW, key=uuid4(), reason=REASONS[place])
    actions.decline_adjustment(by=cast.ada, now=NOW, request_id=other.pk, seen=0, reason=REFUSALS[place])
    return asked


def question(cast: Cast, asked: AdjustmentRequest, words: str) -> None:
    """Ada asks about it."""
    actions.ask_about_adjustment(by=cast.ada, now=NOW, request_id=asked.pk, key=uuid4(), question=words)


def undecided(cast: Cast, place: str) -> AdjustmentRequest:
    """Something more is asked for, and nothing decided."""
    person = getattr(cast, APPLICANTS[place])
    return actions.ask_for_adjustment(by=person, now=NOW, key=uuid4(), reason=REASONS[place])


def questioned(cast: Cast, place: str) -> AdjustmentRequest:
    """The same with a question that waits for its answer."""
    asked = undecided(cast, place)
    question(cast, asked, QUESTIONS[place])
    return asked


def under_review(cast: Cast, place: str) -> AdjustmentRequest:
    """The day of review of what is agreed has come."""
    asked = AdjustmentRequest.objects.get(person=getattr(cast, APPLICANTS[place]), state=AdjustmentState.AGREED)
    actions.review_adjustment(by=None, now=NOW + timedelta(days=365), request_id=asked.pk)
    return asked


def late_code(cast: Cast, place: str) -> LateCode:
    """A code that waits to be used by the applicant of a place."""
    person = getattr(cast, APPLICANTS[place])
    return LateCode.objects.create(
        intake=Intake.objects.earliest("opens_on"),
        name=person.full_name,
        email=person.email,
        digest=digest_of(place),
        reason="The supervisor was ill.",
        until_on=NOW.date(),
        given_at=NOW,
        given_by=cast.olive,
    )


def objected(cast: Cast, place: str) -> Objection:
    """A co-ordinator of the place objects to what is in review."""
    by = {"leeds": cast.cora, "bristol": cast.carl}[place]
    pk = staying(cast, place).pk
    return actions.object_to(by=by, now=NOW, application_id=pk, key=uuid4(), text=f"No post in {place}.")


def staying(cast: Cast, place: str) -> Application:
    """The application in review, at the beginning of a moment."""
    return Application.objects.get(applicant=getattr(cast, APPLICANTS[place]), state=ApplicationState.IN_REVIEW)


def draft(cast: Cast, place: str) -> Application:
    """A new one that was never handed over, though it names its supervisor, with a competency of the centre's own."""
    withdrawn = staying(cast, place)
    actions.withdraw(by=withdrawn.applicant, now=NOW, application_id=withdrawn.pk)
    application = world.filled(cast, place, NOW)
    chosen = application.competency_list
    actions.add_local_competency(
        by=application.applicant,
        now=NOW,
        application_id=application.pk,
        title="Portable imaging",
        statement="Images at the bedside.",
        module=queries.modules_of(chosen)[0],
        task_ids=[queries.tasks_of(chosen)[0].pk],
    )
    item = queries.local_item(chosen, chosen.items.get(competency=None).pk)
    plan = {"how": "Observed practice", "where": "Ward", "with_whom": "Senior technologist", "by_month": 12}
    given = {"summary": "Rotations of four months.", "level_six": "By project and module."}
    common = {"by": application.applicant, "now": NOW, "application_id": application.pk}
    actions.save_plan(**common, rows={item.pk: plan}, **given)
    return application


def waiting(cast: Cast, place: str) -> Application:
    """It waits for its supervisor."""
    application = draft(cast, place)
    return actions.ask_supervisor(by=application.applicant, now=NOW, application_id=application.pk)


def asked_about(cast: Cast, place: str) -> Application:
    """The office has asked two questions."""
    application = staying(cast, place)
    actions.ask_information(by=cast.olive, now=NOW, application_id=application.pk, points=POINTS)
    return application


def deferred(cast: Cast, place: str) -> Application:
    """It waits for the next intake."""
    application = staying(cast, place)
    actions.defer(by=cast.olive, now=NOW, application_id=application.pk, reasons="The post begins in April.")
    return application


def held(cast: Cast, place: str) -> Application:
    """It is declined, and its letter waits for the office."""
    application = staying(cast, place)
    given = {"reasons": "No complete level 4 qualification.", "hold": True}
    actions.decline(by=cast.olive, now=NOW, application_id=application.pk, **given)
    return application


def order_request(cast: Cast, place: str) -> OrderRequest:
    """Somebody at the employer is asked for the purchase order of a draft."""
    application = draft(cast, place)
    given = {"name": "Fin Osborne", "email": f"fin@{place}.example", "words": ""}
    return actions.ask_for_order(by=application.applicant, now=NOW, application_id=application.pk, **given)


def accepted(cast: Cast, place: str) -> Application:
    """It is accepted and waits for its enrolment."""
    application = staying(cast, place)
    for rule in ("A3c", "A3h"):
        world.find(application, cast.olive, rule, now=NOW)
    actions.accept(by=cast.olive, now=NOW, application_id=application.pk)
    return world.refresh(application)


def without_order(cast: Cast, place: str) -> Application:
    """It is accepted, and since then the office has cancelled its purchase order."""
    application = accepted(cast, place)
    given = {"by": cast.olive, "now": NOW, "application_id": application.pk, "reason": "Taken back."}
    actions.cancel_purchase_order(**given, purchase_order_id=application.purchase_orders.get().pk)
    return application


def enquiry(cast: Cast, place: str) -> Enquiry:
    """A question that waits for its answer."""
    values = {
        "name": f"Ben of {place}",
        "email": f"ben@{place}.example",
        "text": "May I?",
        "scope": None,
        "centre": None,
    }
    return actions.make_enquiry(by=None, now=NOW, key=uuid4(), values=values)


def saved_filter(cast: Cast, place: str) -> SavedFilter:
    """A filter of the desk that a member of the office keeps: Olive for Leeds, Oscar for Bristol."""
    by = {"leeds": cast.olive, "bristol": cast.oscar}[place]
    return actions.save_filter(by=by, now=NOW, name=place, wanted={"state": "received"})


def aside_enquiry(cast: Cast, place: str) -> Enquiry:
    """A question that the office set aside."""
    return actions.set_aside_enquiry(by=cast.olive, now=NOW, enquiry_id=enquiry(cast, place).pk)


def answered_enquiry(cast: Cast, place: str) -> Enquiry:
    """A question with its answer."""
    made = enquiry(cast, place)
    return actions.answer_enquiry(by=cast.olive, now=NOW, enquiry_id=made.pk, answer="You may.")


STAYING = {"application": in_review, "adjustment": adjustment, "late code": late_code}
MOMENTS = {
    "draft application": draft,
    "application handed over": waiting,
    "application asked about": asked_about,
    "deferred application": deferred,
    "application with a letter on hold": held,
    "objection": objected,
    "order request": order_request,
    "accepted application": accepted,
    "accepted application without its order": without_order,
    "saved filter": saved_filter,
    "enquiry": enquiry,
    "aside enquiry": aside_enquiry,
    "answered enquiry": answered_enquiry,
    "undecided adjustment": undecided,
    "questioned adjustment": questioned,
    "adjustment under review": under_review,
}


def _qualification(application: Application) -> dict[str, Any]:
    return {"pk": application.pk, "row_id": application.qualifications.first().pk}


def _certificate(application: Application) -> dict[str, Any]:
    return {"pk": application.pk, "document_id": application.qualifications.first().certificate_id}


def _local(application: Application) -> dict[str, Any]:
    return {"pk": application.pk, "item_id": application.competency_list.items.get(competency=None).pk}


def _order(application: Application) -> dict[str, Any]:
    return {"pk": application.pk, "order_id": application.purchase_orders.get().pk}


def _checked(application: Application) -> dict[str, Any]:
    row = application.qualifications.first()
    return {"pk": application.pk, "slot": f"certificate-{row.pk}", "document_id": row.certificate_id}


def _letter(application: Application) -> dict[str, Any]:
    return {"pk": application.pk, "decision_id": application.decisions.get().pk}


def _objection(objection: Objection) -> dict[str, Any]:
    return {"pk": objection.application_id, "objection_id": objection.pk}


def _by_link(asked: OrderRequest) -> dict[str, Any]:
    return {"pk": asked.pk, "token": door_token(DOOR, asked.pk, asked.nonce)}


def _by_link_of_answer(made: Enquiry) -> dict[str, Any]:
    return {"pk": made.pk, "token": door_token(ENQUIRY_DOOR, made.pk, made.nonce)}


def _part(application: Application) -> dict[str, Any]:
    return {"pk": application.pk, "part": "personal"}


FORM = (
    *("form", "qualifications", "add_qualification", "competencies", "add_local", "plan", "hand_over"),
    *("use_late_code", "ask_for_order"),
)
REVIEW = ("claim", "write_note", "review", "decisions", "history", "ask", "accept", "decline", "defer")
URLS = {
    **{f"applications:{name}": Needs("draft application") for name in FORM},
    **{
        f"applications:{name}": Needs("draft application", _qualification)
        for name in ("change_qualification", "remove_qualification")
    },
    "applications:remove_local": Needs("draft application", _local),
    **{f"applications:{name}": Needs("draft application", _part) for name in ("part", "draft")},
    **{
        f"applications:{name}": Needs("application handed over")
        for name in ("confirm", "give_back", "chase", "take_back", "withdraw")
    },
    **{f"applications:{name}": Needs("application") for name in ("status", "read", *REVIEW)},
    **{f"applications:{name}": Needs("application", _certificate) for name in ("document", "preview")},
    "applications:find": Needs("application", lambda thing: {"pk": thing.pk, "rule": "A3c"}),
    "applications:judge_purchase_order": Needs("application", _order),
    "applications:cancel_purchase_order": Needs("application", _order),
    "applications:find_order_insufficient": Needs("accepted application", _order),
    "applications:replace_order": Needs("accepted application without its order"),
    "applications:check_document": Needs("application", _checked),
    **{
        f"applications:{name}": Needs("application with a letter on hold", _letter)
        for name in ("send_letter", "change_letter")
    },
    "applications:answer": Needs("application asked about"),
    "applications:withdraw_late_code": Needs("late code"),
    "applications:remove_filter": Needs("saved filter"),
    "applications:object_to": Needs("application"),
    "applications:withdraw_order_request": Needs("order request"),
    "applications:asked_for_order": Needs("order request", _by_link),
    **{
        f"applications:{name}": Needs("order request")
        for name in ("give_order", "decline_order_request", "order_given")
    },
    **{f"applications:{name}": Needs("enquiry") for name in ("enquiry", "set_aside_enquiry")},
    "applications:take_up_enquiry": Needs("aside enquiry"),
    "applications:enquiry_answered": Needs("answered enquiry", _by_link_of_answer),
    "applications:enquiry_answer": Needs("answered enquiry"),
    **{
        f"applications:{name}": Needs("objection", _objection) for name in ("take_back_objection", "consider_objection")
    },
    "applications:resume": Needs("deferred application"),
    **{
        f"applications:{name}": Needs("adjustment") for name in ("adjustment", "agree_adjustment", "decline_adjustment")
    },
    **{
        f"applications:{name}": Needs("undecided adjustment")
        for name in ("ask_about_adjustment", "withdraw_adjustment")
    },
    "applications:answer_about_adjustment": Needs("questioned adjustment"),
    "applications:continue_adjustment": Needs("adjustment under review"),
}
