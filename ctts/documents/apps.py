"""Private files: received, proved, cleaned, checked, kept once, served only through the app that owns them."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "ctts.documents"
    label = "documents"
