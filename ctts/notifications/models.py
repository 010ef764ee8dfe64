"""Messages to people and how far each has got; reminder steps that were taken; what each person chose."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from ctts.common.constraints import point
from ctts.common.letters import Addressee, Recipient
from ctts.common.mail import MailState, OutgoingMail
from ctts.common.rows import AppendOnly, Retention

# A duty as a number, for the database excludes overlapping ranges and words have none; and the days of a nudge.
NUMBER_OF_DUTY = Func(F("duty"), Value(0), function="hashtextextended", output_field=models.BigIntegerField())
THREE_DAYS = Func(F("nudged_on"), function="daterange", template="%(function)s(%(expressions)s, nudged_on + 3)")


class Message(OutgoingMail):
    """What one person is told about one event, in the words of the moment it was decided.

    `to` is empty for somebody without an account: then `to_name` and `to_address` say who it is.

    `key` is the business key: the same event tells the same person once. `about_label` and `about_id` name the thing
    ("training.trainingrecord", 12), `within` whose dossier it belongs to. `daily` rows wait, held, for the person's
    daily mail and end in it (`digest`). `link` is the reference from which the secret address is made when it leaves.
    """

    retention = Retention.MESSAGE

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages")
    to_name = models.CharField(max_length=160, default="", blank=True)
    to_address = models.EmailField(max_length=254, default="", blank=True)
    about_label = models.CharField(max_length=80)
    about_id = models.BigIntegerField()
    within = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    link = models.CharField(max_length=80, default="", blank=True)
    attachment = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    daily = models.BooleanField(default=False)
    digest = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    sent_to = models.EmailField(max_length=254, default="", blank=True)

    class Meta(OutgoingMail.Meta):
        constraints = [
            *OutgoingMail.Meta.constraints,
            models.CheckConstraint(
                name="notifications_digest_when_collected",
                condition=Q(state=MailState.COLLECTED, digest__isnull=False)
                | (~Q(state=MailState.COLLECTED) & Q(digest__isnull=True)),
            ),
            models.CheckConstraint(
                name="notifications_daily_waits_held",
                condition=Q(daily=False)
                | Q(state__in=[MailState.HELD, MailState.COLLECTED, MailState.CANCELLED], not_before__isnull=False),
            ),
            models.CheckConstraint(
                name="notifications_to_a_person_or_an_address",
                condition=Q(to__isnull=False, to_name="", to_address="")
                | (Q(to__isnull=True) & ~Q(to_name="") & ~Q(to_address="")),
            ),
            models.CheckConstraint(name="notifications_subject_one_line", condition=~Q(subject__regex=r"[\r\n]")),
        ]
        indexes = [
            *OutgoingMail.Meta.indexes,
            models.Index(name="notifications_within", fields=["within", "queued_at"]),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def addressee(self) -> Recipient:
        """Whoever it goes to, with the address they have now."""
        return self.to if self.to is not None else Addressee(self.to_name, self.to_address)


class ReminderStep(AppendOnly):
    """A step of a series of reminders that was taken, once for all: with its message, or in silence (None).

    `person` is whom it was for and `due_on` its day, where the series says so; a silent one may say why in `reason`.
    """

    retention = Retention.MESSAGE

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    message = models.OneToOneField(Message, models.PROTECT, null=True, related_name="reminder_step")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return self.key


class Nudge(AppendOnly):
    """Somebody asked somebody else to do what they wait for (screens 1): of one duty one person once in three days.

    `duty` names what is waited for, for its life; `nudged_on` is the London day. The database judges the three days.
    """

    retention = Retention.MESSAGE

    duty = models.CharField(max_length=80)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    within = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    nudged_at = models.DateTimeField()
    nudged_on = models.DateField()

    class Meta(AppendOnly.Meta):
        ordering = ["-nudged_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="notifications_nobody_nudges_themselves", condition=~Q(to=F("by"))),
            ExclusionConstraint(
                name="notifications_nudge_once_in_three_days",
                expressions=[
                    (point(NUMBER_OF_DUTY), RangeOperators.OVERLAPS),
                    (point("to_id"), RangeOperators.OVERLAPS),
                    (THREE_DAYS, RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.duty


class Preference(models.Model):
    """How a person wants to hear: each message at once, or one mail a day; and which kinds not at all."""

    retention = Retention.ACCOUNT

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="notification_preference"
    )
    daily = models.BooleanField(default=False)
    muted = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    def __str__(self) -> str:
        return f"preference of {self.person_id}"
