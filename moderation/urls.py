"""Addresses of moderation."""

from django.urls import path, re_path

from moderation.views import agreeing, appointing, boards, check, diplomas, own, pool, register, runs, sampling

app_name = "moderation"
urlpatterns = [
    # anybody checks a diploma
    path("verify/", check.ask, name="check"),
    # printed without a slash at the end; whoever types or links one gets the same answer
    re_path(r"^verify/(?P<number>[^/]+)/?$", check.by_name, name="check_number"),
    re_path(r"^verify/(?P<number>[^/]+)/(?P<code>[^/]+)/?$", check.by_code, name="check_code"),
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
    # the pool, for the office
    path("moderation/", pool.pool, name="pool"),
    path("moderation/moderators/enter/", pool.enter, name="enter"),
    path("moderation/moderators/invite/", pool.invite, name="invite"),
    path("moderation/moderators/<int:pk>/", pool.moderator, name="moderator"),
    path("moderation/moderators/<int:pk>/change/", pool.change, name="change"),
    path("moderation/moderators/<int:pk>/pause/", pool.pause, name="pause"),
    path("moderation/moderators/<int:pk>/return/", pool.bring_back, name="bring_back"),
    path("moderation/moderators/<int:pk>/retire/", pool.retire, name="retire"),
    # moderators of a trainee
    path("moderation/records/<int:pk>/", appointing.record, name="record"),
    path("moderation/records/<int:pk>/appoint/<slug:kind>/", appointing.pick, name="pick"),
    path("moderation/records/<int:pk>/appoint/<slug:kind>/<int:person>/", appointing.appoint, name="appoint"),
    path("moderation/appointments/<int:pk>/end/", appointing.end, name="end"),
    # markers who differ
    path("moderation/disagreements/", agreeing.disagreements, name="disagreements"),
    path("moderation/disagreements/<int:pk>/", agreeing.disagreement, name="disagreement"),
    path("moderation/disagreements/<int:pk>/propose/", agreeing.propose, name="propose"),
    path("moderation/disagreements/<int:pk>/accept/", agreeing.accept, name="accept"),
    path("moderation/disagreements/<int:pk>/settle/", agreeing.adjudicate, name="adjudicate"),
    path("moderation/disagreements/<int:pk>/adjudicator/", agreeing.adjudicators, name="adjudicators"),
    path(
        "moderation/disagreements/<int:pk>/adjudicator/<int:person>/",
        agreeing.appoint_adjudicator,
        name="appoint_adjudicator",
    ),
    # boards
    path("moderation/boards/", boards.boards, name="boards"),
    path("moderation/boards/new/", boards.board_new, name="board_new"),
    path("moderation/boards/<int:pk>/", boards.board, name="board"),
    path("moderation/boards/<int:pk>/add/", boards.board_add, name="board_add"),
    path("moderation/boards/<int:pk>/remove/<int:candidate>/", boards.board_remove, name="board_remove"),
    path("moderation/boards/<int:pk>/propose/", boards.board_propose, name="board_propose"),
    path("moderation/boards/<int:pk>/approve/", boards.board_approve, name="board_approve"),
    path("moderation/boards/<int:pk>/send-back/", boards.board_send_back, name="board_send_back"),
    path("moderation/boards/<int:pk>/cancel/", boards.board_cancel, name="board_cancel"),
    # sampling of local work
    path("moderation/records/<int:pk>/samples/", sampling.samples, name="samples"),
    path("moderation/samples/<int:pk>/", sampling.sample, name="sample"),
    # a moderator's own place
    path("moderation/caseload/", sampling.caseload, name="caseload"),
    path("moderation/mine/", own.mine, name="mine"),
    path("moderation/mine/declaration/", own.declare, name="declare"),
    path("moderation/mine/interests/centre/", own.interest_centre, name="interest_centre"),
    path("moderation/mine/interests/trainee/", own.interest_trainee, name="interest_trainee"),
    path("moderation/mine/interests/<int:pk>/end/", own.interest_end, name="interest_end"),
]
