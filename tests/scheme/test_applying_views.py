"""Pages of a Training Co-ordinator about the accreditation of their centre (C1, C3)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ctts.common.parts import Light
from ctts.documents import checking
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Kind, Nation, Role
from ctts.scheme import actions, queries
from ctts.scheme.models import Accreditation, CentreApplication, CentreDocument, Scope
from ctts.scheme.states import AccreditationState, CentreApplicationState
from ctts.scheme.views._applications import light_of, lights_of
from tests.cast import START, at
from tests.documents.samples import sample
from tests.office import browser_of, shown
from tests.scheme.accrediting import answered, begun, complete, granted, held, mails, sent, with_document
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")


@pytest.fixture
def carl(cast):
    return browser_of(cast.carl)


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


def test_C3_a_coordinator_is_led_to_the_page_of_their_centre(cast, carl):
    assert "My centre" in carl.get("/").text or "My centre" in carl.get(reverse("home:dashboard")).text
    assert carl.get(page("my_centres")).url == page("my_centre", cast.bristol.pk)
    text = carl.get(page("my_centre", cast.bristol.pk)).text
    assert "Medical Engineering" in text and "it can be renewed from 31 December 2027" in text
    assert "No application in the system yet" in text
    assert carl.get(page("my_centre", cast.leeds.pk)).status_code == 404
    assert browser_of(cast.sue).get(page("my_centres")).status_code == 403


def test_C1_what_is_over_says_until_when_it_was_held(cast, carl):
    row = Accreditation.objects.filter(organisation=cast.bristol).select_related("scope").first()
    actions.end_accreditation(by=None, now=at(2031, 5, 4), accreditation_id=row.pk, how="expire")
    text = carl.get(page("my_centre", cast.bristol.pk)).text
    assert "Expired" in text and "It was through" in text and "Nobody new can apply from here" in text


def test_C3_the_office_is_told_of_a_draft_and_the_centre_of_what_the_office_entered(cast, carl):
    draft = complete(cast.carl, cast.bristol)
    olive, sent_form = browser_of(cast.olive), {"scope": draft.scope_id}
    told = olive.post(page("apply", cast.bristol.pk), sent_form)
    assert told.status_code == 422 and "The centre is writing an application for this scope itself" in told.text
    assert "An application waits already" not in carl.get(page("application", draft.pk)).text
    assert olive.post(page("apply", cast.bristol.pk), {**sent_form, "past_draft": "on"}).status_code == 303
    text = carl.get(page("application", draft.pk)).text
    assert "An application waits already" in text and "The scheme office has entered an application" in text


def test_C2_who_co_ordinates_two_centres_chooses_and_an_employer_is_none(cast):
    organisations.grant(by=None, now=START, person=cast.cora, role=Role.COORDINATOR, organisation=cast.bristol)
    text = browser_of(cast.cora).get(page("my_centres")).text
    assert "Accreditation of Bristol Infirmary" in text and "Accreditation of Leeds Teaching Hospital" in text
    given = {"kind": Kind.EMPLOYER, "nation": Nation.ENGLAND, "site_name": "Works"}
    works = organisations.open_organisation(by=None, now=START, code="ACM", name="Acme", **given)
    organisations.grant(by=None, now=START, person=cast.trina, role=Role.COORDINATOR, organisation=works)
    assert "No training centre" in browser_of(cast.trina).get(page("my_centres")).text


def test_C3_a_scope_is_chosen_and_what_is_closed_says_why(cast, carl):
    scope = Scope.objects.get(code="RT")
    url = page("begin_application", cast.bristol.pk)
    assert f"?scope={scope.pk}" in carl.get(page("my_centre", cast.bristol.pk)).text
    assert carl.get(f"{url}?scope={scope.pk}").context["form"]["scope"].value() == str(scope.pk)
    assert carl.post(url, {"scope": held(cast.bristol).scope_id}).status_code == 422
    made = carl.post(url, {"scope": scope.pk})
    application = CentreApplication.objects.get()
    assert (made.status_code, made.url) == (303, page("application", application.pk))
    assert "Go on with the draft" in carl.get(page("my_centre", cast.bristol.pk)).text
    assert browser_of(cast.cora).get(page("application", application.pk)).status_code == 404


def test_C3_where_every_scope_waits_there_is_nothing_to_apply_for(cast, carl):
    for scope in queries.offered_scopes().exclude(code="ME"):
        actions.apply_for_accreditation(by=cast.olive, now=NOW, organisation=cast.bristol, scope=scope)
    assert "Nothing to apply for today" in carl.get(page("begin_application", cast.bristol.pk)).text


def test_C3_the_checklist_is_saved_half_done_and_says_what_is_missing(cast, carl):
    application = begun(cast.carl, cast.bristol)
    url = page("checklist", application.pk)
    assert "Sue Lindqvist: no course is entered" in carl.get(url).text
    typed = {**shown(carl, url), "time_reply": "no", "time_words": "From March: Fridays."}
    assert carl.post(url, typed).url == page("application", application.pk)
    text = carl.get(page("application", application.pk)).text
    assert "From March: Fridays." in text and "“Range of work” is not answered." in text
    assert "default, not confirmed" in text and "Something is missing." in text
    late = carl.post(url, {**typed, "time_words": "Mondays."})
    assert (
        late.status_code == 409 and "Saved meanwhile: Protected time: No, or not yet, From March: Fridays." in late.text
    )
    assert late.context["form"]["time_words"].value() == "Mondays."
    assert carl.post(url, {**typed, "seen": "x", "time_words": "Mondays."}).status_code == 409
    assert carl.post(url, {**shown(carl, url), "time_reply": "perhaps"}).status_code == 422
    again = {**typed, "time_words": "Mondays.", "seen": late.context["form"]["seen"].value()}
    assert carl.post(url, again).url == page("application", application.pk)


def file():
    return SimpleUploadedFile("plan.pdf", sample("good/training-plan.pdf"))


def test_C3_a_document_is_added_once_opened_and_taken_out(cast, carl):
    application = begun(cast.carl, cast.bristol)
    url, key = page("add_document", application.pk), str(uuid4())
    for status in (303, 409):
        assert carl.post(url, {"key": key, "kind": "quality", "upload": file()}).status_code == status
    row = CentreDocument.objects.get()
    assert "Quality certificate" in carl.get(page("application", application.pk)).text
    assert carl.get(page("application_file", application.pk, row.document_id)).status_code == 200
    assert carl.post(url, {"key": key, "kind": "quality"}).status_code == 422
    taken = carl.post(page("remove_document", application.pk, row.pk), follow=True)
    assert "is taken out" in taken.text and "No document yet" in taken.text
    assert carl.get(page("application_file", application.pk, row.document_id)).status_code == 404


def test_C3_the_files_are_for_the_centre_and_once_sent_for_the_office(cast):
    application = begun(cast.carl, cast.bristol)
    document = with_document(application, cast.carl).document
    checking.check(document.pk, NOW)
    addresses = [page(name, application.pk, document.pk) for name in ("application_file", "application_preview")]

    carl, olive, cora, sue = (browser_of(person) for person in (cast.carl, cast.olive, cast.cora, cast.sue))

    def may_open(browser):
        return [browser.get(address).status_code for address in addresses]

    assert (may_open(carl), may_open(olive), may_open(cora)) == ([200, 200], [404, 404], [404, 404])
    answered(application, cast.carl)
    actions.send_application(by=cast.carl, now=NOW, application_id=application.pk)
    assert (may_open(olive), may_open(cora), may_open(sue)) == ([200, 200], [404, 404], [404, 404])


def test_C3_sending_is_held_while_something_is_missing_and_shows_the_mail_first(cast, carl):
    application = answered(begun(cast.carl, cast.bristol), cast.carl)
    url = page("send_application", application.pk)
    assert "A document is missing" in carl.get(url).text
    assert carl.post(url).status_code == 422
    with_document(application, cast.carl)
    before = carl.get(url).text
    assert "Bristol Infirmary applies for accreditation in Radiotherapy Physics" in before
    done = carl.post(url, follow=True)
    assert "It is sent" in done.text and "the scheme office" in done.text
    assert len(mails("centre_application_sent")) == 2
    assert carl.post(url).status_code == 409
    assert carl.get(page("checklist", application.pk)).status_code == 409


def test_C3_an_application_is_withdrawn_with_and_without_a_mail(cast, carl):
    draft = begun(cast.carl, cast.bristol)
    url = page("withdraw_application", draft.pk)
    assert "Nobody is mailed" in carl.get(url).text
    seen = carl.get(url).context["form"]["seen"].value()
    assert carl.post(url, {"seen": seen}).status_code == 303
    application = sent(cast.carl, cast.bristol)
    stale = carl.post(page("withdraw_application", application.pk), {"seen": seen})
    assert stale.status_code == 409 and "It went on since you opened this page" in stale.text
    url = page("withdraw_application", application.pk)
    assert "Bristol Infirmary withdraws its application" in carl.get(url).text
    assert "It is withdrawn" in carl.post(url, follow=True).text
    assert carl.post(url).status_code == 409
    text = carl.get(page("application", application.pk)).text
    assert "Withdrew it" in text and "Began the application" in text


def test_C3_a_decided_application_shows_its_history(cast, carl):
    application = sent(cast.carl, cast.bristol)
    given = {"accreditation_id": application.accreditation_id, "accredit": False, "reason": "No scanner."}
    actions.decide_accreditation(by=cast.olive, now=NOW, **given)
    text = carl.get(page("application", application.pk)).text
    assert "Declined" in text and "No scanner." in text and "Olive Ong" in text
    assert CentreApplication.objects.get().state == CentreApplicationState.DECIDED


def test_C3_the_office_decides_a_renewal_from_the_day_after(cast):
    olive = browser_of(cast.olive)
    scope = held(cast.bristol).scope
    row = actions.apply_for_accreditation(by=cast.olive, now=NOW, organisation=cast.bristol, scope=scope)
    url = page("decide", row.pk)
    assert shown(olive, url)["starts_on"] == "2029-01-01"
    assert olive.post(url, {**shown(olive, url), "decision": "accredit"}).status_code == 303
    assert Accreditation.objects.get(pk=row.pk).state == AccreditationState.ACCREDITED


def test_C3_a_renewal_that_leaves_a_gap_says_so_and_wants_a_tick(cast):
    olive = browser_of(cast.olive)
    row = actions.apply_for_accreditation(
        by=cast.olive, now=NOW, organisation=cast.bristol, scope=held(cast.bristol).scope
    )
    url = page("decide", row.pk)
    assert "With 1 January 2029 as first day it goes on without a gap" in olive.get(url).text
    late = {**shown(olive, url), "decision": "accredit", "starts_on": "2029-03-01"}
    refused = olive.post(url, late)
    assert refused.status_code == 422
    assert "from 1 January 2029 through 28 February 2029 nobody can apply there" in refused.text
    assert olive.post(url, {**late, "with_gap": "on"}).status_code == 303
    assert Accreditation.objects.get(pk=row.pk).starts_on == date(2029, 3, 1)


def test_C3_pages_and_lists_say_from_when_a_renewal_after_a_gap_holds(cast, carl):
    row = granted(cast.bristol, NOW, "ME", starts_on=date(2029, 3, 1))
    [standing] = [one for one in queries.scopes_of_centre(cast.bristol, date(2029, 2, 1)) if one.held == row]
    [light] = lights_of([standing], date(2029, 2, 1), {})
    assert light == Light("at_risk", "it holds from 1 March 2029: nobody can apply until then")
    text = carl.get(page("my_centre", cast.bristol.pk)).text
    assert "nobody can apply from 1 January 2029 through 28 February 2029" in text
    assert 'From <time datetime="2029-03-01">' in text
    olive = browser_of(cast.olive)
    for url in (page("centre", cast.bristol.pk), page("accreditation", row.pk)):
        assert "nobody can apply from 1 January 2029 through 28 February 2029" in olive.get(url).text
    assert 'from <time datetime="2029-03-01">' in olive.get(page("centres")).text


def test_C3_what_is_followed_without_a_gap_is_on_track_to_its_end(cast):
    granted(cast.bristol, NOW, "ME", starts_on=date(2029, 1, 1))
    old, today = held(cast.bristol), date(2028, 12, 1)
    light = light_of(old, today, {}, queries.valid_days_beside(old))
    assert light == Light("on_track", "another follows on from 1 January 2029")


def test_C3_a_suspended_accreditation_is_told_as_suspended_not_as_a_gap(cast):
    row = granted(cast.bristol, NOW, "RT", starts_on=date(2029, 3, 1))
    actions.end_accreditation(by=None, now=NOW, accreditation_id=row.pk, how="suspend")
    [standing] = [one for one in queries.scopes_of_centre(cast.bristol, NOW.date()) if one.held == row]
    assert standing.gap is None


def test_C3_a_renewal_says_what_it_renews(cast):
    now = NOW.replace(year=2028)
    application = complete(cast.cora, cast.leeds, now, "NM")
    assert "valid through 31\xa0December\xa02028" in browser_of(cast.cora).get(page("application", application.pk)).text
    actions.send_application(by=cast.cora, now=now, application_id=application.pk)
    mail = Message.objects.filter(kind="scheme.centre_application_sent").latest("pk")
    assert "to renew its accreditation for Nuclear Medicine" in mail.text


def test_C3_the_checklist_says_of_each_supervisor_whether_the_course_stands(cast, carl):
    url = page("checklist", begun(cast.carl, cast.bristol).pk)
    day = date(2024, 3, 4)
    for until, words in ((None, "which stands"), (date(2025, 3, 3), "which has run out")):
        common = {"by": cast.carl, "now": NOW, "person": cast.sue, "key": uuid4()}
        day += timedelta(days=1)
        organisations.enter_training(**common, attended_on=day, valid_until_on=until)
        assert words in carl.get(url).text
