"""The scheme itself: scopes, frameworks, numbers, intakes, accreditation, handbook, events."""

from django.apps import AppConfig


class SchemeConfig(AppConfig):
    name = "ctts.scheme"
    label = "scheme"
