"""Addresses of assessments."""

from django.urls import path

from assessments.views import first_year, marking, outcomes, portfolio, practical, viva

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
    # the Final Assessment
    path("<int:pk>/final/", practical.final, name="final"),
    path("<int:pk>/practical/", practical.practical, name="practical"),
    path("<int:pk>/practical/seal/", practical.practical_seal, name="practical_seal"),
    path("<int:pk>/portfolio/", portfolio.portfolio, name="portfolio"),
    path("<int:pk>/portfolio/compile/", portfolio.portfolio_compile, name="portfolio_compile"),
    path("<int:pk>/portfolio/stop/", portfolio.portfolio_stop, name="portfolio_stop"),
    path("<int:pk>/portfolio/progress/", portfolio.portfolio_progress, name="portfolio_progress"),
    path("<int:pk>/portfolio/upload/", portfolio.portfolio_upload, name="portfolio_upload"),
    path("<int:pk>/portfolio/seal/", portfolio.portfolio_seal, name="portfolio_seal"),
    path("portfolio/<int:pk>/file/", portfolio.portfolio_file, name="portfolio_file"),
    path("portfolio/<int:pk>/readings/", portfolio.portfolio_readings, name="portfolio_readings"),
    path("marking/", marking.my_marking, name="my_marking"),
    path("marking/<int:pk>/", marking.marking, name="marking"),
    path("marking/<int:pk>/start/", marking.marking_start, name="marking_start"),
    path("marking/<int:pk>/sheet/", marking.sheet, name="sheet"),
    path("marking/<int:pk>/sign/", marking.sheet_sign, name="sheet_sign"),
    path("<int:pk>/viva/", viva.viva, name="viva"),
    path("<int:pk>/viva/book/", viva.viva_book, name="viva_book"),
    path("<int:pk>/viva/move/", viva.viva_move, name="viva_move"),
    path("<int:pk>/viva/cancel/", viva.viva_cancel, name="viva_cancel"),
    path("<int:pk>/viva/calendar/", viva.viva_calendar, name="viva_calendar"),
]
