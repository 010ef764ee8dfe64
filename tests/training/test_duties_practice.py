"""What waits for whom in reviews, DOPS, pieces, meetings and concerns (N): one row for exactly the right people."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.cast import PEOPLE
from tests.training import dops as d
from tests.training import outside as o
from tests.training import practice as p
from tests.training.pages import address, words
from tests.training.world import browser_of
from tests.worlds import built_once
from training import actions, queries
from training.models import Appointment, Milestone, TrainingRecord
from training.queries.duties_moderator import MODERATOR_DUTIES
from training.queries.duties_practice import PRACTICE_DUTIES, PRACTICE_OTHERS
from training.queries.part import part_of
from training.states import AppointmentKind, MilestoneKind, RecordState

CHECK = "the DOPS “Daily uniformity check”"


def reviewed(record, by, day):
    """A review is held and submitted, and what was agreed in it is done."""
    review = p.submitted_review(record, by, held_on=day, period_starts_on=day)
    for action in queries.agreed_in(review):
        actions.close_action(by=by, now=p.NOW, action_id=action.pk)


@built_once
def quiet(scene):
    """Nothing waits: both months are reviewed and submitted, the first meetings were held."""
    for record, by in ((scene.tara, scene.cast.sam), (scene.tom, scene.cast.sue)):
        for day in (date(2026, 4, 20), date(2026, 5, 20)):
            reviewed(record, by, day)
        Milestone.objects.filter(record=record, kind=MilestoneKind.FIRST_MEETING).update(done_on=date(2026, 6, 1))
    return scene


def rows(scene, ask, today=p.TODAY):
    """First name → what waits for them as whom, or of whom they wait for it, of everybody for whom something does."""
    found = {}
    for first in PEOPLE:
        part = part_of(getattr(scene.cast, first), today)
        words = [
            f"{row.what} ({row.role})" if row.role else f"{row.what}: {row.about}" for duty in ask for row in duty(part)
        ]
        if words:
            found[first] = [word.replace("\u00a0", " ") for word in words]
    return found


def duties(scene, today=p.TODAY):
    return rows(scene, (*PRACTICE_DUTIES, *MODERATOR_DUTIES), today)


def others(scene):
    return rows(scene, PRACTICE_OTHERS)


def test_N_with_everything_done_nothing_waits_for_anybody(quiet):
    assert duties(quiet) == others(quiet) == {}


def test_N_a_review_waits_for_the_one_whose_turn_it_is(quiet):
    review = p.written_review(quiet.tara, quiet.cast.sam)
    assert duties(quiet) == {"sam": ["Sign the review of 5 June 2026 (Training Supervisor)"]}
    seen = queries.review_digest(review)
    given = {"review_id": review.pk, "seen": seen, "authentication": p.proof()}
    actions.sign_review(by=quiet.cast.sam, now=p.NOW, **given)
    assert duties(quiet) == {"tara": ["Acknowledge the review of 5 June 2026 (trainee)"]}
    assert others(quiet) == {"sam": ["Acknowledge the review of 5 June 2026: Tara Quinn"]}
    actions.acknowledge_review(by=quiet.cast.tara, now=p.NOW, comment="", **given)
    assert duties(quiet) == {"sam": ["Submit the review of 5 June 2026 (Training Supervisor)"]}
    assert others(quiet) == {"tara": ["Submit the review of 5 June 2026: Sam Patel"]}
    actions.submit_review(by=quiet.cast.sam, now=p.NOW, review_id=review.pk)
    assert duties(quiet) == {}


def test_T4_a_month_without_a_review_is_chased_at_the_supervisor_then_the_co_ordinator(quiet):
    asked = "Write the review of June 2026 (Training Supervisor)"
    reviewed(quiet.tom, quiet.cast.sue, date(2026, 6, 1))
    assert duties(quiet, date(2026, 6, 30)) == {}
    assert duties(quiet, date(2026, 7, 1)) == {"sam": [asked]}
    assert duties(quiet, date(2026, 7, 13)) == {"sam": [asked]}
    told = ["Ask after the review of June 2026 (Training Co-ordinator)"]
    assert duties(quiet, date(2026, 7, 14)) == {"sam": [asked], "cora": told}
    several = duties(quiet, date(2026, 9, 2))
    assert several["sam"] == ["Write the reviews of 3 months from June 2026 on (Training Supervisor)"]
    assert several["cora"] == ["Ask after the reviews of 2 months from June 2026 on (Training Co-ordinator)"]


def test_T4_a_month_of_which_there_is_a_draft_is_one_row_to_sign_it_by_its_day(quiet):
    reviewed(quiet.tom, quiet.cast.sue, date(2026, 6, 1))
    p.written_review(quiet.tara, quiet.cast.sam)
    july = date(2026, 7, 14)
    assert duties(quiet, july) == {
        "sam": ["Sign the review of 5 June 2026 (Training Supervisor)"],
        "cora": ["Ask after the review of June 2026 (Training Co-ordinator)"],
    }
    [row] = [row for row in queries.duties_for(quiet.cast.sam, july) if row.what.startswith("Sign")]
    assert row.due == date(2026, 7, 7)
    assert duties(quiet, date(2026, 9, 2))["sam"] == [
        "Sign the review of 5 June 2026 (Training Supervisor)",
        "Write the reviews of 2 months from July 2026 on (Training Supervisor)",
    ]


def test_T4_a_supervisor_who_co_ordinates_too_has_one_row(quiet):
    p.end_appointment(quiet.tara, AppointmentKind.COORDINATOR)
    p.appoint(quiet.tara, quiet.cast.sam, AppointmentKind.COORDINATOR, starts_on=date(2026, 6, 2))
    reviewed(quiet.tom, quiet.cast.sue, date(2026, 6, 1))
    found = duties(quiet, date(2026, 7, 20))
    assert found == {"sam": ["Write the review of June 2026 (Training Supervisor)"]}


def test_N_an_interrupted_training_is_not_chased(quiet):
    TrainingRecord.objects.update(state=RecordState.INTERRUPTED)
    assert duties(quiet, date(2026, 7, 20)) == {}


def test_N_a_dops_waits_for_the_one_whose_turn_it_is(quiet):
    sam, tara = quiet.cast.sam, quiet.cast.tara
    dops = p.asked_dops(quiet.tara, sam)
    assert duties(quiet) == {"sam": ["Assess the DOPS “Daily uniformity check” (assessor)"]}
    assert others(quiet) == {"tara": ["Assess the DOPS “Daily uniformity check”: Sam Patel"]}
    p.filled_dops(dops, sam)
    assert duties(quiet) == {"sam": ["Finish the DOPS “Daily uniformity check” (assessor)"]}
    p.sign(dops, sam)
    waiting = "Acknowledge the DOPS “Daily uniformity check”"
    assert (duties(quiet), others(quiet)) == (
        {"tara": [f"{waiting} (trainee)"]},
        {"sam": [f"{waiting}: Tara Quinn"]},
    )
    [row] = [row for row in queries.duties_for(tara, p.TODAY) if row.what == waiting]
    assert (row.since, dops.observed_on == p.TODAY) == (p.TODAY, False)
    given = {"dops_id": dops.pk, "comment": "", "authentication": p.proof()}
    dops.refresh_from_db()
    actions.acknowledge_dops(by=tara, now=p.NOW, seen=queries.dops_digest(dops), **given)
    assert duties(quiet) == {}


def test_N_no_two_dops_are_word_for_word_alike(quiet):
    sam = quiet.cast.sam
    for minutes in (0, 5):
        p.started_dops(quiet.tara, sam, p.NOW + timedelta(minutes=minutes))
    p.filled_dops(p.started_dops(quiet.tara, sam), sam)
    rows = ["the DOPS of 10 June 2026, 11:00", "the DOPS of 10 June 2026, 11:05", "the DOPS “Daily uniformity check”"]
    assert sorted(duties(quiet)["sam"]) == [f"Finish {one} (assessor)" for one in rows]


def test_N_an_unapproved_assessor_is_the_supervisors_row_and_not_theirs(quiet):
    dops = p.asked_dops(quiet.tara, quiet.cast.trina)
    assert duties(quiet) == {
        "sam": ["Approve Trina Doyle as assessor of the DOPS “Daily uniformity check” (Training Supervisor)"]
    }
    assert others(quiet) == {
        "tara": ["Approve Trina Doyle as assessor of the DOPS “Daily uniformity check”: Sam Patel"]
    }
    actions.approve_assessor(by=quiet.cast.sam, now=p.NOW, dops_id=dops.pk, authentication=p.proof())
    assert duties(quiet) == {"trina": ["Assess the DOPS “Daily uniformity check” (assessor)"]}


@pytest.mark.parametrize("kind", ["reflection", "case"])
def test_N_a_submitted_piece_waits_for_the_supervisors_comment(quiet, kind):
    given = {"by": quiet.cast.tara, "now": p.NOW}
    begun = {"record_id": quiet.tara.pk, "key": uuid4(), "title": "On time"}
    if kind == "case":
        study = actions.start_case(**given, **begun)
        write = {"case_id": study.pk, "title": "", "sections": [("One", "word")], "seen": queries.piece_version(study)}
        piece = actions.save_case(**given, **write)
    else:
        piece = actions.start_reflection(**given, **begun, model="free")
        write = {"title": "", "happened_on": None, "parts": {"text": "word"}, "seen": queries.piece_version(piece)}
        piece = actions.save_reflection(**given, reflection_id=piece.pk, **write)
    assert duties(quiet) == {}
    actions.submit_piece(**given, piece=piece, seen=queries.piece_version(piece), declared=True)
    assert duties(quiet) == {"sam": ["Comment on “On time” (Training Supervisor)"]}
    assert others(quiet) == {"tara": ["Comment on “On time”: Sam Patel"]}
    actions.comment_on(by=quiet.cast.sam, now=p.NOW, piece=piece, key=uuid4(), text="Good.")
    assert duties(quiet) == {}


def test_T11_the_first_meeting_waits_for_the_moderator_until_it_is_held(quiet):
    Milestone.objects.filter(record=quiet.tara, kind=MilestoneKind.FIRST_MEETING).update(done_on=None)
    assert duties(quiet) == {"mia": ["Hold the first meeting (External Moderator)"]}
    held = Appointment.objects.get(record=quiet.tara, kind=AppointmentKind.EXTERNAL_MODERATOR)
    assert [row.since for row in queries.duties_for(quiet.cast.mia, p.TODAY)] == [held.starts_on]
    given = {"held_on": p.TODAY, "mode": "online", "plan_reviewed": True, "notes": "Fine."}
    actions.hold_first_meeting(by=quiet.cast.mia, now=p.NOW, record_id=quiet.tara.pk, key=uuid4(), **given)
    assert duties(quiet) == {}


def test_T8_a_concern_waits_for_whoever_it_lies_with(quiet):
    given = {"record_id": quiet.tara.pk, "patient_safety": False, "text": "Left alone."}
    found = actions.raise_concern(by=quiet.cast.tara, now=p.NOW, key=uuid4(), **given)
    assert duties(quiet) == {"cora": ["Answer a concern (Training Co-ordinator)"]}
    actions.close_concern(by=quiet.cast.cora, now=p.NOW, concern_id=found.pk, outcome="A rota.")
    assert duties(quiet) == {}


def test_T8_patient_safety_waits_for_moderator_and_office(quiet):
    given = {"record_id": quiet.tara.pk, "patient_safety": True, "reference": "INC-1"}
    actions.raise_concern(by=quiet.cast.sam, now=p.NOW, key=uuid4(), **given)
    what = "Answer a patient-safety concern"
    assert duties(quiet) == {
        "olive": [f"{what} (scheme office)"],
        "oscar": [f"{what} (scheme office)"],
        "mia": [f"{what} (External Moderator)"],
    }


def test_N_the_rows_of_one_record_are_those_of_that_record(quiet):
    p.written_review(quiet.tara, quiet.cast.sam)
    assert [row.what for row in queries.duties_in(quiet.tara, quiet.cast.sam, p.TODAY) if "review" in row.what]
    assert not [row for row in queries.duties_in(quiet.tom, quiet.cast.sam, p.TODAY) if "review" in row.what]


@pytest.mark.parametrize("many", [1, 3])
def test_N_duties_cost_the_same_for_one_and_for_three(quiet, many, django_assert_num_queries):
    for _ in range(many):
        p.written_review(quiet.tara, quiet.cast.sam)
        p.asked_dops(quiet.tara, quiet.cast.sam)
        p.asked_dops(quiet.tara, quiet.cast.trina)
    part = part_of(quiet.cast.sam, p.TODAY)
    with django_assert_num_queries(9):  # one of them: which of the rare things there are
        found = [row for duty in PRACTICE_DUTIES for row in duty(part)]
    assert len(found) == 3 * many


def test_T5_an_external_dops_waits_for_the_one_whose_turn_it_is(quiet):
    sam, tara, asks = quiet.cast.sam, quiet.cast.tara, "Assess the DOPS “Daily uniformity check”: Owen Vale"
    dops = o.proposed(quiet.tara)
    assert duties(quiet) == {
        "sam": ["Approve Owen Vale as assessor of the DOPS “Daily uniformity check” (Training Supervisor)"]
    }
    assert others(quiet) == {"tara": [f"Approve Owen Vale as assessor of {CHECK}: Sam Patel"]}
    actions.approve_assessor(by=sam, now=p.NOW, dops_id=dops.pk, authentication=p.proof())
    assert (duties(quiet), others(quiet)) == ({}, {"tara": [asks], "sam": [f"{asks}, for Tara Quinn"]})
    assert duties(quiet, date(2026, 7, 8))["sam"] == ["Write the review of June 2026 (Training Supervisor)"]
    assert (
        "Name who assesses the DOPS “Daily uniformity check” (Training Supervisor)"
        in duties(quiet, date(2026, 7, 9))["sam"]
    )
    o.filled(o.last(dops))
    assert (duties(quiet), others(quiet)["tara"]) == ({}, [asks])
    o.sign(o.last(dops))
    waits = "Countersign the DOPS “Daily uniformity check”"
    assert duties(quiet) == {"sam": [f"{waits} (Training Supervisor)"]}
    assert others(quiet) == {"tara": [f"{waits}: Sam Patel"]}
    o.countersign(dops, sam)
    assert duties(quiet) == {"tara": ["Acknowledge the DOPS “Daily uniformity check” (trainee)"]}
    d.acknowledge(dops, tara)
    assert duties(quiet) == others(quiet) == {}


def test_T5_a_link_that_closed_without_an_answer_is_the_supervisors(quiet):
    external = o.asked(quiet.tara, quiet.cast.sam)
    for end in (lambda one: actions.take_back_link(by=quiet.cast.sam, now=p.NOW, external_id=one.pk), not_theirs):
        end(external)
        assert duties(quiet) == {"sam": ["Name who assesses the DOPS “Daily uniformity check” (Training Supervisor)"]}
        assert others(quiet) == {"tara": ["Name who assesses the DOPS “Daily uniformity check”: Sam Patel"]}
        external = o.named(external.dops, quiet.cast.sam, o.PIA)
    actions.pass_on_link(by=external, now=p.NOW, person=o.OWEN)
    assert duties(quiet) == {
        "sam": ["Approve Owen Vale as assessor of the DOPS “Daily uniformity check” (Training Supervisor)"]
    }


def not_theirs(external):
    actions.not_for_me(by=external, now=p.NOW)


@pytest.mark.parametrize("many", [1, 3])
def test_N_duties_of_external_dops_cost_the_same(quiet, many, django_assert_num_queries):
    for _ in range(many):
        o.asked(quiet.tara, quiet.cast.sam)
        o.proposed(quiet.tara)
        o.signed(quiet.tara, quiet.cast.sam)
    part = part_of(quiet.cast.sam, p.TODAY)
    with django_assert_num_queries(9):  # one of them: which of the rare things there are
        found = [row for duty in PRACTICE_DUTIES for row in duty(part)]
    assert len(found) == 2 * many


# --- what was agreed in a review (T4) ---


def agreed(scene, *actions_agreed, held_on=date(2026, 5, 28)):
    """A review of Tara's, signed, in which this was agreed: (text, owner, day)."""
    told = {
        "values": p.meeting(held_on=held_on),
        "items": [],
        "actions": [actions.Agreed(*one) for one in actions_agreed],
    }
    given = {"by": scene.cast.sam, "now": p.NOW, "record_id": scene.tara.pk, "key": uuid4()}
    review = actions.write_review(**given, **told)
    signed = {"review_id": review.pk, "seen": queries.review_digest(review), "authentication": p.proof()}
    actions.sign_review(by=scene.cast.sam, now=p.NOW, **signed)
    return list(queries.agreed_in(review))


def waits(scene, today=p.TODAY):
    """First name → (what, about, due) of each row about something agreed."""
    found = {}
    for first in PEOPLE:
        for row in queries.duties_for(getattr(scene.cast, first), today):
            if "#agreed-" in row.url:
                about = row.about.replace("\N{NO-BREAK SPACE}", " ")
                found.setdefault(first, []).append((row.what, about, row.due, row.since, row.role))
    return found


def test_N_what_was_agreed_waits_for_its_owner_due_on_its_day_until_it_is_closed(quiet):
    day, held, review, ward = (
        date(2026, 6, 9),
        date(2026, 5, 28),
        "review of 28 May 2026",
        "Ward manager, for Tara Quinn",
    )
    mine, his, theirs = agreed(
        quiet,
        ("Read the local rules", "Tara Quinn", day),
        ("Book a scanner", "Sam Patel", day),
        ("Send the rota", "Ward manager", day),
    )
    assert waits(quiet) == {
        "tara": [("Do what was agreed: Read the local rules", "Review of 28 May 2026", day, held, "trainee")],
        "sam": [
            ("Do what was agreed: Book a scanner", f"Tara Quinn, {review}", day, held, "Training Supervisor"),
            ("See to what was agreed: Send the rota", f"{ward}, {review}", day, held, "Training Supervisor"),
        ],
    }
    for person, says in ((quiet.cast.tara, "Read the local rules"), (quiet.cast.sam, "Book a scanner")):
        page = words(browser_of(person).get(address("record", quiet.tara.pk)))
        assert says in page and ">overdue</span>" in page and "due <time" in page
    for action in (mine, his, theirs):
        actions.close_action(by=quiet.cast.tara, now=p.NOW, action_id=action.pk)
    assert waits(quiet) == {}


def test_N_what_both_are_to_do_waits_for_both(quiet):
    agreed(quiet, ("Meet physics", "Tara Quinn and Sam Patel", p.TODAY))
    assert sorted(waits(quiet)) == ["sam", "tara"]


def test_N_it_waits_from_a_week_before_its_day_and_not_while_the_review_is_a_draft(quiet):
    agreed(quiet, ("Read the local rules", "Tara Quinn", date(2026, 6, 18)), ("Some day", "Tara Quinn", None))
    p.written_review(quiet.tara, quiet.cast.sam)
    assert waits(quiet) == {} and list(waits(quiet, date(2026, 6, 11))) == ["tara"]
    assert list(waits(quiet, date(2026, 7, 30))) == ["tara"]
    TrainingRecord.objects.filter(pk=quiet.tara.pk).update(state=RecordState.INTERRUPTED)
    assert waits(quiet, date(2026, 7, 30)) == {}


def test_N_a_long_agreement_is_cut_and_opens_where_it_is_closed(quiet):
    [action] = agreed(quiet, ("word " * 60, "Tara Quinn", p.TODAY))
    [row] = [row for row in queries.duties_for(quiet.cast.tara, p.TODAY) if "#agreed-" in row.url]
    assert len(row.what) < 110 and row.what.endswith("…")
    page, _, place = row.url.partition("#")
    assert f'id="{place}"' in browser_of(quiet.cast.tara).get(page).text and place == f"agreed-{action.pk}"


@pytest.mark.parametrize("many", [1, 3])
def test_N_what_was_agreed_is_read_with_what_else_seldom_waits(quiet, many, django_assert_num_queries):
    agreed(quiet, *[("Read", "Tara Quinn", p.TODAY)] * many)
    part = part_of(quiet.cast.tara, p.TODAY)
    assert part.rare == frozenset()
    with django_assert_num_queries(0):
        assert len(part.agreed) == many
