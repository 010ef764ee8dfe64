"""The office's pages over diplomas: choosing, the preview, the run, one diploma, its end (D1; screens 18, 21, 25)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moderation import actions
from moderation.models import Diploma, IssueRun
from moderation.states import DiplomaState
from tests.moderation.awarding import NOW, issued, job, more_trainees
from tests.office import NAVIGATION, browser_of
from training.models import TrainingRecord

LIST = reverse("moderation:diplomas")
ISSUE = reverse("moderation:issue")


@pytest.fixture
def olive(awarded):
    """Olive's browser."""
    return browser_of(awarded.cast.olive)


def page(client, name, *args, **query):
    """A page as text; it must be there."""
    response = client.get(reverse(f"moderation:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


# --- issuing ---


def test_D1_the_list_shows_what_is_to_be_issued_and_holds_what_cannot(awarded, olive):
    TrainingRecord.objects.filter(pk=awarded.tom.pk).update(certificate_name="山田")
    text = page(olive, "diplomas")
    assert "Tara Quinn" in text and "Printed as “Tara Quinn”" in text
    assert f'value="{awarded.tom.pk}" id="award-{awarded.tom.pk}" data-choose="awards" disabled' in text
    assert "Held: Its name holds what a diploma cannot print: 山田" in text


def test_D1_the_preview_says_numbers_names_and_mail_before_anything_happens(awarded, olive):
    text = page(olive, "issue", award=[awarded.tara.pk, awarded.tom.pk])
    assert "from CTD-2028-00001 on" in text and "Issue 2 diplomas" in text
    assert "Diploma in Nuclear Medicine, to" in text and "Tom Eriksen" in text
    assert "Your Diploma of Clinical Technology is ready: CTD-2028-00001" in text
    assert not IssueRun.objects.exists()


def test_D1_a_press_makes_the_run_and_its_page_follows_it(awarded, olive):
    response = olive.post(ISSUE, {"award": [awarded.tara.pk, awarded.tom.pk]})
    run = IssueRun.objects.get()
    assert response.url == reverse("moderation:run", args=[run.pk]) and run.started_by == awarded.cast.olive
    text = page(olive, "run", run.pk)
    assert "0 of 2 have their number, 0 their sealed file." in text
    assert f'hx-get="{reverse("moderation:run_progress", args=[run.pk])}"' in text
    job("issue_diplomas")
    text = page(olive, "run_progress", run.pk)
    assert "2 of 2 have their number, 0 their sealed file." in text
    assert "CTD-2028-00002" in text and text.count("File being made") == 2
    job("make_diplomas")
    text = page(olive, "run_progress", run.pk)
    assert "2 of 2 have their number, 2 their sealed file." in text and text.count("Sealed") == 2
    text = page(olive, "run", run.pk)
    assert "2 of 2 have their number, 2 their sealed file." in text and "hx-get" not in text
    assert "CTD-2028-00002" in text and "Finished" in text


def test_D1_a_second_press_and_a_stale_page_say_what_happened(awarded, olive):
    chosen = {"award": [awarded.tara.pk]}
    olive.post(ISSUE, chosen)
    again = olive.post(ISSUE, chosen)
    assert again.status_code == 409 and "Tara Quinn has a diploma already" in again.content.decode()
    assert olive.get(ISSUE, chosen).status_code == 409
    empty = olive.post(ISSUE, {})
    assert empty.status_code == 422 and "Choose at least one" in empty.content.decode()
    assert IssueRun.objects.count() == 1
    assert olive.get(ISSUE, {"award": "no number"}).status_code == 422
    unknown = olive.post(ISSUE, {"award": [0]})
    assert unknown.status_code == 422 and "One of these is no award" in unknown.content.decode()


def test_D1_a_run_is_stopped_and_taken_up_by_pages(awarded, olive):
    olive.post(ISSUE, {"award": [awarded.tara.pk, awarded.tom.pk]})
    run = IssueRun.objects.get()
    assert "2 are left" in page(olive, "cancel_run", run.pk)
    assert olive.post(reverse("moderation:cancel_run", args=[run.pk])).status_code == 303
    assert olive.post(reverse("moderation:cancel_run", args=[run.pk])).status_code == 409
    text = page(olive, "run", run.pk)
    assert "2 were left for another time" in text and "Take up again what was not issued" in text
    assert "2 that were stopped or refused are tried again" in page(olive, "resume_run", run.pk)
    assert olive.post(reverse("moderation:resume_run", args=[run.pk])).status_code == 303
    assert olive.post(reverse("moderation:resume_run", args=[run.pk])).status_code == 409
    job("issue_diplomas")
    assert Diploma.objects.count() == 2


def test_D1_what_a_run_refused_stands_on_its_page(awarded, olive):
    TrainingRecord.objects.filter(pk=awarded.tara.pk).update(certificate_name="山田")
    run = actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=[awarded.tara.pk])
    job("issue_diplomas")
    assert "Take up again what was not issued" in page(olive, "run_progress", run.pk)
    text = page(olive, "run", run.pk)
    assert "1 could not be done; the reason" in text and "cannot print: 山 田" in text and "Finished" in text


def test_D1_one_is_issued_to_the_name_the_office_gives(awarded, olive):
    url = reverse("moderation:issue_one", args=[awarded.tara.pk])
    assert 'value="Tara Quinn"' in page(olive, "issue_one", awarded.tara.pk)
    wrong = olive.post(url, {"name": "山田 Tara"})
    assert wrong.status_code == 422 and "cannot print: 山 田" in wrong.content.decode()
    assert 'value="山田 Tara"' in wrong.content.decode()
    assert olive.post(url, {"name": "Yamada Tara"}).url == LIST
    assert Diploma.objects.get().name == "Yamada Tara"
    for again in (olive.get(url), olive.post(url, {"name": "Yamada Tara"})):
        assert again.status_code == 409 and "has the diploma CTD-2028-00001 already" in again.content.decode()
    nobodys = reverse("moderation:issue_one", args=[0])
    assert olive.get(nobodys).status_code == 404


# --- one diploma, and its end ---


def test_D1_the_page_of_one_says_all_that_is_known(awarded, olive):
    made = issued(awarded)
    assert "The sealed file is being made" in page(olive, "office_diploma", made.pk)
    job("make_diplomas")
    text = page(olive, "office_diploma", made.pk)
    assert Diploma.objects.get().file.pdf_sha256 in text and made.audit_head in text
    assert f"/verify/{made.number}/{made.code}" in text and "Its sealed file was made" in text
    assert reverse("moderation:revoke", args=[made.pk]) in text


def test_D1_revoking_takes_two_steps(awarded, olive):
    made = issued(awarded)
    url = reverse("moderation:revoke", args=[made.pk])
    assert "Step 1 of 2" in page(olive, "revoke", made.pk)
    assert olive.post(url, {"reason": " "}).status_code == 422
    second = olive.post(url, {"reason": "Withdrawn on <appeal>."})
    text = second.content.decode()
    assert second.status_code == 200 and "Step 2 of 2" in text and "Withdrawn on &lt;appeal&gt;." in text
    assert Diploma.objects.get().state == DiplomaState.ISSUED
    wrong = olive.post(url, {"reason": "Withdrawn on appeal.", "again": "CTD-2028-00002"})
    assert wrong.status_code == 422 and "This is not CTD-2028-00001." in wrong.content.decode()
    sure = {"reason": "Withdrawn on appeal.", "again": " ctd-2028-00001 "}
    assert olive.post(url, sure).url == reverse("moderation:office_diploma", args=[made.pk])
    assert Diploma.objects.get().revoked_reason == "Withdrawn on appeal."
    assert olive.post(url, sure).status_code == 409 and olive.get(url).status_code == 409
    text = page(olive, "office_diploma", made.pk)
    assert "Withdrawn on appeal." in text and "Revoke it</strong> is closed" in text


def test_D1_another_is_issued_in_its_place_by_the_page(awarded, olive):
    made = issued(awarded)
    url = reverse("moderation:reissue", args=[made.pk])
    text = page(olive, "reissue", made.pk)
    assert "CTD-2028-00002" in text and 'value="Tara Quinn"' in text and f"takes the place of {made.number}" in text
    wrong = olive.post(url, {"name": "Tara Whitfield", "reason": ""})
    assert wrong.status_code == 422 and 'value="Tara Whitfield"' in wrong.content.decode()
    sure = {"name": "Tara Whitfield", "reason": "Married in May.", "again": made.number.lower()}
    for changed, said in (({"again": "CTD-2028-00002"}, f"This is not {made.number}."), ({"reason": "x"}, "few words")):
        wrong = olive.post(url, sure | changed)
        assert wrong.status_code == 422 and said in wrong.content.decode()
    assert olive.post(url, sure).status_code == 303
    assert olive.post(url, sure).status_code == 409
    newer = Diploma.objects.get(n=2)
    assert newer.number in page(olive, "office_diploma", made.pk)
    assert "It takes the place of" in page(olive, "office_diploma", newer.pk)


# --- finding, and what a page costs ---


def test_D1_the_office_finds_by_number_name_and_state(awarded, olive):
    made, toms = issued(awarded), issued(awarded, "tom")
    actions.revoke_diploma(by=awarded.cast.olive, now=NOW, diploma_id=toms.pk, reason="A mistake.")
    assert toms.number in page(olive, "diplomas") and "Being made" in page(olive, "diplomas")
    found = page(olive, "diplomas", q="quinn")
    assert made.number in found and toms.number not in found and "Number or name: quinn" in found
    found = page(olive, "diplomas", state="revoked")
    assert toms.number in found and made.number not in found and "State: Revoked" in found
    assert "No diploma is found" in page(olive, "diplomas", q="CTD-2028-00009")
    assert page(olive, "diplomas", state="strange")


def three(awarded, rows):
    """The awards of one trainee or of three."""
    return [record.pk for record in [awarded.tara, awarded.tom, *more_trainees(awarded, 1)][:rows]]


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_of_the_list(awarded, olive, rows, django_assert_num_queries):
    for pk in three(awarded, rows):
        actions.issue_diploma(by=awarded.cast.olive, now=NOW, award_id=pk)
        IssueRun.objects.create(started_at=NOW, finished_at=NOW)
    page(olive, "diplomas")
    with django_assert_num_queries(8 + NAVIGATION):
        olive.get(reverse("moderation:diplomas"))


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_of_preview_and_run(awarded, olive, rows, django_assert_num_queries):
    ids = three(awarded, rows)
    page(olive, "diplomas")
    with django_assert_num_queries(7 + NAVIGATION):
        olive.get(reverse("moderation:issue"), {"award": ids})
    run = actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=ids)
    with django_assert_num_queries(7 + NAVIGATION):
        olive.get(reverse("moderation:run", args=[run.pk]))
    with django_assert_num_queries(7 + NAVIGATION):
        olive.get(reverse("moderation:run_progress", args=[run.pk]))


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_of_one_diploma(awarded, olive, rows, django_assert_num_queries):
    made = issued(awarded)
    for _ in range(rows - 1):
        made = actions.reissue_diploma(by=awarded.cast.olive, now=NOW, diploma_id=made.pk, name="Tara", reason="Again")
    page(olive, "diplomas")
    with django_assert_num_queries(9 + NAVIGATION):
        olive.get(reverse("moderation:office_diploma", args=[made.pk]))
