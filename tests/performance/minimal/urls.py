"""One address."""

from django.urls import path

from tests.performance.minimal.views import table

urlpatterns = [path("", table)]
