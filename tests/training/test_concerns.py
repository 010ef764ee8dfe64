"""Concerns (T8): to whom they go, what is told, who closes them; and the facts of the first-year gate (Y1 to Y6)."""

from datetime import date
from uuid import uuid4

import pytest

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations.models import Site
from tests.training import practice as p
from training import actions, queries
from training.models import Concern, TrainingRecord
from training.states import AppointmentKind, ConcernLevel, ConcernState, RecordState


def concern(record, by, text="I am left alone.", key=None, now=p.NOW):
    given = {"record_id": record.pk, "key": key or uuid4(), "patient_safety": False, "text": text}
    return actions.raise_concern(by=by, now=now, **given)


def safety(record, by, reference="INC-42", text=""):
    given = {"record_id": record.pk, "key": uuid4(), "patient_safety": True, "reference": reference, "text": text}
    return actions.raise_concern(by=by, now=p.NOW, **given)


def close(found, by, outcome="A rota was agreed."):
    return actions.close_concern(by=by, now=p.NOW, concern_id=found.pk, outcome=outcome)


def test_T8_a_concern_goes_to_the_co_ordinator_for_five_working_days(scene):
    found = concern(scene.tara, scene.cast.tara)
    assert (found.level, found.due_on) == (ConcernLevel.COORDINATOR, date(2026, 6, 17))
    assert p.told(scene.cast.cora) == ["training.concern_raised"]
    for other in (scene.cast.sam, scene.cast.mia, scene.cast.olive, scene.cast.carl):
        assert p.told(other) == []
    mail = Message.objects.get(to=scene.cast.cora)
    assert "left alone" not in mail.text + mail.html
    assert "Tara Quinn has raised a concern about their own training." in mail.text
    assert p.kinds_audited(scene.tara) == ["training.concern.raised"]


def test_T8_working_days_are_those_of_the_centres_nation(scene):
    before_august = p.at(2026, 7, 31, 10)
    england = concern(scene.tara, scene.cast.tara, now=before_august)
    Site.objects.filter(organisation=scene.cast.leeds).update(nation="scotland")
    scotland = concern(scene.tara, scene.cast.tara, "I am left alone in August.", now=before_august)
    assert (england.due_on, scotland.due_on) == (date(2026, 8, 7), date(2026, 8, 10))


def test_T8_patient_safety_goes_to_moderator_and_office_at_once_by_its_reference(scene):
    found = safety(scene.tara, scene.cast.sam)
    assert (found.text, found.reference, found.level) == ("", "INC-42", ConcernLevel.EXTERNAL_MODERATOR)
    for person in (scene.cast.mia, scene.cast.olive, scene.cast.oscar):
        assert p.told(person) == ["training.safety_concern"]
    assert p.told(scene.cast.cora) == []
    assert "INC-42" in Message.objects.get(to=scene.cast.mia).text


def test_T8_what_two_pages_raise_in_the_same_words_is_one_concern_while_it_is_open(scene):
    first = safety(scene.tara, scene.cast.sam)
    with pytest.raises(Invalid, match="You raised this on 10 June 2026, and it is open") as refused:
        safety(scene.tara, scene.cast.sam, reference="inc-42")
    assert refused.value.field == "reference"
    safety(scene.tara, scene.cast.cora)  # somebody else saw it, too
    close(first, scene.cast.mia)
    assert safety(scene.tara, scene.cast.sam).pk != first.pk
    concern(scene.tara, scene.cast.tara)
    with pytest.raises(Invalid) as refused:
        concern(scene.tara, scene.cast.tara)
    assert refused.value.field == "text"


def test_T8_details_of_patient_safety_are_refused(scene):
    with pytest.raises(Invalid) as problem:
        safety(scene.tara, scene.cast.sam, text="Mrs X fell.")
    assert problem.value.field == "text"
    with pytest.raises(Invalid) as problem:
        safety(scene.tara, scene.cast.sam, reference=" ")
    assert problem.value.field == "reference"
    with pytest.raises(Invalid):
        concern(scene.tara, scene.cast.sam, text=" ")


def test_T8_it_passes_over_whoever_raised_it_and_empty_levels(scene):
    assert concern(scene.tara, scene.cast.cora).level == ConcernLevel.EXTERNAL_MODERATOR
    assert safety(scene.tara, scene.cast.mia).level == ConcernLevel.OFFICE
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR)
    assert safety(scene.tara, scene.cast.sam).level == ConcernLevel.OFFICE


def test_T8_a_trainees_concern_passes_over_a_co_ordinator_who_supervises(scene):
    p.end_appointment(scene.tara, AppointmentKind.COORDINATOR)
    p.appoint(scene.tara, scene.cast.sam, AppointmentKind.COORDINATOR, starts_on=date(2026, 6, 2))
    found = concern(scene.tara, scene.cast.tara)
    assert found.level == ConcernLevel.EXTERNAL_MODERATOR
    assert not queries.concerns_visible_to(scene.cast.sam, p.TODAY).exists()
    assert concern(scene.tara, scene.cast.mia).level == ConcernLevel.COORDINATOR


def test_T8_a_concern_that_nobody_else_could_hold_lies_with_the_office(scene):
    for kind in (AppointmentKind.COORDINATOR, AppointmentKind.EXTERNAL_MODERATOR):
        p.end_appointment(scene.tara, kind)
    scene.cast.olive.affiliations.update(ends_on=date(2026, 6, 1))
    scene.cast.oscar.affiliations.update(ends_on=date(2026, 6, 1))
    assert concern(scene.tara, scene.cast.tara).level == ConcernLevel.OFFICE


def test_T8_it_is_raised_by_somebody_around_the_trainee_and_once(scene):
    for other in (scene.cast.tom, scene.cast.sue, scene.cast.trina, scene.cast.nobody):
        with pytest.raises(NotAllowed):
            concern(scene.tara, other)
    key = uuid4()
    assert concern(scene.tara, scene.cast.tara, key=key) == concern(scene.tara, scene.cast.tara, key=key)


def test_T8_whoever_holds_its_level_or_the_office_closes_it_with_an_outcome(scene):
    found = concern(scene.tara, scene.cast.sam)
    for other in (scene.cast.sam, scene.cast.tara, scene.cast.mia, scene.cast.carl):
        with pytest.raises(NotAllowed):
            close(found, other)
    with pytest.raises(Invalid):
        close(found, scene.cast.cora, " ")
    closed = close(found, scene.cast.cora)
    assert (closed.state, closed.outcome, closed.closed_by) == (
        ConcernState.CLOSED,
        "A rota was agreed.",
        scene.cast.cora,
    )
    assert p.told(scene.cast.sam) == ["training.concern_closed"]
    assert p.kinds_audited(scene.tara)[-1] == "training.concern.closed"
    with pytest.raises(TooLate):
        close(found, scene.cast.cora)


def test_T8_the_office_neither_reads_nor_closes_what_has_not_come_to_it(scene):
    found, olive = concern(scene.tara, scene.cast.tara), scene.cast.olive
    for level in (ConcernLevel.COORDINATOR, ConcernLevel.EXTERNAL_MODERATOR):
        Concern.objects.filter(pk=found.pk).update(level=level)
        assert not queries.concerns_visible_to(olive, p.TODAY).exists()
        with pytest.raises(NotAllowed, match="It lies with"):
            close(found, olive)
    Concern.objects.filter(pk=found.pk).update(level=ConcernLevel.OFFICE)
    assert queries.concerns_visible_to(olive, p.TODAY).get() == found
    assert close(found, olive).closed_by == olive


def test_T8_the_office_closes_what_is_about_the_safety_of_patients_at_once(scene):
    found = safety(scene.tara, scene.cast.sam)
    assert found.level == ConcernLevel.EXTERNAL_MODERATOR
    assert close(found, scene.cast.olive).closed_by == scene.cast.olive


def test_T8_what_was_answered_on_its_way_is_not_read_by_the_office(scene):
    found = close(concern(scene.tara, scene.cast.tara), scene.cast.cora)
    assert not queries.concerns_visible_to(scene.cast.olive, p.TODAY).filter(pk=found.pk).exists()


def test_T8_an_ended_training_raises_none_but_closes_what_is_open(scene):
    found = concern(scene.tara, scene.cast.tara)
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate):
        concern(scene.tara, scene.cast.tara)
    assert close(found, scene.cast.cora).state == ConcernState.CLOSED


def test_T8_nobody_reads_what_was_not_meant_for_them(scene):
    mine, theirs = concern(scene.tara, scene.cast.tara), concern(scene.tara, scene.cast.sam)
    risk = safety(scene.tara, scene.cast.sam)
    concern(scene.tom, scene.cast.tom)

    def seen(first):
        return set(queries.concerns_of(scene.tara, getattr(scene.cast, first), p.TODAY))

    assert seen("tara") == {mine}
    assert seen("sam") == {theirs, risk}
    assert seen("cora") == {mine, theirs}
    assert seen("mia") == {risk}
    assert seen("olive") == {risk}
    for stranger in ("tom", "sue", "carl", "max", "trina", "nobody"):
        assert seen(stranger) == set()


def test_T8_the_history_tells_of_a_concern_only_whoever_reads_it(scene):
    mine, theirs = concern(scene.tara, scene.cast.tara), safety(scene.tara, scene.cast.sam)
    close(mine, scene.cast.cora)

    def told(first):
        rows = queries.history_of(scene.tara, getattr(scene.cast, first), p.TODAY)
        return sorted((row.object_id, row.action.rsplit(".", 1)[-1]) for row in rows)

    own, safe = [(mine.pk, "closed"), (mine.pk, "raised")], [(theirs.pk, "raised")]
    assert (told("tara"), told("cora")) == (own, own)
    assert (told("sam"), told("mia")) == (safe, safe)
    assert told("olive") == safe


def test_Y2_open_patient_safety_concerns_are_counted(scene):
    found = safety(scene.tara, scene.cast.sam)
    concern(scene.tara, scene.cast.sam)
    assert (queries.open_patient_safety_concerns(scene.tara), queries.open_patient_safety_concerns(scene.tom)) == (1, 0)
    close(found, scene.cast.olive)
    assert queries.open_patient_safety_concerns(scene.tara) == 0


def test_Y4_the_facts_of_the_first_year_gate_in_one_query_for_many(scene, django_assert_num_queries):
    p.submitted_review(scene.tara, scene.cast.sam)
    p.complete_dops(scene.tara, scene.cast.sam)
    p.complete_dops(scene.tara, scene.cast.mia)
    safety(scene.tara, scene.cast.sam)
    given = {"record_id": scene.tara.pk, "key": uuid4(), "title": "A case"}
    actions.start_case(by=scene.cast.tara, now=p.NOW, **given)
    with django_assert_num_queries(1):
        found = queries.first_year_facts_of([scene.tara, scene.tom])
    facts = queries.FirstYearFacts(1, 1, 0, 6, 1, 1, (0,), 0)
    assert found == {scene.tara.pk: facts, scene.tom.pk: queries.FirstYearFacts(0, 0, 0, 6, 0, 0, (), 0)}
    with django_assert_num_queries(1):
        assert queries.first_year_facts(scene.tara) == facts
    with django_assert_num_queries(1):
        assert queries.first_year_facts_of_all() == found
