import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ctts.common.triggers import AddTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0007_objections'),
        ('scheme', '0003_event_entered_once'),
        ('training', '0004_kept_texts_say_what_is_saved'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EnrolRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('intake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrol_runs', to='scheme.intake')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EnrolItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Waiting'), ('done', 'Done'), ('failed', 'Not done'), ('cancelled', 'Cancelled')], default='open', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, default='', max_length=500)),
                ('ended_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='training.enrolrun')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='enrolrun',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True), ('finished_at__isnull', True)), fields=('intake',), name='training_enrol_run_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='enrolitem',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done', 'failed', 'cancelled'])), name='training_enrolitem_known_state'),
        ),
        migrations.AddConstraint(
            model_name='enrolitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='training_enrolitem_ended_unless_open'),
        ),
        migrations.AddConstraint(
            model_name='enrolitem',
            constraint=models.UniqueConstraint(fields=('run', 'application'), name='training_enrol_item_once'),
        ),
        AddTrigger(
            model_name='enrolitem',
            trigger=pgtrigger.compiler.Trigger(name='item_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{cancelled:open,failed:open,open:cancelled,open:done,open:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='21cbd93e7b9c429e748447077e4181a2a6b3041f', operation='UPDATE', pgid='pgtrigger_item_moves_b59a1', table='training_enrolitem', when='BEFORE')),
        ),
    ]
