"""Addresses of the front page, the dashboard and the machine's own pages."""

from django.urls import path

from ctts.home.views import machine, person, public

app_name = "home"
urlpatterns = [
    path("", public.front, name="front"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("home/", person.dashboard, name="dashboard"),
    path("healthz", machine.healthz, name="healthz"),
    path("readyz", machine.readyz, name="readyz"),
    path("version", machine.version, name="version"),
]
