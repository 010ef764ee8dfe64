"""Filling in an application, part by part (A1, A2, A5, S3)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from applications import actions, declaration, queries
from applications.models import AdjustmentReading, AdjustmentRequest, Application, ApplicationDraft
from applications.states import ApplicationState, Part, PurchaseOrderState
from ctts.audit.models import AuditEvent
from ctts.common.drafts import NewerDraft
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents.actions import store
from ctts.notifications.models import Message
from ctts.scheme import actions as scheme
from ctts.scheme.models import CompetencyItem, Intake, PtpModule, Scope, Task
from tests.applications import world
from tests.applications.adjusting import agree
from tests.applications.world import NOW
from tests.cast import at
from tests.make import sample_sheet

LATER = NOW + timedelta(minutes=5)


def common(application):
    return {"by": application.applicant, "now": NOW, "application_id": application.pk}


def kinds(application):
    """The audit of the applicant's dossier, oldest first, without the app's name."""
    events = AuditEvent.objects.filter(chain=f"dossier:{application.applicant_id}").order_by("number")
    return [event.action.removeprefix("applications.") for event in events if event.action.startswith("applications.")]


# --- beginning ------------------------------------------------------------------------------------------------------


def test_A1_one_application_is_open_at_a_time_and_belongs_to_the_intake_of_today(cast):
    application = world.start(cast)
    assert (str(application.intake), application.legal_name) == ("October 2026", "Ann Archer")
    assert world.start(cast) == application
    assert kinds(application) == ["application.started"]
    assert AuditEvent.objects.get(action="applications.application.started").role == "applicant"


def test_A1_after_a_decision_the_same_intake_takes_no_second_application(cast, in_review):
    application = in_review
    actions.decline(by=cast.olive, now=NOW, application_id=application.pk, reasons="No degree.")
    with pytest.raises(TooLate, match="You have had an application for October 2026 already"):
        world.start(cast)


def test_A1_after_a_withdrawal_the_same_intake_may_be_tried_again(cast):
    first = world.start(cast)
    actions.withdraw(by=cast.ann, now=NOW, application_id=first.pk)
    assert world.start(cast) != first


def test_I6_nothing_begins_while_the_intake_is_not_open(cast):
    with pytest.raises(Invalid, match="Applications for April 2027 are not open yet"):
        world.start(cast, now=at(2026, 11, 1))
    with pytest.raises(Invalid, match="No intake is entered"):
        world.start(cast, now=at(2040, 11, 1))


# --- parts ----------------------------------------------------------------------------------------------------------


def test_A2_a_part_is_saved_by_its_applicant_only(cast):
    application = world.start(cast)
    given = {"now": NOW, "application_id": application.pk, "part": Part.PERSONAL, "values": world.PERSONAL}
    with pytest.raises(NotAllowed):
        actions.save_details(by=cast.sam, **given)
    actions.save_details(by=cast.ann, **given)
    assert world.refresh(application).postcode == "LS1 1AA"
    assert kinds(application)[-1] == "application.part_saved"
    with pytest.raises(ValueError, match="do not belong to the part"):
        actions.save_details(**common(application), part=Part.PERSONAL, values={"state": "accepted"})


def test_a_page_opened_before_another_window_saved_is_told(cast):
    application = world.start(cast)
    seen = queries.part_version(application, Part.PERSONAL)
    actions.save_details(**common(application), part=Part.PERSONAL, values={"telephone": "1"}, seen=seen)
    with pytest.raises(actions.StalePart):
        actions.save_details(**common(application), part=Part.PERSONAL, values={"telephone": "2"}, seen=seen)
    assert world.refresh(application).telephone == "1"


def test_A2_nobody_is_their_own_supervisor_and_another_address_is_another_person(cast):
    application = world.start(cast)
    with pytest.raises(Invalid, match="your own Training Supervisor") as refused:
        actions.name_supervisor(**common(application), name="Ann", email="ANN@example.org")
    assert refused.value.field == "email"
    Application.objects.filter(pk=application.pk).update(supervisor=cast.sam, supervisor_email="sam@example.org")
    actions.name_supervisor(**common(application), name="S. Patel", email="Sam@example.org")
    assert world.refresh(application).supervisor == cast.sam
    actions.name_supervisor(**common(application), name="Sue", email="sue@example.org")
    assert world.refresh(application).supervisor is None


def test_A2_what_the_supervisor_confirmed_stays(cast, asked):
    application = asked
    with pytest.raises(TooLate, match="Training Supervisor”"):
        actions.name_supervisor(**common(application), name="Sue", email="sue@example.org")
    with pytest.raises(TooLate, match="Scope of practice”"):
        actions.use_list(**common(application), scope=Scope.objects.get(code="ME"))
    with pytest.raises(Invalid, match="confirmed this centre"):
        actions.save_details(**common(application), part=Part.EMPLOYMENT, values={"centre": cast.bristol})
    actions.save_details(**common(application), part=Part.EMPLOYMENT, values={"job_title": "Technologist"})


def test_A2_a_draft_keeps_what_is_typed_and_two_windows_notice_each_other(cast):
    application = world.start(cast)
    given = {**common(application), "part": Part.PERSONAL}
    kept = actions.keep_draft(**given, fields={"date_of_birth_on": ["31/02/1990"]}, seen_version=0)
    assert (kept.version, queries.draft_of(application, Part.PERSONAL).fields["date_of_birth_on"]) == (
        1,
        ["31/02/1990"],
    )
    assert queries.parts_with_draft(application) == {"personal": {""}}
    with pytest.raises(NewerDraft):
        actions.keep_draft(**given, fields={}, seen_version=0)
    with pytest.raises(Invalid, match="more text than a draft can hold"):
        actions.keep_draft(**given, fields={"address": "x" * 500_000}, seen_version=1)
    actions.save_details(**given, values={"telephone": "0113"})
    assert not ApplicationDraft.objects.exists()


def test_A2_the_declaration_stands_once_and_only_in_its_present_words(cast):
    application = world.start(cast)
    version = declaration.version_in_force()
    made = actions.declare(**common(application), version=version)
    assert actions.declare(**common(application), version=version) == made
    assert made.text_sha256 == declaration.digest_of(version)
    with pytest.raises(TooLate, match="words of the declaration changed"):
        actions.declare(**common(application), version="2001-1")


# --- scope, list, plan ----------------------------------------------------------------------------------------------


def test_S3_the_scope_brings_a_list_of_its_framework_and_changes_only_while_it_is_empty(cast):
    application = world.start(cast)
    nuclear, medical = Scope.objects.get(code="NM"), Scope.objects.get(code="ME")
    first = actions.use_list(**common(application), scope=nuclear)
    assert actions.use_list(**common(application), scope=nuclear) == first
    second = actions.use_list(**common(application), scope=medical)
    assert second.framework.scope == medical
    world.plan(application)
    with pytest.raises(Invalid, match="untick them all, save"):
        actions.use_list(**common(application), scope=nuclear)


def test_S1_a_scope_without_framework_or_not_offered_takes_nobody(cast):
    application = world.start(cast)
    for code in ("RT", "SO"):
        scope = Scope.objects.filter(code=code).first() or Scope.objects.filter(offered=False).first()
        with pytest.raises(Invalid, match="does not take applications at present"):
            actions.use_list(**common(application), scope=scope)


def test_S3_an_unfinished_list_of_a_withdrawn_application_is_used_again_or_closed(cast):
    application = world.start(cast)
    left = actions.use_list(**common(application), scope=Scope.objects.get(code="NM"))
    world.plan(application)
    actions.withdraw(by=cast.ann, now=NOW, application_id=application.pk)
    again = world.start(cast)
    assert actions.use_list(**common(again), scope=Scope.objects.get(code="NM")) == left
    actions.withdraw(by=cast.ann, now=NOW, application_id=again.pk)
    third = world.start(cast)
    other = actions.use_list(**common(third), scope=Scope.objects.get(code="ME"))
    left.refresh_from_db()
    assert left.frozen_at == NOW and not other.items.exists()


def test_S2_an_unfinished_list_of_a_version_that_is_offered_no_more_is_closed_for_a_new_application(cast, browser_of):
    application, scope = world.start(cast), Scope.objects.get(code="NM")
    left = actions.use_list(**common(application), scope=scope)
    world.plan(application)
    actions.withdraw(by=cast.ann, now=NOW, application_id=application.pk)
    again, ann = world.start(cast, now=LATER), browser_of("ann")
    actions.use_list(**common(again), scope=scope)
    address = reverse("applications:competencies", args=[again.pk])
    assert "Kept from your application before" in ann.get(address).text
    actions.withdraw(by=cast.ann, now=NOW, application_id=again.pk)
    sheet = replace(sample_sheet("NM"), version="2099.1")
    newer = scheme.import_framework(by=None, now=NOW, sheet=sheet, file_sha256="0" * 64)
    scheme.publish_framework(by=None, now=NOW, framework_id=newer.pk)
    third = world.start(cast)
    other = actions.use_list(**common(third), scope=scope)
    left.refresh_from_db()
    assert (left.frozen_at, other.framework, other.items.count()) == (NOW, newer, 0)
    page = ann.get(reverse("applications:competencies", args=[third.pk])).text
    assert "Nothing chosen yet" in page and "Kept from your application before" not in page


def test_S3_local_additions_need_a_module_and_a_task_of_the_scope(cast):
    application = world.start(cast)
    with pytest.raises(Invalid, match="Choose the scope of practice first"):
        actions.choose_competencies(**common(application), competency_ids=[])
    chosen = actions.use_list(**common(application), scope=Scope.objects.get(code="NM"))
    module, task = chosen.framework.modules.first(), chosen.framework.tasks.first()
    words = {"title": "Portable imaging", "statement": "Sets it up alone."}
    foreign = PtpModule.objects.exclude(pk__in=chosen.framework.modules.values("pk")).first()
    with pytest.raises(Invalid, match="Choose a module"):
        actions.add_local_competency(**common(application), **words, module=foreign, task_ids=[task.pk])
    elsewhere = Task.objects.exclude(framework=chosen.framework).first()
    with pytest.raises(Invalid, match="at least one task"):
        actions.add_local_competency(**common(application), **words, module=module, task_ids=[elsewhere.pk])
    item = actions.add_local_competency(**common(application), **words, module=module, task_ids=[task.pk])
    assert item.code == "L-01"
    actions.remove_local_competency(**common(application), item_id=item.pk)
    with pytest.raises(TooLate, match="not on your list any more"):
        actions.remove_local_competency(**common(application), item_id=item.pk)


def test_S3_pressing_add_twice_adds_one_local_competency(cast):
    application = world.start(cast)
    chosen = actions.use_list(**common(application), scope=Scope.objects.get(code="NM"))
    application.refresh_from_db()
    given = {"title": "Portable imaging", "statement": "x", "module": chosen.framework.modules.first()}
    given["task_ids"] = [chosen.framework.tasks.first().pk]
    seen = queries.part_version(application, Part.COMPETENCIES)
    actions.add_local_competency(**common(application), **given, seen=seen)
    with pytest.raises(actions.StalePart):
        actions.add_local_competency(**common(application), **given, seen=seen)
    assert CompetencyItem.objects.filter(list=chosen).count() == 1


def test_A2_the_plan_is_saved_whole_and_never_for_another_list(cast):
    application = world.start(cast)
    actions.use_list(**common(application), scope=Scope.objects.get(code="NM"))
    world.plan(application)
    row = {"how": "x", "where": "y", "with_whom": "z", "by_month": 3}
    with pytest.raises(Invalid, match="no longer on your list"):
        actions.save_plan(**common(application), rows={0: row}, summary="", level_six="x")
    assert queries.plan_of(world.refresh(application).competency_list).summary == "Rotations of four months."


# --- evidence -------------------------------------------------------------------------------------------------------


def test_A2_a_qualification_is_added_once_changed_and_removed(cast):
    application = world.start(cast)
    paper = world.attach(application, "degree-certificate.pdf", Part.QUALIFICATIONS, "applications.certificate")
    key = uuid4()
    row = actions.add_qualification(**common(application), key=key, values=world.qualification_values(paper))
    with pytest.raises(TooLate, match="added already"):
        actions.add_qualification(**common(application), key=key, values=world.qualification_values(paper))
    actions.change_qualification(by=cast.ann, now=NOW, qualification_id=row.pk, values={"grade": "Distinction"})
    with pytest.raises(NotAllowed):
        actions.change_qualification(by=cast.abe, now=NOW, qualification_id=row.pk, values={"grade": "Pass"})
    actions.remove_qualification(by=cast.ann, now=NOW, qualification_id=row.pk)
    with pytest.raises(TooLate, match="taken off the form"):
        actions.remove_qualification(by=cast.ann, now=NOW, qualification_id=row.pk)


def test_attaching_somebody_elses_file_is_refused(cast):
    application = world.start(cast)
    upload = world.proven("degree-certificate.pdf")
    foreign = store(upload=upload, owner=cast.abe, by=cast.abe, now=NOW, purpose="applications.certificate")
    values = world.qualification_values(foreign)
    with pytest.raises(NotAllowed, match="Only the person who uploaded"):
        actions.add_qualification(**common(application), key=uuid4(), values=values)
    money = {"number": "1", "issuer": "x", "net_pence": 1, "vat_pence": 0, "gross_pence": 1}
    with pytest.raises(NotAllowed):
        actions.enter_purchase_order(**common(application), key=uuid4(), document=foreign, values=money)


def test_A3f_a_newer_purchase_order_takes_the_place_of_the_older(cast):
    application = world.start(cast)
    world.order(application, 250_000)
    world.order(application, 300_000)
    states = application.purchase_orders.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PurchaseOrderState.SUPERSEDED, PurchaseOrderState.RECEIVED]
    last = queries.current_order(application)
    with pytest.raises(TooLate, match="entered already"):
        actions.enter_purchase_order(**common(application), key=last.key, document=last.document, values={})


def test_A3d_english_is_saved_over_itself(cast):
    application = world.start(cast)
    actions.save_english(**common(application), values={"first_language_english": True, "gcse_grade": "4"})
    actions.save_english(**common(application), values=world.ielts(None))
    assert (queries.english_of(application).test, queries.english_of(application).taken_on) == (
        "ielts",
        date(2026, 1, 10),
    )


# --- adjustments ----------------------------------------------------------------------------------------------------


def test_A5_the_reason_is_kept_encrypted_and_never_as_a_draft(cast):
    application = world.start(cast)
    with pytest.raises(Invalid, match="Say in a few words"):
        actions.save_adjustments(**common(application), key=uuid4(), wanted=True, reason=" ")
    key = uuid4()
    actions.save_adjustments(**common(application), key=key, wanted=True, reason="Dyslexia: more time to read.")
    asked = AdjustmentRequest.objects.get()
    assert b"Dyslexia" not in bytes(asked.sealed)
    with pytest.raises(TooLate, match="saved already"):
        actions.save_adjustments(**common(application), key=key, wanted=True, reason="Dyslexia: more time to read.")
    with pytest.raises(Invalid, match="encrypted"):
        actions.keep_draft(**common(application), part=Part.ADJUSTMENTS, fields={"reason": ["x"]}, seen_version=0)
    actions.save_adjustments(**common(application), key=uuid4(), wanted=False)
    assert world.refresh(application).wants_adjustments is False


def test_A5_a_reading_is_noted_where_the_person_sees_it_and_the_agreement_is_another_text(cast):
    application = world.start(cast)
    actions.save_adjustments(**common(application), key=uuid4(), wanted=True, reason="Dyslexia")
    asked = AdjustmentRequest.objects.get()
    given = {"now": NOW, "request_id": asked.pk}
    assert actions.read_adjustment(by=cast.ann, **given).reason == "Dyslexia"
    assert not AdjustmentReading.objects.exists()
    assert actions.read_adjustment(by=cast.ada, **given).reason == "Dyslexia"
    assert [reading.reader for reading in queries.readings_of(asked)] == [cast.ada]
    for person in (cast.olive, cast.sam, cast.cora):
        with pytest.raises(NotAllowed):
            actions.read_adjustment(by=person, **given)
    agree(cast.ada, asked, "A quarter more time", NOW)
    expected = ["applications.adjustment.read", "applications.adjustment.agreed"]
    assert [event.action for event in AuditEvent.objects.filter(role="reader").order_by("seq")] == expected
    told = Message.objects.get(kind="applications.adjustment_agreed")
    assert told.to == cast.ann and "Dyslexia" not in told.text and "quarter" not in told.text


def test_another_application_in_between_leads_to_the_next_free_intake(cast):
    """A declined application holds its intake; what would come to it goes to the next (A1, I5)."""
    application = world.start(cast)
    april, october = Intake.objects.get(year=2027, month=4), Intake.objects.get(year=2027, month=10)
    held = {"legal_name": "x", "started_at": NOW, "received_at": NOW, "counts_from": NOW, "wants_adjustments": False}
    filled = world.filled(cast, "bristol")
    held |= {
        "centre": cast.leeds,
        "scope": filled.scope,
        "supervisor": cast.sam,
        "competency_list": filled.competency_list,
    }
    Application.objects.create(applicant=cast.ann, intake=april, state=ApplicationState.DECLINED, **held)
    moved = actions.roll_over(by=None, now=at(2026, 10, 1), application_id=application.pk)
    assert moved.intake == october
