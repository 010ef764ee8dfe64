"""A centre's draft while the office enters and grants the same scope (C1, C3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from ctts.audit.models import AuditEvent
from ctts.common import clock
from ctts.common.verdict import TooLate
from ctts.notifications.models import Message
from ctts.scheme import actions, queries
from ctts.scheme.models import CentreApplication
from tests.cast import at
from tests.office import browser_of
from tests.scheme.accrediting import complete, granted, sent
from tests.scheme.calendar import NOW

pytestmark = pytest.mark.usefixtures("cast")
ENDS = date(2031, 5, 3)  # five years from the day of NOW on
OPENS = date(2030, 5, 3)
FINISH = "Finish the application for accreditation"


def page(name, *args):
    return reverse(f"scheme:{name}", args=args)


def send(cast, draft, now=NOW):
    return actions.send_application(by=cast.carl, now=now, application_id=draft.pk)


def told(cast, today) -> list[tuple[str, date | None]]:
    rows = queries.duties_for(cast.carl, today)
    return [(row.what, row.due) for row in rows if "Radiotherapy" in row.about]


def test_C1_a_draft_of_a_scope_that_was_accredited_meanwhile_is_a_renewal_and_waits_for_its_day(cast):
    draft = complete(cast.carl, cast.bristol)
    assert told(cast, NOW.date()) == [(FINISH, None)]
    held = granted(cast.bristol, NOW, "RT", by=cast.olive)
    assert (held.ends_on, CentreApplication.objects.get().renews) == (ENDS, held)
    assert AuditEvent.objects.get(action="scheme.centre_application.renews").after == {"renews": held.pk}
    assert told(cast, OPENS - timedelta(days=1)) == []
    with pytest.raises(TooLate, match="accredited through 3 May 2031; it can be renewed from 3 May 2030"):
        send(cast, draft)
    assert told(cast, OPENS) == [(FINISH, ENDS)]
    waits = send(cast, draft, at(2030, 5, 3)).accreditation
    assert queries.held_before(waits, OPENS) == held


def test_C3_the_page_of_the_draft_says_so_and_the_mail_did(cast):
    draft = complete(cast.carl, cast.bristol)
    [waits] = [actions.apply_for_accreditation(by=cast.olive, now=NOW, organisation=cast.bristol, scope=draft.scope)]
    clock.set_offset(at=NOW)
    words = "The application that the centre is writing for this scope stays as it is"
    assert words in browser_of(cast.olive).get(page("decide", waits.pk)).text
    actions.decide_accreditation(by=cast.olive, now=NOW, accreditation_id=waits.pk, accredit=True)
    mail = Message.objects.get(kind="scheme.accreditation_decided", to=cast.carl)
    assert words in mail.text and "can be sent from 3" in mail.text
    carl = browser_of(cast.carl)
    text = carl.get(page("application", draft.pk)).text
    assert "It cannot be sent yet" in text and "To renew what is valid through" in text
    assert "first accreditation" not in text and "An application waits already" not in text
    assert "it can be renewed from" in carl.get(page("send_application", draft.pk)).text
    assert carl.post(page("send_application", draft.pk)).status_code == 409


def test_C3_what_is_decided_otherwise_leaves_the_draft_and_one_that_was_sent_stays_what_it_was(cast):
    application = sent(cast.carl, cast.bristol)
    given = {"by": cast.olive, "now": NOW, "accreditation_id": application.accreditation_id}
    actions.decide_accreditation(**given, accredit=True)
    assert "stays as it is" not in Message.objects.get(kind="scheme.accreditation_decided", to=cast.carl).text
    held = granted(cast.leeds, NOW, "ME")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        CentreApplication.objects.update(renews=held)
    assert not AuditEvent.objects.filter(action="scheme.centre_application.renews").exists()


def test_C3_a_renewal_that_is_written_when_it_may_be_sent_hears_nothing_of_a_later_day(cast):
    """What is granted ends within the year, so that its renewal can be sent at once."""
    complete(cast.carl, cast.bristol)
    granted(cast.bristol, NOW, "RT", by=cast.olive, ends_on=date(2026, 12, 31))
    assert "stays as it is" not in Message.objects.get(kind="scheme.accreditation_decided", to=cast.carl).text
    assert told(cast, NOW.date()) == [(FINISH, date(2026, 12, 31))]
    granted(cast.bristol, NOW, "RT", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    assert AuditEvent.objects.filter(action="scheme.centre_application.renews").count() == 1
