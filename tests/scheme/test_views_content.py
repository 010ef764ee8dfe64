"""The office's pages of the scheme's own things: frameworks, rules, the handbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common import clock
from ctts.documents.checking import check
from ctts.scheme import actions as scheme
from ctts.scheme.models import Framework, Handbook, RuleConfirmation, RuleSet
from ctts.scheme.queries import framework_as_sheet, is_last_published
from ctts.scheme.rules import CHECKLIST, field_specs
from ctts.scheme.states import FrameworkState
from tests.cast import START
from tests.documents.samples import sample
from tests.make import CATALOGUES, FILES, published_framework, sample_sheet
from tests.office import browser_of, shown

pytestmark = pytest.mark.usefixtures("cast")


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


# --- frameworks (S2) ---


def upload(olive, name=FILES["NM"], content=None):
    content = (CATALOGUES / FILES["NM"]).read_bytes() if content is None else content
    return olive.post(page("try_out"), {"file": SimpleUploadedFile(name, content)})


def test_S2_a_file_is_tried_out_imported_as_shown_and_published(olive, cast):
    tried = upload(olive)
    assert "Nothing: the first of its scope" in tried.text
    assert not Framework.objects.exists()
    sealed = {"sealed": tried.context["form"]["sealed"].value()}
    imported = olive.post(page("import"), sealed)
    framework = Framework.objects.get()
    assert imported.url == page("framework", framework.pk)
    assert framework.competencies.count() == len(sample_sheet("NM").competencies)
    again = olive.post(page("import"), sealed)
    assert again.status_code == 422
    assert "is here already" in again.text
    assert "Nothing differs" in upload(olive).text
    assert "choose from its" in olive.get(page("publish", framework.pk)).text
    assert olive.post(page("publish", framework.pk)).status_code == 303
    assert olive.post(page("publish", framework.pk)).status_code == 409
    assert Framework.objects.get().state == FrameworkState.PUBLISHED


def test_S2_a_very_long_framework_is_read_in_pages(olive):
    sheet = sample_sheet("NM")
    first = sheet.competencies[0]
    many = tuple(replace(first, code=f"X{number:03}", title=f"Competency no. {number}") for number in range(501))
    given = {"sheet": replace(sheet, competencies=many), "file_sha256": "0" * 64}
    url = page("framework", scheme.import_framework(by=None, now=START, **given).pk)
    text = olive.get(url).text
    assert "1 to 500 of 501 competencies" in text and "X499" in text and "X500" not in text
    text = olive.get(url, {"page": "2"}).text
    assert "501 to 501" in text and "X500" in text and "X499" not in text
    assert "X500" in olive.get(url, {"page": "99"}).text


def test_S2_a_version_says_which_trainees_are_on_it_from_the_day_it_is_offered(olive, cast):
    offered, draft = (
        published_framework("NM"),
        scheme.import_framework(
            by=cast.olive, now=clock.now(), sheet=replace(sample_sheet("NM"), version="2099.1"), file_sha256="0" * 64
        ),
    )
    link = f"{reverse('training:office')}?framework={offered.pk}"
    assert link in olive.get(page("framework", offered.pk)).text
    assert "No trainee" in olive.get(link).text
    assert "The trainees who are on" not in olive.get(page("framework", draft.pk)).text


def test_S2_a_published_version_can_be_offered_no_longer(olive, cast):
    framework = published_framework("NM")
    assert "Offer it no longer" in olive.get(page("framework", framework.pk)).text
    assert "stays on it" in olive.get(page("retire", framework.pk)).text
    assert (
        "nobody can apply in Nuclear Medicine until another is published"
        in olive.get(page("retire", framework.pk)).text
    )
    assert "This is final" in olive.get(page("retire", framework.pk)).text
    assert olive.post(page("retire", framework.pk)).status_code == 303
    assert olive.get(page("retire", framework.pk)).status_code == 409


def test_S2_a_version_beside_another_or_of_a_scope_not_offered_leaves_nobody_out(olive, cast):
    framework = published_framework("NM")
    sheet = replace(sample_sheet("NM"), version="2099.1")
    other = scheme.import_framework(by=cast.olive, now=clock.now(), sheet=sheet, file_sha256="0" * 64)
    assert not is_last_published(other)
    scheme.publish_framework(by=cast.olive, now=clock.now(), framework_id=other.pk)
    assert "nobody can apply" not in olive.get(page("retire", framework.pk)).text
    said = "choose from the version published before it"
    assert said not in olive.get(page("retire", framework.pk)).text  # they choose from the other one already
    newest = olive.get(page("retire", other.pk)).text
    assert said in newest and str(framework) in newest
    scheme.retire_framework(by=cast.olive, now=clock.now(), framework_id=other.pk)
    assert is_last_published(framework)
    framework.scope.offered = False
    assert not is_last_published(framework)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.pdf", b"%PDF-1.7", "kind of file is not read"),
        ("x.xlsx", b"PK no workbook", "x.xlsx"),
        ("x.csv", b"\xff\xfe\x00", "x.csv"),
        ("x.csv", b"Code,Title\n1,2\n", "column"),
    ],
)
def test_S2_every_place_to_mend_is_listed(olive, name, content, words):
    answer = upload(olive, name, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.context["problems"]


def next_version(framework):
    """The next version of a scope: one competency reads otherwise, one is gone, one is new."""
    sheet = framework_as_sheet(framework)
    first, gone, *rest = sheet.competencies
    changed = replace(first, statement="Explains it to a colleague.")
    new = replace(gone, code="NEW-1", title="Something new")
    sheet = replace(sheet, version="9.0", competencies=(changed, *rest, new))
    return scheme.import_framework(by=None, now=START, sheet=sheet, file_sha256="9" * 64), first, gone


def test_S2_two_versions_stand_side_by_side(olive, cast):
    older = published_framework("NM")
    assert "Compare it with another version" not in olive.get(page("framework", older.pk)).text
    newer, changed, gone = next_version(older)
    assert "Compare it with another version" in olive.get(page("framework", newer.pk)).text
    asked = olive.get(page("compare", newer.pk))
    assert asked.status_code == 200 and "Removed" not in asked.text and "None" not in asked.text
    shown = olive.get(page("compare", newer.pk), {"other": older.pk})
    found = shown.context["differences"]
    assert [(one.code, one.field, one.new) for one in found.changed if one.code] == [
        (changed.code, "Statement", "Explains it to a colleague.")
    ]
    assert [one.code for one in found.removed] == [gone.code] and [one.code for one in found.added] == ["NEW-1"]
    assert "Explains it to a colleague." in shown.text and "Removed (1)" in shown.text
    again = olive.get(page("compare", older.pk), {"other": newer.pk})
    # the later one is the newer, whichever the page is asked of
    assert (again.context["older"], again.context["newer"]) == (older, newer)


@pytest.mark.parametrize("other", ["", "x", "0", "1\0"])
def test_S2_only_another_version_of_the_scope_can_be_compared(olive, cast, other):
    newer, *_ = next_version(published_framework("NM"))
    assert olive.get(page("compare", newer.pk), {"other": other}).status_code == 422
    for other in (newer.pk, published_framework("ME").pk):
        assert olive.get(page("compare", newer.pk), {"other": other}).status_code == 422


def test_S2_versions_that_say_the_same_do_not_differ(olive, cast):
    older = published_framework("NM")
    same = replace(framework_as_sheet(older), version="2.0")
    newer = scheme.import_framework(by=None, now=START, sheet=same, file_sha256="8" * 64)
    found = olive.get(page("compare", newer.pk), {"other": older.pk}).context["differences"]
    assert [one.field for one in found.changed] == ["Version"] and not found.added and not found.removed


def test_S2_what_was_sealed_cannot_be_changed_on_the_way(olive):
    answer = olive.post(page("import"), {"sealed": "abc:def:ghi"}, follow=True)
    assert "Choose the file again." in answer.text
    assert olive.get(page("import")).url == page("try_out")
    assert olive.post(page("try_out"), {}).status_code == 422
    empty = olive.post(page("try_out"), {"file": SimpleUploadedFile("empty.xlsx", b"")})
    assert empty.status_code == 422 and "This file is empty" in empty.text


def test_S2_the_import_shows_which_columns_it_wants_and_gives_an_example_that_it_takes(olive):
    text = olive.get(page("try_out")).text
    assert "Curriculum version" in text and page("framework_example") in text
    content = olive.get(page("framework_example")).content
    assert "What the import would do" in upload(olive, "framework.xlsx", content).text


# --- the scheme rules ---


def change(olive, group="F", **given):
    url = page("change_rules", group)
    return olive.post(url, {**shown(olive, url), "reason": "Fewer are enough.", **given})


def test_every_number_stands_on_the_page_with_its_source(olive):
    text = olive.get(page("rules")).text
    assert "guidance 4.2" in text
    assert "default, not confirmed" in text
    assert ">1 A level<" in text and ">6 reviews<" in text
    assert all(f'scope="row">{spec.label}' in text for spec in field_specs() if "'" not in spec.label)


def test_a_number_of_the_offices_own_is_no_default_any_more(olive):
    specs = [
        spec for spec in field_specs() if not spec.from_guidance and spec.kind == "whole" and spec.default < spec.most
    ]
    given = {specs[0].name: specs[0].default + 1}
    made = change(olive, group=specs[0].rule[0], **given)
    assert made.status_code == 303, made.context["form"].errors
    assert "set by the office, not confirmed" in olive.get(page("rules")).text
    far = change(olive, group=specs[0].rule[0], **{specs[0].name: specs[0].default, "effective_on": "2199-01-01"})
    assert far.status_code == 422 and "more than 5 years ahead" in far.text


def test_a_number_set_in_the_place_of_the_guidances_says_what_the_guidance_gives(olive):
    assert change(olive, group="A", gcse_grade_needed=7).status_code == 303
    assert "set by the office; guidance 2.1 gives 4<" in olive.get(page("rules")).text


def test_a_default_is_confirmed_once(olive):
    seen = {"seen_version": "1"}
    assert olive.post(page("confirm_default", "viva_minutes")).status_code == 409
    assert olive.post(page("confirm_default", "viva_minutes"), seen).status_code == 303
    assert RuleConfirmation.objects.get().name == "viva_minutes"
    assert "default, confirmed by Olive" in olive.get(page("rules")).text
    assert olive.post(page("confirm_default", "viva_minutes"), seen).status_code == 409
    assert olive.post(page("confirm_default", "nothing"), seen).status_code == 404


def test_C3_the_checklist_of_centres_is_confirmed_on_the_same_page(cast, olive):
    url = page("confirm_checklist", CHECKLIST)
    text = olive.get(page("rules")).text
    assert url in text and "The guidance names no checklist" in text and "Protected time" in text
    done = olive.post(url, follow=True).text
    assert f"Default, confirmed by {cast.olive.full_name}" in done and url not in done
    assert olive.post(url).status_code == 409
    assert olive.post(page("confirm_checklist", "1999.1")).status_code == 404


@pytest.mark.parametrize("group", sorted({spec.rule[0] for spec in field_specs()}))
def test_a_group_comes_back_as_it_was_shown(olive, group):
    answer = change(olive, group)
    assert answer.status_code == 422
    assert "Nothing is different" in answer.text


def test_a_band_between_the_steps_is_refused_in_our_words(olive):
    refused = change(olive, "A", ielts_overall="7.3")
    assert refused.context["form"].errors["ielts_overall"] == ["Give it in steps of 0.5."]


def test_a_change_makes_a_new_version_of_exactly_what_differs(olive):
    assert change(olive, portfolio_pages="400").url == page("rules")
    assert change(olive, "C", accreditation_reminder_months="9, 3").status_code == 303
    assert change(olive, "A", ielts_overall="7.5").status_code == 303
    newest = RuleSet.objects.first()
    assert newest.version == 4
    assert newest.numbers["portfolio_pages"] == 400
    assert newest.numbers["accreditation_reminder_months"] == [9, 3]
    assert newest.numbers["ielts_overall"] == "7.5"
    assert "Fewer are enough." in olive.get(page("rules")).text


@pytest.mark.parametrize(
    ("group", "given", "field"),
    [
        ("F", {"portfolio_pages": "0"}, "portfolio_pages"),
        ("F", {"portfolio_pages": "many"}, "portfolio_pages"),
        ("F", {"practical_counts": "some"}, "practical_counts"),
        ("F", {"portfolio_pages": "400", "effective_on": "2020-01-01"}, "effective_on"),
        ("F", {"portfolio_pages": "400", "reason": " "}, "reason"),
        ("C", {"accreditation_reminder_months": "3, 9"}, "accreditation_reminder_months"),
        ("C", {"accreditation_reminder_months": "a"}, "accreditation_reminder_months"),
        ("C", {"accreditation_reminder_months": ""}, "accreditation_reminder_months"),
        ("A", {"ielts_overall": "7.3"}, "ielts_overall"),
        ("A", {"ielts_element": "9"}, "ielts_element"),
        *[("A", {"ielts_overall": number}, "ielts_overall") for number in ("1e400", "9" * 5000, "-1e400", "NaN")],
    ],
)
def test_a_wrong_number_comes_back_beside_its_field(olive, group, given, field):
    answer = change(olive, group, **given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_change_begun_on_an_older_version_changes_nothing(olive):
    seen = shown(olive, page("change_rules", "F"))
    assert change(olive, portfolio_pages="400").status_code == 303
    mine = {**seen, "portfolio_pages": "300", "reason": "x"}
    late = olive.post(page("change_rules", "F"), mine)
    assert late.status_code == 409 and "400 pages" in late.text and 'value="300"' in late.text
    again = {**mine, "seen_version": late.context["form"]["seen_version"].value()}
    assert olive.post(page("change_rules", "F"), again).status_code == 303
    assert olive.get(page("change_rules", "Z")).status_code == 404


def test_the_page_says_what_holds_today_what_will_and_what_was_taken_back(olive, cast):
    given = {"by": cast.oscar, "now": clock.now(), "reason": "Fewer are enough."}
    september, october = (date(2031, month, 1) for month in (9, 10))
    for version, (day, pages) in enumerate([(september, 400), (october, 300)], start=1):
        scheme.change_rules(**given, changes={"portfolio_pages": pages}, effective_on=day, seen_version=version)
    text = olive.get(page("rules")).text
    assert "Version 1 holds today" in text and "The tables show version 3" in text
    assert "Version 2 holds from" in text and "Version 3 holds from" in text
    assert "300 pages<br>" in text and "Today: 500 pages" in text
    form = olive.get(page("change_rules", "F"))
    assert form.context["form"]["effective_on"].value() == october and "take that version back first" in form.text
    assert page("withdraw_rules", 3) in text and page("withdraw_rules", 2) not in text
    assert "Version 2 goes on" in olive.get(page("withdraw_rules", 3)).text
    assert olive.post(page("withdraw_rules", 3), {"reason": ""}).status_code == 422
    assert olive.post(page("withdraw_rules", 3), {"reason": "Too early."}).status_code == 303
    text = olive.get(page("rules")).text
    assert "The tables show version 2" in text and "by Olive" in text and "Too early." in text
    assert olive.get(page("withdraw_rules", 1)).status_code == 409
    assert olive.get(page("withdraw_rules", 9)).status_code == 404


# --- the handbook (E1) ---


def publish(cast, version):
    proven = SimpleUploadedFile("handbook.pdf", sample("good/training-plan.pdf"))
    answer = browser_of(User.objects.get(pk=cast.oscar.pk)).post(
        page("publish_handbook"), {"version": version, "upload": proven}
    )
    assert answer.status_code == 303, answer.text
    return Handbook.objects.get(version=version)


def test_E1_a_handbook_is_published_read_and_acknowledged_once(olive, cast):
    tara = browser_of(cast.tara)
    assert "No handbook is published yet" in tara.get(page("handbook")).text
    assert tara.post(page("handbook"), {"read": "on"}).status_code == 404
    handbook = publish(cast, "2026")
    assert "2026" in olive.get(page("handbooks")).text
    assert tara.post(page("handbook"), {"handbook": handbook.pk}).status_code == 422
    assert tara.post(page("handbook"), {"handbook": handbook.pk, "read": "on"}).status_code == 303
    assert "You have said" in tara.get(page("handbook")).text
    assert handbook.acknowledgements.get().person == cast.tara


def test_E1_the_file_is_open_to_everybody_once_it_is_checked(cast):
    handbook = publish(cast, "2026")
    tara = browser_of(cast.tara)
    assert tara.get(page("handbook_file", handbook.pk)).status_code == 409
    check(handbook.document_id, now=clock.now())
    answer = tara.get(page("handbook_file", handbook.pk))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_E1_of_two_who_publish_at_once_the_second_looks_first(olive, cast):
    seen = olive.get(page("publish_handbook")).context["form"]["seen"].value()
    publish(cast, "2026")
    for status in (422, 303):
        sent = {"version": "2026.1", "upload": SimpleUploadedFile("h.pdf", sample("good/training-plan.pdf"))}
        answer = olive.post(page("publish_handbook"), {**sent, "seen": seen})
        assert answer.status_code == status
        if status == 422:
            assert "version 2026” was published since you opened this page" in answer.text and "2026.1" in answer.text
            seen = answer.context["form"]["seen"].value()


def test_E1_a_version_comes_once_and_as_pdf(olive, cast):
    publish(cast, "2026")
    again = {"version": "2026", "upload": SimpleUploadedFile("h.pdf", sample("good/training-plan.pdf"))}
    answer = olive.post(page("publish_handbook"), again)
    assert answer.status_code == 422
    assert "published already" in answer.text
    picture = {"version": "2027", "upload": SimpleUploadedFile("h.png", sample("good/uptake-chart.png"))}
    assert "Wanted here: PDF" in olive.post(page("publish_handbook"), picture).text
