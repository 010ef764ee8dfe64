"""Visits of a centre, and conditions of an accreditation: set, answered, judged, past their day (C3)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.scheme import actions, queries
from ctts.scheme.models import Accreditation, AccreditationCondition, AccreditationVisit, ConditionStep
from ctts.scheme.rules import DEFAULTS, accreditation_light
from ctts.scheme.states import AccreditationState, ConditionState
from tests.cast import at
from tests.documents.samples import proven
from tests.scheme.accrediting import answered_condition, conditional, held, judged, look, mails, visited
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")
S = ConditionState
JUNE, LATE = date(2026, 6, 1), "remind_of_conditions"


def numbered(row):
    rows = AccreditationCondition.objects.filter(accreditation=row).order_by("number")
    return [(one.number, one.text, one.state) for one in rows]


def decide(cast, row, **given):
    return actions.decide_accreditation(by=cast.olive, now=NOW, accreditation_id=row.pk, accredit=True, **given)


def test_C3_conditions_are_numbered_each_with_its_day(cast):
    row = conditional(cast.bristol, cast.olive)
    assert row.state == AccreditationState.CONDITIONS
    assert numbered(row) == [(1, "A second supervisor.", S.OPEN), (2, "A list of equipment.", S.OPEN)]
    assert row.conditions.splitlines()[0] == "1. A second supervisor. (by 1\xa0June\xa02026)"
    text = Message.objects.get(kind="scheme.accreditation_decided", to=cast.carl).text
    assert "2. A list of equipment. (by 1\xa0July\xa02026)" in text


def test_C3_a_day_that_is_over_is_no_day_for_a_condition(cast):
    with pytest.raises(Invalid, match="This day is over") as refused:
        conditional(cast.bristol, cast.olive, [("One.", JUNE), ("Two.", date(2026, 5, 3))])
    assert refused.value.field == "due_2"


def test_C3_a_condition_is_to_be_met_before_the_accreditation_ends(cast):
    with pytest.raises(Invalid, match="The accreditation ends on") as refused:
        conditional(cast.bristol, cast.olive, [("One.", date(2041, 1, 1))])
    assert refused.value.field == "due_1"


def test_C3_a_last_day_before_one_on_which_a_condition_is_to_be_met_is_refused(cast):
    row = conditional(cast.bristol, cast.olive)
    with pytest.raises(Invalid, match="Condition 2 is to be met by 1\xa0July\xa02026") as refused:
        decide(cast, row, with_conditions=True, starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 30))
    assert refused.value.field == "ends_on"


def test_C1_a_centre_is_not_accredited_until_a_day_that_is_over(cast):
    row = held(cast.bristol)
    with pytest.raises(Invalid, match="This last day is over") as refused:
        decide(cast, row, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    assert refused.value.field == "ends_on"


def test_C3_more_conditions_take_the_numbers_that_follow(cast):
    row = conditional(cast.bristol, cast.olive)
    decide(cast, row, conditions=[("A quality audit.", JUNE)])
    assert [number for number, _, _ in numbered(row)] == [1, 2, 3]
    with pytest.raises(DatabaseError), transaction.atomic():
        AccreditationCondition.objects.filter(accreditation=row, number=1).update(text="Nothing.")


def test_C3_an_accreditation_with_conditions_has_some(cast):
    row = held(cast.bristol)
    with pytest.raises(Invalid, match="Name the conditions"):
        decide(cast, row, with_conditions=True, starts_on=row.starts_on)


def test_C3_the_centre_answers_and_the_office_marks_it_met_or_not(cast):
    row = conditional(cast.bristol, cast.olive)
    first = row.numbered_conditions.get(number=1)
    answered_condition(first, cast.carl)
    assert [name for name, _ in mails("condition_answered")] == ["Olive Ong", "Oscar Obi"]
    judged(first, cast.olive, met=False, words="Name her.")
    first.refresh_from_db()
    assert first.state == S.OPEN
    answered_condition(first, cast.carl, upload=proven("good/training-plan.pdf"))
    judged(first, cast.oscar, met=True)
    assert numbered(row)[0][2] == S.MET
    kinds = list(first.steps.values_list("kind", flat=True))
    assert kinds == ["answered", "not_met", "answered", "met"]
    subjects = [subject for name, subject in mails("condition_judged") if name == "Carl Nowak"]
    assert [subject.endswith("met yet") for subject in subjects] == [True, False]
    for kind, times in (("answered", 2), ("not_met", 1), ("met", 1)):
        assert AuditEvent.objects.filter(action=f"scheme.condition.{kind}").count() == times
    assert "scheme.condition.answered" in AuditEvent.objects.values_list("action", flat=True)
    assert "scheme.condition.met" in AuditEvent.objects.values_list("action", flat=True)
    assert "scheme.condition.not_met" in AuditEvent.objects.values_list("action", flat=True)


def test_C3_only_when_all_are_met_the_office_accredits_without_conditions(cast):
    row = conditional(cast.bristol, cast.olive)
    one, two = row.numbered_conditions.all()
    judged(one, cast.olive, met=True)
    with pytest.raises(Invalid, match="Not met yet: condition 2"):
        decide(cast, row)
    assert list(queries.accreditations_all_met()) == []
    judged(two, cast.olive, met=True)
    assert list(queries.accreditations_all_met()) == [row]
    assert decide(cast, row).state == AccreditationState.ACCREDITED
    assert Accreditation.objects.get(pk=row.pk).conditions == ""


def test_C3_nobody_else_answers_or_judges(cast):
    condition = conditional(cast.bristol, cast.olive).numbered_conditions.first()
    for who in (cast.cora, cast.sue, cast.olive):
        with pytest.raises(NotAllowed, match="Training Co-ordinator of the centre"):
            answered_condition(condition, who)
    for who in (cast.carl, cast.mia):
        with pytest.raises(NotAllowed, match="for the scheme office"):
            judged(condition, who, met=True)
    assert list(queries.conditions_visible_to(cast.cora, NOW.date())) == []
    assert len(queries.conditions_visible_to(cast.olive, NOW.date())) == 2


def test_C3_words_are_needed_where_somebody_has_to_act_on_them(cast):
    condition = conditional(cast.bristol, cast.olive).numbered_conditions.first()
    with pytest.raises(Invalid, match="Write how it is met"):
        answered_condition(condition, cast.carl, words=" ")
    with pytest.raises(Invalid, match="Say what is missing"):
        judged(condition, cast.olive, met=False)


def test_C3_what_is_sent_twice_is_there_once_and_an_older_page_judges_nothing(cast):
    condition, key = conditional(cast.bristol, cast.olive).numbered_conditions.first(), uuid4()
    answered_condition(condition, cast.carl, key=key)
    with pytest.raises(DoneAlready):
        answered_condition(condition, cast.carl, key=key)
    with pytest.raises(TooLate, match="Something was added"):
        judged(condition, cast.olive, met=True, seen=0)
    judged(condition, cast.olive, met=True, key=(again := uuid4()))
    with pytest.raises(DoneAlready):
        judged(condition, cast.olive, met=True, key=again)
    with pytest.raises(TooLate, match="Met"):
        answered_condition(condition, cast.carl)
    assert ConditionStep.objects.count() == 2


def test_C3_nothing_is_asked_once_the_accreditation_is_withdrawn(cast):
    row = conditional(cast.bristol, cast.olive)
    common = {"by": cast.olive, "now": NOW, "accreditation_id": row.pk}
    actions.end_accreditation(**common, how="withdraw", reason="It closes.")
    condition = row.numbered_conditions.first()
    with pytest.raises(TooLate, match="nothing is asked any more"):
        answered_condition(condition, cast.carl)
    with pytest.raises(TooLate, match="nothing is asked any more"):
        judged(condition, cast.olive, met=True)
    assert queries.duties_for(cast.carl, JUNE) == []


def test_C3_conditions_wait_for_the_centre_then_for_the_office_and_past_their_day_for_both(cast):
    row = conditional(cast.bristol, cast.olive)
    one, two = row.numbered_conditions.all()

    def told(who, today):
        return [(each.what, each.due) for each in queries.duties_for(who, today)]

    july = date(2026, 7, 1)
    meet = "Meet a condition of the accreditation"
    assert told(cast.carl, NOW.date()) == [(meet, JUNE), (meet, july)]
    assert told(cast.cora, NOW.date()) == [] and told(cast.olive, NOW.date()) == []
    answered_condition(one, cast.carl)
    assert told(cast.carl, NOW.date()) == [(meet, july)]
    assert told(cast.olive, NOW.date()) == [("Judge the answer to a condition", JUNE)]
    late = ("Ask after a condition that is past its day", july)
    assert told(cast.olive, date(2026, 7, 2))[-1] == late
    for condition in (one, two):
        judged(condition, cast.olive, met=True)
    assert told(cast.olive, NOW.date()) == [("Accredit without conditions: all are met", None)]


def test_C3_the_centre_is_told_once_that_the_day_of_a_condition_is_over(cast):
    first, second = conditional(cast.bristol, cast.olive).numbered_conditions.order_by("number")
    assert (look(LATE, at(2026, 6, 1, 8)), mails("condition_late")) == (0, [])
    for day in (at(2026, 6, 2, 8), at(2026, 6, 3, 8)):
        look(LATE, day)
    assert [name for name, _ in mails("condition_late")] == ["Carl Nowak"]
    answered_condition(first, cast.carl)
    look(LATE, at(2026, 7, 2, 8))
    assert [subject[:11] for _, subject in mails("condition_late")] == ["Condition 1", "Condition 2"]
    assert "A list of equipment." in Message.objects.get(kind="scheme.condition_late", about_id=second.pk).text
    judged(second, cast.olive, met=True)
    assert actions.remind_of_condition(by=None, now=at(2026, 7, 3), condition_id=second.pk) == 0


def test_C3_a_condition_past_its_day_is_a_light(cast):
    row = conditional(cast.bristol, cast.olive)
    assert queries.conditions_stand(cast.bristol, JUNE) == {}
    assert queries.conditions_stand(cast.bristol, date(2026, 6, 2)) == {row.pk: queries.LATE}
    shown = accreditation_light(row.state, row.ends_on, NOW.date(), DEFAULTS, late=True)
    assert shown == ("at_risk", "a condition is past its day")
    for one in row.numbered_conditions.all():
        answered_condition(one, cast.carl)
        judged(one, cast.olive, met=True)
    assert queries.conditions_stand(cast.bristol, date(2026, 6, 2)) == {row.pk: queries.ALL_MET}
    shown = accreditation_light(row.state, row.ends_on, NOW.date(), DEFAULTS, met=True)
    assert shown == ("attention", "all conditions are met: the office decides anew")


def test_C3_a_visit_is_noted_once_by_the_office_and_never_edited(cast):
    row, key = held(cast.leeds), uuid4()
    noted = visited(row, cast.olive, key=key, upload=proven("good/training-plan.pdf"))
    with pytest.raises(DoneAlready):
        visited(row, cast.olive, key=key)
    with pytest.raises(NotAllowed):
        visited(row, cast.cora)
    with pytest.raises(Invalid, match="has not come yet"):
        visited(row, cast.olive, visited_on=date(2026, 5, 5))
    assert AuditEvent.objects.filter(action="scheme.accreditation.visited").count() == 1
    assert queries.file_of_visit(row.pk, noted.document_id) == noted.document
    with pytest.raises(DatabaseError), transaction.atomic():
        AccreditationVisit.objects.filter(pk=noted.pk).update(note="x")
    assert [visit.note for visit in queries.visits_of(row)] == ["Two cameras, both maintained."]


def test_C3_a_condition_does_not_outlive_its_last_day_as_a_duty(cast):
    row = conditional(cast.bristol, cast.olive)
    actions.end_accreditation(by=None, now=at(2031, 5, 4), accreditation_id=row.pk, how="expire")
    assert [one.what for one in queries.duties_for(cast.carl, date(2031, 5, 4))] == ["Renew the accreditation"]
