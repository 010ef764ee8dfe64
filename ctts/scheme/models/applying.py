"""What a centre hands in to be accredited for a scope: its checklist and its documents (C3)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention, closed_guard
from ctts.organisations.models import Organisation
from ctts.scheme.models.centres import Accreditation
from ctts.scheme.models.frameworks import Scope
from ctts.scheme.states import (
    CENTRE_APPLICATION_MOVES,
    OPEN_APPLICATIONS,
    CentreApplicationState,
    CentreDocumentKind,
    ChecklistReply,
)

S = CentreApplicationState
USER = settings.AUTH_USER_MODEL


def sent_guard(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses any change to a row whose application is no draft any more: it reads as it was sent."""
    sent = "EXISTS (SELECT 1 FROM scheme_centreapplication a WHERE a.id = {row}.application_id AND a.state <> 'draft')"
    return closed_guard(name, sent, "an application that was sent reads as it was sent")


class CentreApplication(models.Model):
    """An application of a centre for a scope; `renews` is the accreditation that it would follow on, if any: what is
    granted while it is written takes that place, and from its sending on it stays.

    `accreditation` is the row that waits for the office once it is sent. `version` counts what was saved, so that two
    Training Co-ordinators do not write over each other. `checklist` is the version of the questions.
    """

    retention = Retention.OFFICE

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="centre_applications")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+")
    renews = models.ForeignKey(Accreditation, models.PROTECT, null=True, related_name="renewals")
    accreditation = models.OneToOneField(Accreditation, models.PROTECT, null=True, related_name="application")
    checklist = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=S.choices, default=S.DRAFT)
    version = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            known_choice("state", S),
            both_or_neither("sent_at", "sent_by"),
            both_or_neither("withdrawn_at", "withdrawn_by"),
            models.UniqueConstraint(
                fields=["organisation", "scope"],
                condition=Q(state__in=OPEN_APPLICATIONS),
                name="scheme_one_open_application_per_scope",
            ),
            models.CheckConstraint(
                name="scheme_application_sent_with_accreditation",
                condition=Q(sent_at__isnull=True, accreditation__isnull=True)
                | Q(sent_at__isnull=False, accreditation__isnull=False),
            ),
            models.CheckConstraint(
                name="scheme_application_in_its_state",
                condition=Q(state=S.DRAFT, sent_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state__in=[S.SENT, S.DECIDED], sent_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state=S.WITHDRAWN, withdrawn_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="centre_application_stays", operation=pgtrigger.Delete),
            fsm_trigger("centre_application_moves", CENTRE_APPLICATION_MOVES),
            pgtrigger.ReadOnly(
                name="centre_application_of_one_scope",
                fields=["organisation", "scope", "checklist", "begun_at", "begun_by"],
            ),
            pgtrigger.Protect(
                name="centre_application_renews_as_sent",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__renews__df=pgtrigger.F("new__renews")) & ~pgtrigger.Q(old__state="draft"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.scope}"


class ChecklistAnswer(models.Model):
    """The answer to one line of the checklist; `item` is its key in that version."""

    retention = Retention.OFFICE

    application = models.ForeignKey(CentreApplication, models.PROTECT, related_name="answers")
    item = models.CharField(max_length=40)
    reply = models.CharField(max_length=3, choices=[("", "Not answered"), *ChecklistReply.choices], blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scheme_checklistanswer_known_reply", condition=Q(reply__in=["", *ChecklistReply.values])
            ),
            models.UniqueConstraint(fields=["application", "item"], name="scheme_checklist_line_answered_once"),
        ]
        triggers = [sent_guard("answers_read_as_sent")]


class CentreDocument(models.Model):
    """A file of an application; taken out of a draft it stays as a row that says so."""

    retention = Retention.OFFICE

    application = models.ForeignKey(CentreApplication, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=16, choices=CentreDocumentKind.choices)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["kind", "added_at", "pk"]
        constraints = [
            known_choice("kind", CentreDocumentKind),
            both_or_neither("removed_at", "removed_by"),
        ]
        triggers = [
            pgtrigger.Protect(name="centre_document_stays", operation=pgtrigger.Delete),
            sent_guard("documents_read_as_sent"),
        ]
