"""Two versions of the training plan side by side, with the External Moderator's review of each (T1, T11)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.training.test_planning import VALUES
from tests.training.world import NOW, authentication, browser_of
from training import actions, queries
from training.models import Appointment, PlanItem
from training.rules import plan_difference
from training.states import MeetingMode

DAY = timedelta(days=1)


def agreed(world, now, **changes):
    """Change the first competency, as far as asked for, and let both sign."""
    if changes:
        item = PlanItem.objects.filter(record=world.tara).order_by("position").first()
        told = {"item_id": item.pk, "seen": queries.item_digest(item), "values": {**VALUES, **changes}}
        actions.tailor_item(by=world.cast.tara, now=now, **told)
    for who in (world.cast.tara, world.cast.sam):
        seen = queries.plan_standing(world.tara).digest
        signed = {"record_id": world.tara.pk, "seen": seen, "authentication": authentication(now)}
        actions.agree_plan(by=who, now=now, **signed)


def reviewed(world, now):
    """Mia meets Tara and reviews the plan."""
    record, mia = world.tara, world.cast.mia
    known = {"record": record, "person": mia, "kind": "external_moderator"}
    Appointment.objects.get_or_create(**known, defaults={"starts_on": record.start_on, "made_at": now})
    told = {"held_on": now.date(), "mode": MeetingMode.ONLINE, "plan_reviewed": True, "notes": "We read the plan."}
    actions.note_meeting(by=mia, now=now, record_id=record.pk, key=uuid4(), **told)


def page(world, who="tara", **asked):
    return browser_of(getattr(world.cast, who)).get(reverse("training:plan_versions", args=[world.tara.pk]), asked)


# --- the rule ---

texts = st.sampled_from(["", "a", "a b", "b a"])
days = st.sampled_from([None, "2026-05-01", "2027-01-31"])
plans = st.dictionaries(st.integers(1, 5), st.tuples(texts, texts, texts, days), max_size=5).map(
    lambda rows: [
        {"item": item, "code": f"C{item}", "how": how, "where": where, "with_whom": whom, "by_on": by}
        for item, (how, where, whom, by) in rows.items()
    ]
)


@given(older=plans, newer=plans)
def test_t1_a_difference_names_every_competency_that_is_planned_otherwise_once(older, newer):
    was, becomes = ({row["item"]: row for row in rows} for rows in (older, newer))
    found = plan_difference(older, newer)
    named = [change.item for change in found.changes]
    assert set(named) == {one for one in was | becomes if was.get(one) != becomes.get(one)}
    assert len(named) == len(set(named)) and found.same + len(named) == len(was | becomes)
    for change in found.changes:
        new, gone = change.item not in was, change.item not in becomes
        assert (change.fate == "added", change.fate == "removed") == (new, gone)
    assert plan_difference(older, older).changes == [] and not plan_difference(older, older).moved


def test_t1_what_changed_places_is_named_and_no_more():
    row = {"how": "a", "where": "b", "with_whom": "c", "by_on": None}
    one, two, three, four = plan = [{"item": number, "code": f"C{number}", **row} for number in range(1, 5)]
    assert plan_difference(plan, [two, three, one, four]).moved == ["C1 now stands before C4"]
    assert plan_difference(plan, [four, one, two, three]).moved == ["C4 now stands before C1"]
    swapped = plan_difference(plan, [two, one, three, four]).moved
    assert swapped in (["C2 now stands before C1"], ["C1 now stands before C3"])
    assert plan_difference(plan, [two, three, four, one]).moved == ["C1 now stands last"]
    assert plan_difference([], plan).moved == []
    assert plan_difference(plan, [one, three]).moved == []


# --- versions and reviews ---


def test_t1_every_agreed_version_is_kept_with_what_it_said(world):
    agreed(world, NOW)
    agreed(world, NOW + 2 * DAY, where="Ward 9")
    history = queries.plan_history(world.tara)
    assert [(row.number, row.items[0]["where"]) for row in history.listed] == [(2, "Ward 9"), (1, "Department")]
    assert [row.printed_name for row in history.listed[0].signed] == ["Tara Quinn", "Sam Patel"]


def test_t1_a_version_signed_by_one_of_the_two_is_told_from_the_agreed(world):
    seen = queries.plan_standing(world.tara).digest
    signed = {"record_id": world.tara.pk, "seen": seen, "authentication": authentication(NOW)}
    actions.agree_plan(by=world.cast.sam, now=NOW, **signed)
    [version] = queries.plan_history(world.tara).listed
    assert (version.agreed_at, version.signed[0].signer) == (None, world.cast.sam)
    assert "There is nothing to compare yet" in page(world).text
    item = PlanItem.objects.filter(record=world.tara).order_by("position").first()
    told = {"item_id": item.pk, "seen": queries.item_digest(item), "values": VALUES}
    actions.tailor_item(by=world.cast.tara, now=NOW, **told)
    assert "From Version 1, signed by one of the two only" in page(world).text
    plan = browser_of(world.cast.sam).get(reverse("training:plan", args=[world.tara.pk])).text
    assert "What changed since version 1" in plan and "1 changed, 5 the same" in plan


def test_t11_a_review_stands_at_the_version_that_was_in_force_on_its_day(world):
    reviewed(world, NOW - DAY)
    agreed(world, NOW)
    reviewed(world, NOW)
    agreed(world, NOW + 2 * DAY, where="Ward 9")
    reviewed(world, NOW + 5 * DAY)
    history = queries.plan_history(world.tara)
    found = {row.number: [meeting.held_on for meeting in row.reviews] for row in history.listed}
    assert found == {1: [NOW.date()], 2: [NOW.date() + 5 * DAY]}
    assert [meeting.held_on for meeting in history.reviewed_before] == [NOW.date() - DAY]
    shown = page(world, "sam").text
    assert shown.count("Reviewed by Mia Ferreira") == 3 and "before a version was agreed" in shown


# --- the page ---


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "olive"])
def test_t1_whoever_reads_the_plan_compares_its_versions(world, who):
    agreed(world, NOW)
    agreed(world, NOW + DAY, where="Ward 9")
    shown = page(world, who).text
    assert "Ward 9" in shown and "1 changed, 5 the same" in shown
    plan = browser_of(getattr(world.cast, who)).get(reverse("training:plan", args=[world.tara.pk])).text
    assert reverse("training:plan_versions", args=[world.tara.pk]) in plan


@pytest.mark.parametrize("who", ["tom", "sue", "carl", "nobody"])
def test_t1_for_strangers_there_are_no_versions(world, who):
    assert page(world, who).status_code == 404


def test_t1_any_two_are_compared_and_one_with_itself_is_refused(world):
    for number in range(3):
        agreed(world, NOW + number * DAY, where=f"Ward {number}")
    first, last = page(world, older="1", newer="2").text, page(world, older="3", newer="1").text
    assert ("</span>1</ins>" in first, "</span>2</ins>" in first, "</span>2</ins>" in last) == (True, False, True)
    assert "From Version 1, agreed" in last and "to Version 3, agreed" in last
    for wrong in ({"older": "2", "newer": "2"}, {"older": "2", "newer": "9"}, {"older": "x", "newer": ""}):
        assert page(world, **wrong).status_code == 422, wrong
    assert "Choose two different versions." in page(world, older="2", newer="2").text


def test_t1_the_plan_as_it_stands_is_compared_with_the_version_last_agreed(world):
    agreed(world, NOW)
    item = PlanItem.objects.filter(record=world.tara).order_by("position").first()
    told = {"item_id": item.pk, "seen": queries.item_digest(item), "values": VALUES}
    actions.tailor_item(by=world.cast.sam, now=NOW, **told)
    shown = page(world).text
    assert "to The plan as it stands now" in shown and "Three supervised sessions" in shown


def test_t1_whoever_is_to_sign_reads_what_changed_since_the_version_last_agreed(world):
    sam, address = browser_of(world.cast.sam), reverse("training:plan", args=[world.tara.pk])
    assert "What changed since" not in sam.get(address).text  # nothing was agreed before
    agreed(world, NOW)
    assert "What changed since" not in sam.get(address).text
    item = PlanItem.objects.filter(record=world.tara).order_by("position").first()
    told = {"item_id": item.pk, "seen": queries.item_digest(item), "values": VALUES}
    actions.tailor_item(by=world.cast.tara, now=NOW, **told)
    shown = sam.get(address).text
    assert "What changed since version 1" in shown and "1 changed, 5 the same" in shown
    assert shown.index("1 changed, 5 the same") < shown.index("Sign this version")


def test_t1_signed_versions_stand_newest_first_those_of_one_of_the_two_among_them(world):
    agreed(world, NOW)
    item = PlanItem.objects.filter(record=world.tara).order_by("position").first()
    for number, where in enumerate(("Ward 8", "Ward 9"), start=1):
        now, seen = NOW + number * DAY, queries.item_digest(PlanItem.objects.get(pk=item.pk))
        told = {"item_id": item.pk, "seen": seen, "values": {**VALUES, "where": where}}
        actions.tailor_item(by=world.cast.tara, now=now, **told)
        signed = {"record_id": world.tara.pk, "authentication": authentication(now)}
        for who in (world.cast.tara, world.cast.sam)[:number]:
            actions.agree_plan(by=who, now=now, seen=queries.plan_standing(world.tara).digest, **signed)
    listed = queries.plan_history(world.tara).listed
    assert [(row.number, row.agreed_at is None) for row in listed] == [(3, False), (2, True), (1, False)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_cost_of_the_versions_does_not_grow_with_them(world, rows, django_assert_num_queries):
    for number in range(rows + 1):
        agreed(world, NOW + number * DAY, where=f"Ward {number}")
        reviewed(world, NOW + number * DAY)
    tara = browser_of(world.cast.tara)
    tara.get(reverse("accounts:profile"))
    with django_assert_num_queries(11):
        assert tara.get(reverse("training:plan_versions", args=[world.tara.pk])).status_code == 200


def test_t1_a_competency_without_a_plan_in_either_version_has_empty_cells():
    row = {"item": 1, "code": "C1", "how": "", "where": "", "with_whom": "", "by_on": None}
    (change,) = plan_difference([], [row]).changes
    assert (change.fate, [pieces for _, pieces in change.cells]) == ("added", [[], [], [], []])
    (later,) = plan_difference([row], [{**row, "by_on": "2027-01-31"}]).changes
    assert [pieces for _, pieces in later.cells][:3] == [None, None, None]
    assert [(piece.fate, piece.text) for piece in later.cells[3][1]] == [("in", "2027-01-31")]


def test_T1_on_a_phone_the_plan_leads_to_each_group_and_to_the_signature(world):
    page = browser_of(world.cast.tara, proved=True).get(f"/training/{world.tara.pk}/plan/")
    groups = page.context["groups"]
    assert groups
    for number, group in enumerate(groups, 1):
        assert f'<a href="#group-{number}">{group.title}</a>' in page.text
        assert f'id="group-{number}"' in page.text
    assert '<a href="#agreement">Go to the signature</a>' in page.text
