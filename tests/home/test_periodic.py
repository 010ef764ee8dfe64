"""The daily head of the audit: signed, written outside, mailed outside (quality rule 7)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DataError

from ctts.accounts.models import AccountMail
from ctts.accounts.queries import opened_letter
from ctts.audit.actions import record
from ctts.audit.models import AuditHead
from ctts.audit.sealing import sign, signature_holds
from ctts.demo.keys import make_signer
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


def test_a_head_whose_mail_could_not_be_queued_is_sealed_by_the_next_look(settings, committing):
    settings.AUDIT_HEAD_MAIL = f"{'x' * 300}@example.org"
    with pytest.raises(DataError):
        seal_audit(NOW)
    assert not AuditHead.objects.exists()
    settings.AUDIT_HEAD_MAIL = "archive@example.org"
    with committing(execute=True):
        assert seal_audit(NOW) == 1
    assert AccountMail.objects.get().to == "archive@example.org"


def test_a_former_certificate_below_the_new_one_keeps_vouching_for_its_heads(settings, tmp_path):
    signature = sign("a" * 64)
    make_signer(tmp_path / "key.pem", tmp_path / "new.pem")
    former = Path(settings.DIPLOMA_CERTIFICATE).read_text()
    settings.DIPLOMA_CERTIFICATE = str(tmp_path / "new.pem")
    assert not signature_holds("a" * 64, signature)
    with (tmp_path / "new.pem").open("a") as file:
        file.write(former)
    assert signature_holds("a" * 64, signature) and not signature_holds("b" * 64, signature)
