import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from ctts.common.triggers import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0019_several_late_codes'),
        ('organisations', '0007_roles_called_off'),
        ('scheme', '0012_draft_renews_what_is_granted'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.AddField(
            model_name='enquiry',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        AddTrigger(
            model_name='enquiry',
            trigger=pgtrigger.compiler.Trigger(name='enquiry_reads_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."scope_id" IS DISTINCT FROM (NEW."scope_id") OR OLD."centre_id" IS DISTINCT FROM (NEW."centre_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."nonce" IS DISTINCT FROM (NEW."nonce") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."about_id" IS DISTINCT FROM (NEW."about_id") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='4700821039382236ad71f992a0d01fbaaf6f9e87', operation='UPDATE', pgid='pgtrigger_enquiry_reads_as_made_e374e', table='applications_enquiry', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('about__isnull', True), ('asked_by__isnull', False), _connector='OR'), name='applications_enquiry_about_is_asked_by_somebody'),
        ),
    ]
