"""Training Co-ordinators hear what the office decides of the accreditation of their centre (C1, screens 18)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from ctts.common.verdict import Invalid
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.scheme import actions
from ctts.scheme.models import Accreditation, Scope
from ctts.scheme.states import AccreditationState
from tests.office import shown
from tests.scheme.accrediting import granted, held, mails
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


def applied(cast, code="RT"):
    scope = Scope.objects.get(code=code)
    return actions.apply_for_accreditation(by=cast.carl, now=NOW, organisation=cast.bristol, scope=scope)


def test_C1_the_coordinators_of_the_centre_and_nobody_else_hear_of_a_decision(cast, olive):
    row, url = applied(cast), ""
    url = page("decide", row.pk)
    before = olive.get(url).text
    assert "Carl Nowak" in before and "Cora Whitfield" not in before
    assert "Bristol Infirmary is accredited for Radiotherapy Physics, with conditions" in before
    assert olive.post(url, {**shown(olive, url), "decision": "accredit"}).status_code == 303
    subject = "Bristol Infirmary is accredited for Radiotherapy Physics"
    assert mails("accreditation_decided") == [("Carl Nowak", subject)]


def test_C1_whoever_is_declined_reads_the_reason(cast, olive):
    url = page("decide", applied(cast).pk)
    assert olive.post(url, {**shown(olive, url), "decision": "decline", "reason": "No scanner."}).status_code == 303
    message = Message.objects.get(kind="scheme.accreditation_decided")
    assert message.to == cast.carl and "The office writes: No scanner." in message.text


@pytest.mark.parametrize(("how", "word"), [("suspend", "suspended"), ("withdraw", "withdrawn")])
def test_C1_a_suspension_or_withdrawal_needs_a_reason_which_the_coordinators_read(cast, olive, how, word):
    url = page(how, held(cast.leeds).pk)
    before = olive.get(url).text
    assert "Cora Whitfield, Sid Marsh" in before and f"for Nuclear Medicine is {word}" in before
    assert olive.post(url, {**shown(olive, url), "reason": " "}).status_code == 422
    with pytest.raises(Invalid, match="Say why"):
        actions.end_accreditation(by=cast.olive, now=NOW, accreditation_id=held(cast.leeds).pk, how=how)
    assert mails("accreditation_ended") == []
    done = olive.post(url, {**shown(olive, url), "reason": "The only supervisor has left."}, follow=True)
    assert "the Training Co-ordinators are mailed" in done.text
    assert [name for name, _ in mails("accreditation_ended")] == ["Cora Whitfield", "Sid Marsh"]
    assert "The only supervisor has left." in Message.objects.filter(to=cast.cora).latest("pk").text


def test_C2_where_nobody_coordinates_the_page_says_that_nobody_is_mailed(cast, olive):
    role = cast.carl.affiliations.get()
    row, mine = applied(cast), held(cast.bristol)
    organisations.end_role(by=cast.olive, now=NOW, affiliation_id=role.pk, ends_on=date(2026, 5, 4))
    assert "Nobody is mailed" in olive.get(page("suspend", mine.pk)).text
    assert "Nobody is mailed" in olive.get(page("decide", row.pk)).text
    typed = {**shown(olive, page("suspend", mine.pk)), "reason": "No co-ordinator."}
    assert "done" in olive.post(page("suspend", mine.pk), typed, follow=True).text
    assert mails("accreditation_ended") == []
    assert Accreditation.objects.get(pk=mine.pk).state == AccreditationState.SUSPENDED


def test_C1_nobody_is_mailed_in_the_set_up_of_a_system(cast):
    granted(cast.leeds, NOW, "RT")
    assert mails("accreditation_decided") == []


def test_C1_a_suspended_centre_reads_that_it_is_accredited_again(cast):
    row = granted(cast.leeds, NOW, "RT", by=cast.olive)
    assert len(mails("accreditation_decided")) == 2
    given = {"by": cast.olive, "now": NOW, "accreditation_id": row.pk}
    actions.end_accreditation(**given, how="suspend", reason="No supervisor.")
    actions.decide_accreditation(**given, accredit=True, reason="There is one again.")
    assert len(mails("accreditation_decided")) == 4
    assert "There is one again." in Message.objects.filter(to=cast.cora).latest("pk").text
