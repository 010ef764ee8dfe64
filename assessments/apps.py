"""End of First Year and Final Assessment: gate, practical, portfolio, viva, marks and outcomes."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    label = "assessments"
