"""Addresses of the demonstration; they exist in demo and test only."""

from django.urls import path

from ctts.demo.views import components, mail, people

app_name = "demo"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("mail/", mail.inbox, name="mail"),
    path("mail/<slug:name>/", mail.message, name="message"),
    path("mail/<slug:name>/<int:number>/", mail.attachment, name="attachment"),
    path("components/", components.components, name="components"),
    path("components/long-work/step/", components.long_work_step, name="component-work"),
    path("components/autosave/save/", components.autosave_sample, name="autosave-sample"),
    path("components/<slug:slug>/", components.component, name="component"),
]
