"""Moderators and who may moderate for whom, boards, diplomas and what follows."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"
    label = "moderation"
