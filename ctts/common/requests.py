"""The request as every view and middleware gets it, by name: Django's, with what this project's parts add to it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """`now` is the one clock reading of a request (`ctts.common.apps`), `htmx` what django-htmx read of it."""

    now: datetime
    htmx: HtmxDetails
