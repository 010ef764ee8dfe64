"""What a real browser makes of a served file: PDFs and pictures show in place, a download is a download."""

from io import BytesIO

import pytest
from PIL import Image

from ctts.documents import checking
from tests.chromium import WHOLE, Chromium
from tests.conftest import wait_until
from tests.documents.samples import NOW, kept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(people, settings):
    settings.ROOT_URLCONF = "tests.documents.served"
    found = [kept(f"good/{name}", by=people.tara) for name in ("certificate-photo.jpg", "training-plan.pdf")]
    for document in found:
        checking.check(document.pk, NOW)
    return found


@pytest.fixture
def page(chromium, live_server):
    """A page of the whole Chromium: the one without windows draws no PDF."""
    whole = Chromium(chromium.playwright, command=WHOLE)
    yield whole.open(base_url=live_server.url)
    whole.close()


def test_a_picture_and_a_pdf_show_in_the_page_and_the_link_downloads(files, page, tmp_path):
    picture, pdf = files
    page.goto(f"/page/{picture.pk}/{pdf.pk}/")
    shown = page.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert shown == [600, 800]
    wait_until(lambda: _colours(page.locator("iframe").screenshot()) > 50, seconds=15, what="The PDF was not drawn.")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "training-plan.pdf"
    waiting.value.save_as(tmp_path / "saved.pdf")
    assert (tmp_path / "saved.pdf").stat().st_size == pdf.size


def _colours(screenshot: bytes) -> int:
    """How many colours a picture has; the sign of a blocked frame has few."""
    return len(Image.open(BytesIO(screenshot)).convert("RGB").getcolors(1_000_000))
