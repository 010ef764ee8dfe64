"""The demonstration: people, mail, world. Installed in demo and test only."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "ctts.demo"
    label = "demo"
