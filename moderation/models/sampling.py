"""Sampling of what was signed and assessed locally (T11): drawn by a seed, judged by the External Moderator."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from ctts.common.constraints import known_choice
from ctts.common.rows import AppendOnly, Retention
from moderation.states import SampleVerdict
from training.models import Dops, SignOff, TrainingRecord


class SampleDraw(AppendOnly):
    """One drawing of samples in a record: the seed, the share, and the ids among which it chose (T11).

    `pool` maps "competency" and "dops" to the ids of signatures and of DOPS that were there and not sampled yet.
    """

    retention = Retention.DOSSIER

    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="sample_draws")
    number = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    percent = models.PositiveSmallIntegerField()
    pool = models.JSONField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["record", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="moderation_draw_once_per_number"),
            models.CheckConstraint(name="moderation_draw_has_a_seed", condition=~Q(seed="")),
        ]


class Sample(AppendOnly):
    """One thing that was drawn: a signature under a competency, or a DOPS; each is sampled once (T11)."""

    retention = Retention.DOSSIER

    draw = models.ForeignKey(SampleDraw, models.PROTECT, related_name="samples")
    sign_off = models.OneToOneField(SignOff, models.PROTECT, null=True, related_name="sample")
    dops = models.OneToOneField(Dops, models.PROTECT, null=True, related_name="sample")

    class Meta(AppendOnly.Meta):
        ordering = ["draw", "pk"]
        constraints = [
            models.CheckConstraint(
                name="moderation_sample_is_of_one_thing",
                condition=Q(sign_off__isnull=True, dops__isnull=False) | Q(sign_off__isnull=False, dops__isnull=True),
            ),
        ]


class SampleJudgement(AppendOnly):
    """What the External Moderator says of a sampled thing, with the digest of what was signed there (T11)."""

    retention = Retention.DOSSIER

    sample = models.OneToOneField(Sample, models.PROTECT, related_name="judgement")
    verdict = models.CharField(max_length=10, choices=SampleVerdict.choices)
    words = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        ordering = ["judged_at", "pk"]
        constraints = [
            known_choice("verdict", SampleVerdict),
            models.CheckConstraint(
                name="moderation_judgement_says_why", condition=Q(verdict=SampleVerdict.AGREED) | ~Q(words="")
            ),
            models.CheckConstraint(
                name="moderation_judgement_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")
            ),
        ]


class SampleReply(AppendOnly):
    """The supervisor's answer to a verdict of “not agreed” (T11)."""

    retention = Retention.DOSSIER

    judgement = models.OneToOneField(SampleJudgement, models.PROTECT, related_name="reply")
    words = models.TextField()
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        constraints = [models.CheckConstraint(name="moderation_reply_says_something", condition=~Q(words=""))]
