"""Applications to join the scheme: from the first draft to acceptance."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    label = "applications"
