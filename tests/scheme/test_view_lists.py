"""Pages of the scheme's own things cost the same with one row and with three."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ctts.accounts.models import User
from ctts.common import clock
from ctts.common.clock import london_date
from ctts.organisations import actions as organisations
from ctts.organisations.states import Kind, Nation
from ctts.scheme import actions, queries
from ctts.scheme.models import Handbook, Intake, RuleSet, Scope
from ctts.scheme.states import EventKind
from tests.cast import START, at
from tests.documents.samples import sample
from tests.make import published_framework, sample_sheet
from tests.office import NAVIGATION, browser_of

pytestmark = pytest.mark.usefixtures("cast")


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


def publish(cast, version):
    proven = SimpleUploadedFile("handbook.pdf", sample("good/training-plan.pdf"))
    answer = browser_of(User.objects.get(pk=cast.oscar.pk)).post(
        page("publish_handbook"), {"version": version, "upload": proven}
    )
    assert answer.status_code == 303, answer.text
    return Handbook.objects.get(version=version)


# --- lists cost the same with one row and with three ---


def with_intakes(cast, rows):
    for year in range(2027, 2027 + rows):
        days = {"opens_on": date(year, 1, 1), "cutoff_on": date(year, 2, 1)}
        days |= {"enrolment_on": date(year, 4, 1), "induction_on": date(year, 5, 1)}
        Intake.objects.create(year=year, month=4, **days)
    return ()


def with_centres(cast, rows):
    for number in range(rows):
        organisations.open_organisation(
            by=None,
            now=START,
            code=f"C{number}",
            name=f"Centre {number}",
            kind=Kind.CENTRE,
            nation=Nation.WALES,
            site_name="One",
        )
    return ()


def with_accreditations(cast, rows):
    for code in ("ME", "RE", "RT")[:rows]:
        actions.apply_for_accreditation(
            by=None, now=START, organisation=cast.bristol, scope=Scope.objects.get(code=code)
        )
    return (cast.bristol.pk,)


def with_frameworks(cast, rows):
    for code in ("NM", "RT", "ME")[:rows]:
        actions.import_framework(by=None, now=START, sheet=sample_sheet(code), file_sha256="0" * 64)
    return ()


def with_one_framework(cast, rows):
    return (published_framework(("NM", "", "RT")[rows - 1]).pk,)


def with_rules(cast, rows):
    for pages in range(rows):
        actions.change_rules(
            by=cast.oscar,
            now=clock.now(),
            changes={"portfolio_pages": 100 + pages},
            effective_on=london_date(clock.now()),
            reason="Fewer.",
            seen_version=RuleSet.objects.count(),
        )
    return ()


def with_handbooks(cast, rows):
    for number in range(rows):
        publish(cast, f"2026.{number}")
    return ()


def with_events_of_an_intake(cast, rows):
    actions.prefill_intakes(by=None, now=clock.now())
    october = Intake.objects.get(year=2027, month=10)
    for hour in range(rows):
        starts_at = at(2026, 5, 4, 9 + hour)
        kind, end = EventKind.CPD, starts_at + timedelta(minutes=30)
        given = {"title": "CPD", "intake": october, "starts_at": starts_at, "ends_at": end}
        actions.add_event(by=None, now=START, kind=kind, **given)
    return (october.pk,)


def with_frameworks_of_a_scope(cast, rows):
    sheet = sample_sheet("NM")
    made = [
        actions.import_framework(by=None, now=START, sheet=replace(sheet, version=f"{number}.0"), file_sha256="0" * 64)
        for number in range(rows + 1)
    ]
    return (made[-1].pk,)


def with_scopes(cast, rows):
    """New craft groups with a scope each, and trained in: a framework of each offered one is there."""
    for letter in "XYZ"[:rows]:
        group = actions.enter_craft_group(by=cast.oscar, now=clock.now(), code=f"{letter}G", name=f"Group {letter}")
        actions.enter_scope(by=cast.oscar, now=clock.now(), code=f"{letter}S", name=f"Scope {letter}", group=group)
    return ()


def with_versions_of_a_scope(cast, rows):
    with_frameworks_of_a_scope(cast, rows - 1)
    return (Scope.objects.get(code="NM").pk,)


def with_forms_of_scopes(cast, rows):
    for code in ("NM", "RT", "ME")[:rows]:
        published_framework(code)
    return ()


def with_versions_of_a_form(cast, rows):
    scope = published_framework("NM").scope
    for number in range(rows):
        base = queries.dops_form_for(scope, clock.now())
        first, *rest = queries.dops_rows(base)
        given = {
            "items": (replace(first, title=f"Item, worded {number}"), *rest),
            "starts_on": None,
            "reason": "Words.",
        }
        base = actions.change_dops_form(by=cast.oscar, now=clock.now(), scope=scope, seen=base.pk, **given)
    return (base.pk,)


def with_a_form_to_change(cast, rows):
    with_versions_of_a_form(cast, rows)
    return (Scope.objects.get(code="NM").pk,)


def with_the_general_form(cast, rows):
    for _ in range(rows):
        actions.import_dops_form(by=None, now=START, scope=None, items=sample_sheet("NM").dops)
    return ()


LISTS = [
    ("scheme:intakes", with_intakes, 8),
    ("scheme:intake", with_events_of_an_intake, 9),
    ("scheme:dates", with_events_of_an_intake, 10),
    ("scheme:centres", with_centres, 11),
    ("scheme:centre", with_accreditations, 16),
    ("scheme:frameworks", with_frameworks, 9),
    ("scheme:framework", with_one_framework, 13),
    ("scheme:compare", with_frameworks_of_a_scope, 9),
    ("scheme:try_out", with_frameworks, 7),
    ("scheme:dops_forms", with_forms_of_scopes, 9),
    ("scheme:dops_form", with_versions_of_a_form, 13),
    ("scheme:dops_difference", with_versions_of_a_form, 11),
    ("scheme:change_dops", with_a_form_to_change, 12),
    ("scheme:change_general_dops", with_the_general_form, 10),
    ("scheme:scopes", with_scopes, 12),
    ("scheme:scope", with_versions_of_a_scope, 12),
    ("scheme:close_scope", with_versions_of_a_scope, 11),
    ("scheme:enter_scope", with_scopes, 8),
    ("scheme:rules", with_rules, 12),
    ("scheme:change_rules", lambda cast, rows: (*with_rules(cast, rows), "F"), 8),
    ("scheme:handbooks", with_handbooks, 8),
    ("scheme:handbook", with_handbooks, 8),
    ("scheme:publish_handbook", with_handbooks, 9),
]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "make", "queries_asked"), LISTS, ids=[name for name, _, _ in LISTS])
def test_a_list_costs_the_same_with_one_row_and_with_three(
    olive, cast, name, make, queries_asked, rows, django_assert_num_queries
):
    url = reverse(name, args=make(cast, rows))
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert olive.get(url).status_code == 200
