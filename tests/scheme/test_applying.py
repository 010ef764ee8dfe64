"""A centre applies for accreditation and renews it: written, sent, taken back, decided (C3)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ctts.audit.models import AuditEvent
from ctts.common.verdict import DoneAlready, Invalid, NotAllowed, TooLate
from ctts.documents.models import Document
from ctts.organisations import actions as organisations
from ctts.organisations.models import Organisation
from ctts.organisations.states import Kind, Nation, Role
from ctts.scheme import access, actions, queries
from ctts.scheme.models import Accreditation, CentreApplication, CentreDocument, ChecklistAnswer, Scope
from ctts.scheme.rules import CHECKLIST, CHECKLISTS, DEFAULTS, field_specs, missing_from, renewal_opens_on
from ctts.scheme.rules.checklist import DEFAULT_NOT_CONFIRMED
from ctts.scheme.states import AccreditationState, CentreApplicationState, CentreDocumentKind
from tests.cast import START, at
from tests.documents.samples import proven
from tests.scheme.accrediting import answered, begun, complete, granted, held, mails, sent, with_document
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")
S = CentreApplicationState


def audited(kind):
    return AuditEvent.objects.filter(action=kind).count()


def test_C3_a_coordinator_begins_a_draft_and_goes_on_with_it(cast):
    made = begun(cast.carl, cast.bristol)
    assert (made.state, made.renews, made.checklist) == (S.DRAFT, None, "2026.1")
    assert begun(cast.carl, cast.bristol) == made
    assert audited("scheme.centre_application.begun") == 1
    assert not Accreditation.objects.filter(organisation=cast.bristol, state=AccreditationState.APPLIED).exists()


@pytest.mark.parametrize("who", ["cora", "sue", "olive", "mia", "nobody"])
def test_C3_nobody_else_begins_one(cast, who):
    with pytest.raises(NotAllowed, match="Training Co-ordinator of the centre"):
        begun(getattr(cast, who), cast.bristol)


def test_C2_the_coordinator_of_a_consortium_applies_for_its_members_and_an_employer_for_nothing(cast):
    given = {"nation": Nation.ENGLAND, "site_name": "Office"}
    group = organisations.open_organisation(by=None, now=START, code="NTH", name="North", kind=Kind.CONSORTIUM, **given)
    works = organisations.open_organisation(by=None, now=START, code="ACM", name="Acme", kind=Kind.EMPLOYER, **given)
    for place in (group, works):
        organisations.grant(by=None, now=START, person=cast.trina, role=Role.COORDINATOR, organisation=place)
    Organisation.objects.filter(pk=cast.bristol.pk).update(consortium=group)
    assert begun(cast.trina, Organisation.objects.get(pk=cast.bristol.pk)).organisation == cast.bristol
    assert set(queries.centre_applications_visible_to(cast.trina, NOW.date())) == {CentreApplication.objects.get()}
    with pytest.raises(NotAllowed, match="An employer is not accredited"):
        begun(cast.trina, works)


def test_C3_a_renewal_opens_twelve_months_before_the_last_day(cast):
    assert renewal_opens_on(date(2028, 12, 31), DEFAULTS) == date(2027, 12, 31)
    with pytest.raises(TooLate, match="can be renewed from 31 December 2027"):
        begun(cast.cora, cast.leeds, at(2027, 12, 30), "NM")
    assert begun(cast.cora, cast.leeds, at(2027, 12, 31), "NM").renews == held(cast.leeds)


def test_C3_a_suspended_centre_waits_for_the_office_and_one_that_has_expired_applies_anew(cast):
    actions.end_accreditation(by=None, now=NOW, accreditation_id=held(cast.leeds).pk, how="suspend")
    with pytest.raises(TooLate, match="It is suspended"):
        begun(cast.cora, cast.leeds, at(2028, 6, 1), "NM")
    assert begun(cast.cora, cast.leeds, at(2029, 1, 1), "NM").renews is None


def test_C3_what_waits_or_is_not_offered_cannot_be_applied_for(cast):
    scope = Scope.objects.get(code="RT")
    actions.apply_for_accreditation(by=cast.olive, now=NOW, organisation=cast.bristol, scope=scope)
    with pytest.raises(TooLate, match="waits for the scheme office"):
        begun(cast.carl, cast.bristol)
    other = Scope.objects.filter(offered=False).first()
    with pytest.raises(TooLate, match="does not offer"):
        begun(cast.carl, cast.bristol, scope=other.code)


def test_C3_answers_are_saved_half_done_and_two_coordinators_do_not_write_over_each_other(cast):
    draft = begun(cast.cora, cast.leeds)
    common = {"now": NOW, "application_id": draft.pk, "replies": {"time": ("yes", "Fridays."), "unknown": ("yes", "")}}
    assert actions.save_checklist(by=cast.cora, seen=0, **common).version == 1
    assert actions.save_checklist(by=cast.sid, seen=0, **common).version == 1
    with pytest.raises(TooLate, match="Somebody else has saved"):
        actions.save_checklist(by=cast.sid, seen=0, **{**common, "replies": {"time": ("no", "")}})
    assert queries.replies_of(draft)["time"] == ("yes", "Fridays.")
    [event] = AuditEvent.objects.filter(action="scheme.centre_application.saved")
    assert event.after == {"lines": ["time"]}


def test_C3_a_no_needs_words_and_a_training_plan_is_needed(cast):
    draft = answered(begun(cast.carl, cast.bristol), cast.carl, quality=("no", " "), safety=("", ""))
    with pytest.raises(Invalid) as refused:
        actions.send_application(by=cast.carl, now=NOW, application_id=draft.pk)
    assert "“Quality system” is answered with no: write what is planned." in str(refused.value)
    assert "“Health and safety” is not answered." in str(refused.value)
    assert "A document is missing: Training plan of the centre." in str(refused.value)
    assert len(missing_from("2026.1", {}, [])) == len(CHECKLISTS["2026.1"]) + 1


def test_C3_a_file_is_added_once_taken_out_once_and_belongs_to_no_dossier(cast):
    draft, key = begun(cast.carl, cast.bristol), uuid4()
    given = {"by": cast.carl, "now": NOW, "application_id": draft.pk, "key": key, "kind": CentreDocumentKind.CV}
    row = actions.add_centre_document(**given, upload=proven("good/training-plan.pdf"))
    with pytest.raises(DoneAlready):
        actions.add_centre_document(**given, upload=proven("good/training-plan.pdf"))
    assert (Document.objects.count(), row.document.owner) == (1, None)
    for _ in range(2):
        actions.remove_centre_document(by=cast.carl, now=NOW, row_id=row.pk)
    assert queries.file_of_application(cast.carl, NOW.date(), draft.pk, row.document_id) is None
    assert audited("scheme.centre_application.document_added") == 1
    assert audited("scheme.centre_application.document_removed") == 1


def test_C3_there_is_room_for_twenty_files(cast):
    draft = begun(cast.carl, cast.bristol)
    row = with_document(draft, cast.carl)
    copies = [{"kind": row.kind, "document": row.document, "added_at": NOW, "added_by": cast.carl}] * 19
    CentreDocument.objects.bulk_create(CentreDocument(application=draft, key=uuid4(), **given) for given in copies)
    with pytest.raises(Invalid, match="At most 20 files"):
        with_document(draft, cast.carl)


def test_C3_what_is_sent_waits_for_the_office_which_is_told_and_reads_as_it_was_sent(cast):
    application = sent(cast.carl, cast.bristol)
    waits = application.accreditation
    assert (application.state, waits.state, waits.scope.code) == (S.SENT, AccreditationState.APPLIED, "RT")
    assert [name for name, _ in mails("centre_application_sent")] == ["Olive Ong", "Oscar Obi"]
    assert [row.by for row in waits.steps.all()] == [cast.carl]
    assert audited("scheme.centre_application.sent") == 1
    for act in (
        lambda: answered(application, cast.carl, time=("no", "x")),
        lambda: with_document(application, cast.carl),
    ):
        with pytest.raises(TooLate, match="With the scheme office"):
            act()
    for rows in (ChecklistAnswer.objects.all(), CentreDocument.objects.all()):
        with pytest.raises(DatabaseError, match="reads as it was sent"), transaction.atomic():
            rows.update(application=application)


def test_C3_sent_twice_in_one_moment_it_waits_once(cast):
    application = complete(cast.carl, cast.bristol)
    actions.send_application(by=cast.carl, now=NOW, application_id=application.pk)
    with pytest.raises(TooLate):
        actions.send_application(by=cast.carl, now=NOW, application_id=application.pk)
    assert len(mails("centre_application_sent")) == 2


def test_C3_what_the_office_entered_meanwhile_is_the_one_that_waits(cast):
    application = complete(cast.carl, cast.bristol)
    actions.apply_for_accreditation(by=cast.olive, now=NOW, organisation=cast.bristol, scope=application.scope)
    with pytest.raises(TooLate, match="waits for its decision already"):
        actions.send_application(by=cast.carl, now=NOW, application_id=application.pk)
    assert CentreApplication.objects.get().state == S.DRAFT


def test_C3_a_draft_is_withdrawn_in_silence_and_a_sent_one_with_a_mail_to_the_office(cast):
    draft = begun(cast.cora, cast.leeds)
    actions.withdraw_application(by=cast.sid, now=NOW, application_id=draft.pk)
    assert mails("centre_application_withdrawn") == []
    application = sent(cast.carl, cast.bristol)
    actions.withdraw_application(by=cast.carl, now=NOW, application_id=application.pk)
    assert [name for name, _ in mails("centre_application_withdrawn")] == ["Olive Ong", "Oscar Obi"]
    waits = Accreditation.objects.get(pk=application.accreditation_id)
    assert waits.state == AccreditationState.WITHDRAWN
    assert audited("scheme.centre_application.withdrawn") == 2
    assert audited("scheme.accreditation.withdraw") == 1
    with pytest.raises(TooLate):
        actions.withdraw_application(by=cast.carl, now=NOW, application_id=application.pk)


def test_C3_a_renewal_counts_from_the_day_after_the_old_one_ends(cast):
    application = sent(cast.cora, cast.leeds, at(2028, 2, 1), "NM")
    given = {"by": cast.olive, "now": at(2028, 3, 1), "accreditation_id": application.accreditation_id}
    decided = actions.decide_accreditation(**given, accredit=True)
    assert (decided.starts_on, decided.ends_on) == (date(2029, 1, 1), date(2033, 12, 31))
    assert CentreApplication.objects.get().state == S.DECIDED
    scope = application.scope_id
    on = [date(2028, 12, 31), date(2029, 1, 1), date(2034, 1, 1)]
    assert [queries.is_accredited(cast.leeds.pk, scope, day) for day in on] == [True, True, False]
    with pytest.raises(TooLate):
        actions.withdraw_application(by=cast.cora, now=NOW, application_id=application.pk)


def test_C3_what_the_office_withdraws_or_declines_is_decided_and_another_can_be_begun(cast):
    first = sent(cast.carl, cast.bristol)
    given = {"by": cast.olive, "now": NOW, "reason": "No scanner."}
    actions.end_accreditation(**given, accreditation_id=first.accreditation_id, how="withdraw")
    second = sent(cast.carl, cast.bristol)
    actions.decide_accreditation(**given, accreditation_id=second.accreditation_id, accredit=False)
    states = CentreApplication.objects.values_list("state", flat=True)
    assert list(states) == [S.DECIDED, S.DECIDED]
    assert begun(cast.carl, cast.bristol).state == S.DRAFT


def test_C3_the_database_keeps_one_open_application_for_a_centre_and_scope(cast):
    draft = begun(cast.carl, cast.bristol)
    same = {"organisation": cast.bristol, "scope": draft.scope, "checklist": "2026.1", "begun_at": NOW}
    with pytest.raises(IntegrityError, match="scheme_one_open_application"), transaction.atomic():
        CentreApplication.objects.create(**same, begun_by=cast.carl)


def test_C3_the_office_sees_what_was_sent_and_no_draft(cast):
    today = NOW.date()
    draft, application = begun(cast.cora, cast.leeds), sent(cast.carl, cast.bristol)
    assert list(queries.centre_applications_visible_to(cast.olive, today)) == [application]
    assert list(queries.centre_applications_visible_to(cast.sid, today)) == [draft]
    assert list(queries.centre_applications_visible_to(cast.sue, today)) == []


def test_C1_a_coordinator_is_told_what_to_renew_until_it_is_applied_for(cast):
    def told(today):
        return [(row.what, row.due) for row in queries.duties_for(cast.cora, today)]

    ends = date(2028, 12, 31)
    assert told(date(2027, 12, 30)) == []
    assert told(date(2027, 12, 31)) == [("Renew the accreditation", ends)]
    application = complete(cast.cora, cast.leeds, at(2028, 2, 1), "NM")
    assert told(date(2028, 2, 1)) == [("Finish the application for accreditation", ends)]
    actions.send_application(by=cast.cora, now=at(2028, 2, 2), application_id=application.pk)
    assert told(date(2028, 2, 2)) == []
    [waits] = queries.others_for(cast.sid, date(2028, 2, 2))
    assert (waits.what, waits.since) == ("The office decides on the accreditation", date(2028, 2, 2))
    assert queries.others_for(cast.carl, date(2028, 2, 2)) == []
    assert queries.others_for(cast.olive, date(2028, 2, 2)) == []
    following = granted(cast.bristol, START, "ME", starts_on=date(2029, 1, 1))
    assert queries.duties_for(cast.carl, ends) == [] and following.pk
    assert not access.can_edit_application(cast.carl, application, ends)


def test_C1_what_has_expired_is_still_to_be_renewed_for_as_long_as_it_was_before(cast):
    def told(today):
        return [(row.what, row.due) for row in queries.duties_for(cast.cora, today)]

    row, over = held(cast.leeds), date(2029, 1, 1)
    actions.end_accreditation(by=None, now=at(2029, 1, 1), accreditation_id=row.pk, how="expire")
    assert told(over) == [("Renew the accreditation", row.ends_on)]
    assert told(date(2029, 12, 31)) != [] and told(date(2030, 1, 1)) == []
    granted(cast.leeds, at(2029, 1, 2), "NM", starts_on=date(2029, 1, 2))
    assert told(date(2029, 1, 2)) == []


# --- the checklist: a default until the office confirms it ---


def confirmed(by, version=CHECKLIST):
    return actions.confirm_checklist(by=by, now=NOW, version=version)


def test_C3_the_office_confirms_a_version_of_the_checklist_once(cast):
    assert queries.checklist_confirmations() == {}
    row = confirmed(cast.olive)
    assert queries.checklist_confirmations() == {CHECKLIST: row}
    assert (row.confirmed_by, row.confirmed_at, audited("scheme.checklist.confirmed")) == (cast.olive, NOW, 1)
    with pytest.raises(DoneAlready, match="You confirmed it already"):
        confirmed(cast.olive)
    with pytest.raises(TooLate, match="It is confirmed already"):
        confirmed(cast.oscar)
    with pytest.raises(Invalid, match="no such version"):
        confirmed(cast.olive, "1999.1")
    assert row.name not in {spec.name for spec in field_specs()}


@pytest.mark.parametrize("who", ["cora", "sam", "mia"])
def test_C3_nobody_else_confirms_the_checklist(cast, who):
    with pytest.raises(NotAllowed):
        confirmed(getattr(cast, who))


def test_C3_an_application_sent_before_the_checklist_was_confirmed_says_so_ever_after(cast):
    early, draft = sent(cast.carl, cast.bristol, NOW - timedelta(minutes=1), "RP"), begun(cast.carl, cast.bristol)
    for application in (early, draft):
        assert queries.checklist_stands(application) == DEFAULT_NOT_CONFIRMED
    confirmed(cast.olive)
    assert queries.checklist_stands(draft).startswith("Confirmed by Olive")
    assert queries.checklist_stands(early).startswith("When this application was sent the checklist was a default")
    late = sent(cast.carl, cast.bristol, NOW, "RE")
    assert queries.checklist_stands(late).startswith("Confirmed by Olive")
