"""Entries of the audit, the state of each chain, erasable words beside the entries, and the daily signed heads."""

from __future__ import annotations

from django.db import models

from ctts.common.constraints import at_least
from ctts.common.rows import AppendOnly, Retention


class AuditChain(models.Model):
    """Where a chain stands: the row that two writers of one dossier queue for (and of two dossiers never)."""

    retention = Retention.AUDIT

    name = models.CharField(max_length=60, primary_key=True)
    entries = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [at_least("entries", 0)]


class AuditEvent(AppendOnly):
    """One thing that was done: what, who, in which role, when, about what, within whose dossier, before and after.

    Holds keys and codes only; `actor_id` is a number and no foreign key, so it outlives everything.
    """

    retention = Retention.AUDIT

    seq = models.BigAutoField(primary_key=True)
    chain = models.CharField(max_length=60)
    number = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    role = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=80)
    object = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    words_sha256 = models.CharField(max_length=64, blank=True, default="")
    prev = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta(AppendOnly.Meta):
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_event_once_per_number")]
        indexes = [models.Index(fields=["object", "object_id"])]


class AuditWords(models.Model):
    """Free text that belongs to an entry and may one day have to be erased; its hash stays in the chain."""

    retention = Retention.DOSSIER

    event = models.OneToOneField(AuditEvent, models.PROTECT, primary_key=True, related_name="words")
    text = models.JSONField(default=dict)


class AuditHead(AppendOnly):
    """The daily head: a digest of every chain that grew since the last one, chained, signed, and kept outside too.

    `chains` are those chains as (chain, number, hash) of the last entry: what the digest was made of, so that a head
    that does not hold names the chain. Empty in heads of before they were kept.
    """

    retention = Retention.AUDIT

    on = models.DateField(unique=True)
    at = models.DateTimeField()
    upto = models.BigIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    chains = models.JSONField(default=list)
    signature = models.TextField()
