"""The days of a plain accreditation are put right by the office; an old page neither suspends nor withdraws (C1)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common.verdict import Invalid, NotAllowed, TooLate
from ctts.notifications.models import Message
from ctts.organisations import actions as organisations
from ctts.organisations.states import Role
from ctts.scheme import actions
from ctts.scheme.models import Accreditation
from ctts.scheme.states import AccreditationState
from tests.office import shown
from tests.scheme.accrediting import granted, held, mails
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")
LONG, RIGHT = date(2099, 12, 31), date(2028, 6, 30)


def correct(cast, row, **more):
    given = {"by": cast.olive, "now": NOW, "accreditation_id": row.pk, "starts_on": None, "ends_on": RIGHT}
    return actions.correct_accreditation_days(**{**given, "reason": "A slip of the year.", **more})


def end(cast, row, how, **more):
    given = {"by": cast.olive, "now": NOW, "accreditation_id": row.pk, "reason": "No supervisor.", **more}
    return actions.end_accreditation(**given, how=how)


def test_C1_the_office_puts_the_last_day_of_an_accreditation_right_and_the_coordinators_read_why(cast, olive):
    row, url = held(cast.leeds), reverse("scheme:decide", args=[held(cast.leeds).pk])
    assert "Put the days right" in olive.get(url).text and "Days put right: (those you give)" in olive.get(url).text
    typed = {**shown(olive, url), "decision": "days", "ends_on": "2028-06-30", "reason": "A slip of the year."}
    assert olive.post(url, {**typed, "reason": ""}).status_code == 422
    assert olive.post(url, {**typed, "condition_1": "Name one."}).status_code == 422
    assert olive.post(url, {**typed, "ends_on": "2099-12-31"}).status_code == 422, "check the year"
    assert "its days are put right" in olive.post(url, typed, follow=True).text
    row.refresh_from_db()
    assert (row.state, row.starts_on, row.ends_on) == (AccreditationState.ACCREDITED, date(2024, 1, 1), RIGHT)
    assert [name for name, _ in mails("accreditation_decided")] == ["Cora Whitfield", "Sid Marsh"]
    words = "Days put right: 1 January 2024 through 30 June 2028. A slip of the year."
    assert words in Message.objects.get(to=cast.cora, kind="scheme.accreditation_decided").text
    assert words in olive.get(reverse("scheme:accreditation", args=[row.pk])).text
    noted = AuditEvent.objects.get(action="scheme.accreditation.days")
    assert noted.before == {"starts_on": "2024-01-01", "ends_on": "2028-12-31"}
    assert noted.after == {"starts_on": "2024-01-01", "ends_on": "2028-06-30"}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"ends_on": None}, "These are the days it has"),
        ({"ends_on": date(2023, 12, 31)}, "before the first"),
        ({"ends_on": date(2026, 5, 3)}, "suspend or withdraw it"),
        ({"starts_on": date(2027, 1, 1)}, "suspend or withdraw it"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_C1_days_that_are_none_or_would_end_it_today_are_refused(cast, days, words):
    with pytest.raises(Invalid, match=words):
        correct(cast, held(cast.leeds), **days)


def test_C1_days_of_two_accreditations_for_one_scope_never_overlap(cast):
    granted(cast.leeds, NOW, starts_on=date(2029, 1, 1))
    with pytest.raises(Invalid, match="in these years already"):
        correct(cast, held(cast.leeds), ends_on=date(2029, 1, 1))


def test_C1_one_that_is_still_to_begin_may_begin_later(cast):
    later = granted(cast.leeds, NOW, starts_on=date(2029, 1, 1))
    assert correct(cast, later, starts_on=date(2029, 2, 1), ends_on=None).starts_on == date(2029, 2, 1)


def test_C1_days_are_put_right_by_the_office_of_a_plain_accreditation_only(cast):
    with pytest.raises(NotAllowed):
        correct(cast, held(cast.leeds), by=cast.cora)
    organisations.grant(by=None, now=NOW, person=cast.olive, role=Role.SUPERVISOR, organisation=cast.bristol)
    with pytest.raises(NotAllowed, match="another member of the office"):
        correct(cast, held(cast.bristol))
    end(cast, held(cast.leeds), "suspend")
    with pytest.raises(TooLate, match="Suspended"):
        correct(cast, held(cast.leeds))


def test_C1_days_are_not_put_right_from_a_page_older_than_a_colleagues(cast):
    with pytest.raises(TooLate, match=actions.DECIDED_MEANWHILE):
        correct(cast, held(cast.leeds), seen="0" * 64)


def test_C1_an_old_page_does_not_withdraw_for_good_what_a_colleague_has_suspended_meanwhile(cast, olive):
    row, url = held(cast.leeds), reverse("scheme:withdraw", args=[held(cast.leeds).pk])
    old = shown(olive, url)
    end(cast, row, "suspend")
    late = olive.post(url, {**old, "reason": "Closed."})
    assert late.status_code == 409 and "Closed." in late.text and "It is: Suspended." in late.text
    assert Accreditation.objects.get(pk=row.pk).state == AccreditationState.SUSPENDED
    with pytest.raises(TooLate, match="It is: Suspended"):
        end(cast, row, "withdraw", seen=old["seen"])
    assert olive.post(url, {**shown(olive, url), "reason": "Closed."}).status_code == 303
    gone = olive.post(url, {**old, "reason": "Closed."})
    assert gone.status_code == 409 and "<dt>Reason</dt>" in gone.text and "Closed." in gone.text
