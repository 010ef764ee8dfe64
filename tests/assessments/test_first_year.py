"""The End of First Year Assessment (Y1–Y6): the gate counted from rows, confirmed, put forward, sent back, decided."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from assessments import access, actions, queries
from assessments.models import FirstYear, FirstYearReturn
from assessments.states import FirstYearState, Result
from ctts.common.digest import sha256
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.assessments import gate as g
from tests.training import practice as p
from training import actions as training
from training.actions import StaleText
from training.models import Dops, PlanItem, Reflection, SupervisorReview, TrainingRecord
from training.states import AppointmentKind, RecordState

AROUND = ["tara", "sid", "cora", "mia", "olive", "sue", "max", "nobody"]


def gate_of(record):
    return queries.attempt_of(record).gate


def unmet(record):
    return [line.key for line in gate_of(record).unmet]


def ended(record):
    TrainingRecord.objects.filter(pk=record.pk).update(state=RecordState.WITHDRAWN, ended_on=g.TODAY)


# --- the gate (Y1 to Y6) ---


def test_Y1_to_Y6_each_line_is_counted_from_the_rows_of_the_record(scene):
    lines = {line.key: (line.have, line.need, line.met) for line in gate_of(scene.tara).lines}
    assert lines == {
        "Y1": (1, 1, True),
        "Y2-confirmation": (0, 1, False),
        "Y2-concerns": (0, 0, True),
        "Y3": (2, 2, True),
        "Y4-reviews": (6, 6, True),
        "Y4-dops": (6, 6, True),
        "Y5": (1, 1, True),
        "Y6": (10, 10, True),
    }
    g.confirm(scene.tara)
    assert gate_of(scene.tara).is_open and unmet(scene.tom) == ["Y2-confirmation"]


def test_Y1_the_moderators_dops_counts_for_itself_and_not_among_the_six(scene):
    rows = Dops.objects.filter(record=scene.tara)
    own = rows.get(assessor=scene.cast.mia)
    training.void_dops(by=scene.cast.mia, now=p.NOW, dops_id=own.pk, reason="Another trainee was watched.")
    assert unmet(scene.tara) == ["Y1", "Y2-confirmation"]
    one = rows.filter(assessor=scene.cast.sam).first()
    training.void_dops(by=scene.cast.sam, now=p.NOW, dops_id=one.pk, reason="Written twice.")
    assert unmet(scene.tara) == ["Y1", "Y2-confirmation", "Y4-dops"]


def test_Y2_an_open_patient_safety_concern_closes_the_gate_until_it_is_answered(scene):
    found = g.concern(scene.tara, scene.cast.sam)
    assert unmet(scene.tara) == ["Y2-confirmation", "Y2-concerns"]
    assert unmet(scene.tom) == ["Y2-confirmation"]
    g.close(found, scene.cast.mia)
    assert unmet(scene.tara) == ["Y2-confirmation"]


def test_Y3_a_withdrawn_signature_takes_its_competency_out_of_the_thirty_per_cent(scene):
    sign_off = PlanItem.objects.filter(record=scene.tara, state="signed").first().sign_offs.get()
    given = {"reason": "Wrong file.", "authentication": p.proof()}
    training.withdraw_sign_off(by=scene.cast.sam, now=p.NOW, sign_off_id=sign_off.pk, **given)
    assert unmet(scene.tara) == ["Y2-confirmation", "Y3"]


def test_Y4_a_review_counts_once_it_is_submitted_to_the_office(scene):
    more = p.acknowledged_review(scene.tara, scene.cast.sam)
    assert {line.key: line.have for line in gate_of(scene.tara).lines}["Y4-reviews"] == 6
    training.submit_review(by=scene.cast.sam, now=p.NOW, review_id=more.pk)
    assert {line.key: line.have for line in gate_of(scene.tara).lines}["Y4-reviews"] == 7


def test_Y5_references_do_not_count_among_the_words(scene):
    line = {line.key: line for line in gate_of(scene.tara).lines}["Y5"]
    assert (line.have, line.why) == (1, "1 of 1 with 1,500 words or more.")


def test_Y6_a_reopened_piece_counts_again_once_it_is_submitted_again(scene):
    piece = Reflection.objects.filter(record=scene.tara).first()
    piece = training.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    assert unmet(scene.tara) == ["Y2-confirmation", "Y6"]
    g.submit(piece, p.at(2026, 6, 11))
    assert unmet(scene.tara) == ["Y2-confirmation"]


# --- patient safety (Y2) ---


def test_Y2_the_supervisor_signs_the_statement_in_full(scene):
    made = g.confirm(scene.tara)
    assert (made.signer, made.role, made.meaning) == (scene.cast.sam, "Training Supervisor", "confirmed")
    assert made.statement == actions.SAFETY_WORDS
    assert (made.authenticated_at, made.signed_at) == (g.NOW, g.NOW)
    row = made.first_year
    assert (row.record, row.attempt, row.state) == (scene.tara, 1, FirstYearState.PREPARING)
    assert p.kinds_audited(scene.tara)[-1] == "assessments.safety.confirmed"
    assert not FirstYear.objects.filter(record=scene.tom).exists()


@pytest.mark.parametrize("who", AROUND)
def test_Y2_nobody_else_confirms_withdraws_or_puts_forward(scene, who):
    g.confirm(scene.tom)
    person = getattr(scene.cast, who)
    for act in (g.confirm, g.put_forward, g.withdraw):
        with pytest.raises(NotAllowed):
            act(scene.tara, person)


def test_Y2_a_former_supervisor_confirms_nothing(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR, date(2027, 3, 1))
    with pytest.raises(NotAllowed):
        g.confirm(scene.tara, scene.cast.sam)


def test_Y2_it_is_not_confirmed_while_a_concern_is_open(scene):
    g.concern(scene.tara, scene.cast.sam)
    with pytest.raises(TooLate, match="1 patient-safety concern is open"):
        g.confirm(scene.tara)
    g.concern(scene.tara, scene.cast.cora)
    with pytest.raises(TooLate, match="2 patient-safety concerns are open"):
        g.confirm(scene.tara)


def test_Y2_a_concern_raised_and_closed_since_the_page_was_made_is_looked_at_first(scene):
    seen = queries.safety_digest(queries.attempt_of(scene.tara), actions.SAFETY_WORDS)
    g.close(g.concern(scene.tara, scene.cast.sam), scene.cast.mia)
    with pytest.raises(StaleText):
        g.confirm(scene.tara, seen=seen)


def test_Y2_it_is_confirmed_once_and_withdrawn_with_a_reason(scene):
    with pytest.raises(TooLate, match="no confirmation"):
        g.withdraw(scene.tara)
    first = g.confirm(scene.tara)
    with pytest.raises(TooLate, match="confirmed already"):
        g.confirm(scene.tara)
    with pytest.raises(Invalid) as problem:
        g.withdraw(scene.tara, reason="  ")
    assert problem.value.field == "reason"
    taken = g.withdraw(scene.tara)
    assert (taken.withdrawn, taken.reason, taken.content_sha256) == (True, "A report came in.", first.content_sha256)
    assert unmet(scene.tara) == ["Y2-confirmation"]
    assert p.kinds_audited(scene.tara)[-1] == "assessments.safety.withdrawn"
    assert "assessments.safety_withdrawn" not in p.told(scene.cast.mia)
    assert g.confirm(scene.tara).first_year == first.first_year and gate_of(scene.tara).is_open


def test_Y2_a_confirmation_withdrawn_while_it_is_away_is_told_to_the_moderator_at_once(scene):
    g.put(scene.tara)
    g.withdraw(scene.tara)
    assert p.told(scene.cast.mia)[-1] == "assessments.safety_withdrawn"
    assert "assessments.safety_withdrawn" not in p.told(scene.cast.max)


def test_Y2_whether_it_can_be_withdrawn_tells_nothing_of_a_decision(scene):
    row, today = g.put(scene.tara), g.TODAY
    ask = [access.can_withdraw_safety, access.can_confirm_safety, access.can_put_forward]
    before = [verdict(scene.cast.sam, queries.attempt_of(scene.tara), today) for verdict in ask]
    g.decide(row)
    assert [verdict(scene.cast.sam, queries.attempt_of(scene.tara), today) for verdict in ask] == before


def test_a_database_refuses_a_withdrawal_without_a_reason(scene):
    made = g.confirm(scene.tara)
    columns = {name: getattr(made, name) for name in ("first_year", "signer", "signed_at", "authenticated_at")}
    words = {"printed_name": "Sam", "role": "x", "meaning": "x", "statement": "x", "authenticated_with": "password"}
    with pytest.raises(IntegrityError), transaction.atomic():
        type(made).objects.create(withdrawn=True, reason="", content_sha256="0" * 64, **columns, **words)


# --- putting forward ---


def test_Y_putting_forward_freezes_each_line_and_what_stood_behind_it(scene):
    g.confirm(scene.tara)
    content = queries.put_forward_content(queries.attempt_of(scene.tara))
    made = g.put_forward(scene.tara)
    assert (made.gate, made.content_sha256) == (content, sha256(content))
    assert [line["key"] for line in made.gate["lines"]] == [line.key for line in gate_of(scene.tara).lines]
    behind = made.gate["behind"]
    assert {name: len(rows) for name, rows in behind.items()} == {
        "moderator_dops": 1,
        "signed": 2,
        "reviews": 6,
        "dops": 6,
        "case_studies": 1,
        "reflections": 10,
        "confirmation": 1,
    }
    reviews = set(SupervisorReview.objects.filter(record=scene.tara).values_list("pk", flat=True))
    assert {pk for pk, _ in behind["reviews"]} == reviews
    assert all(len(row[-1]) == 64 for rows in behind.values() for row in rows)
    assert made.first_year.state == FirstYearState.WITH_MODERATOR
    assert p.kinds_audited(scene.tara)[-1] == "assessments.first_year.put_forward"


def test_Y_the_external_moderator_is_told_once_and_nobody_else(scene):
    g.put(scene.tara)
    assert p.told(scene.cast.mia).count("assessments.put_forward") == 1
    for who in ("max", "tara", "sam", "cora", "olive"):
        assert "assessments.put_forward" not in p.told(getattr(scene.cast, who))


def test_Y_a_closed_gate_says_why_and_is_not_put_forward(scene):
    g.confirm(scene.tara)
    training.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=Reflection.objects.filter(record=scene.tara).first())
    with pytest.raises(TooLate, match=r"The gate is closed\. Y6 Reflective pieces submitted: 9 of 10; 1 missing\."):
        g.put_forward(scene.tara)
    assert not queries.put_forwards_of(FirstYear.objects.get(record=scene.tara))


def test_Y_what_changed_since_the_page_was_made_is_not_put_forward(scene):
    g.confirm(scene.tara)
    seen = sha256(queries.put_forward_content(queries.attempt_of(scene.tara)))
    p.submitted_review(scene.tara, scene.cast.sam)
    with pytest.raises(StaleText):
        g.put_forward(scene.tara, seen=seen)


def test_Y_it_is_put_forward_once_and_to_somebody(scene):
    g.confirm(scene.tara)
    p.end_appointment(scene.tara, AppointmentKind.EXTERNAL_MODERATOR, date(2027, 3, 9))
    with pytest.raises(TooLate, match="No External Moderator"):
        g.put_forward(scene.tara)
    p.appoint(scene.tara, scene.cast.max, AppointmentKind.EXTERNAL_MODERATOR, starts_on=g.TODAY)
    g.put_forward(scene.tara)
    with pytest.raises(TooLate, match="was put forward"):
        g.put_forward(scene.tara)
    assert p.told(scene.cast.max)[-1] == "assessments.put_forward"


def test_Y_nothing_is_done_for_training_that_has_ended(scene, row):
    ended(scene.tara)
    for act in (g.confirm, g.withdraw, g.put_forward):
        with pytest.raises(TooLate, match="has ended"):
            act(scene.tara)
    with pytest.raises(TooLate, match="has ended"):
        g.decide(row)


# --- the External Moderator ---


def send_back(row, by, reason="Two reviews are of the same day.", seen=""):
    seen = seen or queries.decision_digest(queries.attempt_of(row.record))
    return actions.send_back(by=by, now=g.NOW, first_year_id=row.pk, seen=seen, reason=reason)


def test_Y_the_moderator_sends_it_back_with_a_reason_and_no_attempt_is_used(scene, row):
    made = send_back(row, scene.cast.mia)
    row.refresh_from_db()
    assert (row.state, row.attempt, made.from_office) == (FirstYearState.PREPARING, 1, False)
    assert (p.told(scene.cast.sam)[-1], p.told(scene.cast.tara)[-1]) == ("assessments.sent_back",) * 2
    assert "assessments.sent_back" not in p.told(scene.cast.tom)
    assert p.kinds_audited(scene.tara)[-1] == "assessments.first_year.sent_back"
    again = g.put_forward(scene.tara, now=p.at(2027, 3, 11))
    assert again.first_year == row and p.told(scene.cast.mia).count("assessments.put_forward") == 2


def test_Y_sending_back_needs_a_reason_the_right_person_and_what_was_seen(scene, row):
    with pytest.raises(Invalid) as problem:
        send_back(row, scene.cast.mia, reason=" ")
    assert problem.value.field == "reason"
    for who in ("sam", "tara", "max", "olive", "cora"):
        with pytest.raises(NotAllowed):
            send_back(row, getattr(scene.cast, who))
    with pytest.raises(StaleText):
        send_back(row, scene.cast.mia, seen="0" * 64)
    send_back(row, scene.cast.mia)
    with pytest.raises(TooLate, match="does not lie with you"):
        send_back(row, scene.cast.mia)
    assert FirstYearReturn.objects.count() == 1


def test_Y_a_pass_is_signed_and_makes_an_agreed_outcome(scene, row):
    seen = queries.decision_digest(queries.attempt_of(scene.tara))
    made = g.decide(row)
    assert (made.signer, made.role, made.meaning) == (scene.cast.mia, "External Moderator", "pass")
    signed = queries.decision_content(seen, Result.PASS, made.words, "", None)
    assert (made.content_sha256, made.statement) == (sha256(signed), actions.DECISION_WORDS[Result.PASS])
    assert made.put_forward == queries.put_forwards_of(row)[0]
    row.refresh_from_db()
    outcome = g.outcome_of(scene.tara)
    assert (row.state, outcome.state, outcome.result, outcome.attempt) == ("decided", "agreed", "pass", 1)
    assert outcome.content == queries.outcome_content(made)
    kinds = p.kinds_audited(scene.tara)
    assert kinds[-2:] == ["assessments.first_year.decided", "assessments.outcome.agreed"]
    for who in ("tara", "sam", "cora", "tom"):
        assert not {"assessments.agreed", "assessments.released"} & set(p.told(getattr(scene.cast, who)))
    assert [p.told(getattr(scene.cast, who))[-1] for who in ("olive", "oscar")] == ["assessments.agreed"] * 2
