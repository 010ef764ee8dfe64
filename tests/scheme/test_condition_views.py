"""Pages of the office and the centre about an accreditation: what was handed in, visits, conditions (C3)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ctts.common.verdict import NotAllowed
from ctts.documents import checking
from ctts.organisations import actions as organisations
from ctts.organisations.access import forget_held
from ctts.organisations.states import Role
from ctts.scheme import actions
from ctts.scheme.models import AccreditationCondition, AccreditationVisit, ConditionStep
from ctts.scheme.states import ConditionState
from tests.cast import at
from tests.documents.samples import proven, sample
from tests.office import browser_of, shown
from tests.scheme.accrediting import answered_condition, conditional, held, judged, mails, sent, visited
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def carl(cast):
    return browser_of(cast.carl)


@pytest.fixture
def condition(cast) -> AccreditationCondition:
    """The first condition of Bristol."""
    return conditional(cast.bristol, cast.olive).numbered_conditions.get(number=1)


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


def file():
    return SimpleUploadedFile("plan.pdf", sample("good/training-plan.pdf"))


def test_C3_the_office_reads_what_the_centre_handed_in_and_decides(cast, olive):
    application = sent(cast.carl, cast.bristol)
    checking.check(application.documents.get().document_id, NOW)
    row = application.accreditation
    text = olive.get(page("accreditation", row.pk)).text
    assert "As to equipment: yes." in text and "Training plan of the centre" in text and "Carl Nowak" in text
    assert page("decide", row.pk) in text and "preview/" in text and "Take it out" not in text
    url = page("decide", row.pk)
    named = {**shown(olive, url), "decision": "accredit", "condition_1": "Buy a phantom.", "due_1": "2028-05-01"}
    wrong = olive.post(url, named)  # the condition would be lost, and the centre told that there is none
    assert wrong.status_code == 422 and "You named conditions" in wrong.text and "Buy a phantom." in wrong.text
    decided = olive.post(url, {**shown(olive, url), "decision": "accredit"})
    assert decided.url == page("accreditation", row.pk)
    assert "Olive Ong" in olive.get(decided.url).text


def test_C3_what_the_office_entered_itself_has_nothing_handed_in(cast, olive):
    text = olive.get(page("accreditation", held(cast.leeds).pk)).text
    assert "Nothing was handed in here" in text and "No visit is noted" in text and "Withdraw" in text
    assert page("accreditation", held(cast.leeds).pk) in olive.get(page("centre", cast.leeds.pk)).text


def test_C3_a_visit_is_noted_with_its_report_once(cast, olive):
    row = held(cast.bristol)
    url, typed = page("note_visit", row.pk), {"key": str(uuid4()), "visited_on": "2026-05-01", "visitors": "Olive"}
    assert olive.post(url, typed).status_code == 422
    for status in (200, 409):
        done = olive.post(url, {**typed, "note": "Two cameras.", "upload": file()}, follow=True)
        assert done.status_code == status and "Two cameras." in done.text
    noted = AccreditationVisit.objects.get()
    checking.check(noted.document_id, NOW)
    assert olive.get(page("visit_file", row.pk, noted.document_id)).status_code == 200
    assert olive.get(page("visit_file", held(cast.leeds).pk, noted.document_id)).status_code == 404
    assert "not come yet" in olive.post(url, {**typed, "visited_on": "2099-01-01", "note": "x"}).text


def test_C3_whoever_of_the_office_belongs_to_the_centre_neither_notes_nor_reads_a_visit(cast, olive):
    row = held(cast.bristol)
    noted = visited(row, cast.olive, upload=proven("good/training-plan.pdf"))
    assert "both maintained" in olive.get(page("accreditation", row.pk)).text
    organisations.grant(by=None, now=NOW, person=cast.oscar, role=Role.TRAINER, organisation=cast.bristol)
    forget_held(cast.oscar)
    oscar = browser_of(cast.oscar)
    text = oscar.get(page("accreditation", row.pk)).text
    assert "both maintained" not in text and "the others of the office note and read its visits" in text
    assert page("note_visit", row.pk) not in text and page("decide", row.pk) not in text
    assert "another member of the office decides it" in text and "Suspend" not in text
    for url in (page("note_visit", row.pk), page("visit_file", row.pk, noted.document_id)):
        assert oscar.get(url).status_code == 403
    with pytest.raises(NotAllowed, match="You belong to this centre"):
        visited(row, cast.oscar)


def test_C3_the_centre_never_reads_a_visit(cast, carl):
    row = conditional(cast.bristol, cast.olive)
    visited(row, cast.olive)
    texts = [carl.get(page("my_centre", cast.bristol.pk)).text]
    texts += [carl.get(page("condition", one.pk)).text for one in row.numbered_conditions.all()]
    assert not [text for text in texts if "both maintained" in text]


def test_C3_the_centre_answers_with_a_file_and_the_office_judges(cast, carl, olive, condition):
    assert "A second supervisor." in carl.get(page("my_centre", cast.bristol.pk)).text
    url = page("answer_condition", condition.pk)
    assert carl.post(url, {**shown(carl, url), "words": ""}).status_code == 422
    typed = {**shown(carl, url), "words": "Ina Ross has joined us.", "upload": file()}
    assert carl.post(url, typed).status_code == 303
    changed = carl.post(url, {**typed, "words": "Ina Ross and Ian Wu have joined us.", "upload": file()})
    assert changed.status_code == 409 and "Ian Wu" in changed.text  # what was typed after "Back" is not said to be sent
    step = ConditionStep.objects.get()
    checking.check(step.document_id, NOW)
    for browser in (carl, olive):
        assert "Ina Ross has joined us." in browser.get(page("condition", condition.pk)).text
        assert browser.get(page("condition_file", condition.pk, step.document_id)).status_code == 200
    assert browser_of(cast.cora).get(page("condition_file", condition.pk, step.document_id)).status_code == 404
    url = page("judge_condition", condition.pk)
    assert "is not met yet" in olive.get(url).text and "Carl Nowak" in olive.get(url).text
    assert "Say what is missing" in olive.post(url, {**shown(olive, url), "verdict": "not_met"}).text
    typed = {**shown(olive, url), "verdict": "met"}
    assert olive.post(url, typed).status_code == 303
    assert olive.post(url, typed).status_code in (303, 409)
    assert len(mails("condition_judged")) == 1
    assert AccreditationCondition.objects.get(pk=condition.pk).state == ConditionState.MET
    assert "is closed" in carl.get(page("condition", condition.pk)).text


def test_C3_a_condition_not_met_yet_is_with_the_centre_since_the_judgement(cast, carl, condition):
    url = page("condition", condition.pk)
    with_them = 'Now with <strong>the Training Co-ordinator</strong> since <time datetime="2026-05-{:02}"'
    assert with_them.format(4) in carl.get(url).text
    answered_condition(condition, cast.carl)
    judged(condition, cast.olive, met=False, words="Name her.", now=at(2026, 5, 20))
    assert with_them.format(20) in carl.get(url).text


def test_C3_a_judgement_sent_twice_counts_once(cast, olive, condition):
    url = page("judge_condition", condition.pk)
    typed = {**shown(olive, url), "verdict": "not_met", "words": "Name her."}
    assert olive.post(url, typed).url == page("condition", condition.pk)
    assert olive.post(url, typed).status_code == 409
    assert ConditionStep.objects.count() == 1


def test_C3_a_judgement_of_an_older_page_counts_for_nothing(cast, olive, condition):
    url = page("judge_condition", condition.pk)
    seen = shown(olive, url)
    answered_condition(condition, cast.carl)
    assert olive.post(url, {**seen, "verdict": "not_met", "words": "Nothing came."}).status_code == 409


def test_C3_strangers_do_not_find_a_condition(cast, condition):
    for person in (cast.cora, cast.sue, cast.nobody, cast.mia):
        assert browser_of(person).get(page("condition", condition.pk)).status_code == 404


def test_C3_what_is_not_met_yet_closes_the_plain_decision_with_its_reason(cast, olive, condition):
    url = page("decide", condition.accreditation_id)
    assert "Conditions so far" in olive.get(url).text
    answer = olive.post(url, {**shown(olive, url), "decision": "accredit"})
    assert (answer.status_code, "Not met yet: condition 1, 2" in answer.text) == (422, True)
    for one in condition.accreditation.numbered_conditions.all():
        judged(one, cast.olive, met=True)
    assert olive.post(url, {**shown(olive, url), "decision": "accredit"}).status_code == 303


def test_C3_a_condition_past_its_day_is_said_in_a_light_to_both(cast, olive, carl, condition):
    texts = [olive.get(page("centre", cast.bristol.pk)).text, carl.get(page("my_centre", cast.bristol.pk)).text]
    texts.append(olive.get(page("accreditation", condition.accreditation_id)).text)
    assert all("a condition is past its day" in text for text in texts)


def test_C2_a_judgement_where_nobody_coordinates_says_so(cast, olive, condition):
    role = cast.carl.affiliations.get()
    organisations.end_role(by=cast.olive, now=NOW, affiliation_id=role.pk, ends_on=NOW.date())
    assert "no Training Co-ordinator" in olive.get(page("judge_condition", condition.pk)).text


def test_C3_an_answer_waits_for_the_office_with_its_day(cast, carl, condition):
    answered_condition(condition, cast.carl, upload=proven("good/training-plan.pdf"))
    assert "the scheme office" in carl.get(page("condition", condition.pk)).text
    actions.judge_condition(
        by=cast.olive, now=NOW, condition_id=condition.pk, key=uuid4(), met=False, words="Name her.", seen=1
    )
    assert "the Training Co-ordinator" in carl.get(page("condition", condition.pk)).text


def test_C3_what_is_accredited_already_is_given_conditions_or_other_days(cast, olive):
    row = held(cast.bristol)
    url = page("decide", row.pk)
    assert page("decide", row.pk) in olive.get(page("accreditation", row.pk)).text
    assert [key for key, _ in olive.get(url).context["form"].fields["decision"].choices] == ["conditions", "days"]
    named = {"decision": "conditions", "condition_1": "A second supervisor.", "due_1": "2028-05-01"}
    assert olive.post(url, {**shown(olive, url), **named}).status_code == 303
    assert [one.number for one in row.numbered_conditions.all()] == [1]


def test_A4_nobody_decides_about_the_centre_they_belong_to(cast, olive, condition):
    row = condition.accreditation
    organisations.grant(by=None, now=NOW, person=cast.olive, role=Role.TRAINER, organisation=row.organisation)
    forget_held(cast.olive)
    with pytest.raises(NotAllowed, match="belong to this centre"):
        actions.end_accreditation(by=cast.olive, now=NOW, accreditation_id=row.pk, how="suspend", reason="x")
    with pytest.raises(NotAllowed, match="belong to this centre"):
        actions.decide_accreditation(by=cast.olive, now=NOW, accreditation_id=row.pk, accredit=True)
    for name, pk in (("decide", row.pk), ("suspend", row.pk), ("judge_condition", condition.pk)):
        assert olive.get(page(name, pk)).status_code == 403, name
    assert page("suspend", row.pk) not in olive.get(page("centre", row.organisation_id)).text
    other = browser_of(cast.oscar)
    assert other.get(page("suspend", row.pk)).status_code == 200
