"""The application itself (A1, A2, A6) and its unsaved texts."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.states import APPLICATION_MOVES, FINAL, ApplicationState
from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.drafts import DraftBase
from ctts.common.moves import fsm_trigger
from ctts.common.rows import Retention
from ctts.organisations.models import Organisation
from ctts.scheme.models import CompetencyList, Intake, Scope

UNFINISHED = sorted(set(ApplicationState.values) - set(FINAL))


class Application(models.Model):
    """One person's application for one intake (A1, A2).

    Columns are empty while the form is a draft. `received_at` is the first time it was complete, `counts_from` the
    time that decides the intake (I4); both are set by the database's own judgement of the last missing part.
    `moved_at`: since when it stands in its state; empty for a draft that was never handed over. `another_asked_at`:
    since when another Training Supervisor is named in the place of one who left after they confirmed, until that one
    has confirmed it.
    """

    retention = Retention.DOSSIER

    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications")
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="applications")
    state = models.CharField(max_length=24, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    started_at = models.DateTimeField()

    legal_name = models.CharField("full legal name", max_length=160, blank=True)
    certificate_name = models.CharField("name on the Diploma", max_length=160, blank=True)
    date_of_birth_on = models.DateField("date of birth", null=True, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    address = models.TextField("home address", blank=True)
    postcode = models.CharField(max_length=8, blank=True)

    centre = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="applications")
    employed_there = models.BooleanField(null=True, blank=True)
    job_title = models.CharField(max_length=160, blank=True)
    department = models.CharField(max_length=160, blank=True)
    employed_since_on = models.DateField("employed there since", null=True, blank=True)
    experience = models.TextField(blank=True)
    scope = models.ForeignKey(Scope, models.PROTECT, null=True, blank=True, related_name="+")

    supervisor_name = models.CharField(max_length=160, blank=True)
    supervisor_email = models.EmailField(blank=True)
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    competency_list = models.ForeignKey(CompetencyList, models.PROTECT, null=True, blank=True, related_name="+")
    wants_adjustments = models.BooleanField(null=True, blank=True)

    received_at = models.DateTimeField(null=True)
    counts_from = models.DateTimeField(null=True)
    late_until_on = models.DateField("late entry until", null=True, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    another_asked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            known_choice("state", ApplicationState),
            both_or_neither("received_at", "counts_from"),
            both_or_neither("claimed_by", "claimed_at"),
            models.UniqueConstraint(
                fields=["applicant", "intake"],
                condition=~Q(state=ApplicationState.WITHDRAWN),
                name="applications_one_a_person_and_intake",
            ),
            models.UniqueConstraint(
                fields=["applicant"], condition=Q(state__in=UNFINISHED), name="applications_one_open_a_person"
            ),
            models.CheckConstraint(
                name="applications_received_when_complete",
                condition=Q(
                    state__in=[
                        ApplicationState.DRAFT,
                        ApplicationState.AWAITING_SUPERVISOR,
                        ApplicationState.WITHDRAWN,
                    ]
                )
                | Q(
                    received_at__isnull=False,
                    centre__isnull=False,
                    scope__isnull=False,
                    supervisor__isnull=False,
                    competency_list__isnull=False,
                    wants_adjustments__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="applications_first_received_first", condition=Q(counts_from__gte=F("received_at"))
            ),
            models.CheckConstraint(
                name="applications_another_supervisor_confirms_first",
                condition=Q(another_asked_at__isnull=True)
                | (Q(received_at__isnull=False) & ~Q(state__in=[ApplicationState.ACCEPTED, ApplicationState.ENROLLED])),
            ),
            models.CheckConstraint(
                name="applications_not_own_supervisor",
                condition=Q(supervisor__isnull=True) | ~Q(supervisor=F("applicant")),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "intake"]),
            models.Index(fields=["supervisor", "state"]),
            models.Index(fields=["counts_from", "started_at", "id"]),  # the order of the desk
        ]
        triggers = [
            pgtrigger.Protect(name="application_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="applicant_stays", fields=["applicant", "started_at"]),
            fsm_trigger("application_moves", APPLICATION_MOVES),
        ]

    def __str__(self) -> str:
        return f"Application for {self.intake}"

    @property
    def supervisor_address(self) -> str:
        """Where the supervisor is reached: once an account was asked, by that account's address of today, whatever was
        typed then (A2). What is over keeps the address that was typed, as does who has no access any more, and where
        another one is being named in the place of one who did not confirm."""
        if self.supervisor is None or not self.supervisor.is_active or self.names_another or self.state in FINAL:
            return self.supervisor_email
        return self.supervisor.email

    @property
    def names_another(self) -> bool:
        """Whether another supervisor was named since the office asked, and is asked once the answers are sent (A2)."""
        if self.state != ApplicationState.INFORMATION_REQUESTED or self.another_asked_at is None:
            return False
        return self.moved_at is None or self.another_asked_at >= self.moved_at

    @property
    def deadline_on(self) -> date:
        """The last London day on which it can become complete for its intake: the cut-off, or the end of a late entry
        (I5)."""
        return self.late_until_on or self.intake.cutoff_on


class ApplicationDraft(DraftBase):
    """Text typed into a part of an application and saved by itself (screens 13)."""

    retention = Retention.DOSSIER

    class Meta(DraftBase.Meta):
        abstract = False
