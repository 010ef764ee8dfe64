"""Staff edit the table of craft groups and scopes and may offer any row; what was begun goes on (S1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.scheme import actions, queries
from ctts.scheme.models import CraftGroup, Framework, PtpModule, Scope
from ctts.scheme.spreadsheet import framework_workbook
from tests.cast import START
from tests.make import published_framework, sample_sheet
from tests.office import browser_of, shown
from tests.scheme.calendar import NOW
from tests.worlds import built_once


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


@built_once
def zoned(cast):
    """Zonal Imaging, entered by Olive and not offered."""
    group = CraftGroup.objects.get(code="MP")
    return actions.enter_scope(by=cast.olive, now=NOW, code="ZI", name="Zonal Imaging", group=group)


def noted(action):
    """What the audit says of the last such step: before, after, words."""
    event = AuditEvent.objects.filter(action=action).latest("seq")
    return event.before, event.after, event.words.text if hasattr(event, "words") else {}


# --- entering ---


def test_S1_a_scope_is_entered_and_not_offered_yet(cast, zoned):
    assert (zoned.code, zoned.name, zoned.offered) == ("ZI", "Zonal Imaging", False)
    _, after, words = noted("scheme.scope.entered")
    assert (after, words) == ({"code": "ZI", "group": "MP", "offered": False}, {"name": "Zonal Imaging"})
    assert zoned not in queries.offered_scopes() and zoned not in queries.scopes_in_use()


def test_S1_code_and_name_are_there_once_whatever_the_capitals(cast, zoned):
    given = {"by": cast.oscar, "now": NOW, "group": zoned.group}
    for code, name, field in (("ZI", "Another", "code"), ("ZX", "zonal  IMAGING", "name")):
        with pytest.raises(Invalid, match="Another scope has this") as refused:
            actions.enter_scope(**given, code=code, name=name)
        assert refused.value.field == field
    with pytest.raises(DoneAlready, match="Zonal Imaging is entered already"):
        actions.enter_scope(**given, code="ZI", name="Zonal Imaging")
    assert AuditEvent.objects.filter(action="scheme.scope.entered").count() == 1


def test_S1_a_craft_group_is_entered_once(cast):
    given = {"by": cast.olive, "now": NOW}
    group = actions.enter_craft_group(**given, code="LS", name=" Life  Sciences ")
    assert (str(group), noted("scheme.craft_group.entered")[1:]) == (
        "Life Sciences",
        ({"code": "LS"}, {"name": "Life Sciences"}),
    )
    for code, name, field in (("LS", "Other", "code"), ("LX", "LIFE sciences", "name")):
        with pytest.raises(Invalid, match="Another craft group has this") as refused:
            actions.enter_craft_group(**given, code=code, name=name)
        assert refused.value.field == field
    with pytest.raises(DoneAlready):
        actions.enter_craft_group(**given, code="LS", name="Life Sciences")


@pytest.mark.parametrize("wrong", [{"code": "z1"}, {"code": "ABCDE"}, {"name": ""}, {"name": "nuclear medicine"}])
def test_S1_the_database_holds_no_other_code_and_no_empty_or_second_name(cast, zoned, wrong):
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Scope.objects.filter(pk=zoned.pk).update(**wrong)
    assert Scope.objects.get(pk=zoned.pk).code == "ZI"


def test_S1_nobody_outside_the_office_edits_the_table(cast, zoned):
    given = {"by": cast.cora, "now": NOW}
    group = zoned.group
    for step in (
        lambda: actions.enter_scope(**given, code="ZZ", name="Zoo", group=group),
        lambda: actions.enter_craft_group(**given, code="ZZ", name="Zoo"),
        lambda: actions.change_scope(**given, scope_id=zoned.pk, code="ZI", name="Zoo", group=group, seen=""),
        lambda: actions.change_craft_group(**given, group_id=group.pk, name="Zoo", seen=""),
        lambda: actions.offer_scope(**given, scope_id=zoned.pk),
        lambda: actions.close_scope(**given, scope_id=Scope.objects.get(code="NM").pk),
    ):
        with pytest.raises(NotAllowed):
            step()


# --- changing ---


def change(cast, scope, **given):
    kept = {"code": scope.code, "name": scope.name, "group": scope.group, "seen": queries.scope_version(scope)}
    return actions.change_scope(by=cast.olive, now=NOW, scope_id=scope.pk, **{**kept, **given})


def test_S1_name_and_group_change_and_the_code_until_something_refers_to_it(cast, zoned):
    clinical = CraftGroup.objects.get(code="CE")
    changed = change(cast, zoned, code="ZM", name=" Zonal  Imaging and Measurement ", group=clinical)
    assert (changed.code, changed.name, changed.group) == ("ZM", "Zonal Imaging and Measurement", clinical)
    assert noted("scheme.scope.changed") == (
        {"code": "ZI", "group": "MP", "offered": False},
        {"code": "ZM", "group": "CE", "offered": False},
        {"before": "Zonal Imaging", "name": "Zonal Imaging and Measurement"},
    )
    sheet = replace(sample_sheet("NM"), scope="ZM", scope_name=changed.name)
    actions.import_framework(by=cast.olive, now=NOW, sheet=sheet, file_sha256="0" * 64)
    with pytest.raises(Invalid, match="code stays") as refused:
        change(cast, changed, code="ZQ")
    assert refused.value.field == "code"
    assert change(cast, changed, name="Zonal Imaging").name == "Zonal Imaging"


def test_S1_a_change_on_an_older_state_is_refused_and_the_same_sent_twice_changes_nothing(cast, zoned):
    seen = queries.scope_version(zoned)
    change(cast, zoned, name="Zonal Physics", seen=seen)
    change(cast, zoned, name="Zonal Physics", seen=seen)
    assert AuditEvent.objects.filter(action="scheme.scope.changed").count() == 1
    with pytest.raises(actions.ScopeChangedSince):
        change(cast, zoned, name="Zone Physics", seen=seen)
    fresh = Scope.objects.get(pk=zoned.pk)
    for taken, field in ({"code": "NM"}, "code"), ({"name": "nuclear MEDICINE"}, "name"):
        with pytest.raises(Invalid) as refused:
            change(cast, fresh, **taken)
        assert refused.value.field == field


def test_S1_the_name_of_a_craft_group_changes(cast):
    group = CraftGroup.objects.get(code="CE")
    given = {"by": cast.olive, "now": NOW, "group_id": group.pk, "seen": queries.group_version(group)}
    for _ in range(2):
        assert actions.change_craft_group(**given, name="Clinical and Rehabilitation Engineering").code == "CE"
    words = {"name": "Clinical and Rehabilitation Engineering", "before": "Clinical Engineering"}
    assert noted("scheme.craft_group.changed") == ({}, {"code": "CE"}, words)
    with pytest.raises(actions.ScopeChangedSince):
        actions.change_craft_group(**given, name="Engineering")
    given["seen"] = queries.group_version(CraftGroup.objects.get(pk=group.pk))
    with pytest.raises(Invalid, match="has this name"):
        actions.change_craft_group(**given, name="medical physics")


# --- offering ---


def test_S1_any_scope_is_offered_and_closed_again(cast, zoned):
    given = {"by": cast.olive, "now": NOW, "scope_id": zoned.pk}
    assert actions.offer_scope(**given) in queries.offered_scopes()
    assert noted("scheme.scope.offered")[1]["offered"] is True
    assert zoned in queries.offered_without_framework() and zoned in queries.scopes_in_use()
    with pytest.raises(TooLate, match="offered already"):
        actions.offer_scope(**given)
    assert actions.close_scope(**given) not in queries.offered_scopes()
    assert noted("scheme.scope.closed")[:2] == (
        {"code": "ZI", "group": "MP", "offered": True},
        {"code": "ZI", "group": "MP", "offered": False},
    )
    with pytest.raises(TooLate, match="not offered"):
        actions.close_scope(**given)


def test_S1_a_scope_that_was_offered_once_stays_in_the_lists_of_the_office(cast):
    scope = published_framework("NM").scope
    actions.close_scope(by=cast.olive, now=NOW, scope_id=scope.pk)
    assert scope not in queries.offered_scopes() and scope in queries.offered_scopes(kept=scope.pk)
    assert scope in queries.scopes_in_use() and scope not in queries.offered_without_framework()


# --- the pages ---


def test_S1_the_table_says_what_is_offered_and_where_nobody_can_apply(olive, cast, zoned):
    framework = published_framework("NM")
    text = olive.get(page("scopes")).text
    for words in ("Medical Physics", "Zonal Imaging", "Offered", "Not offered", str(framework), "Open applications"):
        assert words in text
    assert "None published yet: nobody can apply in it" in text
    assert all(page("scopes") in olive.get(above).text for above in (reverse("home:scheme"), page("frameworks")))
    group = actions.enter_craft_group(by=cast.olive, now=NOW, code="LS", name="Life Sciences")
    assert "No scope is entered in this craft group yet" in olive.get(page("scopes")).text
    assert page("change_group", group.pk) in olive.get(page("scopes")).text


def test_S1_a_scope_is_entered_offered_changed_and_closed_on_its_pages(olive, cast):
    group = CraftGroup.objects.get(code="CE")
    sent = {"code": "zz", "name": "Zoological Physics", "group": group.pk}
    entered = olive.post(page("enter_scope"), sent)
    scope = Scope.objects.get(code="ZZ")
    assert (entered.status_code, entered.url) == (303, page("scope", scope.pk))
    assert "No framework is imported yet" in olive.get(page("scope", scope.pk)).text
    assert "so nobody can apply in it" in olive.get(page("offer_scope", scope.pk)).text
    assert olive.post(page("offer_scope", scope.pk)).status_code == 303
    assert "Nobody can apply in this scope" in olive.get(page("scope", scope.pk)).text
    assert olive.get(page("offer_scope", scope.pk)).status_code == 409
    url = page("change_scope", scope.pk)
    assert olive.post(url, {**shown(olive, url), "name": "Zoo Physics"}).status_code == 303
    assert "nobody trains in it" in olive.get(page("close_scope", scope.pk)).text
    assert olive.post(page("close_scope", scope.pk)).status_code == 303
    for late in (olive.get(page("close_scope", scope.pk)), olive.post(page("close_scope", scope.pk))):
        assert late.status_code == 409
    assert Scope.objects.get(pk=scope.pk).name == "Zoo Physics"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "Z", "Two to four capital letters"),
        ("code", "Z9", "Two to four capital letters"),
        ("code", "NM", "Another scope has this code"),
        ("name", "Zoo <b>Physics</b>", "A name does not have"),
        ("name", "Zoo \u202ePhysics", "invisible"),
        ("name", "12", "A name has letters"),
        ("name", "Zoo" * 40, "at most 80"),
        ("name", "nuclear medicine", "Another scope has this name"),
        ("group", "0", "offered"),
    ],
)
def test_S1_a_wrong_code_or_name_comes_back_beside_its_field_with_the_rest(olive, field, value, words):
    sent = {"code": "ZZ", "name": "Zoological Physics", "group": CraftGroup.objects.get(code="CE").pk, field: value}
    answer = olive.post(page("enter_scope"), sent)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert answer.context["form"]["name"].value() == sent["name"]
    assert not Scope.objects.filter(code="ZZ").exists()


def test_S1_two_of_the_office_who_change_a_scope_see_both_texts(olive, cast, zoned):
    url = page("change_scope", zoned.pk)
    typed = {**shown(olive, url), "name": "Zone Imaging"}
    change(cast, zoned, name="Zonal Physics")
    late = olive.post(url, typed)
    assert late.status_code == 409
    assert "Saved meanwhile: ZI, Zonal Physics, Medical Physics" in late.text and "Zone Imaging" in late.text
    again = {name: late.context["confirm"].form[name].value() for name in late.context["confirm"].form.fields}
    assert olive.post(url, again).status_code == 303
    assert Scope.objects.get(pk=zoned.pk).name == "Zone Imaging"


def test_S1_the_code_is_asked_only_while_nothing_refers_to_the_scope(olive, zoned):
    assert 'name="code"' in olive.get(page("change_scope", zoned.pk)).text
    url = page("change_scope", published_framework("NM").scope_id)
    answer = olive.get(url)
    assert 'name="code"' not in answer.text and "The code NM stays" in answer.text
    assert olive.post(url, {**shown(olive, url), "code": "QQ", "name": "Nuclear Imaging"}).status_code == 303
    assert Scope.objects.get(name="Nuclear Imaging").code == "NM"


def test_S1_a_craft_group_is_entered_and_its_first_scope_follows(olive, cast):
    entered = olive.post(page("enter_group"), {"code": "LS", "name": "Life Sciences"})
    group = CraftGroup.objects.get(code="LS")
    assert entered.url == f"{page('enter_scope')}?group={group.pk}"
    assert olive.get(entered.url).context["form"]["group"].value() == str(group.pk)
    assert olive.post(page("enter_group"), {"code": "LS", "name": "Other"}).status_code == 422
    url = page("change_group", group.pk)
    typed = {**shown(olive, url), "name": "Sciences of Life"}
    given = {"group_id": group.pk, "name": "Living Sciences", "seen": queries.group_version(group)}
    actions.change_craft_group(by=cast.oscar, now=NOW, **given)
    late = olive.post(url, typed)
    assert late.status_code == 409 and "Saved meanwhile: Living Sciences" in late.text
    assert olive.post(url, {**shown(olive, url), "name": "Sciences of Life"}).url == page("scopes")


def test_S1_nobody_else_opens_the_table(cast, zoned):
    for person in (cast.cora, cast.mia, cast.tara):
        assert browser_of(person).get(page("scopes")).status_code == 403


# --- a spreadsheet that cannot be imported (S2) ---


def tried(olive, sheet):
    return olive.post(page("try_out"), {"file": SimpleUploadedFile("framework.xlsx", framework_workbook(sheet))})


def test_S2_an_unknown_scope_is_named_before_the_import_with_the_way_to_enter_it(olive, cast):
    sheet = replace(sample_sheet("NM"), scope="ZZ", scope_name="Zoo & Physics")
    answer = tried(olive, sheet)
    assert answer.status_code == 422
    assert "There is no scope with the code “ZZ”" in answer.text and "Import it" not in answer.text
    assert answer.context["enter_url"] == f"{page('enter_scope')}?code=ZZ&name=Zoo+%26+Physics"
    form = olive.get(answer.context["enter_url"]).context["form"]
    assert (form["code"].value(), form["name"].value()) == ("ZZ", "Zoo & Physics")
    group = CraftGroup.objects.get(code="CE")
    actions.enter_scope(by=cast.olive, now=NOW, code="ZZ", name="Zoo and Physics", group=group)
    assert "Import it" in tried(olive, sheet).text


def test_S2_the_code_of_one_scope_with_the_name_of_another_is_a_place_to_mend(olive, cast):
    sheet = replace(sample_sheet("NM"), version="99.1", scope_name="Radiation  physics")
    answer = tried(olive, sheet)
    assert answer.status_code == 422 and "Import it" not in answer.text
    assert (
        "“Radiation  physics” is the name of RP" in answer.text and "NM is the code of Nuclear Medicine" in answer.text
    )
    with pytest.raises(Invalid, match="is the name of RP"):
        actions.import_framework(by=cast.olive, now=NOW, sheet=sheet, file_sha256="0" * 64)
    assert "Import it" in tried(olive, replace(sheet, scope_name="Nuclear Medicine (UK)")).text


def test_S2_a_word_that_can_be_no_code_leads_nowhere(olive):
    answer = tried(olive, replace(sample_sheet("NM"), scope="NM-2"))
    assert answer.status_code == 422 and answer.context["enter_url"] == ""


def test_S2_a_version_that_is_there_is_named_before_the_import(olive):
    actions.import_framework(by=None, now=START, sheet=sample_sheet("NM"), file_sha256="0" * 64)
    answer = tried(olive, sample_sheet("NM"))
    assert answer.status_code == 422
    assert "is here already" in answer.text and "Import it" not in answer.text and "Nothing differs" in answer.text
    assert "Import it" in tried(olive, replace(sample_sheet("NM"), version="99.1")).text


def test_S3_a_module_that_stands_on_another_level_is_named_before_the_import(olive):
    row = sample_sheet("NM").modules[0]
    given = {"code": row.code, "curriculum_version": row.curriculum_version, "title": row.title}
    PtpModule.objects.create(**given, level=4 if row.level != 4 else 5)
    answer = tried(olive, sample_sheet("NM"))
    assert answer.status_code == 422 and f"Module {row.code}" in answer.text and "stands on level" in answer.text
    assert not Framework.objects.exists()
