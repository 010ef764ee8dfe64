"""What the office does, co-ordinators object to, and late codes open (A4, A6, I5)."""

from __future__ import annotations

from datetime import date

from applications.access.own import is_asked_anew, is_open
from applications.models import (
    Application,
    DecisionLetter,
    Enquiry,
    LateCode,
    Objection,
    SavedFilter,
)
from applications.states import (
    CHASEABLE,
    CLAIMABLE,
    FINAL,
    OBJECTABLE,
    OF_THE_CLAIMER,
    ROLLS_OVER,
    ApplicationState,
    EnquiryStanding,
    ObjectionOutcome,
)
from ctts.accounts.models import User
from ctts.common.verdict import YES, Verdict, both, late, no
from ctts.organisations.access import holds, is_office, workplaces_of
from ctts.organisations.states import Role


def can_read_as_office(user: User, application: Application, today: date) -> Verdict:
    """The office reads an application with its notes and findings, whoever decides it; nobody their own (A4)."""
    office = is_office(user, today)
    if office and user.pk == application.applicant_id:
        return no("This application is yours: your colleagues work on it. You read it under “My application”.")
    return office


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


def reviewer_of(application: Application, today: date, reader: User | None = None) -> User | None:
    """Who has it: whoever claimed it, as long as they may still review it and their account is in use; None where it
    waits for the whole office (A4). `reader`: whose roles are known already, to ask nothing twice."""
    holder = application.claimed_by
    if holder is not None and reader is not None and reader.pk == holder.pk:
        holder = reader
    return holder if holder is not None and holder.is_active and can_review(holder, application, today) else None


def can_step_past(user: User, application: Application, step: str, today: date) -> Verdict:
    """A step of which the applicant hears is taken by whoever has claimed it, as long as they may review it; a
    colleague takes it over first (A4). `step` is a name of `APPLICATION_MOVES`."""
    holder = reviewer_of(application, today, user)
    if holder is None or holder.pk == user.pk or step not in OF_THE_CLAIMER:
        return YES
    return late("A colleague has claimed this application. Take it over first, or leave it to them.")


def can_decide(user: User, application: Application, today: date) -> Verdict:
    """Decisions and findings need an application in review (A4, A6)."""
    review = can_review(user, application, today)
    if review and application.state != ApplicationState.IN_REVIEW:
        return late(f"It is not in review: it is now “{application.get_state_display()}”.")
    return review


def can_claim(user: User, application: Application, today: date) -> Verdict:
    """The office takes to itself what is received and not decided (A4)."""
    review = can_review(user, application, today)
    if review and application.state not in CLAIMABLE:
        return late(f"There is nothing to review: it is “{application.get_state_display()}”.")
    return review


def can_chase(user: User, application: Application, today: date) -> Verdict:
    """The office reminds whoever is awaited outside it: of a draft, a confirmation (also of what is received already),
    or answers (A4, N)."""
    review = can_review(user, application, today)
    if review and application.state not in CHASEABLE and not is_asked_anew(application):
        return late(f"It waits for nobody outside the office: it is “{application.get_state_display()}”.")
    return review


def can_remind(person: User | None) -> Verdict:
    """Whether a reminder reaches whoever is awaited: somebody with an account, which is in use (N)."""
    if person is None:
        return late("Nobody with an account is awaited.")
    if not person.is_active:
        return late(f"{person.full_name} has no access any more: no mail reaches them. Give access again first.")
    return YES


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
    """A Training Co-ordinator of the centre objects until it is decided (A2); as its supervisor they return it, their
    own they withdraw."""
    if not holds(user, Role.COORDINATOR, today, at=application.centre_id):
        return no("Only a Training Co-ordinator of the applicant's centre objects.")
    if user.pk == application.applicant_id:
        return no("This application is yours: withdraw it if you do not want it.")
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
    """The office answers an enquiry, or sets it aside, once; whoever comes second reads who was first (A1)."""
    office = is_office(user, today)
    if office and made.standing != EnquiryStanding.OPEN:
        first = made.answered_by or made.set_aside_by
        return late(f"This question is over: {made.standing.label.lower()} by {first}.")
    return office


def can_take_up_enquiry(user: User, made: Enquiry, today: date) -> Verdict:
    """The office takes up again what was set aside (A1)."""
    office = is_office(user, today)
    if office and made.standing != EnquiryStanding.SET_ASIDE:
        return late(f"This question is not set aside: it is {made.standing.label.lower()}.")
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


def can_withdraw(user: User, application: Application, today: date) -> Verdict:
    """The applicant or the office withdraws it until it is declined or enrolled (A6)."""
    if application.state in FINAL:
        return late("This application has come to its end and can no longer be withdrawn.")
    if user.pk == application.applicant_id:
        return YES
    return both(can_review(user, application, today), can_step_past(user, application, "withdraw", today))
