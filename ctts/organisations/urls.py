"""Addresses of the office's pages about people, and of entering a centre."""

from django.urls import path

from ctts.organisations.views import centres, merging, people, proposing, training

app_name = "organisations"
urlpatterns = [
    path("office/people/", people.listed, name="people"),
    path("office/people/invite/", people.invite, name="invite"),
    path("office/people/<int:pk>/", people.person, name="person"),
    path("office/people/<int:pk>/role/", people.give_role, name="grant"),
    path("office/people/<int:pk>/invite-again/", people.invite_again, name="invite_again"),
    path("office/people/<int:pk>/second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("office/people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("office/people/<int:pk>/reactivate/", people.reactivate, name="reactivate"),
    path("office/people/<int:pk>/merge/", merging.choose_duplicate, name="choose_duplicate"),
    path("office/people/<int:pk>/merge/<int:duplicate>/", merging.merge, name="merge"),
    path("office/roles/<int:pk>/end/", people.end_role, name="end_role"),
    path("office/roles/<int:pk>/call-off/", people.call_off_role, name="call_off_role"),
    path("office/roles/proposed/<int:pk>/", proposing.proposal, name="proposal"),
    path("office/roles/proposed/<int:pk>/refuse/", proposing.refuse_proposal, name="refuse_proposal"),
    path("office/people/<int:pk>/address/", people.change_address, name="change_address"),
    path("office/centres/enter/", centres.enter, name="enter_centre"),
    path("office/centres/<int:pk>/change/", centres.change, name="change_centre"),
    path("office/centres/<int:pk>/sites/add/", centres.add_site, name="add_site"),
    path("office/sites/<int:pk>/change/", centres.change_site, name="change_site"),
    path("office/sites/<int:pk>/close/", centres.close_site, name="close_site"),
    path("office/sites/<int:pk>/reopen/", centres.reopen_site, name="reopen_site"),
    path("training-dates/of/<int:pk>/enter/", training.enter, name="enter_training"),
    path("training-dates/<int:pk>/correct/", training.correct, name="correct_training"),
]
