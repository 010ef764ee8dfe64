"""Signing, returning and withdrawing on pages; the office's lists; what strangers and mere readers get (T2, E1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from ctts.common import clock
from ctts.documents.models import Document
from tests.cast import PASSWORD
from tests.training.world import (
    NOW,
    accepted,
    browser_of,
    edited,
    file_evidence,
    handed_in,
    opened,
    settle,
    signed,
    submitted,
    text_evidence,
)
from training import actions, queries
from training.models import Appointment, SignOff, TrainingRecord
from training.states import AppointmentKind

NHS = "NHS number 943 476 5919."


@pytest.fixture
def tara(world):
    return browser_of(world.cast.tara, proved=True)


@pytest.fixture
def sam(world):
    return browser_of(world.cast.sam, proved=True)


def address(name, *args):
    return reverse(f"training:{name}", args=args)


def words(response):
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


# --- the supervisor ---


def rows_of(page, *items):
    """What the sign-off page posts for these competencies."""
    digests = {row.item.pk: row.digest for _, group in page.context["groups"] for row, _ in group}
    return {"rows": [item.pk for item in items], **{f"seen-{item.pk}": digests[item.pk] for item in items}}


def test_t2_several_are_signed_in_one_press_and_the_page_says_which_and_which_not(world, sam):
    items = [submitted(world.tara, number) for number in range(3)]
    for item in items[:2]:
        opened(world.cast.sam, item)
    page = sam.get(address("sign_off", world.tara.pk))
    assert page.context["held"] == 1
    made = sam.post(address("sign_off", world.tara.pk), rows_of(page, *items))
    assert made.status_code == 303
    text = words(sam.get(made.url))
    assert ("2 signed" in text, "1 not signed" in text, "is not opened yet" in text) == (True, True, True)
    assert SignOff.objects.count() == 2
    again = sam.post(address("sign_off", world.tara.pk), rows_of(page, *items[:2]))
    assert (again.status_code, "Nothing was signed" in words(again)) == (409, True)


def test_t2_a_note_is_written_in_the_row_of_its_competency(world, sam):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    note = {f"note-{item.pk}": "Mind the units."}
    refused = sam.post(address("sign_off", world.tara.pk), note)
    assert (refused.status_code, '<details class="more" open>' in words(refused)) == (422, True)
    assert "Mind the units." in words(refused)
    data = rows_of(sam.get(address("sign_off", world.tara.pk)), item)
    too_long = sam.post(address("sign_off", world.tara.pk), {**data, f"note-{item.pk}": "x" * 2001})
    assert (too_long.status_code, f"note-{item.pk}" in too_long.context["form"].errors) == (422, True)
    assert sam.post(address("sign_off", world.tara.pk), {**data, **note}).status_code == 303
    assert "Mind the units." in words(sam.get(address("item", item.pk)))


def test_t2_a_note_on_what_changed_while_signing_is_kept(world, sam):
    items = [submitted(world.tara, number) for number in range(2)]
    for item in items:
        opened(world.cast.sam, item)
    signs = address("sign_off", world.tara.pk)
    data = rows_of(sam.get(signs), *items)
    edited(world, queries.judged_evidence(items[1:])[items[1].pk][0])
    notes = {f"note-{item.pk}": f"Note {number} of mine" for number, item in enumerate(items)}
    made = sam.post(signs, data | notes)
    said = words(sam.get(made.url))
    assert ("Note 1 of mine" in said, "Note 0 of mine" in said) == (True, False)
    assert "Note 1 of mine" in words(sam.get(signs))
    assert "Note 1 of mine" in words(sam.get(address("sign", items[1].pk)))
    opened(world.cast.sam, items[1], NOW + timedelta(minutes=1))
    one = sam.get(address("sign", items[1].pk))
    given = {f"seen-{items[1].pk}": one.context["row"].digest, "comment": "Note 1 of mine"}
    assert sam.post(address("sign", items[1].pk), given).status_code == 303
    assert "Note 1 of mine" not in words(sam.get(made.url))


def test_t2_signing_asks_again_who_it_is_after_ten_minutes_and_keeps_what_was_chosen(world):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    sam = browser_of(world.cast.sam)
    data = rows_of(sam.get(address("sign_off", world.tara.pk)), item)
    refused = sam.post(address("sign_off", world.tara.pk), {**data, "comment": "Good."})
    assert (refused.status_code, "Type your password or a code" in words(refused)) == (422, True)
    assert "Good." in words(refused)
    assert refused.context["chosen"] == [item.pk]
    signing = {**data, "comment": "Good.", "password_or_code": PASSWORD}
    assert sam.post(address("sign_off", world.tara.pk), signing).status_code == 303
    assert SignOff.objects.get().authenticated_with == "password"


def test_t2_nothing_or_nonsense_chosen_is_bad_input(world, sam):
    submitted(world.tara)
    other = submitted(world.tom)
    for rows in ([], ["x"], [other.pk]):
        refused = sam.post(address("sign_off", world.tara.pk), {"rows": rows})
        assert refused.status_code == 422
    for cut in ("", "never", "2026-06-01", "0001-01-01T00:00+23:59"):
        answer = sam.get(address("signed", world.tara.pk), {"at": cut})
        assert answer.url == address("competencies", world.tara.pk)
    assert not SignOff.objects.exists()


def test_t2_evidence_opens_in_place_and_frees_the_tick(world, sam):
    item = submitted(world.tara)
    [evidence] = queries.judged_evidence([item])[item.pk]
    htmx = {"headers": {"HX-Request": "true"}}
    part = sam.post(address("open_evidence", item.pk, evidence.pk), {"rows": [item.pk]}, **htmx)
    text = words(part)
    assert "I measured the uniformity of the camera" in text
    assert f'id="tick-{item.pk}" hx-swap-oob="true"' in text
    assert "disabled" not in text
    assert 'id="held-count" hx-swap-oob="true">0<' in text
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)
    gone = sam.post(address("open_evidence", item.pk, evidence.pk), **htmx)
    assert (gone.status_code, gone["HX-Refresh"]) == (200, "true")
    assert sam.post(address("open_evidence", item.pk, evidence.pk)).status_code == 409


def test_t2_without_script_the_page_comes_back_with_the_piece_open_and_the_ticks_kept(world, sam):
    first, second = submitted(world.tara, 0), submitted(world.tara, 1)
    opened(world.cast.sam, first)
    [evidence] = queries.judged_evidence([second])[second.pk]
    typed = {"rows": [first.pk, "x"], "comment": "Careful & exact.", f"note-{first.pk}": "Mind the units."}
    back = sam.post(address("open_evidence", second.pk, evidence.pk), typed)
    assert back.url.endswith(f"#item-{second.pk}")
    page = sam.get(back.url)
    assert (page.context["chosen"], page.context["opened"]) == ([first.pk], [evidence.pk])
    assert "I measured the uniformity of the camera" in words(page)
    assert "Careful &amp; exact." in words(page) and "Mind the units." in words(page)
    assert "Careful" in words(sam.get(back.url))
    assert "Mind" not in words(sam.get(address("sign_off", world.tara.pk)))
    assert "Careful" not in words(sam.get(address("sign_off", world.tara.pk)))  # opened anew, the page begins empty
    single = sam.post(address("open_evidence", second.pk, evidence.pk), {"single": "yes", "comment": "Kept, too."})
    assert single.url.startswith(address("sign", second.pk))
    page = words(sam.get(single.url))
    assert "I measured the uniformity of the camera" in page
    assert "Kept, too." in page


def test_a_comment_typed_on_one_page_is_not_shown_on_another(world, sam):
    first, second = submitted(world.tara, 0), submitted(world.tara, 1)
    [evidence] = queries.judged_evidence([second])[second.pk]
    sam.post(address("open_evidence", second.pk, evidence.pk), {"single": "yes", "comment": "About the second."})
    assert "About the second." not in words(sam.get(address("sign", first.pk)))


def test_t2_one_competency_is_signed_on_its_own_page(world, sam):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    page = sam.get(address("sign", item.pk))
    data = {f"seen-{item.pk}": page.context["row"].digest, "comment": "Well done."}
    assert sam.post(address("sign", item.pk), data).url == address("item", item.pk)
    shown = words(sam.get(address("item", item.pk)))
    assert "I have seen the evidence for this competency" in shown
    assert "Sam Patel</strong>, Training Supervisor" in shown
    assert sam.post(address("sign", item.pk), data).status_code == 409


def test_t2_evidence_changed_meanwhile_is_409_with_both_texts(world, sam):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    page = sam.get(address("sign", item.pk)).context
    seen, shown = page["row"].digest, page["shown"]
    [evidence] = queries.judged_evidence([item])[item.pk]
    edited(world, evidence)
    typed = {"shown": shown, "comment": "Mind the 57Co source 🙂.", "reason": "Say which camera it was."}
    for name, data, undone in (("sign", {f"seen-{item.pk}": seen}, "signed"), ("return", {"seen": seen}, "returned")):
        stale = sam.post(address(name, item.pk), {**data, **typed, "rating": "2"})
        assert (stale.status_code, f"Nothing was {undone}" in words(stale)) == (409, True)
        assert "I measured the uniformity of the camera" in words(stale)
        assert "Something else was measured." in words(stale)
        assert {"sign": typed["comment"], "return": typed["reason"]}[name] in words(stale)
        assert '<option value="2" selected' in words(stale)
    assert not SignOff.objects.exists()
    again = {**typed, "seen": stale.context["form"]["seen"].value()}
    assert sam.post(address("return", item.pk), again).status_code == 303


def test_t2_what_went_before_the_page_was_opened_is_not_named_as_changed_since(world, sam):
    item = submitted(world.tara)
    [first] = queries.judged_evidence([item])[item.pk]
    second = text_evidence(world.tara, item, title="Audit of waste")
    opened(world.cast.sam, item)
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=first.pk)
    signs, returns = (sam.get(address(name, item.pk)).context for name in ("sign", "return"))
    form = returns["form"].initial
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=second.pk)
    for name, data in (
        ("sign", {"shown": signs["shown"], f"seen-{item.pk}": signs["row"].digest}),
        ("return", {**form, "reason": "Say which camera it was."}),
    ):
        stale = sam.post(address(name, item.pk), data)
        assert stale.status_code == 409
        [gone] = stale.context["changed"]["found"]
        assert (gone.title, gone.what) == ("Audit of waste", "is no longer shared for this competency")


def test_t2_a_comment_and_rating_stay_when_the_evidence_is_gone(world, sam):
    item = submitted(world.tara)
    opened(world.cast.sam, item)
    seen = sam.get(address("sign", item.pk)).context["row"].digest
    [evidence] = queries.judged_evidence([item])[item.pk]
    actions.reopen_evidence(by=world.cast.tara, now=NOW, evidence_id=evidence.pk)
    typed = {f"seen-{item.pk}": seen, "comment": "Well measured.", "rating": "3"}
    stale = sam.post(address("sign", item.pk), typed)
    assert (stale.status_code, "No evidence is shared for it" in words(stale)) == (409, True)
    assert "Well measured." in words(stale) and '<option value="3" selected' in words(stale)


def test_t2_a_signature_shows_what_changed_since(world, sam, tara):
    done = signed(world.cast.sam, world.tara)
    [evidence] = queries.judged_evidence([done.item])[done.item_id]
    edited(world, evidence)
    text = words(tara.get(address("item", done.item_id)))
    assert "Changed since signing: Evidence 0 was changed." in text
    both = words(tara.get(address("changes", done.pk)))
    assert ("I measured the uniformity" in both, "Something else was measured." in both) == (True, True)


def test_t2_returning_and_withdrawing_say_what_they_do_and_reach_the_trainee(world, sam, tara):
    item, done = submitted(world.tara), signed(world.cast.sam, world.tara, 1)
    seen = sam.get(address("return", item.pk)).context["form"]["seen"].value()
    assert sam.post(address("return", item.pk), {"seen": seen, "reason": ""}).status_code == 422
    assert sam.post(address("return", item.pk), {"seen": seen, "reason": "Add the baseline."}).status_code == 303
    assert "Add the baseline." in words(tara.get(address("item", item.pk)))
    assert "is struck" in words(sam.get(address("withdraw", done.pk)))
    assert sam.post(address("withdraw", done.pk), {"reason": ""}).status_code == 422
    assert sam.post(address("withdraw", done.pk), {"reason": "Signed by mistake."}).status_code == 303
    struck = words(tara.get(address("item", done.item_id)))
    assert "Signed by mistake." in struck
    assert "<s>I have seen the evidence" in struck
    assert sam.get(address("withdraw", done.pk)).status_code == 409


def test_screens_6_my_trainees_show_a_light_with_its_reason(world, sam):
    text = words(sam.get(address("trainees")))
    assert "Tara Quinn" in text
    assert "because " in text and "Induction day is late" not in text
    assert "Tom Eriksen" not in text
    nobody = browser_of(world.cast.nobody)
    assert "You have no trainees at present" in words(nobody.get(address("trainees")))


# --- the office ---


def test_the_office_filters_searches_and_sorts(world):
    olive = browser_of(world.cast.olive)
    signed(world.cast.sue, world.tom)

    def names(**query):
        page = olive.get(address("office"), query)
        return [row.record.trainee.full_name for row in page.context["table"].rows]

    assert names() == ["Tara Quinn", "Tom Eriksen"]
    assert names(sort="-signed") == names(sort="-name") == ["Tom Eriksen", "Tara Quinn"]
    assert names(q="erik") == names(centre=world.cast.bristol.pk) == ["Tom Eriksen"]
    assert names(scope=world.tara.scope_id, intake=world.intake.pk, state="active") == ["Tara Quinn"]
    assert names(framework=world.tara.framework_id) == ["Tara Quinn"]
    assert names(state="withdrawn") == names(q="nobody") == []
    page = olive.get(address("office"), {"q": "tara", "state": "active"})
    assert [pill.label for pill in page.context["pills"]] == ["Name: tara", "State: Active"]
    assert olive.get(address("office"), {"scope": "x"}).status_code == 200


def test_i5_the_cohort_page_says_who_is_in_who_can_be_and_who_not(world):
    olive, framework = browser_of(world.cast.olive), world.tara.framework
    ready = accepted(world.cast, world.cast.ann, world.cast.sam, framework, now=NOW - timedelta(days=2))
    waiting = handed_in(world.cast, world.cast.abe, world.cast.sam, framework)
    text = words(olive.get(address("cohort", world.intake.pk)))
    assert "Only an accepted application is enrolled" in text
    assert "A training record is opened" in words(olive.get(address("enrol", ready.pk)))
    assert olive.post(address("enrol", ready.pk)).status_code == 303
    assert TrainingRecord.objects.filter(trainee=world.cast.ann).exists()
    assert olive.post(address("enrol", ready.pk)).status_code == 409
    assert olive.post(address("enrol", waiting.pk)).status_code == 409
    assert olive.get(address("enrol", waiting.pk)).status_code == 409
    assert olive.get(address("cohort", 987654)).status_code == 404
    clock.set_offset(at=NOW - timedelta(days=90))
    assert "April 2026 enrols from 1 April 2026." not in words(olive.get(address("cohort", world.intake.pk)))


@pytest.mark.parametrize("name", ["office", "cohort", "enrol"])
def test_the_pages_of_the_office_are_closed_to_everybody_else(world, name):
    args = {"office": [], "cohort": [world.intake.pk], "enrol": [world.tara.application_id]}[name]
    for who in ("tara", "sam", "cora", "mia", "nobody"):
        client = browser_of(getattr(world.cast, who))
        assert client.get(address(name, *args)).status_code == 403


# --- nobody else's (quality rule 1) ---


def things(world):
    """The addresses of Tara's things, with their placeholders."""
    done, item = signed(world.cast.sam, world.tara), submitted(world.tara, 1)
    evidence, file = text_evidence(world.tara, item), file_evidence(world.tara)
    settle(file.document, NOW)
    actions.finish_sharing(by=None, now=NOW, evidence_id=file.pk)
    record = [
        ("record", "people", "history", "plan", "competencies", "sign_off", "signed", "evidence"),
        [world.tara.pk],
    ]
    items = [("item", "tailor", "submit", "return", "sign"), [item.pk]]
    signatures = [("withdraw", "changes"), [done.pk]]
    pieces = [("evidence_one", "evidence_edit", "evidence_quarantine", "evidence_file", "evidence_preview"), [file.pk]]
    found = [(name, args) for names, args in (record, items, signatures, pieces) for name in names]
    return [*found, ("evidence_one", [evidence.pk]), ("evidence_new", [world.tara.pk, "text"])]


def test_a_stranger_cannot_tell_a_hidden_thing_from_a_missing_one(world):
    addresses = things(world)
    for who in ("tom", "sue", "carl", "mia", "trina", "nobody"):
        client = browser_of(getattr(world.cast, who))
        answers = {(name, client.get(address(name, *args)).status_code) for name, args in addresses}
        assert {status for _, status in answers} == {404}, answers


def test_a_former_supervisor_is_a_stranger_on_the_next_request(world, sam):
    item = submitted(world.tara)
    assert sam.get(address("sign", item.pk)).status_code == 200
    held = Appointment.objects.get(record=world.tara, kind=AppointmentKind.SUPERVISOR)
    actions.end_appointment(by=world.cast.olive, now=NOW, appointment_id=held.pk)
    assert sam.get(address("sign", item.pk)).status_code == 404
    answer = sam.post(address("sign", item.pk))
    assert (answer.status_code, "You are not the Training Supervisor" in words(answer)) == (403, True)


def test_readers_who_may_not_act_are_refused(world):
    item = submitted(world.tara)
    evidence = text_evidence(world.tara, item)
    for who in ("cora", "olive"):
        client = browser_of(getattr(world.cast, who), proved=True)
        for name, key in (("sign", item.pk), ("return", item.pk), ("tailor", item.pk), ("submit", item.pk)):
            assert client.post(address(name, key)).status_code == 403
        for name in ("evidence_edit", "evidence_map", "evidence_share", "evidence_answer", "evidence_reopen"):
            assert client.post(address(name, evidence.pk)).status_code == 403
        assert client.post(address("open_evidence", item.pk, evidence.pk)).status_code == 403
        assert client.post(address("sign_off", world.tara.pk)).status_code == 403


def test_t3_a_file_withdrawn_elsewhere_is_sent_to_nobody(world, tara):
    evidence = file_evidence(world.tara)
    Document.objects.filter(pk=evidence.document_id).update(state="checked", malware="clean", checked_at=NOW)
    Document.objects.filter(pk=evidence.document_id).update(state="quarantined")
    assert tara.get(address("evidence_file", evidence.pk)).status_code == 409


def test_T2_where_the_training_has_ended_signing_is_closed_and_says_why(world, sam):
    submitted(world.tara)
    step = sam.get(reverse("training:competencies", args=[world.tara.pk])).context["step"]
    assert (step.label, step.reason) == ("Sign competencies", "")
    TrainingRecord.objects.filter(pk=world.tara.pk).update(state="not_completed", ended_on=NOW.date())
    step = sam.get(reverse("training:competencies", args=[world.tara.pk])).context["step"]
    assert step.reason == "The training has ended: it is “Not completed”."
