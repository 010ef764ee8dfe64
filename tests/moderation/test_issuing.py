"""Issuing diplomas (D1): numbers without gaps, to a name that can be printed, once for each award; runs in items."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction

from ctts.audit.queries import timeline
from ctts.audit.verification import verify
from ctts.common.runs import progress
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from moderation import actions, queries
from moderation.models import Diploma, DiplomaYear, IssueRun
from moderation.rules import gaps_in_year
from tests.cast import at
from tests.moderation.awarding import NOW, RATIFIED, issued, job, more_trainees
from tests.training.world import audit_of
from training.models import TrainingRecord

TODAY = NOW.date()


def run_of(awarded, *names: str) -> IssueRun:
    """A run of Olive's for some of the two."""
    ids = [getattr(awarded, name).pk for name in names or ("tara", "tom")]
    return actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=ids)


# --- one diploma ---


def test_D1_a_diploma_says_who_for_what_and_when(awarded):
    made = issued(awarded)
    assert (made.number, made.year, made.n) == ("CTD-2028-00001", 2028, 1)
    assert (made.name, made.scope_name) == ("Tara Quinn", "Nuclear Medicine")
    assert (made.awarded_on, made.issued_at, made.issued_by) == (RATIFIED.date(), NOW, awarded.cast.olive)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", made.code)
    assert issued(awarded, "tom").number == "CTD-2028-00002"
    assert made.code != Diploma.objects.get(n=2).code


def test_D1_the_year_of_a_number_is_that_of_london(awarded):
    assert issued(awarded, now=at(2028, 12, 31, 23, 59)).number == "CTD-2028-00001"
    assert issued(awarded, "tom", now=at(2029, 1, 1, 0, 0)).number == "CTD-2029-00001"


def test_D1_a_summer_night_belongs_to_the_london_day(awarded):
    assert queries.award_of(awarded.tara).ratified_at == RATIFIED
    assert issued(awarded, now=at(2028, 6, 30, 23, 30)).awarded_on.isoformat() == "2028-04-03"


def test_D1_the_audit_entry_of_its_issue_is_kept_on_it(awarded):
    made = issued(awarded)
    last = timeline(awarded.tara.trainee_id).first()
    assert (made.audit_number, made.audit_head) == (last.number, last.hash)
    assert (last.action, last.object_id, last.after["number"]) == ("moderation.diploma.issued", made.pk, made.number)
    assert audit_of(made) == ["moderation.diploma.issued"]
    assert verify().faults == []


def test_D1_issued_once_for_each_award(awarded):
    issued(awarded)
    with pytest.raises(TooLate, match="Tara Quinn has the diploma CTD-2028-00001 already"):
        issued(awarded)
    assert issued(awarded, "tom").n == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Diploma.objects.create(**_copy(Diploma.objects.get(n=1), number="CTD-2028-00009", n=9, code="X" * 26))


def _copy(diploma, **changes):
    names = [field.attname for field in Diploma._meta.concrete_fields if field.name != "id"]
    return {name: getattr(diploma, name) for name in names} | changes


def test_D1_only_the_office_issues(awarded):
    for person in (awarded.cast.tara, awarded.cast.sam, awarded.cast.mia, awarded.cast.cora):
        with pytest.raises(NotAllowed, match="for the scheme office"):
            issued(awarded, by=person)
        with pytest.raises(NotAllowed):
            actions.start_issue_run(by=person, now=NOW, award_ids=[awarded.tara.pk])
    assert (Diploma.objects.count(), DiplomaYear.objects.count(), IssueRun.objects.count()) == (0, 0, 0)


def test_D1_to_the_name_the_trainee_asked_for_or_another_the_office_gives(awarded):
    TrainingRecord.objects.filter(pk=awarded.tara.pk).update(certificate_name="  Tara   Ní Chuinn ")
    assert issued(awarded).name == "Tara Ní Chuinn"
    given = {"by": awarded.cast.olive, "now": NOW, "award_id": awarded.tom.pk}
    assert actions.issue_diploma(**given, name="Tom Ericson").name == "Tom Ericson"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("山田 太郎", "cannot print: 山 田 太 郎"),
        ("Tara \u202eQuinn", "cannot print"),
        ("...", "has letters"),
        ("T" * 161, "at most 160"),
    ],
)
def test_D1_a_name_that_cannot_be_printed_takes_no_number(awarded, name, words):
    given = {"by": awarded.cast.olive, "now": NOW, "award_id": awarded.tara.pk}
    with pytest.raises(Invalid, match=words) as refused:
        actions.issue_diploma(**given, name=name)
    assert refused.value.field == "name"
    assert issued(awarded).n == 1


def test_D1_a_number_goes_up_by_one_whoever_tries(awarded):
    issued(awarded)
    for last in (0, 1, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            DiplomaYear.objects.filter(pk=2028).update(last=last)


# --- runs ---


def test_D1_a_run_issues_in_the_order_of_ratification_and_says_how_far_it_is(awarded):
    run = run_of(awarded, "tom", "tara")
    assert audit_of(run) == ["moderation.issue_run.started"]
    assert (queries.run_standing(run).items.waiting, queries.run_standing(run).sealed) == (2, 0)
    assert job("issue_diplomas") == 2
    numbers = {item.award.record.trainee.full_name: item.number for item in queries.run_items(run)}
    assert numbers == {"Tara Quinn": "CTD-2028-00001", "Tom Eriksen": "CTD-2028-00002"}
    run.refresh_from_db()
    assert run.finished_at == NOW
    assert set(Diploma.objects.values_list("issued_by", flat=True)) == {awarded.cast.olive.pk}
    assert job("issue_diplomas") == 0


def test_D1_what_is_under_way_or_issued_is_in_no_second_run(awarded):
    run_of(awarded, "tara")
    with pytest.raises(TooLate, match="Tara Quinn has a diploma already, or is in a run"):
        run_of(awarded)
    job("issue_diplomas")
    with pytest.raises(TooLate, match="Tara Quinn"):
        run_of(awarded)
    assert IssueRun.objects.count() == 1
    assert run_of(awarded, "tom").items.count() == 1


@pytest.mark.parametrize("ids", [[], [0], [0, "tara"]])
def test_D1_a_run_is_of_awards_only(awarded, ids):
    wanted = [awarded.tara.pk if one == "tara" else one for one in ids]
    with pytest.raises(Invalid, match="Choose the awards"):
        actions.start_issue_run(by=awarded.cast.olive, now=NOW, award_ids=wanted)
    assert IssueRun.objects.count() == 0


def test_D1_a_stopped_run_is_taken_up_where_it_was(awarded):
    run, olive = run_of(awarded), awarded.cast.olive
    assert actions.cancel_issue_run(by=olive, now=NOW, run_id=run.pk) == 2
    with pytest.raises(TooLate, match="already ended"):
        actions.cancel_issue_run(by=olive, now=NOW, run_id=run.pk)
    assert job("issue_diplomas") == 0
    issued(awarded, "tara")
    with pytest.raises(TooLate, match="Tara Quinn"):
        actions.resume_issue_run(by=olive, now=NOW, run_id=run.pk)
    assert audit_of(run) == ["moderation.issue_run.started", "moderation.issue_run.cancelled"]


def test_D1_what_a_run_left_is_issued_once_it_goes_on(awarded):
    run, olive = run_of(awarded), awarded.cast.olive
    actions.cancel_issue_run(by=olive, now=NOW, run_id=run.pk)
    assert actions.resume_issue_run(by=olive, now=NOW, run_id=run.pk) == 2
    assert job("issue_diplomas") == 2
    with pytest.raises(TooLate, match="Nothing is left"):
        actions.resume_issue_run(by=olive, now=NOW, run_id=run.pk)
    assert gaps_in_year(Diploma.objects.values_list("n", flat=True)) == ()
    assert audit_of(run)[-1] == "moderation.issue_run.resumed"


def test_D1_only_the_office_stops_and_resumes(awarded):
    run = run_of(awarded)
    for act in (actions.cancel_issue_run, actions.resume_issue_run):
        with pytest.raises(NotAllowed):
            act(by=awarded.cast.tara, now=NOW, run_id=run.pk)
    assert progress(run).waiting == 2


def test_D1_one_that_is_refused_keeps_no_other_back(awarded):
    TrainingRecord.objects.filter(pk=awarded.tara.pk).update(certificate_name="山田")
    run = run_of(awarded)
    job("issue_diplomas")
    standing = queries.run_standing(run)
    assert (standing.items.done, standing.items.failed) == (1, 1)
    [failed] = queries.run_items(run).filter(state="failed")
    assert "cannot print: 山 田" in failed.error
    assert Diploma.objects.get().number == "CTD-2028-00001"
    TrainingRecord.objects.filter(pk=awarded.tara.pk).update(certificate_name="Yamada")
    actions.resume_issue_run(by=awarded.cast.olive, now=NOW, run_id=run.pk)
    job("issue_diplomas")
    assert sorted(Diploma.objects.values_list("n", "name")) == [(1, "Tom Eriksen"), (2, "Yamada")]


# --- who sees what ---


def test_D1_the_office_sees_what_is_to_be_issued_and_nobody_else(awarded):
    names = [row.record.trainee.full_name for row in queries.awards_to_issue(awarded.cast.olive, TODAY)]
    assert names == ["Tara Quinn", "Tom Eriksen"]
    run = run_of(awarded, "tara")
    held = [(row.award.record.trainee.full_name, row.held) for row in queries.award_rows(awarded.cast.olive, TODAY)]
    assert held == [("Tara Quinn", "A run is about to issue it."), ("Tom Eriksen", "")]
    issued(awarded, "tom")
    for stranger in (awarded.cast.tara, awarded.cast.sam, awarded.cast.mia):
        assert not queries.awards_to_issue(stranger, TODAY).exists()
        assert not queries.runs_visible_to(stranger, TODAY).exists()
        assert not queries.diplomas_for_office(stranger, TODAY, "", "").exists()
    assert list(queries.runs_visible_to(awarded.cast.olive, TODAY)) == [run]


def test_D1_a_trainee_sees_their_own_diploma_only(awarded):
    taras, toms = issued(awarded), issued(awarded, "tom")
    assert list(queries.diplomas_visible_to(awarded.cast.tara, TODAY)) == [taras]
    assert list(queries.diplomas_visible_to(awarded.cast.tom, TODAY)) == [toms]
    assert list(queries.diplomas_visible_to(awarded.cast.sam, TODAY)) == []
    assert set(queries.diplomas_visible_to(awarded.cast.olive, TODAY)) == {taras, toms}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [2, 1]),
        ("ctd-2028-00002", [2]),
        ("00001", [1]),
        ("quinn", [1]),
        ("Éríksen t", [2]),
        ("CTD-2028-00003", []),
        ("Nobody", []),
    ],
)
def test_D1_the_office_finds_a_diploma_by_number_or_name(awarded, words, found):
    issued(awarded), issued(awarded, "tom")
    rows = queries.diplomas_for_office(awarded.cast.olive, TODAY, words, "")
    assert list(rows.values_list("n", flat=True)) == found
    assert not queries.diplomas_for_office(awarded.cast.olive, TODAY, words, "revoked").exists()


def test_D1_office_and_trainee_wait_for_the_diploma_until_its_file_is_there(awarded):
    [row] = [row for row in queries.duties_for(awarded.cast.olive, TODAY) if row.what.startswith("Issue")]
    assert (row.what, row.since) == ("Issue 2 diplomas", RATIFIED.date())
    assert queries.duties_for(awarded.cast.tara, TODAY) == queries.others_for(awarded.cast.sam, TODAY) == []
    [waits] = queries.others_for(awarded.cast.tara, TODAY)
    assert (waits.what, waits.about) == ("Issue your Diploma", "Scheme office")
    issued(awarded)
    assert queries.duties_for(awarded.cast.olive, TODAY)[0].what == "Issue 1 diploma"
    assert len(queries.others_for(awarded.cast.tara, TODAY)) == 1
    run_of(awarded, "tom")
    assert queries.duties_for(awarded.cast.olive, TODAY) == []


def test_more_trainees_are_made_for_lists(awarded):
    [record] = more_trainees(awarded, 1)
    assert queries.award_of(record).board.name.startswith("Board of April")
