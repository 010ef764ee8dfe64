"""The page of a marker's sheet (F3): cited pages are judged when the button is pressed; fields name their point."""

import pytest
from django.urls import reverse

from assessments.models import Mark
from assessments.states import PortfolioCriterion
from tests.assessments.final_stages import world as f


@pytest.fixture
def marker(final, portfolio):
    """Mia's browser and the address of the sheet that she has begun of a portfolio of 40 pages."""
    f.started(portfolio, final.cast.mia)
    return f.browser_of(final.cast.mia, proved=True), reverse("assessments:sheet", args=[portfolio.pk])


def typed(page, **changes):
    """What the form sends of a page, with changes."""
    return {"autosave_version": page.context["version"], "scope_words": "Thin in places.", **changes}


@pytest.mark.parametrize(("pages", "words"), [("abc", "is no page"), ("39-41", "has the pages 1 to 40")])
def test_F3_a_page_that_is_none_is_refused_beside_its_field_and_nothing_is_lost(marker, pages, words):
    mia, address = marker
    refused = mia.post(address, typed(mia.get(address), scope_pages=pages))
    assert refused.status_code == 422
    assert words in refused.context["form"].errors["scope_pages"][0] and set(refused.context["form"].errors) == {
        "scope_pages"
    }
    said = f.words_of(refused)
    summed = said[said.index("error-summary") : said.index("</ul>", said.index("error-summary"))]
    assert "“Scope of practice covered”: pages it rests on: " in summed
    assert "Thin in places." in said and f'value="{pages}"' in said
    corrected = mia.post(address, typed(refused, scope_pages="12, 39-40"))
    assert (corrected.status_code, Mark.objects.get().pages) == (303, "12, 39-40")


def test_F3_a_sheet_that_saves_itself_keeps_pages_as_they_are_typed(marker):
    mia, address = marker
    kept = mia.post(address, typed(mia.get(address), scope_pages="39-"), headers={"X-Autosave": "1"})
    assert (kept.status_code, kept.json()["errors"]) == (200, {})
    assert (Mark.objects.get().pages, Mark.objects.get().words) == ("39-", "Thin in places.")


def test_F3_every_field_of_a_sheet_names_its_point(marker):
    mia, address = marker
    form = mia.get(address).context["form"]
    labels = [str(bound.label) for bound in form if not bound.is_hidden]
    assert len(labels) == len(set(labels))
    for criterion in PortfolioCriterion:
        for part in ("words", "pages"):
            assert form.fields[f"{criterion}_{part}"].label.startswith(f"“{criterion.label}”: ")


def test_F4_a_viva_has_no_pages_to_judge(final, viva):
    f.started(viva, final.cast.mia)
    mia, address = f.browser_of(final.cast.mia, proved=True), reverse("assessments:sheet", args=[viva.pk])
    assert mia.post(address, {"autosave_version": mia.get(address).context["version"]}).status_code == 303
