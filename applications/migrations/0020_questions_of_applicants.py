import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from ctts.common.triggers import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0019_several_late_codes'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='enquiry',
            name='enquiry_reads_as_made',
        ),
        migrations.AddField(
            model_name='enquiry',
            name='about',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='applications.application'),
        ),
        AddTrigger(
            model_name='enquiry',
            trigger=pgtrigger.compiler.Trigger(name='enquiry_reads_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."scope_id" IS DISTINCT FROM (NEW."scope_id") OR OLD."centre_id" IS DISTINCT FROM (NEW."centre_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."nonce" IS DISTINCT FROM (NEW."nonce") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."about_id" IS DISTINCT FROM (NEW."about_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8d445edfb8fc250c5bfa3c125009fb4b20ddc8c2', operation='UPDATE', pgid='pgtrigger_enquiry_reads_as_made_e374e', table='applications_enquiry', when='BEFORE')),
        ),
    ]
