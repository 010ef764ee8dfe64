"""A DOPS by a one-time link on its pages: around the trainee, and for whoever comes with the link (screens 12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from ctts.common import clock
from tests.applications.adjusting import agree, asked_of
from tests.training import outside as o
from tests.training import practice as p
from tests.training.pages import address, press, typed
from tests.training.world import browser_of
from training import actions, queries
from training.models import Dops, ExternalAssessor, ExternalDraft
from training.states import DopsState, ExternalStanding

SAID = {"name": "Owen Vale", "post": "Consultant physicist", "organisation": "St Elsewhere"}
SAID |= {"email": "owen@elsewhere.example", "registration": "CS12345"}
WHAT = {"procedure": "Daily uniformity check", "place": "Gamma camera room", "observed_on": "2026-06-02"}


@pytest.fixture
def tara(scene):
    return browser_of(scene.cast.tara, proved=True)


@pytest.fixture
def sam(scene):
    return browser_of(scene.cast.sam, proved=True)


@pytest.fixture
def external(scene):
    """Owen has a link for a DOPS of Tara's."""
    return o.asked(scene.tara, scene.cast.sam)


@pytest.fixture
def owen(external):
    """Owen's browser, with the code given."""
    client = o.come(external)
    assert client.post(home(), {"secret-code": queries.code_of(external)}).url == step(1)
    return client


def by_link(name, external=None):
    """An address for this external person, or whoever was named last."""
    return reverse(f"training:{name}", args=[(external or ExternalAssessor.objects.latest("pk")).pk])


def home(external=None):
    return by_link("external", external)


def step(number):
    return reverse("training:external_step", args=[ExternalAssessor.objects.latest("pk").pk, number])


def words(response):
    return " ".join(strip_tags(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ").split())


def judge(owen, scene):
    """The first four steps, one after the other."""
    assert press(owen, step(1), **WHAT, item=p.items_of(scene.tara)[0].pk).url == step(2)
    for number in (2, 3):
        form = owen.get(step(number)).context["form"]
        answers = {field.html_name: "3" for field in form.visible_fields()}
        assert press(owen, step(number), **answers).url == step(number + 1)
    assert press(owen, step(4), overall="competent", done_well="Calm and safe.").url == step(5)


# --- the whole way ---


def test_T5_asked_by_the_trainee_it_goes_its_whole_way_by_its_pages(scene, tara, sam):
    assert "without an account" in words(tara.get(address("dops_request", scene.tara.pk)))
    sent = press(tara, address("dops_external", scene.tara.pk), **SAID, procedure="Daily uniformity check")
    dops = Dops.objects.get()
    assert sent.url == address("dops", dops.pk)
    page = words(tara.get(sent.url))
    assert "With the supervisor" in page and "Waiting for approval" in page and "Tell them this code" not in page
    approving = words(sam.get(address("dops_approve", dops.pk)))
    assert "owen@elsewhere.example" in approving and "I approve Owen Vale (Consultant physicist" in approving
    assert press(sam, address("dops_approve", dops.pk)).url == sent.url
    external = o.last(dops)
    code = queries.code_of(external)
    assert f"{code[:3]} {code[3:]}" in words(tara.get(sent.url)) and code[:3] in words(sam.get(sent.url))
    owen = o.come(external)
    assert owen.post(home(), {"secret-code": f" {code[:3]} {code[3:]} "}).url == step(1)
    judge(owen, scene)
    done = press(owen, step(5), post="Physicist", registration="", profession="Clinical scientist")
    assert done.url == by_link("external_done") and "countersigns it" in words(owen.get(done.url))
    assert "Read and countersign" in words(sam.get(sent.url))
    assert "Calm and safe." in words(sam.get(address("dops_countersign", dops.pk)))
    assert press(sam, address("dops_countersign", dops.pk)).url == sent.url
    assert press(tara, address("dops_acknowledge", dops.pk), comment="Fair.").url == sent.url
    dops.refresh_from_db()
    assert (dops.state, dops.assessor_organisation) == (DopsState.COMPLETE, "St Elsewhere")
    page = words(sam.get(sent.url))
    assert "the link is spent" in page and "Owen Vale, Suitable person, by one-time link" in page


def test_T5_the_supervisor_names_somebody_and_reads_the_code(scene, sam):
    assert "Ask somebody without an account" in words(sam.get(address("dops_log", scene.tara.pk)))
    page = words(sam.get(address("dops_external", scene.tara.pk)))
    assert "(the person you name)" in page and "it stands in no mail" in page
    wrong = press(sam, address("dops_external", scene.tara.pk), **SAID | {"email": scene.cast.max.email}, procedure="X")
    assert (wrong.status_code, "has an account" in words(wrong)) == (422, True)
    assert 'value="St Elsewhere"' in wrong.content.decode()
    sent = press(sam, address("dops_external", scene.tara.pk), **SAID, procedure="Daily uniformity check")
    code = queries.code_of(ExternalAssessor.objects.get())
    assert f"Tell Owen Vale the code {code[:3]} {code[3:]}" in words(sam.get(sent.url))


def test_T5_those_who_do_not_tell_the_code_do_not_read_it(scene, external):
    code = queries.code_of(external)
    for first in ("mia", "cora", "olive"):
        page = words(browser_of(getattr(scene.cast, first), proved=True).get(address("dops", external.dops_id)))
        assert "Owen Vale" in page and code[:3] + " " + code[3:] not in page and "owen@" not in page
    for stranger in ("sue", "trina", "tom", "max"):
        browser = browser_of(getattr(scene.cast, stranger), proved=True)
        for name, pk in (("dops", external.dops_id), ("dops_renew_link", external.pk)):
            assert browser.get(address(name, pk)).status_code == 404


def test_T5_a_new_link_taking_back_and_naming_another_are_buttons_of_the_supervisor(scene, sam, tara, external):
    page = words(sam.get(address("dops", external.dops_id)))
    assert all(button in page for button in ("Send a new link", "Take the link back", "Name somebody else"))
    assert "Take the link back" not in words(tara.get(address("dops", external.dops_id)))
    assert "new code" in words(sam.get(address("dops_renew_link", external.pk)))
    assert sam.post(address("dops_renew_link", external.pk)).status_code == 303
    assert sam.post(address("dops_renew_link", external.pk)).status_code == 409
    new = o.last(external.dops)
    assert "opens nothing any more for Owen Vale" in words(sam.get(address("dops_take_back_link", new.pk)))
    assert sam.post(address("dops_take_back_link", new.pk)).status_code == 303
    assert "Link taken back" not in words(sam.get(address("dops", external.dops_id)))
    for name in ("dops_renew_link", "dops_take_back_link"):
        assert tara.get(address(name, new.pk)).status_code == 403
    url = address("dops_name_another", external.dops_id)
    assert press(sam, url, **SAID | {"email": "pia@elsewhere.example", "name": "Pia North"}).status_code == 303
    assert "Pia North" in words(sam.get(address("dops", external.dops_id)))


@pytest.mark.parametrize("name", ["dops_void", "dops_decline"])
def test_T5_ending_a_dops_says_that_its_link_ends_too(scene, sam, external, name):
    url, said = address(name, external.dops_id), "The link opens nothing any more, and a mail says so to Owen Vale"
    assert said in words(sam.get(url))
    waiting = o.proposed(scene.tara)
    assert said not in words(sam.get(address(name, waiting.pk)))
    assert press(sam, url, reason="Not needed.").status_code == 303
    assert "Taken back" in words(sam.get(address("dops", external.dops_id)))


def test_T5_two_who_name_another_at_once_lose_nothing(scene, sam, external):
    url = address("dops_name_another", external.dops_id)
    assert press(sam, url, email="").status_code == 422
    late = press(sam, url, **SAID | {"name": "Pia North"}, after="0")
    assert (late.status_code, 'value="Pia North"' in late.content.decode()) == (409, True)


# --- whoever comes with the link ---


def test_rule_14_a_robot_opens_the_link_fifty_times_and_nothing_happens(scene, external):
    before = p.kinds_audited(scene.tara)
    for _robot in range(50):
        client = Client()
        assert client.head(queries.external_path(external)).status_code == 302
        page = client.get(queries.external_path(external), follow=True)
        assert page.status_code == 200
    said = words(page)
    for part in ("Sam Patel", "Owen Vale", "Daily uniformity check", "Tara Quinn", "three minutes", "8 July 2026"):
        assert part in said
    assert "They see" in said and "You see" in said and "None" not in said
    for name in ("external_decline", "external_pass_on", "external_not_me"):
        assert client.get(by_link(name)).status_code == 200
    assert client.get(step(1)).url == home() and client.get(by_link("external_done")).url == home()
    external.refresh_from_db()
    assert (external.wrong_codes, external.code_given_at, external.ended_at) == (0, None, None)
    assert p.kinds_audited(scene.tara) == before


def test_rule_14_the_token_leaves_the_address_and_no_referrer_is_sent(external):
    opened = Client().get(queries.external_path(external))
    assert (opened.url, opened["Referrer-Policy"]) == (home(), "no-referrer")
    wrong = Client().get(address("external_opened", external.pk, "x" * 43))
    assert (wrong.status_code, wrong["Referrer-Policy"]) == (410, "no-referrer")
    assert Client().get(address("external_opened", 0, "x")).status_code == 410


def test_rule_14_who_came_without_a_link_gets_nothing(scene, external):
    client = Client()
    names = ("external", "external_decline", "external_pass_on", "external_not_me", "external_done")
    assert {client.get(by_link(name)).status_code for name in names} == {404}
    assert client.post(step(1), {}).status_code == 404
    owen = o.come(external)
    for other in (address("dops", external.dops_id), address("record", scene.tara.pk)):
        assert owen.get(other).status_code == 302


def test_rule_14_the_trainees_own_browser_takes_no_link(scene, tara, sam, external):
    code = {"secret-code": queries.code_of(external)}
    for answer in (o.come(external, tara).get(home()), tara.post(home(), code), tara.get(step(1))):
        assert answer.status_code == 403 and "this link is for Owen Vale" in words(answer)
    assert o.come(external, sam).get(home()).status_code == 200


def test_rule_14_the_code_is_asked_in_each_browser(external, owen):
    assert "You have begun" in words(owen.get(home()))
    o.come(external, owen)
    assert owen.get(step(1)).status_code == 200
    other = o.come(external)
    assert other.get(step(1)).url == home() and other.post(step(4), {"overall": "competent"}).url == home()


def test_rule_14_wrong_codes_are_counted_told_and_close_the_link(external):
    client = o.come(external)
    for typo in ("", "12345", "12345x", "１２３４５６"):
        assert client.post(home(), {"secret-code": typo}).status_code == 422
    said = [words(client.post(home(), {"secret-code": o.wrong_code(external)})) for _try in range(4)]
    assert ["4 tries are left" in said[0], "1 try is left" in said[3]] == [True, True]
    last = client.post(home(), {"secret-code": o.wrong_code(external)})
    assert last.status_code == 410 and "wrong code was given five times" in words(last)
    assert client.post(home(), {"secret-code": queries.code_of(external)}).status_code == 410
    assert client.get(home()).status_code == 410


def test_T5_steps_survive_reload_sign_out_and_another_browser(scene, external, owen):
    assert press(owen, step(1), **WHAT, item=p.items_of(scene.tara)[0].pk).url == step(2)
    kept = typed(owen, step(4), done_well="Half a sent").json()
    assert kept["version"] == 1
    other = o.come(external)
    other.post(home(), {"secret-code": queries.code_of(external)})
    assert "Gamma camera room" in other.get(step(1)).content.decode()
    assert "Half a sent" in other.get(step(4)).content.decode()
    assert "Typed and not saved" in words(other.get(step(5)))
    assert typed(other, step(4), version=0, done_well="Something else").status_code == 409
    assert press(owen, step(4), overall="competent", done_well="Half a sentence.").url == step(5)
    assert not ExternalDraft.objects.exists()


def test_T5_mistakes_are_told_and_nothing_typed_is_lost(scene, owen):
    wrong = press(owen, step(1), procedure="Uniformity", observed_on="2099-01-01")
    assert (wrong.status_code, "Uniformity" in wrong.content.decode()) == (422, True)
    assert "not come yet" in words(wrong) or "Choose" in words(wrong)
    assert owen.get(step(6)).status_code == 404
    assert "Not complete yet" in words(owen.get(step(5)))
    early = press(owen, step(5), registration="none")
    assert (early.status_code, "not complete" in words(early)) == (409, True)
    judge(owen, scene)
    unsigned = press(owen, step(5), registration="")
    assert (unsigned.status_code, "or your profession if you are on no register" in words(unsigned)) == (422, True)


def test_T5_the_page_shows_what_is_signed_before_it_asks_for_the_signature(scene, owen):
    judge(owen, scene)
    page = owen.get(step(5)).content.decode()
    assert page.index("What you sign") < page.index("Your signature") < page.index("Sign this DOPS</button>")


def test_T5_a_step_saved_in_another_window_is_not_written_over(scene, owen):
    item = p.items_of(scene.tara)[0].pk
    stale = press(owen, step(1), **WHAT, item=item, seen="0" * 64)
    assert (stale.status_code, "another window" in words(stale)) == (409, True)


def test_rule_14_a_spent_link_is_gone_in_plain_words(scene, external, owen):
    judge(owen, scene)
    filled = {"seen": owen.get(step(5)).context["form"]["seen"].value(), "post": "Physicist", "registration": "1"}
    assert owen.post(step(5), filled).status_code == 303
    for again in (owen.post(step(5), filled), owen.get(step(1)), owen.get(home())):
        assert again.status_code == 410 and "Nothing more is needed" in words(again)
    assert owen.post(by_link("external_decline"), {"reason": "Late."}).status_code == 410
    assert typed(owen, step(4), done_well="Late").status_code == 410
    assert Dops.objects.get().signatures.filter(meaning="assessed").count() == 1


def test_rule_14_an_expired_link_says_whom_to_ask(external):
    clock.set_offset(at=p.NOW + timedelta(days=28))
    page = o.come(external).get(home())
    assert page.status_code == 410 and "Ask the Training Supervisor for a new one" in words(page)


def test_rule_14_N_the_row_is_the_supervisors_from_the_instant_at_which_a_link_expires(scene, sam, tara, external):
    over = p.NOW + timedelta(days=28)
    for at, holds_it in ((over - timedelta(minutes=1), False), (over, True)):
        clock.set_offset(at=at)
        for page in ("/home/", address("record", scene.tara.pk)):
            shown = words(sam.get(page))
            assert ("Name who assesses" in shown) is holds_it, (at, page)
        lies = tara.get(address("dops", external.dops_id)).context["acts"].now
        assert ("Training Supervisor" in lies) is holds_it
        rows = words(tara.get("/home/"))
        assert ("Name who assesses" in rows) is holds_it and ("Owen" in rows) is not holds_it


def test_T5_declining_passing_on_and_saying_it_is_somebody_else(scene, external):
    client = o.come(external)
    assert client.post(by_link("external_decline"), {"reason": ""}).status_code == 422
    wrong = client.post(by_link("external_pass_on"), {**SAID})
    assert (wrong.status_code, "colleague" in words(wrong)) == (422, True)
    named = {**SAID, "name": "Pia North", "email": "pia@elsewhere.example", "registration": ""}
    sent = client.post(by_link("external_pass_on"), named, follow=True)
    assert "asked to approve the colleague" in words(sent)
    assert o.last(external.dops).name == "Pia North" and client.get(home(external)).status_code == 410
    second = o.asked(scene.tara, scene.cast.sam)
    done = o.come(second, client).post(by_link("external_not_me"), follow=True)
    assert "The Training Supervisor is told" in words(done)
    assert o.last(second.dops).standing(p.NOW) == ExternalStanding.NOT_ME
    assert client.post(by_link("external_not_me")).status_code == 410
    third = o.asked(scene.tara, scene.cast.sam)
    done = o.come(third, client).post(by_link("external_decline"), {"reason": "I was away."}, follow=True)
    assert "read your reason" in words(done) and Dops.objects.get(pk=third.dops_id).reason == "I was away."


@pytest.mark.parametrize("end", ["locked", "not_me", "passed_on", "taken_back", "expired"])
def test_T5_the_page_says_why_a_link_is_closed_and_what_to_do(scene, sam, tara, external, end):
    ends = {
        "locked": lambda: [actions.give_code(by=external, now=p.NOW, code=o.wrong_code(external)) for _ in range(5)],
        "not_me": lambda: actions.not_for_me(by=external, now=p.NOW),
        "passed_on": lambda: actions.pass_on_link(by=external, now=p.NOW, person=o.PIA),
        "taken_back": lambda: actions.take_back_link(by=scene.cast.sam, now=p.NOW, external_id=external.pk),
        "expired": lambda: clock.set_offset(at=p.NOW + timedelta(days=28)),
    }
    ends[end]()
    said = {
        "locked": ("send a new link and tell the new code", "the Training Supervisor sends a new link with a new code"),
        "not_me": ("Name the assessor again", "The Training Supervisor names the assessor again"),
        "passed_on": ("No link is sent before", "who passed it on"),
        "taken_back": ("Send a new one, name somebody else, or void", "Taken back"),
        "expired": ("Send a new one, or name somebody else", "The Training Supervisor sends a new one"),
    }[end]
    for browser, sentence in zip((sam, tara), said, strict=True):
        assert sentence in words(browser.get(address("dops", external.dops_id)))
    shown = sam.get(address("dops", external.dops_id)).context["acts"]
    since = {"expired": external.expires_at.date()}.get(end, p.TODAY)
    assert (shown.now, shown.since) == ("you", since)


def test_T5_where_nobody_is_named_the_supervisor_is_told_to_name_somebody(scene, sam):
    dops = p.asked_dops(scene.tara, scene.cast.sam)
    Dops.objects.filter(pk=dops.pk).update(assessor=None, assessor_kind="external")
    assert "Name somebody" in words(sam.get(address("dops", dops.pk)))
    assert sam.get(address("dops_name_another", dops.pk)).status_code == 200


def test_A5_what_is_agreed_is_shown_at_the_start_and_never_why(scene, owen):
    agree(scene.cast.ada, asked_of(scene.cast.tara, p.NOW), "A quiet room.", p.NOW)
    page = words(owen.get(step(1)))
    assert "Reasonable adjustments for Tara Quinn" in page and "A quiet room." in page and "Dyslexia" not in page
    assert "A quiet room." not in words(owen.get(step(2)))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_cost_of_the_pages_of_a_link_does_not_grow(scene, sam, rows, django_assert_num_queries):
    for number in range(rows):
        p.complete_dops(scene.tara, scene.cast.sam, procedure=f"Procedure {number}")
        external = o.asked(scene.tara, scene.cast.sam)
        for _renewal in range(number):
            external = actions.renew_link(by=scene.cast.sam, now=p.NOW, external_id=external.pk)
    owen = o.come(external)
    owen.post(home(), {"secret-code": queries.code_of(external)})
    costs = {home(): 3, step(1): 6, step(2): 7, step(4): 4, step(5): 9, by_link("external_decline"): 3}
    for url, cost in costs.items():
        with django_assert_num_queries(cost, info=url):
            assert owen.get(url).status_code == 200


def test_rule_14_two_links_in_one_browser_open_each_its_own_assessment(scene, external):
    second = o.asked(scene.tara, scene.cast.sam)
    owen = o.come(second, o.come(external))
    assert owen.post(home(external), {"secret-code": queries.code_of(external)}).status_code == 303
    assert owen.get(by_link("external_decline", external)).context["external"] == external
    owen.post(by_link("external_decline", second), {"reason": "I was away."})
    assert [row.standing(p.NOW) for row in ExternalAssessor.objects.order_by("pk")] == [
        ExternalStanding.OPEN,
        ExternalStanding.DECLINED,
    ]


def test_T5_a_renewed_link_shows_on_another_device_what_the_line_called_saved(scene, sam, external, owen):
    old_step = step(4)
    assert typed(owen, old_step, done_well="Half a sent").json()["version"] == 1
    assert "what was typed with it stays" in words(sam.get(address("dops_renew_link", external.pk)))
    assert sam.post(address("dops_renew_link", external.pk)).status_code == 303
    late = owen.post(old_step, {"done_well": "Half a sentence", "agreed_action": "None."})
    assert late.status_code == 410
    assert all(said in words(late) for said in ("Half a sentence", "Agreed action", "None.", "It was not saved"))
    new = ExternalAssessor.objects.latest("pk")
    other = o.come(new)
    assert other.get(step(4)).status_code == 302  # the code of the new link first
    other.post(home(), {"secret-code": queries.code_of(new)})
    assert "Half a sent" in other.get(step(4)).content.decode()
