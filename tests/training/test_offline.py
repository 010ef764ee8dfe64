"""A DOPS filled in without signal arrives once, whole, and over nothing that is newer (T5, screens 11)."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from ctts.audit.models import AuditEvent
from ctts.common.verdict import TooLate
from ctts.scheme.models import DopsForm, Scope
from tests.training import practice as p
from tests.training.dops import again, head
from tests.training.pages import address, typed, words
from tests.training.world import browser_of
from training import access, actions, queries
from training.models import Dops, DopsArrival, TrainingDraft
from training.queries.offline import end_words
from training.states import AppointmentKind, DopsState

WHAT = {"procedure": "Daily uniformity check", "complexity": "routine", "setting": "real"}
WHAT |= {"place": "Gamma camera room", "observed_on": "2026-06-02"}
WORDS = {"overall": "competent", "done_well": "Calm and safe."}


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


def load(browser):
    return browser.get(address("offline_data")).json()


def filled(ground, record, score="3", **changes):
    """All four steps as the phone keeps them."""
    trainee = next(one for one in ground["trainees"] if one["record"] == record.pk)
    items = ground["forms"][str(trainee["form"])]
    what = {**WHAT, "item": trainee["competencies"][0][0], **changes}
    halves = [{f"item_{one['pk']}": score for one in half} for half in (items[:5], items[5:])]
    return {"1": what, "2": halves[0], "3": halves[1], "4": WORDS}


def send(browser, record, steps, there=None, **more):
    """One sending, as the phone makes it."""
    told = there or {}
    parts = {
        step: {"fields": fields, **{key: told.get(step, {}).get(key, "") for key in ("seen", "version")}}
        for step, fields in steps.items()
    }
    given = {"key": uuid4(), "record": record.pk, "parts": json.dumps(parts), **more}
    return browser.post(address("offline_send"), given, headers={"X-Autosave": "1"})


def test_T5_a_dops_filled_in_without_signal_arrives_whole_and_is_signed_afterwards(scene, sam):
    ground = load(sam)
    form = ground["trainees"][0]["form"]
    answer = send(sam, scene.tara, filled(ground, scene.tara), begun=uuid4(), form=form).json()
    dops = Dops.objects.get()
    assert answer["whole"]
    assert answer["url"] == address("dops_step", dops.pk, 5)
    assert (dops.state, dops.procedure, dops.overall) == (DopsState.STARTED, WHAT["procedure"], "competent")
    assert queries.missing_of(again(dops)) == []
    assert DopsArrival.objects.get().sender == scene.cast.sam
    assert AuditEvent.objects.filter(action="training.dops.arrived").count() == 1
    assert sam.get(answer["url"]).status_code == 200


def test_T5_the_same_sending_twice_is_one_dops_and_writes_nothing_again(scene, sam):
    steps, given = filled(load(sam), scene.tara), {"key": uuid4(), "begun": uuid4()}
    first = send(sam, scene.tara, steps, **given)
    head(Dops.objects.get(), scene.cast.sam, place="Another room")
    second = send(sam, scene.tara, steps, **given)
    assert (first.status_code, second.status_code) == (200, 200)
    assert Dops.objects.get().place == "Another room"
    assert DopsArrival.objects.count() == 1


def test_T5_a_dops_begun_once_is_one_by_whatever_sending_it_comes(scene, sam):
    steps, begun = filled(load(sam), scene.tara), uuid4()
    told = send(sam, scene.tara, steps, begun=begun).json()
    steps["4"] = {**WORDS, "done_well": "Calm, and quick."}
    assert send(sam, scene.tara, steps, begun=begun).status_code == 409  # it does not say what it goes on from
    assert send(sam, scene.tara, steps, there=told["there"], begun=begun).status_code == 200
    assert Dops.objects.get().done_well == "Calm, and quick."


def test_T5_the_key_of_a_sending_is_nobody_elses(scene, sam):
    key = uuid4()
    send(sam, scene.tara, filled(load(sam), scene.tara), key=key, begun=uuid4())
    sue = browser_of(scene.cast.sue, proved=True)
    answer = send(sue, scene.tom, filled(load(sue), scene.tom), key=key, begun=uuid4())
    assert answer.status_code == 409
    assert "somebody else" in answer.json()["error"]
    assert Dops.objects.count() == 1


def test_T5_what_is_not_whole_is_kept_as_typed_and_asked_for(scene, sam):
    steps = filled(load(sam), scene.tara, observed_on="2025-01-01")
    steps["2"].popitem()
    steps["3"] = {}
    answer = send(sam, scene.tara, steps, begun=uuid4()).json()
    dops = Dops.objects.get()
    assert not answer["whole"]
    assert answer["url"] == address("dops_step", dops.pk, 1)
    kept = TrainingDraft.objects.filter(unsaved=True).values_list("form_key", flat=True)
    assert set(kept) == {queries.dops_step_key(dops.pk, 1), queries.dops_step_key(dops.pk, 2)}
    assert (dops.procedure, dops.overall) == ("", "competent")
    assert sam.get(answer["url"]).context["form"]["procedure"].value() == WHAT["procedure"]


def test_T5_the_phone_knows_what_the_rules_refuse_in_the_words_of_the_server(scene, sam):
    bounds = next(one for one in load(sam)["trainees"] if one["record"] == scene.tara.pk)["bounds"]
    began = {"start_on": "2026-04-01", "before_start": "Training began on 1 April 2026."}
    left_out = {"not_applicable_most": 3, "too_many": "At most 3 items of a DOPS may be not applicable."}
    assert bounds == {**began, **left_out, "not_come": "This day has not come yet."}


@pytest.mark.parametrize(
    ("day", "fault"), [("2027-01-01", "This day has not come yet."), ("2025-01-01", "Training began on 1 April 2026.")]
)
def test_T5_after_sending_the_page_names_why_it_is_not_complete(scene, sam, day, fault):
    steps = filled(load(sam), scene.tara, observed_on=day)
    steps["2"].update(dict.fromkeys(list(steps["2"])[:2], "na"))
    steps["3"].update(dict.fromkeys(list(steps["3"])[:2], "na"))
    answer = send(sam, scene.tara, steps, begun=uuid4()).json()
    dops = Dops.objects.get()
    assert fault in words(sam.get(answer["url"]))
    page, too_many = sam.get(address("dops_step", dops.pk, 5)), "At most 3 items of a DOPS may be not applicable."
    assert [one for one, _ in page.context["missing"]] == [fault, too_many]
    assert [one for one, _ in page.context["unsaved"]] == [f"What: {fault}", f"Items 6 to 10: {too_many}"]
    assert too_many in words(sam.get(address("dops_step", dops.pk, 3)))


def test_T5_a_step_that_is_only_unfinished_is_refused_for_nothing(scene, sam):
    steps = {**filled(load(sam), scene.tara, observed_on="soon"), "3": {}}
    steps["2"].popitem()
    send(sam, scene.tara, steps, begun=uuid4())
    dops = Dops.objects.get()
    assert queries.refused_steps(scene.cast.sam, again(dops), p.TODAY) == {}


def test_T5_a_dops_that_is_begun_already_goes_on_without_signal(scene, sam):
    dops = head(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    typed(sam, address("dops_step", dops.pk, 4), done_well="Half a")
    known = load(sam)["dops"][0]
    assert known["steps"]["4"]["fields"] == {"done_well": "Half a"}
    assert known["steps"]["1"]["fields"]["procedure"] == WHAT["procedure"]
    steps = {**{step: one["fields"] for step, one in known["steps"].items()}, "4": WORDS}
    assert send(sam, scene.tara, steps, there=known["steps"], dops=dops.pk).status_code == 200
    assert again(dops).done_well == "Calm and safe."
    assert not TrainingDraft.objects.exists()


def test_T5_what_was_typed_before_and_sent_as_it_was_is_saved_by_the_sending(scene, sam):
    dops = p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    typed(sam, address("dops_step", dops.pk, 4), **{**WORDS, "done_well": "Calm, and quick."})
    steps = load(sam)["dops"][0]["steps"]
    sent = {step: one["fields"] for step, one in steps.items()}
    assert send(sam, scene.tara, sent, there=steps, dops=dops.pk).json()["whole"]
    assert again(dops).done_well == "Calm, and quick."


def test_T5_newer_text_on_the_server_is_told_of_and_nothing_is_written(scene, sam):
    dops = head(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
    known = load(sam)["dops"][0]
    head(dops, scene.cast.sam, place="Another room")
    typed(sam, address("dops_step", dops.pk, 4), overall="not_yet_competent")
    steps = {"1": {**known["steps"]["1"]["fields"], "place": "Ward 4"}, "4": WORDS}
    answer = send(sam, scene.tara, steps, there=known["steps"], dops=dops.pk)
    assert answer.status_code == 409
    there = answer.json()["there"]
    assert (set(there), there["1"]["fields"]["place"]) == ({"1", "4"}, "Another room")
    assert there["4"]["fields"] == {"overall": "not_yet_competent"}
    assert (again(dops).place, DopsArrival.objects.count()) == ("Another room", 0)
    assert send(sam, scene.tara, steps, there={**known["steps"], **there}, dops=dops.pk).status_code == 200
    assert (again(dops).place, again(dops).overall) == ("Ward 4", "competent")


def test_T5_what_may_no_longer_be_written_is_refused_with_its_reason(scene, sam):
    signed = p.signed_dops(scene.tara, scene.cast.sam)
    answer = send(sam, scene.tara, {"4": WORDS}, dops=signed.pk)
    assert (answer.status_code, answer.json()["over"]) == (409, True)
    ground = load(sam)
    p.end_appointment(scene.tara, "supervisor")
    late = send(sam, scene.tara, filled(ground, scene.tara), begun=uuid4())
    assert (late.status_code, late.json()["over"]) == (409, True)
    assert "You are not the Training Supervisor of this trainee since" in late.json()["error"]
    assert load(sam)["trainees"] == []


def test_T5_a_dops_belongs_to_its_record_and_a_form_to_its_scope(scene, sam):
    other = p.started_dops(scene.tom, scene.cast.sue)
    assert send(sam, scene.tara, {"4": WORDS}, dops=other.pk).status_code == 404
    begun, own = uuid4(), p.started_dops(scene.tara, scene.cast.sam).form
    scope = Scope.objects.exclude(pk=scene.tara.scope_id).first()
    strange = DopsForm.objects.create(scope=scope, version=99, imported_at=p.NOW)
    assert queries.form_filled_in(strange.pk, scope, p.NOW) == strange
    assert queries.form_filled_in(strange.pk, scene.tara.scope, p.NOW) == own
    older = DopsForm.objects.create(scope=scene.tara.scope, version=98, imported_at=p.NOW)
    send(sam, scene.tara, {"4": WORDS}, begun=begun, form=older.pk)
    assert Dops.objects.get(key=begun).form == older


UNREAD = ["", "[]", "{", '{"1": {}}', '{"1": {"fields": 7}}', '{"1": []}']


@pytest.mark.parametrize("parts", UNREAD)
def test_T5_what_cannot_be_read_is_refused_and_stays_on_the_phone(scene, sam, parts):
    given = {"key": uuid4(), "record": scene.tara.pk, "begun": uuid4(), "parts": parts}
    answer = sam.post(address("offline_send"), given)
    assert (answer.status_code, bool(answer.json()["error"])) == (422, True)
    assert not Dops.objects.exists()


def test_T5_the_phone_of_somebody_else_sends_nothing_for_them(scene, sam):
    given = {"typed_by": scene.cast.sue.pk, "begun": uuid4()}
    answer = send(sam, scene.tara, {"4": WORDS}, **given)
    assert (answer.status_code, answer.json()["another"]) == (403, True)
    assert not Dops.objects.exists()


def test_T5_who_starts_one_is_offered_whom_they_may_start_one_for(scene):
    today, cast = p.NOW.date(), scene.cast
    for person in (cast.sam, cast.sue, cast.mia, cast.cora, cast.tara, cast.trina):
        offered = set(queries.records_to_start(person, today))
        assert offered == {one for one in (scene.tara, scene.tom) if access.can_start_dops(person, one, today)}
    colleague = p.asked_dops(scene.tara, cast.trina)
    assert not queries.dops_to_write(cast.trina, today).exists()
    assert colleague not in queries.dops_to_write(cast.sam, today)


def test_T5_a_phone_is_not_offered_what_its_person_may_not_finish_any_more(scene, sam):
    mine = p.started_dops(scene.tara, scene.cast.sam)
    assert [known["dops"] for known in load(sam)["dops"]] == [mine.pk]
    p.end_appointment(scene.tara, AppointmentKind.SUPERVISOR)
    assert (load(sam)["dops"], load(sam)["trainees"]) == ([], [])


def test_T5_of_one_taken_back_meanwhile_it_says_who_and_why_and_it_goes_as_ones_own(scene, sam):
    steps, dops = filled(load(sam), scene.tara), p.asked_dops(scene.tara, scene.cast.sam)
    assert end_words(dops) == ""
    actions.void_dops(by=scene.cast.tara, now=p.NOW, dops_id=dops.pk, reason="Mia does it.")
    answer = send(sam, scene.tara, steps, dops=dops.pk)
    assert (answer.status_code, answer.json()["ended"]) == (409, True)
    assert answer.json()["error"] == "Tara Quinn took this DOPS back on 10 June 2026: “Mia does it.”"
    assert send(sam, scene.tara, steps, begun=uuid4()).json()["whole"]
    other = p.asked_dops(scene.tara, scene.cast.sam)
    actions.decline_dops(by=scene.cast.sam, now=p.NOW, dops_id=other.pk, reason="On leave.")
    assert "Sam Patel declined this DOPS" in send(sam, scene.tara, steps, dops=other.pk).json()["error"]
    done = p.signed_dops(scene.tara, scene.cast.sam)
    assert "ended" not in send(sam, scene.tara, steps, dops=done.pk).json()


def test_T5_procedures_written_about_before_are_offered_first(scene, sam):
    p.complete_dops(scene.tara, scene.cast.sam)
    p.complete_dops(scene.tara, scene.cast.sam)
    [recent] = load(sam)["recent"]
    assert (recent["procedure"], recent["place"]) == (WHAT["procedure"], WHAT["place"])
    assert recent["competency"] == str(p.items_of(scene.tara)[0].item)


def test_T5_the_empty_form_holds_nobody_and_its_worker_names_what_it_keeps(scene, sam):
    page = sam.get(address("offline")).content.decode()
    assert "Sam Patel" not in page
    assert "data-person" not in page
    program = sam.get(address("offline_worker"))
    assert program["Service-Worker-Allowed"] == "/training/"
    assert program["Content-Type"].startswith("text/javascript")
    words = program.content.decode()
    assert '"/training/offline/"' in words
    assert "js/dops_offline.js" in words
    assert "{{" not in words


@pytest.mark.parametrize("rows", [1, 3])
def test_T5_what_a_phone_loads_costs_the_same_for_more(scene, sam, rows, django_assert_num_queries):
    for number in range(rows):
        p.filled_dops(p.started_dops(scene.tara, scene.cast.sam), scene.cast.sam)
        p.complete_dops(scene.tara, scene.cast.sam, procedure=f"Procedure {number}")
    sam.get(address("offline_data"))
    with django_assert_num_queries(11, info="training:offline_data"):
        ground = load(sam)
    assert (len(ground["dops"]), len(ground["recent"])) == (rows, rows)


def test_T5_a_parcel_for_another_record_writes_nothing(scene, sam):
    dops = p.started_dops(scene.tara, scene.cast.sam)
    parcel = actions.Parcel(uuid4(), scene.tom.pk, uuid4(), dops.pk, [])
    with pytest.raises(TooLate, match="another training record"):
        actions.take_in(by=scene.cast.sam, now=p.NOW, parcel=parcel)
    assert not DopsArrival.objects.exists()


def test_T5_a_phone_sends_for_whoever_waits_to_assess_and_for_nobody_else(scene, sam):
    cast = scene.cast
    approved = p.approved_dops(scene.tara, cast.trina, cast.sam)
    trina = browser_of(cast.trina, proved=True)
    known = load(trina)["dops"][0]
    assert (known["dops"], load(trina)["trainees"]) == (approved.pk, [])
    assert send(sam, scene.tara, {"4": WORDS}, there=known["steps"], dops=approved.pk).json()["over"]
    assert send(trina, scene.tara, {"4": WORDS}, there=known["steps"], dops=approved.pk).status_code == 200
    assert again(approved).overall == "competent"


@pytest.mark.parametrize("rows", [1, 3])
def test_T5_a_sending_costs_the_same_beside_more(scene, sam, rows, django_assert_num_queries):
    for _number in range(rows):
        p.complete_dops(scene.tara, scene.cast.sam)
    dops = p.started_dops(scene.tara, scene.cast.sam)
    there = load(sam)["dops"][0]["steps"]
    with django_assert_num_queries(43, info="training:offline_send"):
        assert send(sam, scene.tara, {"4": WORDS}, there=there, dops=dops.pk).status_code == 200
