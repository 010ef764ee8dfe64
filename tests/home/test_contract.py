"""The read-only schema `contract`: its columns never change, its role reads nothing else (docs/contract.md)."""

from __future__ import annotations

import psycopg2
import pytest
from django.apps import apps
from django.db import connection

from ctts.common.signatures import SignatureFacts
from ctts.embedded import CONTRACT

COLUMNS = {
    "person": "id kind active",
    "role_grant": "id person_id role organisation_id starts_on ends_on",
    "appointment": "id trainee_id person_id kind starts_on ends_on",
    "application": "id person_id received_at london_date intake state first_received_at",
    "competency": "id trainee_id state",
    "signature": "id object object_id signer_id meaning content_sha256 signed_at withdrawn_by",
    "review": "id trainee_id held_on state submitted_at",
    "dops": "id trainee_id observed_on assessor_kind state percent",
    "mark_sheet": "id trainee_id stage marker_id attempt state submitted_at percent",
    "outcome": "id trainee_id stage attempt result rules_version released_at",
    "diploma": "number trainee_id status issued_at pdf_sha256",
    "message": "key kind person_id state attempts message_id sent_at",
    "intake": "id opens_at cutoff_at enrols_on induction_on state",
    "finding": "id application_id rule verdict overridden",
    "decision": "id application_id kind decided_by decided_at",
    "accreditation": "id organisation_id scope status starts_on ends_on",
    "purchase_order": "id application_id gross_pence state",
    "evidence": "id trainee_id kind state sha256",
    "reflection": "id trainee_id state submitted_at",
    "case_study": "id trainee_id state words",
    "concern": "id trainee_id level safety state",
    "due": "key kind person_id due_at state reason",
    "milestone": "id trainee_id kind due_on done_on",
    "audit": "seq chain at actor action object object_id prev hash",
}


VAULT = [f"applications_adjustment{name}" for name in ("question", "answer", "decision", "reading")]


@pytest.fixture
def reader(servers, db):
    """A connection of the contract role, as a reporting tool would have."""
    connection = psycopg2.connect(servers.url(CONTRACT, servers.database))
    connection.autocommit = True
    yield connection.cursor()
    connection.close()


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_begins_with_the_promised_columns(reader, view):
    reader.execute(f"select * from contract.{view} limit 0")
    columns = [column.name for column in reader.description]
    assert columns[: len(COLUMNS[view].split())] == COLUMNS[view].split()


READ_BY = """
select distinct t.relname from pg_rewrite r
join pg_class v on v.oid = r.ev_class join pg_namespace n on n.oid = v.relnamespace
join pg_depend d on d.objid = r.oid and d.refclassid = 'pg_class'::regclass join pg_class t on t.oid = d.refobjid
where n.nspname = 'contract' and v.relname = %s and t.relkind = 'r'
"""


@pytest.mark.django_db
def test_every_kind_of_signature_is_in_the_view_of_signatures():
    signed = {model._meta.db_table for model in apps.get_models() if issubclass(model, SignatureFacts)}
    with connection.cursor() as cursor:
        cursor.execute(READ_BY, ["signature"])
        told = {"assessments_outcome"}  # whether what a decision means is told already (F1)
        assert {name for (name,) in cursor.fetchall()} == signed | told


@pytest.mark.parametrize("table", ["accounts_user", "applications_adjustmentrequest", *VAULT, "audit_auditevent"])
def test_the_contract_role_reads_no_table(reader, table):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        reader.execute(f"select * from public.{table}")


def test_the_contract_role_writes_nothing(reader):
    with pytest.raises(psycopg2.Error):
        reader.execute("create table contract.x (y int)")


@pytest.mark.parametrize(
    "call",
    ["lo_create(0)", "lo_creat(-1)", "lo_from_bytea(0, 'x')", "lo_unlink(1)", "lowrite(0, 'x')", "lo_open(1, 2)"],
)
def test_the_contract_role_makes_no_large_object_either(reader, call):
    reader.execute("set default_transaction_read_only = off")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        reader.execute(f"select {call}")


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_the_contract_role_enters_no_other_database(servers, database):
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(servers.url(CONTRACT, database))


@pytest.mark.parametrize("call", ["pg_advisory_lock(1)", "pg_try_advisory_xact_lock_shared(1, 2)"])
def test_the_contract_role_holds_no_lock_that_writers_wait_for(reader, call):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        reader.execute(f"select {call}")
