"""Reasonable adjustments as cases: states, questions, decisions and their effects (A5, E6)."""

import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from ctts.common.migrating import CreateModel
from ctts.common.triggers import AddTrigger

# What was agreed before there were cases is the first decision of its case; no day of review was set then.
AGREED_BEFORE = """
    update applications_adjustmentrequest set state = 'agreed' where agreed_at is not null;
    insert into applications_adjustmentdecision
        (request_id, number, outcome, agreed, extra_time_percent, rest_breaks, arrangement, decided_at, decided_by_id)
    select id, 1, 'agreed', agreed, 0, false, '', agreed_at, agreed_by_id
    from applications_adjustmentrequest where agreed_at is not null;
    set constraints all immediate;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0011_checklist_letters_filters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='adjustmentrequest',
            name='applications_adjustment_agreed_when',
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='arrangement',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='extra_time_percent',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='question_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='rest_breaks',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='review_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='state',
            field=models.CharField(choices=[('asked', 'Asked'), ('clarifying', 'Question to the person'), ('agreed', 'Agreed'), ('under_review', 'Under review'), ('declined', 'Not agreed'), ('withdrawn', 'Withdrawn')], default='asked', max_length=12),
        ),
        migrations.AddField(
            model_name='adjustmentrequest',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        CreateModel(
            name='AdjustmentQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField()),
                ('asked_at', models.DateTimeField()),
                ('key', models.UUIDField(unique=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='applications.adjustmentrequest')),
            ],
            options={
                'ordering': ['request', 'pk'],
                'abstract': False,
            },
        ),
        CreateModel(
            name='AdjustmentAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField()),
                ('answered_at', models.DateTimeField()),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='applications.adjustmentquestion')),
            ],
            options={
                'ordering': ['question'],
                'abstract': False,
            },
        ),
        CreateModel(
            name='AdjustmentDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreed', models.TextField(blank=True)),
                ('extra_time_percent', models.PositiveSmallIntegerField(default=0)),
                ('rest_breaks', models.BooleanField(default=False)),
                ('arrangement', models.TextField(blank=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('outcome', models.CharField(choices=[('agreed', 'Agreed'), ('continued', 'Goes on unchanged'), ('declined', 'Not agreed')], max_length=10)),
                ('sealed', models.BinaryField(blank=True, null=True)),
                ('decided_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='applications.adjustmentrequest')),
            ],
            options={
                'ordering': ['request', '-number'],
                'abstract': False,
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('outcome__in', ['agreed', 'continued', 'declined'])), name='applications_adjustmentdecision_known_outcome'),
                    models.UniqueConstraint(fields=('request', 'number'), name='applications_adjustment_decision_number'),
                    models.CheckConstraint(condition=models.Q(('extra_time_percent__range', (0, 100))), name='applications_adjustment_decision_extra'),
                    models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'declined'), ('sealed__isnull', False), ('agreed', ''), ('arrangement', ''), ('extra_time_percent', 0), ('rest_breaks', False), ('review_on__isnull', True)), models.Q(('outcome', 'agreed'), ('sealed__isnull', True), models.Q(('agreed', ''), _negated=True)), models.Q(('outcome', 'continued'), ('review_on__isnull', False), ('sealed__isnull', True), models.Q(('agreed', ''), _negated=True)), _connector='OR'), name='applications_adjustment_decision_says'),
                ],
            },
        ),
        migrations.RunSQL(AGREED_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='adjustmentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'clarifying', 'agreed', 'under_review', 'declined', 'withdrawn'])), name='applications_adjustmentrequest_known_state'),
        ),
        migrations.AddConstraint(
            model_name='adjustmentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at__isnull', True), ('agreed_by__isnull', True)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False)), _connector='OR'), name='applications_adjustmentrequest_agreed_at_with_agreed_by'),
        ),
        migrations.AddConstraint(
            model_name='adjustmentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed_at__isnull', False), ('state__in', ['agreed', 'under_review']), models.Q(('agreed', ''), _negated=True)), models.Q(models.Q(('state__in', ['agreed', 'under_review']), _negated=True), ('agreed', ''), ('arrangement', ''), ('extra_time_percent', 0), ('rest_breaks', False), ('review_on__isnull', True)), _connector='OR'), name='applications_adjustment_agreed_when'),
        ),
        migrations.AddConstraint(
            model_name='adjustmentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('extra_time_percent__range', (0, 100))), name='applications_adjustment_extra_time'),
        ),
        migrations.AddConstraint(
            model_name='adjustmentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('question_at__isnull', False), ('state', 'clarifying')), ('state', 'under_review'), models.Q(models.Q(('state', 'clarifying'), _negated=True), ('question_at__isnull', True)), _connector='OR'), name='applications_adjustment_question_waits'),
        ),
        migrations.AddConstraint(
            model_name='adjustmentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('state', 'withdrawn'), _connector='OR'), name='applications_adjustment_withdrawn_when'),
        ),
        AddTrigger(
            model_name='adjustmentrequest',
            trigger=pgtrigger.compiler.Trigger(name='adjustment_reads_as_asked', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."sealed" IS DISTINCT FROM (NEW."sealed") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."key" IS DISTINCT FROM (NEW."key"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9607e0f71bdcd59214944d3c02b3a10543f584c0', operation='UPDATE', pgid='pgtrigger_adjustment_reads_as_asked_1ca94', table='applications_adjustmentrequest', when='BEFORE')),
        ),
        AddTrigger(
            model_name='adjustmentrequest',
            trigger=pgtrigger.compiler.Trigger(name='adjustment_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{agreed:declined,agreed:under_review,asked:agreed,asked:clarifying,asked:declined,asked:withdrawn,clarifying:agreed,clarifying:asked,clarifying:declined,clarifying:withdrawn,declined:agreed,under_review:agreed,under_review:declined}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='7de649a2853eadbbf2514d1e2513e945d16c545f', operation='UPDATE', pgid='pgtrigger_adjustment_moves_49c25', table='applications_adjustmentrequest', when='BEFORE')),
        ),
        AddTrigger(
            model_name='adjustmentdecision',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c7ef6473b34eb17b90b72a52b9aadac5334f34e0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7f2dc', table='applications_adjustmentdecision', when='BEFORE')),
        ),
        AddTrigger(
            model_name='adjustmentdecision',
            trigger=pgtrigger.compiler.Trigger(name='nobody_decides_their_own', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM applications_adjustmentrequest a WHERE a.id = NEW.request_id AND a.person_id = NEW.decided_by_id) THEN RAISE EXCEPTION 'nobody decides about their own adjustment'; END IF; RETURN NEW;", hash='f06ebec7ee3a5642912ed492a2f70f088f009269', operation='INSERT', pgid='pgtrigger_nobody_decides_their_own_ba111', table='applications_adjustmentdecision', when='BEFORE')),
        ),
        AddTrigger(
            model_name='adjustmentquestion',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='722c32ba41137e1f755f83b16a2b1738c02233d6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5049c', table='applications_adjustmentquestion', when='BEFORE')),
        ),
        AddTrigger(
            model_name='adjustmentanswer',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='91a4f9464b81b239f30a7e4ded8238d2d7062706', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fb4df', table='applications_adjustmentanswer', when='BEFORE')),
        ),
    ]
