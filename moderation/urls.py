"""Addresses of moderation."""

from django.urls import path

from moderation.views import agreeing, appointing, boards, own, pool

app_name = "moderation"
urlpatterns = [
    # the pool, for the office
    path("moderators/", pool.pool, name="pool"),
    path("moderators/enter/", pool.enter, name="enter"),
    path("moderators/invite/", pool.invite, name="invite"),
    path("moderators/<int:pk>/", pool.moderator, name="moderator"),
    path("moderators/<int:pk>/change/", pool.change, name="change"),
    path("moderators/<int:pk>/pause/", pool.pause, name="pause"),
    path("moderators/<int:pk>/return/", pool.bring_back, name="bring_back"),
    path("moderators/<int:pk>/retire/", pool.retire, name="retire"),
    # moderators of a trainee
    path("moderation/records/<int:pk>/", appointing.record, name="record"),
    path("moderation/records/<int:pk>/appoint/<slug:kind>/", appointing.pick, name="pick"),
    path("moderation/records/<int:pk>/appoint/<slug:kind>/<int:person>/", appointing.appoint, name="appoint"),
    path("moderation/appointments/<int:pk>/end/", appointing.end, name="end"),
    # markers who differ
    path("disagreements/", agreeing.disagreements, name="disagreements"),
    path("disagreements/<int:pk>/", agreeing.disagreement, name="disagreement"),
    path("disagreements/<int:pk>/propose/", agreeing.propose, name="propose"),
    path("disagreements/<int:pk>/accept/", agreeing.accept, name="accept"),
    path("disagreements/<int:pk>/settle/", agreeing.adjudicate, name="adjudicate"),
    path("disagreements/<int:pk>/adjudicator/", agreeing.adjudicators, name="adjudicators"),
    path("disagreements/<int:pk>/adjudicator/<int:person>/", agreeing.appoint_adjudicator, name="appoint_adjudicator"),
    # boards
    path("boards/", boards.boards, name="boards"),
    path("boards/new/", boards.board_new, name="board_new"),
    path("boards/<int:pk>/", boards.board, name="board"),
    path("boards/<int:pk>/add/", boards.board_add, name="board_add"),
    path("boards/<int:pk>/remove/<int:candidate>/", boards.board_remove, name="board_remove"),
    path("boards/<int:pk>/propose/", boards.board_propose, name="board_propose"),
    path("boards/<int:pk>/approve/", boards.board_approve, name="board_approve"),
    path("boards/<int:pk>/send-back/", boards.board_send_back, name="board_send_back"),
    path("boards/<int:pk>/cancel/", boards.board_cancel, name="board_cancel"),
    # a moderator's own place
    path("moderation/", own.mine, name="mine"),
    path("moderation/declaration/", own.declare, name="declare"),
    path("moderation/interests/centre/", own.interest_centre, name="interest_centre"),
    path("moderation/interests/trainee/", own.interest_trainee, name="interest_trainee"),
    path("moderation/interests/<int:pk>/end/", own.interest_end, name="interest_end"),
]
