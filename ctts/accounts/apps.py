"""People, how they get in, and how they prove that it is them."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ctts.accounts"
    label = "accounts"
