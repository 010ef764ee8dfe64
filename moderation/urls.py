"""Addresses of moderation."""

from django.urls import path

from moderation.views import agreeing, appointing, boards, own, pool

app_name = "moderation"
urlpatterns = [
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
    # a moderator's own place
    path("moderation/mine/", own.mine, name="mine"),
    path("moderation/mine/declaration/", own.declare, name="declare"),
    path("moderation/mine/interests/centre/", own.interest_centre, name="interest_centre"),
    path("moderation/mine/interests/trainee/", own.interest_trainee, name="interest_trainee"),
    path("moderation/mine/interests/<int:pk>/end/", own.interest_end, name="interest_end"),
]
