"""The office's pages over the ground: cards of the scheme, mails, files, the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from ctts.accounts.models import User
from ctts.audit.models import AuditHead
from ctts.audit.queries import last_head, last_head_numbers, timeline
from ctts.common.mail import MailState
from ctts.common.parts import HistoryEntry
from ctts.common.templatetags.formats import day
from ctts.documents.models import Document
from ctts.documents.queries import given_up
from ctts.notifications.models import Message
from ctts.notifications.queries import outbox_backlog, outbox_for_office, withheld_for_office
from ctts.scheme import queries as scheme_queries
from ctts.scheme.states import FrameworkState

AN_AUDIT_PAGE = 50
UNSURE = (MailState.DEAD, MailState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Card:
    """One way of the scheme page: where it leads, what is to be known of it, and whether that wants somebody."""

    label: str
    url: str
    what: str
    says: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries of the office's chain, newest first. `next_before` is the number before which the next page begins."""

    entries: list[HistoryEntry]
    next_before: int | None
    head: AuditHead | None
    total: int


def scheme_cards(today: date, now: datetime) -> list[Card]:
    """What the scheme consists of: scopes, frameworks, rules, handbook, mail, files, audit; the cost does not grow."""
    return [*_cards_of_the_scheme(today), *_cards_of_the_ground(now)]


def _cards_of_the_scheme(today: date) -> list[Card]:
    drafts = scheme_queries.frameworks_for_office().filter(state=FrameworkState.DRAFT).count()
    rules = scheme_queries.rules_on(today)
    unsure = len(scheme_queries.unconfirmed(rules))
    handbook = scheme_queries.current_handbook()
    missing = ", ".join(scope.name for scope in scheme_queries.offered_without_framework())
    says = f"No framework published: {missing}" if missing else "Each scope on offer has a published framework"
    return [
        Card("Scopes of practice", reverse("scheme:scopes"), "Craft groups and their scopes", says, bool(missing)),
        Card(
            "Frameworks",
            reverse("scheme:frameworks"),
            "Competencies of each scope, imported from spreadsheets",
            f"{drafts} imported and not published" if drafts else "Nothing waits to be published",
            urgent=bool(drafts),
        ),
        Card(
            "DOPS forms",
            reverse("scheme:dops_forms"),
            "The ten items of each scope with the anchors of the scale",
            "The general form and those of scopes, by version",
        ),
        Card(
            "Scheme rules",
            reverse("scheme:rules"),
            "Every number of the scheme with its source",
            f"Version {rules.version} in force; {unsure} defaults not confirmed",
            urgent=bool(unsure),
        ),
        Card(
            "Handbook",
            reverse("scheme:handbooks"),
            "Versions, and who has read the current one",
            str(handbook) if handbook else "None is published",
            urgent=handbook is None,
        ),
    ]


def _cards_of_the_ground(now: datetime) -> list[Card]:
    backlog = outbox_backlog(now)
    stuck = given_up().count()
    head, total = last_head(), last_head_numbers(None)[0]
    return [
        Card(
            "Mail",
            reverse("home:mail"),
            "Messages that did not arrive for sure",
            f"{backlog.dead} not sent, {backlog.in_doubt} in doubt, {backlog.waiting} waiting",
            urgent=bool(backlog.dead or backlog.in_doubt),
        ),
        Card(
            "Files",
            reverse("home:files"),
            "Files whose check was given up",
            f"{stuck} to start again" if stuck else "None",
            urgent=bool(stuck),
        ),
        Card(
            "Audit",
            reverse("home:audit"),
            "Who did what and when, chained and signed each day",
            f"{total} entries of the office; last head {day(head.on)}" if head else f"{total} entries; no head yet",
        ),
    ]


def messages_for_office() -> QuerySet[Message]:
    """Every message with its recipient; the page is the office's."""
    return Message.objects.select_related("to")


def messages_shown(which: str) -> QuerySet[Message]:
    """Messages of one page of the outbox: "unsure" (dead or in doubt), "waiting" (the rest not sent), "withheld"."""
    if which == "withheld":
        return withheld_for_office()
    unsent = outbox_for_office()
    return unsent.filter(state__in=UNSURE) if which == "unsure" else unsent.exclude(state__in=UNSURE)


def can_be_decided(message: Message) -> bool:
    """Whether a message waits for somebody's decision: dead or in doubt."""
    return message.state in UNSURE


def files_given_up() -> QuerySet[Document]:
    """Files whose check was given up, each with who gave it and whose dossier it is in."""
    return given_up().select_related("uploaded_by", "owner")


def audit_page(before: int | None) -> AuditPage:
    """Fifty entries of the office's chain before a number (None: the newest), by key: old pages cost no more."""
    rows = timeline(None).filter(**({"number__lt": before} if before is not None else {}))
    events = list(rows[: AN_AUDIT_PAGE + 1])
    shown = events[:AN_AUDIT_PAGE]
    names = dict(User.objects.filter(pk__in={row.actor_id for row in shown}).values_list("pk", "full_name"))
    entries = [
        HistoryEntry(
            at=row.at,
            who=names.get(row.actor_id or 0, "The calendar" if row.actor_id is None else f"Person {row.actor_id}"),
            what=f"{row.number}. {row.action}: {row.object} {row.object_id}",
            role=row.role,
            icon="circle",
        )
        for row in shown
    ]
    more = shown[-1].number if len(events) > AN_AUDIT_PAGE else None
    return AuditPage(entries, more, last_head(), last_head_numbers(None)[0])
