"""Supervisor Reviews (T4): written, signed, acknowledged or sent back, submitted; actions; months without one."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from tests.training import world as w
from tests.training.pages import address, words
from tests.training.world import browser_of
from training import access, actions, queries
from training.actions import Agreed, StaleText
from training.models import ReviewAction, SupervisorReview, TrainingDraft
from training.states import AppointmentKind, RecordState, ReviewState


def digest(review):
    return queries.review_digest(SupervisorReview.objects.get(pk=review.pk))


def acknowledge(review, by, seen=None):
    given = {"seen": seen or digest(review), "comment": " Fine. ", "authentication": p.proof()}
    return actions.acknowledge_review(by=by, now=p.NOW, review_id=review.pk, **given)


def send_back(review, by, reason="The day is wrong.", seen=None):
    given = {"seen": seen or digest(review), "reason": reason, "authentication": p.proof()}
    return actions.send_back_review(by=by, now=p.NOW, review_id=review.pk, **given)


def sign(review, by, seen=None):
    given = {"seen": seen or digest(review), "authentication": p.proof()}
    return actions.sign_review(by=by, now=p.NOW, review_id=review.pk, **given)


def change(review, by, **changes):
    given = {"items": [], "actions": [], "seen": changes.pop("seen", digest(review))}
    return actions.change_review(by=by, now=p.NOW, review_id=review.pk, values=p.meeting(**changes), **given)


def ended(record):
    type(record).objects.filter(pk=record.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)


def test_T4_a_review_goes_from_the_supervisor_to_the_trainee_to_the_office(scene):
    review = p.submitted_review(scene.tara, scene.cast.sam)
    assert review.state == ReviewState.SUBMITTED
    assert (review.submitted_at, review.number) == (p.NOW, 1)
    assert [(row.meaning, row.signer) for row in queries.signatures_under(review)] == [
        ("signed", scene.cast.sam),
        ("acknowledged", scene.cast.tara),
    ]
    assert {row.content_sha256 for row in queries.signatures_under(review)} == {digest(review)}
    steps = ["written", "signed", "acknowledged", "submitted"]
    assert p.kinds_audited(scene.tara) == [f"training.review.{step}" for step in steps]
    assert p.told(scene.cast.tara) == ["training.review_signed"]
    assert p.told(scene.cast.sam) == ["training.review_acknowledged"]


def test_T4_reviews_are_numbered_within_their_record(scene):
    first, second = (p.written_review(scene.tara, scene.cast.sam) for _ in range(2))
    other = p.written_review(scene.tom, scene.cast.sue)
    assert (first.number, second.number, other.number) == (1, 2, 1)


def test_T4_the_same_key_writes_one_review(scene):
    given = {"record_id": scene.tara.pk, "key": uuid4(), "values": p.meeting()}
    first, second = (actions.write_review(by=scene.cast.sam, now=p.NOW, **given) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("who", ["tara", "sid", "sue", "cora", "mia", "olive"])
def test_T4_only_the_current_supervisor_writes(scene, who):
    with pytest.raises(NotAllowed):
        p.written_review(scene.tara, getattr(scene.cast, who))


def test_T4_a_former_supervisor_neither_writes_nor_signs(scene):
    review = p.written_review(scene.tara, scene.cast.sam)
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    with pytest.raises(NotAllowed):
        sign(review, scene.cast.sam)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("held_on", {"held_on": p.TODAY + timedelta(days=1)}),
        ("held_on", {"held_on": date(2026, 3, 31)}),
        ("period_ends_on", {"period_ends_on": date(2026, 4, 1)}),
        ("patient_safety_reference", {"patient_safety_concern": True, "patient_safety_reference": " "}),
    ],
)
def test_T4_what_cannot_be_is_said_beside_its_field(scene, field, changes):
    with pytest.raises(Invalid) as problem:
        p.written_review(scene.tara, scene.cast.sam, **changes)
    assert problem.value.field == field


def test_T4_a_patient_safety_concern_keeps_its_reference_only(scene):
    review = p.written_review(scene.tara, scene.cast.sam, patient_safety_concern=True, patient_safety_reference="INC-7")
    assert review.patient_safety_reference == "INC-7"


def test_T4_a_competency_of_another_record_cannot_be_discussed(scene):
    items = p.items_of(scene.tom)[:1]
    given = {"record_id": scene.tara.pk, "key": uuid4(), "values": p.meeting(), "items": items}
    with pytest.raises(Invalid):
        actions.write_review(by=scene.cast.sam, now=p.NOW, **given)


def test_T4_a_written_review_is_changed_until_it_is_signed(scene):
    review = p.written_review(scene.tara, scene.cast.sam)
    TrainingDraft.objects.create(owner=scene.cast.sam, form_key=queries.review_key(review.pk), saved_at=p.NOW)
    changed = change(review, scene.cast.sam, progress="More.")
    assert (changed.progress, changed.actions.count()) == ("More.", 0)
    assert not TrainingDraft.objects.exists()
    assert p.kinds_audited(scene.tara)[-1] == "training.review.changed"
    sign(review, scene.cast.sam)
    with pytest.raises(TooLate):
        change(review, scene.cast.sam, progress="Afterwards.")


def test_T4_a_text_changed_elsewhere_is_not_written_over_nor_signed(scene):
    review = p.written_review(scene.tara, scene.cast.sam)
    seen = digest(review)
    change(review, scene.cast.sam, progress="Newer.")
    for late in (
        lambda: change(review, scene.cast.sam, progress="Older.", seen=seen),
        lambda: sign(review, scene.cast.sam, seen),
    ):
        with pytest.raises(StaleText):
            late()


def test_T4_the_trainee_acknowledges_what_was_signed_and_nothing_else(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    with pytest.raises(StaleText):
        acknowledge(review, scene.cast.tara, "0" * 64)
    for other in (scene.cast.tom, scene.cast.sam):
        with pytest.raises(NotAllowed):
            acknowledge(review, other)
    assert acknowledge(review, scene.cast.tara).trainee_comment == "Fine."
    with pytest.raises(TooLate):
        acknowledge(review, scene.cast.tara)


def test_T4_competencies_changed_under_a_signature_are_noticed(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    seen = digest(review)
    review.items.set(p.items_of(scene.tara)[:1])
    with pytest.raises(StaleText):
        acknowledge(review, scene.cast.tara, seen)


def test_T4_sending_back_strikes_the_signature_and_keeps_it(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    send_back(review, scene.cast.tara)
    [struck] = queries.signatures_under(review)
    assert (struck.withdrawn_by.signer, struck.withdrawn_by.reason) == (scene.cast.tara, "The day is wrong.")
    assert queries.standing_signature(review, "signed") is None
    assert p.told(scene.cast.sam) == ["training.review_sent_back"]
    change(review, scene.cast.sam, held_on=date(2026, 6, 4))
    sign(review, scene.cast.sam)
    acknowledge(review, scene.cast.tara)
    assert p.told(scene.cast.tara) == ["training.review_signed"] * 2


def test_T4_sending_back_needs_a_reason_and_the_trainee(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    with pytest.raises(Invalid):
        send_back(review, scene.cast.tara, reason="  ")
    with pytest.raises(NotAllowed):
        send_back(review, scene.cast.sam)


def test_T4_without_a_standing_signature_nothing_is_acknowledged(scene):
    review = p.written_review(scene.tara, scene.cast.sam)
    SupervisorReview.objects.filter(pk=review.pk).update(state="signed")
    with pytest.raises(TooLate, match="No signature"):
        acknowledge(review, scene.cast.tara)


def test_T4_only_what_both_signed_is_submitted_and_by_the_supervisor(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    with pytest.raises(TooLate):
        actions.submit_review(by=scene.cast.sam, now=p.NOW, review_id=review.pk)
    acknowledge(review, scene.cast.tara)
    with pytest.raises(NotAllowed):
        actions.submit_review(by=scene.cast.tara, now=p.NOW, review_id=review.pk)
    actions.submit_review(by=scene.cast.sam, now=p.NOW, review_id=review.pk)
    assert (queries.reviews_submitted(scene.tara), queries.reviews_submitted(scene.tom)) == (1, 0)


def test_T4_an_ended_training_takes_no_review(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    ended(scene.tara)
    with pytest.raises(TooLate):
        p.written_review(scene.tara, scene.cast.sam)
    with pytest.raises(TooLate):
        acknowledge(review, scene.cast.tara)


# --- actions carried on ---


def test_T4_actions_are_carried_on_until_they_are_closed(scene):
    review = p.signed_review(scene.tara, scene.cast.sam)
    p.written_review(scene.tara, scene.cast.sam)
    [action] = queries.open_actions(scene.tara)
    assert queries.agenda(scene.tara, p.TODAY).actions == [action]
    actions.close_action(by=scene.cast.tara, now=p.NOW, action_id=action.pk)
    assert not queries.open_actions(scene.tara)
    assert p.kinds_audited(scene.tara)[-1] == "training.review.action_closed"
    with pytest.raises(TooLate):
        actions.close_action(by=scene.cast.sam, now=p.NOW, action_id=action.pk)
    assert queries.agreed_in(review).get().closed_by == scene.cast.tara


def test_T4_an_action_is_closed_by_trainee_or_supervisor_once_it_is_agreed(scene):
    draft = p.written_review(scene.tara, scene.cast.sam).actions.get()
    for other in (scene.cast.cora, scene.cast.tom):
        with pytest.raises(NotAllowed):
            actions.close_action(by=other, now=p.NOW, action_id=draft.pk)
    with pytest.raises(TooLate):
        actions.close_action(by=scene.cast.sam, now=p.NOW, action_id=draft.pk)


def test_T4_an_action_that_was_taken_out_of_a_draft_is_not_closed(scene):
    action = p.written_review(scene.tara, scene.cast.sam).actions.get()
    ReviewAction.objects.filter(pk=action.pk).delete()
    with pytest.raises(TooLate, match="taken out"):
        actions.close_action(by=scene.cast.tara, now=p.NOW, action_id=action.pk)


def test_T4_an_action_of_an_ended_training_stays(scene):
    action = p.signed_review(scene.tara, scene.cast.sam).actions.get()
    ended(scene.tara)
    scene.tara.refresh_from_db()
    found = ReviewAction.objects.select_related("review__record").get(pk=action.pk)
    assert not access.can_close_action(scene.cast.sam, found, p.TODAY)


# --- the database's own judgement ---


@pytest.mark.parametrize(
    "columns", [{"progress": "Other."}, {"held_on": date(2026, 6, 1)}, {"patient_safety_concern": True}]
)
def test_T4_a_signed_review_keeps_its_words_whoever_writes(scene, columns):
    review = p.signed_review(scene.tara, scene.cast.sam)
    columns = {**columns, "patient_safety_reference": "X"} if "patient_safety_concern" in columns else columns
    with pytest.raises(IntegrityError, match="keeps its words"), transaction.atomic():
        SupervisorReview.objects.filter(pk=review.pk).update(**columns)


def test_T4_a_comment_stays_once_it_is_acknowledged(scene):
    review = p.acknowledged_review(scene.tara, scene.cast.sam)
    with pytest.raises(IntegrityError, match="keeps its comment"), transaction.atomic():
        SupervisorReview.objects.filter(pk=review.pk).update(trainee_comment="No.")


def test_T4_a_signed_review_keeps_its_actions(scene):
    rows = ReviewAction.objects.filter(review=p.signed_review(scene.tara, scene.cast.sam))
    for act in (lambda: rows.update(text="Other"), rows.delete, lambda: rows.create(review=rows[0].review, text="x")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# --- who sees what ---


def seen_by(person):
    return set(queries.reviews_visible_to(person, p.TODAY).values_list("pk", flat=True))


def test_T4_a_draft_is_its_supervisors_and_a_returned_one_the_trainees_too(scene):
    signed, draft = p.signed_review(scene.tara, scene.cast.sam), p.written_review(scene.tara, scene.cast.sam)
    p.signed_review(scene.tom, scene.cast.sue)
    assert seen_by(scene.cast.sam) == {signed.pk, draft.pk}
    for person in (scene.cast.tara, scene.cast.cora, scene.cast.mia):
        assert seen_by(person) == {signed.pk}
    send_back(signed, scene.cast.tara)
    assert seen_by(scene.cast.tara) == {signed.pk}
    assert seen_by(scene.cast.cora) == set()


def test_T4_the_history_is_silent_about_a_draft_for_whoever_does_not_see_it(scene):
    p.written_review(scene.tara, scene.cast.sam)

    def told(first):
        rows = queries.history_of(scene.tara, getattr(scene.cast, first), p.TODAY)
        return [row.action for row in rows]

    assert told("sam") == ["training.review.written"]
    assert told("tara") == told("cora") == told("olive") == []


def test_T4_actions_are_seen_with_their_review_only(scene):
    mine = p.signed_review(scene.tara, scene.cast.sam).actions.get()
    p.signed_review(scene.tom, scene.cast.sue)
    assert list(queries.actions_visible_to(scene.cast.tara, p.TODAY)) == [mine]


# --- the agenda, and months without one ---


def test_T4_the_agenda_names_what_is_held_and_what_changed_since_it_was_signed_apart(scene):
    waits, held = w.submitted(scene.tara, 0, p.NOW), w.submitted(scene.tara, 1, p.NOW)
    [piece] = queries.judged_evidence([held])[held.pk]
    actions.reopen_evidence(by=scene.cast.tara, now=p.NOW, evidence_id=piece.pk)
    changed, same = (w.signed(scene.cast.sam, scene.tara, number, p.NOW).item for number in (2, 3))
    w.text_evidence(scene.tara, changed)
    found = queries.agenda(scene.tara, p.TODAY)
    assert (found.waiting, found.held, found.changed) == ([waits], [held], [changed])
    assert found.signed == [changed, same] and found.items == [waits, held, changed, same]
    page = words(browser_of(scene.cast.sam).get(address("review_new", scene.tara.pk)))
    assert "Held: no evidence is shared" in page and "Changed since signed" in page


def test_T4_the_agenda_begins_where_the_last_review_ended(scene):
    first = queries.agenda(scene.tara, p.TODAY)
    assert (first.since, first.last) == (scene.tara.start_on, None)
    assert queries.period_of(scene.tara, p.TODAY) == (scene.tara.start_on, p.TODAY)
    p.complete_dops(scene.tara, scene.cast.sam, observed_on=date(2026, 6, 8))
    p.complete_dops(scene.tara, scene.cast.sam, observed_on=date(2026, 5, 8))
    review = p.signed_review(scene.tara, scene.cast.sam)
    found = queries.agenda(scene.tara, p.TODAY)
    assert (found.since, found.last, found.items) == (date(2026, 6, 5), review, [])
    assert [row.observed_on for row in found.dops] == [date(2026, 6, 8)]
    assert queries.period_of(scene.tara, p.TODAY) == (date(2026, 6, 6), p.TODAY)
    assert queries.agenda(scene.tara, p.TODAY, review).last is None


def test_T4_months_without_a_review_are_told_for_many_records_in_two_queries(scene, django_assert_num_queries):
    p.signed_review(scene.tara, scene.cast.sam, held_on=date(2026, 5, 6))
    records = [scene.tara, scene.tom]
    assert [record.rules for record in records]
    with django_assert_num_queries(2):
        gaps = queries.months_without_review(records, p.TODAY)
    assert gaps == {scene.tara.pk: ((2026, 4),), scene.tom.pk: ((2026, 4), (2026, 5))}
    assert queries.months_without_review([scene.tara], date(2026, 3, 1))[scene.tara.pk] == ()


def test_T4_an_agreed_action_says_what_and_who():
    assert Agreed("Read", "Tara").due_on is None


def test_T4_an_action_is_not_due_before_the_meeting_at_which_it_was_agreed(scene):
    early = [Agreed("Read", "Tara Quinn", date(2020, 1, 1))]
    given = {"record_id": scene.tara.pk, "key": uuid4(), "values": p.meeting(), "actions": early}
    with pytest.raises(Invalid, match="due before the meeting"):
        actions.write_review(by=scene.cast.sam, now=p.NOW, **given)
