"""Addresses for the test of the matrix itself: one that keeps the table, and one for each way of not keeping it."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import include, path

from ctts.accounts.models import User
from ctts.common.guards import SIGNED_IN, Guard, guarded, public
from ctts.common.verdict import YES, NotAllowed, no


@dataclass(frozen=True)
class Note:
    """A thing that belongs to one person."""

    pk: int
    owner: str


NOTES = {1: Note(1, "tara"), 2: Note(2, "tom")}
READERS = {1: ("tara", "olive"), 2: ("tom", "olive")}


def first_name(request):
    return request.user.email.split("@")[0]


def find(request, pk):
    if first_name(request) not in READERS[pk]:
        raise Http404
    return NOTES[pk]


OFFICE = Guard("office", lambda user, now: YES if user.email.startswith("olive@") else no("For the office."))
OPEN_OFFICE = Guard("office", lambda user, now: YES)


@guarded(SIGNED_IN, methods="GET POST", effect="changes a note")
def keeps(request, pk):
    note = find(request, pk)
    if request.method == "POST" and first_name(request) != note.owner:
        raise NotAllowed("Only its owner changes a note.")
    return HttpResponse(f"A note of {request.user.full_name}.")


@guarded(SIGNED_IN)
def shows_to_all(request, pk):
    return HttpResponse(NOTES[pk].owner)


@guarded(SIGNED_IN)
def tells_that_it_is_there(request, pk):
    if first_name(request) not in READERS[pk]:
        raise NotAllowed("This is not yours.")
    return HttpResponse()


@guarded(SIGNED_IN, methods="POST", effect="changes a note")
def anybody_acts(request, pk):
    find(request, pk)
    return HttpResponse()


@guarded(SIGNED_IN)
def names_another(request):
    return HttpResponse("Next to you: Tom Eriksen.")


@guarded(SIGNED_IN)
def writes_on_reading(request):
    User.objects.filter(email=request.user.email).update(is_active=True)
    return HttpResponse()


@guarded(OPEN_OFFICE)
def opens_to_all(request):
    return HttpResponse()


@guarded(OFFICE)
def office(request):
    return HttpResponse()


@guarded(SIGNED_IN)
def breaks(request):
    return HttpResponse(status=500)


@public("everybody may look at the planted page")
def front(request):
    return HttpResponse("Welcome")


def takes_everything(request):
    return HttpResponse()


takes_everything.guard, takes_everything.methods, takes_everything.effect = "public: planted for the test", ["GET"], ""

PLANTED = [
    path("keeps/<int:pk>/", keeps, name="keeps"),
    path("shows/<int:pk>/", shows_to_all, name="shows_to_all"),
    path("tells/<int:pk>/", tells_that_it_is_there, name="tells"),
    path("acts/<int:pk>/", anybody_acts, name="anybody_acts"),
    path("names/", names_another, name="names_another"),
    path("writes/", writes_on_reading, name="writes"),
    path("opens/", opens_to_all, name="opens_to_all"),
    path("office/", office, name="office"),
    path("breaks/", breaks, name="breaks"),
    path("front/", front, name="front"),
    path("everything/", takes_everything, name="takes_everything"),
]
# The pages around a refusal name real addresses.
handler403, handler404 = "ctts.common.refusals.forbidden", "ctts.common.refusals.not_found"
urlpatterns = [path("planted/", include(PLANTED)), path("", include("ctts.urls"))]
