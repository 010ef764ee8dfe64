"""The office changes a centre, consortium or employer, and adds, changes, closes and reopens its sites (C2)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.templatetags.formats import day
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.organisations import actions, queries
from ctts.organisations.models import Organisation, Site, SiteStep
from ctts.organisations.states import Kind, Nation
from ctts.scheme import queries as scheme
from tests.cast import START, at
from tests.office import NAVIGATION, browser_of, shown

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4)


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


def opened(code, name, kind=Kind.CENTRE, **more):
    given = {"nation": Nation.ENGLAND, "site_name": "Office", **more}
    return actions.open_organisation(by=None, now=START, code=code, name=name, kind=kind, **given)


@pytest.fixture
def north(cast):
    """A consortium without members."""
    return opened("NTH", "North Consortium", Kind.CONSORTIUM)


def changed(organisation, by, **changes):
    given = {name: getattr(organisation, name) for name in ("name", "ods_code", "employer_group", "consortium")}
    given |= {"seen": queries.organisation_version(organisation), "organisation_id": organisation.pk}
    return actions.change_organisation(by=by, now=NOW, **{**given, **changes})


def added(cast, name="East wing", by=None, **more):
    given = {"organisation_id": cast.leeds.pk, "name": name, "postcode": "LS9 7TF", "nation": Nation.ENGLAND, **more}
    return actions.add_site(by=by or cast.olive, now=NOW, **given)


def test_C2_a_centre_takes_a_new_name_and_becomes_a_member_of_a_consortium(cast, north):
    given = {"name": "Leeds University Hospital", "ods_code": "RR9", "consortium": north}
    found = changed(cast.leeds, cast.olive, **given)
    assert (found.name, found.ods_code, found.consortium) == ("Leeds University Hospital", "RR9", north)
    assert list(queries.members_of(north)) == [found]
    [event] = AuditEvent.objects.filter(action="organisations.organisation.changed")
    assert (event.before["ods_code"], event.after) == ("RR8", {"ods_code": "RR9", "consortium": north.pk})
    assert event.words.text["name"] == "Leeds University Hospital"


def test_C2_a_change_upon_an_older_page_is_refused_and_the_same_one_twice_is_harmless(cast):
    seen = queries.organisation_version(cast.leeds)
    for _ in range(2):
        changed(cast.leeds, cast.olive, name="Leeds General", seen=seen)
    with pytest.raises(TooLate, match="Somebody else has changed it"):
        changed(cast.leeds, cast.oscar, name="Leeds Royal", seen=seen)
    assert AuditEvent.objects.filter(action="organisations.organisation.changed").count() == 1


def test_C2_what_cannot_be_is_refused_beside_its_field(cast, north):
    for organisation, changes, words, field in (
        (cast.leeds, {"ods_code": "RA7"}, "Another organisation has this ODS code", "ods_code"),
        (cast.leeds, {"consortium": cast.bristol}, "Choose a consortium", "consortium"),
        (north, {"consortium": north}, "no member of another one", "consortium"),
    ):
        with pytest.raises(Invalid, match=words) as refused:
            changed(organisation, cast.olive, **changes)
        assert refused.value.field == field
    with pytest.raises(Invalid, match="Another organisation has this ODS code"):
        opened("NEW", "New Hospital", ods_code="RA7")


def test_C2_nobody_but_the_office_changes_a_centre_or_its_sites(cast):
    site = cast.leeds.sites.get()
    given = {"now": NOW, "site_id": site.pk}
    for who in (cast.cora, cast.sam, cast.mia):
        with pytest.raises(NotAllowed):
            changed(cast.leeds, who, name="Mine")
        with pytest.raises(NotAllowed):
            added(cast, by=who)
        with pytest.raises(NotAllowed):
            actions.change_site(by=who, name="x", postcode="", nation=Nation.WALES, seen="", **given)
        with pytest.raises(NotAllowed):
            actions.close_site(by=who, key=uuid4(), closed_on=NOW.date(), **given)
        with pytest.raises(NotAllowed):
            actions.reopen_site(by=who, key=uuid4(), words="x", seen="", **given)


def test_C2_a_site_is_added_once_and_its_name_belongs_to_it(cast):
    assert added(cast) == added(cast)
    assert AuditEvent.objects.filter(action="organisations.site.added").count() == 1
    with pytest.raises(Invalid, match="had a site of this name") as refused:
        added(cast, postcode="LS1 1AA")
    assert refused.value.field == "name"
    with pytest.raises(Invalid, match="had a site of this name"):
        added(cast, name="EAST wing")
    with pytest.raises(Invalid, match="had a site of this name"):
        added(cast, name="East  Wing", postcode="LS1 1AA")
    assert added(cast, name=" East \u00a0wing ") == Site.objects.get(name="East wing")


def test_C2_a_site_is_changed_and_decides_the_working_days(cast):
    site = cast.leeds.sites.get()
    seen = queries.site_version(site)
    given = {"now": NOW, "site_id": site.pk, "postcode": "G4 0SF", "nation": Nation.SCOTLAND, "seen": seen}
    for _ in range(2):
        actions.change_site(by=cast.olive, name="Glasgow site", **given)
    assert queries.nation_of(cast.leeds) == Nation.SCOTLAND
    assert AuditEvent.objects.filter(action="organisations.site.changed").count() == 1
    with pytest.raises(TooLate, match="Somebody else has changed it"):
        actions.change_site(by=cast.oscar, name="Another", **given)
    other = added(cast)
    with pytest.raises(Invalid, match="had a site of this name"):
        again = {"seen": queries.site_version(other), "postcode": "", "nation": Nation.WALES}
        actions.change_site(by=cast.olive, now=NOW, site_id=other.pk, name="Glasgow  site", **again)


def test_C2_a_closed_site_stays_in_the_history_and_leaves_the_public_list_after_its_last_day(cast):
    old, _new = cast.leeds.sites.get(), added(cast, nation=Nation.WALES)
    common = {"by": cast.olive, "now": NOW, "site_id": old.pk}
    key = uuid4()
    for _ in range(2):
        actions.close_site(**common, key=key, closed_on=date(2026, 5, 10))

    def listed(day):
        [[leeds]] = [centres for scope, centres in scheme.centres_by_scope(day) if scope.code == "NM"]
        return [site.name for site in leeds.sites.all()]

    assert (listed(date(2026, 5, 10)), listed(date(2026, 5, 11))) == (["East wing", "Main site"], ["East wing"])
    assert queries.nation_of(cast.leeds) == Nation.WALES
    assert AuditEvent.objects.filter(action="organisations.site.closed").count() == 1
    with pytest.raises(TooLate, match="closed already"):
        actions.close_site(**common, key=uuid4(), closed_on=date(2026, 5, 11))
    with pytest.raises(DatabaseError), transaction.atomic():
        Site.objects.filter(pk=old.pk).delete()


def test_C2_the_last_open_site_is_not_closed(cast):
    common = {"by": cast.olive, "now": NOW, "key": uuid4(), "closed_on": NOW.date()}
    with pytest.raises(Invalid, match="keeps one open site"):
        actions.close_site(**common, site_id=cast.leeds.sites.get().pk)


@pytest.fixture
def closed(cast):
    """The east wing of Leeds, closed through today."""
    site = added(cast, nation=Nation.WALES)
    return actions.close_site(by=cast.olive, now=NOW, site_id=site.pk, key=uuid4(), closed_on=NOW.date())


def reopened(site, by, **more):
    given = {"seen": queries.site_version(site), "words": "The lease goes on.", "key": uuid4(), **more}
    return actions.reopen_site(by=by, now=NOW, site_id=site.pk, **given)


def test_C2_a_closed_site_is_opened_again_once_and_the_history_says_both(cast, closed):
    given = {"seen": queries.site_version(closed), "key": uuid4()}
    for _ in range(2):
        assert reopened(closed, cast.oscar, **given).closed_on is None
    steps = [(step.kind, step.closed_on, step.words, step.by) for step in queries.site_steps_of(cast.leeds)]
    assert steps == [
        ("reopened", None, "The lease goes on.", cast.oscar),
        ("closed", NOW.date(), "", cast.olive),
    ]
    [event] = AuditEvent.objects.filter(action="organisations.site.reopened")
    assert (event.before["closed_on"], event.after["closed_on"]) == ("2026-05-04", None)
    assert event.words.text["reason"] == "The lease goes on."
    later = date(2026, 6, 1)
    assert closed in queries.sites_open_on(later)
    with pytest.raises(TooLate, match="open already"):
        reopened(Site.objects.get(pk=closed.pk), cast.olive)


def test_C2_a_site_is_opened_again_with_a_reason_and_upon_what_the_page_showed(cast, closed):
    with pytest.raises(Invalid, match="Say why") as refused:
        reopened(closed, cast.olive, words=" ")
    assert refused.value.field == "words"
    seen = queries.site_version(closed)
    reopened(closed, cast.olive)
    again = {"by": cast.olive, "now": NOW, "site_id": closed.pk, "key": uuid4()}
    actions.close_site(**again, closed_on=date(2026, 5, 20))
    with pytest.raises(TooLate, match="Look at its last day again"):
        reopened(closed, cast.oscar, seen=seen)


def test_C2_the_history_of_a_site_says_what_happened_and_stays(cast, closed):
    step = closed.steps.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteStep.objects.filter(pk=step.pk).update(closed_on=None)
    common = {"site": closed, "at": NOW, "by": cast.olive}
    for values in ({"kind": "closed"}, {"kind": "reopened"}, {"kind": "reopened", "words": "x", "closed_on": NOW}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SiteStep.objects.create(**common, **values, key=uuid4())


def test_C2_an_organisation_without_a_site_counts_by_the_days_of_england(cast):
    bare = Organisation.objects.create(code="BARE", name="Bare", kind=Kind.EMPLOYER)
    assert queries.nation_of(bare) == Nation.ENGLAND


# --- pages ---


def test_C2_the_office_changes_a_centre_on_a_page(cast, olive, north):
    url = page("change_centre", cast.leeds.pk)
    typed = {**shown(olive, url), "name": "Leeds General", "consortium": north.pk}
    assert olive.post(url, {**typed, "ods_code": "x"}).status_code == 422
    done = olive.post(url, typed, follow=True)
    assert "The changes are saved." in done.text and "North Consortium" in done.text
    late = olive.post(url, {**typed, "name": "Leeds Royal"})
    assert late.status_code == 409 and "Name: Leeds General" in late.text and "Leeds Royal" in late.text
    again = {**typed, "name": "Leeds Royal", "seen": late.context["form"]["seen"].value()}
    assert olive.post(url, again).status_code == 303
    assert olive.post(url, {**shown(olive, url), "name": "Leeds General"}).status_code == 303
    text = olive.get(reverse("scheme:centre", args=[north.pk])).text
    assert "Members" in text and "Leeds General" in text
    assert "consortium" not in olive.get(page("change_centre", north.pk)).context["form"].fields
    url = page("change_centre", north.pk)
    assert olive.post(url, {**shown(olive, url), "name": "North"}).status_code == 303
    assert "No member yet" in olive.get(reverse("scheme:centre", args=[opened("S", "S", Kind.CONSORTIUM).pk])).text


def test_C2_the_office_adds_changes_and_closes_a_site_on_its_pages(cast, olive):
    typed = {"name": "East wing", "postcode": "LS9 7TF", "nation": "england"}
    wrong = olive.post(page("add_site", cast.leeds.pk), {**typed, "postcode": "ZZ"})
    assert wrong.status_code == 422 and "Write a UK postcode, for example LS1 3EX." in wrong.text
    assert "East wing" in olive.post(page("add_site", cast.leeds.pk), {**typed, "postcode": "ls97tf"}, follow=True).text
    assert cast.leeds.sites.get(name="East wing").postcode == "LS9 7TF"
    site = cast.leeds.sites.get(name="East wing")
    url = page("change_site", site.pk)
    seen = shown(olive, url)
    assert "West wing" in olive.post(url, {**seen, "name": "West wing"}, follow=True).text
    late = olive.post(url, {**seen, "name": "South wing"})
    assert late.status_code == 409 and "Name: West wing" in late.text and "Nation: England" in late.text
    assert late.context["form"]["name"].value() == "South wing"
    url = page("close_site", site.pk)
    typed = {**shown(olive, url), "closed_on": "2026-05-04"}
    assert "No site was closed or opened again" in olive.get(reverse("scheme:centre", args=[cast.leeds.pk])).text
    for _ in range(2):
        assert "stays in the history" in olive.post(url, typed, follow=True).text
    assert olive.get(url).status_code == olive.get(page("change_site", site.pk)).status_code == 409
    assert olive.post(page("change_site", site.pk), {**seen, "name": "South wing"}).status_code == 409
    last = page("close_site", cast.leeds.sites.get(name="Main site").pk)
    assert "keeps one open site" in olive.post(last, {**shown(olive, last), "closed_on": "2026-05-04"}).text


def test_C2_the_office_opens_a_site_again_on_its_page(cast, olive, closed):
    url = page("reopen_site", closed.pk)
    assert url in olive.get(reverse("scheme:centre", args=[cast.leeds.pk])).text
    assert f"Its last day was {day(NOW.date())}." in olive.get(url).text
    typed = shown(olive, url)
    assert olive.post(url, typed).status_code == 422
    for _ in range(2):
        done = olive.post(url, {**typed, "words": "The lease goes on."}, follow=True)
        assert "East wing is open again." in done.text
    assert "East wing: opened again" in done.text and "The lease goes on." in done.text
    assert f"East wing: closed, open through {day(NOW.date())}" in done.text
    assert olive.get(url).status_code == 409
    answer = olive.post(url, {**typed, "words": "Again.", "key": str(uuid4())})
    assert answer.status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries_asked"),
    [
        ("scheme:centre", 17),
        ("organisations:change_centre", 9),
        ("organisations:add_site", 9),
        ("organisations:change_site", 8),
        ("organisations:close_site", 8),
        ("organisations:reopen_site", 8),
    ],
)
def test_a_page_of_a_consortium_costs_the_same_with_one_member_and_site_and_with_three(
    cast, olive, north, name, queries_asked, rows, django_assert_num_queries
):
    for number in range(rows):
        opened(f"M{number}", f"Member {number}", consortium=north)
        given = {"organisation_id": north.pk, "postcode": "", "nation": Nation.WALES}
        actions.add_site(by=cast.olive, now=NOW, name=f"Site {number}", **given)
    if name == "organisations:reopen_site":
        north.sites.update(closed_on=NOW.date())
    pk = north.sites.first().pk if name.endswith("_site") and "add" not in name else north.pk
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert olive.get(reverse(name, args=[pk])).status_code == 200


@pytest.mark.parametrize("field", ["name", "site_name", "employer_group"])
def test_C2_the_name_of_a_place_has_no_markup(cast, field):
    with pytest.raises(Invalid, match="A name does not have < or > in it") as refused:
        opened("YRK", **{"name": "York", field: "X <script>alert(1)</script>"})
    assert refused.value.field == field and not Organisation.objects.filter(code="YRK").exists()
    if field != "site_name":
        with pytest.raises(Invalid, match="does not have <"):
            changed(cast.leeds, cast.olive, **{field: "Leeds <b"})


def test_C2_the_name_of_a_site_has_no_markup_and_the_page_says_so_beside_it(cast):
    with pytest.raises(Invalid, match="does not have >"):
        added(cast, name="East > West")
    site = cast.leeds.sites.get()
    answer = browser_of(cast.olive).post(
        page("change_site", site.pk), {"name": "<i>Main</i>", "postcode": "", "nation": "england", "seen": "x"}
    )
    assert answer.status_code == 422 and answer.context["form"].errors == {
        "name": ["A name does not have < or > in it."]
    }
