"""What a centre applies for and holds, as its Training Co-ordinators see it (C1, C3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet

from ctts.accounts.models import User
from ctts.common.clock import london_date
from ctts.documents.models import Document
from ctts.organisations.access import holds
from ctts.organisations.models import Organisation
from ctts.organisations.queries import centres_co_ordinated_by
from ctts.organisations.states import Role
from ctts.scheme.models import Accreditation, CentreApplication, CentreDocument, Scope
from ctts.scheme.queries.centres import valid_days_of
from ctts.scheme.queries.numbers import checklist_confirmations, numbers_on
from ctts.scheme.rules import (
    SchemeNumbers,
    application_closed,
    checklist_source,
    gap_before,
    missing_from,
    renewal_opens_on,
)
from ctts.scheme.states import GRANTED_ACCREDITATION, OPEN_APPLICATIONS, AccreditationState, CentreApplicationState

S = CentreApplicationState


@dataclass(frozen=True, slots=True)
class ScopeStanding:
    """How a centre stands in one scope: what it holds now (the longest), what waits, why it cannot apply, if so, the
    days before what it holds begins on which nobody can apply there (`gap`), and what it held last where it holds
    nothing (`over`)."""

    scope: Scope
    held: Accreditation | None
    waiting: Accreditation | None
    application: CentreApplication | None
    closed: str
    gap: tuple[date, date] | None = None
    over: Accreditation | None = None

    @property
    def renews(self) -> bool:
        """Whether an application would renew what is held."""
        return self.held is not None


def scopes_of_centre(organisation: Organisation, today: date) -> list[ScopeStanding]:
    """How a centre stands in each scope on offer, and in those in which it holds something: by name (C1, C3)."""
    rows = list(Accreditation.objects.filter(organisation=organisation).select_related("scope"))
    applications = CentreApplication.objects.filter(organisation=organisation, state__in=OPEN_APPLICATIONS)
    opened = {row.scope_id: row for row in applications}
    known = Q(offered=True) | Q(pk__in=[row.scope_id for row in rows]) | Q(pk__in=list(opened))
    numbers = numbers_on(today)
    return [
        _standing(scope, [row for row in rows if row.scope_id == scope.pk], opened.get(scope.pk), today, numbers)
        for scope in Scope.objects.filter(known).order_by("name", "pk")
    ]


def _standing(
    scope: Scope,
    rows: Iterable[Accreditation],
    application: CentreApplication | None,
    today: date,
    numbers: SchemeNumbers,
) -> ScopeStanding:
    found = list(rows)
    held = longest_held(found, today)
    waiting = next((row for row in found if row.state == AccreditationState.APPLIED), None)
    closed = application_closed(held.state if held else "", held.ends_on if held else None, today, numbers)
    if waiting is not None:
        closed = "An application waits for the scheme office's decision."
    elif not scope.offered and not closed:
        closed = "The scheme does not offer this scope at present."
    over = None if held else _held_last(found)
    return ScopeStanding(scope, held, waiting, application, closed, _gap_before(held, found, today), over)


def _held_last(rows: Iterable[Accreditation]) -> Accreditation | None:
    """Of what was granted and is over, what lasted longest (C1)."""
    ended = [row for row in rows if row.ends_on is not None and row.state != AccreditationState.DECLINED]
    return max(ended, key=lambda row: (row.ends_on, row.pk), default=None)


def _gap_before(held: Accreditation | None, rows: list[Accreditation], today: date) -> tuple[date, date] | None:
    if held is None or held.starts_on is None or held.state == AccreditationState.SUSPENDED:
        return None
    return gap_before(held.starts_on, valid_days_of(row for row in rows if row.pk != held.pk), today)


def longest_held(rows: Iterable[Accreditation], today: date) -> Accreditation | None:
    """Of several accreditations of a centre for one scope the granted one that lasts longest from today on (C1)."""
    lasting = [
        row for row in rows if row.state in GRANTED_ACCREDITATION and row.ends_on is not None and row.ends_on >= today
    ]
    return max(lasting, key=lambda row: (row.ends_on, row.pk), default=None)


def standing_in(organisation: Organisation, scope: Scope, today: date) -> ScopeStanding:
    """How a centre stands in one scope (C1, C3)."""
    rows = Accreditation.objects.filter(organisation=organisation, scope=scope)
    opened = CentreApplication.objects.filter(organisation=organisation, scope=scope, state__in=OPEN_APPLICATIONS)
    return _standing(scope, rows, opened.first(), today, numbers_on(today))


def open_draft(organisation: Organisation, scope: Scope) -> CentreApplication | None:
    """The application that a centre writes for a scope and has not sent (C3)."""
    rows = CentreApplication.objects.filter(organisation=organisation, scope=scope, state=S.DRAFT)
    return rows.first()


def waits_already(application: CentreApplication) -> bool:
    """Whether another application of the centre for the scope of a draft waits for its decision: the draft cannot be
    sent before (C3)."""
    if application.state != S.DRAFT:
        return False
    same = Accreditation.objects.filter(organisation=application.organisation_id, scope=application.scope_id)
    return bool(same.filter(state=AccreditationState.APPLIED).exists())


def draft_can_be_sent_from(accreditation: Accreditation, ends_on: date | None, today: date) -> date | None:
    """From when on the centre can send what it writes for the scope of an accreditation valid through `ends_on`; None
    where it writes nothing, or can send it now (C1, C3)."""
    if ends_on is None or open_draft(accreditation.organisation, accreditation.scope) is None:
        return None
    opens_on = renewal_opens_on(ends_on, numbers_on(today))
    return opens_on if opens_on > today else None


def not_renewable_yet(application: CentreApplication, today: date) -> str:
    """Why a draft cannot be sent beside what the centre holds for its scope by now; empty when it can (C1, C3)."""
    if application.state != S.DRAFT:
        return ""
    held = standing_in(application.organisation, application.scope, today).held
    return application_closed(held.state, held.ends_on, today, numbers_on(today)) if held else ""


def held_before(accreditation: Accreditation, today: date) -> Accreditation | None:
    """What the centre holds for the scope beside an accreditation, and is not suspended: what this one renews (C3)."""
    same = Accreditation.objects.filter(organisation=accreditation.organisation_id, scope=accreditation.scope_id)
    held = longest_held(same.exclude(pk=accreditation.pk), today)
    return None if held is None or held.state == AccreditationState.SUSPENDED else held


def first_day_of(accreditation: Accreditation, today: date) -> date:
    """From when an accreditation counts that is granted today: a renewal from the day after the old one ends (C3)."""
    return first_day_after(held_before(accreditation, today), today)


def first_day_after(held: Accreditation | None, today: date) -> date:
    """From when a renewal of `held` counts that is granted today; today where it renews nothing (C3)."""
    return held.ends_on + timedelta(days=1) if held is not None and held.ends_on is not None else today


def centre_applications_visible_to(user: User, today: date) -> QuerySet[CentreApplication]:
    """Applications of the centres a person co-ordinates; for the office all that were sent, newest first (C3)."""
    rows = CentreApplication.objects.select_related("organisation", "scope", "renews", "accreditation", "sent_by")
    mine = Q(organisation__in=centres_co_ordinated_by(user, today))
    if holds(user, Role.OFFICE, today):
        return rows.filter(mine | Q(sent_at__isnull=False))
    return rows.filter(mine)


def centre_application_for(user: User, today: date, pk: int) -> CentreApplication | None:
    """One application that a person may see, with its answers and the documents in it (`shown_documents`)."""
    shown = CentreDocument.objects.filter(removed_at__isnull=True).select_related("document", "added_by")
    rows = centre_applications_visible_to(user, today).select_related("begun_by", "withdrawn_by")
    return (
        rows.prefetch_related("answers", Prefetch("documents", shown, to_attr="shown_documents")).filter(pk=pk).first()
    )


def replies_of(application: CentreApplication) -> dict[str, tuple[str, str]]:
    """The reply and the words to each line of the checklist that has an answer."""
    return {row.item: (row.reply, row.words) for row in application.answers.all()}


def checklist_stands(application: CentreApplication) -> str:
    """How the version of the checklist stands that an application answers: a default, or confirmed by whom (C3)."""
    found = checklist_confirmations().get(application.checklist)
    if found is None:
        return checklist_source(None, "", sent_before=False)
    sent_before = application.sent_at is not None and application.sent_at < found.confirmed_at
    return checklist_source(london_date(found.confirmed_at), found.confirmed_by.full_name, sent_before=sent_before)


def missing_in(application: CentreApplication) -> list[str]:
    """What is missing before an application can be sent, a sentence each (C3)."""
    there = CentreDocument.objects.filter(application=application, removed_at__isnull=True)
    return missing_from(
        application.checklist, replies_of(application), set(there.values_list("kind", flat=True).order_by())
    )


def file_of_application(user: User, today: date, pk: int, document_id: int) -> Document | None:
    """A file in an application that a person may see; whether it may be opened is the file's state (C3)."""
    there = CentreDocument.objects.filter(
        application__in=centre_applications_visible_to(user, today), application=pk, removed_at__isnull=True
    )
    return Document.objects.filter(pk__in=there.values("document"), pk=document_id).first()
