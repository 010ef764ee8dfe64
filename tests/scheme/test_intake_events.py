"""The induction of an intake moves with the intake's induction day; other events have days of their own (I2, I3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid
from ctts.scheme import actions, queries
from ctts.scheme.models import Intake
from ctts.scheme.states import EventKind
from tests.cast import at
from tests.office import browser_of, shown
from tests.scheme.calendar import NOW, with_event


def plain(response):
    return response.text.replace("\N{NO-BREAK SPACE}", " ")


def test_I3_the_induction_moves_with_its_day_at_its_time_in_london_and_other_events_stay(cast, october):
    move = {"by": cast.olive, "now": NOW, "intake_id": october.pk}
    actions.move_intake_dates(**move, dates={"induction_on": date(2026, 10, 20)})  # none is entered yet
    induction = with_event(cast, october, EventKind.INDUCTION, "Induction", at(2026, 10, 20, 8, 30))  # 9:30 in London
    workshop = with_event(cast, october, EventKind.SOFT_SKILLS, "Soft skills", at(2026, 10, 21, 8, 30))
    actions.move_intake_dates(**move, dates={"induction_on": date(2026, 11, 12), "cutoff_on": date(2026, 9, 28)})
    for event in (induction, workshop):
        event.refresh_from_db()
    assert (induction.starts_at, induction.ends_at) == (at(2026, 11, 12, 9, 30), at(2026, 11, 12, 15, 30))
    assert (induction.sequence, workshop.sequence, workshop.starts_at) == (1, 0, at(2026, 10, 21, 8, 30))
    actions.move_intake_dates(**move, dates={"cutoff_on": date(2026, 9, 29), "induction_on": date(2026, 11, 12)})
    moved = AuditEvent.objects.get(action="scheme.event.moved")
    assert (moved.object_id, moved.before["starts_at"][:10], moved.after["starts_at"][:10]) == (
        induction.pk,
        "2026-10-20",
        "2026-11-12",
    )


def test_I3_the_office_is_asked_for_the_induction_from_four_weeks_before_the_cut_off_until_it_is_entered(cast, october):
    def asked(day):
        return [row.about for row in queries.duties_for(cast.olive, day) if row.what.startswith("Enter the Induction")]

    cutoff, last = october.cutoff_on, october.induction_on
    assert asked(cutoff) == []  # it is planned: it asks for its opening
    actions.set_fee(by=None, now=NOW, intake_id=october.pk, net_pence=100, vat_basis_points=0)
    actions.open_intake(by=None, now=NOW, intake_id=october.pk)
    assert asked(cutoff - timedelta(days=29)) == [] and asked(cutoff - timedelta(days=28)) == [str(october)]
    assert asked(last) == [str(october)] and asked(last + timedelta(days=1)) == []
    with_event(cast, october, EventKind.INDUCTION, "Induction", at(2026, 10, 20, 8, 30))
    assert asked(last) == [] and not queries.lacks_induction(october, last)


def test_I2_the_gap_and_the_overlap_with_the_neighbours_are_named(cast, october):
    october, april = Intake.objects.get(year=2030, month=10), Intake.objects.get(year=2031, month=4)
    olive, url = browser_of(cast.olive), reverse("scheme:dates", args=[october.pk])
    assert "A gap" not in olive.get(url).text and "An overlap" not in olive.get(url).text
    moved = {**shown(olive, url), "cutoff_on": "2030-09-15"}
    told = plain(olive.post(url, moved, follow=True))
    gap = "A gap from 16 September 2030 through 30 September 2030: October 2030 takes no applications any more"
    assert (
        gap in told
        and gap in plain(olive.get(url))
        and gap in plain(olive.get(reverse("scheme:dates", args=[april.pk])))
    )
    Intake.objects.filter(pk=october.pk).update(cutoff_on=date(2030, 9, 30))
    Intake.objects.filter(pk=april.pk).update(opens_on=date(2030, 9, 30))
    said = "An overlap on 30 September 2030: October 2030 and April 2031 both take applications."
    assert said in plain(olive.get(url)) and said in plain(olive.get(reverse("scheme:dates", args=[april.pk])))


def test_I3_an_induction_does_not_move_onto_another_of_its_name(cast, october):
    actions.move_intake_dates(by=cast.olive, now=NOW, intake_id=october.pk, dates={"induction_on": date(2026, 11, 2)})
    with_event(cast, october, EventKind.INDUCTION, "Induction", at(2026, 11, 2, 9))
    with_event(cast, None, EventKind.INDUCTION, "Induction", at(2026, 11, 12, 9))
    with pytest.raises(Invalid, match="Another “Induction” is entered") as refused:
        actions.move_intake_dates(
            by=cast.olive, now=NOW, intake_id=october.pk, dates={"induction_on": date(2026, 11, 12)}
        )
    assert refused.value.field == "induction_on"
