"""Addresses of training."""

from django.urls import path

from training.views import evidence, office, plans, supervisor, trainee

app_name = "training"
urlpatterns = [
    path("mine/", trainee.mine, name="mine"),
    path("trainees/", supervisor.trainees, name="trainees"),
    path("office/", office.trainees, name="office"),
    path("office/cohorts/<int:pk>/", office.cohort, name="cohort"),
    path("office/enrol/<int:pk>/", office.enrol, name="enrol"),
    path("<int:pk>/", trainee.record, name="record"),
    path("<int:pk>/handbook/", trainee.read_handbook, name="read_handbook"),
    path("<int:pk>/people/", trainee.people, name="people"),
    path("<int:pk>/history/", trainee.history, name="history"),
    path("<int:pk>/plan/", plans.plan, name="plan"),
    path("<int:pk>/competencies/", trainee.competencies, name="competencies"),
    path("<int:pk>/sign/", supervisor.sign_off, name="sign_off"),
    path("<int:pk>/signed/", supervisor.signed, name="signed"),
    path("competencies/<int:pk>/", trainee.item, name="item"),
    path("competencies/<int:pk>/plan/", plans.tailor, name="tailor"),
    path("competencies/<int:pk>/start/", trainee.start, name="start"),
    path("competencies/<int:pk>/rating/", trainee.rate, name="rate"),
    path("competencies/<int:pk>/submit/", trainee.submit, name="submit"),
    path("competencies/<int:pk>/return/", supervisor.give_back, name="return"),
    path("competencies/<int:pk>/sign/", supervisor.sign, name="sign"),
    path("competencies/<int:pk>/open/<int:evidence_id>/", supervisor.open_evidence, name="open_evidence"),
    path("signatures/<int:pk>/withdraw/", supervisor.withdraw, name="withdraw"),
    path("signatures/<int:pk>/changes/", supervisor.changes, name="changes"),
    path("<int:pk>/evidence/", evidence.library, name="evidence"),
    path("<int:pk>/evidence/new/<slug:kind>/", evidence.new, name="evidence_new"),
    path("<int:pk>/evidence/keep/<slug:kind>/", evidence.keep, name="evidence_keep"),
    path("<int:pk>/evidence/keep/<slug:kind>/<int:evidence_id>/", evidence.keep, name="evidence_keep_one"),
    path("evidence/<int:pk>/", evidence.one, name="evidence_one"),
    path("evidence/<int:pk>/edit/", evidence.edit, name="evidence_edit"),
    path("evidence/<int:pk>/map/", evidence.map_to, name="evidence_map"),
    path("evidence/<int:pk>/share/", evidence.share, name="evidence_share"),
    path("evidence/<int:pk>/answer/", evidence.answer, name="evidence_answer"),
    path("evidence/<int:pk>/reopen/", evidence.reopen, name="evidence_reopen"),
    path("evidence/<int:pk>/withdraw/", evidence.quarantine, name="evidence_quarantine"),
    path("evidence/<int:pk>/file/", evidence.file, name="evidence_file"),
    path("evidence/<int:pk>/preview/", evidence.preview, name="evidence_preview"),
]
