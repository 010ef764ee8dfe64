"""The scheme's own things: frameworks, numbers, intakes, accreditation, events, the handbook (S, C, I, E1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.documents.actions import store_bytes
from ctts.documents.states import MediaType
from ctts.scheme import actions, queries
from ctts.scheme.models import (
    Accreditation,
    Competency,
    CompetencyTask,
    DopsForm,
    Framework,
    Intake,
    PtpModule,
    Scope,
)
from ctts.scheme.spreadsheet import differences
from ctts.scheme.states import AccreditationState, EventKind, FrameworkState, IntakeState
from tests.cast import at
from tests.make import sample_sheet
from tests.scheme.calendar import NOW, with_event
from tests.scheme.test_numbers import change

pytestmark = pytest.mark.usefixtures("cast")
TODAY = date(2026, 5, 4)


def imported(by=None, code="NM"):
    return actions.import_framework(by=by, now=NOW, sheet=sample_sheet(code), file_sha256="0" * 64)


def test_S1_six_scopes_are_offered_and_six_wait():
    assert [scope.code for scope in queries.offered_scopes()] == ["ME", "NM", "RE", "RP", "RT", "RH"]
    assert Scope.objects.filter(offered=False).count() == 6


def test_S2_a_framework_is_stored_whole_and_reads_back_as_the_sheet_it_was(cast):
    framework = imported(cast.olive)
    sheet = sample_sheet("NM")
    assert framework.competencies.count() == len(sheet.competencies)
    assert not differences(queries.framework_as_sheet(framework), sheet)
    assert DopsForm.objects.get(scope=framework.scope).items.count() == 10


def test_S2_only_a_published_framework_is_offered(cast):
    framework = imported(cast.olive)
    assert queries.framework_for(framework.scope) is None
    actions.publish_framework(by=cast.olive, now=NOW, framework_id=framework.pk)
    assert queries.framework_for(framework.scope) == framework
    with pytest.raises(TooLate):
        actions.publish_framework(by=cast.olive, now=NOW, framework_id=framework.pk)
    actions.retire_framework(by=cast.olive, now=NOW, framework_id=framework.pk)
    assert queries.framework_for(framework.scope) is None


def test_S2_a_version_comes_once_and_for_a_known_scope(cast):
    imported(cast.olive)
    with pytest.raises(Invalid, match="is here already"):
        imported(cast.olive)
    Scope.objects.filter(code="ME").update(code="ZZ")
    with pytest.raises(Invalid, match="no scope with the code “ME”"):
        imported(cast.olive, "ME")
    with pytest.raises(NotAllowed):
        imported(cast.sam, "RT")


@pytest.mark.parametrize(
    "statement",
    [
        "update scheme_competency set title = 'x'",
        "delete from scheme_competencytask",
        "update scheme_framework set title = 'x'",
        "delete from scheme_framework",
    ],
)
def test_S2_the_database_keeps_a_framework_as_it_was_imported(statement):
    imported()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_S3_a_module_stands_on_one_level_in_each_version_of_the_curriculum(cast):
    sheet = sample_sheet("NM")
    first, *others = sheet.modules
    other_level = 5 if first.level == 4 else 4
    moved = replace(sheet, version="moved", modules=(replace(first, level=other_level), *others))
    imported(cast.olive)
    with pytest.raises(Invalid, match=f"stands on level {first.level}, not {other_level}"):
        actions.import_framework(by=cast.olive, now=NOW, sheet=moved, file_sha256="0" * 64)
    assert not Framework.objects.filter(version="moved").exists()
    elsewhere = replace(first, level=other_level, curriculum_version="Another")
    sheet = replace(moved, modules=(elsewhere, *others))
    actions.import_framework(by=cast.olive, now=NOW, sheet=sheet, file_sha256="0" * 64)
    assert sorted(PtpModule.objects.filter(code=first.code).values_list("level", flat=True)) == sorted(
        [first.level, other_level]
    )


def test_importing_asks_the_database_by_module_and_not_by_competency(django_assert_num_queries):
    imported(code="ME")
    modules = len(sample_sheet("NM").modules)
    with django_assert_num_queries(16 + 4 * modules):
        imported(code="NM")
    assert Competency.objects.count() <= CompetencyTask.objects.count()


def test_I2_intakes_are_entered_five_years_ahead_once(october):
    assert Intake.objects.count() == 12
    assert actions.prefill_intakes(by=None, now=NOW) == []
    assert (october.opens_on, october.cutoff_on) == (date(2026, 4, 1), date(2026, 9, 30))
    assert (october.enrolment_on, october.induction_on.month) == (date(2026, 10, 1), 11)


def test_I6_no_fee_no_opening(cast, october):
    with pytest.raises(Invalid, match="Enter the fee first"):
        actions.open_intake(by=cast.olive, now=NOW, intake_id=october.pk)
    with pytest.raises(IntegrityError, match="no_fee_no_opening"), transaction.atomic():
        Intake.objects.filter(pk=october.pk).update(state=IntakeState.OPEN)
    actions.set_fee(by=cast.olive, now=NOW, intake_id=october.pk, net_pence=250_001, vat_basis_points=2000)
    opened = actions.open_intake(by=cast.olive, now=NOW, intake_id=october.pk)
    assert opened.fee_gross_pence == 300_001
    assert list(queries.open_intakes()) == [october]
    with pytest.raises(TooLate, match="fixed once"):
        actions.set_fee(by=cast.olive, now=NOW, intake_id=october.pk, net_pence=1, vat_basis_points=0)


@pytest.mark.parametrize(("net", "vat"), [(0, 2000), (100, -1), (100, 10_001)])
def test_I6_a_fee_is_a_positive_amount_and_vat_a_rate(cast, october, net, vat):
    with pytest.raises(Invalid):
        actions.set_fee(by=cast.olive, now=NOW, intake_id=october.pk, net_pence=net, vat_basis_points=vat)


def test_I2_dates_move_while_the_intake_is_not_closed_and_stay_in_order(cast, october):
    move = {"by": cast.olive, "now": NOW, "intake_id": october.pk}
    actions.move_intake_dates(**move, dates={"cutoff_on": date(2026, 9, 28)})
    assert Intake.objects.get(pk=october.pk).cutoff_on == date(2026, 9, 28)
    wrong = {"cutoff_on": date(2026, 3, 1), "enrolment_on": date(2026, 9, 28), "induction_on": date(2026, 9, 29)}
    for field, day in wrong.items():
        with pytest.raises(Invalid) as refused:
            actions.move_intake_dates(**{**move, "now": at(2026, 3, 1)}, dates={field: day})
        assert refused.value.field == field
    with pytest.raises(Invalid, match="no date of an intake"):
        actions.move_intake_dates(**move, dates={"year": TODAY})
    with pytest.raises(Invalid, match="This day is over"):
        actions.move_intake_dates(**move, dates={"cutoff_on": TODAY - timedelta(days=1)})


def test_I2_the_first_day_of_an_open_intake_does_not_lie_ahead_and_a_slip_is_put_right(cast, october):
    """October 2026 takes applications from 1 April on; a slip of before it was opened can be put back after it."""
    move = {"by": cast.olive, "intake_id": october.pk}
    april, later = date(2026, 4, 1), date(2026, 6, 1)
    actions.move_intake_dates(**move, now=NOW, dates={"opens_on": later})
    with pytest.raises(Invalid, match="This day is over"):
        actions.move_intake_dates(**move, now=NOW, dates={"opens_on": date(2026, 4, 2)})
    actions.set_fee(**move, now=NOW, net_pence=100, vat_basis_points=0)
    actions.open_intake(**move, now=at(2026, 6, 1))
    with pytest.raises(Invalid, match="its first day cannot lie ahead") as refused:
        actions.move_intake_dates(**move, now=at(2026, 6, 1), dates={"opens_on": date(2026, 6, 2)})
    assert refused.value.field == "opens_on"
    assert actions.move_intake_dates(**move, now=at(2026, 6, 2), dates={"opens_on": april}).opens_on == april
    with pytest.raises(Invalid, match="This day is over"):  # of the others none goes back: it would close the intake
        actions.move_intake_dates(**move, now=at(2026, 6, 2), dates={"cutoff_on": date(2026, 6, 1)})


def test_I2_an_intake_whose_cut_off_is_over_does_not_open_any_more(cast, october):
    actions.set_fee(by=cast.olive, now=NOW, intake_id=october.pk, net_pence=100, vat_basis_points=0)
    with pytest.raises(TooLate, match="does not open any more"):
        actions.open_intake(by=cast.olive, now=at(2026, 10, 1, 9), intake_id=october.pk)


def test_I5_an_intake_closes_after_its_last_day_in_london(cast, october):
    actions.set_fee(by=cast.olive, now=NOW, intake_id=october.pk, net_pence=100, vat_basis_points=0)
    actions.open_intake(by=cast.olive, now=NOW, intake_id=october.pk)
    with pytest.raises(TooLate, match="through 30 September 2026"):
        actions.close_intake(by=None, now=at(2026, 9, 30, 22, 59, 59), intake_id=october.pk)
    actions.close_intake(by=None, now=at(2026, 9, 30, 23), intake_id=october.pk)
    with pytest.raises(TooLate, match="until it is closed"):
        actions.move_intake_dates(by=cast.olive, now=NOW, intake_id=october.pk, dates={})
    assert actions.finish_intake(by=cast.olive, now=NOW, intake_id=october.pk).state == IntakeState.FINISHED


def test_I1_an_application_belongs_to_the_intake_of_its_london_day(october):
    assert queries.intake_of(at(2026, 9, 30, 22, 59, 59)) == october
    assert queries.intake_of(at(2026, 9, 30, 23)) == Intake.objects.get(year=2027, month=4)


def test_C1_accreditation_is_valid_through_its_last_day(cast):
    nuclear = Scope.objects.get(code="NM")
    assert queries.is_accredited(cast.leeds.pk, nuclear.pk, date(2028, 12, 31))
    assert not queries.is_accredited(cast.leeds.pk, nuclear.pk, date(2029, 1, 1))
    assert list(queries.accredited_centres(nuclear, TODAY)) == [cast.leeds]
    assert list(queries.accredited_centres(None, TODAY)) == [cast.bristol, cast.leeds]


def apply(cast, by=None, scope="ME"):
    return actions.apply_for_accreditation(by=by, now=NOW, organisation=cast.leeds, scope=Scope.objects.get(code=scope))


def test_C3_the_coordinator_of_the_centre_applies_and_the_office_decides(cast):
    applied = apply(cast, by=cast.cora)
    with pytest.raises(NotAllowed, match="Co-ordinator of the centre"):
        apply(cast, by=cast.carl)
    with pytest.raises(NotAllowed):
        actions.decide_accreditation(by=cast.cora, now=NOW, accreditation_id=applied.pk, accredit=True)
    decided = actions.decide_accreditation(
        by=cast.olive,
        now=NOW,
        accreditation_id=applied.pk,
        accredit=True,
        conditions=[("Two supervisors.", date(2026, 6, 1))],
    )
    assert decided.state == AccreditationState.CONDITIONS
    assert decided.ends_on == date(2031, 5, 3)
    assert (
        actions.decide_accreditation(
            by=cast.olive,
            now=NOW,
            accreditation_id=apply(cast, by=cast.olive, scope="RT").pk,
            accredit=False,
            reason="Nobody trains there.",
        ).state
        == AccreditationState.DECLINED
    )


def test_C1_no_two_accreditations_of_a_centre_and_scope_overlap(cast):
    again = apply(cast, scope="NM")
    with pytest.raises(Invalid, match="accredited for this scope in these years already"):
        actions.decide_accreditation(by=cast.olive, now=NOW, accreditation_id=again.pk, accredit=True, starts_on=TODAY)
    with pytest.raises(Invalid, match="before the first"):
        actions.decide_accreditation(
            by=cast.olive, now=NOW, accreditation_id=again.pk, accredit=True, ends_on=date(2020, 1, 1)
        )


def test_C1_accreditation_expires_after_its_last_day_only(cast):
    held = Accreditation.objects.get(organisation=cast.leeds)
    with pytest.raises(TooLate, match="through its last day"):
        actions.end_accreditation(by=None, now=at(2028, 12, 31), accreditation_id=held.pk, how="expire")
    expired = actions.end_accreditation(by=None, now=at(2029, 1, 1), accreditation_id=held.pk, how="expire")
    assert expired.state == AccreditationState.EXPIRED


def test_I3_an_intake_has_one_induction(cast, october):
    given = {
        "by": cast.olive,
        "now": NOW,
        "kind": EventKind.INDUCTION,
        "title": "Induction",
        "starts_at": at(2026, 11, 10, 9),
        "ends_at": at(2026, 11, 10, 16),
        "intake": october,
    }
    event = actions.add_event(**given)
    assert list(queries.upcoming_events(NOW)) == [event]
    with pytest.raises(Invalid, match="entered already"):
        actions.add_event(**given)
    with pytest.raises(Invalid, match="ends before it starts"):
        actions.add_event(**{**given, "ends_at": at(2026, 11, 10, 9)})


def test_the_default_state_of_an_import_is_a_draft():
    assert imported().state == FrameworkState.DRAFT
    assert Framework.objects.get().sample


def test_E1_a_handbook_is_published_once_and_read_once(cast):
    document = store_bytes(
        content=b"%PDF-1.7",
        name="Handbook.pdf",
        media_type=MediaType.PDF,
        owner=None,
        by=cast.olive,
        now=NOW,
        purpose="scheme.handbook",
        pages=1,
    )
    assert queries.current_handbook() is None
    handbook = actions.publish_handbook(by=cast.olive, now=NOW, version="2026", document=document)
    assert queries.current_handbook() == handbook
    with pytest.raises(Invalid, match="published already"):
        actions.publish_handbook(by=cast.olive, now=NOW, version="2026", document=document)
    read = actions.acknowledge_handbook(by=cast.tara, now=NOW, handbook_id=handbook.pk)
    assert actions.acknowledge_handbook(by=cast.tara, now=NOW, handbook_id=handbook.pk) == read


KINDS = {
    "scheme.accreditation.applied",
    "scheme.accreditation.accredit",
    "scheme.accreditation.suspend",
    "scheme.dops_form.imported",
    "scheme.event.added",
    "scheme.event.moved",
    "scheme.framework.imported",
    "scheme.framework.published",
    "scheme.framework.retired",
    "scheme.handbook.acknowledged",
    "scheme.handbook.published",
    "scheme.intake.close",
    "scheme.intake.entered",
    "scheme.intake.fee_set",
    "scheme.intake.finish",
    "scheme.intake.moved",
    "scheme.intake.open",
    "scheme.rules.changed",
    "scheme.rules.confirmed",
}


def test_the_office_chain_tells_the_whole_story_of_an_intake_and_its_scheme(cast, october):
    test_E1_a_handbook_is_published_once_and_read_once(cast)
    framework = imported(cast.olive)
    actions.publish_framework(by=cast.olive, now=NOW, framework_id=framework.pk)
    actions.retire_framework(by=cast.olive, now=NOW, framework_id=framework.pk)
    actions.confirm_default(by=cast.olive, now=NOW, name="accreditation_years", seen_version=1)
    change(cast)
    with_event(cast, october, EventKind.INDUCTION, "Induction", at(2026, 11, 19, 9))
    dates = {"induction_on": date(2026, 11, 20)}
    actions.move_intake_dates(by=cast.olive, now=NOW, intake_id=october.pk, dates=dates)
    end = at(2026, 5, 5)
    actions.add_event(by=cast.olive, now=NOW, kind=EventKind.OTHER, title="Talk", starts_at=NOW, ends_at=end)
    test_I5_an_intake_closes_after_its_last_day_in_london(cast, october)
    held = Accreditation.objects.get(organisation=cast.leeds)
    actions.end_accreditation(by=cast.olive, now=NOW, accreditation_id=held.pk, how="suspend", reason="No supervisor.")
    kinds = AuditEvent.objects.filter(action__startswith="scheme.").values_list("action", flat=True)
    assert set(kinds) == KINDS
