"""DOPS forms on the office's pages: versions with the anchors, changing the ten items, publishing a framework (T5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.accounts.models import User
from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed
from ctts.scheme import actions, queries
from ctts.scheme.catalogues import DOPS_WORKBOOK
from ctts.scheme.models import DopsForm, Scope
from ctts.scheme.spreadsheet import read_dops_form
from tests.cast import START
from tests.make import published_framework, sample_sheet
from tests.office import browser_of, shown

pytestmark = pytest.mark.usefixtures("cast")


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


@pytest.fixture
def general(cast):
    with DOPS_WORKBOOK.open("rb") as file:
        items = read_dops_form(file, DOPS_WORKBOOK.name)
    actions.import_dops_form(by=None, now=START, scope=None, items=items)
    return queries.dops_form_for(None, clock.now())


@pytest.fixture
def scope(cast):
    return published_framework("NM").scope


def tomorrow():
    return london_date(clock.now()) + timedelta(days=1)


def other(form, title="Consent, asked anew"):
    first, *rest = queries.dops_rows(form)
    return (replace(first, title=title), *rest)


def change(cast, scope, items, by="olive", starts_on=None, reason="Consent was unclear.", seen=None):
    seen = seen or queries.dops_form_to_change(scope, clock.now()).pk
    given = {"items": items, "starts_on": starts_on, "reason": reason, "seen": seen}
    return actions.change_dops_form(by=getattr(cast, by), now=clock.now(), scope=scope, **given)


def held(scope, now=None):
    return queries.dops_form_for(scope, now or clock.now())


def test_T5_the_office_changes_a_scopes_items_at_once_and_the_version_before_stays(cast, scope):
    before = held(scope)
    newer = change(cast, scope, other(before))
    assert (newer.version, held(scope)) == (2, newer)
    assert queries.dops_rows(newer)[0].title == "Consent, asked anew"
    assert queries.dops_rows(before) == tuple(sample_sheet("NM").dops)
    event = AuditEvent.objects.get(action="scheme.dops_form.changed")
    assert (event.after["version"], event.after["items"]) == (2, [1])


def test_T5_from_a_day_on_the_items_hold_then_and_not_before(cast, scope):
    before = held(scope)
    planned = change(cast, scope, other(before), starts_on=tomorrow())
    assert held(scope) == before
    assert held(scope, clock.now() + timedelta(days=1)) == planned
    assert queries.dops_form_to_change(scope, clock.now()) == planned
    with pytest.raises(Invalid, match="is planned from"):
        change(cast, scope, other(before, "Another"))
    newer = change(cast, scope, other(before, "Another"), starts_on=tomorrow())
    assert held(scope, clock.now() + timedelta(days=1)) == newer


def test_T5_what_changes_nothing_or_holds_in_the_past_is_refused(cast, scope):
    before = held(scope)
    for items, given in (
        (queries.dops_rows(before), {}),
        (other(before), {"reason": " "}),
        (other(before), {"starts_on": tomorrow() - timedelta(days=2)}),
    ):
        with pytest.raises(Invalid):
            change(cast, scope, items, **given)
    with pytest.raises(NotAllowed):
        change(cast, scope, other(before), by="cora")
    assert DopsForm.objects.filter(scope=scope).count() == 1


def test_T5_of_two_changes_one_is_made_and_ones_own_again_is_harmless(cast, scope):
    before = held(scope)
    change(cast, scope, other(before), seen=before.pk)
    with pytest.raises(DoneAlready):
        change(cast, scope, other(before), seen=before.pk)
    with pytest.raises(actions.DopsFormChanged):
        change(cast, scope, other(before), by="oscar", seen=before.pk)
    assert DopsForm.objects.filter(scope=scope).count() == 2


def test_T5_a_scope_without_a_form_follows_the_general_one_until_it_has_its_own(cast, general, olive):
    scope = Scope.objects.get(code="RT")
    assert held(scope) == general
    assert scope in queries.scopes_following(clock.now())
    own = change(cast, scope, other(general))
    assert (own.version, held(scope), queries.form_before(own)) == (1, own, general)
    change(cast, None, other(general, "Asked of all"))
    assert held(scope) == own
    assert queries.form_before(general) is None
    assert "The first version" in olive.get(page("dops_difference", general.pk)).text


def test_T5_the_form_of_a_framework_holds_from_its_publishing_and_the_preview_says_so(cast, scope, olive):
    before, sheet = held(scope), sample_sheet("NM")
    changed = replace(sheet, version="2099.1", dops=other(before))
    draft = actions.import_framework(by=None, now=clock.now(), sheet=changed, file_sha256="0" * 64)
    assert held(scope) == before
    assert "once its framework is published" in olive.get(page("dops_forms")).text
    assert "Waits for its framework" in olive.get(page("dops_form", draft.dops_form_id)).text
    asked = olive.get(page("publish", draft.pk)).text
    assert "item 1 reads otherwise than today" in asked and "older version of the framework" in asked
    olive.post(page("publish", draft.pk))
    assert held(scope).pk == draft.dops_form_id
    for dops, words in ((other(before), "DOPS read as before"), ((), "DOPS stay as they are")):
        sheet = replace(sheet, version=f"2100.{len(dops)}", dops=dops)
        next_one = actions.import_framework(by=None, now=clock.now(), sheet=sheet, file_sha256="0" * 64)
        assert words in olive.get(page("publish", next_one.pk)).text


def test_T5_where_no_form_holds_all_ten_items_of_the_first_are_new(cast, olive):
    draft = actions.import_framework(by=None, now=clock.now(), sheet=sample_sheet("NM"), file_sha256="0" * 64)
    assert "items 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 read otherwise" in olive.get(page("publish", draft.pk)).text
    assert "There is none yet" in olive.get(page("dops_forms")).text


def test_T5_where_there_is_no_form_the_office_enters_the_ten_items(cast, olive):
    url, items = page("change_general_dops"), sample_sheet("NM").dops
    assert olive.post(url, typed(olive, url)).status_code == 422
    written = {f"title_{row.number}": row.title for row in items}
    written |= {f"observed_{row.number}": row.observed for row in items}
    written |= {f"anchor_{row.number}_{point}": text for row in items for point, text in enumerate(row.anchors)}
    sent = typed(olive, url, **written)
    preview = olive.post(url, sent)
    assert preview.status_code == 200 and "Nothing yet" in preview.text
    sent["previewed"] = preview.context["form"]["previewed"].value()
    assert olive.post(url, sent).status_code == 303
    assert queries.dops_rows(queries.dops_form_for(None, clock.now())) == tuple(items)
    assert "You made this version already" in olive.post(url, sent).text


# --- pages ---


def typed(browser, url, **more):
    return {**shown(browser, url), "reason": "Consent was unclear.", **more}


def test_T5_the_page_shows_items_and_anchors_and_two_versions_side_by_side(cast, scope, olive):
    newer = change(cast, scope, other(held(scope)))
    row = queries.dops_rows(newer)[3]
    text = olive.get(page("dops_form", newer.pk)).text
    assert all(words in text for words in (row.title, row.anchors[4], "Consent was unclear.", "In force"))
    assert "Replaced" in olive.get(page("dops_form", queries.form_before(newer).pk)).text
    beside = olive.get(page("dops_difference", newer.pk))
    assert [(one.code, one.field) for one in beside.context["changed"]] == [("1", "Title")]


def test_T5_a_change_is_shown_with_what_follows_before_it_is_made(cast, scope, olive):
    url = page("change_dops", scope.pk)
    sent = typed(olive, url, title_1="Consent, asked anew")
    preview = olive.post(url, sent)
    assert preview.status_code == 200 and DopsForm.objects.filter(scope=scope).count() == 1
    assert "holds at once" in preview.text and "keep the items they have" in preview.text
    sent["previewed"] = preview.context["form"]["previewed"].value()
    assert "Consent, asked anew" in olive.post(url, {**sent, "again": "1"}).context["form"]["title_1"].value()
    assert olive.post(url, {**sent, "title_2": "Not shown before"}).status_code == 200
    made = olive.post(url, sent)
    assert (made.status_code, made.url) == (303, page("dops_form", held(scope).pk))
    assert "You made this version already" in olive.post(url, sent).text
    assert held(scope).version == 2


def test_T5_a_change_from_a_day_on_and_of_the_general_form_say_whom_they_reach(cast, general, olive):
    url, day = page("change_general_dops"), tomorrow()
    preview = olive.post(url, typed(olive, url, title_1="Asked of all", starts_on=day.isoformat()))
    assert "from that day on" in preview.text and "Radiotherapy" in preview.text
    scope = Scope.objects.get(code="RT")
    own = page("change_dops", scope.pk)
    assert "has a form of its own then" in olive.post(own, typed(olive, own, title_1="Its own")).text
    planned = change(cast, None, other(general), starts_on=day)
    assert olive.post(url, typed(olive, url, title_1="Later", starts_on="")).status_code == 422
    assert "is planned from" in olive.get(url).text and "From " in olive.get(page("dops_form", planned.pk)).text


def test_T5_nothing_changed_an_empty_anchor_or_no_reason_come_back_with_what_was_typed(cast, scope, olive):
    url = page("change_dops", scope.pk)
    assert "Nothing differs" in olive.post(url, typed(olive, url)).text
    for more in ({"anchor_1_0": ""}, {"reason": ""}, {"starts_on": "2001-01-01"}, {"title_1": "x" * 121}):
        answer = olive.post(url, typed(olive, url, title_2="Kept", **more))
        assert answer.status_code == 422 and "Kept" in answer.text, more


def test_T5_a_colleagues_newer_version_stands_beside_what_was_typed(cast, scope, olive):
    url = page("change_dops", scope.pk)
    sent = typed(olive, url, title_1="Mine")
    change(cast, scope, other(held(scope), "Theirs"), by="oscar")
    late = olive.post(url, sent)
    assert late.status_code == 409 and "Theirs" in late.text and "Mine" in late.text
    assert [(one.old, one.new) for one in late.context["differ"]] == [("Theirs", "Mine")]
    assert olive.post(url, {**sent, "seen": late.context["form"]["seen"].value()}).status_code == 200


def test_T5_only_the_office_sees_the_forms(cast, scope):
    for url in (page("dops_forms"), page("change_dops", scope.pk)):
        assert browser_of(User.objects.get(pk=cast.cora.pk)).get(url).status_code == 403
