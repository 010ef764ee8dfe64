"""Where everything meets: front page, waiting for me, office pages over the ground, commands, the contract schema."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "ctts.home"
    label = "home"
