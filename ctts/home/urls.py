"""Addresses of the front page, the dashboard, the office's pages over the ground, and the machine's own pages."""

from django.urls import path

from ctts.home.views import machine, office, person, public

app_name = "home"
urlpatterns = [
    path("", public.front, name="front"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("home/", person.dashboard, name="dashboard"),
    path("help/", person.help_page, name="help"),
    path("search/", person.search, name="search"),
    path("home/nudge/<str:duty>/", person.nudge, name="nudge"),
    path("home/mails/", person.mails, name="mails"),
    path("office/scheme/", office.scheme, name="scheme"),
    path("office/scheme/mail/", office.mail, name="mail"),
    path("office/scheme/mail/<int:pk>/", office.message, name="message"),
    path("office/scheme/mail/accounts/<int:pk>/again/", office.send_account_mail, name="send_account_mail"),
    path("office/scheme/files/", office.files, name="files"),
    path("office/scheme/files/<int:pk>/check/", office.check_file, name="check_file"),
    path("office/scheme/audit/", office.audit, name="audit"),
    path("healthz", machine.healthz, name="healthz"),
    path("readyz", machine.readyz, name="readyz"),
    path("version", machine.version, name="version"),
]
