"""The office's pages in real Chromium, on a telephone and at a desk, one way through them without script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.accounts.models import User
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.documents.checking import check
from ctts.scheme import actions
from ctts.scheme.models import Accreditation, Framework, Handbook, Intake, Scope
from tests.browser.looking import faults
from tests.cast import START, Cast, make_cast
from tests.documents.samples import proven
from tests.home.test_pages import dead_account_mail, message_to, stuck_file
from tests.kept import kept_world
from tests.make import CATALOGUES, FILES, published_framework
from tests.office import browser_of

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("CTTS_PICTURES")


def make_office() -> Cast:
    """The cast with something on every page of the office."""
    cast = make_cast()
    now = clock.now()
    actions.prefill_intakes(by=None, now=now)
    published_framework("NM")
    scope = Scope.objects.get(code="RT")
    actions.apply_for_accreditation(by=None, now=START, organisation=cast.leeds, scope=scope)
    handbook = actions.upload_handbook(by=cast.oscar, now=now, version="1", upload=proven("good/training-plan.pdf"))
    check(handbook.document_id, now=now)
    message_to(cast)
    dead_account_mail()
    stuck_file(cast)
    return cast


world = kept_world(make_office)


def signed_in(page: Page, person: User, base: str) -> Page:
    """Give the browser the session of somebody who has just signed in, second factor included."""
    client = browser_of(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
    return page


def places(cast) -> dict[str, str]:
    """Every page of the office by a short name."""
    intake = Intake.objects.filter(opens_on__gt=london_date(clock.now())).first()
    framework, handbook = Framework.objects.get(), Handbook.objects.get()
    applied = Accreditation.objects.get(state="applied")
    granted = Accreditation.objects.get(organisation=cast.leeds, state="accredited")
    message = cast.leeds.affiliations.get(person__email="new1@leeds.example").person.messages.get()
    one = {
        "scheme:intake": intake.pk,
        "scheme:fee": intake.pk,
        "scheme:dates": intake.pk,
        "scheme:open_intake": intake.pk,
        "scheme:finish_intake": intake.pk,
        "scheme:centre": cast.leeds.pk,
        "scheme:apply": cast.leeds.pk,
        "scheme:decide": applied.pk,
        "scheme:withdraw": granted.pk,
        **{f"scheme:{name}": framework.scope_id for name in ("scope", "change_scope", "close_scope")},
        "scheme:framework": framework.pk,
        "scheme:retire": framework.pk,
        "scheme:change_rules": "C",
        "organisations:person": cast.sam.pk,
        "organisations:grant": cast.sam.pk,
        "organisations:deactivate": cast.sam.pk,
        "organisations:end_role": cast.sam.affiliations.get().pk,
        "home:message": message.pk,
    }
    lists = ["intakes", "centres", "frameworks", "try_out", "rules", "handbooks", "publish_handbook", "handbook"]
    lists += ["scopes", "enter_scope", "enter_group"]
    plain = [*(f"scheme:{name}" for name in lists), "organisations:people", "organisations:invite"]
    plain += ["training:office_events", "training:event_add", "training:event_kinds"]
    plain += ["organisations:enter_centre", "home:scheme", "home:mail", "home:files", "home:audit", "home:dashboard"]
    assert handbook.version == "1"
    own = {"organisations:person (own)": reverse("organisations:person", args=[cast.olive.pk])}
    return {**{name: reverse(name) for name in plain}, **{n: reverse(n, args=[pk]) for n, pk in one.items()}, **own}


def look(page: Page, name: str, width: int) -> list[object]:
    """What is wrong on the page as it stands; a picture of it where CTTS_PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name.replace(':', '-')}-{width}.png", full_page=True)
    return faults(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_the_office_is_as_the_house_wants_it(world, open_page, live_server, width):
    page = signed_in(open_page(width=width), world.olive, live_server.url)
    found = {}
    for name, address in places(world).items():
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        assert page.locator(".btn-primary, .btn-danger").count() <= 1, name
        if seen := look(page, name, width):
            found[name] = seen
    assert found == {}


def fee_set_and_intake_opened(page: Page) -> None:
    """From the list of intakes to one that takes applications."""
    page.goto(reverse("scheme:intakes"))
    page.get_by_role("link", name=str(Intake.objects.filter(opens_on__gt=london_date(clock.now())).first())).click()
    page.get_by_role("link", name="Set the fee").click()
    page.get_by_label("Fee without VAT, in pounds").fill("2500.50")
    page.get_by_role("button", name="Set the fee").click()
    page.get_by_role("link", name="Open it for applications").click()
    page.get_by_role("button", name="Open it for applications").click()
    expect(page.get_by_text("Open for applications").first).to_be_visible()


def framework_imported_and_published(page: Page, *, script: bool) -> None:
    """From a spreadsheet to a published framework, by way of the dry run. axe waits by timers, so it needs script."""
    page.goto(reverse("scheme:frameworks"))
    page.get_by_role("link", name="Import a framework").click()
    page.get_by_label("Spreadsheet").set_input_files(CATALOGUES / FILES["ME"])
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the import would do")
    assert not script or look(page, "scheme:dry_run", page.viewport_size["width"]) == []
    page.get_by_role("button", name="Import it").click()
    page.get_by_role("link", name="Publish it").click()
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("is published").first).to_be_visible()


def somebody_invited(page: Page, *, script: bool) -> None:
    """From the list of people to somebody new with a role; first with a mistake."""
    page.goto(reverse("organisations:people"))
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Full name").fill("Nell Frost")
    page.get_by_label("E-mail address").fill("nell@leeds.example")
    page.get_by_label("Role").select_option(label="Training Supervisor")
    page.get_by_role("button", name="Invite them").click()
    expect(page.get_by_text("Choose the centre.").first).to_be_visible()
    assert not script or look(page, "organisations:invite-refused", page.viewport_size["width"]) == []
    page.get_by_label("Centre or employer").select_option(label="Leeds Teaching Hospital")
    page.get_by_role("button", name="Invite them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nell Frost")


@pytest.mark.console_errors  # a refused form is an answer of 422
@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_the_office_opens_an_intake_imports_a_framework_and_invites(world, open_page, live_server, width, script):
    page = signed_in(open_page(width=width, javascript=script), world.olive, live_server.url)
    fee_set_and_intake_opened(page)
    framework_imported_and_published(page, script=script)
    somebody_invited(page, script=script)
