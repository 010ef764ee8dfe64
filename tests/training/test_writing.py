"""Reflective pieces and long case studies (T6, Y5, Y6): written, counted, submitted, commented on, reopened."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ctts.common.verdict import Invalid, NotAllowed, TooLate
from tests.training import practice as p
from training import actions, queries
from training.actions import StaleText
from training.models import CaseSection, CaseStudy, Reflection
from training.rules import headings_of
from training.states import AppointmentKind, RecordState, WritingState


def reflection(record, model="what", title="A piece", **more):
    given = {"record_id": record.pk, "key": uuid4(), "model": model, "title": title}
    return actions.start_reflection(by=record.trainee, now=p.NOW, **{**given, **more})


def case(record, title="A case", **more):
    given = {"record_id": record.pk, "key": uuid4(), "title": title}
    return actions.start_case(by=record.trainee, now=p.NOW, **{**given, **more})


def save(piece, by=None, *, seen=None, title="A piece", happened_on=None, **parts):
    given = {"title": title, "happened_on": happened_on, "seen": seen or version(piece)}
    by = by or piece.record.trainee
    return actions.save_reflection(by=by, now=p.NOW, reflection_id=piece.pk, parts=parts, **given)


def save_case(piece, *sections, seen=None, title="A case"):
    given = {"title": title, "sections": sections, "seen": seen or version(piece)}
    return actions.save_case(by=piece.record.trainee, now=p.NOW, case_id=piece.pk, **given)


def version(piece):
    return queries.piece_version(type(piece).objects.get(pk=piece.pk))


def submit(piece, by=None, seen=None, declared=True):
    given = {"seen": seen or version(piece), "declared": declared}
    return actions.submit_piece(by=by or piece.record.trainee, now=p.NOW, piece=piece, **given)


def submitted(record):
    return submit(save(reflection(record), what="I checked the camera."))


def submitted_case(record):
    return submit(save_case(case(record), ("Introduction", "A patient came.")))


def comment(piece, by, text="Well seen.", key=None):
    return actions.comment_on(by=by, now=p.NOW, piece=piece, key=key or uuid4(), text=text)


# --- writing ---


@pytest.mark.parametrize(("model", "many"), [("what", 3), ("gibbs", 6), ("kolb", 4), ("free", 1)])
def test_T6_a_piece_follows_its_model_and_counts_its_words(scene, model, many):
    piece = reflection(scene.tara, model)
    keys = [heading.key for heading in headings_of(model)]
    assert len(keys) == many
    saved = save(piece, **dict.fromkeys(keys, "Two words."), unknown="left out altogether")
    assert (saved.words, set(saved.parts)) == (2 * many, set(keys))


def test_T6_the_same_key_begins_one_piece(scene):
    key = uuid4()
    assert reflection(scene.tara, key=key) == reflection(scene.tara, key=key)
    assert case(scene.tara, key=key) == case(scene.tara, key=key)
    assert p.kinds_audited(scene.tara) == ["training.reflection.begun", "training.case.begun"]


def test_T6_only_the_trainee_writes_and_only_while_training_goes_on(scene):
    piece = reflection(scene.tara)
    for other in (scene.cast.sam, scene.cast.tom, scene.cast.olive):
        with pytest.raises(NotAllowed):
            save(piece, other)
    for begin in (reflection, case):
        with pytest.raises(NotAllowed):
            given = {"by": scene.cast.tom, "now": p.NOW, "record_id": scene.tara.pk, "key": uuid4(), "title": "x"}
            actions.start_case(**given) if begin is case else actions.start_reflection(model="what", **given)
    type(scene.tara).objects.filter(pk=scene.tara.pk).update(state=RecordState.WITHDRAWN, ended_on=p.TODAY)
    with pytest.raises(TooLate):
        save(piece)


@pytest.mark.parametrize("begin", [reflection, case])
def test_T6_a_piece_has_a_title(scene, begin):
    with pytest.raises(Invalid) as problem:
        begin(scene.tara, title="  ")
    assert problem.value.field == "title"


def test_T6_an_empty_title_keeps_the_old_one_while_it_is_typed(scene):
    assert save(reflection(scene.tara), title=" ", what="x").title == "A piece"
    assert save_case(case(scene.tara), ("One", "x"), title="").title == "A case"


def test_T6_a_day_to_come_is_refused(scene):
    with pytest.raises(Invalid):
        reflection(scene.tara, happened_on=date(2026, 6, 11))
    with pytest.raises(Invalid):
        save(reflection(scene.tara), happened_on=date(2026, 6, 11))


def test_T6_a_text_saved_in_another_window_is_not_written_over(scene):
    piece, study = reflection(scene.tara), case(scene.tara)
    seen, seen_case = version(piece), version(study)
    save(piece, what="Mine")
    save_case(study, ("One", "Mine"))
    with pytest.raises(StaleText):
        save(piece, seen=seen, what="Theirs")
    with pytest.raises(StaleText):
        save_case(study, ("One", "Theirs"), seen=seen_case)
    assert Reflection.objects.get(pk=piece.pk).parts["what"] == "Mine"


def test_T6_ten_thousand_words_and_emoji_and_what_a_paste_hides(scene):
    piece = save(reflection(scene.tara), what="word " * 10_000, so_what="\u200b👩‍⚕️ fine\u00ad \x00")
    assert piece.words == 10_001
    assert piece.parts["so_what"] == "👩‍⚕️ fine "


def test_T6_far_too_much_text_is_refused(scene):
    with pytest.raises(Invalid, match="more text"):
        save(reflection(scene.tara), what="x" * 400_001)


def test_T6_a_case_study_begins_with_its_sections_and_leaves_references_out(scene):
    study = case(scene.tara)
    assert [row.heading for row in queries.sections_of(study)][-1] == "References"
    saved = save_case(study, ("Introduction", "One two"), ("", ""), ("References", "Smith 2020"), ("More", "three"))
    assert saved.words == 3
    assert [(row.position, row.heading) for row in queries.sections_of(saved)] == [
        (1, "Introduction"),
        (2, "References"),
        (3, "More"),
    ]


def test_T6_a_section_has_a_heading_when_the_piece_is_submitted_and_there_are_not_endlessly_many(scene):
    study = save_case(case(scene.tara), ("", "Text"))
    with pytest.raises(Invalid, match="no heading"):
        submit(study)
    with pytest.raises(Invalid):
        save_case(case(scene.tara), *[("One", "x")] * 41)


def test_Y5_words_count_while_the_case_study_is_in_progress(scene):
    assert queries.longest_case_study_words(scene.tara) == 0
    save_case(case(scene.tara), ("One", "word " * 1500))
    save_case(case(scene.tara), ("One", "word " * 20))
    assert queries.longest_case_study_words(scene.tara) == 1500
    assert queries.case_words_needed(scene.tara) == 1500
    assert queries.longest_case_study_words(scene.tom) == 0


# --- submitting ---


def test_T6_a_submitted_piece_waits_for_the_supervisor(scene):
    piece = submitted(scene.tara)
    assert (piece.state, piece.submitted_at) == (WritingState.SUBMITTED, p.NOW)
    assert p.told(scene.cast.sam) == ["training.piece_submitted"]
    assert p.kinds_audited(scene.tara)[-1] == "training.reflection.submitted"
    with pytest.raises(TooLate):
        save(piece, what="More")
    with pytest.raises(TooLate):
        submit(piece)


def test_T6_what_is_submitted_is_what_was_seen_declared_and_not_empty(scene):
    piece = reflection(scene.tara)
    with pytest.raises(Invalid, match="nothing in it"):
        submit(piece)
    piece = save(piece, what="Something.")
    with pytest.raises(Invalid) as problem:
        submit(piece, declared=False)
    assert problem.value.field == "declared"
    with pytest.raises(StaleText):
        submit(piece, seen="0" * 64)
    with pytest.raises(NotAllowed):
        submit(piece, scene.cast.sam)


def test_T6_the_scan_points_at_what_may_identify_a_patient(scene):
    piece = save(reflection(scene.tara), what="The number 943 476 5919 and the test number 999 000 0018.")
    assert [found.kind.value for found in queries.identifiers_in(piece)] == ["nhs_number"]
    study = save_case(case(scene.tara), ("One", "Nothing of the kind."))
    assert queries.identifiers_in(study) == []


# --- comments and reopening ---


@pytest.mark.parametrize("make", [submitted, submitted_case])
def test_T6_supervisor_and_moderator_comment_and_the_trainee_hears(scene, make):
    piece = make(scene.tara)
    key = uuid4()
    first = comment(piece, scene.cast.sam, key=key)
    assert comment(piece, scene.cast.sam, key=key) == first
    second = comment(piece, scene.cast.mia)
    piece.refresh_from_db()
    assert piece.state == WritingState.COMMENTED
    assert queries.comments_on(piece) == [first, second]
    assert p.told(scene.cast.tara) == ["training.piece_commented"] * 2
    with pytest.raises(TooLate):
        submit(piece)


def test_T6_nobody_else_comments_and_not_without_words(scene):
    piece = submitted(scene.tara)
    for other in (scene.cast.tara, scene.cast.sue, scene.cast.cora, scene.cast.olive):
        with pytest.raises(NotAllowed):
            comment(piece, other)
    with pytest.raises(Invalid):
        comment(piece, scene.cast.sam, " ")
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    with pytest.raises(NotAllowed):
        comment(piece, scene.cast.sam)


def test_T6_a_draft_is_not_commented_on(scene):
    with pytest.raises(TooLate):
        comment(reflection(scene.tara), scene.cast.sam)


@pytest.mark.parametrize("make", [submitted, submitted_case])
def test_Y6_a_reopened_piece_counts_again_once_it_is_submitted_again(scene, make):
    piece = make(scene.tara)
    before = queries.reflections_submitted(scene.tara)
    actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    assert queries.reflections_submitted(scene.tara) == 0
    with pytest.raises(TooLate):
        actions.reopen_piece(by=scene.cast.tara, now=p.NOW, piece=piece)
    with pytest.raises(NotAllowed):
        actions.reopen_piece(by=scene.cast.sam, now=p.NOW, piece=piece)
    submit(piece)
    assert queries.reflections_submitted(scene.tara) == before
    assert p.kinds_audited(scene.tara)[-2].endswith(".reopened")


# --- the database's own judgement, and who reads ---


def test_T6_what_was_submitted_stays_until_it_is_reopened_whoever_writes(scene):
    piece, study = submitted(scene.tara), submitted_case(scene.tara)
    sections = CaseSection.objects.filter(case=study)
    for act in (
        lambda: Reflection.objects.filter(pk=piece.pk).update(parts={"what": "Other"}),
        lambda: CaseStudy.objects.filter(pk=study.pk).update(words=9),
        lambda: sections.update(text="Other"),
        sections.delete,
    ):
        with pytest.raises(IntegrityError, match="stays until"), transaction.atomic():
            act()


def test_T6_drafts_are_the_trainees_alone(scene):
    shown, draft = submitted(scene.tara), reflection(scene.tara)
    study, study_draft = submitted_case(scene.tara), case(scene.tara)
    submitted(scene.tom)
    submitted_case(scene.tom)
    mine = {shown.pk, draft.pk}, {study.pk, study_draft.pk}
    assert queries.readable_pieces(scene.tara, scene.cast.tara, p.TODAY) == mine
    for person in (scene.cast.sam, scene.cast.mia, scene.cast.cora, scene.cast.olive):
        assert queries.readable_pieces(scene.tara, person, p.TODAY) == ({shown.pk}, {study.pk})
    assert queries.readable_pieces(scene.tara, scene.cast.sue, p.TODAY) == (set(), set())
    assert len(queries.reflections_of(scene.tara)) == len(queries.cases_of(scene.tara)) == 2


def test_T6_empty_parts_are_left_out_where_it_is_read(scene):
    assert [part.title for part in queries.parts_of(submitted(scene.tara))] == ["What?"]
    assert [part.title for part in queries.parts_of(submitted_case(scene.tara))] == ["Introduction"]
