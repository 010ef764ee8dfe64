"""Who sees which application, what waits for whom, what the rules are told (A2, A3, A4, C1, N)."""

from datetime import date
from uuid import uuid4

import pytest

from applications import actions, queries
from applications.models import AdjustmentRequest, Application, DecisionLetter, Qualification
from applications.queries.history import KINDS
from applications.states import ApplicationState, Part
from ctts.common.templatetags.icons import icon
from ctts.documents.actions import store
from ctts.documents.checking import check
from ctts.documents.models import Document
from ctts.notifications.models import Message
from ctts.scheme import actions as scheme
from ctts.scheme.models import Accreditation, Scope
from tests.applications import world
from tests.applications.adjusting import agree
from tests.applications.world import NOW
from tests.cast import START

TODAY = NOW.date()


def sees(cast, first):
    return set(queries.applications_visible_to(getattr(cast, first), TODAY))


# --- visibility -----------------------------------------------------------------------------------------------------


def test_a_draft_is_its_applicants_and_the_offices(cast, filled):
    mine, other = filled, world.filled(cast, "bristol")
    assert sees(cast, "ann") == {mine} and sees(cast, "abe") == {other}
    assert sees(cast, "olive") == {mine, other}
    for first in ("sam", "sue", "cora", "carl", "sid", "trina", "mia", "mona", "ada", "tara", "nobody"):
        assert sees(cast, first) == set(), first


def test_once_handed_over_supervisor_and_coordinator_of_that_centre_see_it(cast, handed_over):
    leeds, bristol = handed_over, world.handed_over(cast, "bristol")
    for first in ("sam", "cora", "sid"):
        assert sees(cast, first) == {leeds}, first
    for first in ("sue", "carl"):
        assert sees(cast, first) == {bristol}, first
    assert sees(cast, "tara") == sees(cast, "trina") == set()


def test_a_draft_given_back_stays_with_its_supervisor_not_with_a_centre(cast, handed_over):
    application = handed_over
    seen = queries.shown_digest(application)
    given = {"by": cast.sam, "now": NOW, "application_id": application.pk, "authentication": world.proof()}
    actions.return_to_applicant(**given, seen=seen, reason="The plan is thin.")
    assert sees(cast, "sam") == {application} and sees(cast, "cora") == set()


def test_a_draft_withdrawn_before_it_was_handed_over_is_nobody_elses(cast, filled):
    application = filled
    actions.withdraw(by=cast.ann, now=NOW, application_id=application.pk)
    assert sees(cast, "sam") == sees(cast, "cora") == set()


def test_A4_files_follow_the_application_and_letters_the_applicant_and_the_office(cast, accepted):
    application = accepted
    letter = Document.objects.create(**made_file(cast.ann))
    DecisionLetter.objects.update(document=letter, made_at=NOW)
    attached = {row.certificate for row in application.qualifications.all()}
    attached.add(queries.current_order(application).document)
    free = world_file(cast)

    def files(first):
        return set(queries.documents_visible_to(getattr(cast, first), application, TODAY))

    assert files("sam") == files("cora") == attached
    assert files("olive") == attached | {letter}
    assert files("ann") == attached | {letter, free}


def made_file(owner):
    """The columns of a letter."""
    given = {"sha256": "0" * 64, "size": 1, "media_type": "application/pdf", "original_name": "letter.pdf"}
    given |= {"origin": "made", "purpose": "applications.decision_letter", "owner": owner, "uploaded_at": NOW}
    return {**given, "state": "checked", "malware": "not_scanned", "checked_at": NOW}


def world_file(cast):
    """An upload of Ann that is attached to nothing yet."""
    upload = world.proven("uptake-chart.png")
    return store(upload=upload, owner=cast.ann, by=cast.ann, now=NOW, purpose="applications.certificate")


def test_A5_requests_are_the_persons_and_the_named_readers(cast):
    asked = AdjustmentRequest.objects.create(person=cast.ann, sealed=b"x", asked_at=START, key=uuid4())
    for first in ("ann", "ada"):
        assert list(queries.adjustments_visible_to(getattr(cast, first), TODAY)) == [asked]
    for first in ("abe", "olive", "sam", "cora"):
        assert list(queries.adjustments_visible_to(getattr(cast, first), TODAY)) == []


def test_A5_a_named_reader_has_a_request_to_answer_once_it_has_reached_the_office(cast):
    application = world.filled(cast)
    common = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.save_adjustments(**common, key=uuid4(), wanted=True, reason="Dyslexia")
    assert duties(cast, "ada") == ([], []) and not Message.objects.filter(to=cast.ada).exists()
    actions.ask_supervisor(**common)
    world.confirm(world.refresh(application))
    assert duties(cast, "ada")[0] == ["Answer a request for an adjustment"]
    assert "Answer a request for an adjustment" not in duties(cast, "olive")[0]
    told = Message.objects.get(to=cast.ada)
    assert told.kind == "applications.adjustment_asked" and told.within_id == cast.ada.pk
    assert "Ann" not in told.text and "Dyslexia" not in told.text
    asked = AdjustmentRequest.objects.get()
    agree(cast.ada, asked, "A quarter more time", NOW)
    assert duties(cast, "ada") == ([], [])


def test_A5_what_is_not_wanted_any_more_waits_for_nobody(cast):
    application = world.received(cast)
    AdjustmentRequest.objects.create(person=cast.ann, application=application, sealed=b"x", asked_at=START, key=uuid4())
    assert duties(cast, "ada") == ([], [])  # she answered that she asks for nothing
    Application.objects.update(wants_adjustments=True)
    assert len(duties(cast, "ada")[0]) == 1
    Application.objects.update(state="withdrawn")
    assert duties(cast, "ada") == ([], [])


# --- lists ----------------------------------------------------------------------------------------------------------


def test_A4_the_desk_is_filtered_by_state_name_and_owner_and_sorted_by_receipt(cast):
    second = world.in_review(cast, now=NOW)
    first = world.received(cast, "bristol", now=NOW.replace(day=2))
    Application.objects.filter(pk=first.pk).update(counts_from=NOW.replace(day=3))
    assert list(queries.desk(cast.olive, TODAY)) == [second, first]
    assert list(queries.desk(cast.olive, TODAY, state="received")) == [first]
    assert list(queries.desk(cast.olive, TODAY, name="lawal ABE")) == [first]
    assert list(queries.desk(cast.olive, TODAY, name="nobody")) == []
    assert list(queries.desk(cast.olive, TODAY, mine=True)) == [second]
    assert list(queries.desk(cast.olive, TODAY, state="received", mine=True)) == []
    assert list(queries.desk(cast.olive, TODAY, centre=first.centre_id)) == [first]
    assert list(queries.desk(cast.olive, TODAY, intake=first.intake_id)) == [second, first]
    assert list(queries.desk(cast.olive, TODAY, scope=first.scope_id, intake=first.intake_id)) == [first]
    assert queries.counts_by_state(cast.olive, TODAY, centre=first.centre_id) == {"received": 1}
    assert queries.counts_by_state(cast.olive, TODAY) == {"in_review": 1, "received": 1}
    assert not queries.desk(cast.sam, TODAY).exists() and queries.counts_by_state(cast.sam, TODAY) == {}


def test_supervisors_and_coordinators_find_theirs_in_lists(cast, handed_over):
    waiting, other = handed_over, world.received(cast, "bristol")
    assert list(queries.to_support(cast.sam)) == [waiting]
    assert list(queries.of_my_centres(cast.cora, TODAY)) == [waiting]
    assert list(queries.of_my_centres(cast.carl, TODAY)) == [other]
    assert list(queries.of_my_centres(cast.sam, TODAY)) == []
    assert list(queries.own_applications(cast.ann)) == [waiting]
    assert list(queries.waiting_enrolment(waiting.intake_id)) == []


# --- duties ---------------------------------------------------------------------------------------------------------


def duties(cast, first):
    person = getattr(cast, first)
    own, others = queries.duties_for(person, TODAY), queries.others_for(person, TODAY)
    return [row.what for row in own], [row.what for row in others]


def test_rule_N_each_duty_is_one_persons_and_goes_when_it_is_done(cast, filled):
    application = filled
    assert duties(cast, "ann") == (["Finish your application"], [])
    application = actions.ask_supervisor(by=cast.ann, now=NOW, application_id=application.pk)
    assert duties(cast, "ann") == ([], ["Confirm your application"])
    assert duties(cast, "sam") == (["Confirm support and plan"], [])
    world.confirm(application)
    assert duties(cast, "ann") == ([], ["Review your application"]) and duties(cast, "sam") == ([], [])
    assert duties(cast, "olive")[0] == duties(cast, "oscar")[0] == ["Review a new application"]
    actions.claim(by=cast.olive, now=NOW, application_id=application.pk, seen_holder=None)
    assert duties(cast, "olive")[0] == ["Decide the application"] and duties(cast, "oscar")[0] == []


def test_A6_a_deferred_application_rests_until_its_intake_opens_and_then_waits_for_its_reviewer(cast, in_review):
    application = in_review
    actions.defer(by=cast.olive, now=NOW, application_id=application.pk)
    opens_on = world.refresh(application).intake.opens_on
    assert opens_on > TODAY and duties(cast, "olive")[0] == []
    [row] = queries.duties_for(cast.olive, opens_on)
    assert (row.what, row.since) == ("Take up a deferred application", opens_on)
    assert queries.duties_for(cast.oscar, opens_on) == queries.duties_for(cast.ann, opens_on) == []


def test_rule_N_questions_are_due_after_14_days(cast, asked):
    (row,) = queries.duties_for(cast.ann, TODAY)
    assert (row.what, row.due) == ("Answer the office's questions", date(2026, 7, 15))


# --- facts ----------------------------------------------------------------------------------------------------------


def test_C1_the_accreditation_of_the_day_of_receipt_counts_whatever_was_applied_for_since(cast, received):
    application = received
    scope = Scope.objects.get(code="NM")
    scheme.apply_for_accreditation(by=None, now=NOW, organisation=cast.leeds, scope=scope)
    assert queries.entry_results(application, TODAY)[0].met
    held = Accreditation.objects.get(organisation=cast.leeds, starts_on=date(2024, 1, 1))
    Accreditation.objects.filter(pk=held.pk).update(ends_on=date(2026, 6, 30))
    assert "until 30 June 2026" in queries.entry_results(application, TODAY)[0].reason
    assert list(queries.centres_for(application, TODAY)) == [cast.leeds]


def test_A2_nothing_is_there_in_a_new_draft_but_the_name(cast):
    application = world.start(cast)
    missing = queries.missing_parts(application, TODAY)
    assert {one.part for one in missing} == set(Part)
    assert all("legal name" not in one.reason for one in missing)
    assert not any(result.met for result in queries.entry_results(application, TODAY) if result.rule != "A3e")
    assert queries.missing_before_hand_over(application, TODAY)[0].part == Part.PERSONAL


def test_A2_a_competency_without_a_plan_is_named(cast, filled):
    application = filled
    item = application.competency_list.items.first()
    row = {"how": "", "where": "", "with_whom": "", "by_month": None}
    common = {"by": cast.ann, "now": NOW, "application_id": application.pk}
    actions.save_plan(**common, rows={item.pk: row}, summary="", level_six="")
    (missing,) = [one for one in queries.missing_parts(application, TODAY) if one.part == Part.PLAN]
    assert f"{item.code}, the argument for FHEQ level 6" in missing.reason


def test_S3_the_matrix_shows_tasks_modules_and_gaps(cast, filled):
    application = filled
    whole = queries.matrix_of(application.competency_list)
    assert (whole.items, whole.gaps) == (48, ()) and sum(number for _, number in whole.modules) == 48
    item = application.competency_list.items.first()
    actions.choose_competencies(
        by=cast.ann, now=NOW, application_id=application.pk, competency_ids=[item.competency_id]
    )
    narrow = queries.matrix_of(application.competency_list)
    assert narrow.items == 1 and len(narrow.gaps) == len(narrow.rows) - item.tasks.count()
    assert [codes for row in narrow.rows for _, codes in row.by_module] == [(item.code,)] * item.tasks.count()
    empty = queries.matrix_of(None)
    assert (empty.rows, empty.modules, empty.items) == ((), (), 0)


@pytest.mark.parametrize("part", [part for part in Part if part != Part.CONFIRMATION])
def test_each_part_has_a_version_that_changes_with_it(cast, part):
    application = world.start(cast)
    before = queries.part_version(application, part)
    world.fill(application, cast)
    application = world.refresh(application)
    same = {Part.DECLARATION, Part.CONFIRMATION}
    assert (queries.part_version(application, part) == before) is (part in same)


@pytest.mark.parametrize("said", KINDS.values(), ids=KINDS)
def test_the_shape_of_every_sentence_of_the_history_is_there(said):
    assert "<svg" in icon(said.icon)


def test_the_history_reads_in_words_with_roles_and_reasons(cast, ready):
    application = ready
    actions.withdraw(by=cast.olive, now=NOW, application_id=application.pk, reason="Asked by telephone.")
    entries = queries.history_of(world.refresh(application))
    assert (entries[0].what, entries[0].who, entries[0].note) == (
        "Withdrew the application",
        "Olive Ong",
        "Asked by telephone.",
    )
    assert entries[1].what == "Set a finding: A3h, Met" and entries[1].role == "Scheme office"
    assert entries[-1].what == "Began the application: intake October 2026"
    assert Application.objects.filter(state=ApplicationState.WITHDRAWN).count() == 1


def test_a_file_is_shown_with_the_picture_of_its_first_page_once_it_is_checked(filled):
    application = filled
    certificate = Qualification.objects.filter(application=application).first().certificate
    assert not certificate.has_preview
    check(certificate.pk, NOW)
    certificate.refresh_from_db()
    assert certificate.has_preview and certificate.is_ready
