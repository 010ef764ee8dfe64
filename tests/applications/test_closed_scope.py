"""A scope is offered no more: who has begun in it goes on, nobody new chooses it (S1)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications import actions
from ctts.common.verdict import Invalid
from ctts.scheme import actions as scheme
from ctts.scheme import queries as scheme_queries
from ctts.scheme.models import Scope
from tests.applications import world
from tests.applications.world import NOW
from tests.office import shown
from tests.worlds import built_once


@built_once
def closed(cast):
    """Ann has chosen Nuclear Medicine in her draft; then Olive stops offering it."""
    application = world.start(cast)
    nuclear = Scope.objects.get(code="NM")
    actions.use_list(by=cast.ann, now=NOW, application_id=application.pk, scope=nuclear)
    scheme.close_scope(by=cast.olive, now=NOW, scope_id=nuclear.pk)
    application.refresh_from_db()
    return application


def part(application):
    return reverse("applications:part", args=[application.pk, "scope"])


def test_S1_a_draft_keeps_the_scope_it_has(closed, browser_of):
    page = browser_of("ann").get(part(closed))
    assert "Not offered to others any more; your application goes on with it" in page.text
    assert browser_of("ann").post(part(closed), shown(browser_of("ann"), part(closed))).status_code == 303
    closed.refresh_from_db()
    assert closed.scope.code == "NM" and closed.competency_list.framework.scope == closed.scope


def test_S1_nobody_new_chooses_it(closed, cast, browser_of):
    other = world.start(cast, "bristol")
    assert "Nuclear Medicine" not in browser_of("abe").get(part(other)).text
    assert browser_of("abe").post(part(other), {"scope": closed.scope_id}).status_code == 422
    with pytest.raises(Invalid, match="does not take applications at present"):
        actions.use_list(by=cast.abe, now=NOW, application_id=other.pk, scope=closed.scope)


def test_S1_who_changes_to_another_scope_does_not_come_back(closed, cast):
    given = {"by": cast.ann, "now": NOW, "application_id": closed.pk}
    kept = closed.scope
    actions.use_list(**given, scope=Scope.objects.get(code="ME"))
    with pytest.raises(Invalid, match="does not take applications at present"):
        actions.use_list(**given, scope=Scope.objects.get(pk=kept.pk))


def test_S1_a_draft_that_is_complete_is_handed_in_and_confirmed(cast, filled):
    scheme.close_scope(by=cast.olive, now=NOW, scope_id=filled.scope_id)
    asked = actions.ask_supervisor(by=cast.ann, now=NOW, application_id=filled.pk)
    assert asked.state == "awaiting_supervisor"


def test_S1_the_office_reads_how_many_go_on(closed, cast, browser_of):
    world.start(cast, "bristol")  # who has chosen no scope yet counts in none
    [kind] = [one for one in scheme_queries.what_goes_on() if one.one == "open application"]
    assert kind.of(closed.scope) == 1 and kind.in_words(Scope.objects.get(code="ME")) == "0 open applications"
    page = browser_of("olive").get(reverse("scheme:scope", args=[closed.scope_id]))
    assert "1 open application" in page.text and f"{reverse('applications:desk')}?state=all" in page.text
    actions.withdraw(by=cast.ann, now=NOW, application_id=closed.pk)
    [kind] = [one for one in scheme_queries.what_goes_on() if one.one == "open application"]
    assert kind.of(closed.scope) == 0
