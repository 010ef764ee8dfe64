"""Addresses of the scheme's own things: for the office, and the handbook for everybody signed in."""

from django.urls import path

from ctts.scheme.views import applying, centre_files, centres, frameworks, handbook, intakes, rules

app_name = "scheme"
urlpatterns = [
    path("office/intakes/", intakes.listed, name="intakes"),
    path("office/intakes/enter/", intakes.prefill, name="prefill"),
    path("office/intakes/events/", intakes.events, name="events"),
    path("office/intakes/events/add/", intakes.add_event, name="add_event"),
    path("office/intakes/events/<int:pk>/change/", intakes.change_event, name="change_event"),
    path("office/intakes/<int:pk>/", intakes.intake, name="intake"),
    path("office/intakes/<int:pk>/fee/", intakes.fee, name="fee"),
    path("office/intakes/<int:pk>/dates/", intakes.dates, name="dates"),
    path("office/intakes/<int:pk>/open/", intakes.open_one, name="open_intake"),
    path("office/intakes/<int:pk>/finish/", intakes.finish, name="finish_intake"),
    path("office/centres/", centres.listed, name="centres"),
    path("office/centres/<int:pk>/", centres.centre, name="centre"),
    path("office/centres/<int:pk>/apply/", centres.apply, name="apply"),
    path("office/accreditations/<int:pk>/decide/", centres.decide, name="decide"),
    path("office/accreditations/<int:pk>/suspend/", centres.suspend, name="suspend"),
    path("office/accreditations/<int:pk>/withdraw/", centres.withdraw, name="withdraw"),
    path("my-centre/", applying.my_centres, name="my_centres"),
    path("my-centre/<int:pk>/", applying.my_centre, name="my_centre"),
    path("my-centre/<int:pk>/apply/", applying.begin, name="begin_application"),
    path("my-centre/applications/<int:pk>/", applying.application, name="application"),
    path("my-centre/applications/<int:pk>/checklist/", applying.checklist, name="checklist"),
    path("my-centre/applications/<int:pk>/documents/add/", applying.add_document, name="add_document"),
    path(
        "my-centre/applications/<int:pk>/documents/<int:row_id>/remove/",
        applying.remove_document,
        name="remove_document",
    ),
    path("my-centre/applications/<int:pk>/send/", applying.send, name="send_application"),
    path("my-centre/applications/<int:pk>/withdraw/", applying.take_back, name="withdraw_application"),
    path("centre-applications/<int:pk>/files/<int:document_id>/", centre_files.file, name="application_file"),
    path(
        "centre-applications/<int:pk>/files/<int:document_id>/preview/",
        centre_files.preview,
        name="application_preview",
    ),
    path("office/scheme/frameworks/", frameworks.listed, name="frameworks"),
    path("office/scheme/frameworks/import/", frameworks.try_out, name="try_out"),
    path("office/scheme/frameworks/import/confirm/", frameworks.import_tried, name="import"),
    path("office/scheme/frameworks/<int:pk>/", frameworks.framework, name="framework"),
    path("office/scheme/frameworks/<int:pk>/compare/", frameworks.compare, name="compare"),
    path("office/scheme/frameworks/<int:pk>/publish/", frameworks.publish, name="publish"),
    path("office/scheme/frameworks/<int:pk>/retire/", frameworks.retire, name="retire"),
    path("office/scheme/rules/", rules.numbers, name="rules"),
    path("office/scheme/rules/change/<slug:group>/", rules.change, name="change_rules"),
    path("office/scheme/rules/confirm/<slug:name>/", rules.confirm, name="confirm_default"),
    path("office/scheme/handbook/", handbook.versions, name="handbooks"),
    path("handbook/", handbook.current, name="handbook"),
    path("handbook/<int:pk>/file/", handbook.file, name="handbook_file"),
]
