"""Pages of marks about which two markers differ: markers, adjudicator, office, and nobody else (F5; quality rule 9)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assessments.models import Outcome
from moderation.models import Adjudication
from tests.cast import PASSWORD
from tests.moderation import marks
from tests.moderation.pages import address, browser_of, sent, shown, words
from tests.moderation.world import EXTERNAL, SUPPORTING, newcomer, stands
from tests.worlds import built_once

SECRETS = ("On scope.", "Words of the External Moderator.", "Refer", "Pass", "75.0", "25.0")


@built_once
def portfolio(world):
    """Mia passes Tara's Portfolio, Max refers it."""
    stands(world.tara, world.cast.mia, EXTERNAL)
    stands(world.tara, world.cast.max, SUPPORTING)
    return marks.portfolio_disagreed(world.tara, world.cast.mia, world.cast.max)


@built_once
def viva(world):
    """Max gives Tom 75 per cent, Mia 25."""
    stands(world.tom, world.cast.max, EXTERNAL)
    stands(world.tom, world.cast.mia, SUPPORTING)
    return marks.viva_disagreed(world.tom, world.cast.max, world.cast.mia)


@pytest.fixture
def mia(world):
    return browser_of(world.cast.mia, proved=True)


@pytest.fixture
def max_(world):
    return browser_of(world.cast.max, proved=True)


@pytest.fixture
def olive(world):
    return browser_of(world.cast.olive)


def test_f5_a_marker_reads_both_sheets_and_proposes(world, portfolio, mia, max_):
    page = address("disagreement", portfolio.pk)
    text = words(mia.get(page))
    for part in ("One marker says pass, the other refer.", "Words of the Supporting Moderator.", "Propose a result"):
        assert part in text
    propose = address("propose", portfolio.pk)
    refused = sent(mia, propose, reasons="We read it again.")
    assert (refused.status_code, "We read it again." in words(refused)) == (422, True)
    assert sent(mia, propose, result="refer", reasons="We read it again.").url == page
    text = words(mia.get(page))
    assert "Proposed: Refer" in text and "Propose another result" in text
    assert "Agree to what is proposed" in words(max_.get(page)) and "Propose otherwise" in words(max_.get(page))


def test_f5_the_other_agrees_and_both_read_how_it_ended(world, portfolio, mia, max_):
    sent(mia, address("propose", portfolio.pk), result="refer", reasons="We read it again.")
    accept = address("accept", portfolio.pk)
    text = words(max_.get(accept))
    assert "Mia Ferreira proposes: Refer." in text and "We read it again." in text
    assert mia.get(accept).status_code == 403
    assert sent(max_, accept).url == address("disagreement", portfolio.pk)
    assert Outcome.objects.get().result == "refer"
    assert "Agreed to: Refer" in words(mia.get(address("disagreement", portfolio.pk)))
    for name in ("propose", "accept"):
        assert max_.get(address(name, portfolio.pk)).status_code == 409


def test_f5_who_comes_too_late_reads_what_they_typed(world, portfolio, mia, max_):
    sent(mia, address("propose", portfolio.pk), result="refer", reasons="We read it again.")
    typed = {**shown(mia, address("propose", portfolio.pk)), "result": "fail", "reasons": "Chapter <3> is thin."}
    sent(max_, address("accept", portfolio.pk))
    late = mia.post(address("propose", portfolio.pk), typed)
    text = late.content.decode()
    assert late.status_code == 409 and "What you typed" in text and "Chapter &lt;3&gt; is thin." in text
    assert typed["seen"] not in text


def test_f5_what_changed_meanwhile_is_409(world, portfolio, mia, max_):
    accept = address("accept", portfolio.pk)
    assert max_.get(accept).status_code == 409
    sent(mia, address("propose", portfolio.pk), result="pass", reasons="First.")
    typed = shown(max_, accept)
    sent(mia, address("propose", portfolio.pk), result="fail", reasons="Second.")
    assert max_.post(accept, typed).status_code == 409
    assert not Outcome.objects.exists()


@pytest.mark.parametrize(("percent", "status"), [("", 422), ("101", 422), ("x", 422), ("49.95", 422), ("49.9", 303)])
def test_f5_a_viva_asks_for_a_per_cent(world, viva, mia, percent, status):
    assert "result" not in mia.get(address("propose", viva.pk)).context["form"].fields
    assert sent(mia, address("propose", viva.pk), percent=percent, reasons="So.").status_code == status
    if status == 303:
        assert "Proposed: Fail, 49.9 %" in words(mia.get(address("disagreement", viva.pk)))


# --- the office and the adjudicator ---


def test_f5_the_office_sees_that_markers_differ_and_not_a_mark(world, portfolio, viva, mia, olive):
    sent(mia, address("propose", portfolio.pk), result="refer", reasons="We read it again.")
    listed = words(olive.get(address("disagreements")))
    assert "Tara Quinn" in listed and "Mia Ferreira and Max Holloway" in listed
    for page in (address("disagreements"), address("disagreement", portfolio.pk), address("disagreement", viva.pk)):
        text = words(olive.get(page))
        assert [secret for secret in (*SECRETS, "We read it again.") if secret in text] == []
    for name in ("propose", "accept", "adjudicate"):
        assert olive.get(address(name, portfolio.pk)).status_code == 403


def test_f5_the_office_appoints_an_adjudicator_who_settles_and_signs(world, viva, olive, mia):
    mel = newcomer(world)
    pick = olive.get(address("adjudicators", viva.pk))
    names = [[row.name for row in rows] for _, _, _, rows in pick.context["groups"]]
    assert names == [["Mel Newcome", "Mona Haddad"], [], ["Max Holloway", "Mia Ferreira"]]
    assert "Assessed this trainee." in words(pick)
    made = sent(olive, address("appoint_adjudicator", viva.pk, mel.pk))
    assert made.url == address("disagreement", viva.pk)
    assert "Mel Newcome (adjudicator)" in words(olive.get(made.url))
    assert olive.get(address("adjudicators", viva.pk)).status_code == 409
    assert mia.get(address("propose", viva.pk)).status_code == 409
    client = browser_of(mel)
    assert client.get(reverse("training:record", args=[world.tom.pk])).status_code == 404
    assert "Settle this result" in words(client.get(address("disagreement", viva.pk)))
    page = address("adjudicate", viva.pk)
    assert "I have read both sheets of marks" in words(client.get(page))
    refused = sent(client, page, percent="55.5", reasons="Both had a point.")
    assert (refused.status_code, "Both had a point." in words(refused)) == (422, True)
    assert sent(client, page, percent="55.5", reasons="Both.", password_or_code=PASSWORD).status_code == 303
    assert Adjudication.objects.get().signer == mel
    for browser in (client, mia):
        assert "Settled by the adjudicator: Pass, 55.5 %" in words(browser.get(address("disagreement", viva.pk)))
    assert client.get(page).status_code == 409
    assert "55.5" not in words(olive.get(address("disagreement", viva.pk)))


# --- everybody else ---


@pytest.mark.parametrize("who", ["tara", "sam", "cora", "mona", "tom", "nobody"])
def test_f5_for_everybody_else_there_is_no_such_page(world, portfolio, viva, who):
    client = browser_of(getattr(world.cast, who))
    for name in ("disagreement", "propose", "accept", "adjudicate"):
        missing, hidden = client.get(address(name, 10**9)), client.get(address(name, portfolio.pk))
        assert (hidden.status_code, said(hidden)) == (404, said(missing))
    for page in (address("disagreements"), address("adjudicators", portfolio.pk)):
        assert client.get(page).status_code == 403


def said(response):
    """What a page says between its head and its foot."""
    return words(response).partition("<main")[2].partition("</main>")[0]


def test_f5_nothing_of_it_reaches_the_trainees_own_pages(world, viva, olive):
    mel = newcomer(world)
    sent(olive, address("appoint_adjudicator", viva.pk, mel.pk))
    tom = browser_of(world.cast.tom)
    for name in ("record", "people", "history", "evidence", "meetings"):
        text = words(tom.get(reverse(f"training:{name}", args=[world.tom.pk])))
        assert [secret for secret in ("djudicator", "Mel Newcome", "isagree", "differ") if secret in text] == []
    assert "Mel Newcome" in words(olive.get(address("record", world.tom.pk)))
