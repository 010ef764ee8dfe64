"""Who has done the Training Supervisors' course when: entered, corrected, shown; nothing is blocked by it (C2)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.organisations import actions, queries
from ctts.organisations.models import Organisation, SupervisorTraining
from ctts.organisations.states import Kind, Nation, Role
from tests.cast import START, at
from tests.office import NAVIGATION, browser_of, shown

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4)
TODAY = NOW.date()


def page(name, *args):
    return reverse(f"organisations:{name}", args=args)


def entered(person, by, **changes):
    given = {"key": uuid4(), "attended_on": date(2025, 3, 10), "valid_until_on": date(2028, 3, 9)}
    return actions.enter_training(by=by, now=NOW, person=person, **{**given, **changes})


def corrected(row, by, **changes):
    given = {"key": uuid4(), "attended_on": date(2025, 3, 11), "words": "It was the day after.", "training_id": row.pk}
    return actions.correct_training(by=by, now=NOW, **{**given, **changes})


def standing(organisation, today=TODAY):
    return [(row.person.full_name, row.stands) for row in queries.supervisors_of(organisation, today)]


def test_C2_a_coordinator_enters_the_course_of_their_supervisors(cast):
    entered(cast.sam, cast.cora)
    assert standing(cast.leeds) == [("Sam Patel", True), ("Sid Marsh", False)]
    assert standing(cast.leeds, date(2028, 3, 10)) == [("Sam Patel", False), ("Sid Marsh", False)]
    entered(cast.sam, cast.olive, attended_on=date(2026, 1, 5), valid_until_on=None)
    assert standing(cast.leeds, date(2040, 1, 1))[0] == ("Sam Patel", True)
    assert AuditEvent.objects.filter(action="organisations.training.entered").count() == 2


@pytest.mark.parametrize(("by", "person"), [("carl", "sam"), ("sue", "sam"), ("mia", "sam"), ("cora", "trina")])
def test_C2_nobody_enters_it_for_people_who_are_not_their_supervisors(cast, by, person):
    with pytest.raises(NotAllowed, match="Only the office or the Training Co-ordinator"):
        entered(getattr(cast, person), getattr(cast, by))


def test_C2_nobody_enters_their_own_date_not_even_who_holds_both_roles(cast):
    with pytest.raises(NotAllowed, match="of their own"):
        entered(cast.sid, cast.sid)
    assert entered(cast.sid, cast.cora).person == cast.sid
    with pytest.raises(IntegrityError, match="their_own_training"), transaction.atomic():
        given = {"attended_on": TODAY, "key": uuid4(), "at": NOW, "by": cast.sid}
        SupervisorTraining.objects.create(person=cast.sid, **given)


def test_C2_the_coordinator_of_a_consortium_enters_those_of_its_members(cast):
    given = {"kind": Kind.CONSORTIUM, "nation": Nation.ENGLAND, "site_name": "Office"}
    north = actions.open_organisation(by=None, now=START, code="NTH", name="North", **given)
    Organisation.objects.filter(pk=cast.leeds.pk).update(consortium=north)
    actions.grant(by=None, now=START, person=cast.trina, role=Role.COORDINATOR, organisation=north)
    assert entered(cast.sam, cast.trina).by == cast.trina


def test_C2_days_that_cannot_be_are_refused_and_a_form_sent_twice_enters_once(cast):
    for changes, field in (
        ({"attended_on": date(2026, 5, 5)}, "attended_on"),
        ({"valid_until_on": START.date()}, "valid_until_on"),
    ):
        with pytest.raises(Invalid) as refused:
            entered(cast.sam, cast.cora, **changes)
        assert refused.value.field == field
    key = uuid4()
    entered(cast.sam, cast.cora, key=key)
    with pytest.raises(DoneAlready):
        entered(cast.sam, cast.cora, key=key)


def test_C2_a_wrong_date_is_corrected_by_another_entry_and_both_stay(cast):
    first, key = entered(cast.sam, cast.cora), uuid4()
    second = corrected(first, cast.olive, key=key)
    with pytest.raises(DoneAlready):
        corrected(first, cast.olive, key=key)
    with pytest.raises(TooLate, match="corrected before"):
        corrected(first, cast.cora)
    with pytest.raises(Invalid, match="Say what was wrong"):
        corrected(second, cast.cora, words=" ")
    assert [row.training.attended_on for row in queries.supervisors_of(cast.leeds, TODAY)[:1]] == [date(2025, 3, 11)]
    corrected(second, cast.cora, void=True, words="It was somebody else.")
    assert standing(cast.leeds)[0] == ("Sam Patel", False)
    assert len(queries.trainings_of(cast.sam)) == 3
    assert AuditEvent.objects.filter(action="organisations.training.corrected").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        SupervisorTraining.objects.filter(pk=first.pk).update(void=True)


def test_C2_a_stranger_corrects_nothing(cast):
    with pytest.raises(NotAllowed):
        corrected(entered(cast.sam, cast.cora), cast.carl)


# --- pages ---


def test_C2_a_coordinator_enters_and_corrects_it_on_the_page_of_their_centre(cast):
    cora = browser_of(cast.cora)
    centre = reverse("scheme:my_centre", args=[cast.leeds.pk])
    assert "None is entered" in cora.get(centre).text
    url = page("enter_training", cast.sam.pk)
    assert cora.post(url, {**shown(cora, url), "attended_on": "2099-01-01"}).status_code == 422
    typed = {**shown(cora, url), "attended_on": "2025-03-10", "valid_until_on": "2099-03-09"}
    assert cora.post(url, typed).url == reverse("scheme:my_centres")
    assert cora.post(url, typed).status_code == 409
    row = SupervisorTraining.objects.get()
    assert "Stands" in cora.get(centre).text
    url = page("correct_training", row.pk)
    typed = {**shown(cora, url), "words": "It ran out.", "valid_until_on": "2026-01-01"}
    assert cora.post(url, {**typed, "void": ""}).status_code == 303
    assert "Has run out" in cora.get(centre).text
    assert cora.get(url).status_code == 409
    again = cora.post(url, {**typed, "words": "Mistyped", "attended_on": "2025-03-11"})
    assert again.status_code == 409 and '<dt>Day of the course</dt><dd class="as-written">2025-03-11' in again.text
    assert 'as-written">Mistyped' in again.text
    assert cora.get(page("enter_training", cast.sue.pk)).status_code == 404
    assert browser_of(cast.carl).get(url).status_code == 404


def test_C2_who_holds_both_roles_reads_that_the_office_enters_theirs(cast):
    sid = browser_of(cast.sid)
    assert "The office enters yours" in sid.get(reverse("scheme:my_centre", args=[cast.leeds.pk])).text
    assert sid.get(page("enter_training", cast.sid.pk)).status_code == 403


def test_C2_the_office_sees_it_on_the_page_of_the_person_and_of_the_centre(cast):
    olive, url = browser_of(cast.olive), page("enter_training", cast.sam.pk)
    typed = {**shown(olive, url), "attended_on": "2025-03-10"}
    text = olive.post(url, typed, follow=True).text
    assert "Does not run out" in text and "Olive Ong" in text
    row = SupervisorTraining.objects.get()
    corrected(row, cast.oscar, void=True, words="It was somebody else.")
    text = olive.get(page("person", cast.sam.pk)).text
    assert "It was somebody else." in text and "There was no such course" in text and "Corrected" in text
    assert "Training Supervisors" in olive.get(reverse("scheme:centre", args=[cast.leeds.pk])).text


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries_asked"),
    [
        ("organisations:person", 21),
        ("scheme:centre", 16),
        ("organisations:enter_training", 8),
        ("organisations:correct_training", 9),
    ],
)
def test_a_page_costs_the_same_with_one_date_and_with_three(cast, name, queries_asked, rows, django_assert_num_queries):
    made = [entered(cast.sam, cast.cora) for _ in range(rows)]
    pk = {"scheme:centre": cast.leeds.pk, "organisations:correct_training": made[0].pk}.get(name, cast.sam.pk)
    olive = browser_of(cast.olive)
    with django_assert_num_queries(queries_asked + NAVIGATION):
        assert olive.get(reverse(name, args=[pk])).status_code == 200
