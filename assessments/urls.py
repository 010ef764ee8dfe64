"""Addresses of assessments."""

from django.urls import path

from assessments.views import first_year, outcomes

app_name = "assessments"
urlpatterns = [
    # the End of First Year Assessment
    path("records/<int:pk>/", first_year.record, name="record"),
    path("records/<int:pk>/safety/", first_year.confirm_safety, name="confirm_safety"),
    path("records/<int:pk>/safety/withdraw/", first_year.withdraw_safety, name="withdraw_safety"),
    path("records/<int:pk>/put-forward/", first_year.put_forward, name="put_forward"),
    path("first-year/<int:pk>/", first_year.first_year, name="first_year"),
    path("first-year/<int:pk>/decide/", first_year.decide, name="decide"),
    path("first-year/<int:pk>/send-back/", first_year.send_back, name="send_back"),
    # the office: outcomes of all stages
    path("results/", outcomes.results, name="results"),
    path("results/<int:pk>/", outcomes.outcome, name="outcome"),
    path("results/<int:pk>/confirm/", outcomes.confirm_outcome, name="confirm_outcome"),
    path("results/<int:pk>/query/", outcomes.query_outcome, name="query_outcome"),
    path("results/<int:pk>/release/", outcomes.release_outcome, name="release_outcome"),
    path("results/<int:pk>/end/", outcomes.end_record, name="end_record"),
]
