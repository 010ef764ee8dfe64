"""One part of an application as it is stored: its words, its version, its unsaved text, the files that fit it (A2)."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from applications import declaration
from applications.models import (
    Application,
    ApplicationDraft,
    Declaration,
    EnglishEvidence,
    InformationRequest,
    Qualification,
)
from applications.queries.given import Given
from applications.states import Part
from ctts.accounts.models import User
from ctts.common.digest import sha256
from ctts.documents.models import Document
from ctts.documents.queries import attachable_by
from ctts.organisations.access import is_office
from ctts.organisations.models import Organisation
from ctts.scheme.models import CompetencyItem, PlanOutline
from ctts.scheme.queries import accredited_centres, list_content

COLUMNS: dict[Part, tuple[str, ...]] = {
    Part.PERSONAL: ("legal_name", "certificate_name", "date_of_birth_on", "telephone", "address", "postcode"),
    Part.EMPLOYMENT: ("centre_id", "employed_there", "job_title", "department", "employed_since_on", "experience"),
    Part.SCOPE: ("scope_id", "competency_list_id"),
    Part.SUPERVISOR: ("supervisor_name", "supervisor_email"),
    Part.ADJUSTMENTS: ("wants_adjustments",),
}
QUALIFICATION = (
    "kind",
    "title",
    "subject",
    "institution",
    "grade",
    "awarded_on",
    "framework",
    "framework_level",
    "fheq_level",
    "a_levels",
    "complete",
    "science",
    "certificate_id",
    "enic_statement_id",
)
ENGLISH = (
    "first_language_english",
    "qualification_title",
    "qualification_level",
    "gcse_grade",
    "test",
    "test_name",
    "overall",
    "listening",
    "reading",
    "writing",
    "speaking",
    "taken_on",
    "certificate_id",
    "equivalence_id",
)
ORDER = ("number", "issuer", "net_pence", "vat_pence", "gross_pence", "document_id")


def _columns(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    """Columns in words that have one written form."""
    found = {name: getattr(row, name) for name in names}
    return {name: value if isinstance(value, (int, bool, date)) else str(value or "") for name, value in found.items()}


def stored_part(application: Application, part: Part, given: Given | None = None) -> dict[str, Any]:
    """What is saved of one part, by the names of its columns; the same content gives the same words."""
    given = given or Given(application)
    if part in COLUMNS:
        return _columns(application, COLUMNS[part])
    if part == Part.QUALIFICATIONS:
        return {"rows": [{"pk": row.pk, **_columns(row, QUALIFICATION)} for row in given.qualifications]}
    if part == Part.ENGLISH:
        return _columns(given.english, ENGLISH) if given.english else {}
    if part == Part.PURCHASE_ORDER:
        order = given.order_of_the_form
        return {"pk": order.pk, **_columns(order, ORDER)} if order else {}
    if part == Part.COMPETENCIES:
        return {"list": application.competency_list_id, "codes": _codes(application)}
    if part == Part.PLAN:
        return {"list": application.competency_list_id, **_plan(application)}
    return {}


def _codes(application: Application) -> list[str]:
    items = CompetencyItem.objects.filter(list=application.competency_list_id)
    return list(items.order_by("position", "code").values_list("code", flat=True))


def _plan(application: Application) -> dict[str, Any]:
    items = CompetencyItem.objects.filter(list=application.competency_list_id).order_by("position", "code")
    rows = items.values_list("pk", "plan__how", "plan__where", "plan__with_whom", "plan__by_month")
    whole = PlanOutline.objects.filter(list=application.competency_list_id).first()
    return {
        "rows": [list(row) for row in rows],
        "summary": whole.summary if whole else "",
        "level_six": whole.level_six if whole else "",
    }


def part_version(application: Application, part: Part) -> str:
    """The digest of what is saved of a part: the page carries it, the action compares it (quality rule 2)."""
    return sha256({"part": str(part), "stored": stored_part(application, part)})


def shown_digest(application: Application, given: Given | None = None) -> str:
    """The digest of exactly what a supervisor confirms: who, where, what scope, evidence, list and plan (rule 8).

    The number of the list's version is left out: the same words handed over again are the same content.
    """
    found, given = application.competency_list, given or Given(application)
    words = list_content(found, given.outline, given.tasks_by_item) if found else None
    content = {name: value for name, value in words.items() if name != "version"} if words else None
    parts = [Part.PERSONAL, Part.EMPLOYMENT, Part.QUALIFICATIONS, Part.ENGLISH, Part.PURCHASE_ORDER]
    return sha256(
        {
            "application": application.pk,
            "applicant": application.applicant_id,
            "scope": application.scope_id,
            "list": content,
            **{str(part): stored_part(application, part, given) for part in parts},
        }
    )


def draft_key(application: Application, part: Part, form: str = "") -> str:
    """Under which name the unsaved text of a form is kept; `form` tells several forms of one part apart."""
    return f"{application.pk}:{part}{':' if form else ''}{form}"


def answers_key(asked: InformationRequest) -> str:
    """Under which name the answers to what the office asked are kept while they are typed."""
    return f"{asked.application_id}:answers:{asked.pk}"


def kept_answers(application: Application, asked: InformationRequest) -> ApplicationDraft | None:
    """The answers that the applicant typed and did not send yet (screens 13)."""
    return ApplicationDraft.objects.filter(owner=application.applicant_id, form_key=answers_key(asked)).first()


def draft_of(application: Application, part: Part, form: str = "") -> ApplicationDraft | None:
    """The text of the applicant that saved itself; `unsaved` says whether the part lacks it (screens 13)."""
    key = draft_key(application, part, form)
    return ApplicationDraft.objects.filter(owner=application.applicant_id, form_key=key).first()


def parts_with_draft(application: Application) -> dict[str, set[str]]:
    """The parts that hold text which was kept and not saved yet, each with the names of its forms that do; that of the
    part itself is empty."""
    drafts = ApplicationDraft.objects.filter(
        owner=application.applicant_id, form_key__startswith=f"{application.pk}:", version__gt=0, unsaved=True
    )
    found: dict[str, set[str]] = {}
    for key in drafts.values_list("form_key", flat=True):
        _, part, *form = key.split(":")
        found.setdefault(part, set()).update(form or [""])
    return found


def own_files(user: User) -> QuerySet[Document]:
    """Files that this person may attach: their own uploads for an application, not withdrawn (quality rule 1)."""
    return attachable_by(user).filter(owner=user.pk, purpose__startswith="applications.").order_by("-pk")


def centres_for(application: Application, today: date) -> QuerySet[Organisation]:
    """The centres accredited today for the scope of an application (for any while none is chosen), and the one named
    already, whose accreditation may have ended since (C1)."""
    named = [application.centre_id] if application.centre_id else []
    accredited = accredited_centres(application.scope, today).values("pk")
    return Organisation.objects.filter(Q(pk__in=accredited) | Q(pk__in=named)).order_by("name", "pk")


def own_qualification(application: Application, qualification_id: int) -> Qualification | None:
    """One qualification of this application."""
    found: Qualification | None = application.qualifications.filter(pk=qualification_id).first()
    return found


def documents_visible_to(user: User, application: Application, today: date) -> QuerySet[Document]:
    """The files of an application that this reader may open: what is attached to it; letters and earlier versions of
    what was handed in for the applicant (no letter on hold) and the office only; the applicant's own uploads also
    before they are attached. That the reader sees the application, the caller has asked.
    """
    attached = (
        Q(pk__in=application.qualifications.values("certificate"))
        | Q(pk__in=application.qualifications.values("enic_statement"))
        | Q(pk__in=EnglishEvidence.objects.filter(application=application).values("certificate"))
        | Q(pk__in=EnglishEvidence.objects.filter(application=application).values("equivalence"))
        | Q(pk__in=application.purchase_orders.values("document"))
    )
    own = user.pk == application.applicant_id  # whoever is of the office too reads it as everybody reads their own
    if own:
        attached |= Q(owner=user.pk, uploaded_by=user.pk, purpose__startswith="applications.")
    if own or is_office(user, today):
        letters = application.decisions.filter(letter__hold=False) if own else application.decisions.all()
        attached |= Q(pk__in=letters.values("letter__document"))
        attached |= Q(pk__in=application.listed_documents.values("document"))
    return Document.objects.filter(attached)


def declaration_of(application: Application) -> Declaration | None:
    """The newest declaration of an application."""
    return application.declarations.order_by("-declared_at", "-pk").first()


def qualifications_of(application: Application) -> list[Qualification]:
    """Every qualification with its files, in the order in which they were given."""
    return Given(application).qualifications


class ToDeclare(NamedTuple):
    """A version of the declaration, its sentences, and the SHA-256 of both in hex."""

    version: str
    statements: tuple[str, ...]
    sha256: str


def words_to_declare() -> ToDeclare:
    """The declaration that is made today (A2)."""
    version = declaration.version_in_force()
    return ToDeclare(version, declaration.VERSIONS[version], declaration.digest_of(version))
