"""Many at once, and a process that dies between file and row: the database judges, the storage loses nothing."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection, connections, transaction

from ctts.audit.actions import record
from ctts.audit.verification import verify
from ctts.common.verdict import Invalid
from ctts.documents import actions, checking, keeping, storage
from ctts.documents.models import Document
from ctts.documents.rules import QUOTA
from ctts.documents.states import DocumentState
from ctts.scheme.models import Handbook
from tests.at_once import at_once
from tests.documents.samples import FAR, NOW, kept, proven

pytestmark = pytest.mark.django_db(transaction=True)


def test_equal_uploads_at_once_are_two_rows_and_one_content(people, files_folder):
    upload = proven("good/training-plan.pdf")

    def act():
        return actions.store(upload=upload, owner=people.tara, by=people.tara, now=NOW, purpose="tests.race").pk

    assert len(set(at_once(lambda _number: act(), 6))) == 6
    files = [path for path in files_folder.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [upload.sha256] and files[0].read_bytes() == upload.content


def test_two_uploads_cannot_share_the_last_room(people):
    upload = proven("good/training-plan.pdf")
    first = kept("good/purchase-order.pdf", by=people.tara)
    Document.objects.create(
        sha256=first.sha256,
        size=QUOTA - first.size - upload.size - 10,
        media_type=first.media_type,
        original_name="large.pdf",
        origin=first.origin,
        purpose="tests.race",
        owner=people.tara,
        uploaded_by=people.tara,
        uploaded_at=NOW,
    )

    def act():
        return actions.store(upload=upload, owner=people.tara, by=people.tara, now=NOW, purpose="tests.race")

    found = at_once(lambda _number: act(), 5)
    assert sum(isinstance(one, Document) for one in found) == 1
    assert sum(isinstance(one, Invalid) and "may have 2 GB together" in str(one) for one in found) == 4


def test_workers_at_once_check_a_file_once(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    assert sorted(at_once(lambda _number: checking.check(document.pk, NOW), 6)) == [False] * 5 + [True]


def test_a_decision_that_points_at_a_file_and_its_check_do_not_wait_for_each_other(people):
    document = kept("good/purchase-order.pdf", by=people.tara)
    checker = threading.Thread(target=lambda: (checking.check(document.pk, NOW), connections.close_all()))
    with transaction.atomic():
        record("tests.pointed", by=people.tara, at=NOW, about=document, within=people.tara.pk)
        Handbook.objects.create(version="1", document=document, published_at=NOW)
        checker.start()
        until_somebody_waits()  # the check has the file and wants the chain; at commit the reference wants the file
    checker.join(20)
    document.refresh_from_db()
    assert document.state == DocumentState.CHECKED
    assert verify().faults == []


def until_somebody_waits():
    """Look on until another session waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_locks where not granted")
            if cursor.fetchone():
                return
        time.sleep(0.1)
    raise AssertionError("Nobody came to wait.")


def test_the_sweep_waits_for_a_row_that_is_being_written(people):
    swept: list[int] = []

    def sweep() -> None:
        swept.append(keeping.sweep_orphans(FAR))
        connections.close_all()

    sweeper = threading.Thread(target=sweep)
    with transaction.atomic():
        document = kept("good/purchase-order.pdf", by=people.tara)
        sweeper.start()
        sweeper.join(1)
        assert sweeper.is_alive() and not swept
    sweeper.join(20)
    assert swept == [0] and keeping.read(document)


DIES = """
import os, signal, django
django.setup()
from datetime import datetime, UTC
from django.db import transaction
from ctts.accounts.models import User
from ctts.documents import actions
from ctts.documents.proving import ProvenFile
upload = ProvenFile(b"%PDF-1.7 content of the dead", "application/pdf", "x.pdf", 1)
tara = User.objects.get(email="tara@example.org")
with transaction.atomic():
    actions.store(upload=upload, owner=tara, by=tara, now=datetime.now(UTC), purpose="tests.fault")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_between_file_and_row_leaves_no_row_and_a_harmless_file(people, settings):
    settings.STORAGE_URL = f"file://{settings.STATE_DIR / 'files'}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ctts.settings"}
    died = subprocess.run([sys.executable, "-c", DIES], env=environment, cwd=settings.BASE_DIR, check=False)
    assert died.returncode == -signal.SIGKILL
    assert not Document.objects.exists()
    address = keeping.digest(b"%PDF-1.7 content of the dead")
    assert address in {found for found, _ in storage.current().addresses()}
    assert keeping.sweep_orphans(FAR) >= 1
    assert address not in {found for found, _ in storage.current().addresses()}
