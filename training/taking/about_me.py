"""Chapters about the trainee: person and dates, application, adjustments, people around, changes of circumstances."""

from __future__ import annotations

from datetime import date

from applications import queries as applications
from applications.models import Application, Qualification
from ctts.common.templatetags.formats import day, money
from ctts.scheme.models import HandbookAcknowledgement, PlanOutline
from training.models import Attendance, ChangeRequest, Interruption, Milestone, TrainingRecord
from training.queries.around import first_meeting
from training.queries.changes import contact_of
from training.queries.copies import Chapter, CopiedFile, Fact, Piece
from training.queries.records import people_ever
from training.queries.told import copied, facts, of, signed, texts, texts_of

SEALED = (
    "What you wrote about your health when you asked for an adjustment",
    "it is kept encrypted and leaves the system for nobody; read it on the page “Reasonable adjustments”",
)


def person(record: TrainingRecord, today: date) -> Chapter:
    """Who the trainee is, how they are reached, and the dates of the training (E1, E2, M)."""
    trainee = record.trainee
    told = facts(
        ("full_name", "Name", trainee.full_name),
        ("preferred_name", "Called", trainee.preferred_name),
        ("email", "E-mail", trainee.email),
        *((name, name.capitalize(), value) for name, value in contact_of(record, today).items()),
        ("certificate_name", "Name on the Diploma", record.certificate_name),
    )
    training = [
        *facts(("scope", "Scope of practice", str(record.scope)), ("centre", "Training Centre", str(record.centre))),
        *facts(("framework", "Competency framework", str(record.framework))),
        *facts(("rules", "Scheme rules", f"version {record.rules.version}"), ("intake", "Intake", str(record.intake))),
        *of(record, ("start_on", "Training started"), ("expected_end_on", "Expected end"), ("state", "State")),
        *of(record, ("ended_on", "Ended"), ("enrolled_at", "Enrolled")),
    ]
    return Chapter(
        "person",
        "You and your training",
        [
            Piece("You", told),
            Piece("Your training", training, parts=_memberships(record)),
            Piece("Milestones", parts=[_milestone(row) for row in record.milestones.order_by("due_on", "pk")]),
            Piece("Interruptions", parts=[_pause(row) for row in record.interruptions.order_by("starts_on", "pk")]),
            Piece("Events of the scheme", parts=[_event(row) for row in _attended(record)]),
            Piece("Handbooks you said you have read", parts=_handbooks(record)),
        ],
    )


def _memberships(record: TrainingRecord) -> list[Piece]:
    member = getattr(record, "membership", None)
    if member is None:
        return []
    return [Piece("Associate Membership", of(member, ("starts_on", "From"), ("ends_on", "Until")))]


def _milestone(row: Milestone) -> Piece:
    return Piece(str(row.get_kind_display()), of(row, ("due_on", "Due"), ("done_on", "Done")))


def _pause(row: Interruption) -> Piece:
    return Piece(f"From {day(row.starts_on)}", of(row, ("starts_on", "First day"), ("ends_on", "Last day")))


def _attended(record: TrainingRecord) -> list[Attendance]:
    return list(record.attendances.select_related("event").order_by("event__starts_at", "pk"))


def _event(row: Attendance) -> Piece:
    told = of(row.event, ("starts_at", "Began"), ("ends_at", "Ended"))
    return Piece(row.event.title, [*told, *of(row, ("state", "You"), ("invited_at", "Invited"))])


def _handbooks(record: TrainingRecord) -> list[Piece]:
    rows = HandbookAcknowledgement.objects.filter(person=record.trainee).select_related("handbook")
    return [
        Piece(f"Version {row.handbook.version}", of(row, ("acknowledged_at", "Read")))
        for row in rows.order_by("acknowledged_at", "pk")
    ]


def people(record: TrainingRecord, today: date) -> Chapter:
    """Who stands and stood around the trainee, as the trainee sees it (E3)."""
    pieces = [
        Piece(
            row.person.full_name,
            of(row, ("kind", "Function"), ("starts_on", "From"), ("ends_on", "Until"), ("called_off_at", "Called off")),
        )
        for row in people_ever(record)
    ]
    return Chapter("people", "People around you", pieces, nothing="Nobody was appointed.")


# --- the application ---


def application(record: TrainingRecord, today: date) -> Chapter:
    """The application with all its parts, its files, what was asked and answered, and the decision letters (A2, A4)."""
    found = record.application
    readable = set(applications.documents_visible_to(record.trainee, found, today).values_list("pk", flat=True))
    pieces = [
        _form(found),
        Piece("Qualifications", parts=[_qualification(row) for row in applications.qualifications_of(found)]),
        *_english(found),
        Piece("Purchase orders", parts=_orders(found)),
        Piece("Declarations", parts=_declarations(found)),
        Piece("Training Supervisor", parts=_answers(found)),
        Piece("Questions of the scheme office", parts=_questions(found)),
        Piece("Decisions", parts=_decisions(found)),
    ]
    pieces = [_only(piece, readable) for piece in pieces]
    return Chapter("application", "Your application", [piece for piece in pieces if _says_something(piece)])


def _says_something(piece: Piece) -> bool:
    return bool(piece.facts or piece.files or piece.parts)


def _only(piece: Piece, readable: set[int]) -> Piece:
    """A piece with the files that the applicant may open, and no others (quality rule 1)."""
    files = [file for file in piece.files if file.document.pk in readable]
    return Piece(piece.title, piece.facts, files, [_only(part, readable) for part in piece.parts])


def _form(row: Application) -> Piece:
    outline = PlanOutline.objects.filter(list=row.competency_list_id).first() or PlanOutline()
    told = [
        *facts(("intake", "Intake", str(row.intake)), ("centre", "Training Centre", str(row.centre or ""))),
        *facts(("scope", "Scope of practice", str(row.scope or ""))),
        *of(row, ("state", "State"), ("started_at", "Begun"), ("received_at", "Received")),
        *of(row, ("legal_name", "Full legal name"), ("certificate_name", "Name on the Diploma")),
        *of(row, ("date_of_birth_on", "Date of birth"), ("telephone", "Telephone"), ("address", "Home address")),
        *of(row, ("postcode", "Postcode"), ("job_title", "Job title"), ("department", "Department")),
        *of(row, ("employed_since_on", "Employed there since"), ("supervisor_name", "Training Supervisor named")),
        *of(row, ("supervisor_email", "Their e-mail"), ("wants_adjustments", "Reasonable adjustments wanted")),
        *texts_of(row, ("experience", "Experience")),
        *texts(("plan_summary", "Training plan", outline.summary)),
        *texts(("plan_level_six", "How level 6 is reached", outline.level_six)),
    ]
    return Piece("What you entered", told)


def _qualification(row: Qualification) -> Piece:
    told = of(
        row,
        ("kind", "Kind"),
        ("subject", "Subject"),
        ("institution", "Institution"),
        ("grade", "Grade"),
        ("awarded_on", "Awarded"),
        ("level_words", "Level"),
        ("complete", "Complete"),
    )
    return Piece(row.title, told, copied(("Certificate", row.certificate), ("UK ENIC statement", row.enic_statement)))


def _english(found: Application) -> list[Piece]:
    row = applications.english_of(found)
    if row is None:
        return []
    told = of(
        row,
        ("first_language_english", "English is the first language"),
        ("qualification_title", "Qualification"),
        ("qualification_level", "Level (RQF)"),
        ("gcse_grade", "GCSE grade"),
        ("test_name", "Name of the test"),
        ("taken_on", "Taken on"),
    )
    scores = ((name, name.capitalize(), getattr(row, name)) for name in ("overall", *ELEMENTS))
    told += facts(("test", "Test", str(row.get_test_display()) if row.test else ""))
    told += facts(*((name, label, str(value)) for name, label, value in scores if value is not None))
    return [Piece("English", told, copied(("Certificate", row.certificate), ("Equivalence", row.equivalence)))]


ELEMENTS = ("listening", "reading", "writing", "speaking")


def _orders(found: Application) -> list[Piece]:
    rows = found.purchase_orders.select_related("document").order_by("entered_at", "pk")
    return [
        Piece(
            f"Purchase order {row.number}",
            [
                *of(row, ("issuer", "Issuer"), ("state", "State"), ("entered_at", "Entered")),
                *facts(("gross", "Gross", money(row.gross_pence)), ("net", "Net", money(row.net_pence))),
                *facts(("vat", "VAT", money(row.vat_pence)), ("because", "Why it did not stand", row.settled_because)),
            ],
            copied(("Purchase order", row.document)),
        )
        for row in rows
    ]


def _declarations(found: Application) -> list[Piece]:
    rows = found.declarations.order_by("declared_at", "pk")
    return [Piece(f"Version {row.version}", of(row, ("declared_at", "Declared"))) for row in rows]


def _answers(found: Application) -> list[Piece]:
    rows = found.supervisor_answers.order_by("signed_at", "pk")
    return signed(rows, ("level_six", "Equivalence to level 6"), ("reason", "Why it was returned"))


def _questions(found: Application) -> list[Piece]:
    rows = found.information_requests.prefetch_related("points").order_by("asked_at", "pk")
    return [
        Piece(
            f"Asked on {day(row.asked_at)}",
            parts=[
                Piece(f"Point {point.number}", texts_of(point, ("text", "Asked"), ("answer", "Answered")))
                for point in row.points.all()
            ],
        )
        for row in rows
    ]


def _decisions(found: Application) -> list[Piece]:
    """Decisions, each with its letter: one on hold was not told yet and is not here."""
    pieces = []
    for row in reversed(list(applications.decisions_of(found))):
        letter = getattr(row, "letter", None)
        if letter is not None and letter.hold:
            continue
        told = [*of(row, ("kind", "Decision"), ("decided_at", "Decided")), *texts_of(row, ("reasons", "Reasons"))]
        pieces.append(Piece(f"{row.get_kind_display()}", told, copied(("Letter", letter and letter.document))))
    return pieces


# --- adjustments and changes ---


def adjustments(record: TrainingRecord, today: date) -> Chapter:
    """What was asked for and agreed, and who read why (A5, E6). The reason itself never leaves its vault."""
    pieces = []
    for row in applications.own_adjustments(record.trainee):
        told = [
            *of(row, ("asked_at", "Asked"), ("state", "State"), ("agreed_at", "Agreed"), ("review_on", "Review on")),
            *texts_of(row, ("agreed", "What is agreed")),
            *facts(("effects", "What follows from it", tuple(applications.effects_of(row)))),
        ]
        read = [
            Piece(reading.reader.full_name, facts(("read_at", "Read it", reading.read_at)))
            for reading in row.readings.all()
        ]
        pieces.append(Piece(f"Asked on {day(row.asked_at)}", told, parts=read))
    missing = [SEALED] if pieces else []
    words = "You have asked for none."
    return Chapter("adjustments", "Reasonable adjustments", pieces, nothing=words, left_out=missing)


def changes(record: TrainingRecord, today: date) -> Chapter:
    """Changes of circumstances that the trainee asked for, with answer and decision (E5)."""
    rows = ChangeRequest.objects.filter(record=record).order_by("written_at", "pk")
    rows = rows.select_related("document", "answer", "decision", "new_supervisor", "new_centre")
    pieces = [_change(row) for row in rows]
    return Chapter("changes", "Changes of circumstances", pieces, nothing="You have asked for none.")


def _change(row: ChangeRequest) -> Piece:
    told: list[Fact] = [
        *of(row, ("state", "State"), ("from_on", "From"), ("until_on", "Until"), ("percent", "Per cent of full time")),
        *of(
            row, ("new_name", "New name"), ("telephone", "Telephone"), ("address", "Address"), ("postcode", "Postcode")
        ),
        *facts(("new_supervisor", "New Training Supervisor", str(row.new_supervisor or ""))),
        *facts(("new_centre", "New Training Centre", str(row.new_centre or ""))),
        *of(row, ("written_at", "Written"), ("sent_at", "Sent"), ("carried_out_at", "Carried out")),
        *texts_of(row, ("reason", "Your reason")),
    ]
    parts = []
    answer, decision = getattr(row, "answer", None), getattr(row, "decision", None)
    if answer is not None:
        said = [*of(answer, ("supports", "Supports it"), ("answered_at", "Answered"))]
        parts.append(Piece("Training Supervisor", [*said, *texts_of(answer, ("words", "Words"))]))
    if decision is not None:
        said = of(decision, ("granted", "Granted"), ("from_on", "From"), ("end_on", "Expected end"))
        said += [*of(decision, ("decided_at", "Decided")), *texts_of(decision, ("words", "Words"))]
        parts.append(Piece("Scheme office", said))
    files: list[CopiedFile] = copied(("Evidence of it", row.document))
    return Piece(str(row.get_kind_display()), told, files, parts)


def moderator(record: TrainingRecord, today: date) -> Chapter:
    """The External Moderator's meetings with the trainee (T11)."""
    first = first_meeting(record)
    pieces = [
        Piece(
            "First meeting" if first is not None and row.pk == first.pk else f"Meeting on {day(row.held_on)}",
            [
                *of(row, ("held_on", "Held"), ("mode", "How"), ("plan_reviewed", "Plan reviewed")),
                *facts(("written_by", "Noted by", str(row.written_by)), ("written_at", "Written", row.written_at)),
                *texts_of(row, ("notes", "Notes")),
            ],
        )
        for row in record.meetings.select_related("written_by").order_by("held_on", "pk")
    ]
    return Chapter("meetings", "Meetings with the External Moderator", pieces, nothing="None was noted.")
