"""What was changed since an application was given back: for each numbered point, and beside them (A4, screens 17)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils.html import strip_tags

from applications import actions, queries
from applications.models import Application, ApplicationCopy
from applications.states import Part
from tests.applications import world
from tests.applications.test_office_views import url
from tests.applications.world import NOW, PERSONAL
from tests.cast import at

LATER = at(2026, 7, 3)


def given(application: Application) -> queries.Given:
    return queries.Given(application)


def words(response) -> str:
    """What a page says, without its tags."""
    return " ".join(strip_tags(response.content.decode()).split())


def told(asked: queries.Asked) -> list[list[tuple[str, str, str]] | None]:
    """The changes of each point: label, before, after; None where nothing is told."""
    return [
        None if row.changes is None else [(one.label, one.before, one.after) for one in row.changes]
        for row in asked.points
    ]


def common(application: Application) -> dict[str, object]:
    return {"by": application.applicant, "now": LATER, "application_id": application.pk}


def rename(application: Application) -> None:
    values = {**PERSONAL, "legal_name": "Ann Archer-Bell", "address": "2 Other Road\nLeeds"}
    actions.save_details(**common(application), part=Part.PERSONAL, values=values)


def answer(application: Application, now=LATER) -> Application:
    points = application.information_requests.latest("pk").points.all()
    answers = {point.pk: f"Answer {point.number}" for point in points}
    by = application.applicant
    return actions.answer_information(by=by, now=now, application_id=application.pk, answers=answers)


def test_A4_each_point_says_what_was_changed_for_it(asked):
    rename(asked)
    answered = answer(asked)
    [request] = queries.asked_of(answered, given(answered))
    assert told(request) == [
        [
            ("Full legal name", "Ann Archer", "Ann Archer-Bell"),
            ("Home address", "1 Example Road, Leeds, LS1 1AA", "2 Other Road, Leeds, LS1 1AA"),
        ],
        [],
    ]
    assert request.besides == ()


def test_A4_what_is_being_changed_is_for_the_applicant_until_it_is_sent(asked):
    rename(asked)
    asked = world.refresh(asked)
    [for_office], [own] = (queries.asked_of(asked, given(asked), unfinished=mine) for mine in (False, True))
    assert told(for_office) == [None, None]
    assert [bool(row.changes) for row in own.points] == [True, False]


def test_A4_parts_that_nobody_asked_about_are_named_as_well(asked):
    certificate = world.attach(asked, "certificate-photo.jpg", Part.ENGLISH, "applications.english", LATER)
    values = {"first_language_english": True, "gcse_grade": "7", "certificate": certificate}
    actions.save_english(**common(asked), values=values)
    item = asked.competency_list.items.get(code="NM-1.01")
    row = {"how": "Observed practice", "where": "Ward 4", "with_whom": "Senior technologist", "by_month": 12}
    actions.save_plan(
        **common(asked), rows={item.pk: row}, summary="Rotations of four months.", level_six="By project and module."
    )
    answered = answer(asked)
    [request] = queries.asked_of(answered, given(answered))
    [row] = request.points[1].changes
    assert row.before == "Observed practice; Department; Senior technologist; by month 12"
    assert row.after == "Observed practice; Ward 4; Senior technologist; by month 12"
    assert [piece.text for piece in row.pieces if piece.fate != "kept"] == ["Department;", "Ward 4;"]
    [english] = request.besides
    assert (english.part, [one.label for one in english.changes]) == (Part.ENGLISH, ["GCSE English", "Certificate"])
    assert "certificate-photo.jpg" in english.changes[1].after


def test_A4_a_copy_that_calls_the_upload_otherwise_tells_of_no_other_file(asked):
    kept = ApplicationCopy.objects.get().parts
    assert ", uploaded " in str(kept[Part.ENGLISH])
    parts = {
        part: [[label, said.replace(", uploaded ", ", handed in ")] for label, said in kept[part]] for part in kept
    }
    returned = asked.supervisor_answers.get()
    ApplicationCopy.objects.create(application=asked, returned=returned, parts=parts, taken_at=LATER)
    assert queries.changed_since_return(asked, given(asked)).changes == ()


def test_A4_a_second_request_leaves_the_first_as_it_was_answered(cast, asked):
    rename(asked)
    answer(asked)
    again = world.ask(cast, world.refresh(asked), LATER)
    actions.save_details(**common(again), part=Part.PERSONAL, values={**PERSONAL, "legal_name": "Ann Archer"})
    again = answer(again, at(2026, 7, 4))
    second, first = queries.asked_of(again, given(again))
    assert ("Full legal name", "Ann Archer", "Ann Archer-Bell") in told(first)[0]
    assert ("Full legal name", "Ann Archer-Bell", "Ann Archer") in told(second)[0]


def test_A5_nobody_is_told_whether_a_reason_reads_otherwise(cast, in_review):
    points = [(Part.ADJUSTMENTS, "Did you mean every assessment?")]
    actions.ask_information(by=cast.olive, now=NOW, application_id=in_review.pk, points=points)
    asked = world.refresh(in_review)
    actions.save_adjustments(**common(asked), key=world.uuid4(), wanted=True, reason="My eyesight")
    answered = answer(asked)
    [request] = queries.asked_of(answered, given(answered))
    assert told(request) == [None] and request.besides == ()
    assert "eyesight" not in str(ApplicationCopy.objects.get().parts)


def test_A6_the_supervisor_sees_what_was_changed_since_the_return(cast, handed_over, browser_of):
    application = handed_over
    assert queries.changed_since_return(application, given(application)) is None
    seen = queries.shown_digest(application)
    back = {"reason": "Give your new name.", "seen": seen, "authentication": world.proof()}
    actions.return_to_applicant(by=cast.sam, now=NOW, application_id=application.pk, **back)
    application = world.refresh(application)
    assert queries.changed_since_return(application, given(application)).changes == ()
    rename(application)
    actions.ask_supervisor(by=cast.ann, now=LATER, application_id=application.pk)
    page = words(browser_of("sam").get(url("confirm", application.pk)))
    assert "Changed since it was returned" in page and "Personal details (2)" in page and "Archer-Bell" in page
    assert "Sam Patel returned it" in page and "and asked for: Give your new name." in page


def test_the_points_show_their_changes_to_office_and_applicant(asked, browser_of):
    rename(asked)
    own = words(browser_of("ann").get(url("answer", asked.pk)))
    assert "Personal details (changed), Training plan (not changed yet)" in own
    office = words(browser_of("olive").get(url("review", asked.pk)))
    assert "What changed" not in office and "Not answered yet" in office
    answer(asked)
    for who, name in (("olive", "review"), ("olive", "decisions"), ("ann", "status")):
        page = words(browser_of(who).get(url(name, asked.pk)))
        assert "What changed in “Personal details” (2)" in page and "Not changed Answered" in page, name


def test_a_copy_stays_and_belongs_to_one_occasion(asked):
    copy = ApplicationCopy.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        ApplicationCopy.objects.update(parts={})
    with pytest.raises(DatabaseError, match="applications_copy_of_one_occasion"), transaction.atomic():
        ApplicationCopy.objects.create(application=copy.application, parts={}, taken_at=NOW)


def test_save_and_go_on_leads_past_parts_that_the_supervisor_confirmed(asked, browser_of):
    ann = browser_of("ann")
    assert "form/scope/" not in ann.get(url("part", asked.pk, "employment")).content.decode()
    page = ann.get(url("part", asked.pk, "employment"))
    given = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    saved = ann.post(url("part", asked.pk, "employment"), given | {"employed_there": "yes"})
    assert saved.url == url("qualifications", asked.pk)
    assert ann.get(saved.url).status_code == 200


def test_two_points_about_one_part_show_its_changes_once(cast, in_review, browser_of):
    points = [(Part.PERSONAL, "Which name?"), (Part.PERSONAL, "Which address?"), (Part.SCOPE, "Is it the right scope?")]
    actions.ask_information(by=cast.olive, now=NOW, application_id=in_review.pk, points=points)
    rename(in_review)
    page = words(browser_of("ann").get(url("answer", in_review.pk)))
    assert "Correct what is asked about first: Personal details (changed). Then" in page
    answer(world.refresh(in_review))
    assert words(browser_of("olive").get(url("review", in_review.pk))).count("What changed in “Personal details”") == 1


def test_a_question_about_what_was_confirmed_asks_for_an_answer_only(cast, in_review, browser_of):
    points = [(Part.SCOPE, "Is it the right scope?")]
    actions.ask_information(by=cast.olive, now=NOW, application_id=in_review.pk, points=points)
    page = words(browser_of("ann").get(url("answer", in_review.pk)))
    assert "Only your answer is asked for" in page and "The form is open again" not in page
