"""What the supervisor answered and the office asked, found and decided (A2, A3, A4, I4): facts, only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from applications.states import ApplicationState, DecisionKind, Part, RuleOutcome
from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.rows import AppendOnly, Retention
from ctts.common.signatures import SignatureBase
from ctts.documents.models import Document
from ctts.scheme.models import Intake


class SupervisorAnswer(SignatureBase):
    """The supervisor confirmed support and the plan, or gave the application back (A2, A3 h).

    `meaning` is "confirmed" or "returned"; `level_six` is the statement of equivalence to FHEQ level 6.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="supervisor_answers")
    level_six = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    class Meta(SignatureBase.Meta):
        ordering = ["-signed_at", "-pk"]
        constraints = [
            *SignatureBase.Meta.constraints,
            models.CheckConstraint(
                name="applications_answer_complete",
                condition=(Q(meaning="confirmed") & ~Q(level_six="")) | (Q(meaning="returned") & ~Q(reason="")),
            ),
        ]


class Receipt(AppendOnly):
    """The application became complete at this moment and belongs to this intake (I1, I4); a late reply adds another."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="receipts")
    received_at = models.DateTimeField()
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["received_at", "pk"]


class InformationRequest(AppendOnly):
    """The office asked for more (A4); the applicant sees exactly what, point by point."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="information_requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-asked_at", "-pk"]


class InformationPoint(models.Model):
    """One numbered point of a request, and its answer once given."""

    retention = Retention.DOSSIER

    request = models.ForeignKey(InformationRequest, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=20, choices=Part.choices)
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            known_choice("part", Part),
            models.UniqueConstraint(fields=["request", "number"], name="applications_point_once"),
            models.CheckConstraint(
                name="applications_point_answered_when",
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]


class ApplicationCopy(AppendOnly):
    """What an application said when it was given back to the applicant, to tell later what was changed since.

    By the office with a request, or by the supervisor with a return; `parts` are lines of label and words by part
    (`queries.wording.lines_of`), never the reason of an adjustment.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="copies")
    request = models.OneToOneField(InformationRequest, models.PROTECT, null=True, related_name="copy")
    returned = models.OneToOneField(SupervisorAnswer, models.PROTECT, null=True, related_name="copy")
    parts = models.JSONField()
    taken_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        ordering = ["taken_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="applications_copy_of_one_occasion",
                condition=Q(request__isnull=False, returned__isnull=True)
                | Q(request__isnull=True, returned__isnull=False),
            )
        ]


class Finding(AppendOnly):
    """What a person of the office found for one entry rule (A3, A4); the newest for a rule counts.

    `override_reason` accepts a rule that is not met; then, and only then, a reason is there.
    """

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="findings")
    rule = models.CharField(max_length=4)
    outcome = models.CharField(max_length=14, choices=RuleOutcome.choices)
    computed = models.CharField(max_length=14, choices=RuleOutcome.choices)
    note = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["application", "rule", "-found_at", "-pk"]
        constraints = [
            known_choice("outcome", RuleOutcome),
            known_choice("computed", RuleOutcome),
            models.CheckConstraint(
                name="applications_override_of_unmet",
                condition=Q(override_reason="") | ~Q(outcome=RuleOutcome.MET),
            ),
        ]


class Decision(AppendOnly):
    """The office accepted, declined or deferred an application (A4)."""

    retention = Retention.OUTCOME

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    reasons = models.TextField(blank=True)
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-decided_at", "-pk"]
        constraints = [
            known_choice("kind", DecisionKind),
            models.CheckConstraint(
                name="applications_decline_has_reasons", condition=~Q(kind=DecisionKind.DECLINE) | ~Q(reasons="")
            ),
        ]


class DecisionLetter(models.Model):
    """The letter that tells a decision: owed from the moment of the decision, its PDF made by the worker (A4).

    `words` are the office's own, under the standard text. While it is on `hold` its mail waits and the words may
    change; each change is a `revision`, whose PDF is made anew.
    """

    retention = Retention.OUTCOME

    decision = models.OneToOneField(Decision, models.PROTECT, primary_key=True, related_name="letter")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    hold = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [both_or_neither("document", "made_at")]


class ApplicationNote(AppendOnly):
    """What members of the office write down for each other about an application; nobody else reads it (A4)."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="notes")
    key = models.UUIDField(unique=True)
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-written_at", "-pk"]
        constraints = [models.CheckConstraint(name="applications_note_has_words", condition=~Q(text=""))]


class Chase(AppendOnly):
    """The office reminded whoever has the next move: a person once a day about an application."""

    retention = Retention.DOSSIER

    application = models.ForeignKey(Application, models.PROTECT, related_name="chases")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    awaited_while = models.CharField(max_length=24, choices=ApplicationState.choices)
    words = models.TextField(blank=True)
    chased_on = models.DateField()
    chased_at = models.DateTimeField()
    chased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["-chased_at", "-pk"]
        constraints = [
            known_choice("awaited_while", ApplicationState),
            models.UniqueConstraint(fields=["application", "to", "chased_on"], name="applications_chased_once_a_day"),
        ]
