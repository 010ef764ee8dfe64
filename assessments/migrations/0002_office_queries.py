"""The office's queries of outcomes; and a referral after the last attempt, which leaves nothing to be done."""

import ctts.common.migrating
import ctts.common.triggers
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        ctts.common.migrating.CreateModel(
            name='OutcomeQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('queried_at', models.DateTimeField()),
                ('outcome', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='queries', to='assessments.outcome')),
                ('queried_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-queried_at', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='assessments_outcome_query_has_reason')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='firstyeardecision',
            name='assessments_first_year_pass_or_refer',
        ),
        migrations.AddConstraint(
            model_name='firstyeardecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('actions', ''), ('actions_by_on__isnull', True), ('result', 'pass')), models.Q(('actions_by_on__isnull', False), ('result', 'refer'), models.Q(('actions', ''), _negated=True)), models.Q(('actions', ''), ('actions_by_on__isnull', True), ('result', 'refer')), _connector='OR'), name='assessments_first_year_pass_or_refer'),
        ),
        ctts.common.triggers.AddTrigger(
            model_name='outcomequery',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e68bf02463df471ef88712f68cc92d251c513a08', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7bb3a', table='assessments_outcomequery', when='BEFORE')),
        ),
    ]
