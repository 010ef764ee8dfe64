"""A scope is offered no more: its trainees go on, and the office finds, invites and moderates them as before (S1)."""

from __future__ import annotations

from django.urls import reverse

from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries
from moderation.queries import scopes_to_cover
from tests.office import browser_of
from tests.training.world import NOW
from training.forms.events import EventForm
from training.states import RecordState


def test_S1_the_trainees_of_a_scope_that_is_offered_no_more_go_on(world):
    scope, olive = world.tara.scope, browser_of(world.cast.olive)
    asked = olive.get(reverse("scheme:close_scope", args=[scope.pk])).text
    assert "What was begun goes on" in asked and "<strong>1 trainee.</strong>" in asked
    scheme.close_scope(by=world.cast.olive, now=NOW, scope_id=scope.pk)
    world.tara.refresh_from_db()
    assert world.tara.state == RecordState.ACTIVE
    listed = f"{reverse('training:office')}?scope={scope.pk}"
    assert listed in olive.get(reverse("scheme:scope", args=[scope.pk])).text
    found = olive.get(listed).text
    assert "Tara Quinn" in found and "Tom Eriksen" not in found
    assert scope in EventForm().fields["scope"].queryset and scope in scopes_to_cover()


def test_S1_only_who_trains_is_counted(world):
    [kind] = [one for one in scheme_queries.what_goes_on() if one.one == "trainee"]
    assert (kind.heading, kind.of(world.tara.scope), kind.of(world.tom.scope)) == ("Trainees", 1, 1)
