"""Addresses of moderation."""

from django.urls import path

from moderation.views import check, diplomas, register, runs

app_name = "moderation"
urlpatterns = [
    # anybody checks a diploma
    path("verify/", check.ask, name="check"),
    path("verify/<str:number>", check.by_name, name="check_number"),
    path("verify/<str:number>/<str:code>", check.by_code, name="check_code"),
    # the office's diplomas
    path("office/diplomas/", diplomas.listed, name="diplomas"),
    path("office/diplomas/issue/", runs.issue, name="issue"),
    path("office/diplomas/issue/<int:pk>/", runs.issue_one, name="issue_one"),
    path("office/diplomas/runs/<int:pk>/", runs.run, name="run"),
    path("office/diplomas/runs/<int:pk>/progress/", runs.progress, name="run_progress"),
    path("office/diplomas/runs/<int:pk>/cancel/", runs.cancel, name="cancel_run"),
    path("office/diplomas/runs/<int:pk>/resume/", runs.resume, name="resume_run"),
    path("office/diplomas/<int:pk>/", diplomas.one, name="office_diploma"),
    path("office/diplomas/<int:pk>/revoke/", diplomas.revoke, name="revoke"),
    path("office/diplomas/<int:pk>/reissue/", diplomas.reissue, name="reissue"),
    # the diploma of a trainee, and what follows
    path("training/<int:pk>/diploma/", register.diploma, name="diploma"),
    path("diplomas/<int:pk>/file/", register.diploma_file, name="diploma_file"),
    path("training/<int:pk>/register/", register.pack, name="pack"),
    path("training/<int:pk>/register/files/<slug:part>/", register.give_part, name="give_part"),
    path("training/<int:pk>/register/files/<slug:part>/file/", register.part_file, name="part_file"),
    path("training/<int:pk>/register/pack/", register.ask_pack, name="ask_pack"),
    path("training/<int:pk>/register/progress/", register.pack_progress, name="pack_progress"),
    path("training/<int:pk>/register/<slug:which>/", register.pack_file, name="pack_file"),
    path("next-steps/", register.next_steps, name="next_steps"),
]
