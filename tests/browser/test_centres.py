"""The pages about a centre in real Chromium, on a telephone and at a desk: of its co-ordinator and of the office."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.documents.checking import check
from ctts.organisations import actions as organisations
from ctts.organisations.models import Organisation, SupervisorTraining
from ctts.organisations.states import Kind, Nation
from ctts.scheme import actions
from ctts.scheme.models import Accreditation, AccreditationCondition, CentreApplication
from tests.browser.test_office import look, signed_in
from tests.cast import START, Cast, make_cast
from tests.documents.samples import proven
from tests.kept import kept_world
from tests.scheme.accrediting import answered_condition, begun, complete, granted, sent, visited

pytestmark = pytest.mark.django_db(transaction=True)


def make_centres() -> Cast:
    """Bristol has an application that waits and one that is written, conditions, a visit, training dates."""
    cast, now = make_cast(), clock.now()
    waiting = sent(cast.carl, cast.bristol, now, "RT")
    check(waiting.documents.get().document_id, now=now)
    visited(waiting.accreditation, cast.olive, upload=proven("good/training-plan.pdf"))
    begun(cast.carl, cast.bristol, now, "RE")
    complete(cast.carl, cast.bristol, now, "RP")
    day = london_date(now) + timedelta(days=20)
    named = [("A second Training Supervisor is named, and trained.", day), ("The local rules are signed.", day)]
    row = granted(cast.bristol, now, "RH", by=cast.olive, conditions=named)
    answered_condition(row.numbered_conditions.get(number=1), cast.carl, upload=proven("good/training-plan.pdf"))
    given = {"kind": Kind.CONSORTIUM, "nation": Nation.ENGLAND, "site_name": "Office"}
    north = organisations.open_organisation(by=None, now=START, code="WST", name="West Consortium", **given)
    Organisation.objects.filter(pk=cast.bristol.pk).update(consortium=north)
    common = {"by": cast.olive, "now": now, "person": cast.sue, "key": "5b0c1c1e-0000-4000-8000-000000000001"}
    organisations.enter_training(**common, attended_on=london_date(now) - timedelta(days=400))
    given = {"name": "East wing", "postcode": "", "nation": Nation.ENGLAND}
    east = organisations.add_site(by=cast.olive, now=now, organisation_id=cast.bristol.pk, **given)
    organisations.close_site(by=cast.olive, now=now, site_id=east.pk, key=uuid4(), closed_on=london_date(now))
    actions.begin_application(by=cast.cora, now=now, organisation=cast.leeds, scope=waiting.scope)
    return cast


world = kept_world(make_centres)


def of_the_coordinator(cast: Cast) -> dict[str, int]:
    half, whole = (CentreApplication.objects.get(organisation=cast.bristol, scope__code=code) for code in ("RE", "RP"))
    waiting = CentreApplication.objects.get(organisation=cast.bristol, scope__code="RT")
    condition = AccreditationCondition.objects.get(number=1)
    return {
        "scheme:my_centre": cast.bristol.pk,
        "scheme:begin_application": cast.bristol.pk,
        "scheme:application": half.pk,
        "scheme:checklist": half.pk,
        "scheme:add_document": half.pk,
        "scheme:send_application": whole.pk,
        "scheme:withdraw_application": waiting.pk,
        "scheme:condition": condition.pk,
        "scheme:answer_condition": condition.pk,
        "organisations:enter_training": cast.sue.pk,
        "organisations:correct_training": SupervisorTraining.objects.get().pk,
    }


def of_the_office(cast: Cast) -> dict[str, int]:
    waiting = Accreditation.objects.get(organisation=cast.bristol, state="applied")
    condition = AccreditationCondition.objects.get(number=1)
    site, closed = cast.bristol.sites.get(closed_on=None), cast.bristol.sites.get(closed_on__isnull=False)
    return {
        "scheme:centre": cast.bristol.pk,
        "scheme:accreditation": waiting.pk,
        "scheme:note_visit": waiting.pk,
        "scheme:decide": condition.accreditation_id,
        "scheme:suspend": condition.accreditation_id,
        "scheme:condition": condition.pk,
        "scheme:judge_condition": condition.pk,
        "organisations:person": cast.sue.pk,
        "organisations:change_centre": cast.bristol.pk,
        "organisations:add_site": cast.bristol.pk,
        "organisations:change_site": site.pk,
        "organisations:close_site": site.pk,
        "organisations:reopen_site": closed.pk,
    }


def faults_of(page: Page, pages: dict[str, int], who: str, width: int) -> dict[str, list[object]]:
    """What is wrong on each of these pages."""
    found = {}
    for name, pk in pages.items():
        page.goto(reverse(name, args=[pk]))
        expect(page.locator("h1")).to_have_count(1)
        assert page.locator(".btn-primary, .btn-danger").count() <= 1, name
        if seen := look(page, f"{who}-{name}", width):
            found[name] = seen
    return found


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_about_a_centre_is_as_the_house_wants_it(world, open_page, live_server, width):
    carl: User = world.carl
    page = signed_in(open_page(width=width), carl, live_server.url)
    assert faults_of(page, of_the_coordinator(world), "coordinator", width) == {}
    page = signed_in(open_page(width=width), world.olive, live_server.url)
    assert faults_of(page, of_the_office(world), "office", width) == {}


def test_a_coordinator_applies_for_a_scope_in_the_browser(world, open_page, live_server):
    page = signed_in(open_page(width=390), world.carl, live_server.url)
    page.goto(reverse("scheme:application", args=[CentreApplication.objects.get(scope__code="RP").pk]))
    page.get_by_role("link", name="Send it to the office").click()
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("It waits for the office's decision.")).to_be_visible()
