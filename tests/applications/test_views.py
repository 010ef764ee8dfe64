"""The applicant's and the supervisor's pages: who may open them, what comes back, nothing typed is lost (A1, A2)."""

import re
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import actions, queries
from applications.models import AdjustmentRequest, Application
from applications.states import ApplicationState, Part
from ctts.documents.checking import check
from ctts.documents.models import Document
from ctts.scheme.models import Scope
from tests.applications import world
from tests.applications.world import GOOD, NOW, PERSONAL

S = ApplicationState
PARTS = [part for part in Part if part != Part.CONFIRMATION]


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def status(client, name, *args):
    return client.get(url(name, *args)).status_code


def upload(name):
    return SimpleUploadedFile(Path(name).name, (GOOD / name).read_bytes())


# --- doors ----------------------------------------------------------------------------------------------------------


def test_signed_out_people_are_asked_to_sign_in(client, cast):
    application = world.start(cast)
    for name, args in (("mine", []), ("form", [application.pk]), ("desk", []), ("confirm", [application.pk])):
        response = client.get(url(name, *args))
        assert response.status_code == 302 and "/account/login/" in response.url, name


@pytest.mark.parametrize(
    "name", ["form", "status", "qualifications", "competencies", "plan", "hand_over", "withdraw", "read", "confirm"]
)
def test_a_stranger_cannot_tell_a_hidden_application_from_a_missing_one(filled, browser_of, name):
    application = filled
    for first in ("abe", "sam", "cora", "nobody", "mia"):
        assert status(browser_of(first), name, application.pk) == 404, first
        assert status(browser_of(first), name, 999_999) == 404


def test_whoever_may_read_it_may_not_write_it(handed_over, browser_of):
    application = handed_over
    for first in ("sam", "cora", "olive"):
        for name in ("form", "status", "answer", "hand_over"):
            refused = browser_of(first).get(url(name, application.pk))
            assert refused.status_code == 403, (first, name)
            assert "for the applicant only" in refused.text and "the roles" not in refused.text
    assert status(browser_of("cora"), "confirm", application.pk) == 403
    assert status(browser_of("ann"), "confirm", application.pk) == 403


def test_who_lacks_a_role_is_told_who_gives_it(cast, browser_of):
    for first in ("ann", "sam"):
        refused = browser_of(first).get(url("desk"))
        assert refused.status_code == 403 and "ask the scheme office, which gives the roles" in refused.text


def test_too_late_is_409_and_the_overview_leads_on(handed_over, browser_of):
    application = handed_over
    ann = browser_of("ann")
    for name, args in (("part", ["personal"]), ("qualifications", []), ("plan", []), ("hand_over", []), ("answer", [])):
        refused = ann.get(url(name, application.pk, *args))
        assert refused.status_code == 409, name
        way_on = re.search(r'<a class="btn btn-primary" href="([^"]+)"', refused.text)
        assert ann.get(way_on[1], follow=True).request["PATH_INFO"] == url("status", application.pk), name
    assert ann.get(url("form", application.pk)).url == url("status", application.pk)
    world.confirm(application)
    assert status(browser_of("sam"), "confirm", application.pk) == 409
    assert status(browser_of("sam"), "give_back", application.pk) == 409


def test_unknown_parts_and_rows_are_404(filled, browser_of):
    application = filled
    ann = browser_of("ann")
    assert status(ann, "part", application.pk, "nothing") == status(ann, "part", application.pk, "confirmation") == 404
    for name in ("change_qualification", "remove_qualification", "remove_local", "document", "preview"):
        assert status(ann, name, application.pk, 999_999) == 404, name
    for form in ("nothing", "999999"):
        assert ann.post(f"{url('draft', application.pk, 'personal')}?form={form}").status_code == 404


# --- the form -------------------------------------------------------------------------------------------------------


def test_A1_an_application_is_begun_by_one_press(cast, browser_of):
    ann = browser_of("ann")
    assert "October 2026" in ann.get(url("mine")).content.decode()
    response = ann.post(url("start"))
    assert response.url == url("form", Application.objects.get().pk)


def test_I6_without_an_open_intake_the_page_says_so(cast, browser_of):
    world.Intake.objects.filter(state="open").update(state="closed")
    ann = browser_of("ann")
    assert "No intake is open today" in ann.get(url("mine")).content.decode()
    response = ann.post(url("start"), follow=True)
    assert "not open yet" in response.content.decode()


def test_A2_the_overview_counts_what_is_complete(cast, browser_of):
    application = world.start(cast)
    ann = browser_of("ann")
    assert ann.get(url("form", application.pk)).context["done"] == 0
    world.fill(application, cast)
    page = ann.get(url("form", application.pk))
    assert page.context["done"] == 11 and page.context["days"] == 91
    world.order(application, 299_999)
    page = ann.get(url("form", application.pk))
    assert page.context["step"].reason == "1 part is not complete yet."
    assert "£0.01 short of the fee" in page.content.decode()


def test_A2_the_overview_names_all_that_is_missing_of_a_part(cast, browser_of):
    application = world.start(cast)
    text = unescape(browser_of("ann").get(url("form", application.pk)).text)
    missing = queries.missing_parts(application, NOW.date())
    personal = [one.reason for one in missing if one.part == Part.PERSONAL]
    assert len(personal) > 3 and all(reason in text for reason in personal)


def test_A4_whoever_is_accepted_reads_when_the_training_begins(cast, browser_of):
    application = world.accepted(cast)
    assert "You are enrolled on <time" in browser_of("ann").get(url("status", application.pk)).text


def test_A2_a_part_is_saved_and_the_next_one_opens(cast, browser_of):
    application = world.start(cast)
    given = {**PERSONAL, "legal_name": "Ann Archer", "date_of_birth_on": "27.3.1998"}
    response = browser_of("ann").post(url("part", application.pk, "personal"), given)
    assert response.url == url("part", application.pk, "employment")
    assert world.refresh(application).date_of_birth_on == PERSONAL["date_of_birth_on"]


def test_A3a_what_is_said_after_saving_is_about_what_was_saved(cast, browser_of):
    application, ann = world.start(cast), browser_of("ann")
    given = {"employed_there": "yes", "centre": cast.leeds.pk, "job_title": "Trainee technologist"}
    address = url("part", application.pk, "employment")
    unscoped = ann.post(address, given, follow=True)
    assert "not met so far: Choose a scope of practice: a centre is accredited for each by itself." in unscoped.text
    ann.post(url("part", application.pk, "scope"), {"scope": Scope.objects.get(code=world.SCOPES["leeds"]).pk})
    seen = ann.get(address).context["form"]["seen"].value()
    assert "not met so far" not in ann.post(address, {**given, "seen": seen}, follow=True).text


def test_nothing_typed_is_lost_when_a_field_is_wrong(cast, browser_of):
    application = world.start(cast)
    given = {**PERSONAL, "legal_name": "Ann", "date_of_birth_on": "31/02/1998"}
    response = browser_of("ann").post(url("part", application.pk, "personal"), given)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="31/02/1998"' in page and "Write day, month and year" in page and "1 Example Road" in page


def test_a_refusal_of_the_action_stands_beside_its_field(cast, browser_of):
    application = world.start(cast)
    given = {"name": "Ann", "email": cast.ann.email}
    response = browser_of("ann").post(url("part", application.pk, "supervisor"), given)
    assert response.status_code == 422 and "email" in response.context["form"].errors


def test_two_windows_both_texts_are_shown_and_saving_again_takes_this_one(cast, browser_of):
    application = world.start(cast)
    ann, address = browser_of("ann"), url("part", application.pk, "supervisor")
    seen = ann.get(address).context["form"]["seen"].value()
    ann.post(address, {"name": "Sam Patel", "email": "sam@example.org", "seen": seen})
    response = ann.post(address, {"name": "Sid Marsh", "email": "sid@example.org", "seen": seen})
    page = response.content.decode()
    assert response.status_code == 409 and "Saved in another window" in page
    assert "Sam Patel" in page and 'value="Sid Marsh"' in page
    fresh = response.context["form"]["seen"].value()
    assert ann.post(address, {"name": "Sid Marsh", "email": "sid@example.org", "seen": fresh}).status_code == 303
    assert world.refresh(application).supervisor_name == "Sid Marsh"


def test_A5_the_text_about_adjustments_is_never_kept_as_a_draft(cast, browser_of):
    application = world.start(cast)
    ann = browser_of("ann")
    assert ann.post(url("draft", application.pk, "adjustments"), {"reason": "x"}).status_code == 404
    page = ann.get(url("part", application.pk, "adjustments")).content.decode()
    assert "data-autosave-url" not in page


# --- files ----------------------------------------------------------------------------------------------------------


def test_A2_a_file_is_kept_when_another_field_of_its_form_is_wrong(cast, browser_of):
    application = world.start(cast)
    ann, address = browser_of("ann"), url("add_qualification", application.pk)
    page = ann.get(address).context["form"]
    given = {"kind": "a_level", "title": "A levels", "subject": "Physics", "institution": "School"}
    given |= {"framework": "rqf", "complete": "yes", "key": page["key"].value(), "seen": page["seen"].value()}
    response = ann.post(address, {**given, "certificate": upload("certificate-photo.jpg")})
    kept = Document.objects.get()
    assert response.status_code == 422 and "how many A levels" in response.content.decode()
    assert f'value="{kept.pk}"' in response.content.decode() and "Attached:" in response.content.decode()
    again = ann.post(address, {**given, "a_levels": "2", "certificate_kept": kept.pk})
    assert again.status_code == 303
    assert application.qualifications.get().certificate == kept and Document.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "words"), [("training-plan.pdf.exe", "certificate"), ("teaching-session.pptx", "Wanted here")]
)
def test_a_file_that_is_not_wanted_is_told_beside_its_field(cast, browser_of, name, words):
    application = world.start(cast)
    content = (GOOD / "teaching-session.pptx").read_bytes() if name.endswith("pptx") else b"MZ no document"
    file = SimpleUploadedFile(name, content)
    response = browser_of("ann").post(url("add_qualification", application.pk), {"certificate": file})
    assert response.status_code == 422 and response.context["form"].errors["certificate"]
    assert words in response.content.decode() and not Document.objects.exists()


def test_A3f_the_purchase_order_is_entered_in_pounds_and_a_shortfall_is_explained(cast, browser_of):
    application = world.start(cast)
    ann, address = browser_of("ann"), url("part", application.pk, "purchase_order")
    page = ann.get(address).context["form"]
    given = {"number": "PO-1", "issuer": "Trust", "net_pence": "£2,400.00", "vat_pence": "480", "gross_pence": "2,880"}
    given |= {"key": page["key"].value(), "seen": page["seen"].value(), "document": upload("purchase-order.pdf")}
    assert ann.post(address, given).status_code == 303
    assert queries.current_order(application).gross_pence == 288_000
    shown = ann.get(address).content.decode()
    assert "£120.00</strong> short" in shown and "Attached:" in shown


def test_files_open_for_readers_of_the_application_once_they_are_checked(cast, handed_over, browser_of):
    application = handed_over
    file = application.qualifications.first().certificate
    assert status(browser_of("ann"), "document", application.pk, file.pk) == 200
    assert status(browser_of("sam"), "document", application.pk, file.pk) == 409
    check(file.pk, NOW)
    response = browser_of("sam").get(url("document", application.pk, file.pk))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert "inline" in response["Content-Disposition"]
    saved = browser_of("sam").get(url("document", application.pk, file.pk) + "?download=1")
    assert saved["Content-Disposition"].startswith("attachment")
    assert browser_of("sam").get(url("preview", application.pk, file.pk))["Content-Type"] == "image/png"
    for first in ("sue", "carl", "abe", "nobody"):
        assert status(browser_of(first), "document", application.pk, file.pk) == 404
    foreign = world.filled(cast, "bristol").qualifications.first().certificate
    assert status(browser_of("ann"), "document", application.pk, foreign.pk) == 404


# --- list and plan --------------------------------------------------------------------------------------------------


def test_S3_the_list_is_chosen_added_to_and_its_gaps_are_named(cast, browser_of):
    application = world.start(cast)
    ann = browser_of("ann")
    assert ann.get(url("competencies", application.pk)).url == url("part", application.pk, "scope")
    for name in ("add_local", "plan"):
        assert ann.get(url(name, application.pk)).status_code == 302
    ann.post(url("part", application.pk, "scope"), {"scope": world.Scope.objects.get(code="NM").pk})
    address = url("competencies", application.pk)
    first = queries.choosable_competencies(world.refresh(application).competency_list)[0]
    assert ann.post(address, {"chosen": ["999999"]}).status_code == 422
    assert ann.post(address, {"chosen": [first.pk]}).url == address
    page = ann.get(address).content.decode()
    assert "The list leaves gaps" in page and "NM-T01 Prepare radiopharmaceuticals" in page
    chosen = world.refresh(application).competency_list
    local = {"title": "Portable imaging", "statement": "Sets it up", "module": queries.modules_of(chosen)[0].pk}
    assert ann.post(url("add_local", application.pk), local).status_code == 422
    assert (
        ann.post(url("add_local", application.pk), {**local, "tasks": [queries.tasks_of(chosen)[0].pk]}).url == address
    )
    item = chosen.items.get(competency=None)
    assert status(ann, "remove_local", application.pk, item.pk) == 200
    ann.post(url("remove_local", application.pk, item.pk))
    assert not chosen.items.filter(competency=None).exists()


def test_S3_whoever_chose_the_wrong_scope_empties_the_list_and_chooses_another(cast, browser_of):
    application = world.start(cast)
    ann, scopes = browser_of("ann"), {code: Scope.objects.get(code=code).pk for code in ("NM", "ME")}
    ann.post(url("part", application.pk, "scope"), {"scope": scopes["NM"]})
    address, first = (
        url("competencies", application.pk),
        queries.choosable_competencies(world.refresh(application).competency_list)[0],
    )
    ann.post(address, {"chosen": [first.pk]})
    refused = ann.post(url("part", application.pk, "scope"), {"scope": scopes["ME"]})
    assert refused.status_code == 422 and "untick them all, save" in refused.text
    ann.post(url("plan", application.pk), {"summary": "Two years in Leeds.", "level_six": "A project."})
    assert ann.post(address, {"chosen": []}).url == address
    assert "Nothing chosen yet" in ann.get(address).text
    assert ann.post(url("part", application.pk, "scope"), {"scope": scopes["ME"]}).status_code == 303
    outline = world.refresh(application).competency_list.plan  # what was typed goes along
    assert (outline.summary, outline.level_six) == ("Two years in Leeds.", "A project.")


def test_A2_the_plan_is_saved_with_one_line_for_all(filled, browser_of):
    application = filled
    ann, address = browser_of("ann"), url("plan", application.pk)
    item = application.competency_list.items.first()
    given = {f"how_{item.pk}": "Lead it", "all_how": "Watch, then do", "all_where": "Camera room"}
    assert ann.post(address, given).status_code == 422
    wrong = {**given, "level_six": "Project", f"by_month_{item.pk}": "soon"}
    assert "Write the month as a whole number" in ann.post(address, wrong).content.decode()
    assert ann.post(address, {**given, "level_six": "Project"}).status_code == 303
    plans = {row.plan.how for row in application.competency_list.items.select_related("plan")}
    assert plans == {"Lead it", "Watch, then do"}


def test_A2_a_qualification_is_changed_and_removed_on_pages(filled, browser_of):
    application = filled
    ann, row = browser_of("ann"), application.qualifications.first()
    address = url("change_qualification", application.pk, row.pk)
    form = ann.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert ann.post(address, {**given, "grade": "First"}).url == url("qualifications", application.pk)
    row.refresh_from_db()
    assert row.grade == "First" and row.certificate is not None
    kept = ann.post(f"{url('draft', application.pk, 'qualifications')}?form={row.pk}", {"title": "Half"})
    assert kept.json()["version"] == 1
    assert ann.post(url("remove_qualification", application.pk, row.pk)).status_code == 303
    assert not application.qualifications.filter(pk=row.pk).exists()
    late = ann.post(address, {**given, "grade": "First, with a prize"})  # typed in another window meanwhile
    assert (late.status_code, "removed in another window" in late.text) == (409, True)
    assert "First, with a prize" in late.text and "Grade" in late.text
    assert ann.post(url("remove_qualification", application.pk, row.pk)).status_code == 409


# --- adjustments ----------------------------------------------------------------------------------------------------


def test_A5_the_reason_opens_by_a_press_and_the_person_sees_who_read_it(cast, browser_of):
    application = world.start(cast)
    ann, ada = browser_of("ann"), browser_of("ada")
    page = ann.get(url("part", application.pk, "adjustments")).context["form"]
    given = {"wanted": "yes", "reason": "Dyslexia", "key": page["key"].value()}
    assert ann.post(url("part", application.pk, "adjustments"), {**given, "reason": ""}).status_code == 422
    assert ann.post(url("part", application.pk, "adjustments"), given).status_code == 303
    asked = AdjustmentRequest.objects.get()
    address = url("adjustment", asked.pk)
    assert "Dyslexia" not in ada.get(address).content.decode()
    assert "Dyslexia" in ada.post(address).content.decode()
    assert "Ada Adair" in ann.get(address).content.decode()
    agreed = {"agreed": "A quarter more time", "review_on": "2027-01-04", "seen": "0"}
    assert ada.post(url("agree_adjustment", asked.pk), agreed).status_code == 303
    assert ada.post(url("agree_adjustment", asked.pk), agreed).status_code == 409
    assert ann.post(url("agree_adjustment", asked.pk), agreed).status_code == 403
    for first in ("olive", "sam", "cora", "abe"):
        assert browser_of(first).post(address).status_code == 404, first
    assert actions.read_adjustment(by=cast.ann, now=NOW, request_id=asked.pk).reason == "Dyslexia"


def test_A5_the_list_says_truthfully_what_its_reader_may_see(cast, browser_of):
    nothing, own = "No adjustment is asked for", "You have asked for no adjustment"

    def said(first):
        page = browser_of(first).get(f"{url('adjustments')}?show=all", follow=True).content.decode()
        return nothing in page, own in page

    assert [said(first) for first in ("ada", "olive", "ann")] == [(True, False), (False, True), (False, True)]
    asked = {"application_id": world.start(cast).pk, "key": uuid4(), "wanted": True, "reason": "Dyslexia"}
    actions.save_adjustments(by=cast.ann, now=NOW, **asked)
    assert [said(first) for first in ("ada", "olive", "ann")] == [(False, False), (False, True), (False, False)]
