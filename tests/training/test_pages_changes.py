"""Changes of circumstances by their pages (E5): asked, seen, sent, answered, decided; lists, filters and their cost."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ctts.accounts.actions import change_name
from ctts.accounts.models import User
from ctts.common.verdict import NotAllowed
from ctts.documents.models import Document
from tests.cast import accredit
from tests.office import NAVIGATION
from tests.training import changes as c
from tests.training import practice as p
from tests.training.pages import address, filled, press, typed, words
from tests.training.world import GOOD, browser_of, settle
from tests.worlds import built_once
from training import actions, queries
from training.models import ChangeRequest, TrainingRecord
from training.states import AppointmentKind, ChangeState
from training.views._shown_changes import change_acts

JULY = {"from_on": "2026-07-01", "until_on": "2026-07-30", "reason": "Parental leave."}


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam)


@pytest.fixture
def olive(scene):
    return browser_of(scene.cast.olive)


def one():
    return ChangeRequest.objects.get()


def test_E5_screens_18_an_interruption_from_asking_to_granting_with_its_effect_before_each_step(
    scene, tara, sam, olive
):
    new = address("change_new", scene.tara.pk, "interruption")
    assert press(tara, new, **JULY).url == address("change", one().pk)
    page = words(tara.get(address("change", one().pk)))
    for said in ("Training pauses for 30 days", "31 March 2028, then 30 April 2028", "30 days later", "48 months"):
        assert said in page
    send = address("change_send", one().pk)
    assert "To Sam Patel" in words(tara.get(send))
    assert (press(tara, send).url, one().state) == (address("change", one().pk), ChangeState.AWAITING_SUPPORT)
    answer = address("change_answer", one().pk)
    assert "30 April 2028" in words(sam.get(answer))
    assert press(sam, answer, supports="no").status_code == 422
    assert press(sam, answer, supports="yes", words="Agreed.").url == address("change", one().pk)
    decide = address("change_decide", one().pk)
    assert all(said in words(olive.get(decide)) for said in ("Agreed.", "30 April 2028", "Supports it"))
    assert press(olive, decide, granted="no").status_code == 422
    assert press(olive, decide, granted="yes").url == address("change", one().pk)
    done = words(tara.get(address("record_changes", scene.tara.pk)))
    assert "30 April 2028" in done and "1 July 2026" in done
    after = words(tara.get(address("change", one().pk)))
    assert "What followed" in after and "What granting it does" not in after


def test_E5_the_page_offers_each_step_to_the_one_whose_turn_it_is(scene, tara, sam, olive):
    url = address("change", c.written(scene.tara, "interruption").pk)
    assert tara.get(url).context["step"].label == "Look at it and send it"
    assert sam.get(url).status_code == olive.get(url).status_code == 404
    actions.withdraw_change(by=scene.cast.tara, now=p.NOW, change_id=one().pk)
    url = address("change", c.sent(scene.tara, "interruption").pk)
    assert (tara.get(url).context["step"], sam.get(url).context["step"].label) == (None, "Answer this request")
    assert "Go on without the supervisor" in words(olive.get(url))
    assert [browser.get(url).context["acts"].now for browser in (tara, sam)] == [
        "Sam Patel (Training Supervisor)",
        "you",
    ]


def test_E5_the_kinds_ask_for_what_belongs_to_them(scene, tara):
    for kind, fields in (
        ("name", {"new_name", "from_on", "document"}),
        ("contact", {"telephone", "address", "postcode", "from_on"}),
        ("supervisor", {"new_supervisor", "from_on"}),
        ("extension", {"until_on"}),
        ("less_than_full_time", {"percent", "from_on", "document"}),
    ):
        form = tara.get(address("change_new", scene.tara.pk, kind)).context["form"]
        assert set(form.fields) == fields | {"key", "seen", "reason"}
    assert tara.get(address("change_new", scene.tara.pk, "mood")).status_code == 404
    assert sorted(str(one) for one in choices(tara, scene, "supervisor", "new_supervisor")) == ["Sid Marsh"]


def choices(browser, scene, kind, field):
    page = browser.get(address("change_new", scene.tara.pk, kind))
    return page.context["form"].fields[field].queryset


def test_E5_a_name_comes_with_its_evidence_which_the_office_opens(scene, tara, olive, sam):
    new = address("change_new", scene.tara.pk, "name")
    file = SimpleUploadedFile("deed.pdf", (GOOD / "training-plan.pdf").read_bytes(), "application/pdf")
    given = {**filled(tara, new), "new_name": "Tara Abbott", "from_on": "2026-06-01", "reason": "Married."}
    assert tara.post(new, {**given, "document": file}).url == address("change", one().pk)
    settle(Document.objects.get(), p.NOW)
    assert press(tara, address("change_send", one().pk)).url == address("change", one().pk)
    assert olive.get(address("change_file", one().pk)).status_code == 200
    assert sam.get(address("change_file", one().pk)).status_code == 404
    assert "deed.pdf" in words(olive.get(address("change", one().pk)))
    bare = c.sent(scene.tara, "contact")
    assert olive.get(address("change_file", bare.pk)).status_code == 404


def test_E5_bad_input_comes_back_beside_its_field_with_what_was_typed(scene, tara):
    new = address("change_new", scene.tara.pk, "interruption")
    back = press(tara, new, **{**JULY, "until_on": "2026-06-01"})
    assert (back.status_code, set(back.context["form"].errors)) == (422, {"until_on"})
    assert "Parental leave." in words(back)
    assert not ChangeRequest.objects.exists()


def test_screens_13_the_text_is_kept_while_it_is_typed(scene, tara):
    new = address("change_new", scene.tara.pk, "extension")
    assert typed(tara, new, reason="Half a sen").status_code == 200
    assert filled(tara, new)["reason"] == "Half a sen"
    assert press(tara, new, until_on="2028-06-30", reason="A whole sentence.").url == address("change", one().pk)
    edit = address("change_edit", one().pk)
    assert typed(tara, edit, reason="Better wo", until_on="2028-06-30").status_code == 200
    assert filled(tara, edit)["reason"] == "Better wo"
    assert press(tara, edit, reason="Better words.").url == address("change", one().pk)
    assert one().reason == "Better words."
    assert press(tara, edit, until_on="2028-01-01").status_code == 422


def test_E5_what_changed_since_it_was_shown_comes_back_as_late_with_what_was_typed(scene, tara, sam, olive):
    change = c.written(scene.tara, "extension")
    send = address("change_send", change.pk)
    old = filled(tara, send)
    given = {"change_id": change.pk, "seen": queries.written_digest(change)}
    later = c.values("extension", until_on=date(2028, 9, 30))
    actions.rewrite_change(by=scene.cast.tara, now=p.NOW, values=later, **given)
    late = tara.post(send, old)
    assert (late.status_code, "not what you were shown" in words(late)) == (409, True)
    press(tara, send)
    answer = filled(sam, address("change_answer", change.pk), supports="yes", words="Yes.")
    TrainingRecord.objects.filter(pk=scene.tara.pk).update(expected_end_on=date(2028, 5, 1))
    late = sam.post(address("change_answer", change.pk), answer)
    assert late.status_code == 409 and "Yes." in words(late)


def test_E5_a_step_that_is_not_ones_turn_is_refused(scene, tara, sam, olive):
    change = c.sent(scene.tara, "interruption")
    for browser, name, status in (
        (tara, "change_send", 409),
        (tara, "change_edit", 409),
        (tara, "change_decide", 403),
        (olive, "change_decide", 409),
        (sam, "change_withdraw", 403),
        (olive, "change_answer", 403),
    ):
        assert browser.get(address(name, change.pk)).status_code == status, name


def test_E5_the_office_goes_on_without_the_supervisor_and_says_why(scene, olive):
    change = c.sent(scene.tara, "interruption")
    url = address("change_go_on", change.pk)
    assert press(olive, url, words=" ").status_code == 422
    assert press(olive, url, words="Left the trust.").url == address("change", change.pk)
    assert one().state == ChangeState.AWAITING_DECISION


def test_E5_the_office_looks_at_other_terms_before_it_decides_on_them(scene, olive):
    change = c.answered(scene.tara, scene.cast.sam, "less_than_full_time")
    url = address("change_decide", change.pk)
    assert "then 31 December 2029" in words(olive.get(url))
    terms = f"{url}?end_on=2029-03-31"
    assert "then 31 March 2029" in words(olive.get(terms))
    assert "longer than the scheme allows" in words(olive.get(f"{url}?end_on=2030-04-01"))
    refused = press(olive, f"{url}?end_on=2030-04-01", granted="yes")
    assert refused.status_code == 422 and "31 March 2030 at the latest" in words(refused)
    assert press(olive, f"{url}?end_on=x", granted="no", words="No.").url == address("change", change.pk)
    again = c.answered(scene.tara, scene.cast.sam, "less_than_full_time")
    url = address("change_decide", again.pk)
    assert press(olive, f"{url}?end_on=2029-03-31", granted="yes").url == address("change", again.pk)
    assert TrainingRecord.objects.get(pk=scene.tara.pk).expected_end_on == date(2029, 3, 31)


def test_E5_each_kind_says_what_it_does(scene, tara):
    cast, on = scene.cast, {"from_on": date(2026, 7, 1)}
    made = {kind: c.written(scene.tara, kind) for kind in c.ASKED}
    made["supervisor"] = c.written(scene.tara, "supervisor", new_supervisor=cast.sid, **on)
    accredit(cast.bristol, "NM")
    given = {"new_centre": cast.bristol, "new_supervisor": cast.sue, **on}
    made["centre"] = c.written(scene.tara, "centre", **given)
    for kind, said in {
        "name": "Tara Quinn, then Tara Quinn-Abbott",
        "contact": "0113 496 0001",
        "less_than_full_time": "at 50 per cent of full time",
        "extension": "31 March 2028, then 30 June 2028",
        "withdrawal": "It cannot be taken back",
        "supervisor": "Until the day before: <strong>Sam Patel",
        "centre": "1 July 2026: Bristol Infirmary",
    }.items():
        assert said in words(tara.get(address("change", made[kind].pk))), kind


def test_E5_others_see_the_dates_and_no_request(scene):
    c.granted(scene, "interruption")
    for who in ("cora", "mia"):
        page = browser_of(getattr(scene.cast, who)).get(address("record_changes", scene.tara.pk))
        assert "30 April 2028" in words(page) and c.WHY not in words(page)
        assert (page.context["rows"], page.context["kinds"]) == ([], [])
        assert "Home address" not in words(page)
        told = words(browser_of(getattr(scene.cast, who)).get(address("history", scene.tara.pk)))
        assert "An interruption was granted" in told and "A change of circumstances was asked for" not in told


# --- a trainee's own name ---


def test_E5_in_training_the_legal_name_is_asked_for_and_not_changed_by_oneself(scene, tara):
    profile = reverse("accounts:profile")
    page = tara.get(profile)
    assert "full_name" not in page.context["form"].fields
    assert address("change_new", scene.tara.pk, "name") in words(page)
    tara.post(profile, {"full_name": "Tara Other", "preferred_name": "T"})
    person = User.objects.get(pk=scene.cast.tara.pk)
    assert (person.full_name, person.preferred_name) == ("Tara Quinn", "T")
    given = {"person": person, "preferred_name": "", "by": person, "now": p.NOW}
    with pytest.raises(NotAllowed, match="asked for with evidence"):
        change_name(full_name="Tara Other", **given)
    assert change_name(full_name="Tara Quinn", **given).preferred_name == ""


def test_who_is_not_in_training_changes_their_own_name(scene, sam):
    sam.post(reverse("accounts:profile"), {"full_name": "Sam Patel-Roy", "preferred_name": ""})
    assert User.objects.get(pk=scene.cast.sam.pk).full_name == "Sam Patel-Roy"


# --- lists and their cost ---


@pytest.fixture
def listed(scene):
    return [c.granted(scene, "contact"), c.sent(scene.tara, "name"), c.sent(scene.tom, "extension")]


def test_E5_screens_21_the_office_narrows_its_list_by_the_address(scene, olive, listed):
    url = address("office_changes")

    def shown(query=""):
        return {row.record.pk for row in olive.get(f"{url}{query}").context["table"].rows}

    contact, name, extension = (row.pk for row in listed)
    assert shown() == {contact, name, extension}
    assert shown("?state=approved") == {contact}
    assert shown("?kind=extension") == {extension}
    assert shown("?q=tara") == {contact, name}
    assert shown(f"?centre={scene.cast.bristol.pk}") == {extension}
    assert shown("?q=nobody") == set()
    assert [pill.label for pill in olive.get(f"{url}?state=approved&q=tara").context["pills"]] == [
        "Name: tara",
        "State: Granted",
    ]
    assert browser_of(scene.cast.sam).get(url).status_code == 403


@built_once
def made(scene, rows):
    """So many requests that the office decides, and one in each state before."""
    sent = [c.sent(scene.tara, kind) for kind in ("contact", "name")[: rows - 1]]
    sent += [c.answered(scene.tom, scene.cast.sue, "extension")]
    written = c.written(scene.tara, "extension")
    waiting = c.sent(scene.tara, "interruption")
    return SimpleNamespace(
        record=scene.tara.pk, written=written.pk, waiting=waiting.pk, decide=sent[-1].pk, many=len(sent)
    )


PAGES = {
    "training:record_changes": ("tara", "record", 12),
    "training:change": ("tara", "waiting", 11),
    "training:change_edit": ("tara", "written", 7),
    "training:change_send": ("tara", "written", 10),
    "training:change_withdraw": ("tara", "waiting", 7),
    "training:change_answer": ("sam", "waiting", 14),
    "training:change_go_on": ("olive", "waiting", 8),
    "training:change_decide": ("olive", "decide", 9),
}


@pytest.mark.parametrize("rows", [1, 3], scope="module")
def test_the_cost_of_a_page_does_not_grow_with_its_rows(scene, made, rows, django_assert_num_queries):
    browsers = {who: warm(scene, who) for who in ("tara", "sam", "olive")}
    for name, (who, thing, count) in PAGES.items():
        with django_assert_num_queries(count, info=name):
            assert browsers[who].get(reverse(name, args=[getattr(made, thing)])).status_code == 200, name
    with django_assert_num_queries(9):
        browsers["tara"].get(reverse("training:change_new", args=[made.record, "supervisor"]))
    with django_assert_num_queries(7 + NAVIGATION):
        table = browsers["olive"].get(reverse("training:office_changes")).context["table"]
    assert len(table.rows) == made.many + 1


def warm(scene, who):
    """A browser whose session has begun: its first page also writes when that was."""
    browser = p.client_of(getattr(scene.cast, who))
    browser.get(reverse("accounts:profile"))
    return browser


# --- what waits for whom ---


def duties(scene, who, ask=queries.duties_for):
    rows = ask(getattr(scene.cast, who), p.TODAY)
    return [(row.what, row.about, row.role) for row in rows if "request" in row.what or "circumstances" in row.what]


def test_N_E5_a_request_waits_for_the_right_people_in_every_state(scene):
    everybody = ("tara", "sam", "cora", "mia", "olive", "oscar", "tom", "sue", "nobody")

    def waits(ask=queries.duties_for):
        return {who: found for who in everybody if (found := duties(scene, who, ask))}

    change = c.written(scene.tara, "interruption")
    assert waits() == {"tara": [("Send or withdraw a request", "Interruption", "trainee")]}
    actions.send_change(by=scene.cast.tara, now=p.NOW, change_id=change.pk, seen=c.seen(change))
    assert waits() == {"sam": [("Answer a request", "Tara Quinn, Interruption", "Training Supervisor")]}
    assert waits(queries.others_for) == {"tara": [("Answer a request", "Sam Patel, Interruption", "")]}
    given = {"change_id": change.pk, "seen": c.seen(change), "supports": True, "words": ""}
    actions.answer_change(by=scene.cast.sam, now=p.NOW, **given)
    decide = [("Decide a change of circumstances", "Tara Quinn, Interruption", "scheme office")]
    assert waits() == {"olive": decide, "oscar": decide}
    assert waits(queries.others_for) == {
        "tara": [("Decide a request", "The scheme office, Interruption", "")],
        "sam": [("Decide a request", "The scheme office, Interruption of Tara Quinn", "")],
    }
    c.grant(change, scene.cast.olive)
    assert waits() == waits(queries.others_for) == {}


def test_N_E5_where_nobody_supervises_any_more_it_waits_for_the_office(scene):
    c.sent(scene.tara, "interruption")
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    go_on = [("Go on with a change of circumstances", "Tara Quinn, Interruption", "scheme office")]
    assert (duties(scene, "olive"), duties(scene, "sam")) == (go_on, [])
    p.appoint(scene.tara, scene.cast.olive, AppointmentKind.TRAINER)
    assert (duties(scene, "olive"), duties(scene, "oscar")) == ([], go_on)


def test_N_E5_nothing_waits_in_a_record_that_ended_and_one_record_shows_its_own(scene):
    c.sent(scene.tom, "contact")
    c.sent(scene.tara, "contact")
    inside = queries.duties_in(scene.tom, scene.cast.olive, p.TODAY)
    assert [row.about for row in inside if "circumstances" in row.what] == ["Tom Eriksen, Contact details"]
    TrainingRecord.objects.filter(pk=scene.tom.pk).update(state="withdrawn", ended_on=p.TODAY)
    assert [about for _, about, _ in duties(scene, "olive")] == ["Tara Quinn, Contact details"]


def test_E5_after_the_supervisors_answer_it_is_with_the_office_since_the_answer(scene):
    change = c.answered(scene.tara, scene.cast.sam, "extension")
    found = ChangeRequest.objects.get(pk=change.pk)
    found.sent_at = p.NOW - timedelta(days=3)
    assert change_acts(scene.cast.tara, found, []).since == p.TODAY
    asked = c.sent(scene.tara, "name")
    assert change_acts(scene.cast.tara, asked, []).since == p.TODAY


def test_E3_somebody_who_begins_on_a_later_day_is_not_called_in_force(scene):
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    p.appoint(scene.tara, scene.cast.sid, AppointmentKind.SUPERVISOR, starts_on=date(2026, 7, 1))
    assert "from 1 July 2026" in words(p.client_of(scene.cast.tara).get(address("people", scene.tara.pk)))
