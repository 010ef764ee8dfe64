import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from ctts.common.triggers import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('training', '0045_appointments_called_off'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='signoff',
            name='signed_by_the_supervisor',
        ),
        AddTrigger(
            model_name='signoff',
            trigger=pgtrigger.compiler.Trigger(name='signed_by_the_supervisor', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."withdraws_id" IS NULL)', func="IF NOT EXISTS (SELECT 1 FROM training_planitem i JOIN training_appointment a ON a.record_id = i.record_id WHERE i.id = NEW.item_id AND a.person_id = NEW.signer_id AND a.kind = 'supervisor' AND a.called_off_at IS NULL AND a.starts_on <= (NEW.signed_at AT TIME ZONE 'Europe/London')::date AND (a.ends_on IS NULL OR a.ends_on >= (NEW.signed_at AT TIME ZONE 'Europe/London')::date)) THEN RAISE EXCEPTION 'only the current Training Supervisor signs' USING ERRCODE = '23514'; END IF; IF EXISTS (SELECT 1 FROM training_signoff s WHERE s.item_id = NEW.item_id AND s.withdraws_id IS NULL AND NOT EXISTS (SELECT 1 FROM training_signoff w WHERE w.withdraws_id = s.id)) THEN RAISE EXCEPTION 'the competency is signed already' USING ERRCODE = '23514'; END IF; RETURN NEW;", hash='53aff6ee8639dde769f5148907875690f022b430', operation='INSERT', pgid='pgtrigger_signed_by_the_supervisor_342f3', table='training_signoff', when='BEFORE')),
        ),
    ]
