"""How a page shows a file to its uploader, to others, and when nobody may open it."""

import pytest
from django.template import engines

from ctts.documents import checking
from tests.documents.samples import NOW, kept

pytestmark = pytest.mark.django_db


def shown(document, reader, **more) -> str:
    source = "{% load documents %}{% file_line document '/f/1/' reader=reader preview_url=preview %}"
    values = {"document": document, "reader": reader, "preview": "/p/1/", **more}
    return " ".join(engines["django"].from_string(source).render(values).split())


def test_a_ready_file_is_a_link_with_its_kind_size_pages_and_preview(people, django_assert_num_queries):
    document = kept("good/training-plan.pdf", by=people.tara)
    checking.check(document.pk, NOW)
    document.refresh_from_db()
    with django_assert_num_queries(0):
        page = shown(document, people.sam)
    assert '<a class="document" href="/f/1/">' in page and "training-plan.pdf" in page and "6 pages" in page
    assert 'src="/p/1/"' in page and "not scanned for malware" in page and "Being checked" not in page


def test_a_file_being_checked_opens_for_its_uploader_only_who_hears_what_was_taken_out(people):
    document = kept("cleaned/script.pdf", by=people.tara)
    own, other = shown(document, people.tara), shown(document, people.sam)
    assert (
        "<a " in own and "Being checked" in own and "Taken out when it was received: automatic actions, scripts." in own
    )
    assert (
        "<a " not in other and "<img" not in other and "Look again in a minute." in other and "Taken out" not in other
    )


def test_a_name_is_text(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    document.original_name = "<b>x</b>.pdf"
    assert "&lt;b&gt;x&lt;/b&gt;.pdf" in shown(document, people.tara)
