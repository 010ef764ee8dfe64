"""In real Chromium: a log from before is imported unsigned, and the whole record is taken away and opened offline."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from ctts.common import clock
from tests.browser.looking import faults, goes_on, sticks_out
from tests.browser.test_first_year import signed_in
from tests.training import practice as p
from training import periodic

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [390, 1280]
LOG = "Date,Procedure,Place,Competency,Assessor,Item 1\n12/05/2026,Daily check,Room 3,{code},S. Patel,{score}\n"


@pytest.fixture
def scene() -> p.Scene:
    """Tara at Leeds, with Sam as her supervisor, who signed a DOPS: a signature has a long digest."""
    clock.set_offset(at=p.NOW)
    scene = p.make_scene()
    p.complete_dops(scene.tara, scene.cast.sam, procedure="w" * 120)
    return scene


def tries_out(page: Page, scene: p.Scene, score: str) -> None:
    """Tara chooses a file and looks at the dry run."""
    page.goto(reverse("training:earlier_file", args=[scene.tara.pk, "dops"]))
    assert faults(page) == []
    log = LOG.format(code=p.items_of(scene.tara)[0].item.code, score=score)
    page.get_by_label("Spreadsheet").set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": log.encode()})
    goes_on(page, page.get_by_role("button", name="Try it out"))
    assert faults(page) == []


def imports(page: Page, scene: p.Scene) -> None:
    """First with a fault at its cell, then without."""
    tries_out(page, scene, "9")
    expect(page.get_by_role("cell", name="Item 1 is 0, 1, 2, 3, 4 or N/A")).to_be_visible()
    tries_out(page, scene, "3")
    page.get_by_label("No patient can be identified").check()
    goes_on(page, page.get_by_role("button", name="Import the rows, unsigned"))
    expect(page.get_by_role("cell", name="Imported, unsigned")).to_be_visible()
    assert faults(page) == []
    goes_on(page, page.get_by_role("link", name="Daily check"))
    assert faults(page) == []


def takes_away(page: Page, scene: p.Scene, folder: Path) -> None:
    """Tara orders a copy, the worker makes it, she downloads it and opens it from her own disk."""
    page.goto(reverse("training:copies", args=[scene.tara.pk]))
    goes_on(page, page.get_by_role("button", name="Order a copy"))
    expect(page.get_by_text("Putting your record together")).to_be_visible()
    assert faults(page) == []
    periodic.make_copies(clock.now() + timedelta(seconds=1))
    goes_on(page, page.get_by_role("link", name="See your copy"))
    assert faults(page) == []
    with page.expect_download() as given:
        page.get_by_role("link", name="Your whole record").click()
    with ZipFile(given.value.path()) as archive:
        archive.extractall(folder)


@pytest.mark.parametrize("width", WIDTHS)
def test_rule_18_earlier_logs_come_in_and_the_whole_record_goes_out(scene, open_page, live_server, tmp_path, width):
    tara = signed_in(open_page(width=width), scene.cast.tara, live_server.url)
    imports(tara, scene)
    takes_away(tara, scene, tmp_path)
    tara.goto(f"file://{tmp_path}/index.html")
    goes_on(tara, tara.get_by_role("link", name="Earlier entries"))
    expect(tara.get_by_role("heading", name="Daily check")).to_be_visible()
    for page in sorted(tmp_path.glob("*.html")):
        tara.goto(f"file://{page}")
        assert sticks_out(tara) <= 0, page.name
