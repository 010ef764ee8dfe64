import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ctts.common.triggers import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0006_organisations_once_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='affiliation',
            name='organisations_role_open_once',
        ),
        migrations.AddField(
            model_name='affiliation',
            name='called_off_at',
            field=models.DateTimeField(null=True),
        ),
        AddTrigger(
            model_name='affiliation',
            trigger=pgtrigger.compiler.Trigger(name='role_called_off_before_it_begins', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF OLD.called_off_at IS NOT NULL THEN RAISE EXCEPTION 'a role that was called off stays so' USING ERRCODE = '23514'; END IF; IF (NEW.called_off_at AT TIME ZONE 'Europe/London')::date >= NEW.starts_on THEN RAISE EXCEPTION 'a role that has begun ends' USING ERRCODE = '23514'; END IF; RETURN NEW;", hash='9b0a28ce58e22eb1d8ec6f97c2dd3491a9368920', operation='UPDATE', pgid='pgtrigger_role_called_off_before_it_begins_bdd5e', table='organisations_affiliation', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.UniqueConstraint(condition=models.Q(('called_off_at__isnull', True), ('ends_on__isnull', True)), fields=('person', 'organisation', 'role'), name='organisations_role_open_once', nulls_distinct=False),
        ),
    ]
