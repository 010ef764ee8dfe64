"""Changes of circumstances (E5): what the trainee asks for, what the supervisor says, what the office decides."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import in_order, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from ctts.documents.models import Document
from ctts.organisations.models import Organisation
from training.models.record import TrainingRecord
from training.states import CHANGE_MOVES, CHANGE_OPEN, ChangeKind, ChangeState

# What is asked for: once it is sent nobody changes it; it is withdrawn and asked for anew.
CONTENT = [
    "from_on",
    "until_on",
    "percent",
    "new_name",
    "telephone",
    "address",
    "postcode",
    "new_supervisor_id",
    "new_centre_id",
    "reason",
    "document_id",
]
ANY_CONTENT = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in CONTENT)
OPEN = sorted(str(state) for state in CHANGE_OPEN)
_K = ChangeKind
SAYS_WHAT = (
    (Q(kind=_K.NAME) & ~Q(new_name=""))
    | (Q(kind=_K.CONTACT) & ~Q(telephone="", address="", postcode=""))
    | Q(kind=_K.SUPERVISOR, new_supervisor__isnull=False)
    | Q(kind=_K.CENTRE, new_centre__isnull=False)
    | Q(kind=_K.LESS_THAN_FULL_TIME, percent__range=(1, 100))
    | Q(kind__in=[_K.INTERRUPTION, _K.EXTENSION], until_on__isnull=False)
    | Q(kind__in=[_K.WITHDRAWAL, _K.RETURN])
)


class ChangeRequest(models.Model):
    """One request of a trainee (E5; G 3.3): what changes, from which day, why, with a file where one is wanted.

    `until_on` is the last day of an interruption, or the new end that an extension asks for. `carried_out_at` is when
    all of a granted request had been done: at once, or on its day.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=ChangeKind.choices)
    state = models.CharField(max_length=20, choices=ChangeState.choices, default=ChangeState.DRAFT)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    new_name = models.CharField(max_length=160, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=400, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    new_supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    new_centre = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    carried_out_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            known_choice("kind", ChangeKind),
            known_choice("state", ChangeState),
            in_order("from_on", "until_on"),
            models.UniqueConstraint(
                fields=["record", "kind"], condition=Q(state__in=OPEN), name="training_change_one_open_a_kind"
            ),
            models.CheckConstraint(name="training_change_says_what", condition=SAYS_WHAT & ~Q(reason="")),
            models.CheckConstraint(
                name="training_change_from_a_day", condition=Q(kind=_K.EXTENSION) | Q(from_on__isnull=False)
            ),
            models.CheckConstraint(
                name="training_change_sent_when",
                condition=Q(state=ChangeState.DRAFT, sent_at__isnull=True)
                | Q(state=ChangeState.WITHDRAWN)
                | (~Q(state__in=[ChangeState.DRAFT, ChangeState.WITHDRAWN]) & Q(sent_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_change_carried_out_if_granted",
                condition=Q(carried_out_at__isnull=True) | Q(state=ChangeState.APPROVED),
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"])]
        triggers = [
            pgtrigger.Protect(name="change_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="change_is_of_its_record", fields=["record", "kind", "key"]),
            pgtrigger.Trigger(
                name="sent_change_keeps_its_words",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    f"IF OLD.state <> 'draft' AND ({ANY_CONTENT}) THEN "
                    "RAISE EXCEPTION 'a request that was sent keeps its words' USING ERRCODE = '23514'; END IF; "
                    "RETURN NEW;"
                ),
            ),
            fsm_trigger("change_moves", CHANGE_MOVES),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ChangeAnswer(AppendOnly):
    """What the Training Supervisor says to a request, or that the office goes on without (`supports` empty) (E5)."""

    retention = Retention.DOSSIER

    change = models.OneToOneField(ChangeRequest, models.PROTECT, related_name="answer")
    supports = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints = [
            models.CheckConstraint(
                name="training_change_answer_says_why_not", condition=Q(supports=True) | ~Q(words="")
            )
        ]


class ChangeDecision(AppendOnly):
    """What the office decides about a request: granted from a day, or declined with reasons (E5).

    `was_end_on` and `end_on` are the expected end of training before and after, where the request moves it.
    """

    retention = Retention.DOSSIER

    change = models.OneToOneField(ChangeRequest, models.PROTECT, related_name="decision")
    granted = models.BooleanField()
    words = models.TextField(blank=True)
    from_on = models.DateField(null=True)
    was_end_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints = [
            models.CheckConstraint(
                name="training_change_declined_with_reasons", condition=Q(granted=True) | ~Q(words="")
            )
        ]
