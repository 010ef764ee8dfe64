"""Boards (F7): a list of awards, proposed by one and approved by another on the same digest; the award is a fact."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ctts.common.constraints import both_or_neither, known_choice
from ctts.common.moves import fsm_trigger
from ctts.common.rows import AppendOnly, Retention
from moderation.states import BOARD_MOVES, BoardState
from training.models import TrainingRecord


class Board(models.Model):
    """A board and its list. `content_sha256` is the digest of the list as it was proposed, and approved (F7)."""

    retention = Retention.OUTCOME

    name = models.CharField(max_length=120)
    held_on = models.DateField()
    state = models.CharField(max_length=10, choices=BoardState.choices, default=BoardState.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content_sha256 = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            known_choice("state", BoardState),
            models.UniqueConstraint(
                fields=["name", "held_on"], condition=~Q(state=BoardState.CANCELLED), name="moderation_board_once"
            ),
            both_or_neither("proposed_at", "proposed_by"),
            both_or_neither("approved_at", "approved_by"),
            models.CheckConstraint(
                name="moderation_board_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | (Q(proposed_by__isnull=False) & ~Q(approved_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="moderation_board_state_and_facts",
                condition=Q(state=BoardState.DRAFT, proposed_at__isnull=True, approved_at__isnull=True)
                | Q(
                    state=BoardState.PROPOSED,
                    proposed_at__isnull=False,
                    approved_at__isnull=True,
                    content_sha256__regex="^[0-9a-f]{64}$",
                )
                | Q(
                    state=BoardState.RATIFIED,
                    proposed_at__isnull=False,
                    approved_at__isnull=False,
                    content_sha256__regex="^[0-9a-f]{64}$",
                )
                | Q(state=BoardState.CANCELLED, approved_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="board_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ratified_board_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=BoardState.RATIFIED),
            ),
            fsm_trigger("board_moves", BOARD_MOVES),
        ]

    def __str__(self) -> str:
        return self.name


class BoardCandidate(models.Model):
    """A trainee on a board's list; the list is frozen from the moment it is proposed (F7)."""

    retention = Retention.OUTCOME

    board = models.ForeignKey(Board, models.PROTECT, related_name="candidates")
    record = models.ForeignKey(TrainingRecord, models.PROTECT, related_name="board_candidacies")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["board", "pk"]
        constraints = [models.UniqueConstraint(fields=["board", "record"], name="moderation_candidate_once")]
        triggers = [
            pgtrigger.Trigger(
                name="proposed_list_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM moderation_board b WHERE b.state <> 'draft' AND b.id = "
                    "(CASE WHEN TG_OP = 'DELETE' THEN OLD.board_id ELSE NEW.board_id END)) THEN "
                    "RAISE EXCEPTION 'a proposed list stays as it is' USING ERRCODE = '23514'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]


class Award(AppendOnly):
    """A board ratified the award of the Diploma to a trainee (F7); without this fact no diploma can be issued (D1)."""

    retention = Retention.OUTCOME

    record = models.OneToOneField(TrainingRecord, models.PROTECT, primary_key=True, related_name="award")
    board = models.ForeignKey(Board, models.PROTECT, related_name="awards")
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    ratified_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ["ratified_at", "pk"]
        constraints = [
            models.CheckConstraint(name="moderation_award_sha256", condition=Q(content_sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="moderation_award_by_two_people", condition=~Q(approved_by=F("proposed_by"))),
        ]
