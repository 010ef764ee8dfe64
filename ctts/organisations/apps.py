"""Who belongs where, in which role, from when to when."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "ctts.organisations"
    label = "organisations"
