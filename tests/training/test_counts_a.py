"""Every page of record, competencies, evidence and office asks the database as often with three rows as with one."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.training.world import NOW, browser_of, enrol_too, handbook, item_of, opened, signed, submitted, text_evidence
from tests.worlds import built_once
from training import actions, queries
from training.models import Appointment, EvidenceVersion, PlanItem, TrainingRecord

TODAY = NOW.date()
NHS = "NHS number 943 476 5919."


def scene(world, rows):
    """So many signed and submitted competencies, pieces of evidence on one of them, and trainees."""
    made = [signed(world.cast.sam, world.tara, number) for number in range(rows)]
    waiting = [submitted(world.tara, 3 + number) for number in range(rows)]
    item, free = waiting[0], PlanItem.objects.filter(record=world.tara).order_by("position")[:rows]
    for number in range(rows - 1):
        text_evidence(world.tara, item, title=f"More {number}")
    opened(world.cast.sam, item)
    held = text_evidence(world.tara, *free, title="Held", text=NHS)
    draft = text_evidence(world.tara, *free, title="Draft", declared=False)
    if rows == 3:
        enrol_too(world, world.cast.ann, world.cast.abe)
    shared = item.mappings.first().evidence
    return SimpleNamespace(
        record=world.tara.pk,
        intake=world.intake.pk,
        item=item.pk,
        done=made[0],
        held=held.pk,
        draft=draft.pk,
        shared=shared.pk,
        left=",".join(str(row.pk) for row in waiting),
    )


@built_once
def made(world, rows):
    """The same, once for each number of rows."""
    return scene(world, rows)


def warm(world, who):
    """A browser whose session has begun: its first page also writes when that was."""
    browser = browser_of(getattr(world.cast, who), proved=True)
    browser.get(reverse("accounts:profile"))
    return browser


def key(name):
    return lambda s: [getattr(s, name)]


RECORD, ITEM = key("record"), key("item")
# Address → who opens it, its placeholders, and how many statements that costs.
PAGES = {
    "training:mine": ("tara", lambda s: [], 25),
    "training:record": ("sam", RECORD, 24),
    "training:people": ("sam", RECORD, 9),
    "training:plan": ("tara", RECORD, 11),
    "training:competencies": ("tara", RECORD, 10),
    "training:evidence": ("tara", RECORD, 10),
    "training:evidence_new": ("tara", lambda s: [s.record, "file"], 9),
    "training:evidence_one": ("tara", key("held"), 14),
    "training:evidence_version": ("sam", lambda s: [EvidenceVersion.objects.get(evidence=s.shared).pk], 10),
    "training:evidence_quarantine": ("sam", key("shared"), 8),
    "training:item": ("sam", ITEM, 22),
    "training:sign_off": ("sam", RECORD, 12),
    "training:sign": ("sam", ITEM, 11),
    "training:return": ("sam", ITEM, 9),
    "training:changes": ("sam", lambda s: [s.done.pk], 9),
    "training:trainees": ("sam", lambda s: [], 27),
    "training:office": ("olive", lambda s: [], 17),
    "training:cohort": ("olive", key("intake"), 12),
}
# The same for what is posted: with the data and the status of the answer.
POSTED = {
    "training:rate": ("tara", ITEM, {"rating": "9"}, 422, 17),
    "training:supervisor_rate": ("sam", ITEM, {"rating": "9"}, 422, 23),
    "training:confirm_sign_off": ("sam", lambda s: [s.done.pk], {"seen": "of before"}, 409, 21),
    "training:evidence_map": ("tara", key("draft"), {"items": "x"}, 422, 15),
    "training:evidence_share": ("tara", key("draft"), {}, 422, 14),
    "training:evidence_answer": ("tara", key("held"), {}, 422, 14),
    "training:open_evidence": ("sam", lambda s: [s.item, s.shared], {}, 200, 20),
}


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_page_does_not_grow_with_its_rows(world, made, rows, django_assert_num_queries):
    browsers = {who: warm(world, who) for who in ("tara", "sam", "olive")}
    for name, (who, args, count) in PAGES.items():
        with django_assert_num_queries(count, info=name):
            response = browsers[who].get(reverse(name, args=args(made)))
        assert response.status_code == 200, name


def test_the_record_costs_25_for_whoever_has_every_part_in_it(world, django_assert_num_queries):
    Appointment.objects.filter(record=world.tara).update(ends_on=TODAY - timedelta(days=1))
    for kind in ("supervisor", "coordinator", "trainer"):
        given = {"record": world.tara, "person": world.cast.sid, "kind": kind}
        Appointment.objects.create(starts_on=TODAY, made_at=NOW, **given)
    TrainingRecord.objects.filter(pk=world.tara.pk).update(handbook=handbook())
    sid = warm(world, "sid")
    with django_assert_num_queries(25):
        assert sid.get(reverse("training:record", args=[world.tara.pk])).status_code == 200


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_form_that_comes_back_does_not_grow_with_its_rows(world, made, rows, django_assert_num_queries):
    browsers = {who: warm(world, who) for who in ("tara", "sam")}
    for name, (who, args, data, status, count) in POSTED.items():
        with django_assert_num_queries(count, info=name):
            response = browsers[who].post(reverse(name, args=args(made)), data, headers={"HX-Request": "true"})
        assert response.status_code == status, name


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_the_other_lists_does_not_grow_with_their_rows(world, made, rows, django_assert_num_queries):
    tara, sam = warm(world, "tara"), warm(world, "sam")
    with django_assert_num_queries(13):
        tara.get(reverse("training:history", args=[made.record]), {"page": "99"})
    what = {"at": made.done.signed_at.isoformat(), "left": made.left}
    with django_assert_num_queries(11):
        response = sam.get(reverse("training:signed", args=[made.record]), what)
    assert (len(response.context["made"]), len(response.context["left"])) == (rows, rows)
    given = {"item_id": made.item, "seen": queries.shown_digest(item_of(world.tara, 3)), "reason": "More."}
    actions.return_item(by=world.cast.sam, now=NOW, **given)
    with django_assert_num_queries(11):
        response = tara.get(reverse("training:submit", args=[made.item]))
    assert len(response.context["pieces"]) == rows
