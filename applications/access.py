"""Who may do what with an application (A4, A5, A6). The same verdicts open actions, buttons and their tooltips."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from applications.models import (
    AdjustmentRequest,
    Application,
    DecisionLetter,
    Enquiry,
    LateCode,
    Objection,
    OrderRequest,
    SavedFilter,
)
from applications.states import (
    AFTER_ACCEPTANCE,
    CHASEABLE,
    CLAIMABLE,
    FINAL,
    FIXED_ONCE_RECEIVED,
    OBJECTABLE,
    QUESTIONABLE,
    ROLLS_OVER,
    UNDECIDED_ADJUSTMENT,
    AdjustmentState,
    ApplicationState,
    EnquiryStanding,
    ObjectionOutcome,
    OrderRequestStanding,
    Part,
    PurchaseOrderState,
)
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, late, no
from ctts.organisations.access import holds, is_office, workplaces_of
from ctts.organisations.states import Role

EDITABLE = (ApplicationState.DRAFT, ApplicationState.INFORMATION_REQUESTED)


def is_open(application: Application) -> bool:
    """Whether anything can still follow (A6)."""
    return application.state not in FINAL


def applying_now() -> QuerySet[Application]:
    """The applications of people who are applicants now: anything can still follow (A6)."""
    return Application.objects.exclude(state__in=FINAL)


def can_edit(user: User, application: Application) -> Verdict:
    """The applicant edits while it is a draft or the office has asked for more (A1, A4)."""
    if user.pk != application.applicant_id:
        return no("Only the applicant fills in an application.")
    if application.state not in EDITABLE:
        return late("The application was handed in; its parts no longer change.")
    return YES


ASKED_ALREADY = "Somebody is asked already. Take that request back first."
ENDED = {
    OrderRequestStanding.GIVEN: "The purchase order was given; nothing more is needed from you.",
    OrderRequestStanding.DECLINED: "You declined; nothing more is needed from you.",
    OrderRequestStanding.WITHDRAWN: "The applicant has taken this request back; nothing is needed from you.",
    OrderRequestStanding.EXPIRED: "This link was open for 28 days. Ask the applicant to send it again.",
}


def can_ask_for_order(user: User, application: Application, last: OrderRequest | None, now: datetime) -> Verdict:
    """The applicant asks while they may enter one, one person at a time; `last` is whom they asked last (A2, A3 f)."""
    if last is not None and last.standing(now) == OrderRequestStanding.OPEN:
        return late(ASKED_ALREADY)
    return can_enter_order(user, application)


def can_give_order(asked: OrderRequest, application: Application, now: datetime) -> Verdict:
    """Whether the link of a request opens now: not ended, not too old, and the applicant could still change it (A2)."""
    standing = asked.standing(now)
    if standing != OrderRequestStanding.OPEN:
        return late(ENDED[standing])
    if not can_enter_order(application.applicant, application):
        return late("The application was handed in; nothing more is needed from you.")
    return YES


def can_replace_order(user: User, application: Application) -> Verdict:
    """The applicant gives another purchase order from acceptance to enrolment, once the office has cancelled the last
    one or found it insufficient (A3 f). Nothing of what was decided or signed changes with it.
    """
    if user.pk != application.applicant_id:
        return no("Only the applicant gives another purchase order.")
    if application.state != ApplicationState.ACCEPTED:
        return late("Another purchase order is given here from acceptance to enrolment only.")
    states = application.purchase_orders.order_by("-entered_at", "-pk").values_list("state", flat=True)
    if states.first() not in PurchaseOrderState.fallen():
        return late("The office has your purchase order; no other is needed.")
    return YES


def can_enter_order(user: User, application: Application) -> Verdict:
    """The applicant enters the order in the form, or after acceptance in the place of one that fell (A2, A3 f)."""
    if application.state == ApplicationState.ACCEPTED:
        return can_replace_order(user, application)
    return can_change(user, application, Part.PURCHASE_ORDER)


def can_withdraw_order_request(user: User, asked: OrderRequest, now: datetime) -> Verdict:
    """The applicant takes back what nobody has answered."""
    if user.pk != asked.application.applicant_id:
        return no("Only the applicant takes the request back.")
    standing = asked.standing(now)
    return YES if standing == OrderRequestStanding.OPEN else late(f"This request is over: {standing.label.lower()}.")


def can_change(user: User, application: Application, part: Part) -> Verdict:
    """Whether the applicant may change one part: what the supervisor confirmed stays as it is (A2, A4)."""
    edit = can_edit(user, application)
    if edit and application.received_at and part in FIXED_ONCE_RECEIVED:
        return late(f"“{part.label}” was confirmed by the Training Supervisor and no longer changes. Ask the office.")
    return edit


def can_hand_over(user: User, application: Application) -> Verdict:
    """The applicant hands a draft to the Training Supervisor (A2, A6)."""
    edit = can_edit(user, application)
    if edit and application.state != ApplicationState.DRAFT:
        return late("Your supervisor has confirmed this application. Send your answers to the office instead.")
    return edit


def can_reply(user: User, application: Application) -> Verdict:
    """The applicant answers what the office asked for (A4, I4)."""
    edit = can_edit(user, application)
    if edit and application.state != ApplicationState.INFORMATION_REQUESTED:
        return late("The office has not asked anything.")
    return edit


def can_answer(user: User, application: Application) -> Verdict:
    """The named Training Supervisor confirms or returns while it waits for them (A2)."""
    if user.pk != application.supervisor_id:
        return no("Only the Training Supervisor named in the application can confirm it.")
    if application.state != ApplicationState.AWAITING_SUPERVISOR:
        return late("The application does not wait for your confirmation any more.")
    return YES


def can_be_named(person: User, today: date) -> Verdict:
    """Whether somebody with an account can be named as Training Supervisor: nobody who applies or trains (A2, E4).

    Whoever went through the scheme can once the office has given them the role. The words tell nobody who trains.
    """
    if holds(person, Role.SUPERVISOR, today):
        return YES
    own = Application.objects.filter(applicant=person)
    if own.exclude(state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN]).exists():
        return no("This address cannot be a Training Supervisor’s. Check it with your supervisor, or ask the office.")
    return YES


def can_withdraw(user: User, application: Application, today: date) -> Verdict:
    """The applicant or the office withdraws it until it is declined or enrolled (A6)."""
    if application.state in FINAL:
        return late("This application has come to its end and can no longer be withdrawn.")
    if user.pk == application.applicant_id:
        return YES
    return can_review(user, application, today)


def can_review(user: User, application: Application, today: date) -> Verdict:
    """The office reviews; nobody who is the applicant, their supervisor or of their centre (A4)."""
    office = is_office(user, today)
    if not office:
        return office
    if user.pk in {application.applicant_id, application.supervisor_id}:
        return no("You are part of this application; another member of the office decides it.")
    if application.centre_id in workplaces_of(user, today):
        return no("You belong to the applicant's centre; another member of the office decides it.")
    return YES


def can_decide(user: User, application: Application, today: date) -> Verdict:
    """Decisions and findings need an application in review (A4, A6)."""
    review = can_review(user, application, today)
    if review and application.state != ApplicationState.IN_REVIEW:
        return late(f"It is not in review: it is now “{application.get_state_display()}”.")
    return review


def can_judge_order(user: User, application: Application, today: date) -> Verdict:
    """The office judges the document of a purchase order in review, and of what is given after acceptance (A3 f)."""
    review = can_review(user, application, today)
    if review and application.state not in {ApplicationState.IN_REVIEW, *AFTER_ACCEPTANCE}:
        return late(f"Its purchase order is not judged now: it is “{application.get_state_display()}”.")
    return review


def can_find_insufficient(user: User, application: Application, today: date) -> Verdict:
    """After acceptance an order that does not do is found so with a reason, which the applicant is mailed (A3 f)."""
    judge = can_judge_order(user, application, today)
    if judge and application.state not in AFTER_ACCEPTANCE:
        return late("In review the buttons at rule A3f say so; the applicant hears of it with your questions.")
    return judge


def can_cancel_order(user: User, application: Application, today: date) -> Verdict:
    """The office cancels a purchase order of an application that goes on or led to a training (A3 f)."""
    review = can_review(user, application, today)
    if review and application.state in {ApplicationState.DECLINED, ApplicationState.WITHDRAWN}:
        return late("This application has come to its end; its purchase order says what was given.")
    return review


def can_claim(user: User, application: Application, today: date) -> Verdict:
    """The office takes to itself what is received and not decided (A4)."""
    review = can_review(user, application, today)
    if review and application.state not in CLAIMABLE:
        return late(f"There is nothing to review: it is “{application.get_state_display()}”.")
    return review


def can_chase(user: User, application: Application, today: date) -> Verdict:
    """The office reminds whoever is awaited outside it: of a draft, a confirmation or answers (A4, N)."""
    review = can_review(user, application, today)
    if review and application.state not in CHASEABLE:
        return late(f"It waits for nobody outside the office: it is “{application.get_state_display()}”.")
    return review


def can_send_letter(user: User, letter: DecisionLetter, application: Application, today: date) -> Verdict:
    """The office changes and sends a letter while it is on hold, and while its decision is the last word (A4)."""
    review = can_review(user, application, today)
    newest = application.decisions.values_list("pk", flat=True).first()
    if review and (application.state == ApplicationState.WITHDRAWN or newest != letter.decision_id):
        return late("The application has gone on since: this letter is not sent any more.")
    if review and not letter.hold:
        return late("This letter is not on hold any more; it was sent.")
    return review


def can_object(user: User, application: Application, today: date) -> Verdict:
    """A Training Co-ordinator of the centre objects until it is decided (A2); as its supervisor they return it."""
    if not holds(user, Role.COORDINATOR, today, at=application.centre_id):
        return no("Only a Training Co-ordinator of the applicant's centre objects.")
    if user.pk == application.supervisor_id:
        return no("You are its Training Supervisor: confirm it, or return it to the applicant.")
    if application.state not in OBJECTABLE:
        return late(f"There is nothing to object to: it is “{application.get_state_display()}”.")
    return YES


def can_object_now(user: User, application: Application, today: date) -> Verdict:
    """The same for a page: one objection of theirs waits at a time."""
    may = can_object(user, application, today)
    if may and application.objections.filter(raised_by=user, outcome=ObjectionOutcome.OPEN).exists():
        return late("You object already; the office has it. Take that back first to write another.")
    return may


def can_take_back(user: User, objection: Objection) -> Verdict:
    """Whoever objected takes it back while it is open (A2)."""
    if user.pk != objection.raised_by_id:
        return no("Only whoever objected takes it back.")
    return can_consider(objection)


def can_consider(objection: Objection) -> Verdict:
    """An objection is settled once, while anything can follow from the application (A4)."""
    if not is_open(objection.application):
        return late("The application has come to its end; its objection stays as it is.")
    if objection.outcome != ObjectionOutcome.OPEN:
        return late(f"The objection is settled already: {objection.get_outcome_display().lower()}.")
    return YES


def can_answer_enquiry(user: User, made: Enquiry, today: date) -> Verdict:
    """The office answers an enquiry, or sets it aside, once (A1)."""
    office = is_office(user, today)
    if office and made.standing != EnquiryStanding.OPEN:
        return late(f"This question is over: {made.standing.label.lower()}.")
    return office


def can_save_filters(user: User, today: date) -> Verdict:
    """The office keeps filters of its desk, each member their own (screens 19)."""
    return is_office(user, today)


def can_remove_filter(user: User, saved: SavedFilter) -> Verdict:
    """Whose it is removes it."""
    return YES if user.pk == saved.person_id else no("This filter is somebody else's.")


def can_give_late_codes(user: User, today: date) -> Verdict:
    """The office lets a named person apply late, and takes a code back (I5)."""
    return is_office(user, today)


def can_withdraw_late_code(user: User, code: LateCode, today: date) -> Verdict:
    """The office takes back what nobody has used yet (I5)."""
    if code.used_at is not None:
        return late("The code was used already.")
    if code.withdrawn_at is not None:
        return late("The code was withdrawn already.")
    return can_give_late_codes(user, today)


def can_use_late_code(user: User, application: Application) -> Verdict:
    """The applicant uses a code for a late entry while the application is not received (I5)."""
    if user.pk != application.applicant_id:
        return no("Only the applicant uses a code for a late entry.")
    if application.state not in ROLLS_OVER:
        return late("A code for a late entry helps only until the application is received.")
    if application.late_until_on is not None:
        return late("This application is a late entry already.")
    return YES


def reads_adjustments(user: User, today: date) -> bool:
    """Whether somebody is a named reader of adjustments; others see their own requests only (A5)."""
    return holds(user, Role.ADJUSTMENTS, today)


def can_read_reason(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """The reason of an adjustment is for the person and for named readers only (A5)."""
    if user.pk == asked.person_id or reads_adjustments(user, today):
        return YES
    return no("Only the person and the named readers of adjustments can read this.")


ONLY_A_READER = "Only a named reader of adjustments does this, and not for themselves."
NO_QUESTION = "No question waits for your answer."
MOST_OPEN = 5  # requests of one person that wait: whoever has more to say answers a question, or withdraws one


def can_ask_adjustment(user: User) -> Verdict:
    """Whoever applies or trains, at any time; five requests of a person wait at most (E6)."""
    own = Application.objects.filter(applicant=user)
    if not own.exclude(state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN]).exists():
        return no("Whoever applies to the scheme or trains in it asks for an adjustment. Begin an application first.")
    if user.adjustment_requests.filter(state__in=UNDECIDED_ADJUSTMENT).count() >= MOST_OPEN:
        return late(f"{MOST_OPEN} of your requests wait for a decision. Withdraw one, or wait until one is decided.")
    return YES


def can_withdraw_adjustment(user: User, asked: AdjustmentRequest) -> Verdict:
    """The person withdraws a request until it is decided (E6)."""
    if user.pk != asked.person_id:
        return no("Only the person who asked withdraws a request.")
    if asked.state not in UNDECIDED_ADJUSTMENT:
        return late(f"It can no longer be withdrawn: it is now “{asked.get_state_display()}”.")
    return YES


def _as_reader(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    return YES if user.pk != asked.person_id and reads_adjustments(user, today) else no(ONLY_A_READER)


def can_question_adjustment(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """A named reader asks the person while they have to decide or review it, one question at a time (A5)."""
    reader = _as_reader(user, asked, today)
    if reader and asked.question_at is not None:
        return late("A question waits for an answer already. Ask the next one after that.")
    if reader and asked.state not in QUESTIONABLE:
        return late(f"There is nothing to ask any more: it is now “{asked.get_state_display()}”.")
    return reader


def can_answer_about_adjustment(user: User, asked: AdjustmentRequest) -> Verdict:
    """The person answers the question that waits (E6)."""
    if user.pk != asked.person_id:
        return no("Only the person who asked for the adjustment answers.")
    return YES if asked.question_at is not None else late(NO_QUESTION)


def can_decide_adjustment(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """A named reader decides what was not withdrawn, and decides anew; nobody does so for themselves (A5)."""
    reader = _as_reader(user, asked, today)
    if reader and asked.state == AdjustmentState.WITHDRAWN:
        return late("The person has withdrawn this request; there is nothing to decide.")
    return reader


def can_continue_adjustment(user: User, asked: AdjustmentRequest, today: date) -> Verdict:
    """What is under review may go on unchanged (A5)."""
    decide = can_decide_adjustment(user, asked, today)
    if decide and asked.state != AdjustmentState.UNDER_REVIEW:
        return late(f"It is not under review: it is now “{asked.get_state_display()}”.")
    return decide
