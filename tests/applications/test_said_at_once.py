"""What pages say of one's own row, of text not saved, of a centre that does not fit, of what has ended (A2 to A6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from applications import access, actions, queries
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from ctts.scheme import actions as scheme
from ctts.scheme.models import Accreditation, Scope
from tests.applications import world
from tests.applications.adjusting import asked_of
from tests.applications.world import NOW
from tests.office import browser_of


def url(name, *args):
    return reverse(f"applications:{name}", args=args)


def give(person, role, at=None):
    organisations.grant(by=None, now=NOW, person=person, role=role, organisation=at)


# --- one's own application among the others (A4, A2) ---


def test_A4_the_row_of_ones_own_application_says_so_and_cannot_be_taken(cast, received):
    give(cast.ann, Role.OFFICE)
    page = browser_of(cast.ann).get(url("desk")).text
    assert "Yours: colleagues work on it" in page and f'name="row" value="{received.pk}:' not in page
    assert url("review", received.pk) not in page and url("status", received.pk) in page
    colleague = browser_of(cast.oscar).get(url("desk")).text
    assert "Yours: colleagues" not in colleague and f'name="row" value="{received.pk}:' in colleague


def test_A4_what_colleagues_find_of_ones_own_application_is_on_no_list(cast, in_review):
    """No light, no blocker, no state of the purchase order: neither on the pages nor in the files."""
    give(cast.ann, Role.OFFICE)
    world.find(in_review, cast.olive, "A3h", "not_met")
    number = in_review.purchase_orders.get().number
    ann, colleague = browser_of(cast.ann), browser_of(cast.oscar)
    lists = [url("desk"), url("export", "csv")], [url("orders"), url("export_orders", "csv")]
    for (page, file), (found, stands) in zip(lists, [("Blocker", "Lacking"), (number, number)], strict=True):
        for address, word in ((page, found), (file, stands)):
            assert word in colleague.get(address).text and word not in ann.get(address).text
    assert queries.orders_numbered(cast.oscar, NOW.date(), number) and not queries.orders_numbered(
        cast.ann, NOW.date(), number
    )


def test_A2_nobody_objects_to_their_own_application(cast, received):
    give(cast.ann, Role.COORDINATOR, cast.leeds)
    assert "This application is yours" in access.can_object(cast.ann, received, NOW.date()).reason
    ann = browser_of(cast.ann)
    assert ann.get(url("object_to", received.pk)).status_code == 403
    assert "you can say what speaks against" not in ann.get(url("read", received.pk)).text


# --- text that is kept and not saved (screens 13) ---


def keep(application, part, form, **fields):
    common = {"by": application.applicant, "now": NOW, "application_id": application.pk, "seen_version": 0}
    actions.keep_draft(**common, part=part, form=form, fields={name: [value] for name, value in fields.items()})


def test_screens_13_text_of_a_competency_of_ones_own_is_named_and_linked(cast, filled):
    keep(filled, "competencies", "local", title="Dosimetry of neutrons")
    ann, local = browser_of(cast.ann), url("add_local", filled.pk)
    assert (
        f'Typed and not saved yet: <a href="{local}">Add a competency of your own</a>'
        in ann.get(url("form", filled.pk)).text
    )
    page = ann.get(url("competencies", filled.pk)).text
    assert f'is kept and not saved yet: <a href="{local}">go on with it</a>' in page
    assert "Competency list (Add a competency of your own)" in ann.get(url("hand_over", filled.pk)).text


def test_screens_13_text_of_a_qualification_is_named_and_linked_while_it_is_on_the_form(cast, filled):
    row = filled.qualifications.first()
    for name in ("new", str(row.pk), "999999"):
        keep(filled, "qualifications", name, title="Half a ti")
    page = browser_of(cast.ann).get(url("form", filled.pk)).text
    assert f'<a href="{url("add_qualification", filled.pk)}">Add a qualification</a>' in page
    assert f'<a href="{url("change_qualification", filled.pk, row.pk)}">{row}</a>' in page
    assert page.count("Typed and not saved yet") == 2


# --- a scope for which the centre is not accredited (A3 a) ---


def test_A3a_a_scope_that_does_not_fit_the_centre_is_said_as_it_is_saved_and_at_the_centre(cast):
    draft, ann = world.start(cast), browser_of(cast.ann)
    save = {"by": cast.ann, "now": NOW, "application_id": draft.pk}
    other = Scope.objects.get(code="ME")
    assert "not accredited" not in ann.post(url("part", draft.pk, "scope"), {"scope": other.pk}, follow=True).text
    values = {"centre": cast.leeds, "employed_there": True, "job_title": "Trainee technologist"}
    actions.save_details(**save, part="employment", values=values)
    said = f"{cast.leeds.name} is not accredited for this scope."
    assert f'<strong class="field-finding">{said}</strong>' in ann.get(url("part", draft.pk, "employment")).text
    again = ann.post(url("part", draft.pk, "scope"), {"scope": other.pk}, follow=True).text
    assert f"The entry rules are not met so far: {said}" in again
    actions.use_list(**save, scope=Scope.objects.get(code="NM"))
    assert "field-finding" not in ann.get(url("part", draft.pk, "employment")).text


# --- what ended with the application (A5, A6) ---


def test_A5_a_request_that_ended_with_its_application_says_so(cast, in_review):
    asked = asked_of(cast.ann, NOW, application=in_review)
    actions.withdraw(by=cast.ann, now=NOW, application_id=in_review.pk)
    ann = browser_of(cast.ann)
    page = ann.get(url("own_adjustments")).text
    assert "It ended with the application that it was asked with" in page and "named readers have it" not in page
    assert "With another application you can ask anew." in page
    actions.start_application(by=cast.ann, now=NOW)
    assert "If you still want it, ask below." in ann.get(url("own_adjustments")).text
    asked.refresh_from_db()
    assert asked.ended_with_application
    waits = "Decide your request for an adjustment"
    assert waits not in [row.what for row in queries.others_for(cast.ann, NOW.date())]


def test_A5_a_request_apart_from_a_form_ends_with_whoever_left(cast, in_review):
    asked_of(cast.ann, NOW)
    actions.withdraw(by=cast.ann, now=NOW, application_id=in_review.pk)
    assert "It ended with your application or training" in browser_of(cast.ann).get(url("own_adjustments")).text


@pytest.mark.parametrize("how", ["withdraw", "accept"])
def test_A6_a_letter_that_cannot_go_any_more_is_not_promised(cast, ready, how):
    given = {"by": cast.olive, "now": NOW, "application_id": ready.pk}
    actions.defer(**given, hold=True)
    ann = browser_of(cast.ann)
    assert "It comes by mail and stands here" in ann.get(url("status", ready.pk)).text
    if how == "withdraw":
        actions.withdraw(**given | {"by": cast.ann})
    else:
        actions.resume(**given)
        actions.decline(**given, reasons="No fee.")
    page = ann.get(url("status", ready.pk)).text
    assert "is not sent any more" in page and "It comes by mail" not in page


# --- an accreditation that is suspended or withdrawn (C1) ---


def held(cast) -> Accreditation:
    return Accreditation.objects.get(organisation=cast.leeds, scope__code="NM")


def stop(cast, how="suspend", **more):
    given = {"by": cast.olive, "now": NOW, "accreditation_id": held(cast).pk, "reason": "No supervisor."}
    return scheme.end_accreditation(**given | more, how=how)


def stopped() -> list[Message]:
    return list(Message.objects.filter(kind="applications.centre_stopped"))


@pytest.mark.parametrize("how", ["suspend", "withdraw"])
def test_C1_whom_the_end_of_an_accreditation_stops_is_named_and_mailed(cast, received, how):
    world.filled(cast, "bristol")
    page = browser_of(cast.olive).get(reverse(f"scheme:{how}", args=[held(cast).pk])).text
    assert "They apply and cannot be accepted while that stands; each is mailed: <strong>Ann Archer</strong>" in page
    assert f"{cast.leeds.name} is not accredited for Nuclear Medicine any more" in page and "Abe" not in page
    stop(cast, how)
    [mail] = stopped()
    assert mail.to == cast.ann and "stays with the scheme office" in mail.text and "No supervisor." not in mail.text
    status = browser_of(cast.ann).get(url("status", received.pk)).text
    assert "Your centre is not accredited for your scope" in status


def test_C1_whoever_was_stopped_hears_once_that_the_centre_is_accredited_again(cast, received):
    world.filled(cast, "bristol")
    stop(cast)
    row = held(cast)
    again = {"by": cast.olive, "accreditation_id": row.pk, "accredit": True, "starts_on": row.starts_on}
    scheme.decide_accreditation(**again, now=NOW + timedelta(hours=1))
    days = {"starts_on": None, "ends_on": date(2028, 6, 30), "reason": "A slip."}
    scheme.correct_accreditation_days(
        by=cast.olive, now=NOW + timedelta(hours=2), accreditation_id=row.pk, **days
    )  # granted anew: nobody hears it twice
    [mail] = Message.objects.filter(kind="applications.centre_again")
    assert mail.to == cast.ann and "accredited for Nuclear Medicine again" in mail.text
    stop(cast, now=NOW + timedelta(hours=3))
    later = {"starts_on": date(2027, 1, 1), "ends_on": date(2030, 6, 30), "now": NOW + timedelta(hours=4)}
    scheme.decide_accreditation(**again | later)  # not yet
    assert Message.objects.filter(kind="applications.centre_again").count() == 1


@pytest.mark.parametrize(("state", "words"), [("draft", "you can choose that"), ("handed", "take the application")])
def test_C1_what_the_applicant_can_do_stands_in_the_mail(cast, filled, state, words):
    if state == "handed":
        actions.ask_supervisor(by=cast.ann, now=NOW, application_id=filled.pk)
    stop(cast)
    assert words in stopped()[0].text


def test_C1_where_another_accreditation_counts_or_it_is_decided_nobody_is_stopped(cast, accepted):
    assert queries.stopped_applications(held(cast), NOW.date()) == []
    draft = world.filled(cast, "bristol")
    row = Accreditation.objects.get(organisation=cast.bristol, scope=draft.scope)
    assert queries.stopped_applications(row, NOW.date()) == [draft]
    nobody = Accreditation(organisation=cast.bristol, scope=draft.scope)
    assert queries.stopped_applications(nobody, NOW.date()) == []
    assert "not accredited for your scope" not in browser_of(cast.ann).get(url("status", accepted.pk)).text
