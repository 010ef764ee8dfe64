"""The form of the application saves itself: what is typed is kept, and called unsaved only while it is (screens 13)."""

import pytest
from django.urls import reverse
from lxml import html

from applications.models import ApplicationDraft
from applications.states import Part
from tests.applications import world

PARTS = [part for part in Part if part not in {Part.CONFIRMATION, Part.ADJUSTMENTS, Part.QUALIFICATIONS}]


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def as_it_stands(response):
    """What a browser sends of the form that saves itself, when nobody has typed anything."""
    [form] = html.fromstring(response.content).xpath("//form[@data-autosave-url]")
    given = {}
    for name, value in form.form_values():
        given.setdefault(name, []).append(value)
    return given


@pytest.mark.parametrize("part", PARTS)
def test_screens_13_each_part_keeps_its_text_by_itself(filled, browser_of, part):
    application = filled
    ann, address = browser_of("ann"), url("draft", application.pk, part)
    headers = {"X-Autosave": "1", "Accept": "application/json"}
    first = ann.post(address, {"autosave_version": "0", "legal_name": "Half a na"}, headers=headers)
    assert first.status_code in {200, 422} and first.json()["version"] == 1
    stale = ann.post(address, {"autosave_version": "0"}, headers=headers)
    assert stale.status_code == 409 and stale.json()["version"] == 1
    assert ApplicationDraft.objects.get().form_key == f"{application.pk}:{part}"


def test_screens_13_the_text_that_was_kept_is_shown_again(cast, browser_of):
    application = world.start(cast)
    ann = browser_of("ann")
    ann.post(url("draft", application.pk, "personal"), {"autosave_version": "0", "date_of_birth_on": "31/02"})
    page = ann.get(url("part", application.pk, "personal")).content.decode()
    assert 'value="31/02"' in page and "Not saved yet" in page and 'data-autosave-version="1"' in page
    assert "Not saved yet" in ann.get(url("form", application.pk)).content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_screens_13_what_is_typed_and_taken_back_is_not_unsaved(filled, browser_of, part):
    ann, page, overview = browser_of("ann"), url("part", filled.pk, part), url("form", filled.pk)
    shown = as_it_stands(ann.get(page))
    kept = ann.post(url("draft", filled.pk, part), {**shown, "autosave_version": "0"}, headers={"X-Autosave": "1"})
    assert kept.status_code == 200 and not ApplicationDraft.objects.get().unsaved
    assert "Not saved yet" not in ann.get(overview).content.decode()
    again = ann.get(page).content.decode()
    assert "Not saved yet" not in again and 'data-autosave-version="1"' in again


def test_screens_13_a_form_that_was_sent_empty_is_no_unsaved_text(filled, browser_of):
    ann = browser_of("ann")
    address = f"{url('draft', filled.pk, 'competencies')}?form=local"
    ann.post(address, {"title": "", "statement": "", "autosave_version": "0"}, headers={"X-Autosave": "1"})
    assert "Not saved yet" not in ann.get(url("form", filled.pk)).content.decode()
    ann.post(address, {"title": "Half", "statement": "", "autosave_version": "1"}, headers={"X-Autosave": "1"})
    assert "Not saved yet" in ann.get(url("form", filled.pk)).content.decode()


def test_screens_13_text_with_a_NUL_saves_itself_without_it(cast, browser_of):
    application = world.start(cast)
    ann, address = browser_of("ann"), url("draft", application.pk, "personal")
    assert ann.post(address, {"legal_name": "Ann\0 Archer"}, headers={"X-Autosave": "1"}).status_code == 200
    assert ApplicationDraft.objects.get().fields["legal_name"] == ["Ann Archer"]


def test_screens_18_handing_over_says_what_is_typed_and_not_saved(filled, browser_of):
    ann, confirm = browser_of("ann"), url("hand_over", filled.pk)
    assert "have not saved" not in ann.get(confirm).content.decode()
    ann.post(url("draft", filled.pk, "personal"), {"autosave_version": "0", "legal_name": "Ann A"})
    page = html.fromstring(ann.get(confirm).content).text_content()
    assert "What you typed and have not saved is not part of it. To include it, save: Personal details" in " ".join(
        page.split()
    )


def a_window(filled, browser_of, part="personal"):
    """Ann's browser, the address of a part, and what a window shows of it before another one keeps newer text."""
    ann, page = browser_of("ann"), url("part", filled.pk, part)
    return ann, page, as_it_stands(ann.get(page))


def test_screens_13_text_that_another_window_keeps_is_not_written_over_unseen(filled, browser_of):
    ann, page, shown = a_window(filled, browser_of)
    theirs = {**shown, "address": "9 The Other Street"}
    ann.post(url("draft", filled.pk, "personal"), theirs, headers={"X-Autosave": "1"})
    mine = {**shown, "telephone": "0113 496 0999"}
    late = ann.post(page, mine)
    told = " ".join(html.fromstring(late.content).text_content().split())
    assert late.status_code == 409 and "Typed in another window meanwhile" in told and "9 The Other Street" in told
    assert world.refresh(filled).telephone != "0113 496 0999"
    assert ApplicationDraft.objects.get().fields["address"] == ["9 The Other Street"]
    again = as_it_stands(late)
    assert again["telephone"] == ["0113 496 0999"] and again["autosave_version"] == ["1"]
    assert ann.post(page, again).status_code == 303
    assert world.refresh(filled).telephone == "0113 496 0999" and not ApplicationDraft.objects.exists()


def test_screens_13_a_mistake_in_between_does_not_hide_the_other_windows_text(filled, browser_of):
    ann, page, shown = a_window(filled, browser_of)
    theirs = {**shown, "address": "9 The Other Street"}
    ann.post(url("draft", filled.pk, "personal"), theirs, headers={"X-Autosave": "1"})
    wrong = ann.post(page, {**shown, "date_of_birth_on": "31/02/1999"})
    assert wrong.status_code == 422
    assert ann.post(page, {**as_it_stands(wrong), "date_of_birth_on": "01/02/1999"}).status_code == 409


def test_screens_13_the_same_text_or_none_in_another_window_is_no_reason_to_ask(filled, browser_of):
    ann, page, shown = a_window(filled, browser_of)
    mine = {**shown, "telephone": "0113 496 0999"}
    ann.post(url("draft", filled.pk, "personal"), mine, headers={"X-Autosave": "1"})
    assert ann.post(page, mine).status_code == 303
    shown = as_it_stands(ann.get(page))
    ann.post(url("draft", filled.pk, "personal"), shown, headers={"X-Autosave": "1"})
    assert ann.post(page, {**shown, "telephone": "0113 496 0111"}).status_code == 303


def test_screens_13_choices_of_another_window_are_told_in_words(filled, browser_of):
    ann, page, shown = a_window(filled, browser_of, "employment")
    theirs = {**shown, "employed_there": "no", "employed_since_on": "3 March 2020"}
    ann.post(url("draft", filled.pk, "employment"), theirs, headers={"X-Autosave": "1"})
    told = " ".join(html.fromstring(ann.post(page, shown).content).text_content().split())
    assert "No, or not yet" in told and "3 March 2020" in told
