"""The mail of the demonstration: a mail is read, and what is attached to it is opened."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def mail(tmp_path, settings):
    """One mail with a date for the calendar."""
    settings.STATE_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@demo.example", "tara@demo.example", "Induction Day"
    message.set_content("It is online.")
    message.add_attachment(CALENDAR, maintype="text", subtype="calendar", filename="induction.ics")
    (tmp_path / "mail" / "1.eml").write_bytes(bytes(message))
    return "1"


def test_what_is_attached_to_a_mail_is_opened(client, mail):
    address = reverse("demo:attachment", args=[mail, 1])
    assert f'<a href="{address}">induction.ics</a>' in client.get(reverse("demo:message", args=[mail])).text
    found = client.get(address)
    assert found.getvalue() == CALENDAR
    assert found["Content-Type"] == "text/calendar"
    assert found["Content-Disposition"] == 'attachment; filename="induction.ics"'


@pytest.mark.parametrize(("name", "number"), [("1", 0), ("1", 2), ("2", 1)])
def test_what_is_not_there_is_not_found(client, mail, name, number):
    assert client.get(reverse("demo:attachment", args=[name, number])).status_code == 404
