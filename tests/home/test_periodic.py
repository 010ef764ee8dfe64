"""The daily head of the audit: signed, written outside, mailed outside (quality rule 7)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ctts.accounts.models import AccountMail
from ctts.accounts.queries import opened_letter
from ctts.audit.actions import record
from ctts.audit.sealing import signature_holds
from ctts.home.periodic import seal_audit
from tests.cast import at, person

pytestmark = pytest.mark.django_db
NOW = at(2026, 5, 4, 0, 15)


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """What waits for the commit is done at the end of the block."""
    return django_capture_on_commit_callbacks


def test_a_head_is_sealed_once_a_london_day_and_kept_outside(settings, committing):
    settings.AUDIT_HEAD_MAIL = "archive@example.org"
    record("training.item.signed", by=None, at=NOW, about=person("tara", "Tara Quinn"))
    with committing(execute=True):
        assert [seal_audit(NOW), seal_audit(NOW + timedelta(hours=3))] == [1, 0]
    kept = json.loads((settings.AUDIT_HEAD_DIR / "2026-05-04.json").read_text())
    assert signature_holds(kept["digest"], kept["signature"])
    mail = AccountMail.objects.get()
    assert mail.to == "archive@example.org"
    assert json.loads(opened_letter(mail).text) == kept


def test_without_an_address_the_head_is_only_written(settings, committing):
    with committing(execute=True):
        assert seal_audit(NOW) == 1
    assert not AccountMail.objects.exists()
    assert (settings.AUDIT_HEAD_DIR / "2026-05-04.json").exists()
