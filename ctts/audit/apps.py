"""The record of who did what, when and about whom: append-only and chained by hash."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ctts.audit"
    label = "audit"
