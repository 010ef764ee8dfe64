"""Messages to people: a row with the decision, the mail from the worker."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ctts.notifications"
    label = "notifications"
